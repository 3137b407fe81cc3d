"""Who speaks when: turns, and what a diarizer found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from talkshow.span import Span


@dataclass(frozen=True)
class Turn:
    """A stretch in which one speaker was heard; turns of different speakers may overlap."""

    speaker: str
    span: Span


@dataclass(frozen=True, eq=False)
class Diarization:
    """Who speaks when.

    turns: ordered by start; those of one speaker do not touch each other.
    embeddings: what each speaker's voice sounds like, for those of whom enough was heard.
    """

    turns: tuple[Turn, ...]
    embeddings: Mapping[str, Embedding] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def speakers(self) -> tuple[str, ...]:
        """Names in order of first speech."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns))

    def spoken_s(self, speaker: str) -> float:
        """How long a speaker is heard, in seconds."""
        return sum(turn.span.duration_s for turn in self.turns if turn.speaker == speaker)


Embedding = NDArray[np.float32]  # (num_channels,), of length 1


def ordered(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """By start, then by end, then by name."""
    return tuple(sorted(turns, key=lambda turn: (turn.span.start_s, turn.span.end_s, turn.speaker)))
