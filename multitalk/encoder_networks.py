"""Builds the text, picture and audio encoders in the sizes of a preset, newly initialised or without weights.

Built inside `torch.device("meta")`, they take no memory until weights are assigned.
"""

from __future__ import annotations

from typing import Any

from multitalk.config import Preset
from multitalk.image_encoder import SIZE

_CONVOLUTIONS = 7  # of wav2vec2


def build_text_model(preset: Preset) -> Any:
    """A UMT5EncoderModel."""
    from transformers import UMT5Config, UMT5EncoderModel

    sizes = preset.encoders
    return UMT5EncoderModel(
        UMT5Config(
            vocab_size=sizes.vocabulary,
            d_model=preset.dit.text_dim,
            d_kv=sizes.text_head_dim,
            d_ff=sizes.text_ffn_dim,
            num_layers=sizes.text_layers,
            num_heads=sizes.text_heads,
            feed_forward_proj="gated-gelu",
        )
    )


def build_image_model(preset: Preset) -> Any:
    """A CLIPVisionModel."""
    from transformers import CLIPVisionConfig, CLIPVisionModel

    sizes = preset.encoders
    return CLIPVisionModel(
        CLIPVisionConfig(
            hidden_size=preset.dit.clip_dim,
            intermediate_size=sizes.clip_ffn_dim,
            num_hidden_layers=sizes.clip_layers,
            num_attention_heads=sizes.clip_heads,
            image_size=SIZE,
            patch_size=sizes.clip_patch,
            hidden_act="gelu",
        )
    )


def build_audio_model(preset: Preset) -> Any:
    """A Wav2Vec2Model: group norm after the first convolution, layer norms after the transformer's layers."""
    from transformers import Wav2Vec2Config, Wav2Vec2Model

    sizes = preset.encoders
    return Wav2Vec2Model(
        Wav2Vec2Config(
            hidden_size=preset.dit.audio_channels,
            num_hidden_layers=preset.dit.audio_layers,
            intermediate_size=sizes.audio_ffn_dim,
            num_attention_heads=sizes.audio_heads,
            conv_dim=(sizes.audio_conv_dim,) * _CONVOLUTIONS,
            num_conv_pos_embeddings=sizes.audio_position_width,
            num_conv_pos_embedding_groups=sizes.audio_position_groups,
        )
    )
