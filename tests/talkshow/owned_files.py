"""Files of a user's own, laid in the way of commands, and whether they are still what they were."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


class Foreign:
    """Files that talkshow did not write; each holds something else."""

    def __init__(self) -> None:
        self._digests: dict[Path, str] = {}

    def lay(self, *paths: Path) -> Foreign:
        """Put a file at each place; its folder is made."""
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"mine: " + os.fsencode(path.name) + os.urandom(24))
        return self.watch(paths)

    def watch(self, paths: Iterable[Path]) -> Foreign:
        """Remember files as they are."""
        self._digests |= {path: _sha256(path) for path in paths}
        return self

    @property
    def harmed(self) -> list[str]:
        """Files that are gone or hold something else."""
        return [str(path) for path, digest in self._digests.items() if not path.is_file() or _sha256(path) != digest]


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder but what is kept for the next run, with its digest."""
    return {
        path.relative_to(folder).as_posix(): _sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".work" not in path.relative_to(folder).parts
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
