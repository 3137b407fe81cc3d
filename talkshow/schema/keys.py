"""The keys of a file, each described once, and one check for values from a file, a flag or a Python program.

pydantic finds the faults. The message is made here: the place, the value, what it must be, an example, and the nearest
key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Optional

from talkshow.errors import choose, nearest, printable
from talkshow.schema.values import Choice, Table, Value
from talkshow.schema.where import KeyPath, Where

if TYPE_CHECKING:
    from pydantic import BaseModel


@dataclass(frozen=True, eq=False, repr=False)
class Key:
    """One key and its value.

    help:     a sentence for --help and the documentation
    by_default: the effect of the default, in words
    unset:    the word for "as if not given"; "" if there is none
    flag:     its name on the command line, "" for none; short: the one-letter form
    commands: the commands that take the flag and use the key of a file
    """

    value: Value
    help: str = ""
    by_default: str = ""
    unset: str = ""
    flag: str = ""
    short: str = ""
    panel: str = ""
    commands: tuple[str, ...] = ()
    required: bool = False

    @property
    def type(self) -> Any:
        """The annotated type that pydantic checks; the word for an unset value is None."""
        from pydantic import BeforeValidator

        if not self.unset:
            return self.value.type()
        return Annotated[
            Optional[self.value.type()],  # noqa: UP045
            BeforeValidator(lambda value: None if value == self.unset else value),
        ]


@dataclass(frozen=True, eq=False, repr=False)
class Schema:
    """A group of keys, and the tables below them.  what: the word for a key in messages."""

    keys: Mapping[str, Key]
    what: str = "setting"
    tables: Mapping[str, Schema] = field(default_factory=dict)

    def check(self, values: Mapping[str, Any], where: Where, above: KeyPath = ()) -> dict[str, Any]:
        """The given values, converted to the right types.  above: the table that contains them.

        Raises `where.error` with one sentence per fault.
        """
        checked, faults = self._checked(values, where, above, self)
        if faults:
            raise where.error("\n".join(map(printable, faults)))
        return checked

    def _checked(
        self, values: Mapping[str, Any], where: Where, above: KeyPath, root: Schema
    ) -> tuple[dict[str, Any], list[str]]:
        from pydantic import ValidationError

        checked: dict[str, Any] = {}
        faults: dict[str, None] = {}
        try:
            model = self._model.model_validate(values)
            checked = {name: getattr(model, name) for name in values}
        except ValidationError as exc:
            for fault in exc.errors(include_url=False, include_context=False):
                faults[self._sentence(fault["type"], fault["loc"], values, where, above, root)] = None
        below: list[str] = []
        for name, schema in self.tables.items():
            if isinstance(values.get(name), Mapping):
                checked[name], more = schema._checked(values[name], where, (*above, name), root)
                below += more
        return checked, [*faults, *below]

    @cached_property
    def _model(self) -> type[BaseModel]:
        """A model of all keys and no others. Keys may be left out unless they are required."""
        from pydantic import ConfigDict, create_model

        kinds: dict[str, Any] = {name: (key.type, ... if key.required else None) for name, key in self.keys.items()}
        kinds |= dict.fromkeys(self.tables, (dict[str, Any], None))
        return create_model("Values", __config__=ConfigDict(extra="forbid"), **kinds)

    def _sentence(
        self,
        fault: str,
        loc: tuple[int | str, ...],
        values: Mapping[str, Any],
        where: Where,
        above: KeyPath,
        root: Schema,
    ) -> str:
        """loc: the key at which pydantic finds a fault, followed by the entry in a table of values."""
        name = str(loc[0])
        path = (*above, name)
        if fault == "missing":
            needed = ", ".join(other for other, key in self.keys.items() if key.required)
            return f"{where.subject(path)} is missing. Required keys: {needed}."
        if name in self.tables:
            return (
                f"{where.subject(path)} cannot be {where.shown(values[name])}: it must be a table, which starts "
                f"with [{name}]."
            )
        if name not in self.keys:
            return self._unknown(name, where, above, root)
        key = self.keys[name]
        if isinstance(key.value, Table) and len(loc) > 1:
            return _wrong_entry(key.value, dict(values[name]), loc[1:], where, path, root)
        return _wrong(key, values[name], where, path)

    def _unknown(self, name: str, where: Where, above: KeyPath, root: Schema) -> str:
        here = [*self.keys, *self.tables]
        hint = choose(name, here)
        for table, schema in self.tables.items():
            if name in schema.keys:
                hint = f"It belongs in the table [{table}]."
            elif not nearest(name, here) and (near := nearest(name, schema.keys)):
                hint = f"Did you mean '{near}' in the table [{table}]? {hint}"
        if above and name in root.keys:
            hint = _misplaced(above[0])
        return f"{where.place((*above, name))}there is no {self.what} '{name}'. {hint}"


def _wrong(key: Key, value: Any, where: Where, path: KeyPath) -> str:
    begin = f"{where.subject(path)} cannot be {where.shown(value)}"
    if isinstance(key.value, Choice) and isinstance(value, str):
        return f"{begin}. {choose(value, [*key.value.choices, *([key.unset] if key.unset else [])])}"
    return f"{begin}: it must be {where.words(key.value, value)}, for example {where.example(path, key.value.example)}."


def _wrong_entry(
    table: Table, rows: Mapping[Any, Any], loc: tuple[int | str, ...], where: Where, path: KeyPath, root: Schema
) -> str:
    """One value of a table, or its name."""
    name = str(loc[0])
    if loc[1:] == ("[key]",):
        return (
            f"{where.place((*path, name))}{'.'.join(path)} cannot have the name {where.shown(loc[0])}: a name is "
            "one line of text."
        )
    value = next(value for each, value in rows.items() if str(each) == name)
    entry, hint = (*path, name), f" {_misplaced(path[0])}" if name in root.keys else ""
    return (
        f"{where.subject(entry)} cannot be {where.shown(value)}: it must be {where.words(table.entry, value)}, "
        f"for example {where.example(entry, table.entry.example)}.{hint}"
    )


def _misplaced(table: str) -> str:
    return f"If you mean the setting of that name, write it above the first table: here it belongs to [{table}]."
