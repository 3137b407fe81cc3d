"""A mouth measured with the landmark network: how far the inner lips are apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.landmarks import PRESENT, Crop, Landmarks, fit_in_crop, fit_landmarks, upright_crop
from talkshow.faces.mesh import CHIN, HAIRLINE
from talkshow.geometry import Box

SMALLEST = 28  # pixels of a face's height, below which a lip gap is a fraction of a pixel
_PAIRS = ((14, 13), (87, 82), (317, 312))  # lower and upper inner lip: middle, and a little to either side
_STRAYED, _TURNED = 0.02, 0.03  # of the crop's size, and radians, by which a face leaves the crop it was found in
_ASIDE = 0.5  # of the box's size: further away it is another face
_RATIO = (0.45, 2.0)  # of the fitted face's height to the box's


class LipReader:
    """Follows one face from frame to frame with one fit each. Not to be shared by threads."""

    def __init__(self, net: Any) -> None:
        self._net = net
        self._crop: Crop | None = None

    def read(self, pixels: NDArray[np.uint8], box: Box) -> float:
        """Distance of the inner lips as a share of the face's height; NaN where no face is in `box`.

        pixels: (height, width, 3) uint8 RGB, the whole frame.  box: where the face should be.
        """
        found = fit_in_crop(self._net, pixels, self._crop) if self._crop else None
        if found is None or not fits(found, box):
            self._crop = None
            found = fit_landmarks(self._net, pixels, box)
            if not fits(found, box):
                return float("nan")
        crop = upright_crop(found)
        # placed again around every fit, the crop would make the next fit move, and so on: lips at rest would tremble
        if self._crop is None or self._crop.strays(crop, _STRAYED, _TURNED):
            self._crop = crop
        return lip_gap(found.points)


def fits(found: Landmarks, box: Box) -> bool:
    """Whether a fit is the face that should be in a box: people lean and nod, but stay in their place."""
    points = found.points[:, :2]
    middle, height = (points.min(axis=0) + points.max(axis=0)) / 2, float(np.ptp(points[:, 1]))
    aside = np.abs(middle - box.center) / (box.width, box.height)
    return bool(found.presence >= PRESENT and aside.max() < _ASIDE and _RATIO[0] < height / box.height < _RATIO[1])


def lip_gap(points: NDArray[np.float32]) -> float:
    """Share of the face's height, hairline to chin, measured along it.  points: (478, 3) pixels."""
    flat = points[:, :2].astype(np.float64)
    axis = flat[CHIN] - flat[HAIRLINE]
    gaps = [max(0.0, float((flat[lower] - flat[upper]) @ axis)) for lower, upper in _PAIRS]
    return float(np.mean(gaps) / (axis @ axis))
