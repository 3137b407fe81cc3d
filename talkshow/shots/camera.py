"""Films shots: opens every crop once, moves slowly nearer, puts panels side by side."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import astuple

import cv2
import numpy as np

from talkshow.engines.plugins import failures
from talkshow.geometry import Box, Frame, Size
from talkshow.render.base import Performance, StageView
from talkshow.render.generated import Generator
from talkshow.shots.framing import SceneSet
from talkshow.shots.types import Panel, Shot, whole_frame
from talkshow.store.digests import digest, identity

REVISION = 1  # raise when the same view would be filmed otherwise
_ENLARGED = 1.7  # as far as a finished wide frame may be enlarged before it looks soft
_DIVIDER = (18, 18, 20)  # colour of the line between the panels of a split screen
_DIVIDER_PX = 4


class Camera:
    """A scene's view with a lens for every crop that is asked for. Safe to use from several threads."""

    def __init__(self, view: StageView, size: Size) -> None:
        self.view, self.size = view, size
        self._lenses: dict[tuple[Box, Size, tuple[str, ...]], StageView] = {}
        self._lock = threading.Lock()

    def scene_set(self) -> SceneSet:
        """What can be framed here."""
        view = self.view
        detail = _ENLARGED * self.size[0] / view.crop.width if view.detail is None else view.detail
        return SceneSet(view.seats, view.picture_size, view.crop, self.size, detail, view.rooms, view.isolates)

    def through(self, crop: Box, size: Size, on: tuple[str, ...]) -> StageView:
        """The view that shows `crop` in frames of `size` for a shot of `on`; opened when it is first needed."""
        if crop == self.view.crop and size == self.size:
            return self.view
        with self._lock:
            if (crop, size, on) not in self._lenses:
                nearer = self.view.cropped(crop, size, on)
                self._lenses[crop, size, on] = _Enlarged(self.view, crop, size) if nearer is None else nearer
            return self._lenses[crop, size, on]


class ShotView(StageView):
    """One shot of a camera, as a view of its own."""

    def __init__(self, camera: Camera, shot: Shot) -> None:
        self.shot = shot
        self.seats, self.picture_size = camera.view.seats, camera.view.picture_size
        self.crop = shot.panels[0].crop
        self._camera = camera
        canvas = (camera.view.identity, camera.size, [(astuple(p.crop), astuple(p.area), p.on) for p in shot.panels])
        push = (astuple(shot.crop_end), shot.last - shot.first) if shot.crop_end else ()
        self.identity = digest(identity("shot", REVISION), *canvas, push)

    def seat_picture(self) -> Frame:
        """The picture of the whole scene."""
        return self._camera.view.seat_picture()

    @property
    def generator(self) -> Generator | None:
        """That of the whole view."""
        return self._camera.view.generator

    def frames(self, performance: Performance, first: int, last: int) -> Iterator[Frame]:
        """Yield frames first..last-1 of the episode, all within the shot."""
        with failures(self._camera.view, "drawing frames"):
            yield from self._filmed(performance, first, last)

    def _filmed(self, performance: Performance, first: int, last: int) -> Iterator[Frame]:
        shot = self.shot
        if shot.crop_end is not None:
            yield from self._moving(performance, first, last)
        elif shot.panels[0].area == whole_frame(self._camera.size):
            view = self._camera.through(shot.panels[0].crop, self._camera.size, shot.panels[0].on)
            yield from view.frames(performance, first, last)
        else:
            yield from self._split(performance, first, last)

    def _moving(self, performance: Performance, first: int, last: int) -> Iterator[Frame]:
        """All that is shown is filmed so large that the narrowest crop is still sharp; frames are cut out of that."""
        width, height = self._camera.size
        end = self.shot.crop_end or self.crop
        outer = self.shot.reach
        zoom = outer.width / min(self.crop.width, end.width)
        canvas = (2 * round(width * zoom / 2), 2 * round(height * zoom / 2))
        view = self._camera.through(outer, canvas, self.shot.panels[0].on)
        step_x, step_y = canvas[0] / outer.width, canvas[1] / outer.height
        for index, frame in enumerate(view.frames(performance, first, last), start=first):
            crop = self.shot.crop_at(index)
            part = Box(
                (crop.left - outer.left) * step_x,
                (crop.top - outer.top) * step_y,
                (crop.right - outer.left) * step_x,
                (crop.bottom - outer.top) * step_y,
            )
            yield _cut_out(frame, part, (width, height), cv2.INTER_LINEAR)

    def _split(self, performance: Performance, first: int, last: int) -> Iterator[Frame]:
        width, height = self._camera.size
        panels = self.shot.panels
        streams = [
            self._camera.through(panel.crop, _size(panel), panel.on).frames(performance, first, last)
            for panel in panels
        ]
        for parts in zip(*streams, strict=True):
            frame: Frame = np.empty((height, width, 3), np.uint8)
            for panel, part in zip(panels, parts, strict=True):
                left, top = round(panel.area.left), round(panel.area.top)
                frame[top : top + part.shape[0], left : left + part.shape[1]] = part
            for panel in panels[1:]:
                left, top = round(panel.area.left), round(panel.area.top)
                if top:
                    frame[top - _DIVIDER_PX // 2 : top + _DIVIDER_PX // 2] = _DIVIDER
                else:
                    frame[:, left - _DIVIDER_PX // 2 : left + _DIVIDER_PX // 2] = _DIVIDER
            yield frame


def _size(panel: Panel) -> Size:
    return round(panel.area.width), round(panel.area.height)


class _Enlarged(StageView):
    """A crop of a view that cannot be filmed nearer: its finished frames, enlarged."""

    def __init__(self, view: StageView, crop: Box, size: Size) -> None:
        self.seats, self.picture_size, self.crop = view.seats, view.picture_size, crop
        self._view, self._size = view, size
        self.identity = digest(identity("enlarged", REVISION), view.identity, astuple(crop), size)

    def seat_picture(self) -> Frame:
        """The picture of the whole scene."""
        return self._view.seat_picture()

    def frames(self, performance: Performance, first: int, last: int) -> Iterator[Frame]:
        """Yield frames first..last-1."""
        whole, crop = self._view.crop, self.crop
        for frame in self._view.frames(performance, first, last):
            step_x, step_y = frame.shape[1] / whole.width, frame.shape[0] / whole.height
            part = Box(
                (crop.left - whole.left) * step_x,
                (crop.top - whole.top) * step_y,
                (crop.right - whole.left) * step_x,
                (crop.bottom - whole.top) * step_y,
            )
            yield _cut_out(frame, part, self._size, cv2.INTER_CUBIC)


def _cut_out(frame: Frame, part: Box, size: Size, interpolation: int) -> Frame:
    """A part of a frame (its pixels) in another size, placed with subpixel accuracy."""
    scale_x, scale_y = part.width / size[0], part.height / size[1]
    # pixel centres: frame + 0.5 = corner + scale * (new + 0.5)
    place = np.array([[scale_x, 0, part.left + 0.5 * scale_x - 0.5], [0, scale_y, part.top + 0.5 * scale_y - 0.5]])
    return np.asarray(
        cv2.warpAffine(frame, place, size, flags=interpolation | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )
