"""Sounds of any length: in one go as the reference, beyond that in windows close to it, in a file, in blocks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from multitalk import audio_encoder
from multitalk.audio_encoder import RATE, AudioEncoder
from multitalk.config import PRESETS
from multitalk.errors import RequestError
from multitalk.random_models import random_audio_encoder


@pytest.fixture(scope="module")
def encoder() -> AudioEncoder:
    return random_audio_encoder(PRESETS["tiny"], 0)


def sound(seconds: float) -> np.ndarray:
    """Tones that come and go, over an offset that a normalisation has to notice."""
    rng, times = np.random.default_rng(5), np.arange(int(seconds * RATE)) / RATE
    made = rng.normal(0, 0.02, len(times)) + 0.03
    for hertz in (140, 420, 1300):
        made += 0.1 * np.sin(2 * np.pi * hertz * times) * (np.sin(times * rng.uniform(0.5, 3)) > 0)
    return made.astype(np.float32)


def in_one_go(model, waveform: np.ndarray) -> torch.Tensor:
    """The whole as transformers runs it: no blocks, no windows."""
    scaled = (waveform - waveform.mean()) / np.sqrt(waveform.var() + 1e-7)
    outputs = []
    hooks = [
        layer.register_forward_hook(lambda _m, _g, made: outputs.append(made[0] if isinstance(made, tuple) else made))
        for layer in model.encoder.layers
    ]
    with torch.inference_mode():
        features = model.feature_extractor(torch.from_numpy(scaled)[None])
        features = F.interpolate(features, size=len(waveform) // 640, mode="linear", align_corners=True)
        last = model.encoder(model.feature_projection(features.transpose(1, 2))[0]).last_hidden_state
    for hook in hooks:
        hook.remove()
    return torch.stack([row.reshape(last[0].shape) for row in (*outputs[:-1], last)], dim=1)


@pytest.mark.parametrize("seconds", [0.09, 1.0, 10.03, 37.77, 60.0])
def test_up_to_a_minute_is_the_whole_in_one_go(encoder, seconds):
    waveform = sound(seconds)
    made = encoder.encode(waveform)
    assert made.values.shape[0] == len(waveform) // 640
    torch.testing.assert_close(torch.as_tensor(made.values), in_one_go(encoder.model, waveform), atol=1e-4, rtol=0)


@pytest.mark.parametrize("seconds", [61.0, 150.4])
def test_longer_sounds_stay_near_the_whole(encoder, seconds, tmp_path):
    waveform = sound(seconds)
    made = torch.as_tensor(encoder.encode(waveform, tmp_path / "rows.npy").values)
    whole = in_one_go(encoder.model, waveform)
    assert made.shape == whole.shape
    assert np.load(tmp_path / "rows.npy", mmap_mode="r").shape == tuple(whole.shape)
    assert float((made - whole).square().mean().sqrt() / whole.std()) < 1e-3


def test_features_of_windows_are_those_of_the_whole(encoder, monkeypatch):
    """What is left of the difference is the transformer's: with windows as long as the sound there is none."""
    waveform = sound(75)
    monkeypatch.setattr(audio_encoder, "WHOLE_S", 80)
    torch.testing.assert_close(
        torch.as_tensor(encoder.encode(waveform).values), in_one_go(encoder.model, waveform), atol=1e-4, rtol=0
    )


@pytest.mark.parametrize("num_frames", [2, 1499, 1500, 1501, 1999, 2751, 4000, 90_000])
def test_windows_cover_everything_once(num_frames):
    total = np.zeros(num_frames)
    for window in audio_encoder._windows(num_frames):
        assert window.last - window.first <= 1500
        total[window.first : window.last] += window.weights()
    np.testing.assert_allclose(total, 1, atol=1e-6)


@pytest.mark.parametrize(
    "waveform, said", [(np.zeros(600, np.float32), "too short"), (np.full(RATE, np.nan, np.float32), "finite")]
)
def test_sounds_that_cannot_be_encoded(encoder, waveform, said):
    with pytest.raises(RequestError, match=said):
        encoder.encode(waveform)


def test_silence_is_finite(encoder):
    assert np.isfinite(np.asarray(encoder.encode(np.zeros(RATE, np.float32)).values)).all()
