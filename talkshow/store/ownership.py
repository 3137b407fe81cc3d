"""Records which files talkshow wrote: only those are ever replaced or removed, and only while they are unchanged.

A written file is recognised by its size and SHA-256. Both are recorded before the file gets its final name, so that
the file is recognised even if the run is killed in between.
"""

from __future__ import annotations

import json
import stat
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talkshow.store.digests import file_digest
from talkshow.store.files import rename, write_bytes
from talkshow.store.inputs import LONG_TEXT, read_bytes
from talkshow.store.seals import bears_seal, text_of, with_seal


@dataclass(frozen=True)
class Content:
    """The content written to a file.  mtime_ns, ctime_ns: of the file then; while they match it is not read again."""

    size: int
    sha256: str
    mtime_ns: int = -1
    ctime_ns: int = -1

    @classmethod
    def of(cls, path: Path) -> Content:
        """The content of a file. Raises OSError."""
        status = path.stat()
        return cls(status.st_size, file_digest(path), status.st_mtime_ns, status.st_ctime_ns)

    def is_in(self, path: Path) -> bool:
        """Whether a regular file still has this content. A link never counts as talkshow's, wherever it points."""
        try:
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode) or status.st_size != self.size:
                return False
            unread = (status.st_mtime_ns, status.st_ctime_ns) == (self.mtime_ns, self.ctime_ns)
            return unread or file_digest(path) == self.sha256
        except OSError:
            return False


class Ledger:
    """The files that talkshow wrote into a folder, and facts about the folder.

    about: facts about the folder as a whole, for JSON.  Raises OSError if it cannot be saved.
    """

    def __init__(
        self,
        folder: Path,
        note: Path,
        files: Mapping[str, list[Content]] | None = None,
        about: dict[str, Any] | None = None,
    ) -> None:
        self._folder, self._note = folder, note
        self._files = {name: list(contents) for name, contents in (files or {}).items()}
        self.about = about if about is not None else {}
        self._saved = ""

    @classmethod
    def read(cls, folder: Path, note: Path) -> Ledger | None:
        """The ledger that an earlier run saved; None if there is none, or it is unreadable or damaged."""
        try:
            text = read_bytes(note, LONG_TEXT).decode("utf-8")
            saved = json.loads(text)
            if not bears_seal(note):
                return None
            files = {
                str(name): [
                    Content(int(size), str(sha256), int(mtime_ns), int(ctime_ns))
                    for size, sha256, mtime_ns, ctime_ns in contents
                ]
                for name, contents in saved["files"].items()
            }
            ledger = cls(folder, note, files, dict(saved["about"]))
            ledger._saved = text
            return ledger
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    @property
    def names(self) -> tuple[str, ...]:
        """Every listed file, as a path relative to the folder."""
        return tuple(self._files)

    def lists(self, path: Path) -> bool:
        """Whether talkshow wrote a file of this name here, changed since or not."""
        return self._name(path) in self._files

    def content(self, path: Path) -> Content | None:
        """Which of the written contents the file has now; None for any other content."""
        return next((content for content in self._files.get(self._name(path), ()) if content.is_in(path)), None)

    def owns(self, path: Path) -> bool:
        """Whether a file exists, was written here, and is unchanged."""
        return self.content(path) is not None

    def replace(self, path: Path, temporary: Path) -> None:
        """Move a finished file to its name. An existing file must be one that `owns` accepts."""
        new, old = Content.of(temporary), self.content(path)
        name = self._name(path)
        self._files[name] = [new] if old is None else [old, new]
        self.save()
        rename(temporary, path)
        status = path.lstat()
        self._files[name] = [Content(new.size, new.sha256, status.st_mtime_ns, status.st_ctime_ns)]

    def remove(self, path: Path) -> None:
        """Remove a file that talkshow wrote."""
        path.unlink(missing_ok=True)
        self.forget(self._name(path))

    def forget(self, name: str) -> None:
        """Drop a file from the list: the file there now is not talkshow's."""
        self._files.pop(name, None)

    def save(self) -> None:
        """Save the ledger for the next run; if nothing has changed, the file is left untouched."""
        text = text_of(
            with_seal(
                {
                    "schema": 1,
                    "about": self.about,
                    "files": {
                        name: [[each.size, each.sha256, each.mtime_ns, each.ctime_ns] for each in contents]
                        for name, contents in sorted(self._files.items())
                    },
                }
            )
        )
        if text == self._saved:
            return
        write_bytes(self._note, text.encode())
        self._saved = text

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()


def twin(path: Path) -> Path | None:
    """Another listed file that would be the same file on a file system that ignores case; None if there is none."""
    wanted = _folded(path.name)
    try:
        entries = [entry for entry in path.parent.iterdir() if entry.name != path.name]
    except OSError:
        return None
    found = next((entry for entry in entries if _folded(entry.name) == wanted), None)
    if found is None or (path.exists() and found.exists() and path.samefile(found)):
        return None
    return found


def same_place(one: Path, other: Path) -> bool:
    """Whether two names resolve to one directory entry, through links and ignoring case."""
    one, other = one.resolve(), other.resolve() if not other.is_symlink() else other.parent.resolve() / other.name
    if one == other:
        return True
    return bool(
        _folded(one.name) == _folded(other.name)
        and one.exists()
        and other.exists()
        and one.parent.samefile(other.parent)
        and one.samefile(other)
    )


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
