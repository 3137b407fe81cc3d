"""Hair: every style is what hangs behind the head and what lies before the forehead.

Each style is one small function that returns (behind, before). Contours outside the skull lie at depth 0,
a hairline lies on the skull: so a turn of the head shows more of one temple.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from talkshow.render.cartoon.canvas import Points, Shade, Shape, ellipse, mirror, ribbon, spline
from talkshow.render.cartoon.head import at_depth, on_skull
from talkshow.render.cartoon.look import Look
from talkshow.render.cartoon.palette import HAIR, SKIN, Color, darker, lighter, mix

Knots = Sequence[tuple[float, float]]
Parts = tuple[list[Shape], list[Shape]]

# outer contour of close-lying hair, from the left temple over the crown to the right
_CROWN: Knots = ((-59, 6), (-64, -24), (-61, -58), (-42, -88), (0, -100), (42, -88), (61, -58), (64, -24), (59, 6))


def hair(look: Look) -> Parts:
    """Shapes behind the body and head, and shapes over the forehead."""
    color = HAIR[look.hair_color]
    return _STYLES[look.hair](color, look)


def _cap(hairline: Knots, color: Color, crown: Knots = _CROWN) -> Shape:
    """Hair between the crown's contour and a hairline that runs from the right temple back to the left."""
    edge = spline([*crown, *hairline])
    return Shape(on_skull(edge, 2), _sheen(color))


def _sheen(color: Color) -> Shade:
    return Shade(lighter(color, 0.17), darker(color, 0.12), 0.12)


def _strands(color: Color, *lines: Knots, width: float = 2.6) -> list[Shape]:
    """A few lighter or darker locks: enough to say 'hair', not enough to be counted."""
    return [Shape(on_skull(ribbon(spline(line, closed=False), (0.5, width, 0.5)), 4),
                  darker(color, 0.24) if index % 2 else lighter(color, 0.22)) for index, line in enumerate(lines)]


def _behind(points: Points, color: Color, z: float = -26) -> Shape:
    return Shape(at_depth(points, z), Shade(darker(color, 0.16), darker(color, 0.32), 0.08))


def _bald(_: Color, look: Look) -> Parts:
    skin = SKIN[look.skin]
    shine = spline([(-32, -66), (-16, -76), (0, -77), (-10, -69), (-26, -58)])
    return [], [Shape(on_skull(shine, 1), lighter(skin, 0.4), 0.6)]


def _buzz(color: Color, look: Look) -> Parts:
    tone = mix(color, SKIN[look.skin], 0.22)
    crown = [(x * 0.955, y * 0.93 - 1) for x, y in _CROWN]
    line = ((53, -6), (51, -30), (40, -50), (20, -58), (0, -56), (-20, -58), (-40, -50), (-51, -30), (-53, -6))
    return [], [Shape(on_skull(spline([*crown, *line]), 1), Shade(tone, darker(tone, 0.1), 0.1))]


def _short(color: Color, _: Look) -> Parts:
    line = ((53, -2), (51, -28), (43, -45), (18, -57), (-10, -52), (-34, -42), (-50, -26), (-53, -2))
    locks = _strands(color, ((-38, -80), (-10, -86), (26, -70)), ((-46, -64), (-14, -72), (22, -60)))
    return [], [_cap(line, color), *locks]


def _parted(color: Color, look: Look) -> Parts:
    crown = ((-59, 4), (-65, -26), (-62, -60), (-46, -90), (-24, -96), (6, -106), (46, -92), (64, -58), (65, -24),
             (59, 6))
    line = ((53, 0), (52, -22), (44, -36), (24, -46), (-4, -58), (-22, -74), (-34, -56), (-50, -32), (-53, 0))
    locks = _strands(color, ((-22, -78), (8, -86), (44, -58)), ((-20, -74), (14, -72), (50, -36)),
                     ((-26, -78), (-44, -66), (-56, -34)))
    behind = [_behind(spline([(-62, -40), (-64, 10), (-52, 34), (0, 40), (52, 34), (64, 10), (62, -40)]), color)] \
        if look.feminine else []
    return behind, [_cap(line, color, crown), *locks]


def _quiff(color: Color, _: Look) -> Parts:
    crown = ((-57, 2), (-60, -26), (-58, -56), (-50, -84), (-40, -112), (-6, -124), (34, -116), (56, -88), (60, -56),
             (61, -24), (57, 2))
    line = ((52, -6), (50, -34), (42, -54), (20, -62), (-6, -60), (-28, -64), (-44, -52), (-51, -30), (-52, -6))
    locks = _strands(color, ((-34, -66), (-30, -98), (4, -114)), ((-10, -64), (0, -94), (34, -106)),
                     ((14, -64), (30, -84), (48, -86)), width=3.4)
    return [], [_cap(line, color, crown), *locks]


def _spiky(color: Color, _: Look) -> Parts:
    tips = [(-58, 2), (-62, -22), (-74, -52), (-60, -54), (-66, -92), (-46, -80), (-38, -118), (-20, -92), (-2, -126),
            (14, -94), (38, -116), (42, -84), (68, -88), (58, -54), (76, -46), (62, -20), (58, 2)]
    line = [(53, -4), (50, -32), (36, -40), (28, -58), (14, -42), (2, -58), (-14, -42), (-26, -58), (-38, -40),
            (-51, -30), (-53, -4)]
    sharp = np.asarray([*tips, *line], float)
    return [], [Shape(on_skull(sharp, 2), _sheen(color)),
                *_strands(color, ((-30, -64), (-32, -84), (-38, -104)), ((22, -64), (28, -84), (38, -104)))]


def _curls(color: Color, centres: Knots, radius: float) -> list[Shape]:
    """Round curls, lit from above left."""
    parts = [Shape(on_skull(ellipse(x, y, radius, radius, 22), 2), color) for x, y in centres]
    parts += [Shape(on_skull(ribbon(spline([(x - radius * .55, y + radius * .1), (x - radius * .2, y - radius * .5),
                                            (x + radius * .45, y - radius * .35)], closed=False), (0.5, 2.6, 0.5)), 4),
                    lighter(color, 0.2)) for x, y in centres]
    return parts


def _curly(color: Color, look: Look) -> Parts:
    a = np.radians(np.linspace(182, 358, 11))
    ring = [(float(58 * np.cos(t)), float(-24 + 62 * np.sin(t))) for t in a]
    inner = [(-44, -56), (-26, -70), (-4, -76), (18, -72), (38, -58), (-10, -92), (16, -92)]
    line = ((53, -6), (50, -32), (38, -46), (14, -54), (-14, -54), (-38, -46), (-50, -32), (-53, -6))
    behind = []
    if look.feminine:
        drop = [(-66, 0), (-72, 22), (-66, 46), (66, 46), (72, 22), (66, 0), (-54, 62), (54, 62)]
        behind = [_behind(ellipse(x, y, 21, 21, 20), color) for x, y in drop]
        behind.append(_behind(spline([(-58, -30), (-66, 40), (0, 66), (66, 40), (58, -30)]), color))
    return behind, [_cap(line, color), *_curls(darker(color, 0.03), [*ring, *inner], 16.5)]


def _afro(color: Color, look: Look) -> Parts:
    t = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    wide = 92.0 if look.feminine else 80.0
    bumps = 1 + 0.022 * np.sin(t * 17) + 0.012 * np.sin(t * 29 + 1)
    cloud = np.column_stack([wide * bumps * np.cos(t), -34 + (wide - 4) * bumps * np.sin(t)])
    line = ((55, -2), (51, -30), (40, -47), (16, -56), (-16, -56), (-40, -47), (-51, -30), (-55, -2))
    crown = [(x * 1.12, y * 1.1) for x, y in _CROWN]
    return [Shape(at_depth(cloud, -14), _sheen(color))], [Shape(on_skull(spline([*crown, *line]), 2), Shade(
        mix(lighter(color, 0.17), darker(color, 0.12), 0.28), mix(lighter(color, 0.17), darker(color, 0.12), 0.68),
        0.10))]


_FRINGE: Knots = ((55, 2), (54, -22), (46, -31), (30, -35), (10, -37), (-10, -37), (-30, -35), (-46, -31), (-54, -22),
                  (-55, 2))


def _bob(color: Color, _: Look) -> Parts:
    back = spline([(-56, -60), (-63, -22), (-72, 30), (-70, 62), (-46, 66), (46, 66), (70, 62), (72, 30), (63, -22),
                   (56, -60)])
    side = spline([(-58, -40), (-69, -8), (-73, 34), (-68, 58), (-54, 58), (-50, 34), (-51, 4), (-48, -28)])
    locks = _strands(color, ((-30, -82), (-34, -60), (-32, -40)), ((4, -88), (2, -66), (4, -42)),
                     ((30, -82), (36, -60), (36, -40)))
    before = [Shape(on_skull(path, 3), _sheen(color)) for path in (side, mirror(side))]
    return [_behind(back, color)], [*before, _cap(_FRINGE, color), *locks]


def _fringe(color: Color, look: Look) -> Parts:
    locks = _strands(color, ((-28, -82), (-32, -62), (-28, -40)), ((0, -88), (-2, -66), (4, -42)),
                     ((28, -82), (34, -62), (34, -40)))
    crown = [(x * 1.04, y * 1.03 + (6 if abs(x) > 50 else 0)) for x, y in _CROWN]
    behind = [_behind(spline([(-60, -40), (-64, 8), (-56, 30), (56, 30), (64, 8), (60, -40)]), color)]
    return (behind if look.feminine else []), [_cap(_FRINGE, color, crown), *locks]


_CURTAIN: Knots = ((55, 4), (55, -18), (44, -38), (22, -58), (2, -78), (-20, -58), (-43, -38), (-55, -18), (-55, 4))


def _long(color: Color, _: Look) -> Parts:
    back = spline([(-56, -60), (-64, -20), (-72, 40), (-82, 128), (-60, 150), (60, 150), (82, 128), (72, 40), (64, -20),
                   (56, -60)])
    side = spline([(-50, -62), (-66, -20), (-73, 40), (-77, 100), (-71, 134), (-58, 140), (-52, 104), (-55, 50),
                   (-52, 8), (-48, -22)])
    locks = _strands(color, ((-2, -80), (-30, -62), (-55, -20)), ((4, -80), (32, -62), (56, -20)))
    flow = [((-62, -10), (-66, 50), (-66, 120)), ((62, -10), (66, 50), (66, 120))]
    before = [Shape(at_depth(path, 16), _sheen(color)) for path in (side, mirror(side))]
    before += [Shape(at_depth(ribbon(spline(line, closed=False), (0.5, 3, 0.5)), 17), darker(color, 0.2))
               for line in flow]
    return [_behind(back, color)], [*before, _cap(_CURTAIN, color), *locks]


def _wavy(color: Color, _: Look) -> Parts:
    back = spline([(-56, -60), (-66, -24), (-66, 12), (-86, 46), (-76, 76), (-84, 104), (-60, 112), (60, 112),
                   (84, 104), (76, 76), (86, 46), (66, 12), (66, -24), (56, -60)])
    side = spline([(-48, -66), (-70, -26), (-64, 2), (-80, 34), (-70, 60), (-77, 90), (-62, 96), (-56, 64), (-62, 36),
                   (-51, 6), (-49, -24)])
    locks = _strands(color, ((-14, -82), (-38, -66), (-54, -24)), ((-6, -82), (26, -66), (56, -22)),
                     ((-10, -88), (30, -82), (52, -54)))
    line = ((55, 4), (55, -16), (46, -36), (20, -52), (-12, -78), (-32, -56), (-48, -36), (-55, -18), (-55, 4))
    before = [Shape(at_depth(path, 16), _sheen(color)) for path in (side, mirror(side))]
    return [_behind(back, color)], [*before, _cap(line, color), *locks]


_PULLED: Knots = ((54, -4), (50, -34), (38, -54), (16, -63), (-16, -63), (-38, -54), (-50, -34), (-54, -4))


def _ponytail(color: Color, _: Look) -> Parts:
    tail = spline([(24, -84), (58, -98), (90, -72), (98, -16), (88, 44), (72, 76), (70, 30), (66, -20), (48, -54)])
    locks = _strands(color, ((-44, -54), (-24, -80), (18, -94)), ((-16, -64), (4, -80), (30, -90)),
                     ((30, -60), (40, -74), (44, -84)))
    band = Shape(at_depth(ellipse(50, -82, 9, 9, 16), -12), darker(color, 0.5))
    return [_behind(tail, color), band], [_cap(_PULLED, color), *locks]


def _bun(color: Color, _: Look) -> Parts:
    knot = ellipse(0, -112, 30, 27, 36)
    swirl = ribbon(spline([(-16, -114), (-4, -126), (14, -120), (15, -106), (2, -104)], closed=False), (0.5, 3, 0.5))
    locks = _strands(color, ((-46, -50), (-28, -78), (-8, -94)), ((46, -50), (28, -78), (8, -94)),
                     ((0, -64), (0, -80), (0, -94)))
    return [Shape(at_depth(knot, -18), _sheen(darker(color, 0.08))), Shape(at_depth(swirl, -17), darker(color, 0.3))], \
        [_cap(_PULLED, color), *locks]


def _braids(color: Color, _: Look) -> Parts:
    line = ((55, 0), (54, -24), (42, -44), (20, -58), (0, -74), (-20, -58), (-42, -44), (-54, -24), (-55, 0))
    before = []
    for side in (-1.0, 1.0):
        for step in range(7):
            y, x = 18 + step * 18.0, side * (63 + 2.4 * step)
            lean = 3.0 * side * (-1) ** step
            before.append(Shape(at_depth(ellipse(x + lean * 0.6, y, 12.5 - 0.7 * step, 12, 20), 10),
                                color if step % 2 else lighter(color, 0.1)))
        before.append(Shape(at_depth(ellipse(side * 79, 138, 7, 5, 16), 11), (222, 96, 92)))
        tip = spline([(side * 79 - 6, 140), (side * 79 + 6, 140), (side * 81, 160)])
        before.append(Shape(at_depth(tip, 10), darker(color, 0.1)))
    part = Shape(on_skull(ribbon(np.array([(0.0, -74.0), (0.0, -86.0), (0.0, -97.0)]), (2.2, 1.6, 1)), 5),
                 darker(color, 0.35))
    locks = _strands(color, ((-4, -78), (-32, -66), (-54, -26)), ((4, -78), (32, -66), (54, -26)))
    return [], [*before, _cap(line, color), part, *locks]


def _mohawk(color: Color, look: Look) -> Parts:
    _, shaved = _buzz(darker(color, 0.2), look)
    crest = np.asarray([(-15, -58), (-20, -92), (-26, -112), (-14, -110), (-14, -134), (0, -122), (12, -136),
                        (14, -112), (26, -114), (20, -92), (15, -58), (0, -50)], float)
    return [], [*shaved, Shape(on_skull(crest, 4), _sheen(color)),
                *_strands(color, ((-4, -60), (-6, -90), (-10, -116)), ((6, -60), (6, -90), (10, -118)))]


def _receding(color: Color, look: Look) -> Parts:
    _, shine = _bald(color, look)
    side = spline([(-53, 4), (-63, -2), (-67, -26), (-60, -50), (-49, -56), (-46, -44), (-51, -22)])
    return [], [*shine, *(Shape(on_skull(path, 2), _sheen(color)) for path in (side, mirror(side)))]


_STYLES: dict[str, Callable[[Color, Look], Parts]] = {
    "bald": _bald, "buzz": _buzz, "short": _short, "parted": _parted, "quiff": _quiff, "spiky": _spiky,
    "curly": _curly, "afro": _afro, "bob": _bob, "fringe": _fringe, "long": _long, "wavy": _wavy,
    "ponytail": _ponytail, "bun": _bun, "braids": _braids, "mohawk": _mohawk, "receding": _receding}
