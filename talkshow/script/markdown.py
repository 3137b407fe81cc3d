"""Markdown: `**NAME (warm):** text`, `## Scene {image: studio.png}` and a front matter of YAML."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property

from talkshow.errors import nearest
from talkshow.script.asides import asides, names_alone
from talkshow.script.builder import HEAD_KEYS, ScriptBuilder
from talkshow.script.comments import take_comments
from talkshow.script.formats import Evidence
from talkshow.script.header import Header, read_header, read_tags, write_header
from talkshow.script.inline import escape, unescape, write_text
from talkshow.script.keyvalues import read_flow, write_flow
from talkshow.script.layout import Block, Formatted, Style, arrange
from talkshow.script.marks import picture_in
from talkshow.script.model import Line, Scene, Script
from talkshow.script.names import fold, looks_like_person
from talkshow.script.plain import RULE, place_of, read_shot, scene_options, shot_blocks, tell_actions, with_rows
from talkshow.script.roles import is_nobody
from talkshow.script.source import Source
from talkshow.script.structured import read_head, yaml_head
from talkshow.script.tree import Tree, read_yaml

_BOLD = re.compile(
    r"(?:[-*+•]\s+(?:\[[ xX]\]\s+)?|\d+[.)]\s+|>\s*)*+"
    r"(?P<mark>\*\*|__)(?P<inside>(?:\\.|(?!(?P=mark))[^\\])+)(?P=mark)(?P<after>.*)"
)
_HEADING = re.compile(r"(?P<level>#{1,6})(?:\s+(?P<title>(?:\\.|[^\\{])*?))?\s*(?P<options>\{.*\})?\s*")
_EMPHASISED = re.compile(r"[*_]{1,3}(\([^()]*\))[*_]{1,3}")  # **MAYA** *(warm)*: text
_TIME = re.compile(r"\d{1,2}:\d\d(?::\d\d)?")
_BULLET = re.compile(r"^(?:[-*+•>]\s+)+(?:\[[ xX]\]\s+)?")


def read_markdown(source: Source) -> Script:
    """Parse Markdown. Raises ScriptError at the first line that cannot be read."""
    return _MarkdownReader(source).read()


def read_bold_header(text: str) -> tuple[Header, str] | None:
    """Speaker and text of `**NAME:** text`, `**NAME** (warm): text`; None for anything else."""
    match = _BOLD.fullmatch(text)
    if not match:
        return None
    line = _EMPHASISED.sub(r"\1", match["inside"] + match["after"])
    names, colon, words = line.partition(":")
    if match["mark"] in names and colon:  # **MAYA** & **LEO:** text
        line = names.replace(match["mark"], "") + colon + words.removeprefix(match["mark"])
    header = read_header(line)
    return (header, line[header.end :]) if header and header.end >= len(match["inside"].rstrip()) else None


def recognise_markdown(text: str) -> Evidence:
    """A front matter, or a name in bold before what it says."""
    bold = (line.strip() for line in text.split("\n") if "**" in line or "__" in line)
    found = text.lstrip().startswith("---\n") or any(read_bold_header(line) for line in bold)
    found = found or (("**" in text or "__" in text or "\n#" in text) and bool(names_alone(text.split("\n"))))
    return Evidence.LIKELY if found else Evidence.NONE


class _MarkdownReader:
    def __init__(self, source: Source) -> None:
        self.source, self.builder = source, ScriptBuilder(source)
        self.lines = source.lines
        self.turn: tuple[Header, list[str], int] | None = None
        self.actions: list[int] = []
        self.above: list[int] = []  # paragraphs above the first line that is spoken
        self.aside: list[int] = []  # code, tables and the like
        self.alone: dict[int, str] = {}  # rows that are a name, whose words are below

    def read(self) -> Script:
        start = self._front_matter()
        body, remarks = take_comments("\n".join(self.lines[start:]), "<!--", "-->", start + 1)
        self.builder.remarks += remarks
        rows = body.split("\n")
        told, bare = asides(rows)
        self.alone = names_alone(rows)
        for at, text in enumerate(rows):
            line = start + 1 + at
            if at in told or at in bare:
                self._aside(text, line, at in told)
            elif at in self.alone:
                self._end_turn()
                header = read_header(self.alone[at], colon=False)
                self.turn = (header, [], line) if header else None
            elif text.strip():
                self._line(text.strip(), line)
            elif not self.alone:
                self._end_turn()
        self._end_turn()
        self._tell()
        return self.builder.finish()

    def _aside(self, text: str, line: int, told: bool) -> None:
        self.aside += [line] if told else []
        words = text.strip() if told else ""
        self.builder.remark("unplayed" if told else "empty", line, (self.lines[line - 1],), words)

    def _tell(self) -> None:
        if self.aside:
            number = "1 row" if len(self.aside) == 1 else f"{len(self.aside)} rows"
            self.builder.warn(f"{number} of code, tables, notes or remarks: not spoken, this one first", self.aside[0])
        if self.above:
            number = "1 row" if len(self.above) == 1 else f"{len(self.above)} rows"
            self.builder.warn(
                f"{number} above the first bold name and colon (**MAYA:** ...): not spoken, this one first",
                self.above[0],
            )
        if self.actions:
            tell_actions(self.builder, self.actions)

    def _front_matter(self) -> int:
        """Read the block between `---` lines; the index of the first line after it."""
        first = next((index for index, text in enumerate(self.lines) if text.strip()), 0)
        if not self.lines or self.lines[first].strip() != "---":
            return 0
        end = next((index for index in range(first + 1, len(self.lines)) if self.lines[index].strip() == "---"), None)
        if end is None:
            raise self.source.error("the front matter has no end; write --- on a line of its own below it", first + 1)
        for row in range(first):
            self.builder.remark("empty", row + 1, (self.lines[row],))
        text = "\n".join(self.lines[first + 1 : end])
        head = read_yaml(text, self.source, first + 1, self.builder)
        self.builder.place("end of the head", end + 1)
        if head is not None:
            read_head(self._known(head), self.builder, HEAD_KEYS)
        return end + 1

    def _known(self, head: Tree) -> Tree:
        """A front matter without the keys of other programs, of which it may have any: tags, dates, aliases."""
        if head.kind != "mapping":
            return head
        pairs = list(zip(head.children[::2], head.children[1::2], strict=True))
        for key, _ in pairs:
            if key.kind == "scalar" and key.text not in HEAD_KEYS:
                if near := nearest(key.text, HEAD_KEYS):
                    raise key.error(f"unknown key '{key.text}' in the front matter: did you mean '{near}'?")
                self.builder.warn(f"'{key.text}' of the front matter is not used", key.line)
        known = [part for key, value in pairs if key.kind != "scalar" or key.text in HEAD_KEYS for part in (key, value)]
        return replace(head, children=known)

    def _end_turn(self) -> None:
        if self.turn and (self.turn[1] or not self.alone):
            header, text, line = self.turn
            self.builder.add_line(header.raw, read_tags(header.groups), " ".join(text), line)
        self.turn = None

    def _line(self, text: str, line: int) -> None:
        heading = _HEADING.fullmatch(text) if text.startswith("#") else None
        speech = read_bold_header(text) or self._plain_header(text, line)
        shot = read_shot(text)
        if heading:
            self._end_turn()
            self._heading(heading, line)
        elif speech:
            self._end_turn()
            self.turn = (speech[0], [_without_break(speech[1])], line)
        elif shot:
            self._end_turn()
            self.builder.add_shot(shot, line)
        elif (picture := picture_in(text)) is not None:
            self.builder.warn(f"the picture '{picture}' is not shown and not spoken", line)
            self.builder.remark("unplayed", line, (self.lines[line - 1],), f"picture: {picture}")
        elif RULE.fullmatch(text):
            self._end_turn()
            self.builder.remark("empty", line, (self.lines[line - 1],))
        elif self.turn:
            self.turn[1].append(_without_break(_BULLET.sub("", text)))
        elif re.fullmatch(r"([*_])(?!\1).*\1|\(.*\)", text):
            self.actions.append(line)
            self.builder.remark("unplayed", line, (text,), text.strip("*_() "))
        else:
            if not self.builder.has_lines:
                self.above.append(line)
                self.builder.remark("unplayed", line, (self.lines[line - 1],), text)
                return
            raise self.source.error(
                "who says this? Begin the paragraph with a bold name and a colon (**MAYA:** ...), "
                "or put it into <!-- a comment -->",
                line,
            )

    @cached_property
    def _names(self) -> set[str]:
        """The names in bold."""
        headers = (read_bold_header(text.strip()) for text in self.lines if "**" in text or "__" in text)
        return {fold(found[0].name) for found in headers if found}

    def _plain_header(self, text: str, line: int) -> tuple[Header, str] | None:
        """Speaker and text of a row whose name is in italics, or not marked at all where it is one for certain."""
        header = read_header(_BULLET.sub("", text))
        if header is None:
            return None
        begins = header.raw[0] in "*_" or fold(header.name) in self._names
        likely = looks_like_person(header.name) and not is_nobody(header.name)
        if begins or (likely and self.turn is None):
            return header, _BULLET.sub("", text)[header.end :]
        if likely and header.name.isupper():
            self.builder.warn(f"'{header.name}:' is read as words of the line above; write **{header.name}:**", line)
        return None

    def _heading(self, heading: re.Match[str], line: int) -> None:
        title = unescape(heading["title"] or "")
        if _TIME.fullmatch(title):  # of a transcript
            self.builder.remark("unplayed", line, (self.lines[line - 1],), title)
            return
        options = read_flow(heading["options"], self.source, line) if heading["options"] else {}
        if heading["level"] == "#" and not options and not self.builder.title and not self.builder.has_lines:
            self.builder.title = self.builder.clean(title, line)
            self.builder.place("title", line)
        else:
            self.builder.begin_scene(title, options, line)


def _without_break(text: str) -> str:
    """A row without the backslash that breaks it."""
    return text[:-1] if re.search(r"(?<!\\)(?:\\\\)*\\$", text) else text


def _write_heading(scene: Scene) -> str:
    title = scene.title if re.fullmatch(r"\w[^\\{<]*", scene.title) else escape(scene.title)
    options = scene_options(scene)
    written = write_flow(options).replace("<", "\\u003c") if options else ""  # no comment begins here
    return " ".join(part for part in ("##", title, written) if part)


def _write_line(line: Line) -> str:
    text = write_text(line.pieces, line.timing.cut_off)
    safe = text if "<!--" not in text else text.replace("<!--", "\\<\\!\\-\\-")
    return f"**{write_header(line)}:** {safe}"


def _comment(words: str, in_head: bool) -> list[str] | None:
    if in_head:
        return with_rows(words, "#")
    return None if "-->" in words else f"<!-- {words} -->".split("\n")


def _apart(before: str, after: str) -> bool:
    """Whether a row would go on with the paragraph above it."""
    return bool(
        before.strip()
        and after.strip()
        and not before.rstrip().endswith("-->")
        and not after.startswith(("**", "__", "#", "!!", "<!--"))
    )


STYLE = Style("markdown", _comment, _apart)


def write_markdown(script: Script) -> Formatted:
    """The script as Markdown; `read_markdown` reads it back equal."""
    head = [replace(block, in_head=True) for block in yaml_head(script)]
    if head:
        end = place_of(script, "end of the head")
        head = [Block(("---",), in_head=True), *head, Block(("---",), end, in_head=True)]
    blocks = head
    for index, scene in enumerate(script.scenes):
        if index or scene.title or scene_options(scene):
            blocks.append(Block((_write_heading(scene),), scene.source_line, gap=1))
        for line in scene.lines:
            blocks += shot_blocks(line, gap=1)
            blocks.append(Block((_write_line(line),), line.source_line, gap=1))
    return arrange(blocks, script.layout, STYLE)
