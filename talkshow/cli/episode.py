"""Commands that make episodes: demo, render, speak."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from talkshow.cli import options as opt
from talkshow.cli.show import (
    note,
    note_folder,
    progress_shown,
    result,
    result_json,
    show_check,
    show_plan,
    show_warnings,
)
from talkshow.parts import EpisodePart, part_of
from talkshow.settings import (
    EpisodeSettings,
    GeneratorSettings,
    load_settings,
    parse_lines,
    parse_loras,
    parse_pairs,
    parse_size,
)

if TYPE_CHECKING:
    from talkshow.pipeline import Episode

OUTPUTS = Path("outputs")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(rich_help_panel="Episodes", epilog="Example: talkshow demo")(demo)
    app.command(rich_help_panel="Episodes",
                epilog="Example: talkshow render scripts_in/car_ride.txt --image two_people.png --size 1920x1080"
                )(render)
    app.command(rich_help_panel="Episodes", epilog="Example: talkshow speak scripts_in/two_hosts.txt --draft")(speak)
    app.command(rich_help_panel="Episodes",
                epilog="Example: talkshow join intro.mp4 outputs/one/episode.mp4 -o whole.mp4 --fade 0.5")(join)


def demo(draft: opt.Draft = False, size: opt.Size = None, out: opt.Out = OUTPUTS, json: opt.Json = False,
         quiet: opt.Quiet = False, verbose: opt.Verbose = False) -> None:
    """Render the bundled two-host script with the drawn cast, and print the video's path."""
    from talkshow.resources import data_folder

    settings = read_settings(None, draft=draft, size=size)
    name = f"demo{part_of(settings).label}"
    make(data_folder("scripts_in") / "two_hosts.txt", None, settings, out, name, [], False, json, quiet, verbose)


def render(script: opt.ScriptFile, image: opt.Image = None, renderer: opt.Renderer = None, size: opt.Size = None,
           voice: opt.Voices = None, voices: opt.VoiceFolders = None, draft: opt.Draft = False,
           seat: opt.Seats = None, seed: opt.Seed = None, shots: opt.Shots = None,
           burn_captions: opt.BurnCaptions = False, title: opt.Title = None, preset: opt.Preset = None,
           steps: opt.Steps = None, text_guidance: opt.TextGuidance = None, audio_guidance: opt.AudioGuidance = None,
           color_correction: opt.ColorCorrection = None, step_cache: opt.StepCache = None, lora: opt.Loras = None,
           quantize: opt.Quantize = None, offload: opt.Offload = None, models: opt.ModelsFolder = None,
           lines: opt.Lines = None, scene: opt.SceneNumber = None, only: opt.Only = None,
           dry_run: opt.DryRun = False, no_check: opt.NoCheck = False, format: opt.Format = None,
           out: opt.Out = OUTPUTS, name: opt.Name = None, config: opt.Config = None, json: opt.Json = False,
           quiet: opt.Quiet = False, verbose: opt.Verbose = False) -> None:
    """Make an episode of a script: voices, tracks, faces, captions, video. Prints the video's path.

    What an earlier run finished is kept: run the same command again after an interruption or an edit.
    """
    generator = {"preset": preset, "steps": steps, "text_guidance": text_guidance, "audio_guidance": audio_guidance,
                 "color_correction": color_correction, "step_cache": step_cache,
                 "loras": parse_loras(lora) if lora else None, "quantize": quantize, "offload": offload,
                 "models": models}
    settings = read_settings(config, generator=generator, image=image, renderer=renderer, size=size, voices=voice,
                         seats=seat, draft=draft, seed=seed, shots=shots, burn_captions=burn_captions, title=title,
                         lines=lines, scene=scene, only=only, no_check=no_check)
    make(script, format, settings, out, name, voices or [], dry_run, json, quiet, verbose, config)


def speak(script: opt.ScriptFile, voice: opt.Voices = None, voices: opt.VoiceFolders = None,
          draft: opt.Draft = False, seed: opt.Seed = None, lines: opt.Lines = None, scene: opt.SceneNumber = None,
          dry_run: opt.DryRun = False, format: opt.Format = None, out: opt.Out = OUTPUTS, name: opt.Name = None,
          config: opt.Config = None, json: opt.Json = False, quiet: opt.Quiet = False,
          verbose: opt.Verbose = False) -> None:
    """Make the sound of an episode only: tracks, mix, captions. Prints the path of mix.wav."""
    settings = read_settings(config, voices=voice, draft=draft, seed=seed, lines=lines, scene=scene, only="speak")
    make(script, format, settings, out, name, voices or [], dry_run, json, quiet, verbose, config)


def join(clips: Annotated[list[Path], typer.Argument(help="Videos in order: episodes, an intro, an outro.",
                                                     show_default=False)],
         out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The joined video.")],
         fade: Annotated[float, typer.Option("--fade", min=0.0, max=5.0, help="Seconds of black fade at each "
                                             "joint.")] = 0.0, overwrite: opt.Overwrite = False) -> None:
    """Join finished videos into one, in the size of the first. Prints its path."""
    from talkshow.joining import join_videos
    from talkshow.workspace import storage_errors

    with storage_errors(out):
        result(join_videos(clips, out, fade, overwrite=overwrite))


def read_settings(config: Path | None, **flags: Any) -> EpisodeSettings:
    """Settings from the file, with the flags that were given laid over them."""
    values = load_settings(config) if config else {}
    read = {"size": parse_size, "lines": parse_lines}
    for key, value in flags.items():
        if value is None or value is False:
            continue
        if key == "no_check":
            values["check"] = False
        elif key == "generator":
            given = {name: choice for name, choice in value.items() if choice is not None}
            if given:
                values[key] = replace(values.get(key, GeneratorSettings()), **given)
        elif key in ("voices", "seats"):
            values[key] = {**values.get(key, {}), **parse_pairs(value, f"--{key[:-1]}")}
        else:
            values[key] = read[key](value) if key in read else value
    return EpisodeSettings(**values)


def make(path: Path, format: str | None, settings: EpisodeSettings, out: Path, name: str | None,
          voices: list[Path], dry_run: bool, json: bool, quiet: bool, verbose: bool,
          config: Path | None = None) -> None:
    """Prepare, show the plan, produce, and print where the result is.  config: the settings file, if there is one."""
    from talkshow.holding import folder_for
    from talkshow.pipeline import episode_folder, prepare, produce
    from talkshow.script.reader import read_script

    preparation = prepare(read_script(path, format), settings, voices)
    if not quiet:
        show_plan(preparation.plan)
        show_warnings(preparation.warnings, verbose)
        note_folder(episode_folder(preparation, out, name), folder_for(out, name, path.stem, EpisodePart()))
    if dry_run:
        if json:
            result_json({**preparation.plan.as_dict(), "warnings": list(preparation.warnings)})
        return
    with progress_shown(quiet) as hook:
        episode = produce(preparation, out=out, name=name, inputs=[config] if config else [], hook=hook)
    if not quiet:
        if "check" in episode.manifest:
            show_check(episode.manifest["check"])
        show_warnings(episode.warnings[len(preparation.warnings):], verbose)
        if verbose:
            seconds = {stage: done["seconds"] for stage, done in episode.manifest["stages"].items()}
            note("seconds: " + ", ".join(f"{stage} {value}" for stage, value in seconds.items()))
    if json:
        result_json(summary(episode))
    else:
        result(episode.video or episode.mix)


def summary(episode: Episode) -> dict[str, Any]:
    """What --json prints."""
    return {"video": str(episode.video) if episode.video else None, "mix": str(episode.mix),
            "folder": str(episode.folder), "duration_s": episode.duration_s,
            "num_frames": episode.timeline.num_frames, "warnings": list(episode.warnings),
            "stages": episode.manifest["stages"], "check": episode.manifest.get("check")}
