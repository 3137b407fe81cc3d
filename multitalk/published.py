"""Loads networks with published weights: finds, reads and checks the files, and places the networks on the device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from multitalk.audio_encoder import AudioEncoder
from multitalk.config import Preset
from multitalk.dit import MultiTalkTransformer
from multitalk.encoder_networks import build_audio_model, build_image_model, build_text_model
from multitalk.errors import CheckpointError
from multitalk.generator import Models
from multitalk.image_encoder import ImageEncoder
from multitalk.key_names import (
    AUDIO_UNUSED,
    IMAGE_UNUSED,
    audio_name,
    image_name,
    text_name,
    transformer_name,
    vae_name,
)
from multitalk.layouts import locate, missing_files, read_json
from multitalk.lora import apply_loras
from multitalk.offload import place
from multitalk.text_encoder import TextEncoder
from multitalk.vae import StreamingVAE, build_vae
from multitalk.weights import State, assign, read_files, to_device

# keys of a wav2vec2's config.json that the shapes of its weights do not determine
_LISTENER_FIELDS = (
    "conv_stride",
    "do_stable_layer_norm",
    "feat_extract_norm",
    "feat_extract_activation",
    "hidden_act",
    "layer_norm_eps",
    "num_attention_heads",
    "num_conv_pos_embedding_groups",
)


def load_published(
    preset: Preset,
    *,
    folder: Path | None,
    device: str,
    loras: Mapping[Path, float],
    quantize: str | None,
    offload: str,
    num_people: int = 2,
) -> tuple[Models, AudioEncoder]:
    """All networks of a preset with a checkpoint. Raises CheckpointError."""
    assert preset.checkpoint is not None
    missing = missing_files(preset.checkpoint, folder, num_people)
    if missing:
        raise CheckpointError(
            f"{preset.name}: missing: {', '.join(missing)}. Pull them, or name the folder that contains them."
        )
    files = locate(preset.checkpoint, folder, num_people).files
    half = torch.bfloat16 if device != "cpu" else torch.float32
    tokenizer = load_tokenizer(preset, files["tokenizer"][0])
    listener = load_listener(preset, files["listener"])
    vae = load_vae(preset, files["vae"])
    text, image = load_text_model(preset, files["text"], half), load_image_model(preset, files["image"], half)
    transformer = load_transformer(preset, [*files["base"], *files["audio"]], loras, quantize, half)
    place(transformer, [text, image], device, offload)
    vae.to(device)
    models = Models(
        transformer, StreamingVAE(vae), TextEncoder(text, tokenizer, preset.dit.text_len), ImageEncoder(image)
    )
    return models, listener


def load_transformer(
    preset: Preset, files: Sequence[Path], loras: Mapping[Path, float], quantize: str | None, dtype: torch.dtype
) -> MultiTalkTransformer:
    """The network from its files, in any layout, with adapters merged."""
    with torch.device("meta"):
        model = MultiTalkTransformer.from_sizes(preset.dit)
    assign(model, read_files(files, transformer_name), f"the transformer of {preset.name}")
    model.eval().requires_grad_(False)
    if loras:
        apply_loras(model, loras)
    to_device(model, "cpu", dtype)
    if quantize:
        from multitalk.quantize import quantize_int8

        quantize_int8(model)
    result: MultiTalkTransformer = model
    return result


def load_text_model(preset: Preset, files: Sequence[Path], dtype: torch.dtype) -> Any:
    """umT5 from Wan's file or transformers' own."""
    state = read_files(files, text_name)
    tensors, sources = dict(state.tensors), dict(state.sources)
    one, other = "shared.weight", "encoder.embed_tokens.weight"  # the same table under both names
    for there, absent in ((one, other), (other, one)):
        if there in tensors and absent not in tensors:
            tensors[absent], sources[absent] = tensors[there], sources[there]
    return _built(build_text_model, preset, State(tensors, sources, state.read), "the text encoder", dtype)


def load_image_model(preset: Preset, files: Sequence[Path], dtype: torch.dtype) -> Any:
    """CLIP's image encoder from Wan's file or transformers' own."""
    state = read_files(files, image_name, IMAGE_UNUSED)
    tensors: dict[str, Tensor] = {}
    sources: dict[str, Path] = {}
    for key, value in state.tensors.items():
        for name, part in _parts_of_clip(key, value):
            tensors[name], sources[name] = part, state.sources[key]
    return _built(build_image_model, preset, State(tensors, sources, state.read), "the picture encoder", dtype)


def _parts_of_clip(key: str, value: Tensor) -> list[tuple[str, Tensor]]:
    """Split queries, keys and values; remove the leading axes of Wan's embeddings."""
    if ".to_qkv." in key and len(value) % 3 == 0:
        return [
            (key.replace(".to_qkv.", f".{name}_proj."), part) for name, part in zip("qkv", value.chunk(3), strict=True)
        ]
    if key in ("embeddings.class_embedding", "embeddings.position_embedding.weight"):
        while value.ndim > (1 if "class" in key else 2) and len(value) == 1:
            value = value[0]
    return [(key, value)]


def load_vae(preset: Preset, files: Sequence[Path]) -> Any:
    """The autoencoder from Wan's file or diffusers' own, in float32."""
    with torch.device("meta"):
        vae = build_vae(preset.vae)
    assign(vae, read_files(files, vae_name), "the video autoencoder")
    return to_device(vae.requires_grad_(False), "cpu", torch.float32)


def load_listener(preset: Preset, files: Sequence[Path]) -> AudioEncoder:
    """wav2vec2 from its folder; it runs on the CPU."""
    with torch.device("meta"):
        model = build_audio_model(preset)
    _compare_listener(files[0].parent / "config.json", model.config)
    # the mask embedding of training is not used and not in every file
    assign(model, read_files(files, audio_name, AUDIO_UNUSED), "the audio encoder", ["masked_spec_embed"])
    if model.masked_spec_embed.is_meta:
        model.masked_spec_embed = nn.Parameter(torch.zeros(model.masked_spec_embed.shape), requires_grad=False)
    return AudioEncoder(to_device(model.requires_grad_(False), "cpu", torch.float32))


def _compare_listener(path: Path, config: Any) -> None:
    try:
        stored = read_json(path)
    except (OSError, ValueError) as exc:
        raise CheckpointError(
            f"{path}: the audio encoder's configuration cannot be read ({exc}). Pull it again."
        ) from exc
    for name in _LISTENER_FIELDS:
        ours = getattr(config, name)
        ours = list(ours) if isinstance(ours, tuple) else ours
        if name in stored and stored[name] != ours:
            raise CheckpointError(
                f"{path}: {name} is {stored[name]} instead of {ours}: this is not the audio encoder "
                "the generator was trained with, chinese-wav2vec2-base."
            )


def load_tokenizer(preset: Preset, folder: Path) -> Any:
    """The text encoder's tokenizer; code in the folder is not run."""
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as exc:  # the tokenizers library raises bare Exceptions for a damaged file
        raise CheckpointError(
            f"{folder}: the tokenizer cannot be read ({exc}). Delete the folder and pull it again."
        ) from exc
    if len(tokenizer) > preset.encoders.vocabulary:
        raise CheckpointError(
            f"{folder}: this tokenizer has {len(tokenizer)} tokens, the text encoder only "
            f"{preset.encoders.vocabulary}. Pull google/umt5-xxl again."
        )
    return tokenizer


def _built(build: Any, preset: Preset, state: State, what: str, dtype: torch.dtype) -> nn.Module:
    with torch.device("meta"):
        model = build(preset)
    prefix = "vision_model."  # which transformers dropped in version 5
    if any(key.startswith(prefix) for key in model.state_dict()):
        state = State(
            {prefix + key: value for key, value in state.tensors.items()},
            {prefix + key: path for key, path in state.sources.items()},
            state.read,
        )
    assign(model, state, what)
    for module in model.modules():  # computed, not stored
        if hasattr(module, "position_ids") and module.position_ids.device.type == "meta":
            module.position_ids = torch.arange(module.position_ids.shape[-1])[None]
    made: nn.Module = to_device(model, "cpu", dtype)
    return made.eval().requires_grad_(False)
