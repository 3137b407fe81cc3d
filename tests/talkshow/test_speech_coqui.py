"""The coqui engine: a real model where coqui-tts is installed, and every way it cannot be had."""

from __future__ import annotations

import importlib.util
import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from talkshow.cast.types import Voice
from talkshow.engines import registry
from talkshow.errors import BackendError, MissingExtra, WeightsError
from talkshow.speech.base import SpeechRequest
from talkshow.speech.engines import coqui

INSTALLED = importlib.util.find_spec("TTS") is not None
real = pytest.mark.skipif(not INSTALLED, reason="coqui-tts is not installed; .ci/run has an environment for it")
TEXT = "The ferry is late."
pytestmark = pytest.mark.filterwarnings("ignore")  # those of coqui


def spoken_by(engine, folder: Path, model: Path | str, speed: float = 1.0):
    return engine.speak(SpeechRequest(TEXT, voice(folder, model=str(model)), speed))


def voice(folder: Path, **more: object) -> Voice:
    return Voice("berg", "coqui", "en-GB", "male", "", "CC0-1.0", folder=folder, **more)


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A VITS with random weights, saved by coqui's own classes. It speaks noise, in time with its durations."""
    torch = pytest.importorskip("torch")
    from TTS.tts.configs.vits_config import VitsConfig
    from TTS.tts.models.vits import Vits, VitsArgs

    torch.manual_seed(0)
    sizes = VitsArgs(
        hidden_channels=32,
        hidden_channels_ffn_text_encoder=64,
        num_layers_text_encoder=2,
        num_layers_posterior_encoder=2,
        num_layers_flow=2,
        upsample_initial_channel_decoder=32,
    )
    config = VitsConfig(model_args=sizes, use_phonemes=False, text_cleaner="basic_cleaners")
    folder = tmp_path_factory.mktemp("models") / "small"
    folder.mkdir()
    model = Vits(config)
    torch.save({"model": model.state_dict(), "config": config.to_dict()}, folder / "model.pth")
    config.save_json(str(folder / "config.json"))
    return folder


@real
def test_a_folder_of_coqui_speaks(small_model: Path, tmp_path: Path) -> None:
    engine = registry.load("voice_engines", "coqui")
    said = spoken_by(engine, tmp_path, small_model)
    assert said.waveform.sample_rate == 22_050 and said.waveform.duration_s > 0.2
    assert np.isfinite(said.waveform.samples).all()
    slow = spoken_by(engine, tmp_path, small_model, speed=0.5)
    assert slow.waveform.duration_s > 1.2 * said.waveform.duration_s


@real
def test_an_episode_is_spoken(small_model: Path, tmp_path: Path, run) -> None:
    """Words get their times by comparison with a bundled voice."""
    (tmp_path / "voices/berg").mkdir(parents=True)
    (tmp_path / "voices/berg/voice.toml").write_text(
        'name = "berg"\nengine = "coqui"\nlanguage = "en-GB"\nlicence = "CC0-1.0"\n'
        f"model = {json.dumps(str(small_model))}\n"
    )
    (tmp_path / "s.txt").write_text(f"cast:\n  BERG: voice=berg\nBERG: {TEXT}\n")
    ran = run("speak", tmp_path / "s.txt", "--voices", tmp_path / "voices", "--out", tmp_path / "out", "--name", "s")
    assert ran.code == 0, ran.err
    cue = json.loads((tmp_path / "out/s/timeline.json").read_text())["cues"][0]
    assert [word["text"] for word in cue["words"]] == ["The", "ferry", "is", "late."]


@real
def test_folders_that_are_no_model(small_model: Path, tmp_path: Path) -> None:
    engine = coqui.Coqui()

    def refused(name: str, kind: type[BackendError] = WeightsError) -> str:
        with pytest.raises(kind) as raised:
            engine.speak(SpeechRequest(TEXT, voice(tmp_path, model=name)))
        return str(raised.value)

    (tmp_path / "empty").mkdir()
    assert "config.json is missing" in refused("empty")
    (tmp_path / "half").mkdir()
    (tmp_path / "half/config.json").write_bytes((small_model / "config.json").read_bytes())
    assert "checkpoint" in refused("half")
    (tmp_path / "half/model.pth").write_bytes(b"no tensors")
    assert "model.pth" in refused("half")

    class Evil:
        def __reduce__(self):
            return Path.touch, (tmp_path / "opened",)

    (tmp_path / "half/model.pth").write_bytes(pickle.dumps(Evil()))
    refused("half")
    import torch

    torch.save({"model": Evil()}, tmp_path / "half/model.pth")
    refused("half")
    assert not (tmp_path / "opened").exists()
    assert "there is no model" in refused("tts_models/de/thorsten/vitz", BackendError)
    assert "names no model" in refused("", BackendError)


@real
def test_licences_are_never_accepted_for_the_user(tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch) -> None:
    xtts = "tts_models/multilingual/multi-dataset/xtts_v2"
    monkeypatch.delenv("COQUI_TOS_AGREED", raising=False)
    with pytest.raises(BackendError, match="coqui_licence"):
        coqui.Coqui().speak(SpeechRequest(TEXT, voice(tmp_path, model=xtts)))
    rows = {row["model"] if "model" in row else row["name"]: row for row in run("voices", "coqui", "--json").json}
    assert rows[xtts]["must_be_accepted"] and rows[xtts]["licence"]
    assert not rows["tts_models/de/thorsten/vits"]["must_be_accepted"]
    assert "tts_models/de/thorsten/vits" in run("voices", "coqui", "--language", "de").out


@pytest.mark.skipif(INSTALLED, reason="coqui-tts is installed")
def test_without_the_package(run) -> None:
    with pytest.raises(MissingExtra, match=r"talkshow\[coqui\]"):
        registry.load("voice_engines", "coqui")
    assert "talkshow[coqui]" in run("voices", "coqui").err
