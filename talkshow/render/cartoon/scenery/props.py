"""Props, as shapes in head units about the point where they touch the ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from talkshow.render.cartoon.canvas import Shade, Shape, soft
from talkshow.render.cartoon.palette import Color, darker, lighter, rgb
from talkshow.render.cartoon.paths import capsule, ellipse, polygon, ribbon, rounded, spline

_SHADOW: Color = (20, 10, 16)


def moved(shapes: Sequence[Shape], x: float, y: float, size: float = 1.0) -> list[Shape]:
    """The same things in another place."""
    return [replace(shape, points=shape.points[:, :2] * size + np.array([x, y])) for shape in shapes]


def mug(color: Color) -> list[Shape]:
    """A mug of coffee."""
    return [
        Shape(ellipse(3, 0, 25, 6), _SHADOW, 0.3),
        Shape(ribbon(spline([(13, -31), (25, -29), (24, -15), (12, -11)], closed=False), 5), darker(color, 0.14)),
        Shape(
            spline([(-16, -39), (-16, -39), (-15, -9), (-10, 0), (0, 2), (10, 0), (15, -9), (16, -39), (16, -39)]),
            color,
        ),
        Shape(spline([(6, -37), (16, -39), (16, -39), (15, -9), (10, 0), (2, 1.5), (8, -13)]), darker(color, 0.1)),
        Shape(ellipse(0, -39, 16, 4.6), lighter(color, 0.3)),
        Shape(ellipse(0, -38.6, 13.6, 3.5), rgb("#4a2c1d")),
    ]


def cup(color: Color) -> list[Shape]:
    """A cup on a saucer."""
    return [
        Shape(ellipse(2, 1, 33, 8), _SHADOW, 0.25),
        Shape(ellipse(0, -2, 31, 7.5), soft(lighter(color, 0.4))),
        Shape(ribbon(spline([(14, -22), (25, -22), (22, -10), (11, -8)], closed=False), 4), darker(color, 0.1)),
        Shape(
            spline([(-19, -26), (-19, -26), (-15, -10), (-8, -4), (8, -4), (15, -10), (19, -26), (19, -26)]),
            soft(color),
        ),
        Shape(ellipse(0, -26, 19, 4.6), lighter(color, 0.3)),
        Shape(ellipse(0, -25.6, 16, 3.4), rgb("#6b4429")),
    ]


def glass() -> list[Shape]:
    """A glass of water."""
    return [
        Shape(ellipse(2, 0, 16, 4.5), _SHADOW, 0.25),
        Shape(
            spline([(-13, -40), (-13, -40), (-11, -3), (0, 0), (11, -3), (13, -40), (13, -40)]), rgb("#dff0f6"), 0.55
        ),
        Shape(spline([(-12, -28), (-12, -28), (-11, -3), (0, 0), (11, -3), (12, -28), (12, -28)]), rgb("#9fd0e4"), 0.6),
        Shape(ellipse(0, -28, 12, 3), rgb("#d4ecf4"), 0.9),
        Shape(ellipse(0, -40, 13, 3.4), rgb("#f4fbfd"), 0.6),
    ]


def papers() -> list[Shape]:
    """Two sheets with lines."""
    back = polygon((-40, -22), (34, -26), (46, 12), (-50, 14))
    sheet = polygon((-34, -24), (36, -22), (44, 12), (-44, 12))
    lines = [
        Shape(
            polygon(
                (-28 - 1.4 * k, y),
                (24 + 1.2 * k - 9 * (k % 2), y),
                (25 + 1.2 * k - 9 * (k % 2), y + 2.4),
                (-28 - 1.4 * k, y + 2.4),
            ),
            rgb("#b9b4ac"),
        )
        for k, y in enumerate((-17.0, -10.0, -3.0, 4.0))
    ]
    return [Shape(back, rgb("#e0dacd")), Shape(sheet, rgb("#fbf8f0")), *lines]


def laptop() -> list[Shape]:
    """Seen from behind its lid."""
    return [
        Shape(ellipse(2, 4, 62, 8), _SHADOW, 0.28),
        Shape(polygon((-54, 2), (54, 2), (48, -6), (-48, -6)), rgb("#9aa0ac")),
        Shape(rounded(-50, -66, 50, -4, 7), Shade(rgb("#c9ced8"), rgb("#9ba2b0"))),
        Shape(ellipse(0, -36, 7, 7, 24), rgb("#eef1f5")),
    ]


def books() -> list[Shape]:
    """A small pile."""
    parts = [Shape(ellipse(2, 0, 44, 7), _SHADOW, 0.3)]
    for left, right, top, tone in ((-40, 38, -13, "#a8485a"), (-36, 40, -25, "#4f6f9a"), (-30, 34, -36, "#d9a34b")):
        parts += [
            Shape(rounded(left, top, right, top + 12, 3), soft(rgb(tone))),
            Shape(rounded(left + 4, top + 3, right - 1, top + 9, 1), rgb("#f1e8d8")),
            Shape(rounded(left, top, left + 10, top + 12, 3), darker(rgb(tone), 0.15)),
        ]
    return parts


def pot() -> list[Shape]:
    """A small plant."""
    leaves = []
    for index, lean in enumerate(np.linspace(-1.1, 1.1, 7).tolist()):
        tip = (float(np.sin(lean)) * 40, -34 - 34 * float(np.cos(lean)))
        leaves.append(
            Shape(
                ribbon(spline([(0, -24), (tip[0] * 0.4, -46), tip], closed=False), (2, 9, 11, 1)),
                (rgb("#2f6f52"), rgb("#4d9a6a"), rgb("#3f8a63"))[index % 3],
            )
        )
    return [
        Shape(ellipse(2, 0, 22, 5), _SHADOW, 0.3),
        *leaves,
        Shape(polygon((-20, -28), (20, -28), (15, 0), (-15, 0)), soft(rgb("#d8d2c6"))),
        Shape(polygon((-21, -30), (21, -30), (20, -23), (-20, -23)), rgb("#ece7dc")),
    ]


def vase() -> list[Shape]:
    """One flower in a vase."""
    petals = [
        Shape(ellipse(9 * float(np.cos(t)), -74 + 9 * float(np.sin(t)), 7, 7, 18), rgb("#f0c34e"))
        for t in np.radians(np.arange(0, 360, 60))
    ]
    return [
        Shape(ellipse(2, 0, 14, 4), _SHADOW, 0.25),
        Shape(ribbon(spline([(0, -24), (2, -48), (0, -70)], closed=False), 3), rgb("#4f8a4f")),
        Shape(spline([(2, -46), (16, -56), (20, -50), (8, -42)]), rgb("#5d9e5c")),
        *petals,
        Shape(ellipse(0, -74, 6, 6, 18), rgb("#a8662f")),
        Shape(
            spline(
                [(-6, -34), (-6, -34), (-5, -26), (-13, -12), (-9, 0), (9, 0), (13, -12), (5, -26), (6, -34), (6, -34)]
            ),
            soft(rgb("#7fa7c4")),
        ),
    ]


def fruit_bowl() -> list[Shape]:
    """Apples, oranges and a banana."""
    fruit = [(-22, -28, 15, "#d2483f"), (2, -34, 16, "#e2903a"), (25, -28, 15, "#9cb84a"), (-8, -24, 14, "#e8b840")]
    return [
        Shape(ellipse(3, 1, 46, 8), _SHADOW, 0.3),
        *(Shape(ellipse(x, y, r, r, 28), soft(rgb(tone))) for x, y, r, tone in fruit),
        Shape(
            spline([(-46, -26), (-46, -26), (-36, -6), (-16, 0), (16, 0), (36, -6), (46, -26), (46, -26), (0, -20)]),
            soft(rgb("#dfe5e4")),
        ),
    ]


def bread_board() -> list[Shape]:
    """A loaf on a board."""
    loaf = spline([(-30, -8), (-32, -22), (-16, -32), (14, -32), (32, -22), (30, -8)])
    return [
        Shape(polygon((-52, -10), (48, -10), (54, 2), (-58, 2)), soft(rgb("#b98455"))),
        Shape(loaf, soft(rgb("#c98a4a"))),
        *(
            Shape(ribbon(spline([(x, -12), (x + 4, -22), (x + 10, -29)], closed=False), 3), rgb("#e6c08a"))
            for x in (-18, -2, 14)
        ),
    ]


def croissant() -> list[Shape]:
    """On a plate."""
    body = spline([(-24, -8), (-14, -19), (0, -22), (14, -19), (24, -8), (12, -10), (0, -12), (-12, -10)])
    return [
        Shape(ellipse(2, 0, 36, 8), _SHADOW, 0.22),
        Shape(ellipse(0, -3, 34, 8), soft(rgb("#f4f1ea"))),
        Shape(body, soft(rgb("#d9994a"))),
        *(
            Shape(
                ribbon(
                    spline([(x, -20 + abs(x) * 0.25), (x * 0.8, -14 + abs(x) * 0.2), (x * 0.7, -10)], closed=False), 1.6
                ),
                rgb("#a86a2c"),
            )
            for x in (-10, 0, 10)
        ),
    ]


def banker_lamp() -> list[Shape]:
    """A lamp with a green glass shade, lit."""
    return [
        Shape(ellipse(2, 1, 30, 7), _SHADOW, 0.3),
        Shape(ellipse(0, -2, 24, 6), rgb("#b98a3a")),
        Shape(rounded(-3, -58, 3, -2, 2), rgb("#d9ab4f")),
        Shape(
            spline([(-44, -50), (-44, -50), (-38, -66), (0, -76), (38, -66), (44, -50), (44, -50), (0, -46)]),
            Shade(rgb("#4fa07a"), rgb("#2a6a50")),
        ),
        Shape(ellipse(0, -49, 40, 5), rgb("#fff2c8")),
    ]


def pen_cup() -> list[Shape]:
    """Pens in a holder."""
    pens = [
        Shape(ribbon(np.array([(x * 0.4, -24.0), (x * 0.8, -44.0), (x, -60.0)]), 4), rgb(tone))
        for x, tone in ((-12, "#c8453f"), (-2, "#3d6fb2"), (10, "#e0a24a"))
    ]
    return [
        Shape(ellipse(2, 0, 17, 4), _SHADOW, 0.3),
        *pens,
        Shape(polygon((-14, -34), (14, -34), (12, 0), (-12, 0)), soft(rgb("#4a5662"))),
    ]


def microphone() -> list[Shape]:
    """On a table, about a seat: below the chin and to the side."""
    steel, dark = rgb("#4d5160"), rgb("#24252f")
    stem = ribbon(spline([(92, 226), (96, 190), (88, 150), (72, 136)], closed=False), 4.6)
    return [
        Shape(ellipse(92, 230, 29, 8), darker(dark, 0.3)),
        Shape(ellipse(92, 227, 27, 7), Shade(steel, dark)),
        Shape(stem, dark),
        Shape(capsule(71, 134, 54, 111, 10.5, 13), Shade(steel, dark)),
        Shape(capsule(71.4, 134.6, 70, 132.8, 10.9, 11.1), rgb("#c9a15a")),
        Shape(capsule(64, 121, 51, 108, 2.4, 3.4), lighter(steel, 0.28)),
    ]
