"""The check of finished episodes: good ones pass, and each way of being wrong is noticed and named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from drawn_people import save, two_people, wall
from episode_folders import robot, syllables, write_folder

from talkshow.cast.types import StagedCharacter
from talkshow.errors import WeightsError
from talkshow.film.video import join_segments
from talkshow.performance.motion import ShowPerformance
from talkshow.render.base import Stage
from talkshow.render.portrait.view import Portrait
from talkshow.sound.waveform import TrackReader
from talkshow.span import Span
from talkshow.timeline.types import Timeline

SIZE = (640, 360)
PORTRAIT_SCRIPT = """\
cast:
  MAYA: voice=af_heart, seat=left
  LEO: voice=am_michael, seat=right
MAYA: Nobody ever told me about the map behind the picture.
LEO (pause 0.9s): My father always thought it was worth a fortune.
MAYA {backchannel}: Mm-hm.
"""
CARTOON_SCRIPT = """\
cast:
  ANA: voice=af_heart, look="woman, red hair"
  BOB: voice=am_michael, look="man, beard, glasses"
  CY: voice=bm_george, look="man, cap"
ANA: Good evening, and welcome. Tonight we have two guests.
[CLOSE ON BOB]
BOB: Thank you for having me. I would like to disagree with that.
CY: No.
[CLOSE ON ANA]
ANA: You see what I mean. Shall we begin?
"""


def render(succeed: Callable[..., None], folder: Path, script: str, *arguments: object) -> Path:
    """An episode's folder, without what is kept for the next run."""
    (folder / "made.txt").write_text(script)
    size = "x".join(map(str, SIZE))
    succeed("render", folder / "made.txt", "--draft", "-q", "--no-check", "--size", size, "--out", folder, *arguments)
    shutil.rmtree(folder / "made.draft/.work")
    return folder / "made.draft"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(two_people(), tmp_path_factory.mktemp("people") / "people.png")


@pytest.fixture(scope="module")
def portrait(succeed, tmp_path_factory: pytest.TempPathFactory, people: Path) -> Path:
    return render(succeed, tmp_path_factory.mktemp("portrait"), PORTRAIT_SCRIPT, "--image", people)


@pytest.fixture(scope="module")
def cartoon(succeed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render(
        succeed, tmp_path_factory.mktemp("cartoon"), CARTOON_SCRIPT, "--renderer", "cartoon", "--shots", "lively"
    )


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[Path], Path]:
    """A copy of an episode, to be spoiled."""
    return lambda folder: Path(shutil.copytree(folder, tmp_path / "copy"))


def swap_tracks(folder: Path) -> None:
    """Give the first two speakers each other's track."""
    first, second = sorted((folder / "tracks").glob("*.wav"))[:2]
    first.rename(folder / "kept")
    second.rename(first)
    (folder / "kept").rename(second)


def shift_sound(file: Path, milliseconds: int) -> None:
    """Make a sound file later, or earlier with a negative number, in its own length."""
    samples, rate = soundfile.read(file, dtype="float32")
    soundfile.write(file, np.roll(samples, rate * milliseconds // 1000), rate, subtype=soundfile.info(file).subtype)


def faces_of(report: dict) -> dict[str, dict]:
    return {row["name"]: row for row in report["faces"]}


def test_a_copied_episode_passes_with_good_figures(run, portrait, copied):
    manifest = json.loads((portrait / "manifest.json").read_text())
    seats = {row["name"]: row["seat"] for row in manifest["characters"]}
    assert seats["MAYA"][2] < seats["LEO"][0], "MAYA sits left of LEO"
    ran = run("check", copied(portrait), "--json")
    assert ran.code == 0 and ran.json["ok"], ran.out
    assert ran.json["read_s"] == json.loads((portrait / "timeline.json").read_text())["duration_s"]
    for face in ran.json["faces"]:
        assert (face["status"], face["by"], face["problems"]) == ("ok", "landmarks", [])
        assert face["correlation"] > 0.7 and face["margin"] > 0.5 and abs(face["lag_ms"]) <= 40
        assert face["auc"] > 0.95 and face["silence_share"] < 0.15
    assert ran.json["sound"]["residual_db"] < -25 and abs(ran.json["sound"]["lag_ms"]) < 1


def test_the_table_is_for_people(run, robots):
    ran = run("check", robots, "--quick")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert [line.split()[0] for line in lines] == ["face", "R1", "R2", "(sound)"]
    assert all("ok" in line for line in lines[1:])
    assert not run("check", robots, "--quick", "-q").err


def test_drawn_people_pass_through_cuts(run, cartoon):
    assert len(json.loads((cartoon / "timeline.json").read_text())["shots"]) > 3
    ran = run("check", cartoon, "--quick", "--json")
    assert ran.code == 0, ran.out
    faces = faces_of(ran.json)
    assert [faces[name]["status"] for name in ("ANA", "BOB", "CY")] == ["ok", "ok", "not heard"]
    assert faces["ANA"]["correlation"] > 0.7 and faces["BOB"]["margin"] > 0.5


@pytest.mark.parametrize("episode", ["portrait", "cartoon"])
def test_swapped_tracks_fail(run, copied, episode, request):
    folder = copied(request.getfixturevalue(episode))
    swap_tracks(folder)
    ran = run("check", folder, "--quick")
    assert ran.code == 1
    first, second = ("MAYA", "LEO") if episode == "portrait" else ("ANA", "BOB")
    assert f"error: {first}: the mouth follows {second}'s track" in ran.err or f"moves with {second}'s track" in ran.err
    assert f"error: {second}: the mouth follows {first}'s track" in ran.err or f"moves with {first}'s track" in ran.err


@pytest.mark.parametrize(("episode", "milliseconds", "word"), [("portrait", 120, "early"), ("robots", -120, "late")])
def test_faces_out_of_step_fail(run, request, copied, episode, milliseconds, word):
    """Tracks and sound are moved together: what is seen no longer fits what is heard."""
    folder = copied(request.getfixturevalue(episode))
    for file in (*(folder / "tracks").iterdir(), folder / "mix.wav"):
        shift_sound(file, milliseconds)
    remux(folder)
    ran = run("check", folder, "--quick", "--json")
    assert ran.code == 1 and ran.json["sound"]["status"] == "ok"
    for face in ran.json["faces"]:
        assert face["lag_ms"] == pytest.approx(-milliseconds, abs=40)
        assert any(f"ms {word}" in problem for problem in face["problems"]), face


def remux(folder: Path) -> None:
    """Write the video again with the picture it has and the mix that lies beside it."""
    picture = folder / "picture.mp4"
    with av.open(str(folder / "episode.mp4")) as source, av.open(str(picture), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    join_segments(folder / "episode.mp4", [picture], folder / "mix.wav", {})
    picture.unlink()


@pytest.mark.parametrize(("milliseconds", "word"), [(120, "later"), (-120, "earlier")])
def test_the_files_sound_out_of_step_with_the_mix_fails(run, robots, copied, milliseconds, word):
    folder = copied(robots)
    original = (folder / "mix.wav").read_bytes()
    shift_sound(folder / "mix.wav", milliseconds)
    remux(folder)
    (folder / "mix.wav").write_bytes(original)
    ran = run("check", folder, "--quick", "--json")
    assert ran.code == 1
    assert ran.json["sound"]["lag_ms"] == pytest.approx(milliseconds, abs=5)
    assert f"120 ms {word} than mix.wav" in ran.json["sound"]["problems"][0]
    assert {face["status"] for face in ran.json["faces"]} == {"ok"}


def test_a_mix_out_of_step_with_the_tracks_fails(run, robots, copied):
    """A late mix in the file and beside it: only the tracks tell."""
    folder = copied(robots)
    shift_sound(folder / "mix.wav", 120)
    remux(folder)
    ran = run("check", folder, "--quick")
    assert ran.code == 1 and "mix.wav is 120 ms later than the tracks" in ran.err


def test_other_sound_and_no_sound_fail(run, robots, copied):
    folder = copied(robots)
    original = (folder / "mix.wav").read_bytes()
    samples, rate = soundfile.read(folder / "mix.wav")
    quiet = samples.copy()
    quiet[rate : 2 * rate] = 0
    for sound, words in ((samples[::-1], "the file's sound is not mix.wav"), (quiet, "% at 0:01")):
        soundfile.write(folder / "mix.wav", sound, rate, subtype="PCM_24")
        remux(folder)
        (folder / "mix.wav").write_bytes(original)
        ran = run("check", folder, "--quick")
        assert ran.code == 1 and words in ran.err
    with av.open(str(folder / "episode.mp4")) as source, av.open(str(folder / "mute.mp4"), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    (folder / "mute.mp4").replace(folder / "episode.mp4")
    ran = run("check", folder, "--quick")
    assert ran.code == 1 and "the file has no sound" in ran.err


def test_faces_that_both_follow_the_mix_fail(run, portrait, people, tmp_path):
    """Two mouths that move to everything that is heard: each looks right while it speaks."""
    names = ("MAYA", "LEO")
    tracks = {name: soundfile.read(portrait / f"tracks/{name}.wav", dtype="float32")[0] for name in names}
    view = Portrait().open(Stage(people, SIZE, tuple(StagedCharacter(name) for name in names)))
    num_frames = len(tracks["MAYA"]) // 1920
    duration_s = num_frames / 25
    with TrackReader(portrait / "mix.wav") as mix:
        show = Timeline((), names, (Span(0, duration_s),), duration_s)
        performance = ShowPerformance(show, dict.fromkeys(names, mix), {}, 0)
        seats = {
            name: [edge * SIZE[0] / 960 for edge in (box.left, box.top, box.right, box.bottom)]
            for name, box in view.seats.items()
        }
        folder = write_folder(tmp_path / "mixed", view.frames(performance, 0, num_frames), tracks, seats, SIZE)
    ran = run("check", folder, "--quick", "--json")
    assert ran.code == 1
    for face in ran.json["faces"]:
        assert face["status"] == "fails" and face["within_speech"] > 0.4, face
        assert any("driven by several" in problem for problem in face["problems"]), face
        assert face["silence_share"] > 0.3, face


# ---------- after every render ----------


def test_a_render_is_checked_once_and_says_so(run, quick, tmp_path):
    arguments = [argument for argument in quick if argument != "--no-check"]
    ran = run(*arguments, "--json")
    assert ran.code == 0, ran.err
    rows = [line.split() for line in ran.err.splitlines()]
    assert ["face", "result", "own"] in [row[:3] for row in rows] and ["MAYA", "ok"] in [row[:2] for row in rows]
    manifest = json.loads((tmp_path / "outputs/quick/manifest.json").read_text())
    assert manifest["check"] == ran.json["check"] and manifest["check"]["ok"]
    assert [face["name"] for face in manifest["check"]["faces"]] == ["MAYA", "LEO"]
    assert manifest["stages"]["check"]["seconds"] > 0
    again = run(*arguments, "--json")
    assert "Checking" in ran.err and "Checking" not in again.err, "an unchanged video is not read again"
    assert again.json["check"] == ran.json["check"] and "face" in again.err
    assert not run(*arguments, "-q").err


def test_no_check_skips_it(run, quick, tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text("check = false\n")
    for more in (("--no-check",), ("--config", settings)):
        ran = run(*(argument for argument in quick if argument != "--no-check"), *more)
        assert ran.code == 0 and "Checking" not in ran.err and "silence" not in ran.err
        manifest = json.loads((tmp_path / "outputs/quick/manifest.json").read_text())
        assert "check" not in manifest and "check" not in manifest["stages"]


def test_a_render_in_which_faces_are_confused_warns(run, quick, tmp_path, monkeypatch):
    """The renderer is given each other's motion, as a fault in seating would."""
    honest = ShowPerformance.motion
    monkeypatch.setattr(
        ShowPerformance,
        "motion",
        lambda self, speaker, first, last: honest(self, {"MAYA": "LEO", "LEO": "MAYA"}[speaker], first, last),
    )
    ran = run(*(argument for argument in quick if argument != "--no-check"))
    assert ran.code == 0
    assert "warning: check: MAYA: the mouth follows LEO's track" in ran.err
    warnings = json.loads((tmp_path / "outputs/quick/manifest.json").read_text())["warnings"]
    assert any(warning.startswith("check: LEO: the mouth follows MAYA's track") for warning in warnings)


def test_a_check_that_cannot_be_made_is_a_warning(run, quick, monkeypatch):
    def fail() -> None:
        raise WeightsError("the network is gone")

    monkeypatch.setattr("talkshow.faces.landmarks.landmark_net", fail)
    ran = run(*(argument for argument in quick if argument != "--no-check"))
    assert ran.code == 0 and "warning: check: the episode could not be checked: the network is gone" in ran.err


# ---------- faces made of a few strokes ----------

BOXES = {"R1": (60.0, 90.0, 220.0, 270.0), "R2": (420.0, 90.0, 580.0, 270.0)}


@pytest.fixture(scope="module")
def robots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tracks, openings = talk(300)
    room = wall(*SIZE)
    frames = (
        robot(
            robot(room, BOXES["R1"], openings["R1"][i], 5 * np.sin(i / 9)),
            BOXES["R2"],
            openings["R2"][i],
            4 * np.sin(i / 13),
        )
        for i in range(300)
    )
    return write_folder(tmp_path_factory.mktemp("robots") / "made", frames, tracks, BOXES, SIZE)


def talk(num_frames: int) -> tuple[dict, dict]:
    """Two who take turns: tracks and how open each mouth is."""
    spans = {"R1": ((0.4, 3.0), (6.4, 8.6)), "R2": ((3.3, 6.0), (9.0, 11.4))}
    parts = {name: syllables(num_frames, spans[name], seed) for seed, name in enumerate(spans)}
    return {name: part[0] for name, part in parts.items()}, {name: part[1] for name, part in parts.items()}


def test_faces_without_landmarks_are_measured_by_their_looks(run, robots):
    ran = run("check", robots, "--json")
    assert ran.code == 0, ran.out
    for face in ran.json["faces"]:
        assert face["by"] == "motion" and face["correlation"] > 0.75 and face["margin"] > 0.6, face
        assert abs(face["lag_ms"]) < 40


def test_from_python_a_folder_says_what_is_wrong(robots, copied):
    from talkshow import check_episode

    assert check_episode(str(robots), quick=True).problems == ()
    folder = copied(robots)
    shift_sound(folder / "mix.wav", 200)
    assert len(check_episode(folder, quick=True).problems) == 2, "file and mix, mix and tracks"


def test_swapped_tracks_of_faces_without_landmarks_fail(run, robots, copied):
    folder = copied(robots)
    swap_tracks(folder)
    ran = run("check", folder, "--quick", "--json")
    assert ran.code == 1 and {face["status"] for face in ran.json["faces"]} == {"fails"}


def test_a_mouth_that_stays_shut_fails(run, tmp_path):
    tracks, openings = talk(200)
    still = robot(wall(*SIZE), BOXES["R1"], 0.0)
    frames = (robot(still, BOXES["R2"], openings["R2"][i]) for i in range(200))
    ran = run("check", write_folder(tmp_path / "e", frames, tracks, BOXES, SIZE), "--json")
    faces = faces_of(ran.json)
    assert ran.code == 1 and faces["R2"]["status"] == "ok"
    assert faces["R1"]["problems"] == ["the mouth does not move while its track speaks"]


def test_what_cannot_be_measured_is_said_and_not_passed(run, tmp_path):
    """A face of a few pixels, and a seat that is in no shot."""
    tracks, openings = talk(150)
    boxes = {"R1": (100.0, 100.0, 112.0, 113.0), "R2": BOXES["R2"]}
    crop = {"start_s": 0.0, "end_s": 6.0, "kind": "single", "scene": 0, "on": ["R1"], "crop": [0, 0, 320, 180]}
    frames = (robot(wall(*SIZE), [2 * edge for edge in boxes["R1"]], openings["R1"][i]) for i in range(150))
    boxes["R1"] = (100.0, 100.0, 107.0, 107.5)
    ran = run("check", write_folder(tmp_path / "e", frames, tracks, boxes, SIZE, shots=[crop]))
    assert ran.code == 0
    assert "R1 cannot be measured: it is only 15 pixels high" in ran.err
    assert "R2 cannot be measured: it is never fully in the frame" in ran.err


def test_a_face_moved_out_of_its_seat_is_not_passed(run, portrait, copied):
    folder = copied(portrait)
    manifest = json.loads((folder / "manifest.json").read_text())
    seats = manifest["scenes"][0]["seats"]
    manifest["scenes"][0]["seats"] = {"MAYA": [10, 10, 90, 110], "LEO": seats["LEO"]}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    ran = run("check", folder, "--quick", "--json")
    assert faces_of(ran.json)["MAYA"]["status"] != "ok" and faces_of(ran.json)["LEO"]["status"] == "ok"


# ---------- folders that cannot be checked ----------


def test_every_wrong_folder_is_told_apart(run, robots, copied, tmp_path):
    assert "this is not the folder of an episode" in run("check", tmp_path).err
    assert "this is not the folder of an episode" in run("check", robots / "mix.wav").err
    folder = copied(robots)
    timeline, manifest = (json.loads((folder / name).read_text()) for name in ("timeline.json", "manifest.json"))

    def said(name: str, record: object) -> str:
        kept = (folder / name).read_text()
        (folder / name).write_text(record if isinstance(record, str) else json.dumps(record))
        ran = run("check", folder)
        (folder / name).write_text(kept)
        assert ran.code == 1
        return ran.err

    assert "cannot read this file" in said("manifest.json", "{")
    assert "render it again" in said("manifest.json", [])
    assert "render it again" in said("manifest.json", {key: manifest[key] for key in ("settings", "stages")})
    inside_out = timeline["shots"][0] | {"crop": [5, 5, 1, 9]}
    assert "is not a box" in said("timeline.json", timeline | {"shots": [inside_out]})
    assert "has no picture" in said("timeline.json", timeline | {"shots": []})
    outside = {"mix": {"tracks": ["tracks/R1.wav", "../../secret.wav"]}}
    assert "lies outside the folder" in said("manifest.json", manifest | {"stages": outside})
    (folder / "tracks/R1.wav").rename(folder / "tracks/gone")
    assert "R1.wav: this file of the episode is missing" in run("check", folder).err
    (folder / "tracks/gone").rename(folder / "tracks/R1.wav")
    (folder / "episode.mp4").write_bytes(b"no video at all")
    assert "cannot be read as a video" in run("check", folder).err
