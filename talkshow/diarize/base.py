"""What every diarizer gives: turns, and what each voice sounds like."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from talkshow.engines.plugins import checked, failures
from talkshow.errors import SettingsError
from talkshow.sound.waveform import TrackReader
from talkshow.span import Span

Embedding = NDArray[np.float32]            # (num_channels,), of length 1
Progress = Callable[[int, int], None]      # seconds done, seconds in all

MOST_SPEAKERS = 8


@dataclass(frozen=True)
class Turn:
    """A stretch in which somebody was heard to speak; turns of different speakers may overlap."""

    speaker: str
    span: Span


@dataclass(frozen=True)
class SpeakerCount:
    """How many people are heard, as far as it is known.

    Raises SettingsError for counts that contradict each other.
    """

    least: int = 1
    most: int = MOST_SPEAKERS

    def __post_init__(self) -> None:
        if not 1 <= self.least <= self.most:
            raise SettingsError(f"{self.least} to {self.most} speakers is not a range: at least one, and the smaller "
                                "number first, for example --min-speakers 2 --max-speakers 4.")

    @property
    def exactly(self) -> int | None:
        """The count, where it is given."""
        return self.least if self.least == self.most else None


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
        """How long somebody is heard."""
        return sum(turn.span.duration_s for turn in self.turns if turn.speaker == speaker)


class Diarizer(Protocol):
    """An engine of the registry's kind `diarizers`."""

    identity: str              # engine, weights and settings: whatever changes a result changes it

    def diarize(self, recording: TrackReader, count: SpeakerCount, progress: Progress) -> Diarization:
        """Turns of a recording of any length (16 kHz), read in blocks; speakers are called S1, S2, ... in order of
        first speech."""
        ...


def diarized(engine: Diarizer, recording: TrackReader, count: SpeakerCount, progress: Progress) -> Diarization:
    """What an engine hears. Raises what it raises; BackendError where a plug-in fails or answers something else."""
    with failures(engine, "diarizing"):
        return checked(engine, engine.diarize(recording, count, progress), Diarization, "diarizing")


def ordered(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """By start, then by end, then by name."""
    return tuple(sorted(turns, key=lambda turn: (turn.span.start_s, turn.span.end_s, turn.speaker)))
