"""The causal video autoencoder, streamed: frames go in and come out in pieces, with bounded memory.

A thin layer over diffusers' AutoencoderKLWan. The first piece is one frame, each later one four. Convolutions keep the
last frames of their input in a list of caches. Latents are normalised with the configured mean and spread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from diffusers import AutoencoderKLWan
from torch import Tensor

from multitalk.config import VAEConfig

STRIDE = (4, 8, 8)  # video frames, rows and columns per latent
_KEPT_FRAMES = 2  # past frames that a causal convolution uses

Layer = Callable[[Tensor, list[Any], list[int]], Tensor]


def build_vae(config: VAEConfig) -> AutoencoderKLWan:
    """The network with newly initialised weights."""
    return AutoencoderKLWan(
        base_dim=config.base_dim,
        z_dim=config.z_dim,
        dim_mult=list(config.dim_mult),
        num_res_blocks=config.num_res_blocks,
        attn_scales=[],
        temperal_downsample=list(config.temporal_downsample),
        latents_mean=list(config.latents_mean),
        latents_std=list(config.latents_std),
    ).eval()


@dataclass
class _Seen:
    """The result of a layer for the piece before: reused once its input and its caches no longer change."""

    given: Tensor
    made: Tensor
    next_cache: int
    settled: bool


class StreamingVAE:
    """Encodes and decodes piece by piece. Not safe for two threads at once: the network holds caches."""

    def __init__(self, vae: AutoencoderKLWan) -> None:
        self.vae = vae
        parameter = next(vae.parameters())
        self.device, self.dtype = parameter.device, parameter.dtype
        shape = (-1, 1, 1, 1)
        self._mean = torch.tensor(vae.config.latents_mean, device=self.device, dtype=self.dtype).view(shape)
        self._std = torch.tensor(vae.config.latents_std, device=self.device, dtype=self.dtype).view(shape)

    def encode(self, frames: Tensor, num_frames: int) -> Tensor:
        """Frames (3, f, height, width) in -1..1, followed by grey up to `num_frames` -> (16, T, height/8, width/8).

        num_frames = 4(T - 1) + 1 >= f. Every layer stops computing once the grey fills its receptive field: then its
        output only repeats.
        """
        frames = frames.to(self.device, self.dtype)
        given = frames.shape[1]
        grey = frames.new_zeros(1, 3, 4, *frames.shape[2:])
        self.vae.clear_cache()
        caches, seen = self.vae._enc_feat_map, dict[int, _Seen]()
        outputs = []
        for piece in range(1 + (num_frames - 1) // 4):
            first, last = (0, 1) if piece == 0 else (4 * piece - 3, 4 * piece + 1)
            x = grey
            if first < given:
                x = frames[None, :, first : min(last, given)]
                x = torch.cat([x, grey[:, :, : last - first - x.shape[2]]], dim=2)
            outputs.append(self._encode_piece(x, caches, seen))
        mean = self.vae.quant_conv(torch.cat(outputs, dim=2))[0, : len(self._mean)]
        self.vae.clear_cache()
        result: Tensor = (mean - self._mean) / self._std
        return result

    def _encode_piece(self, x: Tensor, caches: list[Any], seen: dict[int, _Seen]) -> Tensor:
        encoder = self.vae.encoder
        layers: list[Layer] = [
            _cached(encoder.conv_in),
            *encoder.down_blocks,
            encoder.mid_block,
            lambda h, _caches, _index: encoder.nonlinearity(encoder.norm_out(h)),
            _cached(encoder.conv_out),
        ]
        index = [0]
        for number, layer in enumerate(layers):
            x = _unless_settled(number, layer, x, caches, index, seen)
        return x

    def decode(self, latents: Tensor) -> Iterator[Tensor]:
        """Latents (16, T, h, w) -> frames in -1..1: (3, 1, 8h, 8w), and then (3, 4, 8h, 8w) per latent."""
        z = latents.to(self.device, self.dtype) * self._std + self._mean
        self.vae.clear_cache()
        x = self.vae.post_quant_conv(z[None])
        for index in range(x.shape[2]):
            self.vae._conv_idx = [0]
            first = {"first_chunk": True} if index == 0 else {}
            yield self.vae.decoder(
                x[:, :, index : index + 1], feat_cache=self.vae._feat_map, feat_idx=self.vae._conv_idx, **first
            )[0].clamp(-1, 1)
        self.vae.clear_cache()


def _cached(conv: Any) -> Layer:
    """A causal convolution with its caches: the last frames of its input, of this piece and of the one before."""

    def run(x: Tensor, caches: list[Any], index: list[int]) -> Tensor:
        before = caches[index[0]]
        kept = x[:, :, -_KEPT_FRAMES:].clone()
        if kept.shape[2] < _KEPT_FRAMES and before is not None:
            kept = torch.cat([before[:, :, -1:], kept], dim=2)
        made: Tensor = conv(x, before)
        caches[index[0]] = kept
        index[0] += 1
        return made

    return run


def _unless_settled(
    number: int, layer: Layer, x: Tensor, caches: list[Any], index: list[int], seen: dict[int, _Seen]
) -> Tensor:
    """Run a layer, or return its earlier result for the same input and the same caches."""
    before = seen.get(number)
    if before is not None and before.settled and before.given is x:
        index[0] = before.next_cache
        return before.made
    start, held = index[0], list(caches)
    made = layer(x, caches, index)
    settled = (
        before is not None
        and _equal(before.given, x)
        and _equal(before.made, made)
        and all(_equal(one, other) for one, other in zip(held[start : index[0]], caches[start : index[0]], strict=True))
    )
    if settled and before is not None:
        x, made = before.given, before.made
    seen[number] = _Seen(x, made, index[0], settled)
    return made


def _equal(one: Any, other: Any) -> bool:
    if one is other:
        return True
    return (
        isinstance(one, Tensor)
        and isinstance(other, Tensor)
        and one.shape == other.shape
        and one.device.type != "meta"
        and torch.equal(one, other)
    )
