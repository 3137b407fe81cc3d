"""A mark in speech that is not heard and survives lossy formats: Perth's implicit watermark (Resemble AI, MIT).

The network changes the magnitudes of a spectrogram below 2 kHz, and another one tells marked speech from other speech.
The mark carries no message: it says that speech is synthetic. Only the weights of the package `resemble-perth` are
used; the package itself needs a torchaudio that does not go with every torch.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from talkshow.engines import weights
from talkshow.engines.weights import Weights
from talkshow.errors import MissingExtra
from talkshow.sound.waveform import Waveform

if TYPE_CHECKING:
    from torch import Tensor

MODEL = Weights(
    name="perth-implicit",
    purpose="an inaudible mark in synthetic speech, and its detection",
    source="pip resemble-perth 1.0.1",
    licence="MIT",
    sha256="a15bce457ebc53ce5e6c9c3f11df78cf7ee2bf9cdab0a798902135b4c4027670",
    file="perth_net_250000.pth.tar",
    parts=(("perth", "perth_net/pretrained/implicit/perth_net_250000.pth.tar"),),
    requirements=("resemble-perth==1.0.1",),
    extra="watermark",
)
RATE = 32_000
_FFT, _HOP = 2048, 320
_BINS = 128  # below 2 kHz
_LOWEST_DB, _HEADROOM_DB = -180.0, 15.0
_LOUD = 0.05  # of the loudest frame: only louder ones are marked
_NUM_LAYERS = 7
_PACES = (1.25, 1.0, 0.75)  # at which the detector looks, with a network for each
_BRANCHES = ("slow", "normal", "fast")
REVISION = 1  # raise when the same speech would be marked differently


def require_watermark() -> None:
    """Raises MissingExtra where the packages are not installed."""
    if not all(importlib.util.find_spec(package) for package in ("torch", "perth")):
        raise MissingExtra("the watermark of sampled voices, and --watermark,", "watermark")


def mark(waveform: Waveform) -> Waveform:
    """Speech with the mark, as long as before. Raises MissingExtra, WeightsError.

    waveform: mono, at any rate; what lies above 16 kHz is lost.
    """
    import torch

    if len(waveform.samples) < _FFT:
        return waveform
    state = _state()
    sound = torch.from_numpy(waveform.resampled(RATE).samples.astype(np.float32))
    spectrum = _spectrum(sound)
    level, phase = _levels(spectrum), torch.angle(spectrum)
    with torch.no_grad():
        residual = _layers(level[None, :_BINS], state, "encoder.layers")[0] * _mask(level)
        level[:_BINS] += residual
        magnitude = 10 ** ((level * (_HEADROOM_DB - _LOWEST_DB) + _LOWEST_DB) / 20).clip(max=10)
        marked = torch.istft(torch.polar(magnitude, phase), _FFT, _HOP, window=_window(), length=len(sound))
    back = Waveform(marked.numpy().astype(np.float32), RATE).resampled(waveform.sample_rate).samples
    fitted = np.zeros(len(waveform.samples), np.float32)
    fitted[: len(back)] = back[: len(fitted)]
    return Waveform(fitted, waveform.sample_rate)


def confidence(waveform: Waveform) -> float:
    """How sure it is that speech is marked, 0 to 1: above .5, it probably is. Raises MissingExtra, WeightsError.

    waveform: mono, at any rate; some seconds of speech.
    """
    import torch

    sound = waveform.resampled(RATE).samples.astype(np.float32)
    if len(sound) < _FFT or not sound.any():
        return 0.0
    with torch.no_grad():
        found = _detected(_levels(_spectrum(torch.from_numpy(sound))), _state())
    return float(np.clip(found, 0.0, 1.0))


def _detected(level: Tensor, state: dict[str, Tensor]) -> float:
    """The mean of what three networks find at three paces, by how much each attends to it."""
    import torch
    from torch.nn import functional

    mask, low = _mask(level)[None, None], level[None, :_BINS]
    found, attention = [], []
    for branch, pace in zip(_BRANCHES, _PACES, strict=True):
        num = int(low.shape[2] * pace)
        paced = low if pace == 1.0 else functional.interpolate(low, num, mode="linear", align_corners=True)
        where = functional.interpolate(mask, paced.shape[2], mode="nearest")[0, 0]
        both = _layers(paced, state, f"decoder.{branch}_layers")[0]
        means = (both * where).sum(dim=1) / where.sum()
        attention.append(means[0])
        found.append(means[1])
    shares = torch.softmax(torch.stack(attention), dim=0)
    return float((torch.stack(found) * shares).sum())


def _layers(values: Tensor, state: dict[str, Tensor], name: str) -> Tensor:
    """A stack of convolutions over time.  values: (1, bins, num_frames)."""
    from torch.nn import functional

    for number in range(_NUM_LAYERS):
        weight = state[f"{name}.{number}.conv.weight"]
        values = functional.conv1d(values, weight, state[f"{name}.{number}.conv.bias"], padding=weight.shape[2] // 2)
        if number + 1 < _NUM_LAYERS:
            values = functional.leaky_relu(values)
    return values


def _levels(spectrum: Tensor) -> Tensor:
    """Magnitudes in dB, brought to about 0 to 1."""
    decibels = 20 * spectrum.abs().clip(10 ** (_LOWEST_DB / 20)).log10()
    return (decibels - _LOWEST_DB) / (_HEADROOM_DB - _LOWEST_DB)


def _mask(level: Tensor) -> Tensor:
    """1 for frames that are loud enough, else 0."""
    sums = level.sum(dim=0)
    return (sums > sums.max() * _LOUD).float()


def _spectrum(sound: Tensor) -> Tensor:
    import torch

    return torch.stft(sound, _FFT, _HOP, window=_window(), return_complex=True)


def _window() -> Tensor:
    import torch

    return torch.hann_window(_FFT)


@functools.cache
def _state() -> dict[str, Any]:
    require_watermark()
    import torch

    path: Path = weights.verify(MODEL)[0]
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)["model"]
    return {name: value.float() for name, value in state.items()}
