"""The mouth's far corner on a turned face, where lips turn behind the outline of the face.

There the two lip layers end, and between them a strip of lip closes the opening toward the background.  Its
texture is the picture's own: row by row, what lies beyond the opening in the still frame is laid beyond the
opening in the moved one, from the upper lip's outermost place to the lower lip's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.mesh import Pose
from talkshow.render.portrait.grid import FloatArray
from talkshow.render.portrait.shapes import smoothstep

REACH_CM = 0.8                   # how far beyond the opening the strip reaches: over lips and outline
FOLDED_CM = (0.12, 0.32)         # how far the corner lies behind the lips: from no strip to a whole one
HOLLOW = 0.22                    # of the far edge's height: as deep as the corner may be drawn in
LEAST_SOURCE_CM = 0.5            # height of the strip in the still frame: less is stretched from the lips around
SHADE = 0.35                     # of the light, lost at the opening's rim
DOUBT_YAW = (47.0, 56.0)         # degrees
STEPS = 9                        # points of the far edge


@dataclass(frozen=True, eq=False)
class FarEdge:
    """Where an opening ends toward the side turned away.

    line:   (STEPS, 2) pixels from the upper to the lower lip's outermost place, by way of the corner
    top, low: the last points of the upper and the lower edge that are in front of it, as indices
    folded: pixels that the corner lies behind the lips
    """

    line: FloatArray
    top: int
    low: int
    folded: float


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
    # a quadratic curve through the corner at half its way
    line = (1 - t) ** 2 * start + 2 * t * (1 - t) * (2 * corner - middle) + t ** 2 * stop
    return FarEdge(line.astype(np.float32), top, low, max(0.0, folded))


@dataclass(frozen=True, eq=False)
class FarCorner:
    """The far corner of one mouth in the still frame.

    far, down: (2,) unit vectors, at right angles: along the mouth to the side turned away, and to the chin
    along:     (STEPS,) place of the still opening's far edge along `far`, pixels
    rows:      (2,) first and last place along `down` from which the strip is taken, pixels
    scale:     pixels per cm
    lip:       (3,) RGB of the lower lip
    doubt:     0..1, how much of the strip is painted with it: landmarks of a steep face fall short of the
               opening's far end, so that teeth and not lips may lie beyond them
    """

    far: FloatArray
    down: FloatArray
    along: FloatArray
    rows: tuple[float, float]
    scale: float
    lip: FloatArray
    doubt: float


def build_corner(top_edge: FloatArray, low_edge: FloatArray, far: FloatArray, down: FloatArray, pose: Pose,
                 lip: FloatArray) -> FarCorner:
    """Edges as in `far_edge`, in the still frame; lip: (3,) RGB."""
    doubt = float(smoothstep(*DOUBT_YAW, np.abs(np.array(pose.yaw))))
    edge = far_edge(top_edge, low_edge, far)
    first, last = float(edge.line[0] @ down), float(edge.line[-1] @ down)
    short = max(0.0, LEAST_SOURCE_CM * pose.scale - (last - first)) / 2
    return FarCorner(far, down, edge.line @ far, (first - short, last + short), pose.scale, lip, doubt)


def paint_corner(corner: FarCorner, edge: FarEdge, texture: NDArray[np.uint8], canvas: NDArray[np.uint8]) -> None:
    """Lay the strip into `canvas` (height, width, 4), in place.

    edge: of this frame, in pixels of the canvas; texture: (height, width, 4) the still frame's people.
    """
    import cv2

    rows = edge.line @ corner.down
    height = float(rows[-1] - rows[0])
    share = float(smoothstep(FOLDED_CM[0] * corner.scale, FOLDED_CM[1] * corner.scale, np.array(edge.folded)))
    share *= min(1.0, max(0.0, height - 0.5))
    if share <= 0:
        return
    reach = REACH_CM * corner.scale
    around = np.concatenate([edge.line, edge.line + corner.far * reach])
    low = np.maximum(np.floor(around.min(axis=0)).astype(int) - 2, 0)
    high = np.minimum(np.ceil(around.max(axis=0)).astype(int) + 3, canvas.shape[1::-1])
    if (high - low).min() < 1:
        return
    x, y = np.meshgrid(np.arange(low[0], high[0], dtype=np.float32), np.arange(low[1], high[1], dtype=np.float32))
    along, row = x * corner.far[0] + y * corner.far[1], x * corner.down[0] + y * corner.down[1]
    place = (row - rows[0]) / max(height, 1e-3)
    steps = np.linspace(0, 1, STEPS)
    beyond = along - np.interp(row, rows, edge.line @ corner.far)
    source_along = np.interp(place, steps, corner.along) + beyond
    source_row = corner.rows[0] + np.clip(place, 0, 1) * (corner.rows[1] - corner.rows[0])
    source = (source_along[..., None] * corner.far + source_row[..., None] * corner.down).astype(np.float32)
    strip = cv2.remap(texture, source, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    # the strip bends back into the mouth: away from the light
    shade = 1 - SHADE * smoothstep(0.45 * corner.scale, 0.0, beyond)
    soft = max(1.0, 0.12 * corner.scale)
    weight = np.clip(0.5 + (row - rows[0]) / soft, 0, 1) * np.clip(0.5 + (rows[-1] - row) / soft + 0.5, 0, 1)
    weight *= np.clip(beyond + 2.0, 0, 1) * smoothstep(reach, 0.6 * reach, beyond) * share
    part = canvas[low[1]:high[1], low[0]:high[0]]
    strip = strip.astype(np.float32)
    strip[..., :3] += (corner.lip * strip[..., 3:] / 255 - strip[..., :3]) * corner.doubt
    strip[..., :3] *= shade[..., None]
    part[...] = np.rint(part + (strip - part) * weight[..., None])
