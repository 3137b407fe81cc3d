"""What decides a result, as a digest: keys of kept work, revisions of what makes it, contents of files.

A key holds what decides the result and nothing else: no places in a script, no file's name or time, no words that
merely describe.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

from talkshow.store.files import read_json, write_bytes
from talkshow.store.inputs import open_file

_SAMPLES, _SAMPLE_BYTES = 64, 1 << 16
_NUM_STAMPS = 3


def digest(*parts: object) -> str:
    """A sha256 of values that JSON can write (bytes are taken as they are), in hexadecimal.

    Raises TypeError for anything else: what a value is printed as may say more than what it is.
    """
    sha = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True).encode()
        sha.update(len(data).to_bytes(8, "little"))
        sha.update(data)
    return sha.hexdigest()


def identity(maker: str, revision: int, *parts: object) -> str:
    """What makes a result, for its key: a name, the `REVISION` of its code, and what else it is made of.

    Raise the revision whenever the same input would give another result.
    """
    return " ".join([f"{maker}/{revision}", *map(str, parts)])


def file_digest(path: Path) -> str:
    """The sha256 of a file's content. Raises OSError, also for a device or a pipe, which may never end."""
    with io.BufferedReader(open_file(path)) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sampled_digest(path: Path) -> str:
    """Tells a file of gigabytes from another without reading all of it: a digest of its size and of 64 parts of it.

    Of a folder: of the names and samples of all files in it.
    """
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
        return digest([(file.relative_to(path).as_posix(), sampled_digest(file)) for file in files])
    sha = hashlib.sha256()
    size = path.stat().st_size
    sha.update(size.to_bytes(8, "little"))
    last = max(0, size - _SAMPLE_BYTES)
    with path.open("rb") as file:
        for index in range(_SAMPLES):
            file.seek(last * index // (_SAMPLES - 1))
            sha.update(file.read(_SAMPLE_BYTES))
    return sha.hexdigest()


class FileDigests:
    """The sha256 of files, each read again only where it may have changed since.

    A file counts as unchanged while its size and the times of its last changes are those noted. One of these times is
    that of the entry in the file system, which no program sets back.
    """

    def __init__(self, note: Path, base: Path) -> None:
        """note: where they are kept; base: the folder from which paths are noted, where they lie in it."""
        self._note, self._base = note, base
        self._rows = read_json(note, _rows) or {}

    def of(self, path: Path) -> str:
        """The sha256 of a file's content. Raises OSError when it cannot be read."""
        name, stamps = self._known(path)
        row = self._rows.get(name)
        if row is not None and row[:_NUM_STAMPS] == stamps:
            return str(row[_NUM_STAMPS])
        return self._noted(name, stamps, file_digest(path))

    def learn(self, path: Path, sha256: str) -> None:
        """Note the sha256 of a file that has been read already."""
        self._noted(*self._known(path), sha256)

    def _known(self, path: Path) -> tuple[str, list[int]]:
        """Under which name a file is noted, and its size and times now."""
        about, place = path.stat(), path.resolve()
        inside = place.is_relative_to(self._base)
        name = place.relative_to(self._base).as_posix() if inside else digest(place.as_posix())  # no place is noted
        return name, [about.st_size, about.st_mtime_ns, about.st_ctime_ns]

    def _noted(self, name: str, stamps: list[int], found: str) -> str:
        self._rows[name] = [*stamps, found]
        rows = {
            name: row
            for name, row in sorted(self._rows.items())
            if re.fullmatch("[0-9a-f]{64}", name) or (self._base / name).exists()
        }
        write_bytes(self._note, json.dumps(rows, indent=0).encode())
        return found


def _rows(value: Any) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {
        str(name): [*map(int, row[:_NUM_STAMPS]), str(row[_NUM_STAMPS])] for name, row in value.items()
    }
    if any(len(row[_NUM_STAMPS]) != 64 for row in rows.values()):
        raise ValueError("no digest")
    return rows
