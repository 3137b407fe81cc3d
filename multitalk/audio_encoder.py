"""Audio features at 25 rows per second: the hidden states of wav2vec2 for one person's waveform.

The convolutions run over blocks of the waveform, normalised with statistics of the whole from a first pass. Their
features are resampled to the video's frame rate on one common grid. The result equals that of a single pass, for any
length, in little memory. The transformer processes up to WHOLE_S at once, as in the reference. Longer sounds are
processed in overlapping windows that are cross-faded. Rows go to an array that may be in a file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from multitalk.config import FPS
from multitalk.errors import RequestError
from multitalk.request import FeatureArray

RATE = 16_000  # samples per second
WHOLE_S = 60  # seconds that the transformer processes at once: longest sound, and length of a window
OVERLAP_S = 10  # least overlap of windows, seconds
_FADE_S = 2  # cross-fade in the middle of an overlap, from one window to the next
_BLOCK_S = 10  # what the convolutions process at once
_EPSILON = 1e-7  # epsilon of the waveform's normalisation


class Waveform(Protocol):
    """Mono float32 at 16 kHz that can be read in parts."""

    def __len__(self) -> int:
        """Samples."""

    def __getitem__(self, part: slice, /) -> NDArray[np.float32]:
        """Samples first..last-1."""


class AudioEncoder:
    """wav2vec2 whose features are resampled to the video's frame rate before the transformer."""

    def __init__(self, model: Any) -> None:
        self.model = model.eval()

    @torch.inference_mode()
    def encode(self, waveform: Waveform, file: Path | None = None) -> FeatureArray:
        """Rows of the full waveform, (frames, layers, channels) float32; in `file` if given, else in memory.

        Raises RequestError for a sound that is shorter than two frames or contains values that are not finite.
        """
        num_frames = len(waveform) * FPS // RATE
        if num_frames < 2:
            raise RequestError(
                f"a sound of {len(waveform)} samples is too short: at least {2 * RATE // FPS} at "
                f"{RATE} Hz are needed for two frames."
            )
        scale = _statistics(waveform)
        features = _Features(self.model, waveform, scale, num_frames)
        config = self.model.config
        shape = (num_frames, config.num_hidden_layers, config.hidden_size)
        rows = np.lib.format.open_memmap(file, "w+", np.float32, shape) if file else np.zeros(shape, np.float32)
        for window in _windows(num_frames):
            hidden, _ = self.model.feature_projection(features.rows(window.first, window.last))
            made = torch.stack(self._layer_outputs(hidden), dim=1).float().cpu().numpy()
            rows[window.first : window.last] += made * window.weights()[:, None, None]
        return FeatureArray(torch.from_numpy(rows))

    def _layer_outputs(self, hidden: Tensor) -> list[Tensor]:
        """The hidden states of every transformer layer, each (frames, channels); the last one after the final norm."""
        outputs: list[Tensor] = []

        def note(_layer: Any, _given: Any, made: Any) -> None:
            outputs.append((made[0] if isinstance(made, tuple) else made).reshape(-1, hidden.shape[-1]))

        hooks = [layer.register_forward_hook(note) for layer in self.model.encoder.layers]
        try:
            last = self.model.encoder(hidden).last_hidden_state
        finally:
            for hook in hooks:
                hook.remove()
        return [*outputs[:-1], last[0]]


class _Features:
    """The convolution features of a waveform, about 50 per second, resampled to one row per frame."""

    def __init__(self, model: Any, waveform: Waveform, scale: tuple[float, float], num_frames: int) -> None:
        self.layers = model.feature_extractor.conv_layers
        self.waveform, self.scale, self.num_frames = waveform, scale, num_frames
        self.device = next(model.parameters()).device
        self.stride, self.width = 1, 1  # hop and window of a feature, in samples
        for layer in self.layers:
            self.width += (layer.conv.kernel_size[0] - 1) * self.stride
            self.stride *= layer.conv.stride[0]
        self.total = (len(waveform) - self.width) // self.stride + 1
        self.group = self._group_statistics()

    def rows(self, first: int, last: int) -> Tensor:
        """(1, last - first, channels): linear interpolation with the end points of the full sound."""
        # positions in float32, to round as torch's own interpolation does
        place = torch.arange(first, last).float() * (torch.tensor(self.total - 1.0) / (self.num_frames - 1))
        below = place.floor().long().clamp(max=max(0, self.total - 2))
        start, stop = int(below[0]), min(int(below[-1]) + 2, self.total)
        block = _BLOCK_S * RATE // self.stride
        made = torch.cat([self._block(at, min(at + block, stop)) for at in range(start, stop, block)], dim=1)
        share = (place - below).to(made.device)[:, None]
        below = (below - start).to(made.device)
        above = (below + 1).clamp(max=made.shape[1] - 1)
        return made[:, below] * (1 - share) + made[:, above] * share

    def _block(self, first: int, last: int) -> Tensor:
        """(1, last - first, channels): features of the full waveform."""
        samples = self._samples(first * self.stride, (last - 1) * self.stride + self.width)
        hidden = samples[None, None]
        for layer in self.layers:
            if isinstance(getattr(layer, "layer_norm", None), torch.nn.GroupNorm):
                norm, (mean, variance) = layer.layer_norm, self.group
                hidden = (layer.conv(hidden) - mean) / torch.sqrt(variance + norm.eps)
                hidden = layer.activation(hidden * norm.weight[:, None] + norm.bias[:, None])
            else:
                hidden = layer(hidden)
        return hidden.transpose(1, 2)

    def _group_statistics(self) -> tuple[Tensor, Tensor]:
        """Mean and variance of every channel of the first convolution over the full waveform, each (channels, 1)."""
        first = self.layers[0].conv
        stride, width = first.stride[0], first.kernel_size[0]
        block = _BLOCK_S * RATE // stride * stride
        sums = torch.zeros(first.out_channels, dtype=torch.float64, device=self.device)
        num, squares = 0, torch.zeros_like(sums)
        for start in range(0, len(self.waveform) - width + 1, block):
            samples = self._samples(start, min(start + block + width - stride, len(self.waveform)))
            made = first(samples[None, None])[0].double()
            num, sums, squares = num + made.shape[1], sums + made.sum(1), squares + (made * made).sum(1)
        mean = sums / num
        return mean.float()[:, None], (squares / num - mean * mean).clamp(min=0).float()[:, None]

    def _samples(self, start: int, stop: int) -> Tensor:
        return torch.from_numpy(_normalised(self.waveform[start:stop], *self.scale)).to(self.device)


def _statistics(waveform: Waveform) -> tuple[float, float]:
    """Mean and variance of all samples, read in blocks."""
    num, sums, squares = max(1, len(waveform)), 0.0, 0.0
    for start in range(0, len(waveform), WHOLE_S * RATE):
        part = waveform[start : start + WHOLE_S * RATE].astype(np.float64)
        sums, squares = sums + float(part.sum()), squares + float(part @ part)
    if not math.isfinite(squares):
        raise RequestError("the sound contains values that are not finite numbers. Make the sound again.")
    mean = sums / num
    return mean, max(0.0, squares / num - mean * mean)


def _normalised(samples: NDArray[np.float32], mean: float, variance: float) -> NDArray[np.float32]:
    result: NDArray[np.float32] = ((samples - mean) / np.sqrt(variance + _EPSILON)).astype(np.float32)
    return result


@dataclass(frozen=True)
class _Window:
    """Frames that the transformer processes at once.

    fades: (first, last) frame of the fade at its start and at its end, None at the ends of the sound.
    """

    first: int
    last: int
    fade_in: tuple[int, int] | None
    fade_out: tuple[int, int] | None

    def weights(self) -> NDArray[np.float32]:
        """(frames,): 0..1; the weights of all windows add up to 1 everywhere."""
        frames = np.arange(self.first, self.last) + 0.5
        weights = np.ones(len(frames))
        if self.fade_in:
            weights *= np.clip((frames - self.fade_in[0]) / (self.fade_in[1] - self.fade_in[0]), 0, 1)
        if self.fade_out:
            weights *= np.clip((self.fade_out[1] - frames) / (self.fade_out[1] - self.fade_out[0]), 0, 1)
        return weights.astype(np.float32)


def _windows(num_frames: int) -> list[_Window]:
    """Evenly spaced windows of one length that overlap by OVERLAP_S or more."""
    length, overlap = WHOLE_S * FPS, OVERLAP_S * FPS
    num = max(1, -(-(num_frames - overlap) // (length - overlap)))
    starts = [index * max(0, num_frames - length) // max(1, num - 1) for index in range(num)]
    ends = [min(start + length, num_frames) for start in starts]
    half = _FADE_S * FPS // 2
    middles = [(start + end) // 2 for start, end in zip(starts[1:], ends[:-1], strict=True)]
    fades = [None, *((middle - half, middle + half) for middle in middles), None]
    return [_Window(*window) for window in zip(starts, ends, fades[:-1], fades[1:], strict=True)]
