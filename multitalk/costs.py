"""Estimates the cost of a chunk by formula: operations, memory, time on a GPU.  Shown as estimates everywhere.

A multiply-add counts as 2 operations, for the exact path of `dit.py` (constants of a chunk are computed once).
"""

from __future__ import annotations

from dataclasses import dataclass

from multitalk.config import DiTConfig

# Dense bf16 TFLOP per second as stated by the makers; the first entry that is part of the name wins.
CARDS: dict[str, float] = {
    "B200": 2250.0,
    "H200": 989.0,
    "H100": 989.0,
    "H800": 989.0,
    "GH200": 989.0,
    "A100": 312.0,
    "A800": 312.0,
    "L40S": 362.0,
    "L40": 181.0,
    "RTX PRO 6000": 503.0,
    "RTX 6000 Ada": 364.0,
    "A6000": 155.0,
    "5090": 210.0,
    "4090": 165.0,
    "4080": 98.0,
    "3090": 71.0,
    "A40": 150.0,
    "MI300": 1307.0,
}
CPU_TFLOPS_A_CORE = 0.03  # float32 with vector instructions, approximately
UTILISATION = 0.45  # share of it that plain PyTorch reaches
_VAE_DECODE_FLOP = 8.5e6  # per pixel of an output frame; encoding 5.1e6 (counted on the meta device)
_VAE_ENCODE_FLOP = 5.1e6
_TEXT_TOKENS, _IMAGE_TOKENS = 512, 257
_ENCODER_PARAMETERS = 5.68e9 + 0.63e9 + 0.13e9  # umT5-xxl, CLIP, VAE


@dataclass(frozen=True)
class Cost:
    """An estimate for a full video."""

    num_chunks: int
    forwards: int
    pflop: float
    memory_gb: float  # on the GPU, with the requested offloading
    seconds: float | None  # on the GPU; None if its speed is not known


def forward_flop(dit: DiTConfig, latent_frames: int, tokens_a_frame: int, num_people: int) -> float:
    """One forward pass of the network, without its constants."""
    width, num = dit.dim, latent_frames * tokens_a_frame
    linear = 2.0 * num * width * (4 * width + 2 * dit.ffn_dim + 2 * width + 2 * width)
    attention = 4.0 * num * width * (num + _TEXT_TOKENS + _IMAGE_TOKENS + dit.audio_tokens * max(1, num_people))
    reference_map = 2.0 * num * tokens_a_frame * width if num_people > 1 else 0.0
    return (linear + attention + reference_map) * dit.num_layers


def parameters(dit: DiTConfig) -> float:
    """The approximate number of weights of the network."""
    block = dit.dim * (4 * dit.dim + 2 * dit.ffn_dim + 6 * dit.dim + 2 * dit.dim) + 2 * dit.dim * dit.audio_dim
    return float(block) * dit.num_layers


def card_tflops(name: str) -> float | None:
    """Dense bf16 TFLOP per second of a GPU by its name; None if it is not known."""
    return next((speed for part, speed in CARDS.items() if part.casefold() in name.casefold()), None)


def estimate(
    dit: DiTConfig,
    chunk_lengths: list[int],
    size: tuple[int, int],
    num_people: int,
    num_steps: int,
    num_branches: int,
    *,
    bytes_a_weight: float = 2.0,
    offload: str = "none",
    card: str = "",
    cores: int = 1,
) -> Cost:
    """The cost of a video of chunks with the given numbers of frames, each `size` (width, height) pixels.

    card: a name as in CARDS, or "CPU" with the number of `cores`.
    """
    tokens = (size[0] // 16) * (size[1] // 16)
    pixels = size[0] * size[1]
    flop = 0.0
    for length in chunk_lengths:
        flop += forward_flop(dit, (length - 1) // 4 + 1, tokens, num_people) * num_steps * num_branches
        flop += length * pixels * (_VAE_DECODE_FLOP + 0.6 * _VAE_ENCODE_FLOP)
    longest = (max(chunk_lengths, default=1) - 1) // 4 + 1
    weights = parameters(dit) * bytes_a_weight
    resident = {"none": weights + _ENCODER_PARAMETERS * 2, "model": weights, "block": 3 * weights / dit.num_layers}[
        offload
    ]
    activations = longest * tokens * (3 * dit.dim * 2 * num_branches + dit.ffn_dim * 2 + 4 * dit.dim * 2) * 1.2
    constants = (
        dit.num_layers
        * dit.dim
        * 4.0
        * (2 * (_TEXT_TOKENS + _IMAGE_TOKENS) + longest * dit.audio_tokens * max(1, num_people))
    )
    speed = CPU_TFLOPS_A_CORE * cores if card == "CPU" else card_tflops(card)
    return Cost(
        len(chunk_lengths),
        len(chunk_lengths) * num_steps * num_branches,
        flop / 1e15,
        (resident + activations + constants) / 1e9,
        flop / (speed * 1e12 * UTILISATION) if speed else None,
    )
