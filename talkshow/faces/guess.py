"""Guesses landmarks where no network finds any: fits the canonical face into a box that the user drew.

For masks, puppets, animals and drawings.  The proportions are those of a face seen from the front. Only the mouth is
searched for, as the darkest or reddest horizontal stroke near its expected place.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.landmarks import Landmarks
from talkshow.faces.mesh import CHIN, EYES, HAIRLINE, LOWER_LIP, NOSE_TIP, UPPER_LIP, canonical_mesh
from talkshow.geometry import Box

GUESSED = 0.25  # presence of a guess: animated with restraint
ROOMY = 1.04  # a hand-drawn box is a little larger than the face
WIDTHS = (0.8, 1.3)  # limits of the stretch of the face against the canonical one
PATCH = 128  # pixels square, in which the mouth is searched for
SEARCH = 0.13  # of the box's height, up and down
STROKE = 0.18  # of the box's width, on either side of its middle
UNCERTAIN = 0.055  # standard deviation of the mouth position, as a share of the box height
FAINT = 2.0  # smallest difference between a mouth and its surroundings, in grey levels


def guess_landmarks(pixels: NDArray[np.uint8], box: Box) -> Landmarks:
    """Fit the canonical face into `box`.  pixels: (height, width, 3) RGB, box in its pixels, inside it."""
    canonical = canonical_mesh().points
    top, bottom = canonical[HAIRLINE, 1], canonical[CHIN, 1]
    scale = box.height / (ROOMY * (top - bottom))
    face_width = float(np.ptp(canonical[:, 0]))
    across = float(np.clip(box.width / (ROOMY * face_width) / scale, *WIDTHS))
    placed = canonical * (scale * across, -scale, -scale)
    placed[:, :2] += (box.center[0], box.center[1] + scale * (top + bottom) / 2)
    mouth = float(placed[[UPPER_LIP[0][5], LOWER_LIP[0][5]], 1].mean())
    # the face is stretched so that its mouth matches the mouth in the picture
    shift = _mouth_row(pixels, box, mouth) - mouth
    eyes = float(canonical[[EYES[0].upper[0], EYES[1].upper[-1]], 1].mean())
    lips = float(canonical[[UPPER_LIP[0][5], LOWER_LIP[0][5]], 1].mean())
    heights = np.array([bottom, lips, canonical[NOSE_TIP, 1], eyes])
    placed[:, 1] += shift * np.interp(canonical[:, 1], heights, [0.2, 1.0, 0.5, 0.0])
    irises = np.concatenate([_iris(placed, eye.upper, eye.lower) for eye in EYES])
    return Landmarks(np.concatenate([placed, irises]).astype(np.float32), GUESSED, 0.0)


def _mouth_row(pixels: NDArray[np.uint8], box: Box, expected: float) -> float:
    """The picture row of the most mouth-like stroke near the expected row; the expected row if there is none."""
    import cv2

    left, top = max(0, int(box.left)), max(0, int(box.top))
    part = pixels[top : max(top + 2, int(box.bottom)), left : max(left + 2, int(box.right))]
    patch = cv2.resize(part, (PATCH, PATCH), interpolation=cv2.INTER_AREA).astype(np.float32)
    # dark against its surroundings, or red
    marked = patch[..., 0] - 2.0 * patch[..., 1] - 0.5 * patch[..., 2]
    contrast = cv2.GaussianBlur(marked, (0, 0), 1.5) - cv2.GaussianBlur(marked, (0, 0), 12)
    middle, reach = PATCH // 2, round(STROKE * PATCH)
    level = contrast[:, middle - reach : middle + reach].mean(axis=1)
    rows = np.arange(PATCH)
    at = (expected - top) / max(part.shape[0], 1) * PATCH
    near = np.abs(rows - at) < SEARCH * PATCH
    if not near.any() or level[near].max() < FAINT:
        return expected
    prior = np.exp(-0.5 * ((rows - at) / (UNCERTAIN * PATCH)) ** 2) * near
    result: float = top + (float((np.maximum(level, 0) * prior).argmax()) + 0.5) / PATCH * part.shape[0]
    return result


def _iris(points: NDArray[np.float64], upper: tuple[int, ...], lower: tuple[int, ...]) -> NDArray[np.float64]:
    """(5, 3) centre and rim of an iris in the middle of an eye."""
    center = points[[*upper, *lower]].mean(axis=0)
    radius = 0.23 * float(np.linalg.norm(points[upper[-1]] - points[upper[0]]))
    result: NDArray[np.float64] = center + radius * np.array([(0, 0, 0), (1, 0, 0), (0, -1, 0), (-1, 0, 0), (0, 1, 0)])
    return result
