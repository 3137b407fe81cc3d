"""A mouth measured by how it changes: for faces that the landmark network does not fit, such as a few bold strokes.

Nothing is known of how the face is made. It is cut out and laid over a reference look by its upper half, so that
a moving head stands still; in its lower half the place that changes most is taken for the mouth, and the measure is
how far that place is from its look at rest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from talkshow.geometry import Box

SMALLEST = 16  # pixels of a face's height
SIDE = 48  # pixels of a cut-out face, square
_ROOM = 1.2  # a cut-out is so much wider than the face's box
_UPPER = 0.55  # share of the cut-out, from the top, by which faces are laid over each other
_STILL = np.eye(2, 3, dtype=np.float32)
_LIKENESS, _FURTHEST, _MOST_TURN = 0.6, SIDE / 3, 0.35  # of a fit that is believed: correlation, pixels, radians
_CALM = 0.25  # share of the frames, the calmest, that show the mouth at rest
_WIDE = 0.95  # quantile of a pixel's change by which the mouth is found: speech may be rare
_ACROSS, _DOWN = (0.2, 0.8), (0.2, 0.9)  # shares of a look in which the mouth is sought
_LEARNED_FROM = 1500  # frames at most, to learn where the mouth is
_ROUNDS = 25  # of the alignment

Patch = NDArray[np.uint8]  # (SIDE, SIDE) grey


class LookReader:
    """Cuts one face out of frame after frame, each laid over a reference look."""

    def __init__(self, reference: Patch) -> None:
        self._reference = reference
        self._place = _STILL
        self._mask = np.zeros((SIDE, SIDE), np.uint8)
        self._mask[: round(_UPPER * SIDE)] = 255

    def read(self, pixels: NDArray[np.uint8], box: Box) -> Patch:
        """The lower half of the face, (SIDE // 2, SIDE) uint8 grey.  pixels: (height, width, 3) RGB frame."""
        import cv2

        patch = cut_out(pixels, box)
        criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _ROUNDS, 1e-3)
        try:
            # enhanced correlation coefficient (Evangelidis and Psarakis 2008), here a shift and a turn
            likeness, place = cv2.findTransformECC(
                self._reference, patch, self._place.copy(), cv2.MOTION_EUCLIDEAN, criteria, self._mask, 3
            )
        except cv2.error:  # it did not converge
            likeness, place = 0.0, _STILL
        if likeness < _LIKENESS or np.abs(place[:, 2]).max() > _FURTHEST or abs(place[0, 1]) > _MOST_TURN:
            place = _STILL  # too little is to be seen there to lay anything over it
        self._place = place
        laid = cv2.warpAffine(
            patch, place, (SIDE, SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(laid[SIDE // 2 :])


def cut_out(pixels: NDArray[np.uint8], box: Box) -> Patch:
    """The face with a little room around it, (SIDE, SIDE) grey."""
    import cv2

    width, height = box.width * _ROOM, box.height * _ROOM
    left, top = box.center[0] - width / 2, box.center[1] - height / 2
    scale_x, scale_y = SIDE / width, SIDE / height
    blur = max(1, round(min(width, height) / SIDE))
    x0, y0 = max(0, int(left) - 2), max(0, int(top) - 2)
    part = pixels[y0 : int(top + height) + 3, x0 : int(left + width) + 3]
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    if blur > 1:
        grey = cv2.blur(grey, (blur, blur))
    place = np.array([[scale_x, 0, scale_x * (x0 - left)], [0, scale_y, scale_y * (y0 - top)]])
    return np.asarray(
        cv2.warpAffine(grey, place, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    )


class MouthOfLooks:
    """Learns from the first looks where the mouth is and how it rests; then every look is one number."""

    def __init__(self) -> None:
        self._waiting: list[NDArray[np.uint8]] = []
        self._distances: list[NDArray[np.float64]] = []
        self._rest: NDArray[np.float32] | None = None
        self._weights: NDArray[np.float32] | None = None

    def add(self, looks: NDArray[np.uint8]) -> None:
        """Looks of consecutive frames, (num, SIDE // 2, SIDE)."""
        self._waiting.append(looks)
        if self._rest is not None or sum(map(len, self._waiting)) >= _LEARNED_FROM:
            self._measure()

    def openness(self) -> NDArray[np.float64]:
        """Of all looks that were added: distance from the look at rest, in grey levels of 255."""
        if self._waiting:
            self._measure()
        return np.concatenate(self._distances) if self._distances else np.zeros(0)

    def _measure(self) -> None:
        if self._rest is None:
            self._learn(self._waiting)
        assert self._rest is not None and self._weights is not None
        for looks in self._waiting:
            change = np.abs(looks - self._rest)
            self._distances.append((change * self._weights).sum(axis=(1, 2)).astype(np.float64))
        self._waiting = []

    def _learn(self, runs: Sequence[NDArray[np.uint8]]) -> None:
        """Rest: the median of the calmest frames.  Weights: where looks differ from it most, summing to 1."""
        import cv2

        looks = np.concatenate(runs).astype(np.float32)
        restless = np.concatenate([_restlessness(run.astype(np.float32)) for run in runs])
        calm = restless <= np.quantile(restless, _CALM)
        self._rest = np.median(looks[calm], axis=0)
        change = cv2.GaussianBlur(np.quantile(np.abs(looks - self._rest), _WIDE, axis=0), (0, 0), 1.0) * _window()
        weights = np.maximum(change - 0.5 * change.max(), 0)
        self._weights = weights / max(float(weights.sum()), 1e-9)


def _window() -> NDArray[np.float32]:
    """Where a mouth can be in a look: 1, else 0. At the sides the world behind the face shows, at the top the eyes."""
    window = np.zeros((SIDE // 2, SIDE), np.float32)
    rows, columns = (
        slice(round(first * side), round(last * side)) for (first, last), side in ((_DOWN, SIDE // 2), (_ACROSS, SIDE))
    )
    window[rows, columns] = 1
    return window


def _restlessness(looks: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much the face changes around each frame, (num,)."""
    steps = np.abs(np.diff(looks, axis=0, prepend=looks[:1])).mean(axis=(1, 2))
    return np.convolve(np.pad(steps, 3, mode="edge"), np.ones(7) / 7, "valid")
