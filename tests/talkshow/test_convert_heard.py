"""Recordings of voices, from sound alone: who speaks, on which channel, and what they say."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from gates import kept_files, killed_at
from spoken_lines import Dialogue, dialogue

from talkshow.cli import main
from talkshow.recording import lines as recorded
from talkshow.sound.waveform import TrackReader, Waveform, save_wave
from talkshow.span import Span
from talkshow.timeline.turns import Turn
from talkshow.transcribe.whisper import Whisper
from talkshow.words import Word


@pytest.fixture(scope="module")
def spoken(tmp_path_factory) -> Dialogue:
    """Two voices that take turns."""
    return dialogue(tmp_path_factory.mktemp("spoken"))


@pytest.fixture(scope="module")
def told_apart(succeed, tmp_path_factory, spoken) -> Path:
    """The folder in which the dialogue was diarized."""
    out = tmp_path_factory.mktemp("told_apart")
    succeed("diarize", spoken.mix, "--out", out, "-q")
    return out / "mix"


LAMPS = ("--renderer", "stills", "--size", "160x90")


def turns_of(report) -> list[tuple[str, float, float]]:
    return [(turn["speaker"], turn["start_s"], turn["end_s"]) for turn in report["turns"]]


def error_rate(wanted, found, length_s: float) -> float:
    """Share of the speaking time in which not the right ones are heard, in steps of 10 ms, edges of 250 ms left out."""
    times = np.arange(0, length_s, 0.01)
    wrong = total = 0.0
    edges = np.zeros(len(times), bool)
    for _, start, end in wanted:
        edges |= (np.abs(times - start) < 0.25) | (np.abs(times - end) < 0.25)
    for name in {row[0] for row in (*wanted, *found)}:
        speaks = [
            sum(((times >= start) & (times < end)) for who, start, end in rows if who == name) > 0
            if any(who == name for who, *_ in rows)
            else np.zeros(len(times), bool)
            for rows in (wanted, found)
        ]
        wrong += float((speaks[0] != speaks[1])[~edges].sum())
        total += float(speaks[0][~edges].sum())
    return wrong / total


def test_two_voices_in_one_file_are_told_apart(run, spoken, tmp_path, told_apart):
    shutil.copytree(told_apart, tmp_path / "mix")
    ran = run("diarize", spoken.mix, "--names", "MAYA,LEO", "--out", tmp_path, "--json", "-q")
    assert ran.code == 0, ran.err
    assert [row["name"] for row in ran.json["speakers"]] == ["MAYA", "LEO"]
    assert error_rate(spoken.truth, turns_of(ran.json), ran.json["duration_s"]) < 0.05


def test_names_are_found_by_the_sound_of_a_voice(run, spoken, tmp_path, told_apart):
    shutil.copytree(told_apart, tmp_path / "mix")
    for name in ("MAYA", "LEO"):
        sound, rate = soundfile.read(spoken.folder / f"{name}.wav")
        first = next(row for row in spoken.truth if row[0] == name)
        soundfile.write(tmp_path / f"{name}.wav", sound[round(first[1] * rate) : round(first[2] * rate)], rate)
    ran = run(
        "diarize",
        spoken.mix,
        "--name",
        f"LEO={tmp_path / 'LEO.wav'}",
        "--name",
        f"MAYA={tmp_path / 'MAYA.wav'}",
        "--out",
        tmp_path,
        "--json",
        "-q",
    )
    assert ran.code == 0, ran.err
    assert [row["name"] for row in ran.json["speakers"]] == ["MAYA", "LEO"]
    labels = {"LEO": "X", "MAYA": "Y"}
    swapped = "".join(
        f"SPEAKER talk 1 {start:.3f} {end - start:.3f} <NA> <NA> {labels[name]} <NA> <NA>\n"
        for name, start, end in spoken.truth
    )
    (tmp_path / "turns.rttm").write_text(swapped)
    written = run(
        "diarize",
        spoken.mix,
        "--rttm",
        tmp_path / "turns.rttm",
        "--name",
        f"LEO={tmp_path / 'LEO.wav'}",
        "--out",
        tmp_path,
        "--json",
        "-q",
    )
    assert written.code == 0 and [row["name"] for row in written.json["speakers"]] == ["Y", "LEO"]
    soundfile.write(tmp_path / "still.wav", np.zeros(48_000), 48_000)
    silent = run("diarize", spoken.mix, "--name", f"LEO={tmp_path / 'still.wav'}", "--out", tmp_path, "-q")
    assert silent.code == 1 and "too little speech" in silent.err


def test_speakers_on_channels_of_their_own_are_heard_there(run, spoken, tmp_path):
    sides = [soundfile.read(spoken.folder / f"{name}.wav")[0] for name in ("LEO", "MAYA")]
    stereo = np.stack([sides[0] + 0.08 * sides[1], 0.6 * sides[1] + 0.05 * sides[0]], axis=1)  # each overhears
    soundfile.write(tmp_path / "call.wav", stereo, 48_000, subtype="PCM_16")
    ran = run("diarize", tmp_path / "call.wav", "--names", "MAYA,LEO", "--out", tmp_path, "--json", "-q")
    assert ran.code == 0, ran.err
    assert error_rate(spoken.truth, turns_of(ran.json), ran.json["duration_s"]) < 0.05
    track, _ = soundfile.read(tmp_path / "call/tracks/LEO.wav")
    first = next(row for row in spoken.truth if row[0] == "LEO")
    inside = slice(round((first[1] + 0.3) * 48_000), round((first[2] - 0.4) * 48_000))
    assert np.abs(track[inside] - stereo[inside, 0]).max() < 1e-4  # from the channel, not from the mix
    mixed = run("diarize", spoken.mix, "--channels", "split", "--out", tmp_path, "-q")
    assert mixed.code == 1 and "one channel" in mixed.err


@pytest.fixture(scope="module")
def written_script(tmp_path_factory) -> Path:
    """Where the conversion writes what was said."""
    return tmp_path_factory.mktemp("again") / "again.txt"


@pytest.fixture(scope="module")
def converted(tmp_path_factory, spoken, written_script) -> Path:
    """The folder of the dialogue, heard and filmed: killed in the middle of it, then run to its end."""
    out = tmp_path_factory.mktemp("converted")
    command = ("convert", spoken.mix, "--names", "MAYA,LEO", "--script", written_script, *LAMPS, "--out", out)
    killed_at("film", 60, *command)
    assert not (out / "mix/episode.mp4").exists()
    kept = kept_files(out / "mix")
    assert {path.parent.name for path in kept} >= {"recording", "diarize", "transcript"}
    with pytest.raises(SystemExit) as ended:
        main([str(part) for part in command])
    assert not ended.value.code
    assert kept.items() <= kept_files(out / "mix").items(), "a run after a kill goes on where it stopped"
    return out / "mix"


def test_what_is_said_becomes_captions_and_a_script_for_other_voices(run, spoken, converted, written_script):
    cues = json.loads((converted / "timeline.json").read_text())["cues"]
    said, wanted = (
        " ".join(texts) for texts in ([cue["text"] for cue in cues], [line.text for _, line in spoken.lines])
    )
    plain = [re.sub(r"[^a-z ]", "", text.lower()).split() for text in (said, wanted)]
    assert len(set(plain[1]) - set(plain[0])) <= 2, plain
    for cue, (name, start, end) in zip(cues, spoken.truth, strict=True):
        assert cue["speaker"] == name
        assert abs(cue["words"][0]["start_s"] - start) < 0.3 and abs(cue["words"][-1]["end_s"] - end) < 0.4
    checked = run("lint", written_script, "--json")
    assert checked.code == 0 and checked.json["speakers"] == ["MAYA", "LEO"]
    looks = json.loads((converted / "manifest.json").read_text())["check"]
    assert looks["ok"], looks


def test_nothing_is_heard_again_for_other_names(run, spoken, converted):
    stretches = list((converted / ".work/transcript").iterdir())
    times = [path.stat().st_mtime_ns for path in stretches]
    again = run("convert", spoken.mix, "--names", "ANNA,TOM", *LAMPS, "--no-check", "--out", converted.parent, "--json")
    assert again.code == 0, again.err
    assert times and [path.stat().st_mtime_ns for path in stretches] == times


@pytest.mark.parametrize("kind", ["silence", "music", "noise"])
def test_nobody_is_heard_where_nobody_speaks(run, tmp_path, kind):
    times = np.arange(8 * 16_000) / 16_000
    sound = np.zeros(len(times))
    if kind == "music":
        beat = np.floor(times / 0.4)
        for number, ratio in enumerate((1, 1.25, 1.5, 2)):
            sound += (
                0.08
                * np.sin(2 * np.pi * 220 * ratio * (1 + 0.122 * (beat % 3)) * times)
                * np.exp(-((times % 0.4) * (2 + number)))
            )
    elif kind == "noise":
        sound = 0.05 * np.random.default_rng(0).normal(size=len(times))
    soundfile.write(tmp_path / f"{kind}.wav", sound, 16_000)
    ran = run("convert", tmp_path / f"{kind}.wav", "--out", tmp_path, "-q")
    assert ran.code == 1 and "no speech is heard" in ran.err and "--rttm" in ran.err


def test_short_phone_calls(run, spoken, tmp_path):
    import soxr

    sound, rate = soundfile.read(spoken.mix)
    last = spoken.truth[0][2]
    soundfile.write(tmp_path / "call.wav", soxr.resample(sound[: round((last + 0.1) * rate)], rate, 8_000), 8_000)
    ran = run("diarize", tmp_path / "call.wav", "--out", tmp_path, "--json", "-q")
    assert ran.code == 0, ran.err
    assert [row["name"] for row in ran.json["speakers"]] == ["Speaker 1"]
    assert ran.json["speakers"][0]["heard_s"] > 0.6 * (last - spoken.truth[0][1])


def test_counts_that_contradict_each_other(run, tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(1600), 16_000)
    for flags in (
        ("--speakers", 2, "--max-speakers", 3),
        ("--min-speakers", 4, "--max-speakers", 2),
        ("--speakers", 0),
    ):
        ran = run("diarize", tmp_path / "a.wav", *flags, "--out", tmp_path)
        assert ran.code == 1 and "speakers" in ran.err
    ran = run("diarize", tmp_path / "a.wav", "--diarizer", "embeded", "--out", tmp_path)
    assert ran.code == 1 and "Did you mean 'embedded'" in ran.err


def test_a_long_line_is_parted_also_where_the_model_gives_its_own_kind_of_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whisper's words at numpy's times, one every half a second for twenty seconds; a sentence ends in the middle."""
    words = [
        SimpleNamespace(
            word=f" word{number}" + "." * (number == 19),
            probability=0.9,
            start=np.float64(number / 2),
            end=np.float64(number / 2 + 0.4),
        )
        for number in range(40)
    ]

    class Model:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def transcribe(self, *_: object, **__: object) -> tuple[list[SimpleNamespace], SimpleNamespace]:
            return [SimpleNamespace(words=words)], SimpleNamespace(language="en")

    monkeypatch.setattr("faster_whisper.WhisperModel", Model)
    save_wave(tmp_path / "talk.wav", Waveform(np.full(20 * 16_000, 0.1, np.float32), 16_000))
    with TrackReader(tmp_path / "talk.wav") as recording:
        heard = Whisper().transcribe(recording, Span(0.0, 20.0), None)
    said = recorded.lines_said([Turn("MAYA", Span(0.0, 20.0))], heard.words)
    assert [len(line.words) for line in said] == [20, 20]


def test_a_murmur_is_the_same_line_in_the_script_and_on_the_timeline() -> None:
    turns = [Turn("MAYA", Span(0.5, 6.0)), Turn("LEO", Span(2.0, 2.6)), Turn("LEO", Span(6.4, 9.0))]
    words = [
        Word(text, Span(start, start + 0.3))
        for text, start in (("So", 0.6), ("long", 1.2), ("Mm-hm.", 2.1), ("a", 3.0), ("story.", 5.4), ("Yes,", 6.6))
    ]
    said = recorded.lines_said(turns, words)
    assert [(line.speaker, line.murmur) for line in said] == [("MAYA", False), ("LEO", True), ("LEO", False)]
    lines = list(recorded.script_of(said, "talk").lines)
    cues = recorded.timeline_of(said, 250).cues
    assert [line.timing.backchannel for line in lines] == [False, True, False]
    assert [cue.kind for cue in cues] == ["line", "backchannel", "line"]
    assert all(cue.line is line for cue, line in zip(cues, lines, strict=True))
