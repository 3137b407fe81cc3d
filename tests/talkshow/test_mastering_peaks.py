"""No peak above the promised one, wherever it stands; and the loudness, or a word on why not."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sound_oracles import loudness, read, speech, tracks_of, true_peak, with_burst

from talkshow.clock import TRACK_RATE
from talkshow.errors import AudioError
from talkshow.sound.gainsearch import Attempt, Goal
from talkshow.sound.limiter import BLOCK, LOOKAHEAD, limited_blocks
from talkshow.sound.loudness import Level, TruePeakMeter
from talkshow.sound.mastering import MAX_PASSES, Mastering, master
from talkshow.sound.tracks import MixReader

CEILING, TOLERANCE = -1.0, 0.1  # dBTP promised, and dB by which meters differ


def checked(*sounds: np.ndarray) -> tuple[Mastering, np.ndarray]:
    """Master sounds, and hold the file against the promise."""
    with tempfile.TemporaryDirectory() as folder:
        result = master(tracks_of(Path(folder), *sounds), Path(folder, "mix.wav"))
        samples = read(Path(folder, "mix.wav"))
    assert len(samples) == len(sounds[0])
    peak = true_peak(samples)
    assert peak <= CEILING + TOLERANCE, f"{peak:.2f} dBTP"
    if samples.any():
        assert result.true_peak_dbtp == pytest.approx(peak, abs=TOLERANCE)
    if len(samples) >= 0.4 * TRACK_RATE and math.isfinite(result.loudness_lufs):
        assert result.loudness_lufs == pytest.approx(loudness(samples), abs=0.15)
    assert bool(result.shortfall) != (abs(result.loudness_lufs + 16) <= 0.1)
    return result, samples


LENGTHS = st.sampled_from([1, 2, 25, LOOKAHEAD, LOOKAHEAD + 1, 4_000, 19_200, 24_000])
PLACES = st.one_of(st.just(0.0), st.just(1.0), st.floats(0, 1), st.floats(0, 0.01))  # shares of the length


@given(
    length=LENGTHS,
    place=PLACES,
    burst=st.integers(1, 3_000),
    level_db=st.floats(-60, 40),
    talk_db=st.floats(-90, 0),
    num_tracks=st.integers(1, 3),
    track=st.integers(0, 2),
    seed=st.integers(0, 99),
)
@example(length=24_000, place=0.0, burst=200, level_db=0, talk_db=-40, num_tracks=2, track=1, seed=1)
def test_bursts_at_any_sample_of_any_track(length, place, burst, level_db, talk_db, num_tracks, track, seed):
    sounds = [speech(0.5, seed + number, 10 ** (talk_db / 20))[:length] for number in range(num_tracks)]
    at = round(place * (length - 1))
    sounds[track % num_tracks] = with_burst(sounds[track % num_tracks], at, burst, 10 ** (level_db / 20))
    checked(*sounds)


TIMES = np.arange(TRACK_RATE)
HARD = {
    "one sample": np.ones(1),
    "an impulse at the first sample": (TIMES == 0) * 0.9,
    "an impulse at the last sample": (TIMES == TRACK_RATE - 1) * 0.9,
    "a direct current": np.full(TRACK_RATE, 0.9),
    "a square wave at full scale": np.sign(np.sin(2 * np.pi * 440 * TIMES / TRACK_RATE + 0.01)),
    "a square wave, then a whisper": np.where(TIMES < 300, np.sign(np.sin(0.8 * TIMES + 0.01)), 0.001 * np.sin(TIMES)),
    "hum below what is heard": np.sin(2 * np.pi * TIMES / TRACK_RATE),
    "almost infinite": 3e38 * speech(1.0, 3, 1.0).astype(np.float64),
    "hiss with its highest peaks between samples": with_burst(speech(1.0, 4, 0.02), 47_700, 300),
    "as quiet as can be": np.full(TRACK_RATE, 1e-30),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_sounds(name):
    checked(HARD[name])


@pytest.mark.parametrize("at", [0, 1, 120, BLOCK - 1, BLOCK, 3 * TRACK_RATE - 200])
def test_a_quiet_talk_with_one_loud_burst_is_brought_to_the_target(at):
    result, _ = checked(with_burst(speech(3.0, 1, 0.1), at))
    assert not result.shortfall and result.loudness_lufs == pytest.approx(-16, abs=0.1)


def test_what_cannot_be_reached_is_told_with_what_was_reached_and_where_the_loudest_moment_stands():
    result, _ = checked(with_burst(speech(3.0, 2, 1e-6), 2 * TRACK_RATE, 30))
    assert "instead of -16" in result.shortfall and "around 0:02" in result.shortfall
    assert f"{result.loudness_lufs:.1f} LUFS" in result.shortfall
    assert f"{result.true_peak_dbtp:.1f} dBTP" in result.shortfall
    # no gain that would bring up noise and no loudness
    assert result.gain_db < 30


def test_silence_and_what_is_as_good_as_silence_are_told():
    assert "silent" in checked(np.zeros(5_000))[0].shortfall
    hiss = 1e-5 * np.random.default_rng(0).standard_normal(TRACK_RATE)
    result, samples = checked(hiss)
    assert "-70 LUFS" in result.shortfall and result.gain_db == 0
    assert np.abs(samples - hiss.astype(np.float32)).max() < 2**-23


def test_sound_that_is_not_finite_is_refused(tmp_path):
    sound = speech(1.0, 1).astype(np.float64)
    sound[36_000] = np.nan
    with pytest.raises(AudioError, match=r"not finite numbers, the first at 0:00\.8"):
        master(tracks_of(tmp_path, sound), tmp_path / "mix.wav")
    assert [path.name for path in tmp_path.iterdir()] == ["0.wav"]


@given(
    place=st.integers(0, 1_500),
    burst=st.integers(1, 800),
    level_db=st.floats(-20, 40),
    gain_db=st.floats(-20, 40),
    before=st.integers(1, 2 * LOOKAHEAD),
    seed=st.integers(0, 99),
)
def test_the_limiter_treats_the_beginning_like_any_other_place(place, burst, level_db, gain_db, before, seed):
    sound = with_burst(speech(0.04, seed), place, burst, 10 ** (level_db / 20))
    with tempfile.TemporaryDirectory() as folder:
        tracks = tracks_of(Path(folder), sound, np.concatenate([np.zeros(before), sound]))
        early, late = (limited(MixReader([track]), gain_db) for track in tracks)
        lower = limited(MixReader(tracks[:1]), gain_db - 3.5, -4.5)
    assert np.abs(late[before:] - early).max() < 1e-5 and not late[:before].any()
    assert np.abs(early * 10 ** (-3.5 / 20) - lower).max() < 1e-5, "it scales with its input"


def limited(mix: MixReader, gain_db: float, ceiling_db: float = -1.0) -> np.ndarray:
    with mix:
        return np.concatenate(list(limited_blocks(mix, 10 ** (gain_db / 20), 10 ** (ceiling_db / 20))))


@given(
    st.lists(st.tuples(st.floats(0.1, 30), st.floats(0, 1), st.floats(0, 25)), min_size=1, max_size=4),
    st.floats(-60, 0),
    st.floats(-0.2, 0.5),
)
def test_the_search_finds_the_target_on_any_curve_that_ends_above_it(bends, source_lufs, rough_db):
    """Loudness rises with the gain at a slope of 1, then at others; after each bend it may fall first."""

    def loudness_at(drive_db: float) -> float:
        start, level, slope = 0.0, 0.0, 1.0
        for width, next_slope, fall in bends:
            if drive_db < start + width:
                break
            start, level, slope = start + width, level + slope * width - fall, next_slope
        return level + slope * (drive_db - start)

    goal = Goal(source_lufs, -16.0, -1.0)
    first_gain_db, first_ceiling_db = goal.first
    tried: list[Attempt] = []
    best, setting = None, goal.first
    while setting is not None and len(tried) < MAX_PASSES:
        gain_db, ceiling_db = setting
        drive_db = gain_db - ceiling_db - (first_gain_db - first_ceiling_db)  # 0: the limiter has work from here on
        level = -16.5 + loudness_at(drive_db) + ceiling_db - first_ceiling_db
        over_db = rough_db * (1 + np.sin(drive_db))
        tried.append(Attempt(gain_db, ceiling_db, Level(level, ceiling_db + over_db)))
        if goal.prefers(tried[-1], best):
            best = tried[-1]
        setting = goal.after(tried)
    assert best is not None and best.level.true_peak_dbtp <= -1.0
    highest_db = 54.0 - first_gain_db - max(0.0, 2 * rough_db)  # peaks may take what they exceed the ceiling by
    assert goal.is_reached(best) or loudness_at(highest_db) < 0.5 + max(0.0, 2 * rough_db)


@pytest.mark.parametrize("seed", range(4))
def test_the_meter_reads_hiss_as_a_finer_resampler_does(seed):
    samples = np.clip(np.random.default_rng(seed).standard_normal(3_000), -2, 2).astype(np.float32)
    meter = TruePeakMeter()
    meter.add(samples)
    assert meter.true_peak() == pytest.approx(true_peak(samples.astype(np.float64), 32), abs=0.06)
