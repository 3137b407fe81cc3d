"""Recordings without words: mouths from sound alone, against what the voice's own phonemes say of the same sound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal
from spoken_lines import spoken_lines

from bench.disturb import music, phone, with_noise
from bench.motion import Sound
from talkshow.clock import FPS, TRACK_RATE, TRACK_SAMPLES_PER_FRAME
from talkshow.performance.channels import Motion
from talkshow.performance.floor import runs
from talkshow.performance.motion import ShowPerformance
from talkshow.script.model import Line, Say
from talkshow.span import Span
from talkshow.timeline.types import Cue, Timeline
from talkshow.words import Phoneme

GAP_S = 1.2


@dataclass(frozen=True)
class Said:
    """A line of a man and one of a woman on one track: cues with phonemes, and samples (whole frames) at 48 kHz."""

    cues: tuple[Cue, ...]
    samples: NDArray[np.float64]

    def motion(self, samples: NDArray[np.float64], words: bool = False, first: int = 0) -> Motion:
        """What the speaker does from a frame on, with or without the phonemes."""
        num_frames = len(samples) // TRACK_SAMPLES_PER_FRAME
        timeline = Timeline(self.cues if words else (), ("A",), (Span(0, num_frames / FPS),), num_frames / FPS)
        performance = ShowPerformance(timeline, {"A": Sound(samples.astype(np.float32))}, {"A": 0.5})
        return performance.motion("A", first, num_frames)

    def speaking(self) -> NDArray[np.bool_]:
        """(num_frames,)"""
        inside = np.zeros(len(self.samples) // TRACK_SAMPLES_PER_FRAME, np.bool_)
        for cue in self.cues:
            inside[round(cue.span.start_s * FPS) : round(cue.span.end_s * FPS)] = True
        return inside

    def closed(self, motion: Motion) -> float:
        """Share of p, b, m in which the gap falls below 15 % of its median."""
        usual = np.median(motion["jaw"][self.speaking()])
        middles = [
            int((one.span.start_s + one.span.end_s) / 2 * FPS)
            for cue in self.cues
            for one in cue.phonemes
            if one.symbol in "pbm"
        ]
        assert len(middles) >= 10
        return float(np.mean([motion["jaw"][middle - 1 : middle + 2].min() < 0.15 * usual for middle in middles]))


@pytest.fixture(scope="module")
def said() -> Said:
    cues, parts, clock = [], [], GAP_S
    for index, line in enumerate(spoken_lines("am_michael_3", "bf_emma_1")):
        phonemes = tuple(Phoneme(symbol, Span(start, end).shifted(clock)) for symbol, start, end in line.phonemes)
        num_frames = int(np.ceil(len(line.samples) / 24_000 * FPS))
        cues.append(Cue(Line("A", (Say(line.text),)), index, 0, Span(clock, clock + num_frames / FPS), (), phonemes))
        parts.append((clock, line.at(TRACK_RATE)))
        clock = clock + num_frames / FPS + GAP_S
    samples = np.zeros(round(clock * FPS) * TRACK_SAMPLES_PER_FRAME)
    for start_s, sound in parts:
        first = round(start_s * TRACK_RATE)
        samples[first : first + len(sound)] += sound[: len(samples) - first]
    return Said(tuple(cues), samples)


def test_closures_close_and_hardly_anything_else_does(said: Said) -> None:
    heard, read = said.motion(said.samples), said.motion(said.samples, words=True)
    assert said.closed(heard) >= 0.8
    due = np.convolve(read["press"] > 0.3, np.ones(5), "same") > 0
    for_nothing = sum(not due[begin:end].any() for begin, end in runs(heard["press"] > 0.5))
    assert for_nothing <= 0.6 * said.speaking().sum() / FPS


@pytest.mark.parametrize(
    ("channel", "least"), [("jaw", 0.8), ("press", 0.5), ("round", 0.5), ("wide", 0.5), ("lower", 0.6), ("tuck", 0.4)]
)
def test_shapes_are_those_of_the_sounds(said: Said, channel: str, least: float) -> None:
    inside = said.speaking()
    heard, read = said.motion(said.samples)[channel], said.motion(said.samples, words=True)[channel]
    assert np.corrcoef(heard[inside], read[inside])[0, 1] > least


def test_a_telephone_is_understood(said: Said) -> None:
    assert said.closed(said.motion(phone(said.samples))) >= 0.7


@pytest.mark.parametrize("kind", ["silence", "hiss", "rumble", "music"])
def test_nobody_chews_in_pauses(said: Said, kind: str) -> None:
    """Background 20 dB (music: 30 dB) below the voice: lips rest between the lines, and move in them as without it."""
    rng, samples = np.random.default_rng(6), said.samples
    if kind != "silence":
        white = rng.normal(size=len(samples))
        behind = {"hiss": white, "rumble": signal.lfilter([1], [1, -0.97], white), "music": music(rng, len(samples))}[
            kind
        ]
        samples = with_noise(samples, behind, 30 if kind == "music" else 20)
    motion, inside = said.motion(samples), said.speaking()
    pause = ~(np.convolve(inside, np.ones(21), "same") > 0)
    assert pause.sum() > 20
    assert motion["jaw"][pause].mean() < 0.15 * motion["jaw"][inside].mean()
    assert motion["jaw"][inside].mean() > 0.1


def test_a_mouth_opens_without_a_pop(said: Said) -> None:
    """From rest, no frame moves the jaw by more than the largest step inside the speech."""
    jaw, inside = said.motion(said.samples)["jaw"], said.speaking()
    first = int(np.flatnonzero(inside)[0])
    onset = np.abs(np.diff(jaw[first - 8 : first + 4])).max()
    assert onset <= np.abs(np.diff(jaw[inside])).max() and onset < 0.5
    assert jaw[: first - 8].max() == 0


def test_a_stretch_is_the_same_alone(said: Said) -> None:
    whole, late = said.motion(said.samples), said.motion(said.samples, first=117)
    for channel in ("jaw", "press", "round", "wide", "upper", "lower", "tuck", "tongue"):
        np.testing.assert_array_equal(whole[channel][117:], late[channel])


def test_sound_that_is_no_speech_moves_the_jaw_by_loudness_alone(said: Said) -> None:
    """A kazoo has no vowels, but who gives it a face wants it to move."""
    time = np.arange(6 * TRACK_RATE) / TRACK_RATE
    level_db = -40 - 25 * np.cos(2 * np.pi * time / 1.5)
    motion = said.motion(signal.sawtooth(2 * np.pi * 220 * time) * 10 ** (level_db / 20))
    at_frames = level_db.reshape(-1, TRACK_SAMPLES_PER_FRAME).mean(axis=1)
    assert np.corrcoef(motion["jaw"], np.maximum(at_frames, -45))[0, 1] > 0.95
    assert motion["jaw"].max() > 0.5
