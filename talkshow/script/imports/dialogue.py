"""Dialogue in JSON and YAML as other programs write it: lists of who says what, and transcripts of services.

[{"text": "Hello.", "voice_id": "x"}]       also in `inputs`, `messages`, `dialogue`, `turns`, ...
[{"role": "user", "content": "Hello."}]     also one object per row
{"Alice": "Hello.", "Bob": "Hi."}           in the order of the file; a name may come twice
{"segments": [{"start": 0.5, "end": 2.1, "text": "Hello.", "speaker": "SPEAKER_01"}]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from talkshow.script.builder import HEAD_KEYS, ScriptBuilder
from talkshow.script.header import read_header
from talkshow.script.imported import add_tagged, speaker_tag, without_markup
from talkshow.script.imports.turns import Turn, add_turns
from talkshow.script.tree import Tree

_WHO = (
    "speaker", "speaker_name", "speakername", "character", "name", "role", "from", "author", "person", "actor", "host",
    "voice", "voice_name", "voice_id", "voiceid", "speaker_id", "speakerid", "speaker_label", "who", "participant",
    "user", "sender",
)  # fmt: skip
_WHAT = (
    "text", "line", "content", "dialogue", "dialog", "message", "utterance", "value", "words", "transcript", "sentence",
    "says", "speech", "input", "quote",
)  # fmt: skip
_HOW = ("direction", "emotion", "delivery", "tone", "mood")
_LISTS = (
    "inputs", "messages", "dialogue", "dialog", "dialogues", "conversation", "conversations", "turns", "lines",
    "script", "transcript", "utterances", "segments", "items", "data", "content", "exchanges", "podcast", "scenes",
)  # fmt: skip
_SILENT = ("system", "developer", "tool", "function")
EXPECTED = (
    "Expected are a script (title, cast, scenes or lines), a list of lines with a speaker and a text "
    '([{"speaker": "MAYA", "text": "Hello"}]; also role and content, voice_id and text, name: words), the transcript '
    "of a service with segments or utterances, or an input of MultiTalk"
)


def read_dialogue(tree: Tree, builder: ScriptBuilder) -> bool:
    """Give the lines of a list, or of a mapping that holds one, to the builder; False for anything else.

    Raises ScriptError with the place of a row without a line.
    """
    rows = _rows(tree, builder)
    if rows is None:
        return False
    if not rows:
        raise tree.error(f"this list has no lines. {EXPECTED}")
    add_turns(builder, [turn for row in rows for turn in _turns(row, builder)])
    return True


def read_records(records: Sequence[Tree], builder: ScriptBuilder) -> None:
    """One object per row: each a line of the dialogue, or a whole dialogue of its own. Raises ScriptError."""
    turns: list[Turn] = []
    for number, record in enumerate(records):
        tagged = _tagged(record)
        if tagged is None:
            turns += _turns(record, builder)
            continue
        if number:
            builder.begin_scene("", {}, record.line)
        tag, word = speaker_tag(tagged.text) or (None, "")
        assert tag is not None
        add_tagged(builder, tagged.text, tag, word, record.line)
    add_turns(builder, turns)


def _tagged(record: Tree) -> Tree | None:
    """The text of a record that says `[S1] ... [S2] ...`; None for any other."""
    text = _value(record, ("text", "script", "dialogue")) if record.kind == "mapping" else None
    return text if text is not None and text.kind == "scalar" and speaker_tag(text.text.strip()) else None


def _rows(tree: Tree, builder: ScriptBuilder) -> list[Tree] | None:
    if tree.kind == "sequence":
        return tree.children
    keys = [key.text.casefold() for key in tree.children[::2] if key.kind == "scalar"]
    values = tree.children[1::2]
    for wanted in _LISTS:
        for key, value in zip(keys, values, strict=False):
            if key == wanted and value.kind == "sequence":
                _heads(tree, builder)
                return value.children
    names = len(keys) > 0 and not set(keys) & {*HEAD_KEYS, "scenes", "lines"}
    if names and all(value.kind == "scalar" and value.text.strip() for value in values) and not set(keys) & set(_WHAT):
        return [
            Tree("mapping", tree.source, key.line, key.column, children=[key, value])
            for key, value in zip(tree.children[::2], values, strict=True)
        ]
    return None


def _heads(tree: Tree, builder: ScriptBuilder) -> None:
    """The title, and what else beside the list is not used."""
    unused = []
    for key, value in zip(tree.children[::2], tree.children[1::2], strict=True):
        name = key.text.casefold()
        if name == "title" and value.kind == "scalar":
            builder.title = builder.clean(value.text, value.line)
        elif name not in _LISTS or value.kind != "sequence":
            unused.append(key.text)
    if unused:
        builder.warn(f"not used of this file: {', '.join(unused[:8])}", tree.line)


def _turns(row: Tree, builder: ScriptBuilder) -> Iterator[Turn]:
    row.name = "a line"
    if row.kind == "scalar":
        header = read_header(builder.clean(row.text, row.line))
        if header is None:
            raise row.error(f"who says this? {EXPECTED}")
        text = builder.clean(row.text, row.line)
        yield Turn(text[: header.end].rstrip(" :："), text[header.end :], row.line)
        return
    if row.kind == "sequence":
        if len(row.children) != 2 or any(child.kind != "scalar" for child in row.children):
            raise row.error(f"a line in a list is a name and a text. {EXPECTED}")
        yield Turn(row.children[0].text, without_markup(row.children[1].text), row.line)
        return
    what, who, how = _value(row, _WHAT), _value(row, _WHO), _value(row, _HOW)
    if what is None and len(row.children) == 2 and row.children[1].kind == "scalar":
        yield Turn(row.children[0].text, without_markup(row.children[1].text), row.line)
        return
    if what is None:
        raise row.error(f"this line has no text. {EXPECTED}")
    text = _text(what)
    name = _name(who)
    if name.casefold() in _SILENT:
        builder.warn(f"what '{name}' says is a message to the model and is not spoken", row.line)
        return
    direction = how.text.strip(" ()[]") if how is not None and how.kind == "scalar" else ""
    if not text.strip():
        builder.warn(f"{name or 'somebody'} says nothing in this line; it is left out", row.line)
        return
    groups = (f"({direction})",) if direction and not re.search(r"[(){}]", direction) else ()
    yield Turn(name, without_markup(text), row.line, groups=groups)


def _text(what: Tree) -> str:
    """The words; of a message that consists of parts, those that are text."""
    if what.kind == "sequence":
        parts = [part.text if part.kind == "scalar" else _value(part, ("text",)) for part in what.children]
        return " ".join(part if isinstance(part, str) else part.text for part in parts if part is not None)
    return what.text


def _name(who: Tree | None) -> str:
    if who is None:
        return ""
    if who.kind == "mapping":
        inner = _value(who, ("name", "id"))
        return inner.text.strip() if inner is not None and inner.kind == "scalar" else ""
    name = who.text.strip()
    if name in ("null", "~"):
        return ""
    return f"Speaker {name}" if name.isdecimal() else name


def _value(row: Tree, wanted: Sequence[str]) -> Tree | None:
    """The value of the first of some keys; a key with no value counts as absent where another has one."""
    if row.kind != "mapping":
        return None
    found = {
        key.text.casefold(): value
        for key, value in zip(row.children[::2], row.children[1::2], strict=True)
        if key.kind == "scalar"
    }
    given = [found[key] for key in wanted if key in found]
    return next(
        (each for each in given if each.kind != "scalar" or each.text not in ("", "null")), given[0] if given else None
    )
