"""Clothes: tops that are pulled over or buttoned; those with an open front are in jackets.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from talkshow.render.cartoon.canvas import Shade, Shape
from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.palette import CLOTH, METAL, Color, darker, lighter
from talkshow.render.cartoon.paths import ellipse, polygon, ribbon, rounded, spline
from talkshow.render.cartoon.people.body import BOTTOM, Build, build, folds, neck, torso
from talkshow.render.cartoon.people.features import skin_color
from talkshow.render.cartoon.people.jackets import JACKETS
from talkshow.render.cartoon.people.neckwear import neckwear
from talkshow.render.cartoon.people.prints import contrast, pattern
from talkshow.render.cartoon.people.tailoring import both, buttons, collar, collar_band, neckline, pocket, seam


@dataclass(frozen=True)
class Sleeve:
    """color: of the sleeve; length: share of the arm it covers from the shoulder, 0 bare, 0.42 short, 1 long; stripes:
    their colour, if it has any."""

    color: Color
    length: float
    stripes: Color | None = None


_SHORT = {"t-shirt": 0.42, "dress": 0.30, "polo": 0.42, "scrubs": 0.42, "tank top": 0.0}
_SHIRTS = ("cream", "white", "sky blue", "light mustard", "light coral", "light teal")  # under what has no sleeves
_ALL_STRIPED = ("jumper", "t-shirt", "shirt", "hoodie", "turtleneck", "polo", "dress", "blouse")
_OVER_SHIRT = ("waistcoat", "apron", "dungarees")


def shirt_under(look: Look) -> Color:
    """The colour of the shirt under clothes without sleeves."""
    names = [name for name in _SHIRTS if look.clothes_color not in name]
    return CLOTH["white" if look.clothes == "waistcoat" else names[look.variety % len(names)]]


def sleeve(look: Look) -> Sleeve:
    """What covers the arms."""
    color = shirt_under(look) if look.clothes in _OVER_SHIRT else CLOTH[look.clothes_color]
    striped = look.pattern == "striped" and look.clothes in _ALL_STRIPED
    return Sleeve(color, _SHORT.get(look.clothes, 1.0), contrast(color) if striped else None)


def body(look: Look) -> list[Shape]:
    """Torso, neck and clothes, in the order they are painted."""
    color, frame = CLOTH[look.clothes_color], build(look)
    base = shirt_under(look) if look.clothes in _OVER_SHIRT else color
    parts = [*_hood(look, color), Shape(torso(frame), Shade(lighter(base, 0.08), darker(base, 0.16), 0.10))]
    if look.clothes not in _OVER_SHIRT:
        parts += pattern(look.pattern, color, frame)
    worn = neckwear(look.neckwear, CLOTH[look.neckwear_color])
    under, over = (
        JACKETS[look.clothes](look, color, frame)
        if look.clothes in JACKETS
        else (_TOPS[look.clothes](look, color, frame), [])
    )
    tied = look.neckwear in ("tie", "bow tie")
    parts += [*under, *(worn if tied else []), *over]
    if look.clothes != "tank top":
        parts += folds(base, frame)
    return [*parts, *([] if tied else worn)]


def _tshirt(look: Look, color: Color, _: Build) -> list[Shape]:
    return [*neckline(look, 22, 36), *neck(look, 116), collar_band(color, 22, 36)]


def _tank_top(look: Look, color: Color, frame: Build) -> list[Shape]:
    skin = skin_color(look)
    w = frame.wide
    shoulder = spline(
        [
            (38 * w, 96),
            (60 * w, 102),
            (86 * w, 114),
            (114 * w, 134),
            (124 * w, 170),
            (122 * w, 210),
            (98 * w, 204),
            (84 * w, 168),
            (66 * w, 140),
            (52 * w, 122),
        ]
    )
    return [
        *both(shoulder, Shade(darker(skin, 0.02), darker(skin, 0.12))),
        *neckline(look, 40, 40 * w),
        *neck(look, 118),
        collar_band(color, 40, 40 * w, 4),
        *both(seam((60 * w, 102), (66 * w, 140), (86 * w, 172), (99 * w, 206), width=4), darker(color, 0.17)),
    ]


def _jumper(look: Look, color: Color, _: Build) -> list[Shape]:
    return [*neckline(look, 14, 34), *neck(look, 108), collar_band(color, 14, 34, 10)]


def _turtleneck(look: Look, color: Color, frame: Build) -> list[Shape]:
    n = frame.neck + 4.5
    roll = spline([(-n, 70), (-n - 3, 92), (-n - 7, 108), (0, 117), (n + 7, 108), (n + 3, 92), (n, 70), (0, 78)])
    fold = ribbon(spline([(-n - 3, 90), (0, 98), (n + 3, 90)], closed=False), (0.8, 2.4, 0.8))
    return [
        *neck(look),
        Shape(roll, Shade(lighter(color, 0.12), darker(color, 0.12), 0.1)),
        Shape(fold, darker(color, 0.2)),
    ]


def _opening(look: Look, depth: float = 117) -> Shape:
    """Skin in the open neck of a shirt."""
    return Shape(polygon((-24, 92), (24, 92), (0, depth)), darker(skin_color(look), 0.08))


def _shirt(look: Look, color: Color, frame: Build) -> list[Shape]:
    chest = pocket(color, 46 * frame.wide, 152) if look.variety % 2 else []
    return [*buttons(color, rows=(146, 173, 200)), *chest, _opening(look), *neck(look, 112), *collar(color, (24, 126))]


def _polo(look: Look, color: Color, _: Build) -> list[Shape]:
    placket = Shape(rounded(-7, 104, 7, 150, 3), darker(color, 0.12))
    return [
        placket,
        *buttons(color, rows=(126, 140), line=False),
        _opening(look, 112),
        *neck(look, 110),
        *collar(darker(color, 0.16), (26, 120)),
    ]


def _scrubs(look: Look, color: Color, frame: Build) -> list[Shape]:
    opening = Shape(polygon((-27, 92), (27, 92), (0, 138)), darker(skin_color(look), 0.06))
    edge = seam((-30, 92), (-15, 116), (0, 139), width=7), seam((30, 92), (15, 116), (0, 139), width=7)
    return [
        opening,
        *neck(look, 118),
        *(Shape(path, darker(color, 0.2)) for path in edge),
        *pocket(color, 44 * frame.wide, 156),
    ]


def _blouse(look: Look, color: Color, _: Build) -> list[Shape]:
    frill = [
        Shape(
            spline([(x - 8, y), (x, y - 3), (x + 8, y), (x + 6, y + 12), (x, y + 8), (x - 6, y + 12)]),
            lighter(color, 0.25 if i % 2 else 0.12),
        )
        for i, (x, y) in enumerate((s * (8 + 2 * k), 118.0 + 15 * k) for k in range(5, -1, -1) for s in (-1, 1))
    ]
    ties = both(
        spline([(2, 116), (16, 106), (30, 110), (28, 124), (12, 122)]), Shade(lighter(color, 0.3), lighter(color, 0.05))
    )
    return [
        *buttons(color, rows=(), line=True),
        *frill,
        *neckline(look, 12, 24),
        *neck(look, 108),
        collar_band(lighter(color, 0.1), 12, 27, 11),
        *ties,
        Shape(ellipse(0, 114, 6, 7, 18), darker(color, 0.1)),
    ]


def _dress(look: Look, color: Color, frame: Build) -> list[Shape]:
    waist = seam((-112 * frame.wide * frame.belly, 206), (0, 212), (112 * frame.wide * frame.belly, 206), width=7)
    return [*neckline(look, 42, 46), *neck(look), collar_band(color, 42, 46, 5), Shape(waist, darker(color, 0.3))]


def _hood(look: Look, color: Color) -> list[Shape]:
    """A hood, which is behind the neck and so painted before the torso."""
    if look.clothes != "hoodie":
        return []
    back = spline([(-60, 114), (-58, 84), (-36, 66), (0, 62), (36, 66), (58, 84), (60, 114), (0, 128)])
    return [Shape(back, Shade(darker(color, 0.1), darker(color, 0.3)))]


def _hoodie(look: Look, color: Color, _: Build) -> list[Shape]:
    rim = spline(
        [
            (-50, 88),
            (-46, 108),
            (-24, 130),
            (0, 140),
            (24, 130),
            (46, 108),
            (50, 88),
            (34, 90),
            (26, 108),
            (0, 122),
            (-26, 108),
            (-34, 90),
        ]
    )
    cords = [seam((s * 14, 130), (s * 16, 150), (s * 14, 172), width=3.2) for s in (-1, 1)]
    pouch = seam((-44, 208), (-34, 192), (34, 192), (44, 208), width=2)
    return [
        *neckline(look, 20, 32),
        *neck(look),
        Shape(rim, Shade(lighter(color, 0.14), darker(color, 0.08), 0.1)),
        *(Shape(c, lighter(color, 0.7)) for c in cords),
        Shape(pouch, darker(color, 0.2)),
    ]


def _apron(look: Look, color: Color, frame: Build) -> list[Shape]:
    shirt = shirt_under(look)
    bib = spline(
        [
            (-44, 132),
            (-44, 132),
            (44, 132),
            (44, 132),
            (52, 176),
            (84 * frame.wide, 210),
            (86 * frame.wide, BOTTOM),
            (86 * frame.wide, BOTTOM),
            (-86 * frame.wide, BOTTOM),
            (-86 * frame.wide, BOTTOM),
            (-84 * frame.wide, 210),
            (-52, 176),
        ]
    )
    straps = [Shape(seam((s * 30, 92), (s * 38, 112), (s * 40, 134), width=9), darker(color, 0.12)) for s in (-1, 1)]
    return [
        *buttons(shirt, rows=()),
        *straps,
        Shape(bib, Shade(lighter(color, 0.08), darker(color, 0.16), 0.08)),
        *pocket(color, 0, 184, 60, 40),
        _opening(look, 114),
        *neck(look, 112),
        *collar(shirt, (24, 126)),
    ]


def _dungarees(look: Look, color: Color, frame: Build) -> list[Shape]:
    shirt, w = shirt_under(look), frame.wide
    bib = spline(
        [
            (-48 * w, 146),
            (-48 * w, 146),
            (48 * w, 146),
            (48 * w, 146),
            (56 * w, 190),
            (94 * w, 214),
            (86 * w, BOTTOM),
            (86 * w, BOTTOM),
            (-86 * w, BOTTOM),
            (-86 * w, BOTTOM),
            (-94 * w, 214),
            (-56 * w, 190),
        ]
    )
    straps = both(
        ribbon(np.array([(56 * w, 106.0), (50 * w, 128.0), (42 * w, 158.0)]), 13),
        Shade(lighter(color, 0.06), darker(color, 0.06)),
    )
    clips = [Shape(ellipse(s * 42 * w, 156, 5.4, 5.4, 18), METAL) for s in (-1, 1)]
    own = look.pattern or ("striped" if look.variety % 3 == 0 else "")
    return [
        *pattern(own, shirt, frame),
        *neckline(look, 16, 34),
        *neck(look, 110),
        collar_band(shirt, 16, 34, 8),
        *straps,
        Shape(bib, Shade(lighter(color, 0.08), darker(color, 0.14), 0.08)),
        *pocket(color, 0, 162, 46, 32),
        *clips,
    ]


_TOPS: dict[str, Callable[[Look, Color, Build], list[Shape]]] = {
    "jumper": _jumper,
    "shirt": _shirt,
    "blouse": _blouse,
    "t-shirt": _tshirt,
    "tank top": _tank_top,
    "polo": _polo,
    "turtleneck": _turtleneck,
    "scrubs": _scrubs,
    "dress": _dress,
    "hoodie": _hoodie,
    "apron": _apron,
    "dungarees": _dungarees,
}
CLOTHES = (*_TOPS, *JACKETS)
