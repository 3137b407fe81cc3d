"""Commands about recordings: convert, diarize."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from talkshow.cli import options as opt
from talkshow.cli.episode import summary
from talkshow.cli.flags import Chosen, SettingFlags
from talkshow.cli.groups import with_groups
from talkshow.cli.show import (
    console,
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
from talkshow.errors import SettingsError, printable
from talkshow.settings import PART, SPEAKERS, WORDS, RecordingSettings
from talkshow.store.outputs import diarization_files, episode_files

if TYPE_CHECKING:
    from talkshow.diarize.base import SpeakerCount
    from talkshow.episode.types import Preparation
    from talkshow.recording.transcribing import TranscriptChoice
    from talkshow.recording.types import Conversion, ConversionAnalysis
    from talkshow.store.workspace import Workspace

Recording = Annotated[
    Path | None,
    typer.Argument(
        metavar="RECORDING", help="Any file of sound or video: mp3, m4a, wav, flac, mp4, mkv, ...", show_default=False
    ),
]
TrackFiles = Annotated[
    list[str] | None,
    typer.Option(
        "--track",
        metavar="NAME=FILE[@S]",
        help="Instead of one recording: one file per speaker, starting S seconds into the episode. Repeatable.",
        rich_help_panel=SPEAKERS,
        show_default=False,
    ),
]
From = Annotated[
    str | None, typer.Option("--from", metavar="M:SS", help="Begin here.", rich_help_panel=PART, show_default=False)
]
To = Annotated[
    str | None, typer.Option("--to", metavar="M:SS", help="End here.", rich_help_panel=PART, show_default=False)
]
Rttm = Annotated[
    Path | None,
    typer.Option(
        "--rttm",
        metavar="FILE",
        help="An RTTM file that says who speaks when.",
        rich_help_panel=SPEAKERS,
        show_default=False,
    ),
]
Names = Annotated[
    str | None,
    typer.Option(
        "--names",
        metavar="MAYA,LEO",
        help="Names in order of first speech.",
        rich_help_panel=SPEAKERS,
        show_default=False,
    ),
]
NameByVoice = Annotated[
    list[str] | None,
    typer.Option(
        "--name",
        metavar="MAYA=FILE",
        help="Name the speaker who sounds like this sample of a voice; without =FILE: the "
        "name of the episode's folder. Repeatable.",
        rich_help_panel=SPEAKERS,
        show_default=False,
    ),
]
Transcript = Annotated[
    Path | None,
    typer.Option(
        "--transcript",
        metavar="FILE",
        help="A file with the words: captions (srt, vtt, ass, ttml, sami), txt or json.",
        rich_help_panel=WORDS,
        show_default=False,
    ),
]
ScriptOut = Annotated[
    Path | None,
    typer.Option(
        "--script",
        metavar="FILE",
        help="Also write an editable script of the recording, which other voices can speak.",
        rich_help_panel=WORDS,
        show_default=False,
    ),
]


@dataclass(frozen=True, eq=False, repr=False)
class Listening:
    """The recording, and what is known about it."""

    recording: Recording = None
    track: TrackFiles = None
    begin: From = None
    end: To = None
    rttm: Rttm = None
    names: Names = None
    name: NameByVoice = None


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(epilog="Example: talkshow convert interview.mp3 --image two_people.png --names MAYA,LEO")(
        with_groups(convert)
    )
    app.command(epilog="Example: talkshow diarize interview.mp3 --speakers 2")(with_groups(diarize))


def convert(
    *,
    listening: Listening,
    transcript: Transcript = None,
    script: ScriptOut = None,
    overwrite: opt.Overwrite = False,
    out: opt.Out = opt.OUTPUTS,
    chosen: Annotated[Chosen, SettingFlags("convert")],
    dry_run: opt.DryRun = False,
    shown: opt.Shown,
) -> None:
    """Make an episode from a recording: detect who speaks when, and let that face speak. Prints the video's path.

    The sound stays as it is. --dry-run shows who was heard and writes speakers.toml, to name and seat them.
    """
    from talkshow.episode.run import Run
    from talkshow.machine.workers import limited
    from talkshow.recording.analysis import listen
    from talkshow.recording.convert import prepare_conversion, produce_conversion, require_folder, workspace_of
    from talkshow.recording.report import write_speakers
    from talkshow.store.outfile import WrittenFiles, require_script

    chosen.show_unused(shown.quiet)
    conversion, episode_name = _conversion(listening, chosen.recording, _words(chosen.recording, transcript))
    workspace = workspace_of(conversion, out, episode_name)
    run = Run(workspace)
    if script:
        require_script(script, WrittenFiles(), overwrite=overwrite)
    with workspace.opened(), limited(chosen.episode.jobs):
        read = [path for path in (chosen.episode.image, chosen.config) if path]
        require_folder(conversion, workspace, episode_files((), 1), read)
        with progress_shown(shown.quiet) as hook:
            analysis = listen(conversion, replace(run, hook=hook))
        preparation = prepare_conversion(conversion, analysis, chosen.episode)
        if not shown.quiet:
            _show(analysis, preparation, dry_run)
            show_warnings(preparation.warnings, shown.verbose)
        if script:
            _write_script(analysis, preparation, script)
        if dry_run:
            _review(
                analysis,
                conversion,
                preparation,
                workspace,
                write_speakers(analysis, conversion, workspace),
                shown.json,
            )
            return
        with progress_shown(shown.quiet) as hook:
            episode = produce_conversion(conversion, analysis, preparation, replace(run, hook=hook))
    if not shown.quiet:
        if "check" in episode.manifest:
            show_check(episode.manifest["check"])
        show_warnings(episode.warnings[len(preparation.warnings) :], shown.verbose)
        if shown.verbose:
            show_mix(episode.manifest["stages"]["mix"])
    if shown.json:
        result_json(summary(episode))
    else:
        result(episode.video)


def diarize(
    *,
    listening: Listening,
    out: opt.Out = opt.OUTPUTS,
    chosen: Annotated[Chosen, SettingFlags("diarize")],
    json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """Detect who speaks when: write RTTM, one track per speaker, and a report. Prints the path of the RTTM file."""
    from talkshow.episode.run import Run
    from talkshow.recording.analysis import listen
    from talkshow.recording.convert import require_folder, workspace_of
    from talkshow.recording.report import write_diarization
    from talkshow.recording.transcribing import TranscriptChoice

    chosen.show_unused(quiet)
    conversion, episode_name = _conversion(listening, chosen.recording, TranscriptChoice(wanted=False))
    workspace = workspace_of(conversion, out, episode_name)
    with workspace.opened(), progress_shown(quiet) as hook:
        require_folder(conversion, workspace, diarization_files(()), over_diarization=episode_name is not None)
        run = Run(workspace, hook)
        analysis = listen(conversion, run)
        path, report = write_diarization(analysis, conversion, run)
    if not quiet:
        _show(analysis, None, False)
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
        raise SettingsError(
            f"--name gives the episode's folder {len(plain)} names; give one. To name a speaker, use "
            "--name MAYA=sample.wav or --names MAYA,LEO."
        )
    for sample in voices.values():
        if not sample.is_file():
            raise SettingsError(f"--name: the voice sample {sample} does not exist.")
    return voices, plain[0] if plain else None


def _conversion(
    listening: Listening, settings: RecordingSettings, transcript: TranscriptChoice
) -> tuple[Conversion, str | None]:
    """(what is converted, the episode's name if one is given)."""
    from talkshow.recording.hearing import DiarizerChoice
    from talkshow.recording.source import Source, parse_clock, parse_speaker_files
    from talkshow.recording.types import Conversion

    voices, episode_name = _voices_and_name(listening.name)
    part = (
        parse_clock(listening.begin, "--from") if listening.begin else None,
        parse_clock(listening.end, "--to") if listening.end else None,
    )
    source = Source(
        listening.recording, parse_speaker_files(listening.track or []), part, settings.channels, settings.stream
    )
    diarizer = DiarizerChoice(settings.diarizer, settings.diarizer_model, _count(settings), listening.rttm)
    in_order = tuple(name.strip() for name in (listening.names or "").split(",") if name.strip())
    return Conversion(source, diarizer, transcript, in_order, voices, settings.master), episode_name


def _words(settings: RecordingSettings, file: Path | None) -> TranscriptChoice:
    from talkshow.recording.transcribing import TranscriptChoice

    return TranscriptChoice(settings.captions, settings.transcriber, settings.whisper, file, settings.language)


def _count(settings: RecordingSettings) -> SpeakerCount:
    from talkshow.diarize.base import MOST_SPEAKERS, SpeakerCount

    exactly, least, most = settings.speakers, settings.min_speakers, settings.max_speakers
    if exactly is not None:
        if least is not None or most is not None:
            raise SettingsError(
                "--speakers already gives the number of speakers; leave out --min-speakers and --max-speakers."
            )
        return SpeakerCount(exactly, exactly)
    low = 1 if least is None else least
    return SpeakerCount(low, max(MOST_SPEAKERS, low) if most is None else most)


def _show(analysis: ConversionAnalysis, preparation: Preparation | None, with_samples: bool) -> None:
    """The speakers, how long each is heard, and where they sit."""
    from rich.table import Table

    from talkshow.clock import clock_text
    from talkshow.recording.report import sample_lines

    out = console()
    seats = {row.name: row.seat for row in preparation.plan.characters} if preparation else {}
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("speaker", "heard", "turns", "first", *(["seat (left, top, right, bottom)"] * bool(preparation))):
        table.add_column(heading)
    turns = analysis.speakers.diarization.turns
    for speaker in analysis.speakers.members:
        own = [turn for turn in turns if turn.speaker == speaker.name]
        seat = seats.get(speaker.name)
        shown = ", ".join(f"{value:.0f}" for value in seat) if seat else "not on screen"
        spoken = clock_text(round(analysis.speakers.diarization.spoken_s(speaker.name)))
        table.add_row(
            printable(speaker.name),
            spoken,
            str(len(own)),
            clock_text(own[0].span.start_s),
            *([shown] if preparation else []),
        )
    out.print(table)
    for speaker in analysis.speakers.members if with_samples else ():
        out.print(f"{printable(speaker.name)}:")
        for line in sample_lines(analysis, speaker.name):
            out.print(f"  {clock_text(line.span.start_s)}  {printable(line.text)}".rstrip())
    if preparation:
        show_plan(preparation.plan, recorded=True)


def _write_script(analysis: ConversionAnalysis, preparation: Preparation, path: Path) -> None:
    from talkshow.machine.errors import system_errors
    from talkshow.script.formatter import format_script
    from talkshow.store.outfile import WrittenFiles, write_script

    if not analysis.transcript.words:
        raise SettingsError(
            "--script needs the words: install the captions "
            "(pip install 'talkshow[captions]') or give --transcript FILE."
        )
    with system_errors(path):
        write_script(path, format_script(preparation.script, "plain"), WrittenFiles(), note)
    note(f"script: {path}. Speak it with other voices: talkshow render {path}")


def _review(
    analysis: ConversionAnalysis,
    conversion: Conversion,
    preparation: Preparation,
    workspace: Workspace,
    written: Path | None,
    json: bool,
) -> None:
    """The end of a --dry-run."""
    from talkshow.recording.report import report_of

    if written:
        note(f"edit {written} to name, seat and merge the speakers, then run the same command without --dry-run.")
    else:
        note(f"{workspace.path('speakers.toml')} already exists and was used. Delete it to start over.")
    if json:
        result_json(
            {**preparation.plan.as_dict(), **report_of(analysis, conversion), "warnings": list(preparation.warnings)}
        )
