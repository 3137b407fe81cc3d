"""Commands about recordings: convert, diarize."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from talkshow.cli import options as opt
from talkshow.cli.episode import read_settings, summary
from talkshow.cli.show import (
    console,
    note,
    note_folder,
    progress_shown,
    result,
    result_json,
    show_check,
    show_plan,
    show_warnings,
)
from talkshow.errors import SettingsError, printable
from talkshow.outputs import diarization_files, episode_files

if TYPE_CHECKING:
    from talkshow.conversion import Conversion, Heard
    from talkshow.pipeline import Preparation
    from talkshow.workspace import Workspace

_OUTPUTS = Path("outputs")
_SPEAKERS, _WORDS = "Speakers", "Words"

Recording = Annotated[Path | None, typer.Argument(
    metavar="RECORDING", help="Any file of sound or video: mp3, m4a, wav, flac, mp4, mkv, ...", show_default=False)]
TrackFiles = Annotated[list[str] | None, typer.Option(
    "--track", metavar="NAME=FILE[@S]", help="Instead of one recording: one file a speaker, which begins S seconds "
    "into the episode. Repeatable.", rich_help_panel=_SPEAKERS, show_default=False)]
Channels = Annotated[str, typer.Option("--channels", metavar="auto|mix|split", help="Does each channel hold one "
                                       "speaker? auto listens, split says yes, mix no.", rich_help_panel=_SPEAKERS)]
From = Annotated[str | None, typer.Option("--from", metavar="M:SS", help="Begin here.", rich_help_panel="Part of it",
                                          show_default=False)]
To = Annotated[str | None, typer.Option("--to", metavar="M:SS", help="End here.", rich_help_panel="Part of it",
                                        show_default=False)]
Diarizer = Annotated[str, typer.Option("--diarizer", help="embedded, or pyannote (pip install 'talkshow[pyannote]').",
                                       rich_help_panel=_SPEAKERS)]
DiarizerModel = Annotated[str | None, typer.Option(
    "--diarizer-model", metavar="FOLDER|NAME", help="For pyannote: a local folder, or a name on the hub.",
    rich_help_panel=_SPEAKERS, show_default=False)]
NumSpeakers = Annotated[int | None, typer.Option("--speakers", help="How many are heard. Default: found out.",
                                                 rich_help_panel=_SPEAKERS, show_default=False)]
MinSpeakers = Annotated[int | None, typer.Option("--min-speakers", help="At least so many.", rich_help_panel=_SPEAKERS,
                                                 show_default=False)]
MaxSpeakers = Annotated[int | None, typer.Option("--max-speakers", help="At most so many.", rich_help_panel=_SPEAKERS,
                                                 show_default=False)]
Rttm = Annotated[Path | None, typer.Option("--rttm", help="Who speaks when, from an RTTM file.",
                                           rich_help_panel=_SPEAKERS, show_default=False)]
Names = Annotated[str | None, typer.Option("--names", metavar="MAYA,LEO", help="Names in order of first speech.",
                                           rich_help_panel=_SPEAKERS, show_default=False)]
NameByVoice = Annotated[list[str] | None, typer.Option(
    "--name", metavar="MAYA=FILE", help="Name whoever sounds like this sample of a voice; without =FILE: the episode "
    "folder's name. Repeatable.", rich_help_panel=_SPEAKERS, show_default=False)]
Transcript = Annotated[Path | None, typer.Option("--transcript", metavar="FILE", help="Words from a file: srt, vtt, "
                                                 "txt or json.", rich_help_panel=_WORDS, show_default=False)]
Whisper = Annotated[Path | None, typer.Option("--whisper", metavar="FOLDER", help="Another Whisper model, of "
                                              "CTranslate2.", rich_help_panel=_WORDS, show_default=False)]
Language = Annotated[str | None, typer.Option("--language", metavar="en", help="The language spoken. Default: heard.",
                                              rich_help_panel=_WORDS, show_default=False)]
NoCaptions = Annotated[bool, typer.Option("--no-captions", help="Do not write down what is said.",
                                          rich_help_panel=_WORDS)]
ScriptOut = Annotated[Path | None, typer.Option(
    "--script", metavar="FILE", help="Also write an editable script of the recording, to be spoken by other voices.",
    rich_help_panel=_WORDS, show_default=False)]
Master = Annotated[bool, typer.Option("--master", help="Bring the sound to -16 LUFS (mono), instead of leaving "
                                      "it as it is.", rich_help_panel="Output")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(rich_help_panel="Recordings",
                epilog="Example: talkshow convert interview.mp3 --image two_people.png --names MAYA,LEO")(convert)
    app.command(rich_help_panel="Recordings", epilog="Example: talkshow diarize interview.mp3 --speakers 2")(diarize)


def convert(recording: Recording = None, track: TrackFiles = None, channels: Channels = "auto", begin: From = None,
            end: To = None, diarizer: Diarizer = "embedded", diarizer_model: DiarizerModel = None,
            speakers: NumSpeakers = None, min_speakers: MinSpeakers = None, max_speakers: MaxSpeakers = None,
            rttm: Rttm = None, names: Names = None, name: NameByVoice = None, transcript: Transcript = None,
            whisper: Whisper = None, language: Language = None, no_captions: NoCaptions = False,
            script: ScriptOut = None, overwrite: opt.Overwrite = False, master: Master = False,
            image: opt.Image = None, renderer: opt.Renderer = None,
            size: opt.Size = None, seat: opt.Seats = None, seed: opt.Seed = None, shots: opt.Shots = None,
            burn_captions: opt.BurnCaptions = False, title: opt.Title = None, preset: opt.Preset = None,
            steps: opt.Steps = None, offload: opt.Offload = None, models: opt.ModelsFolder = None,
            dry_run: opt.DryRun = False, no_check: opt.NoCheck = False, out: opt.Out = _OUTPUTS,
            config: opt.Config = None, json: opt.Json = False, quiet: opt.Quiet = False,
            verbose: opt.Verbose = False) -> None:
    """Make an episode of a recording: find out who speaks when, and let the right face speak. Prints the video's path.

    The sound stays as it is. --dry-run shows who was heard and writes speakers.toml, to name and seat them.
    """
    from talkshow.conversion import (
        listen,
        prepare_conversion,
        produce_conversion,
        require_folder,
        workspace_of,
        write_speakers,
    )
    from talkshow.outfile import WrittenFiles, require_script
    from talkshow.pipeline import Stopwatch

    voices, episode_name = _voices_and_name(name)
    conversion = _conversion(recording, track, channels, begin, end, diarizer, diarizer_model,
                             (speakers, min_speakers, max_speakers), rttm, names, voices,
                             (not no_captions, transcript, whisper, language), master)
    settings = read_settings(config, image=image, renderer=renderer, size=size, seats=seat, seed=seed, shots=shots,
                             burn_captions=burn_captions, title=title, no_check=no_check,
                             generator={"preset": preset, "steps": steps, "offload": offload, "models": models})
    workspace, clock = workspace_of(conversion, out, episode_name), Stopwatch()
    if script:
        require_script(script, WrittenFiles(), overwrite=overwrite)
    with workspace.opened():
        require_folder(conversion, workspace, episode_files((), 1), [path for path in (image, config) if path])
        with progress_shown(quiet) as hook:
            heard = listen(conversion, workspace, clock, hook)
        preparation = prepare_conversion(conversion, heard, settings)
        if not quiet:
            _show(heard, preparation, dry_run)
            show_warnings(preparation.warnings, verbose)
        if script:
            _write_script(heard, preparation, script)
        if dry_run:
            _review(heard, conversion, preparation, workspace, write_speakers(heard, conversion, workspace), json)
            return
        with progress_shown(quiet) as hook:
            episode = produce_conversion(conversion, heard, preparation, workspace, clock, hook)
    if not quiet:
        if "check" in episode.manifest:
            show_check(episode.manifest["check"])
        show_warnings(episode.warnings[len(preparation.warnings):], verbose)
    if json:
        result_json(summary(episode))
    else:
        result(episode.video)


def diarize(recording: Recording = None, track: TrackFiles = None, channels: Channels = "auto", begin: From = None,
            end: To = None, diarizer: Diarizer = "embedded", diarizer_model: DiarizerModel = None,
            speakers: NumSpeakers = None, min_speakers: MinSpeakers = None, max_speakers: MaxSpeakers = None,
            rttm: Rttm = None, names: Names = None, name: NameByVoice = None, out: opt.Out = _OUTPUTS,
            json: opt.Json = False, quiet: opt.Quiet = False) -> None:
    """Who speaks when: writes RTTM, one track a speaker, and a report. Prints the RTTM's path."""
    from talkshow.conversion import listen, require_folder, workspace_of
    from talkshow.pipeline import Stopwatch
    from talkshow.reporting import write_diarization

    voices, episode_name = _voices_and_name(name)
    conversion = _conversion(recording, track, channels, begin, end, diarizer, diarizer_model,
                             (speakers, min_speakers, max_speakers), rttm, names, voices, (False, None, None, None),
                             False)
    workspace, clock = workspace_of(conversion, out, episode_name), Stopwatch()
    with workspace.opened(), progress_shown(quiet) as hook:
        require_folder(conversion, workspace, diarization_files(()), over_diarization=episode_name is not None)
        heard = listen(conversion, workspace, clock, hook)
        path, report = write_diarization(heard, conversion, workspace, clock, hook)
    if not quiet:
        _show(heard, None, False)
        show_warnings(tuple(report["warnings"]))
        note_folder(path.parent, workspace.folder)
    if json:
        result_json(report)
    else:
        result(path)


def _voices_and_name(options: list[str] | None) -> tuple[dict[str, Path], str | None]:
    """(samples of voices by name, the episode's name) from --name."""
    voices, plain = {}, []
    for option in options or []:
        who, equals, file = option.partition("=")
        if equals:
            voices[who.strip()] = Path(file.strip())
        else:
            plain.append(option)
    if len(plain) > 1:
        raise SettingsError(f"--name names the episode's folder once, not {len(plain)} times. A speaker is named by "
                            "--name MAYA=sample.wav or --names MAYA,LEO.")
    for sample in voices.values():
        if not sample.is_file():
            raise SettingsError(f"--name: there is no sample of a voice at {sample}.")
    return voices, plain[0] if plain else None


def _conversion(recording: Path | None, track: list[str] | None, channels: str, begin: str | None, end: str | None,
                diarizer: str, model: str | None, counts: tuple[int | None, int | None, int | None], rttm: Path | None,
                names: str | None, voices: dict[str, Path],
                words: tuple[bool, Path | None, Path | None, str | None], master: bool) -> Conversion:
    """From flags to values."""
    from talkshow.conversion import Conversion
    from talkshow.recording.hearing import DiarizerChoice
    from talkshow.recording.source import Source, parse_clock, parse_speaker_files
    from talkshow.recording.writing import TranscriptChoice

    part = (parse_clock(begin, "--from") if begin else None, parse_clock(end, "--to") if end else None)
    source = Source(recording, parse_speaker_files(track or []), part, channels)
    wanted, transcript, whisper, language = words
    in_order = tuple(part.strip() for part in names.split(",") if part.strip()) if names else ()
    return Conversion(source, DiarizerChoice(diarizer, model, _count(*counts), rttm),
                      TranscriptChoice(wanted, transcript, whisper, language), in_order, voices, master)


def _count(exactly: int | None, least: int | None, most: int | None) -> Any:
    from talkshow.diarize.base import MOST_SPEAKERS, SpeakerCount

    if exactly is not None:
        if least is not None or most is not None:
            raise SettingsError("--speakers says how many there are; leave out --min-speakers and --max-speakers.")
        return SpeakerCount(exactly, exactly)
    low = 1 if least is None else least
    return SpeakerCount(low, max(MOST_SPEAKERS, low) if most is None else most)


def _show(heard: Heard, preparation: Preparation | None, with_samples: bool) -> None:
    """Who was heard, how long, and where they sit."""
    from rich.table import Table

    from talkshow.conversion import sample_lines
    from talkshow.recording.source import clock_text

    out = console()
    seats = {row.name: row.seat for row in preparation.plan.characters} if preparation else {}
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("speaker", "heard", "turns", "first", *(["seat (left, top, right, bottom)"] * bool(preparation))):
        table.add_column(heading)
    turns = heard.company.diarization.turns
    for speaker in heard.company.speakers:
        own = [turn for turn in turns if turn.speaker == speaker.name]
        seat = seats.get(speaker.name)
        shown = ", ".join(f"{value:.0f}" for value in seat) if seat else "not on screen"
        spoken = clock_text(round(heard.company.diarization.spoken_s(speaker.name)))
        table.add_row(printable(speaker.name), spoken, str(len(own)), clock_text(own[0].span.start_s),
                      *([shown] if preparation else []))
    out.print(table)
    for speaker in heard.company.speakers if with_samples else ():
        out.print(f"{printable(speaker.name)}:")
        for line in sample_lines(heard, speaker.name):
            out.print(f"  {clock_text(line.span.start_s)}  {printable(line.text)}".rstrip())
    if preparation:
        show_plan(preparation.plan, recorded=True)


def _write_script(heard: Heard, preparation: Preparation, path: Path) -> None:
    from talkshow.outfile import WrittenFiles, write_script
    from talkshow.script.formatter import format_script
    from talkshow.workspace import storage_errors

    if not heard.transcript.words:
        raise SettingsError("--script needs to know what is said: install the captions "
                            "(pip install 'talkshow[captions]') or give --transcript FILE.")
    with storage_errors(path):
        write_script(path, format_script(preparation.script, "plain"), WrittenFiles(), note)
    note(f"script: {path}. Speak it with other voices: talkshow render {path}")


def _review(heard: Heard, conversion: Conversion, preparation: Preparation, workspace: Workspace, written: Path | None,
            json: bool) -> None:
    """What --dry-run ends with."""
    from talkshow.conversion import report_of

    if written:
        note(f"{written}: name, seat and merge the speakers there, then run the same command without --dry-run.")
    else:
        note(f"{workspace.path('speakers.toml')} is there already and was obeyed; delete it to start afresh.")
    if json:
        result_json({**preparation.plan.as_dict(), **report_of(heard, conversion),
                     "warnings": list(preparation.warnings)})
