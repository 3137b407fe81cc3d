"""A line's text cut into stretches that a voice says in one go. Pure, and never inside a word.

Voices sound best when they see whole sentences, several if they are short; over some 300 characters they begin to
rush. Joined by spaces the stretches give the text again.
"""

from __future__ import annotations

import re

GOOD_LENGTH = 240  # characters: short sentences are put together up to here
LONGEST = 300  # characters: longer sentences are cut at a clause

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’')\]]*\s+(?=\S)")
_ABBREVIATIONS = frozenset(
    (
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "mt",
        "vs",
        "no",
        "nos",
        "fig",
        "e.g",
        "i.e",
        "jr",
        "sr",
        "lt",
        "gen",
        "capt",
        "sgt",
        "col",
        "rev",
        "hon",
        "gov",
        "sen",
        "rep",
        "ave",
        "vol",
        "approx",
        "p",
        "pp",
        "ch",
        "ed",
    )
)
# Where to cut a long sentence: a cut at a weaker mark must lie that much nearer the middle (share of the length).
_CUTS = (
    (re.compile(r"(?<=[;:—–])\s+"), 0.0),
    (re.compile(r"(?<=,)\s+"), 0.1),
    (re.compile(r"\s+(?=(?:and|but|or|because|which|who|that|when|while|so|if)\s)"), 0.2),
    (re.compile(r"\s+"), 0.4),
)
# Seconds of silence between two stretches, by what ends the first: as long as the voices themselves pause there.
_PAUSES = ((".!?…", 0.36), (";:—–", 0.24), (",", 0.16))
_NO_MARK_PAUSE = 0.04


def clauses(text: str) -> list[str]:
    """`text` in stretches of at most LONGEST characters (a single longer word stays whole)."""
    stretches: list[str] = []
    for sentence in sentences(text):
        if stretches and len(stretches[-1]) + len(sentence) < GOOD_LENGTH:
            stretches[-1] += " " + sentence
        else:
            stretches.append(sentence)
    return [part for stretch in stretches for part in _cut(stretch)]


def sentences(text: str) -> list[str]:
    """`text` cut after sentence ends; "Dr. Smith" and "J. K. Rowling" stay whole. Spaces are made single."""
    text = " ".join(text.split())
    found, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        before = text[start : match.start()].rsplit(" ", 1)[-1]
        word = before.rstrip(".").lstrip("(\"“'‘").casefold()
        abbreviated = (
            before.endswith(".")
            and not before.endswith("..")
            and (word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()))
        )
        if not abbreviated and not text[match.end()].islower():
            found.append(text[start : match.end()].rstrip())
            start = match.end()
    return [*found, text[start:]] if text[start:] else found


def halves(text: str) -> tuple[str, str] | None:
    """`text` cut in two at the best place near its middle; None when it is a single word."""
    best: tuple[float, int, int] | None = None
    for pattern, penalty in _CUTS:
        for match in pattern.finditer(text):
            if match.start() > 0 and match.end() < len(text):
                cost = abs((match.start() + match.end()) / 2 / len(text) - 0.5) + penalty
                if best is None or cost < best[0]:
                    best = cost, match.start(), match.end()
    return (text[: best[1]], text[best[2] :]) if best else None


def pause_after(text: str) -> float:
    """Seconds of natural silence after a stretch that another one follows."""
    end = text.rstrip("\"”’')] ")[-1:]
    return next((seconds for marks, seconds in _PAUSES if end and end in marks), _NO_MARK_PAUSE)


def _cut(text: str) -> list[str]:
    if len(text) <= LONGEST or (parts := halves(text)) is None:
        return [text]
    return _cut(parts[0]) + _cut(parts[1])
