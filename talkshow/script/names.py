r"""The name before a line, as its spelling tells it: one person, several at once, or everybody here.

MAYA            one person
MAYA & LEO      both say it: also MAYA/LEO, MAYA + LEO, MAYA and LEO, MAYA, LEO
BOTH, ALL       those who are here
\ALL            a person who is called ALL: a backslash takes the meaning from what follows
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

# "and" in the languages in which voices speak; it joins people only where they are known
_AND = r"and|und|et|y|e|en|och|og|oraz"
_JOINT = re.compile(rf"\s*(?<!\\)([&+/,;＆／，、])\s*(?:(?:{_AND})\s+)?|\s+(?<!\\)({_AND})\s+", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")
_SEPARATOR = re.compile(rf"(?<=\s)(?=(?:{_AND})\s)", re.IGNORECASE)
_HARD = re.compile(r"([^\w\s]|_)")
_PLAIN = re.compile(r"\w[\w .'’-]*")
_PERSON = re.compile(r"[^\W\d_][\w.'’-]*(?: [\w.'’-]+){0,3}")
_BOTH = frozenset(("both", "both of them", "both together"))
_ALL = frozenset(
    ("all", "all together", "all of them", "everyone", "everybody", "together", "in unison", "everyone together")
)
Joint = Literal["mark", "and", "comma"]


@dataclass(frozen=True)
class Named:
    """A name as written.

    name: the whole, without escapes.  parts: those that it may name, if they are several.  joint: what joins the last
    two.  spaced: whether spaces surround the mark.  group: "both" or "all" for those who are here.
    """

    name: str
    parts: tuple[str, ...] = ()
    joint: Joint = "mark"
    spaced: bool = False
    group: Literal["", "both", "all"] = ""

    @property
    def is_one(self) -> bool:
        """Whether nothing in it hints at several people."""
        return not self.parts and not self.group


@lru_cache(maxsize=4096)
def read_name(raw: str) -> Named:
    """What a name as written says; `raw` may have backslashes."""
    raw = " ".join(raw.split())
    name = " ".join(_unescaped(raw).split())
    spelling = raw.casefold()
    if spelling in _BOTH:
        return Named(name, group="both")
    if spelling in _ALL:
        return Named(name, group="all")
    joints = list(_JOINT.finditer(raw))
    if not joints:
        return Named(name)
    edges = [0, *(edge for joint in joints for edge in joint.span()), len(raw)]
    parts = [" ".join(_unescaped(raw[a:b]).split()) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    if not all(parts):
        return Named(name)
    last = joints[-1]
    joint: Joint = "and" if last[2] else "comma" if last[1] in ",;，、" else "mark"
    return Named(name, tuple(parts), joint, spaced=last[0] != last[0].strip())


def looks_like_person(name: str) -> bool:
    """Whether a word or a few could be somebody's name: `Leo`, `DR. WINTER`, `李雷`, but not `friends`."""
    return bool(_PERSON.fullmatch(name)) and not name[0].islower()


def fold(name: str) -> str:
    """What two spellings of one name have in common."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def write_name(name: str) -> str:
    """A name that `read_name` reads back as one person, with backslashes where it needs them."""
    if _PLAIN.fullmatch(name) and read_name(name) == Named(name):
        return name
    return escape_name(name)


def write_spelling(name: str) -> str:
    """The same where nothing but a name can stand: `a:b` needs no backslash there, `a & b` does."""
    return name if read_name(name) == Named(name) else escape_name(name)


def escape_name(name: str) -> str:
    """`name` with a backslash before everything in it that could have a meaning."""
    written = _SEPARATOR.sub(r"\\", _HARD.sub(r"\\\1", name))
    return written if read_name(written) == Named(name) else f"\\{written}"


def write_speakers(raw: str) -> str:
    """A name that comes from elsewhere, as a script has it: several people stay several."""
    named = read_name(raw)
    if named.group:
        return named.name
    joint = {"mark": " & ", "and": " and ", "comma": ", "}[named.joint]
    return joint.join(write_name(part) for part in named.parts) if named.parts else write_name(named.name)


def _unescaped(raw: str) -> str:
    return _ESCAPED.sub(r"\1", raw) if "\\" in raw else raw
