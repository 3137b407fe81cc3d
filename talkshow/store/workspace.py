"""The episode's folder: where everything lies, what is already done, what is kept, and which files are ours.

Work that costs time is kept in `.work/` under the digest of everything that decides it: a second run, and a run after
`kill -9`, finds it there. What is broken there counts as absent and is made again. Outside `.work/` only files that the
ledger lists are ever replaced or removed (`ownership.py`).
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
        """Where results of stages are kept by digest."""
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
        """One dry track a speaker."""
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
        found = read_json(self.kept(stage, key, ".json"), lambda kept: parse(_undamaged(kept)))
        _LOG.debug("%s: %s", stage, "to be made" if found is None else "cached")
        return found

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
            raise WorkspaceError(
                f"{self.folder}: a file stands where the episode's folder should be. "
                "Choose another place with --out or --name."
            )
        with system_errors(self.folder):
            try:
                self.work.mkdir(parents=True, exist_ok=True)
            except (NotADirectoryError, FileExistsError) as exc:
                raise WorkspaceError(
                    f"{self.folder}: a file stands where a folder should be. Choose another place with --out."
                ) from exc
            self._require_own_work()
        with self.locked():
            self.__dict__.pop("ledger", None)  # what was read before nobody else could write is no longer sure
            self._sweep()
            with system_errors(self.folder):
                yield
                self.ledger.save()
            with contextlib.suppress(OSError):  # the episode is there all the same
                prune(self.work, {stage: frozenset(names) for stage, names in self._used.items()}, limit)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the folder, which is there. Raises WorkspaceError when another run holds it."""
        import filelock

        lock = filelock.FileLock(self.work / "lock")
        with system_errors(self.folder):
            try:
                lock.acquire(timeout=0)
            except filelock.Timeout as exc:
                raise WorkspaceError(
                    f"{self.folder}: another run is working on this episode. Wait until it has "
                    "ended, or choose another --name."
                ) from exc
        try:
            yield
        finally:
            lock.release()

    def _require_own_work(self) -> None:
        """Raise WorkspaceError where `.work/` is somebody else's: in it files are removed without asking."""
        lock = self.work / "lock"
        known = (self.work / "ledger.json").exists() or any(self.work.glob("*.done"))
        empty = lock.stat().st_size == 0 if lock.exists() else not any(self.work.iterdir())
        if lock.is_symlink() or not (known or empty):
            raise WorkspaceError(
                f"{self.work}: this folder is in the way, and talkshow did not make it. Move it, or "
                "choose another folder with --name."
            )

    def _sweep(self) -> None:
        """Remove what killed runs left under temporary names."""
        shutil.rmtree(self.work / UNFINISHED, ignore_errors=True)
        sweep_below(self.work)
        for leftover in (*leftovers(self.folder), *leftovers(self.tracks)):
            path = leftover.with_name(intended(leftover.name))
            if outputs.is_episode_file(path.relative_to(self.folder).as_posix()):
                leftover.unlink(missing_ok=True)

    # What the folder holds: files that are not in the ledger, or not as they were written, belong to the user.

    def claim(self, names: Collection[str], inputs: Iterable[Path] = ()) -> None:
        """Make sure that a run can write all its files: call it before any work.  names: paths from the folder.

        Raises WorkspaceError where the user's files are in the way, or an input would be replaced or removed.
        """
        paths = [self.folder / name for name in names]
        doomed = [
            self.folder / name for name in (*self.ledger.names, *outputs.FINISHED) if outputs.is_episode_file(name)
        ]
        for read in inputs:
            if any(same_place(read, path) for path in (*paths, *doomed)):
                raise WorkspaceError(
                    f"{read}: this file is read and would be replaced: the result goes into the same "
                    "folder. Copy it to another place first, or choose another folder with --name."
                )
        strange = list(dict.fromkeys(found for path in paths if (found := self._in_the_way(path))))
        if strange:
            more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
            raise WorkspaceError(
                f"{', '.join(map(str, strange[:3]))}{more}: in the way, and not as talkshow wrote it. "
                "Nothing was changed. Move it, or choose another folder with --name."
            )

    def _in_the_way(self, path: Path) -> Path | None:
        """What is not ours where a file is to be written; None where the place is free."""
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
        """Whether a file is there, was written by talkshow, and is as it was written."""
        return self.ledger.owns(path) or (path.name in outputs.FINISHED and bears_seal(path))

    def retire(self, wanted: Collection[str]) -> None:
        """Remove what earlier runs left and this one will not write: nothing stale stays beside something new.

        What was changed since belongs to the user and stays.
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
        """Files beside the tracks that are not tracks of the episode, as paths from the folder."""
        found = sorted(self.tracks.iterdir()) if self.tracks.is_dir() else []
        names = [path.relative_to(self.folder).as_posix() for path in found if not path.name.startswith(".")]
        return tuple(name for name in names if not self.ledger.owns(self.folder / name))

    def _unfinished(self) -> None:
        """Something is about to change: what says that the episode is finished goes first."""
        for name in outputs.FINISHED:
            if self._owns(self.folder / name):
                self.ledger.remove(self.folder / name)

    @contextlib.contextmanager
    def writing(self, path: Path) -> Iterator[Path]:
        """Yield a temporary path for `path`; it takes the final name when the block ends without an error.

        Raises WorkspaceError where a file is in the way that is not ours.
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
        """The same for files that are finished together: temporary paths with the same names, in their order."""
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
        """Let a finished file take its place, unless the same is there already."""
        self.claim([path.relative_to(self.folder).as_posix()])
        there = self.ledger.content(path)
        if there is not None and there.is_in(temporary):
            return
        name = path.relative_to(self.folder).as_posix()
        if name in outputs.FINISHED:  # sealed: known again without being listed
            rename(temporary, path)
            self.ledger.forget(name)
            return
        if outputs.is_episode_file(name):
            self._unfinished()
        self.ledger.replace(path, temporary)
        if (content := self.ledger.content(path)) is not None:
            self.digests.learn(path, content.sha256)  # read once for both

    def write_text(self, name: str, text: str) -> Path:
        """Write a small text file whole or not at all; one with the same text is left as it is."""
        return self.write_bytes(name, text.encode("utf-8"))

    def write_bytes(self, name: str, data: bytes) -> Path:
        """Write a small file whole or not at all; one that holds the same is left as it is."""
        path = self.folder / name
        with self.writing(path) as temporary:
            temporary.write_bytes(data)
        return path

    def write_json(self, name: str, value: Any) -> Path:
        """Write JSON with an indent of 1, unicode as it is; what says that an episode is finished is sealed."""
        return self.write_text(name, text_of(with_seal(value) if name in outputs.FINISHED else value))

    # What was made from what: a stage whose result has a fixed name (mix.wav) notes the digest of its inputs.

    def is_done(self, stage: str, key: str, *results: Path) -> bool:
        """Whether a stage was finished with these inputs and its results still hold what it wrote."""
        noted = read_json(self.work / f"{stage}.done", _done_note)
        try:
            done = noted is not None and noted[0] == key and noted[1] == self._contents(results)
        except OSError:  # a result is not there
            done = False
        _LOG.debug("%s: %s", stage, "cached" if done else "to be made")
        return done

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
