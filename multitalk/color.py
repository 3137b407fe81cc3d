"""Matches the colours of each frame to the reference picture, by mean and standard deviation in CIELAB.

Reinhard et al. 2001, "Color transfer between images", equations 10 and 11, in Lab instead of l-alpha-beta.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

FloatFrames = NDArray[np.float32]


def match_colors(frames: FloatFrames, reference: FloatFrames, strength: float) -> FloatFrames:
    """frames: (3, F, H, W) in -1..1; reference: (3, H, W); strength: 0 leaves the frames unchanged, 1 is full."""
    if strength == 0:
        return frames
    from skimage.color import lab2rgb, rgb2lab

    wanted = rgb2lab(_to_unit(reference).transpose(1, 2, 0))
    mean_wanted, spread_wanted = _statistics(wanted)
    matched = np.empty_like(frames)
    for index in range(frames.shape[1]):
        source = _to_unit(frames[:, index]).transpose(1, 2, 0)
        lab = rgb2lab(source)
        mean, spread = _statistics(lab)
        flat = spread == 0  # no spread: the target mean everywhere
        moved = (lab - mean) * np.where(flat, 0, spread_wanted / np.where(flat, 1, spread)) + mean_wanted
        with warnings.catch_warnings():  # colours outside the gamut are clipped on purpose
            warnings.simplefilter("ignore", UserWarning)
            rgb = np.clip(lab2rgb(moved), 0, 1)
        mixed = (1 - strength) * source + strength * rgb
        matched[:, index] = (mixed * 2 - 1).transpose(2, 0, 1)
    return matched


def _statistics(lab: FloatFrames) -> tuple[FloatFrames, FloatFrames]:
    """Mean and spread of each channel of (H, W, 3), one by one: all at once, rounding gives a flat channel spread."""
    channels = [lab[..., channel] for channel in range(3)]
    return np.array([c.mean() for c in channels]), np.array([c.std() for c in channels])


def _to_unit(pixels: FloatFrames) -> FloatFrames:
    return np.clip((pixels + 1) / 2, 0, 1).astype(np.float32)
