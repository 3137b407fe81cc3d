"""`talkshow convert`: from a recording to an episode, with names, words and seats."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from drawn_people import save, two_people
from recordings import TURNS, hummed, rttm, wav

from talkshow.script.reader import read_script

SRT = """\
1
00:00:00,400 --> 00:00:02,000
<i>Good evening, and welcome.</i>

2
00:00:02,300 --> 00:00:03,900
Thank you. It is good to be here.

3
00:00:04,200 --> 00:00:06,200
So, what is new? - Nothing at all.
"""


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    return wav(tmp_path / "talk.wav", subtype="FLOAT")


@pytest.fixture
def convert(run, tmp_path, talk):
    """Run `talkshow convert` on the hummed conversation, in tiny pictures of lamps unless told otherwise."""
    truth = rttm(tmp_path / "truth.rttm")

    def call(*arguments, recording=talk, renderer="stills", turns=truth):
        given = ("--rttm", turns) if turns else ()
        return run(
            "convert",
            recording,
            *given,
            "--renderer",
            renderer,
            "--size",
            "160x90",
            "--out",
            tmp_path / "out",
            "--name",
            "talk",
            "--json",
            *arguments,
        )

    return call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "out" / "talk"


def text_of(folder: Path) -> list[tuple[str, str]]:
    return [(cue["speaker"], cue["text"]) for cue in json.loads((folder / "timeline.json").read_text())["cues"]]


def test_a_recording_becomes_an_episode_whose_sound_is_the_recording(convert, folder, talk):
    ran = convert("--no-captions", "--names", "MAYA,LEO", "--no-check")
    assert ran.code == 0, ran.err
    assert ran.json["video"] == str(folder / "episode.mp4")
    assert ran.json["num_frames"] == 168 and ran.json["duration_s"] == pytest.approx(6.72)
    wanted, _ = soundfile.read(talk)
    mix, _ = soundfile.read(folder / "mix.wav")
    assert np.array_equal(mix[: len(wanted)], wanted)
    with av.open(str(folder / "episode.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 168
        assert "synthetic voices" not in container.metadata["comment"]
    manifest = json.loads((folder / "manifest.json").read_text())
    assert set(manifest["stages"]) == {"read", "diarize", "transcribe", "mix", "film"}
    assert manifest["inputs"].keys() == {"talk.wav"}
    assert [row["name"] for row in manifest["characters"]] == ["MAYA", "LEO"]
    assert [row["voice"] for row in manifest["characters"]] == [None, None]  # nobody's voice was made
    cues = json.loads((folder / "timeline.json").read_text())["cues"]
    assert [cue["speaker"] for cue in cues] == ["MAYA", "LEO", "MAYA", "LEO"]
    for cue, (_, start, end) in zip(cues, TURNS, strict=True):
        assert 0 <= start - cue["start_s"] < 0.04 and 0 <= cue["end_s"] - end < 0.041
    assert (folder / "episode.srt").read_text() == ""


def test_every_face_speaks_its_own_track(run, tmp_path):
    turns = [(name, 0.3 + 1.5 * index, 1.3 + 1.5 * index) for index, name in enumerate("ABAB")]
    talk = wav(tmp_path / "long.wav", hummed(turns, 6.4).mix)
    ran = run(
        "convert",
        talk,
        "--rttm",
        rttm(tmp_path / "t.rttm", turns),
        "--no-captions",
        "--image",
        save(two_people(), tmp_path / "people.png"),
        "--size",
        "640x360",
        "--out",
        tmp_path / "out",
        "--json",
    )
    assert ran.code == 0, ran.err
    assert ran.json["check"]["ok"], ran.json["check"]
    for face in ran.json["check"]["faces"]:
        assert face["correlation"] > 0.7 and face["margin"] > 0.5, face


@pytest.mark.parametrize(
    ("channels", "rate", "layout"), [(2, 44_100, "stereo"), (1, 8_000, "mono"), (3, 48_000, "mono")]
)
def test_the_video_has_the_sound_of_any_recording(convert, folder, tmp_path, channels, rate, layout):
    import soxr

    sound = np.repeat(soxr.resample(hummed().mix, 48_000, rate)[:, None], channels, axis=1)
    sound[:, 0] *= 0.5
    ran = convert("--no-captions", "--channels", "mix", recording=wav(tmp_path / "any.wav", sound, rate))
    assert ran.code == 0, ran.err
    assert ran.json["check"]["sound"]["status"] == "ok", ran.json["check"]["sound"]
    with av.open(str(folder / "episode.mp4")) as container:
        stream = container.streams.audio[0]
        assert (stream.rate, stream.layout.name) == (48_000, layout)


def test_words_of_a_transcript_go_to_who_speaks_then(convert, folder, tmp_path):
    (tmp_path / "words.srt").write_text(SRT)
    ran = convert(
        "--transcript", tmp_path / "words.srt", "--no-check", "--script", tmp_path / "again.txt", "--names", "MAYA,LEO"
    )
    assert ran.code == 0, ran.err
    said = text_of(folder)
    assert said[:2] == [("MAYA", "Good evening, and welcome."), ("LEO", "Thank you. It is good to be here.")]
    assert [name for name, _ in said] == ["MAYA", "LEO", "MAYA", "LEO"] and said[3][1].endswith("Nothing at all.")
    assert "LEO: Thank you." in (folder / "episode.srt").read_text()
    script = read_script(tmp_path / "again.txt")
    assert [(line.speaker, line.text) for line in script.lines] == said


WORDS = [{"word": "Hello", "start": 0.5, "end": 0.9}, {"word": "there.", "start": 0.9, "end": 1.4}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("w.vtt", "WEBVTT\n\n00:00.500 --> 00:01.400 align:left\n<v Maya>Hello &amp; <c.loud>there.</c>\n"),
        ("w.txt", "MAYA: Hello there.\nLEO: Good to be here.\n\nMAYA: What is new?\nLEO: Nothing.\nAt all.\n"),
        ("w.json", json.dumps({"segments": [{"start": 0.5, "end": 1.4, "text": "Hello there.", "words": WORDS}]})),
        ("w.json", json.dumps({"segments": [{"start": 0.5, "end": 1.4, "text": "Hello there."}]})),
        ("w.json", json.dumps({"words": WORDS})),
        ("w.json", json.dumps(WORDS)),
        (
            "w.json",
            json.dumps(
                {"cues": [{"speaker": "MAYA", "text": "Hello there.", "start_s": 0.5, "end_s": 1.4, "words": []}]}
            ),
        ),
    ],
)
def test_transcripts_of_every_kind(convert, folder, tmp_path, name, content):
    (tmp_path / name).write_text(content)
    ran = convert("--transcript", tmp_path / name, "--no-check")
    assert ran.code == 0, ran.err
    speaker, text = text_of(folder)[0]
    assert text in ("Hello there.", "Hello & there.")
    assert speaker in ("A", "MAYA", "Maya")
    cue = json.loads((folder / "timeline.json").read_text())["cues"][0]
    assert all(cue["start_s"] <= word["start_s"] <= word["end_s"] <= cue["end_s"] for word in cue["words"])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("w.srt", "no captions here", "no caption with times"),
        ("w.srt", "1\n00:02,000 --> soon\nx\n", "w.srt:2"),
        ("w.vtt", "WEBVTT\n\n00:03.000 --> 00:01.000\nx\n", "ends before it begins"),
        ("w.json", "{", "not JSON"),
        ("w.json", '{"a": 1}', "no words"),
        ("w.json", '{"words": [{"word": "x", "start": "a", "end": 1}]}', "entry 1"),
        ("w.json", '{"words": [{"word": "x", "start": 0, "end": NaN}]}', "entry 1"),
        ("w.doc", "x", "'.doc'"),
    ],
)
def test_transcripts_that_cannot_be_read_are_named(convert, tmp_path, name, content, said):
    (tmp_path / name).write_text(content)
    ran = convert("--transcript", tmp_path / name)
    assert ran.code == 1 and said in ran.err, ran.err


def test_without_the_captions_extra_the_episode_is_made_all_the_same(convert, folder, monkeypatch):
    import importlib.util

    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "faster_whisper" else find_spec(name, *rest)
    )
    ran = convert("--no-check")
    assert ran.code == 0, ran.err
    assert "pip install 'talkshow[captions]'" in " ".join(ran.json["warnings"])
    assert folder.joinpath("episode.mp4").exists()


PLUG_IN = """
from talkshow.errors import SettingsError
from talkshow.span import Span
from talkshow.transcribe.base import Transcript
from talkshow.words import Word


class Clock:
    \"\"\"Says the second at which each stretch begins.\"\"\"

    def __init__(self, prefix="at"):
        self.prefix, self.identity = prefix, f"clock 1 {prefix}"

    def transcribe(self, recording, span, language):
        end = min(span.start_s + 1.0, span.end_s)
        return Transcript((Word(f"{self.prefix}{span.start_s:.0f}", Span(span.start_s + 0.4, end)),), language="fr")

    def with_model(self, model):
        if model != "other":
            raise SettingsError(f"there is no model {model}")
        return Clock(model)


class Mute:
    identity = "mute 1"
"""


@pytest.fixture
def plugged_in(tmp_path, monkeypatch):
    """A package that offers two transcribers, of which one lacks what a transcriber must have."""
    package = tmp_path / "package"
    (package / "clock_words-1.0.dist-info").mkdir(parents=True)
    (package / "clock_words.py").write_text(PLUG_IN)
    information = package / "clock_words-1.0.dist-info"
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: clock-words\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(
        "[talkshow.transcribers]\nclock = clock_words:Clock\nmute = clock_words:Mute\n"
    )
    monkeypatch.syspath_prepend(package)


@pytest.mark.usefixtures("plugged_in")
def test_a_transcriber_of_another_package_writes_the_captions(convert, folder):
    for arguments, prefix in (((), "at"), (("--whisper", "other"), "other")):
        ran = convert("--transcriber", "clock", *arguments, "--no-check")
        assert ran.code == 0, ran.err
        texts = [text for _, text in text_of(folder) if text]
        assert texts and all(text.startswith(prefix) and text[len(prefix) :].isdigit() for text in texts)
    row = json.loads((folder / "manifest.json").read_text())["stages"]["transcribe"]
    assert (row["language"], row["engine"], row["weights"]) == ("fr", "clock", [])


@pytest.mark.usefixtures("plugged_in")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--transcriber", "clok"), "there is no transcriber 'clok'. Did you mean 'clock'"),
        (("--transcriber", "mute"), "has no transcribe and no with_model"),
        (("--transcriber", "clock", "--whisper", "third"), "there is no model third"),
    ],
)
def test_a_transcriber_that_cannot_be_used_is_reported_before_anything_is_heard(convert, folder, arguments, said):
    ran = convert(*arguments)
    assert ran.code == 1 and said.casefold() in ran.err.casefold(), ran.err
    assert not list(folder.rglob("*.wav"))


def test_a_diarizer_that_has_only_its_own_model_says_so(convert):
    ran = convert("--diarizer-model", "elsewhere", turns=None)
    assert ran.code == 1 and "'embedded' has a model of its own" in ran.err and "--diarizer pyannote" in ran.err


def test_the_review_is_written_obeyed_and_never_overwritten(convert, folder, tmp_path):
    (tmp_path / "words.srt").write_text(SRT)
    words = ("--transcript", tmp_path / "words.srt", "--no-check")
    dry = convert(*words, "--dry-run")
    assert dry.code == 0 and not folder.joinpath("episode.mp4").exists()
    assert [row["name"] for row in dry.json["speakers"]] == ["A", "B"]
    assert dry.json["speakers"][1]["samples"][0]["text"] == "Thank you. It is good to be here."
    review = folder / "speakers.toml"
    assert tomllib.loads(review.read_text()) == {"A": {"name": "A"}, "B": {"name": "B"}}
    assert "Thank you. It is good to be here." in review.read_text()
    edited = '[A]\nname = "MAYA"\nseat = "off"\n[B]\nname = "LEO"\n[S9]\nname = "GHOST"\n'
    review.write_text(edited)
    ran = convert(*words)
    assert ran.code == 0, ran.err
    rows = {row["name"]: row["seat"] for row in json.loads((folder / "manifest.json").read_text())["characters"]}
    assert set(rows) == {"MAYA", "LEO"} and rows["MAYA"] is None and rows["LEO"]
    assert any("[S9] was not heard" in warning for warning in ran.json["warnings"])
    flags = convert(*words, "--names", "ANNA", "--seat", "ANNA=left")
    rows = {row["name"]: row["seat"] for row in json.loads((folder / "manifest.json").read_text())["characters"]}
    assert flags.code == 0 and set(rows) == {"ANNA", "LEO"} and rows["ANNA"]
    again = convert(*words, "--dry-run")
    assert again.code == 0 and review.read_text() == edited


def test_seats_of_the_review_are_read_as_everywhere(convert, folder):
    folder.mkdir(parents=True)
    (folder / "speakers.toml").write_text('[A]\nseat = " Off-Screen"\n[B]\nseat = 1\n', encoding="utf-8")
    ran = convert("--no-captions", "--dry-run")
    assert ran.code == 0, ran.err
    assert {row["name"]: bool(row["seat"]) for row in ran.json["characters"]} == {"A": False, "B": True}


def test_a_recording_may_be_in_any_language(convert, folder, tmp_path):
    (tmp_path / "words.srt").write_text(
        SRT.replace("<i>Good evening, and welcome.</i>", "Guten Abend, willkommen.").replace(
            "Thank you. It is good to be here.", "ありがとうございます。"
        ),
        encoding="utf-8",
    )
    ran = convert("--transcript", tmp_path / "words.srt", "--language", "ja", "--no-check")
    assert ran.code == 0, ran.err
    assert "Guten Abend, willkommen." in (folder / "episode.srt").read_text(encoding="utf-8")
    assert not any("speak" in warning for warning in ran.json["warnings"])


def test_two_labels_of_one_name_become_one_person(convert, folder):
    folder.mkdir(parents=True)
    (folder / "speakers.toml").write_text('[A]\nname = "MAYA"\n[B]\nname = "MAYA"\n')
    ran = convert("--no-captions", "--no-check")
    assert ran.code == 0, ran.err
    assert [path.stem for path in (folder / "tracks").iterdir()] == ["MAYA"]
    mix, _ = soundfile.read(folder / "mix.wav")
    track, _ = soundfile.read(folder / "tracks/MAYA.wav")
    speaks = np.abs(hummed().mix) > 0
    assert np.abs(track[: len(speaks)][speaks] - mix[: len(speaks)][speaks]).max() < 1e-6


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[A\n", "cannot read who is who"),
        ('name = "x"\n', "stands alone"),
        ('[A]\nnam = "x"\n', "Did you mean 'name'"),
        ('[A]\nseat = "sofa"\n', "[A] there is no seat 'sofa'"),
        ("[A]\nseat = true\n", "A.seat cannot be true"),
        ("[A]\nname = []\n", "cannot be []"),
        ('[A]\nname = " "\n', "cannot be"),
    ],
)
def test_a_review_that_cannot_be_read_is_named(convert, folder, content, said):
    folder.mkdir(parents=True)
    (folder / "speakers.toml").write_text(content)
    ran = convert("--no-captions")
    assert ran.code == 1 and "speakers.toml" in ran.err and said in ran.err, ran.err


def test_more_names_than_speakers_is_an_error(convert):
    ran = convert("--no-captions", "--names", "A,B,C")
    assert ran.code == 1 and "3 names" in ran.err and "2 speakers were heard" in ran.err
    ran = convert("--no-captions", "--seat", "NOBODY=left")
    assert ran.code == 1 and "NOBODY" in ran.err


def test_more_speakers_than_faces(run, tmp_path):
    turns = [("A", 0.2, 1.0), ("B", 1.2, 3.0), ("C", 3.2, 5.2)]
    talk = wav(tmp_path / "three.wav", hummed(turns, 5.6).mix)
    ran = run(
        "convert",
        talk,
        "--rttm",
        rttm(tmp_path / "t.rttm", turns),
        "--no-captions",
        "--no-check",
        "--image",
        save(two_people(640, 360), tmp_path / "people.png"),
        "--size",
        "160x90",
        "--out",
        tmp_path / "out",
        "--json",
    )
    assert ran.code == 0, ran.err
    rows = {
        row["name"]: row["seat"] for row in json.loads((tmp_path / "out/three/manifest.json").read_text())["characters"]
    }
    assert rows["A"] is None and rows["B"][2] <= rows["C"][0]
    assert any("A" in warning and "off screen" in warning for warning in ran.json["warnings"])


def test_mastered_only_when_asked(convert, folder):
    import pyloudnorm

    assert convert("--no-captions", "--no-check", "--master").code == 0
    mix, rate = soundfile.read(folder / "mix.wav")
    assert pyloudnorm.Meter(rate).integrated_loudness(mix) == pytest.approx(-16, abs=0.3)
    assert convert("--no-captions", "--no-check").code == 0
    assert np.array_equal(soundfile.read(folder / "mix.wav")[0][:1000], hummed().mix[:1000].astype(np.float32))


def test_a_second_run_makes_nothing_again(convert, folder):
    assert convert("--no-captions", "--no-check").code == 0
    kept = {path: path.stat().st_mtime_ns for path in (folder / ".work").rglob("*") if path.is_file()}
    video = (folder / "episode.mp4").stat().st_mtime_ns
    assert convert("--no-captions", "--no-check").code == 0
    assert (folder / "episode.mp4").stat().st_mtime_ns == video
    assert all(path.stat().st_mtime_ns == when for path, when in kept.items() if path.name != "lock")
