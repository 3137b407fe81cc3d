"""Dialogue in JSON and YAML as other programs write it: where in the file the lines are. `rows` reads each of them.

[{"text": "Hello.", "voice_id": "x"}]       also in `inputs`, `messages`, `dialogue`, `turns`, ..., however deep
[{"role": "user", "content": "Hello."}]     also one object per row
{"Alice": "Hello.", "Bob": "Hi."}           in the order of the file; a name may come twice
{"scenes": [{"dialogue": [...]}, ...]}      a scene for each list
{"script": "[S1] Hello. [S2] Hi."}          a script as a text
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from talkshow.script.builder import HEAD_KEYS, ScriptBuilder
from talkshow.script.formats import FORMATS, guess_format
from talkshow.script.header import read_header
from talkshow.script.imported import add_tagged, speaker_tag
from talkshow.script.imports.rows import EXPECTED, WHAT, WHO, row_turns, value_of
from talkshow.script.imports.turns import Turn, add_turns
from talkshow.script.model import Script, ScriptWarning
from talkshow.script.source import Source
from talkshow.script.tree import Tree

_LISTS = (
    "inputs", "messages", "dialogue", "dialog", "dialogues", "conversation", "conversations", "turns", "lines",
    "script", "transcript", "utterances", "segments", "items", "data", "content", "contents", "exchanges", "podcast",
    "chat_history", "history", "scenes", "chapters", "episodes", "episode",
)  # fmt: skip
_TEXTS = ("script", "dialogue", "transcript", "text", "content", "input", "prompt", "conversation", "podcast")
_TITLES = ("title", "name", "heading", "scene", "setting")
_DEEPEST = 4


def read_dialogue(tree: Tree, builder: ScriptBuilder) -> bool:
    """Give the lines of a list, or of a mapping that holds one, to the builder; False for anything else.

    Raises ScriptError with the place of a row without a line.
    """
    rows = _rows(tree, builder, _DEEPEST)
    if rows is None:
        return False
    if not rows:
        raise tree.error(f"this list has no lines. {EXPECTED}")
    nested = [_nested(row) for row in rows]
    if any(nested):
        for row, inner in zip(rows, nested, strict=True):
            builder.begin_scene(_title(row), {}, row.line)
            add_turns(builder, [turn for each in inner or [row] for turn in row_turns(each, builder)])
        return True
    add_turns(builder, [turn for row in rows for turn in row_turns(row, builder)])
    return True


def read_text_inside(tree: Tree) -> Script | None:
    """The script that is a text in a mapping; None where it has none. Raises ScriptError."""
    inner = _text_inside(tree)
    if inner is None:
        return None
    source = Source("\n" * (inner.line - 1) + inner.text, tree.source.path)  # at its place, which messages name
    script = FORMATS[guess_format(source.text)].parse(source)
    pairs = zip(tree.children[::2], tree.children[1::2], strict=True)
    unused = [key.text for key, value in pairs if value is not inner and key.text != "title"]
    title = value_of(tree, ("title",))
    if title is not None and title.kind == "scalar" and not script.title:
        script = replace(script, title=" ".join(title.text.split()))
    told = (ScriptWarning(f"not used of this file: {', '.join(unused[:8])}"),) if unused else ()
    return replace(script, warnings=(*told, *script.warnings))


def _text_inside(tree: Tree) -> Tree | None:
    text = value_of(tree, _TEXTS) if tree.kind == "mapping" and value_of(tree, WHO) is None else None
    if text is None or text.kind != "scalar":
        return None
    rows = [row for row in text.text.split("\n") if row.strip()]
    tagged = speaker_tag(text.text.strip()) is not None
    return text if tagged or (len(rows) > 1 and sum(read_header(row) is not None for row in rows) > 1) else None


def is_foreign(tree: Tree) -> bool:
    """Whether a mapping has scenes that are not those of our own scripts."""
    scenes = value_of(tree, ("scenes",))
    if scenes is None or scenes.kind != "sequence" or not scenes.children:
        return False
    return all(
        value_of(scene, ("lines",)) is None and _nested(scene) is not None
        for scene in scenes.children
        if scene.kind == "mapping"
    )


def read_records(records: Sequence[Tree], builder: ScriptBuilder) -> None:
    """One object per row: each a line of the dialogue, or a whole dialogue of its own. Raises ScriptError."""
    turns: list[Turn] = []
    for number, record in enumerate(records):
        tagged = _tagged(record)
        if tagged is None:
            turns += row_turns(record, builder)
            continue
        if number:
            builder.begin_scene("", {}, record.line)
        tag, word = speaker_tag(tagged.text) or (None, "")
        assert tag is not None
        add_tagged(builder, tagged.text, tag, word, record.line)
    add_turns(builder, turns)


def _tagged(record: Tree) -> Tree | None:
    """The text of a record that says `[S1] ... [S2] ...`; None for any other."""
    text = value_of(record, ("text", "script", "dialogue")) if record.kind == "mapping" else None
    return text if text is not None and text.kind == "scalar" and speaker_tag(text.text.strip()) else None


def _rows(tree: Tree, builder: ScriptBuilder, depth: int) -> list[Tree] | None:
    """The rows of the first list of lines in a tree; None without one."""
    if tree.kind == "sequence":
        return tree.children
    if tree.kind != "mapping" or not depth:
        return None
    keys = [key.text.casefold() for key in tree.children[::2] if key.kind == "scalar"]
    values = tree.children[1::2]
    for wanted in _LISTS:
        for key, value in zip(keys, values, strict=False):
            if key == wanted and value.kind != "scalar" and (rows := _rows(value, builder, depth - 1)):
                _heads(tree, builder, value)
                return rows
    names = len(keys) > 0 and not set(keys) & {*HEAD_KEYS, "scenes", "lines"}
    if names and all(value.kind == "scalar" and value.text.strip() for value in values) and not set(keys) & set(WHAT):
        return [
            Tree("mapping", tree.source, key.line, key.column, children=[key, value])
            for key, value in zip(tree.children[::2], values, strict=True)
        ]
    for value in values:
        if value.kind == "mapping" and (rows := _rows(value, builder, depth - 1)):
            _heads(tree, builder, value)
            return rows
    return None


def _nested(row: Tree) -> list[Tree] | None:
    """The lines of a row that is a scene; None for a row that is a line."""
    if row.kind != "mapping" or value_of(row, WHO[:6]) is not None:
        return None
    for key, value in zip(row.children[::2], row.children[1::2], strict=True):
        if key.kind == "scalar" and key.text.casefold() in _LISTS and value.kind == "sequence" and value.children:
            whole = all(each.kind in ("mapping", "sequence") or read_header(each.text) for each in value.children)
            return value.children if whole else None
    return None


def _title(row: Tree) -> str:
    title = value_of(row, _TITLES) if row.kind == "mapping" else None
    return title.text if title is not None and title.kind == "scalar" else ""


def _heads(tree: Tree, builder: ScriptBuilder, used: Tree) -> None:
    """The title, and what else beside the list is not used."""
    unused = []
    for key, value in zip(tree.children[::2], tree.children[1::2], strict=True):
        if key.text.casefold() == "title" and value.kind == "scalar":
            builder.title = builder.clean(value.text, value.line)
        elif value is not used:
            unused.append(key.text)
    if unused:
        builder.warn(f"not used of this file: {', '.join(unused[:8])}", tree.line)
