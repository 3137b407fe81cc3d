"""Eyes and brows: lids that close, irises that look, brows that talk."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from talkshow.render.cartoon.canvas import Pixels, Points, View, ellipse, fill, ribbon
from talkshow.render.cartoon.head import EYE, on_skull
from talkshow.render.cartoon.look import Look
from talkshow.render.cartoon.palette import EYE_WHITE, EYES, HAIR, INK, SKIN, darker, lighter, mix

_HALF = 12.6                                           # half the width of an eye
_ACROSS = np.linspace(-1, 1, 15)
_ARCH = 1 - _ACROSS ** 2


def draw_eyes(pixels: Pixels, view: View, look: Look, pose: Mapping[str, float]) -> None:
    """Paint both eyes. A lid that is shut shows as a line, and half-shut lids cut the iris."""
    skin = SKIN[look.skin]
    shut, squint = pose["blink"], pose["squint"]
    tall = 9.8 if look.feminine else 8.8
    meet = 3.2                                                   # where the lids meet, below the middle
    upper = (-tall * (1 - shut) + meet * shut) * _ARCH ** 0.75 + 0.08 * squint * tall * _ARCH
    lower = np.maximum((6.6 * (1 - shut) + meet * shut - 4.2 * squint * (1 - shut)) * _ARCH ** 0.85, upper)
    for side in (-1.0, 1.0):
        x, y = side * EYE[0], EYE[1]
        across = x + _HALF * _ACROSS

        def place(path: Points, lift: float = 3.0, x: float = x, y: float = y) -> Points:
            return view.project(on_skull(path + (x, y), lift))

        socket = np.concatenate([np.column_stack([_HALF * _ACROSS, upper - 3.4 * _ARCH ** 0.6]),
                                 np.column_stack([_HALF * _ACROSS, lower + 1.2 * _ARCH])[::-1]])
        fill(pixels, place(socket), darker(skin, 0.13))
        if shut < 0.92:
            white = np.concatenate([np.column_stack([across - x, upper]),
                                    np.column_stack([across - x, lower])[::-1]])
            fill(pixels, place(white), EYE_WHITE)
            _draw_iris(pixels, view, look, (x, y), pose, upper, lower)
        lid = np.column_stack([(_HALF + 0.8) * _ACROSS, upper - 0.2])
        heavy = 4.4 if look.feminine else 3.2
        outward = (1.2, heavy, heavy) if side > 0 else (heavy, heavy, 1.2)
        fill(pixels, place(ribbon(lid, outward), 4), darker(INK, 0.1))
        if look.feminine:
            tip = _HALF * side
            lash = ribbon(np.array([(tip * 0.86, upper[2] * 0.9), (tip * 1.1, upper[2] * 0.62 - 2.0),
                                    (tip * 1.34, upper[2] * 0.62 - 4.6)]), (3.0, 2.2, 0.6))
            fill(pixels, place(lash, 4), darker(INK, 0.1))


def _draw_iris(pixels: Pixels, view: View, look: Look, eye: tuple[float, float], pose: Mapping[str, float],
               upper: Points, lower: Points) -> None:
    """Iris, pupil and light, cut to the opening between the lids."""
    color = EYES[look.eyes]
    gx, gy = 4.6 * pose["gaze_x"], -0.6 - 3.2 * pose["gaze_y"]
    for radius, paint in ((7.4, darker(color, 0.35)), (6.2, color), (3.5, INK)):
        disc = ellipse(gx, gy, radius, radius, 24)
        disc[:, 0] = np.clip(disc[:, 0], -_HALF, _HALF)
        top = np.interp(disc[:, 0], _HALF * _ACROSS, upper)
        bottom = np.interp(disc[:, 0], _HALF * _ACROSS, lower)
        disc[:, 1] = np.clip(disc[:, 1], top, bottom)
        fill(pixels, view.project(on_skull(disc + eye, 4)), paint)
    spark = ellipse(gx - 2.3, gy - 2.6, 1.9, 1.9, 12)
    spark[:, 1] = np.maximum(spark[:, 1], np.interp(spark[:, 0], _HALF * _ACROSS, upper) + 0.8)
    if np.ptp(spark[:, 1]) > 1.6:
        fill(pixels, view.project(on_skull(spark + eye, 5)), lighter(EYE_WHITE, 0.8))


def draw_brows(pixels: Pixels, view: View, look: Look, pose: Mapping[str, float]) -> None:
    """Paint both brows: raised as a whole when `brow` > 0, drawn down and together when < 0."""
    raised, frown = max(pose["brow"], 0.0), max(-pose["brow"], 0.0)
    color = HAIR[look.hair_color]
    color = darker(color, 0.28) if sum(color) > 330 else mix(color, (120, 92, 84), 0.12)
    widths = (4.4, 4.4, 3.6, 1.2) if look.feminine else (5.6, 6.4, 5.0, 1.8)
    for side in (-1.0, 1.0):
        inner, outer = side * (8.5 - 1.5 * frown), side * 38.0
        x = np.linspace(inner, outer, 9)
        along = np.linspace(0, 1, 9)
        y = (-31.5 - 8.0 * raised + 4.5 * frown + 4.2 * frown * (1 - along) - 2.0 * raised * np.sin(np.pi * along)
             - (5.2 if look.feminine else 3.6) * np.sin(np.pi * np.clip(along * 0.9, 0, 1)) + 3.6 * along ** 2)
        fill(pixels, view.project(on_skull(ribbon(np.column_stack([x, y]), widths), 6)), color)
