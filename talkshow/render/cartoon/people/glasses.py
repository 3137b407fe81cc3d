"""Glasses: frames, lenses with a faint shine, and bows to the ears."""

from __future__ import annotations

import numpy as np

from talkshow.render.cartoon.canvas import Shape
from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.palette import CLOTH, METAL, Color, darker, lighter
from talkshow.render.cartoon.paths import Points, ellipse, mirror, ribbon, spline
from talkshow.render.cartoon.people.features import features
from talkshow.render.cartoon.people.head import at_depth, on_skull

_SQUARE = ((-21, -14), (-12, -16), (14, -17), (22, -14), (20, 10), (12, 17), (-12, 17), (-19, 10))
_CAT_EYE = ((-19, -9), (-8, -14), (10, -16), (28, -24), (25, -4), (17, 12), (0, 16), (-14, 12), (-20, 2))
_AVIATOR = ((-20, -13), (-6, -16), (14, -16), (23, -12), (23, 2), (16, 18), (3, 22), (-10, 17), (-19, 2))
_HALF_MOON = ((-19, 5), (-19, 5), (19, 5), (19, 5), (17, 16), (9, 22), (-9, 22), (-17, 16))


def _outer(kind: str, x: float, y: float) -> Points:
    """The rim's outer edge round the eye at picture right."""
    if kind in ("round", "rimless", "oversized", "monocle"):
        size = 1.28 if kind == "oversized" else 0.94 if kind == "rimless" else 1.0
        return ellipse(x, y + 1, 20.5 * size, 19.5 * size, 40)
    knots = {
        "square": _SQUARE,
        "large square": _SQUARE,
        "cat-eye": _CAT_EYE,
        "aviator": _AVIATOR,
        "sunglasses": _AVIATOR,
        "half-moon": _HALF_MOON,
    }[kind]
    size = 1.22 if kind == "large square" else 1.0
    return spline(np.asarray(knots, float) * size + np.array([x, y]))


_THICK = {
    "rimless": 1.3,
    "aviator": 2.0,
    "half-moon": 2.0,
    "monocle": 2.4,
    "sunglasses": 2.6,
    "square": 3.6,
    "large square": 4.0,
    "cat-eye": 3.6,
}


def glasses(look: Look) -> tuple[list[Shape], list[Shape]]:
    """The bows, which go under the hair, and the shapes in front of the eyes; both empty without glasses."""
    if not look.glasses:
        return [], []
    kind, frame = look.glasses, CLOTH[look.glasses_color]
    if kind == "eye patch":
        return _eye_patch(look, frame)
    x, y = features(look).eye
    outer = _outer(kind, x, y)
    centre = (outer.min(0) + outer.max(0)) / 2
    half = (outer.max(0) - outer.min(0)) / 2
    inner = (outer - centre) * (1 - _THICK.get(kind, 2.9) / half) + centre
    # a band has no hole in one path: go round the outside, step in, and come back round the inside
    rim = np.concatenate([outer, outer[:1], inner[:1], inner[::-1]])
    shine = spline([(-10, -9), (-4, -12), (-10, 6), (-13, 2)]) * (half.min() / 19.5) + centre
    bows: list[Shape] = []
    front: list[Shape] = []
    sides = (False,) if kind == "monocle" else (False, True)
    for flip in sides:
        lens, glint = (mirror(inner), shine - (2 * centre[0], 0)) if flip else (inner, shine)
        if kind == "sunglasses":
            front.append(Shape(on_skull(lens, 10), (34, 34, 46)))
            front.append(Shape(on_skull(glint, 10), (150, 160, 190), 0.45))
        else:
            front.append(Shape(on_skull(lens, 10), (222, 236, 250), 0.16))
            front.append(Shape(on_skull(glint, 10), (255, 255, 255), 0.30))
        front.append(Shape(on_skull(mirror(rim) if flip else rim, 10), METAL if kind == "monocle" else frame))
        if kind != "monocle":
            bows.append(_bow(float(outer[:, 0].max()) - 2, y - 4 if kind != "half-moon" else y + 6, frame, flip))
    if kind == "monocle":
        chain = spline([(x + 17, y + 12), (x + 22, y + 40), (x + 14, y + 74), (x - 2, y + 104)], closed=False)
        return bows, [*front, Shape(at_depth(ribbon(chain, 1.6), 40), lighter(METAL, 0.2))]
    gap = float(outer[:, 0].min()) + 1.0
    top = y + (7.0 if kind == "half-moon" else 1.0)
    bridge = ribbon(spline([(-gap, top), (0, top - 3.5), (gap, top)], closed=False), 3.4 if kind != "rimless" else 2.0)
    return bows, [*front, Shape(on_skull(bridge, 12), frame)]


def _eye_patch(look: Look, color: Color) -> tuple[list[Shape], list[Shape]]:
    """A patch over the eye at picture right, on a string round the head."""
    x, y = features(look).eye
    patch = spline(
        [
            (x - 19, y - 12),
            (x - 19, y - 12),
            (x + 20, y - 14),
            (x + 20, y - 14),
            (x + 17, y + 8),
            (x + 2, y + 19),
            (x - 15, y + 9),
        ]
    )
    string = ribbon(spline([(-54, -44), (-20, -38), (x - 16, y - 10), (x + 16, y - 11), (56, y - 18)], closed=False), 3)
    return [], [Shape(on_skull(string, 8), darker(color, 0.2)), Shape(on_skull(patch, 10), color)]


def _bow(x: float, y: float, frame: Color, flip: bool) -> Shape:
    bow = ribbon(np.array([(x, y), (54.0, y - 1.5), (61.0, y - 1)]), 3.6)
    side = at_depth(mirror(bow) if flip else bow, 14)
    side[:, 2] = np.interp(np.abs(side[:, 0]), (40, 61), (44, 0))
    return Shape(side, darker(frame, 0.2))
