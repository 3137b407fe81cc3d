"""The motion of one face as dense displacement bases: how far every point of the still frame moves, per channel.

The lips part, so there are two fields.  The upper one extends the upper lip's motion downward across the mouth, the
lower one extends the lower lip's motion upward. Each is used only on its own side of the lip line, so nothing is
smeared across the gap.  Everywhere else the two are equal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.mesh import BELOW_LIP, CHIN, HAIRLINE, LOWER_LIP, UPPER_LIP, Pose, canonical_mesh
from talkshow.render.portrait.grid import FloatArray, Grid, Raster, rasterize
from talkshow.render.portrait.head import HEAD_CHANNELS, camera_depth, head_motion, outline_depth
from talkshow.render.portrait.shapes import SHAPES, face_shapes, smoothstep

FIELD_CHANNELS = (*SHAPES, *HEAD_CHANNELS)
SKIN_FADE_CM = 3.6  # length over which a shape's motion at the face's edge fades into neck and hair
FAR_FADE_CM = 1.4
DEPTH_FADE_CM = 3.0  # length from the face's edge back to the depth of the head's outline
DEPTH_SOFT_CM = (
    0.35  # length over which depth is smoothed: it would jump where a nose hides a cheek, and the picture would tear
)


@dataclass(frozen=True, eq=False)
class FaceField:
    """Displacement bases of one face.

    grid:   over everything that moves with this face
    upper:  (len(FIELD_CHANNELS), grid nodes * 2) float32 cells, x and y interleaved
    mouth:  the part of the grid that the lower lip can reach
    lower:  (len(FIELD_CHANNELS), mouth nodes * 2) float32 cells
    points: (468, 2) the mesh at rest, frame pixels
    bases:  (468, 2, len(FIELD_CHANNELS)) motion of the mesh points, frame pixels
    scale:  pixels per cm
    """

    grid: Grid
    upper: FloatArray
    mouth: Grid
    lower: FloatArray
    points: NDArray[np.float64]
    bases: NDArray[np.float64]
    scale: float


def build_field(pose: Pose, grid: Grid, presence: FloatArray, edge: FloatArray, parted: bool) -> FaceField:
    """Compute the bases once.

    presence, edge: (rows, columns) 0..1, how much each node belongs to this person, and its distance from the grid's
    border; parted: whether the lips part; else the picture between them stretches.
    """
    mesh = canonical_mesh()
    points, depth = pose.project(pose.shape), camera_depth(pose)
    shapes = face_shapes(pose.shape)
    shape_bases = np.stack([pose.displace(shapes[name]) for name in SHAPES], axis=-1)
    head_bases = head_motion(pose, points, depth)
    raster = rasterize(grid, points, depth, mesh.triangles)
    weight = edge * np.where(raster.inside, 1.0, presence)

    head = head_motion(pose, grid.nodes().astype(np.float64), _node_depth(raster, pose, grid))
    head *= weight[..., None, None]
    fade = _skin_fade(raster, pose, grid) * weight
    layers = []
    for lead, follow in ((UPPER_LIP, LOWER_LIP), (LOWER_LIP, UPPER_LIP)):
        layered = shape_bases.copy()
        for ring in follow if parted else ():
            layered[list(ring[1:-1])] = shape_bases[list(lead[0][1:-1])]
        skin = _smoothed(raster.spread(layered), raster) * fade[..., None, None]
        layers.append(np.concatenate([skin, head], axis=-1).astype(np.float32))
    column, row, columns, rows = _mouth_part(grid, pose, points, shapes["jaw"])
    lower = layers[1][row : row + rows, column : column + columns]
    return FaceField(
        grid,
        _by_channel(layers[0] / grid.step),
        grid.part(column, row, columns, rows),
        _by_channel(lower / grid.step),
        points,
        np.concatenate([shape_bases, head_bases], axis=-1),
        pose.scale,
    )


def _by_channel(layer: FloatArray) -> FloatArray:
    """(rows, columns, 2, channels) -> (channels, rows * columns * 2)."""
    return np.ascontiguousarray(layer.reshape(-1, layer.shape[-1]).T)


def _smoothed(field: FloatArray, raster: Raster) -> FloatArray:
    """Smooth the kinks at triangle edges and, outside the face, the jumps from one edge point to the next.

    field: (rows, columns, 2, channels)
    """
    import cv2

    rows, columns = field.shape[:2]
    flat = field.reshape(rows, columns, -1)
    fine, coarse = (
        np.stack([cv2.GaussianBlur(flat[..., channel], (0, 0), sigma) for channel in range(flat.shape[2])], axis=-1)
        for sigma in (0.8, 3.0)
    )
    outside = smoothstep(0.0, 6.0, raster.distance.astype(np.float64)).astype(np.float32)[..., None]
    return np.asarray(fine + (coarse - fine) * outside).reshape(field.shape)


def _skin_fade(raster: Raster, pose: Pose, grid: Grid) -> FloatArray:
    """(rows, columns) 1 on the face, fading outside: slowly over neck and near cheek, at once beyond the far cheek of a
    turned face, where there is no skin."""
    points = pose.project(pose.shape)
    outward = points - points.mean(axis=0)
    sideways = outward @ pose.rotation[:2, 0] / np.linalg.norm(outward, axis=1) * np.sign(pose.yaw)
    turned = smoothstep(12.0, 40.0, np.abs(np.array(pose.yaw)))
    fade_cm = SKIN_FADE_CM + (FAR_FADE_CM - SKIN_FADE_CM) * turned * smoothstep(0.2, 0.7, sideways)
    distance = (raster.distance * (grid.step / pose.scale)).astype(np.float64)
    return smoothstep(raster.spread(fade_cm).astype(np.float64), 0.0, distance).astype(np.float32)


def _node_depth(raster: Raster, pose: Pose, grid: Grid) -> NDArray[np.float64]:
    """(rows, columns) cm toward the viewer: the mesh, and outside it back to the outline of the head."""
    import cv2

    face = raster.spread(camera_depth(pose)).astype(np.float64)
    away = smoothstep(0.0, DEPTH_FADE_CM, raster.distance.astype(np.float64) * grid.step / pose.scale)
    depth = face * (1 - away) + outline_depth(pose) * away
    return np.asarray(cv2.GaussianBlur(depth, (0, 0), max(0.6, DEPTH_SOFT_CM * pose.scale / grid.step)))


def _mouth_part(
    grid: Grid, pose: Pose, points: NDArray[np.float64], jaw: NDArray[np.float64]
) -> tuple[int, int, int, int]:
    """(first column, first row, columns, rows) that contain the lower lip and the skin below it in any motion."""
    lips = points[[*UPPER_LIP[0], *LOWER_LIP[3], *BELOW_LIP]]
    dropped = lips + pose.displace(jaw[CHIN])
    margin = 0.10 * float(np.linalg.norm(points[CHIN] - points[HAIRLINE]))
    low = np.minimum(lips.min(axis=0), dropped.min(axis=0)) - margin
    high = np.maximum(lips.max(axis=0), dropped.max(axis=0)) + margin
    first = np.clip(np.floor(grid.cells(low)), 0, (grid.columns - 3, grid.rows - 3)).astype(int)
    last = np.clip(np.ceil(grid.cells(high)), first + 2, (grid.columns, grid.rows)).astype(int)
    return int(first[0]), int(first[1]), int(last[0] - first[0]), int(last[1] - first[1])
