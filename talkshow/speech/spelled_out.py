"""Numbers, dates, times, money and abbreviations, written out in the words of a language that espeak-ng reads.

Whole numbers stay digits: espeak-ng says them. What it would read wrongly is rewritten here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_NUMBER = r"\d+(?:[.\s\u00a0\u202f]\d{3})*(?:,\d+)?"
_SIGNS = {"€": "€", "$": "$", "£": "£", "¥": "¥", "₹": "₹", "R$": "R$", "US$": "$"}
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_MONEY_BEFORE = re.compile(rf"(?<![\w$])({_SIGN})\s?({_NUMBER})(?!\d)")
_MONEY_AFTER = re.compile(rf"(?<![\w.,])({_NUMBER})\s?({_SIGN})(?!\w)")
_TIME = re.compile(r"(?<![\d:.,])([01]?\d|2[0-4])(?::|\s?h\s?)([0-5]\d)(?![\d:]|[.,]\d)")
_FULL_HOUR = re.compile(r"(?<![\d:.,])([01]?\d|2[0-4])\s?h\b")
_DATE = re.compile(r"(?<![\d/.])(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?![\d/])")
_ISO_DATE = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
_PERCENT = re.compile(rf"({_NUMBER})\s?%")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[.\u00a0\u202f]\d{3})+(?!\d)")
_SPACED_THOUSANDS = re.compile(r"(?<![\d.,\s])\d{1,3}(?: \d{3})+(?![\d.,]?\d)")
_DECIMAL = re.compile(r"(?<![\d.,])(\d+),(\d+)(?![\d,])")
_POINT = re.compile(r"(?<![\d.,])(\d+)\.(\d+)(?![\d.])")


@dataclass(frozen=True)
class Words:
    """The words of one language.

    comma:    what a decimal comma is called
    money:    per sign: (one, many, hundredths)
    cents:    between whole units and hundredths; hundredths_said: whether the hundredths are named
    months:   twelve names
    date:     with {day}, {month}, {year}
    first:    the first day of a month, where it is not a number
    time:     with {hours} and {minutes}; hour: with {hours}
    percent:  after the number
    ordinals: endings after a number, each with the function that gives the word
    abbreviations: as written, without case, to words
    signs:    signs between words, to words
    point:    whether decimals follow a point, and commas part thousands
    """

    comma: str
    money: Mapping[str, tuple[str, str, str]]
    cents: str
    hundredths_said: bool
    months: tuple[str, ...]
    date: str
    time: str
    hour: str
    percent: str
    first: str = "1"
    ordinals: Mapping[str, Callable[[int], str]] = field(default_factory=dict)
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    signs: Mapping[str, str] = field(default_factory=dict)
    point: bool = False


def spelled_out(text: str, words: Words) -> str:
    """The text as espeak-ng reads it rightly, word by word in the same order."""
    for short, full in words.abbreviations.items():
        text = re.sub(rf"(?<!\w){re.escape(short)}(?!\w)", full, text, flags=re.IGNORECASE)
    text = _DATE.sub(lambda match: _date(match, match[1], match[2], match[3], words), text)
    text = _ISO_DATE.sub(lambda match: _date(match, match[3], match[2], match[1], words), text)
    if words.point:
        text = re.sub(r"(?<=\d),(?=\d{2,3}(?:\D|$))", "", text)
        text = re.sub(r"(?<=\d)\.(?=\d)", ",", text)
    text = _MONEY_BEFORE.sub(lambda match: _money(match[2], match[1], words), text)
    text = _MONEY_AFTER.sub(lambda match: _money(match[1], match[2], words), text)
    text = _TIME.sub(lambda match: _time(int(match[1]), int(match[2]), words), text)
    text = _FULL_HOUR.sub(lambda match: words.hour.format(hours=int(match[1])), text)
    text = _PERCENT.sub(lambda match: f"{match[1]} {words.percent}", text)
    for ending, ordinal in words.ordinals.items():
        text = _said(rf"(?<![\w.,])(\d{{1,4}})(?:{ending})(?!\w)", ordinal, text)
    for sign, said in words.signs.items():
        text = re.sub(rf"\s*{re.escape(sign)}\s*", f" {said} ", text)
    text = _THOUSANDS.sub(lambda match: re.sub(r"\D", "", match[0]), text)
    text = _SPACED_THOUSANDS.sub(lambda match: match[0].replace(" ", ""), text)
    text = _DECIMAL.sub(lambda match: f"{match[1]} {words.comma} {_digits(match[2])}", text)
    text = _POINT.sub(lambda match: f"{match[1]} {words.comma} {_digits(match[2])}", text)
    return " ".join(text.split())


def _said(pattern: str, say: Callable[[int], str], text: str) -> str:
    """The text with each number that the pattern finds as `say` says it."""
    return re.sub(pattern, lambda match: say(int(match[1])), text)


def _digits(decimals: str) -> str:
    """Decimals as people say them: up to two digits as a number, else digit by digit; zeros in front are said."""
    return decimals if len(decimals) <= 2 and decimals[0] != "0" else " ".join(decimals)


def _date(match: re.Match[str], day: str, month: str, year: str, words: Words) -> str:
    if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return match[0]
    said = words.first if int(day) == 1 else str(int(day))
    return words.date.format(day=said, month=words.months[int(month) - 1], year=year)


def _time(hours: int, minutes: int, words: Words) -> str:
    return words.time.format(hours=hours, minutes=minutes) if minutes else words.hour.format(hours=hours)


def _money(number: str, sign: str, words: Words) -> str:
    one, many, hundredth = words.money.get(_SIGNS[sign], (sign, sign, ""))
    whole, _, cents = re.sub(r"[.\s\u00a0\u202f]", "", number).partition(",")
    said = f"{whole} {one if int(whole) == 1 else many}"
    if len(cents) != 2:
        return f"{whole} {words.comma} {_digits(cents)} {many}" if cents else said
    if int(cents) == 0:
        return said
    tail = f" {hundredth}" if words.hundredths_said else ""
    return f"{said} {words.cents} {int(cents)}{tail}".replace("  ", " ")
