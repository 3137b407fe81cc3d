"""One line of dialogue in JSON or YAML of another program: a mapping, a pair, or a text with a name before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from talkshow.script.builder import ScriptBuilder
from talkshow.script.header import read_header
from talkshow.script.imported import without_markup
from talkshow.script.imports.turns import NARRATOR, Turn
from talkshow.script.tree import Tree

WHO = (
    "speaker", "speaker_name", "speakername", "character", "name", "role", "from", "author", "person", "actor", "host",
    "voice", "voice_name", "voice_id", "voiceid", "speaker_id", "speakerid", "speaker_label", "who", "participant",
    "user", "sender",
)  # fmt: skip
WHAT = (
    "text", "line", "content", "dialogue", "dialog", "message", "utterance", "value", "words", "transcript", "sentence",
    "says", "speech", "input", "quote", "parts",
)  # fmt: skip
_HOW = ("direction", "emotion", "delivery", "tone", "mood")
_SILENT = ("system", "developer", "tool", "function")
# kinds of rows that are not dialogue, and what they are called in scripts with narration
_UNSPOKEN = re.compile(
    r"(?:stage[ _-]?)?directions?|actions?|sfx|sounds?(?:[ _-]effects?)?|music|scene(?:[ _-]headings?)?|headings?"
    r"|transitions?|shots?|cameras?|cues?|notes?|comments?|pauses?",
    re.IGNORECASE,
)
_NARRATION = re.compile(r"narrat\w*|voice[ _-]?over|description", re.IGNORECASE)
EXPECTED = (
    "Expected are a script (title, cast, scenes or lines), a list of lines with a speaker and a text "
    '([{"speaker": "MAYA", "text": "Hello"}]; also role and content, voice_id and text, name: words), the transcript '
    "of a service with segments or utterances, or an input of MultiTalk"
)


def row_turns(row: Tree, builder: ScriptBuilder) -> Iterator[Turn]:
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
    what, who, how = value_of(row, WHAT), value_of(row, WHO), value_of(row, _HOW)
    pair = len(row.children) == 2 and row.children[1].kind == "scalar"
    if what is None and pair and row.children[0].text.casefold() not in WHO:
        yield Turn(row.children[0].text, without_markup(row.children[1].text), row.line)
        return
    if what is None:
        raise row.error(f"this line has no text. {EXPECTED}")
    text = _text(what)
    name = _name(who)
    kind = value_of(row, ("type", "kind"))
    if not name and kind is not None and kind.kind == "scalar":
        if _UNSPOKEN.fullmatch(kind.text.strip()):
            builder.warn(
                f"this is of the type '{kind.text}' and is not spoken: {' '.join(text.split())[:60]}", row.line
            )
            return
        name = NARRATOR if _NARRATION.fullmatch(kind.text.strip()) else ""
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
        parts = [part.text if part.kind == "scalar" else value_of(part, ("text",)) for part in what.children]
        return " ".join(part if isinstance(part, str) else part.text for part in parts if part is not None)
    return what.text


def _name(who: Tree | None) -> str:
    if who is None:
        return ""
    if who.kind == "sequence":
        return " & ".join(name for part in who.children if (name := _name(part)))
    if who.kind == "mapping":
        inner = value_of(who, ("name", "id"))
        return inner.text.strip() if inner is not None and inner.kind == "scalar" else ""
    name = who.text.strip()
    if name in ("null", "~"):
        return ""
    return f"Speaker {name}" if name.isdecimal() else name


def value_of(row: Tree, wanted: Sequence[str]) -> Tree | None:
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
