"""The legs of a person who sits without a table, in head units.

They do not move; the body above them sways about the hips.
"""

from __future__ import annotations

from talkshow.render.cartoon.canvas import Shade, Shape
from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.palette import CLOTH, Color, darker, lighter
from talkshow.render.cartoon.paths import capsule, ellipse, mirror, ribbon, spline
from talkshow.render.cartoon.people.body import Build, build
from talkshow.render.cartoon.people.features import skin_color

FEET = {"sofa": 438.0, "bench": 438.0, "stool": 402.0}  # y of the soles by seating
_HIP_Y, _KNEE_Y = 250.0, 300.0
_TROUSERS = ("navy", "charcoal", "dark blue", "khaki", "brown", "black", "grey", "dark olive")
_SHOES = ("brown", "black", "white", "burgundy", "navy")
_ALL_OF_ONE = ("suit", "dungarees", "uniform")  # clothes whose legs have their colour


def legs(look: Look, seating: str) -> list[Shape]:
    """Thighs, shins and shoes, or a skirt; some cross their legs."""
    frame = build(look)
    short = 0.82 if look.age == "child" else 1.0
    foot = _HIP_Y + (FEET[seating] - _HIP_Y) * short
    shoe = CLOTH[_SHOES[look.variety // 7 % len(_SHOES)]]
    if look.clothes == "dress":
        return _skirted(look, frame, foot, shoe)
    color = (
        CLOTH[look.clothes_color]
        if look.clothes in _ALL_OF_ONE
        else CLOTH[[name for name in _TROUSERS if name != look.clothes_color][look.variety // 5 % (len(_TROUSERS) - 1)]]
    )
    crossed = look.variety // 3 % 3 == 0 and look.age != "child" and look.build != "heavy" and seating != "stool"
    apart = 0.72 if look.feminine else 1.0
    left, right = _leg(frame, foot, color, shoe, apart)
    return [*left, *(_over(frame, foot, color, shoe) if crossed else right)]


def _leg(frame: Build, foot: float, color: Color, shoe: Color, apart: float) -> tuple[list[Shape], list[Shape]]:
    """The same leg at picture left and at picture right."""
    w, thick = frame.wide, frame.limbs
    knee, ankle = 58 * w * apart, 54 * w * apart
    shapes = [
        Shape(
            capsule(knee, _KNEE_Y + 4, ankle, foot - 12, 27 * thick, 19 * thick),
            Shade(darker(color, 0.16), darker(color, 0.30), 0.10),
        ),
        *_shoe(ankle + 3, foot, shoe),
        Shape(
            capsule(34 * w, _HIP_Y, knee, _KNEE_Y, 37 * thick, 31 * thick),
            Shade(darker(color, 0.05), darker(color, 0.10), 0.14),
        ),
        Shape(ellipse(knee - 3, _KNEE_Y - 4, 22 * thick, 19 * thick, 28), lighter(color, 0.10), 0.35),
    ]
    return [Shape(mirror(shape.points), shape.paint, shape.opacity) for shape in shapes], shapes


def _shoe(x: float, foot: float, color: Color) -> list[Shape]:
    upper = spline(
        [
            (x - 17, foot - 16),
            (x - 6, foot - 24),
            (x + 10, foot - 22),
            (x + 20, foot - 10),
            (x + 19, foot),
            (x - 17, foot),
        ]
    )
    return [
        Shape(upper, Shade(lighter(color, 0.08), darker(color, 0.2))),
        Shape(
            ribbon(spline([(x - 18, foot), (x + 1, foot + 1.5), (x + 20, foot)], closed=False), 5), darker(color, 0.5)
        ),
    ]


def _over(frame: Build, foot: float, color: Color, shoe: Color) -> list[Shape]:
    """The right leg over the left one."""
    w, thick = frame.wide, frame.limbs
    ankle = (-70 * w, foot - 62)
    toe = spline(
        [
            (ankle[0] + 12, ankle[1] - 14),
            (ankle[0] + 14, ankle[1] + 8),
            (ankle[0] - 14, ankle[1] + 26),
            (ankle[0] - 32, ankle[1] + 24),
            (ankle[0] - 24, ankle[1] + 6),
            (ankle[0] - 12, ankle[1] - 12),
        ]
    )
    return [
        Shape(toe, Shade(lighter(shoe, 0.08), darker(shoe, 0.25))),
        Shape(
            capsule(-34 * w, _KNEE_Y + 2, *ankle, 25 * thick, 16 * thick),
            Shade(darker(color, 0.14), darker(color, 0.26), 0.10),
        ),
        Shape(
            capsule(48 * w, _HIP_Y + 2, -32 * w, _KNEE_Y - 6, 39 * thick, 29 * thick),
            Shade(darker(color, 0.02), darker(color, 0.10), 0.12),
        ),
        Shape(ellipse(-36 * w, _KNEE_Y - 10, 20 * thick, 18 * thick, 28), lighter(color, 0.10), 0.35),
    ]


def _skirted(look: Look, frame: Build, foot: float, shoe: Color) -> list[Shape]:
    """A skirt to the knees, shins below it."""
    w, skin, color = frame.wide, skin_color(look), CLOTH[look.clothes_color]
    parts: list[Shape] = []
    for side in (-1, 1):
        shin = capsule(side * 32 * w, _KNEE_Y + 10, side * 30 * w, foot - 14, 21 * frame.limbs, 13 * frame.limbs)
        parts.append(Shape(shin, Shade(darker(skin, 0.02), darker(skin, 0.16), 0.1)))
        shoes = _shoe(32 * w, foot, shoe)
        parts += shoes if side > 0 else [Shape(mirror(shape.points), shape.paint) for shape in shoes]
    hips = 100 * w * frame.belly
    skirt = spline(
        [
            (-hips * 0.86, 238),
            (-hips, 270),
            (-hips * 0.86, 322),
            (-hips * 0.4, 336),
            (0, 332),
            (hips * 0.4, 336),
            (hips * 0.86, 322),
            (hips, 270),
            (hips * 0.86, 238),
        ]
    )
    fold = ribbon(spline([(0, 262), (4, 296), (0, 330)], closed=False), (0.8, 3.4, 1.2))
    return [
        *parts,
        Shape(skirt, Shade(lighter(color, 0.06), darker(color, 0.22), 0.08)),
        Shape(fold, darker(color, 0.24)),
    ]
