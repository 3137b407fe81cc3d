"""What every transcriber gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from talkshow.sound.waveform import TrackReader
from talkshow.span import Span
from talkshow.words import Word

Progress = Callable[[int, int], None]  # seconds done, seconds in all


@dataclass(frozen=True)
class Transcript:
    """words: with times in seconds of the recording, in order.  speakers: of each word, "" if not named."""

    words: tuple[Word, ...]
    speakers: tuple[str, ...] = ()
    language: str = "en"
    warnings: tuple[str, ...] = ()


class Transcriber(Protocol):
    """An engine of the registry's kind `transcribers`."""

    identity: str  # engine, weights and settings: whatever changes a result changes it

    def transcribe(self, recording: TrackReader, span: Span, language: str | None) -> Transcript:
        """A stretch of a recording (16 kHz mono) of at most some minutes; times count from the recording's start.

        language: as BCP 47, or None to have it heard.
        """
        ...

    def with_model(self, model: str) -> Transcriber:
        """The same engine with another model: a folder, or a name that it knows.

        Raises SettingsError where there is no such model, or where the engine has only its own.
        """
        ...


def stretches(speech: Sequence[Span], longest_s: float = 60.0, margin_s: float = 0.3) -> list[Span]:
    """Stretches of a recording that hold all speech, cut in silence wherever possible.

    speech: ordered by start; spans may overlap.  Music and silence between stretches are not listened to.
    """
    found: list[Span] = []
    for span in speech:
        wide = Span(max(0.0, span.start_s - margin_s), span.end_s + margin_s)
        if found and ((found[-1] | wide).duration_s <= longest_s or wide.start_s < found[-1].end_s - 2 * margin_s):
            found[-1] = found[-1] | wide
        else:
            found.append(wide if not found else Span(max(wide.start_s, found[-1].end_s), wide.end_s))
    return [piece for span in found for piece in _pieces(span, longest_s) if piece]


def _pieces(span: Span, longest_s: float) -> list[Span]:
    """A stretch without a rest, cut into equal pieces that are short enough."""
    count = max(1, -(-int(span.duration_s) // int(2 * longest_s)))
    step = span.duration_s / count
    return [Span(span.start_s + index * step, span.start_s + (index + 1) * step) for index in range(count)]
