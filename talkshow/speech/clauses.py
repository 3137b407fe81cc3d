"""A line's text cut into stretches that a voice says in one go. Pure, and never inside a word.

Voices sound best when they see whole sentences, several if they are short; over about 300 characters they begin to
rush. Joined as the language joins words the stretches give the text again.
"""

from __future__ import annotations

import re
from functools import lru_cache

from talkshow.languages.language import Language

GOOD_LENGTH = 0.8  # of `Language.longest`: short sentences are put together up to here
_QUOTES = "\"”’')\\]」』》"  # that close, as a regular expression has them
_CLAUSE_MARKS, _COMMAS = ";:—–；：", ",，、،"
# Seconds of silence between two stretches, by what ends the first: as long as the voices themselves pause there.
_SENTENCE_PAUSE, _CLAUSE_PAUSE, _COMMA_PAUSE, _NO_MARK_PAUSE = 0.36, 0.24, 0.16, 0.04


def clauses(text: str, language: Language) -> list[str]:
    """`text` in stretches of at most `language.longest` characters (a single longer word stays whole)."""
    stretches: list[str] = []
    space = " " if language.spaces else ""
    for sentence in sentences(text, language):
        if stretches and len(stretches[-1]) + len(sentence) < GOOD_LENGTH * language.longest:
            stretches[-1] += space + sentence
        else:
            stretches.append(sentence)
    return [part for stretch in stretches for part in _cut(stretch, language)]


def sentences(text: str, language: Language) -> list[str]:
    """`text` cut after sentence ends; "Dr. Smith" and "J. K. Rowling" stay whole. Spaces are made single."""
    text = " ".join(text.split())
    found, start = [], 0
    for match in _sentence_end(language).finditer(text):
        before = text[start : match.start()].rsplit(" ", 1)[-1]
        word = before.rstrip(".").lstrip("(\"“'‘").lower()
        abbreviated = (
            before.endswith(".")
            and not before.endswith("..")
            and (word in language.abbreviations or (len(word) == 1 and word.isalpha()))
        )
        if not abbreviated and not text[match.end()].islower():
            sentence = text[start : match.end()]
            found.append(sentence.rstrip() if language.spaces else sentence)
            start = match.end()
    return [*found, text[start:]] if text[start:] else found


def halves(text: str, language: Language) -> tuple[str, str] | None:
    """`text` cut in two at the best place near its middle; None when it is a single word."""
    best: tuple[float, int, int] | None = None
    for pattern, penalty in _cuts(language):
        for match in pattern.finditer(text):
            if match.start() > 0 and match.end() < len(text):
                cost = abs((match.start() + match.end()) / 2 / len(text) - 0.5) + penalty
                if best is None or cost < best[0]:
                    best = cost, match.start(), match.end()
    return (text[: best[1]], text[best[2] :]) if best else None


def pause_after(text: str, language: Language) -> float:
    """Seconds of natural silence after a stretch that another one follows."""
    end = text.rstrip("\"”’')]」』》 ")[-1:]
    pauses = ((language.sentence_ends, _SENTENCE_PAUSE), (_CLAUSE_MARKS, _CLAUSE_PAUSE), (_COMMAS, _COMMA_PAUSE))
    return next((seconds for marks, seconds in pauses if end and end in marks), _NO_MARK_PAUSE)


def _cut(text: str, language: Language) -> list[str]:
    if len(text) <= language.longest or (parts := halves(text, language)) is None:
        return [text]
    return _cut(parts[0], language) + _cut(parts[1], language)


@lru_cache(maxsize=32)
def _sentence_end(language: Language) -> re.Pattern[str]:
    """What lies between two sentences."""
    ends = language.sentence_ends
    pattern = rf"(?<=[{re.escape(ends)}])[{_QUOTES}]*\s+(?=\S)"
    if not language.spaces and _wide(ends):
        next_one = rf"(?=[^\s{re.escape(ends)}{_QUOTES}])"
        pattern += rf"|(?<=[{re.escape(_wide(ends))}])[{_QUOTES}]*{next_one}"
    return re.compile(pattern)


@lru_cache(maxsize=32)
def _cuts(language: Language) -> tuple[tuple[re.Pattern[str], float], ...]:
    """Where to cut a long sentence: one at a weaker mark must lie that much nearer the middle (share of the length)."""
    cuts = [(rf"(?<=[{marks}])\s+", penalty) for marks, penalty in ((_CLAUSE_MARKS, 0.0), (_COMMAS, 0.1))]
    if language.conjunctions:
        cuts.append((rf"\s+(?=(?:{'|'.join(map(re.escape, sorted(language.conjunctions)))})\s)", 0.2))
    if not language.spaces:
        cuts += [(rf"(?<=[{_wide(_CLAUSE_MARKS)}])(?=[^\s0-9])", 0.0), (rf"(?<=[{_wide(_COMMAS)}])(?=\S)", 0.1)]
        cuts.append((r"(?<![!-~])(?=\S)", 0.7))  # anywhere, but never inside a number or a Latin word
    cuts.append((r"\s+", 0.4))
    return tuple((re.compile(pattern), penalty) for pattern, penalty in cuts)


def _wide(marks: str) -> str:
    """The marks after which no space is written; the others also occur in 3.5 and 10:30."""
    return "".join(mark for mark in marks if not mark.isascii())
