"""Flags made from the settings, and settings made from flags and a file. Flags override the file."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer

from talkshow.cli import options as opt
from talkshow.cli.show import note
from talkshow.errors import SettingsError
from talkshow.schema.keys import Key, Schema
from talkshow.schema.values import Number, Switch, Table, Whole
from talkshow.schema.where import KeyPath, Where, shortened
from talkshow.settings import EpisodeSettings, RecordingSettings, file_schema, read_settings_file

_NOTHING = "none"  # of a flag that can be repeated: forget what the file says


@dataclass(frozen=True, eq=False, repr=False)
class Chosen:
    """The settings given by flags and by the settings file.

    flags:  the flags that were given, as typed
    unused: a message about keys of the file that have no effect on the command, or ""
    """

    episode: EpisodeSettings
    recording: RecordingSettings
    flags: Mapping[str, Any]
    unused: str = ""

    @property
    def config(self) -> Path | None:
        """The settings file, if one was given."""
        given: Path | None = self.flags["config"]
        return given

    def show_unused(self, quiet: bool) -> None:
        """Report the keys of the file that have no effect."""
        if self.unused and not quiet:
            note(self.unused)


class SettingFlags:
    """The group of all flags that a command takes, and of --config."""

    def __init__(self, command: str) -> None:
        self._command = command
        schema = file_schema()
        self._schemas: dict[str, Schema] = {"": schema, **schema.tables}
        self._flags: dict[str, tuple[str, str, Key]] = {}  # parameter -> (table, name, key)
        for table, part in self._schemas.items():
            for name, key in part.keys.items():
                if command in key.commands:
                    self._flags[key.flag.removeprefix("--").replace("-", "_")] = table, name, key

    def parameters(self) -> list[inspect.Parameter]:
        """One for each setting that the command takes, and --config."""
        made = [
            inspect.Parameter(parameter, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_annotated(key))
            for parameter, (_, _, key) in self._flags.items()
        ]
        return [*made, inspect.Parameter("config", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=opt.Config)]

    def value(self, given: Mapping[str, Any]) -> Chosen:
        """The settings. Raises SettingsError for a value that is not valid, in the file or in a flag."""
        config = given["config"]
        values: dict[str, Any] = {}
        unused: list[str] = []
        if config is not None:
            file, values = read_settings_file(config)
            unused = [
                name
                for name in file.values
                if self._command not in getattr(self._schemas[""].keys.get(name), "commands", (self._command,))
            ]
        tables = {table: dict(values.pop(table, {})) for table in self._schemas if table}
        for parameter, (table, name, key) in self._flags.items():
            if given[parameter] is None:
                continue
            target = tables[table] if table else values
            raw = _rows(key, given[parameter], target.get(name)) if isinstance(key.value, Table) else given[parameter]
            target |= self._schemas[table].check({name: raw}, _OnCommandLine(key.flag))
        episode = EpisodeSettings(**values, generator=tables["generator"])  # type: ignore[arg-type]
        told = f"{config}: {self._command} does not use {', '.join(unused)}" if unused else ""
        return Chosen(episode, RecordingSettings(**tables["recording"]), given, told)


@cache
def _annotated(key: Key) -> Any:
    """The option of a setting, as Typer takes it; made once for all commands, since every --help waits for it."""
    shown: dict[str, Any] = {"help": _help(key), "rich_help_panel": key.panel, "show_default": False}
    names = [key.flag, *filter(None, [key.short])]
    if isinstance(key.value, Switch):
        return Annotated[bool | None, typer.Option(f"{key.flag}/--no-{key.flag.removeprefix('--')}", **shown)]
    shown["metavar"] = key.value.metavar
    if isinstance(key.value, Table):
        return Annotated[list[str] | None, typer.Option(*names, **shown)]
    if isinstance(key.value, (Whole, Number)):
        shown["parser"] = opt.reader(key.value, key.unset)
    return Annotated[str | None, typer.Option(*names, **shown)]


def _help(key: Key) -> str:
    parts = [key.help]
    if isinstance(key.value, Table):
        parts.append("Repeatable.")
    elif key.by_default and not isinstance(key.value, Switch):
        parts.append(f"Default: {key.by_default}.")
    return " ".join(parts).replace("[", r"\[")  # a bracket opens markup there


def _rows(key: Key, texts: list[str], in_file: Any) -> dict[str, Any]:
    """The rows of a table: those of the file, and those of the flags over them; an ordered one is replaced whole."""
    assert isinstance(key.value, Table)
    rows: dict[str, Any] = {} if _NOTHING in texts or key.value.ordered else dict(in_file or {})
    for text in texts:
        if text == _NOTHING:
            continue
        try:
            name, value = key.value.pair(text)
        except ValueError:
            ((name, value),) = key.value.example.items()
            raise SettingsError(
                f"{key.flag} {shortened(text)}: write {key.value.form}, for example {key.flag} {name}={value}."
            ) from None
        rows[name] = value
    return rows


class _OnCommandLine(Where):
    """Values of one flag."""

    def __init__(self, flag: str) -> None:
        self._flag = flag

    def subject(self, path: KeyPath) -> str:
        """--steps, or --voice MAYA"""
        return " ".join((self._flag, *path[1:]))

    def shown(self, value: Any) -> str:
        """As it was typed."""
        return shortened(str(value)) or "empty"

    def example(self, path: KeyPath, value: Any) -> str:
        """--steps 40"""
        return f"{self._flag} {path[1]}={value}" if len(path) > 1 else f"{self._flag} {value}"
