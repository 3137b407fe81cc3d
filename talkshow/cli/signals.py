"""Signals that end a command: it cleans up first, then ends as the signal asks."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # those that this system has
_SAME_S = 1.0  # a signal that comes again so soon was sent to the whole group twice


class Ending:
    """The first signal received, if any.  It is raised as KeyboardInterrupt, after which all code cleans up."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self._came = 0.0

    def take(self, number: int, frame: FrameType | None) -> None:
        """Called by the system."""
        del frame
        now = time.monotonic()
        if self.signal is None:
            self.signal, self._came = number, now
            raise KeyboardInterrupt
        if now - self._came >= _SAME_S:
            die(number)  # asked twice: the user does not want to wait for the clean-up


@contextlib.contextmanager
def ending_signals() -> Iterator[Ending]:
    """Take signals that end the process in this block. One that was ignored before stays ignored (nohup)."""
    ending, before = Ending(), {}
    if threading.current_thread() is threading.main_thread():
        for name in _ENDING:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                before[number] = signal.signal(number, ending.take)
    try:
        yield ending
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def die(number: int) -> None:
    """End by a signal, so that the parent process sees which one."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
