"""YAML and JSON as a tree that knows its places, and the questions a reader asks of it.

Built from the parser's events and not by its composer: that one follows aliases (a short file can stand for an
endless one) and recurses without end into a file that is nested deeply.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from talkshow.errors import ScriptError, choose
from talkshow.script.builder import ScriptBuilder
from talkshow.script.source import Source
from talkshow.script.yaml_comments import Scalar, remarks_in

MAX_DEPTH = 20
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)
_SECONDS = re.compile(r"(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+)\s*s?")
_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")


@dataclass
class Tree:
    """A scalar (`value`), a sequence or a mapping (`children`; keys and values in turn) at a place.

    Lines and columns count from 1. Each answer of the wrong kind is a ScriptError about the place.
    """

    kind: str
    source: Source
    line: int
    column: int
    value: str = ""
    children: list[Tree] = field(default_factory=list)
    name: str = "the script"  # what messages call it

    def error(self, message: str) -> ScriptError:
        """The error to raise about this place."""
        return self.source.error(message, self.line, self.column)

    @property
    def text(self) -> str:
        """The words of a scalar."""
        if self.kind != "scalar":
            raise self.error(f"{self.name} must be text, not a {self.kind}")
        return self.value

    @property
    def items(self) -> list[Tree]:
        """The members of a list."""
        if self.kind != "sequence":
            raise self.error(f"{self.name} must be a list (- ...)")
        return self.children

    def pairs(self, allowed: tuple[str, ...] | None = None) -> dict[str, Tree]:
        """The members of a mapping by key; a key that is not `allowed` or comes twice is an error."""
        if self.kind != "mapping":
            raise self.error(f"{self.name} must be a mapping (key: value)")
        found: dict[str, Tree] = {}
        for key, value in zip(self.children[::2], self.children[1::2], strict=True):
            if allowed is not None and key.text not in allowed:
                raise key.error(f"unknown key '{key.text}' in {self.name}. {choose(key.text, allowed)}")
            if key.text in found:
                raise key.error(f"'{key.text}' is given twice in {self.name}")
            value.name = key.text
            found[key.text] = value
        return found

    def seconds(self) -> float:
        """A time in seconds: a number, which may be followed by `s`."""
        match = _SECONDS.fullmatch(self.text)
        if not match:
            raise self.error(f"{self.name} must be a time in seconds, such as 0.8")
        return float(match[1])

    def flag(self) -> bool:
        """true or false."""
        if self.text.lower() not in (*_TRUE, *_FALSE):
            raise self.error(f"{self.name} must be true or false")
        return self.text.lower() in _TRUE


def read_yaml(text: str, source: Source, lines_before: int = 0, builder: ScriptBuilder | None = None) -> Tree | None:
    """The one document in `text`, which begins after `lines_before` lines of the source; None for an empty one.

    `builder` takes its comments and empty rows.

    Raises ScriptError for text that is not YAML, for anchors and aliases, and for nesting beyond MAX_DEPTH.
    """
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    open_: list[Tree] = []
    scalars: list[Scalar] = []
    root: Tree | None = None
    try:
        for event in yaml.parse(text, Loader=loader):
            assert event.start_mark is not None
            line, column = event.start_mark.line + lines_before + 1, event.start_mark.column + 1
            if isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                open_.pop()
                continue
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise source.error(
                    "anchors (&) and aliases (*) have no meaning in a script; write the value out or put it in quotes",
                    line,
                    column,
                )
            if not isinstance(event, yaml.NodeEvent):
                continue  # starts and ends of documents
            kind = (
                "scalar"
                if isinstance(event, yaml.ScalarEvent)
                else "sequence"
                if isinstance(event, yaml.SequenceStartEvent)
                else "mapping"
            )
            tree = Tree(kind, source, line, column, getattr(event, "value", ""))
            if open_:
                open_[-1].children.append(tree)
            elif root is not None:
                raise source.error("this is a second document; a script is one", line, column)
            else:
                root = tree
            if isinstance(event, yaml.ScalarEvent):
                assert event.end_mark is not None
                scalars.append((event.start_mark.index, event.end_mark.index, event.style in ("|", ">")))
            else:
                open_.append(tree)
            if len(open_) > MAX_DEPTH:
                raise source.error("this is nested too deeply for a script", line, column)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        line, column = (mark.line + lines_before + 1, mark.column + 1) if mark else (1, 1)
        raise source.error(f"this is not YAML: {exc.problem or exc.context}", line, column) from exc
    except yaml.YAMLError as exc:
        raise source.error(f"this is not YAML: {exc}", lines_before + 1) from exc
    if builder:
        for remark in remarks_in(text, scalars, lines_before):
            builder.remark(
                remark.kind, remark.row, remark.source, remark.words, alone=remark.alone, in_head=lines_before > 0
            )
    return root


def read_json(text: str, source: Source, lines_before: int = 0) -> Tree | None:
    """As `read_yaml`, for JSON, which is YAML but for tabs and pairs of surrogates."""
    try:
        json.loads(text, parse_int=str)  # a number may have more digits than Python converts
    except json.JSONDecodeError as exc:
        raise source.error(f"this is not JSON: {exc.msg}", exc.lineno + lines_before, exc.colno) from exc
    except RecursionError as exc:
        raise source.error("this JSON is nested too deeply for a script", 1 + lines_before) from exc
    return read_yaml(_SURROGATES.sub(_joined, text.replace("\t", " ")), source, lines_before)


def read_json_lines(source: Source) -> list[Tree]:
    """The objects of a text with one on each line; empty for any other text. Raises ScriptError for a broken one."""
    lines = [(number, line) for number, line in enumerate(source.lines, start=1) if line.strip()]
    if len(lines) < 2 or not all(line.lstrip()[0] in "{[" for _, line in lines):
        return []
    try:
        json.loads(lines[0][1], parse_int=str)
    except (json.JSONDecodeError, RecursionError):
        return []
    found = []
    for number, line in lines:
        tree = read_json(line, source, number - 1)
        if tree is not None:
            found.append(tree)
    return found


def _joined(match: re.Match[str]) -> str:
    return match[1] + chr(0x10000 + (int(match[2], 16) - 0xD800) * 0x400 + int(match[3], 16) - 0xDC00)
