"""Recordings of voices, from sound alone: who speaks, on which channel, and what they say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from gates import kept_files, killed_at

from talkshow.recording.lines import lines_said
from talkshow.sound.waveform import TrackReader, Waveform, save_wave
from talkshow.span import Span
from talkshow.timeline.turns import Turn
from talkshow.transcribe.whisper import Whisper

SCRIPT = """\
cast:
  MAYA: voice=af_heart
  LEO: voice=am_michael
MAYA: The quick brown fox jumps over the lazy dog.
LEO (pause 0.6s): Please remember to bring an umbrella tomorrow afternoon.
MAYA (pause 0.6s): Our train to London leaves at seven in the morning.
LEO (pause 0.6s): That is a wonderful idea, let us start after the coffee break.
"""


@pytest.fixture(scope="module")
def spoken(tmp_path_factory) -> Path:
    """The folder of a spoken dialogue: tracks, mix and timeline."""
    from talkshow import EpisodeSettings, make_episode

    folder = tmp_path_factory.mktemp("spoken")
    (folder / "talk.txt").write_text(SCRIPT, encoding="utf-8")
    return make_episode(folder / "talk.txt", EpisodeSettings(only="speak"), out=folder).folder


def truth(spoken: Path) -> list[tuple[str, float, float]]:
    rows = json.loads((spoken / "timeline.json").read_text())["cues"]
    return [(row["speaker"], row["words"][0]["start_s"], row["words"][-1]["end_s"]) for row in rows]


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


def test_two_voices_in_one_file_are_told_apart(run, spoken, tmp_path):
    ran = run("diarize", spoken / "mix.wav", "--names", "MAYA,LEO", "--out", tmp_path, "--json", "-q")
    assert ran.code == 0, ran.err
    assert [row["name"] for row in ran.json["speakers"]] == ["MAYA", "LEO"]
    assert error_rate(truth(spoken), turns_of(ran.json), ran.json["duration_s"]) < 0.05


def test_names_are_found_by_the_sound_of_a_voice(run, spoken, tmp_path):
    for name in ("MAYA", "LEO"):
        sound, rate = soundfile.read(spoken / f"tracks/{name}.wav")
        first = next(row for row in truth(spoken) if row[0] == name)
        soundfile.write(tmp_path / f"{name}.wav", sound[round(first[1] * rate) : round(first[2] * rate)], rate)
    ran = run(
        "diarize",
        spoken / "mix.wav",
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
        for name, start, end in truth(spoken)
    )
    (tmp_path / "turns.rttm").write_text(swapped)
    written = run(
        "diarize",
        spoken / "mix.wav",
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
    silent = run("diarize", spoken / "mix.wav", "--name", f"LEO={tmp_path / 'still.wav'}", "--out", tmp_path, "-q")
    assert silent.code == 1 and "too little speech" in silent.err


def test_speakers_on_channels_of_their_own_are_heard_there(run, spoken, tmp_path):
    sides = [soundfile.read(spoken / f"tracks/{name}.wav")[0] for name in ("LEO", "MAYA")]
    stereo = np.stack([sides[0] + 0.08 * sides[1], 0.6 * sides[1] + 0.05 * sides[0]], axis=1)  # each overhears
    soundfile.write(tmp_path / "call.wav", stereo, 48_000, subtype="PCM_16")
    ran = run("diarize", tmp_path / "call.wav", "--names", "MAYA,LEO", "--out", tmp_path, "--json", "-q")
    assert ran.code == 0, ran.err
    assert error_rate(truth(spoken), turns_of(ran.json), ran.json["duration_s"]) < 0.05
    track, _ = soundfile.read(tmp_path / "call/tracks/LEO.wav")
    first = next(row for row in truth(spoken) if row[0] == "LEO")
    inside = slice(round((first[1] + 0.3) * 48_000), round((first[2] - 0.4) * 48_000))
    assert np.abs(track[inside] - stereo[inside, 0]).max() < 1e-4  # from the channel, not from the mix
    mixed = run("diarize", spoken / "mix.wav", "--channels", "split", "--out", tmp_path, "-q")
    assert mixed.code == 1 and "one channel" in mixed.err


def test_what_is_said_becomes_captions_and_a_script_for_other_voices(run, spoken, tmp_path):
    ran = run(
        "convert",
        spoken / "mix.wav",
        "--names",
        "MAYA,LEO",
        "--renderer",
        "cartoon",
        "--size",
        "320x180",
        "--out",
        tmp_path,
        "--script",
        tmp_path / "again.txt",
        "--json",
    )
    assert ran.code == 0, ran.err
    folder = Path(ran.json["folder"])
    said = " ".join(cue["text"] for cue in json.loads((folder / "timeline.json").read_text())["cues"])
    wanted = " ".join(line.split(":")[1] for line in SCRIPT.splitlines()[3:])
    plain = [re.sub(r"[^a-z ]", "", text.lower()).split() for text in (said, wanted)]
    assert len(set(plain[1]) - set(plain[0])) <= 2, plain
    for cue, (name, start, end) in zip(
        json.loads((folder / "timeline.json").read_text())["cues"], truth(spoken), strict=True
    ):
        assert cue["speaker"] == name
        assert abs(cue["words"][0]["start_s"] - start) < 0.3 and abs(cue["words"][-1]["end_s"] - end) < 0.4
    checked = run("lint", tmp_path / "again.txt", "--json")
    assert checked.code == 0 and checked.json["speakers"] == ["MAYA", "LEO"]
    looks = json.loads((folder / "manifest.json").read_text())["check"]
    assert looks["ok"], looks
    stretches = list((folder / ".work/transcript").iterdir())
    times = [path.stat().st_mtime_ns for path in stretches]
    again = run(
        "convert",
        spoken / "mix.wav",
        "--names",
        "ANNA,TOM",
        "--renderer",
        "stills",
        "--size",
        "160x90",
        "--out",
        tmp_path,
        "--no-check",
        "--json",
    )
    assert again.code == 0 and [path.stat().st_mtime_ns for path in stretches] == times  # nothing was heard again


def test_a_run_after_a_kill_goes_on_where_it_stopped(run, spoken, tmp_path):
    command = (
        "convert",
        spoken / "mix.wav",
        "--names",
        "MAYA,LEO",
        "--renderer",
        "stills",
        "--size",
        "160x90",
        "--no-check",
        "--out",
        tmp_path,
    )
    killed_at("film", 60, *command)
    assert not (tmp_path / "mix/episode.mp4").exists()
    kept = kept_files(tmp_path / "mix")
    assert {path.parent.name for path in kept} >= {"recording", "diarize", "transcript"}
    ran = run(*command)
    assert ran.code == 0, ran.err
    assert kept.items() <= kept_files(tmp_path / "mix").items()
    assert (tmp_path / "mix/episode.mp4").exists()


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

    sound, rate = soundfile.read(spoken / "mix.wav")
    last = truth(spoken)[0][2]
    soundfile.write(tmp_path / "call.wav", soxr.resample(sound[: round((last + 0.1) * rate)], rate, 8_000), 8_000)
    ran = run("diarize", tmp_path / "call.wav", "--out", tmp_path, "--json", "-q")
    assert ran.code == 0, ran.err
    assert [row["name"] for row in ran.json["speakers"]] == ["Speaker 1"]
    assert ran.json["speakers"][0]["heard_s"] > 0.6 * (last - truth(spoken)[0][1])


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
    said = lines_said([Turn("MAYA", Span(0.0, 20.0))], heard.words)
    assert [len(line.words) for line in said] == [20, 20]
