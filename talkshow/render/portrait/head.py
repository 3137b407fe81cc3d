"""Motion of head and body: displacements in frame pixels for one degree, or for a channel at 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.mesh import CHIN, HAIRLINE, Pose
from talkshow.render.portrait.shapes import smoothstep

HEAD_CHANNELS = ("yaw", "pitch", "roll", "breath", "lean")
PIVOT = (0.0, -8.0, -4.5)  # cm, canonical: the joint of neck and head
BACK_OF_HEAD = (0.0, 2.0, -4.0)  # cm, canonical: depth of the hair at the head's outline
NECK_CM = 6.5  # length below the chin over which the head's motion fades
HIPS_CM = 48.0  # below the chin: the centre of the body's sway
BREATH_CM = 0.22
LEAN_CM = 0.70
FOLLOW = 0.16  # share of the head's rotation that the shoulders follow
CHEST_CM = 7.0  # from the spine to the middle of the chest
SHOULDER_CM = 19.0  # from the spine: distance at which turning shoulders neither approach nor recede


def below_chin(pose: Pose, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(..., 2) frame pixels -> cm below the chin, along the face's own axis."""
    chin, hairline = pose.project(pose.shape[[CHIN, HAIRLINE]])
    down = (chin - hairline) / np.linalg.norm(chin - hairline)
    return np.asarray((points - chin) @ down / pose.scale)


def camera_depth(pose: Pose) -> NDArray[np.float64]:
    """(468,) cm toward the viewer of the person's own mesh."""
    return np.asarray(pose.shape @ pose.rotation[2])


def outline_depth(pose: Pose) -> float:
    """Depth of hair at the head's outline, cm toward the viewer."""
    return float(pose.rotation[2] @ np.array(BACK_OF_HEAD))


def head_motion(pose: Pose, points: NDArray[np.float64], depth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Displacements by channel.

    points: (..., 2) frame pixels; depth: (...) cm toward the viewer.  Returns (..., 2, len(HEAD_CHANNELS))
    pixels: for one degree of yaw, pitch and roll, and for breath and lean at 1.  Rotations are linearised, which over
    the few degrees that a still picture allows is exact to a fraction of a pixel.
    """
    flat = (points - pose.offset[:2]) / (pose.scale, -pose.scale)
    pivot = pose.rotation @ np.array(PIVOT)
    x, y, z = flat[..., 0] - pivot[0], flat[..., 1] - pivot[1], depth - pivot[2]
    level = below_chin(pose, points)
    head = smoothstep(NECK_CM, 0.0, level)
    zero = np.zeros_like(x)
    degree = np.radians(1.0) * head
    trunk = smoothstep(1.0, 9.0, level) * smoothstep(HIPS_CM, 0.5 * HIPS_CM, level)
    chest = smoothstep(-1.0, 5.0, level) * smoothstep(30.0, 8.0, level)
    front = CHEST_CM * (1 - np.minimum(np.abs(x) / SHOULDER_CM, 1) ** 2)
    follow = np.radians(1.0) * FOLLOW * trunk
    moved = np.stack(
        [
            np.stack([z * degree + front * follow, zero], axis=-1),
            np.stack([zero, z * degree], axis=-1),
            np.stack([y * degree, -x * (degree + follow)], axis=-1),
            np.stack([zero, BREATH_CM * np.maximum(chest, 0.35 * head)], axis=-1),
            np.stack([LEAN_CM * np.clip(1 - level / HIPS_CM, 0, 1), zero], axis=-1),
        ],
        axis=-1,
    )
    return np.asarray(moved * np.array([pose.scale, -pose.scale])[:, None])
