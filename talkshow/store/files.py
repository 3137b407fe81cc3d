"""Files come into being whole: written beside their place under a temporary name, and renamed. One way for all.

A run that is killed leaves its temporary files behind. They are recognised by their names, which hold the number of
the process, and removed by a later run once that process is gone.
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
    """Yield a temporary path beside `path`; what is there when the block ends is removed."""
    temporary = path.with_name(f".tmp-{os.getpid()}-{_RUN}-{_shortened(path.name)}")
    try:
        yield temporary
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; it takes the final name when the block ends without an error.

    By then its content has reached the disk: a power cut leaves the old file or the new one, never an empty one.
    """
    with scratch(path) as temporary:
        yield temporary
        rename(temporary, path)


def rename(temporary: Path, path: Path) -> None:
    """Let a finished file take its name, also where that lies on another disk. Never writes through a link."""
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
    """Write a small file whole or not at all, and make its folder; an equal one is left as it is."""
    if not holds(path, data):
        path.parent.mkdir(parents=True, exist_ok=True)
        with writing(path) as temporary:
            temporary.write_bytes(data)


def holds(path: Path, data: bytes) -> bool:
    """Whether a file is there and holds this and nothing else."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def read_json(path: Path, parse: Callable[[Any], _T]) -> _T | None:
    """A kept JSON file as `parse` takes it; None where there is none, or it is broken or of another shape.

    parse: makes a value of what the file holds, and raises ValueError, TypeError, LookupError or AttributeError for
    anything else.
    """
    try:
        return parse(json.loads(read_bytes(path, LONG_TEXT)))
    except UNREADABLE:
        return None


def sweep(folder: Path, for_output: str | None = None) -> None:
    """Remove temporary files of ours whose process is gone from a folder, but not below it.

    for_output: the folder is not ours; only those of an output of this name, and of what was made for it.
    """
    for path in leftovers(folder):
        match = _TEMPORARY.fullmatch(path.name)
        if for_output is None or (match and match["run"] and match["name"].startswith(_shortened(for_output))):
            with contextlib.suppress(OSError):
                path.unlink()


def leftovers(folder: Path) -> list[Path]:
    """Temporary files of ours in a folder, not below it, whose process is gone."""
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
    """The name of the file that a temporary file of ours was to become."""
    match = _TEMPORARY.fullmatch(temporary)
    return match["name"] if match else ""


def copy_file(source: Path, to: Path) -> None:
    """Copy a file's content, without taking room for it where the file system can share blocks between files.

    Never a hard link: whoever edits one of the two must not change the other.
    """
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError), source.open("rb") as read, to.open("wb") as written:
            fcntl.ioctl(written.fileno(), _FICLONE, read.fileno())
            return
    shutil.copyfile(source, to)


def sealed(data: bytes) -> bytes:
    """Data with their SHA-256 behind them, so that `unsealed` knows whether they are whole."""
    return data + _SEAL + hashlib.sha256(data).digest()


def unsealed(data: bytes) -> bytes | None:
    """The data that were sealed; None where they are not whole."""
    begin = len(data) - len(_SEAL) - hashlib.sha256().digest_size
    return data[:begin] if begin >= 0 and sealed(data[:begin]) == data else None


def seal_file(path: Path) -> None:
    """Seal a file in its place. An MP4 file stays one."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").digest()
    with path.open("ab") as file:
        file.write(_SEAL + found)


def is_sealed(path: Path) -> bool:
    """Whether a file is there and is what was sealed."""
    try:
        return unsealed(path.read_bytes()) is not None
    except OSError:
        return False


def _flush(path: Path) -> None:
    """Let the content of a file reach the disk, where the file system can."""
    with path.open("r+b") as file:
        try:
            os.fsync(file.fileno())
        except OSError as exc:
            if exc.errno not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):  # a file system that cannot
                raise


def _shortened(name: str) -> str:
    """A name, without its beginning where it is too long for a temporary one."""
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
