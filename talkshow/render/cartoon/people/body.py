"""The body: build, torso and neck, in head units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.render.cartoon.canvas import Shade, Shape
from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.palette import Color, darker
from talkshow.render.cartoon.paths import Points, mirror, ribbon, spline
from talkshow.render.cartoon.people.features import skin_color

UPPER_ARM = 25.0  # radius at the shoulder
BOTTOM = 262.0  # of the torso; a table or the lap hides it


@dataclass(frozen=True)
class Build:
    """wide: of the shoulders, 1 for a broad man's; belly: of the waist against them; limbs: thickness of arms and legs,
    1 for average; neck: half its width in head units."""

    wide: float
    belly: float
    limbs: float
    neck: float

    @property
    def shoulder(self) -> float:
        """From the middle of the body to the joint of an arm."""
        return 97.0 * self.wide

    @property
    def arm(self) -> float:
        """Thickness of an upper arm, 1 for a broad man's."""
        return self.limbs * (0.55 + 0.45 * self.wide)

    @property
    def span(self) -> float:
        """Head units from the outside of one arm to that of the other, hanging, with a little air."""
        return 2 * (self.shoulder + UPPER_ARM * self.arm) + 14.0


_BUILDS = {
    "average": (1.0, 1.0, 1.0, 0.0),
    "slim": (0.89, 0.92, 0.82, -4.0),
    "broad": (1.13, 0.97, 1.14, 6.0),
    "heavy": (1.08, 1.17, 1.20, 7.0),
}


def build(look: Look) -> Build:
    """The build of a look."""
    wide, belly, limbs, neck = _BUILDS[look.build]
    if look.age == "child":
        return Build(0.72 * wide, belly, 0.74 * limbs, 16.5 + neck / 2)
    if look.feminine:
        return Build(0.88 * wide, 0.97 * belly, 0.92 * limbs, 21.5 + 0.7 * neck)
    return Build(0.98 * wide, belly, limbs, 26.5 + neck)


def torso(frame: Build) -> Points:
    """The contour of chest and shoulders."""
    w, waist = frame.wide, frame.wide * frame.belly
    half = [
        (0, 100),
        (24, 99),
        (46 * min(1.0, w + 0.08), 104),
        (84 * w, 117),
        (112 * w, 136),
        (121 * w, 168),
        (116 * waist, 204),
        (97 * waist, 238),
        (86 * waist, BOTTOM),
    ]
    return spline([*half, *[(-x, y) for x, y in half[:0:-1]]])


def torso_edge(frame: Build, y: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N,): how far the chest reaches to the right at some heights below the shoulders."""
    contour = torso(frame)
    right = contour[contour[:, 0] >= 0]
    right = right[np.argsort(right[:, 1])]
    return np.interp(y, right[:, 1], right[:, 0])


def neck(look: Look, base: float = 122) -> list[Shape]:
    """The neck with the chin's shadow on it.  base: how far down its skin shows."""
    skin = skin_color(look)
    half = build(look).neck
    column = spline([(-half, 30), (-half, 76), (-half - 4, 100), (0, base), (half + 4, 100), (half, 76), (half, 30)])
    shadow = spline([(-half, 40), (-half, 78), (-12, 92), (8, 93), (half, 82), (half, 40)])
    return [Shape(column, Shade(darker(skin, 0.06), darker(skin, 0.10), 0.1)), Shape(shadow, darker(skin, 0.24))]


def folds(color: Color, frame: Build) -> list[Shape]:
    """Where the sleeves meet the chest."""
    w = frame.wide
    crease = ribbon(spline([(78 * w, 150), (84 * w, 176), (82 * w, 206)], closed=False), (0.6, 3.2, 1.2))
    return [Shape(path, darker(color, 0.22)) for path in (crease, mirror(crease))]
