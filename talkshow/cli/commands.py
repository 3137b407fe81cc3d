"""All commands: the module of each, and its line in `talkshow --help`.

Modules are imported when their command runs. Importing them all and building their options takes as long as everything
else that `--help` does.
"""

from __future__ import annotations

import functools
import importlib
from dataclasses import dataclass
from typing import Any

import typer

EPISODES, RECORDINGS, SCRIPTS, MACHINE = "Episodes", "Recordings", "Scripts", "Voices and machine"


@dataclass(frozen=True, eq=False, repr=False)
class Command:
    """One command or group of commands.

    module:  a module of this room, whose `register(app)` adds the command
    panel:   the part of the list in which it stands
    summary: the first paragraph of its help
    """

    name: str
    module: str
    panel: str
    summary: str


COMMANDS = (
    Command(
        "demo",
        "episode",
        EPISODES,
        "Render the bundled two-host script with the drawn cast, and print the video's path.",
    ),
    Command(
        "render",
        "episode",
        EPISODES,
        "Make an episode from a script: voices, tracks, faces, captions, video. Prints the video's path.",
    ),
    Command(
        "speak",
        "episode",
        EPISODES,
        "Make only the sound of an episode: tracks, mix, captions. Prints the path of mix.wav.",
    ),
    Command("join", "episode", EPISODES, "Join finished videos into one, in the size of the first. Prints its path."),
    Command(
        "check",
        "check",
        EPISODES,
        "Check that every face of a finished episode moves with its own track, and that its sound is the mix.",
    ),
    Command(
        "verify",
        "verify",
        EPISODES,
        "Show what a file claims about its making (C2PA), and whether it was changed since.",
    ),
    Command(
        "clean",
        "cleaning",
        EPISODES,
        "Remove cached results that the last run of an episode did not use. Prints the number of bytes freed.",
    ),
    Command(
        "scene",
        "writing",
        EPISODES,
        "Make an episode from an idea, in a folder named after it. Prints the video's path.",
    ),
    Command(
        "convert",
        "recordings",
        RECORDINGS,
        "Make an episode from a recording: detect who speaks when, and let that face speak. Prints the video's path.",
    ),
    Command(
        "diarize",
        "recordings",
        RECORDINGS,
        "Detect who speaks when: write RTTM, one track per speaker, and a report. Prints the path of the RTTM file.",
    ),
    Command(
        "lint",
        "scripts",
        SCRIPTS,
        "Check a script: voices, languages, looks, seats, tags, lengths. Exits 1 when a problem is an error.",
    ),
    Command(
        "format",
        "scripts",
        SCRIPTS,
        "Format a script, in the same or another format. Nothing that it says is lost; lost comments are reported.",
    ),
    Command(
        "write",
        "writing",
        SCRIPTS,
        "Write a script from an idea or a text, or continue or revise a script. Prints the script's path.",
    ),
    Command(
        "seats",
        "machine",
        MACHINE,
        "Find the faces of a picture and print their boxes (left, top, right, bottom), from left to right.",
    ),
    Command(
        "doctor",
        "machine",
        MACHINE,
        "Test every part of the program on this machine: OK, or what to do. Exits 1 when a required part fails.",
    ),
    Command("voices", "voices", MACHINE, "List the voices, hear or compare them, or make one like your own."),
    Command("models", "machine", MACHINE, "List, check or download model files."),
)


def listed(command: Command) -> Any:
    """What the list of commands shows of a command; it cannot run."""
    return typer.core.TyperCommand(command.name, help=command.summary, rich_help_panel=command.panel)


@functools.cache
def loaded(name: str) -> Any:
    """The command itself, with its arguments and options."""
    module = next(command.module for command in COMMANDS if command.name == name)
    return _module_commands(module)[name]


@functools.cache
def _module_commands(module: str) -> dict[str, Any]:
    app = typer.Typer(rich_markup_mode="rich")
    importlib.import_module(f"talkshow.cli.{module}").register(app)
    return dict(typer.main.get_group(app).commands)
