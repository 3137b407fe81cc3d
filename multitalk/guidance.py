"""Guidance: combines the branches of a step.  Pure functions, except for the momentum, an object passed in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor

from multitalk.config import APGOptions, SamplingOptions
from multitalk.dit import FULL, NO_AUDIO, NO_TEXT, NONE, Branch


def branches(options: SamplingOptions) -> tuple[Branch, ...]:
    """The forward passes that a step needs: those whose weight in `combine` is not zero."""
    text, audio = _is_one(options.text_guidance_scale), _is_one(options.audio_guidance_scale)
    if text:
        return (FULL,) if audio else (FULL, NO_AUDIO)
    return (FULL, NO_TEXT) if audio else (FULL, NO_TEXT, NONE)


def reads_all_frames(options: SamplingOptions) -> bool:
    """Whether the velocity of a frame depends on other frames: then the branches must include all frames.

    Adaptive projected guidance takes norms and projections over all frames, including the given ones.
    """
    return options.apg is not None and len(branches(options)) > 1


@dataclass
class APGState:
    """Running differences of adaptive projected guidance, reset for every chunk."""

    running: dict[str, Tensor] = field(default_factory=dict)


def combine(made: Mapping[Branch, Tensor], options: SamplingOptions, state: APGState) -> Tensor:
    """Combine the velocities of the branches, each (16, T, H, W), into one."""
    text, audio = options.text_guidance_scale, options.audio_guidance_scale
    full = made[FULL]
    if len(made) == 1:
        return full
    differences = {}
    if NO_AUDIO in made:
        differences["audio"] = (audio, full - made[NO_AUDIO])
    else:
        differences["text"] = (text, full - made[NO_TEXT])
        if NONE in made:
            differences["audio"] = (audio, made[NO_TEXT] - made[NONE])
    if options.apg is not None:
        for name, (scale, difference) in differences.items():
            full = full + (scale - 1) * projected(difference, made[FULL], name, options.apg, state)
        return full
    start = made.get(NONE, made.get(NO_AUDIO, made.get(NO_TEXT)))
    assert start is not None
    return start + sum((scale * difference for scale, difference in differences.values()), torch.zeros_like(full))


def projected(difference: Tensor, full: Tensor, name: str, apg: APGOptions, state: APGState) -> Tensor:
    """The difference with momentum and a limited norm, without the component parallel to the prediction.

    Adaptive projected guidance: Sadat, Hilliges, Weber 2024, section 4. The projection is computed in float64.
    """
    running = difference + apg.momentum * state.running.get(name, torch.zeros_like(difference))
    state.running[name] = running
    limited = running
    if apg.norm_threshold > 0:
        limited = running * (apg.norm_threshold / running.norm()).clamp(max=1.0)
    unit = F.normalize(full.double().flatten(), dim=0)
    flat = limited.double().flatten()
    parallel = (flat @ unit) * unit
    return (flat - parallel + apg.eta * parallel).view_as(difference).to(difference.dtype)


def _is_one(scale: float) -> bool:
    return math.isclose(scale, 1.0)
