"""Rewriting rules that run before hibari's own: one (pattern, replacement) pair each, applied in this order.

Only what hibari 0.2.1 misses or reads wrongly stands here: addresses, telephone numbers, very long numbers, mixed
fractions, formulas, some units, ranges at a sentence's end. `normalise.py` traces what came from where.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Replacement = str | Callable[[re.Match[str]], str]

_MAX_NUMBER = 15  # digits; longer numbers have no name that anybody knows and are read digit by digit

_DOMAINS = {
    "ai": "A.I.",
    "com": "com",
    "dev": "dev",
    "edu": "E.D.U.",
    "eu": "E.U.",
    "de": "D.E.",
    "fr": "F.R.",
    "gov": "guv",
    "info": "info",
    "io": "I.O.",
    "net": "net",
    "org": "org",
    "tv": "T.V.",
    "uk": "U.K.",
    "us": "U.S.",
    "ca": "C.A.",
    "ch": "C.H.",
    "app": "app",
    "fm": "F.M.",
    "me": "me",
}
_URL_SYMBOLS = {
    ".": "dot",
    "/": "slash",
    "-": "dash",
    "_": "underscore",
    "?": "question mark",
    "=": "equals",
    "&": "and",
    ":": "colon",
    "#": "hash",
    "%": "percent",
    "+": "plus",
    "~": "tilde",
    "@": "at",
}
_FRACTIONS = {"½": "a half", "¼": "a quarter", "¾": "three quarters", "⅓": "a third", "⅔": "two thirds"}
_SLASHED = {"1/2": "a half", "1/4": "a quarter", "3/4": "three quarters", "1/3": "a third", "2/3": "two thirds"}
_POWERS = {"⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9"}
_UNITS = {
    "km": "kilometer",
    "m": "meter",
    "cm": "centimeter",
    "mm": "millimeter",
    "kg": "kilogram",
    "g": "gram",
    "lb": "pound",
    "ft": "foot",
    "mi": "mile",
    "oz": "ounce",
    "km/h": "kilometer per hour",
    "W": "watt",
    "V": "volt",
    "kW": "kilowatt",
    "GB": "gigabyte",
    "MB": "megabyte",
    "mph": "mile per hour",
    "L": "liter",
}
_ELEMENTS = "Na|Cl|Ca|Mg|Fe|Cu|He|Li|Al|Si|Ag|Au|Pb|H|C|N|O|S|P|K"


def _digits(text: str) -> str:
    """One digit after the other, with a breath where the writer put a separator."""
    groups = [" ".join(group) for group in re.findall(r"\d+", text)]
    return ", ".join(groups)


def _digits_of(match: re.Match[str]) -> str:
    return _digits(match.group())


def _mixed_number(match: re.Match[str]) -> str:
    return f"{match.group(1)} and {_SLASHED[match.group(2)]}"


def _called_number(match: re.Match[str]) -> str:
    return f"{match.group(1)} {_digits(match.group(2))}"


def _roman_capitals(match: re.Match[str]) -> str:
    return f"{match.group(1)} {match.group(2).upper()}"


def _phone(match: re.Match[str]) -> str:
    return ("plus " if match.group().startswith("+") else "") + _digits(match.group())


def _address(match: re.Match[str]) -> str:
    """A web or mail address, symbol by symbol; the scheme (https://) is left out, as people leave it out."""
    address = re.sub(r"^[a-z]+://", "", match.group(), flags=re.IGNORECASE)
    tail = re.search(r"[.,;:!?]*$", address)
    stop = tail.group() if tail else ""
    parts = re.findall(r"\w+|[^\w\s]|_", address[: len(address) - len(stop)].replace("_", " _ ").rstrip("/"))
    said = []
    for index, part in enumerate(parts):
        after_dot = index > 0 and parts[index - 1] == "."
        domain = _DOMAINS.get(part.lower()) if after_dot else None
        said.append(_URL_SYMBOLS.get(part) or domain or ("W.W.W." if part.lower() == "www" else part))
    return " ".join(said) + stop


def _formula(match: re.Match[str]) -> str:
    """H2O: symbol by symbol. B2B, P2P are left to the dictionary, which says "to"."""
    text = match.group()
    if re.fullmatch(r"(\w)2\1", text):
        return text
    letters = re.findall(r"[A-Z]|[a-z]|\d+", text)
    return " ".join(part if part.isdigit() else f"{part.upper()}." for part in letters)


def _adjective_unit(match: re.Match[str]) -> str:
    return f"{match.group(1)} {match.group(2)} {_UNITS[match.group(3)]} {match.group(4)}"


def _plural_unit(match: re.Match[str]) -> str:
    unit = _UNITS[match.group(2)]
    return f"{match.group(1)} {unit}{'' if match.group(1) == '1' else 's'}"


_UNIT_NAMES = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_ENDS = r"(?=[.,;:!?)\"”]*(?:\s|$))"
_TLD = "|".join(_DOMAINS)

RULES: tuple[tuple[re.Pattern[str], Replacement], ...] = (
    (re.compile(r"\b[a-z]+://\S+|(?<![\w@.])www\.\S+", re.IGNORECASE), _address),
    (re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), _address),
    (
        re.compile(
            rf"(?<![\w.@/])(?:[a-z0-9-]+\.)+(?:{_TLD})\b(?:/[\w./?=&#%-]*)?(?![\w.])|"
            rf"(?<![\w.@/])(?:[a-z0-9-]+\.)+(?:{_TLD})(?=[.!?,;:]*(?:\s|$))"
        ),
        _address,
    ),
    # telephone numbers: +44 20 7946 0958, (555) 123-4567, 020 7946 0958, 555.123.4567
    (re.compile(r"(?<![\w.])(?:\+\d{1,3}[ .-]?)?\(\d{2,5}\)[ .-]?\d{3,4}[ .-]?\d{3,4}(?![\w-])"), _phone),
    (re.compile(r"(?<![\w.])\+\d{1,3}(?:[ .-]?\d{2,5}){2,5}(?![\w-])"), _phone),
    (re.compile(r"(?<![\w.-])0\d{2,5}(?:[ -]\d{3,5}){1,3}(?![\w-])"), _phone),
    (re.compile(r"(?<![\w.-])(?:1[.-])?\d{3}([.-])\d{3}\1\d{4}(?![\w-])"), _phone),
    # ISO dates apart, several dashes make a number of digits: ISBN, account numbers
    (re.compile(r"(?<![\w-])(?!\d{4}-\d{2}-\d{2}(?!\d))\d+(?:-\d+){2,}(?![\w-])"), _digits_of),
    (re.compile(rf"(?<![\d.,])\d{{{_MAX_NUMBER + 1},}}"), _digits_of),
    (re.compile(r"\d{1,3}(?:,\d{3}){6,}"), _digits_of),
    (re.compile(r"(?<![\w.,:/-])0\d+(?![\d.,:/-]\d|\d)(?![:/])"), _digits_of),
    (re.compile(r"\b([A-Z]{2}) (\d{5})\b"), lambda match: f"{match.group(1)} {_digits(match.group(2))}"),
    # figures: 5'10", 2 1/2, 2½, 10⁵, CO₂
    (re.compile(r"(\d)['’]\s?(\d{1,2})[\"”]"), r"\1 foot \2"),
    (re.compile(r"\b(\d+) (1/2|[13]/4|[12]/3)(?![\w/])"), _mixed_number),
    (re.compile(r"(?<=\d)\s?([½¼¾⅓⅔])"), lambda match: f" and {_FRACTIONS[match.group(1)]}"),
    (re.compile(r"⅓"), "one third"),
    (re.compile(r"⅔"), "two thirds"),
    (re.compile(r"([⁴-⁹])"), lambda match: f" to the power of {_POWERS[match.group(1)]}"),
    (re.compile(r"[₀-₉]"), lambda match: str(ord(match.group()) - ord("₀"))),
    (re.compile(r"(?<![\w.])\.(?=\d)"), "point "),
    (re.compile(rf"\b(?=\w*\d)(?:(?:{_ELEMENTS})\d*){{1,6}}\b(?![-'’]\w)"), _formula),
    # units: "a 5 km road" in the singular; those the library does not know
    (re.compile(rf"\b([Aa]n?|[Tt]he) (\d+(?:\.\d+)?)[ -]?({_UNIT_NAMES}) (?=[a-z])([a-z]+)"), _adjective_unit),
    (re.compile(r"(?<![\w.$£€])(\d+(?:\.\d+)?) ?(W|V|kW)\b(?!\.\w)"), _plural_unit),
    (re.compile(r"(?<=\d) ?m/s²"), " meters per second squared"),
    (re.compile(r"(?<=\d) ?m/s\b"), " meters per second"),
    (re.compile(r"(?<=\d) ?m²"), " square meters"),
    (re.compile(r"(?<=\d) ?m³"), " cubic meters"),
    (re.compile(r"(?<=\d) ?km²"), " square kilometers"),
    (re.compile(r"µm\b"), "micrometers"),
    (re.compile(r"µg\b"), "micrograms"),
    (re.compile(r"µs\b"), "microseconds"),
    (re.compile(r"(?<=\d)x(?=\d)"), " by "),
    (re.compile(r"(?<=\d)x (?=\w+er\b|as\b|more\b|less\b)"), " times "),
    # money and ranges
    (re.compile(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?) ?(€|£)(?!\d)"), r"\2\1"),
    (re.compile(r"([$£€])(\d[\d,.]*)[-–—]\1?(\d[\d,]*(?:\.\d+)?)(?![\d.]*\d)"), r"\1\2 to \1\3"),
    (
        re.compile(r"\b(\d{1,2}(?::\d{2})?(?: ?[ap]\.?m\.?)?)\s?[-–]\s?(\d{1,2}:\d{2})(?!\d)", re.IGNORECASE),
        r"\1 to \2",
    ),
    (
        re.compile(rf"(?<![\w.\-/:,])(\d{{1,4}}(?:\.\d+)?)(?:[-–]| [–-] )(\d{{1,4}}(?:\.\d+)?)(?=%?{_ENDS})"),
        r"\1 to \2",
    ),
    (re.compile(r"(?i)\b(\d{1,2}) ?([ap])m\b"), lambda match: f"{match.group(1)} {match.group(2).upper()}.M."),
    (re.compile(r"\b((?:[Cc]all|[Dd]ial)\w*) (\d{3})\b(?!,\d|\.\d)"), _called_number),
    # marks of emphasis, angle brackets
    (re.compile(r"(?<![\w*_~`])[*_~`]+(?=[A-Za-z\"'“])|(?<=[A-Za-z.,!?\"'”])[*_~`]+(?![\w*_~`])"), ""),
    (re.compile(r"<([^<>\d\s][^<>]*)>"), r"\1"),
    # names of things
    (re.compile(r"\b(Scene|Act|Part|Chapter|Book|Section|Phase) ([ivxl]+)\b"), _roman_capitals),
    (re.compile(r"\b([A-G])#"), r"\1 sharp"),
    (re.compile(r"(?<!\S)\.(?=[A-Za-z])"), "dot "),
    (re.compile(r"(?<=\w)\.(?=(?:md|py|txt|pdf|exe|mp3|mp4|png|jpg|json|html)\b)"), " dot "),
    (re.compile(r"(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])"), " "),
    (re.compile(r"\bpp?\. ?(?=\d)"), "page "),
    (re.compile(r"\ba\.k\.a\b\.?"), "A.K.A."),
    (re.compile(r"(?<=\s)['‘’]n['‘’](?=\s)"), "and"),
    (re.compile(r"\b([B-DF-HJ-NP-Zb-df-hj-np-z]h?)-(?=\1)", re.IGNORECASE), ""),  # W-what: no letter name
    (re.compile(r"√\s?(?=\d)"), "the square root of "),
    (re.compile(r"∞"), "infinity"),
    (re.compile(r"≈\s?"), "about "),
    (re.compile(r"≥"), " at least "),
    (re.compile(r"≤"), " at most "),
    (re.compile(r"\s--+\s|(?<=\w)--+(?=\w)|\s[–]\s"), " — "),
    (re.compile(r"--+"), "—"),
)
