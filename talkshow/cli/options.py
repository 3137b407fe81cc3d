"""Options that several commands share and that are not settings, each defined once; and the panels of --help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from talkshow.schema.values import Number, Value, Whole
from talkshow.script.formats import FORMATS
from talkshow.settings import CAST, GENERATOR, OUTPUT, PART, PICTURE, SPEAKERS, TEXT, WORDS

SUBJECT, CAST_AND_LENGTH, MODEL = "What is written", "Cast and length", "Language model"
PANELS = ("", SPEAKERS, WORDS, SUBJECT, CAST_AND_LENGTH, CAST, PICTURE, TEXT, PART, MODEL, GENERATOR, OUTPUT)
OUTPUTS = Path("outputs")


def reader(kind: Value, unset: str = "") -> Callable[[Any], Any]:
    """The parser of a number for Typer, with plain error messages.  unset: a word that is kept as it is."""

    def number(given: Any) -> Any:
        text = str(given)
        if unset and text == unset:
            return text
        try:
            return kind.from_text(text)
        except ValueError as exc:
            raise typer.BadParameter(f"{exc}.") from None

    return number


def within(kind: Whole | Number) -> Callable[[Any], Any]:
    """The same for an option whose range is not checked elsewhere."""
    read = reader(kind)

    def number(given: Any) -> Any:
        value = read(given)
        if not kind.least <= value <= kind.most:
            raise typer.BadParameter(f"{given} is not valid: it must be {kind.words}.")
        return value

    return number


ScriptFile = Annotated[
    Path, typer.Argument(help="The script: plain text, Fountain, Markdown, YAML or JSON.", show_default=False)
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help=f"The script's format, if the guess is wrong: {', '.join(FORMATS)}.",
        show_default=False,
    ),
]
VoiceFolders = Annotated[
    list[Path] | None,
    typer.Option(
        "--voices",
        metavar="FOLDER",
        help="A folder with more voices. Repeatable.",
        rich_help_panel=CAST,
        show_default=False,
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the plan and stop.", rich_help_panel=PART)]
Out = Annotated[
    Path,
    typer.Option(
        "--out", "-o", metavar="FOLDER", help="Where the episode's folder is created.", rich_help_panel=OUTPUT
    ),
]
Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite",
        help="Replace the file even if talkshow did not write it, or if it has changed since.",
        rich_help_panel=OUTPUT,
    ),
]
Name = Annotated[
    str | None,
    typer.Option(
        "--name",
        metavar="NAME",
        help="The name of the episode's folder. Default: the script's.",
        rich_help_panel=OUTPUT,
        show_default=False,
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="A TOML file with settings (docs/settings.md). Flags override it; --no-... "
        "switches an option off, and none or all resets what the file sets.",
        rich_help_panel=OUTPUT,
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.", rich_help_panel=OUTPUT)]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Show only errors: no progress, no notes.", rich_help_panel=OUTPUT)
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Show every warning and the seconds per stage.", rich_help_panel=OUTPUT)
]


@dataclass(frozen=True, eq=False, repr=False)
class Shown:
    """The options for what a command prints."""

    json: Json = False
    quiet: Quiet = False
    verbose: Verbose = False
