"""From a recording to an episode: read, diarize, transcribe, name; then the same road as a script.

convert_recording = listen (analysis.py) -> prepare_conversion -> produce_conversion
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from talkshow.cast.types import Cast, Character
from talkshow.engines.studio import Studio
from talkshow.episode.credentials import credentials_of
from talkshow.episode.holding import EpisodeSource, begin, folder_for, note, require
from talkshow.episode.make import files_read, finish, num_pictures, require_generators
from talkshow.episode.plan import make_plan
from talkshow.episode.published import unique_names
from talkshow.episode.run import Run
from talkshow.episode.stage import open_views, stage_scenes
from talkshow.episode.types import Episode, Made, Origin, Preparation, RecordingFacts, StageFacts
from talkshow.languages.registry import DEFAULT
from talkshow.machine.boundary import public
from talkshow.machine.workers import limited
from talkshow.progress import Hook, quiet
from talkshow.recording.analysis import listen
from talkshow.recording.lines import script_of, timeline_of
from talkshow.recording.pitch import gender_of
from talkshow.recording.seating import seat_those_heard_most
from talkshow.recording.sound import lay_sound, mix_warnings
from talkshow.recording.types import Conversion, ConversionAnalysis
from talkshow.script.model import Script
from talkshow.script.seats import seat_of
from talkshow.settings import EpisodeSettings
from talkshow.sound.waveform import TrackReader
from talkshow.store.outputs import episode_files
from talkshow.store.workspace import Workspace
from talkshow.timeline.rttm import to_rttm

if TYPE_CHECKING:
    from talkshow.faces.pictures import Pictures

_COMMENT = "made with talkshow from a recording; the pictures are synthetic"


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
    """Make sure, before anything is listened to, that the result can be written; the speakers are not known yet.

    names: files that are written for any speakers.  inputs: files that are read beside those of the conversion.
    over_diarization: also where `diarize` alone has left its files of another recording. Raises WorkspaceError.
    """
    require(workspace, source_of(conversion), conversion.part, over_diarization=over_diarization)
    workspace.claim(names, (*conversion.inputs, *inputs))
    note(workspace, source_of(conversion), conversion.part)


def source_of(conversion: Conversion) -> EpisodeSource:
    """The recording, or one file per speaker."""
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
    studio: Studio | None = None,
) -> Episode:
    """Turn a recording into a video in `out`/`name`/. What an earlier run finished is not made again.

    studio: engines to use. Pass the same one to every call of a process that makes several episodes.

    Raises TalkshowError for everything that the user or the machine can cause.
    """
    studio = studio or Studio()
    run = Run(workspace_of(conversion, Path(out), name), hook)
    settings = settings or EpisodeSettings()
    with run.workspace.opened(), limited(settings.jobs):
        require_folder(conversion, run.workspace, episode_files((), 1), [settings.image] if settings.image else [])
        analysis = listen(conversion, run, studio)
        preparation = prepare_conversion(conversion, analysis, settings, studio)
        return produce_conversion(conversion, analysis, preparation, run)


def prepare_conversion(
    conversion: Conversion, analysis: ConversionAnalysis, settings: EpisodeSettings, studio: Studio | None = None
) -> Preparation:
    """Cast and stage those who were heard."""
    from talkshow.faces.pictures import Pictures

    studio = studio or Studio()
    language = conversion.transcript.language or analysis.transcript.language or DEFAULT
    script = script_of(analysis.said, conversion.name, language)
    pictures = Pictures()
    cast, warnings = _cast(analysis, settings, script, pictures)
    staged = tuple(stage_scenes(script, cast, settings, pictures))
    views = tuple(open_views(staged, studio))
    plan = make_plan(script, analysis.recording.duration_s, settings.size, cast, staged, views)
    warnings += tuple(dict.fromkeys(warning for view in views for warning in view.warnings))
    return Preparation(script, cast, settings, staged, views, plan, (*analysis.warnings, *warnings), studio)


def _cast(
    analysis: ConversionAnalysis, settings: EpisodeSettings, script: Script, pictures: Pictures
) -> tuple[Cast, tuple[str, ...]]:
    """Everybody who was heard, those who are seen with seats.  script: of the recording."""
    from talkshow.cast.choosing import by_speaker

    flags = by_speaker(settings.seats, script, "seat")
    written = {
        speaker.name: seat_of(speaker.name, flags[speaker.name]) if speaker.name in flags else speaker.seat
        for speaker in analysis.speakers.members
    }
    seats, warnings = seat_those_heard_most(analysis.speakers, written, settings, pictures)
    turns = analysis.speakers.diarization.turns
    characters = []
    with TrackReader(analysis.recording.listened) as recording:
        for speaker in analysis.speakers.members:
            gender = ""
            if settings.image is None and not speaker.look:
                gender = gender_of(recording, [turn.span for turn in turns if turn.speaker == speaker.name])
            characters.append(Character(speaker.name, None, seats[speaker.name], speaker.look, recorded_gender=gender))
    return Cast(tuple(characters)), warnings


def produce_conversion(
    conversion: Conversion, analysis: ConversionAnalysis, preparation: Preparation, run: Run
) -> Episode:
    """Cut tracks, lay the sound, and film."""
    require_generators(preparation)
    names = episode_files(analysis.speakers.names, num_pictures(preparation.views))
    begin(run.workspace, source_of(conversion), conversion.part, names, files_read(preparation, conversion.inputs))
    source = conversion.source
    roles = ["recording"] if source.file else [f"track of {each.name}" for each in source.speakers]
    inputs = tuple(zip(roles, source.files, strict=True))
    credentials = credentials_of(preparation, inputs, run)
    with run.clock.timing("mix"):
        tracks, mix = lay_sound(conversion, analysis, run, credentials)
    timeline = timeline_of(analysis.said, analysis.recording.num_frames, preparation.script.language)
    origin = Origin(
        {"read": StageFacts(), "diarize": analysis.diarized, "transcribe": analysis.transcribed},
        _COMMENT,
        mix,
        inputs,
        RecordingFacts(unique_names(source.files), list(source.part), source.channels, conversion.master),
        mix_warnings(conversion, mix),
        to_rttm(analysis.speakers.diarization.turns, run.workspace.folder.name),
    )
    return finish(Made(preparation, timeline, tracks, origin, credentials), run)
