"""Reading golden files, and the tiny networks whose weights they hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor

from multitalk.config import DiTConfig, VAEConfig
from multitalk.dit import MultiTalkTransformer
from multitalk.vae import StreamingVAE, build_vae

DEFAULT = Path(__file__).resolve().parents[2] / "data/golden"
# names of the reference -> ours
_DIT_FIELDS = {
    "intermediate_dim": "audio_hidden",
    "output_dim": "audio_dim",
    "context_tokens": "audio_tokens",
    "audio_blocks": "audio_layers",
    "norm_output_audio": "norm_audio",
}


def read(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """(metadata with its JSON decoded, tensors)."""
    with safe_open(path, "pt") as file:
        metadata = {key: _decoded(value) for key, value in (file.metadata() or {}).items()}
        return metadata, {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no mapping


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def beside(path: Path, name: str) -> Path:
    """A file that another one refers to: in its own folder, else in the default one."""
    near = path.parent / name
    return near if near.exists() else DEFAULT / name


def weights(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The state dict in a golden file."""
    return {key[2:]: value.float() for key, value in tensors.items() if key.startswith("w.")}


def dit_config(config: dict[str, Any]) -> DiTConfig:
    """The reference's configuration as ours."""
    fields = {_DIT_FIELDS.get(key, key): value for key, value in config.items()}
    return DiTConfig(**{key: value for key, value in fields.items() if key in DiTConfig.__dataclass_fields__})


def transformer(config: dict[str, Any], state: dict[str, Tensor]) -> MultiTalkTransformer:
    """A network with these weights, every key of which must fit."""
    model = MultiTalkTransformer.from_sizes(dit_config(config)).eval()
    model.load_state_dict(state, strict=True)
    return model


def tiny_vae(path: Path) -> StreamingVAE:
    """The autoencoder of a `vae` file."""
    from diffusers.loaders.single_file_utils import convert_wan_vae_to_diffusers

    metadata, tensors = read(path)
    config = metadata["config"]
    vae = build_vae(
        VAEConfig(
            config["dim"],
            config["z_dim"],
            tuple(config["dim_mult"]),
            config["num_res_blocks"],
            tuple(config["temperal_downsample"]),
            tuple(metadata["mean"]),
            tuple(metadata["std"]),
        )
    )
    vae.load_state_dict(convert_wan_vae_to_diffusers(weights(tensors)), strict=True)
    return StreamingVAE(vae)


def near(made: Tensor, expected: Tensor, tolerance: float, what: str) -> None:
    """Assert that no element is further off."""
    assert made.shape == expected.shape, f"{what}: {tuple(made.shape)} instead of {tuple(expected.shape)}"
    off = (made.double() - expected.double()).abs().max().item()
    assert off <= tolerance, f"{what}: off by {off:.3g}, at most {tolerance:g}"


def exact(made: Tensor, expected: Tensor, what: str) -> None:
    """Assert that all elements are equal."""
    assert torch.equal(made, expected), what
