"""What saves time or memory changes nothing, or as little as it says: step cache, branches, offloading, 8 bits."""

from __future__ import annotations

import contextlib
import importlib.abc
import sys
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from test_dit import SIZES, inputs, network
from torch import nn

from multitalk.config import PRESETS, SamplingOptions
from multitalk.dit import FULL, NO_AUDIO, NO_TEXT, NONE, MultiTalkTransformer
from multitalk.errors import CheckpointError
from multitalk.guidance import branches
from multitalk.offload import place, visit
from multitalk.rope import grid_rotation, line_rotation, rotate
from multitalk.step_cache import RETAINED, TeaCache, plan_steps

CODES = (FULL, NO_TEXT, NONE)


@pytest.fixture(autouse=True)
def _no_gradients():
    with torch.inference_mode():
        yield


def run(
    model: MultiTalkTransformer,
    people: int = 2,
    cache: TeaCache | None = None,
    timestep: float = 611.25,
    used=CODES,
    **options,
) -> list[torch.Tensor]:
    data = inputs(people, dtype=next(model.parameters()).dtype, **options)
    constants = model.prepare(data["text"], data["image"], data["condition"], data["audio"], data["speaker_masks"])
    return model.velocities(data["latents"], torch.tensor([timestep]), constants, used, step_cache=cache)


def test_a_cache_that_leaves_out_nothing_changes_nothing():
    model, cache = network(), TeaCache((False, False))
    for timestep in (900.0, 800.0):
        for one, other in zip(run(model, timestep=timestep), run(model, cache=cache, timestep=timestep), strict=True):
            assert torch.equal(one, other)
        cache.advance()


@pytest.mark.parametrize("used", [CODES, (FULL, NO_AUDIO), (FULL, NO_TEXT), (FULL,)])
def test_each_branch_of_a_step_left_out_adds_its_own_layers_again(used):
    """Asked for the same step twice, the second time without its layers, every branch gives what it gave before."""
    model, cache = network(), TeaCache((False, True, True))
    calls: list[int] = []
    for block in model.layers:
        block.register_forward_pre_hook(lambda *_: calls.append(1))
    first = run(model, cache=cache, used=used)
    assert len(calls) == 2 * len(model.layers)  # for the constants, and in the step
    for _ in range(2):
        cache.advance()
        calls.clear()
        again = run(model, cache=cache, used=used)
        assert len(calls) == len(model.layers)  # for the constants alone
        for one, other in zip(first, again, strict=True):
            assert (one - other).abs().max() < 1e-12
    assert len({float(each.sum()) for each in first}) == len(used)


@given(st.lists(st.floats(0.5, 2.0), min_size=1, max_size=30), st.floats(0.0, 1.0))
def test_the_plan_of_steps_is_made_ahead(levels, threshold):
    signals = [torch.full((4,), level) for level in levels]
    plan = plan_steps(signals, threshold, "480")
    assert len(plan) == len(levels) and not any(plan[:RETAINED])
    assert plan == plan_steps(signals, threshold, "480")
    assert not any(plan_steps(signals, 0.0, "480"))


@pytest.mark.parametrize(
    ("text", "audio", "wanted"),
    [(5.0, 4.0, (FULL, NO_TEXT, NONE)), (1.0, 4.0, (FULL, NO_AUDIO)), (5.0, 1.0, (FULL, NO_TEXT)), (1.0, 1.0, (FULL,))],
)
def test_no_branch_is_computed_that_guidance_does_not_need(text, audio, wanted):
    assert branches(SamplingOptions(text_guidance_scale=text, audio_guidance_scale=audio)) == wanted


@settings(max_examples=20)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.integers(2, 3), st.sampled_from([1, 2, 3]))
def test_networks_of_any_shape(people, frames, rows, columns, heads):
    columns = max(columns, people)
    sizes = replace(SIZES, dim=heads * 12, num_heads=heads, num_layers=1)
    model = network(sizes)
    data = inputs(people, (frames, 2 * rows, 2 * columns), sizes)
    constants = model.prepare(data["text"], data["image"], data["condition"], data["audio"], data["speaker_masks"])
    together = model.velocities(data["latents"], data["timestep"], constants, CODES)
    for branch, one in zip(CODES, together, strict=True):
        (alone,) = model.velocities(data["latents"], data["timestep"], constants, (branch,))
        assert one.shape == (16, frames, 2 * rows, 2 * columns)
        assert (one - alone).abs().max() < 1e-9


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.sampled_from([12, 16, 24, 128]))
def test_turning_keeps_lengths_and_knows_only_distances(frames, rows, columns, head_dim):
    generator = torch.Generator().manual_seed(frames * 64 + rows * 8 + columns)
    x = torch.randn(frames * rows * columns, 2, head_dim, generator=generator, dtype=torch.float64)
    grid = grid_rotation((frames, rows, columns), head_dim, torch.float64, torch.device("cpu"))
    assert torch.allclose(rotate(x, grid).norm(dim=-1), x.norm(dim=-1))
    assert torch.equal(rotate(x, grid)[0], x[0])
    places = torch.arange(len(x), dtype=torch.float64)
    query, key = x[:1].expand(len(x), -1, -1), x[-1:].expand(len(x), -1, -1)
    near, far = (
        rotate(query, line_rotation(places + shift, head_dim))
        * rotate(key, line_rotation(torch.full_like(places, shift), head_dim))
        for shift in (0.0, 17.5)
    )
    assert torch.allclose(near.sum(-1), far.sum(-1))


class FarAway:
    """A second device where there is none: weights that are sent away are on "meta" and have no numbers there."""

    def __init__(self) -> None:
        self.home: dict[tuple[int, str], nn.Parameter] = {}
        self.brought, self.here, self.most = 0, set(), 0

    def parameters(self, group):
        for module in group.modules:
            for part in module.modules():
                for name, parameter in part._parameters.items():
                    if parameter is not None:
                        yield part, name, parameter

    def send(self, group) -> None:
        self.here.discard(id(group))
        for part, name, parameter in list(self.parameters(group)):
            if parameter.device.type != "meta":
                self.home[id(part), name] = parameter
                part._parameters[name] = nn.Parameter(torch.empty_like(parameter, device="meta"))

    def bring(self, group) -> None:
        self.brought += 1
        self.here.add(id(group))
        self.most = max(self.most, len(self.here))
        for part, name, parameter in list(self.parameters(group)):
            part._parameters[name] = self.home.get((id(part), name), parameter)


def test_blocks_come_for_their_work_and_go_again(monkeypatch):
    """With weights that are really away between their turns, the numbers are the same, and only one block is here."""
    from diffusers.hooks.group_offloading import ModuleGroup

    device = FarAway()
    monkeypatch.setattr(ModuleGroup, "offload_", lambda group: device.send(group))
    monkeypatch.setattr(ModuleGroup, "onload_", lambda group: device.bring(group))
    sizes = replace(SIZES, num_layers=3)
    model = network(sizes)
    wanted = run(model, sizes=sizes)
    place(model, [], "cpu", "block")
    assert all(parameter.device.type == "meta" for parameter in model.blocks.parameters())
    names = list(model.state_dict())
    for _ in range(2):
        for one, other in zip(wanted, run(model, sizes=sizes), strict=True):
            assert torch.equal(one, other)
    assert names == list(model.state_dict())
    assert device.brought == 2 * 2 * 3 and device.most == 1  # constants, then a step, of three blocks


def test_without_offloading_everything_lies_on_the_device():
    model, encoder = network(dtype=torch.float32), nn.Linear(3, 3)
    place(model, [encoder], "meta", "none")
    assert all(each.device.type == "meta" for part in (model, encoder) for each in part.parameters())


def test_a_network_that_visits_a_device_goes_home_again():
    encoder = nn.Linear(3, 3)
    seen: list[str] = []
    visit(encoder, torch.device("meta"))
    encoder.register_forward_pre_hook(lambda module, given: seen.append(f"{module.weight.device}/{given[0].device}"))
    with contextlib.suppress(NotImplementedError):  # what has been to "meta" has no numbers to come home with
        encoder(torch.zeros(1, 3))
    assert seen == ["meta/meta"]


def test_weights_in_8_bits_change_little_and_need_half_the_memory():
    from multitalk.quantize import quantize_int8

    sizes = replace(SIZES, dim=96, ffn_dim=192)
    model = network(sizes, dtype=torch.bfloat16)
    data = inputs(2, sizes=sizes, dtype=torch.bfloat16)

    def out() -> torch.Tensor:
        constants = model.prepare(data["text"], data["image"], data["condition"], data["audio"], data["speaker_masks"])
        return model.velocities(data["latents"], data["timestep"], constants, (FULL,))[0]

    wanted = out()
    quantize_int8(model)
    changed = {
        type(module.weight).__name__
        for block in model.layers
        for module in block.modules()
        if isinstance(module, nn.Linear)
    }
    assert len(changed) == 1 and "Parameter" not in changed
    assert type(model.patch_embedding.weight).__name__ == "Parameter"
    error = (out() - wanted).norm() / wanted.norm()
    assert 0 < error < 0.05


def test_without_torchao_the_install_line_is_said(monkeypatch):
    class Missing(importlib.abc.MetaPathFinder):
        def find_spec(self, name, *_):
            if name.split(".")[0] == "torchao":
                raise ImportError(name)

    for name in [name for name in sys.modules if name.split(".")[0] == "torchao"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    from multitalk.quantize import quantize_int8

    with pytest.raises(CheckpointError, match=r"pip install 'talkshow\[int8\]'"):
        quantize_int8(network())


def test_every_preset_has_a_sane_plan():
    for name, preset in PRESETS.items():
        assert preset.options.chunk_frames % 4 == 1 and preset.options.motion_frames % 4 == 1, name
        assert 0 < preset.options.motion_frames < preset.options.chunk_frames
