"""Rooms made for talking: a podcast studio, a newsroom, a library."""

from __future__ import annotations

import numpy as np

from talkshow.render.cartoon.canvas import Pixels, Shade, blend, fill
from talkshow.render.cartoon.palette import darker, lighter, rgb
from talkshow.render.cartoon.paths import ellipse, polygon, rounded, spline
from talkshow.render.cartoon.scenery.strokes import frame_of, glow, gradient, rect, repeat, wash
from talkshow.render.cartoon.scenery.things import book_row, plant, screen, shelf, skyline, standing_lamp


def studio(pixels: Pixels, unit: float, row: int) -> None:
    """Dark blue slats, a window on the city, shelves, a lamp and a plant."""
    height, width = pixels.shape[:2]
    u = unit
    wash(pixels, "#2e3960", "#55507a")
    for x in repeat(-26 * u, width, 26 * u, width / 2):
        rect(pixels, x, 0, x + 15 * u, height, rgb("#3a4570"))
        rect(pixels, x, 0, x + 2 * u, height, rgb("#4a5683"))
    half = min(190 * u, width * 0.32)
    top = max(34 * u, row - 520 * u)
    box = (width / 2 - half, top, width / 2 + half, top + 236 * u)
    frame_of(pixels, box, 12 * u, rgb("#1a1c2e"))
    gradient(pixels, *box, Shade(rgb("#25346e"), rgb("#f0a070")))
    skyline(pixels, box, u)
    rect(pixels, width / 2 - 3 * u, top, width / 2 + 3 * u, box[3], rgb("#1a1c2e"))
    wide = width / 2 - half - 110 * u
    if wide > 90 * u:
        for left, seed in ((56 * u, 11), (width - 56 * u - wide, 12)):
            for down in (92, 212):
                book_row(pixels, left, left + wide, top + down * u, u, seed + (down > 100) * 7)
                shelf(pixels, left, left + wide, top + down * u, u)
    if top > 170 * u:
        _sound_wave(pixels, width / 2, top / 2, u)
    standing_lamp(pixels, 62 * u, row + 10, 300 * u, u)
    plant(pixels, width - 62 * u, row + 6, 210 * u)
    glow(pixels, width / 2, top + 160 * u, 460 * u, rgb("#ffb98a"), 0.24)


def _sound_wave(pixels: Pixels, x: float, y: float, unit: float) -> None:
    """A glowing sound wave on the wall of tall frames."""
    glow(pixels, x, y, 150 * unit, rgb("#ff7a8a"), 0.35)
    for index, tall in enumerate((18, 44, 30, 72, 50, 96, 60, 82, 36, 54, 20)):
        left = x + (index - 5) * 22 * unit
        fill(
            pixels,
            rounded(left - 5 * unit, y - tall * unit / 2, left + 5 * unit, y + tall * unit / 2, 5 * unit),
            rgb("#ffb3b0"),
        )


def newsroom(pixels: Pixels, unit: float, row: int) -> None:
    """Screens with charts, a globe of light, a ticker, all in blue."""
    height, width = pixels.shape[:2]
    u = unit
    wash(pixels, "#0f2148", "#2a5a9a")
    for x in repeat(-80 * u, width, 80 * u, width / 2):
        blend(pixels, polygon((x, 0), (x + 3 * u, 0), (x + 3 * u, height), (x, height)), rgb("#6fb0ff"), 0.10)
    middle, top = width / 2, max(30 * u, row - 500 * u)
    glow(pixels, middle, top + 150 * u, 330 * u, rgb("#5fa8ff"), 0.55)
    radius = min(168 * u, width * 0.30)
    y = top + 168 * u
    fill(pixels, ellipse(middle, y, radius, radius, 64), rgb("#1d4486"))
    for share in (0.34, 0.70, 0.97):
        ring = ellipse(middle, y, radius * share, radius, 64)
        inner = ellipse(middle, y, max(radius * share - 2.2 * u, 1), radius - 2.2 * u, 64)
        fill(pixels, np.concatenate([ring, ring[:1], inner[:1], inner[::-1]]), rgb("#5c93dc"))
    for share in (-0.66, -0.33, 0, 0.33, 0.66):
        half = radius * float(np.sqrt(1 - share**2))
        rect(pixels, middle - half, y + share * radius - u, middle + half, y + share * radius + u, rgb("#5c93dc"))
    wide = min(250 * u, middle - radius - 70 * u)
    if wide > 110 * u:
        for left, tone, seed in ((42 * u, "#2f6fc0", 3), (width - 42 * u - wide, "#24808c", 8)):
            screen(pixels, (left, top + 26 * u, left + wide, top + 196 * u), u, tone, seed)
    band = row - 92 * u
    gradient(pixels, 0, band, width, band + 40 * u, Shade(rgb("#c23a44"), rgb("#9c2836")))
    rect(pixels, 0, band - 4 * u, width, band, rgb("#f0f4fa"))
    rng = np.random.default_rng(5)
    x = 20 * u
    while x < width:
        long = rng.uniform(30, 110) * u
        fill(pixels, rounded(x, band + 14 * u, x + long, band + 26 * u, 5 * u), lighter(rgb("#c23a44"), 0.62))
        x += long + rng.uniform(12, 40) * u


def library(pixels: Pixels, unit: float, row: int) -> None:
    """Shelves full of books on a green wall, an arched window, lamps with green shades."""
    height, width = pixels.shape[:2]
    u = unit
    wash(pixels, "#2f4a40", "#22362f")
    wood, top = rgb("#5d3a26"), max(24 * u, row - 540 * u)
    half = min(130 * u, width * 0.22)
    for left, right, seed in (
        (-20 * u, width / 2 - half - 54 * u, 21),
        (width / 2 + half + 54 * u, width + 20 * u, 35),
    ):
        if right - left < 60 * u:
            continue
        rect(pixels, left, top - 16 * u, right, height, darker(wood, 0.42))
        for index, y in enumerate(np.arange(top + 84 * u, row + 90 * u, 96 * u).tolist()):
            book_row(pixels, left + 14 * u, right - 10 * u, y, u, seed + index, gaps=0.05)
            shelf(pixels, left, right, y, u, wood)
        for x in (left, right - 14 * u):
            gradient(pixels, x, top - 16 * u, x + 14 * u, height, Shade(lighter(wood, 0.1), darker(wood, 0.2)))
        rect(pixels, left - 6 * u, top - 32 * u, right + 6 * u, top - 14 * u, lighter(wood, 0.08))
    foot = min(top + 330 * u, row - 20 * u)
    arch = spline(
        [
            (width / 2 - half, foot),
            (width / 2 - half, foot),
            (width / 2 - half, top + 120 * u),
            (width / 2 - half * 0.7, top + 34 * u),
            (width / 2, top),
            (width / 2 + half * 0.7, top + 34 * u),
            (width / 2 + half, top + 120 * u),
            (width / 2 + half, foot),
            (width / 2 + half, foot),
        ]
    )
    centre = np.array([width / 2, (top + foot) / 2])
    fill(pixels, (arch - centre) * (1 + 16 * u / half) + centre, lighter(wood, 0.12))
    fill(pixels, arch, rgb("#f3d9a0"))
    glow(pixels, width / 2, top + 150 * u, 300 * u, rgb("#ffd890"), 0.5)
    for x in (-half * 0.34, half * 0.34):
        rect(pixels, width / 2 + x - 3 * u, top + 8 * u, width / 2 + x + 3 * u, foot, lighter(wood, 0.12))
    for y in (top + 120 * u, top + 220 * u):
        rect(pixels, width / 2 - half, y, width / 2 + half, y + 6 * u, lighter(wood, 0.12))
