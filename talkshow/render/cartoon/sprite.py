"""Sprites: static parts that are painted once and composited over every frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from talkshow.geometry import Size
from talkshow.render.cartoon.canvas import Drawing, Pixels, Shape, View
from talkshow.render.cartoon.paths import Points


class Sprite:
    """A painting with its transparency, composited over frames without being redrawn.

    Painted once on black and once on white: what the black one shows is the sprite's own light, and what the
    white one shows beyond it is how much of the frame comes through. That holds for antialiased rims and for
    see-through fills alike, in any number of layers.
    """

    def __init__(self, extent: Points, paint: Callable[[Pixels, Points], None]) -> None:
        """extent: (N, 2) frame pixels that enclose the painting; paint: called with a canvas and the frame pixel
        (x, y) of its corner."""
        corner = np.floor(extent.min(0)) - 2
        width, height = (np.ceil(extent.max(0)) + 3 - corner).astype(int).tolist()
        black = np.zeros((height, width, 3), np.uint8)
        white = np.full_like(black, 255)
        for canvas in (black, white):
            paint(canvas, corner)
        self._left, self._top = corner.astype(int).tolist()
        self._light, self._through = black, white - np.minimum(black, white)

    def draw(self, pixels: Pixels) -> None:
        """Lay it over a frame. Parts outside are cut off."""
        height, width = self._light.shape[:2]
        left, top = max(0, self._left), max(0, self._top)
        right, bottom = min(pixels.shape[1], self._left + width), min(pixels.shape[0], self._top + height)
        if right <= left or bottom <= top:
            return
        part = np.s_[top - self._top : bottom - self._top, left - self._left : right - self._left]
        patch = pixels[top:bottom, left:right]
        cv2.multiply(patch, self._through[part], dst=patch, scale=1 / 255)
        cv2.add(patch, self._light[part], dst=patch)


def sprite_of(shapes: Sequence[Shape], view: View) -> Sprite:
    """Shapes in units, painted once where `view` puts them."""
    return _painted(shapes, view, _extent(shapes, view))


def sprite_within(shapes: Sequence[Shape], view: View, size: Size) -> Sprite | None:
    """The same, as far as it can be seen in frames of a size; None where nothing of it can."""
    if not shapes:
        return None
    extent = _extent(shapes, view)
    low, high = np.maximum(extent.min(0), 0.0), np.minimum(extent.max(0), np.array(size, float))
    return _painted(shapes, view, np.stack([low, high])) if (high > low).all() else None


def _extent(shapes: Sequence[Shape], view: View) -> Points:
    return np.concatenate([view.project(shape.points) for shape in shapes])


def _painted(shapes: Sequence[Shape], view: View, extent: Points) -> Sprite:
    drawing = Drawing(list(shapes), float(np.hypot(*view.matrix[:, 0])))
    return Sprite(extent, lambda pixels, corner: drawing.draw(pixels, View(view.matrix, view.offset - corner)))
