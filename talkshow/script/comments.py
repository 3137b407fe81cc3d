"""Comments between two marks, as Fountain and Markdown have them: taken out of a text, and noted."""

from __future__ import annotations

from collections.abc import Iterator

from talkshow.script.layout import Remark


def take_comments(body: str, begin: str, end: str, first_row: int) -> tuple[str, list[Remark]]:
    """`body` without its comments and with the same rows; and what they and its empty rows were.

    first_row: line of the file in which it begins.  An open comment is text, and so is a mark after a backslash.
    """
    kept: list[str] = []
    remarks: list[Remark] = []
    covered: set[int] = set()
    at, row = 0, first_row
    for start, stop in _spans(body, begin, end):
        row += body.count("\n", at, start)
        rows = body[start:stop].split("\n")
        kept += [body[at:start], "\n" * (len(rows) - 1)]
        before, after = body[body.rfind("\n", 0, start) + 1 : start], body[stop : _end_of_row(body, stop)]
        alone = not before.strip() and not after.strip()
        if alone:
            rows[0] = before + rows[0]
            rows[-1] += after
        words = body[start + len(begin) : stop - len(end)].strip().split("\n")
        remarks.append(Remark("comment", row, tuple(rows), "\n".join(part.strip() for part in words), alone))
        covered |= set(range(row, row + len(rows)))
        row, at = row + len(rows) - 1, stop
    texts = body.split("\n")
    if not texts[-1]:
        texts.pop()  # the last line end begins no row
    remarks += [
        Remark("empty", number, (text,))
        for number, text in enumerate(texts, first_row)
        if not text.strip() and number not in covered
    ]
    return "".join([*kept, body[at:]]), remarks


def _spans(text: str, begin: str, end: str) -> Iterator[tuple[int, int]]:
    """Where comments begin and end, their marks included."""
    at = 0
    while (start := text.find(begin, at)) >= 0:
        if start and text[start - 1] == "\\":
            at = start + 1
            continue
        stop = text.find(end, start + len(begin))
        if stop < 0:
            return
        at = stop + len(end)
        yield start, at


def _end_of_row(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found
