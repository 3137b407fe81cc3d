"""Published weights into networks: any layout to the network's own names, checked key by key, without copies.

Files are mapped into memory and assigned to a network that was built without any, so that nothing is held twice and
nothing is read before it is used.
"""

from __future__ import annotations

import pickle
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from multitalk.errors import CheckpointError

_NAMED = 5                            # keys that a message names
# Diffusers' names of Wan's transformer -> those of the network; the first that matches wins.
_DIFFUSERS = (
    (r"^condition_embedder\.text_embedder\.linear_1\.", "text_embedding.0."),
    (r"^condition_embedder\.text_embedder\.linear_2\.", "text_embedding.2."),
    (r"^condition_embedder\.time_embedder\.linear_1\.", "time_embedding.0."),
    (r"^condition_embedder\.time_embedder\.linear_2\.", "time_embedding.2."),
    (r"^condition_embedder\.time_proj\.", "time_projection.1."),
    (r"^condition_embedder\.image_embedder\.norm1\.", "img_emb.proj.0."),
    (r"^condition_embedder\.image_embedder\.ff\.net\.0\.proj\.", "img_emb.proj.1."),
    (r"^condition_embedder\.image_embedder\.ff\.net\.2\.", "img_emb.proj.3."),
    (r"^condition_embedder\.image_embedder\.norm2\.", "img_emb.proj.4."),
    (r"^scale_shift_table$", "head.modulation"), (r"^proj_out\.", "head.head."),
    (r"^(blocks\.\d+)\.scale_shift_table$", r"\1.modulation"),
    (r"^(blocks\.\d+)\.ffn\.net\.0\.proj\.", r"\1.ffn.0."), (r"^(blocks\.\d+)\.ffn\.net\.2\.", r"\1.ffn.2."),
    (r"^(blocks\.\d+)\.norm2\.", r"\1.norm3."),
    (r"^(blocks\.\d+)\.attn1\.to_out\.0\.", r"\1.self_attn.o."), (r"^(blocks\.\d+)\.attn1\.to_([qkv])\.",
                                                                   r"\1.self_attn.\2."),
    (r"^(blocks\.\d+)\.attn1\.", r"\1.self_attn."),
    (r"^(blocks\.\d+)\.attn2\.to_out\.0\.", r"\1.cross_attn.o."),
    (r"^(blocks\.\d+)\.attn2\.to_([qkv])\.", r"\1.cross_attn.\2."),
    (r"^(blocks\.\d+)\.attn2\.add_([kv])_proj\.", r"\1.cross_attn.\2_img."),
    (r"^(blocks\.\d+)\.attn2\.norm_added_k\.", r"\1.cross_attn.norm_k_img."),
    (r"^(blocks\.\d+)\.attn2\.", r"\1.cross_attn."),
)
_PREFIXES = ("model.diffusion_model.", "diffusion_model.", "model.", "transformer.")


def read_state(path: Path) -> dict[str, Tensor]:
    """All tensors of a .safetensors or .pth file, mapped into memory. Raises CheckpointError."""
    try:
        if path.suffix == ".safetensors":
            with safe_open(path, "pt") as file:
                return {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no mapping
        # files of PyTorch before 1.6 are no archives and cannot be mapped
        state = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except (OSError, EOFError, SafetensorError, RuntimeError, pickle.UnpicklingError, ValueError) as exc:
        raise CheckpointError(f"{path}: these weights cannot be read ({exc}). Delete the file and pull it again."
                              ) from exc
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise CheckpointError(f"{path}: this file holds something else than named tensors.")
    return state


def transformer_state(files: Iterable[Path]) -> dict[str, Tensor]:
    """Files of the diffusion transformer in any published layout, later ones laid over earlier ones.

    Known: Wan's shards and a file with the audio layers, Diffusers' names, merged files with or without a prefix.
    """
    merged: dict[str, Tensor] = {}
    for path in files:
        merged.update({network_name(key): value for key, value in read_state(path).items()})
    return merged


def network_name(key: str) -> str:
    """A key of any layout as the network calls it."""
    for prefix in _PREFIXES:
        if key.startswith(prefix):
            key = key.removeprefix(prefix)
            break
    for pattern, name in _DIFFUSERS:
        renamed, hits = re.subn(pattern, name, key)
        if hits:
            return renamed
    return key


def umt5_state(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Wan's umT5 encoder under the names of transformers' UMT5EncoderModel; other states as they are."""
    if "token_embedding.weight" not in state:
        return dict(state)
    names = {"attn.q": "layer.0.SelfAttention.q", "attn.k": "layer.0.SelfAttention.k",
             "attn.v": "layer.0.SelfAttention.v", "attn.o": "layer.0.SelfAttention.o",
             "pos_embedding.embedding": "layer.0.SelfAttention.relative_attention_bias",
             "norm1": "layer.0.layer_norm", "norm2": "layer.1.layer_norm", "ffn.gate.0": "layer.1.DenseReluDense.wi_0",
             "ffn.fc1": "layer.1.DenseReluDense.wi_1", "ffn.fc2": "layer.1.DenseReluDense.wo"}
    made = {"shared.weight": state["token_embedding.weight"],
            "encoder.embed_tokens.weight": state["token_embedding.weight"],
            "encoder.final_layer_norm.weight": state["norm.weight"]}
    for key, value in state.items():
        if match := re.fullmatch(r"blocks\.(\d+)\.(.+)\.weight", key):
            made[f"encoder.block.{match[1]}.{names.get(match[2], match[2])}.weight"] = value
    return made


def clip_state(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The picture side of Wan's CLIP under the names of transformers' CLIPVisionModel; other states as they are."""
    if "visual.patch_embedding.weight" not in state:        # Diffusers' layout: names of transformers before 5
        return {key.removeprefix("vision_model."): value for key, value in state.items()}
    names = {"norm1": "layer_norm1", "norm2": "layer_norm2", "attn.proj": "self_attn.out_proj", "mlp.0": "mlp.fc1",
             "mlp.2": "mlp.fc2"}
    made = {"embeddings.patch_embedding.weight": state["visual.patch_embedding.weight"],
            "embeddings.class_embedding": state["visual.cls_embedding"].reshape(-1),
            "embeddings.position_embedding.weight": state["visual.pos_embedding"][0]}
    for part in ("weight", "bias"):
        made[f"pre_layrnorm.{part}"] = state[f"visual.pre_norm.{part}"]
        made[f"post_layernorm.{part}"] = state[f"visual.post_norm.{part}"]
    for key, value in state.items():
        match = re.fullmatch(r"visual\.transformer\.(\d+)\.(.+)\.(weight|bias)", key)
        if match and match[2] == "attn.to_qkv":
            for name, piece in zip("qkv", value.chunk(3), strict=True):
                made[f"encoder.layers.{match[1]}.self_attn.{name}_proj.{match[3]}"] = piece
        elif match:
            made[f"encoder.layers.{match[1]}.{names[match[2]]}.{match[3]}"] = value
    return made


def assign(model: nn.Module, state: Mapping[str, Tensor], what: str, ignored: Sequence[str] = ()) -> None:
    """Give a network that was built on the meta device its weights, without copying them.

    ignored: keys that may be missing or left over. Raises CheckpointError that names keys which are missing, unknown
    or of another shape.
    """
    wanted = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    missing = [key for key in wanted if key not in state and key not in ignored]
    unexpected = [key for key in state if key not in wanted and key not in ignored]
    misshapen = [f"{key} {tuple(state[key].shape)} instead of {shape}" for key, shape in wanted.items()
                 if key in state and tuple(state[key].shape) != shape]
    problems = [_named(word, keys) for word, keys in (("missing", missing), ("unknown", unexpected),
                                                      ("misshapen", misshapen)) if keys]
    if problems:
        raise CheckpointError(f"{what}: the weights do not fit: {'; '.join(problems)}. Is this the right file, and the "
                              "right preset?")
    model.load_state_dict({key: value for key, value in state.items() if key in wanted}, strict=False, assign=True)


def _named(word: str, keys: list[str]) -> str:
    more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
    return f"{len(keys)} {word}: {', '.join(keys[:_NAMED])}{more}"


def to_device(model: Any, device: str, dtype: torch.dtype) -> Any:
    """Move and cast without what diffusers adds to `to`."""
    nn.Module.to(model, device=device, dtype=dtype)
    return model
