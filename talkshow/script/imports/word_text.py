"""The paragraphs and tables of a Word document as text: as it reads when all changes are accepted."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talkshow.errors import ScriptError

MAX_XML = 30_000_000  # bytes of the text's XML, which takes about ten times as much memory
MAX_UNPACKED = 300_000_000  # bytes of all parts, pictures included
_DOCUMENT = "word/document.xml"
_GONE = frozenset(("del", "moveFrom", "pict", "object", "drawing", "AlternateContent", "instrText", "rPr", "pPr"))
_AROUND = frozenset(("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}


@dataclass(frozen=True)
class Run:
    """Text in one look."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Runs of text.  style: its name in English, "" for the usual one."""

    runs: tuple[Run, ...]
    style: str = ""

    @property
    def text(self) -> str:
        """Its text on one line."""
        return " ".join("".join(run.text for run in self.runs).split())

    @property
    def bold_start(self) -> str:
        """The text of the bold runs that it begins with."""
        found = ""
        for run in self.runs:
            if run.text.strip() and not run.bold:
                break
            found += run.text
        return " ".join(found.split())

    @property
    def is_italic(self) -> bool:
        """Whether all of its words are in italics."""
        words = [run for run in self.runs if run.text.strip()]
        return bool(words) and all(run.italic for run in words)


@dataclass(frozen=True)
class Table:
    """Cells of text, row by row."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Document:
    """What a document holds, in order.  hidden: whether text that is marked as hidden was left out."""

    blocks: tuple[Paragraph | Table, ...]
    hidden: bool = False


def is_word(data: bytes) -> bool:
    """Whether a file is an archive with the text of a Word document in it."""
    if not data.startswith(b"PK"):
        return False
    try:
        return _DOCUMENT in zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return False


def read_document(data: bytes, path: Path | None) -> Document:
    """The text of a document. Raises ScriptError for a damaged or encrypted file, or one that is too large unpacked."""
    from docx import Document as open_document
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        _check_size(data, path)
        document = open_document(io.BytesIO(data))
        styles = {style.style_id: style.name or "" for style in document.styles}
        reader = _Reader(styles)
        blocks = tuple(reader.blocks(document.element.body))
    except ScriptError:
        raise
    except (OpcError, LxmlError, zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError) as exc:
        raise ScriptError(
            "this Word document cannot be read; save it again as an ordinary document (.docx) without a password", path
        ) from exc
    return Document(blocks, reader.hidden)


def _check_size(data: bytes, path: Path | None) -> None:
    """Sizes as the archive declares them; nothing beyond is ever unpacked."""
    sizes = {info.filename: info.file_size for info in zipfile.ZipFile(io.BytesIO(data)).infolist()}
    largest = max((size for name, size in sizes.items() if name.endswith((".xml", ".rels"))), default=0)
    if largest > MAX_XML or sum(sizes.values()) > MAX_UNPACKED:
        raise ScriptError(
            f"this document is too large when it is unpacked ({sum(sizes.values()) // 1_000_000} MB); save its words "
            "alone as plain text",
            path,
        )


class _Reader:
    def __init__(self, styles: dict[str, str]) -> None:
        self.styles, self.hidden = styles, False

    def blocks(self, body: Any) -> Iterator[Paragraph | Table]:
        for child in body.iterchildren():
            name = _name(child)
            if name == "p":
                yield from self._paragraphs(child)
            elif name == "tbl":
                rows = [
                    row for row in child.iter() if _name(row) == "tr" and _name(row.getparent()) in ("tbl", *_AROUND)
                ]
                yield Table(tuple(tuple(self._cells(row)) for row in rows))
            elif name in _AROUND:
                yield from self.blocks(child)

    def _cells(self, row: Any) -> Iterator[str]:
        for child in row.iterchildren():
            if _name(child) == "tc":
                yield " ".join(block.text for block in self.blocks(child) if isinstance(block, Paragraph)).strip()
            elif _name(child) in _AROUND:
                yield from self._cells(child)

    def _paragraphs(self, element: Any) -> Iterator[Paragraph]:
        """A paragraph; several where it has line breaks."""
        style = self.styles.get(_value(element, "pPr/pStyle") or "", "")
        style = "" if style == "Normal" else style
        runs: list[Run] = []
        for run in self._runs(element):
            first, *others = run.text.split("\n")
            runs.append(Run(first, run.bold, run.italic))
            for text in others:
                yield Paragraph(tuple(runs), style)
                runs = [Run(text, run.bold, run.italic)]
        yield Paragraph(tuple(runs), style)

    def _runs(self, element: Any) -> Iterator[Run]:
        for child in element.iterchildren():
            name = _name(child)
            if name == "r":
                yield from self._run(child)
            elif name and name not in _GONE:
                yield from self._runs(child)

    def _run(self, run: Any) -> Iterator[Run]:
        if _is_on(run, "vanish"):
            self.hidden = self.hidden or any(_name(child) == "t" for child in run)
            return
        text = "".join((child.text or "") if _name(child) == "t" else _BREAKS.get(_name(child), "") for child in run)
        if text:
            yield Run(text, _is_on(run, "b"), _is_on(run, "i"))


def _name(element: Any) -> str:
    """The name without its namespace; "" for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _child(element: Any, path: str) -> Any:
    for part in path.split("/"):
        element = next((child for child in element.iterchildren() if _name(child) == part), None)
        if element is None:
            return None
    return element


def _value(element: Any, path: str) -> str | None:
    found = _child(element, path)
    return None if found is None else next((v for k, v in found.attrib.items() if k.rpartition("}")[2] == "val"), "")


def _is_on(run: Any, look: str) -> bool:
    value = _value(run, f"rPr/{look}")
    return value is not None and not re.fullmatch(r"0|false|off|none", value)
