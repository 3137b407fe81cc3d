"""Scripts with the name in square brackets, as readers of several voices have them.

[Ines] Hello there.
It goes on in the next row. [sighs]
[Tom & Ines] Hi. [pause 500ms] [Ines, calm] Hi, again.

Brackets at the beginning of a row hold a name, unless they hold a rest, a direction, a sound or a tag for the camera;
among the words they hold one where it begins a row elsewhere. Other brackets alone on a row say what happens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from talkshow.script.builder import ScriptBuilder
from talkshow.script.directions import Direction
from talkshow.script.formats import Evidence
from talkshow.script.header import read_header
from talkshow.script.imports.turns import Turn, add_turns
from talkshow.script.model import Script
from talkshow.script.names import fold, read_name
from talkshow.script.plain import read_shot, read_shot_among_words
from talkshow.script.roles import is_nobody, is_role
from talkshow.script.source import Source
from talkshow.script.vocabulary import is_timing, read_camera, reads_as_direction
from talkshow.transcripts.names import is_capital, is_sound

_BRACKETS = re.compile(
    r"(?P<mark>(?:\*\*|__)?)\[(?P<inside>[^\[\]\n]{1,80})\](?!\()"
    r"(?:(?P=mark):(?=\s|$)|:(?P=mark)(?=\s|$)|(?P=mark))"
)
# [Ines|calm], [Ines:en], [Ines, calm], [Ines 00:12]: what follows is about the voice, or a time
_ABOUT = re.compile(r"\s*[|:;]\s*|\s*,\s*(?=[a-z])|\s+(?=\d{1,3}:\d\d)")
_TIME = re.compile(r"[\d:., ]+")
_NUMBER = re.compile(r"\d{1,2}")
_ROW = re.compile(r"\s*(?:[-*•]\s+|\d{1,4}[.)]\s+)?")


@dataclass(frozen=True)
class _Label:
    """What brackets hold.  name: with the parentheses behind it.  about: the words after the name."""

    name: str
    about: str = ""

    @property
    def bare(self) -> str:
        """The name without the parentheses behind it."""
        header = read_header(self.name, colon=False)
        return header.name if header else self.name


@dataclass
class _Open:
    """A turn that is being read."""

    label: _Label
    line: int
    text: list[str] = field(default_factory=list)


def recognise_square(text: str) -> Evidence:
    """A name in square brackets before the first words, and no row that begins with a name and a colon."""
    lines = [line for line in text.split("\n") if line.strip() and not _is_beside(line)]
    while lines and _is_remark(lines[0]):
        del lines[0]
    numbered = _numbered(lines)
    if not lines or _first(lines[0], numbered) is None:
        return Evidence.NONE
    begun = [match for line in lines if (match := _first(line, numbered))]
    below = len(lines) > 1 and _first(lines[1]) is None and ":" not in lines[1]
    spoken = below or any(match.string[match.end() :].strip() for match in begun)
    named = any(read_header(line) for line in lines if not line.lstrip("*_ -•").startswith("["))
    alone = len(begun) == 1 and begun[0]["inside"].isupper() and ":" not in begun[0].group()
    return Evidence.LIKELY if spoken and not named and not alone else Evidence.NONE


def read_square(source: Source) -> Script:
    """Parse a script with names in square brackets. Raises ScriptError for words before the first name."""
    builder = ScriptBuilder(source)
    numbered = _numbered([line for line in source.lines if line.strip() and not _is_beside(line)])
    names = {
        fold(part)
        for line in source.lines
        if (match := _first(line, numbered))
        for part in (_label(match["inside"]).bare, *read_name(_label(match["inside"]).bare).parts)
    }
    turns: list[_Open] = []
    for number, line in enumerate(source.lines, start=1):
        if not line.strip() or _is_beside(line) or (_is_remark(line) and not _is_known(line.strip(" []"), names)):
            _set_aside(builder, line, number, bool(turns))
            continue
        for label, words in _pieces(line, names, numbered):
            if label:
                turns.append(_Open(label, number))
            elif not turns and words.strip():
                raise source.error("who says this? Begin the row with a name in brackets, as in  [Maya] Hello", number)
            if words.strip():
                turns[-1].text.append(words.strip())
    add_turns(builder, [_closed(turn, builder) for turn in turns])
    return builder.finish()


def _set_aside(builder: ScriptBuilder, line: str, number: int, begun: bool) -> None:
    """A row that is not spoken: an empty one, a comment, a remark, or the title above the first name."""
    words = line.strip()
    if words.startswith("["):
        builder.warn(f"{words} is not spoken and not played", number)
        builder.remark("unplayed", number, (line,), words)
    elif words.startswith("#"):
        builder.remark("comment", number, (line,), words.lstrip("# "))
    elif words and not begun:
        builder.title = builder.clean(words.partition(":")[2], number)
    elif words:
        builder.warn("a title comes before the first line; this one is not used", number)
    else:
        builder.remark("empty", number, (line,))


def _is_beside(line: str) -> bool:
    return line.startswith("#") or line.lower().startswith("title:")


def _is_remark(line: str) -> bool:
    """Whether a row holds nothing but brackets with what happens: `[Door slams]`, `[INTRO MUSIC]`, `[WIDE]`."""
    inside = read_shot(line) if line.strip().startswith("[") else None
    if inside is None or _is_somebody(inside):
        return False
    camera = read_shot_among_words(line) is not None
    return (
        camera
        or is_nobody(inside)
        or not (is_timing(inside) or reads_as_direction(inside) or Direction(inside).meaning.known)
    )


def _pieces(line: str, names: set[str], numbered: bool) -> Iterator[tuple[_Label | None, str]]:
    """A row in parts, each (the name that begins it, words)."""
    first = _first(line, numbered)
    at, label = 0, None
    for match in _BRACKETS.finditer(line):
        begins = first is not None and match.start() == first.start()
        if not begins and not _is_known(match["inside"], names):
            continue
        if not (begins and at == 0):
            yield label, line[at : match.start()]
        at, label = match.end(), _label(match["inside"])
    yield label, line[at:]


def _is_known(inside: str, names: set[str]) -> bool:
    bare = _label(inside).bare
    parts = read_name(bare).parts or (bare,)
    return all(fold(part) in names for part in parts)


def _closed(turn: _Open, builder: ScriptBuilder) -> Turn:
    label, text = turn.label, " ".join(turn.text)
    groups: tuple[str, ...] = ()
    if Direction(label.about).meaning.known and not re.search(r"[(){}]", label.about):
        groups = (f"({label.about})",)
    elif label.about and not _TIME.fullmatch(label.about):
        builder.warn(f"'{label.about}' after the name {label.name} is not used", turn.line)
    if not text:
        builder.warn(f"[{label.name}] says nothing here; it is left out", turn.line)
    name = f"Speaker {int(label.name)}" if _NUMBER.fullmatch(label.name) else label.name
    return Turn(name, text, turn.line, groups=groups)


def _numbered(lines: list[str]) -> bool:
    """Whether numbers in brackets are those of speakers: every row begins with one."""
    matches = [_BRACKETS.match(line.lstrip()) for line in lines]
    return len(lines) > 1 and all(match and _NUMBER.fullmatch(match["inside"]) for match in matches)


def _first(line: str, numbered: bool = False) -> re.Match[str] | None:
    """The brackets with a name that begin a row, after a bullet or a number; None for any other row."""
    begins = _ROW.match(line)
    match = _BRACKETS.match(line, begins.end() if begins else 0)
    if match is None or not (_is_somebody(match["inside"]) or (numbered and _NUMBER.fullmatch(match["inside"]))):
        return None
    return match


def _label(inside: str) -> _Label:
    name, *about = _ABOUT.split(inside.strip(), maxsplit=1)
    return _Label(name.strip(), about[0].strip() if about else "")


def _is_name(name: str) -> bool:
    """Whether all words have a capital but links: `Ines`, `Vincent van Gogh`, not `Door slams`."""
    words = name.split()
    return (
        any(map(str.isalpha, name))
        and is_capital(name)
        and len(words) <= 4
        and all(len(word) <= 3 or is_capital(word) for word in words)
    )


def _is_somebody(inside: str) -> bool:
    """Whether the words in brackets are a name, and not a direction, a rest, a sound or a tag for the camera."""
    name = _label(inside).bare
    parts = read_name(name).parts or (name,)
    if not all(part and (_is_name(part) or is_role(part)) for part in parts):
        return False
    if re.fullmatch(r"s?\d+", name, re.IGNORECASE) or is_nobody(name) or is_timing(name) or is_sound(name):
        return False
    meaning = Direction(name).meaning
    camera = read_camera(name) or read_shot_among_words(f"[{name}]")
    return not (camera or meaning.known or meaning.negated or (name[0].islower() and reads_as_direction(name)))
