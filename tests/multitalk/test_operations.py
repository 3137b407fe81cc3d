"""Operations of a sampling step at the true size, counted on the meta device, a few layers of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from multitalk.config import PRESETS
from multitalk.dit import FULL, NO_TEXT, NONE, MultiTalkTransformer

SIZES = PRESETS["multitalk-480p"].dit


def operations(num_layers: int, people: int) -> int:
    """Floating-point operations of a step of the published model with so many of its layers, all alike."""
    grid = (21, 60, 104)
    with torch.inference_mode(), torch.device("meta"):
        model = MultiTalkTransformer.from_sizes(replace(SIZES, num_layers=num_layers)).eval()
        words = torch.empty(SIZES.text_len, SIZES.text_dim)
        constants = model.prepare(
            (words, words),
            torch.empty(1, 257, SIZES.clip_dim),
            torch.empty(20, *grid),
            torch.empty(people, 81, 5, SIZES.audio_layers, SIZES.audio_channels),
            torch.empty(3, *grid[1:]),
        )
        with FlopCounterMode(display=False) as counter:
            model.velocities(
                torch.empty(16, *grid), torch.empty(1), constants, (FULL, NO_TEXT, NONE), num_unread_latents=7
            )
    return counter.get_total_flops()


@pytest.mark.parametrize(("people", "most"), [(1, 5.37e15), (2, 5.42e15)])
def test_a_streaming_step_at_480p_costs_no_more_than_it_must(people, most):
    """From two, three and four layers: each further one adds the same, up to all."""
    two, three, four = (operations(layers, people) for layers in (2, 3, 4))
    assert four - three == three - two > 0
    assert 0.9 * most < two + (SIZES.num_layers - 2) * (three - two) <= most
