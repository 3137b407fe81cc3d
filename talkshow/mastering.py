"""Tracks to mix.wav: one gain to the target loudness, and a limiter that knows what lies between samples.

Everything streams: the mix is read from the tracks in blocks of a second. The first pass measures; the
second applies the gain, limits, writes and measures what it wrote. Where the limiter took loudness away, or
a peak slipped through, the gain or the ceiling is moved and the second pass repeated.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from talkshow.audio import Samples, TrackWriter, db_to_gain
from talkshow.clock import TRACK_RATE
from talkshow.loudness import HALF_TAPS, OVERSHOOT, LoudnessMeter, TruePeakMeter, peak_envelope
from talkshow.storing import writing
from talkshow.tracks import MixReader, Track

REVISION = 1                                # raise when the same tracks would sound different
BLOCK = TRACK_RATE                          # samples a block
LOOKAHEAD = 240                             # samples (5 ms) in which the gain sinks before a peak; even
RELEASE_DB_S = 40.0                         # how fast the gain comes back
CEILING_MARGIN_DB = 0.1                     # the limiter aims so far below the true peak allowed
TOLERANCE_LU = 0.1
MAX_PASSES = 6
MAX_STEP_DB = 6.0                           # that the gain moves between two passes


@dataclass(frozen=True)
class Mastering:
    """What mastering did and reached. Loudness and peak are -inf for silence."""

    gain_db: float
    loudness_lufs: float
    true_peak_dbtp: float
    num_passes: int


def master(tracks: Sequence[Track], out_path: Path, target_lufs: float = -16.0,
           true_peak_dbtp: float = -1.0) -> Mastering:
    """Write the mastered mix: 48 kHz mono 24-bit WAV, sample for sample as long as the tracks and in time with them.

    Mono, because every voice stands in the middle: the same loudness on one loudspeaker and on two.
    Integrated loudness (BS.1770-4) comes within 0.1 LU of the target wherever the peak limit lets it; the
    true peak never exceeds `true_peak_dbtp`. Silence, and what lies below the loudness gate, stays as it is.
    Raises AudioError when tracks cannot be read, WorkspaceError when the disk is full.
    """
    with MixReader(tracks) as mix, writing(out_path) as draft:
        loudness = _measured(mix)
        gain_db = target_lufs - loudness if math.isfinite(loudness) else 0.0
        ceiling_db = true_peak_dbtp - CEILING_MARGIN_DB
        earlier: tuple[float, float] | None = None
        for num_passes in range(1, MAX_PASSES + 1):
            result = _written(mix, draft, gain_db, ceiling_db, num_passes)
            over = result.true_peak_dbtp - true_peak_dbtp
            missing = target_lufs - result.loudness_lufs if math.isfinite(loudness) else 0.0
            if over <= 0 and abs(missing) <= TOLERANCE_LU:
                break
            ceiling_db -= over + 0.02 if over > 0 else 0.0
            if num_passes < MAX_PASSES - 1 and abs(missing) > TOLERANCE_LU:
                here = (gain_db, result.loudness_lufs)
                gain_db += _step(earlier, here, missing)
                earlier = here
    return result


def _step(earlier: tuple[float, float] | None, here: tuple[float, float], missing: float) -> float:
    """How far to move the gain in dB: along the line through the last two (gain, loudness) pairs."""
    slope = 1.0
    if earlier is not None and here[0] != earlier[0]:
        slope = (here[1] - earlier[1]) / (here[0] - earlier[0])
    step = missing / min(1.0, max(slope, 0.1))
    return max(-MAX_STEP_DB, min(MAX_STEP_DB, step))


def _measured(mix: MixReader) -> float:
    meter = LoudnessMeter()
    for first in range(0, mix.num_samples, BLOCK):
        meter.add(mix.read(first, min(BLOCK, mix.num_samples - first)))
    return meter.loudness()


def _written(mix: MixReader, path: Path, gain_db: float, ceiling_db: float, num_passes: int) -> Mastering:
    """Write the mix at a gain, limited, and measure it."""
    loudness, peak = LoudnessMeter(), TruePeakMeter()
    with TrackWriter(path, TRACK_RATE, mix.num_samples, "PCM_24") as file:
        for block in limited_blocks(mix, db_to_gain(gain_db), db_to_gain(ceiling_db)):
            file.write(block)
            loudness.add(block)
            peak.add(block)
    return Mastering(gain_db, loudness.loudness(), peak.true_peak(), num_passes)


def limited_blocks(mix: MixReader, gain: float, ceiling: float) -> Iterator[Samples]:
    """The mix times `gain`, turned down around every peak of its curve above `ceiling` (linear).

    The reduction each peak needs is (1) held over the look-ahead before it, (2) released at a steady pace
    after it, (3) smoothed by a triangle as long as the look-ahead, which ends at the peak: as every value
    under the triangle asks for at least the peak's reduction, so does their mean. No sample is delayed.
    """
    release = RELEASE_DB_S / TRACK_RATE
    held = np.zeros(LOOKAHEAD)                   # dB, steps (1) and (2), the last look-ahead of the block before
    for first in range(0, mix.num_samples, BLOCK):
        num_samples = min(BLOCK, mix.num_samples - first)
        wide = mix.read(first - HALF_TAPS, num_samples + LOOKAHEAD + 2 * HALF_TAPS) * np.float32(gain)
        block = wide[HALF_TAPS:HALF_TAPS + num_samples]
        if np.abs(wide).max() * OVERSHOOT <= ceiling and not held.any():
            yield block
            continue
        held = np.concatenate([held, _held(wide, ceiling, release, held[-1])])
        reduction = np.minimum(_box(_box(held, LOOKAHEAD // 2 + 1), LOOKAHEAD // 2 + 1), 0.0)
        held = held[-LOOKAHEAD:]
        yield (block * 10 ** (reduction / 20)).astype(np.float32)


def _held(wide: Samples, ceiling: float, release: float, before: float) -> np.ndarray:
    """Reduction in dB (<= 0) by steps (1) and (2). `before`: that of the sample before."""
    from scipy.ndimage import minimum_filter1d

    envelope = np.maximum(peak_envelope(wide, ceiling).astype(np.float64), ceiling)
    needed = -20 * np.log10(envelope / ceiling)
    half = LOOKAHEAD // 2
    ahead = minimum_filter1d(needed, LOOKAHEAD + 1)[half:len(needed) - half]
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
