"""The origin of values, for messages: a Python program here, a file in toml_file.py, flags in the CLI."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from talkshow.errors import SettingsError, TalkshowError, printable
from talkshow.schema.values import Value

KeyPath = tuple[str, ...]  # ("generator", "steps")
_SHOWN = 60  # longest part of an invalid value in a message, in characters


class Where:
    """Values from a Python program.  error: the class to raise."""

    error: type[TalkshowError] = SettingsError

    def place(self, path: KeyPath) -> str:
        """The prefix of a sentence: a file and a line."""
        del path
        return ""

    def subject(self, path: KeyPath) -> str:
        """The place and the key: the start of a sentence."""
        return f"{self.place(path)}{'.'.join(path)}"

    def shown(self, value: Any) -> str:
        """An invalid value, on one line."""
        return shortened(repr(value))

    def words(self, kind: Value, value: Any) -> str:
        """What a value must be, after "it must be"."""
        del value
        return kind.words

    def example(self, path: KeyPath, value: Any) -> str:
        """How to give a valid value."""
        return f"{path[-1]}={value!r}" if len(path) == 1 else repr({path[-1]: value})


def shortened(text: str) -> str:
    """A text shortened to keep a message readable, without control characters."""
    return printable(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 2]} …")


def as_toml(value: Any) -> str:
    """A value as written in a TOML file."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(as_toml, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{as_toml_key(name)} = {as_toml(inner)}' for name, inner in value.items())}}}"
    return str(value)


def as_toml_key(name: str) -> str:
    """A key as written in a TOML file, quoted if necessary."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)
