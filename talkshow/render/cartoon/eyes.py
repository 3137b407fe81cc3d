"""Eyes and brows: lids that close, irises that look, brows that talk."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from talkshow.render.cartoon.canvas import Points, between, ellipse, ribbon
from talkshow.render.cartoon.head import EYE
from talkshow.render.cartoon.look import Look
from talkshow.render.cartoon.palette import EYE_WHITE, EYES, HAIR, INK, SKIN, Color, darker, lighter, mix
from talkshow.render.cartoon.sketch import Sketch

_HALF = 12.6                                           # half the width of an eye
_ACROSS = np.linspace(-1, 1, 15)
_ARCH = 1 - _ACROSS ** 2
_ALONG = np.linspace(0, 1, 9)                          # a brow, from the nose outward


def draw_eyes(sketch: Sketch, look: Look, pose: Mapping[str, float]) -> None:
    """Draw both eyes. A lid that is shut shows as a line, and half-shut lids cut the iris."""
    skin = SKIN[look.skin]
    shut, squint = pose["blink"], pose["squint"]
    tall = 9.8 if look.feminine else 8.8
    meet = 3.2                                                   # where the lids meet, below the middle
    upper = (-tall * (1 - shut) + meet * shut) * _ARCH ** 0.75 + 0.08 * squint * tall * _ARCH
    lower = np.maximum((6.6 * (1 - shut) + meet * shut - 4.2 * squint * (1 - shut)) * _ARCH ** 0.85, upper)
    socket = _between(upper - 3.4 * _ARCH ** 0.6, lower + 1.2 * _ARCH)
    heavy = 4.4 if look.feminine else 3.2
    lid = ribbon(np.column_stack([(_HALF + 0.8) * _ACROSS, upper - 0.2]), (1.2, heavy, heavy))
    dark = darker(INK, 0.1)
    white = _between(upper, lower)
    iris = _iris(look, pose, upper, lower) if shut < 0.92 else []
    lash = None
    if look.feminine:
        y = upper[-3]
        lash = ribbon(np.array([(_HALF * 0.86, y * 0.9), (_HALF * 1.1, y * 0.62 - 2.0),
                                (_HALF * 1.34, y * 0.62 - 4.6)]), (3.0, 2.2, 0.6))
    for side in (-1.0, 1.0):
        eye = np.array([side * EYE[0], EYE[1]])
        sketch.add(socket + eye, darker(skin, 0.13), 3)
        if iris:
            sketch.add(white + eye, EYE_WHITE, 3)
        for path, color, lift in iris:
            sketch.add(path + eye, color, lift)
        sketch.add(lid * (side, 1) + eye, dark, 4)
        if lash is not None:
            sketch.add(lash * (side, 1) + eye, dark, 4)


def _between(top: Points, bottom: Points) -> Points:
    """The path between two curves over an eye's width."""
    return between(_HALF * _ACROSS, top, bottom)


def _iris(look: Look, pose: Mapping[str, float], upper: Points, lower: Points) -> list[tuple[Points, Color, float]]:
    """Iris, pupil and light, cut to the opening between the lids: paths about the eye's centre, with colours and
    lifts.  upper, lower: the lids' (N,)."""
    color = EYES[look.eyes]
    gx, gy = 4.6 * pose["gaze_x"], -0.6 - 3.2 * pose["gaze_y"]
    across = _HALF * _ACROSS
    discs = np.concatenate([ellipse(gx, gy, radius, radius, 24) for radius in (7.4, 6.2, 3.5)])
    x = np.clip(discs[:, 0], -_HALF, _HALF)
    y = np.clip(discs[:, 1], np.interp(x, across, upper), np.interp(x, across, lower))
    rim, disc, pupil = np.column_stack([x, y]).reshape(3, 24, 2)
    parts: list[tuple[Points, Color, float]] = [(rim, darker(color, 0.35), 4), (disc, color, 4), (pupil, INK, 4)]
    spark = ellipse(gx - 2.3, gy - 2.6, 1.9, 1.9, 12)
    spark[:, 1] = np.maximum(spark[:, 1], np.interp(spark[:, 0], across, upper) + 0.8)
    if np.ptp(spark[:, 1]) > 1.6:
        parts.append((spark, lighter(EYE_WHITE, 0.8), 5))
    return parts


def draw_brows(sketch: Sketch, look: Look, pose: Mapping[str, float]) -> None:
    """Draw both brows: raised as a whole when `brow` > 0, drawn down and together when < 0."""
    raised, frown = max(pose["brow"], 0.0), max(-pose["brow"], 0.0)
    color = HAIR[look.hair_color]
    color = darker(color, 0.28) if sum(color) > 330 else mix(color, (120, 92, 84), 0.12)
    widths = (4.4, 4.4, 3.6, 1.2) if look.feminine else (5.6, 6.4, 5.0, 1.8)
    inner = 8.5 - 1.5 * frown
    x = inner + (38 - inner) * _ALONG
    y = (-31.5 - 8.0 * raised + 4.5 * frown + 4.2 * frown * (1 - _ALONG) - 2.0 * raised * np.sin(np.pi * _ALONG)
         - (5.2 if look.feminine else 3.6) * np.sin(np.pi * 0.9 * _ALONG) + 3.6 * _ALONG ** 2)
    brow = ribbon(np.column_stack([x, y]), widths)
    sketch.add(brow * (-1, 1), color, 6)
    sketch.add(brow, color, 6)
