"""Scripts with the name in square brackets: `[Alice] Hello.`, as readers of several voices write it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from talkshow.script.builder import ScriptBuilder
from talkshow.script.directions import Direction
from talkshow.script.formats import Evidence
from talkshow.script.imports.turns import Turn, add_turns
from talkshow.script.model import Script
from talkshow.script.plain import read_shot_among_words
from talkshow.script.source import Source
from talkshow.script.vocabulary import is_timing, read_camera, reads_as_direction, rest_seconds
from talkshow.transcripts.names import is_capital, is_sound

_LABEL = re.compile(r"\s*\[(?P<name>[^\[\]]{1,60})\](?P<colon>:?)[ \t]*(?P<rest>.*)")
_INSIDE = re.compile(r"\[(?P<name>[^\[\]]{1,60})\]:?")
_NUMBERED = re.compile(r"S\d+|\d+", re.IGNORECASE)


@dataclass
class _Open:
    name: str
    line: int
    text: list[str] = field(default_factory=list)


def recognise_square(text: str) -> Evidence:
    """A name in square brackets before the first words."""
    first = next((line for line in text.split("\n") if line.strip() and not line.startswith("#")), "")
    match = _LABEL.fullmatch(first)
    named = bool(match and _is_somebody(match["name"]) and (match["rest"] or _below(text, first)))
    return Evidence.LIKELY if named else Evidence.NONE


def read_square(source: Source) -> Script:
    """Parse a script with names in square brackets. Raises ScriptError for words before the first name."""
    builder = ScriptBuilder(source)
    known = {match["name"].casefold() for line in source.lines if (match := _LABEL.fullmatch(line))}
    turn: _Open | None = None
    turns: list[_Open] = []
    for number, line in enumerate(source.lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LABEL.fullmatch(line)
        if match and _is_somebody(match["name"]):
            turn = _Open(match["name"], number)
            turns.append(turn)
            line = match["rest"]
        elif turn is None:
            raise source.error("who says this? Begin the line with a name in brackets, as in  [Maya] Hello", number)
        done = 0
        for inside in _INSIDE.finditer(line):
            if inside["name"].casefold() in known and _is_somebody(inside["name"]):
                turn.text.append(line[done : inside.start()])
                turn, done = _Open(inside["name"], number), inside.end()
                turns.append(turn)
        turn.text.append(line[done:].strip())
    add_turns(builder, [_closed(turn, builder) for turn in turns])
    return builder.finish()


def _closed(turn: _Open, builder: ScriptBuilder) -> Turn:
    name, bar, told = turn.name.partition("|")
    if bar:
        builder.warn(f"'{told.strip()}' after the name is not used", turn.line)
    text = " ".join(turn.text).strip()
    if not text:
        builder.warn(f"{name.strip()} says nothing here; the line is left out", turn.line)
    return Turn(name.strip(), text, turn.line)


def _below(text: str, first: str) -> bool:
    """Whether words stand below a name that is alone on the first line."""
    following = text.split(first, 1)[1].lstrip("\n").split("\n", 1)[0].strip()
    return bool(following) and not following.startswith("[") and ":" not in following


def _is_somebody(words: str) -> bool:
    """Whether what stands in brackets is a name, and not a direction, a rest, a sound or a tag for the camera."""
    name = words.partition("|")[0].strip()
    if not name or _NUMBERED.fullmatch(name) or len(name.split()) > 4 or not is_capital(name):
        return False
    return not (
        rest_seconds(name) is not None
        or is_timing(name)
        or read_camera(name)
        or is_sound(name)
        or Direction(name).meaning.known
        or read_shot_among_words(f"[{name}]")
        or (name[0].islower() and reads_as_direction(name))
    )
