"""Reads the TOML files that users write, and finds the line of a key for messages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talkshow.errors import TalkshowError
from talkshow.schema.values import File, Text, Value
from talkshow.schema.where import KeyPath, Where, as_toml, as_toml_key, shortened

MAX_BYTES = 1_000_000
_MOST_PARSED = 4_000_000  # maximum number of characters to parse again to find a line


@dataclass(frozen=True)
class TomlFile:
    """The content of a file.  text: with "\\n" line ends."""

    path: Path
    text: str
    values: dict[str, Any]

    def where(self, error: type[TalkshowError]) -> Where:
        """The file as the origin of values, for their check."""
        return _InFile(self, error)

    def line_of(self, path: KeyPath) -> int | None:
        """The line of a key, counted from 1; None if it cannot be found cheaply.

        The start of the file up to that line is TOML without the key; including that line, it has the key.
        """
        lines = self.text.split("\n")
        likely = [number for number, line in enumerate(lines) if path[-1] in line]
        if not likely or len(likely) * len(self.text) > _MOST_PARSED:
            return None
        for first in likely:
            before = _parsed("\n".join(lines[:first]))
            if before is None or _holds(before, path):
                continue
            for last in range(first + 1, min(first + 50, len(lines)) + 1):
                after = _parsed("\n".join(lines[:last]))
                if after is not None:
                    if _holds(after, path):
                        return first + 1
                    break
        return None


def read_toml(path: Path, what: str, error: type[TalkshowError]) -> TomlFile:
    """Read a file.  what: the words for it after "cannot read". Raises `error`."""
    begin = f"{path}: cannot read {what}: "
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise error(f"{begin}there is no such file. Check the path.") from None
    except IsADirectoryError:
        raise error(f"{begin}it is a folder. Name the file in it.") from None
    except (OSError, ValueError) as exc:
        raise error(f"{begin}{getattr(exc, 'strerror', None) or exc}.") from exc
    if len(data) > MAX_BYTES:
        raise error(f"{begin}it is larger than {MAX_BYTES // 1_000_000} MB, so it is not a file of this kind.")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as exc:
        line = data[: exc.start].count(b"\n") + 1
        raise error(f"{begin}line {line} is not UTF-8. Open it in an editor and save it as UTF-8.") from exc
    try:
        return TomlFile(path, text, tomllib.loads(text))
    except RecursionError:
        raise error(f"{begin}it is nested too deeply.") from None
    except tomllib.TOMLDecodeError as exc:
        raise error(f"{begin}it is not TOML. {_told(exc)}") from exc
    except ValueError:
        raise error(f"{begin}it contains a number with thousands of digits.") from None


def _told(exc: tomllib.TOMLDecodeError) -> str:
    """The parser's message, and a hint at the usual cause."""
    said = str(exc)
    hint = ""
    if "Invalid value" in said:
        hint = ' Put text in quotes: title = "Our show".'
    elif "backslash" in said or "escape" in said.casefold() or "hex value" in said:
        hint = " Write a path with / or in single quotes: 'C:\\pictures\\two.png'."
    return f"{said}.{hint}"


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return None


def _holds(values: Any, path: KeyPath) -> bool:
    for key in path:
        if isinstance(values, list):  # [[table]]: the last one so far
            values = values[-1] if values else {}
        if not isinstance(values, dict) or key not in values:
            return False
        values = values[key]
    return True


class _InFile(Where):
    def __init__(self, file: TomlFile, error: type[TalkshowError]) -> None:
        self.file, self.error = file, error

    def place(self, path: KeyPath) -> str:
        """show.toml:3:"""
        line = self.file.line_of(path)
        return f"{self.file.path}:{line}: " if line else f"{self.file.path}: "

    def shown(self, value: Any) -> str:
        """The value as TOML."""
        return shortened(as_toml(value))

    def words(self, kind: Value, value: Any) -> str:
        """The words for the value; a hint at quotes is added if they are missing."""
        quotes = isinstance(kind, (Text, File)) and not isinstance(value, str)
        return f"{kind.words}, in quotes" if quotes else kind.words

    def example(self, path: KeyPath, value: Any) -> str:
        """steps = 40"""
        return f"{as_toml_key(path[-1])} = {as_toml(value)}"
