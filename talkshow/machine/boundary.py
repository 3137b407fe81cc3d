"""The boundary of the Python API: what every public function guarantees to its caller."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from talkshow.machine import libraries
from talkshow.machine.errors import system_errors

_P = ParamSpec("_P")
_R = TypeVar("_R")
# Imported by some stages. Each changes the environment or the warnings of the process: see `libraries`.
_DISTURBING = ("cv2", "scipy.signal")


def public(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Make a function raise machine errors as a TalkshowError, and leave the process settings unchanged."""

    @functools.wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with system_errors():
            libraries.load(*_DISTURBING)
            return function(*args, **kwargs)

    return call
