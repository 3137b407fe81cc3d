"""Parts of the check against oracles: figures by brute force, levels of made sounds, places of faces by hand."""

from __future__ import annotations

import dataclasses
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from drawn_people import two_people
from episode_folders import syllables
from hypothesis import given, settings
from hypothesis import strategies as st

from talkshow.check.figures import Figures, area_under_curve, best_lag, correlation, figures
from talkshow.check.filmed import Filmed, FilmedShot
from talkshow.check.lips import LipReader
from talkshow.check.listening import Heard, listen
from talkshow.check.sound import SoundFigures
from talkshow.check.stretches import BLOCK, all_stretches, in_one_go, spread_stretches
from talkshow.check.verdict import FAILS, OK, UNKNOWN, Check, FaceCheck, SoundCheck, read_check
from talkshow.check.watching import LANDMARKS, Mouth
from talkshow.faces.landmarks import landmark_net
from talkshow.geometry import Box
from talkshow.shots.types import Panel, Shot, read_shot, whole_frame
from talkshow.sound.waveform import Waveform, save_wave
from talkshow.span import Span

SIZE = (640, 360)
FRAME = whole_frame(SIZE)
FEW = st.lists(st.integers(0, 8).map(float), min_size=1, max_size=12).map(np.array)


@given(FEW, FEW)
def test_agreement_is_the_share_of_pairs(high, low):
    wins = [(a > b) + 0.5 * (a == b) for a in high for b in low]
    assert area_under_curve(high, low) == pytest.approx(np.mean(wins))


def test_agreement_needs_both():
    assert area_under_curve(np.zeros(0), np.ones(3)) is None and area_under_curve(np.ones(3), np.zeros(0)) is None


@given(st.integers(0, 2**32 - 1))
def test_correlation_is_pearsons(seed):
    a, b = np.random.default_rng(seed).normal(size=(2, 20))
    assert correlation(a, b) == pytest.approx(np.corrcoef(a, b)[0, 1])
    assert correlation(a, np.ones(20)) is None and correlation(a[:2], b[:2]) is None


def heard_talk(seconds: float = 20.0, seed: int = 0) -> Heard:
    """Speech-like levels: swelling five times a second, resting now and then."""
    rng = np.random.default_rng(seed)
    knots = rng.uniform(0, 1, round(seconds * 10)) * np.repeat(rng.uniform(size=round(seconds)) > 0.3, 10)
    levels = np.interp(np.arange(round(seconds * 100)) / 10, np.arange(len(knots)), knots)
    return Heard(levels.astype(np.float32), np.convolve(levels > 0, np.ones(20), "same") > 0)


def mouth_of(heard: Heard, late_s: float, frames: np.ndarray, runs: np.ndarray | None = None) -> Mouth:
    """A mouth that shows a track's levels, late by some time."""
    openness = 0.1 * heard.at((frames + 0.5) / 25 - late_s).astype(float)
    return Mouth("landmarks", frames, np.zeros(len(frames), int) if runs is None else runs, openness, 100.0)


@pytest.mark.parametrize("late_ms", [-120, -45, 0, 30, 120])
def test_a_lag_is_found_through_cuts_and_thinned_frames(late_ms):
    heard = heard_talk()
    frames = np.concatenate([np.arange(20, 95, 3), np.arange(200, 260, 3), np.arange(400, 490, 3)])
    mouth = mouth_of(heard, late_ms / 1000, frames)
    lag, best = best_lag(mouth.openness, (frames + 0.5) / 25, heard)
    assert lag == pytest.approx(late_ms, abs=6) and best > 0.98


def test_what_happens_at_a_cut_is_no_motion():
    """Two shots of a still mouth, wider open in the second: neither speech nor silence moves."""
    frames = np.concatenate([np.arange(0, 100), np.arange(100, 200)])
    mouth = Mouth("landmarks", frames, frames // 100, np.where(frames < 100, 0.0, 0.1), 100.0)
    speech = np.zeros(800, bool)
    speech[300:500] = True
    found = figures("A", mouth, {"A": Heard(speech.astype(np.float32), speech)}, (), 1)
    assert found.motion == 0 and found.silent_motion == 0 and found.seen_s == 8 and found.heard_s == 2


def test_backchannels_and_lost_frames_do_not_count():
    heard = heard_talk()
    frames = np.arange(500)
    mouth = mouth_of(heard, 0.0, frames)
    mouth.openness[50:100] = np.nan
    mouth.openness[200:250] = 0.0  # "mm-hm", with closed lips
    found = figures("A", mouth, {"A": heard, "B": heard_talk(seed=1)}, [Span(8.0, 10.0)], 1)
    assert found.own > 0.98 and found.seen_s == 16 and abs(found.lag_ms) < 5
    assert found.rival == "B" and found.other < 0.4
    assert figures("A", mouth, {"A": heard}, (), 1).own < 0.97


def test_a_face_without_a_track_is_compared_with_the_others():
    heard = heard_talk()
    found = figures("A", mouth_of(heard, 0.0, np.arange(500)), {"B": heard}, (), 1)
    assert (found.own, found.lag_ms, found.rival) == (None, None, "B") and found.other > 0.98 and found.heard_s == 0


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_speech_is_heard_where_it_is(tmp_path: Path, rate: int):
    spans = ((1.0, 2.2), (3.0, 3.3), (4.5, 6.0))
    sound = syllables(200, spans, 0)[0][:: 48_000 // rate]
    save_wave(tmp_path / "t.wav", Waveform(np.ascontiguousarray(sound), rate))
    heard = listen(tmp_path / "t.wav")
    assert len(heard.levels) == 800 and heard.levels.min() >= 0 and heard.levels.max() == 1
    truth = np.zeros(800, bool)
    for start, end in spans:
        truth[round(start * 100) : round(end * 100)] = True
    assert (heard.speech == truth).mean() > 0.95
    assert not heard.at(np.array([-1.0, 99.0])).any() and heard.at(np.array([5.0])).dtype == np.float32


def test_a_steady_noise_is_not_speech_and_silence_is_nothing(tmp_path: Path):
    spans = ((1.0, 3.0), (5.0, 6.5))
    sound = syllables(200, spans, 0)[0] + np.random.default_rng(1).normal(0, 0.002, 200 * 1920).astype(np.float32)
    save_wave(tmp_path / "noisy.wav", Waveform(sound, 48_000))
    speech = listen(tmp_path / "noisy.wav").speech
    assert speech[120:280].mean() > 0.8 and not speech[:80].any() and not speech[330:480].any()
    save_wave(tmp_path / "nothing.wav", Waveform(np.zeros(48_000, np.float32), 48_000))
    nothing = listen(tmp_path / "nothing.wav")
    assert not nothing.levels.any() and not nothing.speech.any()


# ---------- where faces are ----------

SEATS = {"A": Box(100, 50, 140, 100), "B": Box(500, 60, 540, 110)}


def shot(*panels: Panel, end: Box | None = None, last: int = 100) -> FilmedShot:
    return FilmedShot(Shot(0, last, 0, "single", panels, end), SEATS, SIZE)


def test_a_face_is_found_through_crops_pushes_and_panels():
    wide = shot(Panel(FRAME, FRAME, ("A", "B")))
    assert wide.face("A", 0, SIZE) == SEATS["A"]
    assert wide.face("A", 0, (1280, 720)) == Box(200, 100, 280, 200), "a file of another size"
    near = shot(Panel(Box(60, 20, 220, 110), FRAME, ("A",)))
    assert near.face("A", 50, SIZE) == Box(160, 120, 320, 320)
    assert near.face("B", 50, SIZE) is None and near.face("C", 50, SIZE) is None
    push = shot(Panel(FRAME, FRAME, ("A",)), end=Box(0, 0, 320, 180))
    assert push.face("A", 0, SIZE) == SEATS["A"]
    halfway = push.face("A", 50, SIZE)
    assert halfway is not None and halfway.left == pytest.approx(100 * 640 / 480)
    split = shot(
        Panel(Box(0, 0, 320, 360), Box(0, 0, 320, 360), ("A",)),
        Panel(Box(320, 0, 640, 360), Box(320, 0, 640, 360), ("B",)),
    )
    assert split.face("B", 0, SIZE) == SEATS["B"] and split.face("A", 0, SIZE) == SEATS["A"]


def test_a_face_at_the_edge_or_left_out_is_not_expected():
    cut = shot(Panel(Box(110, 0, 430, 180), FRAME, ("A",)))
    assert cut.face("A", 0, SIZE) is None
    assert shot(Panel(FRAME, FRAME, ("B",))).face("A", 0, SIZE) is None


BOXES = st.tuples(*[st.integers(-50, 900)] * 2, *[st.integers(1, 900)] * 2).map(
    lambda edges: Box(edges[0], edges[1], edges[0] + edges[2], edges[1] + edges[3])
)


@given(st.lists(BOXES, min_size=1, max_size=3), st.none() | BOXES, st.integers(0, 5000), st.integers(1, 500))
def test_shots_come_back_from_the_file(crops, end, first, length):
    areas = [FRAME] if len(crops) == 1 else [Box(0, 100 * i, 640, 100 * i + 100) for i in range(len(crops))]
    panels = tuple(Panel(crop, area, (f"P{crop.left}",)) for crop, area in zip(crops, areas, strict=True))
    written = Shot(first, first + length, 2, "wide", panels, end if len(crops) == 1 else None)
    assert read_shot(written.as_dict(), SIZE) == written


# ---------- which frames are read ----------


@st.composite
def shows(draw: st.DrawFn) -> Filmed:
    """Episodes of up to five minutes, cut anywhere, in which three people take turns."""
    num_frames = draw(st.integers(1, 7500))
    cuts = sorted({0, num_frames, *draw(st.lists(st.integers(0, num_frames), max_size=12))})
    names = ("A", "B", "C")
    seats = {name: Box(200 * index + 20, 50, 200 * index + 60, 110) for index, name in enumerate(names)}
    shots = tuple(
        FilmedShot(
            Shot(
                first,
                last,
                0,
                "wide",
                (Panel(FRAME, FRAME, tuple(draw(st.lists(st.sampled_from(names), min_size=1, unique=True)))),),
            ),
            seats,
            SIZE,
        )
        for first, last in pairwise(cuts)
    )
    speech: dict[str, list[Span]] = {}
    for first in range(0, num_frames, 120):
        speech.setdefault(draw(st.sampled_from(names)), []).append(Span(first / 25, (first + 90) / 25))
    return Filmed(Path("v"), Path("m"), {}, num_frames, shots, speech, {})


def seen_speaking(show: Filmed, stretches: tuple, name: str) -> float:
    """Seconds for which a name is seen while it has a line."""
    return sum(
        (Span(stretch.first / 25, stretch.last / 25) & cue).duration_s
        for stretch in stretches
        if stretch.shot.face(name, stretch.first, SIZE)
        for cue in show.speech.get(name, ())
    )


def test_who_speaks_once_in_an_hour_is_seen_speaking():
    spoken = {"A": [Span(first, first + 4.0) for first in range(0, 3600, 5)], "B": [Span(1802.0, 1804.0)]}
    show = Filmed(
        Path("v"),
        Path("m"),
        {},
        90_000,
        (FilmedShot(Shot(0, 90_000, 0, "wide", (Panel(FRAME, FRAME, ("A", "B")),)), SEATS, SIZE),),
        spoken,
        {},
    )
    part = spread_stretches(show, SIZE, 60.0)
    assert seen_speaking(show, part, "B") == 2.0 and sum(stretch.last - stretch.first for stretch in part) == 1500
    assert part[0].first < 4500 and part[-1].last > 85_500, "spread over the hour"


@settings(max_examples=100, deadline=None)
@given(shows())
def test_a_minute_shows_everybody_speaking_who_is_ever_seen_speaking(show):
    whole, part = all_stretches(show), spread_stretches(show, SIZE, 60.0)
    assert sum(stretch.last - stretch.first for stretch in whole) == show.num_frames
    for stretches in (whole, part):
        frames = [frame for stretch in stretches for frame in range(stretch.first, stretch.last)]
        assert frames == sorted(set(frames))
        for stretch in stretches:
            assert stretch.shot.shot.first <= stretch.first < stretch.last <= stretch.shot.shot.last
    assert sum(stretch.last - stretch.first for stretch in part) <= 60 * 25
    for block in in_one_go(part):
        assert len({stretch.first // BLOCK for stretch in block}) == 1
    for name in ("A", "B", "C"):
        if seen_speaking(show, whole, name) > 0.5:
            assert seen_speaking(show, part, name) > 0.2, name


def test_lips_that_lie_still_are_measured_as_still_and_lost_faces_not_at_all():
    frame = two_people()
    wandering, reader, box = frame.copy(), LipReader(landmark_net()), Box(150, 110, 370, 390)
    gaps = []
    for shift in (0, 1, 2, 1, 0, -1, 0, 0, 0, 0):  # a head that sways by less than its crop allows
        wandering[:] = np.roll(frame, shift, axis=1)
        gaps.append(reader.read(wandering, box))
    assert gaps[0] > 0 and len({gaps[index] for index in (4, 6, 7, 8, 9)}) == 1
    assert np.isnan(reader.read(np.full_like(frame, 120), box))
    assert reader.read(frame, box) == pytest.approx(gaps[0], abs=0.004)


NUMBERS = st.floats(allow_nan=False)
PERHAPS = st.none() | NUMBERS
CHECKS = st.builds(
    Check,
    faces=st.lists(
        st.builds(
            FaceCheck,
            name=st.text(max_size=5),
            status=st.sampled_from([OK, FAILS, UNKNOWN]),
            by=st.just(LANDMARKS),
            figures=st.builds(
                Figures, *([NUMBERS] * 2), *([PERHAPS] * 3), st.text(max_size=3), *([PERHAPS] * 6), NUMBERS
            ),
            problems=st.lists(st.text(max_size=5), max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    sound=st.none() | st.builds(SoundCheck, st.builds(SoundFigures, st.booleans(), *([NUMBERS] * 3), *([PERHAPS] * 3))),
    read_s=NUMBERS,
    seconds=NUMBERS,
    failure=st.text(max_size=5),
)


@given(CHECKS)
def test_a_cached_check_is_the_check_that_was_made(made):
    assert read_check(json.loads(json.dumps(dataclasses.asdict(made)))) == made
    assert made.ok == (not made.as_dict()["problems"])


@pytest.mark.parametrize("value", [None, [], {}, {"faces": [{}], "sound": None, "read_s": 1.0}, {"ok": True}])
def test_what_is_no_check_is_not_read_as_one(value):
    with pytest.raises(ValueError):
        read_check(value)
