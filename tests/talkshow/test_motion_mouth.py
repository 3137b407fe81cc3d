"""Mouths: contacts happen, lips round, silence is rest, and sound alone is enough to move."""

from __future__ import annotations

import hibari
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bench.motion import Sound
from talkshow.clock import FPS, TRACK_RATE
from talkshow.performance.channels import Motion
from talkshow.performance.motion import ShowPerformance
from talkshow.performance.visemes import LENGTH_MARKS, SILENT, STRESS_MARKS, VISEMES, articulate
from talkshow.performance.voicing import Voicing
from talkshow.script.model import Line, Say
from talkshow.span import Span
from talkshow.timeline.types import Cue, Timeline
from talkshow.words import Phoneme


def buzz(
    duration_s: float, spans: list[Span], gains: list[float], formants_hz: tuple[float, ...] = (500.0, 1500.0)
) -> NDArray[np.float32]:
    """A voice of 120 Hz with formants, sounding in the spans with their gains."""
    time = np.arange(TRACK_RATE // 120) / TRACK_RATE
    harmonics = 120.0 * np.arange(1, 40)
    weights = sum(1 / (1 + ((harmonics - formant) / 120) ** 2) for formant in formants_hz) + 0.01
    period = (np.sin(2 * np.pi * harmonics[:, None] * time) * weights[:, None]).sum(axis=0)
    sound = np.resize(period, round(duration_s * TRACK_RATE))
    gain = np.zeros(len(sound))
    for span, level in zip(spans, gains, strict=True):
        gain[round(span.start_s * TRACK_RATE) : round(span.end_s * TRACK_RATE)] = level
    return (0.05 * sound * np.repeat(gain.reshape(-1, 480).mean(axis=1), 480)).astype(np.float32)


def say(sounds: list[tuple[str, float]], start_s: float = 1.0, duration_s: float = 3.0) -> tuple[Motion, list[Phoneme]]:
    """Motion of one line of (symbol, seconds), and its phonemes; closures are silent, `m` is faint."""
    phonemes, clock = [], start_s
    for symbol, length in sounds:
        phonemes.append(Phoneme(symbol, Span(clock, clock + length)))
        clock += length
    gains = [0.0 if one.symbol in "pbtdkɡ ," else 0.3 if one.symbol in "mn" else 1.0 for one in phonemes]
    track = Sound(buzz(duration_s, [one.span for one in phonemes], gains))
    cue = Cue(Line("A", (Say("words"),)), 0, 0, Span(start_s - 0.2, clock + 0.2), (), tuple(phonemes))
    timeline = Timeline((cue,), ("A",), (Span(0, duration_s),), duration_s)
    return ShowPerformance(timeline, {"A": track}, {"A": 0.5}).motion("A", 0, timeline.num_frames), phonemes


def frame_of(phoneme: Phoneme) -> int:
    return int((phoneme.span.start_s + phoneme.span.end_s) / 2 * FPS)


@settings(max_examples=30)
@given(
    shift=st.floats(0, 0.04),
    length=st.floats(0.05, 0.14),
    closure=st.sampled_from("pbm"),
    before=st.sampled_from("ɑiuæəsl"),
    after=st.sampled_from("ɑiuæOIt"),
)
def test_lips_close_in_every_closure(shift: float, length: float, closure: str, before: str, after: str) -> None:
    motion, phonemes = say([("ɑ", 0.15), (before, 0.1), (closure, length), (after, 0.1), ("ɑ", 0.15)], 1.0 + shift)
    frame = frame_of(phonemes[2])
    assert motion["press"][frame] > 0.95 and motion["jaw"][frame] < 0.05
    open_frames = [frame_of(phonemes[0]), frame_of(phonemes[4])]
    assert motion["jaw"][open_frames].min() > 0.3 and motion["press"][open_frames].max() < 0.2


@settings(max_examples=20)
@given(shift=st.floats(0, 0.04), sound=st.sampled_from("fv"))
def test_lip_touches_teeth(shift: float, sound: str) -> None:
    motion, phonemes = say([("ɑ", 0.2), (sound, 0.06), ("ɑ", 0.2)], 1.0 + shift)
    assert motion["tuck"][frame_of(phonemes[1])] > 0.95
    assert motion["press"].max() == 0


@pytest.mark.parametrize(
    ("vowel", "other", "channel"),
    [
        ("u", "i", "round"),
        ("w", "s", "round"),
        ("i", "u", "wide"),
        ("s", "w", "lower"),
        ("ɑ", "i", "jaw"),
        ("θ", "ɑ", "tongue"),
    ],
)
def test_sounds_have_their_shapes(vowel: str, other: str, channel: str) -> None:
    motion, phonemes = say([("ə", 0.15), (vowel, 0.2), ("ə", 0.15), (other, 0.2), ("ə", 0.15)])
    assert motion[channel][frame_of(phonemes[1])] > motion[channel][frame_of(phonemes[3])] + 0.2


def test_consonants_take_the_lips_of_their_vowel() -> None:
    rounded, phonemes = say([("u", 0.15), ("k", 0.06), ("u", 0.15)])
    spread, _ = say([("i", 0.15), ("k", 0.06), ("i", 0.15)])
    frame = frame_of(phonemes[1])
    assert rounded["round"][frame] > spread["round"][frame] + 0.4
    assert spread["wide"][frame] > rounded["wide"][frame] + 0.4


@pytest.mark.parametrize("shift", [0.0, 0.01, 0.02, 0.03])
def test_shapes_flow_into_each_other(shift: float) -> None:
    """Of a change that a Hann window of 0.12 s spreads, no frame of 0.04 s shows more than 61 %."""
    motion, _ = say([("ɑ", 0.16), ("i", 0.16), ("u", 0.16), ("ɑ", 0.16), ("s", 0.12), ("O", 0.2)], 1.0 + shift)
    for channel in ("round", "wide", "upper", "lower"):
        assert np.abs(np.diff(motion[channel])).max() < 0.68, channel
    assert np.abs(np.diff(motion["jaw"])).max() < 0.75


def test_the_chin_is_slower_than_the_lips() -> None:
    motion, _ = say([("ɑ", 0.12), ("p", 0.06), ("ɑ", 0.10), ("b", 0.06), ("æ", 0.12), ("m", 0.06), ("ɑ", 0.2)])
    lips, chin = motion["jaw"], motion["jaw"] + motion["chin"]
    assert np.abs(np.diff(chin)).max() < 0.75 * np.abs(np.diff(lips)).max()
    assert chin.min() >= -1e-6 and np.abs(motion["chin"][:15]).max() == 0
    assert abs(float(chin.sum() - lips.sum())) < 0.25 * lips.sum()


def test_rests_inside_a_line_bring_the_lips_to_rest() -> None:
    motion, phonemes = say([("ɑ", 0.3), ("m", 0.08), ("ɑ", 0.2), (",", 0.8), ("i", 0.3)], duration_s=4.0)
    pause = phonemes[3].span
    quiet = slice(int((pause.start_s + 0.2) * FPS), int((pause.end_s - 0.2) * FPS))
    for channel in ("jaw", "press", "round", "wide", "upper", "lower", "tuck", "tongue"):
        assert np.abs(motion[channel][quiet]).max() < 0.02, channel
    assert motion["jaw"][: int(0.8 * FPS)].max() == 0 and motion["jaw"][-25:].max() == 0


def test_louder_is_wider() -> None:
    gains = 10 ** (-np.random.default_rng(4).uniform(0, 1.3, 20))
    spans = [Span(0.3 * k + 0.3, 0.3 * k + 0.6) for k in range(20)]
    timeline = Timeline((), ("A",), (Span(0, 7),), 7.0)
    motion = ShowPerformance(timeline, {"A": Sound(buzz(7.0, spans, gains.tolist()))}, {}).motion("A", 0, 175)
    jaw = [motion["jaw"][round((span.start_s + 0.14) * FPS)] for span in spans]
    assert np.corrcoef(jaw, np.log(gains))[0, 1] > 0.9


def test_sound_alone_opens_closes_and_rests() -> None:
    """A recording without words: the mouth follows bursts of voice, shuts in short dips, rests in silence."""
    bursts = [Span(1.0, 1.4), Span(1.48, 1.9), Span(3.0, 3.5)]
    timeline = Timeline((), ("A", "B"), (Span(0, 6),), 6.0)
    tracks = {"A": Sound(buzz(6.0, bursts, [1.0, 1.0, 0.8], (700.0, 1200.0))), "B": Sound(np.zeros(0, np.float32))}
    motion = ShowPerformance(timeline, tracks, {"A": 0.3, "B": 0.7}).motion("A", 0, 150)
    heard = np.zeros(150)
    for span in bursts:
        heard[round(span.start_s * FPS) : round(span.end_s * FPS)] = 1
    assert np.corrcoef(motion["jaw"], heard)[0, 1] > 0.85
    dip = slice(int(1.40 * FPS), int(1.48 * FPS) + 1)
    assert motion["press"][dip].max() > 0.5 and motion["jaw"][dip].min() < 0.1
    assert motion["jaw"][60:70].max() == 0


def test_loudness_is_relative_and_steady() -> None:
    """The same speech fainter opens the mouth alike; a changed line does not rescale the others."""
    spans = [Span(k * 2.0, k * 2.0 + 1.2) for k in range(20)]
    sound = buzz(40.0, spans, [1.0] * 20)
    edited = buzz(40.0, [*spans[:-1], Span(38.0, 39.5)], [*[1.0] * 19, 0.7])
    loud, faint, other = (Voicing(Sound(samples), 1000) for samples in (sound, 0.2 * sound, edited))
    assert np.abs(loud.loud(0, 4000) - faint.loud(0, 4000)).max() < 0.12
    assert other.loudness == loud.loudness


def test_background_noise_is_silence() -> None:
    noise = np.random.default_rng(3).normal(size=10 * TRACK_RATE).astype(np.float32)
    sound = buzz(10.0, [Span(4.0, 6.0)], [1.0]) + 0.003 * noise
    timeline = Timeline((), ("A",), (Span(0, 10),), 10.0)
    motion = ShowPerformance(timeline, {"A": Sound(sound.astype(np.float32))}, {}).motion("A", 0, 250)
    assert motion["jaw"][110:140].mean() > 0.4
    assert motion["jaw"][:90].max() < 0.05 and motion["jaw"][160:].max() < 0.05


def test_every_symbol_of_the_voices_is_known() -> None:
    """The voices' alphabet, from the package that writes it: a sound has a shape, or is known to be none."""
    import json
    from pathlib import Path

    alphabet = json.loads((Path(hibari.__file__).parent / "assets" / "vocab.json").read_text(encoding="utf-8"))
    silent = {*SILENT, *STRESS_MARKS, *LENGTH_MARKS}
    assert {symbol for symbol in alphabet if symbol not in VISEMES and symbol not in silent} == set()


def test_stress_marks_belong_to_the_vowel_after_them() -> None:
    def spans(*symbols: str) -> list[Phoneme]:
        return [Phoneme(symbol, Span(k * 0.1, k * 0.1 + 0.1)) for k, symbol in enumerate(symbols)]

    marked = articulate(spans("k", "ˈ", "æ", "t", "ə"))
    assert marked.stress.tolist() == [0, 1, 0, 0] and marked.start_s[1] == pytest.approx(0.1)
    joined = articulate(spans("k", "ˈæ", "t", "ə"))
    assert joined.stress.tolist() == [0, 1, 0, 0]
    unmarked = articulate(spans("k", "æ", "t", "ə"))
    assert unmarked.stress[1] > 0.4 and unmarked.stress[3] == 0
    assert len(articulate([]).start_s) == 0
