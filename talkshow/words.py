"""Words and speech sounds with the times at which they are heard."""

from __future__ import annotations

from dataclasses import dataclass

from talkshow.span import Span


@dataclass(frozen=True)
class Word:
    """A word as written and its time, in seconds from the start of its sound."""

    text: str
    span: Span


@dataclass(frozen=True)
class Phoneme:
    """One speech sound and its time, in seconds.

    `symbol`: a character of the Kokoro/misaki alphabet, its stress mark in front if it has one: "æ", "ˈæ", "ˌɪ".
    """

    symbol: str
    span: Span
