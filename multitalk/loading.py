"""Loads all networks of a preset: with published weights, or with random weights if it has none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from multitalk.audio_encoder import AudioEncoder
from multitalk.config import Preset
from multitalk.errors import CheckpointError
from multitalk.generator import Models
from multitalk.random_models import random_audio_encoder, random_models


def load_models(
    preset: Preset,
    *,
    folder: Path | None = None,
    seed: int = 0,
    device: str = "cpu",
    loras: Mapping[Path, float] | None = None,
    quantize: str | None = None,
    offload: str = "none",
    num_people: int = 2,
) -> tuple[Models, AudioEncoder]:
    """The generator's networks and the audio encoder.

    folder: of the weights, else the cache; seed: of random weights; loras: file -> scale; quantize: "int8";
    offload: "none", "model" or "block"; num_people: some weights are for one person only. Raises CheckpointError.
    """
    if preset.checkpoint is None:
        if loras or quantize or offload != "none":
            raise CheckpointError(
                f"the preset '{preset.name}' has random weights: adapters, quantization and "
                "offloading need a preset with a checkpoint."
            )
        return random_models(preset, seed), random_audio_encoder(preset, seed)
    from multitalk.published import load_published

    return load_published(
        preset,
        folder=folder,
        device=device,
        loras=loras or {},
        quantize=quantize,
        offload=offload,
        num_people=num_people,
    )
