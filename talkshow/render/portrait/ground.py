"""The ground of a person: the grid over head and body, the matte, and how far each point may move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.mesh import CHIN, HAIRLINE, OVAL, Pose
from talkshow.render.portrait.grid import FloatArray, Grid, grid_over
from talkshow.render.portrait.head import BACK_OF_HEAD
from talkshow.render.portrait.matte import attached_to, figure_matte, person_likelihood, person_matte
from talkshow.render.portrait.shapes import smoothstep

CELLS_PER_FACE = 80  # grid nodes from hairline to chin: the lips still span several
SKIRT_CM = (3.5, 1.5)  # distances from a person's outline: the motion around it fades from the second to the first
CONTEXT_CM = 5.0  # margin around the grid for the input of the matte network
BRIDGE_CM = 1.2  # parts connected to a person by less than this are not part of them
SOMEBODY = (0.02, 0.15)  # output of the network for the full picture: from certainly background to possibly a person
PERSON = 0.6  # output of the network over a face, below which it has missed the person
ABOVE_CM, BESIDE_CM, BELOW_CM = 10.5, 24.0, 34.0  # extent of the grid from hairline, face middle and chin
HEAD_BESIDE_CM, HEAD_BELOW_CM = 14.0, 13.0  # the same for the close-up of the head
EDGE_FADE_CM = 3.5  # all motion ends at a border of the grid inside the frame
ALONE = 0.99  # share of a point from which no neighbour has any of it
LAST_MOTION = 0.4  # share of the motion below which the background stays hidden
SURE, OUTLINE_CM = (
    0.9,
    0.7,
)  # matte of a person, or 1 - that of the background; the largest distance of an outline from both


def face_center(pose: Pose) -> NDArray[np.float64]:
    """(2,) frame pixels, midway between hairline and chin."""
    return np.asarray(pose.project(pose.shape[[HAIRLINE, CHIN]]).mean(axis=0))


def ground_grid(pose: Pose, others: Sequence[Pose], size: tuple[int, int]) -> Grid:
    """Around head and shoulders, ending halfway to every neighbour, so that no two grids overlap."""
    hairline, chin = pose.project(pose.shape[[HAIRLINE, CHIN]])
    center, cm = face_center(pose), pose.scale
    step = max(1, round(float(np.linalg.norm(chin - hairline)) / CELLS_PER_FACE))
    # the head of a turned face reaches further to the side it turns away from
    middle = (center[0] + pose.project(np.array([BACK_OF_HEAD]))[0, 0]) / 2
    left, right = middle - BESIDE_CM * cm, middle + BESIDE_CM * cm
    top = min(hairline[1], chin[1]) - ABOVE_CM * cm
    bottom = max(hairline[1], chin[1]) + BELOW_CM * cm
    for other in others:
        there = face_center(other)
        split = center + (there - center) * cm / (cm + other.scale)
        if abs(there[0] - center[0]) >= abs(there[1] - center[1]):
            left, right = (left, min(right, split[0])) if there[0] > center[0] else (max(left, split[0]), right)
        else:
            top, bottom = (top, min(bottom, split[1])) if there[1] > center[1] else (max(top, split[1]), bottom)
    return grid_over(left, top, right, bottom, step, size)


def ground_matte(
    pose: Pose, others: Sequence[Pose], still: NDArray[np.uint8], grid: Grid, net: Any
) -> tuple[FloatArray, FloatArray]:
    """(rows * step, columns * step) the person's share of each pixel, and the share that neighbours leave to them
    (which is included in the first), both 0..1.

    The network runs three times: on the full ground, on a close-up of the head, whose outline is the most visible, and
    on the full picture, in which a seat or a mirror next to a head is easier to distinguish from it.
    """
    import cv2

    bottom, right = grid.top + grid.rows * grid.step, grid.left + grid.columns * grid.step
    # the network needs a margin: a head at the border of its input confuses it
    margin = round(CONTEXT_CM * pose.scale)
    first_x, first_y = max(0, grid.left - margin), max(0, grid.top - margin)
    context = still[first_y : bottom + margin, first_x : right + margin]
    radius = max(2, round(0.45 * pose.scale))
    matte = person_matte(net, context, radius)
    oval = pose.project(pose.shape[list(OVAL)]) - (first_x, first_y)
    face = cv2.fillPoly(np.zeros(matte.shape, np.uint8), [np.rint(oval).astype(np.int32)], 1)
    _look_closer(matte, context, pose, face_center(pose) - (first_x, first_y), radius, net)
    if matte[face > 0].mean() < PERSON:
        matte = figure_matte(context, face)
    else:
        _look_wider(matte, face, still, (first_x, first_y), net)
    inside = np.s_[grid.top - first_y : bottom - first_y, grid.left - first_x : right - first_x]
    matte, face = matte[inside], face[inside]
    matte = attached_to(matte, face, BRIDGE_CM * pose.scale)
    inner = cv2.GaussianBlur(face.astype(np.float32), (0, 0), max(0.8, 0.06 * pose.scale))
    matte = np.maximum(matte, inner)
    territory = cv2.resize(_territory(pose, others, grid), matte.shape[::-1], interpolation=cv2.INTER_LINEAR)
    missing = ((0, grid.rows * grid.step - matte.shape[0]), (0, grid.columns * grid.step - matte.shape[1]))
    return np.pad(matte * territory, missing, mode="edge"), np.pad(territory, missing, mode="edge")


def _look_closer(
    matte: FloatArray, context: NDArray[np.uint8], pose: Pose, center: NDArray[np.float64], radius: int, net: Any
) -> None:
    """Replace the matte around the head, in place, by one from a smaller picture.  center: (2,) of the face."""
    hairline, chin = pose.project(pose.shape[[HAIRLINE, CHIN]])
    cm, half = pose.scale, float(np.linalg.norm(chin - hairline)) / 2
    beside = (HEAD_BESIDE_CM + CONTEXT_CM) * cm
    left, right = max(0, round(center[0] - beside)), round(center[0] + beside)
    top = max(0, round(center[1] - half - (ABOVE_CM + CONTEXT_CM) * cm))
    bottom = round(center[1] + half + (HEAD_BELOW_CM + CONTEXT_CM) * cm)
    part = context[top:bottom, left:right]
    closer = person_matte(net, part, radius)
    fade = CONTEXT_CM * cm
    share = _fading_out(part.shape[0], fade, top > 0, bottom < context.shape[0])[:, None] * _fading_out(
        part.shape[1], fade, left > 0, right < context.shape[1]
    )
    here = matte[top:bottom, left:right]
    here += (closer - here) * share.astype(np.float32)


def _look_wider(
    matte: FloatArray, face: NDArray[np.uint8], still: NDArray[np.uint8], corner: tuple[int, int], net: Any
) -> None:
    """Remove, in place, what is certainly background in the full picture, unless the network missed this face there.

    corner: (x, y) of the matte in the picture.
    """
    wide = person_likelihood(net, still)[corner[1] :, corner[0] :][: matte.shape[0], : matte.shape[1]]
    if wide[face > 0].mean() >= PERSON:
        matte *= smoothstep(*SOMEBODY, wide.astype(np.float64)).astype(np.float32)


def unmoved(matte: FloatArray, territory: FloatArray, edge: FloatArray, scale: float) -> FloatArray:
    """(rows * step, columns * step) 0..1, where the picture itself is used as the background of the person.

    That is where a neighbour has a share, where the grid and with it the motion ends, and where the matte is uncertain
    away from any outline: extended background there would be a smear in a frame without motion.
    edge: (rows, columns), see `edge_weight`; scale: pixels per cm.
    """
    import cv2

    across = 2 * max(1, round(OUTLINE_CM * scale)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across))
    outline = cv2.dilate((matte > SURE).astype(np.uint8), disc) & cv2.dilate((matte < 1 - SURE).astype(np.uint8), disc)
    ends = cv2.resize(edge, matte.shape[::-1], interpolation=cv2.INTER_LINEAR) < LAST_MOTION
    still = (territory < ALONE) | ends | ((outline == 0) & (matte < SURE))
    return np.asarray(cv2.GaussianBlur(still.astype(np.float32), (0, 0), max(0.8, 0.3 * OUTLINE_CM * scale)))


def _fading_out(count: int, reach: float, at_start: bool, at_end: bool) -> NDArray[np.float64]:
    """(count,) 1, falling to 0 over `reach` points at the chosen ends."""
    places = np.arange(count, dtype=np.float64)
    weight = smoothstep(0, reach, places) if at_start else np.ones(count)
    return weight * (smoothstep(0, reach, places[::-1]) if at_end else 1.0)


def _territory(pose: Pose, others: Sequence[Pose], grid: Grid) -> FloatArray:
    """(rows, columns) 1 where this face is the nearest, 0 where another one clearly is."""
    nodes = grid.nodes().astype(np.float64)
    own = np.linalg.norm(nodes - face_center(pose), axis=-1) / pose.scale
    share = np.ones(own.shape)
    for other in others:
        theirs = np.linalg.norm(nodes - face_center(other), axis=-1) / other.scale
        share *= smoothstep(-1.0, 3.0, theirs - own)
    return share.astype(np.float32)


def ground_presence(pose: Pose, matte: FloatArray, grid: Grid) -> FloatArray:
    """(rows, columns) how much each point moves with this person: 1 on them and on a margin around them.

    The matte removes the margin; it makes the outline move together with the person.
    """
    import cv2

    small = cv2.resize(matte, (grid.columns, grid.rows), interpolation=cv2.INTER_AREA)
    distance = cv2.distanceTransform((small < 0.5).astype(np.uint8), cv2.DIST_L2, 5) * (grid.step / pose.scale)
    return smoothstep(*SKIRT_CM, distance.astype(np.float64)).astype(np.float32)


def edge_weight(grid: Grid, scale: float, size: tuple[int, int]) -> FloatArray:
    """(rows, columns) 0 at the grid's borders, 1 from EDGE_FADE_CM inward.

    Where the grid ends at the frame there is no border: a body that the frame cuts off moves up to the edge.
    size: (width, height) of the frame; scale: pixels per cm.
    """
    reach = EDGE_FADE_CM * scale / grid.step
    down, across = (
        _fading_out(count, reach, first > 0, first + count * grid.step < length)
        for count, first, length in ((grid.rows, grid.top, size[1]), (grid.columns, grid.left, size[0]))
    )
    return np.outer(down, across).astype(np.float32)
