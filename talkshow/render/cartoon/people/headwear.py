"""Headwear, over the hair: hats (hats.py), cloths, bands and small things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from talkshow.render.cartoon.canvas import Shade, Shape, soft
from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.palette import CLOTH, INK, METAL, Color, darker, lighter
from talkshow.render.cartoon.paths import ellipse, mirror, polygon, ribbon, rounded, spline
from talkshow.render.cartoon.people.hats import HATS, Worn
from talkshow.render.cartoon.people.head import at_depth, on_skull

# hair that would stick out of what covers the head, and what is left of it under a hat
_TALL_HAIR = {
    **dict.fromkeys(
        (
            "afro",
            "curly",
            "quiff",
            "spiky",
            "mohawk",
            "flat top",
            "messy",
            "full",
            "undercut",
            "topknot",
            "slick",
            "parted",
        ),
        "short",
    ),
    **dict.fromkeys(("bun", "space buns", "puff"), "low bun"),
    "curly bob": "bob",
    "cornrows": "buzz",
    "ponytail": "plait",
}
_COVERED = ("headscarf", "turban")
_OPEN = ("headphones", "headband", "crown", "bow", "flower", "party hat")


def under_headwear(look: Look) -> Look:
    """The look with hair that fits: nothing sticks out of a hat, a headscarf covers everything."""
    if not look.headwear or look.headwear in _OPEN:
        return look
    if look.headwear in _COVERED:
        return replace(look, hair="buzz")
    return replace(look, hair=_TALL_HAIR.get(look.hair, look.hair))


def headwear(look: Look) -> tuple[list[Shape], list[Shape]]:
    """Shapes behind the head and shapes over it; both empty for a bare head."""
    return {**HATS, **_OTHERS}[look.headwear](CLOTH[look.headwear_color]) if look.headwear else ([], [])


def _headscarf(color: Color) -> Worn:
    back = spline(
        [(-66, -60), (-74, 0), (-78, 60), (-74, 108), (0, 128), (74, 108), (78, 60), (74, 0), (66, -60), (0, -104)]
    )
    # goes round the face: down the outside, and back up along the cheeks
    outer = spline(
        [
            (0, -102),
            (44, -90),
            (66, -50),
            (70, 10),
            (64, 60),
            (46, 92),
            (0, 108),
            (-46, 92),
            (-64, 60),
            (-70, 10),
            (-66, -50),
            (-44, -90),
        ]
    )
    inner = spline(
        [
            (0, -62),
            (32, -56),
            (47, -30),
            (50, 8),
            (44, 44),
            (28, 68),
            (0, 79),
            (-28, 68),
            (-44, 44),
            (-50, 8),
            (-47, -30),
            (-32, -56),
        ]
    )
    ring = np.concatenate([outer, outer[:1], inner[:1], inner[::-1]])
    folds = [
        ribbon(spline(line, closed=False), (0.5, 2.6, 0.5))
        for line in (
            [(-60, -40), (-62, 20), (-46, 76)],
            [(60, -30), (62, 30), (36, 88)],
            [(-40, 82), (0, 100), (44, 84)],
        )
    ]
    return [Shape(at_depth(back, -18), Shade(darker(color, 0.14), darker(color, 0.3)))], [
        Shape(on_skull(ring, 3), soft(color)),
        *(Shape(on_skull(f, 5), darker(color, 0.2)) for f in folds),
    ]


def _turban(color: Color) -> Worn:
    top = spline(
        [
            (-60, -34),
            (-72, -62),
            (-62, -98),
            (-28, -122),
            (14, -124),
            (56, -104),
            (72, -66),
            (60, -34),
            (34, -50),
            (0, -66),
            (-34, -50),
        ]
    )
    folds = [
        ribbon(spline(line, closed=False), (0.6, 3.4, 0.6))
        for line in (
            [(-66, -58), (-30, -84), (30, -116)],
            [(-58, -42), (-10, -78), (52, -100)],
            [(66, -58), (34, -74), (4, -72)],
            [(-60, -90), (-30, -108), (6, -122)],
        )
    ]
    jewel = ellipse(0, -74, 6, 7, 20)
    return [], [
        Shape(on_skull(top, 4), soft(color)),
        *(Shape(on_skull(f, 6), darker(color, 0.2)) for f in folds),
        Shape(on_skull(jewel, 9), METAL),
    ]


def _bandana(color: Color) -> Worn:
    top = spline(
        [
            (-61, -34),
            (-64, -66),
            (-42, -94),
            (0, -105),
            (42, -94),
            (64, -66),
            (61, -34),
            (61, -34),
            (30, -50),
            (0, -55),
            (-30, -50),
            (-61, -34),
        ]
    )
    tail = spline([(58, -40), (58, -40), (86, -30), (92, -14), (74, -20), (60, -30)])
    dots = [
        ellipse(x, y, 3.4, 3.4, 14)
        for x, y in ((-36, -62), (-14, -72), (10, -66), (34, -72), (-24, -86), (0, -90), (24, -88), (48, -56))
    ]
    return [Shape(at_depth(tail, -4), darker(color, 0.18))], [
        Shape(on_skull(top, 4), soft(color)),
        *(Shape(on_skull(d, 6), lighter(color, 0.7)) for d in dots),
    ]


def _headband(color: Color) -> Worn:
    band = spline(
        [
            (-62, -46),
            (-62, -46),
            (-42, -76),
            (0, -88),
            (42, -76),
            (62, -46),
            (62, -46),
            (63, -62),
            (63, -62),
            (43, -90),
            (0, -102),
            (-43, -90),
            (-63, -62),
            (-63, -62),
        ]
    )
    return [], [Shape(on_skull(band, 6), soft(color))]


def _crown(color: Color) -> Worn:
    edge = [
        (-50, -74),
        (-58, -122),
        (-34, -98),
        (-24, -128),
        (-12, -100),
        (0, -134),
        (12, -100),
        (24, -128),
        (34, -98),
        (58, -122),
        (50, -74),
        (26, -66),
        (0, -64),
        (-26, -66),
    ]
    band = spline(
        [(-51, -82), (-51, -82), (0, -73), (51, -82), (51, -82), (50, -71), (50, -71), (0, -62), (-50, -71), (-50, -71)]
    )
    gems = [ellipse(x, y, 4.4, 4.4, 16) for x, y in ((-30, -73), (0, -68.5), (30, -73))]
    balls = [ellipse(x, y, 4.6, 4.6, 16) for x, y in ((-58, -122), (-24, -128), (0, -134), (24, -128), (58, -122))]
    return [], [
        Shape(on_skull(polygon(*edge), 6), soft(METAL)),
        Shape(on_skull(band, 8), darker(METAL, 0.2)),
        *(Shape(on_skull(b, 7), lighter(METAL, 0.4)) for b in balls),
        *(Shape(on_skull(g, 10), color) for g in gems),
    ]


def _bow(color: Color) -> Worn:
    wing = spline([(40, -88), (58, -112), (76, -108), (72, -78), (56, -78)])
    other = spline([(36, -88), (14, -108), (2, -98), (12, -76), (28, -80)])
    return [], [
        *(Shape(at_depth(w, 24), soft(color)) for w in (wing, other)),
        Shape(at_depth(ellipse(38, -88, 8, 9, 20), 26), darker(color, 0.18)),
    ]


def _flower(color: Color) -> Worn:
    petals = [
        ellipse(46 + 12 * np.cos(t), -62 + 12 * np.sin(t), 9.5, 9.5, 20) for t in np.radians(np.arange(-90, 270, 72))
    ]
    leaf = spline([(52, -54), (72, -52), (80, -38), (62, -42)])
    return [], [
        Shape(at_depth(leaf, 32), (78, 140, 92)),
        *(Shape(at_depth(p, 34), lighter(color, 0.08 * (i % 2))) for i, p in enumerate(petals)),
        Shape(at_depth(ellipse(46, -62, 6, 6, 18), 36), METAL),
    ]


def _headphones(color: Color) -> Worn:
    arc = spline([(-66, -10), (-68, -50), (-48, -92), (0, -109), (48, -92), (68, -50), (66, -10)], closed=False)
    cup = rounded(-77, -30, -56, 22, 11)
    pad = rounded(-62, -26, -52, 18, 6)
    parts = [Shape(at_depth(ribbon(arc, 9), 4), INK), Shape(at_depth(ribbon(arc, 3) - (0, 1.5), 5), lighter(INK, 0.25))]
    for flip in (False, True):
        parts.append(Shape(at_depth(mirror(pad) if flip else pad, 10), darker(INK, 0.2)))
        parts.append(Shape(at_depth(mirror(cup) if flip else cup, 6), soft(color)))
    return [], parts


_OTHERS: dict[str, Callable[[Color], Worn]] = {
    "headscarf": _headscarf,
    "turban": _turban,
    "bandana": _bandana,
    "headband": _headband,
    "crown": _crown,
    "bow": _bow,
    "flower": _flower,
    "headphones": _headphones,
}
HEADWEAR = (*HATS, *_OTHERS)
