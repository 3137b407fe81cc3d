"""Antialiased fills; everything is drawn through this module.

Paths (paths.py) become pixels by a `View`. cv2 fills polygons with antialiased edges at 1/16 pixel, which is what
keeps slow motion smooth at any size.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from talkshow.render.cartoon.palette import Color, darker, lighter
from talkshow.render.cartoon.paths import Points

Pixels = NDArray[np.uint8]  # (height, width, 3)

_SHIFT = 4  # fixed-point bits of a pixel that cv2 is given


def fixed_point(points: Points) -> NDArray[np.int32]:
    """Pixels as the whole numbers cv2 takes, in sixteenths."""
    return np.rint(points[..., :2] * (1 << _SHIFT)).astype(np.int32)


def fill(pixels: Pixels, points: Points, color: Color) -> None:
    """Fill a path given in pixels, edges antialiased. Parts outside are cut off."""
    cv2.fillPoly(pixels, [fixed_point(points)], color, cv2.LINE_AA, _SHIFT)


def fill_all(pixels: Pixels, paths: Iterable[NDArray[np.int32]], colors: Iterable[Color]) -> None:
    """Fill many paths in fixed point, one after another."""
    for path, color in zip(paths, colors, strict=True):
        cv2.fillPoly(pixels, [path], color, cv2.LINE_AA, _SHIFT)


def blend(pixels: Pixels, points: Points, color: Color, opacity: float) -> None:
    """Fill with a see-through colour. opacity: 0..1."""
    _blend(pixels, fixed_point(points), color, opacity)


def _blend(pixels: Pixels, path: NDArray[np.int32], color: Color, opacity: float) -> None:
    _, _, left, top, right, bottom = _box(pixels, path, 2)  # antialiased rims reach beyond the path
    if right <= left or bottom <= top:
        return
    patch = pixels[top:bottom, left:right]
    layer = patch.copy()
    cv2.fillPoly(layer, [path], color, cv2.LINE_AA, _SHIFT, (-left << _SHIFT, -top << _SHIFT))
    cv2.addWeighted(layer, opacity, patch, 1 - opacity, 0, dst=patch)


def _box(pixels: Pixels, path: NDArray[np.int32], margin: int) -> tuple[int, int, int, int, int, int]:
    """Left and top pixel of a path in fixed point with `margin` pixels round it, and left, top, right, bottom of
    what a picture shows of that."""
    x, y, width, height = cv2.boundingRect(path)
    left, top = (x >> _SHIFT) - margin, (y >> _SHIFT) - margin
    right, bottom = ((x + width - 1) >> _SHIFT) + 1 + margin, ((y + height - 1) >> _SHIFT) + 1 + margin
    return left, top, max(0, left), max(0, top), min(pixels.shape[1], right), min(pixels.shape[0], bottom)


@dataclass(frozen=True, eq=False)
class View:
    """Maps points in space to pixels: p @ matrix.T + offset.  matrix: (2, 3); offset: (2,)."""

    matrix: NDArray[np.float64]
    offset: NDArray[np.float64]

    @staticmethod
    def flat(x: float, y: float, scale: float) -> View:
        """Units to pixels with the origin at (x, y)."""
        return View(np.array([[scale, 0, 0], [0, scale, 0]], float), np.array([x, y], float))

    def project(self, points: Points) -> Points:
        """(N, 2) pixels of (N, 2) or (N, 3) points."""
        return points @ self.matrix[:, : points.shape[1]].T + self.offset


@dataclass(frozen=True)
class Shade:
    """A fill that runs from `top` to `bottom` over a shape's height, and from light to dark across it."""

    top: Color
    bottom: Color
    across: float = 0.0  # how much darker the right edge is than the left, 0..0.3

    @property
    def middle(self) -> Color:
        """The colour used where a shape is only partly covered: its edge."""
        r, g, b = ((a + z) // 2 for a, z in zip(self.top, self.bottom, strict=True))
        return r, g, b

    def texture(self, width: int, height: int) -> Pixels:
        """The gradient as a picture."""
        down = np.linspace(0, 1, max(height, 2))[:height, None, None]
        rows = np.asarray(self.top, float) * (1 - down) + np.asarray(self.bottom, float) * down
        cols = 1 + self.across * np.linspace(0.5, -0.5, max(width, 2))[None, :width, None]
        return np.clip(np.rint(rows * cols), 0, 255).astype(np.uint8)


Paint = Color | Shade


def soft(color: Color, across: float = 0.08) -> Shade:
    """The soft shading of the whole style: light from above left."""
    return Shade(lighter(color, 0.10), darker(color, 0.10), across)


@dataclass(frozen=True, eq=False)
class Shape:
    """One filled path of a drawing.

    points: (N, 2) or (N, 3). `bend` names what moves the points besides the view, one weight a point: the
    head bends by the jaw. `opacity` below 1 blends.
    """

    points: Points
    paint: Paint
    opacity: float = 1.0
    bend: NDArray[np.float64] | None = None


@dataclass(eq=False)
class Drawing:
    """Shapes, projected together in one product and filled one after another.

    Frozen in effect once made: drawing changes nothing here, so threads may share it.
    """

    shapes: list[Shape]
    scale: float  # pixels per unit, for the size of the gradients
    _points: Points = field(init=False)
    _bend: NDArray[np.float64] = field(init=False)
    _ends: list[int] = field(init=False)
    _colors: list[Color] = field(init=False)
    _textures: list[Pixels | None] = field(init=False)

    def __post_init__(self) -> None:
        solid = [_in_space(shape.points) for shape in self.shapes]
        self._points = np.concatenate(solid) if solid else np.zeros((0, 3))
        self._ends = np.cumsum([0] + [len(points) for points in solid]).tolist()
        self._bend = (
            np.concatenate([np.zeros(len(shape.points)) if shape.bend is None else shape.bend for shape in self.shapes])
            if solid
            else np.zeros(0)
        )
        self._colors = [shape.paint.middle if isinstance(shape.paint, Shade) else shape.paint for shape in self.shapes]
        self._textures = [_texture(shape, self.scale) for shape in self.shapes]

    def draw(self, pixels: Pixels, view: View, bend: float = 0.0) -> None:
        """Fill all shapes. bend: units downward at weight 1."""
        space = self._points
        if bend:
            space = space.copy()
            space[:, 1] += self._bend * bend
        fixed = fixed_point(view.project(space))
        for index, (color, texture) in enumerate(zip(self._colors, self._textures, strict=True)):
            path = fixed[self._ends[index] : self._ends[index + 1]]
            if self.shapes[index].opacity < 1:
                _blend(pixels, path, color, self.shapes[index].opacity)
                continue
            cv2.fillPoly(pixels, [path], color, cv2.LINE_AA, _SHIFT)
            if texture is not None:
                _fill_inside(pixels, path, texture)


def _in_space(points: Points) -> Points:
    """(N, 3), flat paths at z = 0."""
    return points if points.shape[1] == 3 else np.pad(points, ((0, 0), (0, 1)))


def _texture(shape: Shape, scale: float) -> Pixels | None:
    """The gradient of a shape, a little larger than it; None for plain colours and tiny shapes."""
    if not isinstance(shape.paint, Shade):
        return None
    width, height = np.ceil(np.ptp(shape.points[:, :2], axis=0) * scale).astype(int)
    if min(width, height) < 8:
        return None
    margin = 4 + int(0.12 * max(width, height))  # for heads that tilt and chins that drop
    return np.pad(shape.paint.texture(int(width), int(height)), ((0, margin), (0, margin), (0, 0)), "edge")


def _fill_inside(pixels: Pixels, path: NDArray[np.int32], texture: Pixels) -> None:
    """Lay a gradient over the inside of a path already filled with one colour near to it, whose antialiased rim
    stays.

    Blending the rim would cost several times more and cannot be seen: a rim is one pixel wide.
    """
    from_left, from_top, left, top, right, bottom = _box(pixels, path, 0)
    if right - left < 2 or bottom - top < 2:
        return
    mask = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillPoly(mask, [path], 255, cv2.LINE_AA, _SHIFT, (-left << _SHIFT, -top << _SHIFT))
    cv2.threshold(mask, 254, 255, cv2.THRESH_BINARY, mask)
    # the gradient belongs to the whole shape: what lies outside the picture is skipped, not squeezed
    x, y = left - from_left, top - from_top
    inside = texture[y : y + bottom - top, x : x + right - left]
    if inside.shape[:2] != mask.shape:  # turned or stretched beyond the margin: repeat the edge
        below, beside = (need - has for need, has in zip(mask.shape, inside.shape[:2], strict=True))
        inside = np.pad(inside, ((0, below), (0, beside), (0, 0)), "edge")
    cv2.copyTo(inside, mask, pixels[top:bottom, left:right])
