"""A theatre's stage and the inside of a car."""

from __future__ import annotations

import cv2
import numpy as np

from talkshow.render.cartoon.canvas import Pixels, Shade, blend, fill
from talkshow.render.cartoon.palette import darker, lighter, rgb
from talkshow.render.cartoon.paths import ellipse, polygon, ribbon, rounded, spline
from talkshow.render.cartoon.scenery.strokes import floor, glow, gradient, rect, repeat, sky_with_clouds, wash


def stage(pixels: Pixels, unit: float, row: int) -> None:
    """A red curtain in spotlights over wooden boards."""
    height, width = pixels.shape[:2]
    u = unit
    x = np.arange(width) - width / 2
    folds = 0.72 + 0.22 * np.sin(x / (23 * u)) + 0.06 * np.sin(x / (9.5 * u) + 1)
    down = np.linspace(1.05, 0.62, height)[:, None, None]
    pixels[:] = np.clip(folds[None, :, None] * down * np.asarray(rgb("#b02a3c"), float), 0, 255).astype(np.uint8)
    fill(pixels, polygon((0, row - 26 * u), (width, row - 26 * u), (width, row), (0, row)), rgb("#6d1728"))
    rect(pixels, 0, row - 12 * u, width, row - 7 * u, rgb("#e0b15a"))
    floor(pixels, row, "#a2683e", "#5f3a26", 66 * u)
    for left in repeat(-190 * u, width, 190 * u, width / 2):
        swag = spline([(0, -30), (0, -30), (190, -30), (190, -30), (184, 26), (95, 66), (6, 26)]) * u + np.array(
            [left, 0]
        )
        fill(pixels, swag, rgb("#8e1f33"))
        hem = spline([(left + 5 * u, 26 * u), (left + 95 * u, 66 * u), (left + 185 * u, 26 * u)], closed=False)
        fill(pixels, ribbon(hem, 8 * u), rgb("#e0b15a"))
    lights = pixels.copy()
    for share, aim in ((0.12, 0.32), (0.5, 0.5), (0.88, 0.68)):
        cone = polygon(
            (share * width - 12 * u, -10),
            (share * width + 12 * u, -10),
            (aim * width + 230 * u, row + 60 * u),
            (aim * width - 230 * u, row + 60 * u),
        )
        blend(lights, cone, rgb("#ffe9c0"), 0.16)
    pixels[:] = cv2.GaussianBlur(lights, (0, 0), 14 * u)
    pixels[:] = cv2.addWeighted(pixels, 0.62, lights, 0.38, 0)
    glow(pixels, width / 2, row - 180 * u, 460 * u, rgb("#ffdca0"), 0.22)


def car(pixels: Pixels, unit: float, row: int) -> None:
    """The inside of a car as seen from the bonnet: headrests, side windows, the road behind."""
    height, width = pixels.shape[:2]
    u = unit
    wash(pixels, "#4a4f5c", "#2f333e")
    top = max(26 * u, row - 470 * u)
    foot = top + 300 * u
    glass = (width * 0.16, top, width * 0.84, foot)
    pane = np.ascontiguousarray(np.zeros((max(2, round(foot - top)), max(2, round(glass[2] - glass[0])), 3), np.uint8))
    sky_with_clouds(pane, u, "#8fcbe8", "#f4eddc", ((0.2, 0.16, 50.0), (0.74, 0.12, 62.0)))
    tall, wide = pane.shape[:2]
    gradient(pane, 0, tall * 0.5, wide, tall, Shade(rgb("#94c07e"), rgb("#6fa25e")))
    fill(pane, ellipse(wide * 0.2, tall * 0.52, wide * 0.3, tall * 0.14, 48), rgb("#86b57e"))
    fill(pane, ellipse(wide * 0.86, tall * 0.52, wide * 0.34, tall * 0.18, 48), rgb("#7dac74"))
    fill(
        pane,
        polygon((wide * 0.49, tall * 0.5), (wide * 0.51, tall * 0.5), (wide * 0.72, tall), (wide * 0.28, tall)),
        rgb("#6b6f7a"),
    )
    for share in (0.56, 0.66, 0.80):
        half = 1.5 + 6 * (share - 0.5)
        rect(
            pane,
            wide * 0.5 - half,
            tall * share,
            wide * 0.5 + half,
            tall * (share + 0.05 + 0.2 * (share - 0.5)),
            rgb("#f0ead8"),
        )
    mask = np.zeros(pixels.shape[:2], np.uint8)
    path = rounded(glass[0], top, glass[2], foot, 46 * u)
    cv2.fillPoly(mask, [np.rint(path).astype(np.int32)], 255)
    y0, x0 = round(top), round(glass[0])
    area = mask[y0 : y0 + tall, x0 : x0 + wide] > 0
    pixels[y0 : y0 + tall, x0 : x0 + wide][area[:tall, :wide]] = pane[: area.shape[0], : area.shape[1]][area]
    for side in (-1, 1):
        x = width / 2 + side * width * 0.5
        door = polygon(
            (x, top - 10 * u),
            (x - side * width * 0.115, top + 20 * u),
            (x - side * width * 0.10, foot + 20 * u),
            (x, foot + 40 * u),
        )
        fill(pixels, door, rgb("#b9dcec"))
        fill(
            pixels,
            polygon(
                (x, top + 190 * u),
                (x - side * width * 0.106, top + 200 * u),
                (x - side * width * 0.10, foot + 20 * u),
                (x, foot + 40 * u),
            ),
            rgb("#86b57e"),
        )
    rect(pixels, 0, foot + 44 * u, width, height, rgb("#3a3e4a"))
    mirror = rounded(width / 2 - 62 * u, top - 20 * u, width / 2 + 62 * u, top + 16 * u, 14 * u)
    rect(pixels, width / 2 - 4 * u, 0, width / 2 + 4 * u, top, rgb("#23262e"))
    fill(pixels, mirror, rgb("#23262e"))
    fill(
        pixels,
        rounded(width / 2 - 54 * u, top - 13 * u, width / 2 + 54 * u, top + 9 * u, 10 * u),
        lighter(rgb("#8fb4c8"), 0.1),
    )
    rect(pixels, 0, 0, width, 12 * u, darker(rgb("#4a4f5c"), 0.3))
