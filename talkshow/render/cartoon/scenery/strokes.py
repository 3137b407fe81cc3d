"""The painting functions of all backdrops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from talkshow.render.cartoon.canvas import Pixels, Shade, fill
from talkshow.render.cartoon.palette import Color, darker, lighter, mix, rgb
from talkshow.render.cartoon.paths import Points, ellipse, polygon, ribbon, rounded, spline


def wash(pixels: Pixels, top: str, bottom: str) -> None:
    """Fill everything with a gradient."""
    height, width = pixels.shape[:2]
    pixels[:] = Shade(rgb(top), rgb(bottom)).texture(width, height)


def rect(pixels: Pixels, left: float, top: float, right: float, bottom: float, color: Color) -> None:
    """A rectangle with antialiased edges."""
    fill(pixels, polygon((left, top), (right, top), (right, bottom), (left, bottom)), color)


def gradient(pixels: Pixels, left: float, top: float, right: float, bottom: float, shade: Shade) -> None:
    """A rectangle of whole pixels with a gradient, cut off at the frame."""
    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = (round(v) for v in (left, top, right, bottom))
    if x1 <= max(x0, 0) or y1 <= max(y0, 0) or x0 >= width or y0 >= height:
        return
    part = shade.texture(x1 - x0, y1 - y0)
    a, b, c, d = max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)
    pixels[b:d, a:c] = part[b - y0 : d - y0, a - x0 : c - x0]


def floor(pixels: Pixels, row: float, top: str, bottom: str, boards: float = 0.0) -> None:
    """The ground from a row down; boards: pixels between the seams of floorboards, which run towards the viewer."""
    height, width = pixels.shape[:2]
    gradient(pixels, 0, row, width, max(height, row + 2), Shade(rgb(top), rgb(bottom)))
    if boards and row < height:
        seam, middle = darker(rgb(bottom), 0.22), width / 2
        for index in range(-24, 25):
            x0, x1 = middle + index * boards, middle + index * boards * 2.1
            fill(pixels, polygon((x0, row), (x0 + 1.2, row), (x1 + 2.4, row + 320), (x1, row + 320)), seam)


def glow(pixels: Pixels, x: float, y: float, radius: float, color: Color, strength: float) -> None:
    """Add soft light around a point."""
    height, width = pixels.shape[:2]
    left, right = max(0, int(x - 2 * radius)), min(width, int(x + 2 * radius))
    top, bottom = max(0, int(y - 2 * radius)), min(height, int(y + 2 * radius))
    if left >= right or top >= bottom:
        return
    yy, xx = np.mgrid[top:bottom, left:right].astype(np.float32)
    light = np.exp(-((xx - x) ** 2 + (yy - y) ** 2) / (0.72 * radius) ** 2)
    light *= strength * np.clip(2 - np.hypot(xx - x, yy - y) / radius, 0, 1)
    patch = pixels[top:bottom, left:right].astype(np.float32)
    patch += (255 - patch) * (np.asarray(color, np.float32) / 255) * light[..., None]  # never over white
    pixels[top:bottom, left:right] = np.clip(patch, 0, 255).astype(np.uint8)


def shade_floor(pixels: Pixels, x: float, y: float, rx: float, ry: float, strength: float) -> None:
    """A soft shadow on the ground."""
    height, width = pixels.shape[:2]
    top, bottom = max(0, int(y - 1.6 * ry)), min(height, int(y + 1.6 * ry))
    left, right = max(0, int(x - 1.6 * rx)), min(width, int(x + 1.6 * rx))
    if left >= right or top >= bottom:
        return
    mask = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillPoly(mask, [np.rint(ellipse(x - left, y - top, rx, ry)).astype(np.int32)], 255, cv2.LINE_AA)
    soft = cv2.GaussianBlur(mask, (0, 0), max(0.5, 0.25 * ry))[..., None] / 255 * strength
    patch = pixels[top:bottom, left:right]
    patch[:] = (patch * (1 - soft) + np.array(darker(rgb("#30243a"), 0.3)) * soft).astype(np.uint8)


def repeat(start: float, stop: float, step: float, middle: float) -> Iterator[float]:
    """Places every `step` from start to stop, one of them in the middle of the frame."""
    first = middle - np.ceil((middle - start) / step) * step
    yield from np.arange(first, stop, step).tolist()


def frame_of(pixels: Pixels, box: tuple[float, float, float, float], thick: float, color: Color) -> None:
    """The frame of a window or picture round a box."""
    left, top, right, bottom = box
    fill(pixels, rounded(left - thick, top - thick, right + thick, bottom + thick, thick * 0.6), color)


def sky_with_clouds(
    pixels: Pixels, unit: float, top: str, bottom: str, clouds: Sequence[tuple[float, float, float]]
) -> None:
    """clouds: (x, y) as shares of the frame, and size in units."""
    height, width = pixels.shape[:2]
    wash(pixels, top, bottom)
    white = mix(rgb(top), rgb("#ffffff"), 0.86)
    for x, y, size in clouds:
        for dx, dy, r in ((-0.7, 0.1, 0.6), (0, -0.15, 0.85), (0.75, 0.1, 0.62)):
            fill(pixels, ellipse(dx, dy, r, r * 0.55) * (size * unit) + (x * width, y * height), white)


def night_sky(pixels: Pixels, unit: float, top: str = "#161d40", bottom: str = "#4a4070") -> None:
    """Stars and a moon; the same ones every time."""
    height, width = pixels.shape[:2]
    wash(pixels, top, bottom)
    rng = np.random.default_rng(7)
    for x, y, size in zip(
        rng.uniform(0, width, 90), rng.uniform(0, height * 0.55, 90), rng.uniform(0.7, 1.9, 90), strict=True
    ):
        fill(pixels, ellipse(float(x), float(y), float(size) * unit, float(size) * unit, 12), rgb("#e8e4f4"))
    glow(pixels, width * 0.82, height * 0.13, 110 * unit, rgb("#cfd4ff"), 0.35)
    fill(pixels, ellipse(width * 0.82, height * 0.13, 34 * unit, 34 * unit, 48), rgb("#f4efdc"))
    for dx, dy, r in ((-10, -6, 7), (8, 9, 5), (12, -10, 4)):
        fill(pixels, ellipse(width * 0.82 + dx * unit, height * 0.13 + dy * unit, r * unit, r * unit), rgb("#e4ddc6"))


def string_lights(pixels: Pixels, y: float, unit: float, sag: float = 34.0) -> None:
    """Bulbs on a wire over the whole width."""
    width = pixels.shape[1]
    step = 230 * unit
    for left in repeat(-step, width, step, width / 2):
        wire = spline([(left, y), (left + step / 2, y + sag * unit), (left + step, y)], closed=False)
        fill(pixels, ribbon(wire, 2 * unit), rgb("#3a3340"))
        for share in (0.12, 0.37, 0.63, 0.88):
            x = left + share * step
            drop = y + sag * unit * (1 - (2 * share - 1) ** 2) + 9 * unit
            glow(pixels, x, drop, 26 * unit, rgb("#ffd98a"), 0.5)
            fill(pixels, ellipse(x, drop, 5.5 * unit, 7 * unit, 16), rgb("#fff0c4"))


def leaf_ball(pixels: Pixels, x: float, y: float, radius: float, color: Color) -> None:
    """A tree's crown or a bush."""
    for dx, dy, r in ((-0.62, 0.24, 0.62), (0.62, 0.2, 0.64), (0.0, -0.32, 0.78), (0.0, 0.3, 0.66)):
        fill(pixels, ellipse(x + dx * radius, y + dy * radius, r * radius, r * radius * 0.92, 40), color)
    for dx, dy, r in ((-0.28, -0.44, 0.40), (-0.66, 0.08, 0.26)):
        fill(pixels, ellipse(x + dx * radius, y + dy * radius, r * radius, r * radius * 0.84, 32), lighter(color, 0.16))


def at(points: Points, x: float, y: float, scale: float) -> Points:
    """Units to pixels about (x, y)."""
    result: Points = points * scale + np.array([x, y])
    return result
