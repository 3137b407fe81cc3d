"""Seats, and the things in front of people who have no table: shapes in head units about the middle of a row, painted
behind or in front of its people."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from talkshow.render.cartoon.canvas import Shade, Shape, soft
from talkshow.render.cartoon.layout import Table
from talkshow.render.cartoon.palette import METAL, darker, lighter, rgb
from talkshow.render.cartoon.paths import capsule, ellipse, polygon, ribbon, rounded, spline
from talkshow.render.cartoon.scenery import props


def _half(table: Table, beyond: float, least: float = 0.0) -> float:
    """Half of a row's width in units, `beyond` the outer people."""
    return max((table.seats[-1].x - table.seats[0].x) / table.scale / 2 + beyond, least)


def _columns(table: Table) -> list[float]:
    """Where people sit, in units from the middle of the row."""
    return [(seat.x - table.middle) / table.scale for seat in table.seats]


def sofa(table: Table) -> list[Shape]:
    """As long as the people need, with a cushion for each."""
    half = _half(table, 165, 270)
    cloth = rgb("#4f7f86")
    parts = [Shape(ellipse(0, 424, half + 60, 24, 64), rgb("#3a2620"), 0.35)]
    parts += [Shape(rounded(s * (half - 20) - 12, 396, s * (half - 20) + 12, 428, 4), rgb("#5b3a2a")) for s in (-1, 1)]
    parts.append(Shape(rounded(-half, 78, half, 404, 46), Shade(darker(cloth, 0.10), darker(cloth, 0.34))))
    count = max(2, len(table.seats))
    wide = (2 * half - 60) / count
    for index in range(count):
        left = -half + 30 + index * wide
        parts.append(
            Shape(
                rounded(left + 2, 92, left + wide - 2, 280, 34), Shade(lighter(cloth, 0.10), darker(cloth, 0.14), 0.06)
            )
        )
        parts.append(Shape(rounded(left + 22, 100, left + wide - 22, 120, 10), lighter(cloth, 0.24), 0.5))
    parts.append(Shape(rounded(-half + 16, 322, half - 16, 404, 18), Shade(darker(cloth, 0.18), darker(cloth, 0.36))))
    for index in range(count):
        left = -half + 30 + index * wide
        parts.append(
            Shape(rounded(left + 1, 256, left + wide - 1, 338, 22), Shade(lighter(cloth, 0.16), darker(cloth, 0.10)))
        )
    for side in (-1, 1):
        arm = rounded(-half - 26, 186, -half + 42, 412, 32)
        shape = arm if side < 0 else arm * np.array([-1, 1])
        parts.append(Shape(shape, Shade(lighter(cloth, 0.12), darker(cloth, 0.26), 0.08)))
    pillow = spline(
        [(half - 92, 168), (half - 40, 156), (half - 22, 208), (half - 36, 258), (half - 88, 246), (half - 104, 210)]
    )
    if len(table.seats) < count or half > 400:
        parts.append(Shape(pillow, soft(rgb("#e0a24a"))))
    return parts


def bench(table: Table) -> list[Shape]:
    """Wooden slats on iron legs."""
    half, wood, iron = _half(table, 160, 250), rgb("#a66c40"), rgb("#2f3440")
    parts = [Shape(ellipse(0, 430, half + 40, 20, 64), rgb("#1e3a24"), 0.35)]
    for x in (-half + 36, half - 36):
        parts += [Shape(rounded(x - 7, 96, x + 7, 432, 5), iron), Shape(rounded(x - 26, 422, x + 26, 434, 5), iron)]
    for top in (104.0, 152.0, 200.0):
        parts.append(Shape(rounded(-half, top, half, top + 36, 7), Shade(lighter(wood, 0.14), darker(wood, 0.12))))
        parts.append(
            Shape(
                ribbon(np.array([(-half + 12, top + 14), (0, top + 12), (half - 12, top + 15)]), 1.6),
                darker(wood, 0.16),
            )
        )
    parts.append(Shape(rounded(-half - 8, 268, half + 8, 296, 7), Shade(lighter(wood, 0.22), lighter(wood, 0.04))))
    parts.append(Shape(rounded(-half - 8, 296, half + 8, 322, 6), Shade(darker(wood, 0.06), darker(wood, 0.28))))
    for side in (-1, 1):
        rest = spline([(side * (half - 6), 186), (side * (half + 16), 190), (side * (half + 18), 272)], closed=False)
        parts.append(Shape(ribbon(rest, 12), lighter(iron, 0.1)))
    return parts


def log(table: Table) -> list[Shape]:
    """A felled trunk."""
    half, bark = _half(table, 150, 230), rgb("#5f4334")
    parts = [
        Shape(ellipse(0, 366, half + 44, 26, 64), rgb("#120f18"), 0.5),
        Shape(rounded(-half, 262, half, 372, 40), Shade(lighter(bark, 0.12), darker(bark, 0.42))),
    ]
    for index, y in enumerate(np.linspace(282, 350, 5).tolist()):
        x = -half + 70 + 61 * index % (1.4 * half)
        parts.append(
            Shape(
                ribbon(spline([(x, y), (x + 50, y - 4), (x + 110, y + 2)], closed=False), (0.8, 3.2, 0.8)),
                darker(bark, 0.4),
            )
        )
    end = ellipse(half - 4, 317, 26, 54, 40)
    parts += [
        Shape(end, rgb("#c9a06e")),
        Shape(ellipse(half - 4, 317, 19, 41, 40), rgb("#b58a5a")),
        Shape(ellipse(half - 4, 317, 11, 26, 32), rgb("#c9a06e")),
        Shape(ellipse(half - 4, 317, 4, 10, 20), rgb("#a87c4e")),
    ]
    return parts


def stools(table: Table) -> list[Shape]:
    """A high stool for everybody, with its pool of light."""
    parts = []
    for x in _columns(table):
        parts.append(Shape(ellipse(x, 456, 150, 34, 64), rgb("#ffe9b8"), 0.26))
        parts.append(Shape(ellipse(x, 456, 92, 18, 48), rgb("#2a1416"), 0.4))
        steel = rgb("#3a3c48")
        for lean in (-1, 1):
            parts.append(
                Shape(
                    ribbon(np.array([(x + lean * 30, 270.0), (x + lean * 44, 360.0), (x + lean * 58, 456.0)]), 8), steel
                )
            )
        parts.append(Shape(ribbon(np.array([(x - 48, 404.0), (x, 406.0), (x + 48, 404.0)]), 6), lighter(steel, 0.2)))
        parts.append(Shape(rounded(x - 74, 250, x + 74, 284, 14), Shade(rgb("#7a3b34"), rgb("#4c2222"))))
    return parts


def chairs(table: Table) -> list[Shape]:
    """Backs of café chairs behind the shoulders."""
    color, parts = rgb("#6a4a36"), []
    for x in _columns(table):
        outer = spline(
            [(x - 92, 240), (x - 96, 120), (x - 70, 74), (x, 62), (x + 70, 74), (x + 96, 120), (x + 92, 240)],
            closed=False,
        )
        parts.append(Shape(ribbon(outer, 13), Shade(lighter(color, 0.2), color)))
        parts += [
            Shape(
                ribbon(spline([(x + 0.4 * d, 70), (x + d, 150), (x + 0.9 * d, 240)], closed=False), 7),
                darker(color, 0.1),
            )
            for d in (-58, -22, 22, 58)
        ]
    return parts


def car_seats(table: Table) -> list[Shape]:
    """Seats with headrests."""
    cloth, parts = rgb("#5a4a44"), []
    for x in _columns(table):
        parts += [Shape(rounded(x + d - 4, -10, x + d + 4, 80, 3), rgb("#c9ccd4")) for d in (-22, 22)]
        parts.append(Shape(rounded(x - 78, -78, x + 78, 28, 34), Shade(lighter(cloth, 0.12), darker(cloth, 0.16))))
        parts.append(Shape(rounded(x - 130, 60, x + 130, 330, 54), Shade(lighter(cloth, 0.10), darker(cloth, 0.3))))
        parts.append(Shape(rounded(x - 84, 84, x + 84, 330, 40), Shade(lighter(cloth, 0.18), darker(cloth, 0.2))))
    return parts


def coffee_table(table: Table) -> list[Shape]:
    """Low, in front of a sofa, with what is on it."""
    half, wood = min(_half(table, 20, 120), 330.0), rgb("#a9774a")
    parts = [Shape(ellipse(0, 470, half + 20, 22, 64), rgb("#2c1a14"), 0.4)]
    parts += [
        Shape(
            polygon(
                (s * (half - 34) - 8, 380),
                (s * (half - 34) + 8, 380),
                (s * (half - 18) + 6, 470),
                (s * (half - 18) - 6, 470),
            ),
            darker(wood, 0.4),
        )
        for s in (-1, 1)
    ]
    parts += [
        Shape(ellipse(0, 378, half, 30, 80), darker(wood, 0.36)),
        Shape(ellipse(0, 370, half, 30, 80), soft(lighter(wood, 0.08))),
        Shape(ellipse(-half * 0.2, 364, half * 0.62, 15, 64), lighter(wood, 0.26), 0.4),
    ]
    items = (
        props.mug(rgb("#ece4d6")),
        props.books(),
        props.mug(rgb("#e0a24a")),
        props.pot(),
        props.mug(rgb("#7fa7a3")),
    )
    places = np.linspace(-0.66, 0.66, 5)
    for index, (share, item) in enumerate(zip(places.tolist(), items, strict=True)):
        if half > 200 or index in (0, 1, 3):
            parts += props.moved(item, share * half, 362 + 6 * (index % 2))
    return parts


def water_tables(table: Table) -> list[Shape]:
    """Between people on a stage: a small round table with a glass of water."""
    columns = _columns(table)
    gaps = [(a + b) / 2 for a, b in pairwise(columns) if b - a > 290] or (
        [columns[-1] + 190] if len(columns) < 3 else []
    )
    parts = []
    for x in gaps:
        parts += [
            Shape(ellipse(x, 458, 46, 11, 40), rgb("#2a1416"), 0.4),
            Shape(rounded(x - 4, 330, x + 4, 456, 2), rgb("#2f2a33")),
            Shape(ellipse(x, 456, 34, 8, 40), rgb("#2f2a33")),
            Shape(ellipse(x, 330, 52, 14, 48), rgb("#2a2028")),
            Shape(ellipse(x, 325, 52, 14, 48), Shade(rgb("#8a5a40"), rgb("#6a4230"))),
        ]
        parts += props.moved(props.glass(), x, 322)
    return parts


def fire(table: Table) -> list[Shape]:
    """A camp fire before a row."""
    del table
    parts = [Shape(ellipse(0, 398, 130, 22, 48), rgb("#ff9a3c"), 0.30)]
    parts += [
        Shape(ellipse(x, y, 17, 11, 24), soft(rgb("#6a6672")))
        for x, y in ((-92, 398), (-66, 410), (-34, 416), (0, 418), (34, 416), (66, 410), (92, 398))
    ]
    parts += [
        Shape(capsule(-66, 392, 58, 404, 11, 10), Shade(rgb("#7a5238"), rgb("#3f281e"))),
        Shape(capsule(64, 390, -54, 406, 11, 10), Shade(rgb("#8a5e40"), rgb("#442c20"))),
    ]
    for size, tone in ((1.0, "#e8622c"), (0.72, "#f79a38"), (0.42, "#ffe08a")):
        flame = (
            np.array(
                [
                    (0, 0),
                    (34, -8),
                    (44, -34),
                    (30, -58),
                    (34, -84),
                    (14, -70),
                    (6, -112),
                    (-14, -72),
                    (-28, -92),
                    (-30, -58),
                    (-46, -32),
                    (-34, -8),
                ]
            )
            * size
        )
        parts.append(Shape(spline(flame + np.array([0, 396])), rgb(tone)))
    return parts


def mic_stand() -> list[Shape]:
    """A microphone next to a person on a stage, about a seat: from the boards up to the chin."""
    steel, dark = rgb("#4d5160"), rgb("#24252f")
    return [
        Shape(ellipse(86, 462, 40, 9, 40), dark),
        Shape(ribbon(np.array([(86.0, 460.0), (86.0, 300.0), (84.0, 150.0)]), 5), dark),
        Shape(ribbon(spline([(84, 152), (76, 132), (62, 118)], closed=False), 4.4), dark),
        Shape(capsule(64, 120, 46, 100, 8.5, 11), Shade(steel, dark)),
        Shape(capsule(58, 114, 48, 103, 2, 3), lighter(steel, 0.3)),
        Shape(capsule(65, 121, 63, 119, 9, 9.4), METAL),
    ]
