"""Rows of Markdown that are not dialogue: code, tables, footnotes, lists of sources, markup alone, remarks in bold.

And names that are alone on their rows, in bold or as headings, with their words below.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from talkshow.script.header import read_header
from talkshow.script.names import looks_like_person
from talkshow.script.roles import is_nobody

_FENCE = re.compile(r"(`{3,}|~{3,})[^`]*")
_NOTE = re.compile(
    r"\[\^[^\[\]\s]+\]:.*|\[\d{1,3}\]:?\s+(?:<?https?://|www\.).*|\[[^\[\]]+\]:\s+<?(?:https?://|\.{0,2}/|#)\S*.*"
)
_TABLE = re.compile(r"\|.*\|")
_MARKUP = re.compile(r"(?:</?[A-Za-z][^<>]*>\s*)+|\^[\w-]+|\[(?:toc|TOC)\]|\\newpage|&nbsp;")
_REMARK = re.compile(r"(\*{1,3}|_{1,3})[\[(][^\[\]()]*[\])]\1")
_BOLD = re.compile(r"(?:[-*+]\s+)?(?:\*\*|__)(?P<name>[^*_:]{1,60}?)(?:\*\*|__)")
_HEADING = re.compile(r"#{1,6}\s+(?P<name>[^#{}:]{1,60}?)\s*#*")


def asides(rows: Sequence[str]) -> tuple[set[int], set[int]]:
    """(rows with words that are not dialogue, rows with markup and no words), each from 0."""
    told: set[int] = set()
    bare: set[int] = set()
    fence = ""
    for at, row in enumerate(map(str.strip, rows)):
        opens = _FENCE.fullmatch(row)
        if fence:
            told.add(at)
            fence = "" if row.startswith(fence) and not row.strip(fence[0]) else fence
        elif opens and any(other.strip().startswith(opens[1]) for other in rows[at + 1 :]):
            told.add(at)
            fence = opens[1]
        elif _NOTE.fullmatch(row) or _TABLE.fullmatch(row) or _REMARK.fullmatch(row):
            told.add(at)
        elif _MARKUP.fullmatch(row):
            bare.add(at)
    return told, bare


def names_alone(rows: Sequence[str]) -> dict[int, str]:
    """The names on rows of their own, each with its row, from 0; none in a text with names before their words.

    Names in bold are taken where every row in bold is one, headings where names come again.
    """
    if any(read_header(row.replace("*", "").replace("_", "").strip()) and ("**" in row or "__" in row) for row in rows):
        return {}
    bold = dict(_named(rows, _BOLD))
    if len(bold) > 1:
        return bold
    headings = dict(_named(rows, _HEADING))
    counted = Counter(headings.values())
    repeated = {at: name for at, name in headings.items() if counted[name] > 1}
    return repeated if len(set(repeated.values())) > 1 or len(repeated) == len(headings) > 1 else {}


def _named(rows: Sequence[str], marked: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    for at, row in enumerate(rows):
        match = marked.fullmatch(row.strip())
        name = match["name"].strip() if match else ""
        if (
            looks_like_person(name)
            and not is_nobody(name)
            and not re.search(r"[.!?,]$", name)
            and _words_below(rows, at)
        ):
            yield at, name


def _words_below(rows: Sequence[str], at: int) -> bool:
    below = next((row.strip() for row in rows[at + 1 : at + 4] if row.strip()), "")
    return bool(below) and not below.startswith(("#", "**", "__", "---"))
