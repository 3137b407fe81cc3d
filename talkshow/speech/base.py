"""What a voice engine is asked and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from talkshow.cast.types import Voice
from talkshow.errors import BackendError
from talkshow.sound.waveform import Waveform
from talkshow.words import Phoneme, Word

__all__ = ["ClauseTooLong", "Phoneme", "SpeechRequest", "Synthesizer", "Utterance", "Word"]


class ClauseTooLong(BackendError):
    """The text is longer than the engine can say in one go. The caller splits it; nothing is ever cut short."""


@dataclass(frozen=True)
class SpeechRequest:
    """One clause to be spoken, short enough for the engine.

    `speed` 1.0 is the voice's own pace; `pronunciations` maps words to respellings; `seed` fixes what an
    engine draws at random, so that the same request always gives the same sound.
    """

    text: str
    voice: Voice
    speed: float = 1.0
    pronunciations: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    direction: str = ""  # how it is to be said, as the script has it; for engines that can do more than pace and level


@dataclass(frozen=True, eq=False)
class Utterance:
    """The sound of a line with the times of its words and phonemes (both in order, inside the sound)."""

    waveform: Waveform
    words: tuple[Word, ...]
    phonemes: tuple[Phoneme, ...]
    warnings: tuple[str, ...] = ()  # what could not be spoken, for the writer

    @property
    def duration_s(self) -> float:
        """Length of the sound in seconds."""
        return self.waveform.duration_s


class Synthesizer(Protocol):
    """A voice engine. One method; state such as loaded weights belongs to the object.

    `identity` names engine, version and weights: cached speech is thrown away when it changes. An engine whose
    `speak` may be called from several threads at once has a true attribute `thread_safe`; others speak line by line.
    A class may have an attribute `languages`: the tags of those it speaks, ("en", "de"), or ("*",) for all. One without
    it speaks the languages that name it in `Language.spoken_by`, or where none does, those of its voices. One with
    a true attribute `hears_directions` does what `SpeechRequest.direction` says. An utterance without words gets their
    times by comparison with a bundled voice that says the same text.
    """

    identity: str

    def speak(self, request: SpeechRequest) -> Utterance:
        """Say one clause, mono at any sample rate. Raises BackendError; ClauseTooLong when it should be split."""
