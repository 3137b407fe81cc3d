"""Life besides speaking: blinks, gaze, momentum, breath, and what people take on from each other."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.motion import Sound
from talkshow.clock import FPS, TRACK_RATE
from talkshow.performance.channels import Motion
from talkshow.performance.floor import runs
from talkshow.performance.gaze import DEGREES
from talkshow.performance.moods import MOODS
from talkshow.performance.motion import ShowPerformance
from talkshow.script.model import Direction, Line, Say
from talkshow.span import Span
from talkshow.timeline.types import Cue, Timeline
from talkshow.words import Word

LONG_S = 240.0
PLACES = {"ANN": 0.2, "BEN": 0.5, "CLEO": 0.8}


def cue(
    index: int, speaker: str, start_s: float, end_s: float, text: str = "one two three", direction: str = ""
) -> Cue:
    line = Line(speaker, (Say(text),), (Direction(direction),) if direction else ())
    step = (end_s - start_s) / len(text.split())
    words = tuple(Word(word, Span(start_s + k * step, start_s + (k + 1) * step)) for k, word in enumerate(text.split()))
    return Cue(line, index, 0, Span(start_s, end_s), words)


def tone(cues: tuple[Cue, ...], duration_s: float) -> NDArray[np.float32]:
    """Sound that comes and goes four times a second while a cue lasts."""
    time = np.arange(round(duration_s * TRACK_RATE)) / TRACK_RATE
    voice = 0.1 * np.sin(2 * np.pi * 400 * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))
    heard = np.zeros(len(time))
    for one in cues:
        heard[(time > one.span.start_s) & (time < one.span.end_s)] = 1
    return (voice * heard).astype(np.float32)


def show(cues: tuple[Cue, ...], duration_s: float, seed: int = 3) -> ShowPerformance:
    tracks = {name: Sound(tone(tuple(one for one in cues if one.speaker == name), duration_s)) for name in PLACES}
    timeline = Timeline(cues, tuple(PLACES), (Span(0, duration_s),), duration_s)
    return ShowPerformance(timeline, tracks, PLACES, seed)


@cache
def monologue() -> dict[str, Motion]:
    """BEN talks for minutes, ANN and CLEO listen."""
    cues = tuple(cue(k, "BEN", 6.0 * k + 0.4, 6.0 * k + 6.0) for k in range(round(LONG_S / 6)))
    performance = show(cues, LONG_S)
    return {name: performance.motion(name, 0, round(LONG_S * FPS)) for name in PLACES}


def shut_at(lids: NDArray[np.float32]) -> NDArray[np.int64]:
    """First frame of each blink."""
    return runs(lids > 0.6)[:, 0]


def test_blinks_are_as_often_and_as_uneven_as_people_blink() -> None:
    """Mean interval of a listener near 4 s, between a metronome's evenness and pure chance; now and then a double."""
    gaps_s = np.concatenate([np.diff(shut_at(monologue()[name]["blink"])) for name in ("ANN", "CLEO")]) / FPS
    assert 3.0 < gaps_s.mean() < 5.0
    assert 0.35 < gaps_s.std() / gaps_s.mean() < 0.95
    assert 0.005 < (gaps_s < 0.6).mean() < 0.15 and gaps_s.max() < 25
    single = gaps_s[gaps_s > 0.6]
    assert single.min() > 0.8
    assert 0.015 < (monologue()["ANN"]["blink"] > 0.2).mean() < 0.07


def test_blinks_gather_where_the_eyes_jump() -> None:
    jumps, shut = 0.0, 0.0
    for motion in monologue().values():
        eyes = motion["gaze_x"]
        jump = np.zeros(len(eyes), bool)
        jump[1:] = np.abs(np.diff(eyes)) > 0.1
        near = np.convolve(jump, np.ones(7), "same") > 0
        starts = np.zeros(len(eyes), bool)
        starts[shut_at(motion["blink"])] = True
        jumps, shut = jumps + starts[near].mean(), shut + starts[~near].mean()
    assert jumps > 1.5 * shut


def test_listeners_mostly_look_at_the_speaker_and_never_stare() -> None:
    for name, side in (("ANN", 1), ("CLEO", -1)):
        motion = monologue()[name]
        # what is looked at: the eyes and the head together
        looked = side * (motion["gaze_x"] + motion["yaw"] / DEGREES)
        at_speaker = looked > 0.3
        assert 0.6 < at_speaker.mean() < 0.92
        longest = max(end - begin for begin, end in runs(np.abs(np.diff(motion["gaze_x"])) < 0.015))
        assert longest < 5.0 * FPS  # the eyes move about the face they look at


def test_a_speaker_looks_at_the_others_at_the_camera_and_away() -> None:
    motion = monologue()["BEN"]
    looked = motion["gaze_x"] + motion["yaw"] / DEGREES
    at_somebody, ahead = np.abs(looked) > 0.3, (np.abs(looked) < 0.12) & (np.abs(motion["gaze_y"]) < 0.12)
    away = np.abs(motion["gaze_y"] + motion["pitch"] / DEGREES) > 0.18
    assert at_somebody.mean() > 0.25 and ahead.mean() > 0.1 and 0.04 < away.mean() < 0.4
    assert (looked > 0.3).mean() > 0.05 and (looked < -0.3).mean() > 0.05  # not always the same one


def test_not_everybody_turns_to_a_new_speaker_at_once() -> None:
    """Two listeners of the same turns: the frames at which their eyes go over differ, by less than a second."""
    cues = tuple(cue(k, ("BEN", "CLEO")[k % 2], 4.0 * k + 0.4, 4.0 * k + 3.8) for k in range(20))
    performance, last = show(cues, 82.0), round(82.0 * FPS)
    delays = []
    ann = performance.motion("ANN", 0, last)
    looked = ann["gaze_x"] + ann["yaw"] / DEGREES
    for one in cues[1:]:
        begin = round(one.span.start_s * FPS)
        moved = np.flatnonzero(np.abs(np.diff(looked[begin - 3 : begin + 25])) > 0.04)
        if len(moved):
            delays.append(int(moved[0]))
    assert len(delays) > 6 and np.ptp(delays) >= 4


def test_eyes_hold_on_while_the_head_turns() -> None:
    """Between jumps, the eyes' course is opposite to that of the head (vestibulo-ocular reflex)."""
    motion = monologue()["ANN"]
    eyes, head = np.diff(motion["gaze_x"]), np.diff(motion["yaw"])
    calm = (np.abs(eyes) < 0.03) & (np.abs(head) > 0.03)
    assert np.corrcoef(eyes[calm], head[calm])[0, 1] < -0.4


def test_heads_have_momentum() -> None:
    """No jitter: speed and acceleration are bounded, and a head goes on in its direction for several frames."""
    for motion in monologue().values():
        for axis in ("yaw", "pitch", "roll"):
            speed = np.diff(motion[axis]) * FPS
            assert np.abs(speed).max() < 35, axis  # degrees a second
            assert np.abs(np.diff(speed)).max() * FPS < 400, axis
            turning = np.flatnonzero(np.diff(np.sign(speed[np.abs(speed) > 0.5])))
            assert len(turning) < 2.5 * LONG_S, axis


def test_nothing_freezes_or_loops_in_a_long_listening() -> None:
    motion = monologue()["ANN"]
    for channel, least in (("yaw", 0.15), ("pitch", 0.1), ("roll", 0.1), ("breath", 0.1), ("gaze_x", 0.02)):
        curve = motion[channel]
        spread = np.lib.stride_tricks.sliding_window_view(curve, 3 * FPS).std(axis=1)
        assert np.percentile(spread, 2) > 0.1 * least and np.median(spread) > 0.5 * least, channel
        centred = curve - curve.mean()
        spectrum = np.abs(np.fft.rfft(centred, 2 * len(centred))) ** 2
        echo = np.fft.irfft(spectrum)[: len(centred) // 2] / (centred @ centred)
        assert echo[round(12 * FPS) :].max() < 0.55, channel  # no stretch comes again


def test_a_long_line_is_begun_with_a_breath() -> None:
    rise = []
    for seed in range(4):
        performance = show((cue(0, "BEN", 8.0, 14.0),), 20.0, seed)
        chest = performance.motion("BEN", 0, 500)["breath"]
        rise.append(chest[round(7.95 * FPS)] - chest[round(7.3 * FPS)])
        assert chest[round(13.5 * FPS)] < chest[round(8.0 * FPS)] - 0.4
    assert np.mean(rise) > 0.4


@pytest.mark.parametrize("channel", ["smile", "squint"])
def test_listeners_take_on_a_little_of_a_laugh(channel: str) -> None:
    performance = show((cue(0, "BEN", 3.0, 6.0, direction="laughs"),), 9.0)
    during = slice(round(4.0 * FPS), round(5.5 * FPS))
    own, other = (performance.motion(name, 0, 225)[channel][during].mean() for name in ("BEN", "ANN"))
    assert 0.15 * own < other < 0.7 * own
    shaken = np.abs(np.diff(performance.motion("BEN", 0, 225)["breath"], 2))
    assert shaken[round(3.3 * FPS) : round(4.5 * FPS)].mean() > 4 * shaken[: round(2 * FPS)].mean()


def test_every_mood_can_be_told_from_every_other() -> None:
    """Faces and postures of all directions, averaged over a line: no two alike, none like no direction at all."""
    base = cue(0, "BEN", 2.0, 6.0)
    faces = {}
    for name in ("", *MOODS):
        performance = show(
            (replace(base, line=replace(base.line, opening_directions=(Direction(name),) if name else ())),), 8.0
        )
        motion = performance.motion("BEN", 60, 145)
        scale = {
            "smile": 1.0,
            "squint": 1.0,
            "brow": 1.0,
            "blink": 2.0,
            "pitch": 0.2,
            "roll": 0.2,
            "lean": 0.7,
            "jaw": 1.0,
        }
        faces[name] = np.array([weight * motion[channel].mean() for channel, weight in scale.items()])
        faces[name] = np.append(faces[name], 0.05 * np.abs(np.diff(motion["pitch"])).mean() * FPS)
    names = list(faces)
    for row, one in enumerate(names):
        for other in names[row + 1 :]:
            assert np.linalg.norm(faces[one] - faces[other]) > 0.05, (one, other)


def test_yes_nods_and_no_shakes() -> None:
    def travel(text: str, axis: str) -> float:
        motion = show((cue(0, "BEN", 2.0, 3.2, text),), 6.0).motion("BEN", 50, 85)
        return float(np.abs(np.diff(motion[axis])).sum())

    assert travel("No never", "yaw") > travel("so ever", "yaw") + 2.0
    assert travel("Yes indeed", "pitch") > travel("so ever", "pitch") + 1.5
