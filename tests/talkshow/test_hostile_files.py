"""Text, tracks and archives that do not end or unfold to more than they may."""

from __future__ import annotations

import json
import os
import sys
import threading
import zlib
from pathlib import Path

import numpy as np
import pytest
from confined_reader import Reader
from media_files import wav

from talkshow.errors import AudioError, ScriptError
from talkshow.script.reader import read_script
from talkshow.sound.waveform import Waveform
from talkshow.speech.base import Utterance
from talkshow.speech.speak import load_utterance, save_utterance

linux = pytest.mark.skipif(sys.platform != "linux", reason="there are no such devices elsewhere")
SCRIPT = "MAYA: Is it raining?\nLEO: Only on us.\n"


def endless(folder: Path, name: str) -> Path:
    """A file of two terabytes that takes no room on the disk."""
    path = folder / name
    with path.open("wb") as file:
        file.write(b"MAYA: Hello.\n")
        file.truncate(2 << 40)
    return path


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    (tmp_path / "talk.wav").write_bytes(wav(1, 48_000))
    return tmp_path / "talk.wav"


def commands(text: Path, talk: Path, script: Path) -> dict[str, tuple[object, ...]]:
    """Commands that read a text."""
    out = ("--out", talk.parent / "out")
    return {
        "lint": ("lint", text),
        "format": ("format", text, "--to", "json"),
        "render": ("render", text, "--dry-run", *out),
        "settings": ("render", script, "--config", text, "--dry-run"),
        "turns": ("diarize", talk, "--rttm", text, *out),
        "transcript": ("convert", talk, "--transcript", text, "--rttm", talk.parent / "turns.rttm", "--dry-run", *out),
        "source": ("write", "an idea", "--from", text, "--writer", "template", "-o", talk.parent / "new.txt"),
        "cast": ("write", "an idea", "--cast", text, "--writer", "template", "-o", talk.parent / "new.txt"),
    }


@linux
@pytest.mark.parametrize("command", sorted(commands(Path("a"), Path("b"), Path("c"))))
def test_text_without_end_is_left_at_its_limit(run, tmp_path: Path, talk: Path, command: str) -> None:
    script = tmp_path / "script.txt"
    script.write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "turns.rttm").write_text("SPEAKER talk 1 0.0 0.5 <NA> <NA> A <NA> <NA>\n", encoding="utf-8")
    texts = [endless(tmp_path, "text.srt" if command == "transcript" else "text.txt")]
    if command != "transcript":  # whose ending says what it is
        texts.append(Path("/dev/zero"))
    for text in texts:
        ran = run(*commands(text, talk, script)[command])
        assert ran.code == 1 and text.name in ran.err and "MB" in ran.err, ran.err
        assert len(ran.err) < 2000 and "should not have happened" not in ran.err


@linux
def test_voices_without_end_are_left_at_their_limit(run, tmp_path: Path) -> None:
    voices = tmp_path / "voices"
    (voices / "deep").mkdir(parents=True)
    endless(voices / "deep", "voice.toml")
    (tmp_path / "script.txt").write_text(SCRIPT, encoding="utf-8")
    ran = run("render", tmp_path / "script.txt", "--voices", voices, "--dry-run")
    assert ran.code == 1 and "voice.toml" in ran.err and "1 MB" in ran.err


@linux
def test_a_script_and_its_settings_may_come_through_pipes(run, tmp_path: Path, tone_voices: Path) -> None:
    """As the shell's <(...) gives them."""
    for name, text in (("script", SCRIPT), ("settings", 'size = "320x180"\n')):
        os.mkfifo(tmp_path / name)
        threading.Thread(target=(tmp_path / name).write_text, args=(text,), daemon=True).start()
    ran = run(
        "render",
        tmp_path / "script",
        "--config",
        tmp_path / "settings",
        "--voices",
        tone_voices,
        "--dry-run",
        "--json",
        "--renderer",
        "stills",
    )
    assert ran.code == 0, ran.err
    assert ran.json["size"] == [320, 180] and ran.json["num_lines"] == 2


def test_a_message_does_not_quote_a_whole_file(run, tmp_path: Path) -> None:
    for name, text, command in (
        ("a.yaml", "lines: [" + "x, " * 90_000, "lint"),
        ("b.rttm", "nonsense" * 90_000, "diarize"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / "talk.wav").write_bytes(wav(1, 48_000))
        rest = () if command == "lint" else (tmp_path / "talk.wav", "--out", tmp_path / "out", "--rttm")
        ran = run(command, *rest, tmp_path / name)
        assert ran.code == 1 and name in ran.err and len(ran.err) < 3000, len(ran.err)


def test_a_script_longer_than_any_talk_is_refused(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(SCRIPT * 300_000, encoding="utf-8")
    with pytest.raises(ScriptError, match=r"long\.txt.*8 MB"):
        read_script(tmp_path / "long.txt")


def pdf(content: bytes, filters: str) -> bytes:
    """A PDF of one page."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>",
        f"<< /Length {len(content)} /Filter {filters} >>\nstream\n".encode() + content + b"\nendstream",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n".encode() + each + b"\nendobj\n"
    rows = b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    return (
        body
        + b"xref\n0 5\n0000000000 65535 f \n"
        + rows
        + (f"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n".encode())
    )


@linux
def test_a_pdf_that_unfolds_to_more_than_it_may_is_refused(tmp_path: Path) -> None:
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(b" " * 10_000_000) for _ in range(30)) + packer.flush()
    files = {
        "once.pdf": pdf(once, "/FlateDecode"),
        "twice.pdf": pdf(zlib.compress(once, 9), "[/FlateDecode /FlateDecode]"),
    }
    with Reader("whole_files", "read_words") as confined:
        for name, data in files.items():
            (tmp_path / name).write_bytes(data)
            outcome = confined.read(tmp_path / name)
            assert outcome.error == "WriterError" and name in outcome.message
            assert outcome.peak_mb < 60, outcome


@linux
@pytest.mark.parametrize("data", [wav(1, 2_000_000_000), wav(65, 48_000), wav(1, 1)], ids=["fast", "wide", "slow"])
def test_a_track_that_no_microphone_makes_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "mix.wav").write_bytes(data)
    for function in ("read_track", "read_waveform"):
        with Reader("whole_files", function) as confined:
            outcome = confined.read(tmp_path / "mix.wav")
        assert outcome.error == "AudioError" and "mix.wav" in outcome.message and outcome.peak_mb < 40, outcome


@linux
def test_a_sound_that_is_too_long_is_not_held_as_a_whole(tmp_path: Path) -> None:
    with (tmp_path / "long.wav").open("wb") as file:
        file.write(wav(1, 48_000, claimed=2_000_000_000, sound=b""))
        file.truncate(2_000_000_044)
    with Reader("whole_files", "read_waveform") as confined:
        outcome = confined.read(tmp_path / "long.wav")
    assert outcome.error == "AudioError" and "too long" in outcome.message and outcome.peak_mb < 40, outcome


def test_kept_speech_that_unfolds_counts_as_none(tmp_path: Path) -> None:
    spoken = Utterance(Waveform(np.zeros(4_000_000, np.float32), 24_000), (), ())
    save_utterance(tmp_path / "true.npz", spoken)
    assert len(load_utterance(tmp_path / "true.npz").waveform.samples) == 4_000_000
    with np.load(tmp_path / "true.npz") as kept:
        np.savez_compressed(tmp_path / "packed.npz", **kept)
    with pytest.raises(AudioError, match=r"packed\.npz"):
        load_utterance(tmp_path / "packed.npz")


def test_an_episode_that_would_last_for_years_is_not_checked(run, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"settings": {"size": [160, 90]}, "scenes": [], "stages": {}}))
    (tmp_path / "timeline.json").write_text(json.dumps({"fps": 25, "duration_s": 1e12, "shots": [], "cues": []}))
    ran = run("check", tmp_path)
    assert ran.code == 1 and "would last" in ran.err and "render it again" in ran.err
