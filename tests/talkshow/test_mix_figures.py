"""How loud the mix became: in the manifest, with --verbose, as a warning; the same from an earlier run."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
import soxr
from recordings import RATE, hummed, rttm, wav
from sound_oracles import loudness, true_peak, with_burst


def figures(folder: Path) -> dict[str, float | None]:
    row = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["stages"]["mix"]
    return {key: row[key] for key in ("loudness_lufs", "true_peak_dbtp", "gain_db")}


def warnings(folder: Path) -> str:
    return "\n".join(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["warnings"])


def measured(folder: Path) -> tuple[float, float]:
    """(LUFS, dBTP) of the mix at 48 kHz; more than two channels as their mean."""
    samples, rate = soundfile.read(folder / "mix.wav", always_2d=True)
    samples = soxr.resample(samples, rate, RATE) if rate != RATE else samples
    samples = samples if samples.shape[1] <= 2 else samples.mean(axis=1, keepdims=True)
    return loudness(samples), true_peak(samples)


def assert_true(folder: Path) -> None:
    level, peak = measured(folder)
    told = figures(folder)
    assert told["loudness_lufs"] == pytest.approx(level, abs=0.15)
    assert told["true_peak_dbtp"] == pytest.approx(peak, abs=0.1)


@pytest.fixture
def speak(run, tmp_path, tone_voices):
    """Run `talkshow speak` on a script of some lines; returns what it did, in `tmp_path`/out/talk."""

    def call(text: str, *arguments: object):
        script = tmp_path / "talk.txt"
        script.write_text(text, encoding="utf-8")
        return run("speak", script, "--voices", tone_voices, "--out", tmp_path / "out", *arguments)

    return call


TALK = "cast:\n  MAYA: voice=hum_a\n  LEO: voice=hum_b\nMAYA: Good evening to you all.\nLEO: And good night.\n"


def test_speech_is_measured_and_a_second_run_tells_the_same(speak, tmp_path):
    folder = tmp_path / "out/talk"
    ran = speak(TALK, "--verbose")
    assert ran.code == 0, ran.err
    assert_true(folder)
    told = figures(folder)
    assert told["loudness_lufs"] == pytest.approx(-16, abs=0.1) and told["true_peak_dbtp"] <= -0.95
    tracks = sum(soundfile.read(track)[0] for track in (folder / "tracks").iterdir())
    if told["true_peak_dbtp"] < -1.2:  # nothing was limited
        assert told["gain_db"] == pytest.approx(-16 - loudness(tracks), abs=0.15)
    line = next(line for line in ran.err.splitlines() if line.startswith("mix: "))
    assert f"{told['loudness_lufs']:.1f} LUFS" in line and f"{told['true_peak_dbtp']:.1f} dBTP" in line
    assert "LUFS" not in speak(TALK).err
    changed = (folder / "mix.wav").stat().st_mtime_ns
    again = speak(TALK, "--json")
    assert {key: again.json["stages"]["mix"][key] for key in told} == told == figures(folder)
    assert (folder / "mix.wav").stat().st_mtime_ns == changed


@pytest.mark.parametrize("broken", ["", "{}", "[1]", '{"loudness_lufs": "loud", "true_peak_dbtp": 0}'])
def test_kept_figures_that_are_broken_are_measured_again(speak, tmp_path, broken):
    folder = tmp_path / "out/talk"
    assert speak(TALK).code == 0
    told = figures(folder)
    kept = list((folder / ".work/mix").iterdir())
    assert len(kept) == 1
    kept[0].write_text(broken)
    ran = speak(TALK)
    assert ran.code == 0, ran.err
    assert figures(folder) == told


def test_silence_is_null_and_told(speak, tmp_path):
    ran = speak("cast:\n  MAYA: voice=hum_a\nMAYA: 🙂\n", "--verbose")
    assert ran.code == 0, ran.err
    assert figures(tmp_path / "out/talk") == {"loudness_lufs": None, "true_peak_dbtp": None, "gain_db": 0.0}
    assert "the mix is silent" in ran.err and "the mix is silent" in warnings(tmp_path / "out/talk")
    speak("cast:\n  MAYA: voice=hum_a\nMAYA: 🙂\n")
    assert "the mix is silent" in warnings(tmp_path / "out/talk"), "told again where nothing is made again"


@pytest.mark.parametrize("gain", ["900", "-61", "1e9"])
def test_a_gain_that_nothing_is_heard_beside_is_refused(speak, gain):
    ran = speak(TALK.replace("voice=hum_a", f"voice=hum_a, gain={gain}"))
    assert ran.code == 1 and "gain of MAYA must be between -60 and 60 dB" in ran.err and "talk.txt:2" in ran.err


def test_a_voice_over_full_scale_is_lowered_and_told(run, tmp_path, tone_voices, monkeypatch):
    def said(level: float, name: str) -> tuple[np.ndarray, str]:
        monkeypatch.setattr("talkshow.speech.engines.tone._LEVEL", level)
        ran = run("voices", "say", "hum_a", "Good evening.", "--voices", tone_voices, "-o", tmp_path / name)
        assert ran.code == 0, ran.err
        return soundfile.read(tmp_path / name)[0], ran.err

    (quiet, silent), (loud, told) = said(0.5, "a.wav"), said(4.0, "b.wav")
    assert "lowered" not in silent and "lowered by" in told
    assert np.abs(loud / np.abs(loud).max() - quiet / np.abs(quiet).max()).max() < 1e-3, "nothing is cut off"


@pytest.fixture
def convert(run, tmp_path):
    """Run `talkshow convert` on a sound, in tiny pictures of lamps; the episode lies in `tmp_path`/out/talk."""
    truth = rttm(tmp_path / "truth.rttm")

    def call(sound: np.ndarray, *arguments: object, rate: int = RATE):
        recording = wav(tmp_path / "talk.wav", sound, rate, "FLOAT")
        return run(
            "convert",
            recording,
            "--rttm",
            truth,
            "--no-captions",
            "--no-check",
            "--renderer",
            "stills",
            "--size",
            "160x90",
            "--out",
            tmp_path / "out",
            *arguments,
        )

    return call


@pytest.fixture
def diarize(run, tmp_path):
    """Run `talkshow diarize` on a sound: tracks and mix lie in `tmp_path`/out/talk, a report is printed."""
    truth = rttm(tmp_path / "truth.rttm")

    def call(sound: np.ndarray, rate: int = RATE):
        return run(
            "diarize",
            wav(tmp_path / "talk.wav", sound, rate, "FLOAT"),
            "--rttm",
            truth,
            "--out",
            tmp_path / "out",
            "--json",
        )

    return call


def spread(mono: np.ndarray, channels: int, rate: int) -> np.ndarray:
    """(num_samples, channels): loudest in the middle one, a burst in the last from the first sample on."""
    mono = soxr.resample(mono, RATE, rate)
    sound = np.stack([mono * 0.5 ** abs(channel - channels // 2) for channel in range(channels)], axis=1)
    sound[:, -1] = with_burst(sound[:, -1], 0, 150, 2.0)
    return sound


@pytest.mark.parametrize(("channels", "rate"), [(2, 44_100), (6, RATE)])
def test_mastered_recordings_of_any_layout_keep_the_promise(convert, tmp_path, channels, rate):
    ran = convert(spread(hummed().mix, channels, rate), "--master", "--verbose", rate=rate)
    assert ran.code == 0, ran.err
    folder = tmp_path / "out/talk"
    assert_true(folder)
    level, peak = measured(folder)
    assert peak <= -0.9 and (level == pytest.approx(-16, abs=0.15) or "instead of -16" in warnings(folder))
    assert "true peak" in ran.err


@pytest.mark.parametrize(("channels", "rate"), [(1, 22_050), (6, RATE)])
def test_recordings_as_they_are_are_measured_as_the_video_plays_them(diarize, tmp_path, channels, rate):
    sound = 0.2 * spread(hummed().mix, channels, rate)
    ran = diarize(sound, rate=rate)
    assert ran.code == 0, ran.err
    level, peak = measured(tmp_path / "out/talk")
    assert ran.json["mix"] == {
        "loudness_lufs": pytest.approx(level, abs=0.15),
        "true_peak_dbtp": pytest.approx(peak, abs=0.1),
        "gain_db": 0,
    }
    assert diarize(sound, rate=rate).json["mix"] == ran.json["mix"]


def test_a_stereo_recording_is_as_loud_as_both_channels_together(convert, tmp_path):
    ran = convert(0.2 * spread(hummed().mix, 2, 44_100), "-v", rate=44_100)
    assert ran.code == 0, ran.err
    assert_true(tmp_path / "out/talk")
    assert f"mix: {figures(tmp_path / 'out/talk')['loudness_lufs']:.1f} LUFS" in ran.err


@pytest.mark.parametrize("inverted", [True, False])
def test_channels_that_cancel_each_other_out_are_told(diarize, inverted):
    sound = hummed().mix
    ran = diarize(np.stack([sound, -0.95 * sound if inverted else 0 * sound], axis=1))
    assert ran.code == 0, ran.err
    assert any("cancel each other out" in warning for warning in ran.json["warnings"]) == inverted


def test_a_recording_over_full_scale_is_kept_and_told(diarize, convert, tmp_path):
    loud = hummed().mix * 9
    ran = diarize(loud)
    folder = tmp_path / "out/talk"
    assert ran.code == 0 and "players cut off what exceeds 0" in " ".join(ran.json["warnings"])
    assert "--master" in " ".join(ran.json["warnings"]) and "players cut off" in ran.err
    # tracks are dry: what the recording holds, not cut off
    tracks = [soundfile.read(path)[0] for path in sorted((folder / "tracks").iterdir())]
    highest = max(np.abs(track).max() for track in tracks)
    assert highest == pytest.approx(np.abs(loud).max(), rel=0.01) and highest > 2
    ran = convert(loud, "--master")
    assert "players cut off" not in ran.err and figures(folder)["loudness_lufs"] == pytest.approx(-16, abs=0.1)


@pytest.mark.parametrize("value", [np.nan, -np.inf, 1e30])
def test_samples_that_are_no_sound_are_silent_and_told(diarize, tmp_path, value):
    sound = hummed().mix
    sound[30_000:30_003] = value
    ran = diarize(sound)
    assert ran.code == 0, ran.err
    assert "talk.wav: 3 samples are not finite or absurdly large, and silent" in ran.err
    mix = soundfile.read(tmp_path / "out/talk/mix.wav")[0]
    assert not mix[30_000:30_003].any() and np.array_equal(mix[:30_000], hummed().mix[:30_000].astype(np.float32))


def test_a_recording_with_a_sample_that_is_no_sound_becomes_an_episode(convert, tmp_path):
    sound = np.stack([hummed().mix] * 2, axis=1)
    sound[0, 1] = np.nan
    ran = convert(sound)
    assert ran.code == 0 and "1 sample is not finite" in ran.err, ran.err
    with av.open(str(tmp_path / "out/talk/episode.mp4")) as container:
        assert all(np.isfinite(frame.to_ndarray()).all() for frame in container.decode(audio=0))


def test_a_file_that_is_mostly_no_sound_is_an_error(diarize):
    ran = diarize(hummed().mix * 1e35)
    assert ran.code == 1 and "talk.wav: most samples" in ran.err and "16 or 24 bits" in ran.err
