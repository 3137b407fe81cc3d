"""The far corner of the mouth on a turned face, where the lips go behind the outline of the face.

There the opening ends in front of the corner, at the outermost visible points of the lips. Beyond them is skin of the
upper layer, which stretches separately.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from talkshow.render.portrait.grid import FloatArray

HOLLOW = 0.22  # share of the far edge's height: the limit of the corner's depth
STEPS = 9  # points of the far edge


@dataclass(frozen=True, eq=False)
class FarEdge:
    """Where an opening ends toward the side turned away.

    line:   (STEPS, 2) pixels from the upper to the lower lip's outermost point, through the corner
    top, low: the last points of the upper and the lower edge that are in front of it, as indices
    """

    line: FloatArray
    top: int
    low: int


def far_edge(top_edge: FloatArray, low_edge: FloatArray, far: FloatArray) -> FarEdge:
    """top_edge, low_edge: (N, 2) pixels from the left to the right corner; far: (2,) unit vector away."""
    end = -1 if far[0] > 0 else 0
    top, low = int((top_edge @ far).argmax()), int((low_edge @ far).argmax())
    start, stop = top_edge[top], low_edge[low]
    middle = (start + stop) / 2
    folded = float((middle - (top_edge[end] + low_edge[end]) / 2) @ far)
    height = float(np.linalg.norm(stop - start))
    corner = middle - far * float(np.clip(folded, -0.5 * height, HOLLOW * height))
    t = np.linspace(0, 1, STEPS)[:, None]
    # a quadratic curve that passes the corner half-way
    line = (1 - t) ** 2 * start + 2 * t * (1 - t) * (2 * corner - middle) + t**2 * stop
    return FarEdge(line.astype(np.float32), top, low)
