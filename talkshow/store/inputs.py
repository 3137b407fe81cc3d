"""Opens files that a user names: only regular files, and read only up to a limit.

A device, a pipe or a growing file may never end, and a file that is read whole must fit into memory. Text may come
through a pipe (`talkshow render <(./my_script)`). Sound, video and pictures need seeking and must be regular files.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import stat
from pathlib import Path
from typing import Any

SHORT_TEXT = 1_000_000  # bytes: settings, voices, templates - what people write by hand
LONG_TEXT = 50_000_000  # bytes: transcripts, turns, timelines - what programs write about hours
_BLOCK = 1 << 20
_MANY_DIGITS = 300  # more, and a number is not one that anything here is measured in
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def open_file(path: Path) -> io.FileIO:
    """Open a file for reading, without a buffer.

    Raises OSError if it is missing, or is a folder, a device, a pipe or a socket.
    """
    return _opened(path, pipes=False)


def read_bytes(path: Path, limit: int, *, pipes: bool = False) -> bytes:
    """All bytes of a file; with `pipes`, also of a pipe or a terminal.

    Raises OSError, also for more than `limit` bytes. Its `strerror` says what is wrong.
    """
    with io.BufferedReader(_opened(path, pipes=pipes)) as file:
        size = os.fstat(file.fileno()).st_size  # 0 where it cannot be known
        parts = [file.read(min(limit, size) + 1)]
        num = len(parts[0])
        while num <= limit and (block := file.read(min(_BLOCK, limit + 1 - num))):
            parts.append(block)
            num += len(block)
    if num > limit:
        raise OSError(errno.EINVAL, f"it has more than {_in_words(limit)}", str(path))
    return parts[0] if len(parts) == 1 else b"".join(parts)


def read_text(path: Path, limit: int = SHORT_TEXT, encoding: str = "utf-8", errors: str = "strict") -> str:
    """The text of a file or pipe, with `\\n` line ends. Raises OSError as `read_bytes` does, and UnicodeDecodeError."""
    data = read_bytes(path, limit, pipes=True)
    return io.TextIOWrapper(io.BytesIO(data), encoding, errors).read()


def parse_json(text: str) -> Any:
    """Parse JSON text; integers with very many digits become infinite.

    Raises ValueError with a plain message for text that is not JSON, is nested too deeply, or contains half of a
    character, such as `\\ud83d` alone, which no file could store.
    """
    try:
        value = json.loads(text, parse_int=lambda digits: int(digits) if len(digits) < _MANY_DIGITS else float(digits))
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as exc:
        raise ValueError(f"this is not JSON: {exc}") from exc
    except RecursionError as exc:
        raise ValueError("this JSON is nested too deeply") from exc
    except UnicodeEncodeError as exc:
        raise ValueError(f"this JSON contains half of a character: {exc.object[exc.start]!a}") from exc
    return value


def require_file(path: Path) -> None:
    """Raises OSError if it is missing, or is a folder, a device, a pipe or a socket."""
    _require_file(path.stat().st_mode, path, pipes=False)


def is_address(path: Path) -> bool:
    """Whether the user gave a web address, from which `Path` has removed a slash."""
    return re.match(r"[a-z][a-z0-9+.-]+:/", str(path), re.IGNORECASE) is not None


def _opened(path: Path, *, pipes: bool) -> io.FileIO:
    _require_file(path.stat().st_mode, path, pipes)  # first: opening a device may act, opening a pipe may wait
    wait = 0 if pipes else getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, os.O_RDONLY | wait | getattr(os, "O_BINARY", 0))
    try:
        _require_file(os.fstat(descriptor).st_mode, path, pipes)  # it may have been exchanged meanwhile
        return io.FileIO(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _require_file(mode: int, path: Path, pipes: bool) -> None:
    if stat.S_ISREG(mode) or (pipes and (stat.S_ISFIFO(mode) or stat.S_ISCHR(mode))):
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder, not a file", str(path))
    kind = "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
    raise OSError(errno.EINVAL, f"it is {kind}, not a file", str(path))


def _in_words(num_bytes: int) -> str:
    return f"{num_bytes / 1_000_000:g} MB"
