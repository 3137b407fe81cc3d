"""The table of camera moves in scripts.md, made from the moves.  python docs/moves_table.py writes it there."""

from __future__ import annotations

from pathlib import Path

from talkshow.script.vocabulary import CAMERA_WORDS

PAGE = Path(__file__).with_name("scripts.md")
_BEGIN, _END = "<!-- moves -->\n", "<!-- end of moves -->"


def page(text: str) -> str:
    """`text` with the table as it must be."""
    begin, rest = text.split(_BEGIN)
    _, after = rest.split(_END)
    return f"{begin}{_BEGIN}{_table()}{_END}{after}"


def _table() -> str:
    rows = [("tag", "shows"), ("---", "---")]
    rows += [(", ".join(f"`[{example}]`" for example in entry.examples), entry.shows) for entry in CAMERA_WORDS]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
