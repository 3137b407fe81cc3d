"""Shots: what the director decides, how they are framed, and what of it stands in the decoded frames."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from drawn_people import save, two_people
from hypothesis import given
from hypothesis import strategies as st

from talkshow.clock import FPS
from talkshow.geometry import Box
from talkshow.render.base import StageView
from talkshow.script import vocabulary
from talkshow.script.model import Line, Say
from talkshow.script.vocabulary import CAMERA_WORDS, read_camera
from talkshow.shots.camera import Camera, ShotView
from talkshow.shots.composition import SceneSet, compose
from talkshow.shots.director import STYLES, direct
from talkshow.shots.moves import MOVES, Move
from talkshow.shots.types import read_shot, seen_in
from talkshow.span import Span
from talkshow.timeline.types import Cue, Timeline
from talkshow.words import Phoneme

ROOT = Path(__file__).resolve().parents[2]
SIZES = [(1280, 720), (720, 720), (720, 1280)]


def a_scene(num: int, size=(1280, 720), picture=(2560, 1440), face=220) -> SceneSet:
    """People side by side in a picture."""
    seats = {
        f"P{i}": Box(
            (i + 0.5) * picture[0] / num - 0.4 * face, 500, (i + 0.5) * picture[0] / num + 0.4 * face, 500 + face
        )
        for i in range(num)
    }
    height = picture[0] * size[1] / size[0]
    wide = Box(0, (picture[1] - height) / 2, picture[0], (picture[1] + height) / 2)
    return SceneSet(seats, picture, wide, size, 2.5)


@st.composite
def timelines(draw) -> tuple[Timeline, int]:
    """Conversations of one to four people, with plosives strewn in, and how many there are."""
    num = draw(st.integers(1, 4))
    cues, at = [], 10
    for index in range(draw(st.integers(1, 14))):
        length = draw(st.integers(4, 400))
        shots = draw(st.sampled_from([(), (), (), ("WIDE",), ("CLOSE ON P0",), ("TWO SHOT",)]))
        span = Span(at / FPS, (at + length) / FPS)
        bursts = tuple(Phoneme("p", Span((at + k) / FPS, (at + k + 1.5) / FPS)) for k in range(2, length - 4, 9))
        line = Line(f"P{draw(st.integers(0, num - 1))}", (Say("x"),), shots=shots)
        cues.append(Cue(line, index, 0, span, phonemes=bursts))
        at += length + draw(st.integers(0, 20))
    whole = (at + 15) / FPS
    return Timeline(tuple(cues), tuple(f"P{i}" for i in range(num)), (Span(0.0, whole),), whole), num


@given(timelines(), st.sampled_from(["off", "calm", "lively"]), st.sampled_from(SIZES), st.integers(0, 3))
def test_shots_tile_the_episode_and_cut_where_they_may(made, style, size, seed):
    timeline, num = made
    scene = a_scene(num, size)
    shots = direct(timeline, [scene], style, seed)
    assert shots == direct(timeline, [scene], style, seed)
    assert shots[0].first == 0 and shots[-1].last == timeline.num_frames
    assert all(one.last == two.first for one, two in pairwise(shots))
    assert all(shot.first < shot.last for shot in shots)
    tagged = any(cue.line.shots for cue in timeline.cues)
    if style == "off" and not tagged:
        assert len(shots) == 1
    if style != "off" and not tagged:
        shortest = 0.6 * STYLES[style].min_s * FPS - 12  # the last turn of a scene may end it
        assert len(shots) == 1 or all(shot.last - shot.first >= shortest for shot in shots)
        assert set(shots[0].on) == set(scene.names)
    bursts = {
        round(phoneme.span.start_s * FPS) + d for cue in timeline.cues for phoneme in cue.phonemes for d in (0, 1)
    }
    assert not [shot.first for shot in shots[1:] if shot.first in bursts] or tagged
    for shot in shots:
        for panel in shot.panels:
            assert panel.crop.width / panel.crop.height == pytest.approx(panel.area.width / panel.area.height, rel=0.02)
            if shot.kind != "wide":
                assert panel.crop.left >= -0.01 and panel.crop.right <= 2560.01
                for name in panel.on:
                    face = scene.seats[name]
                    assert panel.crop.left <= face.left and face.right <= panel.crop.right
                    assert panel.crop.top <= face.top - 0.1 * face.height and face.bottom <= panel.crop.bottom


def test_a_long_talk_shows_listeners_and_the_whole_room():
    cues = tuple(Cue(Line("P0", (Say("x"),)), 0, 0, Span(0.4, 40.0)) for _ in range(1))
    timeline = Timeline(cues, ("P0", "P1", "P2"), (Span(0, 41.0),), 41.0)
    kinds = [shot.kind for shot in direct(timeline, [a_scene(3)], "calm")]
    assert "reaction" in kinds and kinds.count("wide") >= 2 and "single" in kinds


def test_cuts_come_before_and_after_the_change_of_voices():
    cues = tuple(Cue(Line(f"P{i % 2}", (Say("x"),)), i, 0, Span(0.4 + 5 * i, 5.2 + 5 * i)) for i in range(30))
    timeline = Timeline(cues, ("P0", "P1"), (Span(0, 151.0),), 151.0)
    shots = direct(timeline, [a_scene(2)], "lively")
    offsets = [min((shot.first - round(cue.span.start_s * FPS) for cue in cues), key=abs) for shot in shots[1:]]
    assert min(offsets) < -3 and max(offsets) > 3
    assert max(abs(offset) for offset in offsets if abs(offset) < 12) <= 10
    assert any(shot.crop_end for shot in shots)


def test_people_too_far_apart_for_a_tall_frame_share_it():
    scene = a_scene(2, (720, 1280))
    far = SceneSet(scene.seats, scene.picture_size, Box(-100, -800, 2660, 2240), scene.size, 4.0)
    panels = compose("wide", far.names, far)
    assert [panel.on for panel in panels] == [("P0",), ("P1",)]
    assert panels[0].area == Box(0, 0, 720, 640) and panels[1].area == Box(0, 640, 720, 1280)
    assert len(compose("wide", far.names, far, split=False)) == 1


@pytest.mark.parametrize(
    ("tag", "move", "target"),
    [
        ("CLOSE ON LEO", "close", "LEO"),
        ("ANGLE ON LEO", "single", "LEO"),
        ("WIDE", "wide", ""),
        ("ESTABLISHING SHOT", "wide", ""),
        ("TWO SHOT", "two", ""),
        ("2-SHOT", "two", ""),
        ("CLOSE-UP", "close", ""),
        ("CLOSE UP", "close", ""),
        ("MEDIUM SHOT", "single", ""),
        ("MEDIUM CLOSE UP ON LEO", "single", "LEO"),
        ("EXTREME CLOSE UP", "close", ""),
        ("CLOSE UP ON UP", "close", "UP"),
    ],
)
def test_camera_tags_are_understood(tag, move, target):
    camera = read_camera(tag)
    assert camera is not None and (camera.move, camera.target) == (move, target)


def test_every_move_that_a_script_can_ask_for_is_one_that_the_camera_can_make():
    assert {entry.name for entry in CAMERA_WORDS} <= set(MOVES)
    for entry in CAMERA_WORDS:
        for example in entry.examples:
            camera = read_camera(example.replace("NAME", "LEO"))
            assert camera is not None and (camera.move, camera.of) == (entry.name, entry.of)
            assert bool(camera.target) == ("NAME" in example)


class Ruled(StageView):
    """A picture in which the red of a pixel is its column and the green its row, filmed nearer on request."""

    def __init__(self, scene, crop=None, size=None):
        self.scene, self.seats, self.crop, self.size = scene, scene.seats, crop or scene.wide, size or scene.size
        self.identity, self.detail = f"ruled {self.crop} {self.size}", 4.0
        self.picture_size = scene.picture_size

    def seat_picture(self):
        raise AssertionError("nobody asks for the picture to know its size")

    def cropped(self, crop, size, on):  # noqa: ARG002
        return Ruled(self.scene, crop, size)

    def frames(self, performance, first, last):  # noqa: ARG002
        width, height = self.size
        x = self.crop.left + (np.arange(width) + 0.5) * self.crop.width / width
        y = self.crop.top + (np.arange(height) + 0.5) * self.crop.height / height
        frame = np.zeros((height, width, 3), np.uint8)
        frame[..., 0], frame[..., 1] = np.clip(x / 10, 0, 255)[None, :], np.clip(y / 10, 0, 255)[:, None]
        for _ in range(first, last):
            yield frame.copy()


def test_a_new_move_is_an_entry_for_its_words_and_one_for_what_it_shows(monkeypatch):
    """A pan: from one person to the one beside them."""

    def beside(crop, scene):  # noqa: ARG001
        return Box(crop.left + 1000, crop.top, crop.right + 1000, crop.bottom)

    words = vocabulary.CameraWords("pan", "PAN", "one", ("PAN FROM NAME",), "a pan")
    monkeypatch.setattr(vocabulary, "CAMERA_WORDS", (*CAMERA_WORDS, words))
    monkeypatch.setitem(MOVES, "pan", Move(MOVES["single"].frame, "pan", end=beside))
    scene = a_scene(3, (320, 180))
    timeline = conversation(["P1", "P0", "P1"], [60, 100, 60], ["", "PAN P0", ""])
    _, pan, _ = shots = direct(timeline, [scene])
    assert [shot.kind for shot in shots] == ["wide", "pan", "wide"] and pan.on == ("P0",)
    assert pan.crop_end == beside(pan.panels[0].crop, scene)
    again = read_shot(json.loads(json.dumps(pan.as_dict())), scene.size)
    assert again.crop_at(pan.last - 1).left == pytest.approx(pan.crop_at(pan.last - 1).left, abs=0.01)
    assert set(seen_in(pan, scene.seats)) >= {"P0", "P1"}
    filmed = list(ShotView(Camera(Ruled(scene), scene.size), pan).frames(None, pan.first, pan.last))
    assert len(filmed) == pan.last - pan.first
    for index in (0, 37, len(filmed) - 1):
        crop = pan.crop_at(pan.first + index)
        for row, column in ((20, 30), (150, 290)):
            red, green, _ = map(int, filmed[index][row, column])
            assert red == pytest.approx((crop.left + (column + 0.5) * crop.width / 320) / 10, abs=1)
            assert green == pytest.approx((crop.top + (row + 0.5) * crop.height / 180) / 10, abs=1)


def conversation(speakers, frames, shots=(), bursts_every=0) -> Timeline:
    """One line after another without a gap; shots: one tag per line, "" for none."""
    cues = []
    for index, (speaker, length) in enumerate(zip(speakers, frames, strict=True)):
        first = 10 + sum(frames[:index])
        bursts = (
            tuple(Phoneme("p", Span((first + k) / FPS, (first + k + 1) / FPS)) for k in range(0, length, bursts_every))
            if bursts_every
            else ()
        )
        tags = tuple(filter(None, shots[index : index + 1]))
        cues.append(
            Cue(
                Line(speaker, (Say("x"),), shots=tags),
                index,
                0,
                Span(first / FPS, (first + length) / FPS),
                phonemes=bursts,
            )
        )
    whole = (10 + sum(frames) + 15) / FPS
    return Timeline(tuple(cues), tuple(dict.fromkeys(speakers)), (Span(0.0, whole),), whole)


@pytest.mark.parametrize("every", [3, 5, 7])
@pytest.mark.parametrize("style", STYLES)
def test_cuts_do_not_drift_behind_the_voices_where_plosives_are_many(style, every):
    """Each cut waits for the end of a burst; that must not add up until the last one lies after the end."""
    timeline = conversation([f"P{i % 3}" for i in range(40)], [45] * 40, bursts_every=every)
    shots = direct(timeline, [a_scene(3)], style)
    assert shots[-1].last == timeline.num_frames and all(one.last == two.first for one, two in pairwise(shots))


@pytest.mark.parametrize("style", ["off", *STYLES])
def test_tags_rule_short_lines_too(style):
    tags = ["CLOSE ON P0", "CLOSE ON P1", "CLOSE ON P2", "WIDE", "CLOSE ON P0", ""]
    timeline = conversation(["P0", "P1", "P2", "P0", "P1", "P2"], [10] * 6, tags)
    shots = direct(timeline, [a_scene(3)], style)
    ons = [shot.on for shot in shots]
    assert ons[:5] == [("P0",), ("P1",), ("P2",), ("P0", "P1", "P2"), ("P0",)]
    assert shots[4].last - shots[4].first >= 15  # nobody sees less


def test_a_tag_about_somebody_who_is_not_seen_is_a_warning(run, quick):
    script = Path(str(quick[1]))
    script.write_text(
        script.read_text()
        .replace("LEO: Exactly", "[CLOSE ON LEO]\nLEO: Exactly")
        .replace("LEO: Power", "[CLOSE ON MAYA]\nLEO: Power")
    )
    warnings = run(*quick, "--dry-run", "--json", "--seat", "LEO=off").json["warnings"]
    assert [warning for warning in warnings if warning.startswith("line")] == [
        "line 10: [CLOSE ON LEO] does nothing: LEO is not on screen in this scene. On screen: MAYA."
    ]


def decoded(video: Path) -> list[np.ndarray]:
    with av.open(str(video)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_a_tag_rules_its_line_in_any_style_and_any_renderer(run, quick):
    script = Path(str(quick[1]))
    script.write_text(script.read_text().replace("LEO: Exactly", "[CLOSE ON LEO]\nLEO: Exactly"))
    folder = Path(run(*quick, "--json").json["folder"])
    timeline = json.loads((folder / "timeline.json").read_text())
    assert [shot["kind"] for shot in timeline["shots"]] == ["wide", "single", "wide"]
    shot = timeline["shots"][1]
    cue = next(cue for cue in timeline["cues"] if cue["text"] == "Exactly that.")
    assert shot["on"] == ["LEO"] and abs(shot["start_s"] - cue["start_s"]) <= 0.4
    frames = decoded(folder / "episode.mp4")
    wide, close = frames[5], frames[round((shot["start_s"] + shot["end_s"]) / 2 * 25)]
    left, top, right, bottom = (round(v) for v in shot["crop"])
    enlarged = cv2.resize(wide[top:bottom, left:right], (160, 90))
    corner = np.s_[:20, :20]
    assert np.abs(close[corner].astype(int) - enlarged[corner]).mean() < 6
    assert np.abs(close.astype(int) - wide).mean() > 4


def test_close_shots_are_filmed_from_all_pixels_of_the_picture(run, tmp_path, tone_voices):
    picture = cv2.resize(two_people(), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    rng = np.random.default_rng(1)
    picture[:120] = rng.integers(0, 255, (120, picture.shape[1], 1), np.uint8)  # fine grain at the top
    script = tmp_path / "close.txt"
    script.write_text(
        "cast:\n  A: voice=hum_a, seat=left\n  B: voice=hum_b, seat=right\nA: Hello there, you.\n"
        "[CLOSE ON B]\nB: Hello to you too.\n",
        encoding="utf-8",
    )
    folder = Path(
        run(
            "render",
            script,
            "--voices",
            tone_voices,
            "--image",
            save(picture, tmp_path / "people.png"),
            "--size",
            "480x270",
            "-o",
            tmp_path,
            "--no-check",
            "--json",
        ).json["folder"]
    )
    timeline, manifest = (json.loads((folder / name).read_text()) for name in ("timeline.json", "manifest.json"))
    shot = timeline["shots"][-1]
    assert shot["kind"] == "single" and shot["on"] == ["B"]
    seat = manifest["scenes"][0]["seats"]["B"]
    crop = shot["crop"]
    assert crop[0] < seat[0] and crop[1] < seat[1] and crop[2] > seat[2] and crop[3] > seat[3]
    frames = decoded(folder / "episode.mp4")
    close = frames[round((shot["start_s"] + shot["end_s"]) / 2 * 25)]
    left, top, right, bottom = (round(v) for v in crop)
    direct_cut = cv2.resize(
        picture[max(0, top) : bottom, max(0, left) : right], (480, 270), interpolation=cv2.INTER_AREA
    )
    rows = np.s_[2:20, 40:200]
    assert np.corrcoef(close[rows].ravel(), direct_cut[rows].ravel())[0, 1] > 0.8 or top > 60
    assert cv2.Laplacian(close, cv2.CV_64F).std() > 0.6 * cv2.Laplacian(direct_cut, cv2.CV_64F).std()


def test_a_directed_cartoon_cuts_and_resumes_to_the_same_frames(run, tmp_path, tone_voices):
    script = tmp_path / "cut.txt"
    script.write_text(
        "cast:\n  A: voice=hum_a, speed=1.4\n  B: voice=hum_b, speed=1.4\n"
        + "".join(
            f"{name}: One two three four five six seven eight nine ten eleven twelve and so on it goes, number {i}.\n"
            for i, name in enumerate("ABAB")
        ),
        encoding="utf-8",
    )
    arguments = (
        "render",
        script,
        "--voices",
        tone_voices,
        "--renderer",
        "cartoon",
        "--shots",
        "lively",
        "--size",
        "108x192",
        "-o",
        tmp_path,
        "--no-check",
        "--json",
    )
    folder = Path(run(*arguments).json["folder"])
    shots = json.loads((folder / "timeline.json").read_text())["shots"]
    assert len(shots) >= 3 and shots[0]["kind"] == "wide" and {"single"} <= {shot["kind"] for shot in shots}
    first = decoded(folder / "episode.mp4")
    for shot in shots[1:]:  # a cut is a jump
        at = round(shot["start_s"] * 25)
        jump = np.abs(first[at].astype(int) - first[at - 1]).mean()
        assert jump > 3 * np.abs(first[at + 1].astype(int) - first[at]).mean()
    sorted((folder / ".work/frames").glob("*.mp4"))[0].unlink()
    (folder / "episode.mp4").unlink()
    run(*arguments)
    assert all(np.array_equal(one, two) for one, two in zip(first, decoded(folder / "episode.mp4"), strict=True))


def test_an_unknown_style_names_the_right_ones(run, quick):
    ran = run(*quick, "--shots", "livly")
    assert ran.code == 1 and "livly" in ran.err and "lively" in ran.err
