"""What is heard, 25 rows a second: hidden states of wav2vec2 for one person's waveform.

Up to WHOLE_S the waveform is encoded in one go, as in the reference. Longer ones are encoded in windows that overlap;
the waveform is scaled, and the first convolution normalised, with statistics of the whole from a first pass, so that
only the attention sees less. Memory does not grow with length: rows go to an array that may lie in a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from multitalk.config import FPS
from multitalk.request import FeatureArray

RATE = 16_000                        # samples a second
SAMPLES_PER_FRAME = RATE // FPS
WHOLE_S = 60                         # encoded in one go up to here, and length of a window
OVERLAP_S = 10
_EPSILON = 1e-7                      # of the waveform's normalisation


class Waveform(Protocol):
    """Mono float32 at 16 kHz that can be read in parts."""

    def __len__(self) -> int:
        """Samples."""

    def __getitem__(self, part: slice, /) -> NDArray[np.float32]:
        """A stretch of it."""


class AudioEncoder:
    """wav2vec2 with its features brought to the video's frame rate before the transformer."""

    def __init__(self, model: Any) -> None:
        self.model = model.eval()

    @torch.inference_mode()
    def encode(self, waveform: Waveform, file: Path | None = None) -> FeatureArray:
        """Rows of the whole waveform, (frames, layers, channels) float32; in `file` if it is given, else in memory."""
        total = len(waveform)
        num_frames = total * FPS // RATE
        if total <= WHOLE_S * RATE:
            return FeatureArray(self._rows(torch.from_numpy(_normalised(waveform[0:total], *_statistics(waveform))),
                                           num_frames, None))
        scale = _statistics(waveform)
        group = self._group_statistics(waveform, scale)
        config = self.model.config
        shape = (num_frames, config.num_hidden_layers, config.hidden_size)
        rows = (np.lib.format.open_memmap(file, "w+", np.float32, shape) if file else np.empty(shape, np.float32))
        for first, last, keep_first, keep_last in _windows(num_frames):
            samples = waveform[first * SAMPLES_PER_FRAME:min(last * SAMPLES_PER_FRAME, total)]
            made = self._rows(torch.from_numpy(_normalised(samples, *scale)), last - first, group)
            rows[keep_first:keep_last] = made[keep_first - first:keep_last - first].numpy()
        return FeatureArray(torch.from_numpy(rows))

    def _rows(self, samples: Tensor, num_frames: int, group: tuple[Tensor, Tensor] | None) -> Tensor:
        """(frames, layers, channels).  samples: normalised; group: statistics for the first convolution's norm."""
        device = next(self.model.parameters()).device
        features = self._features(samples[None].to(device), group)
        features = F.interpolate(features, size=num_frames, mode="linear", align_corners=True).transpose(1, 2)
        hidden, _ = self.model.feature_projection(features)
        return torch.stack(self._layer_outputs(hidden), dim=1).float().cpu()

    def _layer_outputs(self, hidden: Tensor) -> list[Tensor]:
        """What every layer of the transformer hands on, each (frames, channels); the last one after the final norm."""
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

    def _features(self, samples: Tensor, group: tuple[Tensor, Tensor] | None) -> Tensor:
        """(1, channels, about 50 a second)."""
        if group is None:
            features: Tensor = self.model.feature_extractor(samples)
            return features
        hidden = samples[:, None]
        for layer in self.model.feature_extractor.conv_layers:
            if isinstance(getattr(layer, "layer_norm", None), torch.nn.GroupNorm):
                norm, (mean, variance) = layer.layer_norm, group
                hidden = (layer.conv(hidden) - mean) / torch.sqrt(variance + norm.eps)
                hidden = layer.activation(hidden * norm.weight[:, None] + norm.bias[:, None])
            else:
                hidden = layer(hidden)
        return hidden

    def _group_statistics(self, waveform: Waveform, scale: tuple[float, float]) -> tuple[Tensor, Tensor] | None:
        """Mean and variance of every channel of the first convolution over the whole waveform, each (channels, 1)."""
        first = self.model.feature_extractor.conv_layers[0]
        if not isinstance(getattr(first, "layer_norm", None), torch.nn.GroupNorm):
            return None
        stride, width = first.conv.stride[0], first.conv.kernel_size[0]
        device = next(self.model.parameters()).device
        num, sums, squares = 0, 0.0, 0.0
        block = WHOLE_S * RATE // stride * stride
        for start in range(0, len(waveform), block):
            samples = _normalised(waveform[start:start + block + width - stride], *scale)
            if len(samples) < width:
                break
            made = first.conv(torch.from_numpy(samples)[None, None].to(device))[0].double()
            num += made.shape[1]
            sums, squares = sums + made.sum(1), squares + (made * made).sum(1)
        mean = torch.as_tensor(sums) / num
        variance = torch.as_tensor(squares) / num - mean * mean
        return mean.float()[:, None], variance.float()[:, None]


def _statistics(waveform: Waveform) -> tuple[float, float]:
    """Mean and variance of all samples, read in blocks."""
    num, sums, squares = max(1, len(waveform)), 0.0, 0.0
    for start in range(0, len(waveform), WHOLE_S * RATE):
        part = waveform[start:start + WHOLE_S * RATE].astype(np.float64)
        sums, squares = sums + float(part.sum()), squares + float(part @ part)
    mean = sums / num
    return mean, max(0.0, squares / num - mean * mean)


def _normalised(samples: NDArray[np.float32], mean: float, variance: float) -> NDArray[np.float32]:
    return ((samples - mean) / np.sqrt(variance + _EPSILON)).astype(np.float32)


def _windows(num_frames: int) -> Iterator[tuple[int, int, int, int]]:
    """(first, last, first kept, last kept) of windows that overlap; what is kept ends in the middle of an overlap."""
    length, overlap = WHOLE_S * FPS, OVERLAP_S * FPS
    step, first, kept = length - overlap, 0, 0
    while kept < num_frames:
        last = min(first + length, num_frames)
        end = num_frames if last == num_frames else last - overlap // 2
        yield first, last, kept, end
        first, kept = first + step, end
