"""Kinds of values: the words for each in messages, its parser for flags, and the type that pydantic checks.

Importing pydantic takes 0.1 s, so only `type()` imports it, when a value is checked. Every --help waits for this
module, so its classes have no comparison and no repr, which take a millisecond each to create.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real
from pathlib import Path, PurePath
from typing import Annotated, Any, Literal

_LONGEST_TEXT = 500
_LONGEST_NAME = 255  # longest path of file systems, in bytes


@dataclass(frozen=True, eq=False, repr=False)
class Value:
    """A kind of value.

    words:   what it must be, after "it must be"
    example: a value as written in a file
    metavar: its name in --help
    """

    words: str
    example: Any
    metavar: str

    def type(self) -> Any:
        """The annotated type that pydantic checks."""
        raise NotImplementedError

    def from_text(self, text: str) -> Any:
        """Convert a flag to a value that is checked later. Raises ValueError for text that cannot be one."""
        return text


@dataclass(frozen=True, eq=False, repr=False)
class _Range(Value):
    """A number from `least` to `most`."""

    least: float
    most: float


class Whole(_Range):
    """A whole number."""

    def type(self) -> Any:
        """An int; neither a float nor a bool."""
        from pydantic import BeforeValidator, Field

        return Annotated[int, Field(strict=True, ge=self.least, le=self.most), BeforeValidator(_plain)]

    def from_text(self, text: str) -> Any:
        """An int."""
        if not re.fullmatch(r"\s*[-+]?\d{1,30}\s*", text):
            raise ValueError(f"'{text}' is not a whole number")
        return int(text)


class Number(_Range):
    """A number, whole or not."""

    def type(self) -> Any:
        """A finite float."""
        from pydantic import BeforeValidator, Field

        return Annotated[
            float, Field(strict=True, ge=self.least, le=self.most, allow_inf_nan=False), BeforeValidator(_plain)
        ]

    def from_text(self, text: str) -> Any:
        """A float."""
        try:
            return float(text)
        except ValueError:
            raise ValueError(f"'{text}' is not a number") from None


class Switch(Value):
    """On or off: a pair of flags, --name and --no-name."""

    def type(self) -> Any:
        """A bool; not a number."""
        from pydantic import Field

        return Annotated[bool, Field(strict=True)]


@dataclass(frozen=True, eq=False, repr=False)
class Text(Value):
    """One line of text.  empty: whether empty text is allowed."""

    empty: bool = False

    def type(self) -> Any:
        """A str without control characters and line ends, stripped."""
        from pydantic import Field, StringConstraints

        return Annotated[
            str,
            Field(strict=True),
            StringConstraints(
                strip_whitespace=True,
                min_length=int(not self.empty),
                max_length=_LONGEST_TEXT,
                pattern=r"^[^\p{Cc}\p{Zl}\p{Zp}]*$",
            ),
        ]


@dataclass(frozen=True, eq=False, repr=False)
class Choice(Value):
    """One of a few words."""

    choices: tuple[str, ...]

    def type(self) -> Any:
        """A literal."""
        return Literal[self.choices]


def one_of(choices: tuple[str, ...], example: str, metavar: str = "") -> Choice:
    """A choice whose metavar lists the options."""
    *most, last = [f'"{choice}"' for choice in choices]
    return Choice(" or ".join(filter(None, (", ".join(most), last))), example, metavar or "|".join(choices), choices)


class File(Value):
    """The path of a file or folder, which need not exist."""

    def type(self) -> Any:
        """A Path, also from text."""
        from pydantic import PlainValidator

        return Annotated[Any, PlainValidator(_path)]


@dataclass(frozen=True, eq=False, repr=False)
class Parsed(Value):
    """A value that can be written in several forms.

    read: converts any of the forms, or the value itself, to the value. Raises ValueError.
    """

    read: Callable[[Any], Any]

    def type(self) -> Any:
        """The type that `read` returns."""
        from pydantic import PlainValidator

        return Annotated[Any, PlainValidator(self.read)]


@dataclass(frozen=True, eq=False, repr=False)
class Table(Value):
    """Values by name: a table in a file, or a repeatable flag NAME=VALUE.

    entry:   the kind of each value
    form:    the form of the flag
    ordered: the result is a tuple of pairs, because the order matters and the value must be hashable
    """

    entry: Value
    form: str = "NAME=VALUE"
    ordered: bool = False

    def type(self) -> Any:
        """A dict of names and values."""
        from pydantic import AfterValidator, BeforeValidator

        name, entry = NAME.type(), self.entry.type()
        rows = Annotated[dict[name, entry], BeforeValidator(_mapping)]  # type: ignore[valid-type]
        return Annotated[rows, AfterValidator(_pairs)] if self.ordered else rows

    def pair(self, text: str) -> tuple[str, Any]:
        """(name, value) from NAME=VALUE, split at the last "=". Raises ValueError."""
        name, equals, value = text.rpartition("=")
        if not (name.strip() and equals and value.strip()):
            raise ValueError(f"write {self.form}")
        return name.strip(), self.entry.from_text(value.strip())


def _plain(value: Any) -> Any:
    """Convert NumPy numbers to Python numbers."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    return int(value) if isinstance(value, Integral) else float(value)


def _path(value: Any) -> Path:
    if not isinstance(value, (str, PurePath)) or not str(value).strip() or "\0" in str(value):
        raise ValueError
    path = Path(value)
    if any(len(os.fsencode(part)) > _LONGEST_NAME for part in path.parts):
        raise ValueError
    return path


def _mapping(value: Any) -> Any:
    """Convert pairs, the form of an ordered table, to a table."""
    try:
        return dict(value) if isinstance(value, tuple) else value
    except TypeError:
        raise ValueError from None


def _pairs(rows: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(rows.items())


def _prose(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return " ".join("".join(ch if ch.isprintable() else " " for ch in value).split())


SWITCH = Switch("true or false", True, "")
NAME = Text("a name", "MAYA", "NAME")
PROSE = Parsed("text", "warm, clear", "TEXT", _prose)  # of any length; lines are joined
