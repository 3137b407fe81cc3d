"""The sound of an episode that comes from a recording: a track for each speaker, and the mix."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from talkshow.episode.mix import MixFigures, mixed
from talkshow.episode.run import Run
from talkshow.provenance.signing import Credentials
from talkshow.recording.cut import REVISION as CUT_REVISION
from talkshow.recording.cut import cut_tracks, write_whole
from talkshow.recording.read import Recording
from talkshow.recording.types import Conversion, ConversionAnalysis
from talkshow.sound.loudness import Level, level_of
from talkshow.sound.mastering import REVISION as MASTERING_REVISION
from talkshow.sound.mastering import Mastering, master
from talkshow.sound.tracks import Track
from talkshow.sound.waveform import played_blocks
from talkshow.store.digests import digest, identity
from talkshow.store.files import copy_file, scratch
from talkshow.store.outputs import track_stems
from talkshow.store.workspace import Workspace

LOUDEST_DBTP = 1.0  # true peak of a recording above which it is reported; lossy formats often exceed 0 a little


def lay_sound(
    conversion: Conversion, analysis: ConversionAnalysis, run: Run, credentials: Credentials | None = None
) -> tuple[tuple[Track, ...], MixFigures]:
    """One track per speaker, and `mix.wav`: the recording's own samples, or mastered. Reports ("mix", done, 2).

    credentials: what `mix.wav` claims, as in `mixed`.
    """
    workspace, hook = run.workspace, run.hook
    stems = track_stems(analysis.speakers.names)
    files = {name: workspace.tracks / f"{stem}.wav" for name, stem in stems.items()}
    turns = analysis.speakers.diarization.turns
    tracks_key, mix_key = _sound_keys(conversion, analysis, stems)
    hook("mix", 0, 2)
    if not workspace.is_done("tracks", tracks_key, *files.values()):
        with workspace.writing_all(*files.values()) as temporaries:
            cut_tracks(
                analysis.recording, turns, analysis.speakers.microphones, dict(zip(files, temporaries, strict=True))
            )
        workspace.note_done("tracks", tracks_key, *files.values())
    hook("mix", 1, 2)
    make = _master if conversion.master else _as_recorded
    figures = mixed(mix_key, workspace, lambda to: make(analysis.recording, workspace, to), credentials)
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


def _sound_keys(conversion: Conversion, analysis: ConversionAnalysis, stems: Mapping[str, str]) -> tuple[str, str]:
    """Digests of what decides the tracks, and the mix."""
    turns = analysis.speakers.diarization.turns
    tracks = digest(
        identity("cut", CUT_REVISION),
        analysis.recording.sound.name,
        dict(stems),
        [(turn.speaker, turn.span.start_s, turn.span.end_s) for turn in turns],
        {name: (part.sound.name, part.channel) for name, part in analysis.speakers.microphones.items()},
    )
    return tracks, digest(
        analysis.recording.sound.name, conversion.master and identity("mastering", MASTERING_REVISION)
    )


def has_its_sound(conversion: Conversion, analysis: ConversionAnalysis, workspace: Workspace) -> bool:
    """Whether the folder already holds the tracks and the mix as they would be made."""
    stems = track_stems(analysis.speakers.names)
    tracks, mix = _sound_keys(conversion, analysis, stems)
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
