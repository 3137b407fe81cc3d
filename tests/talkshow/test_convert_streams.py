"""Recordings with several streams or channels, and with clocks of their own."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from recordings import RATE, TURNS, hummed, rttm, wav
from spoken_lines import spoken_lines

from talkshow.film.reader import FilmSound

MIX, INES, TOM = hummed().mix, hummed().voices["A"], hummed().voices["B"]
Blocks = Sequence[tuple[float, NDArray[Any]]]  # (begin in seconds, samples)


def container(
    path: Path, *streams: tuple[dict[str, str], Blocks], film_s: float = 0.0, codec: str = "flac", rate: int = RATE
) -> Path:
    """A file with streams of sound, each with notes of its own, and a small film."""
    with av.open(str(path), "w") as out:
        film: Any = out.add_stream("mpeg4", rate=25) if film_s else None
        opened: list[Any] = [out.add_stream(codec, rate=rate, layout="mono") for _ in streams]
        for stream, (notes, _) in zip(opened, streams, strict=True):
            stream.metadata.update(notes)
        if film:
            film.width, film.height, film.pix_fmt = 64, 48, "yuv420p"
        for number in range(round(film_s * 25)):
            picture = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), "rgb24")
            picture.pts, picture.time_base = number, Fraction(1, 25)
            out.mux(film.encode(picture))
        if film:
            out.mux(film.encode(None))
        for stream, (_, blocks) in zip(opened, streams, strict=True):
            for begin_s, samples in blocks:
                for at in range(0, len(samples), 1024):
                    out.mux(stream.encode(sounding(stream, samples[at : at + 1024], round(begin_s * rate) + at, rate)))
            out.mux(stream.encode(None))
    return path


def sounding(stream: Any, samples: NDArray[Any], at: int, rate: int) -> av.AudioFrame:
    if stream.codec_context.format.name.startswith("flt"):
        frame = av.AudioFrame.from_ndarray(samples.astype(np.float32)[None], "fltp", "mono")
    else:
        frame = av.AudioFrame.from_ndarray((samples * 32767).astype(np.int16)[None], "s16", "mono")
    frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), at
    return frame


@pytest.fixture
def diarize(run, tmp_path):
    """Run `talkshow diarize FILE`; (result, folder of the episode)."""

    def call(file: Path, *arguments: Any, truth: bool = True) -> tuple[Any, Path]:
        given = ("--rttm", rttm(tmp_path / "truth.rttm", TURNS[:2])) if truth else ()
        ran = run("diarize", file, *arguments, *given, "--out", tmp_path / "out", "--name", "t", "--json", "-q")
        return ran, tmp_path / "out/t"

    return call


def begins(path: Path) -> list[float]:
    """When sounds begin after at least 0.25 s of silence."""
    samples, rate = soundfile.read(path, always_2d=True)
    loud = np.flatnonzero(np.abs(samples).max(axis=1) > 0.01) / rate
    return [float(loud[0]), *(float(at) for at in loud[1:][np.diff(loud) > 0.25])]


FIRST = [0.4, 2.3, 4.2]  # when the conversation's turns begin


@pytest.mark.parametrize(
    ("name", "blocks", "film_s", "codec", "wanted", "told"),
    [
        ("late.mkv", [(2.0, MIX)], 9.0, "flac", [2.4, 4.3, 6.2], ""),
        ("late.mp4", [(2.0, MIX)], 9.0, "aac", [2.4, 4.3, 6.2], ""),
        ("edited.m4a", [(2.0, MIX)], 0.0, "aac", [2.4, 4.3, 6.2], ""),
        ("broadcast.ts", [(10.0, MIX)], 0.0, "mp2", FIRST, ""),
        ("short.mkv", [(0.0, MIX)], 11.0, "flac", FIRST, ""),
        ("hole.mkv", [(0.0, MIX[:96_000]), (5.0, MIX[96_000:])], 11.0, "flac", [0.4, 5.3, 7.2], "skips 3.0 s"),
    ],
)
def test_sound_keeps_the_clock_of_its_file(diarize, tmp_path, name, blocks, film_s, codec, wanted, told):
    ran, folder = diarize(container(tmp_path / name, ({}, blocks), film_s=film_s, codec=codec))
    assert ran.code == 0, ran.err
    assert begins(folder / "mix.wav") == pytest.approx(wanted, abs=0.04)
    assert (told in " ".join(ran.json["warnings"])) if told else not ran.json["warnings"]


def test_a_part_of_sound_that_begins_late_is_counted_on_the_files_clock(diarize, tmp_path):
    file = container(tmp_path / "late.mkv", ({}, [(2.0, MIX)]), film_s=9.0)
    ran, folder = diarize(file, "--from", "4", "--to", "8")
    assert ran.code == 0 and begins(folder / "mix.wav") == pytest.approx([0.3, 2.2], abs=0.04)


@pytest.mark.parametrize(("ending", "codec", "size"), [("aac", "aac", 1024), ("mp3", "libmp3lame", 1152)])
@pytest.mark.parametrize("layouts", [("mono", "stereo"), ("stereo", "mono")])
def test_another_layout_on_the_way_is_converted_and_told(diarize, tmp_path, ending, codec, size, layouts):
    parts = []
    for layout in layouts:
        part = tmp_path / f"{layout}.{ending}"
        with av.open(str(part), "w") as out:
            stream: Any = out.add_stream(codec, rate=RATE, layout=layout)
            samples = np.repeat(MIX.astype(np.float32)[None], 1 + (layout == "stereo"), axis=0)
            for at in range(0, len(MIX), size):
                block = np.ascontiguousarray(samples[:, at : at + size])
                frame = av.AudioFrame.from_ndarray(block, "fltp", layout)
                frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), at
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
        parts.append(part.read_bytes())
    file = tmp_path / f"both.{ending}"
    file.write_bytes(b"".join(parts))
    ran, folder = diarize(file)
    assert ran.code == 0, ran.err
    told = " ".join(ran.json["warnings"])
    assert f"changes on the way (48000 Hz, {layouts[1]})" in told and "should last" not in told
    assert begins(folder / "mix.wav") == pytest.approx([*FIRST, *(at + len(MIX) / RATE for at in FIRST)], abs=0.12)
    for sound in (soundfile.read(folder / "mix.wav", always_2d=True)[0], film_sound(file, 2 * len(MIX))):
        halves = [np.sqrt(np.mean(half**2)) for half in (sound[: len(MIX)], sound[len(MIX) : 2 * len(MIX)])]
        assert halves[0] == pytest.approx(halves[1], rel=0.1), "both parts are equally loud"


def film_sound(path: Path, num: int) -> NDArray[Any]:
    """The sound of a file as it is heard in a joined film."""
    with FilmSound(path) as sound:
        return sound.at(np.arange(num) / RATE)


@pytest.mark.parametrize(
    ("streams", "told"),
    [
        ([({"title": "Mix"}, MIX), ({"title": "Ines"}, INES), ({"title": "Tom"}, TOM)],
         "stream 1 (Mix) is the sum of stream 2 (Ines) and stream 3 (Tom)"),
        ([({}, MIX), ({}, 0.5 * MIX)], "stream 2 is the same as stream 1"),
        ([({}, MIX), ({}, 0 * MIX)], "stream 2 is silent"),
        ([({"language": "eng"}, MIX), ({"language": "fra"}, INES)], "stream 2 (fre) is left out as another version"),
        ([({}, MIX), ({"title": "Director's commentary"}, INES)], "commentary) is left out as another version"),
    ],
)  # fmt: skip
def test_streams_that_are_nobody_are_told(diarize, tmp_path, streams, told):
    file = container(tmp_path / "t.mkv", *((notes, [(0.0, sound)]) for notes, sound in streams))
    ran, folder = diarize(file)
    assert ran.code == 0, ran.err
    assert told in " ".join(ran.json["warnings"]).replace("(fra)", "(fre)")
    assert begins(folder / "mix.wav") == pytest.approx(FIRST, abs=0.02)
    peak = np.abs(soundfile.read(folder / "mix.wav")[0]).max()
    assert peak == pytest.approx(np.abs(MIX).max(), abs=0.01)  # nobody is heard twice


def test_a_stream_is_chosen_by_number_or_title(diarize, tmp_path):
    file = container(tmp_path / "t.mkv", ({"title": "Ines"}, [(0.0, INES)]), ({"title": "Tom"}, [(0.0, TOM)]))
    for wanted, first in (("2", 2.3), ("tom", 2.3), ("1", 0.4), ("Ines, Tom", 0.4)):
        ran, folder = diarize(file, "--stream", wanted)
        assert ran.code == 0 and begins(folder / "mix.wav")[0] == pytest.approx(first, abs=0.02), ran.err
    ran, _ = diarize(file, "--stream", "3")
    assert ran.code == 1 and "stream 1 (Ines), stream 2 (Tom)" in ran.err
    ran, _ = diarize(Path("--track"), f"A={file}", "--stream", "1")
    assert ran.code == 1 and "--stream chooses" in ran.err


def test_inverted_channels_are_heard_in_the_tracks_and_told(diarize, tmp_path):
    ran, folder = diarize(wav(tmp_path / "t.wav", np.stack([MIX, -MIX], axis=1)))
    assert ran.code == 0 and "channel 2 is inverted" in " ".join(ran.json["warnings"])
    track, _ = soundfile.read(folder / "tracks/A.wav")
    assert np.abs(track[: 2 * RATE] - MIX[: 2 * RATE]).max() < 0.001
    assert np.array_equal(
        soundfile.read(folder / "mix.wav")[0][: len(MIX), 1], soundfile.read(tmp_path / "t.wav")[0][:, 1]
    )


@pytest.fixture(scope="module")
def two_people() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Two voices, one after the other, at 16 kHz."""
    woman, man = (line.at(16_000) for line in spoken_lines("af_heart_1", "am_michael_1"))
    whole = np.zeros((2, len(woman) + len(man) + 16_000), np.float32)
    whole[0, 4_000 : 4_000 + len(woman)] = woman
    whole[1, -4_000 - len(man) : -4_000] = man
    return whole[0], whole[1]


def test_each_stream_is_a_speaker_named_by_its_title(diarize, tmp_path, two_people):
    woman, man = two_people
    streams = [({"title": "Track 1"}, [(0.0, woman + man)]), ({"title": "Ines"}, [(0.0, woman)]), ({}, [(0.0, man)])]
    ran, folder = diarize(container(tmp_path / "t.mkv", *streams, rate=16_000), truth=False)
    assert ran.code == 0, ran.err
    assert [row["name"] for row in ran.json["speakers"]] == ["Ines", "Speaker 2"]
    track, _ = soundfile.read(folder / "tracks/Ines.wav")
    assert not track[len(track) // 2 + RATE :].any()


def test_channels_of_field_recorders_that_are_nobody(diarize, tmp_path, two_people):
    woman, man = two_people
    mixed = 0.6 * (woman + man)
    file = wav(tmp_path / "t.wav", np.stack([mixed, mixed, 0 * woman, woman, man], axis=1), 16_000)
    notes = "<BWFXML><TRACK_LIST><TRACK><INTERLEAVE_INDEX>4</INTERLEAVE_INDEX><NAME>Ines</NAME></TRACK>"
    notes += "<TRACK><INTERLEAVE_INDEX>1</INTERLEAVE_INDEX><NAME>Mix L</NAME></TRACK></TRACK_LIST></BWFXML>"
    chunk = notes.encode() + b" " * (len(notes) % 2)
    data = file.read_bytes() + b"iXML" + struct.pack("<I", len(chunk)) + chunk
    file.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    ran, _ = diarize(file, truth=False)
    assert ran.code == 0, ran.err
    assert [row["name"] for row in ran.json["speakers"]] == ["Ines", "Speaker 2"]
    told = " ".join(ran.json["warnings"])
    assert "channel 2 is the same as channel 1" in told and "channel 1 is the sum of channel 4 and channel 5" in told


def test_four_channels_and_a_mix_that_is_delayed_and_louder(diarize, tmp_path):
    mixed = np.roll(0.9 * INES + 0.6 * TOM, 480)  # 10 ms, by which no sum of samples is the same
    ran, _ = diarize(wav(tmp_path / "t.wav", np.stack([mixed, INES, TOM, 0 * TOM], axis=1)), "--channels", "split")
    assert ran.code == 0 and "channel 1 is the sum of channel 2 and channel 3" in " ".join(ran.json["warnings"])
    ran, _ = diarize(wav(tmp_path / "t.wav", np.stack([INES, TOM, 0.3 * TOM + INES[::-1]], axis=1)))
    assert ran.code == 0 and not ran.json["warnings"]
