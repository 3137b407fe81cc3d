"""Offloading: networks stay on the GPU, or wait in CPU memory, whole or block by block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import nn

from multitalk.dit import MultiTalkTransformer


def place(transformer: MultiTalkTransformer, others: Sequence[nn.Module], device: str, offload: str) -> None:
    """Place all networks on their devices.

    offload: "none": everything stays on the device; "model": the encoders wait on the CPU and are moved to the device
    when they run; "block": so are the transformer's blocks, the next one loading while one computes.
    """
    target = torch.device(device)
    if offload == "block":
        for name, part in transformer.named_children():
            if name != "blocks":
                part.to(target)
        bring_blocks(transformer, target)
    else:
        nn.Module.to(transformer, target)
    for model in others:
        if offload == "none" or target.type == "cpu":
            model.to(target)
        else:
            visit(model, target)


class _Passes(nn.Module):
    """A pass through all blocks as one forward pass: the first one records the order in which they are prefetched."""

    def __init__(self, blocks: nn.Module) -> None:
        super().__init__()
        self.blocks = blocks

    def forward(self, work: Callable[[], Any]) -> Any:
        return work()


def bring_blocks(transformer: MultiTalkTransformer, device: torch.device) -> None:
    """Move each block to the device while it runs; on a GPU the next one is loaded meanwhile."""
    from diffusers.hooks import apply_group_offloading

    passes = _Passes(transformer.blocks)
    apply_group_offloading(
        passes,
        onload_device=device,
        offload_device=torch.device("cpu"),
        offload_type="block_level",
        num_blocks_per_group=1,
        use_stream=device.type == "cuda",
    )
    transformer.passes = partial(passes)  # not a submodule: the blocks would have two names


def visit(model: nn.Module, device: torch.device) -> None:
    """Move a network and its inputs to the device for each forward pass, and back after it."""

    def come(module: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        module.to(device)
        return tuple(_moved(value, device) for value in given), {key: _moved(v, device) for key, v in named.items()}

    def go(module: nn.Module, *_: Any) -> None:
        module.to("cpu")

    model.register_forward_pre_hook(come, with_kwargs=True)
    model.register_forward_hook(go)


def _moved(value: Any, device: torch.device) -> Any:
    return value.to(device) if isinstance(value, torch.Tensor) else value
