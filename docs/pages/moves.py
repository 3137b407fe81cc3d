"""The table of camera moves in scripts.md."""

from __future__ import annotations

from pages.markdown import between, code, table
from talkshow.script.vocabulary import CAMERA_WORDS


def page(present: str) -> str:
    """The page with the table of today."""
    rows = ((", ".join(code(f"[{example}]") for example in entry.examples), entry.shows) for entry in CAMERA_WORDS)
    return between(present, "moves", table(("tag", "shows"), rows))
