"""The episode's folder: where everything lies, what is already done, and what is kept.

Work that costs time is kept in `.work/` under the digest of everything that decides it: a second run, and a run after
`kill -9`, finds it there. What is broken there counts as absent and is made again.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from talkshow.digests import FileDigests, digest
from talkshow.errors import WorkspaceError
from talkshow.pruning import limit_bytes, prune, sweep_below
from talkshow.storing import holds, read_json, sweep, write_bytes, writing
from talkshow.system_errors import system_errors

_T = TypeVar("_T")



@dataclass(frozen=True)
class Workspace:
    """Paths and bookkeeping of one episode.  folder: `outputs/<episode>/`."""

    folder: Path
    _used: dict[str, set[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

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
        """Where the result of a stage with this digest is, or will be, kept. It counts as used by this run."""
        path = self.work / stage / f"{key}{suffix}"
        self.use(stage, path)
        return path

    def use(self, stage: str, *paths: Path) -> None:
        """Note that this run uses results of a stage: they stay when others are removed."""
        self._used.setdefault(stage, set()).update(path.name for path in paths)

    def kept_json(self, stage: str, key: str, parse: Callable[[Any], _T]) -> _T | None:
        """A result of a stage that is kept as JSON; None where there is none, or it is not what was kept.

        parse: makes a value of what was given to `keep_json`, and raises ValueError and the like for what it cannot be.
        """
        return read_json(self.kept(stage, key, ".json"), lambda kept: parse(_undamaged(kept)))

    def keep_json(self, stage: str, key: str, value: Any) -> None:
        """Keep a result of a stage as JSON."""
        kept = json.dumps({"sha256": digest(value), "value": value})
        write_bytes(self.kept(stage, key, ".json"), kept.encode())

    @functools.cached_property
    def digests(self) -> FileDigests:
        """Of the content of files, in the folder or elsewhere."""
        return FileDigests(self.work / "digests.json", self.folder.resolve())

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Make the folder and hold its lock. The lock goes with the process, however it ends.

        When the block ends without an error, old results that it did not use are removed beyond a limit (`pruning`).
        Raises WorkspaceError when another run holds the lock, or the folder cannot be made, and SettingsError for a
        limit that is none.
        """
        limit = limit_bytes()
        if self.folder.exists() and not self.folder.is_dir():
            raise WorkspaceError(f"{self.folder}: a file stands where the episode's folder should be. "
                                 "Choose another place with --out or --name.")
        with system_errors(self.folder):
            try:
                self.work.mkdir(parents=True, exist_ok=True)
            except (NotADirectoryError, FileExistsError) as exc:
                raise WorkspaceError(f"{self.folder}: a file stands where a folder should be. "
                                     "Choose another place with --out.") from exc
        with self.locked():
            self._sweep()
            with system_errors(self.folder):
                yield
            with contextlib.suppress(OSError):          # the episode is there all the same
                prune(self.work, {stage: frozenset(names) for stage, names in self._used.items()}, limit)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the folder, which is there. Raises WorkspaceError when another run holds it."""
        import filelock

        lock = filelock.FileLock(self.work / "lock")
        try:
            with system_errors(self.folder):
                lock.acquire(timeout=0)
        except filelock.Timeout as exc:
            raise WorkspaceError(f"{self.folder}: another run is working on this episode. Wait until it has "
                                 "ended, or choose another --name.") from exc
        try:
            yield
        finally:
            lock.release()

    def _sweep(self) -> None:
        """Remove what killed runs left under temporary names."""
        for place in (self.folder, self.tracks):
            sweep(place)
        sweep_below(self.work)

    @contextlib.contextmanager
    def writing(self, path: Path) -> Iterator[Path]:
        """Yield a temporary path beside `path`; it takes the final name when the block ends without an error."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with writing(path) as temporary:
            yield temporary

    def write_text(self, name: str, text: str) -> Path:
        """Write a small text file whole or not at all; one with the same text is left as it is."""
        return self.write_bytes(name, text.encode("utf-8"))

    def write_bytes(self, name: str, data: bytes) -> Path:
        """Write a small file whole or not at all; one that holds the same is left as it is."""
        path = self.folder / name
        if not holds(path, data):
            with self.writing(path) as temporary:
                temporary.write_bytes(data)
        return path

    def write_json(self, name: str, value: Any) -> Path:
        """Write JSON with an indent of 1, unicode as it is."""
        return self.write_text(name, json.dumps(value, indent=1, ensure_ascii=False) + "\n")

    # What was made from what: a stage whose result has a fixed name (mix.wav) notes the digest of its inputs.

    def is_done(self, stage: str, key: str, *results: Path) -> bool:
        """Whether a stage was finished with these inputs and its results still hold what it wrote."""
        noted = read_json(self.work / f"{stage}.done", _done_note)
        try:
            return noted == (key, self._contents(results))
        except OSError:                                 # a result is not there
            return False

    def note_done(self, stage: str, key: str, *results: Path) -> None:
        """Note that a stage is finished, and what its results hold."""
        note = json.dumps({"key": key, "results": self._contents(results)})
        write_bytes(self.work / f"{stage}.done", note.encode())

    def _contents(self, results: tuple[Path, ...]) -> dict[str, str]:
        return {path.relative_to(self.folder).as_posix(): self.digests.of(path) for path in results}


def _undamaged(kept: Any) -> Any:
    if digest(kept["value"]) != kept["sha256"]:
        raise ValueError("not what was kept")
    return kept["value"]


def _done_note(value: Any) -> tuple[str, dict[str, str]]:
    return str(value["key"]), {str(name): str(content) for name, content in value["results"].items()}
