"""Places under the sky, by day and by night: a street with a terrace, a park, a camp fire."""

from __future__ import annotations

import numpy as np

from talkshow.render.cartoon.canvas import Pixels, Shade, blend, fill
from talkshow.render.cartoon.palette import Color, darker, lighter, mix, rgb
from talkshow.render.cartoon.paths import ellipse, polygon, ribbon, rounded, spline
from talkshow.render.cartoon.scenery.strokes import (
    floor,
    glow,
    gradient,
    leaf_ball,
    night_sky,
    rect,
    sky_with_clouds,
    string_lights,
)

_CLOUDS = ((0.16, 0.10, 70.0), (0.58, 0.06, 90.0), (0.88, 0.14, 60.0))
_DUSK = rgb("#2a2f5c")


def street(pixels: Pixels, unit: float, row: int, night: bool = False) -> None:
    """A terrace: sky, houses, shops with awnings, trees; at night with lit windows and lights over the tables."""
    height, width = pixels.shape[:2]
    u = unit
    if night:
        night_sky(pixels, u)
    else:
        sky_with_clouds(pixels, u, "#8fcbe8", "#f7ecd6", _CLOUDS)
    ground = row - 60 * u
    rng = np.random.default_rng(9)
    walls = [rgb(c) for c in ("#e0a184", "#efd9a8", "#c9c3d8", "#b7cfc0", "#e3b7a0", "#d9cdb6")]
    x, index = -40 * u, 0
    while x < width:
        wide, tall = rng.uniform(190, 270) * u, rng.uniform(330, 470) * u
        wall = mix(walls[index % len(walls)], _DUSK, 0.62) if night else walls[index % len(walls)]
        _house(pixels, (x, ground - tall, x + wide, ground), u, wall, index, night)
        x, index = x + wide, index + 1
    for x in (0.5 / max(1, width / height), 1 - 0.42 / max(1, width / height)):
        rect(
            pixels,
            x * width - 8 * u,
            ground - 190 * u,
            x * width + 8 * u,
            height,
            rgb("#5a4238" if night else "#7a5a44"),
        )
        leaf_ball(pixels, x * width, ground - 236 * u, 98 * u, rgb("#2f5a56" if night else "#6fae6c"))
    floor(pixels, ground + 26 * u, "#4a4763" if night else "#d6cab8", "#35324c" if night else "#b3a692")
    if night:
        string_lights(pixels, ground - 330 * u, u)


def _house(
    pixels: Pixels, box: tuple[float, float, float, float], u: float, wall: Color, index: int, night: bool
) -> None:
    """A front with windows and a shop with an awning."""
    left, top, right, ground = box
    height, lit = pixels.shape[0], rgb("#ffd98a")
    rect(pixels, left, top, right, height, wall)
    rect(pixels, left - 6 * u, top - 14 * u, right + 6 * u, top, darker(wall, 0.28))
    rng = np.random.default_rng(index)
    for y in np.arange(top + 34 * u, ground - 190 * u, 92 * u).tolist():
        for x in np.linspace(left + 40 * u, right - 40 * u, 3).tolist():
            glass = lit if night and rng.random() < 0.6 else rgb("#3d4a72") if night else rgb("#6f93a8")
            rect(pixels, x - 20 * u, y, x + 20 * u, y + 58 * u, lighter(wall, 0.2 if night else 0.6))
            rect(pixels, x - 16 * u, y + 4 * u, x + 16 * u, y + 54 * u, glass)
            rect(pixels, x - 16 * u, y + 27 * u, x + 16 * u, y + 30 * u, lighter(wall, 0.2 if night else 0.6))
    rect(
        pixels,
        left + 22 * u,
        ground - 118 * u,
        right - 22 * u,
        height,
        mix(lit, wall, 0.35) if night else rgb("#51626e"),
    )
    tone = (rgb("#c2554a"), rgb("#3f8075"), rgb("#d19a3e"))[index % 3]
    stripes = 8
    for s in range(stripes):
        a, b = (left + 14 * u + (right - left - 28 * u) * k / stripes for k in (s, s + 1))
        color = rgb("#f4ede0") if s % 2 else tone
        fill(
            pixels,
            spline(
                [
                    (a, ground - 152 * u),
                    (a, ground - 152 * u),
                    (b, ground - 152 * u),
                    (b, ground - 152 * u),
                    (b, ground - 104 * u),
                    ((a + b) / 2, ground - 92 * u),
                    (a, ground - 104 * u),
                ]
            ),
            mix(color, _DUSK, 0.45) if night else color,
        )


def park(pixels: Pixels, unit: float, row: int, night: bool = False) -> None:
    """Hills, a pond, trees, a lamp beside a path."""
    height, width = pixels.shape[:2]
    u = unit
    if night:
        night_sky(pixels, u)
    else:
        sky_with_clouds(pixels, u, "#86c5e6", "#eaf3e2", _CLOUDS)
    horizon = row - 150 * u
    tones = ("#33506a", "#2c4a58", "#284a44") if night else ("#a8cfae", "#8fc08e", "#7db26f")
    for x, y, rx, ry, tone in (
        (0.18, 20, 0.42, 120, tones[0]),
        (0.80, 26, 0.46, 150, tones[0]),
        (0.5, 60, 0.62, 104, tones[1]),
    ):
        fill(pixels, ellipse(x * width, horizon + y * u, rx * width, ry * u, 64), rgb(tone))
    gradient(pixels, 0, horizon + 40 * u, width, height, Shade(rgb(tones[2]), darker(rgb(tones[2]), 0.25)))
    water = rgb("#4a6a94" if night else "#9ccfe0")
    fill(pixels, ellipse(width * 0.5, horizon + 92 * u, width * 0.30, 30 * u, 64), water)
    for dx, dy, wide in ((-0.10, -8, 60), (0.06, 4, 90), (-0.02, 14, 50)):
        fill(
            pixels,
            rounded(
                width * (0.5 + dx) - wide * u / 2,
                horizon + (90 + dy) * u,
                width * (0.5 + dx) + wide * u / 2,
                horizon + (93 + dy) * u,
                1.5 * u,
            ),
            lighter(water, 0.4),
        )
    green = (rgb("#2a4f4a"), rgb("#345a4c")) if night else (rgb("#5d9e5c"), rgb("#74b264"))
    for x, y, size, leaves in ((0.07, 20, 130, 0), (0.93, 6, 150, 0), (0.24, 40, 76, 1), (0.78, 40, 84, 1)):
        foot = horizon + (y + 90) * u
        rect(
            pixels,
            x * width - size * 0.09 * u,
            foot - size * 1.5 * u,
            x * width + size * 0.09 * u,
            foot,
            rgb("#5f4636"),
        )
        leaf_ball(pixels, x * width, foot - size * 1.9 * u, size * u, green[leaves])
    for x in np.linspace(0.02, 0.98, 9).tolist():
        fill(pixels, ellipse(x * width, row - 4 * u, 74 * u, 34 * u), darker(green[0], 0.12))
    lamp = width * 0.30 if width > height else width * 0.12
    rect(pixels, lamp - 3.5 * u, horizon - 200 * u, lamp + 3.5 * u, row, rgb("#2f3440"))
    glow(pixels, lamp, horizon - 216 * u, 90 * u, rgb("#ffe0a0"), 0.85 if night else 0.25)
    fill(pixels, ellipse(lamp, horizon - 216 * u, 17 * u, 19 * u, 32), rgb("#fff0c8" if night else "#f6f1e4"))
    fill(
        pixels,
        polygon(
            (lamp - 20 * u, horizon - 232 * u),
            (lamp + 20 * u, horizon - 232 * u),
            (lamp + 9 * u, horizon - 246 * u),
            (lamp - 9 * u, horizon - 246 * u),
        ),
        rgb("#2f3440"),
    )


def camp(pixels: Pixels, unit: float, row: int) -> None:
    """A clearing at night, between firs, in the light of a fire."""
    width = pixels.shape[1]
    u = unit
    night_sky(pixels, u, "#101833", "#3a3a66")
    rng = np.random.default_rng(3)
    ground = row - 40 * u
    for tone, low, high, step in (("#1d2c48", 240, 360, 70), ("#16243a", 300, 460, 110)):
        for x in np.arange(-20 * u, width + 60 * u, step * u).tolist():
            _fir(
                pixels,
                x + float(rng.uniform(-20, 20)) * u,
                ground + 20 * u,
                float(rng.uniform(low, high)) * u,
                rgb(tone),
            )
    fill(
        pixels,
        polygon(
            (width * 0.10, ground + 26 * u),
            (width * 0.10 + 130 * u, ground - 150 * u),
            (width * 0.10 + 260 * u, ground + 26 * u),
        ),
        rgb("#a85c3c"),
    )
    fill(
        pixels,
        polygon(
            (width * 0.10 + 104 * u, ground + 26 * u),
            (width * 0.10 + 130 * u, ground - 150 * u),
            (width * 0.10 + 160 * u, ground + 26 * u),
        ),
        rgb("#5c2f2a"),
    )
    floor(pixels, ground + 20 * u, "#3a3a44", "#241f2c")
    glow(pixels, width / 2, row + 60 * u, 560 * u, rgb("#ff9a4a"), 0.5)


def _fir(pixels: Pixels, x: float, foot: float, size: float, color: Color) -> None:
    for share in (0.0, 0.26, 0.5):
        top, bottom = foot - size * (1 - share * 0.3 + 0.0) + size * share * 0.62, foot - size * (0.62 - share)
        half = size * (0.13 + 0.16 * share)
        fill(pixels, polygon((x, top), (x + half, bottom), (x - half, bottom)), color)
    rect(pixels, x - size * 0.02, foot - size * 0.14, x + size * 0.02, foot, darker(color, 0.4))
    fill(
        pixels,
        ribbon(
            np.array(
                [(x, foot - size * 0.9), (x - size * 0.05, foot - size * 0.6), (x - size * 0.07, foot - size * 0.4)]
            ),
            (1, size * 0.012, 1),
        ),
        lighter(color, 0.1),
    )
    blend(pixels, ellipse(x, foot, size * 0.2, size * 0.02), rgb("#0a0d18"), 0.4)
