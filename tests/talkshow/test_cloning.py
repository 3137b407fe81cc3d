"""A voice of one's own: samples, spoken consent, the voice that is made, and what is refused.

The people are draft voices, which Whisper understands and the speaker network tells apart.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from talkshow.cloning import making, matching, sentences
from talkshow.cloning.sample import read_sample
from talkshow.errors import AudioError

pytest.importorskip("faster_whisper")
TALK = (
    "On Tuesdays the market opens late, because the baker drives to the coast for salt. "
    "I usually walk there with my sister, and we talk about nothing at all."
)
AGREES = "I, {}, agree that talkshow may speak with my voice."


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory, succeed) -> Path:
    """Sound files: what a man and a woman say."""
    folder = tmp_path_factory.mktemp("people")
    for name, voice, text in (
        ("sample", "bm_george", TALK),
        ("agrees", "bm_george", AGREES.format("Thomas Berg")),
        ("other_name", "bm_george", AGREES.format("Maya Lopez")),
        ("other_words", "bm_george", "I think that we should all go home now, since the ferry is late again."),
        ("refuses", "bm_george", "I, Thomas Berg, do not agree that talkshow may speak with my voice."),
        ("other_person", "af_heart", AGREES.format("Thomas Berg")),
        ("her_sample", "af_heart", TALK),
    ):
        succeed("voices", "say", voice, text, "--draft", "-o", folder / f"{name}.wav")
    return folder


def add(people: Path, out: Path, consent: str = "agrees", **more: object) -> tuple[object, ...]:
    options = [part for key, value in more.items() for part in (f"--{key.replace('_', '-')}", value)]
    return (
        *("voices", "add", "berg", "--sample", people / "sample.wav", "--person", "Thomas Berg", "-o", out),
        *(("--consent", people / f"{consent}.wav") if consent else ()),
        *options,
    )


@pytest.fixture(scope="module")
def copied(people: Path, tmp_path_factory: pytest.TempPathFactory, succeed) -> Path:
    """A folder of voices with one that a server copies from the sample."""
    out = tmp_path_factory.mktemp("voices")
    succeed(*add(people, out, engine="endpoint", base_url="http://localhost:1/v1"))
    return out


def test_a_voice_with_spoken_consent(copied: Path, people: Path, run) -> None:
    about = tomllib.loads((copied / "berg/voice.toml").read_text(encoding="utf-8"))
    record = json.loads((copied / "berg/consent.json").read_text(encoding="utf-8"))
    assert about["engine"] == "endpoint" and about["sample"] == "sample.wav" and about["gender"] == "male"
    assert record["kind"] == "spoken" and record["verified"] and record["person"] == "Thomas Berg"
    assert record["likeness"] > 0.68 and "agree" in record["heard"] and record["text"] == AGREES.format("Thomas Berg")
    assert (copied / "berg" / record["recording"]).read_bytes() == (people / "agrees.wav").read_bytes()
    row = next(row for row in run("voices", "list", "--voices", copied, "--json").json if row["name"] == "berg")
    assert "Thomas Berg agreed in their own voice" in row["consent"]


@pytest.mark.parametrize(
    ("consent", "told"),
    [
        ("other_name", "the name Thomas Berg is not heard"),
        ("other_words", "heard:"),
        ("refuses", "opposite of consent"),
        ("other_person", "does not sound like the voice of sample.wav"),
        ("sample", "this is the sample itself"),
    ],
)
def test_what_is_no_consent_is_refused(people: Path, tmp_path: Path, run, consent: str, told: str) -> None:
    ran = run(*add(people, tmp_path / "out", consent, engine="endpoint"))
    assert ran.code == 1 and told in ran.err, ran.err
    assert not (tmp_path / "out").exists()


def test_without_consent_the_sentence_is_shown(people: Path, tmp_path: Path, run) -> None:
    ran = run(*add(people, tmp_path, ""))
    assert ran.code == 1 and AGREES.format("Thomas Berg") in " ".join(ran.err.split())


def test_a_statement_is_kept_word_for_word_and_not_verified(people: Path, tmp_path: Path, run) -> None:
    text = "Thomas Berg sold us these rights on 3 May 2025.\nContract 17.\n"
    (tmp_path / "rights.txt").write_text(text, encoding="utf-8")
    options = {"engine": "endpoint", "consent_statement": tmp_path / "rights.txt"}
    ran = run(*add(people, tmp_path / "out", "", **options), "--json")
    assert ran.code == 0 and ran.json["verified"] is False
    record = json.loads((tmp_path / "out/berg/consent.json").read_text(encoding="utf-8"))
    assert record["text"] == text and record["kind"] == "statement"
    again = run(*add(people, tmp_path / "out", "", **options))
    assert again.code == 1 and "already a voice of this name" in again.err
    (tmp_path / "empty.txt").write_text("\n")
    assert "is empty" in run(*add(people, tmp_path / "b", "", consent_statement=tmp_path / "empty.txt")).err


def test_voices_of_people_are_refused_without_their_record(copied: Path, tmp_path: Path, run) -> None:
    """No record, another voice's record, a record after which the sample was changed."""

    def listed(change) -> str:
        folder = tmp_path / str(len(list(tmp_path.iterdir()))) / "berg"
        folder.mkdir(parents=True)
        for file in (copied / "berg").iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        change(folder)
        ran = run("voices", "list", "--voices", folder.parent)
        assert ran.code == 1
        return ran.err

    def without_key(folder: Path) -> None:
        text = (folder / "voice.toml").read_text(encoding="utf-8")
        (folder / "voice.toml").write_text(text.replace('consent_record = "consent.json"\n', ""), encoding="utf-8")

    def of_another(folder: Path) -> None:
        text = (folder / "consent.json").read_text(encoding="utf-8")
        (folder / "consent.json").write_text(text.replace('"berg"', '"hill"'), encoding="utf-8")

    def other_sample(folder: Path) -> None:
        soundfile.write(folder / "sample.wav", np.zeros(48_000), 24_000)

    assert "no record of their consent" in listed(without_key)
    assert "belongs to another voice" in listed(of_another)
    assert "the voice was changed" in listed(other_sample)
    assert "cannot be read" in listed(lambda folder: (folder / "consent.json").write_text("{}"))
    assert "is missing" in listed(lambda folder: (folder / "consent.json").unlink())


def test_samples_that_are_not_fit(people: Path, tmp_path: Path) -> None:
    rate = 24_000
    his, _ = soundfile.read(people / "sample.wav")
    hers, _ = soundfile.read(people / "her_sample.wav")
    seconds = np.arange(8 * rate) / rate
    music = 0.2 * sum(np.sin(2 * np.pi * hertz * seconds) for hertz in (220, 277.2, 329.6)) * (seconds % 0.5 < 0.45)
    for name, sound, told in (
        ("silence", np.zeros(8 * rate), "only silence"),
        ("music", music, "no speech is heard"),
        ("short", his[: rate // 2], "speech"),
        ("two", np.concatenate([his, hers]), "more than one person"),
    ):
        soundfile.write(tmp_path / f"{name}.wav", sound, rate)
        with pytest.raises(AudioError, match=told):
            read_sample(tmp_path / f"{name}.wav")
    soundfile.write(tmp_path / "long.flac", np.zeros(601 * 8000), 8000)
    with pytest.raises(AudioError, match="longer than 10 minutes"):
        read_sample(tmp_path / "long.flac")
    with av.open(str(tmp_path / "film.mp4"), "w") as film:
        stream = film.add_stream("mpeg4", 25)
        stream.width = stream.height = 64
        sound = film.add_stream("aac", 24_000)
        for _ in range(30):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))))
        film.mux(stream.encode(None))
        film.mux(sound.encode(None))
    with pytest.raises(AudioError, match="this is a video"):
        read_sample(tmp_path / "film.mp4")
    with pytest.raises(AudioError):
        read_sample(tmp_path / "none.wav")


def test_a_match_speaks_and_is_marked(people: Path, tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search is cut short: what it finds is a voice nearer to the sample, which speaks with a watermark."""
    monkeypatch.setattr(matching, "POPULATION", 2)
    monkeypatch.setattr(matching, "GENERATIONS", 1)
    monkeypatch.setattr(matching, "STARTS", (15.0,))
    for module in (sentences, making):
        monkeypatch.setattr(module, "SENTENCES", ("The fog is thick.", "Why not?"))
    ran = run(*add(people, tmp_path / "voices"), "--json")
    assert ran.code == 0, ran.err
    assert 0 < ran.json["nearest_likeness"] <= 1 and -1 <= ran.json["likeness"] <= 1
    about = tomllib.loads((tmp_path / "voices/berg/voice.toml").read_text(encoding="utf-8"))
    assert about["engine"] == "kokoro" and about["sampled"] and -40 < about["loudness"] < -10
    (tmp_path / "s.txt").write_text("cast:\n  BERG: voice=berg\nBERG: The ferry is late again today.\n")
    spoken = ("speak", tmp_path / "s.txt", "--voices", tmp_path / "voices", "--out", tmp_path / "out", "--name", "s")
    assert run(*spoken).code == 0
    told = run("verify", tmp_path / "out/s/mix.wav", "--json").json
    assert told["watermark"]["found"] and told["production"]["voices"][0]["watermarked"]
    assert "Thomas Berg agreed" in told["production"]["voices"][0]["consent"]
    manifest = json.loads((tmp_path / "out/s/manifest.json").read_text())
    assert "Thomas Berg agreed" in manifest["stages"]["speak"]["voices"][0]["consent"]
    alike = run("voices", "compare", "berg", people / "sample.wav", "--voices", tmp_path / "voices", "--json").json
    assert -1 <= alike["likeness"] <= 1


def test_likeness_of_voices(people: Path, run) -> None:
    assert float(run("voices", "compare", "af_heart", "af_heart").out) > 0.99
    assert float(run("voices", "compare", "af_heart", "bm_george").out) < 0.6
    assert float(run("voices", "compare", people / "sample.wav", people / "agrees.wav").out) > 0.7
    assert float(run("voices", "compare", people / "sample.wav", people / "her_sample.wav").out) < 0.62


def test_a_recording_is_spoken_again(people: Path, tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words of both, in new voices of their own, marked; without consent it does not begin."""
    monkeypatch.setattr(matching, "POPULATION", 2)
    monkeypatch.setattr(matching, "GENERATIONS", 1)
    monkeypatch.setattr(matching, "STARTS", (15.0,))
    for module in (sentences, making):
        monkeypatch.setattr(module, "SENTENCES", ("The fog is thick.", "Why not?"))
    rate = 24_000
    his, hers = (soundfile.read(people / f"{name}.wav")[0] for name in ("sample", "her_sample"))
    soundfile.write(tmp_path / "talk.wav", np.concatenate([his, np.zeros(rate // 2), hers]), rate)
    turns = (("BERG", 0.0, len(his) / rate), ("ANN", len(his) / rate + 0.5, len(hers) / rate))
    rows = [f"SPEAKER talk 1 {start:.3f} {length:.3f} <NA> <NA> {name} <NA> <NA>\n" for name, start, length in turns]
    (tmp_path / "talk.rttm").write_text("".join(rows))
    said = ((0.1, "BERG: The market opens late."), (turns[1][1] + 0.2, "ANN: I walk with my sister."))
    blocks = [f"{n}\n00:00:{at:06.3f} --> 00:00:{at + 2.5:06.3f}\n{text}\n" for n, (at, text) in enumerate(said, 1)]
    (tmp_path / "talk.srt").write_text("\n".join(blocks))
    convert = (
        *("convert", tmp_path / "talk.wav", "--rttm", tmp_path / "talk.rttm", "--transcript", tmp_path / "talk.srt"),
        *("--revoice", "--renderer", "stills", "--size", "160x90", "--no-check", "--out", tmp_path / "out"),
    )
    ran = run(*convert)
    assert ran.code == 1 and "needs their consent" in ran.err and not (tmp_path / "out/talk.voices").exists()
    (tmp_path / "rights.txt").write_text("Both are draft voices.")
    ran = run(*convert, "--consent-statement", tmp_path / "rights.txt")
    assert ran.code == 0, ran.err
    folder = tmp_path / "out/talk.revoiced"
    cues = json.loads((folder / "timeline.json").read_text(encoding="utf-8"))["cues"]
    assert [(cue["speaker"], cue["text"]) for cue in cues] == [
        ("BERG", "The market opens late."),
        ("ANN", "I walk with my sister."),
    ]
    voices = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["stages"]["speak"]["voices"]
    assert {row["voice"] for row in voices} == {"BERG", "ANN"} and "not verified" in voices[0]["consent"]
    assert run("verify", folder / "episode.mp4", "--json").json["watermark"]["found"]
