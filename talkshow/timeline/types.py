"""Who is heard when: cues on the 25 fps grid. `placing.py` decides the times."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from talkshow.clock import to_frames
from talkshow.languages.registry import DEFAULT
from talkshow.script.model import Line
from talkshow.span import Span
from talkshow.words import Phoneme, Word


class Sound(Protocol):
    """What the timeline knows of a line's sound; the samples stay with its maker."""

    @property
    def duration_s(self) -> float:
        """Length of the sound in seconds."""

    @property
    def words(self) -> tuple[Word, ...]:
        """In order, times from the start of the sound."""

    @property
    def phonemes(self) -> tuple[Phoneme, ...]:
        """In order, times from the start of the sound."""


@dataclass(frozen=True)
class Cue:
    """A line, placed. All times are seconds in the episode; the span's edges are on the frame grid.

    The line's sound begins exactly at `span.start_s` and ends at or, by less than a frame, before
    `span.end_s`; that of a cut-off cue is broken off at `span.end_s`. `words` and `phonemes` end where
    the sound ends: a cut-off cue keeps its written text in `line`.
    """

    line: Line
    index: int  # position of the line in the script, counted from 0
    scene: int  # index of the scene
    span: Span
    words: tuple[Word, ...] = ()
    phonemes: tuple[Phoneme, ...] = ()
    kind: str = "line"  # or "backchannel"
    cut_off: bool = False
    gain_db: float = 0.0
    fade_out_s: float = 0.0  # the sound fades to nothing over this time before its end (cut-off cues)
    language: str = DEFAULT  # in which the line is said
    source: Sound | None = field(default=None, compare=False, repr=False)  # what was placed; None for a recording

    @property
    def speaker(self) -> str:
        """Who is heard."""
        return self.line.speaker


@dataclass(frozen=True)
class Timeline:
    """All cues, ordered by start. Every cue lies inside the span of its scene.

    `warnings` name what the script asks for and the timeline could not give.
    """

    cues: tuple[Cue, ...]
    speakers: tuple[str, ...]
    scene_spans: tuple[Span, ...]  # one per scene of the script, end to end, covering the whole duration
    duration_s: float  # whole frames
    warnings: tuple[str, ...] = ()

    @property
    def num_frames(self) -> int:
        """Length in video frames."""
        return to_frames(self.duration_s)

    def cues_of(self, speaker: str) -> tuple[Cue, ...]:
        """What one speaker says, in order; these cues never overlap each other."""
        return tuple(cue for cue in self.cues if cue.speaker == speaker)
