"""Teeth, drawn once per face: two dental arches in canonical centimetres, projected and shaded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.mesh import LOWER_LIP, UPPER_LIP, Pose
from talkshow.render.portrait.grid import FloatArray
from talkshow.render.portrait.shapes import UPPER_SHARE, smoothstep

# widths of the teeth from the middle outward, cm (Wheeler's averages, slightly rounded)
UPPER_WIDTHS = (0.85, 0.65, 0.76, 0.70, 0.68, 0.95)
LOWER_WIDTHS = (0.53, 0.58, 0.68, 0.70, 0.70, 1.00)
SHOWN = 0.34  # cm of the upper teeth below the line of the closed lips, at least
CROWN = 0.95  # cm of a front tooth that a smile may show
FRONT_CM = 0.9  # on either side of the middle, for the front teeth
HIDDEN = 0.75  # cm of them above it
OVERBITE = 0.22  # cm by which the lower teeth overlap behind the upper ones
BEHIND_LIPS = 0.50  # cm
ARCH = 0.26  # the arch's depth is ARCH * x^2 cm
FAR_BEND = 0.75  # share of the arch's curvature that is removed on the far side of a strongly turned face
BRIGHTEST = 1.3  # lightness of a tooth against skin
WARMEST = 1.5  # red against blue in candlelight; 1 in daylight
SUPERSAMPLE = 3
SKIN_TONE = np.array([1.0, 0.78, 0.66], np.float32)  # of skin in neutral light, its red at 1


@dataclass(frozen=True, eq=False)
class Sprite:
    """A small picture that is drawn into the mouth.

    colors:    (height, width, 3) float32, 0..255, multiplied by its alpha
    alpha:     (height, width) float32, 0..1
    left, top: first pixel in the frame, the face at rest with closed lips
    """

    colors: FloatArray
    alpha: FloatArray
    left: int
    top: int


def closed_lip_line(shape: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3,) cm: the middle of the mouth after `close` has closed the lips."""
    upper, lower = shape[UPPER_LIP[0][5]], shape[LOWER_LIP[0][5]]
    return np.asarray(upper + UPPER_SHARE * (lower - upper))


def draw_teeth(pose: Pose, color: FloatArray, shown: float) -> tuple[Sprite, Sprite]:
    """Upper and lower teeth at their positions behind closed lips.

    color: (3,) RGB of a lit tooth; shown: cm of the upper teeth below the line of the closed lips.
    """
    line = closed_lip_line(pose.shape)
    corners = pose.shape[[UPPER_LIP[0][0], UPPER_LIP[0][-1]]]
    size = float(np.clip((corners[1, 0] - corners[0, 0]) / 4.3, 0.85, 1.15))
    origin = line - (0, 0, BEHIND_LIPS)
    upper = _arch(pose, origin, size, UPPER_WIDTHS, -shown, HIDDEN, color)
    behind = origin - (0, 0, 0.15)
    lower = _arch(pose, behind, size, LOWER_WIDTHS, OVERBITE - shown, -0.95 - shown + SHOWN, color * 0.84)
    return upper, lower


def _arch(
    pose: Pose,
    origin: NDArray[np.float64],
    size: float,
    widths: tuple[float, ...],
    edge: float,
    root: float,
    color: FloatArray,
) -> Sprite:
    """One row of teeth from its biting edge to its root (heights in cm from the lip line)."""
    import cv2

    ends = np.cumsum(widths) * size
    x = np.linspace(-ends[-1], ends[-1], 181)
    tooth, place = _teeth_along(np.abs(x), ends)
    # biting edges have rounded corners, canines are pointed
    rounding = np.where(tooth == 2, 0.07 * np.abs(2 * place - 1), 0.05 * np.abs(2 * place - 1) ** 4)
    inward = np.sign(root - edge)
    edges = edge + inward * rounding + 0.012 * x**2
    levels = np.linspace(0.0, 1.0, 15)
    y = edges[None] + levels[:, None] * (root - edges[None])
    # on the far side of a turned face the arch is flatter, so that the lips meet teeth and not a gap
    turned = smoothstep(25.0, 50.0, np.abs(np.array(pose.yaw)))
    bend = ARCH * (1 - FAR_BEND * turned * smoothstep(0.0, 1.0, np.sign(pose.yaw) * x))
    z = np.broadcast_to(-bend * x**2 / size, y.shape)
    surface = origin + np.stack([np.broadcast_to(x, y.shape), y, z], axis=-1)
    between = np.exp(-((np.minimum(place, 1 - place) * np.asarray(widths)[tooth] / 0.03) ** 2))
    light = (1 - 0.62 * smoothstep(0.7, 2.9, np.abs(x) / size)) * (1 - 0.15 * between)
    light = light[None] * (1 - 0.18 * levels[:, None] ** 1.5) * (0.93 + 0.07 * smoothstep(0.0, 0.12, levels)[:, None])
    # shadows get the colour of the mouth rather than grey
    tint = light[..., None] ** np.array([0.85, 1.05, 1.10])
    pixels = pose.project(surface.reshape(-1, 3)).reshape(*y.shape, 2)
    left, top = np.floor(pixels.reshape(-1, 2).min(axis=0)).astype(int) - 2
    right, bottom = np.ceil(pixels.reshape(-1, 2).max(axis=0)).astype(int) + 3
    canvas = np.zeros(((bottom - top) * SUPERSAMPLE, (right - left) * SUPERSAMPLE, 4), np.float32)
    fine = np.rint(((pixels - (left, top) + 0.5) * SUPERSAMPLE - 0.5) * 16).astype(np.int32)
    depth = (surface @ pose.rotation[2]).mean(axis=0)
    for column in np.argsort((depth[:-1] + depth[1:]) / 2):
        across, along = pixels[0, column + 1] - pixels[0, column], pixels[-1, column] - pixels[0, column]
        # the far end of the arch faces away from the viewer
        if (across[0] * along[1] - across[1] * along[0]) * inward > 0:
            continue
        for row in range(len(levels) - 1):
            quad = fine[[row, row, row + 1, row + 1], [column, column + 1, column + 1, column]]
            shade = [float(part) for part in color * tint[row, column]]
            cv2.fillConvexPoly(canvas, quad, (*shade, 1.0), lineType=cv2.LINE_8, shift=4)
    small = cv2.resize(canvas, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    return Sprite(np.ascontiguousarray(small[..., :3]), np.ascontiguousarray(small[..., 3]), int(left), int(top))


def _teeth_along(
    distance: NDArray[np.float64], ends: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The tooth (counted from the middle) at a distance from the middle, and the position in it, 0..1."""
    tooth = np.minimum(np.searchsorted(ends, distance, side="left"), len(ends) - 1)
    starts = np.concatenate([[0.0], ends[:-1]])
    return tooth, np.clip((distance - starts[tooth]) / (ends[tooth] - starts[tooth]), 0, 1)


def seen_teeth(
    still: NDArray[np.uint8], points: NDArray[np.float64], skin: FloatArray
) -> tuple[NDArray[np.int64], FloatArray]:
    """Positions (N, 2) and colours (N, 3) of the teeth that the picture's own mouth shows; N = 0 for a shut mouth.

    still: (height, width, 3) RGB; points: (468, 2) mesh in frame pixels; skin: (3,) RGB.
    """
    import cv2

    polygon = np.rint(points[[*UPPER_LIP[0], *LOWER_LIP[0][-2:0:-1]]]).astype(np.int32)
    mask = np.zeros(still.shape[:2], np.uint8)
    cv2.fillPoly(mask, [polygon], 1)
    places = np.argwhere(mask)[:, ::-1]
    inside = still[mask > 0].astype(np.float32)
    # teeth are the bright part of an open mouth, and hardly redder than the light
    warmth = float(np.clip(skin[0] / max(1.0, float(skin[2])) * SKIN_TONE[2], 1.0, WARMEST))
    pale = (inside[:, 0] < 1.35 * warmth * inside[:, 2] + 8) & (inside.max(axis=1, initial=0) > 0.55 * skin.max())
    if pale.sum() < max(12, 0.15 * len(inside)):
        pale[:] = False
    return places[pale], inside[pale]


def tooth_color(teeth: FloatArray, skin: FloatArray) -> FloatArray:
    """(3,) RGB of a lit tooth: from the visible teeth (N, 3), or estimated from the light on the skin (3,)."""
    # the colour of the light affects teeth as it does skin, though the skin's own tone is less certain
    tint = (skin / skin.max() / SKIN_TONE) ** 0.6
    guess: FloatArray = np.array([0.97, 0.94, 0.88], np.float32) * tint * float(np.clip(skin.max() * 1.05, 25, 235))
    if not len(teeth):
        return guess
    # their brightness, but a tint between theirs and white: the sample includes shadow and lip
    own = np.percentile(teeth, 85, axis=0).astype(np.float32)
    own *= min(1.0, BRIGHTEST * float(skin.max()) / float(own.max()))  # anything brighter is the sky behind
    result: FloatArray = np.clip(0.5 * own + 0.5 * guess * (own.mean() / guess.mean()), 20, 245).astype(np.float32)
    return result


def biting_edge(pose: Pose, places: NDArray[np.int64]) -> float:
    """How far the upper teeth extend below the line of the closed lips, cm: a smile in the picture shows them.

    places: (N, 2) frame pixels of the visible teeth.
    """
    upper, lower = pose.project(pose.shape[[UPPER_LIP[0][5], LOWER_LIP[0][5]]])
    down = pose.displace(np.array([0.0, -1.0, 0.0]))  # a centimetre
    across = np.abs((places - upper) @ np.array([down[1], -down[0]])) / (down @ down)
    front = places[across < FRONT_CM]
    if not len(front):
        return SHOWN
    below = (front - upper) @ down / (down @ down)
    gap = float((lower - upper) @ down / (down @ down))
    # beyond the length of a crown there would be lower teeth
    return max(SHOWN, min(float(np.percentile(below, 90)), CROWN) - UPPER_SHARE * gap)
