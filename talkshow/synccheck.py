"""Does every face move with its own track, and is the file's own sound the mix?  Read from the finished file alone.

    read_filmed / filmed -> stretches -> watch + listen -> figures -> verdict

Works on any folder that `talkshow render` has made, also on a copy without `.work/`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from talkshow.check.figures import figures
from talkshow.check.filmed import Filmed, filmed, read_filmed
from talkshow.check.listening import Heard, track_energies
from talkshow.check.sound import compare_sound
from talkshow.check.stretches import Stretch, all_stretches, spread_stretches
from talkshow.check.verdict import Check, FaceCheck, judge_face, judge_sound, unseen
from talkshow.check.watching import LANDMARKS, MOTION, Mouth, Progress, watch
from talkshow.clock import FPS
from talkshow.progress import Hook, quiet
from talkshow.video import picture_size

QUICK_S = 60.0                    # of frames, that a quick check reads at most
QUICK_EVERY = 3                   # of which each so-maniest is measured: at 8 frames a second lips are as sure


def check_episode(folder: Path, hook: Hook = quiet, *, quick: bool = False) -> Check:
    """Read all of a finished episode, or with `quick` a minute spread over it.

    Reports ("check", frames done, frames in all). Raises WorkspaceError when the folder is none of an episode,
    VideoError and AudioError when a file in it cannot be read.
    """
    return _check(read_filmed(folder), hook, quick)


def check_render(folder: Path, manifest: Any, timeline: Any, hook: Hook = quiet) -> Check:
    """The quick check of an episode that was just rendered.  manifest, timeline: its records, still in memory."""
    return _check(filmed(folder, manifest, timeline), hook, True)


def _check(show: Filmed, hook: Hook, quick: bool) -> Check:
    start = time.perf_counter()
    stretches = spread_stretches(show, picture_size(show.video), QUICK_S) if quick else all_stretches(show)
    energies = {name: track_energies(path) for name, path in show.tracks.items()}
    heard = {name: Heard.of(energy) for name, energy in energies.items()}
    sound = judge_sound(compare_sound(show, list(energies.values())))
    faces = check_faces(show, stretches, heard, QUICK_EVERY if quick else 1,
                        lambda done, total: hook("check", done, total))
    read_s = sum(stretch.last - stretch.first for stretch in stretches) / FPS
    return Check(faces, sound, read_s, time.perf_counter() - start)


def check_faces(show: Filmed, stretches: Sequence[Stretch], heard: Mapping[str, Heard], every: int,
                progress: Progress) -> tuple[FaceCheck, ...]:
    """Watch and judge everybody who is seated."""
    mouths = watch(show.video, stretches, every=every, progress=progress)
    faces = {name: _judged(show, name, mouth, heard, every) for name, mouth in mouths.items()}
    # Landmarks can fit a drawn face and still not see its mouth: where they see none move, its looks are asked.
    still = {name: MOTION for name, face in faces.items() if face.by == LANDMARKS and face.is_still}
    if still:
        for name, mouth in watch(show.video, stretches, every=every, by=still).items():
            face = _judged(show, name, mouth, heard, every)
            if not face.is_still:
                faces[name] = face
    return tuple(faces.get(name) or unseen(name) for name in show.seated)


def _judged(show: Filmed, name: str, mouth: Mouth, heard: Mapping[str, Heard], every: int) -> FaceCheck:
    return judge_face(name, mouth, figures(name, mouth, heard, show.murmurs.get(name, ()), every))
