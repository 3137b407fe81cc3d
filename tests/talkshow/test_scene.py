"""`talkshow scene`: from an idea to the folder of an episode, and never twice to the model."""

from __future__ import annotations

import base64
import json
import shlex

import chat_server
import cv2
import pytest
from chat_server import ANSWER, BREAKFAST, status, streamed, whole
from drawn_people import paint_person, wall

from talkshow.faces import pictures
from talkshow.faces.find import find_faces
from talkshow.script.reader import read_script

IDEA = "two pilots: breakfast?"
NAME = "two pilots_ breakfast_"


@pytest.fixture
def scene(run, server, tmp_path, tone_voices, only_key):  # noqa: ARG001
    """Run `talkshow scene` with a quick render; no output and no file holds the key."""

    def call(*arguments: object, idea: str = IDEA, ada: str | None = "hum_a"):
        hums = ("--voices", tone_voices, "--voice", f"ADA={ada}", "--voice", "BEN=hum_b") if ada else ("--draft",)
        ran = run(
            "scene",
            idea,
            "--base-url",
            server.url,
            "--out",
            tmp_path,
            "--renderer",
            "stills",
            "--size",
            "160x90",
            "--no-check",
            *hums,
            *arguments,
        )
        texts = [file for file in tmp_path.rglob("*") if file.suffix in (".json", ".txt", ".toml", "")]
        assert chat_server.KEY not in ran.err + ran.out
        assert not any(chat_server.KEY.encode() in file.read_bytes() for file in texts if file.is_file())
        return ran

    return call


def test_one_command_one_folder(scene, server, tmp_path):
    ran = scene()
    assert ran.code == 0, ran.err
    folder = tmp_path / NAME
    assert ran.out.strip() == str(folder / "episode.mp4")
    for name in (
        "idea.txt",
        "script.txt",
        "cast.json",
        "writing.json",
        "episode.mp4",
        "mix.wav",
        "episode.srt",
        "timeline.json",
        "manifest.json",
        "poster.png",
        "tracks/ADA.wav",
    ):
        assert (folder / name).is_file(), name
    assert (folder / "idea.txt").read_text() == IDEA + "\n"
    cast = json.loads((folder / "cast.json").read_text())
    assert [each["name"] for each in cast] == ["ADA", "BEN"] and cast[1]["look"] == "old man, bald, white moustache"
    told = json.loads((folder / "writing.json").read_text())
    assert told["idea"] == IDEA and told["made_by"] == "model tiny-model" and told["tokens_in"] == 321
    timeline = json.loads((folder / "timeline.json").read_text())
    assert len(timeline["cues"]) == 6
    asked = server.count
    again = scene("--shots", "calm")
    assert again.code == 0 and server.count == asked, "the script is kept by the writer's options alone"


def test_a_language_that_nobody_speaks_costs_no_request(scene, server, tmp_path):
    ran = scene("--language", "de", ada=None)
    assert ran.code == 1 and "in German" in ran.err and "--edit" in ran.err
    assert server.count == 0 and not (tmp_path / NAME).exists()
    ran = scene("--language", "de", "--edit", ada=None)
    assert ran.code == 0 and read_script(tmp_path / NAME / "script.txt").language == "de"
    assert "no voice here speaks 'de'" in ran.err


def test_edit_then_the_command_that_is_printed(scene, server, tmp_path, run):
    ran = scene("--edit", "--tone", "dry, 'quick'", "--lines", 6, "--no-burn-captions", "--jobs", 2, ada="hum_c")
    assert ran.code == 0 and ran.out.strip() == str(tmp_path / NAME / "script.txt")
    assert not (tmp_path / NAME / "episode.mp4").exists()
    script = tmp_path / NAME / "script.txt"
    script.write_text(script.read_text().replace("You have never eaten a breakfast in Lisbon.", "Edited by hand."))
    asked = server.count
    command = ran.err.strip().splitlines()[-1].split("continue with: ")[1]
    words = shlex.split(command)
    assert words[:3] == ["talkshow", "scene", IDEA] and "--edit" not in words
    assert {"--no-burn-captions", "--no-check", "ADA=hum_c"} < set(words) and words[words.index("--jobs") + 1] == "2"
    server.behaviours = [status(500)]
    server.models = None
    made = run(*words[1:])
    assert made.code == 0 and server.count == asked, made.err
    timeline = json.loads((tmp_path / NAME / "timeline.json").read_text())
    assert timeline["cues"][0]["text"] == "Edited by hand."


def test_other_options_ask_again_and_no_edit_is_lost(scene, server, tmp_path):
    script = tmp_path / NAME / "script.txt"
    assert scene("--edit").code == 0
    script.write_text(script.read_text() + "ADA: Mine.\n")
    edited, asked = script.read_text(), server.count
    ran = scene("--edit", "--tone", "sad")
    assert ran.code == 0 and server.count > asked and "script.previous.txt" in ran.err
    assert "Mine." not in script.read_text()
    asked = server.count
    assert scene("--edit").code == 0 and server.count == asked, "the first options find the edited script again"
    assert script.read_text() == edited
    script.unlink()
    assert scene("--edit").code == 0 and server.count == asked and script.read_text() == edited


def test_another_idea_of_the_same_name_gets_a_folder_of_its_own(scene, tmp_path):
    assert scene("--edit").code == 0
    ran = scene("--edit", idea="two pilots: breakfast!")
    assert ran.code == 0 and ran.out.strip() == str(tmp_path / f"{NAME[:-1]}!" / "script.txt")
    ran = scene("--edit", idea="two pilots* breakfast?")
    assert ran.out.strip() == str(tmp_path / f"{NAME}-2" / "script.txt")
    assert scene("--edit", "--name", "../mine").out.strip() == str(tmp_path / "__mine" / "script.txt")


def test_the_template_writer_needs_no_endpoint(run, tmp_path, tone_voices):
    ran = run(
        "scene",
        "why cats stare",
        "--writer",
        "template",
        "--lines",
        2,
        "--renderer",
        "stills",
        "--size",
        "160x90",
        "--no-check",
        "--characters",
        "ADA, BEN",
        "--voices",
        tone_voices,
        "--voice",
        "ADA=hum_a",
        "--voice",
        "BEN=hum_b",
        "--out",
        tmp_path,
    )
    assert ran.code == 0 and "no language model" in ran.err
    assert (tmp_path / "why cats stare/episode.mp4").is_file()
    assert json.loads((tmp_path / "why cats stare/writing.json").read_text())["writer"] == "template"


def test_a_dry_run_shows_the_prompt_then_the_plan(scene, server, tmp_path):
    ran = scene("--dry-run")
    assert ran.code == 0 and IDEA in ran.out and server.count == 0 and not list(tmp_path.iterdir())
    assert scene("--edit").code == 0
    ran = scene("--dry-run")
    assert ran.code == 0 and "first run: about" in ran.err and not (tmp_path / NAME / "episode.mp4").exists()


def test_what_fails_is_saved_in_the_folder(scene, server, tmp_path):
    server.behaviours = [streamed("No script at all.")]
    ran = scene()
    assert ran.code == 1 and (tmp_path / NAME / "script.answer.txt").read_text() == "No script at all."
    server.behaviours = [streamed(ANSWER)]
    assert scene("--edit").code == 0


def picture_of(tmp_path, number: int) -> chat_server.Behaviour:
    """An images API that gives a picture of so many people."""
    room = wall(160 + 240 * number, 360)
    for index in range(number):
        room = paint_person(room, 200 + 240 * index, 165, 172)
    path = tmp_path / "drawn.png"
    cv2.imwrite(str(path), room[..., ::-1])
    data = base64.b64encode(path.read_bytes()).decode()
    path.unlink()
    return whole({"created": 1, "data": [{"b64_json": data}]})


def test_a_picture_with_the_right_faces_is_played_in(scene, server, tmp_path, monkeypatch):
    server.pictures = [status(400, "unknown response_format"), picture_of(tmp_path, 1), picture_of(tmp_path, 2)]
    ran = scene("--image-from-prompt", "--only", "speak")
    assert ran.code == 0 and "shows 1 face where 2 are needed" in ran.err, ran.err
    picture = tmp_path / NAME / "picture.png"
    assert picture.is_file()
    prompts = [request["prompt"] for request in server.requests if "prompt" in request]
    assert len(prompts) == 3 and "two people" in prompts[0] and "white moustache" in prompts[0] and "cafe" in prompts[0]
    asked, looks = server.count, list[object]()
    monkeypatch.setattr(pictures, "find_faces", lambda seen: looks.append(seen) or find_faces(seen))
    ran = scene("--image-from-prompt", "--dry-run", "--renderer", "portrait")
    assert ran.code == 0 and server.count == asked and "portrait" in ran.err
    assert len(looks) == 1, "the writer and the renderer share what was found"


def test_a_picture_with_the_wrong_faces_is_said_and_the_drawn_cast_plays(scene, server, tmp_path):
    server.pictures = [picture_of(tmp_path, 1)]
    assert scene("--image-from-prompt", "--edit").code == 0
    asked = server.count
    ran = scene("--image-from-prompt", "--renderer", "auto", "--dry-run")
    assert server.count == asked
    assert ran.code == 0 and "where 2 are needed, also when asked again" in ran.err and "cartoon" in ran.err


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        (status(404), "makes no picture"),
        (whole({"data": [{"url": "file:///etc/passwd"}]}), "no picture in the answer"),
        (whole({"data": [{"b64_json": base64.b64encode(b"#!/bin/sh").decode()}]}), "not a PNG"),
        (whole([]), "no picture"),
    ],
)
def test_pictures_that_are_none(write, server, behaviour, says):
    server.pictures = [behaviour]
    ran = write("--image-from-prompt")
    assert ran.code == 1 and says in ran.err and write.files == {"script.txt"}


def test_a_script_with_its_picture(write, server, tmp_path, run):
    server.pictures = [picture_of(tmp_path, 2)]
    assert write("--image-from-prompt").code == 0
    assert write.files == {"script.txt", "script.picture.png"}
    assert read_script(write.path).scenes[0].image == "script.picture.png"
    assert run("render", write.path, "--dry-run").code == 0
    assert BREAKFAST["title"] == write.script.title
