"""Directions are heard: pitch, melody, level, pace and voicing of what is said, measured with librosa."""

from __future__ import annotations

import json
from dataclasses import dataclass

import librosa
import numpy as np
import pytest
import soundfile

SENTENCE = "Nobody told me that the ferry had already gone, and now it is raining again."
HOP = 512
MANNERS = ("", "whispers", "shouts", "excited", "sad", "angry", "laughing", "slow", "fast", "flat")


@dataclass(frozen=True)
class Heard:
    """hertz: median fundamental; semitones: its spread; voiced: share of loud frames; level_db; seconds; tremor."""

    hertz: float
    semitones: float
    voiced: float
    level_db: float
    seconds: float
    tremor: float


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory, succeed) -> dict[str, Heard]:
    """The sentence in every manner, by the draft voice: before the mix, which evens levels out."""
    folder = tmp_path_factory.mktemp("directions")
    lines = [f"MAYA{f' ({manner})' if manner else ''}: {SENTENCE}" for manner in MANNERS]
    (folder / "d.txt").write_text("cast:\n  MAYA: voice=af_heart\n" + "\n".join(lines), encoding="utf-8")
    succeed("speak", folder / "d.txt", "--draft", "--out", folder, "--name", "d")
    cues = json.loads((folder / "d/timeline.json").read_text(encoding="utf-8"))["cues"]
    track, rate = soundfile.read(next((folder / "d/tracks").glob("*.wav")))
    return {
        manner: measured(track[round(cue["start_s"] * rate) : round(cue["end_s"] * rate)], rate)
        for manner, cue in zip(MANNERS, cues, strict=True)
    }


def measured(sound: np.ndarray, rate: int) -> Heard:
    sound = librosa.resample(sound, orig_sr=rate, target_sr=16_000)
    hertz, flags, _ = librosa.pyin(
        sound, fmin=80, fmax=500, sr=16_000, frame_length=1024, hop_length=HOP, resolution=0.25, n_thresholds=50
    )
    level = librosa.feature.rms(y=sound, frame_length=1024, hop_length=HOP)[0][: len(flags)]
    loud = level > 0.15 * level.max()
    pitches = hertz[flags & loud]
    away = 12 * np.log2(pitches / np.median(pitches)) if len(pitches) > 5 else np.zeros(1)
    envelope = 20 * np.log10(np.maximum(level, 1e-4))
    spectrum = np.abs(np.fft.rfft(envelope - envelope.mean()))
    at = np.fft.rfftfreq(len(envelope), HOP / 16_000)
    return Heard(
        float(np.median(pitches)) if len(pitches) > 5 else 0.0,
        float(np.percentile(away, 90) - np.percentile(away, 10)),
        float(flags[loud].mean()),
        float(10 * np.log10(np.mean(sound**2))),
        len(sound) / 16_000,
        float(spectrum[(at > 4.7) & (at < 5.3)].max() / len(envelope)),
    )


@pytest.mark.parametrize(
    ("manner", "pitch", "melody", "level_db", "pace"),
    [
        ("shouts", (1.1, 1.3), (1.05, 1.6), (4, 8), (0.95, 1.1)),
        ("excited", (1.05, 1.2), (1.15, 1.8), (1, 4), (1.04, 1.1)),
        ("sad", (0.9, 0.99), (0.5, 0.85), (-4, -0.5), (0.88, 0.96)),
        ("angry", (1.04, 1.1), (1.05, 1.6), (1.5, 5), (1.0, 1.1)),
        ("laughing", (1.0, 1.15), (1.1, 1.8), (-5, 1), (1.0, 1.1)),
        ("slow", (0.95, 1.05), (0.85, 1.2), (-1, 1), (0.83, 0.89)),
        ("fast", (0.95, 1.05), (0.85, 1.2), (-1, 1), (1.1, 1.18)),
        ("flat", (0.92, 1.02), (0.4, 0.75), (-1, 1), (0.95, 1.05)),
    ],
)
def test_a_direction_changes_what_is_heard(heard, manner, pitch, melody, level_db, pace):
    """Ranges are ratios to the neutral sentence, and decibels."""
    plain, found = heard[""], heard[manner]
    assert pitch[0] <= found.hertz / plain.hertz <= pitch[1]
    assert melody[0] <= found.semitones / plain.semitones <= melody[1]
    assert level_db[0] <= found.level_db - plain.level_db <= level_db[1]
    assert pace[0] <= plain.seconds / found.seconds <= pace[1]


def test_a_whisper_has_no_pitch(heard):
    assert heard["whispers"].voiced < 0.2 < 0.6 < heard[""].voiced
    assert -12 < heard["whispers"].level_db - heard[""].level_db < -4


def test_laughter_shakes_the_voice(heard):
    assert heard["laughing"].tremor > 1.3 * heard[""].tremor


def test_a_whisper_lasts_as_long_as_its_pace_says(heard):
    assert abs(heard["whispers"].seconds - heard[""].seconds / 0.94) < 0.3
