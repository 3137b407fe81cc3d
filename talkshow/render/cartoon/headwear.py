"""What is worn on the head, over the hair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from talkshow.render.cartoon.canvas import Shade, Shape, ellipse, mirror, ribbon, rounded, soft, spline
from talkshow.render.cartoon.head import at_depth, on_skull
from talkshow.render.cartoon.look import Look
from talkshow.render.cartoon.palette import CLOTH, INK, Color, darker, lighter

_TALL_HAIR = ("afro", "curly", "quiff", "spiky", "mohawk", "bun")


def under_headwear(look: Look) -> Look:
    """The look with hair that fits: nothing sticks out of a hat, a headscarf covers everything."""
    if look.headwear in ("hat", "cap", "beanie") and look.hair in _TALL_HAIR:
        return replace(look, hair="short")
    return replace(look, hair="buzz") if look.headwear == "headscarf" else look


def headwear(look: Look) -> tuple[list[Shape], list[Shape]]:
    """Shapes behind the head and shapes over it; both empty for a bare head."""
    return _KINDS[look.headwear](CLOTH[look.headwear_color]) if look.headwear else ([], [])


def _hat(color: Color) -> tuple[list[Shape], list[Shape]]:
    crown = spline([(-54, -58), (-54, -58), (-50, -104), (-30, -122), (0, -114), (30, -122), (50, -104), (54, -58),
                    (54, -58), (0, -50)])
    brim = spline([(-92, -52), (-60, -66), (0, -58), (60, -66), (92, -52), (60, -44), (0, -38), (-60, -44)])
    band = spline([(-54, -74), (-54, -74), (0, -66), (54, -74), (54, -74), (54, -58), (54, -58), (0, -48), (-54, -58),
                   (-54, -58)])
    return [], [Shape(on_skull(crown, 2), soft(color)), Shape(on_skull(band, 3), darker(color, 0.45)),
                Shape(on_skull(brim, 8), soft(lighter(color, 0.06)))]


def _cap(color: Color) -> tuple[list[Shape], list[Shape]]:
    dome = spline([(-62, -40), (-62, -40), (-60, -78), (-36, -102), (0, -107), (36, -102), (60, -78), (62, -40),
                   (62, -40), (0, -52)])
    peak = spline([(-52, -48), (-26, -60), (26, -60), (52, -48), (46, -33), (0, -28), (-46, -33)])
    seams = [ribbon(spline([(0, -106), (side * 20, -84), (side * 26, -56)], closed=False), 1.6) for side in (-1, 1)]
    return [], [Shape(on_skull(dome, 3), soft(color)), *(Shape(on_skull(s, 5), darker(color, 0.2)) for s in seams),
                Shape(at_depth(ellipse(0, -107, 6, 4, 16), 6), darker(color, 0.25)),
                Shape(on_skull(peak, 22), Shade(darker(color, 0.16), darker(color, 0.38)))]


def _beanie(color: Color) -> tuple[list[Shape], list[Shape]]:
    dome = spline([(-63, -46), (-63, -46), (-58, -88), (-34, -114), (0, -121), (34, -114), (58, -88), (63, -46),
                   (63, -46), (0, -54)])
    cuff = spline([(-65, -64), (-65, -64), (0, -72), (65, -64), (65, -64), (65, -36), (65, -36), (0, -43), (-65, -36),
                   (-65, -36)])
    ribs = [Shape(on_skull(ribbon(np.array([(x, -68.0 - 3 * (1 - abs(x) / 65)), (x * 1.0, -41.0)]), 1.6), 6),
                  darker(color, 0.2)) for x in np.linspace(-54, 54, 10)]
    return [], [Shape(at_depth(ellipse(0, -124, 15, 14, 24), 0), lighter(color, 0.35)),
                Shape(on_skull(dome, 3), soft(color)), Shape(on_skull(cuff, 5), soft(lighter(color, 0.12))), *ribs]


def _headscarf(color: Color) -> tuple[list[Shape], list[Shape]]:
    back = spline([(-66, -60), (-74, 0), (-78, 60), (-74, 108), (0, 128), (74, 108), (78, 60), (74, 0), (66, -60),
                   (0, -104)])
    # goes round the face: down the outside, and back up along the cheeks
    outer = spline([(0, -102), (44, -90), (66, -50), (70, 10), (64, 60), (46, 92), (0, 108), (-46, 92), (-64, 60),
                    (-70, 10), (-66, -50), (-44, -90)])
    inner = spline([(0, -62), (32, -56), (47, -30), (50, 8), (44, 44), (28, 68), (0, 79), (-28, 68), (-44, 44),
                    (-50, 8), (-47, -30), (-32, -56)])
    ring = np.concatenate([outer, outer[:1], inner[:1], inner[::-1]])
    folds = [ribbon(spline(line, closed=False), (0.5, 2.6, 0.5)) for line in
             ([(-60, -40), (-62, 20), (-46, 76)], [(60, -30), (62, 30), (36, 88)], [(-40, 82), (0, 100), (44, 84)])]
    return [Shape(at_depth(back, -18), Shade(darker(color, 0.14), darker(color, 0.3)))], [
        Shape(on_skull(ring, 3), soft(color)), *(Shape(on_skull(f, 5), darker(color, 0.2)) for f in folds)]


def _headphones(color: Color) -> tuple[list[Shape], list[Shape]]:
    arc = spline([(-66, -10), (-68, -50), (-48, -92), (0, -109), (48, -92), (68, -50), (66, -10)], closed=False)
    cup = rounded(-77, -30, -56, 22, 11)
    pad = rounded(-62, -26, -52, 18, 6)
    parts = [Shape(at_depth(ribbon(arc, 9), 4), INK), Shape(at_depth(ribbon(arc, 3) - (0, 1.5), 5), lighter(INK, 0.25))]
    for flip in (False, True):
        parts.append(Shape(at_depth(mirror(pad) if flip else pad, 10), darker(INK, 0.2)))
        parts.append(Shape(at_depth(mirror(cup) if flip else cup, 6), soft(color)))
    return [], parts


_KINDS: dict[str, Callable[[Color], tuple[list[Shape], list[Shape]]]] = {
    "hat": _hat, "cap": _cap, "beanie": _beanie, "headscarf": _headscarf, "headphones": _headphones}
