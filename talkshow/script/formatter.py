"""Scripts written down again, in any format. Reading what was written gives an equal script."""

from __future__ import annotations

from dataclasses import replace

from talkshow.errors import ScriptError, choose, printable
from talkshow.script.formats import FORMATS, WRITABLE_FORMATS
from talkshow.script.layout import Formatted
from talkshow.script.model import Script
from talkshow.script.reader import parse_script


def format_script(script: Script, to: str = "plain") -> str:
    """The script as text in one of WRITABLE_FORMATS, with the comments of its file as far as the format has them.

    Raises ScriptError for an unknown format.
    """
    return formatted(script, to).text


def formatted(script: Script, to: str = "plain") -> Formatted:
    """The same, and what of the file could not be kept. In the format of the file its empty rows are kept, too."""
    write = FORMATS[to].write if to in FORMATS else None
    if write is None:
        raise ScriptError(f"cannot write the format '{to}'. {choose(to, WRITABLE_FORMATS)}")
    written = write(script)
    if script.layout is None or not script.layout.remarks or _reads_as(written.text, to, script):
        return written
    # something that was noted changes what is said where it stands now: words come before comments
    bare = write(replace(script, layout=None))
    return Formatted(bare.text, tuple(remark for remark in script.layout.remarks if remark.words))


def _reads_as(text: str, format: str, script: Script) -> bool:
    try:
        return parse_script(text, format) == script
    except ScriptError:
        return False


def lost_remarks(written: Formatted, to: str) -> list[str]:
    """Warnings about what a format could not keep: how much, and each with its line."""
    if not written.lost:
        return []
    number = len(written.lost)
    lost = sorted(written.lost, key=lambda remark: remark.row)
    rows = ", ".join(f"line {remark.row} ({_short(remark.words)})" for remark in lost)
    what = "comment or unplayed line is" if number == 1 else "comments and unplayed lines are"
    return [f"{number} {what} not kept in {to}: {rows}"]


def _short(words: str) -> str:
    text = printable(" ".join(words.split()))
    return f"'{text}'" if len(text) <= 40 else f"'{text[:40]}…'"
