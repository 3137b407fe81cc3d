"""SHA-256 of files, each read once as long as it does not change."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def file_digest(path: Path) -> str:
    """The sha256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Digests:
    """Digests of files that may be hours long, kept in a small file by size and time of change.

    The kept file names nothing: a path is known by its own digest.
    """

    def __init__(self, note: Path) -> None:
        self._note = note
        self._rows: dict[str, list[int | str]] = _rows(note)

    def of(self, path: Path) -> str:
        """The sha256 of a file; it is read only where its size or time is not the one that was kept.

        Raises OSError when it cannot be read.
        """
        status = path.stat()
        stamp: list[int | str] = [status.st_size, status.st_mtime_ns, status.st_ctime_ns]
        key = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:32]
        known = self._rows.get(key)
        if known is not None and known[:3] == stamp:
            return str(known[3])
        found = file_digest(path)
        self._rows[key] = [*stamp, found]
        self._save()
        return found

    def _save(self) -> None:
        self._note.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._note.with_name(f"{self._note.name}.new")
        temporary.write_text(json.dumps(self._rows), encoding="utf-8")
        temporary.replace(self._note)


def _rows(note: Path) -> dict[str, list[int | str]]:
    """What was kept; nothing where the file is missing or not what was written."""
    try:
        rows = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(rows, dict):
        return {}
    return {key: row for key, row in rows.items() if isinstance(row, list) and len(row) == 4}
