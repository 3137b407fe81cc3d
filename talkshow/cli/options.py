"""Options that several commands share, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_CAST, _PICTURE, _PART, _OUTPUT = "Cast", "Picture", "Part of it", "Output"
_GENERATOR = "Generator (--renderer multitalk)"

ScriptFile = Annotated[Path, typer.Argument(help="The script: plain text, Fountain, Markdown, YAML or JSON.",
                                            show_default=False)]
Format = Annotated[str | None, typer.Option("--format", help="The script's format, if the guess is wrong: plain, "
                                            "fountain, markdown, yaml, json, imported.", show_default=False)]
Voices = Annotated[list[str] | None, typer.Option(
    "--voice", metavar="NAME=VOICE", help="Give a character a voice, e.g. MAYA=af_heart. Repeatable.",
    rich_help_panel=_CAST, show_default=False)]
VoiceFolders = Annotated[list[Path] | None, typer.Option(
    "--voices", metavar="FOLDER", help="A folder with more voices. Repeatable.", rich_help_panel=_CAST,
    show_default=False)]
Draft = Annotated[bool, typer.Option("--draft", help="Use the quick voice: some 40 times real time, less natural.",
                                     rich_help_panel=_CAST)]
Seats = Annotated[list[str] | None, typer.Option(
    "--seat", metavar="NAME=SEAT", help="Seat a character: left, center, right, 2 (second face from the left), "
    "left,top,right,bottom in the picture's pixels, or off. Repeatable.", rich_help_panel=_CAST,
    show_default=False)]
Seed = Annotated[int | None, typer.Option("--seed", help="Decides gaps, motion and how the cast is drawn. "
                                          "Default: 0.", rich_help_panel=_CAST, show_default=False)]
Image = Annotated[Path | None, typer.Option("--image", "-i", help="The reference picture with one face a character.",
                                            rich_help_panel=_PICTURE, show_default=False)]
Renderer = Annotated[str | None, typer.Option(
    "--renderer", help="auto (multitalk with a GPU, weights and a picture; else portrait with a picture; else "
    "cartoon), portrait, cartoon, multitalk, or that of a plug-in.",
    rich_help_panel=_PICTURE, show_default=False)]
Size = Annotated[str | None, typer.Option("--size", metavar="WxH", help="Size in pixels, both even. "
                                          "Default: 1280x720.", rich_help_panel=_PICTURE, show_default=False)]
Shots = Annotated[str | None, typer.Option(
    "--shots", metavar="STYLE", help="How the picture is cut: off (one wide shot a scene), calm or lively. Camera "
    "tags of the script rule their line in any style. Default: off.", rich_help_panel=_PICTURE, show_default=False)]
BurnCaptions = Annotated[bool, typer.Option("--burn-captions", help="Draw the captions into the picture.",
                                            rich_help_panel=_PICTURE)]
Title = Annotated[str | None, typer.Option("--title", help="Show this title over the first 3 seconds.",
                                           rich_help_panel=_PICTURE, show_default=False)]
Preset = Annotated[str | None, typer.Option(
    "--preset", help="multitalk-480p (default), multitalk-720p, infinitetalk-480p, infinitetalk-720p, or tiny: random "
    "weights, which show noise and prove the road.", rich_help_panel=_GENERATOR, show_default=False)]
Steps = Annotated[int | None, typer.Option("--steps", help="Sampling steps a chunk. Default: the preset's, 40.",
                                           rich_help_panel=_GENERATOR, show_default=False)]
TextGuidance = Annotated[float | None, typer.Option("--text-guidance", help="Guidance scale of the prompt; 1 saves a "
                                                    "forward a step.", rich_help_panel=_GENERATOR, show_default=False)]
AudioGuidance = Annotated[float | None, typer.Option("--audio-guidance", help="Guidance scale of the sound.",
                                                     rich_help_panel=_GENERATOR, show_default=False)]
ColorCorrection = Annotated[float | None, typer.Option(
    "--color-correction", help="0 to 1: how far colours are held to the reference picture's.",
    rich_help_panel=_GENERATOR, show_default=False)]
StepCache = Annotated[float | None, typer.Option(
    "--step-cache", metavar="THRESHOLD", help="Leave out steps that would change little (TeaCache), e.g. 0.2.",
    rich_help_panel=_GENERATOR, show_default=False)]
Loras = Annotated[list[str] | None, typer.Option(
    "--lora", metavar="FILE=SCALE", help="An adapter, e.g. one for 4 or 8 steps. Repeatable.",
    rich_help_panel=_GENERATOR, show_default=False)]
Quantize = Annotated[str | None, typer.Option("--quantize", metavar="int8", help="Weights in 8 bits: half the memory.",
                                              rich_help_panel=_GENERATOR, show_default=False)]
Offload = Annotated[str | None, typer.Option(
    "--offload", metavar="none|model|block", help="What waits in main memory: models not in use, or every block.",
    rich_help_panel=_GENERATOR, show_default=False)]
ModelsFolder = Annotated[Path | None, typer.Option(
    "--models", metavar="FOLDER", help="Where the generator's weights lie, if not in the cache.",
    rich_help_panel=_GENERATOR, show_default=False)]
Lines = Annotated[str | None, typer.Option("--lines", metavar="A-B", help="Only these lines, counted from 1.",
                                           rich_help_panel=_PART, show_default=False)]
SceneNumber = Annotated[int | None, typer.Option("--scene", help="Only this scene, counted from 1.",
                                                 rich_help_panel=_PART, show_default=False)]
Only = Annotated[str | None, typer.Option("--only", metavar="STAGE", help="Stop after a stage: speak.",
                                          rich_help_panel=_PART, show_default=False)]
NoCheck = Annotated[bool, typer.Option("--no-check", help="Do not check whether every face of the finished video "
                                       "speaks its own track.", rich_help_panel=_OUTPUT)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the plan and stop.", rich_help_panel=_PART)]
Out = Annotated[Path, typer.Option("--out", "-o", metavar="FOLDER", help="Where the episode's folder is made.",
                                   rich_help_panel=_OUTPUT)]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the file also where talkshow did not write "
                                         "it, or somebody has changed it.", rich_help_panel=_OUTPUT)]
Name = Annotated[str | None, typer.Option("--name", help="The episode folder's name. Default: the script's.",
                                          rich_help_panel=_OUTPUT, show_default=False)]
Config = Annotated[Path | None, typer.Option("--config", help="A TOML file with settings; flags win over it.",
                                             rich_help_panel=_OUTPUT, show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.", rich_help_panel=_OUTPUT)]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes; errors only.",
                                     rich_help_panel=_OUTPUT)]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Every warning and the seconds of each stage.",
                                       rich_help_panel=_OUTPUT)]
