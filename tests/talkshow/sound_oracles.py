"""Sounds to be mastered, and what they are measured with: a loudness meter and a resampler that are not ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyloudnorm
import soundfile
from scipy.signal import lfilter, resample_poly

from talkshow.clock import TRACK_RATE
from talkshow.sound.tracks import Track
from talkshow.sound.waveform import Waveform, save_wave


def speech(seconds: float, seed: int, level: float = 0.1, voiced: bool = True) -> np.ndarray:
    """Pulses through formants (or hiss), in syllables with rests between phrases: the crest of speech."""
    rng = np.random.default_rng(seed)
    num = round(seconds * TRACK_RATE)
    if voiced:
        phase = np.cumsum(120 + 30 * np.sin(np.arange(num) / TRACK_RATE * 3 + seed)) / TRACK_RATE
        source = np.diff(np.floor(phase), prepend=0.0) + 0.01 * rng.standard_normal(num)
    else:
        source = rng.standard_normal(num)
    for hertz, width in ((600, 90), (1400, 120), (2600, 180)):
        radius = np.exp(-np.pi * width / TRACK_RATE)
        source = lfilter([1 - radius], [1, -2 * radius * np.cos(2 * np.pi * hertz / TRACK_RATE), radius**2], source)
    syllables = np.interp(
        np.arange(num) / TRACK_RATE,
        np.arange(0, seconds + 0.2, 0.1),
        rng.uniform(0, 1, len(np.arange(0, seconds + 0.2, 0.1))) ** 2,
    )
    shaped = source * syllables
    return (level * shaped / np.abs(shaped).max()).astype(np.float32)


def with_burst(sound: np.ndarray, at: int, length: int = 200, level: float = 0.9) -> np.ndarray:
    """A sound with hiss of a level (0.9: over full scale) laid over it from sample `at` on, as far as it goes."""
    loud = np.array(sound, np.float64)
    hiss = np.random.default_rng(at).standard_normal(length) * level
    loud[at : at + length] += hiss[: max(0, len(loud) - at)]
    return loud


def tracks_of(folder: Path, *sounds: np.ndarray) -> list[Track]:
    """Files of one track each."""
    tracks = []
    for number, samples in enumerate(sounds):
        save_wave(folder / f"{number}.wav", Waveform(samples.astype(np.float32), TRACK_RATE))
        tracks.append(Track(str(number), folder / f"{number}.wav"))
    return tracks


def true_peak(samples: np.ndarray, times: int = 8) -> float:
    """dBTP of (num_samples,) or (num_samples, num_channels), silence before and after."""
    silence = np.zeros((200, *samples.shape[1:]))
    curve = resample_poly(np.concatenate([silence, samples, silence]), times, 1)
    return float(20 * np.log10(np.abs(curve).max(initial=1e-12)))


def loudness(samples: np.ndarray, rate: int = TRACK_RATE) -> float:
    """LUFS of (num_samples,) or (num_samples, num_channels), at least 0.4 s long."""
    return float(pyloudnorm.Meter(rate).integrated_loudness(samples))


def read(path: Path) -> np.ndarray:
    """(num_samples,) float64 of a mastered mix, which must be a mono file of 48 kHz and 24 bits."""
    info = soundfile.info(path)
    assert (info.samplerate, info.channels, info.subtype) == (TRACK_RATE, 1, "PCM_24")
    return np.asarray(soundfile.read(path, dtype="float64")[0])
