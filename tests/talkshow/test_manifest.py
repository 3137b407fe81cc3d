"""What is published beside a video: who was read, under which names, and nothing of where somebody's files lie."""

from __future__ import annotations

import hashlib
import json
import os
import string
from pathlib import Path

import av
import pytest
from drawn_people import save, two_people
from hypothesis import given
from hypothesis import strategies as st
from recordings import hummed, rttm, wav

from talkshow.episode.published import unique_names, without_paths
from talkshow.store.seals import bears_seal, text_of, with_seal

FILM = ("--no-captions", "--no-check", "--renderer", "stills", "--size", "160x90")
PUBLISHED = ("manifest.json", "timeline.json", "report.json", "episode.srt", "episode.vtt", "episode.rttm")


def published(folder: Path) -> str:
    """Everything that is meant for others, as one text."""
    texts = [(folder / name).read_text(encoding="utf-8") for name in PUBLISHED if (folder / name).exists()]
    if (folder / "episode.mp4").exists():
        with av.open(str(folder / "episode.mp4")) as container:
            texts.append(json.dumps(dict(container.metadata)))
    return "\n".join(texts)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_two_inputs_of_one_name_are_two_rows(run, tmp_path):
    sounds = [
        wav(_made(tmp_path / folder / "voice.wav"), hummed().voices[name])
        for folder, name in (("one", "A"), ("two", "B"))
    ]
    ran = run(
        "convert",
        "--track",
        f"A={sounds[0]}",
        "--track",
        f"B={sounds[1]}",
        "--rttm",
        rttm(tmp_path / "t.rttm"),
        *FILM,
        "--image",
        save(two_people(640, 360), _made(tmp_path / "three/voice.wav.png")),
        "--out",
        tmp_path / "o",
    )
    assert ran.code == 0, ran.err
    inputs = json.loads((Path(ran.out.strip()).parent / "manifest.json").read_text())["inputs"]
    assert [(row["role"], row["sha256"]) for row in inputs.values()] == [
        ("track of A", sha256(sounds[0])),
        ("track of B", sha256(sounds[1])),
        ("picture", sha256(tmp_path / "three/voice.wav.png")),
    ]
    assert list(inputs) == ["voice.wav", "voice.wav (2)", "voice.wav.png"]


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@pytest.mark.parametrize("command", ["render", "convert", "diarize"])
def test_no_folder_of_the_user_is_published(run, quick, tmp_path, monkeypatch, command):
    home = tmp_path / "home of ada"
    picture = save(two_people(640, 360), _made(home / "pictures/people.png"))
    talk = wav(_made(home / "sound/talk.wav"))
    turns = rttm(home / "sound/turns.rttm", [("A", 0.4, 2.0), ("B", 2.3, 3.9), ("A", 60.0, 61.0)])  # warned of
    script = home / "my script.txt"
    script.write_text(Path(str(quick[1])).read_text())
    monkeypatch.setenv("HOME", str(home))
    arguments = {
        "render": ("render", script, *quick[2:-1], home / "o", "--image", picture, "--title", "a/b"),
        "convert": ("convert", talk, "--rttm", turns, *FILM, "--image", picture, "--out", home / "o"),
        "diarize": ("diarize", talk, "--rttm", turns, "--out", home / "o"),
    }[command]
    ran = run(*arguments)
    assert ran.code == 0, ran.err
    text = published(Path(ran.out.strip()).parent)
    for secret in (str(tmp_path), "home of ada", str(Path.cwd()), "/root", "/home/"):
        assert secret not in text, secret
    if command == "render":
        assert json.loads((Path(ran.out.strip()).parent / "manifest.json").read_text())["settings"]["title"] == "a/b"


def test_paths_below_the_current_folder_are_told_from_there(run, quick, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(two_people(640, 360), _made(tmp_path / "pictures/people.png"))
    ran = run(*quick[:-1], "outputs", "--image", "pictures/people.png")
    assert ran.code == 0, ran.err
    manifest = json.loads(Path("outputs/quick/manifest.json").read_text())
    assert manifest["settings"]["image"] == "pictures/people.png"
    assert list(manifest["inputs"]) == ["quick.txt", "pictures/people.png"]


def test_a_problem_that_names_a_path_is_told_without_it(run, quick, tmp_path, monkeypatch):
    from talkshow.errors import VideoError

    def fails(show, *_: object) -> None:
        raise VideoError(f"{show.video}: cannot be read. See {tmp_path / 'a b/c.log'}.")

    monkeypatch.setattr("talkshow.episode.check._check", fails)
    ran = run(*(part for part in quick if part != "--no-check"))
    assert ran.code == 0
    text = published(tmp_path / "outputs/quick")
    assert "cannot be read" in text and str(tmp_path) not in text


def test_inputs_are_read_again_only_where_they_changed(run, tmp_path, monkeypatch):
    from talkshow.store import digests

    talk, read = wav(tmp_path / "talk.wav"), []
    whole = digests.file_digest
    monkeypatch.setattr(digests, "file_digest", lambda path: (read.append(path), whole(path))[1])
    arguments = ("convert", talk, "--rttm", rttm(tmp_path / "t.rttm"), *FILM, "--out", tmp_path / "o")
    manifest = tmp_path / "o/talk/manifest.json"
    for again in range(2):
        assert run(*arguments).code == 0
        assert read.count(talk) == 1 and again in (0, 1)
    wav(talk, hummed().mix * 0.5)
    assert run(*arguments).code == 0 and read.count(talk) == 2
    assert json.loads(manifest.read_text())["inputs"]["talk.wav"]["sha256"] == sha256(talk)


def test_files_say_in_which_form_they_are(run, quick, tmp_path):
    assert run(*quick).code == 0
    talk = wav(tmp_path / "talk.wav")
    assert run("diarize", talk, "--rttm", rttm(tmp_path / "t.rttm"), "--out", tmp_path / "outputs").code == 0
    for name in ("quick/manifest.json", "quick/timeline.json", "talk/report.json"):
        assert json.loads((tmp_path / "outputs" / name).read_text())["schema"] == 1
    manifest = json.loads((tmp_path / "outputs/quick/manifest.json").read_text())
    assert manifest["source"]["name"] == "quick.txt" and manifest["source"]["kind"] == "script"
    report = json.loads((tmp_path / "outputs/talk/report.json").read_text())
    assert report["rttm"] == "episode.rttm" and report["tracks"] == {"A": "tracks/A.wav", "B": "tracks/B.wav"}


NAMES = st.text(string.ascii_letters + "ä é-_.", min_size=1, max_size=12).filter(lambda name: name.strip(". "))


@given(st.lists(st.lists(NAMES, min_size=1, max_size=4), max_size=6))
def test_names_of_inputs_are_different_and_lead_nowhere(paths):
    found = unique_names([Path("/", *parts) for parts in paths])
    assert len(set(found)) == len(found) == len(paths)
    assert all("/" not in name and name.startswith(parts[-1]) for name, parts in zip(found, paths, strict=True))


SENTENCES = ("{}: bad", "see '{}'", "(in {}), and/or", "{}", "x={}")


@given(st.lists(NAMES, min_size=1, max_size=5), st.sampled_from(SENTENCES))
def test_no_path_is_left_in_a_sentence(parts, sentence):
    path = Path("/", *parts)
    told = without_paths({"a": [sentence.format(path)], "b": path, "c": 3}, [path])
    assert told == {"a": [sentence.format(path.name)], "b": path.name, "c": 3}


@pytest.mark.parametrize("text", ["and/or", "24/7/365 km/h", "a scene / another", "http://localhost:80/v1", "~/x/y"])
def test_what_is_no_path_stays(text):
    assert without_paths(text) == text


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), VALUES), st.integers(0), st.integers(0, 7))
def test_a_sealed_file_knows_itself_and_every_change(tmp_path_factory, table, at, bit):
    path = tmp_path_factory.mktemp("sealed") / "a.json"
    data = bytearray(text_of(with_seal(table)).encode("utf-8", "surrogatepass"))
    path.write_bytes(data)
    assert bears_seal(path)
    data[at % len(data)] ^= 1 << bit
    path.write_bytes(data)
    assert not bears_seal(path)


@pytest.mark.parametrize("text", ["", "{}", "[]", "{", "[" * 50_000, '{"seal": 3}\n'])
def test_what_bears_no_seal(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    assert not bears_seal(tmp_path / "a.json") and not bears_seal(tmp_path / "b.json")
    if hasattr(os, "symlink"):
        (tmp_path / "c.json").write_text(text_of(with_seal({"a": 1})))
        (tmp_path / "d.json").symlink_to(tmp_path / "c.json")
        assert bears_seal(tmp_path / "c.json") and not bears_seal(tmp_path / "d.json")


def test_every_file_about_an_episode_has_a_writer_and_a_description():
    from talkshow.episode.outputs import WRITERS
    from talkshow.store.outputs import RECORDS, is_episode_file

    assert list(WRITERS) == list(RECORDS)
    assert all(RECORDS.values()) and all(map(is_episode_file, RECORDS))
