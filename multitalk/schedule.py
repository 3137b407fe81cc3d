"""The noise schedule: Euler steps of flow matching, shifted toward high noise."""

from __future__ import annotations

import torch
from torch import Tensor

NUM_TIMESTEPS = 1000


def timesteps(num_steps: int, shift: float) -> Tensor:
    """(num_steps + 1,) float32, falling from 1000 to 0.

    u' = shift * u / (1 + (shift - 1) * u) for u evenly from 1 to 0.001, and a last step to 0.
    """
    even = torch.linspace(NUM_TIMESTEPS, 1, num_steps, dtype=torch.float32) / NUM_TIMESTEPS
    warped = NUM_TIMESTEPS * shift * even / (1 + (shift - 1) * even)
    return torch.cat([warped, torch.zeros(1)])
