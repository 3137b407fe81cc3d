"""A run: the folder in which an episode is made, who hears of progress, and the time that each stage took."""

from __future__ import annotations

from dataclasses import dataclass, field

from talkshow.progress import Hook, Stopwatch, quiet
from talkshow.store.workspace import Workspace


@dataclass(frozen=True)
class Run:
    """What every stage needs beside its own input.  hook: hears (stage, done, total)."""

    workspace: Workspace
    hook: Hook = quiet
    clock: Stopwatch = field(default_factory=Stopwatch)
