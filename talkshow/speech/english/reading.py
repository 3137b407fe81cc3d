"""English aloud: what is written becomes words, and words become phonemes by hibari's dictionaries.

hibari is a port of misaki, in whose alphabet Kokoro was trained.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from typing import Any

from talkshow.errors import BackendError, WeightsError
from talkshow.languages.registry import find
from talkshow.machine import libraries
from talkshow.speech.english.names import phonemes_of_names
from talkshow.speech.english.normalise import normalise
from talkshow.speech.reading import Reading, assemble
from talkshow.store.digests import identity

REVISION = 2  # raise when rules or names change what is said or how it is noted


class English:
    """Reads English; American and British dictionaries are loaded when first needed (0.3 s each)."""

    def __init__(self) -> None:
        self._g2p: dict[bool, Any] = {}
        self._lock = threading.Lock()

    @property
    def identity(self) -> str:
        """Our rules and hibari's version. Raises WeightsError where it is not installed."""
        try:
            return identity("reading", REVISION, f"hibari/{version('hibari-tts')}")
        except PackageNotFoundError as exc:
            raise WeightsError(
                "the package hibari-tts, which turns letters into sounds, is not installed. "
                "Cure: pip install hibari-tts==0.2.1"
            ) from exc

    def read(self, text: str, pronunciations: Mapping[str, str], language: str) -> Reading:
        """The phonemes of a text. Raises BackendError when the letter-to-sound step fails on it."""
        g2p = self._dictionary(british=find(language).region_of(language) == "en-GB")
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
        return assemble(groups, spoken.owners, spoken.written, spoken.warnings)

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
