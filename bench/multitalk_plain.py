"""A sampling step written straightforwardly: three forwards that recompute every constant, as the reference does.

Takes the network's weights and nothing of its cleverness: text, picture and audio are embedded, their keys and values
projected, rotary tables made and the reference map's L x S matrix of weights written out, in every forward.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from multitalk.audio_attention import person_ranges, token_positions
from multitalk.dit import Branch, MultiTalkTransformer
from multitalk.rope import grid_rotation, line_rotation, rotate


def plain_step(
    model: MultiTalkTransformer,
    latents: Tensor,
    timestep: Tensor,
    text: tuple[Tensor, Tensor],
    image: Tensor,
    condition: Tensor,
    audio: Tensor,
    masks: Tensor,
    branches: tuple[Branch, ...],
) -> tuple[Tensor, ...]:
    """Arguments as those of `MultiTalkTransformer.prepare` and `velocities`."""
    return tuple(
        _forward(
            model,
            latents,
            timestep,
            text[0 if branch.text else 1],
            image,
            condition,
            audio if branch.audio else torch.zeros_like(audio[-1:]),
            masks,
        )
        for branch in branches
    )


def _forward(
    model: MultiTalkTransformer,
    latents: Tensor,
    timestep: Tensor,
    text: Tensor,
    image: Tensor,
    condition: Tensor,
    audio: Tensor,
    masks: Tensor,
) -> Tensor:
    sizes = model.sizes
    frames, height, width = latents.shape[1:]
    grid = (frames, height // 2, width // 2)
    x = model.patch_embedding(torch.cat([latents, condition])[None])[0].flatten(1).T
    embedded, projected = model._time(timestep)
    words, picture = model._text(text), model.img_emb(image[0])
    tokens = model.audio_proj(audio)
    regions = (F.interpolate(masks[None].float(), size=grid[1:], mode="nearest")[0] > 0).flatten(1).to(x.dtype)
    for block in model.layers:
        modulation = block.modulated(projected)
        rotation = grid_rotation(grid, sizes.head_dim, x.dtype, x.device)
        x, q, k = block.look_around(x, modulation, rotation, 0)
        written_out = _reference_map(q, k[: grid[1] * grid[2]], regions)  # also where one person makes it useless
        positions = token_positions(written_out, sizes) if len(audio) > 1 else None
        *kv, k_img, v_img = block.cross_attn.keys_values(words, picture)
        k_audio, v_audio = _audio_keys_values(block.audio_cross_attn, tokens)
        x = block.take_in(x, modulation, (kv[0], kv[1]), (k_img, v_img), (k_audio, v_audio), positions)
    return model._unpatchify(model.head(x, embedded), grid, 0)


def _reference_map(q: Tensor, k: Tensor, regions: Tensor) -> Tensor:
    """(regions, L), in two halves of the heads, every weight written out."""
    total = torch.zeros(len(regions), len(q), dtype=q.dtype)
    for half_q, half_k in zip(q.chunk(2, dim=1), k.chunk(2, dim=1), strict=True):
        scores = torch.einsum("lhd,shd->hls", half_q * q.shape[-1] ** -0.5, half_k).softmax(-1)
        total += torch.stack([((scores * region).sum(-1) / region.sum()).mean(0) for region in regions]) / 2
    return total


def _audio_keys_values(layer: torch.nn.Module, tokens: Tensor) -> tuple[Tensor, Tensor]:
    both = layer.kv_linear(tokens.transpose(0, 1).flatten(1, 2)).unflatten(-1, (2, layer.config.num_heads, -1))
    k, v = both.unbind(-3)
    if len(tokens) > 1:
        middles = [sum(ends) / 2 for ends in person_ranges(len(tokens), layer.config)]
        places = torch.tensor(middles, dtype=k.dtype).repeat_interleave(tokens.shape[2])
        k = rotate(k, line_rotation(places, layer.config.head_dim))
    return k, v
