"""Arms and hands: forearms rest on the table; a gesture raises a hand and opens its fingers."""

from __future__ import annotations

import numpy as np

from talkshow.render.cartoon.canvas import Pixels, Points, View, blend, capsules, fill_all, fixed_point
from talkshow.render.cartoon.look import Look
from talkshow.render.cartoon.palette import CLOTH, SKIN, Color, darker, lighter
from talkshow.render.cartoon.sprite import Sprite

TABLE_Y = 206.0                       # back edge of the table, in head units
_ELBOW = (128.0, 226.0)               # of the arm at picture right
_REST, _RAISED = (66.0, 243.0), (98.0, 158.0)          # wrists
_FINGERS = ((-12.5, -30.0, 21.0), (-4.3, -9.0, 25.0), (4.3, 9.0, 25.5), (12.0, 26.0, 21.5))   # across, spread, length
_SHADOW: Color = (30, 16, 20)
_STEPS = 48                           # poses between rest and raised that are worked out beforehand
_STILL = 0.0005                       # raised by less, a hand has not moved by a tenth of a pixel
BARE_ARMS = ("tshirt", "dress")


class Arm:
    """One arm over table and body.

    seat: view of what stands still (the elbow rests on the table). side: -1 picture left, 1 picture right.
    build: width of the shoulders, 0.85..1. room: units to the middle of the gap to a neighbour, where elbows end.

    Forearm and hand depend on the gesture alone: their capsules are worked out for a row of poses and taken from
    between two of them, and at rest they are a picture.
    """

    def __init__(self, look: Look, seat: View, side: int, build: float, room: float) -> None:
        self._side, self._build = side, build
        self._scale = float(np.hypot(*seat.matrix[:, 0]))
        poses = [_lower_arm(look, seat, side, build, room, raised) for raised in np.linspace(0, 1, _STEPS + 1)]
        self._lower = np.array([rows for rows, _, _ in poses])
        self._lower_colors = poses[0][1]
        self._elbows = np.array([elbow for _, _, elbow in poses])
        # all limbs of the upper arm: where each begins and ends between shoulder and elbow, moves, and radii
        sleeve = CLOTH[look.clothes_color]
        bare = look.clothes in BARE_ARMS
        limbs = [_Limb(1.0, 25 * build, 21.5, SKIN[look.skin] if bare else sleeve)]
        if bare:
            limbs.append(_Limb(0.42, 26.5 * build, 25.5, sleeve))
        self._reach = np.repeat([limb.reach for limb in limbs], 4)[:, None]
        self._upper = np.concatenate([limb.rows(side, self._scale) for limb in limbs])
        self._upper_colors = [color for limb in limbs for color in limb.colors]
        rest = self._lower[0]
        self._resting = Sprite(capsules(rest).reshape(-1, 2),
                               lambda pixels, corner: self._paint_lower(pixels, rest - (*corner, *corner, 0, 0), 0.0))

    def draw(self, pixels: Pixels, body: View, gesture: float) -> None:
        """body: view of the moving shoulders. gesture: 0 rest .. 1 raised."""
        raised = min(max(gesture, 0.0), 1.0)
        raised = raised * raised * (3 - 2 * raised)
        low = min(int(raised * _STEPS), _STEPS - 1)
        share = raised * _STEPS - low
        elbow = self._elbows[low] * (1 - share) + self._elbows[low + 1] * share
        shoulder = body.project(np.array([[self._side * 97.0 * self._build, 141.0]]))[0]
        upper = self._upper.copy()
        upper[:, 0:2] += shoulder
        upper[:, 2:4] += shoulder + (elbow - shoulder) * self._reach
        fill_all(pixels, fixed_point(capsules(upper)), self._upper_colors)
        if raised < _STILL:
            self._resting.draw(pixels)
        else:
            self._paint_lower(pixels, self._lower[low] * (1 - share) + self._lower[low + 1] * share, raised)

    def _paint_lower(self, pixels: Pixels, rows: Points, raised: float) -> None:
        """The shadow on the table, which is the first row, then forearm and hand."""
        paths = capsules(rows)
        if raised < 0.98:
            blend(pixels, paths[0], _SHADOW, 0.24 * (1 - raised))
        fill_all(pixels, fixed_point(paths[1:]), self._lower_colors)


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
        return np.hstack([moves + (nowhere if start is None else start), moves + (nowhere if end is None else end),
                          grown])


def _lower_arm(look: Look, seat: View, side: int, build: float, room: float,
               raised: float) -> tuple[Points, list[Color], Points]:
    """What lies beyond the elbow: capsules (K, 6) in pixels, of which the first is the shadow; the colours of all
    others; the elbow's pixel."""
    sleeve, skin = CLOTH[look.clothes_color], SKIN[look.skin]
    bare = look.clothes in BARE_ARMS
    elbow_u = np.array([side * min(_ELBOW[0] * (0.6 + 0.4 * build), room - 25), _ELBOW[1] - 4 * raised])
    rest, up = np.array([side * _REST[0], _REST[1]]), np.array([side * _RAISED[0], _RAISED[1]])
    # the wrist swings outward on its way up: a straight path would go through the chest
    wrist_u = rest * (1 - raised) + up * raised + np.array([side * 16.0, 0]) * np.sin(np.pi * raised)
    elbow, wrist = seat.project(np.stack([elbow_u, wrist_u]))
    scale = float(np.hypot(*seat.matrix[:, 0]))
    forearm = _Limb(1.0, 21, 14.5 if not bare else 12.5, skin if bare else sleeve, rim=1.4)
    paths: list[tuple[float, ...]] = [
        (elbow[0], elbow[1] + 12 * scale, wrist[0], wrist[1] + 14 * scale, 21 * scale, 15 * scale)]
    paths += [tuple(row) for row in forearm.rows(side, scale, elbow, wrist)]
    colors = list(forearm.colors)
    if not bare:
        cuff = wrist + (wrist - elbow) / max(np.hypot(*(wrist - elbow)), 1e-9) * 2 * scale
        paths.append((*wrist, *cuff, 15.6 * scale, 15.2 * scale))
        colors.append(darker(sleeve, 0.2))
    hand, tones = _hand(wrist, _direction(elbow, wrist, raised, side), side, raised, scale, skin)
    return np.array(paths + hand, float), colors + tones, elbow


def _direction(elbow: Points, wrist: Points, raised: float, side: int) -> Points:
    """Where the fingers point, a unit vector: along the arm at rest, more upright when raised."""
    along = (wrist - elbow) / max(float(np.hypot(*(wrist - elbow))), 1e-9)
    target = along * (1 - raised) + np.array([-side * 0.12, -1.0]) * raised
    resting = np.array([-side * 0.98, 0.12])
    target = target * 0.5 + 0.5 * (resting * (1 - raised) + target * raised)
    return target / max(float(np.hypot(*target)), 1e-9)


def _hand(wrist: Points, direction: Points, side: int, raised: float, scale: float,
          skin: Color) -> tuple[list[tuple[float, ...]], list[Color]]:
    """Palm, four fingers and a thumb as capsules with their colours. Lying flat it is seen at a slant, hence
    narrower."""
    slant = 0.66 + 0.34 * raised
    across = np.array([-direction[1], direction[0]]) * side      # towards the little finger
    rim, lit = darker(skin, 0.27), lighter(skin, 0.05)
    paths: list[tuple[float, ...]] = []
    colors: list[Color] = []

    def at(along: float, aside: float) -> Points:
        return wrist + (direction * along + across * aside * slant) * scale

    def digit(base: Points, tip: Points, r0: float, r1: float, rims: float = 1.1) -> None:
        for grow, color in ((rims, rim), (0.0, skin)):
            paths.append((*base, *tip, (r0 + grow) * scale, (r1 + grow) * scale))
            colors.append(color)

    spread = 0.30 + 0.70 * raised
    palm, knuckles = at(8, 0), at(23, 0)
    paths.append((*palm, *knuckles, (12.6 * slant + 2.3) * scale, (15.6 * slant + 1.3) * scale))
    colors.append(rim)
    turn = np.radians(-(24 + 26 * raised))
    root = at(12, -11)
    digit(root, root + (direction * np.cos(turn) + across * np.sin(turn)) * 23 * scale, 5.8, 4.6)
    for aside, angle, length in _FINGERS:
        turn = np.radians(angle) * spread
        reach = length * (0.86 + 0.14 * raised) * scale
        base = at(24, aside)
        digit(base, base + (direction * np.cos(turn) + across * np.sin(turn) * slant) * reach, 3.7 + 1.1 * slant, 4.2)
    paths.append((*palm, *knuckles, (12.6 * slant + 1.0) * scale, 15.4 * slant * scale))
    back = at(16, -3)
    paths.append((*back, *at(17, 1), 7 * slant * scale, 7.5 * slant * scale))
    colors += [skin, lit]
    return paths, colors
