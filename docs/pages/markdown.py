"""Small pieces of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

GENERATED = "<!-- Made by docs/generate.py from {source}. Do not edit. -->\n\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells may hold any Markdown on one line."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def prose(text: str) -> str:
    """Text as it stands, but for what is between backticks: nothing else in it is taken for Markdown or HTML."""
    parts = " ".join(text.split()).split("`")
    for number in range(0, len(parts), 2):
        parts[number] = re.sub(r"([\\*_<\[])", r"\\\1", parts[number])
    return "`".join(parts)


def code(text: str) -> str:
    """Text in the typeface of code, "" for none."""
    return f"`{text}`" if text else ""


def between(text: str, name: str, inner: str) -> str:
    """`text` with `inner` between the lines <!-- name --> and <!-- end -->."""
    begin, rest = text.split(f"<!-- {name} -->\n")
    _, after = rest.split("<!-- end -->", maxsplit=1)
    return f"{begin}<!-- {name} -->\n{inner}<!-- end -->{after}"
