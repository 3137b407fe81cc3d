"""The command reference: every command with its arguments and options, from the command line itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer

from pages.markdown import GENERATED, code, prose, table
from talkshow.cli.commands import COMMANDS, loaded
from talkshow.cli.program import app

PROGRAM = "talkshow"


def page(_: str = "") -> str:
    """The whole page."""
    program = typer.main.get_command(app)
    parts = [
        GENERATED.format(source="the command line"),
        "# Commands\n\nEvery command also prints this information with `--help`.\n\n",
        table(
            ("command", "what it does"),
            ((f"[`{name}`](#{_anchor(name)})", prose(_summary(command))) for name, command in commands(program)),
        ),
        "\nThese options work with every command:\n\n",
        _options([each for each in program.params if each.name in ("version", "debug")]),
        *(_section(name, command) for name, command in commands(program)),
    ]
    return "".join(parts).rstrip() + "\n"


def commands(group: Any, prefix: str = PROGRAM) -> Iterator[tuple[str, Any]]:
    """Full names and commands, without the groups, in order of --help."""
    inner = group.commands if prefix != PROGRAM else {each.name: loaded(each.name) for each in COMMANDS}
    for name, command in inner.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def texts(group: Any) -> Iterator[tuple[str, str]]:
    """Everything that --help says: (where, text)."""
    yield "talkshow", group.help or ""
    for name, command in commands(group):
        yield name, plain(command.help or "")
        for each in command.params:
            yield f"{name} {each.opts[0]}", getattr(each, "help", None) or ""


def plain(text: str) -> str:
    """Without the marks that Rich reads."""
    return re.sub(r"\[/?(?:bold|dim|italic)\]", "", text)


def _anchor(name: str) -> str:
    return name.replace(" ", "-")


def _summary(command: Any) -> str:
    return plain((command.help or "").split("\n\n")[0])


def _section(name: str, command: Any) -> str:
    text = [f"\n## {name}\n\n"]
    text += [f"{prose(paragraph)}\n\n" for paragraph in plain(command.help or "").split("\n\n")]
    text.append(f"```text\n{_usage(name, command)}\n```\n\n")
    arguments = [each for each in command.params if not each.opts[0].startswith("-")]
    if arguments:
        rows = ((code(each.opts[0]), prose(getattr(each, "help", None) or "")) for each in arguments)
        text += [table(("argument", "meaning"), rows), "\n"]
    panels: dict[str, list[Any]] = {}
    for each in command.params:
        if each not in arguments and each.name != "help" and not getattr(each, "hidden", False):
            panels.setdefault(getattr(each, "rich_help_panel", None) or "Options", []).append(each)
    for panel, options in panels.items():
        text += [f"**{panel}**\n\n", _options(options), "\n"]
    if command.epilog:
        text.append(f"```bash\n{plain(command.epilog).removeprefix('Example: ')}\n```\n")
    return "".join(text).rstrip() + "\n"


def _usage(name: str, command: Any) -> str:
    arguments = [
        f"{each.opts[0].upper()}{'...' if each.nargs == -1 else ''}"
        for each in command.params
        if not each.opts[0].startswith("-")
    ]
    return " ".join([name, "[OPTIONS]", *arguments])


def _options(options: list[Any]) -> str:
    return table(("option", "value", "meaning"), (_row(each) for each in options))


def _row(option: Any) -> tuple[str, str, str]:
    names = ", ".join(code(name) for name in [*option.opts, *option.secondary_opts])
    value = "" if option.is_flag else code(option.metavar or "VALUE")
    default = "" if option.is_flag or not option.show_default or option.default in (None, ()) else option.default
    told = (option.help or "").replace("\\[", "[")  # escaped for Rich
    return names, value, prose(told) + (f" Default: {code(str(default))}." if default != "" else "")
