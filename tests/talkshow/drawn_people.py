"""People painted by code, true enough that the face networks find them: pictures for tests, without a photo."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

WALL = (150, 170, 190)
SKIN, LIP, DARK = (218, 168, 142), (178, 98, 92), (52, 30, 26)

Rgb = NDArray[np.uint8]


def wall(width: int, height: int) -> Rgb:
    """An empty room with stripes, so that a moving background would show."""
    room = np.full((height, width, 3), WALL, np.float32)
    room[:, ::40] *= 0.8
    return cv2.GaussianBlur(room, (0, 0), 1.0).astype(np.uint8)


def paint_person(picture: Rgb, x: float, y: float, height: float, open_mouth: float = 0.0) -> Rgb:
    """Paint a head of `height` pixels around x, y on a copy; `open_mouth` 0..1."""
    canvas = picture.astype(np.float32)
    u, v, part = _window(canvas, x, y, height, (-2.3, 2.3), (-1.4, 3.3))

    def paint(mask: NDArray[np.float32], color: tuple[float, float, float] | NDArray[np.float32]) -> None:
        part[...] += (np.asarray(color, np.float32) - part) * np.clip(mask, 0, 1)[..., None]

    def ellipse(cu: float, cv: float, ru: float, rv: float, soft: float) -> NDArray[np.float32]:
        return np.clip((1 - np.hypot((u - cu) / ru, (v - cv) / rv)) / soft, 0, 1)

    paint(ellipse(0, -0.25, 1.18, 1.1, 0.05), DARK)  # hair
    paint((0.55 - abs(u)) / 0.06 * np.clip((v - 0.5) / 0.1, 0, 1) * (v < 1.8), (176, 128, 104))
    paint(ellipse(0, 2.3, 2.2, 0.95, 0.04), (60, 70, 110))  # shirt
    radius = np.hypot(u / (1 - 0.12 * np.clip(v, 0, 1)), v)
    light = 1.05 - 0.28 * np.clip(u, 0, 1) ** 2 - 0.35 * np.clip(-u - 0.3, 0, 1) - 0.25 * np.clip(radius, 0, 1) ** 4
    paint((1 - radius) / 0.03, light[..., None] * np.asarray(SKIN, np.float32))
    u, v, part = _window(canvas, x, y, height, (-0.8, 0.8), (-0.6, 1.1))  # of what follows
    for side in (-0.40, 0.40):
        paint(ellipse(side, -0.16, 0.33, 0.17, 0.9) * 0.35, (120, 80, 66))
        white = ellipse(side, -0.13, 0.20, 0.072, 0.12)
        paint(white, (238, 236, 232))
        paint(ellipse(side, -0.13, 0.085, 0.075, 0.15) * white, (70, 52, 40))
        paint(ellipse(side, -0.13, 0.04, 0.035, 0.2), (10, 8, 8))
        rim = 1 - abs(np.hypot((u - side) / 0.21, (v + 0.125) / 0.08) - 1) / 0.10
        paint(np.clip(rim, 0, 1) * (v < -0.13) * 0.85, DARK)
        brow = np.clip(1 - abs(v + 0.34 - 0.10 * ((u - side) / 0.3) ** 2) / 0.035, 0, 1)
        paint(brow * np.clip((0.28 - abs(u - side)) / 0.05, 0, 1) * 0.9, DARK)
    paint(ellipse(0, 0.27, 0.20, 0.09, 0.8) * 0.45, (150, 98, 80))  # nose
    paint(ellipse(0.03, 0.05, 0.10, 0.22, 0.8) * 0.25, (250, 210, 190))
    for side in (-0.10, 0.10):
        paint(ellipse(side, 0.285, 0.055, 0.028, 0.5) * 0.8, (70, 36, 30))
    if open_mouth:
        paint(ellipse(0, 0.53 + 0.15 * open_mouth, 0.27, 0.03 + 0.3 * open_mouth, 0.1), (50, 16, 18))
    paint(ellipse(0, 0.51, 0.33, 0.055, 0.25) * (v < 0.535) * 0.85, LIP)
    paint(ellipse(0, 0.555 + 0.3 * open_mouth, 0.27, 0.065, 0.3) * (v > 0.535 + 0.2 * open_mouth) * 0.85, LIP)
    if not open_mouth:
        seam = np.clip(1 - abs(v - 0.535 - 0.03 * u * u) / 0.012, 0, 1)
        paint(seam * np.clip((0.33 - abs(u)) / 0.05, 0, 1) * 0.8, (90, 36, 36))
    noise = np.random.default_rng(0).normal(0, 2, canvas.shape).astype(np.float32)
    return np.clip(cv2.GaussianBlur(canvas + noise, (0, 0), 0.8), 0, 255).astype(np.uint8)


def _window(
    canvas: NDArray[np.float32], x: float, y: float, height: float, u: tuple[float, float], v: tuple[float, float]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Coordinates in heads and the view of the canvas, from u[0] to u[1] and from v[0] to v[1]."""
    (left, right), (top, bottom) = (
        (max(0, int(middle + span[0] * half)), max(0, int(middle + span[1] * half) + 2))
        for middle, span, half in ((x, u, 0.38 * height), (y, v, 0.5 * height))
    )
    part = canvas[top:bottom, left:right]
    rows, columns = np.mgrid[top : top + part.shape[0], left : left + part.shape[1]].astype(np.float32)
    return (columns - x) / (0.38 * height), (rows - y) / (0.5 * height), part


def two_people(width: int = 960, height: int = 540) -> Rgb:
    """One with closed lips at the left, a smaller one with an open mouth at the right."""
    return _two_people(width, height).copy()


@cache
def _two_people(width: int, height: int) -> Rgb:
    unit = height / 540
    left = paint_person(wall(width, height), 0.27 * width, 250 * unit, 260 * unit)
    return paint_person(left, 0.73 * width, 240 * unit, 230 * unit, open_mouth=0.25)


def save(picture: Rgb, path: Path) -> Path:
    """Write an RGB picture; the ending of the name decides the format."""
    assert cv2.imwrite(str(path), picture[..., ::-1])
    return path
