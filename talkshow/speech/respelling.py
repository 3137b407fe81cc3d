"""Pronunciations that a script gives: words to the letters that say how they sound, in any language."""

from __future__ import annotations

import re
from collections.abc import Mapping


def applying(text: str, pronunciations: Mapping[str, str]) -> dict[str, str]:
    """The pronunciations whose words occur in `text`."""
    return {word: said for word, said in pronunciations.items() if _word_pattern(word).search(text)}


def respelled(text: str, pronunciations: Mapping[str, str]) -> str:
    """All words in one pass, longest first, so that a respelling is never respelled again."""
    if not (words := sorted(applying(text, pronunciations), key=len, reverse=True)):
        return text
    patterns = [_word_pattern(word) for word in words]
    together = re.compile("|".join(f"({'(?i:' if p.flags & re.IGNORECASE else '(?:'}{p.pattern}))" for p in patterns))
    return together.sub(lambda match: pronunciations[words[(match.lastindex or 1) - 1]], text)


def _word_pattern(word: str) -> re.Pattern[str]:
    escaped = re.escape(word)
    if word == word.lower():
        return re.compile(rf"(?<!\w){escaped}(?!\w)", re.IGNORECASE)
    return re.compile(rf"(?<!\w)(?:{escaped}|{re.escape(word.upper())})(?!\w)")
