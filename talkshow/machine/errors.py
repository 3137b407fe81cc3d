"""Translates errors of the machine into talkshow's own: files and folders, disks, memory, limits, broken packages.

Any system call may fail, in any command. Such errors are translated by kind at the boundaries: `public`, the command
line, an opened workspace. A stage raises an error of its own only if it knows more.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from talkshow.errors import BackendError, ResourceError, TalkshowError, WorkspaceError, printable

_LOG = logging.getLogger(__name__)
_KEPT = "Finished results are kept"
# EFBIG means that a file size limit was reached; the remedy is the same as for a full disk.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM}
_SAID = {
    errno.EISDIR: "this is a folder. Name a file.",
    errno.EEXIST: "a file or folder of this name already exists. Choose another name.",
    errno.ENAMETOOLONG: "this name is too long for the file system. Choose a shorter one.",
    errno.ELOOP: "the symbolic links form a loop. Choose another path, or fix the link.",
    errno.EINVAL: "the file system does not support such a file or this operation. Choose another name or folder.",
    errno.EILSEQ: "the file system does not support these characters in a name. Choose another name.",
    errno.EROFS: "not allowed to write here: this file system is read-only. Choose another folder.",
    errno.EIO: f"the drive reports an input/output error. Check the drive, or use another one. {_KEPT}.",
    errno.ESTALE: f"the network folder is gone. Connect it again, or use another folder. {_KEPT}.",
    errno.ENOTCONN: f"the network folder is gone. Connect it again, or use another folder. {_KEPT}.",
    errno.ETXTBSY: "another program is using this file. Close it, or choose another name.",
    errno.EBUSY: "another program is using this file. Close it, or choose another name.",
    errno.ENXIO: "this is a device or a socket. Name a file.",
    errno.ENODEV: "this is a device or a socket. Name a file.",
    errno.ENOTEMPTY: "this folder is not empty. Choose another name.",
    errno.EXDEV: "source and target are on different drives. Choose a folder on the same one.",
}
_NO_MEMORY = (
    "bad_alloc",
    "out of memory",
    "outofmemory",
    "insufficient memory",
    "failed to allocate",
    "unable to allocate",
    "can't allocate memory",
    "cannot allocate memory",
    "not enough memory",
    "failed to map segment from shared object",
)


@contextlib.contextmanager
def system_errors(place: Path | None = None) -> Iterator[None]:
    """Raise errors of the machine in this block as a TalkshowError.  place: the subject, if the error names none.

    This includes errors that a stage has already wrapped in one of its own.
    """
    try:
        yield
    except Exception as exc:
        translated = translated_error(exc, place)
        if translated is None:
            raise
        _LOG.debug("%s", translated, exc_info=exc)
        raise translated from exc


def translated_error(error: Exception, place: Path | None = None) -> TalkshowError | None:
    """The TalkshowError for an error of the machine; None for other errors, and for those already translated."""
    if isinstance(error, (WorkspaceError, ResourceError)):
        return None
    for cause in _causes(error):
        if _is_memory(cause):
            return ResourceError(
                f"there is not enough memory{_for(place)}{_told(cause)}. Use a smaller --size or "
                f"fewer --jobs (TALKSHOW_JOBS=1), or close other programs. {_KEPT}."
            )
        if isinstance(cause, OSError) and (cause.errno in _FULL or "No space left on device" in str(cause)):
            return WorkspaceError(
                f"{_where(cause, place)}: the disk is full. {_KEPT}: free some space and run the same command again."
            )
        if isinstance(cause, OSError) and cause.errno in (errno.EMFILE, errno.ENFILE):
            return ResourceError(
                f"too many files are open{_limit()}. Allow more, for example with  ulimit -n 1024 , "
                f"or use fewer --jobs (TALKSHOW_JOBS=1). {_KEPT}."
            )
        if isinstance(cause, RuntimeError) and "start new thread" in str(cause):
            return ResourceError(
                f"no more threads can be started. Use fewer --jobs (TALKSHOW_JOBS=1), or allow "
                f"more with  ulimit -u . {_KEPT}."
            )
    if isinstance(error, TalkshowError):
        return None
    if isinstance(error, ImportError) or (isinstance(error, OSError) and "shared object" in str(error)):
        return BackendError(
            f"a package that talkshow needs cannot be imported: {error}. Reinstall it: pip install "
            "--force-reinstall talkshow"
        )
    if isinstance(error, (ConnectionError, TimeoutError)) or type(error).__module__ in ("socket", "ssl"):
        return BackendError(f"the connection failed: {error}. Check the address and the network, and try again.")
    if isinstance(error, OSError):
        return WorkspaceError(f"{_where(error, place)}: {file_problem(error, place)}")
    if isinstance(error, RecursionError):
        return ResourceError(f"a file{_for(place)} is nested too deeply to be read. Reduce the nesting.")
    if isinstance(error, UnicodeEncodeError):
        return WorkspaceError(
            f"{place or 'this text'}: {error.object[error.start : error.end]!a} cannot be written "
            f"in {error.encoding}. Remove these characters."
        )
    if isinstance(error, ValueError) and ("null byte" in str(error) or "null character" in str(error)):
        return WorkspaceError(f"{place or 'a path'}: a name cannot contain the character NUL. Remove it.")
    if isinstance(error, RuntimeError) and "Symlink loop" in str(error):  # from pathlib, before Python 3.13
        return WorkspaceError(f"{printable(str(error)).partition(' from ')[2]}: {_SAID[errno.ELOOP]}")
    if isinstance(error, RuntimeError) and "home directory" in str(error):
        return WorkspaceError(
            "there is no home folder. Set the environment variable HOME to a folder that exists, or "
            "write paths without ~."
        )
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and the errors that caused it."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__


def _is_memory(error: BaseException) -> bool:
    """Whether an error reports that memory ran out. The libraries have no common class for this."""
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    if isinstance(error, (TalkshowError, OSError)):
        return False
    text = str(error).casefold()
    return any(sign in text for sign in _NO_MEMORY)


def _told(error: BaseException) -> str:
    """The message of the library, if there is one, on one line."""
    text = " ".join(printable(str(error).replace("\n", " ")).split())
    return f" ({text[:160]})" if text else ""


def _for(place: Path | None) -> str:
    return f" for {place}" if place else ""


def _named(error: OSError, place: Path | None) -> Path | None:
    """The file or folder concerned; for a temporary file, its final path."""
    named = error.filename if isinstance(error.filename, (str, bytes)) and error.filename else None
    path = Path(os.fsdecode(named)) if named else None
    return place if path is None or (place is not None and path.name.startswith(".tmp-")) else path


def _where(error: OSError, place: Path | None) -> str:
    return printable(str(_named(error, place) or "a file"))


def _limit() -> str:
    try:
        import resource
    except ImportError:  # Windows
        return ""
    return f" (at most {resource.getrlimit(resource.RLIMIT_NOFILE)[0]} at a time)"


def file_problem(error: OSError, place: Path | None) -> str:
    """What is wrong with a file or folder and what to do, without its name."""
    path = _named(error, place)
    if (path is None or not path.is_absolute()) and error.errno == errno.ENOENT and not _current_folder_exists():
        return "the current folder was deleted. Change to a folder that exists (cd) and run the command again."
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EEXIST) and path is not None:
        return _missing(path, error)
    if error.errno in _FORBIDDEN:
        readable = path is None or not _exists(path) or os.access(path, os.R_OK)
        return (
            "not allowed to write here. Choose another folder with --out."
            if readable
            else "not allowed to read this. Change its permissions, or use a copy."
        )
    if error.strerror and error.errno and error.strerror != os.strerror(error.errno):  # raised by `inputs`
        return f"{error.strerror}. Choose another one."
    return _SAID.get(error.errno or 0) or f"{error.strerror or error}. Check this file and its folder."


def _missing(path: Path, error: OSError) -> str:
    """Which part of a path is missing, or is not a folder."""
    above = next((parent for parent in path.parents if _exists(parent)), None)
    if above is not None and not above.is_dir():
        return f"{above} is a file, not a folder. Choose another path."
    if error.errno == errno.ENOENT and above is not None and above != path.parent:
        return f"there is no folder {path.parent}. Create it, or choose another path."
    if error.errno == errno.ENOENT:
        return "there is no such file or folder. Check the path."
    if path.is_symlink() and not _exists(path):
        return "this symbolic link is broken or part of a loop. Choose another path, or fix the link."
    return "this is a file, not a folder. Choose another path." if path.is_file() else _SAID[errno.EEXIST]


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _current_folder_exists() -> bool:
    try:
        return Path.cwd().exists()
    except OSError:
        return False
