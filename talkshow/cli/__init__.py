"""The command line. This module imports almost nothing, so that Ctrl-C works from the start."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> None:
    """Run the command line: exit 0 on success, 1 with an error message, 2 for wrong usage.

    130 after Ctrl-C; after SIGTERM and SIGHUP the process ends by that signal, when it has cleaned up. 141 when
    the reader of the standard output has stopped reading.
    """
    try:
        from talkshow.cli.program import run
    except KeyboardInterrupt:
        sys.stderr.write("stopped.\n")
        raise SystemExit(130) from None
    run(sys.argv[1:] if arguments is None else list(arguments))
