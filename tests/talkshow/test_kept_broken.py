"""Every file that is kept may be broken: the next run ends as if it had never been there."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import recordings
from unsigned import unsigned

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut in half": lambda whole: whole[: len(whole) // 2],
    "a list": lambda _: b"[]",
    "an object": lambda _: b"{}",
    "null": lambda _: b"null",
    "noise": lambda whole: np.random.default_rng(len(whole)).bytes(max(16, len(whole))),
    "one byte": lambda whole: (
        whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 0x55]) + whole[len(whole) // 2 + 1 :]
        if whole
        else b"\x01"
    ),
}


def contents(folder: Path) -> dict[str, str]:
    """What the user sees of an episode; its manifest says how long everything took."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(unsigned(path)).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".work" not in path.parts and path.name not in ("manifest.json", "report.json")
    }


def kept(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / ".work").rglob("*") if path.is_file())


def one_of_each(folder: Path) -> list[Path]:
    """A file of every stage and kind."""
    return list(
        {
            (path.parent.name, path.name.partition(".")[2] if path.parent.name != ".work" else path.name): path
            for path in kept(folder)
        }.values()
    )


@pytest.fixture
def render(run, tmp_path, tone_voices):
    script = tmp_path / "tea.txt"
    script.write_text("cast:\n  MAYA: voice=hum_a\n  LEO: voice=hum_b\nMAYA: Milk first?\nLEO: Never, dear.\n")
    return lambda: run(
        "render",
        script,
        "--voices",
        tone_voices,
        "--renderer",
        "stills",
        "--size",
        "160x90",
        "--out",
        tmp_path / "out",
        "--json",
    )


@pytest.fixture
def convert(run, tmp_path):
    """By voice, with a sample of one of them."""
    sample = recordings.hummed((("A", 0.2, 3.6),), 4.0)
    recordings.wav(tmp_path / "a.wav", sample.mix)
    recordings.wav(tmp_path / "talk.wav")
    return lambda: run(
        "convert",
        tmp_path / "talk.wav",
        "--renderer",
        "stills",
        "--size",
        "160x90",
        "--name",
        f"MAYA={tmp_path / 'a.wav'}",
        "--no-captions",
        "--no-check",
        "--out",
        tmp_path / "out",
        "--json",
    )


@pytest.fixture
def diarize(run, tmp_path):
    """A microphone each."""
    voices = recordings.hummed().voices
    for name in "AB":
        recordings.wav(tmp_path / f"{name}.wav", voices[name])
    return lambda: run(
        "diarize",
        "--track",
        f"MAYA={tmp_path / 'A.wav'}",
        "--track",
        f"LEO={tmp_path / 'B.wav'}",
        "--name",
        "mics",
        "--out",
        tmp_path / "out",
        "--json",
    )


@pytest.fixture
def transcribe(run, tmp_path):
    """Silence, which is written down without a model."""
    pytest.importorskip("faster_whisper")
    recordings.wav(tmp_path / "quiet.wav", np.zeros(3 * recordings.RATE))
    rttm = recordings.rttm(tmp_path / "quiet.rttm", (("A", 0.2, 1.4), ("B", 1.6, 2.8)))
    return lambda: run(
        "convert",
        tmp_path / "quiet.wav",
        "--rttm",
        rttm,
        "--renderer",
        "stills",
        "--size",
        "160x90",
        "--no-check",
        "--out",
        tmp_path / "out",
        "--json",
    )


@pytest.mark.parametrize(
    ("command", "stages", "at_once"),
    [
        ("render", {"speech", "frames", "check"}, ["null", "an object", "one byte"]),
        ("convert", {"recording", "diarize", "voices", "frames"}, ["noise"]),
        ("diarize", {"recording", "diarize"}, ["a list"]),
        ("transcribe", {"recording", "transcript", "frames"}, ["one byte"]),
    ],
)
def test_a_run_after_any_damage_ends_as_the_first(request, tmp_path, command, stages, at_once):
    call = request.getfixturevalue(command)
    assert call().code == 0
    folder = next((tmp_path / "out").iterdir())
    expected, files = contents(folder), one_of_each(folder)
    assert stages <= {path.parent.name for path in files}
    kinds = itertools.cycle(DAMAGES)
    some = [[(path, next(kinds)) for path in files[first::2]] for first in range(2)]
    for damaged in [*some, *([(path, kind) for path in kept(folder)] for kind in at_once)]:
        for path, kind in damaged:
            path.write_bytes(DAMAGES[kind](path.read_bytes()))
        for video in folder.glob("episode.mp4"):  # so that all is needed again
            video.unlink()
        ran = call()
        assert ran.code == 0, (damaged, ran.err)
        assert contents(folder) == expected, damaged
