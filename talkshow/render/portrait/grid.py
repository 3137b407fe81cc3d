"""The coarse grid on which the motion of a face is computed, and the mesh rasterised on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]  # stored as float32; intermediate results may be wider


@dataclass(frozen=True)
class Grid:
    """Cells of `step` x `step` pixels over a rectangle of the frame; a node is the centre of a cell.

    left, top: the first pixel.  The last cells may extend beyond the frame's right and bottom edges.
    """

    left: int
    top: int
    columns: int
    rows: int
    step: int

    def nodes(self) -> FloatArray:
        """(rows, columns, 2) x, y of the nodes in frame pixels (pixel centres are whole numbers)."""
        x = self.left + (np.arange(self.columns) + 0.5) * self.step - 0.5
        y = self.top + (np.arange(self.rows) + 0.5) * self.step - 0.5
        return np.stack(np.meshgrid(x, y), axis=-1).astype(np.float32)

    def cells(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Frame pixels (..., 2) -> grid coordinates, node (0, 0) at 0, 0."""
        return np.asarray((points - (self.left, self.top) + 0.5) / self.step - 0.5)

    def part(self, first_column: int, first_row: int, columns: int, rows: int) -> Grid:
        """A rectangle of its cells as a separate grid."""
        return Grid(self.left + first_column * self.step, self.top + first_row * self.step, columns, rows, self.step)


def grid_over(left: float, top: float, right: float, bottom: float, step: int, size: tuple[int, int]) -> Grid:
    """The grid that covers a rectangle, clipped to a frame of `size` (width, height)."""
    first_x, first_y = max(0, int(left)), max(0, int(top))
    last_x, last_y = min(size[0], int(np.ceil(right))), min(size[1], int(np.ceil(bottom)))
    return Grid(first_x, first_y, max(2, -(-(last_x - first_x) // step)), max(2, -(-(last_y - first_y) // step)), step)


@dataclass(frozen=True, eq=False)
class Raster:
    """The triangle at each node.

    corners:  (nodes inside, 3) int64, vertex numbers
    weights:  (nodes inside, 3) float32, barycentric
    inside:   (rows, columns) bool
    nearest:  (rows, columns) int64: for a node outside, the row in `corners` of the nearest inside node;
              for a node inside, its own
    distance: (rows, columns) float32, cells to the nearest inside node
    """

    corners: NDArray[np.int64]
    weights: FloatArray
    inside: NDArray[np.bool_]
    nearest: NDArray[np.int64]
    distance: FloatArray

    def spread(self, values: NDArray[np.float64]) -> FloatArray:
        """Vertex values (num_vertices, ...) -> (rows, columns, ...); outside: the value at the nearest inside node."""
        inner = np.einsum("nk,nk...->n...", self.weights, values.astype(np.float32)[self.corners])
        return np.asarray(inner[self.nearest], np.float32)


def rasterize(
    grid: Grid, points: NDArray[np.float64], depth: NDArray[np.float64], triangles: NDArray[np.int64]
) -> Raster:
    """Rasterise the mesh on the grid's nodes, near triangles over far ones.

    points: (num_vertices, 2) frame pixels; depth: (num_vertices,) larger = nearer.
    """
    import cv2

    cells = grid.cells(points)
    order = np.argsort(depth[triangles].mean(axis=1))
    index = np.full((grid.rows, grid.columns), -1, np.int32)
    for number in order:
        corners = np.rint(cells[triangles[number]] * 16).astype(np.int32)
        cv2.fillConvexPoly(index, corners, int(number), lineType=cv2.LINE_8, shift=4)
    inside = index >= 0
    if not inside.any():
        raise ValueError("the mesh is outside the grid")
    corners = triangles[index[inside]]
    rows, columns = np.nonzero(inside)
    weights = _barycentric(np.stack([columns, rows], axis=-1).astype(np.float64), cells[corners])
    distance, labels = cv2.distanceTransformWithLabels(
        (~inside).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    number_of_label = np.zeros(labels.max() + 1, np.int64)
    number_of_label[labels[inside]] = np.arange(len(corners))
    return Raster(corners, weights.astype(np.float32), inside, number_of_label[labels], distance.astype(np.float32))


def _barycentric(where: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 2) points in (N, 3, 2) triangles -> (N, 3) weights, limited to the inside of the triangle."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    area = (b[:, 1] - c[:, 1]) * (a[:, 0] - c[:, 0]) + (c[:, 0] - b[:, 0]) * (a[:, 1] - c[:, 1])
    area = np.where(np.abs(area) < 1e-9, 1e-9, area)
    dx, dy = where[:, 0] - c[:, 0], where[:, 1] - c[:, 1]
    u = ((b[:, 1] - c[:, 1]) * dx + (c[:, 0] - b[:, 0]) * dy) / area
    v = ((c[:, 1] - a[:, 1]) * dx + (a[:, 0] - c[:, 0]) * dy) / area
    weights = np.clip(np.stack([u, v, 1 - u - v], axis=-1), 0.0, 1.0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
