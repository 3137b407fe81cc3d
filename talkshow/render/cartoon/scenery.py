"""Backdrops: four walls of the world, painted once.

Each takes the frame to paint, `unit` (1 pixel of a 1280x720 frame) and the row where the table begins, and
fills the whole frame. Decoration is placed from the edges and the middle, so that it suits any shape of frame.
"""

from __future__ import annotations

import cv2
import numpy as np

from talkshow.render.cartoon.canvas import Pixels, Shade, blend, ellipse, fill, polygon, ribbon, rounded, spline
from talkshow.render.cartoon.palette import Color, darker, lighter, mix, rgb


def _wash(pixels: Pixels, top: str, bottom: str) -> None:
    height, width = pixels.shape[:2]
    pixels[:] = Shade(rgb(top), rgb(bottom)).texture(width, height)


def _rect(pixels: Pixels, left: float, top: float, right: float, bottom: float, color: Color) -> None:
    fill(pixels, polygon((left, top), (right, top), (right, bottom), (left, bottom)), color)


def _glow(pixels: Pixels, x: float, y: float, radius: float, color: Color, strength: float) -> None:
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
    patch += (255 - patch) * (np.asarray(color, np.float32) / 255) * light[..., None]    # never over white
    pixels[top:bottom, left:right] = np.clip(patch, 0, 255).astype(np.uint8)


def _skyline(pixels: Pixels, box: tuple[float, float, float, float], unit: float) -> None:
    """A city at dusk behind glass, with lit windows; the same one every time."""
    left, top, right, bottom = box
    rng = np.random.default_rng(4)
    x = left
    while x < right:
        wide, tall = rng.uniform(26, 52) * unit, rng.uniform(0.25, 0.72) * (bottom - top)
        edge = min(x + wide, right)
        tone = mix(rgb("#222a52"), rgb("#3a3f70"), float(rng.random()))
        _rect(pixels, x, bottom - tall, edge, bottom, tone)
        for wy in np.arange(bottom - tall + 8 * unit, bottom - 8 * unit, 13 * unit):
            for wx in np.arange(x + 5 * unit, edge - 7 * unit, 10 * unit):
                if rng.random() < 0.42:
                    _rect(pixels, wx, wy, wx + 4.5 * unit, wy + 6 * unit, rgb("#ffd98a"))
        x = edge


def _plant(pixels: Pixels, x: float, foot: float, size: float) -> None:
    """A pot with broad leaves; size: pixels from foot to the highest tip."""
    for index, lean in enumerate(np.linspace(-1.25, 1.25, 11)):
        tip = (x + np.sin(lean) * size * 0.62, foot - size * (0.42 + 0.58 * np.cos(lean)))
        base = (x, foot - size * 0.2)
        bend = (x + np.sin(lean) * size * 0.18, foot - size * 0.62)
        leaf = ribbon(spline([base, bend, tip], closed=False), (size * 0.02, size * 0.10, size * 0.13, size * 0.01))
        color = (rgb("#2f6f52"), rgb("#3f8a63"), rgb("#275c47"))[index % 3]
        fill(pixels, leaf, color)
        fill(pixels, ribbon(spline([base, bend, tip], closed=False), (1, size * 0.012, 0.5)), lighter(color, 0.2))
    pot = polygon((x - size * .17, foot - size * .24), (x + size * .17, foot - size * .24), (x + size * .13, foot),
                  (x - size * .13, foot))
    fill(pixels, pot, rgb("#c4714c"))
    _rect(pixels, x - size * .19, foot - size * .27, x + size * .19, foot - size * .20, rgb("#d9875e"))


def _lamp(pixels: Pixels, x: float, foot: float, height: float, unit: float) -> None:
    """A standing lamp, lit."""
    top = foot - height
    _glow(pixels, x, top + 30 * unit, 190 * unit, rgb("#ffcf8a"), 0.62)
    _rect(pixels, x - 3 * unit, top, x + 3 * unit, foot, rgb("#2a2733"))
    fill(pixels, polygon((x - 30 * unit, top - 14 * unit), (x + 30 * unit, top - 14 * unit),
                         (x + 52 * unit, top + 56 * unit), (x - 52 * unit, top + 56 * unit)), rgb("#ffe2a8"))
    fill(pixels, polygon((x + 8 * unit, top - 14 * unit), (x + 30 * unit, top - 14 * unit),
                         (x + 52 * unit, top + 56 * unit), (x + 20 * unit, top + 56 * unit)), rgb("#f6cd88"))


def _shelf(pixels: Pixels, left: float, right: float, y: float, unit: float, seed: int) -> None:
    """A shelf with books and small things."""
    rng = np.random.default_rng(seed)
    colors = [rgb(c) for c in ("#c4664f", "#d9a34b", "#5f8f8b", "#7f76a8", "#d8c8a8", "#a8485a", "#4f6f9a")]
    x = left + 8 * unit
    while x < right - 26 * unit:
        if rng.random() < 0.16:
            x += rng.uniform(18, 40) * unit
            continue
        wide, tall = rng.uniform(11, 21) * unit, rng.uniform(48, 78) * unit
        color = darker(colors[int(rng.integers(len(colors)))], 0.12)
        _rect(pixels, x, y - tall, x + wide, y, color)
        _rect(pixels, x + wide * .2, y - tall * .82, x + wide * .8, y - tall * .74, lighter(color, 0.5))
        x += wide + 1.4 * unit
    _rect(pixels, left, y, right, y + 9 * unit, rgb("#7a4c33"))
    _rect(pixels, left, y + 9 * unit, right, y + 12 * unit, rgb("#3a2630"))


def studio(pixels: Pixels, unit: float, table: int) -> None:
    """Dark blue slats, a window on the city, shelves, a lamp and a plant."""
    height, width = pixels.shape[:2]
    u = unit
    _wash(pixels, "#2e3960", "#55507a")
    for x in np.arange(width / 2 % (26 * u) - 26 * u, width, 26 * u):
        _rect(pixels, x, 0, x + 15 * u, height, rgb("#3a4570"))
        _rect(pixels, x, 0, x + 2 * u, height, rgb("#4a5683"))
    half = min(190 * u, width * 0.32)
    top, bottom = max(34 * u, table - 520 * u), max(34 * u, table - 520 * u) + 236 * u
    box = (width / 2 - half, top, width / 2 + half, bottom)
    fill(pixels, rounded(box[0] - 12 * u, top - 12 * u, box[2] + 12 * u, bottom + 12 * u, 10 * u), rgb("#1a1c2e"))
    sky = Shade(rgb("#25346e"), rgb("#f0a070"))
    x0, y0, x1, y1 = (round(v) for v in box)
    pixels[y0:y1, x0:x1] = sky.texture(x1 - x0, y1 - y0)
    _skyline(pixels, box, u)
    _rect(pixels, width / 2 - 3 * u, top, width / 2 + 3 * u, bottom, rgb("#1a1c2e"))
    wide = width / 2 - half - 110 * u
    if wide > 90 * u:
        for left, seed in ((56 * u, 11), (width - 56 * u - wide, 12)):
            _shelf(pixels, left, left + wide, top + 92 * u, u, seed)
            _shelf(pixels, left, left + wide, top + 212 * u, u, seed + 7)
    if top > 170 * u:
        _neon(pixels, width / 2, top / 2, u)
    _lamp(pixels, 62 * u, table + 10, 300 * u, u)
    _plant(pixels, width - 62 * u, table + 6, 210 * u)
    _glow(pixels, width / 2, top + 160 * u, 460 * u, rgb("#ffb98a"), 0.24)


def _neon(pixels: Pixels, x: float, y: float, unit: float) -> None:
    """A glowing sound wave on the wall of tall frames."""
    _glow(pixels, x, y, 150 * unit, rgb("#ff7a8a"), 0.35)
    for index, tall in enumerate((18, 44, 30, 72, 50, 96, 60, 82, 36, 54, 20)):
        left = x + (index - 5) * 22 * unit
        fill(pixels, rounded(left - 5 * unit, y - tall * unit / 2, left + 5 * unit, y + tall * unit / 2, 5 * unit),
             rgb("#ffb3b0"))


def living_room(pixels: Pixels, unit: float, table: int) -> None:
    """Warm wall, framed pictures, a window with curtains, and the back of a big sofa."""
    height, width = pixels.shape[:2]
    u = unit
    _wash(pixels, "#e6c9a8", "#d3a988")
    for x in np.arange(width / 2 % (64 * u) - 64 * u, width, 64 * u):
        _rect(pixels, x, 0, x + 30 * u, height, rgb("#e0bf9c"))
    top = max(36 * u, table - 520 * u)
    half = min(150 * u, width * 0.26)
    x0, y0, x1, y1 = round(width / 2 - half), round(top), round(width / 2 + half), round(top + 230 * u)
    _rect(pixels, x0 - 12 * u, y0 - 12 * u, x1 + 12 * u, y1 + 12 * u, rgb("#fff4e2"))
    pixels[y0:y1, x0:x1] = Shade(rgb("#a8d8ea"), rgb("#eaf5e4")).texture(x1 - x0, y1 - y0)
    for x, size in ((x0 + 40 * u, 62 * u), (x1 - 60 * u, 80 * u), ((x0 + x1) / 2, 50 * u)):
        fill(pixels[y0:y1, x0:x1], ellipse(x - x0, y1 - y0 - 8 * u, size, size * 0.8), rgb("#88bf8a"))
    _rect(pixels, width / 2 - 4 * u, y0, width / 2 + 4 * u, y1, rgb("#fff4e2"))
    for side in (-1, 1):
        x = width / 2 + side * (half + 26 * u)
        left, right, rail, hem = x - 44 * u, x + 44 * u, y0 - 26 * u, y1 + 60 * u
        curtain = spline([(left, rail), (left, rail), (right, rail), (right, rail), (right, hem), (right, hem),
                          (x + 10 * u, hem + 6 * u), (x - 20 * u, hem), (left, hem + 6 * u), (left, hem + 6 * u)])
        fill(pixels, curtain, rgb("#bf6a58"))
        for fold in (-20, 4, 26):
            _rect(pixels, x + fold * u, y0 - 22 * u, x + (fold + 6) * u, y1 + 56 * u, rgb("#a95848"))
    if width / 2 - half > 330 * u:
        for x, colors in ((170 * u, ("#4f7d82", "#e9c46a")), (width - 190 * u, ("#d9805f", "#f2dfb8"))):
            _rect(pixels, x - 66 * u, top + 22 * u, x + 66 * u, top + 182 * u, rgb("#6b4632"))
            _rect(pixels, x - 56 * u, top + 32 * u, x + 56 * u, top + 172 * u, rgb(colors[1]))
            fill(pixels, ellipse(x - 8 * u, top + 112 * u, 36 * u, 36 * u), rgb(colors[0]))
            fill(pixels, ellipse(x + 22 * u, top + 82 * u, 20 * u, 20 * u), darker(rgb(colors[0]), 0.3))
    _lamp(pixels, width - 58 * u, table + 10, 330 * u, u)
    _plant(pixels, 66 * u, table + 6, 230 * u)
    sofa, edge = table - 205 * u, 34 * u
    cloth = rgb("#587f86")
    fill(pixels, rounded(edge, sofa, width - edge, height, 64 * u), darker(cloth, 0.12))
    count = max(2, round(width / (360 * u)))
    wide = (width - 2 * edge - 40 * u) / count
    for index in range(count):
        left = edge + 20 * u + index * wide
        fill(pixels, rounded(left + 3 * u, sofa + 16 * u, left + wide - 3 * u, height, 46 * u), cloth)
        blend(pixels, rounded(left + 22 * u, sofa + 26 * u, left + wide - 22 * u, sofa + 60 * u, 18 * u),
              lighter(cloth, 0.4), 0.22)


def street(pixels: Pixels, unit: float, table: int) -> None:
    """A terrace by day: sky, houses, shops with awnings, trees."""
    height, width = pixels.shape[:2]
    u = unit
    _wash(pixels, "#8fcbe8", "#f7ecd6")
    for x, y, size in ((0.16, 0.10, 70), (0.58, 0.06, 90), (0.88, 0.14, 60)):
        for dx, dy, r in ((-0.7, 0.1, 0.6), (0, -0.15, 0.85), (0.75, 0.1, 0.62)):
            puff = ellipse(dx, dy, r, r * 0.55) * (size * u) + (x * width, y * height)
            fill(pixels, puff, rgb("#fbfdfc"))
    ground = table - 60 * u
    rng = np.random.default_rng(9)
    walls = [rgb(c) for c in ("#e0a184", "#efd9a8", "#c9c3d8", "#b7cfc0", "#e3b7a0", "#d9cdb6")]
    x, index = -40 * u, 0
    while x < width:
        wide, tall = rng.uniform(190, 270) * u, rng.uniform(330, 470) * u
        wall = walls[index % len(walls)]
        _rect(pixels, x, ground - tall, x + wide, height, wall)
        _rect(pixels, x - 6 * u, ground - tall - 14 * u, x + wide + 6 * u, ground - tall, darker(wall, 0.28))
        for wy in np.arange(ground - tall + 34 * u, ground - 190 * u, 92 * u):
            for wx in np.linspace(x + 40 * u, x + wide - 40 * u, 3):
                _rect(pixels, wx - 20 * u, wy, wx + 20 * u, wy + 58 * u, lighter(wall, 0.6))
                _rect(pixels, wx - 16 * u, wy + 4 * u, wx + 16 * u, wy + 54 * u, rgb("#6f93a8"))
                _rect(pixels, wx - 16 * u, wy + 27 * u, wx + 16 * u, wy + 30 * u, lighter(wall, 0.6))
        _rect(pixels, x + 22 * u, ground - 118 * u, x + wide - 22 * u, height, rgb("#51626e"))
        stripes = 8
        for s in range(stripes):
            a, b = (x + 14 * u + (wide - 28 * u) * k / stripes for k in (s, s + 1))
            fill(pixels, spline([(a, ground - 152 * u), (a, ground - 152 * u), (b, ground - 152 * u),
                                 (b, ground - 152 * u), (b, ground - 104 * u), ((a + b) / 2, ground - 92 * u),
                                 (a, ground - 104 * u)]), rgb("#f4ede0") if s % 2 else
                 (rgb("#c2554a"), rgb("#3f8075"), rgb("#d19a3e"))[index % 3])
        x, index = x + wide, index + 1
    for tree in (0.5 / max(1, width / height), 1 - 0.42 / max(1, width / height)):
        tx = tree * width
        _rect(pixels, tx - 8 * u, ground - 190 * u, tx + 8 * u, height, rgb("#7a5a44"))
        for dx, dy, r in ((-50, -220, 62), (48, -226, 66), (0, -276, 76), (0, -206, 60)):
            fill(pixels, ellipse(tx + dx * u, ground + dy * u, r * u, r * .92 * u), rgb("#6fae6c"))
        fill(pixels, ellipse(tx - 24 * u, ground - 286 * u, 40 * u, 34 * u), rgb("#86c27d"))
    _rect(pixels, 0, ground + 26 * u, width, height, rgb("#cbbfae"))


def stage(pixels: Pixels, unit: float, table: int) -> None:
    """A red curtain in spotlights."""
    height, width = pixels.shape[:2]
    u = unit
    x = np.arange(width) - width / 2
    folds = 0.72 + 0.22 * np.sin(x / (23 * u)) + 0.06 * np.sin(x / (9.5 * u) + 1)
    down = np.linspace(1.05, 0.62, height)[:, None, None]
    pixels[:] = np.clip(folds[None, :, None] * down * np.asarray(rgb("#b02a3c"), float), 0, 255).astype(np.uint8)
    for index in range(-1, int(width / (190 * u)) + 2):
        left = width / 2 % (190 * u) + index * 190 * u - 190 * u
        swag = spline([(0, -30), (0, -30), (190, -30), (190, -30), (184, 26), (95, 66), (6, 26)]) * u + (left, 0)
        fill(pixels, swag, rgb("#8e1f33"))
        hem = spline([(left + 5 * u, 26 * u), (left + 95 * u, 66 * u), (left + 185 * u, 26 * u)], closed=False)
        fill(pixels, ribbon(hem, 8 * u), rgb("#e0b15a"))
    lights = pixels.copy()
    for share, aim in ((0.12, 0.32), (0.5, 0.5), (0.88, 0.68)):
        cone = polygon((share * width - 12 * u, -10), (share * width + 12 * u, -10), (aim * width + 230 * u, table),
                       (aim * width - 230 * u, table))
        blend(lights, cone, rgb("#ffe9c0"), 0.16)
    pixels[:] = cv2.GaussianBlur(lights, (0, 0), 14 * u)
    pixels[:] = cv2.addWeighted(pixels, 0.62, lights, 0.38, 0)
    _glow(pixels, width / 2, table - 180 * u, 460 * u, rgb("#ffdca0"), 0.22)
