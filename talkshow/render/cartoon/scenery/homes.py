"""Rooms to live and work in: a living room, a kitchen, an office."""

from __future__ import annotations

import numpy as np

from talkshow.render.cartoon.canvas import Pixels, Shade, blend, fill
from talkshow.render.cartoon.palette import darker, lighter, rgb
from talkshow.render.cartoon.paths import ellipse, polygon, rounded
from talkshow.render.cartoon.scenery.strokes import floor, frame_of, glow, gradient, rect, repeat, wash
from talkshow.render.cartoon.scenery.things import (
    clock,
    curtains,
    jars,
    pendant_lamp,
    picture,
    plant,
    shelf,
    skyline,
    standing_lamp,
    window,
)


def living_room(pixels: Pixels, unit: float, row: int) -> None:
    """Warm wall, framed pictures, a window with curtains, lamp, plant and a wooden floor."""
    height, width = pixels.shape[:2]
    u = unit
    wash(pixels, "#e8cdae", "#d8b291")
    for x in repeat(-64 * u, width, 64 * u, width / 2 - 15 * u):
        rect(pixels, x, 0, x + 30 * u, height, rgb("#e2c3a1"))
    top = max(44 * u, row - 560 * u)
    half = min(150 * u, width * 0.26)
    box = (width / 2 - half, top, width / 2 + half, top + 226 * u)
    window(pixels, box, u, Shade(rgb("#a8d8ea"), rgb("#eaf5e4")), rgb("#fff4e2"))
    curtains(pixels, box, u, rgb("#bf6a58"))
    if width / 2 - half > 330 * u:
        for x, tones in ((170 * u, ("#4f7d82", "#e9c46a")), (width - 190 * u, ("#d9805f", "#f2dfb8"))):
            picture(pixels, x, top + 102 * u, u, 112, 140, tones)
    rect(pixels, 0, row - 22 * u, width, row, rgb("#f4e6d2"))
    rect(pixels, 0, row - 24 * u, width, row - 22 * u, rgb("#c9a98a"))
    floor(pixels, row, "#9a6a48", "#7a4f35", 74 * u)
    standing_lamp(pixels, width - 54 * u, row + 16 * u, 400 * u, u)
    plant(pixels, 62 * u, row + 22 * u, 270 * u)


def kitchen(pixels: Pixels, unit: float, row: int) -> None:
    """Tiles, cupboards, a shelf with jars, a window and lamps over the counter."""
    height, width = pixels.shape[:2]
    u = unit
    wash(pixels, "#f1ead8", "#e3d9c2")
    top = max(20 * u, row - 560 * u)
    tiles = top + 214 * u
    gradient(pixels, 0, tiles, width, height, Shade(rgb("#cfe3dc"), rgb("#b8d2ca")))
    for y in np.arange(tiles, height, 36 * u).tolist():
        rect(pixels, 0, y, width, y + 2 * u, rgb("#e4f0ec"))
    for x in repeat(-54 * u, width, 54 * u, width / 2):
        rect(pixels, x, tiles, x + 2 * u, height, rgb("#e4f0ec"))
    half = min(140 * u, width * 0.22)
    window(
        pixels,
        (width / 2 - half, top + 40 * u, width / 2 + half, top + 250 * u),
        u,
        Shade(rgb("#9fd0e8"), rgb("#e6f2dc")),
        rgb("#ffffff"),
    )
    wood = rgb("#4f7f86")
    for side in (-1, 1):
        inner, outer = width / 2 + side * (half + 46 * u), width / 2 + side * max(half + 60 * u, width / 2 + 10 * u)
        left, right = min(inner, outer), max(inner, outer)
        if right - left < 80 * u:
            continue
        rect(pixels, left, top - 68 * u, right, top + 150 * u, darker(wood, 0.3))
        num = max(1, round((right - left) / (130 * u)))
        for index in range(num):
            a = left + index * (right - left) / num
            b = a + (right - left) / num
            fill(pixels, rounded(a + 4 * u, top - 60 * u, b - 4 * u, top + 144 * u, 6 * u), wood)
            fill(pixels, rounded(a + 16 * u, top - 44 * u, b - 16 * u, top + 128 * u, 5 * u), lighter(wood, 0.07))
            fill(pixels, ellipse(b - 14 * u if side < 0 else a + 14 * u, top + 112 * u, 5 * u, 5 * u), rgb("#e5c98a"))
        jars(pixels, left + 6 * u, right - 6 * u, top + 282 * u, u, 6 + side)
        shelf(pixels, left, right, top + 282 * u, u, rgb("#a9774a"))
    for x in (width * 0.24, width * 0.76) if width > 1.2 * height else (width * 0.5,):
        pendant_lamp(pixels, x, top + 118 * u, u, rgb("#d98a4f"))
    plant(pixels, width - 58 * u, row + 6, 150 * u)


def office(pixels: Pixels, unit: float, row: int) -> None:
    """Windows on the city by day, a whiteboard with notes, a clock."""
    height, width = pixels.shape[:2]
    u = unit
    wash(pixels, "#dfe5ea", "#c9d3da")
    top = max(30 * u, row - 530 * u)
    split = width * 0.56 if width > 560 * u else width * 1.1
    box = (24 * u, top, min(split, width - 24 * u) - 20 * u, top + 310 * u)
    frame_of(pixels, box, 10 * u, rgb("#4a5662"))
    gradient(pixels, *box, Shade(rgb("#a9d2ea"), rgb("#e9f2f0")))
    skyline(pixels, box, u * 1.5, seed=9, day=True)
    panes = max(2, round((box[2] - box[0]) / (190 * u)))
    for index in range(1, panes):
        x = box[0] + index * (box[2] - box[0]) / panes
        rect(pixels, x - 4 * u, top, x + 4 * u, box[3], rgb("#4a5662"))
    for y in np.arange(top, top + 62 * u, 9 * u).tolist():
        rect(pixels, box[0], y, box[2], y + 5 * u, rgb("#f4f6f6"))
    if width > 560 * u:
        _whiteboard(pixels, (split + 14 * u, top + 20 * u, width - 96 * u, top + 226 * u), u)
        clock(pixels, width - 48 * u, top + 46 * u, 30 * u)
        plant(pixels, width - 50 * u, row + 8, 220 * u)
    rect(pixels, 0, row - 60 * u, width, height, rgb("#b9c4cc"))
    rect(pixels, 0, row - 66 * u, width, row - 60 * u, rgb("#eef2f4"))


def _whiteboard(pixels: Pixels, box: tuple[float, float, float, float], unit: float) -> None:
    left, top, right, bottom = box
    frame_of(pixels, box, 7 * unit, rgb("#8d99a4"))
    rect(pixels, left, top, right, bottom, rgb("#fbfcfc"))
    for index, (long, tone) in enumerate(((0.42, "#3d6fb2"), (0.30, "#c8453f"), (0.50, "#3d6fb2"), (0.24, "#4d8d5b"))):
        y = top + (28 + 36 * index) * unit
        fill(
            pixels,
            rounded(left + 20 * unit, y, left + 20 * unit + long * (right - left), y + 8 * unit, 4 * unit),
            rgb(tone),
        )
    for x, y, tone in (
        (0.66, 0.16, "#f2cf5b"),
        (0.83, 0.20, "#f0a0a8"),
        (0.68, 0.52, "#9fd0b0"),
        (0.85, 0.56, "#f2cf5b"),
    ):
        a, b = left + x * (right - left), top + y * (bottom - top)
        rect(pixels, a - 17 * unit, b, a + 17 * unit, b + 34 * unit, rgb(tone))
        blend(
            pixels,
            polygon(
                (a - 10 * unit, b + 12 * unit),
                (a + 10 * unit, b + 12 * unit),
                (a + 10 * unit, b + 16 * unit),
                (a - 10 * unit, b + 16 * unit),
            ),
            rgb("#5a5048"),
            0.5,
        )
    glow(pixels, left + 40 * unit, top + 20 * unit, 90 * unit, rgb("#ffffff"), 0.3)
