"""The episode folder: its paths, its lock, its cache, and which of its files talkshow wrote.

Results that take time are cached in `.work/` under a digest of everything that determines them. A second run finds
them there, even after `kill -9`. A damaged result counts as missing and is made again. Outside `.work/`, only files
that the ledger lists are ever replaced or removed (`ownership.py`).
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from talkshow.errors import WorkspaceError
from talkshow.machine.errors import system_errors
from talkshow.store import outputs
from talkshow.store.adoption import adopted
from talkshow.store.digests import FileDigests, digest
from talkshow.store.files import intended, leftovers, read_json, rename, write_bytes, writing
from talkshow.store.ownership import Ledger, same_place, twin
from talkshow.store.pruning import UNFINISHED, limit_bytes, prune, sweep_below
from talkshow.store.seals import bears_seal, text_of, with_seal

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True)
class Workspace:
    """Paths and bookkeeping of one episode.  folder: `outputs/<episode>/`."""

    folder: Path
    _used: dict[str, set[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def work(self) -> Path:
        """The cache of stage results, by digest."""
        return self.folder / ".work"

    @property
    def video(self) -> Path:
        """The episode."""
        return self.folder / outputs.VIDEO

    @property
    def mix(self) -> Path:
        """The mastered sound."""
        return self.folder / outputs.MIX

    @property
    def tracks(self) -> Path:
        """One dry track per speaker."""
        return self.folder / outputs.TRACKS

    @functools.cached_property
    def ledger(self) -> Ledger:
        """Which files of the folder talkshow wrote."""
        note = self.work / "ledger.json"
        return Ledger.read(self.folder, note) or adopted(self.folder, note)

    def path(self, name: str) -> Path:
        """A file directly in the folder."""
        return self.folder / name

    def kept(self, stage: str, key: str, suffix: str) -> Path:
        """The path of a stage's result with this digest, cached or not yet. It counts as used by this run."""
        path = self.work / stage / f"{key}{suffix}"
        self.use(stage, path)
        return path

    def use(self, stage: str, *paths: Path) -> None:
        """Record that this run uses results of a stage, so that they stay when others are removed."""
        self._used.setdefault(stage, set()).update(path.name for path in paths)

    def kept_json(self, stage: str, key: str, parse: Callable[[Any], _T]) -> _T | None:
        """A stage result cached as JSON; None if there is none, or it is damaged.

        parse: turns the value given to `keep_json` into the result, and raises ValueError or the like if it cannot.
        """
        found = read_json(self.kept(stage, key, ".json"), lambda kept: parse(_undamaged(kept)))
        _LOG.debug("%s: %s", stage, "to be made" if found is None else "cached")
        return found

    def keep_json(self, stage: str, key: str, value: Any) -> None:
        """Cache a stage result as JSON."""
        kept = json.dumps({"sha256": digest(value), "value": value})
        write_bytes(self.kept(stage, key, ".json"), kept.encode())

    @functools.cached_property
    def digests(self) -> FileDigests:
        """Digests of file contents, in the folder or elsewhere."""
        return FileDigests(self.work / "digests.json", self.folder.resolve())

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Create the folder and hold its lock. The lock ends with the process, however that ends.

        When the block ends without an error, old unused results beyond a limit are removed (`pruning`).
        Raises WorkspaceError when another run holds the lock or the folder cannot be created, and SettingsError for a
        limit that is not valid.
        """
        limit = limit_bytes()
        if self.folder.exists() and not self.folder.is_dir():
            raise WorkspaceError(
                f"{self.folder}: a file is in the place of the episode folder. "
                "Choose another place with --out or --name."
            )
        with system_errors(self.folder):
            try:
                self.work.mkdir(parents=True, exist_ok=True)
            except (NotADirectoryError, FileExistsError) as exc:
                raise WorkspaceError(
                    f"{self.folder}: a file is in the place of a folder. Choose another place with --out."
                ) from exc
            self._require_own_work()
        with self.locked():
            self.__dict__.pop("ledger", None)  # read before the lock was held, so another run may have changed it
            self._sweep()
            with system_errors(self.folder):
                yield
                self.ledger.save()
            with contextlib.suppress(OSError):  # the episode is there all the same
                prune(self.work, {stage: frozenset(names) for stage, names in self._used.items()}, limit)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of an existing folder. Raises WorkspaceError when another run holds it."""
        import filelock

        lock = filelock.FileLock(self.work / "lock")
        with system_errors(self.folder):
            try:
                lock.acquire(timeout=0)
            except filelock.Timeout as exc:
                raise WorkspaceError(
                    f"{self.folder}: another run is working on this episode. Wait until it "
                    "ends, or choose another --name."
                ) from exc
        try:
            yield
        finally:
            lock.release()

    def _require_own_work(self) -> None:
        """Raise WorkspaceError if talkshow did not make `.work/`: files in it are removed without asking."""
        lock = self.work / "lock"
        known = (self.work / "ledger.json").exists() or any(self.work.glob("*.done"))
        empty = lock.stat().st_size == 0 if lock.exists() else not any(self.work.iterdir())
        if lock.is_symlink() or not (known or empty):
            raise WorkspaceError(
                f"{self.work}: this folder is in the way, and talkshow did not make it. Move it, or "
                "choose another folder with --name."
            )

    def _sweep(self) -> None:
        """Remove temporary files of killed runs."""
        shutil.rmtree(self.work / UNFINISHED, ignore_errors=True)
        sweep_below(self.work)
        for leftover in (*leftovers(self.folder), *leftovers(self.tracks)):
            path = leftover.with_name(intended(leftover.name))
            if outputs.is_episode_file(path.relative_to(self.folder).as_posix()):
                leftover.unlink(missing_ok=True)

    # Files in the folder that are not in the ledger, or have changed since they were written, belong to the user.

    def claim(self, names: Collection[str], inputs: Iterable[Path] = ()) -> None:
        """Check that a run can write all its files; call it before any work.  names: paths relative to the folder.

        Raises WorkspaceError if files of the user are in the way, or an input would be replaced or removed.
        """
        paths = [self.folder / name for name in names]
        doomed = [
            self.folder / name for name in (*self.ledger.names, *outputs.FINISHED) if outputs.is_episode_file(name)
        ]
        for read in inputs:
            if any(same_place(read, path) for path in (*paths, *doomed)):
                raise WorkspaceError(
                    f"{read}: this file is an input and would be replaced, because the output goes to the same "
                    "folder. Copy it to another place first, or choose another folder with --name."
                )
        strange = list(dict.fromkeys(found for path in paths if (found := self._in_the_way(path))))
        if strange:
            more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
            raise WorkspaceError(
                f"{', '.join(map(str, strange[:3]))}{more}: in the way. talkshow did not write it in this form. "
                "Nothing was changed. Move it, or choose another folder with --name."
            )

    def _in_the_way(self, path: Path) -> Path | None:
        """The user's file or folder in the place of an output; None if there is none."""
        for folder in path.parents:
            if folder == self.folder:
                break
            if os.path.lexists(folder) and not folder.is_dir():
                return folder
        if os.path.lexists(path) and not self._owns(path):
            return path
        other = twin(path)
        return other if other is not None and not self._owns(other) else None

    def _owns(self, path: Path) -> bool:
        """Whether a file exists, was written by talkshow, and is unchanged."""
        return self.ledger.owns(path) or (path.name in outputs.FINISHED and bears_seal(path))

    def retire(self, wanted: Collection[str]) -> None:
        """Remove files of earlier runs that this run will not write, so that no stale file stays next to a new one.

        Files that have changed since belong to the user and stay.
        """
        for name in (*self.ledger.names, *outputs.FINISHED):
            if outputs.is_episode_file(name) and name not in wanted:
                path = self.folder / name
                if self._owns(path):
                    self._unfinished()
                    self.ledger.remove(path)
                else:
                    self.ledger.forget(name)

    def strangers(self) -> tuple[str, ...]:
        """Files next to the tracks that are not tracks of the episode, as paths relative to the folder."""
        found = sorted(self.tracks.iterdir()) if self.tracks.is_dir() else []
        names = [path.relative_to(self.folder).as_posix() for path in found if not path.name.startswith(".")]
        return tuple(name for name in names if not self.ledger.owns(self.folder / name))

    def _unfinished(self) -> None:
        """Remove the files that mark the episode as finished, before anything changes."""
        for name in outputs.FINISHED:
            if self._owns(self.folder / name):
                self.ledger.remove(self.folder / name)

    @contextlib.contextmanager
    def writing(self, path: Path) -> Iterator[Path]:
        """Yield a temporary path for `path`; it is renamed to `path` when the block ends without an error.

        Raises WorkspaceError if a file of the user is in the way.
        """
        if path.is_relative_to(self.work):
            path.parent.mkdir(parents=True, exist_ok=True)
            with writing(path) as temporary:
                yield temporary
            return
        with self.writing_all(path) as (temporary,):
            yield temporary

    @contextlib.contextmanager
    def writing_all(self, *paths: Path) -> Iterator[tuple[Path, ...]]:
        """The same for files that are finished together: temporary paths with the same names, in the same order."""
        (self.work / UNFINISHED).mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(dir=self.work / UNFINISHED))
        temporaries = tuple(place / path.relative_to(self.folder) for path in paths)
        try:
            for path in (*temporaries, *paths):
                path.parent.mkdir(parents=True, exist_ok=True)
            yield temporaries
            for temporary, path in zip(temporaries, paths, strict=True):
                self._publish(temporary, path)
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def _publish(self, temporary: Path, path: Path) -> None:
        """Move a finished file to its place, unless an equal file is already there."""
        self.claim([path.relative_to(self.folder).as_posix()])
        there = self.ledger.content(path)
        if there is not None and there.is_in(temporary):
            return
        name = path.relative_to(self.folder).as_posix()
        if name in outputs.FINISHED:  # sealed: recognised without being listed
            rename(temporary, path)
            self.ledger.forget(name)
            return
        if outputs.is_episode_file(name):
            self._unfinished()
        self.ledger.replace(path, temporary)
        if (content := self.ledger.content(path)) is not None:
            self.digests.learn(path, content.sha256)  # read once for both

    def write_text(self, name: str, text: str) -> Path:
        """Write a small text file atomically. A file with the same text is left untouched."""
        return self.write_bytes(name, text.encode("utf-8"))

    def write_bytes(self, name: str, data: bytes) -> Path:
        """Write a small file atomically. A file with the same content is left untouched."""
        path = self.folder / name
        with self.writing(path) as temporary:
            temporary.write_bytes(data)
        return path

    def write_json(self, name: str, value: Any) -> Path:
        """Write JSON indented by 1, Unicode not escaped. The files that mark an episode as finished are sealed."""
        return self.write_text(name, text_of(with_seal(value) if name in outputs.FINISHED else value))

    # A stage whose result has a fixed name (mix.wav) records the digest of its inputs.

    def is_done(self, stage: str, key: str, *results: Path) -> bool:
        """Whether a stage was finished with these inputs and its results are unchanged."""
        noted = read_json(self.work / f"{stage}.done", _done_note)
        try:
            done = noted is not None and noted[0] == key and noted[1] == self._contents(results)
        except OSError:  # a result is missing
            done = False
        _LOG.debug("%s: %s", stage, "cached" if done else "to be made")
        return done

    def note_done(self, stage: str, key: str, *results: Path) -> None:
        """Record that a stage is finished, and the content of its results."""
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
