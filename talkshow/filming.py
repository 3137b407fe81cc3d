"""The picture of an episode: shots to takes, takes to segments, segments and sound to one video."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from talkshow.audio import Samples, TrackReader
from talkshow.captions import caption_blocks
from talkshow.clock import to_frames
from talkshow.director import direct
from talkshow.faces.seats import draw_seat_plan
from talkshow.outputs import POSTER, seat_plans
from talkshow.performance.motion import ShowPerformance
from talkshow.performance.voicing import TrackSource
from talkshow.progress import Hook
from talkshow.render.base import Frame, GeneratedView, StageView
from talkshow.render.camera import Camera, shot_view
from talkshow.render.overlay import Overlay
from talkshow.render.segments import Take, film
from talkshow.shots import Shot, seen_in
from talkshow.timeline import Timeline
from talkshow.tracks import Track
from talkshow.video import check_lengths, join_segments
from talkshow.workspace import Workspace, digest

if TYPE_CHECKING:
    from talkshow.pipeline import Preparation


def direct_episode(preparation: Preparation, timeline: Timeline) -> tuple[Shot, ...]:
    """The shots of an episode."""
    settings = preparation.settings
    cameras = [Camera(view, settings.size) for view in preparation.views]
    return direct(timeline, [camera.scene_set() for camera in cameras], settings.shots, settings.seed)


def film_episode(preparation: Preparation, timeline: Timeline, shots: Sequence[Shot], tracks: Sequence[Track],
                 workspace: Workspace, hook: Hook, comment: str) -> None:
    """Write `episode.mp4`, `poster.png` and `seats.png`.  comment: in the video's metadata.

    Reports ("film", frames done, frames in all) and ("join", segments done, segments in all).
    Raises VideoError when the lengths of picture and sound differ.
    """
    settings = preparation.settings
    cv2.setNumThreads(1)              # segments are filmed side by side: one core each
    with contextlib.ExitStack() as opened:
        readers = {track.speaker: opened.enter_context(TrackReader(track.path)) for track in tracks}
        takes = _takes(preparation, timeline, shots, readers, workspace)
        overlay = Overlay(settings.size, caption_blocks(timeline) if settings.burn_captions else (), settings.title)
        segments = film(takes, overlay, settings.size, workspace, lambda done, total: hook("film", done, total))
        pictures = _write_pictures(preparation, timeline, takes, workspace)
    metadata = {"title": preparation.script.title, "comment": comment}
    key = digest([segment.name for segment in segments], workspace.mix.stat().st_size,
                 (workspace.work / "mix.done").read_bytes(), metadata)
    if not workspace.is_done("video", key, workspace.video, *pictures):
        with workspace.writing(workspace.video) as temporary:
            join_segments(temporary, segments, workspace.mix, metadata,
                          lambda done, total: hook("join", done, total))
            check_lengths(temporary)
        workspace.note_done("video", key, workspace.video, *pictures)
    else:
        check_lengths(workspace.video)


class _Silence:
    """The track of somebody who is seen and says nothing in this episode."""

    def read(self, first_sample: int, num: int) -> Samples:
        """Zeros, wherever."""
        del first_sample
        return np.zeros(num, np.float32)


def _takes(preparation: Preparation, timeline: Timeline, shots: Sequence[Shot],
           readers: dict[str, TrackReader], workspace: Workspace) -> list[Take]:
    """Every shot as it will be filmed. Who is seated but has no line in the chosen part listens."""
    views = preparation.views
    listeners = tuple(dict.fromkeys(name for view in views for name in view.seats if name not in timeline.speakers))
    everybody = replace(timeline, speakers=timeline.speakers + listeners)
    sounds: dict[str, TrackSource] = {**readers, **dict.fromkeys(listeners, _Silence())}
    performance = ShowPerformance(everybody, sounds, {}, preparation.settings.seed)
    cameras = {id(view): Camera(view, preparation.settings.size) for view in views}
    performances = []
    for view in views:
        width = view.seat_picture().shape[1]
        performances.append(performance.seated({name: box.center[0] / width for name, box in view.seats.items()}))
    _begin(views, shots, workspace)
    return [Take(shot_view(cameras[id(views[shot.scene])], shot), performances[shot.scene],
                 seen_in(shot, views[shot.scene].seats), shot.first, shot.last) for shot in shots]


def _begin(views: Sequence[StageView], shots: Sequence[Shot], workspace: Workspace) -> None:
    """Tell views that generate where they start afresh: at scenes, and at cuts, where nobody sees it."""
    for view in {id(view): view for view in views}.values():
        if isinstance(view, GeneratedView):
            own = [(shot.first, shot.last) for shot in shots if views[shot.scene] is view]
            view.begin(workspace.work / "chunks", own)


def _write_pictures(preparation: Preparation, timeline: Timeline, takes: Sequence[Take],
                    workspace: Workspace) -> list[Path]:
    """The poster (somebody speaking, in the first scene) and a seat plan for each picture."""
    written = [workspace.path(POSTER)]
    seen = takes[0].speakers
    first_words = next((cue for cue in timeline.cues if cue.speaker in seen), None)
    moment = to_frames((first_words.span.start_s + first_words.span.end_s) / 2) if first_words else takes[0].first
    moment = min(max(moment, takes[0].first), takes[-1].last - 1)
    take = next(take for take in takes if take.first <= moment < take.last)
    poster = next(iter(take.view.frames(take.performance, moment, moment + 1)))
    with workspace.writing(written[0]) as temporary:
        write_png(temporary, poster)
    views: list[StageView] = list({view.identity: view for view in preparation.views}.values())
    for view, name in zip(views, seat_plans(len(views)), strict=True):
        path = workspace.path(name)
        with workspace.writing(path) as temporary:
            write_png(temporary, draw_seat_plan(view.seat_picture(), view.seats))
        written.append(path)
    return written


def write_png(path: Path, picture: Frame) -> None:
    """Write an RGB picture as PNG."""
    encoded = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1]
    path.write_bytes(encoded.tobytes())
