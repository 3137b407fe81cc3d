"""Comments and empty rows of YAML, which its parser passes over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from talkshow.script.layout import Remark

Scalar = tuple[int, int, bool]  # where it begins and ends in the text, and whether it is a block of rows
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")


def remarks_in(text: str, scalars: Sequence[Scalar], lines_before: int = 0) -> Iterator[Remark]:
    """What stands between the values.  scalars: all of the text; lines_before: rows of the file before it."""
    structure, inside = _without_values(text, scalars)
    rows = text.split("\n")
    if not lines_before and not rows[-1]:  # the last line end begins no row; a head has its own end
        rows.pop()
    for index, (row, bare) in enumerate(zip(rows, structure.split("\n"), strict=False)):
        number = lines_before + index + 1
        if not row.strip() and index not in inside:
            yield Remark("empty", number, (row,))
        elif found := _COMMENT.search(bare):
            comment = row[found.start() :]
            alone = not bare[: found.start()].strip() and index not in inside
            yield Remark("comment", number, (row if alone else comment,), comment.lstrip("#").strip(), alone)


def _without_values(text: str, scalars: Sequence[Scalar]) -> tuple[str, set[int]]:
    """The text with its values blanked out, and the rows on which one goes on; line ends stay."""
    marks, inside = list(text), set[int]()
    row = at = 0
    for start, stop, is_block in scalars:  # in the order of the text
        if is_block:  # its first row may have a comment, its last ones are empty
            start = text.find("\n", start, stop) if "\n" in text[start:stop] else stop
            stop = start + len(text[start:stop].rstrip())
        row, at = row + text.count("\n", at, start), start
        inside |= set(range(row + 1, row + 1 + text.count("\n", start, stop)))
        marks[start:stop] = ["\n" if ch == "\n" else "x" for ch in text[start:stop]]
    return "".join(marks), inside
