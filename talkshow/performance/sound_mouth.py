"""From sound alone to mouth shapes, for recordings whose words are not known.

What can be heard of a mouth: the first formant rises as the jaw opens, the second as the lips spread and
falls as they round, sibilants are mostly above 4 kHz, a nasal murmur has little above 500 Hz, and a closure
is a short dip between louder moments.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import TRACK_RATE
from talkshow.performance.lattice import Array, hann, smooth
from talkshow.performance.visemes import JAW, LOWER, MOUTH, PRESS, ROUND, UPPER, WIDE
from talkshow.performance.voicing import HOP_SAMPLES

WINDOW = 1536                                     # samples of a spectrum: 32 ms
PAD = (WINDOW - HOP_SAMPLES) // 2                 # sound needed on either side of the first and last hop
BANDS_HZ = ((80, 450), (450, 1100), (1500, 3200), (3800, 7900))      # below F1, F1 of open vowels, F2, hiss


def band_levels(sound: NDArray[np.float32]) -> Array:
    """Levels in dB of BANDS_HZ, (num_hops, 4); `sound` holds num_hops hops and PAD samples on either side."""
    import librosa

    spectrum = librosa.stft(sound, n_fft=WINDOW, hop_length=HOP_SAMPLES, window="hann", center=False)
    power = np.abs(spectrum) ** 2
    hertz = librosa.fft_frequencies(sr=TRACK_RATE, n_fft=WINDOW)
    bands = [power[(hertz >= low) & (hertz < high)].sum(axis=0) for low, high in BANDS_HZ]
    return 10 * np.log10(np.stack(bands, axis=1).astype(np.float64) + 1e-6)


def mouth_from_sound(bands_db: Array, loud: Array) -> Array:
    """Mouth shapes for each hop, (num_hops, len(MOUTH)); bands_db: (num_hops, 4), loud: (num_hops,) 0..1.

    The jaw is openness, not yet scaled by loudness. Contacts of the teeth cannot be heard: `tuck` and
    `tongue` stay 0.
    """
    low, first, second, hiss = bands_db.T
    voiced = np.logaddexp(low, first)
    open_ = np.clip((first - low + 14) / 24, 0, 1)
    front = np.clip((second - voiced + 16) / 16, 0, 1)
    sibilant = np.clip((hiss - voiced + 2) / 10, 0, 1)
    present = np.clip(loud * 4, 0, 1)
    shapes = np.zeros((len(loud), len(MOUTH)))
    shapes[:, JAW] = (0.35 + 0.65 * open_) * (1 - 0.6 * sibilant)
    shapes[:, WIDE] = present * np.clip((front - 0.35) * 1.1 * (1 - 0.4 * sibilant), -0.3, 0.8)
    shapes[:, ROUND] = present * np.clip(0.5 - front, 0, 1) * 1.5 * (1 - sibilant)
    shapes[:, UPPER] = present * (0.18 * open_ + 0.30 * sibilant)
    shapes[:, LOWER] = present * (0.12 * open_ + 0.45 * sibilant)
    shapes[:, PRESS] = closures(loud, low - first)
    return shapes


def closures(loud: Array, murmur_db: Array) -> Array:
    """Lips shut in short dips between louder moments, more so where what is left is a murmur; 0..1."""
    side = 9                                                   # hops looked at before and after: 90 ms
    padded = np.pad(loud, side, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, side)
    before, after = around[: len(loud)].max(axis=1), around[side + 1 :].max(axis=1)
    dip = np.clip((np.minimum(before, after) - loud - 0.18) / 0.25, 0, 1)
    nasal = np.clip((murmur_db - 10) / 8, 0, 1) * np.clip((np.minimum(before, after) - loud - 0.03) / 0.08, 0, 1)
    shut = np.maximum(dip, nasal * (loud > 0.1))
    held = np.lib.stride_tricks.sliding_window_view(np.pad(shut, 1), 3).max(axis=1)      # for a frame to show it
    return smooth(held, hann(4))
