"""Commands for voices: list, say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from talkshow.cli import options as opt
from talkshow.cli.show import note, result, result_json
from talkshow.schema.values import Number
from talkshow.settings import file_schema

Speed = Annotated[
    float,
    typer.Option(
        "--speed",
        metavar="FACTOR",
        help="Speed from 0.5 to 2; 1 is the voice's own pace.",
        parser=opt.within(Number("a number from 0.5 to 2", 1.2, "FACTOR", 0.5, 2)),
    ),
]
Draft = Annotated[bool, typer.Option("--draft", help=file_schema().keys["draft"].help)]


def register(app: typer.Typer) -> None:
    """Add the group to the program."""
    group = typer.Typer(no_args_is_help=True, help="List the voices, or hear one.")
    group.command("list", epilog="Example: talkshow voices list --json")(list_voices)
    group.command("say", epilog='Example: talkshow voices say bm_george "Good evening." -o evening.wav')(say)
    app.add_typer(group, name="voices")


def list_voices(voices: opt.VoiceFolders = None, json: opt.Json = False) -> None:
    """List all voices with language, licence and description."""
    from talkshow.cast.choosing import load_all_voices

    catalogue = load_all_voices(voices or [])
    if json:
        result_json(
            [
                {
                    "name": v.name,
                    "engine": v.engine,
                    "language": v.language,
                    "gender": v.gender,
                    "licence": v.licence,
                    "consent": v.consent,
                    "description": v.description,
                }
                for v in catalogue.values()
            ]
        )
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("voice", "language", "gender", "licence", "description"):
        table.add_column(heading)
    for v in catalogue.values():
        table.add_row(v.name, v.language, v.gender, v.licence, v.description)
    Console(highlight=False, markup=False).print(table)


def say(
    voice: Annotated[str, typer.Argument(help="The voice's name.")],
    text: Annotated[str, typer.Argument(help="What it says.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="Where the WAV is written. Default: VOICE.wav here.", show_default=False
        ),
    ] = None,
    speed: Speed = 1.0,
    voices: opt.VoiceFolders = None,
    draft: Draft = False,
    overwrite: opt.Overwrite = False,
) -> None:
    """Speak a sentence with a voice. Prints the path of the sound file."""
    from talkshow.cast.choosing import find_voice, load_all_voices
    from talkshow.cast.language_check import check_text
    from talkshow.cast.types import Character
    from talkshow.engines import registry
    from talkshow.errors import AudioError, CastError
    from talkshow.machine.errors import system_errors
    from talkshow.script.model import Line, Say
    from talkshow.sound.waveform import fitted, save_wave
    from talkshow.speech.speak import speak_line
    from talkshow.store.outfile import WrittenFiles, require_free, writing

    if not text.strip():
        raise AudioError("there is nothing to say: the text is empty.")
    catalogue = load_all_voices(voices or [])
    chosen = find_voice(voice, catalogue, draft=draft)
    for finding in check_text(text, chosen, list(catalogue.values())):
        if finding.stops:
            raise CastError(finding.message)
        note(f"warning: {finding.message}")
    path, written = out or Path(f"{chosen.name}.wav"), WrittenFiles()
    require_free(path, written, overwrite=overwrite)
    utterance = speak_line(
        Line(voice, (Say(text),)),
        Character(voice, chosen, speed=speed),
        registry.load("voice_engines", chosen.engine),
        {},
        0,
    )
    for warning in utterance.warnings:
        note(f"warning: {warning}")
    sound, lowered_db = fitted(utterance.waveform)
    if lowered_db > 0:
        note(f"warning: the voice is too loud for a 16-bit file: it is lowered by {lowered_db:.1f} dB")
    with system_errors(path), writing(path, written) as temporary:
        save_wave(temporary, sound, "PCM_16")
    result(path)
