"""Frees the disk space used by the cached results of an episode: `talkshow clean`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from talkshow.errors import WorkspaceError
from talkshow.machine.errors import system_errors
from talkshow.store.files import read_json
from talkshow.store.pruning import last_used, removable, remove, results
from talkshow.store.workspace import Workspace


@dataclass(frozen=True)
class Freed:
    """What cleaning an episode folder did, or would do.

    num_bytes:  bytes freed; a file that has another hard link frees none
    bytes_left: bytes of results that stay cached
    finished:   whether a run has recorded which results it uses
    """

    folder: Path
    num_files: int
    num_bytes: int
    bytes_left: int
    finished: bool


def require_episode(folder: Path) -> None:
    """Raises WorkspaceError for a folder that is not an episode folder."""
    lock = Workspace(folder).work / "lock"
    made = read_json(folder / "manifest.json", lambda manifest: bool(manifest["tool"] == "talkshow"))
    if not (lock.is_file() or made):
        raise WorkspaceError(
            f"{folder}: this is not an episode folder. Name the folder that `talkshow render` "
            "made, for example outputs/two_hosts."
        )


def clean_episode(folder: Path, *, everything: bool = False, dry_run: bool = False) -> Freed:
    """Remove cached results that the last run did not use, or all of them with `everything`.

    Only files in `.work/` that talkshow wrote are removed. Raises WorkspaceError for a folder that is not an episode
    folder, that cannot be written, or that another run is using.
    """
    require_episode(folder)
    workspace = Workspace(folder)
    if not workspace.work.is_dir():
        return Freed(folder, 0, 0, 0, True)
    with workspace.locked(), system_errors(folder):
        finished = bool(last_used(workspace.work))
        paths = removable(workspace.work, everything=everything)
        freed = _room(paths)
        left = _room(result.path for result in results(workspace.work) if result.path not in paths)
        if not dry_run:
            remove(workspace.work, paths)
    return Freed(folder, len(paths), freed, left, finished)


def _room(paths: Iterable[Path]) -> int:
    """Bytes that removing the files frees."""
    total = 0
    for path in paths:
        with contextlib.suppress(OSError):
            about = path.stat()
            total += about.st_size if about.st_nlink == 1 else 0
    return total
