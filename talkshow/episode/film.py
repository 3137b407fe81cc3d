"""Makes the picture of an episode: shots to takes, takes to segments, segments and sound to one video."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from talkshow.clock import to_frames
from talkshow.errors import VideoError
from talkshow.faces.picture import as_png
from talkshow.faces.seats import draw_seat_plan
from talkshow.film.overlay import Overlay
from talkshow.film.segments import Segment, Take, film, plan_segments
from talkshow.film.video import AAC, SegmentsDiffer, check_lengths, join_segments
from talkshow.geometry import Size
from talkshow.machine import libraries
from talkshow.performance.motion import ShowPerformance
from talkshow.performance.voicing import TrackSource
from talkshow.progress import Hook
from talkshow.provenance.claims import VIDEO
from talkshow.provenance.signing import Credentials
from talkshow.render.base import StageView
from talkshow.shots.camera import ShotView
from talkshow.shots.director import direct
from talkshow.shots.types import Shot, seen_in
from talkshow.sound.waveform import Samples, TrackReader
from talkshow.store.digests import digest, identity
from talkshow.store.outputs import POSTER, seat_plans
from talkshow.store.workspace import Workspace
from talkshow.timeline.captions import caption_blocks
from talkshow.timeline.types import Timeline

if TYPE_CHECKING:
    from talkshow.episode.run import Run
    from talkshow.episode.types import Made, Preparation

REVISION = 1  # raise when the same episode would have another poster, or other plans of seats
CHUNKS = "chunks"  # the stage under which views that generate keep what they have made


def direct_episode(preparation: Preparation, timeline: Timeline) -> tuple[Shot, ...]:
    """The shots of an episode."""
    settings = preparation.settings
    return direct(timeline, [camera.scene_set() for camera in preparation.cameras], settings.shots, settings.seed)


def film_episode(made: Made, run: Run) -> list[str]:
    """Write `episode.mp4`, `poster.png` and `seats.png`; returns warnings.

    Reports ("film", frames done, frames in all) and ("join", segments done, segments in all).
    Raises VideoError when kept segments and sound make no video, even after all were filmed again.
    """
    preparation, timeline, workspace, hook = made.preparation, made.timeline, run.workspace, run.hook
    settings = preparation.settings
    with contextlib.ExitStack() as opened:
        opened.enter_context(libraries.one_cv2_thread())  # segments are filmed side by side
        readers = {track.speaker: opened.enter_context(TrackReader(track.path)) for track in made.tracks}
        takes = _takes(made, readers, workspace)
        overlay = Overlay(settings.size, caption_blocks(timeline) if settings.burn_captions else (), settings.title)
        segments = plan_segments(takes, overlay, settings.size, workspace)
        for take in takes:
            if take.view.generator is not None:
                workspace.use(CHUNKS, *take.view.generator.kept_chunks(take.performance, take.first, take.last))
        metadata = {"title": preparation.script.title, "comment": made.origin.comment}
        key = digest(
            [segment.path.name for segment in segments],
            workspace.digests.of(workspace.mix),
            metadata,
            AAC,
            made.credentials.identity(VIDEO),
        )
        if workspace.is_done("video", key, workspace.video):
            hook("film", takes[-1].last, takes[-1].last)
        else:
            _make_video(segments, takes, overlay, settings.size, metadata, made.credentials, workspace, hook)
            workspace.note_done("video", key, workspace.video)
        _write_pictures(preparation, timeline, takes, segments, workspace)
        return overlay.warnings


def _make_video(
    segments: Sequence[Segment],
    takes: Sequence[Take],
    overlay: Overlay,
    size: Size,
    metadata: dict[str, str],
    credentials: Credentials,
    workspace: Workspace,
    hook: Hook,
) -> None:
    """Film what is not cached, and join it. If cached segments do not make one video, film them again, once."""
    for is_last in (False, True):
        film(segments, takes, overlay, size, workspace, lambda done, total: hook("film", done, total))
        try:
            with workspace.writing(workspace.video) as temporary:
                join_segments(
                    temporary,
                    [segment.path for segment in segments],
                    workspace.mix,
                    metadata,
                    lambda done, total: hook("join", done, total),
                )
                check_lengths(temporary)
                credentials.attach(temporary, VIDEO)
            return
        except SegmentsDiffer as exc:
            if is_last:
                raise VideoError(
                    f"{exc}, even after all were filmed again. This is a fault of talkshow or of the "
                    "renderer: report it with what `talkshow doctor` prints."
                ) from exc
            for segment in segments:
                segment.path.unlink(missing_ok=True)


class _Silence:
    """The track of a character who is seen but says nothing in this episode."""

    def read(self, first_sample: int, num: int) -> Samples:
        """Silence at any place."""
        del first_sample
        return np.zeros(num, np.float32)


def _takes(made: Made, readers: dict[str, TrackReader], workspace: Workspace) -> list[Take]:
    """Every shot as it will be filmed. Who is seated but has no line in the chosen part listens."""
    preparation, timeline, shots = made.preparation, made.timeline, made.shots
    views = preparation.views
    listeners = tuple(dict.fromkeys(name for view in views for name in view.seats if name not in timeline.speakers))
    everybody = replace(timeline, speakers=timeline.speakers + listeners)
    sounds: dict[str, TrackSource] = {**readers, **dict.fromkeys(listeners, _Silence())}
    performance = ShowPerformance(everybody, sounds, {}, preparation.settings.seed)
    performances = []
    for view in views:
        width, _ = view.picture_size
        performances.append(performance.seated({name: box.center[0] / width for name, box in view.seats.items()}))
    _begin(views, shots, workspace)
    return [
        Take(
            ShotView(preparation.cameras[shot.scene], shot),
            performances[shot.scene],
            seen_in(shot, views[shot.scene].seats),
            shot.first,
            shot.last,
        )
        for shot in shots
    ]


def _begin(views: Sequence[StageView], shots: Sequence[Shot], workspace: Workspace) -> None:
    """Tell views that generate where they start over: at scenes and at cuts, where it is not visible."""
    for view in {id(view): view for view in views}.values():
        if view.generator is not None:
            own = [(shot.first, shot.last) for shot in shots if views[shot.scene] is view]
            view.generator.begin(workspace.work / CHUNKS, own)


def _write_pictures(
    preparation: Preparation,
    timeline: Timeline,
    takes: Sequence[Take],
    segments: Sequence[Segment],
    workspace: Workspace,
) -> None:
    """Write the poster (a speaker, in the first scene) and a seat plan for each picture."""
    views: list[StageView] = list({view.identity: view for view in preparation.views}.values())
    plans = seat_plans(len(views))
    take, moment = _poster(timeline, takes)
    pictures = [workspace.path(name) for name in (POSTER, *plans)]
    key = digest(
        identity("pictures", REVISION),
        [segment.path.name for segment in segments],
        [view.identity for view in views],
        moment,
    )
    if workspace.is_done("pictures", key, *pictures):
        return
    workspace.write_bytes(POSTER, as_png(next(iter(take.view.frames(take.performance, moment, moment + 1)))))
    for view, name in zip(views, plans, strict=True):
        workspace.write_bytes(name, as_png(draw_seat_plan(view.seat_picture(), view.seats)))
    workspace.note_done("pictures", key, *pictures)


def _poster(timeline: Timeline, takes: Sequence[Take]) -> tuple[Take, int]:
    """The frame for the poster, and the take in which it is."""
    seen = takes[0].speakers
    first_words = next((cue for cue in timeline.cues if cue.speaker in seen), None)
    moment = to_frames((first_words.span.start_s + first_words.span.end_s) / 2) if first_words else takes[0].first
    moment = min(max(moment, takes[0].first), takes[-1].last - 1)
    return next(take for take in takes if take.first <= moment < take.last), moment
