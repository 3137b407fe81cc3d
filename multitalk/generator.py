"""Generates a video of any length, chunk by chunk.

    reference + tail of the chunk before -> condition -> sample -> decode -> colours -> frames

A chunk needs only the last frames of the chunk before. With the latents stored on disk, any chunk can be made or
decoded again without holding the others in memory.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from multitalk.buckets import fit_picture, pick_bucket
from multitalk.color import match_colors
from multitalk.config import Preset, SamplingOptions
from multitalk.dit import ChunkConstants, MultiTalkTransformer, StepCache
from multitalk.guidance import APGState, branches, combine, reads_all_frames
from multitalk.masks import speaker_masks
from multitalk.noise import Noise
from multitalk.places import PlacedChunk
from multitalk.request import GenerationRequest, Picture
from multitalk.sampler import Motion, denoise
from multitalk.schedule import timesteps
from multitalk.step_cache import TeaCache, plan_steps
from multitalk.store import ChunkStore
from multitalk.vae import STRIDE, StreamingVAE

Progress = Callable[[int, int, int], None]  # (chunk, steps done, total steps)
_LOG = logging.getLogger(__name__)
_DECODED = 2  # chunks whose frames are kept in memory


class TextEncoder(Protocol):
    """Encodes prompts to tokens."""

    def encode(self, texts: list[str]) -> list[Tensor]:
        """One (tokens, text_dim) per text."""


class ImageEncoder(Protocol):
    """Encodes a frame to tokens."""

    def encode(self, frame: Tensor) -> Tensor:
        """(3, height, width) in -1..1 -> (1, 257, clip_dim)."""


@dataclass(frozen=True, eq=False)
class Models:
    """The networks of a preset."""

    transformer: MultiTalkTransformer
    vae: StreamingVAE
    text_encoder: TextEncoder
    image_encoder: ImageEncoder


@dataclass(frozen=True, eq=False)
class GeneratedChunk:
    """New frames of a chunk: `frames` (f, height, width, 3) uint8 RGB, the first of which is `first`."""

    index: int
    first: int
    frames: NDArray[np.uint8]


class Generation:
    """A video that is being generated. Not safe for use by two threads at the same time."""

    def __init__(
        self,
        request: GenerationRequest,
        preset: Preset,
        options: SamplingOptions,
        models: Models,
        noise: Noise,
        store: ChunkStore | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.request, self.preset, self.options, self.models = request, preset, options, models
        self.chunks = request.chunks if options.streaming else request.chunks[:1]
        self.bucket = pick_bucket(request.image.shape[0], request.image.shape[1], preset.bucket_table)
        self._noise, self._store, self._progress = noise, store, progress
        self._latents: OrderedDict[int, Tensor] = OrderedDict()
        self._frames: OrderedDict[int, Tensor] = OrderedDict()
        self._texts: dict[str, Tensor] = {}
        self._reference = self._fitted(request.image)

    @torch.inference_mode()
    def chunk(self, index: int) -> GeneratedChunk:
        """The new frames of a chunk, generated or decoded again."""
        placed = self.chunks[index]
        first = placed.first + placed.num_motion_frames
        frames = self.frames(index)[:, placed.num_motion_frames : self.request.num_frames - placed.first]
        pixels = ((frames + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
        return GeneratedChunk(index, first, pixels.permute(1, 2, 3, 0).contiguous().cpu().numpy())

    @torch.inference_mode()
    def latents(self, index: int) -> Tensor:
        """Latents of a chunk, (16, T, H, W): from disk, or sampled now, after the chunks before it."""
        for number in range(self._first_missing(index), index + 1):
            _LOG.info("chunk %d of %d", number + 1, len(self.chunks))
            made = self._sample(number)
            if self._store is not None:
                self._store.save(number, made)
            _remember(self._latents, number, made)
        kept = self._latents.get(index)
        if kept is None:
            assert self._store is not None
            kept = self._store.load(index)
            assert kept is not None
        return kept

    @torch.inference_mode()
    def frames(self, index: int) -> Tensor:
        """All frames of a chunk, motion frames too, (3, F, height, width) in -1..1, colours matched."""
        if index not in self._frames:
            decoded = torch.cat([piece.float().cpu() for piece in self.models.vae.decode(self.latents(index))], dim=1)
            matched = match_colors(decoded.numpy(), self._reference.numpy(), self.options.color_correction)
            _remember(self._frames, index, torch.from_numpy(matched))
        return self._frames[index]

    def _first_missing(self, index: int) -> int:
        """The first chunk to sample on the way to `index`: the one after the last stored chunk."""
        for number in range(index, -1, -1):
            if number in self._latents or (self._store is not None and self._store.load(number) is not None):
                return number + 1
        return 0

    def _sample(self, index: int) -> Tensor:
        placed, options = self.chunks[index], self.options
        tail = self.frames(index - 1)[:, -placed.num_motion_frames :] if index else None
        constants, motion = self._conditions(index, placed, tail)
        used = branches(options)
        cache = self._step_cache()
        apg = APGState()
        steps = timesteps(options.num_steps, options.shift)
        done = 0
        unread = 0 if motion is None or reads_all_frames(options) else motion.latents.shape[1]

        def velocity(latents: Tensor, timestep: Tensor) -> Tensor:
            nonlocal done
            made = self.models.transformer.velocities(
                latents, timestep.to(latents.device), constants, used, num_unread_latents=unread, step_cache=cache
            )
            if cache is not None:
                cache.advance()
            done += 1
            if self._progress is not None:
                self._progress(index, done, options.num_steps)
            return combine(dict(zip(used, made, strict=True)), options, apg)

        noise = self._noise.initial(index, tuple(constants.condition[:16].shape)).to(constants.condition.device)
        return (
            denoise(
                velocity,
                noise,
                steps.to(noise.device),
                motion,
                lambda number, shape: self._noise.motion(index, number, shape),
            )
            .float()
            .cpu()
        )

    def _conditions(self, index: int, placed: PlacedChunk, tail: Tensor | None) -> tuple[ChunkConstants, Motion | None]:
        """The conditions of the steps.  tail: last frames of the chunk before, (3, motion frames, h, w)."""
        anchored = self.preset.anchor == "source_frames"
        reference = self._source_frame(placed.first) if anchored else self._reference
        shown = reference[:, None] if tail is None or anchored else tail
        encoded = self.models.vae.encode(shown, placed.num_frames)
        condition = torch.cat([_frame_mask(shown.shape[1], placed.num_frames, encoded), encoded])
        num_latents = 1 + (shown.shape[1] - 1) // STRIDE[0]
        motion: Motion | None = None
        if anchored:
            before = reference[:, None] if tail is None else tail
            motion = Motion(self.models.vae.encode(before, before.shape[1]), clean=True)
        elif tail is not None:
            motion = Motion(encoded[:, :num_latents], clean=False)
        prompt = self.request.prompts[index] if self.request.prompts else self.request.prompt
        window = self.models.transformer.sizes.audio_window
        height, width = self.request.image.shape[:2]
        masks = speaker_masks(self.request.placed_regions(placed), height, width, self.bucket)
        device = encoded.device
        constants = self.models.transformer.prepare(
            (self._text(prompt).to(device), self._text(self.request.negative_prompt).to(device)),
            self.models.image_encoder.encode(shown[:, -1].to(device)),
            condition,
            self.request.audio_windows(placed, window).to(device),
            torch.from_numpy(masks).to(device),
        )
        return constants, motion

    def _step_cache(self) -> StepCache | None:
        threshold = self.options.step_cache_threshold
        if threshold is None:
            return None
        steps = timesteps(self.options.num_steps, self.options.shift)
        signals = [self.models.transformer.timestep_signal(step[None]) for step in steps[:-1]]
        return TeaCache(plan_steps(signals, threshold, self.preset.step_cache_coefficients))

    def _text(self, prompt: str) -> Tensor:
        if prompt not in self._texts:
            self._texts[prompt] = self.models.text_encoder.encode([prompt])[0]
        return self._texts[prompt]

    def _source_frame(self, frame: int) -> Tensor:
        return self._reference if self.request.source is None else self._fitted(self.request.source(frame))

    def _fitted(self, picture: Picture) -> Tensor:
        """(3, height, width) in -1..1, at the bucket's size."""
        pixels = torch.from_numpy(fit_picture(picture, self.bucket)).permute(2, 0, 1)
        return (pixels.float() / 255 - 0.5) * 2


def generate(generation: Generation) -> Iterator[GeneratedChunk]:
    """All chunks in order; together they contain exactly the requested frames."""
    for index in range(len(generation.chunks)):
        yield generation.chunk(index)


def _frame_mask(num_given: int, num_frames: int, like: Tensor) -> Tensor:
    """Which frames are given, as 4 latent channels, (4, T, H, W): the first frame fills a whole latent frame."""
    frames, height, width = like.shape[1:]
    given = (torch.arange(num_frames, device=like.device) < num_given).to(like.dtype)
    given = torch.cat([given[:1].expand(STRIDE[0] - 1), given])
    return given.view(frames, STRIDE[0]).T[:, :, None, None].expand(STRIDE[0], frames, height, width)


def _remember(held: OrderedDict[int, Tensor], index: int, value: Tensor) -> None:
    held[index] = value
    while len(held) > _DECODED:
        held.popitem(last=False)
