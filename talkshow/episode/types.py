"""The values that pass between the stages of an episode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from talkshow.cast.types import Cast
from talkshow.engines.studio import Studio
from talkshow.episode.mix import MixFigures
from talkshow.episode.plan import Plan
from talkshow.episode.stage import StagedScene
from talkshow.render.base import StageView
from talkshow.script.model import Script
from talkshow.settings import EpisodeSettings
from talkshow.sound.tracks import Track
from talkshow.timeline.types import Timeline

if TYPE_CHECKING:
    from talkshow.check.verdict import Check
    from talkshow.shots.camera import Camera
    from talkshow.shots.types import Shot


@dataclass(frozen=True)
class Preparation:
    """Everything that is decided before the first word is spoken."""

    script: Script  # the part that is made
    cast: Cast
    settings: EpisodeSettings
    staged: tuple[StagedScene, ...]  # one per scene of the script; empty when only speaking
    views: tuple[StageView, ...]
    plan: Plan
    warnings: tuple[str, ...]
    studio: Studio = field(default_factory=Studio, compare=False, repr=False)  # the engines that make it

    @cached_property
    def cameras(self) -> tuple[Camera, ...]:
        """One for each view: scenes that share a view share its camera, and the closer views that it has opened."""
        from talkshow.shots.camera import Camera

        of_view = {id(view): Camera(view, self.settings.size) for view in self.views}
        return tuple(of_view[id(view)] for view in self.views)


@dataclass(frozen=True)
class StageFacts:
    """What the manifest says of a stage, beside its seconds. Stages with more to say add fields."""

    def row(self) -> dict[str, Any]:
        """For the manifest."""
        return asdict(self)


@dataclass(frozen=True)
class RecordingFacts:
    """How a recording was read.  source: names of its files; part: (begin, end) in seconds, None where it is open."""

    source: list[str]
    part: list[float | None]
    channels: str
    master: bool


@dataclass(frozen=True)
class Origin:
    """Where the sound of an episode comes from, as the manifest tells it.

    stages:   the stages that made it, by name
    inputs:   files that were read: (what each is, where it is)
    recording: how it was read, where it comes from one
    mix:      what `mix.wav` holds
    rttm:     who was heard when, where that is known better than by cues
    comment:  of the video file
    """

    stages: Mapping[str, StageFacts]
    comment: str
    mix: MixFigures
    inputs: tuple[tuple[str, Path], ...] = ()
    recording: RecordingFacts | None = None
    warnings: tuple[str, ...] = ()
    rttm: str | None = None


@dataclass(frozen=True)
class Made:
    """An episode before its record is written: the sound, then also the pictures.

    shots: empty when only the sound was made.  check: None if there was none.
    """

    preparation: Preparation
    timeline: Timeline
    tracks: tuple[Track, ...]
    origin: Origin
    shots: tuple[Shot, ...] = ()
    check: Check | None = None


@dataclass(frozen=True)
class Episode:
    """A finished episode.  video: None when only the sound was made."""

    folder: Path
    video: Path | None
    mix: Path
    timeline: Timeline
    duration_s: float
    warnings: tuple[str, ...]
    manifest: dict[str, Any] = field(repr=False, default_factory=dict)
