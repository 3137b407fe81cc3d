"""Every module of both packages in one line, from its docstring."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import talkshow
from pages.markdown import GENERATED, code, prose, table

PACKAGES = Path(talkshow.__file__).resolve().parent, Path(talkshow.__file__).resolve().parents[1] / "multitalk"


def page(_: str = "") -> str:
    """The whole page."""
    return "".join(
        [
            GENERATED.format(source="the docstrings of modules"),
            "# Modules\n\nWhat each file is for. `ARCHITECTURE.md` shows how the rooms fit together.\n",
            *(part for package in PACKAGES for folder in _folders(package) for part in _section(folder)),
        ]
    )


def _folders(package: Path) -> Iterator[Path]:
    yield package
    yield from sorted(path.parent for path in package.rglob("*/__init__.py"))


def _section(folder: Path) -> Iterator[str]:
    rows = [(code(path.name), prose(_summary(path))) for path in sorted(folder.glob("*.py")) if path.stem[:2] != "__"]
    yield f"\n## {code(_name(folder))}\n\n{prose(_summary(folder / '__init__.py'))}\n"
    if rows:
        yield "\n" + table(("file", "what it is for"), rows)


def _name(folder: Path) -> str:
    root = next(package for package in PACKAGES if folder.is_relative_to(package)).parent
    return folder.relative_to(root).as_posix()


def _summary(path: Path) -> str:
    """The first paragraph of a module's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n\n")[0]
