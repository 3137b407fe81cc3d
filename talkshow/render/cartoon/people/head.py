"""The head: face, ears and marks on the skin, as shapes in the head's own space.

Units: the face is about 112 wide and 155 high, x to the picture's right, y down, z towards the viewer, origin
between and a little below the eyes. The skull is an ellipsoid: a point drawn at (x, y) is on its surface, so that a
turn of the head moves a nose further than an ear.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from talkshow.render.cartoon.canvas import Paint, Shade, Shape
from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.palette import EYE_WHITE, METAL, darker, lighter, mix
from talkshow.render.cartoon.paths import Points, ellipse, mirror, ribbon, spline
from talkshow.render.cartoon.people.features import features, skin_color

JAW_DROP = 15.0  # units the chin goes down at jaw = 1
NECK = (0.0, 78.0)  # what the head turns about
SINK = 7.0  # units the head sits lower on the neck than it is drawn
FACE_BOX = (-60.0, -86.0 + SINK, 60.0, 76.0 + SINK)

# right half of the outline, from crown to chin
_OUTLINES: dict[str, Sequence[tuple[float, float]]] = {
    "oval": ((0, -84), (32, -76), (52, -50), (56, -14), (53, 16), (43, 44), (24, 66), (0, 73)),
    "round": ((0, -82), (35, -75), (57, -48), (62, -12), (60.5, 18), (52, 44), (30, 63), (0, 69)),
    "square": ((0, -83), (34, -77), (54, -50), (57, -14), (56, 18), (52.5, 47), (35, 68), (0, 72)),
    "long": ((0, -86), (30, -78), (48, -52), (51, -14), (49, 18), (42, 51), (24, 77), (0, 84)),
    "heart": ((0, -84), (35, -76), (58, -48), (59, -14), (51, 15), (35, 43), (15, 67), (0, 75)),
    "diamond": ((0, -84), (27, -77), (46, -51), (58, -12), (55, 14), (38, 45), (19, 66), (0, 73)),
    "pear": ((0, -83), (29, -76), (47, -50), (53, -14), (58, 16), (56, 44), (36, 66), (0, 71)),
}
_EARS = {"": 1.0, "big": 1.38, "small": 0.8, "pointed": 1.05}


def on_skull(points: Points, lift: float | NDArray[np.float64] = 0.0) -> Points:
    """(N, 2) points of the face with the depth of the skull under them, plus `lift`."""
    x, y = points[:, 0], points[:, 1]
    z = 52 * np.sqrt(np.maximum(0, 1 - (x / 61) ** 2 - ((y + 6) / 94) ** 2))
    solid = np.empty((len(points), 3))
    solid[:, :2], solid[:, 2] = points[:, :2], z + lift
    return solid


def at_depth(points: Points, z: float) -> Points:
    """(N, 2) points on a plane, for shapes behind or in front of the skull."""
    return np.column_stack([points[:, :2], np.full(len(points), z)])


def jaw_weight(points: Points) -> NDArray[np.float64]:
    """How much of the jaw's drop a point follows: nothing above the lip, all of it at the chin."""
    t = np.clip((points[:, 1] - 20) / 48, 0, 1)
    return t * t * (3 - 2 * t)


def skin_shape(points: Points, paint: Paint, opacity: float = 1.0, lift: float = 0.0) -> Shape:
    """A shape on the face that moves with the jaw."""
    return Shape(on_skull(points, lift), paint, opacity, jaw_weight(points))


def outline(look: Look) -> Points:
    """The face's contour, clockwise from the crown."""
    half = np.asarray(_OUTLINES[look.face], float)
    low = np.clip((half[:, 1] + 10) / 50, 0, 1)  # cheeks and chin show a person's weight
    half[:, 0] *= 1 + {"heavy": 0.11, "slim": -0.06, "broad": 0.03}.get(look.build, 0.0) * low
    if look.age == "child":
        half[:, 0] *= 1 + 0.05 * low * (half[:, 1] < 50)
        half[:, 1] -= 4 * low
    return spline(np.concatenate([half, half[-2:0:-1] * (-1, 1)]))


def ears(look: Look) -> list[Shape]:
    """Both ears, with earrings."""
    skin = skin_color(look)
    size = _EARS[look.ears]
    edge = np.array([(52, -20), (62, -23), (68, -12), (65, 4), (59, 16), (52, 14)], float)
    if look.ears == "pointed":
        edge[1:3] = (76, -46), (66, -8)
    root = np.array([52.0, -4.0])
    right = spline((edge - root) * (size, 0.5 + 0.5 * size) + root)
    hollow = spline(
        (np.array([(57, -14), (63, -15), (64, -8), (60, 3), (57, 2)], float) - root) * (size, 0.5 + 0.5 * size) + root
    )
    parts = [Shape(at_depth(side, -6), Shade(skin, darker(skin, 0.16))) for side in (right, mirror(right))]
    parts += [Shape(at_depth(side, -4), darker(skin, 0.22)) for side in (hollow, mirror(hollow))]
    for x in (-59.0, 59.0) if look.earrings else ():
        parts += _earring(look.earrings, x)
    return parts


def _earring(kind: str, x: float) -> list[Shape]:
    if kind == "hoops":
        ring = np.concatenate(
            [
                ellipse(x, 32, 11, 13, 28),
                ellipse(x, 32, 11, 13, 28)[:1],
                ellipse(x, 32, 8, 10, 28)[:1],
                ellipse(x, 32, 8, 10, 28)[::-1],
            ]
        )
        return [Shape(at_depth(ring, -3), METAL)]
    if kind == "drops":
        drop = spline([(x, 18), (x, 18), (x + 5.5, 34), (x, 42), (x - 5.5, 34)])
        return [
            Shape(at_depth(drop, -3), (58, 148, 140)),
            Shape(at_depth(ellipse(x, 17, 3, 3, 14), -3), METAL),
            Shape(at_depth(ellipse(x - 1.5, 34, 1.8, 3, 12), -3), (150, 214, 206)),
        ]
    color = EYE_WHITE if kind == "pearls" else METAL
    return [
        Shape(at_depth(ellipse(x, 21, 5.2, 6, 18), -3), color),
        Shape(at_depth(ellipse(x - 1.2, 19, 2.0, 2.6, 12), -3), lighter(color, 0.5)),
    ]


def face(look: Look) -> list[Shape]:
    """Skin, cheeks, lines of age: everything that moves with the jaw and is painted under the features."""
    skin = skin_color(look)
    parts = [skin_shape(outline(look), Shade(lighter(skin, 0.13), darker(skin, 0.10), 0.14))]
    warm, strength = mix(skin, (216, 78, 70), 0.42), 0.10
    if look.rosy or look.age == "child":
        warm, strength = mix(skin, (226, 70, 76), 0.24 + 0.36 * min(1.0, sum(skin) / 600)), 0.20
    for x in (-34.0, 34.0):
        parts += [skin_shape(ellipse(x, 21, r, r * 0.62, 24), warm, strength) for r in (19.0, 15.0, 10.5)]
    if look.build == "heavy":
        fold = spline([(-25, 63), (0, 69), (25, 63)], closed=False)
        parts.append(skin_shape(ribbon(fold, (0.6, 2.2, 0.6)), darker(skin, 0.16)))
    parts += _marks(look)
    if look.age in ("old", "middle-aged"):
        parts += _lines(look)
    return parts


def _marks(look: Look) -> list[Shape]:
    """Freckles, a mole, a scar."""
    skin = skin_color(look)
    parts = []
    if look.freckles:
        spots = ((-41, 11), (-34, 17), (-27, 11), (-30, 24), (-20, 18), (-10, 7), (-38, 25), (-16, 8))
        for x, y in spots + tuple((-x, y + 0.7) for x, y in spots):
            parts.append(skin_shape(ellipse(x, y, 1.8, 1.6, 10), mix(skin, (150, 72, 40), 0.5)))
    if look.mole:
        parts.append(skin_shape(ellipse(27, 32, 2.4, 2.3, 14), mix(skin, (52, 28, 30), 0.75)))
    if look.scar:
        line = ribbon(spline([(-45, 6), (-36, 17), (-31, 31)], closed=False), (0.8, 4.0, 0.8))
        parts.append(skin_shape(line, mix(lighter(skin, 0.3), (206, 96, 92), 0.5)))
        parts += [
            skin_shape(
                ribbon(np.array([(x - 4.0, y + 2.4), (x, y), (x + 4.0, y - 2.4)]), 1.5), mix(skin, (172, 70, 70), 0.6)
            )
            for x, y in ((-41.0, 11.0), (-36.5, 17.0), (-33.5, 24.0))
        ]
    return parts


def _lines(look: Look) -> list[Shape]:
    """The creases of age: beside nose and mouth and under the eyes, later on the forehead and at the temples too."""
    skin = skin_color(look)
    old = look.age == "old"
    crease = darker(skin, 0.27 if old else 0.17)
    x, y = features(look).eye
    halves: list[list[tuple[float, float]]] = [
        [(19, 15), (28, 25), (30, 38)],
        [(x - 9, y + 14), (x, y + 18), (x + 11, y + 14)],
    ]
    if old:
        halves += [
            [(x + 15, y + 2), (x + 21, y), (x + 26, y - 4)],
            [(x + 15, y + 6), (x + 22, y + 7), (x + 26, y + 7)],
            [(33, 44), (34, 52), (31, 59)],
        ]
    parts = []
    for half in halves:
        line = ribbon(spline(half, closed=False), (0.7, 2.0 if old else 1.6, 0.7))
        parts += [skin_shape(line, crease), skin_shape(mirror(line), crease)]
    for height in (-58.0, -48.0) if old else ():
        furrow = spline([(-24, height + 2), (0, height - 1), (24, height + 2)], closed=False)
        parts.append(skin_shape(ribbon(furrow, (0.6, 1.8, 0.6)), mix(skin, crease, 0.7)))
    return parts


def nose(look: Look) -> list[Shape]:
    """A soft ridge, a lit tip and the line under it."""
    skin, own = skin_color(look), features(look)
    width, foot = own.nose_width, own.nose_foot
    bump = 3.5 if look.nose == "hooked" else 0.0
    drop = 3.0 if look.nose in ("hooked", "long") else 1.0 if look.nose != "pointed" else -1.5
    side = spline([(3, -10), (6 + bump, foot - 17), (width, foot - 6), (width - 2, foot), (2, foot), (1, foot - 12)])
    tip = ellipse(-0.5, foot - 7, width * (0.72 if look.nose == "button" else 0.60), 7.2 * foot / 17.5, 24)
    under = spline(
        [
            (-width, foot - 3.5),
            (-width + 2.5, foot - 0.4),
            (-4, foot + 0.3),
            (0, foot + drop + 1),
            (4, foot + 0.3),
            (width - 2.5, foot - 0.4),
            (width, foot - 3.5),
        ],
        closed=False,
    )
    parts = [Shape(on_skull(side, 9), darker(skin, 0.17), 0.45)]
    if bump:
        ridge = spline([(-3, -9), (-5, -1), (-2, 8), (2, 8), (1, -1), (1, -9)])
        parts.append(Shape(on_skull(ridge, 10), lighter(skin, 0.12), 0.7))
    parts += [
        Shape(on_skull(tip, 12), lighter(skin, 0.13)),
        Shape(on_skull(ribbon(under, (0.8, 2.3, 2.3, 0.8)), 11), darker(skin, 0.30)),
    ]
    if look.nose in ("wide", "pointed"):
        parts += [
            Shape(on_skull(ellipse(x * width * 0.46, foot - 1.2, 2.2, 1.3, 12), 12), darker(skin, 0.34))
            for x in (-1, 1)
        ]
    return parts
