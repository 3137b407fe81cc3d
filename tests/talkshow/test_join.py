"""Joining finished videos."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest

from talkshow.film.reader import FilmPictures
from talkshow.film.video import check_lengths, encode_segment, join_segments
from talkshow.sound.waveform import Waveform, save_wave


def clip(folder: Path, name: str, color: tuple[int, int, int], size: tuple[int, int], num_frames: int) -> Path:
    picture = np.full((size[1], size[0], 3), color, np.uint8)
    encode_segment(folder / f"{name}.part.mp4", (picture for _ in range(num_frames)), size)
    save_wave(folder / f"{name}.wav", Waveform(np.zeros(num_frames * 1920, np.float32), 48_000))
    join_segments(folder / f"{name}.mp4", [folder / f"{name}.part.mp4"], folder / f"{name}.wav", {})
    return folder / f"{name}.mp4"


def test_clips_of_different_sizes_follow_each_other(run, tmp_path):
    red = clip(tmp_path, "red", (200, 0, 0), (160, 90), 25)
    blue = clip(tmp_path, "blue", (0, 0, 200), (90, 160), 15)
    ran = run("join", red, blue, "-o", tmp_path / "all.mp4")
    assert ran.code == 0, ran.err
    with av.open(ran.out.strip()) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == 40 and frames[0].shape == (90, 160, 3)
    assert frames[5][45, 80].argmax() == 0 and frames[35][45, 80].argmax() == 2
    assert frames[35][45, 5].max() < 30, "a narrow clip stands on black"
    assert {path.name for path in tmp_path.iterdir() if path.name.startswith(".tmp")} == set()


@pytest.mark.parametrize("last", [1, 2, 3, 100])
def test_frames_stand_40_ms_apart_whatever_the_last_segment_holds(tmp_path, last):
    segments = [tmp_path / "0.mp4", tmp_path / "1.mp4"]
    for path, count in zip(segments, (100, last), strict=True):
        encode_segment(path, (np.full((90, 160, 3), 3 * i % 256, np.uint8) for i in range(count)), (160, 90))
    save_wave(tmp_path / "mix.wav", Waveform(np.zeros((100 + last) * 1920, np.float32), 48_000))
    join_segments(tmp_path / "all.mp4", segments, tmp_path / "mix.wav", {})
    found = check_lengths(tmp_path / "all.mp4")
    assert (found.num_frames, found.fps) == (100 + last, 25)
    with av.open(str(tmp_path / "all.mp4")) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx(np.arange(100 + last) / 25)


def test_what_is_no_video_is_named(run, tmp_path):
    (tmp_path / "text.mp4").write_text("no video")
    assert "text.mp4" in run("join", tmp_path / "text.mp4", "-o", tmp_path / "all.mp4").err
    ran = run("join", tmp_path / "nowhere.mp4", "-o", tmp_path / "all.mp4")
    assert ran.code == 1 and "nowhere.mp4" in ran.err


def test_a_film_of_a_phone_on_its_side_is_shown_upright(tmp_path):
    film = clip(tmp_path, "phone", (0, 0, 200), (160, 90), 2)
    data = bytearray(film.read_bytes())
    at = data.find(b"tkhd") + 44  # the matrix: a quarter turn clockwise
    one = 0x10000
    struct.pack_into(">9i", data, at, 0, one, 0, -one, 0, 0, 0, 0, 0x40000000)
    film.write_bytes(data)
    with FilmPictures(film) as pictures:
        assert pictures.size == (90, 160) and pictures.at(0.0).shape == (160, 90, 3)
