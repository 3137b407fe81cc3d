"""Log mel filter banks as Kaldi computes them: what speaker networks are trained on."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from talkshow.sound.waveform import Samples

SAMPLE_RATE = 16_000
WINDOW, HOP, FFT = 400, 160, 512  # samples: 25 ms every 10 ms
NUM_MELS = 80
LOW_HZ, HIGH_HZ = 20.0, 8000.0
PREEMPHASIS = 0.97
_SMALLEST = np.float32(np.finfo(np.float32).eps)


def fbank(samples: Samples) -> NDArray[np.float32]:
    """(num_samples,) at 16 kHz, -1..1, to (num_steps, 80) natural logarithms of mel energies, a step being 10 ms.

    Kaldi's `compute-fbank-feats` without dither: no padding at the edges, each window freed of its mean, pre-emphasis
    0.97, Povey's window, power spectrum. Fewer than 400 samples give no step.
    """
    if len(samples) < WINDOW:
        return np.zeros((0, NUM_MELS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    spectrum = np.fft.rfft((frames - np.float32(PREEMPHASIS) * before) * _povey(), FFT)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    result: NDArray[np.float32] = np.log(np.maximum(power @ _filters(), _SMALLEST))
    return result


@functools.cache
def _povey() -> NDArray[np.float32]:
    """Povey's window: a Hann window to the power 0.85."""
    return (np.hanning(WINDOW) ** 0.85).astype(np.float32)


@functools.cache
def _filters() -> NDArray[np.float32]:
    """(257, 80) triangles, evenly spaced on Kaldi's mel scale 1127 ln(1 + f / 700); the last bin belongs to none."""
    edges = np.linspace(_mel(LOW_HZ), _mel(HIGH_HZ), NUM_MELS + 2)
    bins = _mel(np.arange(FFT // 2) * SAMPLE_RATE / FFT)[:, None]
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    triangles = np.minimum((bins - left) / (centre - left), (right - bins) / (right - centre))
    return np.vstack([np.maximum(triangles, 0), np.zeros((1, NUM_MELS))]).astype(np.float32)


def _mel(hertz: float | NDArray[np.float64]) -> NDArray[np.float64]:
    return 1127.0 * np.log1p(np.asarray(hertz, np.float64) / 700.0)
