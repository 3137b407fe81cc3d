"""The command that removes the cached results of finished episodes: clean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from talkshow.cli import options as opt
from talkshow.cli.show import note, result, result_json

Folders = Annotated[list[Path], typer.Argument(metavar="EPISODE...", help="Folders of episodes.", show_default=False)]
All = Annotated[
    bool,
    typer.Option(
        "--all",
        help="Also remove what the last run used. The next run makes everything "
        "again, and `scene` asks the language model again.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Report what would be freed, and remove nothing.")]


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(epilog="Example: talkshow clean outputs/two_hosts --dry-run")(clean)


def clean(
    episodes: Folders,
    everything: All = False,
    dry_run: DryRun = False,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """Remove cached results that the last run of an episode did not use. Prints the number of bytes freed.

    The episode itself and files in .work that talkshow did not write are not changed.
    """
    from talkshow.store.cleaning import clean_episode, require_episode

    for folder in episodes:
        require_episode(folder)
    freed = [clean_episode(folder, everything=everything, dry_run=dry_run) for folder in dict.fromkeys(episodes)]
    if json:
        result_json(
            {
                "bytes_freed": sum(each.num_bytes for each in freed),
                "dry_run": dry_run,
                "episodes": [
                    {
                        "folder": str(each.folder),
                        "bytes_freed": each.num_bytes,
                        "files": each.num_files,
                        "bytes_left": each.bytes_left,
                    }
                    for each in freed
                ],
            }
        )
        return
    for each in freed:
        verb = "would be freed" if dry_run else "freed"
        result(
            f"{each.folder}: {each.num_bytes} bytes {verb} ({each.num_files} "
            f"file{'s' * (each.num_files != 1)}), {each.bytes_left} bytes kept"
        )
        if not (quiet or everything or each.finished):
            note(
                f"{each.folder}: no finished run has recorded which results it uses, so all of them are kept. "
                "--all removes them."
            )
