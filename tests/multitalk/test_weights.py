"""Published layouts at tiny size: everything fits, or every key that does not is named; adapters; memory."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from multitalk.config import PRESETS
from multitalk.dit import MultiTalkTransformer
from multitalk.errors import CheckpointError
from multitalk.lora import apply_loras
from multitalk.published import load_transformer
from multitalk.weights import assign, clip_state, read_state, transformer_state, umt5_state

TINY = replace(PRESETS["tiny"], name="tiny-checkpoint")
# ours -> Diffusers' names, written down again so that the map is not tested with itself
TO_DIFFUSERS = (
    ("text_embedding.0.", "condition_embedder.text_embedder.linear_1."),
    ("text_embedding.2.", "condition_embedder.text_embedder.linear_2."),
    ("time_embedding.0.", "condition_embedder.time_embedder.linear_1."),
    ("time_embedding.2.", "condition_embedder.time_embedder.linear_2."),
    ("time_projection.1.", "condition_embedder.time_proj."),
    ("img_emb.proj.0.", "condition_embedder.image_embedder.norm1."),
    ("img_emb.proj.1.", "condition_embedder.image_embedder.ff.net.0.proj."),
    ("img_emb.proj.3.", "condition_embedder.image_embedder.ff.net.2."),
    ("img_emb.proj.4.", "condition_embedder.image_embedder.norm2."),
    ("head.modulation", "scale_shift_table"), ("head.head.", "proj_out."), (".modulation", ".scale_shift_table"),
    (".ffn.0.", ".ffn.net.0.proj."), (".ffn.2.", ".ffn.net.2."), (".norm3.", ".norm2."),
    (".self_attn.q.", ".attn1.to_q."), (".self_attn.k.", ".attn1.to_k."), (".self_attn.v.", ".attn1.to_v."),
    (".self_attn.o.", ".attn1.to_out.0."), (".self_attn.norm", ".attn1.norm"),
    (".cross_attn.q.", ".attn2.to_q."), (".cross_attn.k.", ".attn2.to_k."), (".cross_attn.v.", ".attn2.to_v."),
    (".cross_attn.o.", ".attn2.to_out.0."), (".cross_attn.k_img.", ".attn2.add_k_proj."),
    (".cross_attn.v_img.", ".attn2.add_v_proj."), (".cross_attn.norm_k_img.", ".attn2.norm_added_k."),
    (".cross_attn.norm", ".attn2.norm"))


@pytest.fixture(scope="module")
def state() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return {key: value.clone() for key, value in MultiTalkTransformer.from_sizes(TINY.dit).state_dict().items()}


def is_audio(key: str) -> bool:
    return "audio" in key or "norm_x" in key


def diffusers_name(key: str) -> str:
    if is_audio(key):
        return key
    for ours, theirs in TO_DIFFUSERS:
        if ours in key:
            return key.replace(ours, theirs)
    return key


def layout(name: str, state: dict[str, torch.Tensor], folder: Path) -> list[Path]:
    """The files of a published layout."""
    base = {key: value for key, value in state.items() if not is_audio(key)}
    audio = {key: value for key, value in state.items() if is_audio(key)}
    keys = list(base)
    if name == "wan shards":
        parts = [{key: base[key] for key in keys[start::3]} for start in range(3)] + [audio]
    elif name == "diffusers":
        parts = [{diffusers_name(key): value for key, value in base.items()}, audio]
    elif name == "merged":
        parts = [state]
    else:
        parts = [{f"model.diffusion_model.{key}": value for key, value in state.items()}]
    files = []
    for number, part in enumerate(parts):
        files.append(folder / f"{name.replace(' ', '_')}-{number}.safetensors")
        save_file(part, files[-1])
    return files


@pytest.mark.parametrize("name", ["wan shards", "diffusers", "merged", "prefixed"])
def test_every_layout_gives_the_same_network(name, state, tmp_path):
    model = load_transformer(TINY, layout(name, state, tmp_path), {}, None, torch.float32)
    assert all(torch.equal(value, state[key]) for key, value in model.state_dict().items())


def test_keys_that_do_not_fit_are_named(state, tmp_path):
    wrong = dict(state)
    del wrong["blocks.1.norm3.weight"]
    wrong["stranger.weight"] = torch.zeros(2)
    wrong["head.head.bias"] = torch.zeros(3)
    save_file(wrong, tmp_path / "wrong.safetensors")
    with pytest.raises(CheckpointError) as caught:
        load_transformer(TINY, [tmp_path / "wrong.safetensors"], {}, None, torch.float32)
    for said in ("missing: blocks.1.norm3.weight", "unknown: stranger.weight", "head.head.bias (3,)"):
        assert said in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"not weights", b"PK\x03\x04broken"])
@pytest.mark.parametrize("name", ["a.safetensors", "a.pth"])
def test_files_that_are_no_weights_are_errors(tmp_path, content, name):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CheckpointError, match="cannot be read"):
        read_state(tmp_path / name)


def test_a_pickle_that_runs_code_is_refused(tmp_path):
    class Evil:
        def __reduce__(self):
            return print, ("code ran",)

    torch.save({"a": Evil()}, tmp_path / "evil.pth")
    with pytest.raises(CheckpointError):
        read_state(tmp_path / "evil.pth")


def adapter(kind: str, state: dict[str, torch.Tensor]) -> tuple[dict[str, torch.Tensor], str, torch.Tensor]:
    """(file, key of the weight, expected change at scale 0.5)."""
    key, rank = "blocks.0.self_attn.q", 2
    rows, columns = state[f"{key}.weight"].shape
    torch.manual_seed(1)
    down, up = torch.randn(rank, columns), torch.randn(rows, rank)
    if kind == "diff":
        change = torch.randn(rows, columns)
        return {f"diffusion_model.{key}.diff": change}, f"{key}.weight", 0.5 * change
    if kind == "diff_b":
        change = torch.randn(rows)
        return {f"diffusion_model.{key}.diff_b": change}, f"{key}.bias", 0.5 * change
    names = ("lora_A", "lora_B") if kind == "AB" else ("lora_down", "lora_up")
    named = diffusers_name(f"{key}.").removesuffix(".") if kind == "AB" else key
    prefix = "transformer." if kind == "AB" else "diffusion_model."
    file = {f"{prefix}{named}.{names[0]}.weight": down, f"{prefix}{named}.{names[1]}.weight": up}
    if kind == "alpha":
        file[f"{prefix}{named}.alpha"] = torch.tensor(1.0)
    return file, f"{key}.weight", 0.5 * (0.5 if kind == "alpha" else 1.0) * up @ down


@pytest.mark.parametrize("kind", ["down_up", "alpha", "AB", "diff", "diff_b"])
def test_adapters_change_the_weights_as_they_say(kind, state, tmp_path):
    file, key, change = adapter(kind, state)
    save_file(file, tmp_path / "lora.safetensors")
    model = load_transformer(TINY, layout("merged", state, tmp_path), {tmp_path / "lora.safetensors": 0.5}, None,
                             torch.float32)
    made = model.state_dict()
    assert torch.allclose(made[key], state[key] + change, atol=1e-6)
    assert all(torch.equal(value, state[other]) for other, value in made.items() if other != key)


@pytest.mark.parametrize(("file", "said"), [
    ({"blocks.0.self_attn.q.strange": torch.zeros(1)}, "no adapter"),
    ({"blocks.9.self_attn.q.diff": torch.zeros(48, 48)}, "does not have"),
    ({"blocks.0.self_attn.q.lora_up.weight": torch.zeros(48, 2)}, "one half"),
    ({"blocks.0.self_attn.q.diff": torch.zeros(4, 4)}, "shape")])
def test_adapters_that_do_not_fit_are_named(file, said, tmp_path):
    save_file(file, tmp_path / "lora.safetensors")
    model = MultiTalkTransformer.from_sizes(TINY.dit)
    with pytest.raises(CheckpointError, match=said):
        apply_loras(model, {tmp_path / "lora.safetensors": 1.0})


def test_text_and_picture_encoders_of_wan_fit_those_of_transformers():
    from transformers import CLIPVisionConfig, CLIPVisionModel, UMT5Config, UMT5EncoderModel

    t5 = UMT5EncoderModel(UMT5Config(vocab_size=20, d_model=8, d_kv=4, d_ff=16, num_layers=2, num_heads=2,
                                     feed_forward_proj="gated-gelu"))
    stored = {"token_embedding.weight": torch.randn(20, 8), "norm.weight": torch.randn(8)}
    for block in range(2):
        stored |= {f"blocks.{block}.{name}.weight": torch.randn(*shape) for name, shape in {
            "norm1": (8,), "norm2": (8,), "attn.q": (8, 8), "attn.k": (8, 8), "attn.v": (8, 8), "attn.o": (8, 8),
            "ffn.gate.0": (16, 8), "ffn.fc1": (16, 8), "ffn.fc2": (8, 16),
            "pos_embedding.embedding": (32, 2)}.items()}
    mapped = umt5_state(stored)
    assign(t5, mapped, "t5", [key for key in mapped if "embed_tokens" in key])
    assert torch.equal(t5.encoder.block[1].layer[1].DenseReluDense.wi_1.weight, stored["blocks.1.ffn.fc1.weight"])

    clip = CLIPVisionModel(CLIPVisionConfig(hidden_size=8, intermediate_size=16, num_hidden_layers=2,
                                            num_attention_heads=2, image_size=28, patch_size=14))
    visual = {"patch_embedding.weight": (8, 3, 14, 14), "cls_embedding": (1, 1, 8), "pos_embedding": (1, 5, 8),
              "pre_norm.weight": (8,), "pre_norm.bias": (8,), "post_norm.weight": (8,), "post_norm.bias": (8,)}
    for block in range(2):
        for name, size in {"norm1": (8,), "norm2": (8,), "attn.to_qkv": (24, 8), "attn.proj": (8, 8),
                           "mlp.0": (16, 8), "mlp.2": (8, 16)}.items():
            visual |= {f"transformer.{block}.{name}.weight": size, f"transformer.{block}.{name}.bias": size[:1]}
    mapped = clip_state({f"visual.{name}": torch.randn(*size) for name, size in visual.items()})
    prefix = "vision_model." if any(key.startswith("vision_model.") for key in clip.state_dict()) else ""
    assign(clip, {prefix + key: value for key, value in mapped.items()}, "clip",
           [key for key in clip.state_dict() if "position_ids" in key])


def test_loading_copies_nothing(tmp_path):
    """Resident memory grows by less than a tenth of the file before the weights are used."""
    save_file({f"blocks.{i}.weight": torch.zeros(1024, 1024) for i in range(60)}, tmp_path / "big.safetensors")
    program = """
import sys, torch
from torch import nn
from pathlib import Path
from multitalk.weights import assign, transformer_state
class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(1024, 1024))
with torch.device("meta"):
    model = nn.Module()
    model.blocks = nn.ModuleList(Layer() for _ in range(60))
rss = lambda: int(open("/proc/self/statm").read().split()[1]) * 4096
before = rss()
assign(model, transformer_state([Path(sys.argv[1])]), "big")
print((rss() - before) / Path(sys.argv[1]).stat().st_size)
"""
    if not Path("/proc/self/statm").exists():
        pytest.skip("resident memory is read from /proc")
    ran = subprocess.run([sys.executable, "-c", program, tmp_path / "big.safetensors"], capture_output=True, text=True,
                         check=True)
    assert float(ran.stdout.strip().splitlines()[-1]) < 0.1


def test_files_laid_over_each_other(tmp_path):
    save_file({"a": torch.zeros(2), "b": torch.ones(2)}, tmp_path / "one.safetensors")
    save_file({"b": torch.full((2,), 3.0)}, tmp_path / "two.safetensors")
    merged = transformer_state([tmp_path / "one.safetensors", tmp_path / "two.safetensors"])
    assert merged["b"].tolist() == [3.0, 3.0] and set(merged) == {"a", "b"}


def test_pickles_that_are_no_archives_are_read(tmp_path):
    torch.save({"a": torch.arange(3)}, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    assert read_state(tmp_path / "old.pth")["a"].tolist() == [0, 1, 2]


def test_picture_encoders_under_both_names_are_one():
    from multitalk.weights import clip_state

    inner = {"embeddings.class_embedding": torch.zeros(2), "post_layernorm.bias": torch.ones(2)}
    assert clip_state({f"vision_model.{key}": value for key, value in inner.items()}).keys() == inner.keys()
