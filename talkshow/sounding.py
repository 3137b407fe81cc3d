"""The sound of an episode: dry tracks and the mastered mix, made again only when something in them changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from talkshow.digests import digest, identity
from talkshow.mastering import REVISION as MASTERING_REVISION
from talkshow.mastering import master
from talkshow.naming import safe_name
from talkshow.progress import Hook
from talkshow.speaking import SpokenLine
from talkshow.timeline import Timeline
from talkshow.tracks import REVISION as TRACKS_REVISION
from talkshow.tracks import Track, lay_tracks
from talkshow.workspace import Workspace


def lay_and_master(timeline: Timeline, spoken: Sequence[SpokenLine], workspace: Workspace,
                   hook: Hook) -> tuple[Track, ...]:
    """Lay one track a speaker, mix and master them to `mix.wav`. Reports ("mix", steps done, 2)."""
    stems: dict[str, str] = {}
    for speaker in timeline.speakers:
        stems[speaker] = safe_name(speaker, set(stems.values()))
    tracks = tuple(Track(speaker, workspace.tracks / f"{stem}.wav") for speaker, stem in stems.items())
    files = [track.path for track in tracks]
    laid = [(stems[cue.speaker], cue.span.start_s, cue.span.end_s, cue.cut_off, cue.gain_db, cue.fade_out_s,
             spoken[cue.index].path.stem) for cue in timeline.cues]
    key = digest(identity("tracks", TRACKS_REVISION), list(stems.values()), laid, timeline.num_frames)
    hook("mix", 0, 2)
    if not workspace.is_done("tracks", key, *files):
        _remove_others(workspace.tracks, files)
        workspace.tracks.mkdir(exist_ok=True)
        lay_tracks(timeline, lambda cue: spoken[cue.index].sound(), workspace.tracks, stems)
        workspace.note_done("tracks", key, *files)
    hook("mix", 1, 2)
    key = digest(identity("mastering", MASTERING_REVISION), [workspace.digests.of(file) for file in files])
    if not workspace.is_done("mix", key, workspace.mix):
        master(tracks, workspace.mix)
        workspace.note_done("mix", key, workspace.mix)
    hook("mix", 2, 2)
    return tracks


def _remove_others(folder: Path, wanted: Sequence[Path]) -> None:
    """Tracks of speakers who are no longer in the script would be taken for tracks of the episode."""
    for old in folder.glob("*.wav"):
        if old not in wanted:
            old.unlink()
