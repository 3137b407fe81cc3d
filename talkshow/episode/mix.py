"""Makes the sound of an episode: dry tracks and the mastered mix. Both are cached."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from talkshow.episode.speak import kept_sound
from talkshow.progress import Hook
from talkshow.provenance.claims import SOUND
from talkshow.provenance.signing import Credentials
from talkshow.sound.loudness import Level
from talkshow.sound.mastering import REVISION as MASTERING_REVISION
from talkshow.sound.mastering import Mastering, master
from talkshow.sound.tracks import REVISION as TRACKS_REVISION
from talkshow.sound.tracks import Track, lay_tracks
from talkshow.store.digests import digest, identity
from talkshow.store.outputs import track_stems
from talkshow.store.workspace import Workspace
from talkshow.timeline.types import Timeline


@dataclass(frozen=True)
class MixFigures:
    """What `mix.wav` holds, as the manifest tells it.

    loudness_lufs, true_peak_dbtp: None for silence; loudness also below the gate of -70 LUFS
    gain_db:   by which the sum of the tracks, or the recording, was raised
    shortfall: why it misses the loudness it was to have, in words; empty where it does not
    """

    loudness_lufs: float | None
    true_peak_dbtp: float | None
    gain_db: float = 0.0
    shortfall: str = ""

    @classmethod
    def of(cls, found: Level | Mastering) -> MixFigures:
        """Figures of what was measured, to a hundredth."""
        gain_db, shortfall = (found.gain_db, found.shortfall) if isinstance(found, Mastering) else (0.0, "")
        loudness, peak = (
            round(value, 2) if math.isfinite(value) else None for value in (found.loudness_lufs, found.true_peak_dbtp)
        )
        return cls(loudness, peak, round(gain_db, 2), shortfall)

    def row(self) -> dict[str, float | None]:
        """For the manifest."""
        return {"loudness_lufs": self.loudness_lufs, "true_peak_dbtp": self.true_peak_dbtp, "gain_db": self.gain_db}


def lay_and_master(
    timeline: Timeline, credentials: Credentials, workspace: Workspace, hook: Hook
) -> tuple[tuple[Track, ...], MixFigures]:
    """Write one track per speaker, mix them and master the mix to `mix.wav`. Reports ("mix", steps done, 2)."""
    stems = track_stems(timeline.speakers)
    tracks = tuple(Track(speaker, workspace.tracks / f"{stem}.wav") for speaker, stem in stems.items())
    files = [track.path for track in tracks]
    laid = [
        (
            stems[cue.speaker],
            cue.span.start_s,
            cue.span.end_s,
            cue.cut_off,
            cue.gain_db,
            cue.fade_out_s,
            kept_sound(cue).path.stem,
        )
        for cue in timeline.cues
    ]
    key = digest(identity("tracks", TRACKS_REVISION), list(stems.values()), laid, timeline.num_frames)
    hook("mix", 0, 2)
    if not workspace.is_done("tracks", key, *files):
        with workspace.writing_all(*files) as temporaries:
            lay_tracks(timeline, lambda cue: kept_sound(cue).sound(), temporaries[0].parent, stems)
        workspace.note_done("tracks", key, *files)
    hook("mix", 1, 2)
    key = digest(identity("mastering", MASTERING_REVISION), [workspace.digests.of(file) for file in files])
    figures = mixed(key, workspace, lambda to: master(tracks, to), credentials)
    hook("mix", 2, 2)
    return tracks, figures


def mixed(
    key: str, workspace: Workspace, make: Callable[[Path], Level | Mastering], credentials: Credentials | None = None
) -> MixFigures:
    """What `mix.wav` holds: as an earlier run with this key left it, or made now.

    make: writes the mix to a path, and measures it.  credentials: what `mix.wav` claims; None: a new one claims
    nothing, and what one that is there claims does not matter.
    """
    done = workspace.is_done("mix", key, workspace.mix) and (
        credentials is None or workspace.is_done("mix-credentials", credentials.identity(SOUND), workspace.mix)
    )
    figures = workspace.kept_json("mix", key, _figures) if done else None
    if figures is None:
        with workspace.writing(workspace.mix) as temporary:
            figures = MixFigures.of(make(temporary))
            if credentials is not None:
                credentials.attach(temporary, SOUND)
        workspace.keep_json("mix", key, asdict(figures))
        workspace.note_done("mix", key, workspace.mix)
        if credentials is not None:
            workspace.note_done("mix-credentials", credentials.identity(SOUND), workspace.mix)
    return figures


def _figures(kept: Any) -> MixFigures:
    """Figures of an earlier run. Raises TypeError or ValueError for what cannot be read."""
    figures = MixFigures(**kept)
    numbers = (figures.gain_db, *(value for value in figures.row().values() if value is not None))
    if not all(math.isfinite(value) for value in numbers) or not isinstance(figures.shortfall, str):
        raise ValueError("not what was kept")
    return figures
