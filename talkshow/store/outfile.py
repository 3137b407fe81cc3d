"""Single files that a user names with -o: replaced only if talkshow wrote them and they have not changed since.

Written files are recorded per user, under a digest of the path, in the folder where the system keeps program state. If
that folder cannot be written, an existing file counts as the user's own.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from talkshow.errors import WorkspaceError
from talkshow.store.files import rename, scratch, sweep, write_bytes
from talkshow.store.inputs import LONG_TEXT, read_bytes
from talkshow.store.ownership import Content, same_place, twin

_MOST_NOTES = 5000  # of files written; the oldest go first


class Written(Protocol):
    """Knows which files talkshow wrote: the ledger of a folder, or the notes of a user."""

    def lists(self, path: Path) -> bool:
        """Whether talkshow wrote a file of this name, changed since or not."""
        ...

    def owns(self, path: Path) -> bool:
        """Whether a file exists, was written by talkshow, and is unchanged."""
        ...

    def replace(self, path: Path, temporary: Path) -> None:
        """Move a finished file to its name."""
        ...


class WrittenFiles:
    """The notes of a user.  folder: where they are stored; None: nothing is recorded and no file is recognised."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or _state_folder()

    def lists(self, path: Path) -> bool:
        """Whether talkshow wrote a file of this name, changed since or not."""
        return bool(self._contents(path))

    def owns(self, path: Path) -> bool:
        """Whether a file exists, was written by talkshow, and is unchanged."""
        return any(content.is_in(path) for content in self._contents(path))

    def replace(self, path: Path, temporary: Path) -> None:
        """Move a finished file to its name. It is recorded first, so that a killed run still recognises it."""
        new = Content.of(temporary)
        self._keep(path, [*(old for old in self._contents(path) if old.is_in(path)), new])
        rename(temporary, path)

    def _contents(self, path: Path) -> list[Content]:
        note = self._note(path)
        try:
            rows = json.loads(read_bytes(note, LONG_TEXT)) if note else []
            return [Content(int(size), str(sha256)) for size, sha256 in rows]
        except (OSError, ValueError, TypeError, RecursionError):
            return []

    def _keep(self, path: Path, contents: list[Content]) -> None:
        note = self._note(path)
        if note is None:
            return
        with contextlib.suppress(OSError):  # no home, or one that cannot be written: then nothing is known
            write_bytes(note, json.dumps([[each.size, each.sha256] for each in contents]).encode())
            notes = sorted(note.parent.iterdir(), key=lambda each: each.stat().st_mtime_ns)
            for old in notes[:-_MOST_NOTES]:
                old.unlink(missing_ok=True)

    def _note(self, path: Path) -> Path | None:
        place = os.fsencode(path.parent.resolve() / path.name)
        return self._folder / f"{hashlib.sha256(place).hexdigest()[:40]}.json" if self._folder else None


def require_free(path: Path, written: Written, *, overwrite: bool = False, inputs: Iterable[Path] = ()) -> None:
    """Check, before any work, that a file can be written.

    overwrite: also replace a file that talkshow did not write.  inputs: files that are read and never replaced.
    Raises WorkspaceError.
    """
    if any(same_place(read, path) for read in inputs):
        raise WorkspaceError(f"{path}: this file is an input, so it cannot be the output. Choose another one with -o.")
    _require_file(path)
    if not overwrite and path.exists() and not written.owns(path):
        raise _taken(path)
    _require_no_twin(path, written)


def require_script(path: Path, written: Written, *, overwrite: bool = False, changed: Path | None = None) -> None:
    """The same for a script, which people edit: a script that talkshow once wrote may be replaced, and so may the
    script that is being revised. `write_script` keeps the old content. Raises WorkspaceError.
    """
    _require_file(path)
    in_place = changed is not None and same_place(changed, path)
    if not (overwrite or in_place) and path.exists() and not written.lists(path):
        raise _taken(path)
    _require_no_twin(path, written)


def _require_file(path: Path) -> None:
    if path.is_dir():
        raise WorkspaceError(f"{path}: this is a folder. Name a file in it, as in -o {path / 'NAME'}")
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise WorkspaceError(
            f"{path}: this is a link or a device, not a regular file, and it was not changed. Choose "
            "another file with -o."
        )


def _require_no_twin(path: Path, written: Written) -> None:
    other = twin(path)
    if other is not None and not written.owns(other):
        raise _taken(other)


def _taken(path: Path) -> WorkspaceError:
    return WorkspaceError(
        f"{path}: this file already exists, and talkshow did not write it in this form. Nothing was changed. "
        "Move it, choose another file with -o, or replace it with --overwrite."
    )


def write_script(path: Path, text: str, written: Written, remark: Callable[[str], None]) -> None:
    """Write a script. An existing script with another text is kept as NAME.previous, which `remark` reports."""
    data = text.encode("utf-8")
    if path.is_file():
        if path.read_bytes() == data:
            return
        remark(f"{path} already existed and was renamed to {set_aside(path)}")
    with writing(path, written) as temporary:
        temporary.write_bytes(data)


def set_aside(path: Path) -> Path:
    """Rename a file to NAME.previous, NAME.previous-2, -3, ..., and return the new path."""
    number = 1
    while os.path.lexists(
        aside := path.with_name(f"{path.stem}.previous{f'-{number}' * (number > 1)}{path.suffix}")
    ) or twin(aside):
        number += 1
    path.replace(aside)
    return aside


@contextlib.contextmanager
def writing(path: Path, written: Written) -> Iterator[Path]:
    """Yield a temporary path next to `path`; it is renamed to `path` when the block ends without an error."""
    sweep(path.parent, for_output=path.name)  # left by killed runs of the same file
    with scratch(path) as temporary:
        yield temporary
        written.replace(path, temporary)


def free_name(path: Path, written: Written) -> Path:
    """`path`, with -2, -3, ... after its stem if a file that talkshow did not write has the name."""
    number, candidate = 1, path
    while (os.path.lexists(candidate) and not written.owns(candidate)) or twin(candidate):
        number += 1
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return candidate


def _state_folder() -> Path | None:
    """The folder in which this system keeps the state of programs for a user."""
    import platformdirs

    try:
        return Path(platformdirs.user_state_dir("talkshow", appauthor=False)) / "written"
    except RuntimeError:  # no user is logged in
        return None
