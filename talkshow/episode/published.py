"""Replaces paths by names in what is published: paths reveal where the files of the user are, and who the user is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

SCHEMA = 1  # of manifest.json, timeline.json and report.json; raised when a key changes meaning
_ABSOLUTE = re.compile(r"(?<![\w.~/\\-])(?:[A-Za-z]:[\\/]|/)(?:[^\s:;,'\"()<>|*?\\/]+[\\/])+")


def public_name(path: Path) -> str:
    """A path relative to the current folder if the file is below it, otherwise the bare name."""
    absolute, here = path.absolute(), Path.cwd()
    if not path.is_absolute() and ".." not in path.parts:
        return path.as_posix()
    return (
        absolute.relative_to(here).as_posix()
        if absolute.is_relative_to(here) and ".." not in path.parts
        else path.name or absolute.name
    )


def unique_names(paths: Sequence[Path]) -> list[str]:
    """A public name for each path, in order; of two that are alike the second is "name (2)"."""
    names: list[str] = []
    for path in paths:
        name, count = public_name(path), 1
        while (f"{name} ({count})" if count > 1 else name) in names:
            count += 1
        names.append(f"{name} ({count})" if count > 1 else name)
    return names


def without_paths(value: Any, paths: Iterable[Path] = ()) -> Any:
    """A JSON value in which no absolute path is left: not as a value, and not within a sentence.

    paths: to replace in sentences even if they contain spaces.
    """
    known = {str(each): public_name(path) for path in paths for each in (path.absolute(), path.resolve())}
    for folder in (Path.cwd(), *_home()):
        known.setdefault(f"{folder}{os.sep}", "")
    return _clean(value, sorted(known.items(), key=lambda pair: -len(pair[0])))


def _home() -> list[Path]:
    try:
        return [Path.home()]
    except RuntimeError:  # no home folder is known
        return []


def _clean(value: Any, known: list[tuple[str, str]]) -> Any:
    if isinstance(value, PurePath):
        return public_name(Path(value))
    if isinstance(value, Mapping):
        return {key: _clean(inner, known) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(inner, known) for inner in value]
    if not isinstance(value, str):
        return value
    for path, name in known:
        value = value.replace(path, name)
    return _ABSOLUTE.sub("", value)
