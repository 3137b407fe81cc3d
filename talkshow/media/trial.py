"""Opens the file on standard input with FFmpeg, using the options given as its argument, and closes it again.

Run by `talkshow.machine.confined`. Ordinary errors are ignored here, because the next attempt to open the file reports
them.
"""

from __future__ import annotations

import contextlib
import json
import sys
from io import FileIO

import av

if __name__ == "__main__":
    with contextlib.suppress(ValueError, OSError), FileIO(0, closefd=False) as file:
        try:
            av.open(file, options=json.loads(sys.argv[1]), metadata_errors="replace").close()
        except MemoryError as exc:  # FFmpeg's error is an OSError too
            raise MemoryError from exc
