"""The published layouts at tiny size: every file a user could have, with random weights.

Names are written down here again, from the layouts to ours, so that the maps of the program are not tested with
themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from diffusers.loaders.single_file_utils import convert_wan_vae_to_diffusers
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from torch import Tensor

from multitalk.config import PRESETS
from multitalk.random_models import random_audio_encoder, random_models

TINY = replace(PRESETS["tiny"], name="tiny-published", checkpoint="multitalk-480p")
LAYOUTS = (
    "wan",
    "wan in safetensors",
    "repositories",
    "diffusers",
    "diffusers sharded",
    "merged",
    "prefixed",
    "infinitetalk",
    "cache",
)
State = dict[str, Tensor]

DIFFUSERS = (
    ("text_embedding.0.", "condition_embedder.text_embedder.linear_1."),
    ("text_embedding.2.", "condition_embedder.text_embedder.linear_2."),
    ("time_embedding.0.", "condition_embedder.time_embedder.linear_1."),
    ("time_embedding.2.", "condition_embedder.time_embedder.linear_2."),
    ("time_projection.1.", "condition_embedder.time_proj."),
    ("img_emb.proj.0.", "condition_embedder.image_embedder.norm1."),
    ("img_emb.proj.1.", "condition_embedder.image_embedder.ff.net.0.proj."),
    ("img_emb.proj.3.", "condition_embedder.image_embedder.ff.net.2."),
    ("img_emb.proj.4.", "condition_embedder.image_embedder.norm2."),
    ("head.modulation", "scale_shift_table"),
    ("head.head.", "proj_out."),
    (".modulation", ".scale_shift_table"),
    (".ffn.0.", ".ffn.net.0.proj."),
    (".ffn.2.", ".ffn.net.2."),
    (".norm3.", ".norm2."),
    (".self_attn.q.", ".attn1.to_q."),
    (".self_attn.k.", ".attn1.to_k."),
    (".self_attn.v.", ".attn1.to_v."),
    (".self_attn.o.", ".attn1.to_out.0."),
    (".self_attn.norm", ".attn1.norm"),
    (".cross_attn.q.", ".attn2.to_q."),
    (".cross_attn.k.", ".attn2.to_k."),
    (".cross_attn.v.", ".attn2.to_v."),
    (".cross_attn.o.", ".attn2.to_out.0."),
    (".cross_attn.k_img.", ".attn2.add_k_proj."),
    (".cross_attn.v_img.", ".attn2.add_v_proj."),
    (".cross_attn.norm_k_img.", ".attn2.norm_added_k."),
    (".cross_attn.norm", ".attn2.norm"),
)
WAN_TEXT = (
    ("layer.0.SelfAttention.relative_attention_bias", "pos_embedding.embedding"),
    ("layer.0.SelfAttention.", "attn."),
    ("layer.0.layer_norm", "norm1"),
    ("layer.1.layer_norm", "norm2"),
    ("layer.1.DenseReluDense.wi_0", "ffn.gate.0"),
    ("layer.1.DenseReluDense.wi_1", "ffn.fc1"),
    ("layer.1.DenseReluDense.wo", "ffn.fc2"),
)
WAN_IMAGE = (
    ("layer_norm1", "norm1"),
    ("layer_norm2", "norm2"),
    ("self_attn.out_proj", "attn.proj"),
    ("mlp.fc1", "mlp.0"),
    ("mlp.fc2", "mlp.2"),
)


def is_audio(key: str) -> bool:
    """Whether a tensor of the transformer belongs to the audio layers."""
    return "audio" in key or "norm_x" in key


def diffusers_name(key: str) -> str:
    """A tensor of the transformer as Diffusers calls it; audio layers have no name there."""
    return key if is_audio(key) else _first(key, DIFFUSERS)


def tiny_states(seed: int = 0) -> dict[str, State]:
    """Random weights of every network under our names: transformer, text, image, vae, listener."""
    made = random_models(TINY, seed)
    networks = {
        "transformer": made.transformer,
        "text": made.text_encoder.model,
        "image": made.image_encoder.model,
        "vae": made.vae.vae,
        "listener": random_audio_encoder(TINY, seed).model,
    }
    return {
        name: {key: value.detach().clone() for key, value in network.state_dict().items()}
        for name, network in networks.items()
    }


def write_layout(layout: str, folder: Path, states: Mapping[str, State]) -> Path:
    """Write one of LAYOUTS; returns what `--models` is given."""
    wan, parts, listener = folder, folder, folder / "chinese-wav2vec2-base"
    if layout == "repositories":
        wan, parts = folder / "Wan2.1-I2V-14B-480P", folder / "MeiGen-MultiTalk"
    if layout == "infinitetalk":
        wan, parts = folder / "Wan2.1-I2V-14B-480P", folder / "InfiniteTalk"
    if layout == "cache":
        wan, parts, listener = (
            folder / f"models--{name.replace('/', '--')}/snapshots/{'5' * 40}"
            for name in (
                "Wan-AI/Wan2.1-I2V-14B-480P",
                "MeiGen-AI/MeiGen-MultiTalk",
                "TencentGameMate/chinese-wav2vec2-base",
            )
        )
    _write_listener(listener, states["listener"], pickled=layout not in ("diffusers", "wan in safetensors"))
    base = {key: value for key, value in states["transformer"].items() if not is_audio(key)}
    audio = {key: value for key, value in states["transformer"].items() if is_audio(key)}
    if layout.startswith("diffusers"):
        shards = 3 if layout.endswith("sharded") else 1
        save(wan / "transformer/diffusion_pytorch_model", {diffusers_name(k): v for k, v in base.items()}, shards)
        save(wan / "vae/diffusion_pytorch_model", states["vae"])
        save(wan / "text_encoder/model", without(states["text"], "encoder.embed_tokens.weight"), shards)
        save(wan / "image_encoder/model", {f"vision_model.{key}": v for key, v in states["image"].items()}, shards)
        write_tokenizer(wan / "tokenizer")
    else:
        suffix = ".safetensors" if layout == "wan in safetensors" else ".pth"
        save(wan / "models_t5_umt5-xxl-enc-bf16", wan_text(states["text"]), suffix=suffix)
        save(wan / "models_clip_open-clip-xlm-roberta-large-vit-huge-14", wan_image(states["image"]), suffix=suffix)
        save(wan / "Wan2.1_VAE", wan_vae(states["vae"]), suffix=suffix)
        write_tokenizer(wan / "google/umt5-xxl")
    if layout in ("merged", "prefixed"):
        prefix = "model.diffusion_model." if layout == "prefixed" else ""
        save(wan / "my_merged_model", {prefix + key: value for key, value in states["transformer"].items()})
        return wan
    if not layout.startswith("diffusers"):
        save(wan / "diffusion_pytorch_model", base, shards=7, index=False)
        (wan / "config.json").write_text('{"model_type": "i2v", "dim": 5120}')
    if layout == "infinitetalk":
        save(parts / "multi/infinitetalk", audio)
        save(parts / "single/infinitetalk", {key: value + 1 for key, value in audio.items()})
    else:
        # as published: norms in half precision; the index names files of two repositories
        save(parts / "multitalk", {k: v.bfloat16() if "norm_x" in k else v for k, v in audio.items()})
        index = {"weight_map": dict.fromkeys(audio, "multitalk.safetensors")}
        (parts / "diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps(index))
    return folder


def save(stem: Path, state: State, shards: int = 1, suffix: str = ".safetensors", index: bool = True) -> None:
    """One file, or shards with their index."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    state = {key: value.contiguous() for key, value in state.items()}
    if suffix != ".safetensors":
        torch.save(state, stem.with_name(stem.name + suffix))
    elif shards == 1:
        save_file(state, stem.with_name(stem.name + suffix))
    else:
        keys, places = list(state), {}
        for number in range(shards):
            name = f"{stem.name}-{number + 1:05d}-of-{shards:05d}{suffix}"
            save_file({key: state[key] for key in keys[number::shards]}, stem.with_name(name))
            places |= dict.fromkeys(keys[number::shards], name)
        if index:
            stem.with_name(f"{stem.name}{suffix}.index.json").write_text(json.dumps({"weight_map": places}))


def wan_text(state: State) -> State:
    """umT5 under Wan's names."""
    made = {"token_embedding.weight": state["shared.weight"], "norm.weight": state["encoder.final_layer_norm.weight"]}
    for key, value in state.items():
        if match := re.fullmatch(r"encoder\.block\.(\d+)\.(.+)", key):
            made[f"blocks.{match[1]}.{_first(match[2], WAN_TEXT)}"] = value
    return made


def wan_image(state: State) -> State:
    """CLIP under Wan's names, with the parts of it that serve others."""
    made = {
        "visual.patch_embedding.weight": state["embeddings.patch_embedding.weight"],
        "visual.cls_embedding": state["embeddings.class_embedding"][None, None],
        "visual.pos_embedding": state["embeddings.position_embedding.weight"][None],
        "visual.head": torch.zeros(4, 4),
        "log_scale": torch.zeros(()),
        "textual.model.head.weight": torch.ones(2),
    }
    for part in ("weight", "bias"):
        made[f"visual.pre_norm.{part}"] = state[f"pre_layrnorm.{part}"]
        made[f"visual.post_norm.{part}"] = state[f"post_layernorm.{part}"]
    for key, value in state.items():
        match = re.fullmatch(r"encoder\.layers\.(\d+)\.(.+)\.(weight|bias)", key)
        if match and match[2] == "self_attn.q_proj":
            qkv = [state[key.replace("q_proj", f"{name}_proj")] for name in "qkv"]
            made[f"visual.transformer.{match[1]}.attn.to_qkv.{match[3]}"] = torch.cat(qkv)
        elif match and not match[2].endswith(("k_proj", "v_proj")):
            made[f"visual.transformer.{match[1]}.{_first(match[2], WAN_IMAGE)}.{match[3]}"] = value
    return made


def wan_vae(state: State) -> State:
    """The autoencoder under the published names."""
    listed = json.loads((Path(__file__).parent / "data/golden/keys_vae.json").read_text(encoding="utf-8"))
    rows = listed.get("keys", listed)
    names = [row["name"] for row in rows] if isinstance(rows, list) else list(rows)
    renamed = convert_wan_vae_to_diffusers({name: name for name in names})
    return {stored: state[ours] for ours, stored in renamed.items()}


def write_tokenizer(folder: Path) -> None:
    """A tokenizer of some thirty words and letters."""
    folder.mkdir(parents=True)
    words = ["<pad>", "</s>", "<unk>", *"abcdefghijklmnopqrstuvwxyz", "a", "two", "people", "talk"]
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(dict.fromkeys(words))}, "<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "PreTrainedTokenizerFast",
                "pad_token": "<pad>",
                "eos_token": "</s>",
                "unk_token": "<unk>",
            }
        )
    )


def _write_listener(folder: Path, state: State, pickled: bool) -> None:
    """wav2vec2 with its head for pretraining, under the names of older PyTorch."""
    old = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}
    stored = {f"wav2vec2.{_first(key, tuple(old.items()))}": value for key, value in state.items()}
    stored |= {
        "quantizer.codevectors": torch.zeros(1, 4, 2),
        "quantizer.weight_proj.weight": torch.zeros(4, 4),
        "quantizer.weight_proj.bias": torch.zeros(4),
    }
    stored |= {f"project_{side}.{part}": torch.zeros(2) for side in ("q", "hid") for part in ("weight", "bias")}
    save(folder / ("pytorch_model" if pickled else "model"), stored, suffix=".bin" if pickled else ".safetensors")
    (folder / "config.json").write_text(
        json.dumps(
            {
                "model_type": "wav2vec2",
                "do_stable_layer_norm": False,
                "feat_extract_norm": "group",
                "hidden_act": "gelu",
                "conv_stride": [5, 2, 2, 2, 2, 2, 2],
                "num_attention_heads": TINY.encoders.audio_heads,
            }
        )
    )


def without(state: State, *keys: str) -> State:
    """A state with less."""
    return {key: value for key, value in state.items() if key not in keys}


def _first(key: str, table: tuple[tuple[str, str], ...]) -> str:
    for ours, theirs in table:
        if ours in key:
            return key.replace(ours, theirs)
    return key
