"""The episode's folder: where everything lies, what is already done, and how files come into being.

Every file is written under a temporary name and renamed, so that a half-written one is never found under its
final name. Work that costs time is kept in `.work/` under the digest of everything that decides it: a second
run, and a run after `kill -9`, finds it there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talkshow.errors import WorkspaceError
from talkshow.system_errors import system_errors


def digest(*parts: object) -> str:
    """A sha256 of values that JSON can write (bytes are taken as they are), in hexadecimal."""
    sha = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True, default=str).encode()
        sha.update(len(data).to_bytes(8, "little"))
        sha.update(data)
    return sha.hexdigest()


def file_digest(path: Path) -> str:
    """The sha256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Workspace:
    """Paths and bookkeeping of one episode.  folder: `outputs/<episode>/`."""

    folder: Path

    @property
    def work(self) -> Path:
        """Where results of stages are kept by digest."""
        return self.folder / ".work"

    @property
    def video(self) -> Path:
        """The episode."""
        return self.folder / "episode.mp4"

    @property
    def mix(self) -> Path:
        """The mastered sound."""
        return self.folder / "mix.wav"

    @property
    def tracks(self) -> Path:
        """One dry track a speaker."""
        return self.folder / "tracks"

    def path(self, name: str) -> Path:
        """A file directly in the folder."""
        return self.folder / name

    def kept(self, stage: str, key: str, suffix: str) -> Path:
        """Where the result of a stage with this digest is, or will be, kept."""
        return self.work / stage / f"{key}{suffix}"

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Make the folder and hold its lock. The lock goes with the process, however it ends.

        Raises WorkspaceError when another run holds it, or the folder cannot be made.
        """
        import filelock

        if self.folder.exists() and not self.folder.is_dir():
            raise WorkspaceError(f"{self.folder}: a file stands where the episode's folder should be. "
                                 "Choose another place with --out or --name.")
        with system_errors(self.folder):
            try:
                self.work.mkdir(parents=True, exist_ok=True)
            except (NotADirectoryError, FileExistsError) as exc:
                raise WorkspaceError(f"{self.folder}: a file stands where a folder should be. "
                                     "Choose another place with --out.") from exc
            lock = filelock.FileLock(self.work / "lock")
            try:
                lock.acquire(timeout=0)
            except filelock.Timeout as exc:
                raise WorkspaceError(f"{self.folder}: another run is working on this episode. Wait until it has "
                                     "ended, or choose another --name.") from exc
        try:
            self._sweep()
            with system_errors(self.folder):
                yield
        finally:
            lock.release()

    def _sweep(self) -> None:
        """Remove what an interrupted run left under temporary names."""
        for place in (self.folder, self.tracks, *(p for p in self.work.iterdir() if p.is_dir())):
            for leftover in place.glob(".tmp-*") if place.is_dir() else ():
                leftover.unlink(missing_ok=True)

    @contextlib.contextmanager
    def writing(self, path: Path) -> Iterator[Path]:
        """Yield a temporary path beside `path`; it takes the final name when the block ends without an error."""
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
        try:
            yield temporary
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def write_text(self, name: str, text: str) -> Path:
        """Write a small text file whole or not at all."""
        path = self.folder / name
        with self.writing(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
        return path

    def write_json(self, name: str, value: Any) -> Path:
        """Write JSON with an indent of 1, unicode as it is."""
        return self.write_text(name, json.dumps(value, indent=1, ensure_ascii=False) + "\n")

    # What was made from what: a stage whose result has a fixed name (mix.wav) notes the digest of its inputs.

    def is_done(self, stage: str, key: str, *results: Path) -> bool:
        """Whether a stage was finished with these inputs and its results still lie there unchanged in size."""
        try:
            note = json.loads((self.work / f"{stage}.done").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        sizes = {str(path.relative_to(self.folder)): path.stat().st_size for path in results if path.exists()}
        return bool(note == {"key": key, "sizes": sizes} and len(sizes) == len(results))

    def note_done(self, stage: str, key: str, *results: Path) -> None:
        """Note that a stage is finished."""
        sizes = {str(path.relative_to(self.folder)): path.stat().st_size for path in results}
        note = self.work / f"{stage}.done"
        with self.writing(note) as temporary:
            temporary.write_text(json.dumps({"key": key, "sizes": sizes}), encoding="utf-8")
