"""The elements of clothes: necklines, collars, buttons, lapels, pockets."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from talkshow.render.cartoon.canvas import Shade, Shape
from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.palette import Color, darker, lighter
from talkshow.render.cartoon.paths import Points, ellipse, mirror, polygon, ribbon, rounded, spline
from talkshow.render.cartoon.people.body import BOTTOM
from talkshow.render.cartoon.people.features import skin_color


def both(path: Points, paint: Color | Shade) -> list[Shape]:
    """A path at picture left and at picture right."""
    return [Shape(side, paint) for side in (mirror(path), path)]


def neckline(look: Look, depth: float, width: float) -> list[Shape]:
    """Skin showing in a round opening."""
    skin = skin_color(look)
    side = (width * 0.8, 98 + depth * 0.6)
    return [
        Shape(
            spline([(-width, 98), (-side[0], side[1]), (0, 98 + depth), side, (width, 98), (0, 86)]),
            Shade(darker(skin, 0.10), darker(skin, 0.02), 0.08),
        )
    ]


def collar_band(color: Color, depth: float, width: float, thick: float = 7.0) -> Shape:
    """The rim of a round neckline."""
    line = spline(
        [
            (-width, 96),
            (-width * 0.8, 98 + depth * 0.62),
            (0, 99 + depth),
            (width * 0.8, 98 + depth * 0.62),
            (width, 96),
        ],
        closed=False,
    )
    return Shape(ribbon(line, thick), darker(color, 0.17))


def collar(color: Color, tip: tuple[float, float]) -> list[Shape]:
    """Both points of a shirt's collar."""
    return both(
        polygon((20, 84), (35, 92), (44, 104), tip, (4, 112)), Shade(lighter(color, 0.22), lighter(color, 0.04))
    )


def buttons(color: Color, x: float = 0.0, rows: Iterable[float] = (134, 161, 188), line: bool = True) -> list[Shape]:
    """A placket with its buttons."""
    placket = [Shape(ribbon(np.array([(x, 112.0), (x, 160.0), (x, BOTTOM)]), 1.8), darker(color, 0.2))] if line else []
    return [*placket, *(Shape(ellipse(x - 4.5 if line else x, y, 2.7, 2.7, 14), lighter(color, 0.6)) for y in rows)]


def lapels(color: Color, depth: float) -> list[Shape]:
    """The turned-back edges of a jacket."""
    return both(
        polygon((26, 92), (46, 101), (58, 132), (44, 136), (50, 146), (4, depth), (6, depth - 24)),
        Shade(lighter(color, 0.16), lighter(color, 0.02)),
    )


def front(color: Color, depth: float, width: float = 32.0) -> Shape:
    """What is worn under an open front."""
    return Shape(
        spline(
            [(-width, 103), (-width, 103), (-20, 132), (0, depth), (0, depth), (20, 132), (width, 103), (width, 103)]
        ),
        color,
    )


def open_front(color: Color) -> Shape:
    """What shows between the edges of an open cardigan or jacket, all the way down."""
    return Shape(
        spline(
            [
                (-34, 102),
                (-34, 102),
                (-29, 118),
                (-17, 156),
                (-12, 200),
                (-12, BOTTOM),
                (-12, BOTTOM),
                (12, BOTTOM),
                (12, BOTTOM),
                (12, 200),
                (17, 156),
                (29, 118),
                (34, 102),
                (34, 102),
            ]
        ),
        Shade(color, darker(color, 0.1)),
    )


def pocket(color: Color, x: float, y: float, wide: float = 34.0, tall: float = 30.0) -> list[Shape]:
    """A patch pocket with its hem."""
    return [
        Shape(rounded(x - wide / 2, y, x + wide / 2, y + tall, 5), darker(color, 0.13)),
        Shape(rounded(x - wide / 2 + 1.2, y + 1.2, x + wide / 2 - 1.2, y + tall - 1.6, 4.5), lighter(color, 0.02)),
        Shape(
            ribbon(np.array([(x - wide / 2 + 1, y + 5.0), (x, y + 5.0), (x + wide / 2 - 1, y + 5.0)]), 1.4),
            darker(color, 0.2),
        ),
    ]


def seam(*knots: tuple[float, float], width: float = 1.8) -> Points:
    """A line of stitches."""
    return ribbon(spline(knots, closed=False), width)
