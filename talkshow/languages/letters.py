"""Writing systems: which languages a text can be in by its letters alone, and what a voice can read of it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from talkshow.languages.registry import known, name_of, primary

_KANA = frozenset(("HIRAGANA", "KATAKANA"))
_NAMED_SIGNS = frozenset("&%@#°©§¶№/")  # a voice has words for these, and for signs of mathematics


@dataclass(frozen=True)
class Letters:
    """A writing system other than the Latin one.  languages: those written in it, the largest first."""

    name: str
    languages: tuple[str, ...]

    def __str__(self) -> str:
        shown = [name_of(tag) for tag in self.languages[:3]]
        if not shown or self.name in shown:
            return f"{self.name} letters"
        return f"{self.name} letters ({', '.join(shown)})"


# by the first word of a character's name in Unicode
_SYSTEMS = {
    system: Letters(name, tuple(languages.split()))
    for system, name, languages in (
        ("ARABIC", "Arabic", "ar fa ur ps"),
        ("ARMENIAN", "Armenian", "hy"),
        ("BENGALI", "Bengali", "bn"),
        ("BOPOMOFO", "Chinese", "zh"),
        ("CJK", "Chinese", "zh ja yue"),
        ("CYRILLIC", "Cyrillic", "ru uk bg sr mk be kk mn"),
        ("DEVANAGARI", "Devanagari", "hi mr ne"),
        ("ETHIOPIC", "Ethiopic", "am ti"),
        ("GEORGIAN", "Georgian", "ka"),
        ("GREEK", "Greek", "el"),
        ("GUJARATI", "Gujarati", "gu"),
        ("GURMUKHI", "Gurmukhi", "pa"),
        ("HANGUL", "Korean", "ko"),
        ("HEBREW", "Hebrew", "he yi"),
        ("HIRAGANA", "Japanese", "ja"),
        ("KANNADA", "Kannada", "kn"),
        ("KATAKANA", "Japanese", "ja"),
        ("KHMER", "Khmer", "km"),
        ("LAO", "Lao", "lo"),
        ("MALAYALAM", "Malayalam", "ml"),
        ("MONGOLIAN", "Mongolian", "mn"),
        ("MYANMAR", "Burmese", "my"),
        ("ORIYA", "Odia", "or"),
        ("SINHALA", "Sinhala", "si"),
        ("TAMIL", "Tamil", "ta"),
        ("TELUGU", "Telugu", "te"),
        ("THAANA", "Thaana", "dv"),
        ("THAI", "Thai", "th"),
        ("TIBETAN", "Tibetan", "bo"),
    )
}


def letters_of(text: str) -> Letters | None:
    """The writing system of most letters of a text; None for the Latin one, and for a text without letters."""
    counts: Counter[str] = Counter()
    for ch in text:
        counts[_system(ch)] += 2 if _is_syllable(ch) else 1
    del counts[""]
    if counts.keys() & _KANA:  # Japanese: Chinese characters among them are, too
        counts["HIRAGANA"] += counts.pop("CJK", 0) + counts.pop("KATAKANA", 0)
    system, number = max(counts.items(), key=lambda item: item[1], default=("LATIN", 0))
    if system == "LATIN" or 2 * number <= counts.total():
        return None
    return _letters(system)


def is_readable(word: str, language: str) -> bool:
    """Whether a voice of a language has something to say for a word: a number, a sign with a name, letters it reads.

    Latin letters are read by every voice, and a single Greek letter is a sign.
    """
    letters = [ch for ch in word if _system(ch)]
    if letters:
        strange = [ch for ch in letters if not _reads(_system(ch), language)]
        return not strange or (len(letters) == 1 and _system(letters[0]) == "GREEK")
    return any(
        unicodedata.category(ch)[0] == "N"
        or ch in _NAMED_SIGNS
        or (unicodedata.category(ch) == "Sm" and ch not in "|√")
        for ch in word
    )


def _reads(system: str, language: str) -> bool:
    return system == "LATIN" or primary(language) in _letters(system).languages


def _letters(system: str) -> Letters:
    """A writing system with all languages that are known to use it."""
    listed = _SYSTEMS.get(system) or Letters(system.title(), ())
    others = (tag for tag, language in known().items() if system in language.letters and tag not in listed.languages)
    return Letters(listed.name, (*listed.languages, *others))


def _is_syllable(ch: str) -> bool:
    """Whether a character says as much as several letters: Chinese, Japanese, Korean."""
    return "\u3040" <= ch <= "\ud7af" or ch >= "\U00020000"


@lru_cache(maxsize=4096)
def _system(ch: str) -> str:
    """The writing system of a letter; "" for everything else."""
    if not ch.isalpha() or ch == "µ":
        return ""
    if ch.isascii():
        return "LATIN"
    name = unicodedata.name(unicodedata.normalize("NFKC", ch)[0], "")
    if name.startswith("IDEOGRAPHIC"):
        return "CJK"
    first = re.split(r"[ -]", name)[0]
    return "" if first in ("MODIFIER", "SUPERSCRIPT", "") else first
