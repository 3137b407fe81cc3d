"""The last layer leaves out the motion frames, unless the guidance reads them: the video is the same either way."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from test_generator import MODELS, TINY, a_request

from multitalk.config import APGOptions, SamplingOptions
from multitalk.dit import MultiTalkTransformer
from multitalk.generator import Generation
from multitalk.noise import SeededNoise

CHUNKS, NUM_FRAMES = 3, 13 + 2 * 8
LIMITED, FREE = APGOptions(norm_threshold=9.0), APGOptions(momentum=0.4, norm_threshold=0.0, eta=0.5)


def options(text: float, audio: float, apg: APGOptions | None, **changes: object) -> SamplingOptions:
    return replace(TINY.options, num_steps=2, text_guidance_scale=text, audio_guidance_scale=audio, apg=apg, **changes)


def latents(chosen: SamplingOptions, anchor: str, people: int) -> list[torch.Tensor]:
    """The latents of every chunk."""
    made = Generation(a_request(NUM_FRAMES, people), replace(TINY, anchor=anchor), chosen, MODELS, SeededNoise(3))
    return [made.latents(index) for index in range(CHUNKS)]


GUIDED = [
    (5.0, 4.0, None),
    (1.0, 4.0, None),
    (5.0, 1.0, LIMITED),
    (1.0, 4.0, LIMITED),
    (5.0, 4.0, LIMITED),
    (3.0, 2.0, FREE),
    (1.0, 6.0, FREE),
    (1.0, 1.0, LIMITED),
]


@pytest.mark.parametrize(("text", "audio", "apg"), GUIDED)
@pytest.mark.parametrize(("anchor", "people"), [("last_frames", 2), ("source_frames", 2), ("last_frames", 1)])
def test_the_video_is_that_of_a_whole_last_layer(monkeypatch, text, audio, apg, anchor, people):
    _assert_equal_to_whole(monkeypatch, options(text, audio, apg), anchor, people)


@pytest.mark.parametrize("apg", [None, LIMITED])
def test_with_steps_left_out_too(monkeypatch, apg):
    """The residuals that the step cache keeps are those of the frames that are read."""
    chosen = replace(options(4.0, 3.0, apg), num_steps=8, step_cache_threshold=0.9, color_correction=0.5)
    _assert_equal_to_whole(monkeypatch, chosen, "last_frames", 2)


@pytest.mark.parametrize(("text", "audio", "apg"), GUIDED)
def test_motion_frames_are_left_out_where_nothing_reads_them(text, audio, apg):
    """Counted where it happens: tokens that reach the head in the last chunk."""
    tokens: list[int] = []
    hook = MODELS.transformer.head.register_forward_pre_hook(lambda _, given: tokens.append(given[0].shape[0]))
    try:
        latents(options(text, audio, apg), "last_frames", 2)
    finally:
        hook.remove()
    whole, read = 4 * 16, 2 * 16  # latent frames of 4 x 4 tokens; two of four latent frames are motion
    mixed = apg is not None and (text, audio) != (1.0, 1.0)
    assert tokens[0] == whole and tokens[-1] == (whole if mixed else read)


def _assert_equal_to_whole(monkeypatch: pytest.MonkeyPatch, chosen: SamplingOptions, anchor: str, people: int) -> None:
    made = latents(chosen, anchor, people)
    trimming = MultiTalkTransformer.velocities

    def whole(*given: object, **others: object) -> tuple[torch.Tensor, ...]:
        return trimming(*given, **(others | {"num_unread_latents": 0}))

    monkeypatch.setattr(MultiTalkTransformer, "velocities", whole)
    for index, (one, other) in enumerate(zip(made, latents(chosen, anchor, people), strict=True)):
        assert (one - other).abs().max() < 1e-4, f"chunk {index}"
