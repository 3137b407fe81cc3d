"""Checks that every face moves with its own track and that the file contains the mix, from the finished file alone.

    read_filmed -> stretches -> watch + listen -> figures -> verdict

Works on any folder that `talkshow render` has made, also on a copy without `.work/`.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from talkshow.check.figures import figures
from talkshow.check.filmed import Filmed, FilmedShot, read_filmed, spoken_spans
from talkshow.check.listening import Heard, track_energies
from talkshow.check.sound import compare_sound
from talkshow.check.stretches import Stretch, all_stretches, spread_stretches
from talkshow.check.verdict import Check, FaceCheck, judge_face, judge_sound, read_check, unseen
from talkshow.check.watching import LANDMARKS, MOTION, Mouth, Progress, watch
from talkshow.clock import FPS
from talkshow.errors import TalkshowError
from talkshow.film.video import picture_size
from talkshow.machine.boundary import public
from talkshow.progress import Hook, quiet
from talkshow.shots.types import edges
from talkshow.store.digests import digest, identity

if TYPE_CHECKING:
    from talkshow.episode.run import Run
    from talkshow.episode.types import Made

REVISION = 2  # raise when the same video would be judged differently
QUICK_S = 60.0  # of frames, that a quick check reads at most
QUICK_EVERY, MANY_EVERY = 3, 4  # every third or fourth one is measured: 8 frames per second are enough for lips
MANY = 3  # faces, from which it is the fourth


@public
def check_episode(folder: Path | str, hook: Hook = quiet, *, quick: bool = False) -> Check:
    """Read all of a finished episode, or with `quick` a minute spread over it.

    Reports ("check", frames done, frames in all). Raises WorkspaceError when the folder is none of an episode,
    VideoError and AudioError when a file in it cannot be read.
    """
    return _check(read_filmed(Path(folder)), hook, quick)


def check_render(filmed: Made, run: Run) -> Check:
    """The stage: a quick check of the episode that was just joined.

    Made again only when the video, a track or a seat has changed. A check that cannot be made is a problem in the
    result and not an error: the episode is there.
    """
    preparation, timeline, shots, workspace = filmed.preparation, filmed.timeline, filmed.shots, run.workspace
    seats = [preparation.views[shot.scene].seats for shot in shots]
    heard = [(cue.speaker, cue.kind, cue.span) for cue in timeline.cues]
    files = [(track.speaker, track.path) for track in filmed.tracks]
    key = digest(
        identity("check", REVISION),
        preparation.settings.size,
        [
            (shot.as_dict(), {name: edges(box) for name, box in seat.items()})
            for shot, seat in zip(shots, seats, strict=True)
        ],
        [(speaker, kind, span.start_s, span.end_s) for speaker, kind, span in heard],
        [
            (name, workspace.digests.of(path))
            for name, path in (*files, ("mix", workspace.mix), ("video", workspace.video))
        ],
    )
    kept = workspace.kept_json("check", key, read_check)
    if kept is not None:
        return kept
    show = Filmed(
        workspace.video,
        workspace.mix,
        dict(files),
        timeline.num_frames,
        tuple(FilmedShot(shot, seat, preparation.settings.size) for shot, seat in zip(shots, seats, strict=True)),
        *spoken_spans(heard),
    )
    try:
        made = _check(show, run.hook, True)
    except TalkshowError as exc:
        return Check((), None, 0.0, failure=f"the episode could not be checked: {exc}")
    workspace.keep_json("check", key, dataclasses.asdict(made))
    return made


def _check(show: Filmed, hook: Hook, quick: bool) -> Check:
    start = time.perf_counter()
    stretches = spread_stretches(show, picture_size(show.video), QUICK_S) if quick else all_stretches(show)
    hook("check", 0, sum(stretch.last - stretch.first for stretch in stretches))  # hours of sound take minutes
    energies = {name: track_energies(path) for name, path in show.tracks.items()}
    heard = {name: Heard.of(energy) for name, energy in energies.items()}
    sound = judge_sound(compare_sound(show, list(energies.values())))
    every = (MANY_EVERY if len(show.seated) >= MANY else QUICK_EVERY) if quick else 1
    faces = check_faces(show, stretches, heard, every, lambda done, total: hook("check", done, total))
    read_s = sum(stretch.last - stretch.first for stretch in stretches) / FPS
    return Check(faces, sound, read_s, time.perf_counter() - start)


def check_faces(
    show: Filmed, stretches: Sequence[Stretch], heard: Mapping[str, Heard], every: int, progress: Progress
) -> tuple[FaceCheck, ...]:
    """Watch and judge everybody who is seated."""
    mouths = watch(show.video, stretches, every=every, progress=progress)
    faces = {name: _judged(show, name, mouth, heard, every) for name, mouth in mouths.items()}
    # Landmarks may slip off a drawn face, or fit it and not see its mouth: then its looks are asked.
    doubtful = {name: MOTION for name, face in faces.items() if face.by == LANDMARKS and face.is_doubtful}
    if doubtful:
        for name, mouth in watch(show.video, stretches, every=every, by=doubtful).items():
            face = _judged(show, name, mouth, heard, every)
            if not face.is_doubtful:
                faces[name] = face
    return tuple(faces.get(name) or unseen(name) for name in show.seated)


def _judged(show: Filmed, name: str, mouth: Mouth, heard: Mapping[str, Heard], every: int) -> FaceCheck:
    return judge_face(name, mouth, figures(name, mouth, heard, show.murmurs.get(name, ()), every))
