"""From a recording to an episode: read, diarize, transcribe, name; then the same road as a script.

convert_recording = listen -> prepare_conversion -> produce_conversion
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from talkshow.cast.types import Cast, Character, Voice
from talkshow.episode.holding import EpisodeSource, begin, folder_for, note, require
from talkshow.episode.make import files_read, finish, num_pictures, require_generators
from talkshow.episode.mix import MixFigures, mixed
from talkshow.episode.parts import EpisodePart
from talkshow.episode.plan import make_plan
from talkshow.episode.published import unique_names
from talkshow.episode.stage import open_views, stage_scenes
from talkshow.episode.types import Episode, Origin, Preparation
from talkshow.errors import AudioError, MissingExtra
from talkshow.machine.boundary import public
from talkshow.machine.workers import limited
from talkshow.progress import Hook, Stopwatch, quiet
from talkshow.recording.cut import REVISION as CUT_REVISION
from talkshow.recording.cut import cut_tracks, write_whole
from talkshow.recording.hearing import DiarizerChoice, WhoSpeaks, diarize_recording
from talkshow.recording.lines import Said, lines_said, script_of, timeline_of
from talkshow.recording.pitch import gender_of
from talkshow.recording.read import Part, Recording, read_recording
from talkshow.recording.seating import seat_those_heard_most
from talkshow.recording.source import Source
from talkshow.recording.speakers import Company, describe, name_speakers, names_written
from talkshow.recording.transcribing import TranscriptChoice, transcribe_recording
from talkshow.script.model import Script
from talkshow.script.seats import seat_of
from talkshow.settings import EpisodeSettings
from talkshow.sound.loudness import Level, level_of
from talkshow.sound.mastering import REVISION as MASTERING_REVISION
from talkshow.sound.mastering import Mastering, master
from talkshow.sound.tracks import Track
from talkshow.sound.waveform import TrackReader, played_blocks
from talkshow.store.digests import digest, identity
from talkshow.store.files import copy_file, scratch
from talkshow.store.outputs import REVIEW, episode_files, track_stems
from talkshow.store.workspace import Workspace
from talkshow.timeline.rttm import to_rttm
from talkshow.transcribe.base import Transcript

if TYPE_CHECKING:
    from talkshow.faces.pictures import Pictures

_COMMENT = "made with talkshow from a recording; the pictures are synthetic"
NUM_SAMPLES_SHOWN = 3
LOUDEST_DBTP = 1.0  # true peak of a recording from which it is told; lossy formats often exceed 0 a little


@dataclass(frozen=True)
class Conversion:
    """What is to be converted, and how it is listened to."""

    source: Source
    diarizer: DiarizerChoice = field(default_factory=DiarizerChoice)
    transcript: TranscriptChoice = field(default_factory=TranscriptChoice)
    names: tuple[str, ...] = ()  # in order of first speech
    voices: Mapping[str, Path] = field(default_factory=dict)  # name -> a sample of the voice
    master: bool = False  # -16 LUFS instead of the recording's own sound

    @property
    def name(self) -> str:
        """The episode's name unless another is given."""
        return self.source.stem

    @property
    def part(self) -> EpisodePart:
        """Which part of the recording is taken."""
        return EpisodePart(begin_s=self.source.part[0], end_s=self.source.part[1])

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Every file that is read."""
        others = (self.diarizer.rttm, self.transcript.file, *self.voices.values())
        return (*self.source.files, *(path for path in others if path))


@dataclass(frozen=True)
class Heard:
    """What was heard in a recording."""

    recording: Recording
    company: Company
    microphones: Mapping[str, Part]  # of speakers who have one of their own, by name
    transcript: Transcript
    said: tuple[Said, ...]
    warnings: tuple[str, ...]
    about: Mapping[str, Mapping[str, Any]]  # rows of the manifest, by stage


def workspace_of(conversion: Conversion, out: Path, name: str | None) -> Workspace:
    """The episode's folder: `out`/`name`/, else named after the recording and, beside it, after the part of it."""
    return Workspace(folder_for(out, name, conversion.name, conversion.part))


def require_folder(
    conversion: Conversion,
    workspace: Workspace,
    names: Sequence[str],
    inputs: Sequence[Path] = (),
    *,
    over_diarization: bool = False,
) -> None:
    """Make sure, before anything is listened to, that the result can be written; who is heard is not known yet.

    names: what will be written whoever is heard.  inputs: files that are read beside those of the conversion.
    over_diarization: also where `diarize` alone has left its files of another recording. Raises WorkspaceError.
    """
    require(workspace, source_of(conversion), conversion.part, over_diarization=over_diarization)
    workspace.claim(names, (*conversion.inputs, *inputs))
    note(workspace, source_of(conversion), conversion.part)


def source_of(conversion: Conversion) -> EpisodeSource:
    """The recording, or one file a speaker."""
    source = conversion.source
    files = (("recording", source.file),) if source.file else tuple((each.name, each.path) for each in source.speakers)
    return EpisodeSource("recording", ", ".join(path.name for _, path in files), files)


@public
def convert_recording(
    conversion: Conversion,
    settings: EpisodeSettings | None = None,
    *,
    out: Path | str = "outputs",
    name: str | None = None,
    hook: Hook = quiet,
) -> Episode:
    """Turn a recording into a video in `out`/`name`/. What an earlier run finished is not made again.

    Raises TalkshowError and nothing else for what a user can mend.
    """
    workspace, clock = workspace_of(conversion, Path(out), name), Stopwatch()
    settings = settings or EpisodeSettings()
    with workspace.opened(), limited(settings.jobs):
        require_folder(conversion, workspace, episode_files((), 1), [settings.image] if settings.image else [])
        heard = listen(conversion, workspace, clock, hook)
        preparation = prepare_conversion(conversion, heard, settings)
        return produce_conversion(conversion, heard, preparation, workspace, clock, hook)


def listen(conversion: Conversion, workspace: Workspace, clock: Stopwatch, hook: Hook) -> Heard:
    """Who speaks when, and what. Kept: a second run, or one after an interruption, goes on from here.

    Reports ("read" | "diarize" | "transcribe", seconds done, seconds in all). Raises AudioError when nothing can be
    read or nobody speaks.
    """
    with clock.timing("read"):
        recording = read_recording(conversion.source, workspace, _stage(hook, "read"))
    with clock.timing("diarize"):
        who = diarize_recording(
            conversion.diarizer, conversion.source, recording, conversion.voices, workspace, _stage(hook, "diarize")
        )
    if not who.diarization.turns:
        raise AudioError(
            f"no speech is heard in {conversion.name}: silence, music or noise alone. If somebody does "
            "speak, say who and when with --rttm FILE."
        )
    with clock.timing("transcribe"):
        transcript, unwritten = _transcribed(conversion, recording, who, workspace, hook)
    company = name_speakers(
        who.diarization,
        workspace.path(REVIEW),
        names_written(who.diarization, transcript),
        conversion.names,
        who.by_voice,
    )
    microphones = {
        speaker.name: recording.parts[who.microphones[label]]
        for speaker in company.speakers
        for label in speaker.labels[:1]
        if label in who.microphones and len(speaker.labels) == 1
    }
    said = lines_said(company.diarization.turns, transcript.words)
    warnings = (*recording.warnings, *who.warnings, *company.warnings, *transcript.warnings, *unwritten)
    about: dict[str, dict[str, Any]] = {
        "read": {},
        "diarize": {"engine": who.engine, "weights": who.weights},
        "transcribe": {"words": len(transcript.words), "language": transcript.language},
    }
    return Heard(recording, company, microphones, transcript, tuple(said), warnings, about)


def _stage(hook: Hook, stage: str) -> Callable[[int, int], None]:
    """Reports of one stage, each once: readers report every block."""
    shown = (-1, -1)

    def report(done: int, total: int) -> None:
        nonlocal shown
        if (done, total) != shown:
            shown = (done, total)
            hook(stage, done, total)

    return report


def _transcribed(
    conversion: Conversion, recording: Recording, who: WhoSpeaks, workspace: Workspace, hook: Hook
) -> tuple[Transcript, tuple[str, ...]]:
    """The words, and why there are none where there are none."""
    try:
        return transcribe_recording(
            conversion.transcript,
            conversion.source,
            recording,
            who.diarization.turns,
            workspace,
            _stage(hook, "transcribe"),
        ), ()
    except MissingExtra as exc:
        return Transcript(()), (f"no captions: {exc}",)


def prepare_conversion(conversion: Conversion, heard: Heard, settings: EpisodeSettings) -> Preparation:
    """Cast and stage those who were heard."""
    language = conversion.transcript.language or heard.transcript.language or "en"
    script = script_of(heard.said, conversion.name, language)
    from talkshow.faces.pictures import Pictures

    pictures = Pictures()
    cast, warnings = _cast(heard, settings, script, pictures)
    staged = tuple(stage_scenes(script, script.scenes, cast, settings, pictures))
    views = tuple(open_views(staged))
    lines_of: dict[str, int] = {}
    for line in script.lines:
        lines_of[line.speaker] = lines_of.get(line.speaker, 0) + 1
    plan = make_plan(script.title, lines_of, 1, heard.recording.duration_s, settings.size, cast, staged, views)
    warnings += tuple(dict.fromkeys(warning for view in views for warning in view.warnings))
    return Preparation(script, cast, settings, staged, views, plan, (*heard.warnings, *warnings))


def _cast(heard: Heard, settings: EpisodeSettings, script: Script, pictures: Pictures) -> tuple[Cast, tuple[str, ...]]:
    """Everybody who was heard, those who are seen with seats.  script: of the recording."""
    from talkshow.cast.choosing import by_speaker

    flags = by_speaker(settings.seats, script, "seat")
    written = {
        speaker.name: seat_of(speaker.name, flags[speaker.name]) if speaker.name in flags else speaker.seat
        for speaker in heard.company.speakers
    }
    seats, warnings = seat_those_heard_most(heard.company, written, settings, pictures)
    turns = heard.company.diarization.turns
    characters = []
    with TrackReader(heard.recording.listened) as recording:
        for speaker in heard.company.speakers:
            gender = ""
            if settings.image is None and not speaker.look:
                gender = gender_of(recording, [turn.span for turn in turns if turn.speaker == speaker.name])
            voice = Voice("recorded", "recording", script.language, gender, "as recorded", "")
            characters.append(Character(speaker.name, voice, seats[speaker.name], speaker.look))
    return Cast(tuple(characters)), warnings


def produce_conversion(
    conversion: Conversion, heard: Heard, preparation: Preparation, workspace: Workspace, clock: Stopwatch, hook: Hook
) -> Episode:
    """Cut tracks, lay the sound, and film."""
    require_generators(preparation)
    names = episode_files([speaker.name for speaker in heard.company.speakers], num_pictures(preparation.views))
    begin(workspace, source_of(conversion), conversion.part, names, files_read(preparation, conversion.inputs))
    with clock.timing("mix"):
        tracks, mix = lay_sound(conversion, heard, workspace, hook)
    timeline = timeline_of(heard.said, heard.recording.num_frames)
    source = conversion.source
    settings = {
        "source": unique_names(source.files),
        "part": list(source.part),
        "channels": source.channels,
        "master": conversion.master,
    }
    roles = ["recording"] if source.file else [f"track of {each.name}" for each in source.speakers]
    origin = Origin(
        {name: dict(row) for name, row in heard.about.items()},
        _COMMENT,
        mix,
        tuple(zip(roles, source.files, strict=True)),
        {"recording": settings},
        mix_warnings(conversion, mix),
        to_rttm(heard.company.diarization.turns, workspace.folder.name),
    )
    return finish(preparation, timeline, tracks, origin, workspace, clock, hook)


def lay_sound(
    conversion: Conversion, heard: Heard, workspace: Workspace, hook: Hook
) -> tuple[tuple[Track, ...], MixFigures]:
    """One track a speaker, and `mix.wav`: the recording's own samples, or mastered. Reports ("mix", done, 2)."""
    stems = track_stems(speaker.name for speaker in heard.company.speakers)
    files = {name: workspace.tracks / f"{stem}.wav" for name, stem in stems.items()}
    turns = heard.company.diarization.turns
    tracks_key, mix_key = _sound_keys(conversion, heard, stems)
    hook("mix", 0, 2)
    if not workspace.is_done("tracks", tracks_key, *files.values()):
        with workspace.writing_all(*files.values()) as temporaries:
            cut_tracks(heard.recording, turns, heard.microphones, dict(zip(files, temporaries, strict=True)))
        workspace.note_done("tracks", tracks_key, *files.values())
    hook("mix", 1, 2)
    make = _master if conversion.master else _as_recorded
    figures = mixed(mix_key, workspace, lambda to: make(heard.recording, workspace, to))
    hook("mix", 2, 2)
    return tuple(Track(name, path) for name, path in files.items()), figures


def mix_warnings(conversion: Conversion, mix: MixFigures) -> tuple[str, ...]:
    """What there is to be told of `mix.wav`."""
    if mix.shortfall:
        return (mix.shortfall,)
    if not conversion.master and mix.true_peak_dbtp is not None and mix.true_peak_dbtp > LOUDEST_DBTP:
        return (
            f"the recording's peaks reach {mix.true_peak_dbtp:+.1f} dBTP, and players cut off what exceeds 0: "
            "--master brings it to -16 LUFS with peaks below -1 dBTP.",
        )
    return ()


def _sound_keys(conversion: Conversion, heard: Heard, stems: Mapping[str, str]) -> tuple[str, str]:
    """Digests of what decides the tracks, and the mix."""
    turns = heard.company.diarization.turns
    tracks = digest(
        identity("cut", CUT_REVISION),
        heard.recording.sound.name,
        dict(stems),
        [(turn.speaker, turn.span.start_s, turn.span.end_s) for turn in turns],
        {name: (part.sound.name, part.channel) for name, part in heard.microphones.items()},
    )
    return tracks, digest(heard.recording.sound.name, conversion.master and identity("mastering", MASTERING_REVISION))


def has_its_sound(conversion: Conversion, heard: Heard, workspace: Workspace) -> bool:
    """Whether tracks and mix lie in the folder already, as they would be made."""
    stems = track_stems(speaker.name for speaker in heard.company.speakers)
    tracks, mix = _sound_keys(conversion, heard, stems)
    files = [workspace.tracks / f"{stem}.wav" for stem in stems.values()]
    return workspace.is_done("tracks", tracks, *files) and workspace.is_done("mix", mix, workspace.mix)


def _as_recorded(recording: Recording, workspace: Workspace, to: Path) -> Level:
    """The recording's own samples, measured as the video plays them."""
    del workspace
    copy_file(recording.sound, to)
    return level_of(played_blocks(recording.sound))


def _master(recording: Recording, workspace: Workspace, to: Path) -> Mastering:
    """The recording at -16 LUFS, mono at 48 kHz as the mix of a script is."""
    with scratch(workspace.work / "recording" / "whole.wav") as whole:
        write_whole(recording, whole)
        return master((Track("recording", whole),), to)


def write_speakers(heard: Heard, conversion: Conversion, workspace: Workspace) -> Path | None:
    """Write `speakers.toml` for people to edit; None where there is one already: it is never overwritten."""
    path = workspace.path(REVIEW)
    if path.exists():
        return None
    samples = {
        label: [(said.span.start_s, said.text) for said in sample_lines(heard, speaker.name)]
        for speaker in heard.company.speakers
        for label in speaker.labels
    }
    return workspace.write_text(REVIEW, describe(heard.company, samples, conversion.name))


def sample_lines(heard: Heard, speaker: str) -> list[Said]:
    """Three lines by which somebody is recognised: the longest ones of the beginning, the middle and the end."""
    own = [line for line in heard.said if line.speaker == speaker]
    size = -(-len(own) // NUM_SAMPLES_SHOWN) or 1
    thirds = [own[first : first + size] for first in range(0, len(own), size)]
    return [max(third, key=lambda line: (len(line.text), line.span.duration_s)) for third in thirds]


def report_of(heard: Heard, conversion: Conversion) -> dict[str, Any]:
    """Who was heard, for machines."""
    turns = heard.company.diarization.turns
    return {
        "recording": conversion.name,
        "duration_s": heard.recording.duration_s,
        "speakers": [
            {
                "name": speaker.name,
                "labels": list(speaker.labels),
                "heard_s": round(heard.company.diarization.spoken_s(speaker.name), 2),
                "turns": sum(turn.speaker == speaker.name for turn in turns),
                "first_s": round(next(turn.span.start_s for turn in turns if turn.speaker == speaker.name), 3),
                "samples": [
                    {"start_s": round(line.span.start_s, 2), "text": line.text}
                    for line in sample_lines(heard, speaker.name)
                ],
            }
            for speaker in heard.company.speakers
        ],
    }
