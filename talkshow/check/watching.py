"""Decoded frames to mouths: reads stretches of the finished file side by side and measures every face in them."""

from __future__ import annotations

import concurrent.futures
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.check import lips, looks
from talkshow.check.stretches import BLOCK, Stretch, in_one_go
from talkshow.film.video import decode_frames, picture_size
from talkshow.geometry import Box, Frame, Size
from talkshow.machine import libraries
from talkshow.machine.workers import picture_workers

LANDMARKS, MOTION = "landmarks", "motion"
_LOOKS_FIRST = 3  # frames of a face by which its measure is chosen
_SURE = 0.6  # of them must be fitted by landmarks,
_PRESENCE = 0.8  # with this presence: bold strokes may look half like a face to the network
_PIXELS = 64_000_000  # of the frames that are read side by side: each may hold sixteen of its kind
_FOUND = 0.7  # of the frames in which a face should be must show it

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Mouth:
    """One face, watched.

    by:       LANDMARKS or MOTION
    frames:   (num,) frames of the episode, ascending
    runs:     (num,) which of its stretches each frame belongs to; between stretches the picture may jump
    openness: (num,) distance of the lips in heights of the face (LANDMARKS), or of the mouth's look from its look at
              rest in grey levels (MOTION); NaN where the face was not found
    height:   median height of the face in the frame, pixels
    problem:  why it cannot be measured, or ""
    """

    by: str
    frames: NDArray[np.int64]
    runs: NDArray[np.int64]
    openness: NDArray[np.float64]
    height: float
    problem: str = ""


def _unreported(done: int, total: int) -> None:
    """Reports nothing."""


def watch(
    video: Path,
    stretches: Sequence[Stretch],
    *,
    every: int = 1,
    by: Mapping[str, str] | None = None,
    progress: Progress = _unreported,
) -> dict[str, Mouth]:
    """Measure every face that the stretches show.

    every: 3 measures each third frame.  by: measures that are already chosen, for some of the faces; then
    the others are not measured.
    Raises VideoError when the file cannot be read.
    """
    size = picture_size(video)
    seen = _seen(stretches, size)
    chosen = dict(by) if by is not None else {name: _choose(video, name, places) for name, places in seen.items()}
    references = _references(video, {name: seen.get(name, []) for name, way in chosen.items() if way == MOTION})
    nets, stop = threading.local(), threading.Event()

    def read(block: Sequence[Stretch]) -> list[dict[str, _Run]]:
        return _read(video, block, every, chosen, references, nets, stop)

    found_of = {name: _Found(way) for name, way in chosen.items()}
    done, total = 0, sum(stretch.last - stretch.first for stretch in stretches)
    progress(0, total)
    blocks = in_one_go(stretches)
    workers = max(1, min(picture_workers(size), _PIXELS // (size[0] * size[1])))
    # stretches are read side by side
    with libraries.one_cv2_thread(), concurrent.futures.ThreadPoolExecutor(workers) as pool:
        try:
            for block, runs in zip(blocks, pool.map(read, blocks), strict=True):
                for stretch, found in zip(block, runs, strict=True):
                    for name, run in found.items():
                        found_of[name].add(stretch.shot.shot.scene, run)
                done += block[-1].last - block[0].first
                progress(done, total)
        except BaseException:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return {name: found.mouth() for name, found in found_of.items() if found.is_seen}


@dataclass(frozen=True, eq=False)
class _Run:
    """One face through one stretch.  values: (num,) lip gaps, or (num, h, w) looks."""

    frames: NDArray[np.int64]
    values: NDArray[Any]
    height: float


def _seen(stretches: Sequence[Stretch], size: Size) -> dict[str, list[Stretch]]:
    """The stretches at whose beginning each face is in the frame; those that begin at a keyframe, if there are any."""
    seen: dict[str, list[Stretch]] = {}
    for stretch in stretches:
        for name in stretch.shot.seats:
            if stretch.shot.face(name, stretch.first, size) is not None:
                seen.setdefault(name, []).append(stretch)
    return {
        name: [stretch for stretch in places if stretch.first % BLOCK == 0] or places for name, places in seen.items()
    }


def _choose(video: Path, name: str, places: Sequence[Stretch]) -> str:
    """How a face is measured, from a few frames of it."""
    from talkshow.faces.landmarks import fit_landmarks, landmark_net

    net, fitted = landmark_net(), []
    for stretch in places[:: max(1, len(places) // _LOOKS_FIRST)][:_LOOKS_FIRST]:
        for pixels, box in _first_of(video, name, stretch):
            found = fit_landmarks(net, pixels, box)
            fitted.append(found.presence >= _PRESENCE and lips.fits(found, box))
    return LANDMARKS if np.mean(fitted or [False]) >= _SURE else MOTION


def _references(video: Path, places: Mapping[str, Sequence[Stretch]]) -> dict[tuple[str, int], looks.Patch]:
    """The look of each face in each scene, over which all its looks there are laid."""
    references: dict[tuple[str, int], looks.Patch] = {}
    for name, stretches in places.items():
        for stretch in stretches:
            key = (name, stretch.shot.shot.scene)
            if key not in references:
                references.update((key, looks.cut_out(pixels, box)) for pixels, box in _first_of(video, name, stretch))
    return references


def _first_of(video: Path, name: str, stretch: Stretch) -> Iterator[tuple[Frame, Box]]:
    """The first frame of a stretch and the box of a face in it; nothing where the file has no such frame."""
    for index, pixels in decode_frames(video, stretch.first, stretch.first + 1):
        box = stretch.shot.face(name, index, (pixels.shape[1], pixels.shape[0]))
        if box is not None:
            yield pixels, box


def _read(
    video: Path,
    block: Sequence[Stretch],
    every: int,
    chosen: Mapping[str, str],
    references: Mapping[tuple[str, int], looks.Patch],
    nets: threading.local,
    stop: threading.Event,
) -> list[dict[str, _Run]]:
    """Measure the faces of stretches that follow each other, one result each.  stop: set to cancel."""
    from talkshow.faces.landmarks import landmark_net

    if not hasattr(nets, "lips"):
        nets.lips = landmark_net()
    watchers = [_Watcher(stretch, chosen, references, nets.lips) for stretch in block]
    for index, pixels in decode_frames(video, block[0].first, block[-1].last, every):
        if stop.is_set():
            break
        for watcher in watchers:
            watcher.see(index, pixels)
    return [watcher.runs() for watcher in watchers]


class _Watcher:
    """Measures the faces of one stretch."""

    def __init__(
        self, stretch: Stretch, chosen: Mapping[str, str], references: Mapping[tuple[str, int], looks.Patch], net: Any
    ) -> None:
        self._stretch, self._chosen, self._references, self._net = stretch, chosen, references, net
        self._readers: dict[str, lips.LipReader | looks.LookReader] = {}
        self._rows: dict[str, list[tuple[int, Any, float]]] = {}

    def see(self, index: int, pixels: Frame) -> None:
        """The next frame; those of other stretches are passed over."""
        if not self._stretch.first <= index < self._stretch.last:
            return
        for name in self._chosen:
            box = self._stretch.shot.face(name, index, (pixels.shape[1], pixels.shape[0]))
            if box is not None:
                reader = self._readers.get(name) or self._reader(name, pixels, box)
                self._rows.setdefault(name, []).append((index, reader.read(pixels, box), box.height))

    def _reader(self, name: str, pixels: Frame, box: Box) -> lips.LipReader | looks.LookReader:
        reference = self._references.get((name, self._stretch.shot.shot.scene))
        self._readers[name] = (
            lips.LipReader(self._net)
            if self._chosen[name] == LANDMARKS
            else looks.LookReader(looks.cut_out(pixels, box) if reference is None else reference)
        )
        return self._readers[name]

    def runs(self) -> dict[str, _Run]:
        """What was measured of every face that was seen."""
        return {
            name: _Run(
                np.array([row[0] for row in rows]),
                np.array([row[1] for row in rows]),
                float(np.median([row[2] for row in rows])),
            )
            for name, rows in self._rows.items()
        }


class _Found:
    """Collects the runs of one face."""

    def __init__(self, by: str) -> None:
        self._by = by
        self._frames: list[NDArray[np.int64]] = []
        self._runs: list[NDArray[np.int64]] = []
        self._heights: list[NDArray[np.float64]] = []
        self._gaps: list[NDArray[np.float64]] = []
        self._looks: dict[int, looks.MouthOfLooks] = {}  # one per scene, in order of time

    def add(self, scene: int, run: _Run) -> None:
        """The next run in order of time."""
        self._runs.append(np.full(len(run.frames), len(self._runs)))
        self._frames.append(run.frames)
        self._heights.append(np.full(len(run.frames), run.height))
        if self._by == MOTION:
            self._looks.setdefault(scene, looks.MouthOfLooks()).add(run.values)
        else:
            self._gaps.append(run.values)

    @property
    def is_seen(self) -> bool:
        """Whether there is any run."""
        return bool(self._frames)

    def mouth(self) -> Mouth:
        """All runs as one, and whether they can be judged."""
        parts = [mouth.openness() for mouth in self._looks.values()] if self._by == MOTION else self._gaps
        openness = np.concatenate(parts)
        height, found = float(np.median(np.concatenate(self._heights))), float(np.isfinite(openness).mean())
        problem = ""
        if height < (looks.SMALLEST if self._by == MOTION else lips.SMALLEST):
            problem = f"it is only {height:.0f} pixels high"
        elif found < _FOUND:
            problem = f"it was found in only {found:.0%} of the frames in which it should be"
        return Mouth(self._by, np.concatenate(self._frames), np.concatenate(self._runs), openness, height, problem)
