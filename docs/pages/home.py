"""The first page of the site: README.md, with links that lead to pages of the site."""

from __future__ import annotations

import re
from pathlib import Path

from pages.markdown import GENERATED

ROOT = Path(__file__).resolve().parents[2]


def page(_: str = "") -> str:
    """The whole page."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return GENERATED.format(source="README.md") + re.sub(r"\[([^\]]*)\]\(([^)\s]+)\)", _link, text)


def _link(found: re.Match[str]) -> str:
    """A link as the site has it: pages under their titles, files outside the site as names."""
    text, target = found.groups()
    if "://" in target or target.startswith("#"):
        return found[0]
    if not target.startswith("docs/"):
        return f"`{text}`"
    inside = target.removeprefix("docs/")
    return f"[{_title(inside) if text == target else text}]({inside})"


def _title(inside: str) -> str:
    page = ROOT / "docs" / inside.partition("#")[0]
    named = re.search(r"^# (.+)$", page.read_text(encoding="utf-8"), re.M) if page.is_file() else None
    return named[1] if named else inside
