"""The text of a script, and the errors about its places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from talkshow.errors import ScriptError


@dataclass(frozen=True)
class Source:
    """A script's text and where it came from.  data: the bytes of a binary file."""

    text: str
    path: Path | None = None
    data: bytes = b""

    @cached_property
    def lines(self) -> list[str]:
        """The text line by line."""
        return self.text.split("\n")

    @property
    def num_rows(self) -> int:
        """How many lines the file has: its last line end begins none."""
        return len(self.lines) - (not self.lines[-1])

    def error(self, message: str, line: int = 0, column: int = 1) -> ScriptError:
        """The error to raise about a place; lines and columns count from 1."""
        quoted = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return ScriptError(message, self.path, line, column, quoted)

    def column(self, line: int, words: str) -> int:
        """The column of `words` in a line, or 1."""
        return self.lines[line - 1].find(words) + 1 or 1 if 0 < line <= len(self.lines) else 1
