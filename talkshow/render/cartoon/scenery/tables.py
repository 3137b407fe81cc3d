"""Tables, which hide the lower half of people and are painted behind their arms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from talkshow.render.cartoon.canvas import Pixels, Shade, blend, fill
from talkshow.render.cartoon.layout import Table
from talkshow.render.cartoon.palette import Color, darker, lighter, rgb
from talkshow.render.cartoon.paths import ellipse, polygon, ribbon, rounded, spline
from talkshow.render.cartoon.scenery.strokes import gradient, rect, repeat, shade_floor


@dataclass(frozen=True)
class TableStyle:
    """Colours of a table: its top, the panel below it, and its edge. `panel_line`: units between the panel's seams."""

    top: Color
    panel: Color
    edge: Color
    panel_line: float = 92.0


DESK = TableStyle(rgb("#a8693f"), rgb("#5b3524"), rgb("#d69a64"))
NEWS_DESK = TableStyle(rgb("#dfe8f2"), rgb("#24508f"), rgb("#ffffff"), 190.0)
COUNTER = TableStyle(rgb("#d9ab74"), rgb("#e9e2d2"), rgb("#efca98"), 130.0)
MEETING = TableStyle(rgb("#e3d3b8"), rgb("#8d99a4"), rgb("#f4e9d4"), 400.0)
READING = TableStyle(rgb("#7a4a30"), rgb("#44281c"), rgb("#a06a44"), 110.0)
DASHBOARD = TableStyle(rgb("#3c404c"), rgb("#2a2d37"), rgb("#575c6a"), 4000.0)
CAFE = TableStyle(rgb("#f3ede0"), rgb("#d9584f"), rgb("#ffffff"))


def paint_desk(pixels: Pixels, table: Table, style: TableStyle) -> None:
    """From side to side of the frame: top, bright front edge, panel."""
    height, width = pixels.shape[:2]
    scale, foot = table.scale, max(table.foot, height)
    gradient(pixels, 0, table.back, width, table.front, Shade(darker(style.top, 0.20), lighter(style.top, 0.10)))
    rect(pixels, 0, table.back, width, table.back + max(1.0, 2 * scale), darker(style.top, 0.34))
    edge = table.front + max(2, round(7 * scale))
    gradient(pixels, 0, edge, width, foot, Shade(darker(style.panel, 0.08), darker(style.panel, 0.40)))
    for x in repeat(-8, width, max(24.0, style.panel_line * scale), table.middle):
        blend(pixels, polygon((x, edge), (x + 2.4 * scale, edge), (x + 2.4 * scale, foot), (x, foot)), (0, 0, 0), 0.22)
    blend(pixels, polygon((0, edge), (width, edge), (width, edge + 9 * scale), (0, edge + 9 * scale)), (0, 0, 0), 0.25)
    gradient(pixels, 0, table.front, width, edge, Shade(style.edge, style.edge))


def paint_round_table(pixels: Pixels, table: Table, style: TableStyle) -> None:
    """A table with a cloth, no wider than the people need.  pixels: the row's own part of the frame."""
    scale = table.scale
    left, right = edges(table, 236 if table.beyond > 250 else 172)
    x, half = (left + right) / 2, (right - left) / 2
    back, front, part = table.back, table.front, pixels
    drop = front - back
    y = (back + front) / 2
    shade_floor(part, x, y + 150 * scale, half * 1.02, 40 * scale, 0.5)
    top = _stadium(x, y, half, drop / 2 + 4 * scale)
    hang = 104 * scale
    skirt = np.concatenate(
        [
            [(x + half, y)],
            [(x + half - 12 * scale, y + hang)],
            np.column_stack(
                [
                    np.linspace(x + half - 12 * scale, x - half + 12 * scale, 60),
                    y
                    + hang
                    + drop * 0.42 * np.sin(np.linspace(0, np.pi, 60))
                    + 3 * scale * np.sin(np.linspace(0, 26 * np.pi, 60)),
                ]
            ),
            [(x - half + 12 * scale, y + hang)],
            [(x - half, y)],
        ]
    )
    fill(part, skirt, darker(style.top, 0.10))
    _gingham(part, skirt, style.panel, 26 * scale, x)
    fill(part, top + np.array([0, 3 * scale]), darker(style.top, 0.25))
    fill(part, top, style.top)
    inner = (top - np.array([x, y])) * np.array([0.97, 0.86]) + np.array([x, y])
    ring = np.concatenate([top, top[:1], inner[:1], inner[::-1]])
    blend(part, ring, style.panel, 0.55)


def edges(table: Table, beyond: float) -> tuple[float, float]:
    """Pixels from left to right that a row of people takes, `beyond` units on both sides."""
    return table.seats[0].x - beyond * table.scale, table.seats[-1].x + beyond * table.scale


def _stadium(x: float, y: float, half: float, ry: float) -> np.ndarray:
    """A table's top seen from above its edge: straight at the back and front, round at the ends."""
    t = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    bulge = np.sign(np.cos(t)) * np.abs(np.cos(t)) ** 0.62
    return np.column_stack([x + half * bulge, y + ry * np.sign(np.sin(t)) * np.abs(np.sin(t)) ** 0.8])


def _gingham(pixels: Pixels, outline: np.ndarray, color: Color, step: float, middle: float) -> None:
    """Squares on a hanging cloth, inside its outline."""
    import cv2

    height, width = pixels.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [np.rint(outline).astype(np.int32)], 255, cv2.LINE_AA)
    x = (np.floor((np.arange(width) - middle) / step) % 2)[None, :]
    top = float(outline[:, 1].min())
    y = (np.floor((np.arange(height) - top) / step) % 2)[:, None]
    share = ((x + y) * 0.30 * (mask / 255))[..., None]
    pixels[:] = (pixels * (1 - share) + np.array(color) * share).astype(np.uint8)


def paint_emblem(pixels: Pixels, table: Table, color: Color) -> None:
    """A sound wave on the front of a desk, where there is room for it."""
    scale, middle = table.scale, table.middle
    room = table.foot - table.front
    if room < 56 * scale:
        return
    y, tall = table.front + min(room * 0.52, 90 * scale), min(room * 0.5, 70 * scale) / 70
    for index, size in enumerate((16, 34, 24, 52, 38, 66, 44, 58, 28, 40, 18)):
        x = middle + (index - 5) * 15 * scale
        fill(
            pixels,
            rounded(x - 3.4 * scale, y - size * tall / 2, x + 3.4 * scale, y + size * tall / 2, 3.4 * scale),
            color,
        )


def paint_dials(pixels: Pixels, table: Table) -> None:
    """The parts of a dashboard: vents, a radio, and the wheel in front of the person at picture right."""
    scale = table.scale
    for seat in table.seats[:-1]:
        gradient(
            pixels,
            seat.x - 46 * scale,
            table.front + 18 * scale,
            seat.x + 46 * scale,
            table.front + 44 * scale,
            Shade(rgb("#1c1e26"), rgb("#30333e")),
        )
        for line in range(4):
            y = table.front + (22 + 6 * line) * scale
            fill(pixels, rounded(seat.x - 42 * scale, y, seat.x + 42 * scale, y + 2.4 * scale, scale), rgb("#565b69"))
    x, y = table.seats[-1].x, table.back + 24 * scale
    outer, inner = ellipse(x, y, 84 * scale, 64 * scale, 64), ellipse(x, y, 71 * scale, 52 * scale, 64)
    fill(pixels, np.concatenate([outer, outer[:1], inner[:1], inner[::-1]]), rgb("#1b1d24"))
    spokes = spline(
        [(x - 72 * scale, y + 4 * scale), (x, y - 8 * scale), (x + 72 * scale, y + 4 * scale)], closed=False
    )
    fill(pixels, ribbon(spokes, (12 * scale, 22 * scale, 12 * scale)), rgb("#24262f"))
    fill(pixels, ellipse(x, y - 2 * scale, 20 * scale, 17 * scale, 40), rgb("#343844"))
