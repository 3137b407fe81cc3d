"""The standard streams of a command, whatever they are connected to.

A command is run for its result on stdout: when its reader has gone, the command ends; when it cannot be written, that
is an error. Notes on stderr matter less: when they cannot be shown, the work continues without them. A name in any
encoding can be printed: file names are written as the bytes they have on disk.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from talkshow.errors import WorkspaceError
from talkshow.machine.errors import file_problem

NOBODY_READS = 141  # as a shell reports a process that ended by SIGPIPE
_ANY_NAME = "talkshow-any-name"


@contextlib.contextmanager
def safe_streams() -> Iterator[None]:
    """Put streams that know what to do when writing fails in place of the standard ones; put those back at the end."""
    _occupy_closed()
    codecs.register_error(_ANY_NAME, _as_on_disk)
    before = sys.stdout, sys.stderr
    results, notes = _over(sys.stdout, _Results), _over(sys.stderr, _Notes)
    sys.stdout, sys.stderr = results, notes
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        for stream, old in ((results, before[0]), (notes, before[1])):
            if stream is not old:
                with contextlib.suppress(Exception, SystemExit):
                    stream.detach()  # type: ignore[attr-defined]


def _occupy_closed() -> None:
    """Open the null device where a standard stream is closed, else the next file that is opened gets its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if number == 0 else "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _over(stream: TextIO, kind: type[_Guarded]) -> TextIO:
    """A stream of this kind over the bytes of another; one that has no bytes stays."""
    buffer: Any = getattr(stream, "buffer", None)
    if buffer is None:
        return stream
    stream.flush()
    return kind(
        buffer,
        encoding=stream.encoding or "utf-8",
        errors=_ANY_NAME,
        line_buffering=getattr(stream, "line_buffering", False),
    )


class _Guarded(io.TextIOWrapper):
    """A text stream whose failures go to `failed`."""

    def write(self, text: str, /) -> int:
        """Write text; returns its length."""
        try:
            return super().write(text)
        except OSError as exc:
            self.failed(exc)
            return len(text)

    def flush(self) -> None:
        """Send what is waiting."""
        try:
            super().flush()
        except OSError as exc:
            self.failed(exc)

    def failed(self, error: OSError) -> None:  # noqa: ARG002 - results read it
        """Let what still waits, and whatever comes, go nowhere: else Python complains of it when it ends."""
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)


class _Results(_Guarded):
    """stdout."""

    def failed(self, error: OSError) -> None:
        """Exit quietly when the reader has gone; otherwise say why the result was not written."""
        super().failed(error)
        if error.errno in (errno.EPIPE, errno.ESHUTDOWN):
            raise SystemExit(NOBODY_READS) from None
        raise WorkspaceError(f"the result cannot be written to standard output: {_problem(error)}") from None


class _Notes(_Guarded):
    """stderr."""


def _problem(error: OSError) -> str:
    return "the disk is full." if error.errno == errno.ENOSPC else file_problem(error, None)


def _as_on_disk(error: UnicodeError) -> tuple[str | bytes, int]:
    """For characters that the stream's encoding does not have: their bytes in file names, else an escape."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    try:
        return os.fsencode(error.object[error.start : error.end]), error.end
    except UnicodeEncodeError:
        return codecs.backslashreplace_errors(error)
