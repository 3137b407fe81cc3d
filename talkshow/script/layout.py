"""The parts of a script's file that are not played, and their places when the script is written again."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["comment", "unplayed", "empty"]


@dataclass(frozen=True)
class Remark:
    """Rows of a file that are not played.

    kind: "comment"; "unplayed", such as action of a screenplay; "empty" for rows without words, such as rules.
    row: line of the file in which it begins, from 1.  source: its rows, valid by themselves in the same format.
    words: what it says, without the marks of a comment.  alone: whether it has its rows for itself.  in_head: whether
    it is in a head that has a notation of its own.
    """

    kind: Kind
    row: int
    source: tuple[str, ...]
    words: str = ""
    alone: bool = True
    in_head: bool = False


@dataclass(frozen=True)
class Layout:
    """The layout of a script's file.  places: lines of what else is written, such as "title", "cast", "say WORD"."""

    format: str
    remarks: tuple[Remark, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Block:
    """Rows that a writer makes of one thing in a script.

    line: of the file in which the thing stood; 0 for what is new.  gap: empty rows before it, where the file does not
    say.  indent: of comments before it.  in_head: whether it belongs to a head that has a notation of its own.
    """

    rows: tuple[str, ...]
    line: int = 0
    gap: int = 0
    indent: str = ""
    in_head: bool = False


@dataclass(frozen=True)
class Style:
    """How a format has comments.

    comment: (words, whether in the head) -> rows, or None where it cannot say them there.  apart: whether an empty row
    must stand between two rows of different things.  bare_head: whether a head needs no marks around it.
    """

    format: str
    comment: Callable[[str, bool], list[str] | None]
    apart: Callable[[str, str], bool] = lambda before, after: False  # noqa: ARG005
    bare_head: bool = False


@dataclass(frozen=True)
class Formatted:
    """A script as text.  lost: comments and the like that the format cannot have."""

    text: str
    lost: tuple[Remark, ...] = ()


def arrange(blocks: Sequence[Block], layout: Layout | None, style: Style) -> Formatted:
    """The blocks in order, each preceded by what preceded it in the file.

    In the format of the file, empty rows and comments are as they were; in another one, comments are kept as far as
    it has them. What came before a thing that is gone comes before the next one.
    """
    layout = layout or Layout("")
    before, rest = _anchored(blocks, layout.remarks)
    page = _Page(style, layout.format == style.format)
    last = max((index for index, block in enumerate(blocks) if block.line), default=len(blocks) - 1)
    for index, block in enumerate(blocks):
        page.add(before.get(index, ()), block)
        if index == last:
            page.add_remarks(rest, "", block.in_head)
    return Formatted("\n".join(page.rows) + "\n", tuple(page.lost + page.waiting))


def _anchored(blocks: Sequence[Block], remarks: Iterable[Remark]) -> tuple[dict[int, list[Remark]], list[Remark]]:
    """The remarks before each block, by its index, and those after the last one.

    What stands inside a thing comes before it.
    """
    lines = sorted({block.line for block in blocks if block.line})
    first_at: dict[int, int] = {}
    for index, block in enumerate(blocks):
        first_at.setdefault(block.line, index)
    before: dict[int, list[Remark]] = {}
    rest: list[Remark] = []
    for remark in sorted(remarks, key=lambda remark: remark.row):
        at = bisect_left(lines, remark.row) if remark.alone else max(0, bisect_right(lines, remark.row) - 1)
        if at < len(lines):
            before.setdefault(first_at[lines[at]], []).append(remark)
        else:
            rest.append(remark)
    return before, rest


class _Page:
    """The rows written so far.  waiting: comments of a head that can only be said below it."""

    def __init__(self, style: Style, same: bool) -> None:
        self.style, self.same = style, same
        self.rows: list[str] = []
        self.lost: list[Remark] = []
        self.waiting: list[Remark] = []
        self.in_head = True

    def add(self, remarks: Sequence[Remark], block: Block) -> None:
        """What came before a block, and the block."""
        kept = self.same and block.line > 0
        if not block.in_head:
            remarks, self.waiting = [*self.waiting, *self._end_of_head(remarks)], []
        if not kept:
            remarks = [remark for remark in remarks if remark.kind != "empty"]
            self.rows += [""] * (block.gap if self.rows else 0)
        self.add_remarks(remarks, block.indent, block.in_head)
        self._append(block.rows, block.in_head)
        self.in_head = block.in_head

    def _end_of_head(self, remarks: Sequence[Remark]) -> Sequence[Remark]:
        """Write those of some remarks that end the head, and give the others."""
        if not (self.same and self.style.bare_head and self.in_head):
            return remarks
        self.add_remarks([remark for remark in remarks if remark.in_head], "", in_head=True)
        return [remark for remark in remarks if not remark.in_head]

    def add_remarks(self, remarks: Sequence[Remark], indent: str, in_head: bool) -> None:
        """Comments, unplayed rows and empty ones."""
        for remark in remarks:
            if self.same and remark.alone and remark.in_head == in_head:
                self._append(remark.source, in_head)
            elif not remark.words:
                continue
            elif self.same and not remark.alone and remark.in_head == in_head:
                self._append([indent + row for row in remark.source], in_head)
            elif rows := self.style.comment(remark.words, in_head):
                self._append([indent + row for row in rows], in_head)
            elif in_head and self.style.comment(remark.words, False):
                self.waiting.append(remark)
            else:
                self.lost.append(remark)

    def _append(self, rows: Sequence[str], in_head: bool) -> None:
        if self.rows and rows and not in_head and self.style.apart(self.rows[-1], rows[0]):
            self.rows.append("")
        self.rows += rows
