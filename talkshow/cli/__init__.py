"""The command line. This module imports next to nothing, so that Ctrl-C is heard from the first moment on."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> None:
    """Run the command line: exit 0 when all went well, 1 with a message of ours, 2 when it was called wrongly.

    130 after Ctrl-C; after SIGTERM and SIGHUP the process ends by that signal, when it has cleaned up. 141 when
    whoever read the standard output stopped reading.
    """
    try:
        from talkshow.cli.program import run
    except KeyboardInterrupt:
        sys.stderr.write("stopped.\n")
        raise SystemExit(130) from None
    run(sys.argv[1:] if arguments is None else list(arguments))
