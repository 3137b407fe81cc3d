"""Opens the file on the standard input as FFmpeg would, with the options that are its argument, and closes it again.

Run by `talkshow.machine.confined`; what goes wrong in an orderly way is no matter here: whoever opens it next
is told the same.
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
        except MemoryError as exc:  # FFmpeg's is an OSError as well
            raise MemoryError from exc
