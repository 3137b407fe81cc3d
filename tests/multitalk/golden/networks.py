"""dit_, audio_proj, vae, keys_14b, keys_vae."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from diffusers.loaders.single_file_utils import convert_wan_vae_to_diffusers

from golden.files import dit_config, exact, near, read, tiny_vae, transformer, weights
from multitalk.audio_projection import AudioProjection, latent_windows
from multitalk.config import PRESETS
from multitalk.dit import MultiTalkTransformer
from multitalk.vae import build_vae


def check_dit(path: Path) -> None:
    """One forward: output, and what comes out of the blocks on the way."""
    metadata, given = read(path)
    model = transformer(metadata["config"], weights(given))
    blocks: list[torch.Tensor] = []
    for block in model.blocks:
        inner = block.take_in

        def noting(*arguments, inner=inner):
            blocks.append(inner(*arguments))
            return blocks[-1]

        block.take_in = noting
    out = model(
        given["in.x"],
        given["in.t"],
        given["in.context"],
        given["in.clip_fea"],
        given["in.y"][0],
        given["in.audio"],
        given["in.ref_target_masks"],
    )
    near(out, given["out"][0], 1e-4, "out")
    for index, made in enumerate(blocks):
        if f"mid.block{index}_out" in given:
            near(made, given[f"mid.block{index}_out"][0], 2e-5, f"block {index}")


def check_audio_proj(path: Path) -> None:
    """Audio windows to tokens."""
    metadata, given = read(path)
    config = dit_config(
        {
            "audio_window": metadata["config"]["seq_len"],
            **metadata["config"],
            "audio_channels": metadata["config"]["channels"],
            "audio_blocks": metadata["config"]["blocks"],
            "vae_scale": metadata["config"]["seq_len_vf"] - metadata["config"]["seq_len"] + 1,
        }
    )
    first, later = latent_windows(given["in.audio"], config.vae_scale)
    if "mid.first" in given:
        exact(first, given["mid.first"], "windows of the first latent frame")
        exact(later, given["mid.later"], "windows of the later latent frames")
    layers = AudioProjection(config).eval()
    layers.load_state_dict(weights(given), strict=True)
    tokens = layers(given["in.audio"])
    near(tokens, given["out.tokens"], 1e-5, "tokens")
    if "out.embedding" in given:
        near(tokens.transpose(0, 1).flatten(1, 2)[None], given["out.embedding"], 1e-5, "embedding")


def check_vae(path: Path) -> None:
    """Encoding and streamed decoding of every case in the file."""
    _, given = read(path)
    vae = tiny_vae(path)
    for case in sorted({key.split(".")[0] for key in given if not key.startswith("w.")}):
        if f"{case}.in_video" in given:
            video = given[f"{case}.in_video"]
            near(vae.encode(video, video.shape[1]), given[f"{case}.latent"], 2e-5, f"{case}: latent")
            decoded = torch.cat(list(vae.decode(given[f"{case}.latent"])), dim=1)
            near(decoded, given[f"{case}.decoded"], 2e-5, f"{case}: decoded")
        else:
            decoded = torch.cat(list(vae.decode(given[f"{case}.in_latent"])), dim=1)
            near(decoded, given[f"{case}.decoded_raw"].clamp(-1, 1), 2e-5, f"{case}: decoded")


def check_keys_14b(path: Path) -> None:
    """Names and shapes of the published network."""
    listed = _shapes(json.loads(path.read_text(encoding="utf-8")))
    with torch.device("meta"):
        model = MultiTalkTransformer.from_sizes(PRESETS["multitalk-480p"].dit)
    assert {name: list(tensor.shape) for name, tensor in model.state_dict().items()} == listed


def check_keys_vae(path: Path) -> None:
    """Names and shapes of the published autoencoder, through the map to diffusers' names."""
    listed = _shapes(json.loads(path.read_text(encoding="utf-8")))
    with torch.device("meta"):
        vae = build_vae(PRESETS["multitalk-480p"].vae)
        stored = {name: torch.empty(shape) for name, shape in listed.items()}
    converted = convert_wan_vae_to_diffusers(stored)
    assert len(converted) == len(listed)
    assert {k: v.shape for k, v in converted.items()} == {k: v.shape for k, v in vae.state_dict().items()}


def _shapes(listed: dict) -> dict[str, list[int]]:
    rows = listed.get("keys", listed)
    if isinstance(rows, list):
        return {row["name"]: list(row["shape"]) for row in rows}
    return {name: list(row["shape"] if isinstance(row, dict) else row) for name, row in rows.items()}
