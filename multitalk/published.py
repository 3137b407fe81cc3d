"""Networks with published weights: found, read, checked, and put where they run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from multitalk.audio_encoder import AudioEncoder
from multitalk.checkpoints import CheckpointFile, files_of, find_file
from multitalk.config import Preset
from multitalk.dit import MultiTalkTransformer
from multitalk.errors import CheckpointError
from multitalk.generator import Models
from multitalk.image_encoder import SIZE, ImageEncoder
from multitalk.lora import apply_loras
from multitalk.offload import place
from multitalk.text_encoder import TextEncoder
from multitalk.vae import StreamingVAE, build_vae
from multitalk.weights import assign, clip_state, read_state, to_device, transformer_state, umt5_state


def load_published(preset: Preset, *, folder: Path | None, device: str, loras: Mapping[Path, float],
                   quantize: str | None, offload: str) -> tuple[Models, AudioEncoder]:
    """All networks of a preset with a checkpoint. Raises CheckpointError."""
    assert preset.checkpoint is not None
    found = {file: _found(file, folder) for file in files_of(preset.checkpoint)}

    def of(role: str) -> list[Path]:
        return [path for file, path in found.items() if file.role == role]

    half = torch.bfloat16 if device != "cpu" else torch.float32
    transformer = load_transformer(preset, [*of("base"), *of("audio")], loras, quantize, half)
    text, image = load_text_model(of("text")[0], half), load_image_model(of("image")[0], half)
    vae = load_vae(preset, of("vae")[0])
    place(transformer, [text, image], device, offload)
    vae.to(device)
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(of("tokenizer")[0].parent)
    models = Models(transformer, StreamingVAE(vae), TextEncoder(text, tokenizer, preset.dit.text_len),
                    ImageEncoder(image))
    return models, load_listener(of("listener"))


def load_transformer(preset: Preset, files: list[Path], loras: Mapping[Path, float], quantize: str | None,
                     dtype: torch.dtype) -> MultiTalkTransformer:
    """The network from its files, in any layout, with adapters merged."""
    with torch.device("meta"):
        model = MultiTalkTransformer.from_sizes(preset.dit)
    assign(model, transformer_state(files), preset.name)
    model.eval().requires_grad_(False)
    if loras:
        apply_loras(model, loras)
    to_device(model, "cpu", dtype)
    if quantize:
        from multitalk.quantize import quantize_int8

        quantize_int8(model)
    return model


def load_text_model(path: Path, dtype: torch.dtype) -> Any:
    """umT5-xxl from Wan's file or transformers' own."""
    from transformers import UMT5Config, UMT5EncoderModel

    config = UMT5Config(vocab_size=256384, d_model=4096, d_kv=64, d_ff=10240, num_layers=24, num_heads=64,
                        feed_forward_proj="gated-gelu")
    return _built(UMT5EncoderModel, config, umt5_state(read_state(path)), path, dtype)


def load_image_model(path: Path, dtype: torch.dtype) -> Any:
    """CLIP ViT-H/14 from Wan's file or transformers' own."""
    from transformers import CLIPVisionConfig, CLIPVisionModel

    config = CLIPVisionConfig(hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=16,
                              image_size=SIZE, patch_size=14, hidden_act="gelu")
    return _built(CLIPVisionModel, config, clip_state(read_state(path)), path, dtype)


def load_vae(preset: Preset, path: Path) -> Any:
    """The autoencoder from Wan's file or diffusers' own, in float32."""
    from diffusers.loaders.single_file_utils import convert_wan_vae_to_diffusers

    state = read_state(path)
    if "decoder.middle.0.residual.0.gamma" in state:
        state = convert_wan_vae_to_diffusers(state)
    with torch.device("meta"):
        vae = build_vae(preset.vae)
    assign(vae, state, path.name)
    return to_device(vae, "cpu", torch.float32)


def load_listener(files: list[Path]) -> AudioEncoder:
    """wav2vec2 from its folder; it runs on the CPU."""
    from transformers import Wav2Vec2Config, Wav2Vec2Model

    weights = next(path for path in files if path.suffix != ".json")
    config = Wav2Vec2Config.from_json_file(weights.parent / "config.json")
    state = {key.removeprefix("wav2vec2."): value for key, value in read_state(weights).items()}
    for old, new in (("weight_g", "original0"), ("weight_v", "original1")):        # names of older PyTorch
        for key in [key for key in state if key.endswith(f"pos_conv_embed.conv.{old}")]:
            state[key.removesuffix(old) + f"parametrizations.weight.{new}"] = state.pop(key)
    model = Wav2Vec2Model(config)
    wanted = model.state_dict()
    assign(model, {key: value for key, value in state.items() if key in wanted}, weights.name, ["masked_spec_embed"])
    return AudioEncoder(model)


def _found(file: CheckpointFile, folder: Path | None) -> Path:
    path = find_file(file, folder)
    if path is None:
        raise CheckpointError(f"{file.label} is not here. Pull it, or name the folder where it lies.")
    return path


def _built(kind: Any, config: Any, state: Mapping[str, torch.Tensor], path: Path, dtype: torch.dtype) -> nn.Module:
    with torch.device("meta"):
        model = kind(config)
    prefix = "vision_model." if any(key.startswith("vision_model.") for key in model.state_dict()) else ""
    named = {key if key.startswith(prefix) else prefix + key: value for key, value in state.items()}
    # buffers that a network computes for itself, and text layers that share their weight
    spare = [key for key in model.state_dict() if "position_ids" in key or "embed_tokens" in key]
    spare += [key for key in named if "embed_tokens" in key]
    assign(model, named, path.name, spare)
    for module in model.modules():
        if hasattr(module, "position_ids") and module.position_ids.device.type == "meta":
            module.position_ids = torch.arange(module.position_ids.shape[-1])[None]
    made: nn.Module = to_device(model, "cpu", dtype)
    return made.eval().requires_grad_(False)
