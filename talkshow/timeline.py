"""Who is heard when: cues on the 25 fps grid."""

from __future__ import annotations

from dataclasses import dataclass

from talkshow.clock import to_frames
from talkshow.script.model import Line
from talkshow.span import Span
from talkshow.speech.base import Phoneme, Word


@dataclass(frozen=True)
class Cue:
    """A line, placed. All times are seconds in the episode; the span's edges lie on the frame grid.

    `words` and `phonemes` end where the sound ends: a cut-off cue keeps its written text in `line`.
    """

    line: Line
    index: int                        # position of the line in the script, counted from 0
    scene: int                        # index of the scene
    span: Span
    words: tuple[Word, ...] = ()
    phonemes: tuple[Phoneme, ...] = ()
    kind: str = "line"                # or "backchannel"
    cut_off: bool = False
    gain_db: float = 0.0

    @property
    def speaker(self) -> str:
        """Who is heard."""
        return self.line.speaker


@dataclass(frozen=True)
class Timeline:
    """All cues, ordered by start."""

    cues: tuple[Cue, ...]
    speakers: tuple[str, ...]
    scene_spans: tuple[Span, ...]     # one a scene of the script, end to end, covering the whole duration
    duration_s: float

    @property
    def num_frames(self) -> int:
        """Length in video frames."""
        return to_frames(self.duration_s)
