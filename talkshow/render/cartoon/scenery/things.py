"""Furnishings of rooms."""

from __future__ import annotations

import numpy as np

from talkshow.render.cartoon.canvas import Pixels, Shade, blend, fill
from talkshow.render.cartoon.palette import Color, darker, lighter, mix, rgb
from talkshow.render.cartoon.paths import ellipse, polygon, ribbon, rounded, spline
from talkshow.render.cartoon.scenery.strokes import frame_of, glow, gradient, rect

Box4 = tuple[float, float, float, float]
_WOOD = rgb("#7a4c33")
_BOOKS = tuple(rgb(c) for c in ("#c4664f", "#d9a34b", "#5f8f8b", "#7f76a8", "#d8c8a8", "#a8485a", "#4f6f9a"))


def skyline(pixels: Pixels, box: Box4, unit: float, seed: int = 4, day: bool = False) -> None:
    """A city behind glass, with lit windows at dusk; the same one every time."""
    left, top, right, bottom = box
    rng = np.random.default_rng(seed)
    near, far = (rgb("#7f9bb8"), rgb("#a9c0d4")) if day else (rgb("#222a52"), rgb("#3a3f70"))
    x = left
    while x < right:
        wide, tall = rng.uniform(26, 52) * unit, rng.uniform(0.25, 0.72) * (bottom - top)
        edge = min(x + wide, right)
        rect(pixels, x, bottom - tall, edge, bottom, mix(near, far, float(rng.random())))
        for wy in np.arange(bottom - tall + 8 * unit, bottom - 8 * unit, 13 * unit):
            for wx in np.arange(x + 5 * unit, edge - 7 * unit, 10 * unit):
                if rng.random() < 0.42:
                    rect(pixels, wx, wy, wx + 4.5 * unit, wy + 6 * unit, rgb("#e4eef4") if day else rgb("#ffd98a"))
        x = edge


def plant(pixels: Pixels, x: float, foot: float, size: float) -> None:
    """A pot with broad leaves; size: pixels from foot to the highest tip."""
    for index, lean in enumerate(np.linspace(-1.25, 1.25, 11)):
        tip = (x + np.sin(lean) * size * 0.62, foot - size * (0.42 + 0.58 * np.cos(lean)))
        base = (x, foot - size * 0.2)
        bend = (x + np.sin(lean) * size * 0.18, foot - size * 0.62)
        leaf = ribbon(spline([base, bend, tip], closed=False), (size * 0.02, size * 0.10, size * 0.13, size * 0.01))
        color = (rgb("#2f6f52"), rgb("#3f8a63"), rgb("#275c47"))[index % 3]
        fill(pixels, leaf, color)
        fill(pixels, ribbon(spline([base, bend, tip], closed=False), (1, size * 0.012, 0.5)), lighter(color, 0.2))
    pot = polygon(
        (x - size * 0.17, foot - size * 0.24),
        (x + size * 0.17, foot - size * 0.24),
        (x + size * 0.13, foot),
        (x - size * 0.13, foot),
    )
    fill(pixels, pot, rgb("#c4714c"))
    rect(pixels, x - size * 0.19, foot - size * 0.27, x + size * 0.19, foot - size * 0.20, rgb("#d9875e"))


def standing_lamp(pixels: Pixels, x: float, foot: float, height: float, unit: float) -> None:
    """A standing lamp, lit."""
    top = foot - height
    glow(pixels, x, top + 30 * unit, 190 * unit, rgb("#ffcf8a"), 0.62)
    rect(pixels, x - 3 * unit, top, x + 3 * unit, foot, rgb("#2a2733"))
    fill(pixels, ellipse(x, foot, 26 * unit, 6 * unit), rgb("#2a2733"))
    fill(
        pixels,
        polygon(
            (x - 30 * unit, top - 14 * unit),
            (x + 30 * unit, top - 14 * unit),
            (x + 52 * unit, top + 56 * unit),
            (x - 52 * unit, top + 56 * unit),
        ),
        rgb("#ffe2a8"),
    )
    fill(
        pixels,
        polygon(
            (x + 8 * unit, top - 14 * unit),
            (x + 30 * unit, top - 14 * unit),
            (x + 52 * unit, top + 56 * unit),
            (x + 20 * unit, top + 56 * unit),
        ),
        rgb("#f6cd88"),
    )


def pendant_lamp(pixels: Pixels, x: float, foot: float, unit: float, color: Color) -> None:
    """A lamp on a cord from the ceiling."""
    rect(pixels, x - 1.2 * unit, 0, x + 1.2 * unit, foot - 40 * unit, rgb("#2f2a33"))
    glow(pixels, x, foot + 14 * unit, 110 * unit, rgb("#ffe0a0"), 0.55)
    fill(pixels, ellipse(x, foot, 26 * unit, 8 * unit), rgb("#fff2cc"))
    fill(
        pixels,
        spline(
            [
                (x - 46 * unit, foot),
                (x - 46 * unit, foot),
                (x - 34 * unit, foot - 34 * unit),
                (x, foot - 46 * unit),
                (x + 34 * unit, foot - 34 * unit),
                (x + 46 * unit, foot),
                (x + 46 * unit, foot),
                (x, foot + 4 * unit),
            ]
        ),
        color,
    )


def book_row(pixels: Pixels, left: float, right: float, y: float, unit: float, seed: int, gaps: float = 0.16) -> None:
    """Books on a row of pixels; gaps: share of places left free."""
    rng = np.random.default_rng(seed)
    x = left + 8 * unit
    while x < right - 24 * unit:
        if rng.random() < gaps:
            x += rng.uniform(18, 40) * unit
            continue
        wide, tall = rng.uniform(11, 21) * unit, rng.uniform(48, 78) * unit
        color = darker(_BOOKS[int(rng.integers(len(_BOOKS)))], 0.12)
        rect(pixels, x, y - tall, x + wide, y, color)
        rect(pixels, x + wide * 0.2, y - tall * 0.82, x + wide * 0.8, y - tall * 0.74, lighter(color, 0.5))
        x += wide + 1.4 * unit


def shelf(pixels: Pixels, left: float, right: float, y: float, unit: float, wood: Color = _WOOD) -> None:
    """A board on the wall."""
    rect(pixels, left, y, right, y + 9 * unit, wood)
    rect(pixels, left, y + 9 * unit, right, y + 12 * unit, darker(wood, 0.5))


def jars(pixels: Pixels, left: float, right: float, y: float, unit: float, seed: int) -> None:
    """Jars, bowls and cups on a row of pixels."""
    rng = np.random.default_rng(seed)
    tones = tuple(rgb(c) for c in ("#e9dcc2", "#7fa7a3", "#d98a5f", "#c9a15a", "#8c9c6a", "#b6656a"))
    x = left + 12 * unit
    while x < right - 36 * unit:
        wide, tall = rng.uniform(20, 34) * unit, rng.uniform(26, 52) * unit
        color = tones[int(rng.integers(len(tones)))]
        fill(pixels, rounded(x, y - tall, x + wide, y, 6 * unit), color)
        rect(pixels, x + 3 * unit, y - tall * 0.62, x + wide - 3 * unit, y - tall * 0.34, lighter(color, 0.45))
        if rng.random() < 0.6:
            rect(
                pixels, x + 2 * unit, y - tall - 6 * unit, x + wide - 2 * unit, y - tall + 2 * unit, darker(color, 0.35)
            )
        x += wide + rng.uniform(6, 16) * unit


def curtains(pixels: Pixels, box: Box4, unit: float, cloth: Color) -> None:
    """On both sides of a window."""
    left, top, right, bottom = box
    for x in (left - 26 * unit, right + 26 * unit):
        a, b, rail, hem = x - 44 * unit, x + 44 * unit, top - 26 * unit, bottom + 60 * unit
        fill(
            pixels,
            spline(
                [
                    (a, rail),
                    (a, rail),
                    (b, rail),
                    (b, rail),
                    (b, hem),
                    (b, hem),
                    (x + 10 * unit, hem + 6 * unit),
                    (x - 20 * unit, hem),
                    (a, hem + 6 * unit),
                    (a, hem + 6 * unit),
                ]
            ),
            cloth,
        )
        for fold in (-20, 4, 26):
            rect(pixels, x + fold * unit, rail + 4 * unit, x + (fold + 6) * unit, hem - 4 * unit, darker(cloth, 0.14))
    rect(pixels, left - 84 * unit, top - 34 * unit, right + 84 * unit, top - 26 * unit, rgb("#6b4632"))


def window(pixels: Pixels, box: Box4, unit: float, sky: Shade, sash: Color) -> None:
    """A window on hills."""
    left, top, right, bottom = (round(v) for v in box)
    frame_of(pixels, (left, top, right, bottom), 12 * unit, sash)
    gradient(pixels, left, top, right, bottom, sky)
    pane = pixels[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    wide, tall = right - left, bottom - top
    for share, size, tone in ((0.12, 0.24, "#9cc79a"), (0.86, 0.30, "#88bf8a"), (0.5, 0.20, "#79b07e")):
        fill(pane, ellipse(share * wide, tall * 1.04, size * wide * 1.5, tall * size * 1.4), rgb(tone))
    rect(pixels, (left + right) / 2 - 4 * unit, top, (left + right) / 2 + 4 * unit, bottom, sash)
    rect(pixels, left, top + tall * 0.42, right, top + tall * 0.42 + 6 * unit, sash)
    rect(pixels, left - 20 * unit, bottom + 10 * unit, right + 20 * unit, bottom + 20 * unit, darker(sash, 0.08))


def picture(pixels: Pixels, x: float, y: float, unit: float, wide: float, tall: float, tones: tuple[str, str]) -> None:
    """A framed picture of circles around (x, y)."""
    a, b = wide / 2 * unit, tall / 2 * unit
    rect(pixels, x - a - 10 * unit, y - b - 10 * unit, x + a + 10 * unit, y + b + 10 * unit, rgb("#6b4632"))
    rect(pixels, x - a, y - b, x + a, y + b, rgb(tones[1]))
    fill(pixels, ellipse(x - 0.14 * a, y + 0.2 * b, 0.62 * a, 0.62 * a), rgb(tones[0]))
    fill(pixels, ellipse(x + 0.36 * a, y - 0.3 * b, 0.34 * a, 0.34 * a), darker(rgb(tones[0]), 0.3))


def clock(pixels: Pixels, x: float, y: float, radius: float) -> None:
    """A wall clock at ten past ten."""
    fill(pixels, ellipse(x, y, radius, radius, 48), rgb("#2f3440"))
    fill(pixels, ellipse(x, y, radius * 0.86, radius * 0.86, 48), rgb("#f4f1ea"))
    for angle, long, wide in ((-60, 0.46, 0.09), (60, 0.64, 0.06)):
        tip = np.array([np.sin(np.radians(angle)), -np.cos(np.radians(angle))]) * long * radius
        fill(
            pixels,
            ribbon(np.array([(x, y), (x + tip[0] / 2, y + tip[1] / 2), (x + tip[0], y + tip[1])]), wide * radius),
            rgb("#2f3440"),
        )


def screen(pixels: Pixels, box: Box4, unit: float, tone: str, seed: int) -> None:
    """A display with a chart."""
    left, top, right, bottom = box
    fill(
        pixels, rounded(left - 8 * unit, top - 8 * unit, right + 8 * unit, bottom + 8 * unit, 8 * unit), rgb("#141a2c")
    )
    gradient(pixels, left, top, right, bottom, Shade(rgb(tone), darker(rgb(tone), 0.35)))
    rng = np.random.default_rng(seed)
    num = max(4, int((right - left) / (34 * unit)))
    for index in range(num):
        x = left + (index + 0.25) * (right - left) / num
        tall = (bottom - top) * rng.uniform(0.16, 0.62)
        blend(
            pixels,
            polygon(
                (x, bottom - tall),
                (x + 17 * unit, bottom - tall),
                (x + 17 * unit, bottom - 8 * unit),
                (x, bottom - 8 * unit),
            ),
            rgb("#ffffff"),
            0.20,
        )
    line = [
        (left + share * (right - left), bottom - (bottom - top) * (0.3 + 0.4 * share + 0.09 * float(rng.normal())))
        for share in np.linspace(0.03, 0.97, 9)
    ]
    fill(pixels, ribbon(spline(line, closed=False), 4 * unit), rgb("#ffd27a"))
