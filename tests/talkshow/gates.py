"""Commands that are provably in the middle of their work when something is done to them, however busy the machine."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import gated_command


@contextlib.contextmanager
def standing_at(stage: str, done: int, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run `talkshow ARGUMENTS` until a stage reports so much done. In the block it stands still; after it, it is gone.

    It goes on once it gets Ctrl-C. Without -q: quiet commands report nothing.
    """
    command = [sys.executable, gated_command.__file__, stage, str(done), *map(str, arguments)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            if said.strip() != gated_command.REACHED:
                raise AssertionError(f"it never stood at {stage} {done}: {said}{process.communicate()[1]}")
            yield process
        finally:
            process.kill()


def killed_at(stage: str, done: int, *arguments: object) -> None:
    """Run `talkshow ARGUMENTS` and kill it (SIGKILL, which no program can catch) where a stage reports so much done."""
    with standing_at(stage, done, *arguments) as process:
        assert process.poll() is None


BOOKS = ("lock", "ledger.json", "digests.json", "used.json")  # what is noted about files, anew in every run


def kept_files(folder: Path) -> dict[Path, int]:
    """The inode of every finished file in an episode's `.work`: one that is written again gets another inode."""
    return {
        path: path.stat().st_ino
        for path in (folder / ".work").rglob("*")
        if path.is_file()
        and not path.name.startswith(".")
        and path.name not in BOOKS
        and "unfinished" not in path.parts
    }
