"""Commands that start from an idea: write, scene."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from talkshow.cli import episode
from talkshow.cli import options as opt
from talkshow.cli.flags import Chosen, SettingFlags
from talkshow.cli.groups import with_groups
from talkshow.cli.options import CAST_AND_LENGTH, MODEL, SUBJECT
from talkshow.cli.show import note, note_folder, result, result_json, show_warnings
from talkshow.schema.values import Number, Whole

if TYPE_CHECKING:
    from talkshow.writing.base import Brief, EndpointSettings, Report
    from talkshow.writing.job import Commission

_NUMBER = opt.reader(Number("a number", 1.0, "N", 0, 1e9))  # ranges are checked where the values are used
_WHOLE = opt.reader(Whole("a whole number", 1, "N", 0, 10**18))

Idea = Annotated[
    str,
    typer.Argument(help="What it is about, in a sentence. With --revise, the script to change.", show_default=False),
]
SceneIdea = Annotated[str, typer.Argument(help="What it is about, in a sentence.", show_default=False)]
File = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE",
        help="Where the script is written, in the "
        "format of the ending (.txt, .fountain, .md, .yaml, .json). Default: the "
        "idea.txt here.",
        show_default=False,
    ),
]
Minutes = Annotated[
    float | None,
    typer.Option(
        "--minutes",
        metavar="MINUTES",
        parser=_NUMBER,
        help="Approximate length in minutes. Default: about one minute.",
        rich_help_panel=CAST_AND_LENGTH,
        show_default=False,
    ),
]
NumLines = Annotated[
    int | None,
    typer.Option(
        "--lines",
        metavar="N",
        parser=_WHOLE,
        help="Approximate number of lines.",
        rich_help_panel=CAST_AND_LENGTH,
        show_default=False,
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="CODE",
        help="Language of the lines: en, en-GB, de, ... Default: en.",
        rich_help_panel=CAST_AND_LENGTH,
        show_default=False,
    ),
]
Tone = Annotated[
    str,
    typer.Option(
        "--tone",
        help='Tone of the dialogue, e.g. "dry, quick, no jokes about cats".',
        rich_help_panel=CAST_AND_LENGTH,
        show_default=False,
    ),
]
Characters = Annotated[
    str,
    typer.Option(
        "--characters",
        metavar="N|NAMES",
        help='Number of characters, or their names: 3, or "MAYA, LEO".',
        rich_help_panel=CAST_AND_LENGTH,
        show_default=False,
    ),
]
CastFile = Annotated[
    Path | None,
    typer.Option(
        "--cast",
        metavar="SCRIPT",
        help="A script whose cast is used, with voices and looks.",
        rich_help_panel=CAST_AND_LENGTH,
        show_default=False,
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="A text that the script is based on: .txt, .md or "
        ".pdf, or - for standard input. Long texts are condensed first.",
        rich_help_panel=SUBJECT,
        show_default=False,
    ),
]
Continue = Annotated[
    Path | None,
    typer.Option(
        "--continue",
        metavar="SCRIPT",
        help="A script to continue; the idea says how.",
        rich_help_panel=SUBJECT,
        show_default=False,
    ),
]
Revise = Annotated[
    str | None,
    typer.Option(
        "--revise",
        metavar="CHANGE",
        help='Change a script, e.g. "make LEO drier"; the rest of it is left unchanged.',
        rich_help_panel=SUBJECT,
        show_default=False,
    ),
]
WriterName = Annotated[
    str,
    typer.Option(
        "--writer",
        help="endpoint (a language model), template (a fixed pattern, no model), or the name of a plug-in.",
        rich_help_panel=MODEL,
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        metavar="URL",
        help="URL of the endpoint, e.g. http://localhost:8080/v1. Default: OPENAI_BASE_URL, else the hosted one.",
        rich_help_panel=MODEL,
        show_default=False,
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="Name of the model. Default: OPENAI_MODEL, else the first that a local endpoint lists.",
        rich_help_panel=MODEL,
        show_default=False,
    ),
]
Temperature = Annotated[
    float | None,
    typer.Option(
        "--temperature",
        metavar="T",
        parser=_NUMBER,
        help="Sampling temperature, 0 to 2; higher is more varied. Default: the endpoint's.",
        rich_help_panel=MODEL,
        show_default=False,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        metavar="N",
        parser=_WHOLE,
        help="Seed for the model's sampling, if the endpoint supports one.",
        rich_help_panel=MODEL,
        show_default=False,
    ),
]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        parser=_NUMBER,
        help="The longest wait for the next token, in seconds.",
        rich_help_panel=MODEL,
    ),
]
PriceIn = Annotated[
    float | None,
    typer.Option(
        "--price-in",
        metavar="PRICE",
        parser=_NUMBER,
        help="Price per million tokens of the prompt, to estimate the cost.",
        rich_help_panel=MODEL,
        show_default=False,
    ),
]
PriceOut = Annotated[
    float | None,
    typer.Option(
        "--price-out",
        metavar="PRICE",
        parser=_NUMBER,
        help="Price per million tokens of the answer, to estimate the cost.",
        rich_help_panel=MODEL,
        show_default=False,
    ),
]
PromptFolder = Annotated[
    Path | None,
    typer.Option(
        "--prompts",
        metavar="FOLDER",
        help="Templates that replace the built-in ones of the same name (docs/writing.md).",
        rich_help_panel=MODEL,
        show_default=False,
    ),
]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        metavar="FILE",
        help="A file with the API key that only you can read (0600). Default: OPENAI_API_KEY.",
        rich_help_panel=MODEL,
        show_default=False,
    ),
]
Picture = Annotated[
    bool,
    typer.Option(
        "--image-from-prompt",
        help="Ask the endpoint for the reference picture. Without this option, the drawn cast is used.",
        rich_help_panel=MODEL,
    ),
]
ImageModel = Annotated[
    str | None,
    typer.Option(
        "--image-model",
        help="The model for the reference picture. Default: OPENAI_IMAGE_MODEL, else the endpoint's.",
        rich_help_panel=MODEL,
        show_default=False,
    ),
]
Edit = Annotated[
    bool,
    typer.Option(
        "--edit",
        help="Stop after the script, so that you can edit it; the same command without --edit continues with it.",
    ),
]
ShowPrompt = Annotated[bool, typer.Option("--dry-run", help="Print the first prompt, and stop.")]


@dataclass(frozen=True, eq=False, repr=False)
class Wanted:
    """The script that is to be written."""

    from_: From = None
    minutes: Minutes = None
    lines: NumLines = None
    language: Language = None
    tone: Tone = ""
    characters: Characters = ""
    cast: CastFile = None

    def brief(self, idea: str, **more: Any) -> Brief:
        """As the writer takes it.  more: the script that is continued or revised."""
        from talkshow.writing.job import make_brief

        return make_brief(
            idea,
            minutes=self.minutes,
            lines=self.lines,
            language=self.language,
            tone=self.tone,
            characters=self.characters,
            cast=self.cast,
            source=self.from_,
            **more,
        )


@dataclass(frozen=True, eq=False, repr=False)
class Asking:
    """The writer, and how it reaches a language model."""

    writer: WriterName = "endpoint"
    base_url: BaseUrl = None
    model: Model = None
    temperature: Temperature = None
    timeout: Timeout = 120.0
    price_in: PriceIn = None
    price_out: PriceOut = None
    prompts: PromptFolder = None
    key_file: KeyFile = None
    image_from_prompt: Picture = False
    image_model: ImageModel = None

    def endpoint(self, seed: int | None) -> EndpointSettings:
        """As the writer takes it."""
        from talkshow.writing.base import EndpointSettings

        prices = None
        if self.price_in is not None or self.price_out is not None:
            prices = self.price_in or 0.0, self.price_out or 0.0
        return EndpointSettings(
            self.base_url,
            self.model,
            self.image_model,
            self.timeout,
            self.temperature,
            seed,
            prices,
            self.prompts,
            self.key_file,
        )


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(
        epilog='Example: talkshow write "two retired pilots argue about the best airport breakfast" -o pilots.txt'
    )(with_groups(write))
    app.command(epilog='Example: talkshow scene "a lighthouse keeper and a gull" --minutes 2 --edit')(
        with_groups(scene)
    )


def write(
    idea: Idea = "",
    *,
    out: File = None,
    dry_run: ShowPrompt = False,
    continue_: Continue = None,
    revise: Revise = None,
    wanted: Wanted,
    voices: opt.VoiceFolders = None,
    asking: Asking,
    seed: Seed = None,
    overwrite: opt.Overwrite = False,
    shown: opt.Shown,
) -> None:
    """Write a script from an idea or a text, or continue or revise a script. Prints the script's path.

    Lines are shown as they arrive. You can edit the file by hand and render it.
    """
    from talkshow.writing.job import Commission, summary, write_file
    from talkshow.writing.pictures import add_picture

    script, idea = (Path(idea), "") if revise is not None else (continue_, idea)
    brief = wanted.brief(idea, so_far=_read(script), revision=_said(revise))
    endpoint = asking.endpoint(seed)
    commission = Commission(brief, asking.writer, endpoint, tuple(voices or ()))
    if dry_run:
        _show_prompt(commission, shown.json)
        return
    written = write_file(
        commission, out or _default_out(brief, script), _reporter(shown.quiet), note, overwrite=overwrite
    )
    if asking.image_from_prompt:
        written = add_picture(written, endpoint, _reporter(shown.quiet))
    if not shown.quiet:
        show_warnings(written.result.notes, shown.verbose)
        _show_usage(summary(written, commission))
    if shown.json:
        result_json(summary(written, commission))
    else:
        result(written.path)


def scene(
    context: typer.Context,
    idea: SceneIdea,
    *,
    edit: Edit = False,
    wanted: Wanted,
    asking: Asking,
    out: opt.Out = opt.OUTPUTS,
    name: opt.Name = None,
    chosen: Annotated[Chosen, SettingFlags("scene")],
    voices: opt.VoiceFolders = None,
    dry_run: opt.DryRun = False,
    shown: opt.Shown,
) -> None:
    """Make an episode from an idea, in a folder named after it. Prints the video's path.

    The folder holds idea, script, cast, sound and video. The script is cached: edit script.txt and run the same command
    again to use your version.
    """
    from talkshow.cast.choosing import load_all_voices
    from talkshow.cast.language_check import require_spoken
    from talkshow.faces.pictures import Pictures
    from talkshow.writing.job import Commission
    from talkshow.writing.scene import episode_name, find_folder, has_script, write_scene

    chosen.show_unused(shown.quiet)
    brief, endpoint = wanted.brief(idea), asking.endpoint(chosen.flags["seed"])
    commission = Commission(brief, asking.writer, endpoint, tuple(voices or ()))
    folder = find_folder(brief.idea, out, name)
    if dry_run and not has_script(commission, folder):
        _show_prompt(commission, shown.json)
        return
    if not edit:
        require_spoken(brief.language, load_all_voices(voices or []), bool(chosen.episode.draft))
    episode_in = episode_name(folder, chosen.episode)
    pictures = Pictures() if asking.image_from_prompt else None
    made = write_scene(commission, folder, _reporter(shown.quiet), note, picture=pictures)
    if not shown.quiet:
        show_warnings(made.notes, shown.verbose)
    if edit:
        note(f"edit {made.script}, then continue with: {_again(context)}")
        result(made.script)
        return
    settings = chosen.episode
    if made.picture and made.picture.problem:
        note(
            f"warning: {made.picture.problem}, also when asked again; the drawn cast plays. Another --seed asks again; "
            "--image uses your own picture."
        )
    elif made.picture:
        settings = replace(settings, image=made.picture.path)
    if not shown.quiet:
        note_folder(out / episode_in, folder)
    episode.make(
        made.script, None, settings, out, episode_in, list(voices or []), dry_run, shown, chosen.config, pictures
    )


def _read(script: Path | None) -> Any:
    from talkshow.script.reader import read_script

    return None if script is None else read_script(script)


def _said(revise: str | None) -> str:
    """The change that is asked for."""
    if revise is not None and not revise.strip():
        raise typer.BadParameter('say what to change, as in  --revise "make LEO drier"', param_hint="--revise")
    return revise or ""


def _default_out(brief: Brief, script: Path | None) -> Path:
    """Beside the script that is changed, else named after the idea, here."""
    from talkshow.store.naming import safe_name

    if script is not None:
        return script.with_name(f"{script.stem}-{'revised' if brief.revision else 'continued'}{script.suffix}")
    return Path(f"{safe_name(brief.idea or 'script')}.txt")


def _reporter(quiet: bool) -> Report:
    from talkshow.writing.base import quiet_report

    return quiet_report if quiet else note


def _show_prompt(commission: Commission, json: bool) -> None:
    from talkshow.writing.job import preview

    messages = preview(commission)
    if json:
        result_json(messages)
        return
    if not messages:
        note(f"the writer '{commission.writer}' asks no model")
    for message in messages:
        result(f"--- {message['role']}\n{message['content']}\n")
    if messages:
        size = sum(len(message["content"]) for message in messages)
        note(
            f"about {size // 4} tokens; nothing was sent"
            + (
                "; the scenes follow one by one after the outline"
                if commission.brief.is_long and not commission.brief.revision
                else ""
            )
        )


def _show_usage(told: dict[str, Any]) -> None:
    minutes, seconds = divmod(round(told["estimated_duration_s"]), 60)
    note(
        f"{told['num_lines']} lines, {len(told['speakers'])} characters, about {minutes}:{seconds:02d}; "
        f"by {told['made_by']}"
    )
    if told["requests"]:
        about = "about " if told["tokens_estimated"] else ""
        cost = "" if told["cost"] is None else f", about {told['cost']:.4f} at your prices"
        note(
            f"{told['requests']} request{'s' * (told['requests'] != 1)}, {about}{told['tokens_in']} tokens in, "
            f"{told['tokens_out']} out{cost}"
        )


def _again(context: typer.Context) -> str:
    """This command without --edit."""
    words = ["talkshow", "scene"]
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        value = context.params.get(parameter.name or "")
        if parameter.name == "edit" or source is None or source.name != "COMMANDLINE":
            continue
        if parameter.param_type_name == "argument":
            words.append(str(value))
        elif isinstance(value, bool):
            words.append(max(parameter.opts if value else parameter.secondary_opts, key=len))
        else:
            for each in value if isinstance(value, (list, tuple)) else [value]:
                words += [max(parameter.opts, key=len), str(each)]
    return shlex.join(words)
