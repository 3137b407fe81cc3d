"""Text to phonemes, in whichever language: which of them belong to which written word, and when they are heard.

A language's own class (`Language.reading`) gives the phonemes. An acoustic model gets one token a phoneme character,
answers how many of its steps each token lasts, and from that come the times of phonemes and words.
"""

from __future__ import annotations

import pkgutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from talkshow.cast.types import Voice
from talkshow.engines.plugins import checked, failures
from talkshow.errors import BackendError
from talkshow.languages.language import Language
from talkshow.languages.registry import find
from talkshow.span import Span
from talkshow.speech.alphabet import LENGTH, SILENT, STRESS, token_numbers
from talkshow.words import Phoneme, Word


@dataclass(frozen=True)
class Reading:
    """What the model will be given.

    `tokens`: phoneme characters, one a model token (without the pads at both ends). `token_words`: for each token
    the index of its word, -1 for the spaces between. `words`: written words; joined by spaces they give the text.
    """

    tokens: str
    token_words: tuple[int, ...]
    words: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Whether nothing in it makes a sound."""
        return all(token in SILENT for token in self.tokens)


class Reader(Protocol):
    """Reads a language aloud: one object per process, used from several threads.

    `identity` changes whenever the same text would be read differently: cached speech is thrown away then.
    """

    @property
    def identity(self) -> str:
        """Name and revision of its rules, and the versions of the packages that they rest on."""

    def read(self, text: str, pronunciations: Mapping[str, str], language: str) -> Reading:
        """The phonemes of a text in the networks' alphabet; `language` is the voice's tag, with its region.

        Raises BackendError for a text that cannot be read, MissingExtra where packages are not installed.
        """


_readers: dict[str, Reader] = {}
_lock = threading.Lock()


def read(text: str, pronunciations: Mapping[str, str], language: str) -> Reading:
    """The phonemes of a text. Raises BackendError where nothing reads the language, and as `Reader.read` does."""
    reader = _reader(find(language))
    with failures(reader, "reading a text"):
        return checked(reader, reader.read(text, pronunciations, language), Reading, "reading a text")


def reading_identity(voice: Voice) -> str:
    """What decides the phonemes of what a voice says; "" where its engine reads letters by itself."""
    language = find(voice.language)
    return _reader(language).identity if voice.engine in language.spoken_by else ""


def _reader(language: Language) -> Reader:
    if not language.reading:
        raise BackendError(
            f"{language.name} cannot be read aloud: no reading of it is known. Choose a voice whose engine reads it "
            "by itself, or add a reading (docs/contributing/language.md)"
        )
    with _lock:
        if language.reading not in _readers:
            try:
                _readers[language.reading] = pkgutil.resolve_name(language.reading)()
            except (ImportError, AttributeError, ValueError) as exc:
                raise BackendError(
                    f"what reads {language.name} aloud ({language.reading}) does not load: {exc}. Update or remove "
                    "the package that it comes from"
                ) from exc
        return _readers[language.reading]


def assemble(
    sounds: Sequence[str], owners: Sequence[int], written: Sequence[str], warnings: tuple[str, ...] = ()
) -> Reading:
    """Tokens with their words.

    sounds: phonemes of each spoken word, of which those outside the alphabet are left out; owners: for each the index
    of its word in `written`, never decreasing. A written word without a sound of its own (a dash, an emoji) is shown
    with its neighbour: with the one before, at the beginning with the one after.
    """
    sounds = ["".join(ch for ch in sound if ch in token_numbers()) for sound in sounds]
    audible = {owner for sound, owner in zip(sounds, owners, strict=True) if any(ch not in SILENT for ch in sound)}
    words: list[str] = []
    index_of: dict[int, int] = {}
    waiting: list[str] = []
    for index, text in enumerate(written):
        if index in audible:
            index_of[index] = len(words)
            words.append(" ".join([*waiting, text]))
            waiting = []
        elif words:
            words[-1] += " " + text
        else:
            waiting.append(text)
    tokens, token_words = "", []
    for sound, owner in zip(sounds, owners, strict=True):
        if tokens and sound:
            tokens += " "
            token_words.append(-1)
        tokens += sound
        token_words += [index_of.get(owner, -1)] * len(sound)
    return Reading(tokens, tuple(token_words), tuple(words), warnings)


def place(
    reading: Reading, durations_s: Sequence[float], end_s: float, late_s: float = 0.0
) -> tuple[tuple[Word, ...], tuple[Phoneme, ...]]:
    """When words and phonemes are heard.

    `durations_s`: one per token, pads at both ends included (len(reading.tokens) + 2); `end_s`: length of the sound;
    `late_s`: by how much the model's own account runs behind the sound. Spans lie inside 0..end_s and are in order.
    A stressed vowel keeps its mark ("ˈæ", "ˌɪ") and begins where the mark does.
    """
    assert len(durations_s) == len(reading.tokens) + 2
    clock, edges = -late_s, []
    for duration in durations_s:
        edges.append(min(max(clock, 0.0), end_s))
        clock += duration
    edges.append(min(max(clock, 0.0), end_s))
    phonemes: list[Phoneme] = []
    spans: dict[int, Span] = {}
    held: tuple[str, float] | None = None  # a stress mark and its start: the vowel begins there
    for position, (symbol, word) in enumerate(zip(reading.tokens, reading.token_words, strict=True), start=1):
        span = Span(edges[position], edges[position + 1])
        if symbol in SILENT:
            held = None
            continue
        if word >= 0:
            spans[word] = spans.get(word, span) | span
        if symbol in STRESS:
            held = (symbol, span.start_s) if held is None else held
        elif symbol in LENGTH and phonemes:
            phonemes[-1] = Phoneme(phonemes[-1].symbol, phonemes[-1].span | span)
        else:
            mark, start_s = held or ("", span.start_s)
            phonemes.append(Phoneme(mark + symbol, Span(start_s, span.end_s)))
            held = None
    words = tuple(Word(text, spans[index]) for index, text in enumerate(reading.words))
    return words, tuple(phonemes)
