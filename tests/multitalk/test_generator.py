"""The streaming generator with random weights: lengths, what is kept, resuming, and what it says is wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from small_codec import Averages

from multitalk.config import PRESETS
from multitalk.errors import RequestError
from multitalk.generator import Generation, Models, generate
from multitalk.noise import SeededNoise
from multitalk.places import place_people
from multitalk.random_models import random_models
from multitalk.request import FeatureArray, GenerationRequest
from multitalk.store import ChunkStore
from multitalk.vae import StreamingVAE
from talkshow.store.files import writing

TINY = replace(PRESETS["tiny"], options=replace(PRESETS["tiny"].options, num_steps=1, chunk_frames=13, motion_frames=5))
NEW_FRAMES = 8
WITH_VAE = random_models(TINY, 0)
MODELS = replace(WITH_VAE, vae=cast(StreamingVAE, Averages()))


def a_request(num_frames: int, people: int = 2) -> GenerationRequest:
    """Everybody is heard all the time, in a picture of noise."""
    drawn = np.random.default_rng(0)
    picture = drawn.integers(0, 256, (70, 64, 3)).astype(np.uint8)
    sizes = TINY.dit
    features = tuple(
        FeatureArray(
            torch.from_numpy(
                drawn.normal(size=(num_frames, sizes.audio_layers, sizes.audio_channels)).astype(np.float32)
            )
        )
        for _ in range(people)
    )
    chunks = place_people(np.ones((people, num_frames), bool), TINY.options.chunk_frames, TINY.options.motion_frames)
    return GenerationRequest(picture, features, chunks, num_frames, "people talk")


def a_generation(
    num_frames: int,
    store: ChunkStore | None = None,
    sampled: list[int] | None = None,
    anchor: str = "last_frames",
    models: Models = MODELS,
) -> Generation:
    """sampled: chunks are appended as they are sampled."""
    made = [] if sampled is None else sampled
    return Generation(
        a_request(num_frames),
        replace(TINY, anchor=anchor),
        TINY.options,
        models,
        SeededNoise(7),
        store,
        lambda chunk, _done, _total: made.append(chunk),
    )


def video(generation: Generation) -> np.ndarray:
    """All frames, (f, height, width, 3)."""
    return np.concatenate([chunk.frames for chunk in generate(generation)])


@pytest.mark.parametrize(
    ("num_frames", "anchor", "models"),
    [
        *((count, "last_frames", MODELS) for count in (1, 13, 14, 21, 22)),
        *((count, "source_frames", MODELS) for count in (12, 22)),
        (14, "last_frames", WITH_VAE),
        (1, "source_frames", WITH_VAE),
    ],
)
def test_video_is_as_long_as_asked(num_frames: int, anchor: str, models: Models) -> None:
    chunks = list(generate(a_generation(num_frames, anchor=anchor, models=models)))
    assert [chunk.first for chunk in chunks] == [0, *np.cumsum([len(chunk.frames) for chunk in chunks])[:-1]]
    assert sum(len(chunk.frames) for chunk in chunks) == num_frames
    assert all(chunk.frames.shape[1:] == (64, 64, 3) for chunk in chunks)


def test_a_chunk_made_again_alone_is_the_same(tmp_path: Path) -> None:
    store = ChunkStore(tmp_path, "run", writing)
    whole = a_generation(13 + 3 * NEW_FRAMES, store)
    video(whole)
    for index in range(4):
        expected = store.load(index)
        assert expected is not None
        next(tmp_path.glob(f"*{index:05d}*")).unlink()
        torch.manual_seed(index)  # the global generator has no say
        sampled: list[int] = []
        again = a_generation(13 + 3 * NEW_FRAMES, store, sampled).latents(index)
        assert sampled == [index]
        assert torch.equal(again, expected)


def test_kept_chunks_are_decoded_and_not_sampled(tmp_path: Path) -> None:
    first = video(a_generation(29, ChunkStore(tmp_path, "run", writing)))
    sampled: list[int] = []
    assert np.array_equal(video(a_generation(29, ChunkStore(tmp_path, "run", writing), sampled)), first)
    assert not sampled
    video(a_generation(29, ChunkStore(tmp_path, "another run", writing), sampled))
    assert sampled == [0, 1, 2]


@pytest.mark.serial
def test_continues_at_the_chunk_after_a_kill(tmp_path: Path) -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import time\nfrom test_generator import *\n"
        f"made = a_generation(45, ChunkStore(Path({str(tmp_path)!r}), 'run', writing))\n"
        "made.latents(1)\nprint('two', flush=True)\n"
        "made._progress = lambda *_: time.sleep(600)\nmade.latents(2)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "two\n"
        process.kill()
    (tmp_path / ".tmp-1-run-00002.safetensors").write_bytes(b"half a chunk")
    sampled: list[int] = []
    resumed = video(a_generation(45, ChunkStore(tmp_path, "run", writing), sampled))
    assert sampled == [2, 3, 4]
    assert np.array_equal(resumed, video(a_generation(45)))


@pytest.mark.parametrize("damage", [lambda whole: whole[:100], lambda _: b"", lambda whole: whole[:-8]])
def test_a_damaged_chunk_is_made_again(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    store = ChunkStore(tmp_path, "run", writing)
    expected = a_generation(13, store).latents(0)
    kept = next(tmp_path.iterdir())
    kept.write_bytes(damage(kept.read_bytes()))
    sampled: list[int] = []
    assert torch.equal(a_generation(13, store, sampled).latents(0), expected)
    assert sampled == [0]


def test_clip_mode_makes_one_chunk() -> None:
    generation = Generation(a_request(40), TINY, replace(TINY.options, streaming=False), MODELS, SeededNoise(0))
    assert len(video(generation)) == 13


def test_seeds_and_prompts_of_chunks_decide() -> None:
    request = a_request(21)
    plain = Generation(request, TINY, TINY.options, MODELS, SeededNoise(0))
    other_seed = Generation(request, TINY, TINY.options, MODELS, SeededNoise(1))
    other_prompt = Generation(
        replace(request, prompts=(request.prompt, "they laugh")), TINY, TINY.options, MODELS, SeededNoise(0)
    )
    assert not torch.equal(plain.latents(0), other_seed.latents(0))
    assert torch.equal(plain.latents(0), other_prompt.latents(0))
    assert not torch.equal(plain.latents(1), other_prompt.latents(1))


@given(st.integers(0, 2**40), st.integers(0, 2**20), st.integers(0, 40))
def test_noise_is_a_function_of_its_use(seed: int, chunk: int, index: int) -> None:
    noise, shape = SeededNoise(seed), (2, 2, 3)
    assert torch.equal(noise.motion(chunk, index, shape), SeededNoise(seed).motion(chunk, index, shape))
    others = [
        noise.initial(chunk, shape),
        noise.initial(chunk + 1, shape),
        noise.motion(chunk, index + 1, shape),
        noise.motion(chunk + 1, index, shape),
        SeededNoise(seed + 1).motion(chunk, index, shape),
    ]
    assert not any(torch.equal(noise.motion(chunk, index, shape), other) for other in others)


@given(st.integers(1, 60), st.integers(0, 5))
def test_audio_beyond_the_end_is_mirrored(total: int, chunk: int) -> None:
    """Against sound laid out whole: its first frame before, itself backwards after, its first frame from there on."""
    features = FeatureArray(torch.arange(total, dtype=torch.float32)[:, None, None])
    chunks = place_people(np.ones((1, total), bool), 13, 5)
    placed = chunks[min(chunk, len(chunks) - 1)]
    request = GenerationRequest(np.zeros((8, 8, 3), np.uint8), (features,), chunks, total, "")
    laid = [0] * 2 + list(range(total)) + list(reversed(range(total))) + [0] * 20
    expected = [laid[placed.first + frame : placed.first + frame + 5] for frame in range(placed.num_frames)]
    assert request.audio_windows(placed, 5)[0, :, :, 0, 0].tolist() == expected


def test_requests_that_do_not_fit_together_are_named() -> None:
    good = a_request(13)
    short = FeatureArray(torch.zeros(5, TINY.dit.audio_layers, TINY.dit.audio_channels))
    for change, message in (
        ({"people": ()}, "no one speaks"),
        ({"people": (*good.people[:1], short)}, "differ in length"),
        ({"prompts": ("a", "b")}, "2 prompts for 1 chunks"),
        ({"num_frames": 0}, "at least one frame"),
        ({"image": np.zeros((8, 8), np.uint8)}, "shape"),
    ):
        with pytest.raises(RequestError, match=message):
            replace(good, **change)
