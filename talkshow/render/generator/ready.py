"""Whether the generator can run on this machine, and what it would take: packages, card, weights, memory, time."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING

from talkshow.clock import FPS
from talkshow.errors import MissingExtra, WeightsError
from talkshow.machine import libraries
from talkshow.machine.workers import usable_cores
from talkshow.render.generated import GeneratorPlan, Lack
from talkshow.render.generator.weights import checkpoint_rows, preset_named, translated, weights_missing, weights_wrong
from talkshow.settings import GeneratorSettings

if TYPE_CHECKING:
    from multitalk.config import Preset, SamplingOptions

_PACKAGES = ("torch", "diffusers", "transformers", "einops", "safetensors", "huggingface_hub", "ftfy", "skimage")
_REFERENCE_CARDS = ("H100", "RTX 4090")  # reported to a machine without a known GPU
_NAMED = 3  # missing files that a message names


@dataclass(frozen=True)
class Card:
    """A GPU."""

    name: str
    memory_gb: float


def packages_missing() -> list[str]:
    """Packages of the extra [multitalk] that are not installed."""
    return [name for name in _PACKAGES if importlib.util.find_spec(name) is None]


def find_card() -> Card | None:
    """The GPU; None where there is none, or no torch to reach it."""
    if importlib.util.find_spec("torch") is None:
        return None
    libraries.load("torch")
    import torch

    if not torch.cuda.is_available():
        return None
    return Card(torch.cuda.get_device_name(), torch.cuda.get_device_properties(0).total_memory / 1e9)


def device() -> str:
    """Where networks run, as torch calls it."""
    return "cuda" if find_card() else "cpu"


def lacking(settings: GeneratorSettings) -> Lack | None:
    """Why `--renderer auto` does not choose the generator; None if it does. Imports torch only where weights are."""
    if packages_missing():
        return Lack.PACKAGES
    preset, folder = settings.preset, settings.models
    if weights_missing(preset, folder):
        return Lack.WEIGHTS
    if weights_wrong(preset, folder):
        return Lack.WHOLE_WEIGHTS
    return None if find_card() else Lack.GPU


def require(settings: GeneratorSettings, plan: GeneratorPlan, num_people: int) -> None:
    """Packages and weights. Raises MissingExtra, WeightsError: what to install, to pull and to expect.

    plan: as `estimates` makes it.
    """
    preset, expect = preset_named(settings.preset), f"Expect {expected(plan)} (estimates)"
    pull = f"talkshow models pull {preset.name}" + (f" --folder {settings.models}" if settings.models else "")
    if absent := packages_missing():
        then = f"Then the weights ({gigabytes_missing(settings):.1f} GB): {pull}. " if preset.checkpoint else ""
        raise MissingExtra(f"the renderer 'multitalk' ({', '.join(absent)})", "multitalk", then + expect)
    if missing := weights_missing(preset.name, settings.models, num_people):
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise WeightsError(
            f"the weights of {preset.name} are not all here: {', '.join(missing[:_NAMED])}{more} "
            f"({gigabytes_missing(settings):.1f} GB). Get them: {pull}. {expect}. To try the road "
            "without a GPU or weights: --preset tiny"
        )
    if wrong := weights_wrong(preset.name, settings.models):
        raise WeightsError(f"{wrong[0]}. Delete the file and pull it again: {pull}")


def gigabytes_missing(settings: GeneratorSettings) -> float:
    """What is still to be pulled of a preset's weights."""
    checkpoint = preset_named(settings.preset).checkpoint
    rows = checkpoint_rows(checkpoint, settings.models) if checkpoint else []
    return float(sum(row["bytes"] for row in rows if not row["path"] and not row["optional"]) / 1e9)


def estimates(
    preset: Preset,
    options: SamplingOptions,
    settings: GeneratorSettings,
    size: tuple[int, int],
    people: int,
    duration_s: float,
) -> GeneratorPlan:
    """What a video takes, by formula, for the plan.  size: (width, height) that is generated."""
    from multitalk.costs import card_tflops, estimate

    new = options.chunk_frames - options.motion_frames
    num_chunks = 1 + max(0, -(-(round(duration_s * FPS) - options.chunk_frames) // new))
    branches = 1 + (options.text_guidance_scale != 1) + (options.audio_guidance_scale != 1)
    card = find_card()
    name = card.name if card else "CPU"
    known = card_tflops(name) is not None or not preset.checkpoint  # a CPU is for random weights
    costs = {
        key: estimate(
            preset.dit,
            [options.chunk_frames] * num_chunks,
            size,
            min(2, people),
            options.num_steps,
            branches,
            bytes_a_weight=1.0 if settings.quantize else 2.0,
            offload=settings.offload,
            card=key,
            cores=usable_cores(),
        )
        for key in ((name,) if known else _REFERENCE_CARDS)
    }
    cost = next(iter(costs.values()))
    return GeneratorPlan(
        preset=preset.name,
        size=size,
        num_chunks=cost.num_chunks,
        forwards=cost.forwards,
        pflop=float(f"{cost.pflop:.3g}"),
        pflop_per_s=float(f"{cost.pflop / duration_s:.2g}") if duration_s else 0.0,
        memory_gb=float(f"{cost.memory_gb:.2g}"),
        card_memory_gb=round(card.memory_gb, 1) if card else None,
        device=name,
        estimated_s=None if not known or cost.seconds is None else round(cost.seconds),
        seconds_per_s={
            key: float(f"{made.seconds / duration_s:.2g}")
            for key, made in costs.items()
            if made.seconds is not None and duration_s
        },
        places=""
        if people <= preset.max_speakers
        else f"{people} people, {preset.max_speakers} places: each speaker in a chunk takes one, a chunk ends "
        "before a third voice begins",
    )


def expected(plan: GeneratorPlan) -> str:
    """Memory and time of a plan in words."""
    times = [
        f"{seconds:,g} s on {'this' if card == plan.device else 'an'} {card}"
        for card, seconds in plan.seconds_per_s.items()
    ]
    needed = plan.memory_gb or 0.0
    memory = f"{needed:g} GB of memory on the card"
    if plan.card_memory_gb and plan.card_memory_gb < needed:
        memory += f", which has {plan.card_memory_gb:g} GB: try --offload block or --quantize int8"
    return (
        f"{memory}, and for a second of video {plan.pflop_per_s or 0.0:g} PFLOP: "
        f"{', '.join(times) or 'how long is not known for this card'}"
    )


def tried() -> str:
    """Run the tiny preset for one chunk, for real; says what came of it. Raises TalkshowError."""
    import time

    import numpy as np

    with translated():
        with libraries.undisturbed():
            from multitalk.config import preset
            from multitalk.generator import Generation
            from multitalk.loading import load_models
            from multitalk.noise import SeededNoise
            from multitalk.places import PlacedChunk
            from multitalk.request import GenerationRequest

        tiny = preset("tiny")
        start = time.perf_counter()
        models, listener = load_models(tiny)
        heard = listener.encode(np.sin(np.arange(10_000) / 30).astype(np.float32))
        request = GenerationRequest(
            np.full((64, 64, 3), 128, np.uint8), (heard,), (PlacedChunk(0, 9, 0, (0,)),), 9, "test"
        )
        frames = Generation(request, tiny, tiny.options, models, SeededNoise(0)).chunk(0).frames
        return f"{len(frames)} frames of noise in {time.perf_counter() - start:.1f} s"
