"""Progress through one hook: stages report (stage, done, total), and one of these shows it.

On a terminal a rich bar with the time left; elsewhere a plain line now and then; with -q nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

Hook = Callable[[str, int, int], None]

_LINE_EVERY_S = 5.0
_STAGES = {
    "read": "Reading",
    "diarize": "Diarizing",
    "transcribe": "Listening",
    "speak": "Speaking",
    "mix": "Mixing",
    "film": "Filming",
    "join": "Joining",
    "check": "Checking",
}

_LOG = logging.getLogger(__name__)


def quiet(stage: str, done: int, total: int) -> None:
    """The hook that shows nothing."""


class PlainProgress:
    """A line on stderr when a stage begins and ends, and every five seconds between."""

    def __init__(self, write: Callable[[str], Any]) -> None:
        self._write = write
        self._started: dict[str, float] = {}
        self._last = 0.0

    def __enter__(self) -> Hook:
        return self._report

    def __exit__(self, *_: object) -> None:
        pass

    def _report(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        first = stage not in self._started
        started = self._started.setdefault(stage, now)
        if first or done == total or now - self._last >= _LINE_EVERY_S:
            self._last = now
            left = (now - started) / done * (total - done) if done else 0.0
            tail = f", {left:.0f} s left" if 0 < done < total and left >= 1 else ""
            self._write(f"{_STAGES.get(stage, stage)}: {done}/{total}{tail}")


class BarProgress:
    """A rich bar a stage."""

    def __init__(self, console: Any) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("{task.description:>9}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=False,
        )
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Hook:
        self._progress.start()
        return self._report

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def _report(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(_STAGES.get(stage, stage), total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)


class Stopwatch:
    """Seconds spent on each stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def timing(self, stage: str) -> Iterator[None]:
        """Measure a block."""
        _LOG.info("%s: begun", stage)
        start = time.perf_counter()
        yield
        self.seconds[stage] = round(time.perf_counter() - start, 2)
        _LOG.info("%s: done in %.2f s", stage, self.seconds[stage])
