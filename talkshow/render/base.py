"""What a renderer is given and what it gives back.

A renderer opens a stage (one picture or one drawn set with the characters who sit there) and then yields
frames of any stretch of the episode, lazily and in any order: that is what lets an interrupted or edited
episode be finished without drawing again what is already there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from talkshow.cast.types import StagedCharacter
from talkshow.geometry import Box, Frame, Size
from talkshow.performance.channels import CHANNEL, CHANNELS, Motion
from talkshow.settings import GeneratorSettings
from talkshow.timeline.types import Timeline

__all__ = [
    "CHANNEL",
    "CHANNELS",
    "Box",
    "CroppableView",
    "Frame",
    "GeneratedView",
    "Motion",
    "Performance",
    "Renderer",
    "Size",
    "Stage",
    "StageView",
    "StagedCharacter",
]


@dataclass(frozen=True)
class Stage:
    """Where a scene plays. Without a picture, the set is drawn."""

    image: Path | None
    size: Size  # of the frames
    characters: tuple[StagedCharacter, ...]  # those who are seen, in order of first speech
    prompt: str = ""  # what the picture shows, in words
    seed: int = 0
    company: tuple[StagedCharacter, ...] = ()  # everybody of the episode: drawn people look unlike all of them
    generator: GeneratorSettings | None = None  # for renderers that generate


class Performance(Protocol):
    """How everybody moves, made from the timeline and the tracks (see `performance/motion.py`).

    The motion of a frame depends on what is near it in time and on nothing else; asking twice, or for
    another stretch that holds the same frame, gives the same values.
    """

    timeline: Timeline

    def motion(self, speaker: str, first: int, last: int) -> Motion:
        """What `speaker` does in frames first..last-1 of the episode."""

    def sound(self, speaker: str, first: int, last: int) -> NDArray[np.float32]:
        """What `speaker` says in frames first..last-1: mono samples at 48 kHz, 1920 a frame."""


class StageView(Protocol):
    """An opened stage. `frames` may be called from several threads at once.

    `identity` is a digest of everything but the motion that decides how frames look: renderer and its
    version, picture, size, seats, looks, seed.
    """

    identity: str
    seats: Mapping[str, Box]  # face of each character, in pixels of `seat_picture`
    crop: Box  # the part of `seat_picture` that fills the frame; may reach outside it
    warnings: tuple[str, ...]

    def seat_picture(self) -> Frame:
        """The picture in which `seats` are boxes: the reference picture, or the drawn cast's first frame."""

    def frames(self, performance: Performance, first: int, last: int) -> Iterator[Frame]:
        """Yield frames first..last-1, one array each (the caller may keep it)."""


class CroppableView(StageView, Protocol):
    """A view that can be seen nearer without being enlarged: what the director's close shots are filmed from.

    A view without these is filmed wide, and its frames are enlarged for close shots.
    """

    detail: float  # frame pixels a pixel of `seat_picture`, up to which frames are sharp
    rooms: Mapping[str, Box]  # the part of `seat_picture` in which somebody can be framed, if not the whole
    isolates: bool  # whether a crop leaves out whoever it is not of

    def cropped(self, crop: Box, size: Size, on: tuple[str, ...]) -> StageView:
        """The same stage through `crop` (pixels of `seat_picture`), in frames of another size; a shot of `on`."""


@runtime_checkable
class GeneratedView(StageView, Protocol):
    """A view whose frames depend on the sound and on the frames before: made in order, in stretches, and kept."""

    def planned(self, duration_s: float) -> dict[str, Any]:
        """An estimate for the plan: chunks, forwards, pflop, memory_gb, device, estimated_s (None: not known), ..."""

    def require(self) -> None:
        """Make sure that all that is needed is here, before any work. Raises MissingExtra, WeightsError."""

    def begin(self, folder: Path, stretches: Sequence[tuple[int, int]]) -> None:
        """Told once before `frames`: where work is kept, and the stretches (first, last) that start afresh."""

    def depends_on(self, performance: Performance, first: int, last: int) -> str:
        """A digest of all that decides frames first..last-1."""

    def kept_chunks(self, performance: Performance, first: int, last: int) -> Sequence[Path]:
        """Files in the folder told to `begin` that are there and from which frames first..last-1 are made."""

    def about(self) -> Mapping[str, object]:
        """For the manifest: preset, weights, options."""


class Renderer(Protocol):
    """Opens stages. A renderer without need of a picture ignores `stage.image`."""

    def open(self, stage: Stage) -> StageView:
        """Raises FaceError when the picture cannot seat the characters, CastError for an impossible seat."""
