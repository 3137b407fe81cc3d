"""Patterns and prints on clothes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from talkshow.render.cartoon.canvas import Shape
from talkshow.render.cartoon.palette import INK, Color, darker, lighter
from talkshow.render.cartoon.paths import Points, ellipse, polygon, ribbon, spline
from talkshow.render.cartoon.people.body import BOTTOM, Build, torso_edge


def pattern(name: str, color: Color, frame: Build) -> list[Shape]:
    """What is laid over a torso of one colour; empty for plain clothes."""
    return _PATTERNS[name](contrast(color), frame) if name else []


def contrast(color: Color) -> Color:
    """A colour of a print that can be seen on `color`."""
    return lighter(color, 0.72) if sum(color) < 480 else darker(color, 0.45)


def _band(frame: Build, top: float, bottom: float) -> Points:
    """From edge to edge of the torso between two heights."""
    y = np.linspace(top, bottom, 5)
    x = torso_edge(frame, y) - 0.5
    return np.concatenate([np.column_stack([x, y]), np.column_stack([-x, y])[::-1]])


def _strip(frame: Build, x: float, width: float) -> Points:
    """Down the torso, from where the shoulder has this width."""
    y = np.linspace(101, BOTTOM - 4, 80)
    inside = y[torso_edge(frame, y) > abs(x) + width]
    top = float(inside[0]) if len(inside) else 140.0
    return polygon((x - width / 2, top), (x + width / 2, top), (x + width / 2, BOTTOM - 4), (x - width / 2, BOTTOM - 4))


def _striped(ink: Color, frame: Build) -> list[Shape]:
    return [Shape(_band(frame, top, top + 10), ink) for top in (128.0, 152.0, 176.0, 200.0, 224.0)]


def _pinstriped(ink: Color, frame: Build) -> list[Shape]:
    return [Shape(_strip(frame, x * frame.wide, 1.5), ink, 0.6) for x in np.arange(-108.0, 109.0, 12.0).tolist()]


def _checked(ink: Color, frame: Build) -> list[Shape]:
    across = [Shape(_band(frame, top, top + 9), ink, 0.42) for top in (124.0, 150.0, 176.0, 202.0, 228.0)]
    down = [Shape(_strip(frame, x * frame.wide, 9), ink, 0.42) for x in (-96.0, -64.0, -32.0, 0.0, 32.0, 64.0, 96.0)]
    fine = [Shape(_strip(frame, x * frame.wide, 1.8), ink, 0.7) for x in (-80.0, -48.0, -16.0, 16.0, 48.0, 80.0)]
    return [*across, *down, *fine]


def _dotted(ink: Color, frame: Build) -> list[Shape]:
    parts = []
    for row, y in enumerate(np.arange(114.0, BOTTOM - 6, 17.0)):
        edge = float(torso_edge(frame, np.array([y - 6]))[0]) - 7
        for x in np.arange(-120.0 + 11 * (row % 2), 121.0, 22.0):
            if abs(x) < edge:
                parts.append(Shape(ellipse(float(x), float(y), 4.4, 4.4, 14), ink))
    return parts


def _argyle(ink: Color, frame: Build) -> list[Shape]:
    parts = []
    for x in (-60.0, 0.0, 60.0):
        for y in (150.0, 206.0):
            parts.append(
                Shape(polygon((x, y - 26), (x + 21 * frame.wide, y), (x, y + 26), (x - 21 * frame.wide, y)), ink, 0.62)
            )
    lines = [
        np.array([(x - 30 * frame.wide, 136.0), (x, 178.0), (x + 30 * frame.wide, 220.0)]) for x in (-60.0, 0.0, 60.0)
    ]
    for line in lines:
        parts += [Shape(ribbon(path, 1.6), ink, 0.8) for path in (line, line[::-1] * (-1, 1))]
    return parts


def _floral(ink: Color, frame: Build) -> list[Shape]:
    parts = []
    for row, y in enumerate(np.arange(122.0, BOTTOM - 8, 29.0).tolist()):
        edge = float(torso_edge(frame, np.array([y - 8]))[0]) - 13
        for column, x in enumerate(np.arange(-120.0 + 19 * (row % 2), 121.0, 38.0).tolist()):
            if abs(x) < edge:
                petals = (ink, (240, 196, 84), (226, 110, 120))[(row + column) % 3]
                parts += [
                    Shape(ellipse(x + 5.4 * float(np.cos(t)), y + 5.4 * float(np.sin(t)), 4.6, 4.6, 12), petals)
                    for t in np.radians(np.arange(18, 378, 72))
                ]
                parts.append(Shape(ellipse(x, y, 3.2, 3.2, 12), darker(petals, 0.4)))
    return parts


def _star(ink: Color, _: Build) -> list[Shape]:
    angles = np.radians(np.arange(-90, 270, 36))
    radius = np.where(np.arange(10) % 2, 11.0, 26.0)
    return [Shape(np.column_stack([radius * np.cos(angles), 170 + radius * np.sin(angles)]), ink)]


def _heart(_: Color, __: Build) -> list[Shape]:
    shape = spline(
        [(0, 160), (0, 160), (11, 148), (26, 152), (27, 168), (0, 196), (0, 196), (-27, 168), (-26, 152), (-11, 148)]
    )
    return [Shape(shape, (226, 84, 92))]


def _bolt(_: Color, __: Build) -> list[Shape]:
    return [Shape(polygon((6, 140), (-18, 174), (-3, 174), (-10, 202), (18, 164), (3, 164), (14, 140)), (246, 205, 84))]


def _smiley(_: Color, __: Build) -> list[Shape]:
    mouth = ribbon(spline([(-13, 174), (0, 184), (13, 174)], closed=False), (1, 3.4, 1))
    return [
        Shape(ellipse(0, 168, 25, 25, 36), (246, 205, 84)),
        *(Shape(ellipse(x, 162, 3.2, 5, 14), INK) for x in (-8, 8)),
        Shape(mouth, INK),
    ]


_PATTERNS: dict[str, Callable[[Color, Build], list[Shape]]] = {
    "striped": _striped,
    "pinstriped": _pinstriped,
    "checked": _checked,
    "dotted": _dotted,
    "argyle": _argyle,
    "floral": _floral,
    "star": _star,
    "heart": _heart,
    "bolt": _bolt,
    "smiley": _smiley,
}
