"""Spanish, French, Hindi, Italian and Portuguese aloud: letters to sounds by espeak-ng.

espeak-ng is a shared library in the package espeakng-loader, called through phonemizer. It reads a clause as a whole,
since sounds depend on their neighbours (les amis), and gives sound words that need not be the written ones. Each
written word is therefore read once more by itself. The sounds of the clause are shared out by what the two readings
have in common.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from importlib.metadata import version
from typing import Any

from talkshow.errors import BackendError, MissingExtra
from talkshow.speech.alphabet import LENGTH, SILENT, STRESS, token_numbers
from talkshow.speech.reading import Reading, assemble
from talkshow.speech.respelling import respelled
from talkshow.speech.spelled_out import Words, spelled_out
from talkshow.speech.tracing import trace
from talkshow.speech.written_numbers import FRENCH, HINDI, ITALIAN, PORTUGUESE, SPANISH
from talkshow.store.digests import identity

REVISION = 1  # raise when the same text would be read differently
# Two sounds that Kokoro knows as one; espeak-ng ties them with "^".
_TIED = {
    **{"a^ɪ": "I", "e^ɪ": "A", "o^ʊ": "O", "a^ʊ": "W", "ɔ^ɪ": "Y", "ə^ʊ": "Q"},
    **{"t^ʃ": "ʧ", "d^ʒ": "ʤ", "t^s": "ʦ", "d^z": "ʣ", "t^ɕ": "ʨ", "d^ʑ": "ʥ"},
}
# Sounds that the networks do not know, by the nearest that they do. Decomposed: a nasal vowel is a letter and a tilde.
_NEAREST = {
    "ɐ̃": "ɐ̃",
    "ʱ": "ʰ",
    "ɚ": "ɚ",
    "ɫ": "l",
    "g": "ɡ",
    "ʏ": "y",
    "ɵ": "ø",
    "ɶ": "œ",
    "ɞ": "ɜ",
    "ɘ": "ə",
    "ɬ": "l",
}
_QUOTES = str.maketrans({"«": "“", "»": "”", "„": "“", "’": "'", "‘": "'", "`": "'", "–": "—", "।": ".", "॥": "."})
_DROPPED = re.compile(r"[¿¡*_#|<>\[\]{}~^]")
_lock = threading.Lock()  # espeak-ng has one state per process


class _Espeak:
    """Reads one language. Raises MissingExtra where the packages are not installed."""

    voice = ""  # what espeak-ng calls the language
    words: Words

    @property
    def identity(self) -> str:
        """Our rules and espeak-ng's package. Raises MissingExtra."""
        _packages()
        return identity("espeak", REVISION, f"espeakng-loader/{version('espeakng-loader')}", self.voice)

    def read(self, text: str, pronunciations: Mapping[str, str], language: str) -> Reading:
        """The phonemes of a text. Raises BackendError, MissingExtra."""
        del language
        written = text.split()
        before = [respelled(word, pronunciations) for word in written]
        spoken = self._prepared(" ".join(before)).split()
        if not spoken:
            return Reading("", (), ())
        owners = trace(before, spoken, self._prepared)
        whole, *alone = self._sounds([" ".join(spoken), *spoken])
        sounds, places = shared_out(whole, alone)
        warnings = _unread(written, before, whole)
        return assemble(sounds, [owners[place] for place in places], written, warnings)

    def _prepared(self, text: str) -> str:
        plain = unicodedata.normalize("NFC", text).translate(_QUOTES)
        return " ".join(_DROPPED.sub(" ", spelled_out(plain, self.words)).split())

    def _sounds(self, texts: Sequence[str]) -> list[str]:
        """Phonemes of texts in the networks' alphabet, punctuation kept."""
        with _lock:
            try:
                found = self._backend.phonemize(list(texts), strip=True)
            except RuntimeError as exc:
                raise BackendError(f"espeak-ng cannot read this text: '{texts[0][:60]}' ({exc})") from exc
        return [in_alphabet(each) for each in found]

    @cached_property
    def _backend(self) -> Any:
        loader, espeak = _packages()
        from phonemizer.backend.espeak.wrapper import EspeakWrapper

        EspeakWrapper.set_library(loader.get_library_path())
        EspeakWrapper.set_data_path(loader.get_data_path())
        return espeak.EspeakBackend(
            self.voice, preserve_punctuation=True, with_stress=True, tie="^", language_switch="remove-flags"
        )


class Spanish(_Espeak):
    """Reads Spanish."""

    voice, words = "es", SPANISH


class French(_Espeak):
    """Reads French."""

    voice, words = "fr-fr", FRENCH


class Hindi(_Espeak):
    """Reads Hindi."""

    voice, words = "hi", HINDI


class Italian(_Espeak):
    """Reads Italian."""

    voice, words = "it", ITALIAN


class Portuguese(_Espeak):
    """Reads Portuguese as it is spoken in Brazil."""

    voice, words = "pt-br", PORTUGUESE


def _packages() -> tuple[Any, Any]:
    try:
        import espeakng_loader
        from phonemizer.backend.espeak import espeak
    except ImportError as exc:
        raise MissingExtra("reading Spanish, French, Hindi, Italian and Portuguese aloud", "espeak") from exc
    return espeakng_loader, espeak


def in_alphabet(sounds: str) -> str:
    """espeak-ng's phonemes as the networks' alphabet has them; symbols that it lacks are gone."""
    text = unicodedata.normalize("NFD", sounds)
    for tied, one in _TIED.items():
        text = text.replace(tied, one)
    text = text.replace("^", "").replace("-", "")
    return "".join(mapped for ch in text for mapped in _NEAREST.get(ch, ch) if mapped in token_numbers())


def shared_out(whole: str, alone: Sequence[str]) -> tuple[list[str], list[int]]:
    """The sounds of a clause in pieces of one word each, and the index of the word that each piece belongs to.

    whole: phonemes of the clause, sound words with spaces between; alone: those of each word read by itself.
    A sound word is cut where another word begins in it. Indices never decrease.
    """
    heard = [(at, ch) for at, ch in enumerate(whole) if _counts(ch)]
    apart = [(index, ch) for index, sounds in enumerate(alone) for ch in sounds if _counts(ch)]
    owner_at: dict[int, int] = {}
    matcher = SequenceMatcher(None, [ch for _, ch in heard], [ch for _, ch in apart], autojunk=False)
    for kind, w0, w1, a0, a1 in matcher.get_opcodes():
        for step in range(w1 - w0):
            if a1 > a0:
                other = a0 + step if kind == "equal" else a0 + min(a1 - a0 - 1, step * (a1 - a0) // (w1 - w0))
            else:
                other = max(0, min(len(apart) - 1, a0 - 1))
            if apart:
                owner_at[heard[w0 + step][0]] = apart[other][0]
    pieces: list[str] = []
    owners: list[int] = []
    start = 0
    for word in whole.split(" "):
        piece, owner = "", None
        for at, ch in enumerate(word, start=start):
            found = owner_at.get(at)
            begins = found is not None and owner is not None and found > owner
            if begins:
                mark = piece[-1:] if piece[-1:] in STRESS else ""
                pieces.append(piece.removesuffix(mark))
                owners.append(owner or 0)
                piece = mark
            owner = found if found is not None and (owner is None or found > owner) else owner
            piece += ch
        if piece:
            pieces.append(piece)
            owners.append(owner if owner is not None else (owners[-1] if owners else 0))
        start += len(word) + 1
    for index in range(1, len(owners)):
        owners[index] = max(owners[index], owners[index - 1])
    return pieces, owners


def _counts(ch: str) -> bool:
    return ch not in SILENT and ch not in STRESS and ch not in LENGTH and not unicodedata.combining(ch)


def _unread(written: Sequence[str], said: Sequence[str], whole: str) -> tuple[str, ...]:
    """A warning where words of letters came out without a sound."""
    if any(_counts(ch) for ch in whole) or not any(ch.isalnum() for word in said for ch in word):
        return ()
    return (f"'{' '.join(written)}' is not spoken: espeak-ng finds no sounds for it",)
