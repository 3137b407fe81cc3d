"""The canonical face in centimetres, its index lists, and the pose of a face in a picture.

Canonical axes: x to picture right, y up, z toward the viewer; about 17.7 cm from hairline to chin.
Points are numbered as in MediaPipe's face mesh; "left" and "right" mean picture left and right of a face
seen from the front.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.networks import MESH, face_file

NUM_POINTS = 468  # the network's last ten points are the irises, which are not part of the mesh
HAIRLINE, CHIN, NOSE_TIP = 10, 152, 1
OVAL = (
    10,
    338,
    297,
    332,
    284,
    251,
    389,
    356,
    454,
    323,
    361,
    288,
    397,
    365,
    379,
    378,
    400,
    377,
    152,
    148,
    176,
    149,
    150,
    136,
    172,
    58,
    132,
    93,
    234,
    127,
    162,
    21,
    54,
    103,
    67,
    109,
)
# lip rings from the inner edge outward, each from the left corner to the right corner
UPPER_LIP = (
    (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308),
    (62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292),
    (76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306),
    (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291),
)
LOWER_LIP = (
    (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308),
    (62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292),
    (76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306),
    (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291),
)
BELOW_LIP = (57, 43, 106, 182, 83, 18, 313, 406, 335, 273, 287)  # first ring of skin under the lower lip
BROWS = ((70, 63, 105, 66, 107, 55, 65, 52, 53, 46), (300, 293, 334, 296, 336, 285, 295, 282, 283, 276))


@dataclass(frozen=True)
class EyeIndices:
    """Points of one eye: lids from the picture-left to the picture-right corner, both corners included."""

    upper: tuple[int, ...]
    lower: tuple[int, ...]
    brow: tuple[int, ...]
    iris: tuple[int, ...]  # centre, then four points on the rim


EYES = (
    EyeIndices(
        (33, 246, 161, 160, 159, 158, 157, 173, 133),
        (33, 7, 163, 144, 145, 153, 154, 155, 133),
        (46, 53, 52, 65, 55),
        (468, 469, 470, 471, 472),
    ),
    EyeIndices(
        (362, 398, 384, 385, 386, 387, 388, 466, 263),
        (362, 382, 381, 380, 374, 373, 390, 249, 263),
        (285, 295, 282, 283, 276),
        (473, 474, 475, 476, 477),
    ),
)


@dataclass(frozen=True, eq=False)
class CanonicalMesh:
    """points: (468, 3) float64 cm.  triangles: (898, 3) int64, eyes and mouth filled."""

    points: NDArray[np.float64]
    triangles: NDArray[np.int64]


def canonical_mesh() -> CanonicalMesh:
    """The mesh that is bundled with talkshow."""
    return _read_mesh(face_file(MESH))


@functools.cache
def _read_mesh(file: Path) -> CanonicalMesh:
    with np.load(file) as stored:
        return CanonicalMesh(stored["V"][:, :3].astype(np.float64), stored["I"].astype(np.int64))


@dataclass(frozen=True, eq=False)
class Pose:
    """Weak perspective: image = scale * (rotation @ cm) * (1, -1, -1) + offset.

    scale:    pixels per cm
    rotation: (3, 3)
    offset:   (3,) pixels
    shape:    (468, 3) cm, this person's face turned to the front
    """

    scale: float
    rotation: NDArray[np.float64]
    offset: NDArray[np.float64]
    shape: NDArray[np.float64]

    @property
    def yaw(self) -> float:
        """Degrees by which the face is turned to picture right."""
        return math.degrees(math.atan2(self.rotation[0, 2], self.rotation[2, 2]))

    def project(self, cm: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, 3) cm -> (N, 2) pixels."""
        return self.displace(cm) + self.offset[:2]

    def displace(self, cm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Directions (..., 3) in cm -> (..., 2) in pixels."""
        turned: NDArray[np.float64] = cm @ self.rotation.T[:, :2] * (self.scale, -self.scale)
        return turned

    def unproject(self, pixels: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Canonical cm, (..., 3), of picture points (..., 2) at canonical depth z (...) cm."""
        flat = (pixels - self.offset[:2]) / (self.scale, -self.scale)
        rest = flat - z[..., None] * self.rotation[:2, 2]
        return np.concatenate([rest @ np.linalg.inv(self.rotation[:2, :2]).T, z[..., None]], axis=-1)


def fit_pose(points: NDArray[np.float32]) -> Pose:
    """Pose of the landmarks (478 or 468, 3), by a least-squares similarity (Umeyama 1991, no reflection)."""
    canonical = canonical_mesh().points
    seen = points[:NUM_POINTS].astype(np.float64) * (1, -1, -1)
    mean_c, mean_s = canonical.mean(axis=0), seen.mean(axis=0)
    u, spread, vt = np.linalg.svd((seen - mean_s).T @ (canonical - mean_c) / NUM_POINTS)
    sign = np.diag([1, 1, np.linalg.det(u @ vt)])
    rotation = u @ sign @ vt
    scale = float((spread * np.diag(sign)).sum() / ((canonical - mean_c) ** 2).sum(axis=1).mean())
    shift = mean_s - scale * rotation @ mean_c
    shape = (seen - shift) @ rotation / scale
    return Pose(scale, rotation, shift * (1, -1, -1), shape)
