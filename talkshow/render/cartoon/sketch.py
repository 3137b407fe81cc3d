"""The shapes that are redrawn in every frame: collected first, then projected and filled together.

A face has about thirty small paths per frame; one matrix product for all of them costs a fifth of thirty products.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from talkshow.render.cartoon.canvas import Pixels, View, fill_all, fixed_point
from talkshow.render.cartoon.palette import Color
from talkshow.render.cartoon.paths import Points
from talkshow.render.cartoon.people.head import on_skull


class Sketch:
    """Paths on a head, in the order they will be painted."""

    def __init__(self) -> None:
        self._paths: list[Points] = []
        self._lifts: list[float] = []
        self._colors: list[Color] = []

    def add(self, path: Points, color: Color, lift: float) -> None:
        """One more (N, 2) path in head units, `lift` units before the skull."""
        self._paths.append(path)
        self._lifts.append(lift)
        self._colors.append(color)

    def draw(self, pixels: Pixels, view: View) -> None:
        """Paint everything collected."""
        lengths = [len(path) for path in self._paths]
        ends = np.cumsum([0, *lengths])
        points = on_skull(np.concatenate(self._paths), np.repeat(self._lifts, lengths))
        flat = fixed_point(view.project(points))
        fill_all(pixels, [flat[a:b] for a, b in pairwise(ends)], self._colors)
