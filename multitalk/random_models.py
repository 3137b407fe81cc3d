"""Networks with random weights for presets without a checkpoint: they show noise and prove the road."""

from __future__ import annotations

import torch

from multitalk.audio_encoder import AudioEncoder
from multitalk.config import Preset
from multitalk.dit import MultiTalkTransformer
from multitalk.generator import Models
from multitalk.image_encoder import SIZE, ImageEncoder
from multitalk.text_encoder import ByteTokenizer, TextEncoder
from multitalk.vae import StreamingVAE, build_vae

_CONV_DIMS = (32,) * 7                # of the audio encoder's seven convolutions


def random_models(preset: Preset, seed: int) -> Models:
    """All networks of a preset, from a seed; the global generator is left as it was."""
    from transformers import CLIPVisionConfig, CLIPVisionModel, UMT5Config, UMT5EncoderModel

    sizes, dit = preset.encoders, preset.dit
    assert sizes is not None, f"the preset {preset.name} has real weights"
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        text = UMT5EncoderModel(UMT5Config(
            vocab_size=sizes.vocabulary, d_model=dit.text_dim, d_kv=dit.text_dim // sizes.text_heads,
            d_ff=2 * dit.text_dim, num_layers=sizes.text_layers, num_heads=sizes.text_heads,
            feed_forward_proj="gated-gelu"))
        image = CLIPVisionModel(CLIPVisionConfig(
            hidden_size=dit.clip_dim, intermediate_size=2 * dit.clip_dim, num_hidden_layers=sizes.clip_layers,
            num_attention_heads=sizes.clip_heads, image_size=SIZE, patch_size=sizes.clip_patch, hidden_act="gelu"))
        transformer = MultiTalkTransformer.from_sizes(dit).eval()
        vae = build_vae(preset.vae)
    tokenizer = ByteTokenizer(sizes.vocabulary)
    return Models(transformer, StreamingVAE(vae), TextEncoder(text, tokenizer, dit.text_len), ImageEncoder(image))


def random_audio_encoder(preset: Preset, seed: int) -> AudioEncoder:
    """The audio encoder of a preset, from a seed."""
    from transformers import Wav2Vec2Config, Wav2Vec2Model

    sizes, dit = preset.encoders, preset.dit
    assert sizes is not None, f"the preset {preset.name} has real weights"
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return AudioEncoder(Wav2Vec2Model(Wav2Vec2Config(
            hidden_size=dit.audio_channels, num_hidden_layers=dit.audio_layers,
            intermediate_size=2 * dit.audio_channels,
            num_attention_heads=sizes.audio_heads, conv_dim=_CONV_DIMS, num_conv_pos_embeddings=16,
            num_conv_pos_embedding_groups=4)))
