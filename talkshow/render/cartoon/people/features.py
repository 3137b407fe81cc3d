"""The proportions of a face: from the words of a look, with small individual variations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.palette import HAIR, SKIN, Color, darker, mix


@dataclass(frozen=True)
class Features:
    """Sizes in head units (see head.py), y downward.

    eye: centre of the eye at picture right, mirrored for the other; eye_half, lid_top, lid_bottom: half its width and
    how far its lids open; tilt: how much higher its outer corner is than its middle; iris: radius.
    brow_y: of a brow at rest; mouth_y, mouth_half: middle and half width of the mouth; lips: their thickness, 1 for
    average; smile: of the mouth at rest, 0..1; nose_width, nose_foot: half its width and the y of its lower edge.
    """

    eye: tuple[float, float]
    eye_half: float
    lid_top: float
    lid_bottom: float
    tilt: float
    iris: float
    brow_y: float
    mouth_y: float
    mouth_half: float
    lips: float
    smile: float
    nose_width: float
    nose_foot: float


# half width, lids above and below, tilt
_EYES: dict[str, tuple[float, float, float, float]] = {
    "": (12.6, 9.2, 6.6, 0.4),
    "round": (13.4, 12.4, 9.0, 0.0),
    "almond": (14.2, 8.4, 5.0, 2.6),
    "narrow": (13.2, 5.6, 4.2, 0.8),
    "sleepy": (13.0, 6.0, 7.6, -1.6),
}
_NOSES: dict[str, tuple[float, float]] = {
    "straight": (10.5, 17.5),
    "button": (9.0, 14.5),
    "wide": (15.0, 17.5),
    "long": (10.0, 24.0),
    "hooked": (11.0, 22.0),
    "pointed": (7.6, 16.0),
}
_LIPS = {"": 1.0, "full": 1.5, "thin": 0.62}
_EYES_BY_AGE = {"child": 1.22, "young": 1.06, "old": 0.93}


@lru_cache(maxsize=256)
def features(look: Look) -> Features:
    """The face of a look."""
    own = np.random.default_rng(look.variety).uniform(-1, 1, 8).tolist()
    half, top, bottom, tilt = _EYES[look.eye_shape]
    size = _EYES_BY_AGE.get(look.age, 1.0) * (1 + 0.04 * own[0])
    width, foot = _NOSES[look.nose]
    child = look.age == "child"
    return Features(
        eye=(23.0 + 1.3 * own[1], -11.5 + 1.5 * own[2] + 6.0 * child),
        eye_half=half * size,
        lid_top=(top + (0.7 if look.feminine else 0)) * size,
        lid_bottom=bottom * size,
        tilt=tilt + 0.6 * own[3],
        iris=7.3 * size,
        brow_y=-31.5 + 1.8 * own[4] + 8.0 * child - (1.5 if look.eye_shape == "round" else 0),
        mouth_y=39.0 + 1.2 * own[5] + (2.5 if foot > 20 else 0) + 3.0 * child,
        mouth_half=23.0 * (1 + 0.07 * own[6]) * (0.78 if child else 1.0),
        lips=_LIPS[look.lips] * (1.12 if look.feminine else 0.82),
        smile=0.34 + 0.14 * own[7],
        nose_width=width * (0.72 if child else 0.95 if look.feminine else 1.06),
        nose_foot=foot - 3.0 * child,
    )


def skin_color(look: Look) -> Color:
    """Of face, neck and hands."""
    return SKIN[look.skin]


def hair_color(look: Look) -> Color:
    """Of hair and brows: darker than its name where it could not be told from the skin."""
    return _on_skin(HAIR[look.hair_color], look)


def beard_color(look: Look) -> Color:
    """Of what grows on chin and lip."""
    return _on_skin(HAIR[look.beard_color or look.hair_color], look)


def _on_skin(hair: Color, look: Look) -> Color:
    skin = SKIN[look.skin]
    apart = sum(abs(a - b) for a, b in zip(hair, skin, strict=True))
    return darker(hair, 0.55 * (1 - apart / 110)) if apart < 110 else hair


def lip_color(look: Look) -> Color:
    """Of lips, painted or not."""
    skin = skin_color(look)
    if look.lipstick:
        return mix((176, 30, 56), darker(skin, 0.3), 0.18)
    return darker(mix(skin, (196, 52, 66), 0.50 if look.feminine else 0.28), 0.06)
