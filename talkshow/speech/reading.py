"""Text to speech sounds: which phonemes belong to which written word, and when each of them is heard.

The letter-to-sound step is hibari's (a port of misaki: the alphabet Kokoro was trained on). An acoustic model gets one
token a phoneme character, answers how many of its steps each token lasts, and from that come the times of phonemes and
words.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from pathlib import Path
from typing import Any

from talkshow.errors import BackendError, WeightsError
from talkshow.machine import libraries
from talkshow.span import Span
from talkshow.speech.english.names import phonemes_of_names
from talkshow.speech.english.normalise import normalise
from talkshow.store.digests import identity
from talkshow.words import Phoneme, Word

REVISION = 2  # raise when rules or names change what is said or how it is noted
# Stress marks and the length mark are tokens with a duration of their own; they are heard as part of a neighbour.
_STRESS = frozenset("ˈˌ")
_LENGTH = frozenset("ːʰʲ")
_SILENT = frozenset(' ;:,.!?—…"()“”')


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
        return all(token in _SILENT for token in self.tokens)


def reading_identity() -> str:
    """What decides the phonemes of a text: our rules and hibari's version. Part of every engine's identity."""
    try:
        return identity("reading", REVISION, f"hibari/{version('hibari-tts')}")
    except PackageNotFoundError as exc:
        raise WeightsError(
            "the package hibari-tts, which turns letters into sounds, is not installed. "
            "Cure: pip install hibari-tts==0.2.1"
        ) from exc


class Reader:
    """Reads English text; American and British dictionaries are loaded when first needed (0.3 s each)."""

    def __init__(self) -> None:
        self._g2p: dict[bool, Any] = {}
        self._vocabulary: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def vocabulary(self) -> Mapping[str, int]:
        """Model token number of each phoneme character."""
        with self._lock:
            if not self._vocabulary:
                import hibari

                path = Path(hibari.__file__).parent / "assets" / "vocab.json"
                self._vocabulary = json.loads(path.read_text(encoding="utf-8"))
            return self._vocabulary

    def read(self, text: str, pronunciations: Mapping[str, str], british: bool = False) -> Reading:
        """The phonemes of `text`. Raises BackendError when the letter-to-sound step fails on it."""
        g2p = self._dictionary(british)
        spoken = normalise(text, pronunciations, lambda word: _knows(g2p, word))
        if not spoken.spoken:
            return Reading("", (), (), spoken.warnings)
        try:
            tokens = g2p.phonemize_tokens(_imperatives(g2p.tokenize(spoken.spoken)))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as exc:
            raise BackendError(
                f"cannot read this text aloud: '{text}' ({exc}). Write it in words, or give a "
                "pronunciation with 'say:' in the script's head"
            ) from exc
        groups = _spoken_groups(tokens)
        assert len(groups) == len(spoken.owners), (spoken.spoken, groups)
        vocabulary = self.vocabulary
        sounds = ["".join(ch for ch in group if ch in vocabulary) for group in groups]
        return _assemble(sounds, spoken.owners, spoken.written, spoken.warnings)

    def _dictionary(self, british: bool) -> Any:
        with self._lock:
            if british not in self._g2p:
                libraries.onnxruntime()  # before hibari imports it
                from hibari.g2p import G2P

                g2p = G2P(british=british)
                g2p.lexicon.golds.d.update(phonemes_of_names(british))
                self._g2p[british] = g2p
            return self._g2p[british]


def _knows(g2p: Any, word: str) -> bool:
    return word in g2p.lexicon.golds or word in g2p.lexicon.silvers


def _imperatives(tokens: list[Any]) -> list[Any]:
    """Tags "Close the door", "Record a song" as verbs, which the tagger takes for adjectives and nouns."""
    starts = True
    for token, following in pairwise(tokens):
        if starts and following.tag in ("DT", "PRP$") and token.tag.startswith(("JJ", "NN", "RB")):
            token.tag = "VB"
        starts = token.text in (".", "!", "?", ";", ":", "—")
    return tokens


def _spoken_groups(tokens: Sequence[Any]) -> list[str]:
    """Phonemes of each space-separated word: hibari's tokens are pieces of words, the last one carries the space."""
    groups, current = [], ""
    for token in tokens:
        current += token.phonemes or ""
        if token.whitespace:
            groups.append(current)
            current = ""
    return [*groups, current] if not tokens or not tokens[-1].whitespace else groups


def _assemble(sounds: list[str], owners: Sequence[int], written: Sequence[str], warnings: tuple[str, ...]) -> Reading:
    """Tokens with their words. A written word without a sound of its own (a dash, an emoji) is shown with its
    neighbour: with the one before, at the beginning with the one after."""
    audible = {owner for sound, owner in zip(sounds, owners, strict=True) if any(ch not in _SILENT for ch in sound)}
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

    `durations_s`: one a token, pads at both ends included (len(reading.tokens) + 2); `end_s`: length of the sound;
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
        if symbol in _SILENT:
            held = None
            continue
        if word >= 0:
            spans[word] = spans.get(word, span) | span
        if symbol in _STRESS:
            held = (symbol, span.start_s) if held is None else held
        elif symbol in _LENGTH and phonemes:
            phonemes[-1] = Phoneme(phonemes[-1].symbol, phonemes[-1].span | span)
        else:
            mark, start_s = held or ("", span.start_s)
            phonemes.append(Phoneme(mark + symbol, Span(start_s, span.end_s)))
            held = None
    words = tuple(Word(text, spans[index]) for index, text in enumerate(reading.words))
    return words, tuple(phonemes)
