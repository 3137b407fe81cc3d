"""Paths: splines, ellipses, ribbons, capsules. This module does not depend on pixels.

Paths are (N, 2) or (N, 3) float arrays, closed without repeating the first point; x to the right, y down, z towards
the viewer. They are authored in units of the thing drawn (a head is about 150 high).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]  # (N, 2) or (N, 3)

_STEPS = 7  # straight pieces per stretch of a spline


def spline(knots: Sequence[Sequence[float]] | Points, closed: bool = True, steps: int = _STEPS) -> Points:
    """A smooth curve through all knots (uniform Catmull-Rom, in Hermite form).

    Each knot but the last of an open curve gives `steps` points. A knot written twice makes a corner.
    """
    k = np.asarray(knots, float)
    if closed:
        before, start, after, later = np.roll(k, 1, 0), k, np.roll(k, -1, 0), np.roll(k, -2, 0)
    else:
        padded = np.concatenate([2 * k[:1] - k[1:2], k, 2 * k[-1:] - k[-2:-1]])
        before, start, after, later = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    chord = after - start
    leaving = np.where(_same(before, start), chord, (after - before) / 2)
    arriving = np.where(_same(after, later), chord, (later - start) / 2)
    corner = _same(start, after)
    leaving, arriving = np.where(corner, 0, leaving), np.where(corner, 0, arriving)
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    p0, p1, m0, m1 = (a[:, None, :] for a in (start, after, leaving, arriving))
    curve = (
        (2 * t**3 - 3 * t**2 + 1) * p0 + (t**3 - 2 * t**2 + t) * m0 + (3 * t**2 - 2 * t**3) * p1 + (t**3 - t**2) * m1
    )
    points = curve.reshape(-1, k.shape[1])
    return points if closed else np.concatenate([points, k[-1:]])


def _same(first: Points, second: Points) -> NDArray[np.bool_]:
    """(N, 1): where two lists of knots hold the same point."""
    result: NDArray[np.bool_] = np.all(first == second, axis=1, keepdims=True)
    return result


def polygon(*corners: tuple[float, float]) -> Points:
    """Straight edges between the corners."""
    return np.asarray(corners, float)


@cache
def _circle(num: int) -> Points:
    """(num, 2) points of the unit circle."""
    t = np.linspace(0, 2 * np.pi, num, endpoint=False)
    return np.stack([np.cos(t), np.sin(t)], 1)


def ellipse(x: float, y: float, rx: float, ry: float, num: int = 32) -> Points:
    """An ellipse around (x, y)."""
    return _circle(num) * (rx, ry) + (x, y)


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> Points:
    """A rectangle with round corners."""
    r = min(radius, (right - left) / 2, (bottom - top) / 2)
    corners = ((right - r, bottom - r, 0), (left + r, bottom - r, 1), (left + r, top + r, 2), (right - r, top + r, 3))
    arc = np.linspace(0, np.pi / 2, 7)
    return np.concatenate(
        [np.stack([x + r * np.cos(arc + q * np.pi / 2), y + r * np.sin(arc + q * np.pi / 2)], 1) for x, y, q in corners]
    )


def ribbon(line: Points, width: float | Sequence[float]) -> Points:
    """A band along an open line; `width` is one number, or several spread along it (tapered)."""
    centre = np.asarray(line, float)[:, :2]
    along = np.empty_like(centre)
    along[1:-1] = centre[2:] - centre[:-2]
    along[0], along[-1] = centre[1] - centre[0], centre[-1] - centre[-2]
    side = along[:, ::-1] * (-1, 1)
    side *= (
        _half_widths(tuple(width) if isinstance(width, Sequence) else (width,), len(centre))
        / np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    )
    return np.concatenate([centre + side, (centre - side)[::-1]])


@cache
def _half_widths(widths: tuple[float, ...], num: int) -> NDArray[np.float64]:
    """(num, 1): half of the widths, spread along a line of `num` points."""
    return np.interp(np.linspace(0, 1, num), np.linspace(0, 1, len(widths)), widths)[:, None] / 2


def between(x: NDArray[np.float64], top: NDArray[np.float64], bottom: NDArray[np.float64]) -> Points:
    """(2N, 2): the path along one curve over x and back along another.  x, top, bottom: (N,)."""
    num = len(x)
    path = np.empty((2 * num, 2))
    path[:num, 0], path[num:, 0] = x, x[::-1]
    path[:num, 1], path[num:, 1] = top, bottom[::-1]
    return path


_ARC = np.linspace(-np.pi / 2, np.pi / 2, 11)
_HALF_CIRCLE = np.stack([np.cos(_ARC), np.sin(_ARC)], 1)  # of radius 1, bulging to the right
_ENDS = np.concatenate([-_HALF_CIRCLE, _HALF_CIRCLE])  # (22, 2): near end, then far end


def capsules(rows: Points) -> Points:
    """Fingers: each from a circle of radius r0 to one of radius r1.  rows: (K, 6) of x0, y0, x1, y1, r0, r1.

    Returns (K, 22, 2).
    """
    start, end = rows[:, None, 0:2], rows[:, None, 2:4]
    along = end - start
    length = np.maximum(np.hypot(along[..., 0], along[..., 1]), 1e-9)[..., None]
    c, s = np.split(along / length, 2, axis=2)
    x, y = _ENDS[:, :1], _ENDS[:, 1:]
    points = np.concatenate([x * c - y * s, x * s + y * c], axis=2)
    points[:, :11] = points[:, :11] * rows[:, None, 4:5] + start
    points[:, 11:] = points[:, 11:] * rows[:, None, 5:6] + end
    return points


def capsule(x0: float, y0: float, x1: float, y1: float, r0: float, r1: float) -> Points:
    """One of `capsules`, (22, 2)."""
    result: Points = capsules(np.array([[x0, y0, x1, y1, r0, r1]], float))[0]
    return result


def mirror(points: Points) -> Points:
    """The same path on the other side of x = 0."""
    flipped = np.array(points, float)
    flipped[:, 0] *= -1
    return flipped[::-1]
