"""Operations of a sampling step at the true size, counted on the meta device."""

from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from multitalk.config import PRESETS
from multitalk.dit import FULL, NO_TEXT, NONE, MultiTalkTransformer


@pytest.fixture(scope="module")
def hollow_model() -> MultiTalkTransformer:
    """The model of the published sizes, without any numbers in it."""
    with torch.inference_mode(), torch.device("meta"):
        return MultiTalkTransformer.from_sizes(PRESETS["multitalk-480p"].dit).eval()


@pytest.mark.parametrize(("people", "most"), [(1, 5.37e15), (2, 5.42e15)])
def test_a_streaming_step_at_480p_costs_no_more_than_it_must(hollow_model, people, most):
    model, sizes, grid = hollow_model, PRESETS["multitalk-480p"].dit, (21, 60, 104)
    with torch.inference_mode(), torch.device("meta"):
        words = torch.empty(sizes.text_len, sizes.text_dim)
        constants = model.prepare(
            (words, words),
            torch.empty(1, 257, sizes.clip_dim),
            torch.empty(20, *grid),
            torch.empty(people, 81, 5, sizes.audio_layers, sizes.audio_channels),
            torch.empty(3, *grid[1:]),
        )
        with FlopCounterMode(display=False) as counter:
            model.velocities(
                torch.empty(16, *grid), torch.empty(1), constants, (FULL, NO_TEXT, NONE), num_unread_latents=7
            )
    assert 0.9 * most < counter.get_total_flops() <= most
