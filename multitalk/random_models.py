"""Networks with random weights, for presets without a checkpoint: they run the full pipeline; the picture is noise."""

from __future__ import annotations

import torch

from multitalk.audio_encoder import AudioEncoder
from multitalk.config import Preset
from multitalk.dit import MultiTalkTransformer
from multitalk.encoder_networks import build_audio_model, build_image_model, build_text_model
from multitalk.generator import Models
from multitalk.image_encoder import ImageEncoder
from multitalk.text_encoder import ByteTokenizer, TextEncoder
from multitalk.vae import StreamingVAE, build_vae


def random_models(preset: Preset, seed: int) -> Models:
    """All networks of a preset, from a seed; the state of the global generator is restored."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        text, image = build_text_model(preset), build_image_model(preset)
        transformer = MultiTalkTransformer.from_sizes(preset.dit).eval()
        vae = build_vae(preset.vae)
    tokenizer = ByteTokenizer(preset.encoders.vocabulary)
    return Models(
        transformer, StreamingVAE(vae), TextEncoder(text, tokenizer, preset.dit.text_len), ImageEncoder(image)
    )


def random_audio_encoder(preset: Preset, seed: int) -> AudioEncoder:
    """The audio encoder of a preset, from a seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return AudioEncoder(build_audio_model(preset))
