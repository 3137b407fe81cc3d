"""Digests of everything that determines a result: cache keys, revisions of the code, contents of files.

A key covers what determines the result and nothing else: no positions in a script, no file names or times, no
descriptions.
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
    """The SHA-256, in hexadecimal, of values that JSON can represent (bytes are taken as they are).

    Raises TypeError for anything else: the printed form of a value may contain more than the value.
    """
    sha = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True).encode()
        sha.update(len(data).to_bytes(8, "little"))
        sha.update(data)
    return sha.hexdigest()


def identity(maker: str, revision: int, *parts: object) -> str:
    """Identifies the code that makes a result, for its key: a name, its `REVISION`, and other inputs.

    Increase the revision whenever the same input would give a different result.
    """
    return " ".join([f"{maker}/{revision}", *map(str, parts)])


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's content. Raises OSError, also for a device or a pipe, which may never end."""
    with io.BufferedReader(open_file(path)) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sampled_digest(path: Path) -> str:
    """A digest of a file's size and of 64 samples of it, which identifies a huge file without reading all of it.

    For a folder: a digest of the names and samples of all files in it.
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
    """The SHA-256 of files, each read again only if it may have changed.

    A file counts as unchanged while its size, mtime and ctime are the noted ones. Programs cannot set the ctime back.
    """

    def __init__(self, note: Path, base: Path) -> None:
        """note: the file that stores the digests; base: paths inside this folder are noted relative to it."""
        self._note, self._base = note, base
        self._rows = read_json(note, _rows) or {}

    def of(self, path: Path) -> str:
        """The SHA-256 of a file's content. Raises OSError when it cannot be read."""
        name, stamps = self._known(path)
        row = self._rows.get(name)
        if row is not None and row[:_NUM_STAMPS] == stamps:
            return str(row[_NUM_STAMPS])
        return self._noted(name, stamps, file_digest(path))

    def learn(self, path: Path, sha256: str) -> None:
        """Note the SHA-256 of a file that has already been read."""
        self._noted(*self._known(path), sha256)

    def _known(self, path: Path) -> tuple[str, list[int]]:
        """The name under which a file is noted, and its current size and times."""
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
