"""Noise for sampling: made on the CPU from (seed, chunk, use), so that any chunk can be made again on its own and every
device starts from the same numbers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


class Noise(Protocol):
    """A source of noise."""

    def initial(self, chunk: int, shape: tuple[int, ...]) -> Tensor:
        """The initial noise of a chunk, float32 on the CPU."""

    def motion(self, chunk: int, index: int, shape: tuple[int, ...]) -> Tensor:
        """Noise for the motion latents: before the first step (index 0) and after step index - 1."""


@dataclass(frozen=True)
class SeededNoise:
    """A separate random generator for every use."""

    seed: int

    def initial(self, chunk: int, shape: tuple[int, ...]) -> Tensor:
        """See `Noise`."""
        return torch.randn(shape, generator=self._generator(chunk, "initial"))

    def motion(self, chunk: int, index: int, shape: tuple[int, ...]) -> Tensor:
        """See `Noise`."""
        return torch.randn(shape, generator=self._generator(chunk, f"motion {index}"))

    def _generator(self, chunk: int, use: str) -> torch.Generator:
        digest = hashlib.sha256(f"{self.seed} {chunk} {use}".encode()).digest()
        return torch.Generator("cpu").manual_seed(int.from_bytes(digest[:8], "little") >> 1)
