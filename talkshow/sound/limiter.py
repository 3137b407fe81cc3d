"""A limiter that knows what lies between samples: it delays nothing and lets no peak through, wherever one stands.

It scales with its input: a mix and a ceiling that are both x dB lower give the same sound, x dB lower.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from talkshow.clock import TRACK_RATE
from talkshow.sound.loudness import HALF_TAPS, OVERSHOOT, peak_envelope
from talkshow.sound.tracks import MixReader
from talkshow.sound.waveform import Samples

BLOCK = TRACK_RATE  # samples a block
LOOKAHEAD = 240  # samples (5 ms) in which the gain sinks before a peak; even
RELEASE_DB_S = 40.0  # how fast the gain comes back


def limited_blocks(mix: MixReader, gain: float, ceiling: float) -> Iterator[Samples]:
    """The mix times `gain`, turned down around every peak of its curve above `ceiling` (linear).

    The reduction each peak needs is (1) held over the look-ahead before it, (2) released at a steady pace
    after it, (3) smoothed by a triangle as long as the look-ahead, which ends at the peak: as every value
    under the triangle asks for at least the peak's reduction, so does their mean. No sample is delayed.
    """
    release = RELEASE_DB_S / TRACK_RATE
    # dB, steps (1) and (2), the last look-ahead of the block before. The first block has one before it as well: the
    # silence from which the gain sinks before a peak in the first 5 ms.
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
    """What decides the reduction of some samples: they, the look-ahead, and the samples their curve is drawn from."""
    return mix.read(first - HALF_TAPS, num_samples + LOOKAHEAD + 2 * HALF_TAPS) * np.float32(gain)


def _held(wide: Samples, ceiling: float, release: float, before: float) -> np.ndarray:
    """Reduction in dB (<= 0) by steps (1) and (2).  wide: of `_around`.  before: that of the sample before."""
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
