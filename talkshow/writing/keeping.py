"""A changed script in the text that people wrote: their comments, empty lines and spelling stay.

Only the plain format is edited in place; the result is read again, and where it does not say what it must (a
notation that is not understood here) the whole script is written again, with its comments.
"""

from __future__ import annotations

from talkshow.errors import ScriptError
from talkshow.script.characters import clean_characters
from talkshow.script.formats import WRITABLE_FORMATS
from talkshow.script.formatter import format_script, formatted
from talkshow.script.keyvalues import write_pairs
from talkshow.script.layout import Formatted
from talkshow.script.model import CharacterHint, Line, Scene, Script
from talkshow.script.names import write_name
from talkshow.script.plain import hint_values, write_line, write_shot
from talkshow.script.reader import parse_script


def edited(text: str, old: Script, new: Script) -> str | None:
    """`text` of `old` in the plain format, changed to say what `new` says; None where that cannot be done in place.

    Lines and characters of `new` with the `source_line` of one in `old` are what became of it; those without are new.
    """
    rows = clean_characters(text.removeprefix("\ufeff"))[0].rstrip("\n").split("\n")
    edits: list[tuple[int, int, list[str]]] = [*_line_edits(rows, old, new), *_cast_edits(rows, old, new)]
    for first, count, written in sorted(edits, key=lambda edit: edit[0], reverse=True):
        rows[first : first + count] = written
    for scene in new.scenes[len(old.scenes) :]:
        rows += ["", *_scene_rows(scene)]
    result = "\n".join(rows) + "\n"
    try:
        return result if parse_script(result, "plain") == new else None
    except ScriptError:
        return None


def write_kept(text: str, format: str, old: Script, new: Script) -> Formatted:
    """The text of the changed script, and what of the original is not kept in it."""
    in_place = edited(text, old, new) if format == "plain" else None
    if in_place is not None:
        return Formatted(in_place)
    return formatted(new, format if format in WRITABLE_FORMATS else "plain")


def _line_edits(rows: list[str], old: Script, new: Script) -> list[tuple[int, int, list[str]]]:
    edits: list[tuple[int, int, list[str]]] = []
    for before, after in zip(old.scenes, new.scenes, strict=False):
        kept = {line.source_line: line for line in after.lines if line.source_line}
        for line in before.lines:
            first, count = line.source_line - 1, _extent(rows, line.source_line - 1)
            changed = kept.get(line.source_line)
            if changed is None:
                edits.append((first, count, []))
            elif changed != line:
                edits.append((first, count, [write_line(changed)]))
        edits += _added(rows, after)
    return edits


def _added(rows: list[str], scene: Scene) -> list[tuple[int, int, list[str]]]:
    """New lines of a scene, behind the line they follow."""
    edits = []
    at = next((line.source_line - 1 for line in scene.lines if line.source_line), len(rows))
    pending: list[str] = []
    for line in scene.lines:
        if not line.source_line:
            pending += _rows_of(line)
            continue
        edits += [(at, 0, pending)] if pending else []
        pending, at = [], line.source_line - 1 + _extent(rows, line.source_line - 1)
    return edits + ([(at, 0, pending)] if pending else [])


def _extent(rows: list[str], first: int) -> int:
    """How many rows a line takes with its continuations."""
    count = 1
    while (
        first + count < len(rows)
        and rows[first + count][:1].isspace()
        and rows[first + count].strip()
        and not rows[first + count].lstrip().startswith("#")
    ):
        count += 1
    return count


def _cast_edits(rows: list[str], old: Script, new: Script) -> list[tuple[int, int, list[str]]]:
    edits: list[tuple[int, int, list[str]]] = []
    last = -1
    by_line = {hint.source_line: hint for hint in new.cast if hint.source_line}
    for hint in old.cast:
        first = hint.source_line - 1
        indent = len(rows[first]) - len(rows[first].lstrip())
        count = 1
        while first + count < len(rows) and len(rows[first + count]) - len(rows[first + count].lstrip()) > indent:
            count += 1
        last = max(last, first + count)
        changed = by_line.get(hint.source_line)
        if changed is not None and changed != hint:
            edits.append((first, count, [_hint_row(changed, indent)]))
    added = [_hint_row(hint, 2) for hint in new.cast if not hint.source_line]
    return edits + ([(last, 0, added)] if added and last >= 0 else [])


def _hint_row(hint: CharacterHint, indent: int) -> str:
    return f"{' ' * indent}{write_name(hint.name)}: {write_pairs(hint_values(hint))}".rstrip()


def _rows_of(line: Line) -> list[str]:
    return [*(write_shot(shot, brackets=True) for shot in line.shots), write_line(line)]


def _scene_rows(scene: Scene) -> list[str]:
    """A scene as the formatter writes it, with its heading."""
    heading = format_script(Script("", (Scene("", (scene.lines[0],)), scene))).split("\n\n", 1)[1]
    return heading.rstrip("\n").split("\n")
