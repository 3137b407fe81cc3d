"""Filming an episode: which frames are still missing, and making them on all cores.

The episode is cut into segments of a fixed number of frames. A segment is kept under the digest of everything
that decides its pictures, so a changed line films only the segments in which something moves differently.
"""

from __future__ import annotations

import concurrent.futures
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from talkshow.errors import RenderError
from talkshow.film.overlay import Overlay
from talkshow.film.video import SEGMENT_FRAMES, encode_segment, encoder_identity
from talkshow.geometry import Frame, Size
from talkshow.machine.workers import picture_workers
from talkshow.render.base import Performance, StageView
from talkshow.shots.camera import ShotView
from talkshow.store.digests import digest
from talkshow.store.files import is_sealed, seal_file
from talkshow.store.workspace import Workspace

Progress = Callable[[int, int], None]  # (frames done, frames in all)

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Take:
    """A shot, ready to be filmed: what is seen during frames first..last-1 of the episode."""

    view: StageView  # a whole stage, or one shot of it
    performance: Performance
    speakers: tuple[str, ...]  # those who are seen
    first: int
    last: int


@dataclass(frozen=True)
class Segment:
    """Frames first..last-1 and the file in which they are, or will be, kept."""

    first: int
    last: int
    path: Path


def plan_segments(takes: Sequence[Take], overlay: Overlay, size: Size, workspace: Workspace) -> list[Segment]:
    """Cut the episode into segments and name each by what it shows."""
    end = takes[-1].last
    segments = []
    for first in range(0, end, SEGMENT_FRAMES):
        last = min(first + SEGMENT_FRAMES, end)
        key = digest(
            encoder_identity(),
            size,
            last - first,
            overlay.key(first, last),
            *(part for take in takes for part in _inputs(take, first, last)),
        )
        segments.append(Segment(first, last, workspace.kept("frames", key, ".mp4")))
    return segments


def _inputs(take: Take, first: int, last: int) -> Iterator[object]:
    """What decides the frames of a take that fall into first..last-1."""
    first, last = max(first, take.first), min(last, take.last)
    if first >= last:
        return
    moving = isinstance(take.view, ShotView) and take.view.shot.crop_end is not None
    yield take.view.identity, last - first, first - take.first if moving else 0
    if take.view.generator is not None:
        yield take.view.generator.depends_on(take.performance, first, last)
        return
    for speaker in take.speakers:
        # Half precision: a change too small for that is too small to see, and must not cost a segment.
        yield speaker
        yield take.performance.motion(speaker, first, last).values.astype(np.float16).tobytes()


def film(
    segments: Sequence[Segment],
    takes: Sequence[Take],
    overlay: Overlay,
    size: Size,
    workspace: Workspace,
    progress: Progress,
) -> None:
    """Make the segments that are not there yet, or not whole, side by side.

    Raises RenderError when a renderer gives fewer frames than asked for.
    """
    missing = list({segment.path: segment for segment in segments if not is_sealed(segment.path)}.values())
    _LOG.info("film: %d segments, %d of them to be made", len(segments), len(missing))
    total = takes[-1].last
    counter = _Counter(progress, total - sum(s.last - s.first for s in missing), total)
    stop = threading.Event()

    def make(segment: Segment) -> None:
        with workspace.writing(segment.path) as temporary:
            frames = counter.counted(_frames(takes, overlay, segment, size, stop))
            made = encode_segment(temporary, frames, size)
            if made != segment.last - segment.first:
                raise RenderError(
                    f"the renderer gave {made} frames for {segment.first}..{segment.last - 1} of the "
                    f"episode instead of {segment.last - segment.first}."
                )
            seal_file(temporary)

    with concurrent.futures.ThreadPoolExecutor(max_workers=picture_workers(size)) as pool:
        jobs = [pool.submit(make, segment) for segment in missing]
        try:
            for job in concurrent.futures.as_completed(jobs):
                job.result()
        except BaseException:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


class _Stopped(Exception):
    """Another worker failed, or the user pressed Ctrl-C."""


def _frames(
    takes: Sequence[Take], overlay: Overlay, segment: Segment, size: Size, stop: threading.Event
) -> Iterator[Frame]:
    """The frames of a segment, across scenes, with captions and title drawn on them."""
    for take in takes:
        first, last = max(segment.first, take.first), min(segment.last, take.last)
        if first >= last:
            continue
        for index, frame in enumerate(take.view.frames(take.performance, first, last), start=first):
            if stop.is_set():
                raise _Stopped
            if getattr(frame, "shape", None) != (size[1], size[0], 3) or frame.dtype != np.uint8:
                raise RenderError(
                    f"the renderer gave no frame of {size[0]}x{size[1]} pixels, (height, width, 3) "
                    f"bytes, for frame {index} of the episode. Choose another --renderer."
                )
            yield overlay.drawn_on(frame, index)


class _Counter:
    """Counts frames from several threads and reports them."""

    def __init__(self, progress: Progress, done: int, total: int) -> None:
        self._progress, self._done, self._total = progress, done, total
        self._lock = threading.Lock()
        progress(done, total)

    def counted(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Pass frames on, counting them."""
        for frame in frames:
            yield frame
            with self._lock:
                self._done += 1
                self._progress(self._done, self._total)
