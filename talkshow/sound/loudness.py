"""Loudness and true peak of 48 kHz sound, measured block by block (ITU-R BS.1770-4, EBU R 128).

Both meters are a page of arithmetic from blocks to numbers, simpler than feeding and draining a graph of FFmpeg's
`ebur128`. The limiter uses the same interpolation for its peaks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import TRACK_RATE
from talkshow.sound.waveform import Samples

# K-weighting at 48 kHz, BS.1770-4 tables 1 and 2: a high shelf for the head, then a high pass; (b0 b1 b2 a0 a1 a2)
K_WEIGHTING = np.array(
    [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
)
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
HOP = TRACK_RATE // 10  # samples; gating blocks of 400 ms overlap by three quarters
HOPS_A_BLOCK = 4

HALF_TAPS = 12  # samples on either side from which the curve between two samples is interpolated
_METER_TIMES = 8  # oversampling of the meter; at 4 times it can read 0.3 dB low on hiss


@dataclass(frozen=True)
class Level:
    """How loud a sound is. Both are -inf for silence; loudness also for sound below the gate of -70 LUFS."""

    loudness_lufs: float
    true_peak_dbtp: float


def level_of(blocks: Iterable[Samples]) -> Level:
    """Integrated loudness and true peak.  blocks: (num_samples, num_channels) at 48 kHz, mono or stereo."""
    loudness = LoudnessMeter()
    peaks: list[TruePeakMeter] = []
    for block in blocks:
        loudness.add(block)
        peaks = peaks or [TruePeakMeter() for _ in range(block.shape[1])]
        for channel, peak in enumerate(peaks):
            peak.add(block[:, channel])
    return Level(loudness.loudness(), max((peak.true_peak() for peak in peaks), default=-math.inf))


class LoudnessMeter:
    """Integrated loudness of the added sound, in LUFS."""

    def __init__(self) -> None:
        self._state: NDArray[np.float64] | None = None
        self._rest = np.zeros(0)  # squares of weighted samples that do not yet fill a hop
        self._hops: list[NDArray[np.float64]] = []  # their sums

    def add(self, samples: Samples) -> None:
        """(num_samples,) or (num_samples, num_channels) at 48 kHz. The powers of two channels are added."""
        from scipy.signal import sosfilt

        if not len(samples):
            return
        signal = samples.astype(np.float64).reshape(len(samples), -1)
        if self._state is None:
            self._state = np.zeros((len(K_WEIGHTING), 2, signal.shape[1]))
        weighted, self._state = sosfilt(K_WEIGHTING, signal, axis=0, zi=self._state)
        self._state[np.abs(self._state) < 1e-30] = 0.0  # a long silence must not lead to denormal numbers
        power = np.concatenate([self._rest, np.square(weighted).sum(axis=1)])
        whole = len(power) // HOP * HOP
        self._hops.append(power[:whole].reshape(-1, HOP).sum(axis=1))
        self._rest = power[whole:]

    def loudness(self) -> float:
        """LUFS with both gates; -inf for silence. Sound shorter than a gating block counts as one block."""
        hops = np.concatenate(self._hops) if self._hops else np.zeros(0)
        if len(hops) >= HOPS_A_BLOCK:
            sums = np.convolve(hops, np.ones(HOPS_A_BLOCK), "valid")
            powers = sums / (HOPS_A_BLOCK * HOP)
        else:
            num_samples = len(hops) * HOP + len(self._rest)
            powers = np.array([(hops.sum() + self._rest.sum()) / max(1, num_samples)])
        heard = powers[powers > _power(ABSOLUTE_GATE_LUFS)]
        if not len(heard):
            return -math.inf
        return _lufs(float(heard[heard > heard.mean() * 10 ** (RELATIVE_GATE_LU / 10)].mean()))


def interpolators(times: int) -> NDArray[np.float32]:
    """Filters that interpolate the curve between two samples, at `times` the sample rate.

    (times - 1, 2 * HALF_TAPS): a sinc under a Kaiser window; `taps[p] @ x[n - HALF_TAPS + 1 : n + HALF_TAPS + 1]`
    is the value at n + (p + 1) / times.
    """
    offsets = np.arange(-HALF_TAPS + 1, HALF_TAPS + 1)
    taps = []
    for phase in range(1, times):
        away = offsets - phase / times
        window = np.i0(7.0 * np.sqrt(np.clip(1 - (away / HALF_TAPS) ** 2, 0, None))) / np.i0(7.0)
        filter_taps = np.sinc(away) * window
        taps.append(filter_taps / filter_taps.sum())
    return np.array(taps, np.float32)


_TAPS = {times: interpolators(times) for times in (4, _METER_TIMES)}
OVERSHOOT = float(
    np.abs(_TAPS[_METER_TIMES]).sum(axis=1).max()
)  # the most by which the curve can exceed the largest sample


def peak_envelope(samples: Samples, floor: float, times: int = 4) -> NDArray[np.float32]:
    """The largest magnitude of the curve within one sample of each inner sample.

    samples: (n + 2 * HALF_TAPS,) -> (n,); entry i belongs to sample i + HALF_TAPS. Values up to `floor` may be too
    small: the curve is interpolated only where it could exceed `floor`.  times: oversampling, 4 or 8.
    """
    from scipy.ndimage import maximum_filter1d

    magnitude = np.abs(samples)
    windows = np.lib.stride_tricks.sliding_window_view(samples, 2 * HALF_TAPS)  # (n + 1, 2 * HALF_TAPS)
    around = maximum_filter1d(magnitude, 2 * HALF_TAPS + 1)[HALF_TAPS : HALF_TAPS + len(windows)]
    high = around * OVERSHOOT > floor
    curve = np.zeros(len(windows), np.float32)
    curve[high] = np.abs(windows[high] @ _TAPS[times].T).max(axis=1)
    between = np.maximum(curve[:-1], curve[1:])  # before and after each sample
    return np.maximum(magnitude[HALF_TAPS:-HALF_TAPS], between)


class TruePeakMeter:
    """True peak of the added sound, in dBTP (BS.1770-4 annex 2)."""

    def __init__(self) -> None:
        self._peak = 0.0
        self._before = np.zeros(2 * HALF_TAPS, np.float32)

    def add(self, samples: Samples) -> None:
        """(num_samples,) at 48 kHz."""
        joined = np.concatenate([self._before, samples])
        self._before = joined[-2 * HALF_TAPS :]
        self._look(joined)

    def true_peak(self) -> float:
        """dBTP; -inf for silence. Call it after the last block."""
        self._look(np.concatenate([self._before, np.zeros(2 * HALF_TAPS, np.float32)]))
        return 20 * math.log10(self._peak) if self._peak > 0 else -math.inf

    def _look(self, joined: Samples) -> None:
        if np.abs(joined).max(initial=0.0) * OVERSHOOT > self._peak:
            self._peak = max(self._peak, float(peak_envelope(joined, self._peak, _METER_TIMES).max(initial=0.0)))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def _lufs(power: float) -> float:
    return -0.691 + 10 * math.log10(power)
