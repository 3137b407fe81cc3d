"""The embedded diarizer on sound: bundled voices, silence, music, telephone, short and wrong files."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from spoken_lines import spoken_lines

from talkshow.diarize.base import SpeakerCount
from talkshow.diarize.embedded import Embedded
from talkshow.diarize.naming import match_voices
from talkshow.engines import registry
from talkshow.errors import AudioError
from talkshow.sound.waveform import TrackReader, Waveform, save_wave
from talkshow.timeline.turns import Diarization

RATE = 16_000
VOICES = ("af_heart", "am_michael")


@pytest.fixture(scope="module")
def lines() -> dict[str, list[np.ndarray]]:
    """Two lines of a woman and two of a man."""
    return {name: [line.at(RATE) for line in spoken_lines(f"{name}_1", f"{name}_2")] for name in VOICES}


@pytest.fixture(scope="module")
def diarizer() -> Embedded:
    return registry.load("diarizers", "embedded")


def in_turn(lines: dict[str, list[np.ndarray]]) -> tuple[np.ndarray, list[tuple[str, float, float]]]:
    """A conversation and when each voice has a line."""
    sound, truth = [np.zeros(RATE // 2, np.float32)], []
    for nth, name in itertools.product(range(2), lines):
        begin = sum(map(len, sound)) / RATE
        sound += [lines[name][nth], np.zeros(RATE * 2 // 5, np.float32)]
        truth.append((name, begin, begin + len(lines[name][nth]) / RATE))
    return np.concatenate(sound), truth


def heard(diarizer: Embedded, path: Path, samples: np.ndarray, count: SpeakerCount | None = None) -> Diarization:
    save_wave(path, Waveform(samples.astype(np.float32), RATE))
    with TrackReader(path) as recording:
        return diarizer.diarize(recording, count or SpeakerCount(), lambda *_: None)


def telephone(samples: np.ndarray) -> np.ndarray:
    """300 to 3400 Hz, as a call is heard."""
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    return np.fft.irfft(np.where((hertz > 300) & (hertz < 3400), spectrum, 0), len(samples))


@pytest.mark.parametrize("heard_as", ["clean", "telephone"])
def test_two_voices_are_told_apart(diarizer, lines, tmp_path: Path, heard_as: str) -> None:
    samples, truth = in_turn(lines)
    found = heard(diarizer, tmp_path / "talk.wav", telephone(samples) if heard_as == "telephone" else samples)
    assert found.speakers == ("S1", "S2") and set(found.embeddings) == {"S1", "S2"}
    names = dict(zip(VOICES, found.speakers, strict=True))
    covered = []
    for time_s in np.arange(0, len(samples) / RATE, 0.05):
        said = {names[name] for name, begin, end in truth if begin + 0.3 < time_s < end - 0.3}
        if said:
            speaking = {turn.speaker for turn in found.turns if time_s in turn.span}
            assert speaking <= said, time_s
            covered.append(speaking == said)
    assert np.mean(covered) > 0.85  # voices pause within a line


def test_the_count_is_obeyed_and_progress_told(diarizer, lines, tmp_path: Path) -> None:
    samples, _ = in_turn(lines)
    assert heard(diarizer, tmp_path / "one.wav", samples, SpeakerCount(1, 1)).speakers == ("S1",)
    done: list[tuple[int, int]] = []
    with TrackReader(tmp_path / "one.wav") as recording:
        found = diarizer.diarize(recording, SpeakerCount(3, 3), lambda *at: done.append(at))
    assert len(found.speakers) == 3
    assert done == sorted(done) and done[-1][0] == done[-1][1] == round(len(samples) / RATE)


def test_voices_are_named_by_samples(diarizer, lines, tmp_path: Path) -> None:
    samples, _ = in_turn({name: said[:1] * 2 for name, said in lines.items()})
    found = heard(diarizer, tmp_path / "talk.wav", samples)
    known = {}
    for name, said in lines.items():
        save_wave(tmp_path / f"{name}.wav", Waveform(said[1], RATE))
        with TrackReader(tmp_path / f"{name}.wav") as sample:
            alone = diarizer.diarize(sample, SpeakerCount(1, 1), lambda *_: None)
            known[name] = alone.embeddings["S1"]
    assert match_voices(found, known)[0] == dict(zip(found.speakers, VOICES, strict=True))
    with TrackReader(tmp_path / "talk.wav") as recording:  # the same from turns alone, wherever they are from
        again = diarizer.voices(recording, found.turns)
    assert all(again[speaker] @ found.embeddings[speaker] > 0.9 for speaker in found.speakers)


def test_three_seconds_and_one_word_are_enough(diarizer, lines, tmp_path: Path) -> None:
    said = lines["am_michael"][0]
    assert heard(diarizer, tmp_path / "three.wav", said[: 3 * RATE]).speakers == ("S1",)
    word = np.concatenate([np.zeros(RATE), said[: RATE * 3 // 5], np.zeros(RATE)])
    found = heard(diarizer, tmp_path / "word.wav", word)
    assert found.speakers == ("S1",) and 0.3 < found.spoken_s("S1") < 0.9


def chords(seconds: int) -> np.ndarray:
    """Broken chords with drums."""
    rng, sound = np.random.default_rng(4), np.zeros(seconds * RATE)
    time_s = np.arange(RATE // 2) / RATE
    for beat in range(2 * seconds):
        root = 220 * 2 ** (rng.integers(0, 12) / 12)
        note = sum(
            np.sin(2 * np.pi * root * ratio * k * time_s) / k**1.5 for ratio in (1, 1.25, 1.5) for k in (1, 2, 3)
        )
        drum = rng.standard_normal(len(time_s)) * np.exp(-time_s / 0.02)
        sound[beat * len(time_s) : (beat + 1) * len(time_s)] = note * np.exp(-3 * time_s) + drum
    return 0.1 * sound


def noise(seconds: int) -> np.ndarray:
    return 0.1 * np.random.default_rng(1).standard_normal(seconds * RATE)


@pytest.mark.parametrize(
    "sound", [np.zeros(5 * RATE), chords(12), noise(5), np.zeros(100)], ids=["silence", "music", "noise", "nothing"]
)
def test_where_nobody_speaks_there_are_no_turns(diarizer, tmp_path: Path, sound: np.ndarray) -> None:
    found = heard(diarizer, tmp_path / "sound.wav", sound)
    assert found.turns == () and found.speakers == () and found.warnings == ("no speech is heard",)


def test_another_rate_is_an_error(diarizer, tmp_path: Path) -> None:
    save_wave(tmp_path / "fast.wav", Waveform(np.zeros(RATE, np.float32), 48_000))
    with TrackReader(tmp_path / "fast.wav") as recording, pytest.raises(AudioError, match="48000 Hz"):
        diarizer.diarize(recording, SpeakerCount(), lambda *_: None)
