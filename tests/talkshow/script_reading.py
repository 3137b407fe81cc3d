"""What a script file says, in a form that tests compare: `NAME: words`, and `+ NAME: words` for who begins together."""

from __future__ import annotations

from pathlib import Path

from talkshow.script import parse_script, read_script
from talkshow.script.inline import write_text
from talkshow.script.model import Script


def said(script: Script) -> list[str]:
    """A row per line, with its directions and rests in parentheses, as a script has them."""
    return [f"{'+ ' if line.timing.together else ''}{line.speaker}: {write_text(line.pieces)}" for line in script.lines]


def read(text: str, name: str = "talk.txt") -> Script:
    """The script that a file of this name holds."""
    return parse_script(text, path=Path(name))


def read_data(data: bytes, path: Path) -> Script:
    """The script of a file that is not text in UTF-8."""
    path.write_bytes(data)
    return read_script(path)


def told(script: Script) -> str:
    """All warnings, each on its row."""
    return "\n".join(map(str, script.warnings))
