"""The performance as a renderer sees it: local, repeatable, in range, and true to who speaks."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bench.motion import Sound
from talkshow.clock import FPS, TRACK_RATE
from talkshow.errors import RenderError
from talkshow.performance import motion as motion_module
from talkshow.performance.channels import CHANNELS, Motion
from talkshow.performance.motion import RANGE, ShowPerformance
from talkshow.performance.visemes import MOUTH
from talkshow.script.model import Direction, Line, Say
from talkshow.span import Span
from talkshow.timeline.types import Cue, Timeline
from talkshow.words import Phoneme, Word

SOUNDS = "wɛlkəmbækɛvɹibɑdiðɪsɪzmOtfAnmˈuvɪŋpˈipəlfɔɹðəʃO"
NUM_LINES = 12
LINE_S, STEP_S = 3.6, 4.0


def voice(phonemes: tuple[Phoneme, ...], num_samples: int, pitch_hz: float) -> NDArray[np.float32]:
    """A buzz that is loud in vowels, faint in m and n, hissing in s, silent in closures."""
    samples = np.zeros(num_samples)
    rng = np.random.default_rng(5)
    for phoneme in phonemes:
        first, last = (round(edge * TRACK_RATE) for edge in (phoneme.span.start_s, phoneme.span.end_s))
        time = np.arange(first, last) / TRACK_RATE
        buzz = sum(np.sin(2 * np.pi * pitch_hz * k * time) / k**0.7 for k in range(1, 25))
        gain = 0.0 if phoneme.symbol in "pbtdkɡ" else 0.01 if phoneme.symbol in "mnŋ" else 0.05
        samples[first:last] = gain * (buzz if phoneme.symbol not in "sʃf" else rng.normal(size=last - first))
    return samples.astype(np.float32)


def spoken(start_s: float, num: int = 45) -> tuple[Phoneme, ...]:
    """Phonemes of 80 ms, closures of 50 ms, from a moment on."""
    made, clock = [], start_s + 0.1
    for symbol in (SOUNDS * 2)[:num]:
        if symbol == "ˈ":
            continue
        length = 0.05 if symbol in "pbm" else 0.08
        made.append(Phoneme(symbol, Span(clock, clock + length)))
        clock += length
    return tuple(made)


def cue(index: int, speaker: str, directions: tuple[str, ...] = ()) -> Cue:
    start = index * STEP_S + 0.4
    phonemes = spoken(start)
    pieces = (Say("welcome back everybody"), *(Direction(name) for name in directions), Say("this is motion"))
    words = tuple(
        Word(text, Span(start + k * 0.4, start + k * 0.4 + 0.3))
        for k, text in enumerate(["welcome", "back", "everybody", "this", "is", "motion"])
    )
    return Cue(Line(speaker, pieces), index, 0, Span(start, start + LINE_S), words, phonemes)


def show(
    cues: tuple[Cue, ...],
    speakers: tuple[str, ...] = ("MAYA", "LEO"),
    seed: int = 7,
    sound: Mapping[str, NDArray[np.float32]] | None = None,
) -> ShowPerformance:
    duration_s = NUM_LINES * STEP_S + 2
    timeline = Timeline(cues, speakers, (Span(0, duration_s),), duration_s)
    sound = sound or sounds(cues, speakers)
    positions = {"MAYA": 0.3, "LEO": 0.7}
    return ShowPerformance(timeline, {name: Sound(samples) for name, samples in sound.items()}, positions, seed)


def sounds(cues: tuple[Cue, ...], speakers: tuple[str, ...]) -> dict[str, NDArray[np.float32]]:
    num_samples = round((NUM_LINES * STEP_S + 2) * TRACK_RATE)
    return {
        name: sum(
            (voice(cue.phonemes, num_samples, 120.0 + 60 * row) for cue in cues if cue.speaker == name),
            np.zeros(num_samples, np.float32),
        )
        for row, name in enumerate(speakers)
    }


@cache
def dialogue() -> tuple[Cue, ...]:
    return tuple(cue(index, ("MAYA", "LEO")[index % 2]) for index in range(NUM_LINES))


@cache
def whole() -> dict[str, Motion]:
    performance = show(dialogue())
    return {name: performance.motion(name, 0, performance.timeline.num_frames) for name in ("MAYA", "LEO")}


@cache
def shared_show() -> ShowPerformance:
    return show(dialogue())


def inside(cues: tuple[Cue, ...], speaker: str, margin_s: float = 0.0) -> NDArray[np.bool_]:
    flags = np.zeros(round((NUM_LINES * STEP_S + 2) * FPS), bool)
    for one in cues:
        if one.speaker == speaker:
            flags[max(round((one.span.start_s - margin_s) * FPS), 0) : round((one.span.end_s + margin_s) * FPS)] = True
    return flags


@settings(max_examples=25)
@given(first=st.integers(0, 1200), num=st.integers(0, 330), speaker=st.sampled_from(["MAYA", "LEO"]))
def test_any_stretch_is_the_same_frames(first: int, num: int, speaker: str) -> None:
    last = min(first + num, len(whole()[speaker].values))
    part = shared_show().motion(speaker, min(first, last), last).values
    assert np.array_equal(part, whole()[speaker].values[min(first, last) : last])


def test_blocks_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cutting the episode elsewhere gives the same motion: nothing reaches further than the margin."""
    monkeypatch.setattr(motion_module, "BLOCK_FRAMES", 37)
    other = show(dialogue()).motion("MAYA", 0, 1000).values
    np.testing.assert_allclose(other, whole()["MAYA"].values[:1000], atol=2e-5)


def test_threads_agree() -> None:
    performance = show(dialogue())
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda first: performance.motion("LEO", first, first + 60).values, range(0, 1200, 60)))
    assert np.array_equal(np.concatenate(parts), whole()["LEO"].values[:1200])


def test_an_edit_is_felt_only_nearby() -> None:
    """Another last line, other sound in it: frames more than 8 seconds before it stay bit for bit."""
    last = dialogue()[-1]
    edited = (*dialogue()[:-1], replace(last, phonemes=spoken(last.span.start_s + 0.5, 20)))
    changed = show(edited)
    far = round((last.span.start_s - 8) * FPS)
    for name in ("MAYA", "LEO"):
        assert np.array_equal(changed.motion(name, 0, far).values, whole()[name].values[:far])
    num = len(whole()["LEO"].values)
    assert not np.array_equal(changed.motion("LEO", far, num).values, whole()["LEO"].values[far:])


def test_seed_and_name_decide_the_life() -> None:
    other = show(dialogue(), seed=8)
    head = CHANNELS.index("yaw")
    assert not np.allclose(other.motion("MAYA", 0, 500).values[:, head], whole()["MAYA"].values[:500, head])
    assert not np.allclose(whole()["LEO"]["breath"], whole()["MAYA"]["breath"])


@pytest.mark.parametrize("name", ["MAYA", "LEO"])
def test_channels_stay_in_range_and_move_smoothly(name: str) -> None:
    motion = whole()[name]
    assert motion.values.dtype == np.float32 and np.isfinite(motion.values).all()
    for channel in CHANNELS:
        low, high = RANGE[channel]
        assert motion[channel].min() >= low and motion[channel].max() <= high + 1e-6, channel
    for channel, limit in {
        "yaw": 1.2,
        "pitch": 1.2,
        "roll": 1.2,
        "lean": 0.1,
        "breath": 0.2,
        "brow": 0.25,
        "gesture_left": 0.35,
        "gesture_right": 0.35,
    }.items():
        assert np.abs(np.diff(motion[channel])).max() < limit, channel


def test_nothing_is_dead() -> None:
    for channel in ("blink", "brow", "gaze_x", "yaw", "pitch", "roll", "breath", "lean"):
        assert whole()["MAYA"][channel].std() > 0.01, channel
    hands = whole()["MAYA"]["gesture_left"] + whole()["MAYA"]["gesture_right"]
    assert hands.max() > 0.4


@pytest.mark.parametrize("name", ["MAYA", "LEO"])
def test_a_listener_keeps_mouth_and_hands_still(name: str) -> None:
    silent = ~inside(dialogue(), name, 0.3)
    assert silent.sum() > 400
    for channel in (*MOUTH, "gesture_left", "gesture_right"):
        assert np.abs(whole()[name][channel][silent]).max() < (1e-6 if channel in MOUTH else 0.35), channel
    speaking = inside(dialogue(), name)
    assert whole()[name]["jaw"][speaking].mean() > 0.15
    assert whole()[name]["activity"][speaking].mean() > 0.7 > 0.1 > whole()[name]["activity"][silent].mean()


def test_swapped_speakers_swap_their_mouths() -> None:
    swapped = tuple(
        replace(one, line=replace(one.line, speaker={"MAYA": "LEO", "LEO": "MAYA"}[one.speaker])) for one in dialogue()
    )
    tracks = sounds(dialogue(), ("MAYA", "LEO"))
    other = show(swapped, sound={"MAYA": tracks["LEO"], "LEO": tracks["MAYA"]})
    for channel in MOUTH:
        assert np.array_equal(other.motion("LEO", 0, 800)[channel], whole()["MAYA"][channel][:800])


def test_listeners_look_at_who_speaks() -> None:
    """LEO sits at picture right: MAYA's eyes are to the right while he speaks, his to the left while she does."""
    late = inside(dialogue(), "LEO") & np.roll(inside(dialogue(), "LEO"), 15)
    assert whole()["MAYA"]["gaze_x"][late].mean() > 0.2 and whole()["MAYA"]["yaw"][late].mean() > 0.7
    late = inside(dialogue(), "MAYA") & np.roll(inside(dialogue(), "MAYA"), 15)
    assert whole()["LEO"]["gaze_x"][late].mean() < -0.2 and whole()["LEO"]["yaw"][late].mean() < -0.7


def test_directions_show_on_the_face() -> None:
    def face(direction: str) -> dict[str, float]:
        one = cue(0, "MAYA")
        directed = replace(one, line=replace(one.line, opening_directions=(Direction(direction),) if direction else ()))
        motion = show((directed,)).motion("MAYA", round(0.8 * FPS), round(3.5 * FPS))
        return {name: float(motion[name].mean()) for name in ("smile", "squint", "brow", "jaw")}

    plain = face("")
    assert face("laughs")["smile"] > 0.6 > 0.2 > plain["smile"] and face("laughs")["squint"] > 0.3
    assert face("warm")["smile"] > 0.25
    assert face("sad")["smile"] < -0.3
    assert face("angry")["brow"] < plain["brow"] - 0.4
    assert face("surprised")["brow"] > plain["brow"] + 0.4
    assert face("whispers")["jaw"] < 0.8 * plain["jaw"]
    assert face("in a green hat") == plain


def test_a_laugh_inside_a_line_begins_there_and_spreads() -> None:
    laughing = cue(0, "MAYA", ("laughs",))
    performance = show((laughing,))
    smile = performance.motion("MAYA", 0, 150)["smile"]
    word_frame = round(laughing.words[3].span.start_s * FPS)
    assert smile[: word_frame - 10].max() < 0.05 and smile[word_frame + 8 : word_frame + 30].min() > 0.5
    bob = performance.motion("MAYA", word_frame, word_frame + 30)["pitch"]
    still = show((cue(0, "MAYA"),)).motion("MAYA", word_frame, word_frame + 30)["pitch"]
    assert np.abs(np.diff(bob, 2)).sum() > 1.5 * np.abs(np.diff(still, 2)).sum()
    assert performance.motion("LEO", word_frame + 15, word_frame + 30)["smile"].min() > 0.25


def test_silence_without_cues_is_rest() -> None:
    timeline = Timeline((), ("A", "B"), (Span(0, 20),), 20.0)
    silent = ShowPerformance(timeline, {name: Sound(np.zeros(0, np.float32)) for name in "AB"}, {"A": 0.5})
    for name in "AB":
        motion = silent.motion(name, 0, 500)
        assert all((motion[channel] == 0).all() for channel in (*MOUTH, "smile", "activity", "gesture_left"))
    assert silent.motion("A", 40, 40).values.shape == (0, len(CHANNELS))


def test_other_seats_turn_heads_the_other_way() -> None:
    performance = show(dialogue())
    moved = performance.seated({"MAYA": 0.7, "LEO": 0.3})
    late = inside(dialogue(), "LEO") & np.roll(inside(dialogue(), "LEO"), 15)
    assert moved.motion("MAYA", 0, len(late))["gaze_x"][late].mean() < -0.2
    assert np.array_equal(moved.motion("MAYA", 0, 300)["jaw"], whole()["MAYA"]["jaw"][:300])
    assert np.array_equal(performance.motion("MAYA", 0, 300).values, whole()["MAYA"].values[:300])


def test_impossible_questions() -> None:
    performance = show(dialogue())
    with pytest.raises(RenderError, match="Did you mean 'MAYA'"):
        performance.motion("MAJA", 0, 10)
    with pytest.raises(ValueError, match="not a valid range"):
        performance.motion("MAYA", 10, 5)
    with pytest.raises(RenderError, match="'LEO' has no track"):
        ShowPerformance(performance.timeline, {"MAYA": Sound(np.zeros(0, np.float32))}, {})
