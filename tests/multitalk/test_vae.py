"""The streamed autoencoder against the library's own, which takes a video whole."""

from __future__ import annotations

import pytest
import torch
from diffusers import AutoencoderKLWan
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from multitalk.config import VAEConfig
from multitalk.vae import StreamingVAE, build_vae


@pytest.fixture(scope="module")
def vae() -> AutoencoderKLWan:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return build_vae(VAEConfig(base_dim=4))


def statistics(vae: AutoencoderKLWan) -> tuple[Tensor, Tensor]:
    return (
        torch.tensor(vae.config.latents_mean).view(-1, 1, 1, 1),
        torch.tensor(vae.config.latents_std).view(-1, 1, 1, 1),
    )


@pytest.mark.parametrize("given", [1, 5, 9, 12, 25, 53])
@torch.inference_mode()
def test_encode_that_stops_early_is_exact(vae: AutoencoderKLWan, given: int) -> None:
    frames = torch.rand(3, given, 32, 48, generator=torch.Generator().manual_seed(given)) * 2 - 1
    whole = torch.cat([frames, torch.zeros(3, 53 - given, 32, 48)], dim=1)
    mean, std = statistics(vae)
    expected = (vae.encode(whole[None]).latent_dist.mode()[0] - mean) / std
    made = StreamingVAE(vae).encode(frames, 53)
    assert made.shape == (16, 14, 4, 6)
    assert float((made - expected).abs().max()) <= 1e-6


@torch.inference_mode()
def test_frames_come_as_latents_are_decoded(vae: AutoencoderKLWan) -> None:
    latents = torch.randn(16, 5, 4, 6, generator=torch.Generator().manual_seed(0))
    mean, std = statistics(vae)
    pieces = list(StreamingVAE(vae).decode(latents))
    assert [piece.shape[1] for piece in pieces] == [1, 4, 4, 4, 4]
    expected = vae.decode((latents * std + mean)[None]).sample[0].clamp(-1, 1)
    assert float((torch.cat(pieces, dim=1) - expected).abs().max()) <= 1e-6


@torch.inference_mode()
def test_encode_stops_once_its_input_is_constant(vae: AutoencoderKLWan) -> None:
    def cost(given: int) -> int:
        with FlopCounterMode(display=False) as counter:
            StreamingVAE(vae).encode(torch.rand(3, given, 32, 32) * 2 - 1, 81)
        return int(counter.get_total_flops())

    whole = cost(81)
    assert cost(1) <= 0.37 * whole
    assert cost(25) <= 0.65 * whole
