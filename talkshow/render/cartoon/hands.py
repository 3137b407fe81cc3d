"""Arms and hands: forearms rest on the table; a gesture raises a hand and opens its fingers."""

from __future__ import annotations

import numpy as np

from talkshow.render.cartoon.canvas import Pixels, Points, View, blend, capsule, capsules, fill_all, fixed_point
from talkshow.render.cartoon.look import Look
from talkshow.render.cartoon.palette import CLOTH, SKIN, Color, darker, lighter

TABLE_Y = 206.0                       # back edge of the table, in head units
_ELBOW = (128.0, 226.0)               # of the arm at picture right
_REST, _RAISED = (66.0, 243.0), (98.0, 158.0)          # wrists
_FINGERS = ((-12.5, -30.0, 21.0), (-4.3, -9.0, 25.0), (4.3, 9.0, 25.5), (12.0, 26.0, 21.5))   # across, spread, length
BARE_ARMS = ("tshirt", "dress")


def draw_arm(pixels: Pixels, seat: View, body: View, look: Look, side: int, gesture: float, build: float,
             room: float) -> None:
    """One arm over table and body.

    seat: view of what stands still (the elbow rests on the table); body: view of the moving shoulders.
    side: -1 picture left, 1 picture right. gesture: 0 rest .. 1 raised. build: width of the shoulders, 0.85..1.
    room: units to the middle of the gap to a neighbour, where elbows end.
    """
    sleeve, skin = CLOTH[look.clothes_color], SKIN[look.skin]
    bare = look.clothes in BARE_ARMS
    raised = float(np.clip(gesture, 0, 1))
    raised = raised * raised * (3 - 2 * raised)
    shoulder = body.project(np.array([[side * 97.0 * build, 141.0]]))[0]
    elbow_u = np.array([side * min(_ELBOW[0] * (0.6 + 0.4 * build), room - 25), _ELBOW[1] - 4 * raised])
    rest, up = np.array([side * _REST[0], _REST[1]]), np.array([side * _RAISED[0], _RAISED[1]])
    # the wrist swings outward on its way up: a straight path would go through the chest
    wrist_u = rest * (1 - raised) + up * raised + np.array([side * 16.0, 0]) * np.sin(np.pi * raised)
    elbow, wrist = seat.project(elbow_u[None])[0], seat.project(wrist_u[None])[0]
    scale = float(np.hypot(*seat.matrix[:, 0]))

    paths: list[tuple[float, ...]] = []
    colors: list[Color] = []

    def limb(start: Points, end: Points, r0: float, r1: float, color: Color, rim: float = 2.2) -> None:
        """A rounded limb; a darker rim on the side of the chest tells it from a body of the same colour."""
        shift = np.array([-side * 0.7, -0.25]) * rim * scale
        light = np.array([-0.22, -0.18]) * r1 * scale
        for move, grow, paint in ((shift, 1.0, darker(color, 0.27)), (0 * shift, 1.0, color),
                                  (light, 0.62, lighter(color, 0.03)), (light, 0.36, lighter(color, 0.06))):
            paths.append((*(start + move), *(end + move), r0 * grow * scale, r1 * grow * scale))
            colors.append(paint)

    rest_share = 1 - raised
    if rest_share > 0.02:
        below = capsule(elbow[0], elbow[1] + 12 * scale, wrist[0], wrist[1] + 14 * scale, 21 * scale, 15 * scale)
        blend(pixels, below, (30, 16, 20), 0.24 * rest_share)
    limb(shoulder, elbow, 25 * build, 21.5, sleeve if not bare else skin)
    if bare:
        half = shoulder + (elbow - shoulder) * 0.42
        limb(shoulder, half, 26.5 * build, 25.5, sleeve)
    limb(elbow, wrist, 21, 14.5 if not bare else 12.5, skin if bare else sleeve, rim=1.4)
    direction = _direction(elbow, wrist, raised, side)
    if not bare:
        cuff = wrist + (wrist - elbow) / max(np.hypot(*(wrist - elbow)), 1e-9) * 2 * scale
        paths.append((*wrist, *cuff, 15.6 * scale, 15.2 * scale))
        colors.append(darker(sleeve, 0.2))
    hand, tones = _hand(wrist, direction, side, raised, scale, skin)
    fill_all(pixels, fixed_point(capsules(np.array(paths + hand))), colors + tones)


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
