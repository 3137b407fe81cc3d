"""Beards and moustaches. A full beard leaves the mouth free."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from talkshow.render.cartoon.canvas import Paint, Shade, Shape
from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.palette import darker, lighter, mix
from talkshow.render.cartoon.paths import Points, mirror, spline
from talkshow.render.cartoon.people.features import beard_color, features, skin_color
from talkshow.render.cartoon.people.head import outline, skin_shape

# the edge of a beard towards the face, from the left temple to the right
_CHEEK_LINE = (
    (-54, 4),
    (-48, 22),
    (-37, 30),
    (-24, 27.5),
    (-12, 23.5),
    (0, 25.5),
    (12, 23.5),
    (24, 27.5),
    (37, 30),
    (48, 22),
    (54, 4),
)
_LOW_LINE = (
    (-55, 6),
    (-51, 26),
    (-42, 40),
    (-29, 38),
    (-20, 28),
    (-8, 24),
    (0, 25.5),
    (8, 24),
    (20, 28),
    (29, 38),
    (42, 40),
    (51, 26),
    (55, 6),
)
COVERS_CHIN = ("beard", "long beard", "short beard", "goatee", "van dyke")


def beard(look: Look) -> list[Shape]:
    """Shapes over the face; empty for a shaven face."""
    return _KINDS[look.beard](look, _paint(look)) if look.beard else []


def _paint(look: Look) -> Paint:
    hair = beard_color(look)
    return Shade(lighter(hair, 0.05), darker(hair, 0.18), 0.08)


def _lowered(look: Look, path: Points) -> Points:
    """A path drawn round a mouth at y = 39, where this one is."""
    result: Points = path + np.array([0.0, features(look).mouth_y - 39.0])
    return result


def _jaw(look: Look, from_y: float, out: float, down: float) -> Points:
    """The face's contour below `from_y`, from right to left, widened by `out` and lengthened by `down`."""
    contour = outline(look)
    lower = contour[contour[:, 1] > from_y] * (1 + out, 1.0)
    lower[:, 1] += down * np.clip((lower[:, 1] - 26) / 44, 0, 1) + 2
    return lower


def _whole(look: Look, line: tuple[tuple[float, float], ...], out: float, down: float) -> Points:
    edge = _lowered(look, spline(line, closed=False))
    return np.concatenate([_jaw(look, 6, out, down), edge])


def _beard(look: Look, paint: Paint) -> list[Shape]:
    return [skin_shape(_whole(look, _CHEEK_LINE, 0.04, 9), paint), *_lip_gap(look)]


def _short_beard(look: Look, paint: Paint) -> list[Shape]:
    return [skin_shape(_whole(look, _LOW_LINE, 0.012, 2), paint), *_lip_gap(look)]


def _long_beard(look: Look, paint: Paint) -> list[Shape]:
    jaw = _jaw(look, 6, 0.06, 0)
    drop = np.array([(48, 60), (40, 92), (22, 122), (0, 138), (-22, 122), (-40, 92), (-48, 60)], float)
    hang = spline(
        np.concatenate(
            [jaw[:1], jaw[len(jaw) // 6 : len(jaw) // 6 + 1], drop, jaw[-len(jaw) // 6 : -len(jaw) // 6 + 1], jaw[-1:]]
        ),
        closed=False,
    )
    shape = np.concatenate([hang, _lowered(look, spline(_CHEEK_LINE, closed=False))])
    hair = beard_color(look)
    locks = [
        skin_shape(spline(lock), darker(hair, 0.2))
        for lock in (
            [(-20, 62), (-16, 90), (-8, 112), (-12, 90)],
            [(20, 62), (18, 92), (8, 116), (13, 90)],
            [(0, 66), (3, 92), (0, 120), (-2, 92)],
        )
    ]
    return [skin_shape(shape, paint), *locks, *_lip_gap(look)]


def _stubble(look: Look, _: Paint) -> list[Shape]:
    tone = mix(skin_color(look), beard_color(look), 0.75)
    return [skin_shape(_whole(look, _CHEEK_LINE, 0, 0), tone, 0.32)]


def _goatee(look: Look, paint: Paint) -> list[Shape]:
    chin = _lowered(
        look,
        spline(
            [(-20, 33), (-22, 52), (-18, 71), (0, 82), (18, 71), (22, 52), (20, 33), (14, 26.5), (0, 25.5), (-14, 26.5)]
        ),
    )
    return [skin_shape(chin, paint), *_lip_gap(look)]


def _van_dyke(look: Look, paint: Paint) -> list[Shape]:
    chin = spline([(-13, 54), (-15, 66), (-7, 84), (0, 92), (7, 84), (15, 66), (13, 54), (0, 51)])
    return [skin_shape(_lowered(look, chin), paint), *_handlebar(look, paint)]


def _moustache(
    look: Look,
    paint: Paint,
    half: tuple[tuple[float, float], ...] = (
        (0, 25),
        (9, 22.5),
        (20, 26),
        (31, 35),
        (26, 35.5),
        (15, 33),
        (4, 31.5),
        (0, 32),
    ),
) -> list[Shape]:
    both = _lowered(look, spline([*half, *((-x, y) for x, y in half[-2:0:-1])]))
    return [skin_shape(both, paint, lift=6)]


def _handlebar(look: Look, paint: Paint) -> list[Shape]:
    return _moustache(
        look,
        paint,
        ((0, 26), (9, 23), (22, 28), (34, 31), (43, 22), (44, 26), (37, 37), (24, 36.5), (10, 32.5), (0, 32)),
    )


def _walrus(look: Look, paint: Paint) -> list[Shape]:
    return _moustache(
        look, paint, ((0, 22), (12, 19.5), (26, 25), (36, 40), (34, 46), (27, 41), (14, 36), (4, 34.5), (0, 35))
    )


def _sideburns(_: Look, paint: Paint) -> list[Shape]:
    side = spline([(53, -8), (58, 8), (57, 30), (47, 50), (33, 46), (36, 34), (46, 24), (49, 2)])
    return [skin_shape(path, paint) for path in (side, mirror(side))]


def _chinstrap(look: Look, paint: Paint) -> list[Shape]:
    outer = _jaw(look, 0, 0.015, 3)
    inner = _jaw(look, 0, -0.16, -9)[::-1] - (0, 4)
    return [skin_shape(np.concatenate([outer, inner]), paint)]


def _lip_gap(look: Look) -> list[Shape]:
    """The bare skin round the lips, without which a dark beard would hide what the mouth does."""
    skin = skin_color(look)
    gap = spline([(-24, 38), (-16, 32), (0, 31.5), (16, 32), (24, 38), (15, 49), (0, 52), (-15, 49)])
    return [skin_shape(_lowered(look, gap), darker(skin, 0.07))]


_KINDS: dict[str, Callable[[Look, Paint], list[Shape]]] = {
    "beard": _beard,
    "short beard": _short_beard,
    "long beard": _long_beard,
    "stubble": _stubble,
    "goatee": _goatee,
    "van dyke": _van_dyke,
    "moustache": _moustache,
    "handlebar": _handlebar,
    "walrus": _walrus,
    "sideburns": _sideburns,
    "chinstrap": _chinstrap,
}
