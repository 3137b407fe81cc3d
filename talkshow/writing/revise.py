"""Changing a script: the model names the lines that change, and everything else stays as it was by construction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from talkshow.errors import ScriptError, choose, printable
from talkshow.script.model import CharacterHint, Line, Scene, Script
from talkshow.script.reader import parse_script
from talkshow.writing import telling
from talkshow.writing.answer import bare, words
from talkshow.writing.base import Brief, Desk
from talkshow.writing.checking import Fault
from talkshow.writing.endpoint import Endpoint, Question
from talkshow.writing.json_answer import read_json_answer
from talkshow.writing.prompts import Prompts
from talkshow.writing.repair import ask_until_good
from talkshow.writing.schema import changes_schema

_WINDOW = 200  # lines that are shown at once
_CHANGE = re.compile(
    r"\s*(?P<number>\d{1,6})\s*(?P<plus>\+?)\s*(?:(?P<out>-{1,2}|—)\s*$|[.:)]?\s*(?P<line>\S.*))", re.DOTALL
)


@dataclass(frozen=True)
class Change:
    """One change.  number: of the line, from 1; line: its new words, None: it is taken out; after: a new line."""

    number: int
    line: Line | None
    after: bool = False


@dataclass(frozen=True)
class Revision:
    """What a model changes: lines, and keys of the cast (name -> key -> words)."""

    changes: tuple[Change, ...] = ()
    cast: Mapping[str, Mapping[str, str]] | None = None


def revise(brief: Brief, endpoint: Endpoint, prompts: Prompts, desk: Desk) -> tuple[Script, list[str]]:
    """The script of the brief, changed as its revision says. Raises WriterError."""
    assert brief.so_far is not None
    old = brief.so_far
    total = sum(1 for _ in old.lines)
    windows = [(first, min(first + _WINDOW - 1, total)) for first in range(1, total + 1, _WINDOW)]
    endpoint.allow(5 * (len(windows) - 1))
    changes: list[Change] = []
    cast: dict[str, Mapping[str, str]] = {}
    notes: list[str] = []
    for window in windows:
        values = revision_values(brief, prompts, window)
        question = Question(
            partial(telling.talk, prompts, "revise", "changes", values), "changes", changes_schema(), 2 * _WINDOW + 60
        )

        def read(answer: str, window: tuple[int, int] = window) -> tuple[Revision, list[Fault]]:
            return read_revision(answer, old, window, tuple(desk.voices))

        found, left = ask_until_good(endpoint, question, read, prompts, desk)
        changes += found.changes
        cast |= found.cast or {}
        notes += left
    revised = apply(old, Revision(tuple(changes), cast))
    return revised, notes + (["the model changed nothing"] if revised == old else [])


def revision_values(brief: Brief, prompts: Prompts, window: tuple[int, int] = (1, _WINDOW)) -> dict[str, str]:
    """The placeholders of the template."""
    assert brief.so_far is not None
    lines = list(brief.so_far.lines)
    first, last = window[0], min(window[1], len(lines))
    numbered = "\n".join(f"{number} {telling.said([lines[number - 1]])}" for number in range(first, last + 1))
    part = f" {first} to {last} of {len(lines)}" if last - first + 1 < len(lines) else ""
    shared = telling.brief_values(brief, {}, prompts)
    return {
        "revision": brief.revision.strip(),
        "cast": telling.cast_list(_whole_cast(brief.so_far)),
        "numbered": numbered,
        "language": brief.language,
        "part": part,
        "craft": shared["craft"],
    }


def _whole_cast(script: Script) -> list[CharacterHint]:
    return [script.hint(name) for name in dict.fromkeys((*(hint.name for hint in script.cast), *script.speakers))]


def read_revision(
    answer: str, old: Script, window: tuple[int, int], voices: tuple[str, ...]
) -> tuple[Revision, list[Fault]]:
    """The changes of an answer, in JSON or as lines. Raises ScriptError for one that cannot be read."""
    text = bare(answer)
    if not text:
        raise ScriptError("the answer is empty")
    values, broken = read_json_answer(text)
    listed = values.get("changes", []) if isinstance(values, dict) else values
    rows = _rows(text) if values is None else [words(row) for row in listed] if isinstance(listed, list) else []
    cast, faults = _read_cast(values.get("cast") if isinstance(values, dict) else None, voices)
    changes = []
    for row in rows:
        if not row.strip():
            continue
        change = _read_change(row, old, window, cast)
        if isinstance(change, Change):
            changes.append(change)
        else:
            faults.append(change)
    faults += broken
    if not changes and not cast and not faults:
        faults.append(Fault("nothing is changed", fatal=False))
    taken_out = {change.number for change in changes if change.line is None}
    added = sum(change.after for change in changes)
    if len(taken_out) + 1 > sum(1 for _ in old.lines) + added:
        faults.append(Fault("no line would be left"))
    return Revision(tuple(changes), cast), faults


def _rows(text: str) -> list[str]:
    """The lines of an answer from the first change to the last; a model's words around them change nothing."""
    rows = text.split("\n")
    numbered = [index for index, row in enumerate(rows) if _CHANGE.fullmatch(row)]
    return rows[numbered[0] : numbered[-1] + 1] if numbered else rows


def _read_change(row: str, old: Script, window: tuple[int, int], cast: Mapping[str, object]) -> Change | Fault:
    quoted = printable(row.strip())[:80]
    match = _CHANGE.fullmatch(row)
    if match is None:
        return Fault(f"'{quoted}' is not a change; write  12 LEO (dry): new words  or  12 -")
    number, after = int(match["number"]), bool(match["plus"])
    if not window[0] <= number <= window[1] and not (after and number == 0):
        return Fault(f"there is no line {number} here, only {window[0]} to {window[1]}")
    if match["out"]:
        return Fault(f"'{quoted}' is not a new line") if after else Change(number, None)
    try:
        said = parse_script(match["line"], "plain")
        line = next(said.lines)
    except ScriptError as exc:
        return Fault(f"'{quoted}': {exc.message}")
    known = {name.casefold(): name for name in (*cast, *old.speakers, *(hint.name for hint in old.cast))}
    if line.speaker.casefold() not in known:
        return Fault(f"'{quoted}': {line.speaker} is not in the cast. {choose(line.speaker, known.values())}")
    return Change(number, replace(line, speaker=known[line.speaker.casefold()], source_line=0, shot_lines=()), after)


def _read_cast(cast: object, voices: tuple[str, ...]) -> tuple[dict[str, dict[str, str]], list[Fault]]:
    told: dict[str, dict[str, str]] = {}
    faults = []
    for entry in cast if isinstance(cast, list) else []:
        if isinstance(entry, dict) and (name := words(entry.get("name"))):
            said = {key: value for key in ("voice", "look", "description") if (value := words(entry.get(key)))}
            if "voice" in said and said["voice"] not in voices:
                faults.append(Fault(f"there is no voice '{said['voice']}'. {choose(said['voice'], voices)}"))
            told[name] = said
    return told, faults


def apply(old: Script, revision: Revision) -> Script:
    """The script with the changes in it; what they do not name is the same value as before."""
    new_words = {change.number: change.line for change in revision.changes if not change.after}
    added: dict[int, list[Line]] = {}
    for change in revision.changes:
        if change.after and change.line is not None:
            added.setdefault(change.number, []).append(change.line)
    scenes: list[Scene] = []
    number = 0
    for scene in old.scenes:
        lines: list[Line] = [] if number else list(added.get(0, []))
        for line in scene.lines:
            number += 1
            changed = new_words.get(number, line)
            if changed is line:
                lines.append(line)
            elif changed is not None:  # camera and unknown tags are not the model's business
                lines.append(
                    replace(
                        changed,
                        shots=line.shots,
                        tags=line.tags,
                        source_line=line.source_line,
                        shot_lines=line.shot_lines,
                    )
                )
            lines += added.get(number, [])
        if lines:
            scenes.append(replace(scene, lines=tuple(lines)))
    return replace(old, scenes=tuple(scenes), cast=_changed_cast(old, revision.cast or {}), warnings=())


def _changed_cast(old: Script, told: Mapping[str, Mapping[str, str]]) -> tuple[CharacterHint, ...]:
    by_name = {hint.name.casefold(): hint for hint in old.cast}
    spoken = {name.casefold(): name for name in old.speakers}
    for name, said in told.items():
        known = by_name.get(name.casefold())
        if known is None and not said and name.casefold() in spoken:
            continue
        hint = known or CharacterHint(spoken.get(name.casefold(), name))
        by_name[name.casefold()] = replace(
            hint,
            voice=said.get("voice", hint.voice),
            look=said.get("look", hint.look),
            description=said.get("description", hint.description),
        )
    return tuple(by_name.values())
