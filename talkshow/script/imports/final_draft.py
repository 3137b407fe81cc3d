"""Final Draft (.fdx): screenplays in XML. Dialogue is played; action, transitions and the lists at the end are not.

What the format has no element for is written where a screenwriter sees it and Final Draft keeps it: the cast and the
pronunciations in paragraphs of the type Cast List on the title page, pictures and prompts as `[[image: studio.png]]`
below a scene heading, and timing in braces after a character's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from talkshow.script.builder import SCENE_KEYS, ScriptBuilder
from talkshow.script.formats import Evidence
from talkshow.script.header import LineTags, read_header, read_tags
from talkshow.script.keyvalues import unquote
from talkshow.script.model import Script
from talkshow.script.plain import Indented, read_head_block
from talkshow.script.source import Source

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

UNTITLED = "[[untitled]]"  # a scene without a heading
HEAD = "Cast List"  # the type of paragraphs that hold the head
HEAD_KEY = re.compile(r"(cast|say|language):\s*(.*)", re.DOTALL)
_LINE = "talkshow-line"  # attribute that the parser adds: where an element begins
_NOTE = re.compile(r"\[\[(?P<key>\w+):(?P<value>.*)\]\]", re.DOTALL)
_DEEPEST = 40


def recognise_final_draft(text: str) -> Evidence:
    """The root element."""
    return Evidence.SURE if re.match(r"\s*(?:<[?!][^>]*>\s*)*<FinalDraft\b", text[:4000]) else Evidence.NONE


def read_final_draft(source: Source) -> Script:
    """Parse a screenplay of Final Draft. Raises ScriptError for XML that is not valid, and where no one speaks."""
    root = _root(source)
    if root.tag != "FinalDraft":
        raise source.error(f"this XML is not a screenplay of Final Draft: it begins with <{str(root.tag)[:40]}>", 1)
    return _FinalDraftReader(source).read(root)


def _root(source: Source) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    class Placed(DefusedXMLParser):  # type: ignore[misc]
        """Notes in each element where it begins."""

        def _start(self, tag: str, attributes: Any) -> Any:
            element = super()._start(tag, attributes)
            element.set(_LINE, str(self.parser.CurrentLineNumber))
            return element

    parser = Placed(forbid_dtd=True)
    try:
        parser.feed(re.sub(r"\A\s*<\?xml[^>]*\?>", lambda head: "\n" * head[0].count("\n"), source.text))
        return parser.close()  # type: ignore[no-any-return]
    except ParseError as exc:
        line, column = exc.position
        raise source.error(f"this is not XML: {exc}", line, column + 1) from exc
    except DefusedXmlException as exc:
        raise source.error("this XML has a document type or entities of its own; remove the DOCTYPE", 1) from exc


class _FinalDraftReader:
    def __init__(self, source: Source) -> None:
        self.source, self.builder = source, ScriptBuilder(source)
        self.unplayed: list[int] = []
        self.speaker: tuple[str, tuple[str, ...], int] | None = None
        self.directions: list[str] = []
        self.words: list[str] = []
        self.in_dual: int | None = None  # how many have spoken in the dual dialogue that is open

    def read(self, root: Element) -> Script:
        self._title_page(root.find("TitlePage"))
        content = root.find("Content")
        if content is not None:
            self._paragraphs(content, _DEEPEST)
        self._end_turn()
        if self.unplayed:
            number = len(self.unplayed)
            what = "1 paragraph" if number == 1 else f"{number} paragraphs"
            self.builder.warn(
                f"not played (action, transitions and the like): {what}, this one first", self.unplayed[0]
            )
        return self.builder.finish()

    def _title_page(self, page: Element | None) -> None:
        content = page.find("Content") if page is not None else None
        rows = [] if content is None else [(each, *_text_of(each)) for each in content.iter("Paragraph")]
        block: Indented = []
        heads: list[tuple[str, str, Indented, int]] = []
        for paragraph, text, line in rows:
            if paragraph.get("Type") != HEAD:
                if text and not self.builder.title:
                    self.builder.title = self.builder.clean(text, line)
                    self.builder.place("title", line)
            elif match := HEAD_KEY.match(text):
                block = []
                heads.append((match[1], match[2], block, line))
            else:
                block.append((2, line, text))
        for key, value, rows_below, line in heads:
            self.builder.place(key, line)
            if key == "language":
                self.builder.language = self.builder.clean(unquote(value), line)
            else:
                read_head_block(self.builder, key, value, rows_below, line)

    def _paragraphs(self, parent: Element, depth: int) -> None:
        for paragraph in parent:
            if paragraph.tag == "DualDialogue" and depth:
                self._end_turn()
                self.in_dual = 0
                self._paragraphs(paragraph, depth - 1)
                self._end_turn()
                self.in_dual = None
            elif paragraph.tag == "Paragraph":
                if depth and paragraph.find("DualDialogue") is not None:
                    self._paragraphs(paragraph, depth - 1)
                else:
                    self._paragraph(paragraph)

    def _paragraph(self, paragraph: Element) -> None:
        kind = paragraph.get("Type") or ""
        text, line = _text_of(paragraph)
        if kind == "Character":
            self._end_turn()
            if text:
                header = read_header(self.builder.clean(text, line), colon=False)
                self.speaker = (header.raw, header.groups, line) if header else (text, (), line)
        elif kind in ("Dialogue", "Singing", "Lyrics") and self.speaker:
            self.words += [text] if text else []
        elif kind == "Parenthetical" and self.speaker:
            self._parenthetical(text)
        elif kind == "Scene Heading":
            self._end_turn()
            self.builder.begin_scene("" if text == UNTITLED else text, {}, line)
        elif kind == "Shot" and text:
            self._end_turn()
            self.builder.add_shot(text, line)
        elif text:
            self._other(kind, text, line)

    def _parenthetical(self, text: str) -> None:
        inside = text[1:-1] if text.startswith("(") and text.endswith(")") else text
        if self.words:
            inside = re.sub(r"(?<!\\)([{}])", r"\\\1", inside)
            self.words.append(f"{{{inside}}}")
        elif inside.strip():
            self.directions.append(f"({inside})")

    def _other(self, kind: str, text: str, line: int) -> None:
        note = _NOTE.fullmatch(text)
        if note and note["key"] in SCENE_KEYS:
            self._end_turn()
            self.builder.set_scene_option(note["key"], unquote(note["value"]), line)
            return
        if kind == "Dialogue":
            raise self.source.error(f"no character is named before this dialogue: {text[:60]}", line)
        self._end_turn()
        self.unplayed.append(line)
        self.builder.remark("unplayed", line, (text,), text)

    def _end_turn(self) -> None:
        speaker, self.speaker = self.speaker, None
        words, self.words = " ".join(self.words), []
        directions, self.directions = self.directions, []
        if speaker is None:
            return
        name, groups, line = speaker
        if not words:
            self.builder.warn(f"{name} says nothing here; the cue is left out", line)
            return
        tags = read_tags((*groups, *directions))
        self.builder.add_line(name, self._in_dual(tags), words, line)

    def _in_dual(self, tags: LineTags) -> LineTags:
        """Those who speak after the first of a dual dialogue begin with them."""
        if self.in_dual is None:
            return tags
        self.in_dual += 1
        return tags if self.in_dual == 1 else replace(tags, timing=replace(tags.timing, together=True))


def _text_of(paragraph: Element) -> tuple[str, int]:
    """The text of a paragraph, whose runs only differ in looks, and the line of the file in which it begins."""
    return " ".join("".join(_texts(paragraph)).split()), int(paragraph.get(_LINE, "0"))


def _texts(paragraph: Element) -> Iterator[str]:
    for child in paragraph:
        if child.tag == "Text":
            yield (child.text or "") + "".join(inner.tail or "" for inner in child)  # without notes in it
