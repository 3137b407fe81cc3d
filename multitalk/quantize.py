"""8-bit quantization: half the memory, one scale per row; computed in the dtype of the activations."""

from __future__ import annotations

from torch import nn

from multitalk.dit import MultiTalkTransformer
from multitalk.errors import CheckpointError


def quantize_int8(model: MultiTalkTransformer) -> None:
    """Quantize the linear layers of the blocks in place, through torchao. Raises CheckpointError without torchao."""
    try:
        from torchao.quantization import Int8WeightOnlyConfig, quantize_
    except ImportError as exc:
        raise CheckpointError("8-bit weights need torchao: pip install 'talkshow[int8]'") from exc
    inside = {id(module) for block in model.layers for module in block.modules() if isinstance(module, nn.Linear)}
    quantize_(model, Int8WeightOnlyConfig(), filter_fn=lambda module, _name: id(module) in inside)
