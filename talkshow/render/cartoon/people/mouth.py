"""The mouth: turns channels into two lip curves, and paints them.

Everything inside is clipped to the opening by taking the smaller or larger of two curves over the same x, so that no
tooth ever shows outside the mouth and no mask is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.palette import MOUTH, TEETH, TONGUE, Color, darker, lighter
from talkshow.render.cartoon.paths import between, ribbon
from talkshow.render.cartoon.people.beard import COVERS_CHIN
from talkshow.render.cartoon.people.features import Features, features, lip_color, skin_color
from talkshow.render.cartoon.sketch import Sketch

_NUM = 25  # points of a lip curve
_ACROSS = np.cos(np.linspace(np.pi, 0, _NUM))  # -1..1, denser at the corners


@dataclass(frozen=True, eq=False)
class Lips:
    """Where the lips are, in head units: x, and y of four curves over it.

    upper_out, upper, lower, lower_out: (N,), downward. The opening lies between upper and lower.
    """

    x: NDArray[np.float64]
    upper_out: NDArray[np.float64]
    upper: NDArray[np.float64]
    lower: NDArray[np.float64]
    lower_out: NDArray[np.float64]

    @property
    def gap(self) -> float:
        """Largest height of the opening, in units."""
        return float((self.lower - self.upper).max())


def smile_of(pose: Mapping[str, float], own: Features) -> float:
    """How far the corners of a mouth are up, -1..1: what is felt, and the friendliness of a face at rest, which a
    frown, sorrow and a rounded mouth take away."""
    grim = 0.35 * max(-pose["brow"], 0.0) * (1 - min(1.0, 2 * max(pose["smile"], 0.0)))
    unfriendly = min(1.0, 1.6 * max(-pose["brow"], 0.0) + 2.0 * max(-pose["smile"], 0.0) + pose["round"])
    return min(1.0, pose["smile"] - grim + own.smile * (1 - unfriendly) * (1 - 0.7 * max(pose["smile"], 0.0)))


def shape_lips(pose: Mapping[str, float], own: Features) -> Lips:
    """Channels to lip curves.

    `press` takes away every opening in proportion; `round` narrows and makes an O of the opening, `wide`
    draws it flat and broad; `tuck` brings the lower lip up to the edge of the upper teeth.
    """
    free = 1 - pose["press"]
    jaw, tuck = pose["jaw"] * free, pose["tuck"] * free
    rounded, wide, smile = pose["round"], pose["wide"], smile_of(pose, own)
    half = (
        own.mouth_half
        * (1 - 0.06 * pose["press"])
        * (1 + 0.24 * wide + 0.16 * max(smile, 0) - 0.47 * rounded - 0.05 * jaw)
    )
    # a wide mouth opens like a box, a rounded one like an O
    bulge = np.clip(1 - _ACROSS**2, 0, 1) ** (0.62 - 0.16 * max(wide, 0) - 0.1 * rounded)
    raise_upper = jaw * (4.5 + 2 * rounded) + pose["upper"] * free * 4.5 + tuck * 3.2 + rounded * jaw * 2
    drop_lower = jaw * (28 - 3 * rounded) + pose["lower"] * free * 5.5 + rounded * free * (1 - jaw) * 3.2
    drop_lower = drop_lower * (1 - 0.85 * tuck) + tuck * 2.2
    curl = 7.5 * max(smile, 0) + 12.0 * min(smile, 0) + 1.6 + max(wide, 0)
    corner = -curl * _ACROSS**2
    sag = jaw * 3.0  # the whole mouth sinks a little with the jaw
    upper = own.mouth_y + corner + sag - raise_upper * bulge
    lower = own.mouth_y + corner + sag + drop_lower * bulge
    bow = 1 - 0.30 * np.exp(-((_ACROSS / 0.16) ** 2))  # the dip in the middle of an upper lip
    taper = np.clip(1 - np.abs(_ACROSS) ** 2.4, 0, 1)
    thick = own.lips * (1 + 0.35 * rounded) * (1 - 0.42 * pose["press"])
    upper_out = upper - 4.6 * thick * (1 - 0.18 * max(wide, 0)) * taper * bow
    lower_out = lower + 6.2 * thick * (1 - 0.55 * tuck) * (1 - 0.15 * max(wide, 0)) * taper
    return Lips(half * _ACROSS, upper_out, upper, lower, lower_out)


@dataclass(frozen=True, eq=False)
class _Brush:
    """Draws bands between two y curves over the lips' x."""

    sketch: Sketch
    x: NDArray[np.float64]
    lift: float

    def band(self, top: NDArray[np.float64], bottom: NDArray[np.float64], color: Color, trim: int = 0) -> None:
        """Fill between the curves, leaving out `trim` points at each corner."""
        keep = slice(trim, len(self.x) - trim)
        self.sketch.add(between(self.x[keep], top[keep], bottom[keep]), color, self.lift)


def draw_mouth(sketch: Sketch, look: Look, pose: Mapping[str, float]) -> None:
    """Paint a mouth over the face. The inside is dark wherever no teeth or tongue are in sight."""
    own = features(look)
    lips = shape_lips(pose, own)
    skin, red = skin_color(look), lip_color(look)
    brush = _Brush(sketch, lips.x, 7 + 7 * pose["round"])
    dome = 1 - _ACROSS**2
    if look.beard not in COVERS_CHIN:
        below = float(lips.lower_out.max()) + 4.0
        _Brush(sketch, lips.x * 0.42, 4).band(below + 0.8 * dome, below + 2.4 * dome, darker(skin, 0.14))
    _draw_corners(sketch, lips, smile_of(pose, own), darker(skin, 0.26))
    brush.band(lips.upper_out, lips.lower_out, red)
    brush.band(lips.lower + 1.4, np.maximum(lips.lower_out - 1.4, lips.lower + 1.4), lighter(red, 0.15), trim=3)
    if lips.gap > 1.6:
        _draw_inside(brush, lips, pose)
    else:  # closed: one line, finer at the ends
        middle, half = (lips.upper + lips.lower) / 2, 0.5 + 0.75 * dome
        brush.band(middle - half, middle + half, darker(red, 0.62))


def _draw_corners(sketch: Sketch, lips: Lips, smile: float, color: Color) -> None:
    """The small creases beyond the corners of a mouth that smiles."""
    deep = min(1.0, max(0.0, (smile - 0.15) / 0.5))
    if deep < 0.05:
        return
    x, y = float(lips.x[-1]), float(lips.upper[-1])
    line = ribbon(np.array([(x + 2.0, y - 4.5), (x + 4.6, y - 0.5), (x + 3.2, y + 4.5)]), (0.5, 2.4 * deep, 0.5))
    sketch.add(line, color, 6)
    sketch.add(line * (-1, 1), color, 6)


def _draw_inside(brush: _Brush, lips: Lips, pose: Mapping[str, float]) -> None:
    upper, lower, gap = lips.upper, lips.lower, lips.gap
    side = _ACROSS**2
    brush.band(upper, lower, MOUTH)
    # tongue and teeth grow out of the dark as the mouth opens: what appears at once would flicker
    seen = float(np.clip((gap - 1.2) / 3.5, 0, 1))
    # the tongue is on the floor of the mouth; its tip rises behind the teeth
    risen = max(seen * pose["tongue"], float(np.clip(gap / 6 - 0.6, 0, 1)))
    high = (0.34 - 0.12 * pose["round"] + 0.42 * pose["tongue"]) * risen
    if high > 0.03:
        top = lower.max() - gap * high + 5 * side
        brush.band(np.clip(np.maximum(top, upper + gap * 0.12), upper, lower), lower, TONGUE)
    show = 3.2 + 3.6 * max(pose["wide"], 0) + 3.0 * pose["upper"] + 4.6 * pose["tuck"] - 3.2 * pose["round"]
    teeth = np.clip(upper + max(show, 0) * seen * (1 - 0.5 * side**2), upper, lower)
    if show * seen > 0.4:
        brush.band(upper, teeth, TEETH, trim=2)  # the corners stay dark
    low = 0.8 * (3.4 * pose["lower"] + 3.0 * max(pose["wide"], 0) * (1 - pose["jaw"])) * (1 - pose["round"])
    low *= float(np.clip((gap - 4) / 3, 0, 1))
    if low > 0.4:
        brush.band(np.clip(lower - low, np.minimum(teeth + 1, lower), lower), lower, darker(TEETH, 0.07), trim=4)


def chin_drop(pose: Mapping[str, float]) -> float:
    """How far the jaw is open after `press`, 0..1: what the chin follows."""
    return pose["jaw"] * (1 - pose["press"])
