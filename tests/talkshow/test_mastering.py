"""Loudness and true peak of the mastered mix, against a loudness meter and a resampler that are not ours."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scipy.signal import correlate
from sound_oracles import loudness, read, speech, tracks_of, true_peak

from talkshow.clock import TRACK_RATE
from talkshow.sound.loudness import LoudnessMeter, TruePeakMeter
from talkshow.sound.mastering import Mastering, master


def mastered(folder: Path, *sounds: np.ndarray) -> tuple[Mastering, np.ndarray]:
    result = master(tracks_of(folder, *sounds), folder / "mix.wav")
    samples = read(folder / "mix.wav")
    assert samples.shape == sounds[0].shape
    return result, samples


SHOWS = {
    "two speakers": [speech(8, 1), np.roll(speech(8, 2, 0.2), TRACK_RATE)],
    "whispering": [speech(6, 3, 0.004, voiced=False), speech(6, 4, 0.002, voiced=False)],
    "two loud speakers at once": [speech(6, 5, 0.99), speech(6, 6, 0.99)],
    "two seconds": [np.concatenate([np.zeros(19_200), speech(1.0, 7), np.zeros(28_800)])],
    "mostly silence": [np.concatenate([np.zeros(20 * TRACK_RATE), speech(2.0, 8)])],
    "one far louder than the other": [speech(6, 9, 0.9), speech(6, 10, 0.01)],
    "a click in it": [speech(6, 11, 0.05) + 0.9 * (np.arange(6 * TRACK_RATE) == 100_000)],
}


@pytest.mark.parametrize("show", SHOWS)
def test_loudness_and_peak(tmp_path, show):
    result, samples = mastered(tmp_path, *SHOWS[show])
    assert loudness(samples) == pytest.approx(-16.0, abs=0.25)
    assert true_peak(samples) <= -0.95 and not result.shortfall
    assert result.loudness_lufs == pytest.approx(loudness(samples), abs=0.15)
    assert result.true_peak_dbtp == pytest.approx(true_peak(samples), abs=0.1)


@pytest.mark.parametrize("show", ["two speakers", "two loud speakers at once", "a click in it"])
def test_the_mix_is_in_time_with_the_tracks(tmp_path, show):
    _, samples = mastered(tmp_path, *SHOWS[show])
    before = np.sum(SHOWS[show], axis=0)
    lag = np.argmax(correlate(samples, before, "full", "fft")) - (len(before) - 1)
    assert lag == 0
    quiet = np.abs(before) < 1e-9
    assert np.abs(samples[quiet]).max(initial=0.0) < 1e-6


def test_what_needs_no_limiter_is_the_mix_times_one_gain(tmp_path):
    noise = np.random.default_rng(0).uniform(-0.05, 0.05, 4 * TRACK_RATE).astype(np.float32)
    result, samples = mastered(tmp_path, noise)
    assert result.num_passes == 1
    assert np.abs(samples - noise * 10 ** (result.gain_db / 20)).max() < 2**-23


def test_peaks_between_samples_are_limited(tmp_path):
    # at a quarter of the sample rate and 45 degrees, samples stand 3 dB below the curve they draw
    times = np.arange(4 * TRACK_RATE)
    wave = 0.02 * np.sin(2 * np.pi * times / 4 + np.pi / 4)
    wave[TRACK_RATE : 2 * TRACK_RATE] *= 40
    _, samples = mastered(tmp_path, wave)
    assert np.abs(samples).max() < 10 ** (-3.5 / 20)
    assert true_peak(samples) <= -0.95


def test_silence_stays_silence(tmp_path):
    for seconds in (2.0, 0.04):
        nothing = np.zeros(round(seconds * TRACK_RATE))
        result, samples = mastered(tmp_path, nothing, nothing)
        assert not samples.any()
        assert result.loudness_lufs == result.true_peak_dbtp == -np.inf and result.gain_db == 0


def test_the_same_bytes_twice_and_nothing_left_over(tmp_path):
    tracks = tracks_of(tmp_path, *SHOWS["two loud speakers at once"])
    first = (master(tracks, tmp_path / "mix.wav"), (tmp_path / "mix.wav").read_bytes())
    assert first == (master(tracks, tmp_path / "mix.wav"), (tmp_path / "mix.wav").read_bytes())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.wav", "1.wav", "mix.wav"]


def test_another_target(tmp_path):
    tracks = tracks_of(tmp_path, SHOWS["two speakers"][0])
    master(tracks, tmp_path / "mix.wav", target_lufs=-23.0, true_peak_dbtp=-6.0)
    samples, _ = soundfile.read(tmp_path / "mix.wav")
    assert loudness(samples) == pytest.approx(-23.0, abs=0.25)
    assert true_peak(samples) <= -6.0


@pytest.mark.serial
def test_memory_does_not_grow_with_the_episode(tmp_path):
    def peak(repeats: int) -> int:
        tracks = tracks_of(tmp_path, np.tile(speech(5, 1, 0.9), repeats))
        tracemalloc.start()
        master(tracks, tmp_path / "mix.wav")
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(1)
    assert peak(8) < peak(1) * 1.1 + 100_000


@pytest.mark.parametrize("block", [997, 48_000, 480_000])
def test_meters_do_not_depend_on_the_blocks(block):
    samples = speech(7.3, 20, 0.5)
    level, peak = LoudnessMeter(), TruePeakMeter()
    for first in range(0, len(samples), block):
        level.add(samples[first : first + block])
        peak.add(samples[first : first + block])
    assert level.loudness() == pytest.approx(loudness(samples.astype(np.float64)), abs=0.1)
    assert peak.true_peak() == pytest.approx(true_peak(samples, 8), abs=0.1)


def test_the_reference_tone_of_the_standard():
    # BS.1770-4: a 997 Hz sine at full scale in one channel reads -3.01 LKFS
    sine = np.sin(2 * np.pi * 997 * np.arange(5 * TRACK_RATE) / TRACK_RATE).astype(np.float32)
    meter = LoudnessMeter()
    meter.add(sine)
    assert meter.loudness() == pytest.approx(-3.01, abs=0.02)
