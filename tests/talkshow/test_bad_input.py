"""Whatever a user hands in: a sentence that says what is wrong, exit 1, and no file outside the output folder."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

GOOD = "MAYA: Hello there.\nLEO: Hello.\n"


@pytest.fixture
def attempt(run, tmp_path, tone_voices):
    """Render a script made of these bytes; options are added."""

    def call(content: bytes | str, *options: object):
        script = tmp_path / "script.txt"
        script.write_bytes(content if isinstance(content, bytes) else content.encode())
        return run(
            "render",
            script,
            "--voices",
            tone_voices,
            "--voice",
            "MAYA=hum_a",
            "--voice",
            "LEO=hum_b",
            "--renderer",
            "stills",
            "--size",
            "160x90",
            "--out",
            tmp_path / "outputs",
            "--no-check",
            *options,
        )

    return call


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02\xff\xfe\x00binary" * 50, "not"),
        ("café: Grüße".encode("cp1252"), "UTF-8"),
        (b"title: Nothing here\n", "line"),
        (b"# only a comment\n\n", "line"),
        (b"cast:\n  MAYA: voice=hum_a\n  LEO: voice=hum_b\nMYA: Hello?\nLEO: Yes.\n", "MAYA"),
    ],
    ids=["empty", "binary", "encoding", "no lines", "comment only", "misspelt speaker"],
)
def test_unreadable_scripts(attempt, content, says):
    ran = attempt(content)
    assert ran.code == 1 and ran.out == ""
    assert ran.err.startswith("error: ") or "error: " in ran.err
    assert says.casefold() in ran.err.casefold()
    assert "script.txt" in ran.err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_byte_order_marks_are_understood(attempt, encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    ran = attempt(mark + GOOD.encode(encoding), "--dry-run", "--json")
    assert ran.code == 0 and ran.json["num_lines"] == 2
    assert [row["name"] for row in ran.json["characters"]] == ["MAYA", "LEO"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--voice", "MAYA=hum_x"), "hum_a"),
        (("--voice", "NOBODY=hum_a"), "NOBODY"),
        (("--voice", "MAYA"), "NAME=VALUE"),
        (("--size", "641x360"), "even"),
        (("--size", "wide"), "1280x720"),
        (("--size", "9000x9000"), "4096"),
        (("--renderer", "portrat"), "portrait"),
        (("--renderer", "portrait"), "--image"),
        (("--lines", "9-12"), "2 lines"),
        (("--lines", "2-1"), "range"),
        (("--scene", "3"), "1 scene"),
        (("--only", "paint"), "speak"),
        (("--config", "nowhere.toml"), "nowhere.toml"),
    ],
    ids=str,
)
def test_impossible_options_name_the_choices(attempt, options, says):
    ran = attempt(GOOD, *options)
    assert ran.code == 1 and says in ran.err, ran.err


def test_wrong_calls_exit_2(run, tmp_path):
    assert run("render").code == 2
    assert run("rendr", "x").code == 2
    assert run("render", tmp_path / "a.txt", "--no-such-option").code == 2


def test_missing_script_is_named(run, tmp_path):
    ran = run("render", tmp_path / "nowhere.txt")
    assert ran.code == 1 and "nowhere.txt" in ran.err


def test_settings_file_with_a_misspelt_key(attempt, tmp_path):
    config = tmp_path / "settings.toml"
    config.write_text('rendrer = "stills"\n')
    ran = attempt(GOOD, "--config", config)
    assert ran.code == 1 and "'renderer'" in ran.err and "settings.toml" in ran.err


def test_settings_file_is_used_and_flags_win(attempt, tmp_path):
    config = tmp_path / "settings.toml"
    config.write_text('size = "320x180"\nseed = 7\n[voices]\nMAYA = "hum_b"\n')
    ran = attempt(GOOD, "--config", config, "--dry-run", "--json")
    assert ran.json["size"] == [160, 90]
    assert [row["voice"] for row in ran.json["characters"]] == ["hum_a", "hum_b"]


@pytest.mark.parametrize("name", ["../../outside", "/etc/outside", "..", "a/b\\c", "CON", ".hidden", "x" * 300])
def test_no_name_leads_outside_the_output_folder(attempt, tmp_path, name):
    before = set(tmp_path.rglob("*"))
    ran = attempt(f"title: {name}\nMAYA: Hello.\nLEO: Hi.\n", "--name", name)
    assert ran.code == 0, ran.err
    made = set(tmp_path.rglob("*")) - before
    assert all(tmp_path / "outputs" in (path, *path.parents) or path.name == "script.txt" for path in made)


@pytest.mark.parametrize("speaker", ["../../../evil", "A/B", "..", "LEO\u202eEVIL", "\x1b[31mRED"])
def test_no_speaker_leads_outside_the_output_folder(run, tmp_path, tone_voices, speaker):
    script = tmp_path / "script.txt"
    script.write_text(f"{speaker}: Hello there.\n", encoding="utf-8")
    ran = run(
        "render",
        script,
        "--voices",
        tone_voices,
        "--renderer",
        "stills",
        "--size",
        "160x90",
        "--no-check",
        "--draft",
        "--out",
        tmp_path / "outputs",
    )
    for path in tmp_path.rglob("*"):
        assert path == script or tmp_path / "outputs" in (path, *path.parents)
    assert "\x1b" not in ran.err and "\u202e" not in ran.err
    assert ran.code in (0, 1)


def test_emoji_and_right_to_left_text_are_spoken_or_skipped_with_a_warning(run, tmp_path):
    script = tmp_path / "script.txt"
    script.write_text("MAYA: Good morning 🎉 everyone.\nLEO: שלום\nMAYA: Bye.\n", encoding="utf-8")
    ran = run("speak", script, "--draft", "--out", tmp_path / "outputs")
    assert ran.code == 0, ran.err
    assert "warning" in ran.err


def test_a_picture_in_a_scene_may_not_lie_outside_the_scripts_folder(run, tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    cv2.imwrite(str(tmp_path / "secret.png"), np.zeros((64, 64, 3), np.uint8))
    script = inner / "script.txt"
    script.write_text("== Somewhere == {image: ../secret.png}\nMAYA: Hello.\n", encoding="utf-8")
    ran = run("render", script, "--out", tmp_path / "outputs")
    assert ran.code == 1 and "outside" in ran.err


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.write_text("no picture at all"), "picture"),
        (lambda path: cv2.imwrite(str(path), np.full((200, 300, 3), 120, np.uint8)), "face"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 40), "picture"),
        (lambda path: cv2.imwrite(str(path), np.full((5000, 6000, 3), 120, np.uint8)), "face"),
        (lambda _: None, "picture"),
    ],
    ids=["text", "no face", "truncated", "30 megapixels without a face", "missing"],
)
def test_impossible_pictures(attempt, tmp_path, make, says):
    picture = tmp_path / "picture.png"
    make(picture)
    ran = attempt(GOOD, "--image", picture, "--renderer", "portrait")
    assert ran.code == 1 and says in ran.err, ran.err
    assert "picture.png" in ran.err


def test_an_output_folder_that_is_a_file(attempt, tmp_path):
    (tmp_path / "taken").write_text("")
    ran = attempt(GOOD, "--out", tmp_path / "taken")
    assert ran.code == 1 and "--out" in ran.err


def test_ten_thousand_lines_are_planned(run, tmp_path, tone_voices):
    script = tmp_path / "long.txt"
    script.write_text("".join(f"{'MAYA' if i % 2 else 'LEO'}: This is line {i}.\n" for i in range(10_000)))
    ran = run("render", script, "--voices", tone_voices, "--dry-run", "--json", "--renderer", "stills")
    assert ran.code == 0 and ran.json["num_lines"] == 10_000


def test_doctor_finds_everything_in_order(run, tmp_path, tone_voices):
    ran = run("doctor", "--json", "--out", tmp_path, "--voices", tone_voices)
    assert ran.code == 0, ran.out
    rows = {row["part"]: row for row in ran.json}
    assert rows.keys() >= {"model files", "speech", "face models", "video", "outputs"}
    assert rows["generator"]["ok"] and "9 frames of noise" in rows["generator"]["detail"]
    assert rows["speech of hum_a"]["ok"] and "hum_c" in rows["voices"]["detail"]


def test_models_verify_sees_a_wrong_file(run, tmp_path, monkeypatch):
    assert run("models", "verify").code == 0
    (tmp_path / "hibari.onnx").write_bytes(b"not a model")
    monkeypatch.setenv("TALKSHOW_MODELS", str(tmp_path))
    ran = run("models", "verify")
    assert ran.code == 1 and "hibari" in ran.out


def test_a_wrong_model_stops_the_render_with_its_name(run, tmp_path, monkeypatch):
    (tmp_path / "kokoro-82m-int8.onnx").write_bytes(b"not a model")
    monkeypatch.setenv("TALKSHOW_MODELS", str(tmp_path))
    script = tmp_path / "script.txt"
    script.write_text(GOOD)
    ran = run("speak", script, "--out", tmp_path / "outputs")
    assert ran.code == 1 and "kokoro-82m-int8" in ran.err and "sha256" in ran.err.casefold()


def test_missing_voices_folder(run, tmp_path):
    script = tmp_path / "script.txt"
    script.write_text(GOOD)
    ran = run("render", script, "--voices", tmp_path / "nowhere", "--dry-run")
    assert ran.code == 1 and "nowhere" in ran.err


def test_unwritable_output(attempt, monkeypatch):
    """Root may write anywhere, so the refusal itself is simulated where the folder is made."""

    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    script_ran = attempt(GOOD)
    assert script_ran.code == 0
    monkeypatch.setattr(Path, "mkdir", refuse)
    ran = attempt(GOOD, "--name", "elsewhere")
    assert ran.code == 1 and "not allowed to write" in ran.err
