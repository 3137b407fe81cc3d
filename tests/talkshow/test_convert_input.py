"""Recordings of every kind are read, sample by sample where the codec allows it, and bad ones are named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from recordings import LENGTH_S, RATE, TURNS, coded, hummed, rttm, wav


@pytest.fixture
def diarize(run, tmp_path):
    """Run `talkshow diarize FILE` with the true turns; (result, folder of the episode)."""
    truth = rttm(tmp_path / "truth.rttm")

    def call(*arguments, truth: Path | None = truth):
        given = ("--rttm", truth) if truth else ()
        ran = run("diarize", *arguments, *given, "--out", tmp_path / "out", "--name", "talk", "--json", "-q")
        return ran, tmp_path / "out" / "talk"

    return call


@pytest.mark.parametrize(
    ("ending", "subtype", "rate", "channels"),
    [
        ("wav", "PCM_16", 44_100, 2),
        ("wav", "PCM_24", 96_000, 1),
        ("flac", "PCM_24", 48_000, 2),
        ("flac", "PCM_16", 8_000, 1),
        ("wav", "FLOAT", 22_050, 1),
        ("wav", "PCM_32", 48_000, 1),
        ("wav", "DOUBLE", 48_000, 1),
        ("wav", "PCM_U8", 11_025, 1),
    ],
)
def test_the_mix_is_the_recording_sample_by_sample(diarize, tmp_path, ending, subtype, rate, channels):
    noise = np.random.default_rng(0).uniform(-0.9, 0.9, (rate * 7 + 123, channels))
    file = wav(tmp_path / f"talk.{ending}", noise, rate, subtype)
    ran, folder = diarize(file, "--channels", "mix")
    assert ran.code == 0, ran.err
    kind = "int32" if subtype.startswith("PCM") else "float64"
    wanted, _ = soundfile.read(file, dtype=kind, always_2d=True)
    found, found_rate = soundfile.read(folder / "mix.wav", dtype=kind, always_2d=True)
    assert found_rate == rate and found.shape[1] == channels
    assert np.array_equal(found[: len(wanted)], wanted) and not found[len(wanted) :].any()
    frames = -(-len(wanted) * 25 // rate)
    assert len(found) == -(-frames * rate // 25)
    tracks = [soundfile.info(path) for path in (folder / "tracks").glob("*.wav")]
    assert len(tracks) == 2 and {(info.frames, info.samplerate, info.channels) for info in tracks} == {
        (frames * 1920, 48_000, 1)
    }


@pytest.mark.parametrize(
    ("name", "codec", "picture"),
    [
        ("talk.mp3", "libmp3lame", False),
        ("talk.m4a", "aac", False),
        ("talk.ogg", "libopus", False),
        ("talk.opus", "libopus", False),
        ("talk.mp4", "aac", True),
        ("talk.mkv", "flac", True),
    ],
)
def test_compressed_files_and_videos_are_read(diarize, tmp_path, name, codec, picture):
    ran, folder = diarize(coded(tmp_path / name, codec, with_picture=picture))
    assert ran.code == 0, ran.err
    sound, rate = soundfile.read(folder / "mix.wav")
    assert abs(len(sound) / rate - LENGTH_S) < 0.15
    wanted = hummed().mix
    num = min(len(sound), len(wanted))
    spectra = [np.abs(np.fft.rfft(each[:num])) for each in (sound, wanted)]
    assert np.corrcoef(*spectra)[0, 1] > 0.97


def test_each_track_holds_its_own_turns_and_overlap_goes_to_both(diarize, tmp_path):
    ran, folder = diarize(wav(tmp_path / "talk.wav", subtype="FLOAT"), "--names", "MAYA,LEO")
    assert [row["name"] for row in ran.json["speakers"]] == ["MAYA", "LEO"]
    mix, _ = soundfile.read(folder / "mix.wav")
    for name, label in (("MAYA", "A"), ("LEO", "B")):
        track, _ = soundfile.read(folder / f"tracks/{name}.wav")
        times = np.arange(len(track)) / RATE
        inside = np.zeros(len(track), bool)
        near = np.zeros(len(track), bool)
        for speaker, start, end in TURNS:
            if speaker == label:
                inside |= (times >= start) & (times < end)
                near |= (times >= start - 0.021) & (times < end + 0.021)
        assert np.abs(track[inside] - mix[inside]).max() < 1e-6
        assert not track[~near].any()
        assert np.abs(np.diff(track)).max() <= np.abs(np.diff(mix)).max() + 0.01  # no click at the edges


def test_rttm_report_and_turns_agree(diarize, tmp_path):
    ran, folder = diarize(wav(tmp_path / "talk.wav"))
    rows = [line.split() for line in (folder / "episode.rttm").read_text().splitlines()]
    assert [(float(row[3]), row[7]) for row in rows] == [(start, name) for name, start, _ in TURNS]
    assert ran.json["speakers"][0]["heard_s"] == pytest.approx(2.6, abs=0.01)
    assert ran.json == {**ran.json, "rttm": str(folder / "episode.rttm")}


def test_a_part_of_a_recording(diarize, tmp_path):
    file = wav(tmp_path / "talk.wav")
    part = rttm(tmp_path / "part.rttm", [("A", 0.1, 1.0), ("B", 1.1, 2.0)])
    ran, folder = diarize(file, "--from", "0:02.3", "--to", "4.5", truth=part)
    assert ran.code == 0, ran.err
    whole, _ = soundfile.read(file, dtype="int16")
    found, _ = soundfile.read(folder / "mix.wav", dtype="int16")
    assert np.array_equal(found[: round(2.2 * RATE)], whole[round(2.3 * RATE) : round(4.5 * RATE)])
    assert len(found) == 55 * 1920
    late, _ = diarize(file, "--from", "1:20")
    assert late.code == 1 and "begins at 1:20" in late.err and "0:06.7" in late.err
    assert diarize(file, "--from", "0:05", "--to", "0:04")[0].code == 1
    assert "not a valid time" in diarize(file, "--from", "soon")[0].err


def test_one_file_a_speaker(run, tmp_path):
    talk = hummed()
    files = [wav(tmp_path / f"{name}.wav", voice, subtype="FLOAT") for name, voice in talk.voices.items()]
    turns = rttm(tmp_path / "t.rttm", [("MAYA", 0.4, 2.0), ("LEO", 2.55, 4.15), ("MAYA", 4.2, 5.2)])
    ran = run(
        "diarize",
        "--track",
        f"MAYA={files[0]}",
        "--track",
        f"LEO={files[1]}@0.25",
        "--rttm",
        turns,
        "--out",
        tmp_path / "out",
        "--json",
        "-q",
    )
    assert ran.code == 0, ran.err
    folder = tmp_path / "out" / "MAYA and LEO"
    mix, rate = soundfile.read(folder / "mix.wav")
    wanted = np.zeros(len(mix))
    wanted[: len(talk.mix)] += talk.voices["A"]
    wanted[12_000 : 12_000 + len(talk.mix)] += talk.voices["B"]
    assert rate == RATE and np.abs(mix - wanted).max() < 1e-6
    leo, _ = soundfile.read(folder / "tracks/LEO.wav")
    assert (
        np.corrcoef(
            leo[round(2.6 * RATE) : round(4.1 * RATE)], talk.voices["B"][round(2.35 * RATE) : round(3.85 * RATE)]
        )[0, 1]
        > 0.9999
    )


def test_files_of_speakers_that_do_not_fit_together_are_told(run, tmp_path):
    talk = hummed()
    long = wav(tmp_path / "a.wav", np.concatenate([talk.voices["A"], np.zeros(2 * RATE)]) * 5, subtype="FLOAT")
    short = wav(tmp_path / "b.wav", talk.voices["A"] * 5, subtype="FLOAT")
    turns = rttm(tmp_path / "t.rttm", [("A", 0.4, 2.0)])
    ran = run(
        "diarize",
        "--track",
        f"A={long}",
        "--track",
        f"B={short}",
        "--rttm",
        turns,
        "--out",
        tmp_path / "out",
        "--json",
        "-q",
    )
    told = " ".join(ran.json["warnings"])
    assert "A 0:08.7" in told and "B 0:06.7" in told and "lowered by" in told
    mix, _ = soundfile.read(tmp_path / "out/A and B/mix.wav")
    assert 0.98 < np.abs(mix).max() <= 1.0
    both = run("diarize", long, "--track", f"A={long}")
    assert both.code == 1 and "one recording, or one file per speaker" in both.err
    twice = run("diarize", "--track", f"A={long}", "--track", f"a={short}")
    assert twice.code == 1 and "name of its own" in twice.err
    assert "NAME=FILE" in run("diarize", "--track", "A").err


def test_what_can_be_read_of_a_truncated_file_is_used(diarize, tmp_path):
    whole = coded(tmp_path / "whole.m4a", "aac").read_bytes()
    flac = wav(tmp_path / "whole.flac", subtype="PCM_16").read_bytes()
    (tmp_path / "cut.flac").write_bytes(flac[: len(flac) * 6 // 10])
    ran, folder = diarize(tmp_path / "cut.flac")
    assert ran.code == 0, ran.err
    assert any("should last 0:06.7" in warning for warning in ran.json["warnings"])
    assert 2 < soundfile.info(folder / "mix.wav").duration < 6.5
    broken = bytearray(whole)
    broken[len(whole) // 2 : len(whole) // 2 + 3000] = np.random.default_rng(0).bytes(3000)
    (tmp_path / "broken.m4a").write_bytes(bytes(broken))
    ran, folder = diarize(tmp_path / "broken.m4a")
    assert ran.code == 0, ran.err
    sound, _ = soundfile.read(folder / "mix.wav")
    assert abs(len(sound) / RATE - LENGTH_S) < 0.3
    late = slice(round(5.3 * RATE), round(6.0 * RATE))  # what comes after stays in its place
    assert np.sqrt(np.mean(sound[late] ** 2)) == pytest.approx(np.sqrt(np.mean(hummed().mix[late] ** 2)), rel=0.2)


def test_what_is_no_recording_is_named(diarize, run, tmp_path):
    (tmp_path / "words.mp3").write_text("these are words\n" * 400)
    for name, content in (("empty.wav", b""), ("words.mp3", None), ("noise.ogg", np.random.default_rng(1).bytes(4000))):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        ran, _ = diarize(path)
        assert ran.code == 1 and name in ran.err and "error:" in ran.err
    ran, _ = diarize(tmp_path / "nowhere.wav")
    assert ran.code == 1 and "no such recording" in ran.err
    assert run("diarize").code == 1


def test_turns_from_a_file_that_cannot_be(diarize, tmp_path):
    file = wav(tmp_path / "talk.wav")
    late = rttm(tmp_path / "late.rttm", [("A", 0.4, 2.0), ("B", 5.0, 9.0)])
    ran, folder = diarize(file, truth=late)
    assert ran.code == 0 and any("late.rttm" in warning for warning in ran.json["warnings"])
    assert float((folder / "episode.rttm").read_text().splitlines()[-1].split()[4]) == pytest.approx(1.72, abs=0.05)
    for text, said in (
        ("", "names no speaker"),
        ("SPEAKER talk 1 one 2 <NA> <NA> A <NA> <NA>\n", "rttm:1"),
        ("SPEAKER talk 1 1.0 -2 <NA> <NA> A <NA> <NA>\n", "rttm:1"),
    ):
        (tmp_path / "bad.rttm").write_text(text)
        ran, _ = diarize(file, truth=tmp_path / "bad.rttm")
        assert ran.code == 1 and said in ran.err, ran.err
    ran, _ = diarize(file, truth=tmp_path / "none.rttm")
    assert ran.code == 1 and "none.rttm" in ran.err
