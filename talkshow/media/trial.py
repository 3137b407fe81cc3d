"""Opens a file of sound or video in a process of its own, to see whether its header can be read at all.

A header may claim tables of gigabytes, hold a million tags that are compared with each other, or hit a fault of the
reader. Whatever happens here happens to nobody else. This file is run as a script with the file as its standard
input and FFmpeg's options as its argument; it imports nothing of the package, which keeps it quick.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from io import FileIO

MEMORY = 1 << 30                # bytes beyond those of an idle process; where the system can limit them
SECONDS = 15                    # of work
_PATIENCE_S = 120.0             # of time: a busy machine is no harmful file
_NO_MEMORY = 3


def problem_of(file: FileIO, options: dict[str, str]) -> str:
    """What opening the file leads to that nobody can wait for, as a clause; "" where it ends, well or with an error."""
    if not sys.executable or getattr(sys, "frozen", False):      # there is no Python that could be started
        return ""
    file.seek(0)
    try:
        tried = subprocess.run([sys.executable, __file__, json.dumps(options)], stdin=file, capture_output=True,
                               timeout=_PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        return "reading its header takes too long"
    except OSError:
        return ""
    if tried.returncode == _NO_MEMORY:
        return "its header asks for too much memory, or for too many streams"
    if tried.returncode < 0:
        return "reading its header takes too long, or fails badly"
    return ""


def _limit() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource
        from pathlib import Path

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))


def _main() -> int:
    import av

    _limit()
    try:
        with FileIO(0, closefd=False) as file:
            av.open(file, options=json.loads(sys.argv[1]), metadata_errors="replace").close()
    except MemoryError:
        return _NO_MEMORY
    except (av.FFmpegError, OSError, ValueError):
        pass                    # whoever opens it next is told the same
    return 0


if __name__ == "__main__":
    sys.exit(_main())
