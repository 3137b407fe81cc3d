"""Entries of a transcript that cannot be used: skipped and reported while they are few, an error when they are many."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from talkshow.errors import ScriptError, printable

_NAMED = 3  # so many are described
_QUOTED = 60  # characters


@dataclass
class Skipped:
    """What was skipped so far.  path: of the transcript."""

    path: Path
    found: list[ScriptError] = field(default_factory=list)

    def add(self, error: ScriptError) -> None:
        """Skip an entry because of an error that names its place."""
        self.found.append(error)

    def warnings(self, num_used: int, what: str) -> list[str]:
        """One sentence about all skipped entries.

        num_used: entries that were read.  what: the word for an entry, singular.
        Raises the first error if more entries were skipped than read.
        """
        if not self.found:
            return []
        if len(self.found) > num_used:
            raise self.found[0]
        total = num_used + len(self.found)
        places = "; ".join(_described(error) for error in self.found[:_NAMED])
        more = "; ..." if len(self.found) > _NAMED else ""
        are = "is" if len(self.found) == 1 else "are"
        return [f"{self.path.name}: {len(self.found)} of {total} {what}s {are} left out: {places}{more}"]


def _described(error: ScriptError) -> str:
    place = f"line {error.line}: " if error.line else ""
    quoted = " ".join(error.source.split())
    quoted = f"{quoted[:_QUOTED]} ..." if len(quoted) > _QUOTED else quoted
    return f"{place}{error.message}" + (f" ({printable(quoted)})" if quoted else "")
