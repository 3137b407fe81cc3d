"""Kinds of values: what each must be in words, how a flag's text becomes one, and the type that pydantic checks.

pydantic takes a tenth of a second to import: `type()` alone does, when a value is checked. Every --help waits for this
module, so that its classes have no comparison and no repr, which take a millisecond each to make.
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
_LONGEST_NAME = 255  # bytes that file systems take


@dataclass(frozen=True, eq=False, repr=False)
class Value:
    """A kind of value.

    words:   what it must be, after "it must be"
    example: one as a file holds it
    metavar: what --help calls it
    """

    words: str
    example: Any
    metavar: str

    def type(self) -> Any:
        """The annotated type that pydantic checks."""
        raise NotImplementedError

    def from_text(self, text: str) -> Any:
        """A flag's text as a value that is still to be checked. Raises ValueError for text that can never be one."""
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
    """A number; a whole one will do."""

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
    """One line of text.  empty: whether there may be none."""

    empty: bool = False

    def type(self) -> Any:
        """A str without control characters and ends of lines, stripped."""
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
    """A choice that says what there is to choose."""
    *most, last = [f'"{choice}"' for choice in choices]
    return Choice(" or ".join(filter(None, (", ".join(most), last))), example, metavar or "|".join(choices), choices)


class File(Value):
    """The path of a file or folder, whether or not there is one."""

    def type(self) -> Any:
        """A Path, also from text."""
        from pydantic import PlainValidator

        return Annotated[Any, PlainValidator(_path)]


@dataclass(frozen=True, eq=False, repr=False)
class Parsed(Value):
    """What can be written in several forms.

    read: gives the value from any of them, and from the value itself. Raises ValueError.
    """

    read: Callable[[Any], Any]

    def type(self) -> Any:
        """Whatever `read` gives."""
        from pydantic import PlainValidator

        return Annotated[Any, PlainValidator(self.read)]


@dataclass(frozen=True, eq=False, repr=False)
class Table(Value):
    """Values by name: a table in a file, a flag NAME=VALUE that can be repeated on the command line.

    entry:   what each value is
    form:    how a flag is written
    ordered: the result is a tuple of pairs, because the order counts and the whole must be hashable
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
        """(name, value) from NAME=VALUE; of several = the last parts them. Raises ValueError."""
        name, equals, value = text.rpartition("=")
        if not (name.strip() and equals and value.strip()):
            raise ValueError(f"write {self.form}")
        return name.strip(), self.entry.from_text(value.strip())


def _plain(value: Any) -> Any:
    """Numbers of NumPy as Python's own."""
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
    """Pairs, as an ordered table is kept, are a table too."""
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
