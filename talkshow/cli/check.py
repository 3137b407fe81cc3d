"""The command that checks a finished episode: check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from talkshow.cli import options as opt
from talkshow.cli.show import check_notes, check_table, complain, note, progress_shown, result_json


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(epilog="Example: talkshow check outputs/two_hosts")(check)


def check(
    folder: Annotated[
        Path, typer.Argument(metavar="EPISODE", help="The episode's folder, or a copy of it.", show_default=False)
    ],
    quick: Annotated[
        bool, typer.Option("--quick", help="Read at most one minute, spread over the episode, as after every render.")
    ] = False,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """Check that every face of a finished episode moves with its own track, and that its sound is the mix.

    Exits 1 when a face or the sound fails, and explains the failure.
    """
    from talkshow.episode.check import check_episode

    with progress_shown(quiet) as hook:
        report = check_episode(folder, hook, quick=quick).as_dict()
    if json:
        result_json(report)
    else:
        from rich.console import Console

        Console(highlight=False, markup=False).print(check_table(report))
        for problem in report["problems"]:
            complain(problem)
        for remark in check_notes(report) if not quiet else ():
            note(remark)
    if not report["ok"]:
        raise typer.Exit(1)
