"""The same speech by another throat: pitch and formants moved apart with the WORLD vocoder, times unchanged.

Morise, Yokomori & Ozawa, "WORLD: a vocoder-based high-quality speech synthesis system", IEICE Trans. E99-D (2016).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import SPEECH_RATE

SAMPLES_PER_FRAME = 300  # 12.5 ms, the frame of Kokoro's own pitch curve and of the draft voice's
LOWEST_F0 = 71.0  # Hz; WORLD's default floor, which fixes the size of its spectra
_DEEPEST_F0, _HIGHEST_F0 = 50.0, 500.0


def pitch_curve(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Fundamental frequency of speech at 24 kHz in Hz: one value per 300 samples, 0 where unvoiced (Harvest)."""
    import pyworld

    f0, _ = pyworld.harvest(
        samples.astype(np.float64),
        SPEECH_RATE,
        f0_floor=_DEEPEST_F0,
        f0_ceil=_HIGHEST_F0,
        frame_period=1000 * SAMPLES_PER_FRAME / SPEECH_RATE,
    )
    return np.asarray(f0, np.float64)


def shift(
    samples: NDArray[np.float32], f0: NDArray[np.floating], pitch: float, formants: float, lowest_f0: float = LOWEST_F0
) -> NDArray[np.float32]:
    """Fundamental times `pitch`, formants times `formants`, same length and loudness.

    samples: (num_samples,) at 24 kHz; f0: (num_frames,) Hz, one per frame of 300 samples, 0 where unvoiced; values
    below `lowest_f0` count as unvoiced.
    """
    import pyworld

    signal = samples.astype(np.float64)
    period_ms = 1000 * SAMPLES_PER_FRAME / SPEECH_RATE
    times = (np.arange(len(f0)) + 0.5) * period_ms / 1000
    pitches = np.where(f0 >= lowest_f0, f0, 0.0).astype(np.float64)
    envelope = pyworld.cheaptrick(signal, pitches, times, SPEECH_RATE, f0_floor=lowest_f0)
    noise = pyworld.d4c(signal, pitches, times, SPEECH_RATE, fft_size=(envelope.shape[1] - 1) * 2)
    bins = np.arange(envelope.shape[1])
    source = np.minimum(bins / formants, bins[-1])  # the value at a bin comes from bin / formants
    low = np.minimum(source.astype(int), len(bins) - 2)
    weight = source - low
    warped = [
        np.ascontiguousarray(each[:, low] * (1 - weight) + each[:, low + 1] * weight)
        for each in (np.log(envelope), noise)
    ]
    shifted = pyworld.synthesize(
        pitches * pitch, np.exp(warped[0]), np.clip(warped[1], 0.0, 1.0), SPEECH_RATE, frame_period=period_ms
    )
    fitted = np.zeros(len(samples), np.float32)
    num = min(len(samples), len(shifted))
    fitted[:num] = shifted[:num]
    loud, loud_before = (float(np.sqrt(np.mean(each**2))) for each in (fitted, samples))
    return fitted * np.float32(loud_before / loud) if loud > 0 else fitted


def moved(samples: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Speech at 24 kHz with its pitch times `factor`, its formants a third of the way: another speaker like this one.

    Unchanged for 1. Deep voices are kept voiced down to 50 Hz.
    """
    if factor == 1.0:
        return samples
    return shift(samples, pitch_curve(samples), factor, formants_for(factor), _DEEPEST_F0)


def formants_for(factor: float) -> float:
    """How far formants go with a pitch moved by `factor`: throats differ less than the voices in them."""
    result: float = factor ** (1 / 3)
    return result
