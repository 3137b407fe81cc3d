"""What every diarizer gives: turns, and what each voice sounds like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from talkshow.engines.plugins import checked, failures
from talkshow.errors import SettingsError
from talkshow.sound.waveform import TrackReader
from talkshow.timeline.turns import Diarization, Embedding, Turn

__all__ = ["MOST_SPEAKERS", "Diarization", "Diarizer", "Embedding", "Progress", "SpeakerCount", "Turn", "diarized"]

Progress = Callable[[int, int], None]  # seconds done, seconds in all

MOST_SPEAKERS = 8


@dataclass(frozen=True)
class SpeakerCount:
    """How many people are heard, as far as it is known.

    Raises SettingsError for counts that contradict each other.
    """

    least: int = 1
    most: int = MOST_SPEAKERS

    def __post_init__(self) -> None:
        if not 1 <= self.least <= self.most:
            raise SettingsError(
                f"{self.least} to {self.most} speakers is not a range: at least one, and the smaller "
                "number first, for example --min-speakers 2 --max-speakers 4."
            )

    @property
    def exactly(self) -> int | None:
        """The count, where it is given."""
        return self.least if self.least == self.most else None


class Diarizer(Protocol):
    """An engine of the registry's kind `diarizers`."""

    identity: str  # engine, weights and settings: whatever changes a result changes it

    def diarize(self, recording: TrackReader, count: SpeakerCount, progress: Progress) -> Diarization:
        """Turns of a recording of any length (16 kHz), read in blocks; speakers are called S1, S2, ... in order of
        first speech."""
        ...

    def with_model(self, model: str) -> Diarizer:
        """The same engine with another model: a folder, or a name that it knows.

        Raises SettingsError where there is no such model, or where the engine has only its own.
        """
        ...


def diarized(engine: Diarizer, recording: TrackReader, count: SpeakerCount, progress: Progress) -> Diarization:
    """What an engine hears. Raises what it raises; BackendError where a plug-in fails or answers something else."""
    with failures(engine, "diarizing"):
        return checked(engine, engine.diarize(recording, count, progress), Diarization, "diarizing")
