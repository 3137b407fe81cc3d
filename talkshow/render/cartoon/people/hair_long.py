"""Long hair, loose or tied up."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from talkshow.render.cartoon.canvas import Shape
from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.palette import Color, darker, lighter
from talkshow.render.cartoon.paths import ellipse, mirror, ribbon, spline
from talkshow.render.cartoon.people.head import at_depth, on_skull
from talkshow.render.cartoon.people.strands import (
    CURTAIN,
    FRINGE,
    PULLED,
    Parts,
    cap,
    curls,
    mass,
    rope,
    sheen,
    strands,
)


def _bob(color: Color, _: Look) -> Parts:
    back = spline(
        [(-56, -60), (-63, -22), (-72, 30), (-70, 62), (-46, 66), (46, 66), (70, 62), (72, 30), (63, -22), (56, -60)]
    )
    side = spline([(-58, -40), (-69, -8), (-73, 34), (-68, 58), (-54, 58), (-50, 34), (-51, 4), (-48, -28)])
    locks = strands(
        color, ((-30, -82), (-34, -60), (-32, -40)), ((4, -88), (2, -66), (4, -42)), ((30, -82), (36, -60), (36, -40))
    )
    before = [Shape(on_skull(path, 3), sheen(color)) for path in (side, mirror(side))]
    return [mass(back, color)], [*before, cap(FRINGE, color), *locks]


def _long(color: Color, _: Look) -> Parts:
    back = spline(
        [
            (-56, -60),
            (-64, -20),
            (-72, 40),
            (-82, 128),
            (-60, 150),
            (60, 150),
            (82, 128),
            (72, 40),
            (64, -20),
            (56, -60),
        ]
    )
    side = spline(
        [
            (-50, -62),
            (-66, -20),
            (-73, 40),
            (-77, 100),
            (-71, 134),
            (-58, 140),
            (-52, 104),
            (-55, 50),
            (-52, 8),
            (-48, -22),
        ]
    )
    locks = strands(color, ((-2, -80), (-30, -62), (-55, -20)), ((4, -80), (32, -62), (56, -20)))
    flow = [((-62, -10), (-66, 50), (-66, 120)), ((62, -10), (66, 50), (66, 120))]
    before = [Shape(at_depth(path, 16), sheen(color)) for path in (side, mirror(side))]
    before += [
        Shape(at_depth(ribbon(spline(line, closed=False), (0.5, 3, 0.5)), 17), darker(color, 0.2)) for line in flow
    ]
    return [mass(back, color)], [*before, cap(CURTAIN, color), *locks]


def _wavy(color: Color, _: Look) -> Parts:
    back = spline(
        [
            (-56, -60),
            (-66, -24),
            (-66, 12),
            (-86, 46),
            (-76, 76),
            (-84, 104),
            (-60, 112),
            (60, 112),
            (84, 104),
            (76, 76),
            (86, 46),
            (66, 12),
            (66, -24),
            (56, -60),
        ]
    )
    side = spline(
        [
            (-48, -66),
            (-70, -26),
            (-64, 2),
            (-80, 34),
            (-70, 60),
            (-77, 90),
            (-62, 96),
            (-56, 64),
            (-62, 36),
            (-51, 6),
            (-49, -24),
        ]
    )
    locks = strands(
        color,
        ((-14, -82), (-38, -66), (-54, -24)),
        ((-6, -82), (26, -66), (56, -22)),
        ((-10, -88), (30, -82), (52, -54)),
    )
    line = ((55, 4), (55, -16), (46, -36), (20, -52), (-12, -78), (-32, -56), (-48, -36), (-55, -18), (-55, 4))
    before = [Shape(at_depth(path, 16), sheen(color)) for path in (side, mirror(side))]
    return [mass(back, color)], [*before, cap(line, color), *locks]


def _ponytail(color: Color, _: Look) -> Parts:
    tail = spline([(24, -84), (58, -98), (90, -72), (98, -16), (88, 44), (72, 76), (70, 30), (66, -20), (48, -54)])
    locks = strands(
        color, ((-44, -54), (-24, -80), (18, -94)), ((-16, -64), (4, -80), (30, -90)), ((30, -60), (40, -74), (44, -84))
    )
    band = Shape(at_depth(ellipse(50, -82, 9, 9, 16), -12), darker(color, 0.5))
    return [mass(tail, color), band], [cap(PULLED, color), *locks]


def _bun(color: Color, _: Look) -> Parts:
    knot = ellipse(0, -112, 30, 27, 36)
    swirl = ribbon(spline([(-16, -114), (-4, -126), (14, -120), (15, -106), (2, -104)], closed=False), (0.5, 3, 0.5))
    locks = strands(
        color, ((-46, -50), (-28, -78), (-8, -94)), ((46, -50), (28, -78), (8, -94)), ((0, -64), (0, -80), (0, -94))
    )
    return [Shape(at_depth(knot, -18), sheen(darker(color, 0.08))), Shape(at_depth(swirl, -17), darker(color, 0.3))], [
        cap(PULLED, color),
        *locks,
    ]


def _braids(color: Color, _: Look) -> Parts:
    line = ((55, 0), (54, -24), (42, -44), (20, -58), (0, -74), (-20, -58), (-42, -44), (-54, -24), (-55, 0))
    before = []
    for side in (-1.0, 1.0):
        for step in range(7):
            y, x = 18 + step * 18.0, side * (63 + 2.4 * step)
            lean = 3.0 * side * (-1) ** step
            before.append(
                Shape(
                    at_depth(ellipse(x + lean * 0.6, y, 12.5 - 0.7 * step, 12, 20), 10),
                    color if step % 2 else lighter(color, 0.1),
                )
            )
        before.append(Shape(at_depth(ellipse(side * 79, 138, 7, 5, 16), 11), (222, 96, 92)))
        tip = spline([(side * 79 - 6, 140), (side * 79 + 6, 140), (side * 81, 160)])
        before.append(Shape(at_depth(tip, 10), darker(color, 0.1)))
    part = Shape(
        on_skull(ribbon(np.array([(0.0, -74.0), (0.0, -86.0), (0.0, -97.0)]), (2.2, 1.6, 1)), 5), darker(color, 0.35)
    )
    locks = strands(color, ((-4, -78), (-32, -66), (-54, -26)), ((4, -78), (32, -66), (54, -26)))
    return [], [*before, cap(line, color), part, *locks]


def _shoulder(color: Color, _: Look) -> Parts:
    back = spline(
        [(-56, -60), (-65, -20), (-73, 40), (-80, 92), (-58, 104), (58, 104), (80, 92), (73, 40), (65, -20), (56, -60)]
    )
    side = spline(
        [
            (-34, -84),
            (-64, -40),
            (-72, 20),
            (-78, 74),
            (-70, 94),
            (-54, 90),
            (-52, 50),
            (-52, 4),
            (-46, -30),
            (-28, -64),
        ]
    )
    other = mirror(
        spline([(-50, -62), (-66, -24), (-73, 30), (-78, 78), (-68, 94), (-54, 88), (-53, 44), (-52, 2), (-48, -28)])
    )
    line = ((55, 4), (55, -16), (48, -36), (26, -54), (-4, -66), (-26, -80), (-40, -58), (-52, -30), (-55, 4))
    locks = strands(
        color,
        ((-26, -84), (0, -80), (50, -38)),
        ((-24, -86), (20, -84), (56, -50)),
        ((-30, -84), (-52, -56), (-58, -10)),
    )
    flow = [
        Shape(at_depth(ribbon(spline(knots, closed=False), (0.5, 3, 0.5)), 17), darker(color, 0.2))
        for knots in ([(-62, -6), (-66, 34), (-68, 78)], [(62, -6), (66, 34), (68, 78)])
    ]
    return [mass(back, color)], [
        *(Shape(at_depth(path, 16), sheen(color)) for path in (side, other)),
        *flow,
        cap(line, color),
        *locks,
    ]


def _long_fringe(color: Color, look: Look) -> Parts:
    behind, before = _long(color, look)
    locks = strands(
        color, ((-26, -84), (-30, -62), (-28, -40)), ((0, -88), (-2, -64), (2, -42)), ((26, -84), (32, -62), (30, -40))
    )
    return behind, [*before[:4], cap(FRINGE, color), *locks]


def _curly_bob(color: Color, _: Look) -> Parts:
    back = [
        mass(ellipse(x, y, 22, 22, 20), color) for x, y in ((-66, 6), (-72, 32), (66, 6), (72, 32), (-60, 54), (60, 54))
    ]
    sides = [(s * x, y) for s in (-1, 1) for x, y in ((60, -36), (67, -12), (70, 12), (70, 34), (62, 52))]
    top = [(-46, -66), (-28, -84), (-6, -92), (18, -88), (40, -74), (-38, -46), (-16, -62), (8, -66), (30, -54)]
    line = ((54, -2), (51, -26), (40, -42), (16, -50), (-14, -52), (-38, -44), (-50, -28), (-54, -2))
    return [mass(spline([(-58, -30), (-64, 40), (0, 60), (64, 40), (58, -30)]), color), *back], [
        cap(line, color),
        *curls(darker(color, 0.03), sides, 15, 6),
        *curls(darker(color, 0.03), top, 15),
    ]


def _curls(color: Color, _: Look) -> Parts:
    fall = [
        (s * x, y)
        for s in (-1, 1)
        for x, y in ((62, -30), (70, -4), (76, 22), (80, 50), (80, 78), (72, 104), (58, 66), (58, 92))
    ]
    top = [(-46, -64), (-30, -84), (-6, -94), (18, -90), (40, -74), (-22, -64), (26, -62)]
    line = ((55, 2), (52, -22), (42, -42), (22, -56), (-2, -70), (-22, -58), (-42, -42), (-52, -22), (-55, 2))
    back = spline([(-60, -40), (-74, 40), (-80, 100), (-50, 124), (50, 124), (80, 100), (74, 40), (60, -40)])
    return [mass(back, color), *(mass(ellipse(x * 1.02, y + 8, 20, 20, 20), color) for x, y in fall)], [
        *curls(darker(color, 0.05), fall, 15.5, 12),
        cap(line, color),
        *curls(darker(color, 0.03), top, 15),
    ]


def _puff(color: Color, _: Look) -> Parts:
    t = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    bumps = 1 + 0.04 * np.sin(t * 13) + 0.02 * np.sin(t * 23 + 1)
    cloud = np.column_stack([56 * bumps * np.cos(t), -112 + 40 * bumps * np.sin(t)])
    locks = strands(
        color, ((-46, -46), (-32, -74), (-12, -94)), ((46, -46), (32, -74), (12, -94)), ((0, -62), (0, -80), (0, -94))
    )
    band = ribbon(spline([(-34, -92), (0, -101), (34, -92)], closed=False), (3, 8, 3))
    return [Shape(at_depth(cloud, -14), sheen(color))], [
        cap(PULLED, color),
        *locks,
        Shape(on_skull(band, 5), (214, 96, 92)),
    ]


def _low_bun(color: Color, _: Look) -> Parts:
    knot = ellipse(44, 44, 27, 25, 32)
    swirl = ribbon(spline([(30, 40), (44, 28), (60, 38), (58, 54), (44, 54)], closed=False), (0.5, 3, 0.5))
    line = ((54, -2), (51, -28), (40, -44), (18, -56), (-14, -76), (-30, -58), (-46, -38), (-54, -2))
    locks = strands(
        color,
        ((-14, -80), (16, -74), (46, -42)),
        ((-14, -84), (26, -84), (54, -44)),
        ((-18, -80), (-42, -64), (-56, -26)),
    )
    return [Shape(at_depth(knot, -22), sheen(darker(color, 0.12))), Shape(at_depth(swirl, -21), darker(color, 0.35))], [
        cap(line, color),
        *locks,
    ]


def _space_buns(color: Color, _: Look) -> Parts:
    behind = []
    for side in (-1, 1):
        behind.append(Shape(at_depth(ellipse(side * 46, -98, 25, 24, 32), -10), sheen(darker(color, 0.05))))
        swirl = spline(
            [(side * 46 - 12, -98), (side * 46, -110), (side * 46 + 12, -100), (side * 46 + 4, -90)], closed=False
        )
        behind.append(Shape(at_depth(ribbon(swirl, (0.5, 3, 0.5)), -9), darker(color, 0.3)))
    part = ribbon(np.array([(0.0, -64.0), (0.0, -82.0), (0.0, -98.0)]), (2.2, 1.6, 1))
    locks = strands(
        color,
        ((-6, -70), (-28, -82), (-44, -84)),
        ((6, -70), (28, -82), (44, -84)),
        ((-46, -46), (-52, -62), (-48, -78)),
        ((46, -46), (52, -62), (48, -78)),
    )
    return behind, [cap(PULLED, color), Shape(on_skull(part, 5), darker(color, 0.35)), *locks]


def _pigtails(color: Color, _: Look) -> Parts:
    tail = spline([(-56, -34), (-84, -46), (-108, -22), (-112, 24), (-96, 62), (-88, 30), (-80, 4), (-64, -14)])
    behind = [Shape(at_depth(path, -12), sheen(darker(color, 0.05))) for path in (tail, mirror(tail))]
    flow = ribbon(spline([(-76, -30), (-96, -6), (-98, 34)], closed=False), (0.5, 3, 0.5))
    behind += [Shape(at_depth(path, -11), darker(color, 0.22)) for path in (flow, mirror(flow))]
    behind += [Shape(at_depth(ellipse(s * 63, -30, 9, 11, 18), -8), (214, 92, 110)) for s in (-1, 1)]
    line = ((55, -2), (53, -24), (42, -42), (22, -56), (0, -72), (-22, -56), (-42, -42), (-53, -24), (-55, -2))
    locks = strands(color, ((-4, -76), (-32, -66), (-54, -34)), ((4, -76), (32, -66), (54, -34)))
    return behind, [cap(line, color), *locks]


def _plait(color: Color, _: Look) -> Parts:
    line = ((54, 0), (52, -24), (42, -42), (18, -56), (-16, -78), (-32, -58), (-46, -38), (-54, 0))
    plait = rope(color, ((44, 40), (66, 66), (74, 104), (70, 142)), 14, 9, 14)
    tip = spline([(64, 150), (76, 150), (70, 170)])
    locks = strands(
        color,
        ((-16, -82), (16, -74), (48, -42)),
        ((-16, -84), (28, -82), (56, -44)),
        ((-20, -80), (-42, -64), (-56, -28)),
    )
    nape = mass(spline([(-54, -30), (-58, 16), (-30, 44), (50, 48), (64, 16), (56, -30)]), color)
    return [nape], [
        *plait,
        Shape(at_depth(ellipse(70, 148, 8, 5.5, 16), 15), (74, 140, 170)),
        Shape(at_depth(tip, 14), darker(color, 0.1)),
        cap(line, color),
        *locks,
    ]


def _locs(color: Color, look: Look) -> Parts:
    long = 112 if look.feminine else 84
    behind, before = [], []
    for x in (-54, -36, -18, 0, 18, 36, 54):
        behind += rope(darker(color, 0.22), ((x, 0), (x * 1.25, 50), (x * 1.32, long - 8)), 10, 9, -24)
    for side in (-1, 1):
        for x, drop in ((56, 0), (66, -10), (75, -22)):
            before += rope(
                lighter(color, 0.03),
                ((side * (x - 10), -50), (side * x, 0), (side * (x + 6), long + drop)),
                8.4,
                13,
                4 if x > 60 else 12,
            )
    top = [
        ribbon(spline([(0, -100), (x * 0.7, -88), (x, -58)], closed=False), (6, 9, 8))
        for x in (-46, -30, -12, 8, 28, 44)
    ]
    line = ((55, -4), (52, -28), (42, -46), (18, -58), (-14, -60), (-40, -48), (-52, -28), (-55, -4))
    seams = strands(color, *(((0, -98), (x * 0.7, -84), (x, -56)) for x in (-38, -21, -2, 18, 36)))
    return behind, [
        *before,
        cap(line, color),
        *(Shape(on_skull(path, 3), lighter(color, 0.05)) for path in top),
        *seams,
    ]


LONG: dict[str, Callable[[Color, Look], Parts]] = {
    "bob": _bob,
    "curly bob": _curly_bob,
    "shoulder": _shoulder,
    "long": _long,
    "long fringe": _long_fringe,
    "waves": _wavy,
    "curls": _curls,
    "ponytail": _ponytail,
    "pigtails": _pigtails,
    "braids": _braids,
    "plait": _plait,
    "bun": _bun,
    "low bun": _low_bun,
    "space buns": _space_buns,
    "puff": _puff,
    "locs": _locs,
}
