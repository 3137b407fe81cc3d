"""Hats and caps: headwear with a crown and usually a brim."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from talkshow.render.cartoon.canvas import Shade, Shape, soft
from talkshow.render.cartoon.palette import METAL, Color, darker, lighter
from talkshow.render.cartoon.paths import ellipse, mirror, polygon, ribbon, spline
from talkshow.render.cartoon.people.head import at_depth, on_skull

Worn = tuple[list[Shape], list[Shape]]  # behind the head, before it


def _hat(color: Color) -> Worn:
    crown = spline(
        [
            (-54, -58),
            (-54, -58),
            (-50, -104),
            (-30, -122),
            (0, -114),
            (30, -122),
            (50, -104),
            (54, -58),
            (54, -58),
            (0, -50),
        ]
    )
    brim = spline([(-92, -52), (-60, -66), (0, -58), (60, -66), (92, -52), (60, -44), (0, -38), (-60, -44)])
    band = spline(
        [(-54, -74), (-54, -74), (0, -66), (54, -74), (54, -74), (54, -58), (54, -58), (0, -48), (-54, -58), (-54, -58)]
    )
    return [], [
        Shape(on_skull(crown, 2), soft(color)),
        Shape(on_skull(band, 3), darker(color, 0.45)),
        Shape(on_skull(brim, 8), soft(lighter(color, 0.06))),
    ]


def _cap(color: Color) -> Worn:
    dome = spline(
        [
            (-62, -46),
            (-62, -46),
            (-60, -82),
            (-36, -106),
            (0, -111),
            (36, -106),
            (60, -82),
            (62, -46),
            (62, -46),
            (0, -60),
        ]
    )
    peak = spline([(-54, -58), (-27, -70), (27, -70), (54, -58), (48, -45), (0, -41), (-48, -45)])
    seams = [ribbon(spline([(0, -110), (side * 20, -90), (side * 26, -64)], closed=False), 1.6) for side in (-1, 1)]
    return [], [
        Shape(on_skull(dome, 3), soft(color)),
        *(Shape(on_skull(s, 5), darker(color, 0.2)) for s in seams),
        Shape(at_depth(ellipse(0, -111, 6, 4, 16), 6), darker(color, 0.25)),
        Shape(on_skull(peak, 22), Shade(darker(color, 0.16), darker(color, 0.38))),
    ]


def _beanie(color: Color) -> Worn:
    dome = spline(
        [
            (-63, -46),
            (-63, -46),
            (-58, -88),
            (-34, -114),
            (0, -121),
            (34, -114),
            (58, -88),
            (63, -46),
            (63, -46),
            (0, -54),
        ]
    )
    cuff = spline(
        [(-65, -64), (-65, -64), (0, -72), (65, -64), (65, -64), (65, -36), (65, -36), (0, -43), (-65, -36), (-65, -36)]
    )
    ribs = [
        Shape(
            on_skull(ribbon(np.array([(x, -68.0 - 3 * (1 - abs(x) / 65)), (x * 1.0, -41.0)]), 1.6), 6),
            darker(color, 0.2),
        )
        for x in np.linspace(-54, 54, 10)
    ]
    return [], [
        Shape(at_depth(ellipse(0, -124, 15, 14, 24), 0), lighter(color, 0.35)),
        Shape(on_skull(dome, 3), soft(color)),
        Shape(on_skull(cuff, 5), soft(lighter(color, 0.12))),
        *ribs,
    ]


def _beret(color: Color) -> Worn:
    top = spline(
        [(-58, -56), (-72, -72), (-70, -96), (-36, -114), (14, -116), (62, -98), (74, -70), (56, -52), (0, -60)]
    )
    band = spline(
        [(-58, -62), (-58, -62), (0, -70), (57, -58), (57, -58), (57, -48), (57, -48), (0, -60), (-58, -52), (-58, -52)]
    )
    fold = ribbon(spline([(-50, -92), (-6, -102), (44, -90)], closed=False), (0.5, 2.6, 0.5))
    stalk = ribbon(np.array([(2.0, -115.0), (4.0, -121.0), (3.0, -127.0)]), (6, 5, 4))
    return [], [
        Shape(at_depth(stalk, 2), darker(color, 0.2)),
        Shape(on_skull(top, 3), soft(color)),
        Shape(on_skull(fold, 5), darker(color, 0.16)),
        Shape(on_skull(band, 4), darker(color, 0.25)),
    ]


def _flat_cap(color: Color) -> Worn:
    top = spline([(-60, -48), (-66, -70), (-48, -98), (0, -108), (48, -98), (66, -70), (60, -48), (0, -62)])
    peak = spline([(-58, -52), (-30, -66), (30, -66), (58, -52), (50, -41), (0, -39), (-50, -41)])
    seam = ribbon(spline([(-58, -58), (-24, -82), (24, -82), (58, -58)], closed=False), 1.6)
    button = ellipse(0, -106, 6, 3.6, 16)
    return [], [
        Shape(on_skull(top, 3), soft(color)),
        Shape(on_skull(seam, 5), darker(color, 0.2)),
        Shape(at_depth(button, 6), darker(color, 0.2)),
        Shape(on_skull(peak, 14), Shade(lighter(color, 0.06), darker(color, 0.3))),
    ]


def _bowler(color: Color) -> Worn:
    crown = spline(
        [
            (-52, -56),
            (-52, -56),
            (-54, -92),
            (-34, -122),
            (0, -130),
            (34, -122),
            (54, -92),
            (52, -56),
            (52, -56),
            (0, -48),
        ]
    )
    brim = spline([(-78, -66), (-62, -60), (0, -52), (62, -60), (78, -66), (70, -50), (0, -37), (-70, -50)])
    band = spline(
        [(-53, -72), (-53, -72), (0, -64), (53, -72), (53, -72), (52, -58), (52, -58), (0, -50), (-52, -58), (-52, -58)]
    )
    return [], [
        Shape(on_skull(crown, 2), soft(color)),
        Shape(on_skull(band, 3), darker(color, 0.5)),
        Shape(on_skull(brim, 8), soft(lighter(color, 0.05))),
    ]


def _top_hat(color: Color) -> Worn:
    crown = spline(
        [
            (-60, -54),
            (-60, -54),
            (-57, -104),
            (-63, -156),
            (-63, -156),
            (0, -164),
            (63, -156),
            (63, -156),
            (57, -104),
            (60, -54),
            (60, -54),
            (0, -46),
        ]
    )
    lid = spline([(-63, -156), (0, -165), (63, -156), (0, -148)])
    brim = spline([(-88, -64), (-66, -58), (0, -50), (66, -58), (88, -64), (76, -48), (0, -36), (-76, -48)])
    band = spline(
        [(-59, -80), (-59, -80), (0, -72), (59, -80), (59, -80), (60, -58), (60, -58), (0, -50), (-60, -58), (-60, -58)]
    )
    return [], [
        Shape(at_depth(crown, 20), soft(color)),
        Shape(at_depth(lid, 21), lighter(color, 0.18)),
        Shape(at_depth(band, 22), darker(_ribbon_for(color), 0.1)),
        Shape(on_skull(brim, 8), soft(lighter(color, 0.05))),
    ]


def _ribbon_for(color: Color) -> Color:
    """The ribbon of a hat: red, unless the hat is."""
    return (160, 48, 56) if color[0] < 150 else (48, 44, 60)


def _sun_hat(color: Color) -> Worn:
    under = ellipse(0, -46, 108, 24, 48)
    brim = spline([(-112, -44), (-70, -64), (0, -70), (70, -64), (112, -44), (70, -40), (0, -37), (-70, -40)])
    crown = spline(
        [
            (-54, -60),
            (-54, -60),
            (-54, -92),
            (-34, -112),
            (0, -116),
            (34, -112),
            (54, -92),
            (54, -60),
            (54, -60),
            (0, -54),
        ]
    )
    band = spline(
        [(-54, -76), (-54, -76), (0, -70), (54, -76), (54, -76), (54, -60), (54, -60), (0, -53), (-54, -60), (-54, -60)]
    )
    straw = (226, 196, 128)
    weave = [ribbon(spline([(-52, y + 3), (0, y - 3), (52, y + 3)], closed=False), 1.4) for y in (-86.0, -96.0)]
    return [Shape(at_depth(under, -4), darker(straw, 0.3))], [
        Shape(on_skull(crown, 2), soft(straw)),
        *(Shape(on_skull(w, 3), darker(straw, 0.14)) for w in weave),
        Shape(on_skull(band, 3), soft(color)),
        Shape(at_depth(brim, 40), soft(lighter(straw, 0.08))),
    ]


def _cowboy_hat(color: Color) -> Worn:
    crown = spline(
        [
            (-48, -58),
            (-48, -58),
            (-46, -100),
            (-34, -126),
            (-12, -120),
            (0, -114),
            (12, -120),
            (34, -126),
            (46, -100),
            (48, -58),
            (48, -58),
            (0, -50),
        ]
    )
    brim = spline(
        [
            (-116, -84),
            (-104, -62),
            (-60, -50),
            (0, -40),
            (60, -50),
            (104, -62),
            (116, -84),
            (92, -78),
            (56, -66),
            (0, -60),
            (-56, -66),
            (-92, -78),
        ]
    )
    band = spline(
        [(-47, -76), (-47, -76), (0, -68), (47, -76), (47, -76), (48, -62), (48, -62), (0, -54), (-48, -62), (-48, -62)]
    )
    dent = ribbon(spline([(0, -112), (-2, -98), (2, -84)], closed=False), (0.6, 3, 0.6))
    return [], [
        Shape(on_skull(crown, 2), soft(color)),
        Shape(on_skull(dent, 4), darker(color, 0.25)),
        Shape(on_skull(band, 3), darker(color, 0.45)),
        Shape(at_depth(brim, 44), soft(lighter(color, 0.05))),
    ]


def _chef_hat(color: Color) -> Worn:
    white = lighter(color, 0.75)
    puff = spline(
        [
            (-54, -84),
            (-84, -104),
            (-76, -140),
            (-40, -150),
            (-20, -166),
            (20, -166),
            (40, -150),
            (76, -140),
            (84, -104),
            (54, -84),
        ]
    )
    band = spline(
        [
            (-55, -92),
            (-55, -92),
            (0, -100),
            (55, -92),
            (55, -92),
            (56, -50),
            (56, -50),
            (0, -59),
            (-56, -50),
            (-56, -50),
        ]
    )
    folds = [
        ribbon(spline([(x * 0.7, -96), (x, -118), (x * 1.15, -142)], closed=False), (0.8, 2.6, 0.8))
        for x in (-34, -4, 30)
    ]
    return [], [
        Shape(at_depth(puff, 10), soft(white)),
        *(Shape(at_depth(f, 12), darker(white, 0.14)) for f in folds),
        Shape(on_skull(band, 4), Shade(white, darker(white, 0.12))),
    ]


def _helmet(color: Color) -> Worn:
    dome = spline(
        [
            (-66, -46),
            (-66, -46),
            (-66, -84),
            (-40, -114),
            (0, -122),
            (40, -114),
            (66, -84),
            (66, -46),
            (66, -46),
            (0, -58),
        ]
    )
    rim = spline([(-74, -50), (-40, -58), (0, -60), (40, -58), (74, -50), (72, -41), (0, -36), (-72, -41)])
    ridge = spline([(-9, -60), (-10, -100), (0, -126), (10, -100), (9, -60)])
    side = ribbon(spline([(-38, -60), (-40, -88), (-24, -112)], closed=False), 3)
    return [], [
        Shape(on_skull(dome, 4), soft(color)),
        *(Shape(on_skull(s, 5), darker(color, 0.14)) for s in (side, mirror(side))),
        Shape(on_skull(ridge, 6), soft(lighter(color, 0.14))),
        Shape(on_skull(rim, 14), soft(darker(color, 0.1))),
    ]


def _peaked_cap(color: Color) -> Worn:
    top = spline([(-58, -74), (-80, -96), (-64, -118), (0, -126), (64, -118), (80, -96), (58, -74), (0, -82)])
    band = spline(
        [(-59, -80), (-59, -80), (0, -88), (59, -80), (59, -80), (59, -50), (59, -50), (0, -58), (-59, -50), (-59, -50)]
    )
    peak = spline([(-53, -58), (-25, -67), (25, -67), (53, -58), (44, -46), (0, -42), (-44, -46)])
    badge = polygon((0, -108), (9, -102), (7, -90), (0, -84), (-7, -90), (-9, -102))
    return [], [
        Shape(on_skull(top, 3), soft(color)),
        Shape(on_skull(band, 5), darker(color, 0.35)),
        Shape(on_skull(badge, 9), METAL),
        Shape(on_skull(peak, 20), Shade((60, 56, 68), (28, 26, 34))),
    ]


def _party_hat(color: Color) -> Worn:
    cone = polygon((-36, -74), (0, -170), (36, -74), (18, -69), (0, -67), (-18, -69))
    bands = [
        spline(
            [
                (x0, y0),
                (x0, y0),
                (x1, y1),
                (x1, y1),
                (x1 * 0.84, y1 - 12),
                (x1 * 0.84, y1 - 12),
                (x0 * 0.84, y0 - 12),
                (x0 * 0.84, y0 - 12),
            ]
        )
        for x0, y0, x1, y1 in ((-29, -92, 29, -92), (-17, -124, 17, -124))
    ]
    return [], [
        Shape(at_depth(cone, 20), soft(color)),
        *(Shape(at_depth(b, 21), lighter(color, 0.55)) for b in bands),
        Shape(at_depth(ellipse(0, -170, 10, 10, 20), 22), METAL),
    ]


def _wizard_hat(color: Color) -> Worn:
    cone = spline(
        [
            (-56, -56),
            (-56, -56),
            (-42, -100),
            (-20, -146),
            (6, -176),
            (34, -186),
            (34, -186),
            (22, -160),
            (30, -120),
            (44, -90),
            (56, -56),
            (56, -56),
            (0, -48),
        ]
    )
    brim = spline([(-104, -52), (-62, -62), (0, -54), (62, -62), (104, -52), (66, -42), (0, -36), (-66, -42)])
    band = spline(
        [(-55, -74), (-55, -74), (0, -66), (54, -74), (54, -74), (56, -58), (56, -58), (0, -50), (-56, -58), (-56, -58)]
    )
    angles = np.radians(np.arange(-90, 270, 36))
    star = np.column_stack([np.cos(angles), np.sin(angles)]) * np.where(np.arange(10) % 2, 4.0, 9.5)[:, None]
    return [], [
        Shape(on_skull(cone, 4), soft(color)),
        *(Shape(on_skull(star + np.array([x, y]), 8), METAL) for x, y in ((-16.0, -100.0), (14.0, -128.0))),
        Shape(on_skull(band, 5), darker(color, 0.4)),
        Shape(on_skull(brim, 12), soft(lighter(color, 0.06))),
    ]


HATS: dict[str, Callable[[Color], Worn]] = {
    "hat": _hat,
    "cap": _cap,
    "beanie": _beanie,
    "beret": _beret,
    "flat cap": _flat_cap,
    "bowler": _bowler,
    "top hat": _top_hat,
    "sun hat": _sun_hat,
    "cowboy hat": _cowboy_hat,
    "chef hat": _chef_hat,
    "helmet": _helmet,
    "peaked cap": _peaked_cap,
    "party hat": _party_hat,
    "wizard hat": _wizard_hat,
}
