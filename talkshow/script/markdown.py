"""Markdown: `**NAME (warm):** text`, `## Scene {image: studio.png}` and a front matter of YAML."""

from __future__ import annotations

import re

from talkshow.script.builder import HEAD_KEYS, ScriptBuilder, Source, without_comments
from talkshow.script.header import Header, read_header, read_tags, write_header
from talkshow.script.inline import escape, unescape, write_text
from talkshow.script.keyvalues import read_flow, write_flow
from talkshow.script.model import Line, Scene, Script
from talkshow.script.plain import read_shot, scene_options, write_shot
from talkshow.script.structured import dump_yaml, head_values, read_head
from talkshow.script.tree import read_yaml

_BOLD = re.compile(r"(?:[-*+]\s+|\d+[.)]\s+|>\s*)?(\*\*|__)(?P<inside>(?:\\.|(?!\1)[^\\])+)\1(?P<after>.*)")
_HEADING = re.compile(r"(?P<level>#{1,6})(?:\s+(?P<title>(?:\\.|[^\\{])*?))?\s*(?P<options>\{.*\})?\s*")
_RULE = re.compile(r"(?:[-*_]\s*){3,}")


def read_markdown(source: Source) -> Script:
    """Parse Markdown. Raises ScriptError at the first line that cannot be read."""
    return _MarkdownReader(source).read()


def read_bold_header(text: str) -> tuple[Header, str] | None:
    """Speaker and text of `**NAME:** text`, `**NAME** (warm): text`; None for anything else."""
    match = _BOLD.fullmatch(text)
    if not match:
        return None
    line = match["inside"] + match["after"]
    header = read_header(line)
    return (header, line[header.end:]) if header and header.end >= len(match["inside"].rstrip()) else None


class _MarkdownReader:
    def __init__(self, source: Source) -> None:
        self.source, self.builder = source, ScriptBuilder(source)
        self.lines = source.lines
        self.turn: tuple[Header, list[str], int] | None = None
        self.actions: list[int] = []

    def read(self) -> Script:
        start = self._front_matter()
        body = without_comments("\n".join(self.lines[start:]), "<!--", "-->").split("\n")
        for line, text in enumerate(body, start + 1):
            if text.strip():
                self._line(text.strip(), line)
            else:
                self._end_turn()
        self._end_turn()
        if self.actions:
            self.builder.warn(f"{len(self.actions)} paragraph(s) in italics are stage directions and are not played, "
                              "this one first", self.actions[0])
        return self.builder.finish()

    def _front_matter(self) -> int:
        """Read the block between `---` lines; the index of the first line after it."""
        first = next((index for index, text in enumerate(self.lines) if text.strip()), 0)
        if not self.lines or self.lines[first].strip() != "---":
            return 0
        end = next((index for index in range(first + 1, len(self.lines)) if self.lines[index].strip() == "---"), None)
        if end is None:
            raise self.source.error("the front matter has no end; write --- on a line of its own below it", first + 1)
        head = read_yaml("\n".join(self.lines[first + 1:end]), self.source, first + 1)
        if head is not None:
            read_head(head, self.builder, HEAD_KEYS)
        return end + 1

    def _end_turn(self) -> None:
        if self.turn:
            header, text, line = self.turn
            self.builder.add_line(header.name, read_tags(header.groups), " ".join(text), line)
        self.turn = None

    def _line(self, text: str, line: int) -> None:
        heading = _HEADING.fullmatch(text) if text.startswith("#") else None
        speech = read_bold_header(text)
        shot = read_shot(text)
        if heading:
            self._end_turn()
            self._heading(heading, line)
        elif speech:
            self._end_turn()
            self.turn = (speech[0], [speech[1]], line)
        elif shot:
            self._end_turn()
            self.builder.add_shot(shot, line)
        elif _RULE.fullmatch(text):
            self._end_turn()
        elif self.turn:
            self.turn[1].append(text.removeprefix("> "))
        elif re.fullmatch(r"([*_])(?!\1).*\1", text):
            self.actions.append(line)
        else:
            raise self.source.error("who says this? Begin the paragraph with a bold name and a colon (**MAYA:** ...), "
                                    "or put it into <!-- a comment -->", line)

    def _heading(self, heading: re.Match[str], line: int) -> None:
        title = unescape(heading["title"] or "")
        options = read_flow(heading["options"], self.source, line) if heading["options"] else {}
        if heading["level"] == "#" and not options and not self.builder.title and not self.builder.has_lines:
            self.builder.title = self.builder.clean(title, line)
        else:
            self.builder.begin_scene(title, options, line)


def _write_heading(scene: Scene) -> str:
    title = scene.title if re.fullmatch(r"\w[^\\{<]*", scene.title) else escape(scene.title)
    options = scene_options(scene)
    written = write_flow(options).replace("<", "\\u003c") if options else ""          # no comment begins here
    return " ".join(part for part in ("##", title, written) if part)


def _write_line(line: Line) -> str:
    text = write_text(line.pieces, line.timing.cut_off)
    safe = text if "<!--" not in text else text.replace("<!--", "\\<\\!\\-\\-")
    return f"**{write_header(line)}:** {safe}"


def write_markdown(script: Script) -> str:
    """The script as Markdown; `read_markdown` reads it back equal."""
    head = head_values(script)
    out = ["---", dump_yaml(head).rstrip("\n"), "---", ""] if head else []
    for index, scene in enumerate(script.scenes):
        if index or scene.title or scene_options(scene):
            out += [_write_heading(scene), ""]
        for line in scene.lines:
            out += [part for shot in line.shots for part in (write_shot(shot), "")]
            out += [_write_line(line), ""]
    return "\n".join(out)
