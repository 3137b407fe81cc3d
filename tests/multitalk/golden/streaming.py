"""streaming, infinite_streaming, teacache: whole runs of the reference, driven by the files' own noise and options."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from golden.files import DEFAULT, beside, dit_config, near, read, tiny_vae, transformer, weights
from multitalk.config import PRESETS, APGOptions, Preset, SamplingOptions
from multitalk.dit import FULL, NO_AUDIO, Branch
from multitalk.generator import Generation, Models
from multitalk.masks import Region
from multitalk.places import place_people
from multitalk.request import FeatureArray, GenerationRequest
from multitalk.schedule import timesteps
from multitalk.step_cache import expected_change, plan_steps

# Traces of our own file that are walked to their latents: both sizes, with and without text guidance, the most and the
# fewest forwards. Which forwards the others leave out is compared for all of them.
WALKED = ("multitalk-480_thr0.1_text5", "multitalk-480_thr0.5_text1", "multitalk-720_thr0.3_text5")


@dataclass(frozen=True, eq=False)
class Recorded:
    """Noise as the reference drew it."""

    tensors: dict[str, Tensor]
    pattern: str  # "chunk{}.noise." or "noise.chunk{}."

    def initial(self, chunk: int, shape: tuple[int, ...]) -> Tensor:
        made = self.tensors[self.pattern.format(chunk) + "init"]
        assert made.shape == shape
        return made

    def motion(self, chunk: int, index: int, shape: tuple[int, ...]) -> Tensor:
        made = self.tensors[self.pattern.format(chunk) + f"motion{index}"]
        assert made.shape == shape
        return made


@dataclass(frozen=True, eq=False)
class Context:
    """The stand-in for the text encoder."""

    given: dict[str, Tensor]

    def encode(self, texts: list[str]) -> list[Tensor]:
        return [self.given["in.context" if text == "prompt" else "in.context_null"] for text in texts]


@dataclass(frozen=True, eq=False)
class Clip:
    """The stand-in for the picture encoder."""

    base: Tensor

    def encode(self, frame: Tensor) -> Tensor:
        return self.base + frame.mean()


def a_run(
    path: Path, run: dict[str, Any], given: dict[str, Tensor], model: Any, pattern: str, anchor: str, source: Any = None
) -> Generation:
    """A generation with a file's inputs."""
    people = tuple(FeatureArray(given[f"in.audio{person}"]) for person in range(1, run["humans"] + 1))
    total = people[0].num_frames
    clip_mode = run.get("max_frames_num", 1000) <= run["frame_num"]
    apg = None
    if run.get("use_apg"):
        apg = APGOptions(run.get("apg_momentum", -0.75), run.get("apg_norm_threshold", 55.0))
    options = SamplingOptions(
        run["steps"],
        run["shift"],
        run["text_scale"],
        run["audio_scale"],
        run["frame_num"],
        run["motion_frame"],
        apg,
        run.get("color_correction_strength", 0.0),
        streaming=not clip_mode,
    )
    regions = ()
    if run.get("bbox"):
        regions = tuple(Region(box[1], box[0], box[3], box[2]) for box in run["bbox"].values())
    chunks = place_people(np.ones((len(people), total), bool), run["frame_num"], run["motion_frame"])
    request = GenerationRequest(
        given["in.image_hwc_u8"].numpy(),
        people,
        chunks,
        chunks[-1].first + chunks[-1].num_frames,
        "prompt",
        "negative",
        regions,
        source=source,
    )
    table = tuple((float(key), tuple(size)) for key, size in run["bucket_table"].items())
    preset = Preset("golden", model.sizes, PRESETS["tiny"].vae, table, anchor, options, None, "480")
    models = Models(model, tiny_vae(beside(path, "vae_tiny.safetensors")), Context(given), Clip(given["in.clip_base"]))
    return Generation(request, preset, options, models, Recorded(given, pattern))


def check_streaming(path: Path) -> None:
    """Latents of every chunk, inputs of the network on the way, and the video."""
    metadata, given = read(path)
    run = metadata["run"]
    model = transformer(metadata["config"], weights(read(beside(path, "dit_single.safetensors"))[1]))
    made = a_run(path, run, given, model, "chunk{}.noise.", "last_frames")
    assert len(made.chunks) == run["chunks"]
    parts = []
    for index, chunk in enumerate(made.chunks):
        near(made.latents(index), given[f"chunk{index}.latent_final"], 2e-4, f"chunk {index}: latents")
        frames = made.frames(index)
        if f"chunk{index}.audio_window" in given:
            near(
                made.request.audio_windows(chunk, model.sizes.audio_window),
                given[f"chunk{index}.audio_window"],
                0,
                f"chunk {index}: audio",
            )
        parts.append(frames[:, chunk.num_motion_frames :])
    video = torch.cat(parts, dim=1)
    near(video[:, : given["out.video"].shape[1]], given["out.video"], 2e-3, "video")


def check_infinite_streaming(path: Path) -> None:
    """The same with the source frames of InfiniteTalk: frame i is the picture rolled right by 2i pixels."""
    metadata, given = read(path)
    run = metadata["run"]
    model = transformer(metadata["config"], weights(read(beside(path, "dit_single.safetensors"))[1]))
    picture = given["in.image_hwc_u8"].numpy()
    asked = []

    def source(frame: int) -> np.ndarray:
        asked.append(frame)
        return np.roll(picture, 2 * min(frame, run.get("n_video_frames", 1) - 1), axis=1)

    made = a_run(path, run, given, model, "chunk{}.noise.", "source_frames", source)
    parts = []
    for index, chunk in enumerate(made.chunks):
        near(made.latents(index), given[f"chunk{index}.latent_final"], 2e-4, f"chunk {index}: latents")
        parts.append(made.frames(index)[:, chunk.num_motion_frames :])
    assert asked == run.get("requested_frames", asked)
    pixels = ((torch.cat(parts, dim=1) + 1) / 2 * 255).round()
    expected = given["out.video_u8"].float()
    near(pixels[:, : expected.shape[1]], expected, 1, "video")


def check_teacache(path: Path) -> None:
    """Which forwards are left out (.json), and where that leads (.safetensors)."""
    decisions = json.loads(beside(path, path.stem + ".json").read_text(encoding="utf-8"))
    metadata, given = read(beside(path, path.stem + ".safetensors"))
    state = weights(read(beside(path, "dit_single.safetensors"))[1]) | weights(given)
    model = transformer(metadata["config"], state)
    run = {"humans": 2, "bucket_table": {"1.00": [64, 64]}, "color_correction_strength": 0.0} | metadata["run"]
    assert dit_config(metadata["config"]) == model.sizes
    for name, trace in decisions.items():
        if path.suffix != ".json" and path.parent == DEFAULT and name not in WALKED:
            continue
        size, threshold, text = name.removeprefix("multitalk-").split("_")
        text_scale, limit = float(text.removeprefix("text")), float(threshold.removeprefix("thr"))
        counting = ReferenceCounting(model, limit, size, run["steps"], run["shift"]) if text_scale == 1 else None
        if path.suffix == ".json":
            _check_decisions(trace, model, run, limit, size, counting, name)
            continue
        made = a_run(path, run | {"text_scale": text_scale}, given, model, "noise.chunk{}.", "last_frames")
        made.options = replace(made.options, step_cache_threshold=limit)
        made.preset = replace(made.preset, step_cache_coefficients=size)
        if counting is not None:
            made._step_cache = lambda counting=counting: counting
        for index in range(trace["chunks"]):
            near(made.latents(index), given[f"{name}.chunk{index}.latent_final"], 1e-3, f"{name}, chunk {index}")


def _check_decisions(
    trace: dict[str, Any],
    model: Any,
    run: dict[str, Any],
    limit: float,
    size: str,
    counting: ReferenceCounting | None,
    name: str,
) -> None:
    """With three branches our plan, the same in every chunk; with two, where the reference miscounts, its counter."""
    computed = [call["computed"] for call in trace["calls"]]
    if counting is None:
        signals = [model.timestep_signal(t[None]) for t in timesteps(run["steps"], run["shift"])[:-1]]
        skipped = plan_steps(signals, limit, size)
        assert computed == [not skip for skip in skipped for _ in range(3)] * trace["chunks"], name
        return
    for _ in range(trace["chunks"] * run["steps"]):
        for branch in (FULL, NO_AUDIO):
            counting.skips(branch)
        counting.advance()
    assert counting.computed == computed, name


@dataclass
class ReferenceCounting:
    """The reference's own counter: slots go round in threes although a step has two forwards."""

    model: Any
    threshold: float
    coefficients: str
    num_steps: int
    shift: float
    count: int = 0
    step: int = 0
    computed: list[bool] = field(default_factory=list)
    slots: dict[Branch, int] = field(default_factory=dict)
    before: dict[int, Tensor] = field(default_factory=dict)
    total: dict[int, float] = field(default_factory=lambda: dict.fromkeys(range(3), 0.0))
    kept: dict[int, Tensor] = field(default_factory=dict)

    def skips(self, branch: Branch) -> bool:
        slot = self.slots[branch] = self.count % 3
        signal = self.model.timestep_signal(timesteps(self.num_steps, self.shift)[self.step][None])
        skip = False
        if self.count < 15 or self.count >= 3 * self.num_steps:
            self.total[slot] = 0.0
        else:
            self.total[slot] += expected_change(signal, self.before[slot], self.coefficients)
            skip = self.total[slot] < self.threshold
            if not skip:
                self.total[slot] = 0.0
        self.before[slot] = signal
        self.count = (self.count + 1) % (3 * self.num_steps)
        self.computed.append(not skip)
        return skip

    def residual(self, branch: Branch) -> Tensor:
        return self.kept[self.slots[branch]]

    def keep(self, branch: Branch, residual: Tensor) -> None:
        self.kept[self.slots[branch]] = residual

    def advance(self) -> None:
        self.step = (self.step + 1) % self.num_steps
