"""The 478 landmarks of a face: MediaPipe's network (Apache-2.0) through OpenCV's TFLite importer."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.mesh import LOWER_LIP, UPPER_LIP
from talkshow.faces.networks import LANDMARKS, face_file
from talkshow.geometry import Box

CROP = 256  # the network's input, pixels square
PRESENT = 0.5  # presence from which a fit is trusted
INNER_LIPS = UPPER_LIP[0][5], LOWER_LIP[0][5]  # their middles
EYE_CORNERS = (33, 263)  # outer corners, picture left and right
OTHER_CROPS = tuple(itertools.product((0.85, 1.18), (-0.2, 0.2)))  # size of the crop, and turn in radians
STEADY = 0.010  # wander below which the position of a mouth is certain, whatever another network finds


@dataclass(frozen=True, eq=False)
class Landmarks:
    """A fitted face.

    points:   (478, 3) float32: x, y in picture pixels, z in the same unit, smaller is nearer
    presence: 0..1, the network's confidence that the crop contains a face
    wander:   how far the mouth moves from its mean position as the crop changes, as a share of the face height: 0.003
              to 0.011 for a face seen from the front, more if the network guesses; 1 if it was not measured
    """

    points: NDArray[np.float32]
    presence: float
    wander: float = 1.0

    @property
    def mouth(self) -> NDArray[np.float32]:
        """(2,) middle of the mouth, picture pixels."""
        return np.asarray(self.points[list(INNER_LIPS), :2].mean(axis=0))

    @property
    def settled(self) -> bool:
        """Whether the face is certain and its mouth stable, so that a coarser estimate cannot overrule it."""
        return self.presence >= PRESENT and self.wander < STEADY


@dataclass(frozen=True)
class Crop:
    """A square part of a picture: `size` pixels wide around `center`, turned by `angle` radians."""

    center: tuple[float, float]
    size: float
    angle: float

    def strays(self, other: Crop, share: float, angle: float) -> bool:
        """Whether another crop differs from this one by more than a share of its size, or by more than an angle."""
        away = max(math.dist(self.center, other.center), abs(self.size - other.size) / 2)
        return away > share * self.size or abs(self.angle - other.angle) > angle


def landmark_net() -> Any:
    """A new network. It holds buffers, so two threads must not use one at the same time."""
    import cv2

    return cv2.dnn.readNetFromTFLite(str(face_file(LANDMARKS)), cv2.dnn.ENGINE_CLASSIC)


def find_landmarks(
    net: Any, pixels: NDArray[np.uint8], box: Box, fits: Callable[[Landmarks], bool] = lambda _: True
) -> Landmarks:
    """Fit the face in `box` of an RGB picture; the best of several jittered crops if the first is doubtful.

    fits: whether a fit is plausible. In a face seen from the side the network sometimes finds eyes and mouth in the
    cheek, with confidence.
    """
    found = _wandering(net, pixels, fit_landmarks(net, pixels, box))
    if found.presence >= PRESENT and fits(found):
        return found
    size = max(box.width, box.height)
    for zoom, dx, dy, angle in itertools.product((1.1, 1.5), (-0.15, 0.0, 0.15), (-0.1, 0.1), (-0.35, 0.0, 0.35)):
        center = box.center[0] + dx * size, box.center[1] + dy * size
        tried = fit_in_crop(net, pixels, Crop(center, size * zoom, angle))
        found = max(found, tried, key=lambda fit: (fits(fit), fit.presence))
        if found.presence >= 0.9 and fits(found):
            break
    return _wandering(net, pixels, found)


def _wandering(net: Any, pixels: NDArray[np.uint8], found: Landmarks) -> Landmarks:
    """The same fit with `wander` measured."""
    usual = upright_crop(found)
    others = [
        fit_in_crop(net, pixels, Crop(usual.center, usual.size * zoom, usual.angle + turn))
        for zoom, turn in OTHER_CROPS
    ]
    mouths = np.array([fit.mouth for fit in others])
    away = np.linalg.norm(mouths - mouths.mean(axis=0), axis=1).mean()
    return replace(found, wander=float(away / np.ptp(found.points[:, 1])))


def fit_landmarks(net: Any, pixels: NDArray[np.uint8], box: Box) -> Landmarks:
    """Fit the face in `box`, then twice again in the upright crop around what was found."""
    found = fit_in_crop(net, pixels, Crop(box.center, max(box.width, box.height) * 1.5, 0.0))
    for _ in range(2):
        found = fit_in_crop(net, pixels, upright_crop(found))
    return found


def upright_crop(found: Landmarks) -> Crop:
    """The crop in which a face that was found is upright."""
    points = found.points[:, :2]
    low, high = points.min(axis=0), points.max(axis=0)
    dx, dy = points[EYE_CORNERS[1]] - points[EYE_CORNERS[0]]
    x, y = (low + high) / 2
    return Crop((float(x), float(y)), float((high - low).max()) * 1.5, math.atan2(float(dy), float(dx)))


def fit_in_crop(net: Any, pixels: NDArray[np.uint8], crop: Crop) -> Landmarks:
    """Fit once in a crop of an RGB picture."""
    import cv2

    to_crop = np.array(cv2.getRotationMatrix2D(crop.center, math.degrees(crop.angle), CROP / crop.size), np.float64)
    to_crop[:, 2] += CROP / 2 - np.asarray(crop.center)
    shown = cv2.warpAffine(pixels, to_crop, (CROP, CROP), flags=cv2.INTER_LINEAR)
    net.setInput(cv2.dnn.blobFromImage(shown, 1 / 255, (CROP, CROP), (0, 0, 0), False))
    points, score = net.forward(["Identity", "Identity_1"])
    points = points.reshape(-1, 3)
    back = cv2.invertAffineTransform(to_crop)
    placed = np.column_stack([points[:, :2] @ back[:, :2].T + back[:, 2], points[:, 2] * crop.size / CROP])
    return Landmarks(placed.astype(np.float32), 1 / (1 + math.exp(-float(score.ravel()[0]))))
