"""Predicts what a voice sounds like from its place, so that the search begins near the goal and tries promising places.

A ridge regression from places to embeddings, on the bundled voices and on what was heard since. Left out of the fit, a
bundled voice is predicted with a cosine of 0.75 on average.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from talkshow.cloning.blending import Point
from talkshow.timeline.turns import Embedding

_RIDGE = 20.0
_REACH = 2.0  # standard deviations within which the best place is sought


@dataclass(eq=False)
class Predictor:
    """What was heard where.  places: (num_axes,) each."""

    places: list[Point]
    embeddings: list[Embedding]
    _weights: NDArray[np.float64] | None = field(default=None, repr=False)

    def add(self, place: Point, embedding: Embedding) -> None:
        """A voice that was heard."""
        self.places.append(place)
        self.embeddings.append(embedding)
        self._weights = None

    def best(self, target: Embedding) -> Point:
        """The place whose voice is predicted to be most like the target."""
        from scipy.optimize import minimize

        weights = self._fitted()

        def cost(place: Point) -> float:
            predicted = np.append(place, 1.0) @ weights
            return -float(predicted @ target / np.linalg.norm(predicted)) + 0.002 * float(place @ place)

        num_axes = len(self.places[0])
        found = minimize(cost, np.zeros(num_axes), method="L-BFGS-B", bounds=[(-_REACH, _REACH)] * num_axes)
        place: Point = found.x
        return place

    def _fitted(self) -> NDArray[np.float64]:
        if self._weights is None:
            inputs = np.c_[np.stack(self.places), np.ones(len(self.places))]
            ridge = np.diag([*[_RIDGE] * (inputs.shape[1] - 1), 1e-6])
            outputs = np.stack(self.embeddings).astype(np.float64)
            self._weights = np.linalg.solve(inputs.T @ inputs + ridge, inputs.T @ outputs)
        return self._weights
