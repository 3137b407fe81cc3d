"""A true-peak limiter with look-ahead and no delay: peaks between samples are limited too.

It scales with its input: if the mix and the ceiling are both x dB lower, the result is the same sound, x dB lower.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from talkshow.clock import TRACK_RATE
from talkshow.sound.loudness import HALF_TAPS, OVERSHOOT, peak_envelope
from talkshow.sound.tracks import MixReader
from talkshow.sound.waveform import Samples

BLOCK = TRACK_RATE  # samples per block
LOOKAHEAD = 240  # samples (5 ms) over which the gain falls before a peak; even
RELEASE_DB_S = 40.0  # how fast the gain recovers


def limited_blocks(mix: MixReader, gain: float, ceiling: float) -> Iterator[Samples]:
    """The mix times `gain`, reduced around every peak of its curve above `ceiling` (linear).

    The reduction each peak needs is (1) held over the look-ahead before it, (2) released at a steady rate after it,
    and (3) smoothed by a triangle as long as the look-ahead, which ends at the peak. Every value under the triangle
    is at least the peak's reduction, and so is their mean. No sample is delayed.
    """
    release = RELEASE_DB_S / TRACK_RATE
    # dB, steps (1) and (2), the last look-ahead of the block before. The first block has one too: the silence before
    # it, in which the gain starts to fall for a peak in the first 5 ms.
    held = _held(_around(mix, -LOOKAHEAD, LOOKAHEAD, gain), ceiling, release, 0.0)
    for first in range(0, mix.num_samples, BLOCK):
        num_samples = min(BLOCK, mix.num_samples - first)
        wide = _around(mix, first, num_samples, gain)
        block = wide[HALF_TAPS : HALF_TAPS + num_samples]
        if np.abs(wide).max() * OVERSHOOT <= ceiling and not held.any():
            yield block
            continue
        held = np.concatenate([held, _held(wide, ceiling, release, held[-1])])
        reduction = np.minimum(_box(_box(held, LOOKAHEAD // 2 + 1), LOOKAHEAD // 2 + 1), 0.0)
        held = held[-LOOKAHEAD:]
        yield (block * 10 ** (reduction / 20)).astype(np.float32)


def _around(mix: MixReader, first: int, num_samples: int, gain: float) -> Samples:
    """The input for the reduction of some samples: the samples, the look-ahead, and the filter's margin."""
    return mix.read(first - HALF_TAPS, num_samples + LOOKAHEAD + 2 * HALF_TAPS) * np.float32(gain)


def _held(wide: Samples, ceiling: float, release: float, before: float) -> np.ndarray:
    """Reduction in dB (<= 0) by steps (1) and (2).  wide: from `_around`.  before: of the sample before."""
    from scipy.ndimage import minimum_filter1d

    envelope = np.maximum(peak_envelope(wide, ceiling).astype(np.float64), ceiling)
    needed = -20 * np.log10(envelope / ceiling)
    half = LOOKAHEAD // 2
    ahead = minimum_filter1d(needed, LOOKAHEAD + 1)[half : len(needed) - half]
    # held[i] = min(ahead[i], held[i - 1] + release): subtract the slope, take running minima, add it again
    slope = release * np.arange(len(ahead))
    lowest = np.minimum.accumulate(np.concatenate([[before + release], ahead - slope]))[1:]
    held = lowest + slope
    held[held > -1e-9] = 0.0
    return np.asarray(held)


def _box(values: np.ndarray, length: int) -> np.ndarray:
    """Mean over each value and those before it: (n,) -> (n - length + 1,)."""
    sums = np.cumsum(np.concatenate([[0.0], values]))
    return np.asarray((sums[length:] - sums[:-length]) / length)
