"""Neckwear: ties, scarves and necklaces."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from talkshow.render.cartoon.canvas import Shade, Shape
from talkshow.render.cartoon.palette import EYE_WHITE, METAL, Color, darker, lighter
from talkshow.render.cartoon.paths import ellipse, mirror, polygon, ribbon, rounded, spline


def neckwear(kind: str, color: Color) -> list[Shape]:
    """Shapes over the clothes; empty without neckwear."""
    return _KINDS[kind](color) if kind else []


def _scarf(color: Color) -> list[Shape]:
    tail = spline([(10, 104), (30, 108), (36, 150), (34, 192), (10, 194), (8, 150)])
    wrap = spline(
        [(-40, 84), (-44, 102), (-30, 116), (0, 122), (30, 116), (44, 102), (40, 84), (20, 92), (0, 95), (-20, 92)]
    )
    fold = ribbon(spline([(-38, 98), (-8, 112), (36, 100)], closed=False), (0.8, 2.6, 0.8))
    fringe = [
        Shape(ribbon(np.array([(x, 190.0), (x, 196.0), (x, 203.0)]), 2.6), darker(color, 0.1))
        for x in (13.0, 19.0, 25.0, 31.0)
    ]
    return [
        *fringe,
        Shape(tail, Shade(lighter(color, 0.04), darker(color, 0.18))),
        Shape(wrap, Shade(lighter(color, 0.14), darker(color, 0.12))),
        Shape(fold, darker(color, 0.24)),
    ]


def _tie(color: Color) -> list[Shape]:
    knot = polygon((-7, 108), (7, 108), (5, 120), (-5, 120))
    blade = polygon((-5, 119), (5, 119), (11, 190), (0, 208), (-11, 190))
    return [Shape(blade, Shade(lighter(color, 0.1), darker(color, 0.15))), Shape(knot, darker(color, 0.12))]


def _bow_tie(color: Color) -> list[Shape]:
    wing = spline([(3, 112), (14, 103), (27, 101), (28, 112), (27, 124), (14, 121)])
    return [
        *(Shape(w, Shade(lighter(color, 0.1), darker(color, 0.12))) for w in (wing, mirror(wing))),
        Shape(rounded(-5.5, 105, 5.5, 119, 3), darker(color, 0.2)),
    ]


def _pearls(_: Color) -> list[Shape]:
    return [
        Shape(ellipse(float(x), float(108 + 17 * (1 - (x / 31) ** 2) - 6), 3.4, 3.4, 14), EYE_WHITE)
        for x in np.linspace(-31, 31, 13)
    ]


def _necklace(color: Color) -> list[Shape]:
    chain = ribbon(spline([(-29, 96), (-18, 118), (0, 130), (18, 118), (29, 96)], closed=False), 1.8)
    return [
        Shape(chain, METAL),
        Shape(spline([(0, 127), (0, 127), (6, 136), (0, 144), (-6, 136)]), color),
        Shape(ellipse(-1.6, 134, 1.5, 2.2, 10), lighter(color, 0.6)),
    ]


def _lanyard(color: Color) -> list[Shape]:
    strap = ribbon(spline([(31, 96), (20, 136), (4, 176)], closed=False), 4.4)
    card = rounded(-17, 176, 17, 220, 4)
    return [
        *(Shape(s, color) for s in (strap, mirror(strap))),
        Shape(rounded(-4, 170, 4, 180, 2), (150, 152, 162)),
        Shape(card, EYE_WHITE),
        Shape(rounded(-17, 176, 17, 187, 4), color),
        Shape(ellipse(-7, 201, 6, 7, 18), (196, 190, 184)),
        Shape(rounded(3, 195, 13, 198, 1), (150, 152, 162)),
        Shape(rounded(3, 203, 13, 206, 1), (150, 152, 162)),
    ]


def _braces(color: Color) -> list[Shape]:
    strap = ribbon(spline([(52, 108), (50, 150), (44, 200), (42, 262)], closed=False), 9)
    clip = rounded(38, 226, 50, 240, 2)
    return [Shape(path, paint) for part, paint in ((strap, color), (clip, METAL)) for path in (mirror(part), part)]


_KINDS: dict[str, Callable[[Color], list[Shape]]] = {
    "scarf": _scarf,
    "tie": _tie,
    "bow tie": _bow_tie,
    "pearls": _pearls,
    "necklace": _necklace,
    "lanyard": _lanyard,
    "braces": _braces,
}
