"""Clothes worn open over others: jackets, coats, cardigans, waistcoats, uniforms."""

from __future__ import annotations

from collections.abc import Callable

from talkshow.render.cartoon.canvas import Shade, Shape
from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.palette import CLOTH, INK, METAL, Color, darker, lighter, rgb
from talkshow.render.cartoon.paths import ellipse, polygon, ribbon, rounded, spline
from talkshow.render.cartoon.people.body import BOTTOM, Build, neck
from talkshow.render.cartoon.people.tailoring import (
    both,
    buttons,
    collar,
    collar_band,
    front,
    lapels,
    neckline,
    open_front,
    pocket,
    seam,
)

_WHITE = rgb("#f4f1ea")
Layers = tuple[list[Shape], list[Shape]]  # under a tie, over it


def _jacket(look: Look, color: Color, _: Build) -> Layers:
    under = rgb("#efe9df") if sum(color) < 560 else rgb("#4a5568")
    return [front(under, 232, 36), *neckline(look, 16, 26), *neck(look, 110), collar_band(under, 16, 27, 5)], lapels(
        color, 232
    )


def _suit(look: Look, color: Color, frame: Build) -> Layers:
    square = Shape(
        polygon((44 * frame.wide, 158), (62 * frame.wide, 155), (58 * frame.wide, 166), (46 * frame.wide, 167)), _WHITE
    )
    if look.feminine and look.neckwear not in ("tie", "bow tie"):
        return [front(_WHITE, 232, 36), *neckline(look, 30, 24), *neck(look)], [*lapels(color, 232), square]
    return [front(_WHITE, 236, 38), *neck(look, 106), *collar(_WHITE, (24, 124))], [*lapels(color, 236), square]


def _cardigan(look: Look, color: Color, _: Build) -> Layers:
    under = rgb("#f1e8d8") if sum(color) < 590 else rgb("#c0616a")
    edge = ribbon(spline([(33, 93), (29, 118), (17, 156), (7, 190), (5, BOTTOM)], closed=False), 9)
    opening = spline(
        [
            (-34, 102),
            (-34, 102),
            (-29, 118),
            (-17, 156),
            (-6, 196),
            (0, BOTTOM),
            (6, 196),
            (17, 156),
            (29, 118),
            (34, 102),
            (34, 102),
        ]
    )
    return [
        Shape(opening, Shade(under, darker(under, 0.1))),
        *neckline(look, 17, 26),
        *neck(look, 111),
        collar_band(under, 17, 26, 4),
    ], [*both(edge, darker(color, 0.16)), *buttons(color, 7.5, (188.0, 204.0, 222.0), line=False)]


def _waistcoat(look: Look, color: Color, frame: Build) -> Layers:
    w = frame.wide
    panel = spline(
        [
            (40 * w, 98),
            (66 * w, 106),
            (80 * w, 140),
            (86 * w, 176),
            (98 * w * frame.belly, 214),
            (86 * w * frame.belly, BOTTOM),
            (86 * w * frame.belly, BOTTOM),
            (0, BOTTOM),
            (0, BOTTOM),
            (1, 190),
            (12, 160),
            (28, 124),
        ]
    )
    edge = seam((40 * w, 98), (28, 124), (12, 160), (1, 190), (0, BOTTOM), width=3)
    return [*buttons(_WHITE, rows=(132, 152)), *neck(look, 106), *collar(_WHITE, (24, 124))], [
        *both(panel, Shade(lighter(color, 0.1), darker(color, 0.14), 0.1)),
        *both(edge, darker(color, 0.25)),
        *buttons(color, 6.0, (202.0, 224.0), line=False),
    ]


def _coat(look: Look, color: Color, _: Build) -> Layers:
    under = CLOTH["charcoal"] if sum(color) > 380 else CLOTH["cream"]
    wide = both(
        polygon((24, 90), (52, 98), (74, 128), (52, 140), (46, 152), (0, 204), (4, 176)),
        Shade(lighter(color, 0.18), lighter(color, 0.02)),
    )
    rows = [Shape(ellipse(x, y, 4.2, 4.2, 16), darker(color, 0.5)) for x in (-26.0, 22.0) for y in (196.0, 222.0)]
    return [front(under, 206, 34), *neckline(look, 15, 26), *neck(look, 110), collar_band(under, 15, 27, 6)], [
        *wide,
        Shape(seam((0, 200), (-6, 226), (-6, BOTTOM)), darker(color, 0.22)),
        *rows,
    ]


def _denim_jacket(look: Look, color: Color, frame: Build) -> Layers:
    thread = rgb("#d8a45a")
    w = frame.wide
    yoke = both(seam((34, 128), (70 * w, 132), (104 * w, 150), width=1.6), thread)
    lines = both(seam((46, 134), (40, 176), (38, 226), width=1.4), thread)
    tips = polygon((22, 88), (44, 97), (54, 116), (34, 128), (26, 104))
    return [open_front(_WHITE), *neckline(look, 18, 27), *neck(look, 112), collar_band(_WHITE, 18, 27, 5)], [
        *yoke,
        *lines,
        *_flap_pockets(color, w, thread),
        *both(tips, Shade(lighter(color, 0.2), lighter(color, 0.02))),
        *(Shape(ellipse(s * 17, y, 2.6, 2.6, 12), METAL) for s in (-1, 1) for y in (170.0, 196.0)),
    ]


def _flap_pockets(color: Color, w: float, thread: Color) -> list[Shape]:
    flap = polygon((50 * w, 146), (82 * w, 150), (81 * w, 162), (66 * w, 170), (50 * w, 160))
    return [
        *both(flap, darker(color, 0.14)),
        *both(seam((50 * w, 160), (66 * w, 170), (81 * w, 162), width=1.4), thread),
    ]


def _leather_jacket(look: Look, color: Color, frame: Build) -> Layers:
    under, w = _WHITE if sum(color) < 480 else CLOTH["charcoal"], frame.wide
    wing = both(
        polygon((22, 88), (50, 98), (70, 134), (46, 148), (24, 122)), Shade(lighter(color, 0.24), lighter(color, 0.03))
    )
    zips = [
        Shape(seam((17, 138), (13, 180), (12, BOTTOM), width=2.6), rgb("#c9ccd4")),
        Shape(seam((-17, 138), (-13, 180), (-12, BOTTOM), width=2.6), rgb("#c9ccd4")),
        Shape(seam((52 * w, 176), (70 * w, 182), (88 * w, 192), width=2.4), rgb("#c9ccd4")),
    ]
    shine = both(seam((60 * w, 112), (86 * w, 122), (104 * w, 138), width=4.5), lighter(color, 0.3))
    return [open_front(under), *neckline(look, 20, 27), *neck(look, 112), collar_band(under, 20, 27, 5)], [
        *shine,
        *wing,
        *zips,
    ]


def _lab_coat(look: Look, color: Color, frame: Build) -> Layers:
    names = ("teal", "navy", "burgundy", "sky blue")
    under = CLOTH[names[look.variety % len(names)]]
    pen = [
        Shape(rounded(x, 148, x + 4, 166, 1.5), paint)
        for x, paint in ((50 * frame.wide - 8, CLOTH["red"]), (50 * frame.wide, CLOTH["blue"]))
    ]
    return [front(under, 226, 34), *neckline(look, 15, 25), *neck(look, 110), collar_band(under, 15, 26, 6)], [
        *lapels(color, 226),
        *pen,
        *pocket(color, 50 * frame.wide, 158, 36, 32),
        *buttons(darker(color, 0.4), -8, (236.0,), line=False),
    ]


def _uniform(look: Look, color: Color, frame: Build) -> Layers:
    w = frame.wide
    badge = polygon((-46 * w, 140), (-37 * w, 143), (-38 * w, 156), (-46 * w, 163), (-54 * w, 156), (-55 * w, 143))
    straps = both(
        polygon((58 * w, 106), (92 * w, 118), (96 * w, 128), (90 * w, 132), (56 * w, 116)), darker(color, 0.3)
    )
    bars = [Shape(seam((s * 76 * w, 112), (s * 73 * w, 124), width=3), METAL) for s in (-1, 1)]
    tie = (
        []
        if look.neckwear
        else [
            Shape(polygon((-5, 112), (5, 112), (10, 186), (0, 204), (-10, 186)), INK),
            Shape(polygon((-7, 106), (7, 106), (5, 118), (-5, 118)), lighter(INK, 0.12)),
        ]
    )
    badges = [Shape(badge, METAL), Shape(ellipse(-46 * w, 151, 4, 4.4, 16), darker(METAL, 0.3))]
    return [
        *buttons(color, rows=(196, 222)),
        *pocket(color, 48 * w, 152, 38, 32),
        *straps,
        *bars,
        *badges,
        *neck(look, 106),
        *tie,
    ], [*collar(lighter(color, 0.06), (25, 126))]


JACKETS: dict[str, Callable[[Look, Color, Build], Layers]] = {
    "cardigan": _cardigan,
    "jacket": _jacket,
    "suit": _suit,
    "waistcoat": _waistcoat,
    "coat": _coat,
    "denim jacket": _denim_jacket,
    "leather jacket": _leather_jacket,
    "lab coat": _lab_coat,
    "uniform": _uniform,
}
