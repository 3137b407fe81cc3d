"""Eyes and brows: lids, irises and brows, moved by the channels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.palette import EYE_WHITE, EYES, INK, Color, darker, lighter, mix
from talkshow.render.cartoon.paths import Points, between, ellipse, ribbon
from talkshow.render.cartoon.people.features import Features, features, hair_color, skin_color
from talkshow.render.cartoon.sketch import Sketch

_ACROSS = np.linspace(-1, 1, 15)
_ARCH = 1 - _ACROSS**2
_ALONG = np.linspace(0, 1, 9)  # a brow, from the nose outward
_LASHES = INK

# widths of a brow from the nose outward, height of its arch, how much its outer end hangs
_BROWS: dict[str, tuple[tuple[float, ...], float, float]] = {
    "": ((5.6, 6.4, 5.0, 1.8), 3.6, 3.6),
    "thick": ((8.0, 9.2, 7.4, 2.6), 3.4, 3.4),
    "thin": ((2.6, 2.8, 2.2, 0.8), 5.0, 3.2),
    "arched": ((4.6, 5.2, 4.0, 1.2), 8.5, 5.4),
    "bushy": ((8.4, 10.2, 9.4, 7.0), 2.4, 6.2),
    "straight": ((5.8, 6.2, 5.6, 3.4), 0.6, 1.2),
    "unibrow": ((5.6, 7.0, 5.4, 2.0), 3.6, 3.6),
}


def draw_eyes(sketch: Sketch, look: Look, pose: Mapping[str, float]) -> None:
    """Draw both eyes. A lid that is shut shows as a line, and half-shut lids cut the iris."""
    own, skin = features(look), skin_color(look)
    shut, squint = pose["blink"], pose["squint"]
    meet = 3.2  # where the lids meet, below the middle
    wide = 1 + 0.24 * max(pose["brow"], 0.0)  # surprise opens them, a frown narrows them
    top = own.lid_top * (wide - 0.26 * max(-pose["brow"], 0.0))
    tilt = -own.tilt * _ACROSS
    upper = (-top * (1 - shut) + meet * shut) * _ARCH**0.75 + 0.08 * squint * top * _ARCH + tilt
    lower = np.maximum(
        (own.lid_bottom * (1 - shut) + meet * shut - 5.6 * squint * (1 - shut)) * _ARCH**0.85 + tilt, upper
    )
    x = own.eye_half * _ACROSS
    hood = 6.5 if look.eye_shape == "sleepy" else 3.4
    socket = between(x, upper - hood * _ARCH**0.6, lower + 1.2 * _ARCH)
    lid = _lid_line(look, own, upper)
    white = between(x, upper, lower)
    lash = _lash(look, own, upper) if look.feminine else None
    for side in (-1.0, 1.0):
        eye = np.array([side * own.eye[0], own.eye[1]])
        sketch.add(socket * (side, 1) + eye, darker(skin, 0.13), 3)
        if shut < 0.92:
            sketch.add(white * (side, 1) + eye, EYE_WHITE, 3)
            lids = (upper, lower) if side > 0 else (upper[::-1], lower[::-1])
            for path, color, lift in _iris(look, own, pose, *lids):
                sketch.add(path + eye, color, lift)
        sketch.add(lid * (side, 1) + eye, _LASHES, 4)
        if lash is not None:
            sketch.add(lash * (side, 1) + eye, _LASHES, 4)


def _lid_line(look: Look, own: Features, upper: Points) -> Points:
    """The dark edge of the upper lid, heavier towards its outer end."""
    heavy = 4.2 if look.feminine else 3.0
    return ribbon(np.column_stack([(own.eye_half + 0.8) * _ACROSS, upper - 0.2]), (1.2, heavy, heavy))


def _lash(look: Look, own: Features, upper: Points) -> Points:
    y, half = float(upper[-3]), own.eye_half
    long = {"old": 0.6, "child": 0.4}.get(look.age, 1.0)
    return ribbon(
        np.array(
            [
                (half * 0.86, y * 0.9),
                (half * 1.1, y * 0.62 - 2.0 * long),
                (half * (1 + 0.34 * long), y * 0.62 - 4.6 * long),
            ]
        ),
        (3.0, 2.2, 0.6),
    )


def _iris(
    look: Look, own: Features, pose: Mapping[str, float], upper: Points, lower: Points
) -> list[tuple[Points, Color, float]]:
    """Iris, pupil and light, cut to the opening between the lids: paths about the eye's centre, with colours and
    lifts.  upper, lower: the lids' (N,)."""
    color = EYES[look.eyes]
    half, radius = own.eye_half, own.iris
    gx, gy = 0.37 * half * pose["gaze_x"], -0.6 - 3.2 * pose["gaze_y"]
    across = half * _ACROSS
    discs = np.concatenate([ellipse(gx, gy, share * radius, share * radius, 24) for share in (1.0, 0.84, 0.48)])
    x = np.clip(discs[:, 0], -half, half)
    y = np.clip(discs[:, 1], np.interp(x, across, upper), np.interp(x, across, lower))
    rim, disc, pupil = np.column_stack([x, y]).reshape(3, 24, 2)
    parts: list[tuple[Points, Color, float]] = [(rim, darker(color, 0.35), 4), (disc, color, 4), (pupil, INK, 4)]
    spark = ellipse(gx - 2.3, gy - 2.6, 1.9, 1.9, 12)
    spark[:, 1] = np.maximum(spark[:, 1], np.interp(spark[:, 0], across, upper) + 0.8)
    if np.ptp(spark[:, 1]) > 1.6:
        parts.append((spark, lighter(EYE_WHITE, 0.8), 5))
    return parts


def draw_brows(sketch: Sketch, look: Look, pose: Mapping[str, float]) -> None:
    """Draw both brows: raised as a whole when `brow` > 0, drawn down and together when < 0; their inner ends rise
    as the corners of the mouth fall."""
    raised, frown, sorrow = max(pose["brow"], 0.0), max(-pose["brow"], 0.0), max(-pose["smile"], 0.0)
    color = hair_color(look)
    color = darker(color, 0.28) if sum(color) > 330 else mix(color, (120, 92, 84), 0.12)
    widths, arch, hang = _BROWS[look.brows]
    if look.feminine or look.age == "child":
        widths, arch = tuple(0.78 * width for width in widths), arch + 1.6
    inner = 8.5 - 2.5 * frown
    x = inner + (38 - inner) * _ALONG
    bow = arch * (1 - 0.85 * frown) * np.sin(np.pi * 0.9 * _ALONG) - hang * _ALONG**2
    y = (
        features(look).brow_y
        - bow
        - 10.0 * raised
        - 2.5 * raised * np.sin(np.pi * _ALONG)
        + 5.0 * frown
        + 7.0 * frown * (1 - _ALONG)
        - 3.5 * frown * _ALONG
        - 9.0 * sorrow * (1 - _ALONG) ** 1.5
        + 3.0 * sorrow * _ALONG
    )
    brow = ribbon(np.column_stack([x, y]), widths)
    if frown > 0.25:  # the crease that anger cuts between them
        knit, deep = y[0] - 1.0, 7.0 * frown
        for side in (-1, 1):
            crease = np.array([(side * 4.2, knit - deep), (side * 3.2, knit), (side * 4.0, knit + deep)])
            sketch.add(ribbon(crease, (0.4, 2.2 * frown, 0.4)), darker(skin_color(look), 0.3), 5)
    if look.brows == "unibrow":
        sketch.add(
            ribbon(np.array([(-inner - 2, y[0] + 0.5), (0.0, y[0] + 2.4), (inner + 2, y[0] + 0.5)]), 4.4), color, 6
        )
    sketch.add(brow * (-1, 1), color, 6)
    sketch.add(brow, color, 6)
