"""Commands that make episodes: demo, render, speak."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from talkshow.cli import options as opt
from talkshow.cli.flags import Chosen, SettingFlags
from talkshow.cli.groups import with_groups
from talkshow.cli.show import (
    note,
    note_folder,
    progress_shown,
    result,
    result_json,
    show_check,
    show_mix,
    show_plan,
    show_warnings,
)
from talkshow.episode.parts import EpisodePart, part_of
from talkshow.schema.values import Number
from talkshow.settings import EpisodeSettings

if TYPE_CHECKING:
    from talkshow.episode.types import Episode
    from talkshow.faces.pictures import Pictures


Fade = Annotated[
    float,
    typer.Option(
        "--fade",
        metavar="SECONDS",
        help="Black fade at each joint, at most 5 seconds.",
        parser=opt.within(Number("a number from 0 to 5", 0.5, "SECONDS", 0, 5)),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(epilog="Example: talkshow demo")(with_groups(demo))
    app.command(epilog="Example: talkshow render scripts_in/car_ride.txt --image two_people.png --size 1920x1080")(
        with_groups(render)
    )
    app.command(epilog="Example: talkshow speak scripts_in/two_hosts.txt --draft")(with_groups(speak))
    app.command(epilog="Example: talkshow join intro.mp4 outputs/one/episode.mp4 -o whole.mp4 --fade 0.5")(join)


def demo(
    *,
    out: opt.Out = opt.OUTPUTS,
    chosen: Annotated[Chosen, SettingFlags("demo")],
    voices: opt.VoiceFolders = None,
    dry_run: opt.DryRun = False,
    shown: opt.Shown,
) -> None:
    """Render the bundled two-host script with the drawn cast, and print the video's path."""
    from talkshow.engines.resources import data_folder

    chosen.show_unused(shown.quiet)
    name = f"demo{part_of(chosen.episode).label}"
    make(
        data_folder("scripts_in") / "two_hosts.txt",
        None,
        chosen.episode,
        out,
        name,
        voices or [],
        dry_run,
        shown,
        chosen.config,
    )


def render(
    script: opt.ScriptFile,
    *,
    format: opt.Format = None,
    out: opt.Out = opt.OUTPUTS,
    name: opt.Name = None,
    chosen: Annotated[Chosen, SettingFlags("render")],
    voices: opt.VoiceFolders = None,
    dry_run: opt.DryRun = False,
    shown: opt.Shown,
) -> None:
    """Make an episode from a script: voices, tracks, faces, captions, video. Prints the video's path.

    Finished results are cached: run the same command again after an interruption or an edit.
    """
    chosen.show_unused(shown.quiet)
    make(script, format, chosen.episode, out, name, voices or [], dry_run, shown, chosen.config)


def speak(
    script: opt.ScriptFile,
    *,
    format: opt.Format = None,
    out: opt.Out = opt.OUTPUTS,
    name: opt.Name = None,
    chosen: Annotated[Chosen, SettingFlags("speak")],
    voices: opt.VoiceFolders = None,
    dry_run: opt.DryRun = False,
    shown: opt.Shown,
) -> None:
    """Make only the sound of an episode: tracks, mix, captions. Prints the path of mix.wav."""
    chosen.show_unused(shown.quiet)
    make(script, format, replace(chosen.episode, only="speak"), out, name, voices or [], dry_run, shown, chosen.config)


def join(
    clips: Annotated[
        list[Path], typer.Argument(help="Videos in order: episodes, an intro, an outro.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The joined video.")],
    fade: Fade = 0.0,
    overwrite: opt.Overwrite = False,
) -> None:
    """Join finished videos into one, in the size of the first. Prints its path."""
    from talkshow.film.join import join_videos
    from talkshow.machine.errors import system_errors

    with system_errors(out):
        result(join_videos(clips, out, fade, overwrite=overwrite))


def make(
    path: Path,
    format: str | None,
    settings: EpisodeSettings,
    out: Path,
    name: str | None,
    voices: list[Path],
    dry_run: bool,
    shown: opt.Shown,
    config: Path | None = None,
    pictures: Pictures | None = None,
) -> None:
    """Prepare, show the plan, produce, and print where the result is.

    config: the settings file, if there is one.  pictures: those that were read already.
    """
    from talkshow.episode.holding import folder_for
    from talkshow.episode.make import episode_folder, prepare, produce
    from talkshow.script.reader import read_script

    preparation = prepare(read_script(path, format), settings, voices, pictures=pictures)
    # a dry run only reports what would stop the real one
    stopping = tuple(f"this would stop: {problem}" for problem in preparation.plan.problems if dry_run)
    if not shown.quiet:
        show_plan(preparation.plan)
        show_warnings(stopping + preparation.warnings, shown.verbose)
        note_folder(episode_folder(preparation, out, name), folder_for(out, name, path.stem, EpisodePart()))
    if dry_run:
        if shown.json:
            result_json({**preparation.plan.as_dict(), "warnings": [*stopping, *preparation.warnings]})
        return
    with progress_shown(shown.quiet) as hook:
        episode = produce(preparation, out=out, name=name, inputs=[config] if config else [], hook=hook)
    if not shown.quiet:
        if "check" in episode.manifest:
            show_check(episode.manifest["check"])
        show_warnings(episode.warnings[len(preparation.warnings) :], shown.verbose)
        if shown.verbose:
            seconds = {stage: done["seconds"] for stage, done in episode.manifest["stages"].items()}
            show_mix(episode.manifest["stages"]["mix"])
            note("seconds: " + ", ".join(f"{stage} {value}" for stage, value in seconds.items()))
    if shown.json:
        result_json(summary(episode))
    else:
        result(episode.video or episode.mix)


def summary(episode: Episode) -> dict[str, Any]:
    """The summary that --json prints."""
    return {
        "video": str(episode.video) if episode.video else None,
        "mix": str(episode.mix),
        "folder": str(episode.folder),
        "duration_s": episode.duration_s,
        "num_frames": episode.timeline.num_frames,
        "warnings": list(episode.warnings),
        "stages": episode.manifest["stages"],
        "check": episode.manifest.get("check"),
    }
