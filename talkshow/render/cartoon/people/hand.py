"""A hand: palm, four fingers and a thumb as capsules."""

from __future__ import annotations

import numpy as np

from talkshow.render.cartoon.palette import Color, darker, lighter
from talkshow.render.cartoon.paths import Points
from talkshow.render.cartoon.people.posture import HandShape

_FINGERS = ((-12.5, -30.0, 21.0), (-4.3, -9.0, 25.0), (4.3, 9.0, 25.5), (12.0, 26.0, 21.5))  # across, spread, length

Rows = list[tuple[float, ...]]


def hand_rows(wrist: Points, direction: Points, side: int, shape: HandShape, scale: float) -> Rows:
    """Capsules of a hand in pixels, as many for every shape.

    wrist: (2,) pixels; direction: (2,) unit vector of the fingers; side: -1 the hand at picture left, 1 at right.
    """
    slant = shape.slant
    across = np.array([-direction[1], direction[0]]) * side  # towards the little finger
    rows: Rows = []

    def at(along: float, aside: float) -> Points:
        return wrist + (direction * along + across * aside * slant) * scale

    def digit(base: Points, tip: Points, r0: float, r1: float) -> None:
        for rim in (1.1, 0.0):
            rows.append((*base, *tip, (r0 + rim) * scale, (r1 + rim) * scale))

    palm, knuckles = at(8, 0), at(23, 0)
    rows.append((*palm, *knuckles, (12.6 * slant + 2.3) * scale, (15.6 * slant + 1.3) * scale))
    turn = np.radians(shape.thumb)
    root = at(12, -11)
    digit(root, root + (direction * np.cos(turn) + across * np.sin(turn)) * 23 * shape.thumb_length * scale, 5.8, 4.6)
    for number, ((aside, angle, length), reach) in enumerate(zip(_FINGERS, shape.fingers, strict=True)):
        turn = np.radians(angle * shape.spread + (shape.index if number == 0 else 0.0))
        base = at(24, aside)
        digit(
            base,
            base + (direction * np.cos(turn) + across * np.sin(turn) * slant) * length * reach * scale,
            3.7 + 1.1 * slant,
            4.2,
        )
    rows.append((*palm, *knuckles, (12.6 * slant + 1.0) * scale, 15.4 * slant * scale))
    rows.append((*at(16, -3), *at(17, 1), 7 * slant * scale, 7.5 * slant * scale))
    return rows


def hand_colors(skin: Color) -> list[Color]:
    """Colours of `hand_rows`."""
    rim = darker(skin, 0.27)
    return [rim, *[rim, skin] * (1 + len(_FINGERS)), skin, lighter(skin, 0.05)]
