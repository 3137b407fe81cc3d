"""Scripts written down again, in any format. Reading what was written gives an equal script."""

from __future__ import annotations

from collections.abc import Callable

from talkshow.errors import ScriptError, choose
from talkshow.script.fountain import write_fountain
from talkshow.script.markdown import write_markdown
from talkshow.script.model import Script
from talkshow.script.plain import write_plain
from talkshow.script.structured import write_json, write_yaml

_WRITERS: dict[str, Callable[[Script], str]] = {
    "plain": write_plain,
    "fountain": write_fountain,
    "markdown": write_markdown,
    "yaml": write_yaml,
    "json": write_json,
}
WRITABLE_FORMATS = tuple(_WRITERS)


def format_script(script: Script, to: str = "plain") -> str:
    """The script as text in one of WRITABLE_FORMATS. Comments of the original are not part of a script.

    Raises ScriptError for an unknown format.
    """
    if to not in _WRITERS:
        raise ScriptError(f"cannot write the format '{to}'. {choose(to, WRITABLE_FORMATS)}")
    return _WRITERS[to](script)
