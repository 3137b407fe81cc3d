"""The loudness of a track over time, measured without state.

The grid is 10 ms ("hops"), four per video frame. Levels are dB of a pre-emphasised signal, as in speech recognition:
the part of the voice that the lips shape. One reference level per track makes speakers comparable. It is rounded to
3 dB, so that changing one line leaves the rest of the episode unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import TRACK_RATE, TRACK_SAMPLES_PER_FRAME, exact_div
from talkshow.performance.lattice import Array, hann

HOPS_PER_FRAME = 4
HOP_SAMPLES = exact_div(TRACK_SAMPLES_PER_FRAME, HOPS_PER_FRAME)  # 480
HOP_S = HOP_SAMPLES / TRACK_RATE

RANGE_DB = 30.0  # range from a shut mouth to a wide open one
SILENCE_DB = -70.0  # below it nothing counts as speech, whatever the reference
STEADY_DB, NOISE_MARGIN_DB, LEAST_RANGE_DB = 5.0, 6.0, 12.0  # see Voicing.loudness
LEVEL_HOPS = 7  # window of a level, 70 ms between its zeros
PRE_EMPHASIS, PRE_EMPHASIS_LAG = 0.9, exact_div(TRACK_RATE, 16_000)  # 1 - 0.9 z^-1 at 16 kHz
_BLOCK_HOPS = 500
_SCAN_HOPS = 3000
_STEP_DB = 3.0


class TrackSource(Protocol):
    """The sound of one speaker, as long as the episode, 48 kHz mono."""

    def read(self, first_sample: int, num: int) -> NDArray[np.float32]:
        """`num` samples from `first_sample` on; zeros outside the track."""


@dataclass(frozen=True)
class Loudness:
    """The speaking peak and the background level of a track, in dB."""

    peak_db: float
    floor_db: float

    def scaled(self, level_db: Array) -> Array:
        """Levels on a scale from 0 (silence) to 1 (the speaker's usual peak), linear in dB."""
        bottom = max(self.peak_db - RANGE_DB, self.floor_db, SILENCE_DB)
        return np.clip((level_db - bottom) / max(self.peak_db - bottom, 6.0), 0.0, 1.0)


class Voicing:
    """Levels of one track. Holds a bounded number of measured blocks; safe to share between threads."""

    def __init__(self, track: TrackSource, num_frames: int) -> None:
        self._track, self.num_hops = track, num_frames * HOPS_PER_FRAME
        self._block = lru_cache(maxsize=128)(self._measure_block)
        self._lock = Lock()
        self._loudness: Loudness | None = None

    @property
    def loudness(self) -> Loudness:
        """Peak and background of the full track: measured in one pass on first use, then cached.

        The peak is the 96th percentile of levels. If 15 % of them are within STEADY_DB of the lowest, they are
        background noise, and speech begins NOISE_MARGIN_DB above it, at least LEAST_RANGE_DB below the peak.
        """
        with self._lock:
            if self._loudness is None:
                self._loudness = self._scan()
            return self._loudness

    def samples(self, first_hop: int, num_hops: int) -> NDArray[np.float32]:
        """The sound of some hops; zeros before the beginning."""
        return self._read(first_hop * HOP_SAMPLES, num_hops * HOP_SAMPLES)

    def loud(self, first_hop: int, num_hops: int) -> Array:
        """The loudness of the voice, (num_hops,), 0..1."""
        return self.loudness.scaled(self.level_db(first_hop, num_hops))

    def level_db(self, first_hop: int, num_hops: int) -> Array:
        """Levels in dB relative to full scale, (num_hops,), each over a window of LEVEL_HOPS."""
        half = LEVEL_HOPS // 2
        first, last = first_hop - half, first_hop + num_hops + half
        blocks = [self._block(index) for index in range(first // _BLOCK_HOPS, (last - 1) // _BLOCK_HOPS + 1)]
        offset = first - first // _BLOCK_HOPS * _BLOCK_HOPS
        return _decibels(np.concatenate(blocks)[offset : offset + last - first])

    def _read(self, first_sample: int, num: int) -> NDArray[np.float32]:
        missing = min(max(-first_sample, 0), num)
        sound = self._track.read(first_sample + missing, num - missing) if num > missing else np.zeros(0)
        return np.concatenate([np.zeros(missing, np.float32), np.asarray(sound, np.float32)])

    def _power(self, first_hop: int, num_hops: int) -> NDArray[np.float32]:
        sound = self._read(first_hop * HOP_SAMPLES - PRE_EMPHASIS_LAG, num_hops * HOP_SAMPLES + PRE_EMPHASIS_LAG)
        bright = sound[PRE_EMPHASIS_LAG:] - np.float32(PRE_EMPHASIS) * sound[:-PRE_EMPHASIS_LAG]
        hops = bright.reshape(num_hops, HOP_SAMPLES)
        result: NDArray[np.float32] = np.einsum("hs,hs->h", hops, hops) / HOP_SAMPLES
        return result

    def _measure_block(self, index: int) -> NDArray[np.float32]:
        return self._power(index * _BLOCK_HOPS, _BLOCK_HOPS)

    def _scan(self) -> Loudness:
        """Percentiles from a histogram with bins of 0.5 dB: bounded memory for any length."""
        edges = np.arange(SILENCE_DB - 20.0, 6.5, 0.5)
        counts = np.zeros(len(edges) - 1, np.int64)
        for first in range(0, self.num_hops, _SCAN_HOPS):
            power = self._power(first, min(_SCAN_HOPS, self.num_hops - first))
            if len(power) >= LEVEL_HOPS:
                counts += np.histogram(_decibels(power), edges)[0]
        if not counts.any():
            return Loudness(0.0, SILENCE_DB)
        share = np.cumsum(counts) / counts.sum()
        lowest, low, peak = (float(edges[np.searchsorted(share, part)]) for part in (0.05, 0.20, 0.96))
        peak = _STEP_DB * round(peak / _STEP_DB)
        # Speech passes through all levels; a background stays at one. Only a background raises the floor.
        floor = _STEP_DB * round(lowest / _STEP_DB) + NOISE_MARGIN_DB if low - lowest < STEADY_DB else SILENCE_DB
        return Loudness(peak, min(floor, peak - LEAST_RANGE_DB))


def _decibels(power: NDArray[np.float32]) -> Array:
    return 10 * np.log10(np.convolve(power, hann(LEVEL_HOPS), "valid") + 1e-10)
