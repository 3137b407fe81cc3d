"""The tree of errors. The command line prints the message and exits with 1; users never see a traceback.

    TalkshowError
    ├── ScriptError        a script cannot be read: file:line:col and the text of the line
    ├── SettingsError      a setting, size or option has an impossible value
    ├── CastError          a character has no voice or no seat that exists
    ├── AudioError         a sound file cannot be read or written
    ├── BackendError       an engine failed
    │   ├── MissingExtra   an optional package is not installed: the install line is in the message
    │   ├── WriterError    a language model's endpoint does not answer, or its answer is not a script
    │   └── WeightsError   a model file is missing, truncated or not the one expected
    ├── FaceError          a picture cannot be read or has too few faces
    ├── RenderError        frames could not be made
    ├── VideoError         a video could not be written, or does not have the length it must have
    ├── WorkspaceError     a file or folder cannot be used: locked, missing, forbidden, on a full disk, no episode's
    └── ResourceError      the machine has not enough memory, threads or open files for this, or a file is too deep

Every message says what is wrong, where, and what to do; with the valid choices and the nearest match where
there is a list to choose from.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

_QUOTED = 300  # characters of a line that are quoted at most


class TalkshowError(Exception):
    """Base of all errors that a user can do something about."""


class ScriptError(TalkshowError):
    """A script cannot be read.

    `line` and `column` count from 1; `source` is the text of that line.
    """

    def __init__(
        self, message: str, path: Path | str | None = None, line: int = 0, column: int = 1, source: str = ""
    ) -> None:
        self.message, self.path, self.line, self.column, self.source = message, path, line, column, source
        place = f"{path or 'script'}:{line}:{column}: " if line else (f"{path}: " if path else "")
        shown = source.strip()
        shown = f"{shown[:_QUOTED]} …" if len(shown) > _QUOTED else shown  # a line may be a whole file
        quoted = f"\n    {printable(shown)}" if shown else ""
        super().__init__(f"{place}{message}{quoted}")


class SettingsError(TalkshowError):
    """A setting, size or option has an impossible value."""


class CastError(TalkshowError):
    """A character has no voice or no seat that exists."""


class AudioError(TalkshowError):
    """A sound file cannot be read or written."""


class BackendError(TalkshowError):
    """An engine failed."""


class MissingExtra(BackendError):
    """An optional package is not installed.  then: what else to know."""

    def __init__(self, what: str, extra: str, then: str = "") -> None:
        super().__init__(
            f"{what} needs packages that are not installed. "
            f"Install them: pip install 'talkshow[{extra}]'{f'. {then}' if then else ''}"
        )


class WriterError(BackendError):
    """No script could be written.  answer: the last answer of the model as it came, where there was one."""

    def __init__(self, message: str, answer: str = "") -> None:
        self.answer = answer
        super().__init__(message)


class WeightsError(BackendError):
    """A model file is missing, truncated or not the one expected."""


class FaceError(TalkshowError):
    """A picture cannot be read or has too few faces."""


class RenderError(TalkshowError):
    """Frames could not be made."""


class VideoError(TalkshowError):
    """A video could not be written, or does not have the length it must have."""


class WorkspaceError(TalkshowError):
    """A file or folder cannot be used: it is locked, missing, forbidden or not an episode's, or the disk is full."""


class ResourceError(TalkshowError):
    """The machine has not enough memory, threads or open files for this, or a file is nested too deeply."""


def nearest(name: str, choices: Iterable[str]) -> str | None:
    """The choice most like `name`, or None if nothing is close."""
    by_fold = {choice.casefold(): choice for choice in choices}
    found = difflib.get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None


def choose(name: str, choices: Iterable[str]) -> str:
    """The tail of a message about a name that is not among `choices`: the nearest match and the list."""
    listed = list(choices)
    near = nearest(name, listed)
    guess = f"Did you mean '{near}'? " if near else ""
    return f"{guess}Choose from: {', '.join(listed)}."


def printable(text: str) -> str:
    """`text` without control and bidirectional characters, so that a hostile file cannot steer a terminal."""
    return "".join(ch if ch.isprintable() else "�" for ch in text)
