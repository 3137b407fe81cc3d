"""Denoises one chunk: Euler steps from noise to latents, with the end of the chunk before held fixed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from multitalk.schedule import NUM_TIMESTEPS

VelocityFn = Callable[[Tensor, Tensor], Tensor]  # (latents (16, T, H, W), timestep (1,)) -> velocity
MotionNoise = Callable[[int, tuple[int, ...]], Tensor]


@dataclass(frozen=True, eq=False)
class Motion:
    """Latents of the frames before, (16, n, H, W), held fixed at the beginning of the chunk.

    clean: without noise before and after every step (InfiniteTalk); else at the noise level of the step, with new
    noise each time (MultiTalk).
    """

    latents: Tensor
    clean: bool


def denoise(
    velocity: VelocityFn, noise: Tensor, timesteps: Tensor, motion: Motion | None, motion_noise: MotionNoise
) -> Tensor:
    """Integrate the flow from noise to latents.  noise: (16, T, H, W); timesteps: (steps + 1,) from 1000 to 0.

    velocity = noise - latents, so that a step toward less noise subtracts it.
    """
    latents = _held(noise, motion, timesteps[0], 0, motion_noise)
    for step, (now, later) in enumerate(itertools.pairwise(timesteps), start=1):
        latents = latents - velocity(latents, now[None]) * ((now - later) / NUM_TIMESTEPS)
        latents = _held(latents, motion, later, step, motion_noise)
    return latents


def _held(latents: Tensor, motion: Motion | None, timestep: Tensor, index: int, motion_noise: MotionNoise) -> Tensor:
    """The latents with their beginning replaced by the motion latents."""
    if motion is None:
        return latents
    held = latents.clone()
    num = motion.latents.shape[1]
    if motion.clean:
        held[:, :num] = motion.latents
    else:
        sigma = timestep / NUM_TIMESTEPS
        fresh = motion_noise(index, tuple(motion.latents.shape)).to(motion.latents)
        held[:, :num] = (1 - sigma) * motion.latents + sigma * fresh
    return held
