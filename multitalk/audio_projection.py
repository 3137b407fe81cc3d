"""Projects the audio features around each video frame to audio tokens: 32 per person and latent frame."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from multitalk.config import DiTConfig
from multitalk.rope import at_least_float32


def latent_windows(audio: Tensor, vae_scale: int) -> tuple[Tensor, Tensor]:
    """Windows of the first latent frame (one video frame) and of the later ones (`vae_scale` video frames each).

    audio: (N, F, window, layers, channels), F = 1 + vae_scale * k; entry w of a window is the audio frame w - window//2
    away. Of the video frames of a later latent frame, the first contributes itself and its past, the last itself and
    its future, the others only themselves: 8 neighbours in a row for a window of 5 and a scale of 4.
    Returns (N, 1, window, layers, channels) and (N, T - 1, window + vae_scale - 1, layers, channels).
    """
    middle = audio.shape[2] // 2
    if (audio.shape[1] - 1) % vae_scale:
        raise ValueError(f"{audio.shape[1]} audio frames are not 1 + {vae_scale}k")
    groups = torch.unflatten(audio[:, 1:], 1, (-1, vae_scale))
    later = torch.cat([groups[:, :, 0, : middle + 1], groups[:, :, 1:-1, middle], groups[:, :, -1, middle:]], dim=2)
    return audio[:, :1], later


class AudioProjection(nn.Module):
    """Two input layers, one of them for the first latent frame, and three layers to tokens."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        entry = config.audio_layers * config.audio_channels
        self.vae_scale, self.num_tokens = config.vae_scale, config.audio_tokens
        self.proj1 = nn.Linear(config.audio_window * entry, config.audio_hidden)
        self.proj1_vf = nn.Linear((config.audio_window + config.vae_scale - 1) * entry, config.audio_hidden)
        self.proj2 = nn.Linear(config.audio_hidden, config.audio_hidden)
        self.proj3 = nn.Linear(config.audio_hidden, config.audio_tokens * config.audio_dim)
        self.norm = nn.LayerNorm(config.audio_dim) if config.norm_audio else nn.Identity()

    def forward(self, audio: Tensor) -> Tensor:
        """(N, F, window, layers, channels) -> tokens (N, T, num_tokens, audio_dim)."""
        first, later = latent_windows(audio, self.vae_scale)
        hidden = torch.cat([F.relu(self.proj1(first.flatten(2))), F.relu(self.proj1_vf(later.flatten(2)))], dim=1)
        tokens = self.proj3(F.relu(self.proj2(hidden))).unflatten(-1, (self.num_tokens, -1))
        if isinstance(self.norm, nn.LayerNorm):
            norm = self.norm
            weight, bias = at_least_float32(norm.weight), at_least_float32(norm.bias)
            return F.layer_norm(at_least_float32(tokens), norm.normalized_shape, weight, bias, norm.eps).type_as(tokens)
        result: Tensor = tokens
        return result
