"""`talkshow`, made to stand still in the middle: python gated_command.py STAGE DONE ARGUMENTS...

Where a stage reports that so much is done, the program says so on stdout and goes on only once Ctrl-C has reached it.
It ends with whoever started it. Tests use it through `gates.py`.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType

from talkshow import progress
from talkshow.cli import main

REACHED = "standing still"
interrupted = threading.Event()
announced = threading.Lock()


class GatedProgress(progress.PlainProgress):
    """Shows progress as ever, and holds up whoever reports it from the chosen place on."""

    def __enter__(self) -> progress.Hook:
        report = super().__enter__()

        def held_up(stage: str, done: int, total: int) -> None:
            report(stage, done, total)
            if stage == sys.argv[1] and done >= int(sys.argv[2]):
                if announced.acquire(blocking=False):
                    print(REACHED, flush=True)
                interrupted.wait()

        return held_up


def interrupt(number: int, frame: FrameType | None) -> None:
    """Open the gate, then do what Ctrl-C does."""
    interrupted.set()
    signal.default_int_handler(number, frame)


def end_with_the_test() -> None:
    """The other end of stdin closes when the test ends, however it ends."""
    os.read(0, 1)  # `sys.stdin` has a lock, at which the interpreter would fail when it ends
    os._exit(70)


if __name__ == "__main__":
    progress.PlainProgress = GatedProgress
    signal.signal(signal.SIGINT, interrupt)
    threading.Thread(target=end_with_the_test, daemon=True).start()
    main(sys.argv[3:])
