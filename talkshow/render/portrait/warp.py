"""Warps a picture by displacement bases: combines them, inverts the field, and samples the pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talkshow.render.portrait.grid import FloatArray, Grid

Rgba = NDArray[np.uint8]  # (height, width, 4); four channels as OpenCV's remap is twice as fast on them


class Warp:
    """Moves one grid's part of a picture.  Holds buffers: one per thread.

    The colour of a frame pixel q comes from p with p + F(p) = q, where F is the forward displacement. So G(q) = q - p
    satisfies G(q) = F(q - G(q)), which is iterated from G = F; all in cells.
    """

    def __init__(self, grid: Grid, bases: FloatArray, rounds: int) -> None:
        """bases: (num_channels, rows * columns * 2) displacements in cells, x and y interleaved."""
        self.grid, self.rounds = grid, rounds
        self.bases = bases.reshape(-1, grid.rows, grid.columns, 2)
        columns, rows = np.meshgrid(np.arange(grid.columns), np.arange(grid.rows))
        self._cells = np.stack([columns, rows], axis=-1).astype(np.float32)
        self._forward = np.empty_like(self._cells)
        self._at, self._back = np.empty_like(self._cells), np.empty_like(self._cells)

    def sources(self, weights: FloatArray) -> FloatArray:
        """The source of each node's colour, (rows, columns, 2) in cells.  weights: (num_channels,)."""
        import cv2

        # not a matrix product: BLAS would start threads inside each of ours, and most weights are 0
        forward = self._forward
        forward.fill(0)
        for weight, basis in zip(weights.tolist(), self.bases, strict=True):
            if weight:
                cv2.scaleAdd(basis, weight, forward, forward)
        at = np.subtract(self._cells, forward, out=self._at)
        for _ in range(self.rounds):
            back = cv2.remap(forward, at, None, cv2.INTER_LINEAR, dst=self._back, borderMode=cv2.BORDER_REPLICATE)
            at = np.subtract(self._cells, back, out=self._at)
        return at

    def render(self, weights: FloatArray, texture: Rgba) -> Rgba:
        """The moved picture over the grid, (rows * step, columns * step, 4)."""
        import cv2

        # one cell of linear extrapolation around, so that upscaling is exact up to the edge
        step = self.grid.step
        small = _continued(self.sources(weights))
        small *= step
        small += (self.grid.left + 0.5 * step - 0.5, self.grid.top + 0.5 * step - 0.5)
        large = cv2.resize(small, (small.shape[1] * step, small.shape[0] * step), interpolation=cv2.INTER_LINEAR)
        return np.asarray(
            cv2.remap(texture, large[step:-step, step:-step], None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        )


def _continued(values: FloatArray) -> FloatArray:
    """(rows, columns, 2) with one more node on each side, on the line through the outermost two."""
    wide = np.empty((values.shape[0] + 2, values.shape[1] + 2, 2), np.float32)
    wide[1:-1, 1:-1] = values
    wide[0, 1:-1], wide[-1, 1:-1] = 2 * values[0] - values[1], 2 * values[-1] - values[-2]
    wide[:, 0], wide[:, -1] = 2 * wide[:, 1] - wide[:, 2], 2 * wide[:, -2] - wide[:, -3]
    return wide
