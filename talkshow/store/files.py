"""Atomic writes for every file: it is written next to its destination under a temporary name, then renamed.

A run that is killed leaves its temporary files behind. Their names contain the process ID. A later run recognises
them and removes them once that process is gone.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from talkshow.store.inputs import LONG_TEXT, read_bytes

_T = TypeVar("_T")

_RUN = secrets.token_hex(4)  # tells this process from an earlier one of the same number, as containers have them
_TEMPORARY = re.compile(r"\.{1,2}tmp-(?P<process>\d+)-(?:(?P<run>[0-9a-f]{8})-)?(?P<name>.+)", re.DOTALL)
_MOST_BYTES = 200  # of a name in a temporary one: file systems stop at 255
_SEAL = b"\0\0\0\x28free"  # an MP4 box of 40 bytes that every reader skips; the SHA-256 before it follows
_FICLONE = 0x40049409  # Linux: copy by sharing blocks until one of the two files is written to

# What reading a broken file, or one of another shape, may raise.
UNREADABLE = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


@contextlib.contextmanager
def scratch(path: Path) -> Iterator[Path]:
    """Yield a temporary path next to `path`. A file left there when the block ends is removed."""
    temporary = path.with_name(f".tmp-{os.getpid()}-{_RUN}-{_shortened(path.name)}")
    try:
        yield temporary
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Yield a temporary path next to `path`; it is renamed to `path` when the block ends without an error.

    The content is flushed to disk first: after a power failure the old or the new file is there, never an empty one.
    """
    with scratch(path) as temporary:
        yield temporary
        rename(temporary, path)


def rename(temporary: Path, path: Path) -> None:
    """Move a finished file to its final name, even on another disk. Never writes through a link."""
    _flush(temporary)
    try:
        temporary.replace(path)
    except OSError as exc:
        if exc.errno != errno.EXDEV:
            raise
        with scratch(path) as beside:
            shutil.copyfile(temporary, beside)
            _flush(beside)
            beside.replace(path)
        temporary.unlink()


def write_bytes(path: Path, data: bytes) -> None:
    """Write a small file atomically, and create its folder. A file with the same content is left untouched."""
    if not holds(path, data):
        path.parent.mkdir(parents=True, exist_ok=True)
        with writing(path) as temporary:
            temporary.write_bytes(data)


def holds(path: Path, data: bytes) -> bool:
    """Whether a file exists and has exactly this content."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def read_json(path: Path, parse: Callable[[Any], _T]) -> _T | None:
    """A stored JSON file as `parse` reads it; None if it is missing, damaged or of another form.

    parse: turns the content into a value, and raises ValueError, TypeError, LookupError or AttributeError for content
    of another form.
    """
    try:
        return parse(json.loads(read_bytes(path, LONG_TEXT)))
    except UNREADABLE:
        return None


def sweep(folder: Path, for_output: str | None = None) -> None:
    """Remove talkshow's temporary files whose process is gone from a folder, but not from folders in it.

    for_output: the folder belongs to the user: remove only temporary files of the output with this name.
    """
    for path in leftovers(folder):
        match = _TEMPORARY.fullmatch(path.name)
        if for_output is None or (match and match["run"] and match["name"].startswith(_shortened(for_output))):
            with contextlib.suppress(OSError):
                path.unlink()


def leftovers(folder: Path) -> list[Path]:
    """talkshow's temporary files whose process is gone, in a folder but not in folders in it."""
    try:
        with os.scandir(folder) as entries:
            return [
                folder / entry.name
                for entry in entries
                if _is_abandoned(entry.name) and entry.is_file(follow_symlinks=False)
            ]
    except OSError:
        return []


def intended(temporary: str) -> str:
    """The final name that a temporary file of talkshow was to get."""
    match = _TEMPORARY.fullmatch(temporary)
    return match["name"] if match else ""


def copy_file(source: Path, to: Path) -> None:
    """Copy a file's content, without using disk space if the file system can share blocks between files.

    Never a hard link: editing one of the two must not change the other.
    """
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError), source.open("rb") as read, to.open("wb") as written:
            fcntl.ioctl(written.fileno(), _FICLONE, read.fileno())
            return
    shutil.copyfile(source, to)


def sealed(data: bytes) -> bytes:
    """Data followed by their SHA-256, with which `unsealed` verifies them."""
    return data + _SEAL + hashlib.sha256(data).digest()


def unsealed(data: bytes) -> bytes | None:
    """The data that were sealed; None if they are damaged."""
    begin = len(data) - len(_SEAL) - hashlib.sha256().digest_size
    return data[:begin] if begin >= 0 and sealed(data[:begin]) == data else None


def seal_file(path: Path) -> None:
    """Seal a file in place. An MP4 file stays a valid MP4 file."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").digest()
    with path.open("ab") as file:
        file.write(_SEAL + found)


def is_sealed(path: Path) -> bool:
    """Whether a file exists and matches its seal."""
    try:
        return unsealed(path.read_bytes()) is not None
    except OSError:
        return False


def _flush(path: Path) -> None:
    """Flush the content of a file to disk, if the file system supports it."""
    with path.open("r+b") as file:
        try:
            os.fsync(file.fileno())
        except OSError as exc:
            if exc.errno not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):  # a file system that cannot
                raise


def _shortened(name: str) -> str:
    """A name, shortened at the start if it is too long for a temporary file name."""
    while len(os.fsencode(name)) > _MOST_BYTES:
        name = name[1:]
    return name


def _is_abandoned(name: str) -> bool:
    match = _TEMPORARY.fullmatch(name)
    if match is None:
        return False
    process = int(match["process"])
    if process == os.getpid() and match["run"]:
        return match["run"] != _RUN
    return not _is_running(process)


def _is_running(process: int) -> bool:
    if sys.platform == "win32":
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x100000, False, process & 0xFFFFFFFF)  # SYNCHRONIZE
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle) or ctypes.windll.kernel32.GetLastError() == 5  # access denied: it is there
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
