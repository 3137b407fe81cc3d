"""Arms, which rest on a table or in the lap. A gesture raises a hand and opens its fingers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from talkshow.render.cartoon.canvas import Pixels, View, blend, fill_all, fixed_point
from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.palette import Color, darker, lighter
from talkshow.render.cartoon.paths import Points, capsules
from talkshow.render.cartoon.people.body import UPPER_ARM, build
from talkshow.render.cartoon.people.clothes import Sleeve, sleeve
from talkshow.render.cartoon.people.features import skin_color
from talkshow.render.cartoon.people.hand import Rows, hand_colors, hand_rows
from talkshow.render.cartoon.people.posture import Posture, posture
from talkshow.render.cartoon.sprite import Sprite

_SHADOW: Color = (30, 16, 20)
_STEPS = 48  # poses between rest and raised
_STILL = 0.0005  # raised by less, a hand has not moved by a tenth of a pixel


class Arm:
    """One arm over table and body.

    seat: view of what stands still (the elbow rests on the table). side: -1 picture left, 1 picture right.
    at_table: else hands rest in the lap. room: units to the middle of the gap to a neighbour, where elbows end.

    Forearm and hand depend on the gesture alone: their capsules are worked out once for each pose of a row, when a
    gesture first comes there, and taken from between two of them. At rest they are a picture.
    """

    def __init__(self, look: Look, seat: View, side: int, at_table: bool, room: float) -> None:
        frame, worn = build(look), sleeve(look)
        held = posture(at_table, look, side, frame, room)
        self._side, self._joint, self._shadow = side, frame.shoulder, held.shadow
        self._scale = float(np.hypot(*seat.matrix[:, 0]))
        skin = skin_color(look)
        steps = np.linspace(0, 1, _STEPS + 1)
        self._pose: Callable[[int], tuple[Points, Points]] = cache(
            lambda step: _lower_arm(held, worn, frame.limbs, seat, side, float(steps[step]))
        )
        self._lower_colors = [
            *_Limb(1.0, 1, 1, skin if worn.length < 1 else worn.color).colors,
            *([worn.stripes] * 2 if worn.stripes and worn.length == 1 else []),
            *([darker(worn.color, 0.2)] if worn.length == 1 else []),
            *hand_colors(skin),
            *([skin] if worn.length < 1 else []),
        ]
        # all limbs of the upper arm: where each begins and ends between shoulder and elbow, moves, and radii
        thick = frame.arm
        limbs = [_Limb(1.0, UPPER_ARM * thick, 21.5 * thick, skin if worn.length < 1 else worn.color)]
        if 0 < worn.length < 1:
            limbs.append(_Limb(worn.length, 26.5 * thick, 25.5 * thick, worn.color))
        self._reach = np.repeat([limb.reach for limb in limbs], 4)[:, None]
        self._upper = np.concatenate([limb.rows(side, self._scale) for limb in limbs])
        self._upper_colors = [color for limb in limbs for color in limb.colors]
        self._bands = np.array([0.16, 0.34] if worn.length < 1 else [0.2, 0.45, 0.7]) if worn.stripes else np.zeros(0)
        self._band_reach = (23.6 * thick * self._scale, 4.2 * self._scale)
        self._stripes = worn.stripes
        rest, _ = self._pose(0)
        self._resting = Sprite(
            capsules(rest).reshape(-1, 2),
            lambda pixels, corner: self._paint_lower(pixels, rest - (*corner, *corner, 0, 0), 0.0),
        )

    def draw(self, pixels: Pixels, body: View, gesture: float) -> None:
        """body: view of the moving shoulders. gesture: 0 rest .. 1 raised."""
        raised = min(max(gesture, 0.0), 1.0)
        raised = raised * raised * (3 - 2 * raised)
        low = min(int(raised * _STEPS), _STEPS - 1)
        share = raised * _STEPS - low
        (rows, elbow), (later_rows, later_elbow) = self._pose(low), self._pose(low + 1)
        elbow = elbow * (1 - share) + later_elbow * share
        shoulder = body.project(np.array([[self._side * self._joint, 141.0]]))[0]
        upper = self._upper.copy()
        upper[:, 0:2] += shoulder
        upper[:, 2:4] += shoulder + (elbow - shoulder) * self._reach
        fill_all(pixels, fixed_point(capsules(upper)), self._upper_colors)
        if self._stripes is not None:
            bands = _across(shoulder, elbow, self._bands, *self._band_reach)
            fill_all(pixels, fixed_point(capsules(bands)), [self._stripes] * len(bands))
        if raised < _STILL:
            self._resting.draw(pixels)
        else:
            self._paint_lower(pixels, rows * (1 - share) + later_rows * share, raised)

    def _paint_lower(self, pixels: Pixels, rows: Points, raised: float) -> None:
        """The shadow on the table, which is the first row, then forearm and hand."""
        paths = capsules(rows)
        if raised < 0.98 and self._shadow:
            blend(pixels, paths[0], _SHADOW, self._shadow * (1 - raised))
        fill_all(pixels, fixed_point(paths[1:]), self._lower_colors)


def _across(start: Points, end: Points, places: Points, reach: float, radius: float) -> Points:
    """Bands across a limb at shares of its length, (N, 6) capsules.  reach, radius: pixels."""
    along = (end - start) / max(float(np.hypot(*(end - start))), 1e-9)
    middle = start + (end - start) * places[:, None]
    side = np.array([-along[1], along[0]]) * (reach - radius)
    return np.hstack([middle - side, middle + side, np.full((len(places), 2), radius)])


class _Limb:
    """A rounded limb in four capsules; a darker rim on the side of the chest tells it from a body of the same
    colour.  reach: share of the way it goes; r0, r1: radii at both ends."""

    def __init__(self, reach: float, r0: float, r1: float, color: Color, rim: float = 2.2) -> None:
        self.reach, self._r0, self._r1, self._rim = reach, r0, r1, rim
        self.colors = [darker(color, 0.27), color, lighter(color, 0.03), lighter(color, 0.06)]

    def rows(self, side: int, scale: float, start: Points | None = None, end: Points | None = None) -> Points:
        """(4, 6) capsules in pixels, from and to the origin where no start and end are given."""
        light = np.array([-0.22, -0.18]) * self._r1
        moves = np.array([np.array([-side * 0.7, -0.25]) * self._rim, (0.0, 0.0), light, light]) * scale
        grown = np.array([1.0, 1.0, 0.62, 0.36])[:, None] * (self._r0, self._r1) * scale
        nowhere = np.zeros(2)
        return np.hstack(
            [moves + (nowhere if start is None else start), moves + (nowhere if end is None else end), grown]
        )


def _lower_arm(
    held: Posture, worn: Sleeve, thick: float, seat: View, side: int, raised: float
) -> tuple[Points, Points]:
    """What lies beyond the elbow, raised 0..1: capsules (K, 6) in pixels, of which the first is the shadow; the
    elbow's pixel."""

    def between(rest: tuple[float, float], up: tuple[float, float]) -> Points:
        return (np.array(rest) * (1 - raised) + np.array(up) * raised) * (side, 1)

    bare = worn.length < 1
    # the wrist swings outward on its way up: a straight path would go through the chest
    swing = np.array([side * 16.0, 0]) * np.sin(np.pi * raised)
    elbow, wrist = seat.project(
        np.stack([between(held.elbow, held.raised_elbow), between(held.wrist, held.raised_wrist) + swing])
    )
    scale = float(np.hypot(*seat.matrix[:, 0]))
    forearm = _Limb(1.0, 21 * thick, (12.5 if bare else 14.5) * (0.5 + 0.5 * thick), worn.color, rim=1.4)
    rows: Rows = [(elbow[0], elbow[1] + 12 * scale, wrist[0], wrist[1] + 14 * scale, 21 * scale, 15 * scale)]
    rows += [tuple(row) for row in forearm.rows(side, scale, elbow, wrist)]
    if worn.stripes and not bare:
        rows += [tuple(row) for row in _across(elbow, wrist, np.array([0.34, 0.68]), 17.4 * thick * scale, 3.8 * scale)]
    if not bare:
        cuff = wrist + (wrist - elbow) / max(np.hypot(*(wrist - elbow)), 1e-9) * 2 * scale
        rows.append((*wrist, *cuff, 15.6 * scale, 15.2 * scale))
    direction = between(held.points, held.raised_points)
    direction = direction / max(float(np.hypot(*direction)), 1e-9)
    hand = held.hand.towards(held.raised_hand, raised)
    rows += hand_rows(wrist, direction, side, hand, scale)
    if bare:  # no cuff parts the hand from the arm
        palm = wrist + direction * 12 * scale
        rows.append((*(wrist - direction * 6 * scale), *palm, 12.4 * thick * scale, 11.6 * hand.slant * scale))
    return np.array(rows, float), elbow
