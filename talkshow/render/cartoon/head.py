"""The head: face, ears, nose, beard, as shapes in the head's own space.

Units: the face is about 112 wide and 155 high, x to the picture's right, y down, z towards the viewer, origin
between and a little below the eyes. The skull is an ellipsoid: a point drawn at (x, y) lies on its surface,
so that a turn of the head moves a nose further than an ear.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from talkshow.render.cartoon.canvas import Paint, Points, Shade, Shape, ellipse, mirror, ribbon, spline
from talkshow.render.cartoon.look import Look
from talkshow.render.cartoon.palette import CLOTH, HAIR, SKIN, darker, lighter, mix, rgb

EYE = (23.0, -12.0)                   # centre of an eye, its x mirrored for the other
MOUTH_Y = 39.0
JAW_DROP = 15.0                       # units the chin goes down at jaw = 1
NECK = (0.0, 78.0)                    # what the head turns about
SINK = 7.0                            # units the head sits lower on the neck than it is drawn
FACE_BOX = (-60.0, -86.0 + SINK, 60.0, 76.0 + SINK)

# right half of the outline, from crown to chin
_OUTLINES: dict[str, Sequence[tuple[float, float]]] = {
    "oval": ((0, -84), (32, -76), (52, -50), (56, -14), (53, 16), (43, 44), (24, 66), (0, 73)),
    "round": ((0, -82), (34, -75), (55, -48), (60, -12), (58, 18), (49, 45), (28, 64), (0, 70)),
    "square": ((0, -83), (34, -77), (54, -50), (57, -14), (55.5, 18), (50, 46), (31, 67), (0, 73)),
    "long": ((0, -86), (31, -78), (50, -52), (53, -14), (51, 18), (43, 49), (24, 73), (0, 80)),
    "heart": ((0, -84), (34, -76), (56, -48), (58, -14), (52, 16), (38, 44), (18, 67), (0, 74)),
}


def on_skull(points: Points, lift: float | NDArray[np.float64] = 0.0) -> Points:
    """(N, 2) points of the face with the depth of the skull under them, plus `lift`."""
    x, y = points[:, 0], points[:, 1]
    z = 52 * np.sqrt(np.maximum(0, 1 - (x / 61) ** 2 - ((y + 6) / 94) ** 2))
    solid = np.empty((len(points), 3))
    solid[:, :2], solid[:, 2] = points[:, :2], z + lift
    return solid


def at_depth(points: Points, z: float) -> Points:
    """(N, 2) points on a plane: what stands behind or before the skull."""
    return np.column_stack([points[:, :2], np.full(len(points), z)])


def jaw_weight(points: Points) -> NDArray[np.float64]:
    """How much of the jaw's drop a point follows: nothing above the lip, all of it at the chin."""
    t = np.clip((points[:, 1] - 20) / 48, 0, 1)
    return t * t * (3 - 2 * t)


def outline(look: Look) -> Points:
    """The face's contour, clockwise from the crown."""
    half = np.asarray(_OUTLINES[look.face], float)
    return spline(np.concatenate([half, half[-2:0:-1] * (-1, 1)]))


def _skin_shape(points: Points, paint: Paint, opacity: float = 1.0, lift: float = 0.0) -> Shape:
    return Shape(on_skull(points, lift), paint, opacity, jaw_weight(points))


def ears(look: Look) -> list[Shape]:
    """Both ears, with earrings."""
    skin = SKIN[look.skin]
    parts = []
    right = spline([(52, -20), (62, -23), (68, -12), (65, 4), (59, 16), (52, 14)])
    hollow = spline([(57, -14), (63, -15), (64, -8), (60, 3), (57, 2)])
    for side in (right, mirror(right)):
        parts.append(Shape(at_depth(side, -6), Shade(skin, darker(skin, 0.16))))
    for side in (hollow, mirror(hollow)):
        parts.append(Shape(at_depth(side, -4), darker(skin, 0.22)))
    if look.earrings:
        gold = rgb("#e5b94f")
        for x in (-60.0, 60.0):
            parts.append(Shape(at_depth(ellipse(x, 24, 5.5, 7, 18), -4), gold))
            parts.append(Shape(at_depth(ellipse(x - 1.2, 22, 2.2, 3, 12), -4), lighter(gold, 0.5)))
    return parts


def face(look: Look) -> list[Shape]:
    """Skin, cheeks, lines of age: all that moves with the jaw and lies under the features."""
    skin = SKIN[look.skin]
    parts = [_skin_shape(outline(look), Shade(lighter(skin, 0.13), darker(skin, 0.10), 0.14))]
    warm = mix(skin, (216, 78, 70), 0.42)
    for x in (-34.0, 34.0):
        parts += [_skin_shape(ellipse(x, 21, r, r * 0.62, 24), warm, 0.10) for r in (19.0, 15.0, 10.5)]
    if look.freckles:
        spots = ((-40, 12), (-33, 17), (-26, 12), (-30, 23), (-20, 18), (-10, 8))
        for x, y in spots + tuple((-x, y) for x, y in spots):
            parts.append(_skin_shape(ellipse(x, y, 1.7, 1.5, 10), mix(skin, (150, 72, 40), 0.45)))
    if look.old:
        crease = darker(skin, 0.26)
        for half in (spline([(19, 15), (27, 25), (29, 37)], closed=False),
                     spline([(15, 3), (24, 8), (34, 4)], closed=False),
                     spline([(38, -8), (44, -10), (48, -14)], closed=False),
                     spline([(38, -4), (45, -3), (49, -2)], closed=False)):
            line = ribbon(half, (0.8, 2.0, 0.8))
            parts += [_skin_shape(line, crease), _skin_shape(mirror(line), crease)]
        for height in (-56.0, -47.0):
            furrow = spline([(-24, height + 2), (0, height - 1), (24, height + 2)], closed=False)
            parts.append(_skin_shape(ribbon(furrow, (0.6, 1.8, 0.6)), mix(skin, crease, 0.7)))
    return parts


def nose(look: Look) -> list[Shape]:
    """A soft ridge, a lit tip and the line under it."""
    skin = SKIN[look.skin]
    width = {"round": 11.5, "square": 12.0, "long": 9.5, "heart": 9.0}.get(look.face, 10.5)
    if not look.feminine:
        width *= 1.12
    shade = darker(skin, 0.17)
    side = spline([(3, -10), (6, 2), (width, 12), (width - 2, 18), (2, 18), (1, 6)])
    under = spline([(-width, 14.5), (-width + 2.5, 17.6), (-4, 18.3), (0, 20), (4, 18.3), (width - 2.5, 17.6),
                    (width, 14.5)],
                   closed=False)
    return [Shape(on_skull(side, 9), shade, 0.45),
            Shape(on_skull(ellipse(-0.5, 10, width * 0.62, 7.2, 24), 12), lighter(skin, 0.13)),
            Shape(on_skull(ribbon(under, (0.8, 2.3, 2.3, 0.8)), 11), darker(skin, 0.30))]


def beard(look: Look) -> list[Shape]:
    """What grows on the chin and lip; a full beard leaves the mouth free."""
    if not look.beard:
        return []
    hair, skin = HAIR[look.hair_color], SKIN[look.skin]
    paint: Paint = Shade(hair, darker(hair, 0.18), 0.08)
    contour = outline(look)
    lower = contour[contour[:, 1] > (6 if look.beard != "goatee" else 99)]
    parts = []
    if look.beard in ("beard", "stubble"):
        lower = lower * (1.035, 1.0) + (0, 2.5 if look.beard == "beard" else 0)
        chin = lower.copy()
        if look.beard == "beard":
            chin[:, 1] += 9 * np.clip((lower[:, 1] - 30) / 40, 0, 1)
        inner = spline([(-52, 8), (-47, 24), (-36, 30), (-24, 28), (-12, 24), (0, 26), (12, 24), (24, 28), (36, 30),
                        (47, 24), (52, 8)], closed=False)
        shape = np.concatenate([chin, inner])
        if look.beard == "stubble":
            return [_skin_shape(shape, mix(skin, hair, 0.75), 0.34)]
        return [_skin_shape(shape, paint), _lip_gap(look)]
    if look.beard == "goatee":
        chin = spline([(-19, 34), (-21, 52), (-17, 70), (0, 80), (17, 70), (21, 52), (19, 34), (14, 27), (0, 26),
                       (-14, 27)])
        parts += [_skin_shape(chin, paint), _lip_gap(look)]
    if look.beard == "moustache":
        half = [(0, 25), (9, 22.5), (20, 26), (31, 35), (26, 35.5), (15, 33), (4, 31.5), (0, 32)]
        parts.append(_skin_shape(spline(half + [(-x, y) for x, y in half[-2:0:-1]]), paint, lift=6))
    return parts


def _lip_gap(look: Look) -> Shape:
    """The bare skin round the lips, without which a dark beard would hide what the mouth does."""
    skin = SKIN[look.skin]
    return _skin_shape(spline([(-24, 38), (-16, 32), (0, 31.5), (16, 32), (24, 38), (15, 49), (0, 52), (-15, 49)]),
                       darker(skin, 0.07))


def glasses(look: Look) -> list[Shape]:
    """Frames before the eyes, lenses with a faint shine, bows to the ears."""
    if not look.glasses:
        return []
    frame = CLOTH[look.glasses_color]
    x, y = EYE
    if look.glasses == "round":
        outer, inner = ellipse(x, y + 1, 20.5, 19.5, 40), ellipse(x, y + 1, 17.6, 16.6, 40)
    else:
        outer = spline([(x - 21, y - 14), (x - 12, y - 16), (x + 14, y - 17), (x + 22, y - 14), (x + 20, y + 10),
                        (x + 12, y + 17), (x - 12, y + 17), (x - 19, y + 10)])
        inner = (outer - (x, y)) * 0.86 + (x, y)
    # a band has no hole in one path: go round the outside, step in, and come back round the inside
    rim = np.concatenate([outer, outer[:1], inner[:1], inner[::-1]])
    shine = spline([(x - 10, y - 9), (x - 4, y - 12), (x - 10, y + 6), (x - 13, y + 2)])
    parts = []
    for flip in (False, True):
        lens, glint = (mirror(inner), shine - (2 * x, 0)) if flip else (inner, shine)
        parts.append(Shape(on_skull(lens, 10), (222, 236, 250), 0.16))
        parts.append(Shape(on_skull(glint, 10), (255, 255, 255), 0.30))
        parts.append(Shape(on_skull(mirror(rim) if flip else rim, 10), frame))
        bow = ribbon(np.array([(x + 19.5, y - 4), (52.0, y - 6), (62.0, y - 6)]), 4)
        side = at_depth(mirror(bow) if flip else bow, 14)
        side[:, 2] = np.interp(np.abs(side[:, 0]), (40, 62), (44, -4))
        parts.append(Shape(side, darker(frame, 0.2)))
    bridge = ribbon(spline([(-4, y + 1), (0, y - 2.5), (4, y + 1)], closed=False), 3.6)
    return [*parts, Shape(on_skull(bridge, 12), frame)]
