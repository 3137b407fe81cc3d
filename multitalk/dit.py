"""The diffusion transformer: Wan2.1-I2V with an audio cross-attention in every block.

    patches + timestep -> [self-attention, text and picture, audio, feed-forward] x layers -> head -> velocity

Modules have the names of the published weights. `prepare` computes once what is constant over the steps of a chunk.
`velocities` runs the branches of the guidance through the layers together and shares the computations that are equal.
Norms, modulation, timestep and head are computed in at least float32, everything else in the dtype of the weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Protocol, TypeVar, cast

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from einops import rearrange
from torch import Tensor, nn

from multitalk.attention import CrossAttention, LayerNorm, SelfAttention
from multitalk.audio_attention import AudioAttention, speaker_map, token_positions
from multitalk.audio_projection import AudioProjection
from multitalk.config import DiTConfig
from multitalk.rope import Rotation, at_least_float32, grid_rotation

PATCH = (1, 2, 2)
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Branch:
    """The conditions of a forward pass.  text: the prompt, else the negative prompt; audio: the sound, else silence."""

    text: bool
    audio: bool


FULL, NO_TEXT, NO_AUDIO, NONE = Branch(True, True), Branch(False, True), Branch(True, False), Branch(False, False)


class StepCache(Protocol):
    """Skips the layers of a forward pass whose result would hardly change (see `step_cache.py`)."""

    def skips(self, branch: Branch) -> bool:
        """Whether this forward pass of the branch adds the cached residual instead of running the layers."""

    def residual(self, branch: Branch) -> Tensor:
        """What the layers added last time, (L, dim)."""

    def keep(self, branch: Branch, residual: Tensor) -> None:
        """Called after a forward pass that ran the layers."""

    def advance(self) -> None:
        """Called after a step of all branches."""


KeysValues = tuple[Tensor, Tensor]


@dataclass(frozen=True, eq=False)
class ChunkConstants:
    """The values that the steps of a chunk share.

    condition: (20, T, H, W) mask and picture channels; texts: by `Branch.text`, then by block: keys and values
    (S, heads, d); image: by block; audio: by `Branch.audio`, then by block: (T, tokens, heads, d); regions:
    (people + 1, tokens per latent frame) masks, None for one person; grid: latent frames, rows, columns of patches.
    """

    condition: Tensor
    texts: dict[bool, list[KeysValues]]
    image: list[KeysValues]
    audio: dict[bool, list[KeysValues]]
    regions: Tensor | None
    rotation: Rotation
    grid: tuple[int, int, int]

    @property
    def tokens_a_frame(self) -> int:
        """Visual tokens per latent frame."""
        return self.grid[1] * self.grid[2]


class Block(nn.Module):
    """One layer.

    x: (L, dim); modulation: six of (1, dim): shift, scale, gate of the self-attention, then of the feed-forward.
    """

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        dim, eps = config.dim, config.eps
        self.modulation = nn.Parameter(torch.randn(1, 6, dim) / dim**0.5)
        self.norm1 = LayerNorm(dim, eps, elementwise_affine=False)
        self.self_attn = SelfAttention(dim, config.num_heads, eps)
        self.norm3 = LayerNorm(dim, eps)
        self.cross_attn = CrossAttention(dim, config.num_heads, eps)
        self.norm_x = LayerNorm(dim, eps)
        self.audio_cross_attn = AudioAttention(config)
        self.norm2 = LayerNorm(dim, eps, elementwise_affine=False)
        self.ffn = nn.Sequential(nn.Linear(dim, config.ffn_dim), nn.GELU("tanh"), nn.Linear(config.ffn_dim, dim))

    def forward(self, work: Callable[[Block], _Made]) -> _Made:
        """Run one part of the layer; through `forward`, so that hooks can load and unload the weights around it."""
        return work(self)

    def modulated(self, timestep: Tensor) -> tuple[Tensor, ...]:
        """timestep: (1, 6, dim)."""
        return (at_least_float32(self.modulation) + timestep).unbind(1)

    def look_around(
        self, x: Tensor, modulation: Sequence[Tensor], rotation: Rotation, first: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Self-attention of tokens from `first` on, with all queries and keys.  Returns ((L - first, dim), q, k)."""
        shift, scale, gate, *_ = modulation
        q, k, v = self.self_attn.project(_modulate(self.norm1(x), shift, scale).type_as(x), rotation)
        return _gated(x[first:], self.self_attn(q[first:], k, v), gate), q, k

    def take_in(
        self,
        x: Tensor,
        modulation: Sequence[Tensor],
        text: KeysValues,
        image: KeysValues,
        audio: KeysValues,
        positions: Tensor | None,
    ) -> Tensor:
        """Text, picture, audio and feed-forward."""
        *_, shift, scale, gate = modulation
        x = x + self.cross_attn(self.norm3(x), (*text, *image))
        x = x + self.audio_cross_attn(self.norm_x(x), audio, positions)
        return _gated(x, self.ffn(_modulate(self.norm2(x), shift, scale).type_as(x)), gate)


class ImageEmbedding(nn.Module):
    """Projects picture tokens to the network's width."""

    def __init__(self, clip_dim: int, dim: int) -> None:
        super().__init__()
        self.proj = nn.Sequential(
            nn.LayerNorm(clip_dim),
            nn.Linear(clip_dim, clip_dim),
            nn.GELU(),
            nn.Linear(clip_dim, dim),
            nn.LayerNorm(dim),
        )

    def forward(self, features: Tensor) -> Tensor:
        """(257, clip_dim) -> (257, dim)."""
        result: Tensor = self.proj(features)
        return result


class Head(nn.Module):
    """Projects tokens to patches of velocity."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.norm = LayerNorm(config.dim, config.eps, elementwise_affine=False)
        self.head = nn.Linear(config.dim, config.out_dim * PATCH[0] * PATCH[1] * PATCH[2])
        self.modulation = nn.Parameter(torch.randn(1, 2, config.dim) / config.dim**0.5)

    def forward(self, x: Tensor, timestep: Tensor) -> Tensor:
        """x: (L, dim), timestep: (1, dim) -> (L, patch values) in at least float32."""
        shift, scale = (at_least_float32(self.modulation) + timestep[:, None]).unbind(1)
        return _precise(self.head, _modulate(self.norm(x), shift, scale))


class MultiTalkTransformer(ModelMixin, ConfigMixin):  # type: ignore[misc]  # diffusers is not typed
    """The network. Built from the fields of `DiTConfig` as keywords."""

    _no_split_modules = ["Block"]  # noqa: RUF012 - diffusers reads these off the class
    _supports_group_offloading = True

    patch_embedding: nn.Conv3d
    text_embedding: nn.Sequential
    time_embedding: nn.Sequential
    time_projection: nn.Sequential
    img_emb: ImageEmbedding
    audio_proj: AudioProjection
    head: Head

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(self, **fields: Any) -> None:
        super().__init__()
        config = DiTConfig(**fields)
        self.sizes = config
        dim = config.dim
        self.patch_embedding = nn.Conv3d(config.in_dim, dim, PATCH, PATCH)
        self.text_embedding = nn.Sequential(nn.Linear(config.text_dim, dim), nn.GELU("tanh"), nn.Linear(dim, dim))
        self.time_embedding = nn.Sequential(nn.Linear(config.freq_dim, dim), nn.SiLU(), nn.Linear(dim, dim))
        self.time_projection = nn.Sequential(nn.SiLU(), nn.Linear(dim, 6 * dim))
        self.img_emb = ImageEmbedding(config.clip_dim, dim)
        self.audio_proj = AudioProjection(config)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.num_layers))
        self.head = Head(config)
        # runs a pass through all blocks: code that moves weights block by block must know where a pass begins
        self.passes: Callable[[Callable[[], Any]], Any] = _do

    @classmethod
    def from_sizes(cls, config: DiTConfig) -> MultiTalkTransformer:
        """The network of a configuration, with newly initialised weights."""
        result: MultiTalkTransformer = cls(**asdict(config))
        return result

    @property
    def layers(self) -> list[Block]:
        """The blocks in order."""
        return cast(list[Block], list(self.blocks))

    def prepare(
        self, text: tuple[Tensor, Tensor], image: Tensor, condition: Tensor, audio: Tensor, speaker_masks: Tensor
    ) -> ChunkConstants:
        """Compute everything that the steps of a chunk share.

        text: of the prompt and the negative prompt, each (tokens <= text_len, text_dim); image: (1, 257, clip_dim);
        condition: (20, T, H, W); audio: (N, F, window, layers, channels), F = vae_scale * (T - 1) + 1;
        speaker_masks: (N + 1, H, W), the background last (any for one person).
        """
        frames, height, width = condition.shape[1:]
        grid = (frames, height // PATCH[1], width // PATCH[2])
        picture = self.img_emb(image[0].to(self.dtype))
        prompts = {kept: self._text(tokens) for kept, tokens in zip((True, False), text, strict=True)}
        heard, silence = self.audio_proj(audio.to(self.dtype)), self._silence(audio)
        texts: dict[bool, list[KeysValues]] = {True: [], False: []}
        pictures: list[KeysValues] = []
        listened: dict[bool, list[KeysValues]] = {True: [], False: []}

        def constants_of(block: Block) -> None:
            k, v, k_img, v_img = block.cross_attn.keys_values(prompts[True], picture)
            texts[True].append((k, v))
            texts[False].append(block.cross_attn.text_keys_values(prompts[False]))
            pictures.append((k_img, v_img))
            listened[True].append(block.audio_cross_attn.keys_values(heard))
            listened[False].append(_for_all_frames(block.audio_cross_attn.keys_values(silence), frames))

        self.passes(lambda: [block(constants_of) for block in self.layers])
        rotation = grid_rotation(grid, self.sizes.head_dim, self.dtype, condition.device)
        regions = self._regions(speaker_masks, grid) if len(audio) > 1 else None
        return ChunkConstants(condition.to(self.dtype), texts, pictures, listened, regions, rotation, grid)

    def velocities(
        self,
        latents: Tensor,
        timestep: Tensor,
        constants: ChunkConstants,
        branches: Sequence[Branch],
        *,
        num_unread_latents: int = 0,
        step_cache: StepCache | None = None,
    ) -> tuple[Tensor, ...]:
        """The velocity of each branch, (16, T, H, W) in at least float32.

        latents: (16, T, H, W); timestep: (1,) in 1000..0. num_unread_latents: latent frames at the beginning whose
        velocity is not used afterwards; the last layer skips them, and they are returned as zeros.
        """
        inputs = torch.cat([latents.to(self.dtype), constants.condition])
        start = self.patch_embedding(inputs[None])[0].flatten(1).T
        embedded, projected = self._time(timestep)
        first = num_unread_latents * constants.tokens_a_frame
        run = [branch for branch in branches if step_cache is None or not step_cache.skips(branch)]
        made = dict(zip(run, self._layers(start, projected, constants, run, num_unread_latents), strict=True))
        outputs = []
        for branch in branches:
            if branch in made:
                x = made[branch]
                if step_cache is not None:
                    step_cache.keep(branch, x - start[first:])
            else:
                assert step_cache is not None
                x = start[first:] + step_cache.residual(branch)[-(len(start) - first) :]
            outputs.append(self._unpatchify(self.head(x, embedded), constants.grid, num_unread_latents))
        return tuple(outputs)

    def timestep_signal(self, timestep: Tensor) -> Tensor:
        """The modulation of the blocks for a timestep (1,): (1, 6, dim)."""
        return self._time(timestep.to(self.device))[1]

    def forward(
        self,
        latents: Tensor,
        timestep: Tensor,
        text: Tensor,
        image: Tensor,
        condition: Tensor,
        audio: Tensor,
        speaker_masks: Tensor,
    ) -> Tensor:
        """One forward pass with all conditions, arguments as in `prepare`; (16, T, H, W)."""
        constants = self.prepare((text, text), image, condition, audio, speaker_masks)
        return self.velocities(latents, timestep, constants, (FULL,))[0]

    def _layers(
        self,
        start: Tensor,
        timestep: Tensor,
        constants: ChunkConstants,
        branches: Sequence[Branch],
        num_unread_latents: int,
    ) -> list[Tensor]:
        """Run all blocks, layer by layer for all branches.  start: (L, dim) -> each (L - unread tokens, dim)."""
        states = [start] * len(branches)

        def advance(block: Block, index: int) -> None:
            unread = num_unread_latents if index == len(self.blocks) - 1 else 0
            first = unread * constants.tokens_a_frame
            modulation = block.modulated(timestep)
            places: Tensor | None = None
            for number, branch in enumerate(branches):
                if index or not number:  # before the first block the branches are equal
                    seen, q, k = block.look_around(states[number], modulation, constants.rotation, first)
                    places = None
                if branch.audio and constants.regions is not None and places is None:
                    places = token_positions(speaker_map(q, k, constants.regions), self.sizes)[first:]
                k_audio, v_audio = constants.audio[branch.audio][index]
                states[number] = block.take_in(
                    seen,
                    modulation,
                    constants.texts[branch.text][index],
                    constants.image[index],
                    (k_audio[unread:], v_audio[unread:]),
                    places if branch.audio else None,
                )

        if branches:
            self.passes(lambda: [block(partial(advance, index=index)) for index, block in enumerate(self.layers)])
        return states

    def _text(self, tokens: Tensor) -> Tensor:
        """The text padded with zeros, which take part in the attention as in training: (text_len, dim)."""
        tokens = tokens.to(self.dtype)
        result: Tensor = self.text_embedding(F.pad(tokens, (0, 0, 0, self.sizes.text_len - len(tokens))))
        return result

    def _time(self, timestep: Tensor) -> tuple[Tensor, Tensor]:
        """(1, dim) and (1, 6, dim), in at least float32."""
        half = self.sizes.freq_dim // 2
        frequencies = 10_000.0 ** (-torch.arange(half, dtype=torch.float64, device=timestep.device) / half)
        angles = timestep.double()[:, None] * frequencies
        precise = torch.float64 if self.dtype == torch.float64 else torch.float32
        hidden = torch.cat([angles.cos(), angles.sin()], dim=-1).to(precise)
        first, _, second = self.time_embedding
        embedded = _precise(second, F.silu(_precise(first, hidden)))
        return embedded, torch.unflatten(_precise(self.time_projection[1], F.silu(embedded)), -1, (6, -1))

    def _silence(self, audio: Tensor) -> Tensor:
        """Tokens of one silent person: one latent frame of the first kind and one of the later kind."""
        result: Tensor = self.audio_proj(audio.new_zeros(1, 1 + self.sizes.vae_scale, *audio.shape[2:]).to(self.dtype))
        return result

    def _regions(self, masks: Tensor, grid: tuple[int, int, int]) -> Tensor:
        """(people + 1, H, W) -> (people + 1, tokens per latent frame): a token takes the value of its first pixel."""
        regions = (F.interpolate(masks[None].float(), size=grid[1:], mode="nearest")[0] > 0).flatten(1)
        if masks.device.type != "meta":
            for person, area in enumerate(regions[:-1].sum(dim=1).tolist(), start=1):
                if not area:
                    raise ValueError(
                        f"the region of person {person} contains no token: it is too small or outside the picture"
                    )
        return regions.to(self.dtype)

    def _unpatchify(self, patches: Tensor, grid: tuple[int, int, int], num_unread_latents: int) -> Tensor:
        """(L - unread tokens, patch values) -> (16, T, H, W), zeros for the unread frames."""
        frames, rows, columns = grid
        part = rearrange(
            patches,
            "(t h w) (p q r c) -> c (t p) (h q) (w r)",
            t=frames - num_unread_latents,
            h=rows,
            w=columns,
            p=PATCH[0],
            q=PATCH[1],
            r=PATCH[2],
        )
        return F.pad(part, (0, 0, 0, 0, num_unread_latents, 0))


def _do(work: Callable[[], Any]) -> Any:
    return work()


def _modulate(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    return at_least_float32(x) * (1 + scale) + shift


def _gated(x: Tensor, change: Tensor, gate: Tensor) -> Tensor:
    return (at_least_float32(x) + at_least_float32(change) * gate).type_as(x)


def _precise(layer: nn.Module, x: Tensor) -> Tensor:
    """A linear layer in its input's dtype, which is at least float32."""
    assert isinstance(layer, nn.Linear)
    return F.linear(x, layer.weight.to(x.dtype), layer.bias.to(x.dtype))


def _for_all_frames(first_and_later: KeysValues, frames: int) -> KeysValues:
    """Keys and values of the first and of every later latent frame, expanded to `frames` frames."""
    k, v = (torch.cat([part[:1], part[1:].expand(frames - 1, *part.shape[1:])]) for part in first_and_later)
    return k, v
