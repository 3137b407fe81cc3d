"""Neck, shoulders and clothes, in head units; the table hides what is below y = 206."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from talkshow.render.cartoon.canvas import Points, Shade, Shape, ellipse, mirror, polygon, ribbon, spline
from talkshow.render.cartoon.look import Look
from talkshow.render.cartoon.palette import CLOTH, SKIN, Color, darker, lighter, rgb

_BOTTOM = 250.0


def build(look: Look) -> float:
    """Width of the shoulders relative to the broadest."""
    return 0.88 if look.feminine else 1.0


def body(look: Look) -> list[Shape]:
    """Torso, neck and collar, in the order they are painted."""
    color = CLOTH[look.clothes_color]
    wide = build(look)
    parts = [*_hood(look, color), Shape(_torso(wide), Shade(lighter(color, 0.08), darker(color, 0.16), 0.10))]
    if look.striped:
        parts += _stripes(wide, color)
    parts += _CLOTHES[look.clothes](look, color, wide)
    parts += _folds(color, wide)
    if look.scarf:
        parts += _scarf(CLOTH[look.scarf])
    return parts


def neck(look: Look, base: float = 122) -> list[Shape]:
    """The neck with the chin's shadow on it.  base: how far down its skin shows."""
    skin = SKIN[look.skin]
    half = 22.0 if look.feminine else 27.0
    column = spline([(-half, 30), (-half, 76), (-half - 4, 100), (0, base), (half + 4, 100), (half, 76), (half, 30)])
    shadow = spline([(-half, 40), (-half, 78), (-12, 92), (8, 93), (half, 82), (half, 40)])
    return [Shape(column, Shade(darker(skin, 0.06), darker(skin, 0.10), 0.1)), Shape(shadow, darker(skin, 0.24))]


def _torso(wide: float) -> Points:
    half = [(0, 100), (24, 99), (46, 104), (84 * wide, 117), (112 * wide, 136), (121 * wide, 168), (119 * wide, 210),
            (119 * wide, _BOTTOM)]
    return spline([*half, *[(-x, y) for x, y in half[:0:-1]]])


def _stripes(wide: float, color: Color) -> list[Shape]:
    """Bands across the torso, as wide as it is at their height."""
    contour = _torso(wide)
    right = contour[contour[:, 0] >= 0]
    right = right[np.argsort(right[:, 1])]
    band = lighter(color, 0.72) if sum(color) < 480 else darker(color, 0.45)
    parts = []
    for top in (128.0, 152.0, 176.0, 200.0):
        y = np.linspace(top, top + 10, 4)
        x = np.interp(y, right[:, 1], right[:, 0]) - 0.5
        parts.append(Shape(np.concatenate([np.column_stack([x, y]), np.column_stack([-x, y])[::-1]]), band))
    return parts


def _folds(color: Color, wide: float) -> list[Shape]:
    """Where the sleeves meet the chest."""
    crease = ribbon(spline([(78 * wide, 150), (84 * wide, 176), (82 * wide, 206)], closed=False), (0.6, 3.2, 1.2))
    return [Shape(path, darker(color, 0.22)) for path in (crease, mirror(crease))]


def _neckline(look: Look, depth: float, width: float) -> list[Shape]:
    """Skin showing in a round opening."""
    skin = SKIN[look.skin]
    side = (width * 0.8, 98 + depth * 0.6)
    return [Shape(spline([(-width, 98), (-side[0], side[1]), (0, 98 + depth), side, (width, 98), (0, 86)]),
                  Shade(darker(skin, 0.10), darker(skin, 0.02), 0.08))]


def _collar_band(color: Color, depth: float, width: float, thick: float = 7.0) -> Shape:
    """The rim of a round neckline."""
    line = spline([(-width, 96), (-width * 0.8, 98 + depth * 0.62), (0, 99 + depth), (width * 0.8, 98 + depth * 0.62),
                   (width, 96)], closed=False)
    return Shape(ribbon(line, thick), darker(color, 0.17))


def _tshirt(look: Look, color: Color, _: float) -> list[Shape]:
    return [*_neckline(look, 22, 36), *neck(look, 116), _collar_band(color, 22, 36)]


def _jumper(look: Look, color: Color, _: float) -> list[Shape]:
    return [*_neckline(look, 14, 34), *neck(look, 108), _collar_band(color, 14, 34, 10)]


def _turtleneck(look: Look, color: Color, _: float) -> list[Shape]:
    roll = spline([(-31, 70), (-34, 92), (-38, 108), (0, 117), (38, 108), (34, 92), (31, 70), (0, 78)])
    fold = ribbon(spline([(-34, 90), (0, 98), (34, 90)], closed=False), (0.8, 2.4, 0.8))
    return [*neck(look), Shape(roll, Shade(lighter(color, 0.12), darker(color, 0.12), 0.1)),
            Shape(fold, darker(color, 0.2))]


def _flaps(color: Color, tip: tuple[float, float]) -> list[Shape]:
    """Both points of a shirt collar."""
    right = polygon((20, 84), (35, 92), (44, 104), tip, (4, 112))
    return [Shape(path, Shade(lighter(color, 0.22), lighter(color, 0.04))) for path in (mirror(right), right)]


def _buttons(color: Color, x: float = 0.0, start: float = 134) -> list[Shape]:
    line = ribbon(np.array([(x, 112.0), (x, 160.0), (x, _BOTTOM)]), 1.8)
    return [Shape(line, darker(color, 0.2)),
            *(Shape(ellipse(x - 4.5, y, 2.6, 2.6, 14), lighter(color, 0.6)) for y in (start, start + 27, start + 54))]


def _shirt(look: Look, color: Color, _: float) -> list[Shape]:
    opening = [Shape(polygon((-24, 92), (24, 92), (0, 117)), darker(SKIN[look.skin], 0.08))]
    return [*_buttons(color, start=146), *opening, *neck(look, 112), *_flaps(color, (24, 126))]


def _lapels(color: Color, depth: float) -> list[Shape]:
    right = polygon((26, 92), (46, 101), (58, 132), (44, 136), (50, 146), (4, depth), (6, depth - 24))
    return [Shape(path, Shade(lighter(color, 0.16), lighter(color, 0.02))) for path in (mirror(right), right)]


def _front(color: Color, depth: float, width: float = 32.0) -> Shape:
    """What is worn under an open front."""
    return Shape(spline([(-width, 103), (-width, 103), (-20, 132), (0, depth), (0, depth), (20, 132), (width, 103),
                         (width, 103)]), color)


def _jacket(look: Look, color: Color, _: float) -> list[Shape]:
    under = rgb("#efe9df") if sum(color) < 560 else rgb("#4a5568")
    return [_front(under, 232, 36), *_neckline(look, 16, 26), *neck(look, 110), _collar_band(under, 16, 27, 5),
            *_lapels(color, 232)]


def _suit(look: Look, color: Color, _: float) -> list[Shape]:
    white = rgb("#f4f1ea")
    tie = rgb("#a5383c") if look.clothes_color not in ("red", "burgundy", "coral") else rgb("#2d3a66")
    knot = polygon((-7, 108), (7, 108), (5, 120), (-5, 120))
    blade = polygon((-5, 119), (5, 119), (11, 190), (0, 208), (-11, 190))
    if look.feminine:
        return [_front(white, 232, 36), *_neckline(look, 30, 24), *neck(look), *_lapels(color, 232)]
    return [_front(white, 236, 38), *neck(look, 106), *_flaps(white, (24, 124)),
            Shape(blade, Shade(lighter(tie, 0.1), darker(tie, 0.15))), Shape(knot, darker(tie, 0.12)),
            *_lapels(color, 236)]


def _cardigan(look: Look, color: Color, _: float) -> list[Shape]:
    under = rgb("#f1e8d8") if sum(color) < 590 else rgb("#c0616a")
    edge_line = spline([(33, 93), (29, 118), (17, 156), (7, 190), (5, _BOTTOM)], closed=False)
    edge = ribbon(edge_line, 9)
    buttons = [Shape(ellipse(7.5, y, 3.1, 3.1, 14), lighter(color, 0.62)) for y in (188.0, 204.0)]
    open_front = spline([(-34, 102), (-34, 102), (-29, 118), (-17, 156), (-6, 196), (0, _BOTTOM), (6, 196), (17, 156),
                         (29, 118), (34, 102), (34, 102)])
    return [Shape(open_front, Shade(under, darker(under, 0.1))), *_neckline(look, 17, 26), *neck(look, 111),
            _collar_band(under, 17, 26, 4), Shape(mirror(edge), darker(color, 0.16)),
            Shape(edge, darker(color, 0.16)), *buttons]


def _dress(look: Look, color: Color, _: float) -> list[Shape]:
    pearls = [Shape(ellipse(float(x), float(116 + 15 * (1 - (x / 27) ** 2) - 4), 3.1, 3.1, 14), rgb("#f6efe2"))
              for x in np.linspace(-27, 27, 11)]
    return [*_neckline(look, 40, 44), *neck(look), _collar_band(color, 40, 44, 5), *pearls]


def _hood(look: Look, color: Color) -> list[Shape]:
    """The hood lies behind the neck, so it is painted before the torso."""
    if look.clothes != "hoodie":
        return []
    back = spline([(-60, 114), (-58, 84), (-36, 66), (0, 62), (36, 66), (58, 84), (60, 114), (0, 128)])
    return [Shape(back, Shade(darker(color, 0.1), darker(color, 0.3)))]


def _hoodie(look: Look, color: Color, _: float) -> list[Shape]:
    rim = spline([(-50, 88), (-46, 108), (-24, 130), (0, 140), (24, 130), (46, 108), (50, 88), (34, 90), (26, 108),
                  (0, 122), (-26, 108), (-34, 90)])
    cords = [ribbon(spline([(s * 14, 130), (s * 16, 150), (s * 14, 172)], closed=False), 3.2) for s in (-1, 1)]
    pocket = ribbon(spline([(-44, 208), (-34, 192), (34, 192), (44, 208)], closed=False), 2)
    return [*_neckline(look, 20, 32), *neck(look), Shape(rim, Shade(lighter(color, 0.14), darker(color, 0.08), 0.1)),
            *(Shape(c, lighter(color, 0.7)) for c in cords), Shape(pocket, darker(color, 0.2))]


def _scarf(color: Color) -> list[Shape]:
    tail = spline([(10, 104), (30, 108), (36, 150), (34, 192), (10, 194), (8, 150)])
    wrap = spline([(-40, 84), (-44, 102), (-30, 116), (0, 122), (30, 116), (44, 102), (40, 84), (20, 92), (0, 95),
                   (-20, 92)])
    fold = ribbon(spline([(-38, 98), (-8, 112), (36, 100)], closed=False), (0.8, 2.6, 0.8))
    fringe = [Shape(ribbon(np.array([(x, 190.0), (x, 196.0), (x, 203.0)]), 2.6), darker(color, 0.1))
              for x in (13.0, 19.0, 25.0, 31.0)]
    return [*fringe, Shape(tail, Shade(lighter(color, 0.04), darker(color, 0.18))),
            Shape(wrap, Shade(lighter(color, 0.14), darker(color, 0.12))), Shape(fold, darker(color, 0.24))]


_CLOTHES: dict[str, Callable[[Look, Color, float], list[Shape]]] = {
    "cardigan": _cardigan, "jumper": _jumper, "shirt": _shirt, "jacket": _jacket, "suit": _suit, "dress": _dress,
    "hoodie": _hoodie, "tshirt": _tshirt, "turtleneck": _turtleneck}
