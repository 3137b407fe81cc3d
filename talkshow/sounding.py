"""The sound of an episode: dry tracks and the mastered mix, made again only when something in them changed."""

from __future__ import annotations

from collections.abc import Sequence

from talkshow.mastering import MASTERING_IDENTITY, master
from talkshow.outputs import track_stems
from talkshow.progress import Hook
from talkshow.speaking import SpokenLine
from talkshow.timeline import Timeline
from talkshow.tracks import Track, lay_tracks
from talkshow.workspace import Workspace, digest


def lay_and_master(timeline: Timeline, spoken: Sequence[SpokenLine], workspace: Workspace,
                   hook: Hook) -> tuple[Track, ...]:
    """Lay one track a speaker, mix and master them to `mix.wav`. Reports ("mix", steps done, 2)."""
    stems = track_stems(timeline.speakers)
    tracks = tuple(Track(speaker, workspace.tracks / f"{stem}.wav") for speaker, stem in stems.items())
    files = [track.path for track in tracks]
    key = digest(MASTERING_IDENTITY, stems, [repr(cue) for cue in timeline.cues], timeline.duration_s,
                 [line.path.stem for line in spoken])
    hook("mix", 0, 2)
    if not workspace.is_done("tracks", key, *files):
        with workspace.writing_all(*files) as temporaries:
            lay_tracks(timeline, lambda cue: spoken[cue.index].sound(), temporaries[0].parent, stems)
        workspace.note_done("tracks", key, *files)
    hook("mix", 1, 2)
    if not workspace.is_done("mix", key, workspace.mix):
        with workspace.writing(workspace.mix) as temporary:
            master(tracks, temporary)
        workspace.note_done("mix", key, workspace.mix)
    hook("mix", 2, 2)
    return tracks
