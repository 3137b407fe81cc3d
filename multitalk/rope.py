"""Rotary positions: three axes for visual tokens, and one line that separates people (L-RoPE).

Adjacent channels (2i, 2i+1) are the real and imaginary part of a number that is rotated by position * base^(-2i/d)
(Su et al. 2021). Tables are computed in float64 and stored in at least float32.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

BASE = 10_000.0


class Rotation(NamedTuple):
    """cos and sin of every rotation, each (tokens, 1, head_dim / 2)."""

    cos: Tensor
    sin: Tensor


def at_least_float32(x: Tensor) -> Tensor:
    """`x` in float32, or unchanged if it is more precise: used where the reference leaves half precision."""
    return x if x.dtype in (torch.float32, torch.float64) else x.float()


def grid_rotation(grid: tuple[int, int, int], head_dim: int, dtype: torch.dtype, device: torch.device) -> Rotation:
    """Rotations of visual tokens, row-major over (latent frames, rows, columns) of patches.

    Time takes head_dim - 4 * (head_dim // 6) channels, rows and columns 2 * (head_dim // 6) each. Every chunk begins
    at time 0.
    """
    sixth = head_dim // 6
    angles = []
    for axis, (length, channels) in enumerate(zip(grid, (head_dim - 4 * sixth, 2 * sixth, 2 * sixth), strict=True)):
        turns = torch.outer(torch.arange(length, dtype=torch.float64, device=device), _frequencies(channels, device))
        shape = [1, 1, 1, channels // 2]
        shape[axis] = length
        angles.append(turns.view(shape).expand(*grid, channels // 2))
    return _rotation(torch.cat(angles, dim=-1).flatten(0, 2), dtype)


def line_rotation(positions: Tensor, head_dim: int) -> Rotation:
    """Rotations of tokens at positions on a line.  positions: (tokens,) floating."""
    frequencies = _frequencies(head_dim, positions.device).to(at_least_float32(positions).dtype)
    return _rotation(at_least_float32(positions)[:, None] * frequencies, positions.dtype)


def rotate(x: Tensor, rotation: Rotation) -> Tensor:
    """Rotate queries or keys.  x: (..., tokens, heads, head_dim)."""
    real, imaginary = torch.unflatten(at_least_float32(x), -1, (-1, 2)).unbind(-1)
    cos, sin = rotation
    return torch.stack([real * cos - imaginary * sin, real * sin + imaginary * cos], dim=-1).flatten(-2).type_as(x)


def _frequencies(channels: int, device: torch.device) -> Tensor:
    return BASE ** (-torch.arange(0, channels, 2, dtype=torch.float64, device=device) / channels)


def _rotation(angles: Tensor, dtype: torch.dtype) -> Rotation:
    kept = torch.float64 if dtype == torch.float64 else torch.float32
    return Rotation(angles.cos().to(kept)[:, None], angles.sin().to(kept)[:, None])
