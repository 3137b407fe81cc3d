"""Runs a script in a separate process with limits on memory and work, for parsers that trust the files they read.

Whatever a file does to such a parser - gigabytes of tables, hours of comparing tags, a crash - stays in that process.
The script is run by path and imports nothing from the package, which keeps it fast. Memory is limited on Linux, CPU
time on any Unix, elapsed time everywhere.
"""

from __future__ import annotations

import contextlib
import runpy
import subprocess
import sys
from io import FileIO
from pathlib import Path

NO_MEMORY = 3  # exit status of a script that exceeded its memory limit
_PATIENCE = 10  # elapsed time allowed, as a multiple of the work: a busy machine does not make a file harmful


class Exceeded(Exception):
    """The limit that the script exceeded, as the end of a sentence: "takes too long"."""


def run_confined(script: Path, file: FileIO, arguments: tuple[str, ...] = (), *, memory: int, seconds: int) -> bytes:
    """The output of the script.  file: its standard input, from the beginning.

    memory: bytes beyond those of an idle Python process; seconds: of CPU time
    Raises Exceeded, and OSError if no process can be started.
    """
    if not sys.executable or getattr(sys, "frozen", False):
        raise OSError("there is no Python to run it")
    file.seek(0)
    command = [sys.executable, __file__, str(script), str(memory), str(seconds), *arguments]
    try:
        ran = subprocess.run(command, stdin=file, capture_output=True, timeout=seconds * _PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise Exceeded("takes too long") from None
    if ran.returncode == NO_MEMORY:
        raise Exceeded("takes too much memory")
    if not 0 <= ran.returncode <= 255:  # ended by a signal, or by the Windows equivalent
        raise Exceeded("takes too long, or fails badly")
    return ran.stdout


def _limit(memory: int, seconds: int) -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))


def _main() -> None:
    script, memory, seconds, *arguments = sys.argv[1:]
    _limit(int(memory), int(seconds))
    sys.argv = [script, *arguments]
    try:
        runpy.run_path(script, run_name="__main__")
    except MemoryError:
        sys.exit(NO_MEMORY)


if __name__ == "__main__":
    _main()
