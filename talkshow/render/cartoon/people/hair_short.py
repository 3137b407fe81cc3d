"""Hair that ends above the shoulders, and bald heads."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from talkshow.render.cartoon.canvas import Shade, Shape
from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.palette import Color, darker, lighter, mix
from talkshow.render.cartoon.paths import Points, ellipse, mirror, ribbon, spline
from talkshow.render.cartoon.people.features import skin_color
from talkshow.render.cartoon.people.head import at_depth, on_skull
from talkshow.render.cartoon.people.strands import CROWN, FRINGE, PULLED, Parts, cap, curls, mass, rope, sheen, strands


def _bald(_: Color, look: Look) -> Parts:
    skin = skin_color(look)
    shine = spline([(-32, -66), (-16, -76), (0, -77), (-10, -69), (-26, -58)])
    return [], [Shape(on_skull(shine, 1), lighter(skin, 0.4), 0.6)]


def _buzz(color: Color, look: Look) -> Parts:
    tone = mix(color, skin_color(look), 0.22)
    crown = [(x * 0.955, y * 0.93 - 1) for x, y in CROWN]
    line = ((53, -6), (51, -30), (40, -50), (20, -58), (0, -56), (-20, -58), (-40, -50), (-51, -30), (-53, -6))
    return [], [Shape(on_skull(spline([*crown, *line]), 1), Shade(tone, darker(tone, 0.1), 0.1))]


def _short(color: Color, _: Look) -> Parts:
    line = ((53, -2), (51, -28), (43, -45), (18, -57), (-10, -52), (-34, -42), (-50, -26), (-53, -2))
    locks = strands(color, ((-38, -80), (-10, -86), (26, -70)), ((-46, -64), (-14, -72), (22, -60)))
    return [], [cap(line, color), *locks]


def _parted(color: Color, look: Look) -> Parts:
    crown = (
        (-59, 4),
        (-65, -26),
        (-62, -60),
        (-46, -90),
        (-24, -96),
        (6, -106),
        (46, -92),
        (64, -58),
        (65, -24),
        (59, 6),
    )
    line = ((53, 0), (52, -22), (44, -36), (24, -46), (-4, -58), (-22, -74), (-34, -56), (-50, -32), (-53, 0))
    locks = strands(
        color,
        ((-22, -78), (8, -86), (44, -58)),
        ((-20, -74), (14, -72), (50, -36)),
        ((-26, -78), (-44, -66), (-56, -34)),
    )
    behind = (
        [mass(spline([(-62, -40), (-64, 10), (-52, 34), (0, 40), (52, 34), (64, 10), (62, -40)]), color)]
        if look.feminine
        else []
    )
    return behind, [cap(line, color, crown), *locks]


def _quiff(color: Color, _: Look) -> Parts:
    crown = (
        (-57, 2),
        (-60, -26),
        (-58, -56),
        (-50, -84),
        (-40, -112),
        (-6, -124),
        (34, -116),
        (56, -88),
        (60, -56),
        (61, -24),
        (57, 2),
    )
    line = ((52, -6), (50, -34), (42, -54), (20, -62), (-6, -60), (-28, -64), (-44, -52), (-51, -30), (-52, -6))
    locks = strands(
        color,
        ((-34, -66), (-30, -98), (4, -114)),
        ((-10, -64), (0, -94), (34, -106)),
        ((14, -64), (30, -84), (48, -86)),
        width=3.4,
    )
    return [], [cap(line, color, crown), *locks]


def _spiky(color: Color, _: Look) -> Parts:
    tips = [
        (-58, 2),
        (-62, -22),
        (-74, -52),
        (-60, -54),
        (-66, -92),
        (-46, -80),
        (-38, -118),
        (-20, -92),
        (-2, -126),
        (14, -94),
        (38, -116),
        (42, -84),
        (68, -88),
        (58, -54),
        (76, -46),
        (62, -20),
        (58, 2),
    ]
    line = [
        (53, -4),
        (50, -32),
        (36, -40),
        (28, -58),
        (14, -42),
        (2, -58),
        (-14, -42),
        (-26, -58),
        (-38, -40),
        (-51, -30),
        (-53, -4),
    ]
    sharp = np.asarray([*tips, *line], float)
    return [], [
        Shape(on_skull(sharp, 2), sheen(color)),
        *strands(color, ((-30, -64), (-32, -84), (-38, -104)), ((22, -64), (28, -84), (38, -104))),
    ]


def _curly(color: Color, look: Look) -> Parts:
    a = np.radians(np.linspace(182, 358, 11))
    ring = [(float(58 * np.cos(t)), float(-24 + 62 * np.sin(t))) for t in a]
    inner = [(-44, -56), (-26, -70), (-4, -76), (18, -72), (38, -58), (-10, -92), (16, -92)]
    line = ((53, -6), (50, -32), (38, -46), (14, -54), (-14, -54), (-38, -46), (-50, -32), (-53, -6))
    behind = []
    if look.feminine:
        drop = [(-66, 0), (-72, 22), (-66, 46), (66, 46), (72, 22), (66, 0), (-54, 62), (54, 62)]
        behind = [mass(ellipse(x, y, 21, 21, 20), color) for x, y in drop]
        behind.append(mass(spline([(-58, -30), (-66, 40), (0, 66), (66, 40), (58, -30)]), color))
    return behind, [cap(line, color), *curls(darker(color, 0.03), [*ring, *inner], 16.5)]


def _afro(color: Color, look: Look) -> Parts:
    t = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    wide = 92.0 if look.feminine else 80.0
    bumps = 1 + 0.022 * np.sin(t * 17) + 0.012 * np.sin(t * 29 + 1)
    cloud = np.column_stack([wide * bumps * np.cos(t), -34 + (wide - 4) * bumps * np.sin(t)])
    line = ((55, -2), (51, -30), (40, -47), (16, -56), (-16, -56), (-40, -47), (-51, -30), (-55, -2))
    crown = [(x * 1.12, y * 1.1) for x, y in CROWN]
    return [Shape(at_depth(cloud, -14), sheen(color))], [
        Shape(
            on_skull(spline([*crown, *line]), 2),
            Shade(
                mix(lighter(color, 0.17), darker(color, 0.12), 0.28),
                mix(lighter(color, 0.17), darker(color, 0.12), 0.68),
                0.10,
            ),
        )
    ]


def _fringe(color: Color, look: Look) -> Parts:
    locks = strands(
        color, ((-28, -82), (-32, -62), (-28, -40)), ((0, -88), (-2, -66), (4, -42)), ((28, -82), (34, -62), (34, -40))
    )
    crown = [(x * 1.04, y * 1.03 + (6 if abs(x) > 50 else 0)) for x, y in CROWN]
    behind = [mass(spline([(-60, -40), (-64, 8), (-56, 30), (56, 30), (64, 8), (60, -40)]), color)]
    return (behind if look.feminine else []), [cap(FRINGE, color, crown), *locks]


def _mohawk(color: Color, look: Look) -> Parts:
    _, shaved = _buzz(darker(color, 0.2), look)
    crest = np.asarray(
        [
            (-15, -58),
            (-20, -88),
            (-34, -108),
            (-22, -110),
            (-30, -136),
            (-12, -124),
            (-2, -150),
            (8, -126),
            (28, -138),
            (22, -112),
            (34, -110),
            (20, -88),
            (15, -58),
            (0, -50),
        ],
        float,
    )
    return [], [
        *shaved,
        Shape(on_skull(crest, 4), sheen(color)),
        *strands(color, ((-4, -60), (-6, -90), (-10, -116)), ((6, -60), (6, -90), (10, -118))),
    ]


def _receding(color: Color, look: Look) -> Parts:
    _, shine = _bald(color, look)
    side = spline([(-53, 4), (-63, -2), (-67, -26), (-60, -50), (-49, -56), (-46, -44), (-51, -22)])
    return [], [*shine, *(Shape(on_skull(path, 2), sheen(color)) for path in (side, mirror(side)))]


def _messy(color: Color, look: Look) -> Parts:
    tips = (
        (-58, 4),
        (-66, -10),
        (-62, -26),
        (-74, -40),
        (-62, -54),
        (-68, -78),
        (-48, -80),
        (-44, -104),
        (-24, -96),
        (-10, -116),
        (6, -98),
        (28, -112),
        (34, -92),
        (56, -94),
        (54, -72),
        (72, -62),
        (62, -40),
        (70, -22),
        (62, -8),
        (58, 4),
    )
    line = (
        (53, -4),
        (51, -26),
        (42, -36),
        (32, -54),
        (22, -38),
        (6, -54),
        (-8, -36),
        (-22, -54),
        (-34, -36),
        (-46, -40),
        (-52, -22),
        (-53, -4),
    )
    locks = strands(
        color,
        ((-34, -60), (-30, -82), (-14, -92)),
        ((-6, -58), (6, -78), (26, -84)),
        ((30, -56), (40, -70), (50, -70)),
        ((-50, -34), (-54, -54), (-46, -68)),
        width=3.2,
    )
    behind = (
        [mass(spline([(-62, -40), (-66, 8), (-54, 28), (54, 28), (66, 8), (62, -40)]), color)] if look.feminine else []
    )
    return behind, [cap(line, color, tips), *locks]


def _slick(color: Color, _: Look) -> Parts:
    crown = ((-55, 4), (-59, -26), (-57, -58), (-42, -88), (0, -101), (42, -88), (57, -58), (59, -26), (55, 4))
    line = (
        (52, -4),
        (50, -32),
        (44, -52),
        (34, -66),
        (18, -62),
        (0, -68),
        (-18, -62),
        (-34, -66),
        (-44, -52),
        (-50, -32),
        (-52, -4),
    )
    locks = strands(
        color,
        ((-26, -66), (-24, -80), (-16, -92)),
        ((-10, -68), (-8, -82), (-4, -95)),
        ((8, -68), (8, -82), (8, -95)),
        ((26, -66), (26, -80), (20, -92)),
        ((-48, -40), (-50, -58), (-42, -76)),
        ((48, -40), (50, -58), (42, -76)),
    )
    return [], [cap(line, color, crown), *locks]


def _full(color: Color, look: Look) -> Parts:
    crown = (
        (-58, 8),
        (-68, -20),
        (-70, -56),
        (-54, -98),
        (-20, -114),
        (16, -118),
        (52, -102),
        (70, -64),
        (69, -22),
        (58, 8),
    )
    line = ((53, 0), (52, -24), (46, -38), (28, -44), (2, -60), (-20, -62), (-40, -48), (-51, -28), (-53, 0))
    locks = strands(
        color,
        ((-30, -64), (-18, -92), (16, -104)),
        ((-14, -64), (8, -86), (40, -92)),
        ((6, -62), (30, -74), (56, -66)),
        ((-40, -52), (-54, -66), (-54, -84)),
        width=3.4,
    )
    behind = (
        [mass(spline([(-66, -40), (-72, 14), (-58, 42), (58, 42), (72, 14), (66, -40)]), color)]
        if look.feminine
        else []
    )
    return behind, [cap(line, color, crown), *locks]


def _flat_top(color: Color, look: Look) -> Parts:
    _, shaved = _buzz(color, look)
    block = spline(
        [
            (-53, -48),
            (-56, -72),
            (-58, -112),
            (-58, -112),
            (-30, -117),
            (30, -117),
            (58, -112),
            (58, -112),
            (56, -72),
            (53, -48),
            (38, -56),
            (18, -61),
            (-18, -61),
            (-38, -56),
        ]
    )
    return [], [*shaved, Shape(on_skull(block, 3), sheen(color))]


def _bowl_cut(color: Color, _: Look) -> Parts:
    crown = ((-60, 8), (-67, -10), (-66, -54), (-46, -92), (0, -104), (46, -92), (66, -54), (67, -10), (60, 8))
    line = ((56, 6), (54, -20), (52, -29), (30, -32), (0, -33), (-30, -32), (-52, -29), (-54, -20), (-56, 6))
    locks = strands(
        color,
        ((0, -98), (-22, -72), (-26, -38)),
        ((0, -98), (0, -70), (0, -40)),
        ((0, -98), (22, -72), (26, -38)),
        ((-4, -98), (-46, -70), (-56, -28)),
        ((4, -98), (46, -70), (56, -28)),
    )
    return [], [cap(line, color, crown), *locks]


def _pixie(color: Color, _: Look) -> Parts:
    crown = (
        (-56, 16),
        (-62, -6),
        (-63, -44),
        (-48, -88),
        (-10, -106),
        (36, -96),
        (62, -62),
        (64, -22),
        (60, 4),
        (55, 20),
    )
    line = (
        (52, 6),
        (52, -16),
        (44, -28),
        (22, -30),
        (-2, -40),
        (-26, -58),
        (-40, -50),
        (-50, -28),
        (-51, -2),
        (-50, 14),
    )
    locks = strands(
        color,
        ((-26, -74), (6, -80), (40, -44)),
        ((-22, -68), (2, -66), (26, -40)),
        ((-30, -76), (-46, -58), (-54, -22)),
        ((-8, -92), (30, -86), (52, -54)),
        width=3.0,
    )
    return [mass(spline([(-56, -30), (-60, 20), (-38, 40), (38, 40), (60, 20), (56, -30)]), color)], [
        cap(line, color, crown),
        *locks,
    ]


def _undercut(color: Color, look: Look) -> Parts:
    _, shaved = _buzz(mix(color, skin_color(look), 0.25), look)
    top = spline(
        [
            (-46, -50),
            (-52, -74),
            (-40, -100),
            (-4, -112),
            (40, -108),
            (66, -84),
            (64, -58),
            (54, -44),
            (38, -54),
            (12, -62),
            (-20, -60),
        ]
    )
    locks = strands(
        color,
        ((-38, -60), (-20, -86), (26, -96)),
        ((-20, -62), (4, -80), (46, -82)),
        ((6, -62), (32, -72), (56, -62)),
        width=3.4,
    )
    return [], [*shaved, Shape(on_skull(top, 4), sheen(color)), *locks]


def _cornrows(color: Color, look: Look) -> Parts:
    _, shaved = _buzz(mix(color, skin_color(look), 0.30), look)
    rows = [
        ribbon(
            spline(
                [
                    (x * 0.92, -56 - 0.1 * (40 - abs(x))),
                    (x * 0.96, -76 + 0.012 * x * x),
                    (x * 0.80, -94 + 0.016 * x * x),
                ],
                closed=False,
            ),
            (3.4, 7.2, 4.4),
        )
        for x in (-45, -27, -9, 9, 27, 45)
    ]
    behind = []
    if look.feminine:
        for x in (-52.0, -34.0, 34.0, 52.0):
            behind += rope(darker(color, 0.1), ((x, 20), (x * 1.12, 60), (x * 1.2, 108)), 8.0, 9, -22)
    return behind, [
        *shaved,
        *(Shape(on_skull(row, 3), lighter(color, 0.06)) for row in rows),
        *(Shape(on_skull(row * (1, 1), 3.5), darker(color, 0.25)) for row in (_seam(x) for x in (-36, -18, 0, 18, 36))),
    ]


def _seam(x: float) -> Points:
    return ribbon(
        spline(
            [(x * 0.92, -58 - 0.1 * (40 - abs(x))), (x * 0.9, -78 + 0.012 * x * x), (x * 0.8, -95 + 0.016 * x * x)],
            closed=False,
        ),
        (0.8, 1.8, 0.8),
    )


def _topknot(color: Color, look: Look) -> Parts:
    _, shaved = _buzz(mix(color, skin_color(look), 0.25), look)
    knot, band = ellipse(0, -116, 21, 19, 32), ellipse(0, -101, 12, 5, 20)
    top = spline(
        [(-44, -52), (-48, -72), (-30, -95), (0, -102), (30, -95), (48, -72), (44, -52), (20, -61), (-20, -61)]
    )
    locks = strands(
        color, ((-34, -58), (-24, -80), (-8, -98)), ((34, -58), (24, -80), (8, -98)), ((0, -62), (0, -80), (0, -98))
    )
    sides = cap(PULLED, color) if look.feminine else None
    return [Shape(at_depth(knot, -8), sheen(darker(color, 0.06)))], [
        *([sides] if sides else shaved),
        Shape(on_skull(top, 4), sheen(color)),
        *locks,
        Shape(at_depth(band, 4), darker(color, 0.5)),
    ]


def _mullet(color: Color, look: Look) -> Parts:
    _, before = _messy(color, look)
    back = spline(
        [
            (-58, -30),
            (-68, 20),
            (-74, 70),
            (-62, 108),
            (-46, 100),
            (-30, 112),
            (30, 112),
            (46, 100),
            (62, 108),
            (74, 70),
            (68, 20),
            (58, -30),
        ]
    )
    return [mass(back, color)], before


SHORT: dict[str, Callable[[Color, Look], Parts]] = {
    "bald": _bald,
    "buzz": _buzz,
    "short": _short,
    "messy": _messy,
    "parted": _parted,
    "slick": _slick,
    "full": _full,
    "quiff": _quiff,
    "spiky": _spiky,
    "curly": _curly,
    "afro": _afro,
    "flat top": _flat_top,
    "mohawk": _mohawk,
    "receding": _receding,
    "bowl cut": _bowl_cut,
    "fringe": _fringe,
    "pixie": _pixie,
    "undercut": _undercut,
    "cornrows": _cornrows,
    "topknot": _topknot,
    "mullet": _mullet,
}
