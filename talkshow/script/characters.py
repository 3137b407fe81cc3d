"""Characters that no reader sees: those that steer terminals, and invisible ones that word processors leave behind."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

# soft hyphen, zero-width space, word joiner, invisible operators, byte order mark, Mongolian vowel separator
_INVISIBLE = frozenset("\u00ad\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\u180e")
_JOINERS = frozenset("\u200c\u200d")  # they shape letters of Arabic and of Indian scripts, and join emoji
INVISIBLE = frozenset(f"U+{ord(ch):04X}" for ch in _INVISIBLE | _JOINERS)
_JOINED = ("ARABIC", "SYRIAC", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU",
           "KANNADA", "MALAYALAM", "SINHALA", "MYANMAR", "KHMER", "TIBETAN", "BALINESE", "JAVANESE")  # fmt: skip
_UNSPACED = ("THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "JAVANESE")  # a zero-width space parts their words
# left-to-right and right-to-left marks, embeddings, overrides and isolates: they reorder what a terminal shows
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_characters(text: str) -> tuple[str, list[tuple[int, str]]]:
    """`text` with \\n line ends and without control and bidirectional characters, and what was removed where.

    The second value lists (offset in the result, "U+202E"). Tabs and the separators of Unicode become spaces.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isprintable():
        return text, []
    kept: list[str] = []
    removed: list[tuple[int, str]] = []
    for at, ch in enumerate(text):
        if ch == "\n" or ch.isprintable():
            kept.append(ch)
        elif ch in "\t\v\f\x85\u2028\u2029" or unicodedata.category(ch) == "Zs":
            kept.append(" " if ch != "\t" else "\t")
        elif ch in _BIDI or ch in "\ufffe\uffff" or unicodedata.category(ch) in ("Cc", "Cs") or _is_stray(text, at):
            removed.append((len(kept), f"U+{ord(ch):04X}"))
        else:
            kept.append(ch)  # joiners of emoji and scripts, unassigned characters
    return "".join(kept), removed


def invisible_warning(codes: Sequence[str]) -> str:
    """What is said once about all invisible characters of a script."""
    kinds = ", ".join(dict.fromkeys(codes))
    number = len(codes)
    return (
        f"{number} invisible {'character is' if number == 1 else 'characters are'} left out ({kinds}), this one first"
    )


def _is_stray(text: str, at: int) -> bool:
    """Whether an invisible character has no meaning where it stands."""
    ch = text[at]
    if ch not in _INVISIBLE and ch not in _JOINERS:
        return False
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if ch == "\u200b":
        return not (_of(before, _UNSPACED) and _of(after, _UNSPACED))
    if ch not in _JOINERS:
        return True
    picture = unicodedata.category(before or " ") in ("So", "Sk", "Mn") and unicodedata.category(after or " ") == "So"
    return not (picture or _of(before, _JOINED) or _of(after, _JOINED))


def _of(ch: str, scripts: tuple[str, ...]) -> bool:
    return bool(ch) and unicodedata.name(ch, "").startswith(scripts)
