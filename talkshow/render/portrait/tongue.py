"""The tongue, drawn once per face: a softly lit surface behind the lower teeth."""

from __future__ import annotations

import numpy as np

from talkshow.faces.mesh import Pose
from talkshow.render.portrait.grid import FloatArray
from talkshow.render.portrait.shapes import smoothstep
from talkshow.render.portrait.teeth import Sprite, closed_lip_line

HALF_CM = (1.9, 1.25)  # half its width, half its height
COLOR = np.array([0.66, 0.36, 0.35])  # against skin


def draw_tongue(pose: Pose, skin: FloatArray) -> Sprite:
    """The tongue: widest and lightest behind the lower teeth, fading into the dark above.  skin: (3,) RGB."""
    center = pose.project((closed_lip_line(pose.shape) + np.array([0, -0.28, -1.6]))[None])[0]
    across = pose.displace(np.array([HALF_CM[0], 0.0, 0.0]))
    down = pose.displace(np.array([0.0, -HALF_CM[1], 0.0]))
    half = np.abs(across) + np.abs(down) + 2
    left, top = np.floor(center - half).astype(int)
    right, bottom = np.ceil(center + half).astype(int) + 1
    x, y = np.meshgrid(np.arange(left, right), np.arange(top, bottom))
    u, v = np.moveaxis((np.stack([x, y], axis=-1) - center) @ np.linalg.inv(np.stack([across, down])), -1, 0)
    alpha = smoothstep(1.0, 0.70, np.hypot(u, v)) * smoothstep(-1.0, -0.1, v)
    groove = np.exp(-((u / 0.16) ** 2)) * smoothstep(0.6, -0.2, v)
    light = np.clip(0.80 + 0.25 * smoothstep(-0.6, 0.3, v) - 0.35 * u**2 - 0.10 * groove, 0.1, 1.1)
    colors = COLOR * skin * light[..., None]
    return Sprite((colors * alpha[..., None]).astype(np.float32), alpha.astype(np.float32), int(left), int(top))
