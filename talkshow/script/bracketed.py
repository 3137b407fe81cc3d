"""Scripts in which a name in square brackets begins what somebody says, as several voice tools have them.

    [Ines] Hello there.
    It goes on in the next line. [sighs]
    [Tom] Hi. [pause 500ms] [Ines] Hi, again.

What stands in brackets at the beginning of a line is a name, unless it is a rest, a direction, a camera tag or a
number; among the words it is one where it is a name elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from talkshow.script.builder import ScriptBuilder
from talkshow.script.directions import Direction
from talkshow.script.header import LineTags, read_header
from talkshow.script.model import Script
from talkshow.script.names import fold, looks_like_person, read_name
from talkshow.script.roles import is_nobody
from talkshow.script.source import Source
from talkshow.script.vocabulary import is_timing, read_camera

_FIRST = re.compile(r"[ \t]*\[([^\[\]\n]{1,80})\](?!\()[ \t]*(?::(?=\s))?")
_ANY = re.compile(r"\[([^\[\]\n]{1,80})\](?!\()[ \t]*(?::(?=\s))?")
_AFTER_NAME = re.compile(r"\s*[|:;]\s*")  # [Ines|calm], [Ines:en]: what follows is about the voice


def looks_bracketed(text: str) -> bool:
    """Whether the first words belong to a name in brackets, and at least two lines begin with one."""
    lines = [line for line in text.split("\n") if line.strip() and not _is_head(line)]
    names = [name for line in lines if (name := _name_first(line))]
    spoken = any(_FIRST.sub("", line, count=1).strip() for line in lines if _name_first(line))
    if len(names) < 2 or not spoken or not _name_first(lines[0]):
        return False
    return not any(header and not line.lstrip().startswith("[") for line in lines if (header := read_header(line)))


def read_bracketed(source: Source) -> Script:
    """Parse such a script. Raises ScriptError where nothing is said."""
    builder = ScriptBuilder(source)
    names = {fold(name) for line in source.lines if (name := _name_first(line))}
    speaker, start, words = "", 0, list[str]()

    def end_turn() -> None:
        if speaker and words:
            builder.add_line(speaker, LineTags(), " ".join(words), start)
        elif speaker:
            builder.warn(f"[{speaker}] says nothing here and is left out", start)

    for number, text in enumerate(source.lines, 1):
        if not speaker and _is_head(text):
            builder.title = builder.clean(text.partition(":")[2], number)
            continue
        for name, said in _pieces(text, names):
            if name:
                end_turn()
                speaker, start, words = name, number, []
                for about in _about(text, name):
                    builder.warn(f"'{about}' after the name {name} is not used", number)
            if said.strip():
                words.append(said.strip())
    end_turn()
    return builder.finish()


def _pieces(text: str, names: set[str]) -> Iterator[tuple[str, str]]:
    """A row in parts, each (name or "", words)."""
    at, name = 0, ""
    for match in _ANY.finditer(text):
        found = _name(match[1])
        first = not text[: match.start()].strip() and _is_name(found)
        if not first and fold(found) not in names:
            continue
        yield name, text[at : match.start()]
        name, at = found, match.end()
    yield name, text[at:]


def _about(text: str, name: str) -> list[str]:
    whole = [match[1] for match in _ANY.finditer(text) if _name(match[1]) == name]
    return [parts[1] for each in whole if len(parts := _AFTER_NAME.split(each, maxsplit=1)) > 1 and parts[1]]


def _name(inside: str) -> str:
    return _AFTER_NAME.split(inside.strip(), maxsplit=1)[0].strip()


def _name_first(line: str) -> str:
    """The name that begins a line, or ""."""
    match = _FIRST.match(line)
    return name if match and _is_name(name := _name(match[1])) else ""


def _is_name(name: str) -> bool:
    meaning = Direction(name).meaning
    tag = is_timing(name) or meaning.known or meaning.negated or read_camera(name) is not None or is_nobody(name)
    several = all(map(looks_like_person, read_name(name).parts or (name,)))
    return not tag and several and name.casefold() not in ("music", "applause", "laughter")


def _is_head(line: str) -> bool:
    return line.lower().startswith("title:")
