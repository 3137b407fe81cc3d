"""The skin colour of a face, on which the colours of lids, teeth, tongue and mouth cavity are based."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talkshow.render.portrait.grid import FloatArray

SKIN_POINTS = (50, 280, 152, 205, 425, 5, 101, 330)  # of the mesh: cheeks, bridge of the nose, chin


def color_at(still: NDArray[np.uint8], points: NDArray[np.float64]) -> FloatArray:
    """(3,) the typical colour, 0..255, at some points (N, 2) of a frame (height, width, 3)."""
    spots = np.clip(np.rint(points), 0, (still.shape[1] - 1, still.shape[0] - 1)).astype(int)
    return np.asarray(np.median(still[spots[:, 1], spots[:, 0]].astype(np.float32), axis=0))
