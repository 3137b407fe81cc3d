"""Adapters (LoRA): low-rank and full differences added to the weights of the transformer, each with its scale.

    W + scale * alpha / rank * (up @ down),   W + scale * diff,   bias + scale * diff_b

Hu et al. 2021, "LoRA", section 4.1. Keys are those of Wan adapters: `lora_down`/`lora_up` or `lora_A`/`lora_B`,
`alpha`, `diff`, `diff_b`, with or without a prefix.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from multitalk.errors import CheckpointError
from multitalk.key_names import transformer_name
from multitalk.weights import read_state

_KEY = re.compile(r"(.+?)\.(?:(lora_down|lora_up|lora_A|lora_B)(?:\.default)?\.weight|(alpha)|(diff)|(diff_b))")
_ROLE = {"lora_A": "down", "lora_down": "down", "lora_B": "up", "lora_up": "up"}


def apply_loras(model: nn.Module, loras: Mapping[Path, float]) -> None:
    """Merge adapters into the weights of a network.

    Raises CheckpointError for unknown keys, for layers that the network does not have, and for incomplete pairs.
    """
    for path, scale in loras.items():
        for layer, parts in read_lora(path).items():
            _merge(model, path, layer, parts, scale)


def read_lora(path: Path) -> dict[str, dict[str, Tensor]]:
    """layer -> {"down", "up", "alpha", "diff", "diff_b"}, those that exist."""
    layers: dict[str, dict[str, Tensor]] = defaultdict(dict)
    unknown = []
    for key, value in read_state(path).items():
        match = _KEY.fullmatch(key)
        if match is None:
            unknown.append(key)
            continue
        name = transformer_name(match[1] + ".").removesuffix(".")
        layers[name][_ROLE.get(match[2] or "", match[3] or match[4] or match[5])] = value
    if unknown or not layers:
        shown = ", ".join(unknown[:3]) or "it is empty"
        raise CheckpointError(f"{path}: not a supported adapter ({shown}).")
    return layers


def _merge(model: nn.Module, path: Path, layer: str, parts: dict[str, Tensor], scale: float) -> None:
    try:
        module = model.get_submodule(layer)
    except AttributeError:
        raise CheckpointError(f"{path}: the adapter changes '{layer}', which the network does not have.") from None
    if ("down" in parts) != ("up" in parts):
        raise CheckpointError(f"{path}: '{layer}' has only one half of a low-rank pair.")
    with torch.no_grad():
        if "down" in parts:
            down, up = parts["down"].float(), parts["up"].float()
            strength = scale * (float(parts["alpha"]) / down.shape[0] if "alpha" in parts else 1.0)
            _add(module, "weight", strength * (up.flatten(1) @ down.flatten(1)), path, layer)
        if "diff" in parts:
            _add(module, "weight", scale * parts["diff"].float(), path, layer)
        if "diff_b" in parts:
            _add(module, "bias", scale * parts["diff_b"].float(), path, layer)


def _add(module: nn.Module, name: str, change: Tensor, path: Path, layer: str) -> None:
    weight = getattr(module, name, None)
    if not isinstance(weight, Tensor) or weight.numel() != change.numel():
        shape = tuple(weight.shape) if isinstance(weight, Tensor) else "none"
        raise CheckpointError(
            f"{path}: '{layer}.{name}' has the shape {shape}, the adapter's is {tuple(change.shape)}."
        )
    # a new tensor: the old one may be a memory-mapped file
    changed = (weight.float() + change.view_as(weight).to(weight.device)).to(weight.dtype)
    setattr(module, name, nn.Parameter(changed, requires_grad=False))
