"""Files of weights: what can be read, names at full size, adapters, memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tiny_checkpoints import TINY, diffusers_name, wan_image, wan_text, wan_vae

from multitalk.config import PRESETS
from multitalk.dit import MultiTalkTransformer
from multitalk.encoder_networks import build_audio_model, build_image_model, build_text_model
from multitalk.errors import CheckpointError
from multitalk.key_names import IMAGE_UNUSED, audio_name, image_name, text_name, transformer_name, vae_name
from multitalk.lora import apply_loras
from multitalk.published import load_transformer
from multitalk.vae import build_vae
from multitalk.weights import State, assign, read_files, read_state

GOLDEN = Path(__file__).resolve().parents[1] / "data/golden"


@pytest.fixture(scope="module")
def state() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return {key: value.clone() for key, value in MultiTalkTransformer.from_sizes(TINY.dit).state_dict().items()}


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
    save_file(state, tmp_path / "merged.safetensors")
    model = load_transformer(
        TINY, [tmp_path / "merged.safetensors"], {tmp_path / "lora.safetensors": 0.5}, None, torch.float32
    )
    made = model.state_dict()
    assert torch.allclose(made[key], state[key] + change, atol=1e-6)
    assert all(torch.equal(value, state[other]) for other, value in made.items() if other != key)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ({"blocks.0.self_attn.q.strange": torch.zeros(1)}, "not a supported adapter"),
        ({"blocks.9.self_attn.q.diff": torch.zeros(48, 48)}, "does not have"),
        ({"blocks.0.self_attn.q.lora_up.weight": torch.zeros(48, 2)}, "one half"),
        ({"blocks.0.self_attn.q.diff": torch.zeros(4, 4)}, "shape"),
    ],
)
def test_adapters_that_do_not_fit_are_named(file, said, tmp_path):
    save_file(file, tmp_path / "lora.safetensors")
    model = MultiTalkTransformer.from_sizes(TINY.dit)
    with pytest.raises(CheckpointError, match=said):
        apply_loras(model, {tmp_path / "lora.safetensors": 1.0})


def test_all_names_of_the_published_transformer_fit_at_full_size():
    """The 1633 tensors of 14B parameters, without their values: as shards of Wan, in Diffusers' names, merged."""
    shapes = {
        key: row["shape"]
        for key, row in json.loads((GOLDEN / "keys_14b.json").read_text(encoding="utf-8"))["keys"].items()
    }
    with torch.device("meta"):
        values = {key: torch.empty(shape) for key, shape in shapes.items()}
        for stored in (str, diffusers_name, lambda key: f"model.diffusion_model.{key}"):
            named = {transformer_name(stored(key)): value for key, value in values.items()}
            assert len(named) == len(values) == 1633
            model = MultiTalkTransformer.from_sizes(PRESETS["multitalk-480p"].dit)
            assign(model, State(named, dict.fromkeys(named, GOLDEN), (GOLDEN,)), "the network")


def test_all_names_of_the_published_encoders_fit_at_full_size():
    """umT5-xxl, CLIP ViT-H/14 and wav2vec2-base in Wan's names, and the autoencoder's 194 tensors."""
    preset = PRESETS["multitalk-480p"]
    with torch.device("meta"):
        text, image = build_text_model(preset).state_dict(), build_image_model(preset).state_dict()
        assert {text_name(key) for key in wan_text(text)} == set(text) - {"encoder.embed_tokens.weight"}
        assert text["shared.weight"].shape == (256384, 4096) and len(wan_text(text)) == 242
        named = {
            image_name(key): value
            for key, value in wan_image(image).items()
            if not any(re.fullmatch(pattern, key) for pattern in IMAGE_UNUSED)
        }
        assert {key for key in image if not re.search("[qkv]_proj", key)} == {key for key in named if "qkv" not in key}
        assert sum("to_qkv" in key for key in named) == 2 * 32
        vae = build_vae(preset.vae).state_dict()
        assert {vae_name(key) for key in wan_vae(vae)} == {vae_name(key) for key in vae} == set(vae)
        listener = build_audio_model(preset).state_dict()
    assert {audio_name(f"wav2vec2.{key}") for key in listener} == {audio_name(key) for key in listener} == set(listener)
    assert sum(value.numel() for value in listener.values()) == 94_371_712


@pytest.mark.parametrize("name", ["big.safetensors", "big.pth"])
def test_loading_copies_nothing(name, tmp_path):
    """Resident memory grows by less than a tenth of the file before the weights are used."""
    big = {f"blocks.{i}.weight": torch.zeros(1024, 1024) for i in range(60)}
    save_file(big, tmp_path / name) if name.endswith("safetensors") else torch.save(big, tmp_path / name)
    program = """
import sys, torch
from torch import nn
from pathlib import Path
from multitalk.weights import assign, read_files
class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(1024, 1024))
with torch.device("meta"):
    model = nn.Module()
    model.blocks = nn.ModuleList(Layer() for _ in range(60))
rss = lambda: int(open("/proc/self/statm").read().split()[1]) * 4096
before = rss()
assign(model, read_files([Path(sys.argv[1])]), "big")
print((rss() - before) / Path(sys.argv[1]).stat().st_size)
"""
    if not Path("/proc/self/statm").exists():
        pytest.skip("resident memory is read from /proc")
    ran = subprocess.run([sys.executable, "-c", program, tmp_path / name], capture_output=True, text=True, check=True)
    assert float(ran.stdout.strip().splitlines()[-1]) < 0.1


def test_files_laid_over_each_other(tmp_path):
    save_file({"a": torch.zeros(2), "b": torch.ones(2)}, tmp_path / "one.safetensors")
    save_file({"b": torch.full((2,), 3.0)}, tmp_path / "two.safetensors")
    merged = read_files([tmp_path / "one.safetensors", tmp_path / "two.safetensors"])
    assert merged.tensors["b"].tolist() == [3.0, 3.0] and set(merged.tensors) == {"a", "b"}
    assert merged.sources["a"].name == "one.safetensors" and merged.sources["b"].name == "two.safetensors"


def test_one_weight_under_two_names_is_an_error(tmp_path):
    save_file({"head.head.bias": torch.zeros(2), "model.head.head.bias": torch.ones(2)}, tmp_path / "two.safetensors")
    with pytest.raises(CheckpointError, match="twice"):
        read_files([tmp_path / "two.safetensors"], transformer_name)


def test_pickles_that_are_no_archives_are_read(tmp_path):
    torch.save({"a": torch.arange(3)}, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    assert read_state(tmp_path / "old.pth")["a"].tolist() == [0, 1, 2]
