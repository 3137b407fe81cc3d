"""Tables of lines: comma-, semicolon- and tab-separated values, and tables of Markdown.

One column says who speaks and one what is said, whatever their order and whatever else there is.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from talkshow.errors import ScriptError
from talkshow.script.builder import ScriptBuilder
from talkshow.script.formats import Evidence
from talkshow.script.imports.columns import WHAT, WHO, Columns, find_columns
from talkshow.script.imports.turns import Turn, add_turns
from talkshow.script.model import Script
from talkshow.script.source import Source
from talkshow.transcripts.stamped import clock_seconds

_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_PIPE = re.compile(r"(?<!\\)\|")
_EXPECTED = (
    "A table of lines has a column Speaker (or Character, Name, Role, Voice) and a column Text (or Line, Dialogue, "
    "Words), named in its first row"
)


@dataclass(frozen=True)
class Row:
    """The cells of a row and the line of the file in which it begins, from 1."""

    cells: tuple[str, ...]
    line: int


def recognise_table(text: str) -> Evidence:
    """A first row, or a row of a Markdown table, that names a column for the speaker and one for the words."""
    lines = text.lstrip("\n").split("\n", 400)[:400]
    first = next((line for line in lines if line.strip() and not re.fullmatch(r"sep=.", line.strip())), "")
    named = any(find_columns([cell.strip(' "') for cell in first.split(mark)]) for mark in ",;\t|")
    ruled = any(
        _RULE.fullmatch(rule.strip()) and "|" in rule and find_columns(_markdown_cells(head))
        for head, rule in itertools.pairwise(lines)
    )
    return Evidence.LIKELY if named or ruled or _is_tabbed(lines) else Evidence.NONE


def _is_tabbed(lines: Sequence[str]) -> bool:
    """Whether each row is a short name, a tab and words, and names come again."""
    rows = [line.split("\t") for line in lines if line.strip()]
    names = [row[0].strip() for row in rows]
    fitting = all(
        len(row) == 2 and row[1].strip() and name[:1].isalpha() for row, name in zip(rows, names, strict=True)
    )
    return (
        fitting
        and len(rows) > 2
        and len(set(names)) < len(names)
        and max(map(len, names)) <= 40
        and ":" not in names[0]
    )


def read_table(source: Source) -> Script:
    """Parse a table. Raises ScriptError with the place of what cannot be read."""
    builder = ScriptBuilder(source)
    rows = _markdown_rows(source, builder)
    if rows is None:
        rows = [row for row in _separated_rows(source) if any(cell.strip() for cell in row.cells)]
    add_turns(builder, table_turns(rows, builder))
    return builder.finish()


def table_turns(rows: Sequence[Row], builder: ScriptBuilder) -> list[Turn]:
    """The turns of a table whose first row may name its columns. Raises ScriptError where nothing says who speaks."""
    if not rows:
        raise builder.source.error(f"this table is empty. {_EXPECTED}")
    head = rows[0]
    columns = find_columns(head.cells)
    if columns and all(_is_number(row.cells[columns.what]) for row in rows[1:] if columns.what < len(row.cells)):
        columns = find_columns(["" if at == columns.what else cell for at, cell in enumerate(head.cells)]) or columns
    if columns:
        unused = [cell.strip() for at, cell in enumerate(head.cells) if cell.strip() and at not in columns.used]
        if unused:
            builder.warn(f"these columns are not used: {', '.join(unused)}", head.line)
        rows = rows[1:]
    else:
        columns = _guessed(rows, builder)
    if not rows:
        raise builder.source.error(f"this table has a first row, but no lines below it. {_EXPECTED}", head.line)
    return list(_turns(rows, columns, len(head.cells), builder))


def _guessed(rows: Sequence[Row], builder: ScriptBuilder) -> Columns:
    """The columns of a table that does not name them: two, of which the first repeats. Raises ScriptError."""
    head = rows[0]
    width = max(len(row.cells) for row in rows)
    names = [re.sub(r"[\W_]+", "", cell.casefold()) for cell in head.cells]
    named = [what for what, words in (("who speaks", WHO), ("what is said", WHAT)) if set(words) & set(names)]
    if named or width < 2:
        missing = "what is said" if named == ["who speaks"] else "who speaks"
        raise builder.source.error(f"no column of this table says {missing}. {_EXPECTED}", head.line)
    short = [
        at
        for at in range(width)
        if all(0 < len(cell.strip()) <= 40 and not _is_number(cell) for cell in _cells(rows, at))
    ]
    lengths = [sum(map(len, _cells(rows, at))) / len(rows) for at in range(width)]
    what = max(range(width), key=lambda at: lengths[at])
    fitting = [at for at in short if at != what and (width == 2 or len(set(_cells(rows, at))) < len(rows))]
    if len(fitting) != 1:
        raise builder.source.error(f"the first row of this table does not name its columns. {_EXPECTED}", head.line)
    builder.warn(
        f"the first row of this table does not name its columns: column {fitting[0] + 1} is taken for the speakers and "
        f"column {what + 1} for what they say",
        head.line,
    )
    return Columns(fitting[0], what)


def _cells(rows: Sequence[Row], at: int) -> list[str]:
    return [row.cells[at] if at < len(row.cells) else "" for row in rows]


def _turns(rows: Sequence[Row], columns: Columns, width: int, builder: ScriptBuilder) -> Iterator[Turn]:
    for row in rows:
        cells = list(row.cells)
        if len(cells) > width and columns.what == width - 1 and any(cell.strip() for cell in cells[width:]):
            cells[columns.what :] = [", ".join(cell.strip() for cell in cells[columns.what :] if cell.strip())]
            builder.warn("this row has more cells than the first one; the rest is read as words of the line", row.line)
        elif any(cell.strip() for cell in cells[width:]):
            raise builder.source.error(
                f"this row has {len(cells)} cells, but the first one {width}; put words with separators in quotes",
                row.line,
            )
        cells += [""] * (width - len(cells))
        text = cells[columns.what].strip()
        if not text:
            if cells[columns.who].strip():
                builder.warn(f"{cells[columns.who].strip()} says nothing in this row; it is left out", row.line)
            continue
        how = cells[columns.how].strip(" ()[]") if columns.how is not None else ""
        times = [None if at is None else clock_seconds(cells[at]) for at in (columns.begins, columns.ends)]
        groups = (f"({how})",) if how else ()
        yield Turn(_plain_name(cells[columns.who]), text, row.line, times[0], times[1], groups)


def _plain_name(cell: str) -> str:
    """A name without the marks of Markdown and the colon around it."""
    name = re.sub(r"^[\s*_`~]+|[\s*_`~:]+$", "", cell)
    return f"Speaker {name}" if name.isdecimal() else name


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[\s\d.,:#-]*", cell))


def _separated_rows(source: Source) -> Iterator[Row]:
    """Rows of separated values, whose cells may hold line ends. Raises ScriptError for a quote without an end."""
    text = source.text
    told = re.match(r"\s*\"?sep=(.)\"?[ \t]*(?:\n|$)", text)
    skipped = text[: told.end()].count("\n") if told else 0
    text = text[told.end() :] if told else text
    mark = told[1] if told else _separator(text)
    escaped = '\\"' in text and '""' not in text
    quotings: tuple[Literal[0, 3], ...] = (csv.QUOTE_MINIMAL, csv.QUOTE_NONE)
    for quoting in quotings:
        try:
            yield from list(_records(text, mark, quoting, escaped, skipped))
            return
        except _Unread as exc:
            if mark != "\t" or quoting == csv.QUOTE_NONE:
                raise _unread(source, exc) from exc


class _Unread(Exception):
    """A row that is not valid. line: where it begins."""

    def __init__(self, message: str, line: int) -> None:
        self.line = line
        super().__init__(message)


def _unread(source: Source, exc: _Unread) -> ScriptError:
    return source.error(f"this row cannot be read ({exc}); does a quote have no end?", exc.line)


def _records(text: str, mark: str, quoting: Literal[0, 3], escaped: bool, skipped: int) -> Iterator[Row]:
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=mark,
        quoting=quoting,
        strict=True,
        skipinitialspace=True,
        doublequote=not escaped,
        escapechar="\\" if escaped else None,
    )
    line = skipped + 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as exc:
            raise _Unread(str(exc), line) from exc
        if cells is None:
            return
        yield Row(tuple(cells), line)
        line = skipped + reader.line_num + 1


def _separator(text: str) -> str:
    """The mark between cells: the one with which the first row names columns, else the one that most rows agree on."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    for mark in "\t;,|":
        if find_columns([cell.strip(' "') for cell in first.split(mark)]):
            return mark
    sample = [line for line in text.split("\n", 60)[:60] if line.strip()]
    return max("\t;|,", key=lambda mark: sum(mark in line for line in sample))


def _markdown_rows(source: Source, builder: ScriptBuilder) -> list[Row] | None:
    """The rows of the tables in a Markdown text; None if there is none. What stands around them is not spoken."""
    lines = source.lines
    heads = [
        at
        for at in range(len(lines) - 1)
        if "|" in lines[at] and "|" in lines[at + 1] and _RULE.fullmatch(lines[at + 1].strip())
    ]
    if not heads:
        return None
    rows: list[Row] = []
    inside: set[int] = set()
    for head in heads:
        at = head
        named = find_columns(_markdown_cells(lines[head]))
        while at < len(lines) and "|" in lines[at]:
            inside.add(at)
            if at != head + 1 and (at != head or not rows) and (named or rows):
                rows.append(Row(tuple(_markdown_cells(lines[at])), at + 1))
            at += 1
    _around(builder, [(at, text.strip()) for at, text in enumerate(lines) if at not in inside and text.strip()])
    return rows


def _around(builder: ScriptBuilder, texts: Sequence[tuple[int, str]]) -> None:
    """What stands around a table: its first heading is the title."""
    left_out = []
    for at, text in texts:
        if text.startswith("# ") and not builder.title:
            builder.title = builder.clean(text[2:], at + 1)
        elif not text.startswith("#") and not re.fullmatch(r"[-*_ ]{3,}", text):
            left_out.append(at)
            builder.remark("unplayed", at + 1, (text,), text)
    if left_out:
        builder.warn(f"{len(left_out)} line(s) outside of the table are not spoken, this one first", left_out[0] + 1)


def _markdown_cells(line: str) -> list[str]:
    cells = _PIPE.split(line.strip().removeprefix("|"))
    if line.rstrip().endswith("|") and not line.rstrip().endswith("\\|"):
        cells.pop()
    return [re.sub(r"<br\s*/?>", " ", cell.replace("\\|", "|")).strip() for cell in cells]
