"""The network against an oracle written out by hand, in float64, and properties that must hold."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from multitalk.audio_attention import person_ranges
from multitalk.config import PRESETS, DiTConfig
from multitalk.dit import FULL, NO_AUDIO, NO_TEXT, NONE, MultiTalkTransformer

SIZES = DiTConfig(
    dim=48,
    ffn_dim=64,
    num_heads=4,
    num_layers=2,
    freq_dim=16,
    text_len=8,
    text_dim=12,
    clip_dim=10,
    audio_layers=2,
    audio_channels=6,
    audio_hidden=8,
    audio_dim=12,
    audio_tokens=3,
)


@pytest.fixture(autouse=True)
def _no_gradients():
    with torch.inference_mode():
        yield


def network(sizes: DiTConfig = SIZES, seed: int = 0, dtype: torch.dtype = torch.float64) -> MultiTalkTransformer:
    torch.manual_seed(seed)
    model = MultiTalkTransformer.from_sizes(sizes).to(dtype).eval()
    for name, parameter in model.named_parameters():
        if "norm_q" in name or "norm_k" in name:
            parameter.fill_(2.0)
    return model


def inputs(people: int, grid=(3, 4, 8), sizes: DiTConfig = SIZES, dtype: torch.dtype = torch.float64):
    torch.manual_seed(people)
    frames, height, width = grid
    masks = torch.zeros(people + 1, height, width)
    for person in range(people):
        masks[person, :, 2 * person : 2 * person + 2] = 1
    masks[-1] = 1 - masks[:-1].amax(0)

    def noise(*shape: int) -> Tensor:
        return torch.randn(*shape, dtype=dtype)

    return {
        "latents": noise(16, *grid),
        "timestep": torch.tensor([611.25]),
        "text": (noise(5, sizes.text_dim), noise(3, sizes.text_dim)),
        "image": noise(1, 257, sizes.clip_dim),
        "condition": noise(20, *grid),
        "speaker_masks": masks,
        "audio": noise(people, 4 * (frames - 1) + 1, 5, sizes.audio_layers, sizes.audio_channels),
    }


class Oracle:
    """One forward, spelled out: loops over heads, explicit softmax, complex numbers, everything recomputed."""

    def __init__(self, model: MultiTalkTransformer, sizes: DiTConfig) -> None:
        self.w, self.c = dict(model.state_dict()), sizes

    def lin(self, name: str, x: Tensor) -> Tensor:
        return x @ self.w[f"{name}.weight"].T + self.w[f"{name}.bias"]

    def rms(self, name: str, x: Tensor) -> Tensor:
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + self.c.eps) * self.w[f"{name}.weight"]

    def ln(self, x: Tensor, name: str = "", eps: float | None = None) -> Tensor:
        mean, var = x.mean(-1, keepdim=True), x.var(-1, keepdim=True, unbiased=False)
        normed = (x - mean) / torch.sqrt(var + (self.c.eps if eps is None else eps))
        return normed * self.w[f"{name}.weight"] + self.w[f"{name}.bias"] if name else normed

    def heads(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        size = q.shape[-1] // self.c.num_heads
        parts = []
        for head in range(self.c.num_heads):
            s = slice(head * size, (head + 1) * size)
            parts.append(torch.softmax(q[:, s] @ k[:, s].T / math.sqrt(size), -1) @ v[:, s])
        return torch.cat(parts, -1)

    def turn(self, x: Tensor, angles: Tensor) -> Tensor:
        """x: (L, dim), angles: (L, head_dim / 2)."""
        rows = x.reshape(len(x), self.c.num_heads, -1, 2)
        turned = torch.complex(rows[..., 0], rows[..., 1]) * torch.exp(1j * angles[:, None, :].to(torch.float64))
        return torch.stack([turned.real, turned.imag], -1).reshape(x.shape)

    def grid_angles(self, frames: int, rows: int, columns: int) -> Tensor:
        d = self.c.dim // self.c.num_heads
        axes = (d - 4 * (d // 6), 2 * (d // 6), 2 * (d // 6))
        return torch.tensor(
            [
                [
                    place * 10000.0 ** (-2 * i / axis)
                    for place, axis in zip((t, y, x), axes, strict=True)
                    for i in range(axis // 2)
                ]
                for t in range(frames)
                for y in range(rows)
                for x in range(columns)
            ],
            dtype=torch.float64,
        )

    def audio_tokens(self, audio: Tensor) -> Tensor:
        """(N, T, tokens, dim): windows picked one by one."""
        people = []
        for person in audio:
            latents = [self.lin("audio_proj.proj1", person[0].reshape(-1))]
            for group in range(1, len(person), 4):
                picked = [person[group][w] for w in (0, 1, 2)] + [person[group + 1][2], person[group + 2][2]]
                picked += [person[group + 3][w] for w in (2, 3, 4)]
                latents.append(self.lin("audio_proj.proj1_vf", torch.stack(picked).reshape(-1)))
            hidden = torch.relu(self.lin("audio_proj.proj2", torch.relu(torch.stack(latents))))
            tokens = self.lin("audio_proj.proj3", hidden).reshape(len(latents), self.c.audio_tokens, -1)
            people.append(self.ln(tokens, "audio_proj.norm", 1e-5))
        return torch.stack(people)

    def positions(self, q: Tensor, k: Tensor, masks: Tensor) -> Tensor:
        size, num = q.shape[-1] // self.c.num_heads, masks.shape[1]
        regions = torch.zeros(len(masks), len(q), dtype=q.dtype)
        for head in range(self.c.num_heads):
            s = slice(head * size, (head + 1) * size)
            weights = torch.softmax(q[:, s] @ k[:num, s].T / math.sqrt(size), -1)
            regions += torch.stack([(weights * mask).sum(-1) / mask.sum() for mask in masks]) / self.c.num_heads
        ranges = person_ranges(len(masks) - 1, self.c)
        places = []
        for token in range(len(q)):
            best = int(regions[:, token].argmax())
            if best == len(masks) - 1:
                places.append(12.0)
                continue
            row, (low, high) = regions[best], ranges[best]
            places.append(float((row[token] - row.min()) / (row.max() - row.min() + 1e-8)) * (high - low) + low)
        return torch.tensor(places, dtype=torch.float64)

    def __call__(self, latents, timestep, text, image, condition, audio, speaker_masks) -> Tensor:
        c = self.c
        frames, height, width = latents.shape[1:]
        rows, columns = height // 2, width // 2
        x = (
            torch.nn.functional.conv3d(
                torch.cat([latents, condition])[None],
                self.w["patch_embedding.weight"],
                self.w["patch_embedding.bias"],
                stride=(1, 2, 2),
            )[0]
            .flatten(1)
            .T
        )
        half = c.freq_dim // 2
        turns = torch.tensor([float(timestep) * 10000.0 ** (-j / half) for j in range(half)], dtype=torch.float64)
        silu = torch.nn.functional.silu
        e = self.lin("time_embedding.2", silu(self.lin("time_embedding.0", torch.cat([turns.cos(), turns.sin()]))))
        e0 = self.lin("time_projection.1", silu(e)).reshape(6, -1)
        padded = torch.cat([text, torch.zeros(c.text_len - len(text), c.text_dim)])
        gelu = torch.nn.functional.gelu
        words = self.lin("text_embedding.2", gelu(self.lin("text_embedding.0", padded), approximate="tanh"))
        picture = self.lin("img_emb.proj.1", self.ln(image[0], "img_emb.proj.0", 1e-5))
        picture = self.ln(self.lin("img_emb.proj.3", gelu(picture)), "img_emb.proj.4", 1e-5)
        tokens = self.audio_tokens(audio)
        people = len(audio)
        masks = torch.stack([(m[::2, ::2] > 0).double().flatten() for m in speaker_masks])
        grid = self.grid_angles(frames, rows, columns)
        line = torch.tensor(
            [10000.0 ** (-2 * i / (c.dim // c.num_heads)) for i in range(c.dim // c.num_heads // 2)],
            dtype=torch.float64,
        )
        for layer in range(c.num_layers):
            b = f"blocks.{layer}"
            m = self.w[f"{b}.modulation"][0] + e0
            h = self.ln(x) * (1 + m[1]) + m[0]
            q = self.turn(self.rms(f"{b}.self_attn.norm_q", self.lin(f"{b}.self_attn.q", h)), grid)
            k = self.turn(self.rms(f"{b}.self_attn.norm_k", self.lin(f"{b}.self_attn.k", h)), grid)
            x = x + self.lin(f"{b}.self_attn.o", self.heads(q, k, self.lin(f"{b}.self_attn.v", h))) * m[2]
            cq = self.rms(f"{b}.cross_attn.norm_q", self.lin(f"{b}.cross_attn.q", self.ln(x, f"{b}.norm3")))
            seen = 0
            for suffix, source in (("", words), ("_img", picture)):
                ck = self.rms(f"{b}.cross_attn.norm_k{suffix}", self.lin(f"{b}.cross_attn.k{suffix}", source))
                seen = seen + self.heads(cq, ck, self.lin(f"{b}.cross_attn.v{suffix}", source))
            x = x + self.lin(f"{b}.cross_attn.o", seen)
            aq = self.lin(f"{b}.audio_cross_attn.q_linear", self.ln(x, f"{b}.norm_x"))
            if people > 1:
                aq = self.turn(aq, self.positions(q, k, masks)[:, None] * line)
            heard = []
            for frame in range(frames):
                both = self.lin(f"{b}.audio_cross_attn.kv_linear", tokens[:, frame].reshape(-1, c.audio_dim))
                ak, av = both[:, : c.dim], both[:, c.dim :]
                if people > 1:
                    middles = [(low + high) / 2 for low, high in person_ranges(people, c)]
                    spots = torch.tensor([spot for spot in middles for _ in range(c.audio_tokens)]).double()
                    ak = self.turn(ak, spots[:, None] * line)
                heard.append(self.heads(aq[frame * rows * columns : (frame + 1) * rows * columns], ak, av))
            x = x + self.lin(f"{b}.audio_cross_attn.proj", torch.cat(heard))
            h = self.ln(x) * (1 + m[4]) + m[3]
            x = x + self.lin(f"{b}.ffn.2", gelu(self.lin(f"{b}.ffn.0", h), approximate="tanh")) * m[5]
        m = self.w["head.modulation"][0] + e
        out = self.lin("head.head", self.ln(x) * (1 + m[1]) + m[0]).reshape(frames, rows, columns, 2, 2, 16)
        return out.permute(5, 0, 1, 3, 2, 4).reshape(16, frames, height, width)


@pytest.mark.parametrize("people", [1, 2, 3])
def test_the_fast_path_equals_the_oracle_in_float64(people):
    model, given = network(), inputs(people)
    oracle = Oracle(model, SIZES)
    constants = model.prepare(given["text"], given["image"], given["condition"], given["audio"], given["speaker_masks"])
    branches = (FULL, NO_TEXT, NO_AUDIO, NONE)
    fast = model.velocities(given["latents"], given["timestep"], constants, branches)
    trimmed = model.velocities(given["latents"], given["timestep"], constants, branches, num_unread_latents=1)
    for branch, one, other in zip(branches, fast, trimmed, strict=True):
        audio = given["audio"] if branch.audio else torch.zeros_like(given["audio"][-1:])
        plain = oracle(
            given["latents"],
            given["timestep"],
            given["text"][0 if branch.text else 1],
            given["image"],
            given["condition"],
            audio,
            given["speaker_masks"],
        )
        assert (one - plain).abs().max() < 1e-9
        assert (other[:, 1:] - plain[:, 1:]).abs().max() < 1e-9 and not other[:, :1].any()


def test_what_the_people_say_matters_and_who_says_it():
    model, given = network(), inputs(2)

    def run(**other: Tensor) -> Tensor:
        used = given | other
        return model(
            used["latents"],
            used["timestep"],
            used["text"][0],
            used["image"],
            used["condition"],
            used["audio"],
            used["speaker_masks"],
        )

    base = run()
    assert (run(audio=given["audio"].flip(0)) - base).abs().max() > 1e-3
    assert (run(speaker_masks=given["speaker_masks"][[1, 0, 2]]) - base).abs().max() > 1e-3


def test_the_true_network_has_the_published_size():
    with torch.device("meta"):
        model = MultiTalkTransformer.from_sizes(PRESETS["multitalk-480p"].dit)
    assert len(model.state_dict()) == 1633
    assert sum(p.numel() for p in model.parameters()) == pytest.approx(18.882e9, rel=1e-4)


def test_half_precision_keeps_its_islands_and_its_type():
    model, given = network(dtype=torch.bfloat16), inputs(2, dtype=torch.bfloat16)
    out = model(
        given["latents"],
        given["timestep"],
        given["text"][0],
        given["image"],
        given["condition"],
        given["audio"],
        given["speaker_masks"],
    )
    assert out.dtype == torch.float32 and out.isfinite().all()


def test_a_region_without_a_token_is_an_error():
    model, given = network(), inputs(2)
    given["speaker_masks"][1] = 0
    with pytest.raises(ValueError, match="person 2"):
        model.prepare(given["text"], given["image"], given["condition"], given["audio"], given["speaker_masks"])
