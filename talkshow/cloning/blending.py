"""Voices between voices: Kokoro's style vectors as a space in which a point is a voice.

A style vector has two halves: the first 128 numbers shape the sound (timbre), the others pace and melody (prosody).
Each half gets the principal axes of the bundled voices; a coordinate of 1 is one standard deviation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.speech.engines.kokoro import STYLE_SIZE

NUM_TIMBRE, NUM_PROSODY = 16, 6  # axes that are searched
FARTHEST = 2.5  # standard deviations; beyond, speech falls apart
_ROWS = slice(20, 200)  # lengths of texts, in phonemes, by which voices are compared

Styles = NDArray[np.float32]  # (510, 256)
Point = NDArray[np.float64]  # (NUM_TIMBRE + NUM_PROSODY,)


@dataclass(frozen=True, eq=False)
class VoiceSpace:
    """mean: (510, 256).  axes: (num_axes, 510, 256).  places: (num_voices, num_axes), where the given voices are."""

    mean: Styles
    axes: NDArray[np.float32]
    places: NDArray[np.float64]

    @classmethod
    def of(cls, styles: Sequence[Styles]) -> VoiceSpace:
        """The space of some voices."""
        packs = np.stack(styles)
        mean = packs.mean(axis=0)
        apart = packs - mean
        half = STYLE_SIZE // 2
        axes, places = [], []
        for columns, num in ((slice(0, half), NUM_TIMBRE), (slice(half, None), NUM_PROSODY)):
            left, _, _ = np.linalg.svd(apart[:, _ROWS, columns].mean(axis=1), full_matrices=False)
            used = left[:, : min(num, len(styles) - 1)].astype(np.float32)
            axis = np.zeros((used.shape[1], *mean.shape), np.float32)
            axis[:, :, columns] = np.einsum("nk,nrc->krc", used, apart[:, :, columns]) / np.sqrt(len(styles))
            axes.append(axis)
            places.append(used * np.sqrt(len(styles)))
        return cls(mean, np.concatenate(axes), np.concatenate(places, axis=1).astype(np.float64))

    def styles(self, point: Point) -> Styles:
        """The style vectors at a point; coordinates are kept within `FARTHEST`."""
        near = np.clip(point, -FARTHEST, FARTHEST).astype(np.float32)
        result: Styles = self.mean + np.tensordot(near, self.axes, axes=1)
        return result
