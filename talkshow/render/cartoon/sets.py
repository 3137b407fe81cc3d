"""The set: which one the words ask for, its backdrop, its tables and what stands on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from talkshow.render.base import Size
from talkshow.render.cartoon.canvas import (
    Drawing,
    Pixels,
    Shade,
    Shape,
    View,
    blend,
    capsule,
    ellipse,
    fill,
    polygon,
    ribbon,
    spline,
)
from talkshow.render.cartoon.layout import Seat, Table
from talkshow.render.cartoon.palette import Color, darker, lighter, rgb
from talkshow.render.cartoon.scenery import living_room, stage, street, studio
from talkshow.render.cartoon.sprite import Sprite

# words of a scene's heading or description that ask for a set; the first that matches wins
_WORDS: dict[str, tuple[str, ...]] = {
    "living room": ("sofa", "couch", "living", "home", "lounge", "apartment", "flat", "kitchen", "fireplace"),
    "street": ("street", "city", "outside", "outdoors", "cafe", "café", "park", "terrace", "garden", "market"),
    "stage": ("stage", "theatre", "theater", "curtain", "audience", "concert", "comedy", "club"),
    "studio": ("studio", "desk", "newsroom", "podcast", "radio"),
}
SETS = tuple(_WORDS)


@dataclass(frozen=True)
class TableStyle:
    """Colours of a table: its top, the panel below it, and its edge."""

    top: Color
    panel: Color
    edge: Color
    mics: bool


_TABLES = {
    "studio": TableStyle(rgb("#a8693f"), rgb("#5b3524"), rgb("#d69a64"), mics=True),
    "living room": TableStyle(rgb("#b98455"), rgb("#7b4f31"), rgb("#dcae7c"), mics=False),
    "street": TableStyle(rgb("#d8c7a8"), rgb("#6f7f86"), rgb("#f0e4cb"), mics=False),
    "stage": TableStyle(rgb("#7d3b46"), rgb("#4b1f30"), rgb("#c99a58"), mics=True),
}
_BACKDROPS = {"studio": studio, "living room": living_room, "street": street, "stage": stage}


def choose_set(prompt: str) -> str:
    """The set that the words of a scene ask for; a studio if they ask for none."""
    said = set(re.findall(r"\w+", prompt.casefold()))
    return next((name for name, words in _WORDS.items() if said & set(words)), "studio")


def paint_set(prompt: str, size: Size, tables: Sequence[Table]) -> Pixels:
    """Everything that never moves, (height, width, 3)."""
    name = choose_set(prompt)
    width, height = size
    pixels: Pixels = np.zeros((height, width, 3), np.uint8)
    for table in tables:                                   # each row has a world of its own behind it
        part = np.ascontiguousarray(pixels[table.begin:table.foot])
        unit = float(np.sqrt(width * len(part))) / 960     # 1 at 1280x720 and at 720x1280
        _BACKDROPS[name](part, unit, table.back - table.begin)
        # a little out of focus: the people are what one looks at
        pixels[table.begin:table.foot] = cv2.GaussianBlur(part, (0, 0), 1.5 * unit)
    for table in tables:
        _paint_table(pixels, table, _TABLES[name])
    return pixels


def _paint_table(pixels: Pixels, table: Table, style: TableStyle) -> None:
    """Top, bright front edge, panel, and mugs between the people."""
    height, width = pixels.shape[:2]
    back, front, foot = (min(max(row, 0), height) for row in (table.back, table.front, table.foot))
    pixels[back:front] = Shade(darker(style.top, 0.20), lighter(style.top, 0.10)).texture(width, front - back)
    thick = max(2, round(7 * table.scale))
    pixels[front:front + thick] = style.edge
    panel = pixels[front + thick:foot]
    if len(panel):
        panel[:] = Shade(darker(style.panel, 0.08), darker(style.panel, 0.40)).texture(width, len(panel))
        gap = max(24, round(92 * table.scale))
        for left in range(width // 2 % gap, width, gap):
            right = left + 2.4 * table.scale
            blend(panel, polygon((left, 0), (right, 0), (right, len(panel)), (left, len(panel))), (0, 0, 0), 0.22)
        blend(panel, polygon((0, 0), (width, 0), (width, 9 * table.scale), (0, 9 * table.scale)), (0, 0, 0), 0.25)
    pixels[back:back + max(1, round(2 * table.scale))] = darker(style.top, 0.34)
    for x, color in _mug_places(table, width):
        _paint_mug(pixels, x, table.back + 24 * table.scale, table.scale, color)


def _mug_places(table: Table, width: int) -> list[tuple[float, Color]]:
    """A mug beside everybody, on the side of the middle, where there is room."""
    colors = (rgb("#ece4d6"), rgb("#e0a24a"), rgb("#7fa7a3"), rgb("#c66a54"), rgb("#8c86b8"), rgb("#d9c25f"))
    seats = table.seats
    pitch = seats[1].x - seats[0].x if len(seats) > 1 else width
    if pitch < 340 * table.scale:                           # elbow to elbow: no room
        return []
    middle = width / 2
    places = []
    for index, seat in enumerate(seats):
        side = 1.0 if seat.x < middle or len(seats) == 1 else -1.0
        places.append((seat.x + side * min(182 * table.scale, pitch / 2 - 24 * table.scale), colors[index]))
    return places


def _paint_mug(pixels: Pixels, x: float, y: float, scale: float, color: Color) -> None:
    def at(points: np.ndarray) -> np.ndarray:
        return points * scale + (x, y)

    blend(pixels, at(ellipse(3, 13, 25, 6)), (20, 10, 16), 0.3)
    fill(pixels, at(ribbon(spline([(13, -18), (25, -16), (24, -2), (12, 2)], closed=False), 5)), darker(color, 0.14))
    fill(pixels, at(spline([(-16, -26), (-16, -26), (-15, 4), (-10, 13), (0, 15), (10, 13), (15, 4), (16, -26),
                            (16, -26)])), color)
    fill(pixels, at(spline([(6, -24), (16, -26), (16, -26), (15, 4), (10, 13), (2, 14.5), (8, 0)])), darker(color, 0.1))
    fill(pixels, at(ellipse(0, -26, 16, 4.6)), lighter(color, 0.3))
    fill(pixels, at(ellipse(0, -25.6, 13.6, 3.5)), rgb("#4a2c1d"))


def props(prompt: str, seat: Seat, num_in_row: int) -> Sprite | None:
    """What stands before somebody and has to be painted over them: a microphone, below the chin and to the side.

    From four in a row on there are none: they would crowd.
    """
    if not _TABLES[choose_set(prompt)].mics or num_in_row > 3:
        return None
    side = 1.0 if seat.turn <= 0 else -1.0
    x0, y0, x1, y1 = side * 92, 226.0, side * 62, 122.0
    steel, dark = rgb("#4d5160"), rgb("#24252f")
    stem = ribbon(spline([(x0, y0), (side * 96, 190), (side * 88, 150), (x1 + side * 10, y1 + 14)], closed=False), 4.6)
    tip = (x1 - side * 8, y1 - 11)
    grille = capsule(x1 + side * 9, y1 + 12, *tip, 10.5, 13)
    glint = capsule(x1 + side * 2, y1 - 1, tip[0] - 3, tip[1] - 3, 2.4, 3.4)
    band = capsule(x1 + side * 9.4, y1 + 12.6, x1 + side * 8, y1 + 10.8, 10.9, 11.1)
    foot = ellipse(x0, y0 + 1, 27, 7)
    shapes = [Shape(ellipse(x0, y0 + 4, 29, 8), darker(dark, 0.3)), Shape(foot, Shade(steel, dark)),
              Shape(stem, dark), Shape(grille, Shade(steel, dark)), Shape(band, rgb("#c9a15a")),
              Shape(glint, lighter(steel, 0.28))]
    drawing, view = Drawing(shapes, seat.scale), View.flat(seat.x, seat.y, seat.scale)
    return Sprite(np.concatenate([view.project(shape.points) for shape in shapes]),
                  lambda pixels, corner: drawing.draw(pixels, View(view.matrix, view.offset - corner)))

