"""Audio cross-attention, and the binding of each voice to its person (L-RoPE, Kong et al. 2025, section 3.3).

Visual tokens and audio tokens get positions on a line. Each person has a range of it, with their audio in the middle.
A visual token gets the position of the person that it resembles most. Resemblance is softmax attention from the token
to the tokens of the first latent frame, summed over each person's region.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from multitalk.attention import attend
from multitalk.config import DiTConfig
from multitalk.rope import line_rotation, rotate

_ALIGNED = 8  # fused attention kernels need the width of the values to be a multiple of this


def person_ranges(num_people: int, config: DiTConfig) -> tuple[tuple[float, float], ...]:
    """Ranges on the line, evenly spread over it; two people have 0-4 and 20-24, as trained."""
    if num_people == 1:
        return ((0.0, float(config.class_interval)),)
    step = (config.class_range - config.class_interval) / (num_people - 1)
    return tuple((person * step, person * step + config.class_interval) for person in range(num_people))


def speaker_map(q: Tensor, k: Tensor, masks: Tensor) -> Tensor:
    """How much each visual token resembles each region, (regions, L).

    q: (L, heads, d); k: (>= reference tokens, heads, d), both rotated; masks: (regions, reference tokens).
    One attention whose values are the masks divided by their areas: the L x S matrix of weights is never allocated.
    """
    regions, num = masks.shape
    heads = max(1, q.shape[1] // 2 * 2)  # the reference splits the heads into two halves; an odd one is left out
    values = (masks / masks.sum(dim=1, keepdim=True).clamp(min=1)).T.to(q.dtype)  # the background may be empty
    values = F.pad(values, (0, -regions % _ALIGNED))[:, None].expand(num, heads, -1)
    return attend(q[:, :heads], k[:num, :heads], values)[..., :regions].mean(dim=1).T


def token_positions(regions: Tensor, config: DiTConfig) -> Tensor:
    """The position of each visual token on the line, (L,).  regions: (people + 1, L), the background last."""
    people, background = regions[:-1], float(config.class_range // 2)
    low, high = people.amin(dim=1, keepdim=True), people.amax(dim=1, keepdim=True)
    share = (people - low) / (high - low + 1e-8)
    ranges = torch.tensor(person_ranges(len(people), config), dtype=regions.dtype, device=regions.device)
    places = share * (ranges[:, 1:] - ranges[:, :1]) + ranges[:, :1]
    places = torch.cat([places, torch.full_like(places[:1], background)])
    return places.gather(0, regions.argmax(dim=0, keepdim=True))[0]


class AudioAttention(nn.Module):
    """The visual tokens of a latent frame attend to the audio tokens of that frame."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.config = config
        self.q_linear = nn.Linear(config.dim, config.dim)
        self.kv_linear = nn.Linear(config.audio_dim, 2 * config.dim)
        self.proj = nn.Linear(config.dim, config.dim)

    def keys_values(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Constant over the steps: keys and values, each (T, N * num_tokens, heads, d).

        tokens: (N, T, num_tokens, audio_dim).
        """
        num_people, num_tokens = tokens.shape[0], tokens.shape[2]
        both = self.kv_linear(tokens.transpose(0, 1).flatten(1, 2)).unflatten(-1, (2, self.config.num_heads, -1))
        k, v = both.unbind(-3)
        if num_people > 1:
            middles = [(low + high) / 2 for low, high in person_ranges(num_people, self.config)]
            places = torch.tensor(middles, dtype=k.dtype, device=k.device).repeat_interleave(num_tokens)
            k = rotate(k, line_rotation(places, self.config.head_dim))
        return k, v

    def forward(self, x: Tensor, audio: tuple[Tensor, Tensor], positions: Tensor | None) -> Tensor:
        """x: (L, dim); audio: from `keys_values`, for T latent frames of L / T tokens; positions: (L,), None for one
        person."""
        k, v = audio
        q = self.q_linear(x).unflatten(-1, (self.config.num_heads, -1))
        if positions is not None:
            q = rotate(q, line_rotation(positions, self.config.head_dim))
        heard = attend(q.unflatten(0, (k.shape[0], -1)), k, v)
        result: Tensor = self.proj(heard.flatten(0, 1).flatten(-2))
        return result
