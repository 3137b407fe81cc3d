"""What the generator costs, without a GPU: time on two threads, operations at the true size, memory over length.

    python bench/multitalk.py [--only step|flop|vae|rss|parity]         # one JSON object as the last line

step_fast_s, step_plain_s: a three-branch step for two people at dim 512, 4 layers, 320 tokens, float32, 2 threads;
median of steps 2-10, the two paths in turn.  pflop_step_*: of a streaming step at the 14B shape on the meta device, for
one and two people.  vae_encode_ratio_*: operations of encoding a first and a streaming chunk against 81 frames.
rss_ratio_60_to_6: peak memory of 60 tiny chunks against 6.  parity_fp64: fast against plain path.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # this file is called like the package it measures

# ruff: noqa: E402
import argparse
import json
import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from bench.multitalk_plain import plain_step
from multitalk.config import PRESETS, DiTConfig, VAEConfig
from multitalk.dit import FULL, NO_TEXT, NONE, MultiTalkTransformer
from multitalk.generator import Generation
from multitalk.noise import SeededNoise
from multitalk.places import place_people
from multitalk.random_models import random_audio_encoder, random_models
from multitalk.request import GenerationRequest
from multitalk.vae import StreamingVAE, build_vae

SMALL = DiTConfig(dim=512, ffn_dim=1408, num_heads=4, num_layers=4)
BRANCHES = (FULL, NO_TEXT, NONE)
SIZES = {"480p": (60, 104), "720p": (90, 160)}  # rows and columns of latents
MOTION_LATENTS = 7


def inputs(
    sizes: DiTConfig, grid: tuple[int, int, int], people: int, dtype: torch.dtype, device: str = "cpu"
) -> dict[str, Any]:
    """Random conditions of a chunk."""
    frames, height, width = grid

    def noise(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, dtype=dtype, device=device)

    masks = torch.zeros(people + 1, height, width, device=device)
    masks[0, :, : width // 2 - 2] = 1
    masks[people - 1, :, width // 2 + 2 :] = 1
    masks[-1] = 1 - masks[:-1].amax(0)
    return {
        "text": (noise(sizes.text_len, sizes.text_dim), noise(sizes.text_len, sizes.text_dim)),
        "image": noise(1, 257, sizes.clip_dim),
        "condition": noise(20, *grid),
        "speaker_masks": masks,
        "audio": noise(people, 4 * frames - 3, 5, sizes.audio_layers, sizes.audio_channels),
    }


def step() -> dict[str, float]:
    """Seconds of a step, both paths in turn."""
    torch.set_num_threads(2)
    torch.manual_seed(0)
    model = MultiTalkTransformer.from_sizes(SMALL).eval()
    grid = (5, 16, 16)
    given = inputs(SMALL, grid, 2, torch.float32)
    latents = torch.randn(16, *grid)
    constants = model.prepare(**given)
    fast, plain = [], []
    for number in range(10):
        timestep = torch.tensor([1000.0 - 90 * number])
        for spent, run in (
            (fast, lambda t=timestep: model.velocities(latents, t, constants, BRANCHES)),
            (
                plain,
                lambda t=timestep: plain_step(
                    model,
                    latents,
                    t,
                    given["text"],
                    given["image"],
                    given["condition"],
                    given["audio"],
                    given["speaker_masks"],
                    BRANCHES,
                ),
            ),
        ):
            start = time.perf_counter()
            run()
            spent.append(time.perf_counter() - start)
    return {
        "step_fast_s": round(statistics.median(fast[1:]), 4),
        "step_plain_s": round(statistics.median(plain[1:]), 4),
    }


def parity() -> dict[str, float]:
    """Largest difference of the two paths in float64."""
    torch.manual_seed(0)
    sizes = replace(
        SMALL,
        dim=96,
        ffn_dim=128,
        num_layers=3,
        text_dim=32,
        clip_dim=32,
        audio_channels=16,
        audio_layers=3,
        audio_dim=32,
        audio_hidden=16,
        audio_tokens=4,
        text_len=16,
    )
    model = MultiTalkTransformer.from_sizes(sizes)
    torch.nn.Module.to(model, dtype=torch.float64).eval()
    grid = (4, 8, 12)
    given = inputs(sizes, grid, 2, torch.float64)
    latents, timestep = torch.randn(16, *grid, dtype=torch.float64), torch.tensor([611.25])
    fast = model.velocities(latents, timestep, model.prepare(**given), BRANCHES, num_unread_latents=1)
    plain = plain_step(
        model,
        latents,
        timestep,
        given["text"],
        given["image"],
        given["condition"],
        given["audio"],
        given["speaker_masks"],
        BRANCHES,
    )
    return {"parity_fp64": max(float((a[:, 1:] - b[:, 1:]).abs().max()) for a, b in zip(fast, plain, strict=True))}


def flop() -> dict[str, float]:
    """PFLOP of a streaming step at the true size."""
    sizes = PRESETS["multitalk-480p"].dit
    with torch.device("meta"):
        model = MultiTalkTransformer.from_sizes(sizes).to(torch.bfloat16).eval()
    figures = {}
    for name, (height, width) in SIZES.items():
        for people in (1, 2):
            grid = (21, height, width)
            constants = model.prepare(**inputs(sizes, grid, people, torch.bfloat16, "meta"))
            latents = torch.empty(16, *grid, device="meta")
            with FlopCounterMode(display=False) as counter:
                model.velocities(
                    latents, torch.empty(1, device="meta"), constants, BRANCHES, num_unread_latents=MOTION_LATENTS
                )
            figures[f"pflop_step_{name}_{people}"] = round(counter.get_total_flops() / 1e15, 3)
    return figures


def vae() -> dict[str, float]:
    """Operations of encoding with 1 and 25 given frames against 81 given ones."""
    torch.manual_seed(0)
    coder = StreamingVAE(build_vae(VAEConfig(base_dim=16)))

    def cost(given: int) -> int:
        with FlopCounterMode(display=False) as counter:
            coder.encode(torch.rand(3, given, 64, 64) * 2 - 1, 81)
        return int(counter.get_total_flops())

    whole = cost(81)
    return {"vae_encode_ratio_first": round(cost(1) / whole, 3), "vae_encode_ratio_stream": round(cost(25) / whole, 3)}


def generate_tiny(num_chunks: int) -> None:
    """Generate so many chunks and print the peak memory in kilobytes."""
    preset = PRESETS["tiny"]
    options = replace(preset.options, num_steps=1, chunk_frames=13, motion_frames=5)
    num_frames = 13 + 8 * (num_chunks - 1)
    sound = np.random.default_rng(0).normal(0, 0.1, num_frames * 640).astype(np.float32)
    features = random_audio_encoder(preset, 0).encode(sound)
    chunks = place_people(np.ones((2, num_frames), bool), 13, 5)
    assert len(chunks) == num_chunks
    request = GenerationRequest(np.zeros((64, 64, 3), np.uint8), (features, features), chunks, num_frames, "two")
    generation = Generation(request, preset, options, random_models(preset, 0), SeededNoise(0))
    for index in range(num_chunks):
        generation.chunk(index)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def rss() -> dict[str, float]:
    """Peak memory of a long run against a short one, each in a process of its own."""
    # glibc otherwise keeps and splits what was freed, and equal runs differ by a tenth
    given_back = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "0"}

    def peak(num_chunks: int) -> int:
        ran = subprocess.run(
            [sys.executable, __file__, "--chunks", str(num_chunks)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, **given_back},
        )
        return int(ran.stdout.split()[-1])

    short, long = peak(6), peak(60)
    return {"rss_ratio_60_to_6": round(long / short, 3)}


GROUPS: dict[str, Callable[[], dict[str, float]]] = {
    "step": step,
    "flop": flop,
    "vae": vae,
    "rss": rss,
    "parity": parity,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=GROUPS)
    parser.add_argument("--chunks", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    with torch.inference_mode():
        if options.chunks:
            generate_tiny(options.chunks)
            return
        figures: dict[str, float] = {}
        for name in [options.only] if options.only else GROUPS:
            figures |= GROUPS[name]()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
