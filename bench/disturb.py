"""Sound that has been through something: noise, music, rooms' and telephones' colours. All at 48 kHz."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from talkshow.clock import TRACK_RATE

Sound = NDArray[np.float64]


def phone(sound: Sound, low_hz: float = 300.0, high_hz: float = 3400.0) -> Sound:
    """What a telephone lets through."""
    return np.asarray(signal.sosfilt(signal.butter(6, [low_hz, high_hz], "band", fs=TRACK_RATE, output="sos"), sound))


def room(rng: np.random.Generator, sound: Sound) -> Sound:
    """Heard in a room from some way off: noise that decays exponentially (Moorer 1979), darker than the voice."""
    decay_s, direct_db = rng.uniform(0.08, 0.6), rng.uniform(-2, 12)
    time = np.arange(int(decay_s * TRACK_RATE)) / TRACK_RATE
    tail = signal.lfilter([0.4], [1, -0.6], rng.normal(size=len(time))) * np.exp(-6.9 * time / decay_s)
    tail[: int(rng.uniform(0.002, 0.02) * TRACK_RATE)] = 0.0
    tail *= 10 ** (-direct_db / 20) / np.sqrt(np.sum(tail**2))
    return np.asarray(sound + signal.fftconvolve(sound, tail)[: len(sound)])


def coloured(rng: np.random.Generator, sound: Sound) -> Sound:
    """Through a room, a microphone and a line of any quality."""
    if rng.random() < 0.6:
        sound = room(rng, sound)
    kind = rng.integers(0, 6)
    if kind == 0:
        sound = phone(sound, rng.uniform(150, 400), rng.uniform(3000, 3800))
    elif kind == 1:
        sound = signal.sosfilt(signal.butter(4, rng.uniform(3800, 7500), fs=TRACK_RATE, output="sos"), sound)
    if rng.random() < 0.6:
        sound = signal.lfilter([1, rng.uniform(-0.6, 0.6)], [1], sound)
        peak_hz = np.exp(rng.uniform(np.log(200), np.log(5000)))
        b, a = signal.iirpeak(peak_hz, 2, fs=TRACK_RATE)
        sound = sound + rng.uniform(-0.6, 1.0) * signal.lfilter(b, a, sound)
    return np.asarray(sound)


def with_noise(sound: Sound, noise: Sound, snr_db: float) -> Sound:
    """Sound and noise with a ratio of their powers, that of the sound taken where it is not silent."""
    heard = np.abs(sound) > 1e-3 * np.abs(sound).max()
    level = np.sqrt(np.mean(sound[heard] ** 2)) if heard.any() else 0.0
    return sound + noise * (level * 10 ** (-snr_db / 20) / (np.sqrt(np.mean(noise**2)) + 1e-12))


def noise(rng: np.random.Generator, num: int) -> Sound:
    """White, dark, narrow, or music."""
    kind, white = rng.integers(0, 4), rng.normal(size=num)
    if kind == 1:
        return np.asarray(signal.lfilter([0.4], [1, -0.95], white))
    if kind == 2:
        middle_hz = np.exp(rng.uniform(np.log(150), np.log(6000)))
        band = signal.butter(2, [0.7 * middle_hz, 1.4 * middle_hz], "band", fs=TRACK_RATE, output="sos")
        return np.asarray(signal.sosfilt(band, white))
    return music(rng, num) if kind == 3 else white


def music(rng: np.random.Generator, num: int) -> Sound:
    """Chords with a beat: plucked, held or struck."""
    played, at, beat_s, root_hz = np.zeros(num), 0, rng.uniform(0.25, 0.6), rng.uniform(80, 260)
    while at < num:
        length = min(int(beat_s * rng.choice([1, 1, 2, 4]) * TRACK_RATE), num - at)
        time = np.arange(length) / TRACK_RATE
        fading = np.exp(-time * rng.choice([0.3, 1.5, 6.0]))
        for _ in range(rng.integers(1, 5)):
            note_hz = root_hz * 2 ** (rng.choice([0, 2, 4, 5, 7, 9, 11, 12, 16, 19, 24]) / 12)
            fall = rng.uniform(0.8, 2.0)
            for partial in range(1, min(14, int(8000 / note_hz)) + 1):
                wave = np.sin(2 * np.pi * note_hz * partial * time + rng.uniform(0, 6))
                played[at : at + length] += fading * wave / partial**fall
        if rng.random() < 0.5:
            hit = min(length, int(0.1 * TRACK_RATE))
            played[at : at + hit] += 3 * rng.normal(size=hit) * np.exp(-40 * np.arange(hit) / TRACK_RATE)
        at += length
    return played
