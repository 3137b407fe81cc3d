"""Face shapes: the displacement of each point of the canonical mesh when a channel is at 1, in centimetres.

All anatomy is here.  Every shape is (468, 3) float64, a displacement along the canonical axes (x picture right, y up,
z toward the viewer).  Lips are moved ring by ring, skin by smooth functions of position, so that nothing tears between
them.  The jaw rotates about the ears and slides slightly forward, like a real one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.mesh import BROWS, LOWER_LIP, NUM_POINTS, UPPER_LIP, canonical_mesh

Shape = NDArray[np.float64]  # (468, 3) cm

MOUTH_SHAPES = ("jaw", "lips", "press", "round", "wide", "upper", "lower", "tuck", "smile")
SHAPES = ("close", "bare", *MOUTH_SHAPES, "brow")

JAW_AXIS = (0.3, -1.5)  # (y, z) cm: the line through both jaw joints
JAW_TURN = 0.22  # radians at jaw = 1
JAW_SLIDE = (-0.80, 0.30)  # (y, z) cm at jaw = 1
CORNER = 0.38  # share of the jaw's motion that the mouth's corners follow
MOUTH_Y = -4.3  # height of the closed lips, cm
UNSMILE = 0.75  # share of a smile's lift of the corners that rounded lips cancel
UPPER_SHARE = 0.35  # share of a gap that the upper lip closes; the jaw closes the rest
ALONG = (np.arange(11) - 5) / 5  # position along a lip ring, -1 left corner .. 1 right corner


def smoothstep(
    start: float | NDArray[np.float64], stop: float | NDArray[np.float64], x: NDArray[np.float64]
) -> NDArray[np.float64]:
    """0 before `start`, 1 after `stop`, 3t^2 - 2t^3 between; `start` may be greater than `stop`."""
    t = np.clip((x - start) / (np.asarray(stop) - start), 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t))


def face_shapes(shape: Shape) -> dict[str, Shape]:
    """All shapes for one person.  shape: (468, 3) cm, the face turned to the front (`Pose.shape`)."""
    jaw_weight = _jaw_weight()
    return {
        "close": _close(shape, jaw_weight),
        "bare": -_upper_lip_closing(shape),
        "jaw": _jaw(jaw_weight),
        "lips": _lips(jaw_weight),
        "press": _press(jaw_weight),
        "round": _round(shape),
        "wide": _wide(),
        "upper": _upper(),
        "lower": _lower(),
        "tuck": _tuck(),
        "smile": _smile(),
        "brow": _brow(),
    }


def _jaw_weight() -> NDArray[np.float64]:
    """(468,) the share of the jaw's motion that each point follows, 0..1."""
    x, y = np.abs(canonical_mesh().points[:, 0]), canonical_mesh().points[:, 1]
    side = smoothstep(1.5, 3.5, x)  # in the cheeks the transition covers more skin
    weight = smoothstep(-3.9 + 1.4 * side, -5.6 - 0.9 * side, y)
    for ring in LOWER_LIP:
        weight[list(ring)] = 1 - (1 - CORNER) * ALONG**2
    for ring in UPPER_LIP:
        weight[list(ring)] = CORNER * np.abs(ALONG) ** 3
    return weight


def _jaw(weight: NDArray[np.float64]) -> Shape:
    points = canonical_mesh().points
    arm = points[:, 1:] - JAW_AXIS
    fade = smoothstep(7.0, 3.5, np.abs(points[:, 0]))
    moved = np.zeros((NUM_POINTS, 3))
    moved[:, 1] = -JAW_TURN * arm[:, 1].clip(0) + JAW_SLIDE[0] * fade
    moved[:, 2] = JAW_TURN * arm[:, 0] + JAW_SLIDE[1] * fade
    # an opening mouth pulls its corners in
    moved[:, 0] = -0.06 * points[:, 0] * smoothstep(4.5, 2.0, _mouth_distance())
    return moved * weight[:, None]


def _lips(jaw_weight: NDArray[np.float64]) -> Shape:
    """The jaw's motion applied to the lips only: the skin between lower lip and chin stretches."""
    share = smoothstep(-8.4, -5.6, canonical_mesh().points[:, 1])
    share[[index for rings in (UPPER_LIP, LOWER_LIP) for ring in rings for index in ring]] = 1
    return _jaw(jaw_weight) * share[:, None]


def _mouth_distance() -> NDArray[np.float64]:
    """(468,) cm from the mouth's middle, with width weighted less than height."""
    points = canonical_mesh().points
    return np.asarray(np.hypot(points[:, 0] / 1.35, points[:, 1] - MOUTH_Y))


def _close(shape: Shape, jaw_weight: NDArray[np.float64]) -> Shape:
    """Closes the opening of the picture's own mouth, so that the lips touch."""
    lift = -(1 - UPPER_SHARE) * _opening(shape)
    middle = lift[5] * jaw_weight[:, None]  # chin and cheeks follow the jaw
    moved = np.where(jaw_weight[:, None] > 0, 0.85 * middle, 0.0)
    for top, bottom, share in zip(UPPER_LIP, LOWER_LIP, (1, 0.99, 0.97, 0.94), strict=True):
        moved[list(bottom[1:-1])] = (lift * share)[1:-1]
        moved[list(top)] = 0
        moved[[bottom[0], bottom[-1]]] = 0
    return moved + _upper_lip_closing(shape)


def _opening(shape: Shape) -> NDArray[np.float64]:
    """(11, 3) cm from the upper to the lower lip, along the mouth."""
    gap = shape[list(LOWER_LIP[0])] - shape[list(UPPER_LIP[0])]
    gap[[0, -1]] = 0
    return np.asarray(gap)


def _upper_lip_closing(shape: Shape) -> Shape:
    """The upper lip's part in closing the picture's own opening; without it, a smile shows its teeth again."""
    moved, opening = np.zeros((NUM_POINTS, 3)), _opening(shape)
    # its outer edge moves less far: the lip unrolls
    for ring, share in zip(UPPER_LIP, (1, 0.9, 0.75, 0.5), strict=True):
        moved[list(ring)] = UPPER_SHARE * share * opening
    return moved + _spread({index: moved[index] for index in UPPER_LIP[3][1:-1]}, 1.2)


def _press(jaw_weight: NDArray[np.float64]) -> Shape:
    """Lips rolled in a little: thinner, with the chin pushed up. (`close` makes them meet.)"""
    bow = 1 - ALONG**2
    moved = np.zeros((NUM_POINTS, 3))
    for depth, amount in enumerate((0.0, 0.03, 0.07, 0.10)):
        moved[list(UPPER_LIP[depth]), 1] = -amount * bow
        moved[list(LOWER_LIP[depth]), 1] = amount * 1.3 * bow
        moved[list(UPPER_LIP[depth]), 2] = moved[list(LOWER_LIP[depth]), 2] = -0.10 * bow
    edge = {i: moved[i] for i in (*UPPER_LIP[3][1:-1], *LOWER_LIP[3][1:-1])}
    return moved + _spread(edge, 1.0) + np.outer(jaw_weight * (_mouth_distance() > 2), (0, 0.06, 0))


def _round(shape: Shape) -> Shape:
    points, near = canonical_mesh().points, smoothstep(4.2, 1.6, _mouth_distance())
    moved = np.zeros((NUM_POINTS, 3))
    moved[:, 0] = -0.38 * points[:, 0] * near
    moved[:, 1] = 0.05 * (points[:, 1] - MOUTH_Y) * near
    moved[:, 2] = 0.60 * near
    # rounded lips do not smile: the corners return to their rest position
    corners, middle = (61, 291), (UPPER_LIP[0][5], LOWER_LIP[0][5])
    lifted = [face[list(corners), 1].mean() - face[list(middle), 1].mean() for face in (shape, points)]
    aside = np.minimum(np.abs(points[:, 0] / points[corners[1], 0]), 1.0) ** 2
    moved[:, 1] -= UNSMILE * max(0.0, float(lifted[0] - lifted[1])) * aside * near
    # protruded lips cover the teeth
    for rings, down in ((UPPER_LIP, 0.15), (LOWER_LIP, -0.04)):
        for ring, share in zip(rings, (1.0, 0.9, 0.7, 0.4), strict=True):
            moved[list(ring), 1] -= down * share * (1 - ALONG**2)
    return moved


def _wide() -> Shape:
    points, near = canonical_mesh().points, smoothstep(4.4, 1.8, _mouth_distance())
    moved = np.zeros((NUM_POINTS, 3))
    moved[:, 0] = 0.15 * points[:, 0] * near
    moved[:, 1] = -0.08 * (points[:, 1] - MOUTH_Y) * near
    moved[:, 2] = -0.18 * near * np.abs(points[:, 0]) / 2.4
    return moved


def _upper() -> Shape:
    moved = np.zeros((NUM_POINTS, 3))
    for ring, amount in zip(UPPER_LIP, (0.42, 0.42, 0.40, 0.36), strict=True):
        moved[list(ring), 1] = amount * (1 - ALONG**2)
    return moved + _spread({i: moved[i] for i in UPPER_LIP[3][1:-1]}, 1.6)


def _lower() -> Shape:
    moved = np.zeros((NUM_POINTS, 3))
    for ring, amount in zip(LOWER_LIP, (0.45, 0.45, 0.43, 0.40), strict=True):
        moved[list(ring), 1] = -amount * (1 - ALONG**2)
    return moved + _spread({i: moved[i] for i in LOWER_LIP[3][1:-1]}, 1.6)


def _tuck() -> Shape:
    """Upper lip raised until the edge of the teeth shows; lower lip rolled back under it."""
    moved, bow = np.zeros((NUM_POINTS, 3)), 1 - ALONG**2
    for depth, (up, roll) in enumerate(((0.24, 0.0), (0.24, 0.04), (0.23, 0.10), (0.20, 0.16))):
        moved[list(UPPER_LIP[depth]), 1] = up * bow
        moved[list(LOWER_LIP[depth]), 1] = roll * bow
        moved[list(LOWER_LIP[depth]), 2] = -0.30 * bow
    return moved + _spread({i: moved[i] for i in (*UPPER_LIP[3][1:-1], *LOWER_LIP[3][1:-1])}, 1.4)


def _smile() -> Shape:
    points = canonical_mesh().points
    moved = np.zeros((NUM_POINTS, 3))
    for corner, side in ((61, -1), (291, 1)):
        near = smoothstep(3.2, 0.3, np.linalg.norm((points - points[corner])[:, :2], axis=1))
        moved += near[:, None] * (0.30 * side, 0.38, -0.10)
    return moved


def _brow() -> Shape:
    points = canonical_mesh().points
    edge = {index: np.array((0, 0.5, 0)) for brow in BROWS for index in brow}
    moved = _spread(edge, 2.4)
    moved[list(edge)] = (0, 0.5, 0)
    moved[:, 1] *= smoothstep(2.6, 4.0, points[:, 1])  # the eyes themselves stay
    return moved


def _spread(edge: dict[int, NDArray[np.float64]], reach_cm: float) -> Shape:
    """Extend the motion of `edge` points into the skin around, fading to 0 at `reach_cm`; 0 at all lip points."""
    points = canonical_mesh().points
    indices = list(edge)
    distance = np.linalg.norm(points[:, None, :2] - points[None, indices, :2], axis=2)
    weight = np.exp(-((distance / (0.35 * reach_cm)) ** 2)) + 1e-9
    carried = weight @ np.array([edge[index] for index in indices]) / weight.sum(axis=1, keepdims=True)
    carried *= smoothstep(reach_cm, 0.0, distance.min(axis=1))[:, None]
    lips = {index for rings in (UPPER_LIP, LOWER_LIP) for ring in rings for index in ring}
    carried[list(lips | set(indices))] = 0
    return np.asarray(carried)
