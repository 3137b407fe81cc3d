"""Limits the cache of an episode in `.work/`: decides which results stay for the next run.

After a successful run, the results that neither it nor the run before it used are removed, oldest first, until the
rest is below a limit. Results of a paid language model are removed only on request.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talkshow.errors import SettingsError
from talkshow.store.files import leftovers, read_json, sweep, write_bytes

LIMIT_VARIABLE = "TALKSHOW_CACHE_GB"
DEFAULT_LIMIT_GB = 2.0
USED = "used.json"  # what the last run of each stage used
UNFINISHED = "unfinished"  # the folder in which a run writes: useless to another run
PAID = ("writing", "pictures")  # stages whose results come from a paid model
_RESULT = re.compile(r"[0-9a-f]{16,64}(?:-\d{5})?(?:\.[a-z]+\d*)+")  # a key, and what kind of file it is
_NOTES = re.compile(r"[a-z-]+\.done|used\.json|digests\.json")

Used = Mapping[str, frozenset[str]]  # stage -> names of files


@dataclass(frozen=True)
class Result:
    """A cached file.  stage: its folder in `.work/`; size: bytes; made: when, in seconds."""

    path: Path
    stage: str
    size: int
    made: float


def limit_bytes() -> float:
    """How many bytes of unused results stay cached, from the environment.

    Raises SettingsError for a limit that is not valid.
    """
    text = os.environ.get(LIMIT_VARIABLE, "").strip()
    try:
        limit = float(text or DEFAULT_LIMIT_GB)
    except ValueError:
        limit = math.nan
    if not limit >= 0:
        raise SettingsError(
            f"{LIMIT_VARIABLE} is '{text}': write a number of gigabytes, for example "
            f"{DEFAULT_LIMIT_GB:g}, or 0 to keep only what the last run used."
        )
    return limit * 1e9


def results(work: Path) -> list[Result]:
    """Every cached result in `.work/`. Files with other names are not talkshow's."""
    found = []
    for folder, _, names in os.walk(work):
        if Path(folder) == work:
            continue
        stage = Path(folder).relative_to(work).parts[0]
        for path in (Path(folder, name) for name in names if _RESULT.fullmatch(name)):
            with contextlib.suppress(OSError):
                if path.is_file() and not path.is_symlink():
                    about = path.stat()
                    found.append(Result(path, stage, about.st_size, about.st_mtime))
    return found


def last_used(work: Path) -> dict[str, frozenset[str]]:
    """The results that the last run of each stage used."""
    return read_json(work / USED, _used) or {}


def prune(work: Path, used: Used, limit: float) -> None:
    """Record the results that a run used, by stage, and remove the oldest results of its stages beyond the limit.

    Results of the run before it are removed last, because edits are often undone.
    """
    before = last_used(work)
    now = {**before, **used}
    note = {stage: sorted(names) for stage, names in sorted(now.items())}
    write_bytes(work / USED, json.dumps(note, indent=0).encode())
    unused = [result for result in results(work) if _is_unused(result, now)]
    unused.sort(key=lambda result: (result.path.name in before.get(result.stage, ()), result.made))
    excess = sum(result.size for result in unused) - limit
    for result in unused:
        if excess <= 0:
            break
        with contextlib.suppress(OSError):
            result.path.unlink()
        excess -= result.size


def removable(work: Path, *, everything: bool = False) -> list[Path]:
    """The files that `clean` removes: results that the last runs did not use, and leftovers of killed runs.

    Results newer than the last finished run belong to an interrupted run and stay. With `everything`: all files that
    talkshow wrote there, except the lock.
    """
    unfinished = [path for path in (work / UNFINISHED).rglob("*") if path.is_file()]
    folders = [work, *(Path(folder) for folder, _, _ in os.walk(work) if Path(folder) != work)]
    found = [*unfinished, *(path for folder in folders for path in leftovers(folder) if path not in unfinished)]
    if everything:
        notes = [path for path in _children(work) if _NOTES.fullmatch(path.name) and path.is_file()]
        return [*found, *(result.path for result in results(work)), *notes]
    used = last_used(work)
    finished = (work / USED).stat().st_mtime if used else 0.0
    return [*found, *(result.path for result in results(work) if _is_unused(result, used) and result.made <= finished)]


def remove(work: Path, paths: Iterable[Path]) -> None:
    """Remove files of `.work/`, and the folders that this leaves empty. Raises OSError."""
    for path in paths:
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # it is not empty
            for folder in path.parents[: len(path.relative_to(work).parts) - 1]:
                folder.rmdir()


def sweep_below(folder: Path) -> None:
    """Remove the leftovers of killed runs from a folder and all folders in it."""
    for place, _, _ in os.walk(folder):
        sweep(Path(place))


def _is_unused(result: Result, used: Used) -> bool:
    return result.stage in used and result.stage not in PAID and result.path.name not in used[result.stage]


def _children(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _used(value: Any) -> dict[str, frozenset[str]]:
    return {str(stage): frozenset(map(str, names)) for stage, names in value.items()}
