"""From displacement bases to pixels: weigh, turn round, look up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talkshow.render.portrait.grid import FloatArray, Grid

Rgba = NDArray[np.uint8]        # (height, width, 4); four channels as OpenCV's remap is twice as fast on them


class Warp:
    """Moves one grid's part of a picture.  Holds buffers: one per thread.

    Where does the colour of a frame pixel q come from?  From p with p + F(p) = q, F the forward displacement.
    So G(q) = q - p satisfies G(q) = F(q - G(q)), which is iterated from G = F.
    """

    def __init__(self, grid: Grid, bases: FloatArray, rounds: int) -> None:
        self.grid, self.bases, self.rounds = grid, bases, rounds
        self._nodes = grid.nodes()
        columns, rows = np.meshgrid(np.arange(grid.columns), np.arange(grid.rows))
        self._cells = np.stack([columns, rows], axis=-1).astype(np.float32)

    def sources(self, weights: FloatArray) -> FloatArray:
        """Where each node's colour comes from, (rows, columns, 2) frame pixels.  weights: (num_channels,)."""
        import cv2

        grid = self.grid
        forward = (self.bases @ weights).reshape(grid.rows, grid.columns, 2)
        back = forward
        for _ in range(self.rounds):
            back = cv2.remap(forward, self._cells - back / grid.step, None, cv2.INTER_LINEAR,
                             borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(self._nodes - back)

    def render(self, weights: FloatArray, texture: Rgba) -> Rgba:
        """The moved picture over the grid, (rows * step, columns * step, 4)."""
        import cv2

        # one cell of straight continuation around, so that scaling up is exact to the very edge
        small = _continued(self.sources(weights))
        step = self.grid.step
        large = cv2.resize(small, (small.shape[1] * step, small.shape[0] * step), interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.remap(texture, large[step:-step, step:-step], None, cv2.INTER_LINEAR,
                                    borderMode=cv2.BORDER_REPLICATE))


def _continued(values: FloatArray) -> FloatArray:
    """(rows, columns, 2) with one more node on each side, on the line through the outermost two."""
    wide = np.empty((values.shape[0] + 2, values.shape[1] + 2, 2), np.float32)
    wide[1:-1, 1:-1] = values
    wide[0, 1:-1], wide[-1, 1:-1] = 2 * values[0] - values[1], 2 * values[-1] - values[-2]
    wide[:, 0], wide[:, -1] = 2 * wide[:, 1] - wide[:, 2], 2 * wide[:, -2] - wide[:, -3]
    return wide
