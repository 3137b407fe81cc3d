"""Translates the names of weights in the published layouts to those of the networks here.

A map translates the keys of its layout and leaves all others unchanged, so that `weights.assign` reports them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_PREFIXES = ("model.diffusion_model.", "diffusion_model.", "model.", "transformer.")
# Diffusers' names of Wan's transformer -> those of the network; the first that matches wins.
_TRANSFORMER = (
    (r"^condition_embedder\.text_embedder\.linear_1\.", "text_embedding.0."),
    (r"^condition_embedder\.text_embedder\.linear_2\.", "text_embedding.2."),
    (r"^condition_embedder\.time_embedder\.linear_1\.", "time_embedding.0."),
    (r"^condition_embedder\.time_embedder\.linear_2\.", "time_embedding.2."),
    (r"^condition_embedder\.time_proj\.", "time_projection.1."),
    (r"^condition_embedder\.image_embedder\.norm1\.", "img_emb.proj.0."),
    (r"^condition_embedder\.image_embedder\.ff\.net\.0\.proj\.", "img_emb.proj.1."),
    (r"^condition_embedder\.image_embedder\.ff\.net\.2\.", "img_emb.proj.3."),
    (r"^condition_embedder\.image_embedder\.norm2\.", "img_emb.proj.4."),
    (r"^scale_shift_table$", "head.modulation"),
    (r"^proj_out\.", "head.head."),
    (r"^(blocks\.\d+)\.scale_shift_table$", r"\1.modulation"),
    (r"^(blocks\.\d+)\.ffn\.net\.0\.proj\.", r"\1.ffn.0."),
    (r"^(blocks\.\d+)\.ffn\.net\.2\.", r"\1.ffn.2."),
    (r"^(blocks\.\d+)\.norm2\.", r"\1.norm3."),
    (r"^(blocks\.\d+)\.attn1\.to_out\.0\.", r"\1.self_attn.o."),
    (r"^(blocks\.\d+)\.attn1\.to_([qkv])\.", r"\1.self_attn.\2."),
    (r"^(blocks\.\d+)\.attn1\.", r"\1.self_attn."),
    (r"^(blocks\.\d+)\.attn2\.to_out\.0\.", r"\1.cross_attn.o."),
    (r"^(blocks\.\d+)\.attn2\.to_([qkv])\.", r"\1.cross_attn.\2."),
    (r"^(blocks\.\d+)\.attn2\.add_([kv])_proj\.", r"\1.cross_attn.\2_img."),
    (r"^(blocks\.\d+)\.attn2\.norm_added_k\.", r"\1.cross_attn.norm_k_img."),
    (r"^(blocks\.\d+)\.attn2\.", r"\1.cross_attn."),
)
# Wan's umT5 -> transformers' UMT5EncoderModel
_TEXT = (
    (r"^token_embedding\.", "shared."),
    (r"^norm\.", "encoder.final_layer_norm."),
    (r"^blocks\.(\d+)\.attn\.([qkvo])\.", r"encoder.block.\1.layer.0.SelfAttention.\2."),
    (r"^blocks\.(\d+)\.pos_embedding\.embedding\.", r"encoder.block.\1.layer.0.SelfAttention.relative_attention_bias."),
    (r"^blocks\.(\d+)\.norm1\.", r"encoder.block.\1.layer.0.layer_norm."),
    (r"^blocks\.(\d+)\.norm2\.", r"encoder.block.\1.layer.1.layer_norm."),
    (r"^blocks\.(\d+)\.ffn\.gate\.0\.", r"encoder.block.\1.layer.1.DenseReluDense.wi_0."),
    (r"^blocks\.(\d+)\.ffn\.fc1\.", r"encoder.block.\1.layer.1.DenseReluDense.wi_1."),
    (r"^blocks\.(\d+)\.ffn\.fc2\.", r"encoder.block.\1.layer.1.DenseReluDense.wo."),
)
# Wan's CLIP -> transformers' CLIPVisionModel; `attn.to_qkv` is split elsewhere
_IMAGE = (
    (r"^vision_model\.", ""),  # transformers before version 5
    (r"^visual\.patch_embedding\.", "embeddings.patch_embedding."),
    (r"^visual\.cls_embedding$", "embeddings.class_embedding"),
    (r"^visual\.pos_embedding$", "embeddings.position_embedding.weight"),
    (r"^visual\.pre_norm\.", "pre_layrnorm."),
    (r"^visual\.post_norm\.", "post_layernorm."),
    (r"^visual\.transformer\.(\d+)\.norm([12])\.", r"encoder.layers.\1.layer_norm\2."),
    (r"^visual\.transformer\.(\d+)\.attn\.proj\.", r"encoder.layers.\1.self_attn.out_proj."),
    (r"^visual\.transformer\.(\d+)\.attn\.to_qkv\.", r"encoder.layers.\1.self_attn.to_qkv."),
    (r"^visual\.transformer\.(\d+)\.mlp\.0\.", r"encoder.layers.\1.mlp.fc1."),
    (r"^visual\.transformer\.(\d+)\.mlp\.2\.", r"encoder.layers.\1.mlp.fc2."),
)
# wav2vec2 under the names of older PyTorch and with its head for training -> transformers' Wav2Vec2Model
_AUDIO = (
    (r"^(?:wav2vec2\.)?(.*pos_conv_embed\.conv)\.weight_g$", r"\1.parametrizations.weight.original0"),
    (r"^(?:wav2vec2\.)?(.*pos_conv_embed\.conv)\.weight_v$", r"\1.parametrizations.weight.original1"),
    (r"^wav2vec2\.", ""),
)

# Published keys that are not used, and why: parts of the same files for training or for another network.
IMAGE_UNUSED = (
    r"textual\..+",
    r"log_scale",
    r"visual\.head",
    r"visual_projection\.weight",  # the text side
    r"(vision_model\.)?embeddings\.position_ids",
)  # is computed
AUDIO_UNUSED = (
    r"quantizer\.(codevectors|weight_proj\.(weight|bias))",  # for pretraining
    r"project_(q|hid)\.(weight|bias)",
)

Rename = Callable[[str], str]


def transformer_name(key: str) -> str:
    """A key of the transformer, with or without a prefix, in Wan's, Diffusers' or our own names, translated to ours."""
    for prefix in _PREFIXES:
        if key.startswith(prefix):
            key = key.removeprefix(prefix)
            break
    return _renamed(key, _TRANSFORMER)


def text_name(key: str) -> str:
    """A key of the text encoder, in transformers' names."""
    return _renamed(key, _TEXT)


def image_name(key: str) -> str:
    """A key of the picture encoder, in transformers' names."""
    return _renamed(key, _IMAGE)


def audio_name(key: str) -> str:
    """A key of the audio encoder, in transformers' names."""
    return _renamed(key, _AUDIO)


def vae_name(key: str) -> str:
    """A key of the autoencoder, in diffusers' names."""
    from diffusers.loaders.single_file_utils import convert_wan_vae_to_diffusers

    # its names of single keys do not depend on the others
    return str(next(iter(convert_wan_vae_to_diffusers({key: None}))))


def _renamed(key: str, table: Sequence[tuple[str, str]]) -> str:
    for pattern, name in table:
        renamed, hits = re.subn(pattern, name, key)
        if hits:
            return renamed
    return key
