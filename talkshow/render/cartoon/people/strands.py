"""The elements of hair: a cap on the skull, locks on it, a mass behind it, curls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from talkshow.render.cartoon.canvas import Shade, Shape
from talkshow.render.cartoon.palette import Color, darker, lighter
from talkshow.render.cartoon.paths import Points, ellipse, ribbon, spline
from talkshow.render.cartoon.people.head import at_depth, on_skull

Knots = Sequence[tuple[float, float]]
Parts = tuple[list[Shape], list[Shape]]

# outer contour of close-lying hair, from the left temple over the crown to the right
CROWN: Knots = ((-59, 6), (-64, -24), (-61, -58), (-42, -88), (0, -100), (42, -88), (61, -58), (64, -24), (59, 6))
FRINGE: Knots = (
    (55, 2),
    (54, -22),
    (46, -31),
    (30, -35),
    (10, -37),
    (-10, -37),
    (-30, -35),
    (-46, -31),
    (-54, -22),
    (-55, 2),
)
PULLED: Knots = ((54, -4), (50, -34), (38, -54), (16, -63), (-16, -63), (-38, -54), (-50, -34), (-54, -4))
CURTAIN: Knots = ((55, 4), (55, -18), (44, -38), (22, -58), (2, -78), (-20, -58), (-43, -38), (-55, -18), (-55, 4))


def cap(hairline: Knots, color: Color, crown: Knots = CROWN) -> Shape:
    """Hair between the crown's contour and a hairline that runs from the right temple back to the left."""
    edge = spline([*crown, *hairline])
    return Shape(on_skull(edge, 2), sheen(color))


def sheen(color: Color) -> Shade:
    """How hair takes the light."""
    return Shade(lighter(color, 0.17), darker(color, 0.12), 0.12)


def strands(color: Color, *lines: Knots, width: float = 2.6) -> list[Shape]:
    """A few lighter or darker locks: enough to say 'hair', not enough to be counted."""
    return [
        Shape(
            on_skull(ribbon(spline(line, closed=False), (0.5, width, 0.5)), 4),
            darker(color, 0.24) if index % 2 else lighter(color, 0.22),
        )
        for index, line in enumerate(lines)
    ]


def mass(points: Points, color: Color, z: float = -26) -> Shape:
    """Hair behind the head, in its own shadow."""
    return Shape(at_depth(points, z), Shade(darker(color, 0.16), darker(color, 0.32), 0.08))


def curls(color: Color, centres: Knots, radius: float, z: float | None = None) -> list[Shape]:
    """Round curls, lit from above left; on the skull, or on a plane at depth `z`."""

    def lay(points: Points, lift: float) -> Points:
        return on_skull(points, lift) if z is None else at_depth(points, z + lift)

    parts = [Shape(lay(ellipse(x, y, radius, radius, 22), 2), color) for x, y in centres]
    parts += [
        Shape(
            lay(
                ribbon(
                    spline(
                        [
                            (x - radius * 0.55, y + radius * 0.1),
                            (x - radius * 0.2, y - radius * 0.5),
                            (x + radius * 0.45, y - radius * 0.35),
                        ],
                        closed=False,
                    ),
                    (0.5, 2.6, 0.5),
                ),
                4,
            ),
            lighter(color, 0.2),
        )
        for x, y in centres
    ]
    return parts


def rope(color: Color, line: Knots, width: float, num: int, z: float) -> list[Shape]:
    """A plait along a line: knots of hair, one over the other."""
    path = spline(line, closed=False)
    along = np.linspace(0, len(path) - 1, num)
    x, y = (np.interp(along, np.arange(len(path)), path[:, axis]) for axis in (0, 1))
    parts = []
    for step in range(num):
        radius = width * (1 - 0.35 * step / num)
        lean = 0.18 * radius * (-1) ** step
        parts.append(
            Shape(
                at_depth(ellipse(float(x[step]) + lean, float(y[step]), radius, radius * 0.95, 20), z),
                color if step % 2 else lighter(color, 0.1),
            )
        )
    return parts
