"""The pages that are made from the code, all of them.

python docs/generate.py            writes them
python docs/generate.py --check    exits 1 and names the pages that are out of date
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import settings_table
from pages import commands, directions, engines, home, modules, moves, outputs, python_api, voices

DOCS = Path(__file__).resolve().parent

# What makes each page from its present text ("" if there is none).
PAGES: dict[str, Callable[[str], str]] = {
    "settings.md": settings_table.page,
    "scripts.md": moves.page,
    "voices.md": lambda present: directions.page(voices.page(present)),
    "reference/commands.md": commands.page,
    "reference/engines.md": engines.page,
    "reference/modules.md": modules.page,
    "reference/outputs.md": outputs.page,
    "reference/python.md": python_api.page,
    "index.md": home.page,  # last: it has the titles of the others
}


def outdated() -> Iterator[tuple[Path, str]]:
    """The pages that differ from what the code says now, with the text that they must have."""
    for name, make in PAGES.items():
        path = DOCS / name
        present = path.read_text(encoding="utf-8") if path.is_file() else ""
        wanted = make(present)
        if wanted != present:
            yield path, wanted


def main() -> None:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a page is out of date")
    checks = parser.parse_args().check
    differs = False
    for path, text in outdated():
        differs = True
        print(f"{path.relative_to(DOCS.parent).as_posix()}: {'out of date' if checks else 'written'}")
        if not checks:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    if checks and differs:
        sys.exit("Run: python docs/generate.py")


if __name__ == "__main__":
    main()
