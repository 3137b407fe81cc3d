"""Commands for voices: list, say, add, compare."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from talkshow.cli import options as opt
from talkshow.cli.show import note, progress_shown, result, result_json
from talkshow.schema.values import Number
from talkshow.settings import file_schema

if TYPE_CHECKING:
    from talkshow.cast.types import Voice

Speed = Annotated[
    float,
    typer.Option(
        "--speed",
        metavar="FACTOR",
        help="Speed from 0.5 to 2; 1 is the voice's own pace.",
        parser=opt.within(Number("a number from 0.5 to 2", 1.2, "FACTOR", 0.5, 2)),
    ),
]
Language = Annotated[
    str | None,
    typer.Option("--language", "-l", metavar="TAG", help="Only voices of this language, e.g. es.", show_default=False),
]
Draft = Annotated[bool, typer.Option("--draft", help=file_schema().keys["draft"].help)]


def register(app: typer.Typer) -> None:
    """Add the group to the program."""
    group = typer.Typer(no_args_is_help=True, help="List the voices, hear or compare them, or make one like your own.")
    group.command("list", epilog="Example: talkshow voices list --json")(list_voices)
    group.command("say", epilog='Example: talkshow voices say bm_george "Good evening." -o evening.wav')(say)
    group.command("add", epilog="Example: talkshow voices add maya --sample me.wav --consent agree.wav -o voices")(add)
    group.command("coqui", epilog="Example: talkshow voices coqui --language de")(list_coqui)
    group.command("compare", epilog="Example: talkshow voices compare af_heart maya --voices voices")(compare)
    app.add_typer(group, name="voices")


def list_voices(language: Language = None, voices: opt.VoiceFolders = None, json: opt.Json = False) -> None:
    """List all voices by language, with licence and description."""
    from talkshow.cast.choosing import load_all_voices
    from talkshow.languages.registry import find, primary

    found = load_all_voices(voices or [])
    wanted = _languages(language, found.values()) if language else None
    chosen = [voice for voice in found.values() if wanted is None or primary(voice.language) in wanted]
    catalogue = {voice.name: voice for voice in sorted(chosen, key=lambda voice: primary(voice.language))}
    readers = {v.name: find(v.language).reader if v.engine in find(v.language).spoken_by else "" for v in chosen}
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
                    "reader": readers[v.name],
                }
                for v in catalogue.values()
            ]
        )
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("voice", "language", "gender", "licence", "description", "read aloud by"):
        table.add_column(heading)
    for v in catalogue.values():
        table.add_row(v.name, v.language, v.gender, v.licence, v.description, readers[v.name])
    Console(highlight=False, markup=False).print(table)


def _languages(tag: str, voices: Iterable[Voice]) -> set[str]:
    """The primary tags that a tag or name means. Raises CastError where no voice speaks it, with those that do."""
    from talkshow.errors import CastError, choose
    from talkshow.languages.registry import name_of, primary

    spoken = {primary(voice.language) for voice in voices}
    if primary(tag) not in spoken:
        raise CastError(f"no voice speaks '{tag}'. {choose(name_of(tag), map(name_of, sorted(spoken)))}")
    return {primary(tag)}


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


Sample = Annotated[
    Path, typer.Option("--sample", metavar="FILE", help="5 to 30 s of the person's speech.", show_default=False)
]
Consent = Annotated[
    Path | None,
    typer.Option(
        "--consent",
        metavar="FILE",
        help="A recording in which the person agrees. Without it, the sentence to say is shown.",
        show_default=False,
    ),
]
Statement = Annotated[
    Path | None,
    typer.Option(
        "--consent-statement",
        metavar="FILE",
        help="A text that says how you hold the rights otherwise. It is kept word for word, as not verified.",
        show_default=False,
    ),
]
Person = Annotated[
    str | None,
    typer.Option(
        "--person", metavar="NAME", help="The person's name as they say it. Default: NAME.", show_default=False
    ),
]
MadeBy = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="ENGINE",
        help="match (a blend of the bundled voices, found on this machine), coqui or endpoint (they copy the sample).",
    ),
]
SpokenIn = Annotated[str, typer.Option("--language", metavar="TAG", help="The language in which the voice speaks.")]
Model = Annotated[
    str | None,
    typer.Option("--model", metavar="MODEL", help="For coqui and endpoint: the name of a model.", show_default=False),
]
BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", metavar="URL", help="For endpoint: the address of the server.", show_default=False),
]
Folder = Annotated[
    Path, typer.Option("--out", "-o", metavar="FOLDER", help="The folder of voices in which it is made.")
]


def add(
    name: Annotated[str, typer.Argument(help="The voice's name.", show_default=False)],
    sample: Sample,
    consent: Consent = None,
    consent_statement: Statement = None,
    person: Person = None,
    engine: MadeBy = "match",
    language: SpokenIn = "en-US",
    model: Model = None,
    base_url: BaseUrl = None,
    out: Folder = Path("voices"),
    json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """Make a voice from a sample of a person's speech, with their consent. Prints the path of its folder."""
    from talkshow.cloning.making import VoiceRequest, make_voice

    settings = {key: value for key, value in {"model": model, "base_url": base_url}.items() if value}
    request = VoiceRequest(
        name, person or name.replace("_", " "), sample, consent, consent_statement, engine, language, settings
    )
    with progress_shown(quiet) as hook:
        made = make_voice(request, out, hook)
    if json:
        result_json(
            {
                "folder": str(made.folder),
                "likeness": made.likeness,
                "nearest": made.nearest,
                "nearest_likeness": made.start,
                "consent": made.consent.summary,
                "verified": made.consent.verified,
            }
        )
        return
    if not quiet:
        note(f"consent: {made.consent.summary}")
        if made.likeness is not None:
            nearest = f"the nearest bundled voice, {made.nearest}: {made.start:.2f}"
            note(f"likeness to the sample: {made.likeness:.2f} ({nearest})")
    result(made.folder)


def compare(
    one: Annotated[str, typer.Argument(help="A voice's name, or a sound file.", show_default=False)],
    other: Annotated[str, typer.Argument(help="Another one.", show_default=False)],
    voices: opt.VoiceFolders = None,
    json: opt.Json = False,
) -> None:
    """Print how alike two voices sound: 1 is the same; two people are mostly below 0.5."""
    from talkshow.cloning.comparing import compare_voices

    alike = compare_voices(one, other, voices or [])
    if json:
        result_json({"one": one, "other": other, "likeness": round(alike, 3)})
    else:
        result(f"{alike:.2f}")


def list_coqui(language: Language = None, json: opt.Json = False) -> None:
    """List the models of coqui's catalogue, with language and licence, for `model` in a voice.toml."""
    from talkshow.languages.registry import primary
    from talkshow.speech.engines.coqui import catalogue

    models = [
        model
        for model in catalogue()
        if not language or model.language == "multilingual" or primary(model.language) == primary(language)
    ]
    if json:
        result_json([{**dataclasses.asdict(model), "must_be_accepted": model.must_be_accepted} for model in models])
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("model", overflow="fold", min_width=max((len(model.name) for model in models), default=0))
    for heading in ("language", "licence", "description"):
        table.add_column(heading, overflow="fold")
    for model in models:
        restricted = " (must be accepted: coqui_licence)" if model.must_be_accepted else ""
        table.add_row(model.name, model.language, f"{model.licence}{restricted}", model.description)
    Console(highlight=False, markup=False).print(table)
