r"""The name before a line, as its spelling tells it: one person, several at once, or everybody here.

MAYA            one person
MAYA & LEO      both say it: also MAYA/LEO, MAYA + LEO, MAYA and LEO, MAYA, LEO
BOTH, ALL       those who are here
\ALL            a person who is called ALL: a backslash takes the meaning from what follows
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

# "and" in the languages in which voices speak; it joins people only where they are known
_AND = r"and|und|et|y|e|en|och|og|oraz"
_JOINT = re.compile(rf"\s*(?<!\\)([&+/,;＆／，、])\s*(?:(?:{_AND})\s+)?|\s+(?<!\\)({_AND})\s+", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")
_SEPARATOR = re.compile(rf"(?<=\s)(?=(?:{_AND})\s)", re.IGNORECASE)
_HARD = re.compile(r"([^\w\s]|_)")
_BULLET = re.compile(r"(?:[-–—•*·▪▫◦‣●○■□►→>+]\s+)+(?:\[[ xX]\]\s+)?|@(?=\w)")
_NUMBER = re.compile(r"(?:(\d{1,5})(?:[.)]|\s+[-–—]|\s*[.)]\s*[-–—])|\((\d{1,5})\)|(?P<circled>[①-⑳]))\s+(?=\S)")
_QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "‚": "‘’", "「": "」", "『": "』"}
_MARKS = ("***", "**", "*", "__", "_", "~~", "==", "``", "`")
_PLAIN = re.compile(r"\w[\w .'’-]*")
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]")
_SAME = str.maketrans("’‘ʼ‐‑–—", "'''----")  # the same mark, as different keyboards write it
_PERSON = re.compile(r"[^\W\d_][\w.'’-]*(?: [\w.'’-]+){0,3}")
# the part before the colon of an address is not a name
_SCHEMES = re.compile(
    r"https?|ftps?|sftp|ssh|git|file|mailto|tel|sms|doi|urn|data|wss?|magnet|javascript", re.IGNORECASE
)
_BOTH = frozenset(("both", "both of them", "both together"))
_ALL = frozenset(
    ("all", "all together", "all of them", "everyone", "everybody", "together", "in unison", "everyone together")
)
Joint = Literal["mark", "and", "comma"]


@dataclass(frozen=True)
class Named:
    """A name as written.

    name: the whole, without escapes.  parts: those that it may name, if they are several.  joint: what joins the last
    two.  spaced: whether spaces surround the mark.  group: "both" or "all" for those who are here.  number: before the
    name.  quoted: whether quotes surrounded it.  apart: whether its accents are written apart from their letters.
    """

    name: str
    parts: tuple[str, ...] = ()
    joint: Joint = "mark"
    spaced: bool = False
    group: Literal["", "both", "all"] = ""
    number: int | None = None
    quoted: bool = False
    apart: bool = field(default=False, compare=False)

    @property
    def is_one(self) -> bool:
        """Whether it is one person's whole name for certain."""
        return not self.parts and not self.group and self.number is None

    @property
    def numbered_name(self) -> str:
        """The name with the number before it, as in `2. WITCH`."""
        return self.name if self.number is None else f"{self.number}. {self.name}"


@lru_cache(maxsize=65536)
def read_name(raw: str) -> Named:
    """What a name as written says; `raw` may have backslashes."""
    apart = not unicodedata.is_normalized("NFC", raw)
    raw, number, quoted = _bare(" ".join(unicodedata.normalize("NFC", raw).split()))
    named = Named(" ".join(_unescaped(raw).split()), number=number, quoted=quoted, apart=apart)
    spelling = raw.casefold()
    if spelling in _BOTH:
        return replace(named, group="both")
    if spelling in _ALL:
        return replace(named, group="all")
    joints = list(_JOINT.finditer(raw))
    edges = [0, *(edge for joint in joints for edge in joint.span()), len(raw)]
    pieces = [_bare(raw[a:b].strip()) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    parts = tuple(" ".join(_unescaped(piece).split()) for piece, _, _ in pieces)
    if not joints or not all(parts):
        return named
    last = joints[-1]
    joint: Joint = "and" if last[2] else "comma" if last[1] in ",;，、" else "mark"
    quoted = quoted or any(in_quotes for _, _, in_quotes in pieces)
    return replace(named, parts=parts, joint=joint, spaced=last[0] != last[0].strip(), quoted=quoted)


def _bare(raw: str) -> tuple[str, int | None, bool]:
    """A name without bullets, numbers, quotes and marks around it; the number; whether there were quotes."""
    number, quoted, before = None, False, ""
    while raw != before:
        before = raw
        if bullet := _BULLET.match(raw):
            raw = raw[bullet.end() :]
        elif (counted := _NUMBER.match(raw)) and number is None:
            number = int(counted[1] or counted[2] or unicodedata.digit(counted["circled"]))
            raw = raw[counted.end() :]
        elif len(raw) > 2 and raw[-1] in _QUOTES.get(raw[0], "") and raw[-2] != "\\" and raw[0] not in raw[1:-1]:
            raw, quoted = raw[1:-1].strip(), True
        else:
            raw = _without_marks(_without_pictures(raw))
    return raw, number, quoted


def _without_marks(raw: str) -> str:
    for mark in _MARKS:
        inside = raw[len(mark) : -len(mark)]
        if inside and raw.startswith(mark) and raw.endswith(mark) and inside[-1] != "\\" and mark not in inside:
            return inside.strip()
    return raw


def _without_pictures(raw: str) -> str:
    """A name without emoji before and after it, unless they are the whole name."""
    begin, end = 0, len(raw)
    while begin < end and (_is_picture(raw[begin]) or (begin and raw[begin].isspace())):
        begin += 1
    while end > begin and (_is_picture(raw[end - 1]) or (end < len(raw) and raw[end - 1].isspace())):
        end -= 1
    bare = raw[begin:end]
    return bare if any(ch.isalnum() for ch in bare) and (end == len(raw) or raw[end - 1] != "\\") else raw


def _is_picture(ch: str) -> bool:
    return not ch.isascii() and (unicodedata.category(ch) in ("So", "Sk") or ch in "\u200d\ufe0e\ufe0f")


def looks_like_person(name: str) -> bool:
    """Whether a word or a few could be a person's name: `Leo`, `DR. WINTER`, `李雷`, but not `friends`."""
    return bool(_PERSON.fullmatch(name)) and not name[0].islower()


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """What all spellings of one name have in common."""
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFKC", name)).casefold().translate(_SAME).split())


def is_scheme(raw: str) -> bool:
    """Whether a name as written is what an address begins with, as in `https:`."""
    return bool(_SCHEMES.fullmatch(_bare(raw)[0]))


def write_name(name: str) -> str:
    """A name that `read_name` reads back as one person, with backslashes where it needs them."""
    if _PLAIN.fullmatch(name) and read_name(name) == Named(name) and not is_scheme(name):
        return name
    return escape_name(name)


def write_spelling(name: str) -> str:
    """The same where nothing but a name can stand: `a:b` needs no backslash there, `a & b` does."""
    return name if read_name(name) == Named(name) else escape_name(name)


def escape_name(name: str) -> str:
    """`name` with a backslash before everything in it that could have a meaning."""
    written = _SEPARATOR.sub(r"\\", _HARD.sub(r"\\\1", name))
    return written if read_name(written) == Named(name) and not is_scheme(written) else f"\\{written}"


def write_speakers(raw: str) -> str:
    """A name that comes from elsewhere, as a script has it: several people stay several."""
    named = read_name(raw)
    if named.group:
        return named.name
    joint = {"mark": " & ", "and": " and ", "comma": ", "}[named.joint]
    return joint.join(write_name(part) for part in named.parts) if named.parts else write_name(named.name)


def _unescaped(raw: str) -> str:
    return _ESCAPED.sub(r"\1", raw) if "\\" in raw else raw
