"""Folders in every published layout, from their files to frames; and every way in which one can be wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_checkpoints import LAYOUTS, TINY, State, is_audio, save, tiny_states, write_layout

from multitalk.errors import CheckpointError
from multitalk.generator import Generation
from multitalk.layouts import find_file, locate, missing_files
from multitalk.loading import load_models
from multitalk.noise import SeededNoise
from multitalk.places import PlacedChunk
from multitalk.request import GenerationRequest


@pytest.fixture(scope="module")
def states() -> dict[str, State]:
    return tiny_states()


def preset_of(layout: str):
    return replace(TINY, checkpoint="infinitetalk-480p") if layout == "infinitetalk" else TINY


def one_chunk(models, listener) -> np.ndarray:
    sound = np.sin(np.arange(10_000) / 30).astype(np.float32)
    image = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    features = listener.encode(sound)
    request = GenerationRequest(image, (features, features), (PlacedChunk(0, 9, 0, (0, 1)),), 9, "two people talk")
    options = replace(TINY.options, num_steps=1)
    return Generation(request, TINY, options, models, SeededNoise(0)).chunk(0).frames


@pytest.fixture(scope="module")
def expected(states, tmp_path_factory) -> np.ndarray:
    """Frames of the plainest layout."""
    folder = write_layout("wan", tmp_path_factory.mktemp("wan"), states)
    return one_chunk(*load_models(TINY, folder=folder))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_folder_in_every_layout_becomes_frames(layout, states, expected, tmp_path):
    folder = write_layout(layout, tmp_path, states)
    assert missing_files(preset_of(layout).checkpoint, folder) == []
    models, listener = load_models(preset_of(layout), folder=folder)
    loaded = models.transformer.state_dict()
    assert all(torch.allclose(value, states["transformer"][key], atol=5e-3) for key, value in loaded.items())
    for name, network in (
        ("text", models.text_encoder.model),
        ("image", models.image_encoder.model),
        ("vae", models.vae.vae),
        ("listener", listener.model),
    ):
        assert all(torch.equal(value, states[name][key]) for key, value in network.state_dict().items()), name
    frames = one_chunk(models, listener)
    assert frames.shape == (9, 64, 64, 3) and frames.std() > 1
    assert np.abs(frames.astype(int) - expected.astype(int)).mean() < 1


def test_the_cache_of_the_hub_is_searched_when_no_folder_is_named(states, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    assert len(missing_files("multitalk-480p")) > 10
    write_layout("cache", tmp_path, states)
    assert missing_files("multitalk-480p") == []
    load_models(TINY)


def test_a_merged_file_can_be_named_itself(states, tmp_path):
    folder = write_layout("merged", tmp_path, states)
    save(folder / "another", {key: value + 1 for key, value in states["transformer"].items()})
    with pytest.raises(CheckpointError, match=r"several files.*another.safetensors, my_merged_model.safetensors"):
        locate("multitalk-480p", folder)
    named = folder / "another.safetensors"
    models, _ = load_models(TINY, folder=named)
    assert torch.equal(models.transformer.head.head.bias, states["transformer"]["head.head.bias"] + 1)
    assert locate("multitalk-480p", named).files["base"] == (named,)


def test_one_person_is_given_the_weights_for_one(states, tmp_path):
    folder = write_layout("infinitetalk", tmp_path, states)
    for people, where in ((1, "single"), (2, "multi"), (3, "multi")):
        files = locate("infinitetalk-480p", folder, people).files["audio"]
        assert [path.parent.name for path in files] == [where]
    (folder / "InfiniteTalk/single/infinitetalk.safetensors").unlink()
    assert locate("infinitetalk-480p", folder, 1).files["audio"][0].parent.name == "multi"
    (folder / "InfiniteTalk/multi/infinitetalk.safetensors").unlink()
    assert missing_files("infinitetalk-480p", folder) == ["MeiGen-AI/InfiniteTalk/multi/infinitetalk.safetensors"]


@pytest.mark.parametrize(
    ("layout", "lost", "said"),
    [
        ("wan", "diffusion_pytorch_model-00003-of-00007.safetensors", "00003-of-00007"),
        ("diffusers sharded", "text_encoder/model-00002-of-00003.safetensors", "text_encoder/model-00002-of-00003"),
        ("wan", "models_t5_umt5-xxl-enc-bf16.pth", "models_t5_umt5-xxl-enc-bf16.pth"),
        ("wan", "multitalk.safetensors", "MeiGen-AI/MeiGen-MultiTalk/multitalk.safetensors"),
        ("wan", "google/umt5-xxl/tokenizer.json", "google/umt5-xxl/tokenizer.json"),
        ("repositories", "chinese-wav2vec2-base/pytorch_model.bin", "chinese-wav2vec2-base/pytorch_model.bin"),
        ("repositories", "chinese-wav2vec2-base/config.json", "chinese-wav2vec2-base/config.json"),
    ],
)
def test_what_is_missing_is_named(layout, lost, said, states, tmp_path):
    folder = write_layout(layout, tmp_path, states)
    (folder / lost).unlink()
    missing = missing_files("multitalk-480p", folder)
    assert any(said in label for label in missing) and all("VAE" not in label for label in missing)
    with pytest.raises(CheckpointError, match="missing"):
        load_models(TINY, folder=folder)


def change(path: Path, edit) -> None:
    state = load_file(path) if path.suffix == ".safetensors" else torch.load(path, weights_only=True)
    edit(state)
    save_file(state, path) if path.suffix == ".safetensors" else torch.save(state, path)


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("multitalk.safetensors", "blocks.1.norm_x.bias"),
        ("models_t5_umt5-xxl-enc-bf16.pth", "blocks.0.attn.q.weight"),
        ("models_clip_open-clip-xlm-roberta-large-vit-huge-14.pth", "visual.cls_embedding"),
        ("models_clip_open-clip-xlm-roberta-large-vit-huge-14.pth", "visual.transformer.1.attn.to_qkv.bias"),
        ("Wan2.1_VAE.pth", "decoder.middle.0.residual.0.gamma"),
        ("chinese-wav2vec2-base/pytorch_model.bin", "wav2vec2.encoder.layers.1.final_layer_norm.bias"),
    ],
)
@pytest.mark.parametrize("fault", ["missing", "unknown", "misshapen", "of another type"])
def test_every_key_that_does_not_fit_is_named_with_its_file(file, key, fault, states, tmp_path):
    folder = write_layout("wan", tmp_path, states)

    def edit(state: State) -> None:
        if fault == "missing":
            del state[key]
        elif fault == "unknown":
            state["stranger.weight"] = torch.zeros(2)
        elif fault == "misshapen":
            state[key] = torch.cat([state[key]] * 2)
        else:
            state[key] = state[key].to(torch.int8)

    change(folder / file, edit)
    with pytest.raises(CheckpointError) as caught:
        load_models(TINY, folder=folder)
    message = str(caught.value)
    assert f" {fault}" in message and Path(file).name in message
    if fault == "unknown":
        assert "stranger.weight" in message
    else:  # under the name of the network or of the file
        parts = {
            "visual.cls_embedding": "class_embedding",
            "visual.transformer.1.attn.to_qkv.bias": "layers.1.self_attn",
            "blocks.0.attn.q.weight": "block.0.layer.0.SelfAttention.q.weight",
            "decoder.middle.0.residual.0.gamma": "decoder.mid_block.resnets.0.norm1.gamma",
            "wav2vec2.encoder.layers.1.final_layer_norm.bias": "encoder.layers.1.final_layer_norm.bias",
        }
        assert parts.get(key, key) in message


def test_none_of_many_keys_is_left_out_of_the_message(states, tmp_path):
    folder = write_layout("merged", tmp_path, states)
    path = folder / "my_merged_model.safetensors"
    change(path, lambda state: [state.pop(key) for key in list(state) if key.startswith("blocks.")])
    with pytest.raises(CheckpointError) as caught:
        load_models(TINY, folder=path)
    lost = [key for key in states["transformer"] if key.startswith("blocks.")]
    assert f"{len(lost)} missing" in str(caught.value)
    for key in lost:
        assert key.replace(key.split(".")[1], "{0-1}", 1) in str(caught.value)


def test_an_index_that_leads_elsewhere_is_refused(states, tmp_path):
    folder = write_layout("diffusers", tmp_path, states)
    (folder / "text_encoder/model.safetensors").rename(folder / "elsewhere.safetensors")
    (folder / "text_encoder/model.safetensors.index.json").write_text(
        json.dumps({"weight_map": {"a": "../elsewhere.safetensors"}})
    )
    with pytest.raises(CheckpointError, match="index of shards"):
        locate("multitalk-480p", folder)


def test_another_audio_encoder_is_refused(states, tmp_path):
    folder = write_layout("wan", tmp_path, states)
    path = folder / "chinese-wav2vec2-base/config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "do_stable_layer_norm": True}))
    with pytest.raises(CheckpointError, match="do_stable_layer_norm is True"):
        load_models(TINY, folder=folder)


@pytest.mark.parametrize("content", ["", "{}", "not json"])
def test_a_tokenizer_that_cannot_be_read_is_refused(content, states, tmp_path):
    folder = write_layout("wan", tmp_path, states)
    (folder / "google/umt5-xxl/tokenizer.json").write_text(content)
    with pytest.raises(CheckpointError, match="tokenizer"):
        load_models(TINY, folder=folder)


def test_a_config_of_another_network_is_no_audio_encoder(states, tmp_path):
    folder = write_layout("wan", tmp_path, states)
    from multitalk.checkpoints import files_of

    config = next(file for file in files_of("multitalk-480p") if file.name == "config.json")
    assert find_file(config, folder).parent.name == "chinese-wav2vec2-base"
    assert not any(is_audio(key) for key in load_file(folder / "diffusion_pytorch_model-00001-of-00007.safetensors"))
