"""Word documents: `NAME: words` in paragraphs, names in bold, tables of two columns, headings as scenes.

A document that holds another format, such as a transcript or a screenplay, is read as that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from talkshow.script.builder import ScriptBuilder
from talkshow.script.formats import FORMATS, Evidence, guess_format
from talkshow.script.header import read_header
from talkshow.script.imports.tables import Row, table_turns
from talkshow.script.imports.turns import Turn, add_turns
from talkshow.script.imports.word_text import Document, Paragraph, Table, is_word, read_document
from talkshow.script.model import Script
from talkshow.script.source import Source

_WHOLE = ("transcript", "imported", "square", "fountain")  # formats that a document as a whole may hold
_HEADING = re.compile(r"Heading \d|heading \d", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[-–—•*·▪]|\d{1,4}[.)])\s+")


def recognise_word(data: bytes) -> bool:
    """Whether a file is a Word document."""
    return is_word(data)


def read_word(source: Source) -> Script:
    """Parse a Word document. A line of its errors and warnings is a paragraph. Raises ScriptError."""
    if not source.data:
        raise source.error("a Word document is a file (.docx), not a text")
    document = read_document(source.data, source.path)
    rows = [row for block in document.blocks for row in _rows(block)]
    text = "\n".join(rows)
    if not text.strip():
        raise source.error("this document has no text; write at least one line, as in  MAYA: Hello")
    shown = Source(text, source.path)
    if not any(isinstance(block, Table) for block in document.blocks):
        format = _whole_format(text)
        if format:
            return FORMATS[format].parse(shown)
    return _WordReader(shown, document).read()


def _rows(block: Paragraph | Table) -> list[str]:
    return [block.text] if isinstance(block, Paragraph) else [" | ".join(cells) for cells in block.rows]


def _whole_format(text: str) -> str | None:
    """The format of a text that is another program's."""
    format = guess_format(text)
    if format != "fountain":
        return format if format in _WHOLE else None
    return (
        format
        if FORMATS[format].recognise(text) is not Evidence.NONE and re.search(r"^(?:INT|EXT)[. ]", text, re.M)
        else None
    )


@dataclass
class _Open:
    name: str
    line: int
    text: list[str] = field(default_factory=list)


class _WordReader:
    def __init__(self, source: Source, document: Document) -> None:
        self.source, self.builder, self.document = source, ScriptBuilder(source), document
        self.turn: _Open | None = None
        self.turns: list[Turn] = []
        self.unplayed: list[int] = []
        self.nameless: list[int] = []

    def read(self) -> Script:
        line = 1
        blocks = self.document.blocks
        for at, block in enumerate(blocks):
            if isinstance(block, Table):
                self._table(block, line)
                line += len(block.rows)
                continue
            if block.text:
                self._paragraph(block, _next_text(blocks[at + 1 : at + 4]), line)
            line += 1
        self._end_scene()
        self._tell()
        return self.builder.finish()

    def _tell(self) -> None:
        warn = self.builder.warn
        if self.unplayed:
            warn(f"{len(self.unplayed)} paragraph(s) are not spoken, this one first", self.unplayed[0])
        if self.nameless:
            warn(
                f"{len(self.nameless)} paragraph(s) have no name and go on with the speaker before, this one first",
                self.nameless[0],
            )
        if self.document.hidden:
            warn("the hidden text of this document is not spoken")

    def _table(self, table: Table, line: int) -> None:
        self._end_turn()
        rows = [Row(cells, line + at) for at, cells in enumerate(table.rows) if any(cell for cell in cells)]
        if rows and max(len(row.cells) for row in rows) > 1:
            self.turns += table_turns(rows, self.builder)
        else:
            for row in rows:
                self._unspoken(row.line)

    def _paragraph(self, paragraph: Paragraph, below: Paragraph | None, line: int) -> None:
        text = _BULLET.sub("", paragraph.text)
        spoken = _speech(paragraph, text)
        if paragraph.style == "Title" and not self.builder.title and not self.turns and not self.turn:
            self.builder.title = self.builder.clean(text, line)
        elif _HEADING.fullmatch(paragraph.style) and not spoken:
            self._end_scene()
            self.builder.begin_scene(text, {}, line)
        elif spoken:
            self._end_turn()
            self.turn = _Open(spoken[0], line, [spoken[1]])
        elif _names_alone(paragraph, text) and below and _speech(below, below.text) is None and not below.bold_start:
            self._end_turn()
            self.turn = _Open(text.rstrip(": "), line)
        elif self.turn is None or paragraph.is_italic or re.fullmatch(r"\([^()]*\)|\[[^\[\]]*\]", text):
            self._unspoken(line)
        else:
            if self.turn.text:
                self.nameless.append(line)
            self.turn.text.append(text)

    def _unspoken(self, line: int) -> None:
        self.unplayed.append(line)
        text = self.source.lines[line - 1]
        self.builder.remark("unplayed", line, (text,), text)

    def _end_turn(self) -> None:
        if self.turn:
            self.turns.append(Turn(self.turn.name, " ".join(self.turn.text), self.turn.line))
        self.turn = None

    def _end_scene(self) -> None:
        self._end_turn()
        if self.turns:
            add_turns(self.builder, self.turns)
        self.turns = []


def _next_text(blocks: Sequence[Paragraph | Table]) -> Paragraph | None:
    paragraphs: Iterator[Paragraph] = (block for block in blocks if isinstance(block, Paragraph) and block.text)
    return next(paragraphs, None)


def _speech(paragraph: Paragraph, text: str) -> tuple[str, str] | None:
    """(name with the groups behind it, words) of `MAYA (warm): words` and of a name in bold before words."""
    header = read_header(text)
    if header and len(header.name) <= 40 and not re.search(r"[.!?]\s", header.name) and text[header.end :].strip():
        return text[: header.end].rstrip().rstrip(":：").rstrip(), text[header.end :].strip()
    bold = paragraph.bold_start
    rest = paragraph.text[len(bold) :].strip()
    name = _BULLET.sub("", bold).strip(" :–—-\t")
    if name and rest and len(name) <= 40 and name[0].isalpha() and not re.search(r"[.!?,]$", name):
        return name, rest.lstrip(":–—- ") or rest
    return None


def _names_alone(paragraph: Paragraph, text: str) -> bool:
    """Whether a paragraph is a name alone, above its words: in bold, in capitals or before a colon."""
    header = read_header(text.rstrip(": "), colon=False)
    marked = paragraph.bold_start == paragraph.text or text == text.upper() or text.endswith(":")
    short = bool(header) and len(text) <= 40 and len(text.split()) <= 5
    return short and marked and text[0].isalpha() and not re.search(r"[.!?,…]$", text)
