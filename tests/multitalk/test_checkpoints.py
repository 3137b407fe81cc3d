"""The registry of published weights; pulling them from a hub on this machine; verifying them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors.torch import save, save_file
from small_hub import SmallHub, small_hub
from tiny_checkpoints import tiny_states, write_layout

from multitalk.checkpoints import CHECKPOINTS, PURPOSES, CheckpointFile, files_of
from multitalk.downloads import pull
from multitalk.errors import CheckpointError
from multitalk.integrity import verify
from multitalk.layouts import find_file, missing_files

NAMES = ("multitalk-480p", "multitalk-720p", "infinitetalk-480p", "infinitetalk-720p")
WEIGHTS = save({"w": torch.from_numpy(np.random.default_rng(0).normal(size=100_000))})
FILES = (
    CheckpointFile("owner/model", "large.safetensors", "base", len(WEIGHTS), exact=False),
    CheckpointFile("owner/model", "sub/small.json", "tokenizer", 2, exact=False),
    CheckpointFile(
        "owner/other", "single/extra.safetensors", "audio", len(WEIGHTS), exact=False, optional="for one person alone"
    ),
)
CHUNK = 1 << 16  # bytes that are written at once, instead of 10 MB
LARGE, SMALL = "owner/model/large.safetensors", "owner/model/sub/small.json"


@pytest.fixture
def small(monkeypatch) -> str:
    monkeypatch.setitem(CHECKPOINTS, "small", FILES)
    return "small"


@pytest.fixture
def hub(monkeypatch, tmp_path) -> SmallHub:
    """A hub with the files of `small`, and an empty cache."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", CHUNK)
    with small_hub() as made:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", made.endpoint)
        monkeypatch.setattr(
            "huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE",
            made.endpoint + "/{repo_id}/resolve/{revision}/{filename}",
        )
        made.files = {LARGE: WEIGHTS, SMALL: b"{}", "owner/other/single/extra.safetensors": WEIGHTS}
        yield made


@pytest.mark.parametrize("name", NAMES)
def test_every_file_says_where_it_comes_from_and_what_it_is_for(name):
    files = files_of(name)
    assert {file.role for file in files} == set(PURPOSES)
    assert all(file.licence in ("Apache-2.0", "MIT") and file.num_bytes > 0 for file in files)
    assert all(len(file.sha256) in (0, 64) and file.repository.count("/") == 1 for file in files)
    assert 80 < sum(file.gigabytes for file in files if not file.optional) < 100
    assert missing_files(name, Path("/nowhere")) == [file.label for file in files if not file.optional]
    assert sum(file.role == "base" for file in files) == 7


def test_both_sizes_share_the_encoders():
    assert {file for file in files_of("multitalk-480p") if file.role not in ("base", "audio")} < set(
        files_of("infinitetalk-720p")
    )


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(CheckpointError, match="multitalk-480p"):
        files_of("multitalk-481p")


@pytest.mark.parametrize("to_folder", [True, False])
def test_pulling_fetches_once_what_is_missing(small, hub, tmp_path, to_folder):
    folder = tmp_path / "weights" if to_folder else None
    asked = []
    paths = pull(small, folder, report=lambda file: asked.append(file.name))
    assert asked == ["large.safetensors", "sub/small.json"]
    assert paths[0].read_bytes() == WEIGHTS and paths[1].read_bytes() == b"{}"
    assert hub.sent(LARGE) == [""] and hub.sent(SMALL) == [""]
    assert pull(small, folder) == paths and [find_file(file, folder) for file in FILES[:2]] == paths
    assert hub.sent(LARGE) == [""] and not any(verify(small, folder)[file.label] for file in FILES[:2])
    assert len(pull(small, folder, everything=True)) == 3


@pytest.mark.parametrize("to_folder", [True, False])
def test_a_transfer_that_breaks_off_goes_on_where_it_was(small, hub, tmp_path, to_folder):
    hub.breaks = {LARGE: [300_000, 500_000]}
    paths = pull(small, tmp_path / "weights" if to_folder else None)
    assert paths[0].read_bytes() == WEIGHTS
    starts = [int(given.removeprefix("bytes=").rstrip("-").split("-")[0]) for given in hub.sent(LARGE)[1:]]
    assert len(starts) == 2 and 0 < starts[0] <= 300_000 < starts[1] <= 500_000


@pytest.mark.serial
@pytest.mark.parametrize("to_folder", [True, False])
def test_a_killed_download_goes_on_where_it_was(small, hub, tmp_path, to_folder):
    """Another process is killed in the middle of a file; the next one asks for the rest alone."""
    folder = tmp_path / "weights" if to_folder else None
    program = f"""
from pathlib import Path
from huggingface_hub import constants
from multitalk.checkpoints import CHECKPOINTS, CheckpointFile
from multitalk.downloads import pull
CHECKPOINTS["small"] = (CheckpointFile("owner/model", "large.safetensors", "base", 1),)
constants.DOWNLOAD_CHUNK_SIZE = {CHUNK}
pull("small", {f"Path({str(folder)!r})" if folder else None})
"""
    hub.stall = {LARGE: len(WEIGHTS) // 2}
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={
            **os.environ,
            "HF_ENDPOINT": hub.endpoint,
            "HF_HUB_CACHE": str(tmp_path / "cache"),
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
    )
    parts: list[Path] = []
    while not parts and child.poll() is None:  # it cannot end: the other half of the file never comes
        time.sleep(0.05)
        parts = [part for part in tmp_path.rglob("*.part") if part.stat().st_size > 0]
    child.kill()
    _, said = child.communicate()
    assert parts, said.decode()
    done = parts[0].stat().st_size
    assert 0 < done < len(WEIGHTS)
    hub.stall = {}
    hub.requests.clear()
    assert pull(small, folder)[0].read_bytes() == WEIGHTS
    assert hub.sent(LARGE) == [f"bytes={done}-"]
    assert not list(tmp_path.rglob("*.part"))


def test_a_file_other_than_promised_is_thrown_away(small, hub, tmp_path):
    hub.swapped = {LARGE: WEIGHTS[:-1] + b"\x00"}
    with pytest.raises(CheckpointError, match="SHA-256"):
        pull(small, tmp_path / "weights")
    assert not list((tmp_path / "weights").rglob("*.safetensors*"))
    hub.swapped = {}
    assert pull(small, tmp_path / "weights")[0].read_bytes() == WEIGHTS


def test_what_the_hub_does_not_have_is_explained(small, hub, tmp_path):
    del hub.files[SMALL]
    with pytest.raises(CheckpointError, match=r"sub/small.json.*cannot be downloaded.*run the same command again"):
        pull(small, tmp_path / "weights")
    assert find_file(FILES[0], tmp_path / "weights")


@pytest.mark.usefixtures("hub")
def test_a_hub_that_cannot_be_reached_is_explained(small, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(
        "huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE",
        "http://127.0.0.1:9/{repo_id}/resolve/{revision}/{filename}",
    )
    with pytest.raises(CheckpointError, match="cannot be downloaded"):
        pull(small, tmp_path / "weights")


def test_a_disk_that_is_too_small_is_told_before_anything_comes(small, hub, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _place: SimpleNamespace(free=1000))
    with pytest.raises(CheckpointError, match="Free some space"):
        pull(small, tmp_path / "weights")
    assert not hub.requests


def test_files_are_found_in_a_folder_however_it_is_laid_out(tmp_path):
    for place in ("large.safetensors", "model/sub/small.json"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("x")
    assert [find_file(file, tmp_path) is not None for file in FILES] == [True, True, False]


def test_verifying_names_every_fault(monkeypatch, tmp_path):
    """Wrong length, wrong digest, tensors that do not fill the file, no JSON, nothing in it."""
    right = CheckpointFile(
        "owner/model", "a.bin", "base", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    monkeypatch.setitem(CHECKPOINTS, "small", (right, *FILES[:2]))
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.bin").write_bytes(b"abc")
    (tmp_path / "large.safetensors").write_bytes(WEIGHTS)
    (tmp_path / "sub/small.json").write_text("{}")
    assert not any(verify("small", tmp_path).values())
    (tmp_path / "a.bin").write_bytes(b"abd")
    (tmp_path / "large.safetensors").write_bytes(WEIGHTS[:-4])
    (tmp_path / "sub/small.json").write_text("{")
    found = verify("small", tmp_path)
    assert "SHA-256" in found["owner/model/a.bin"] and "cannot be read" in found[LARGE] and "JSON" in found[SMALL]
    (tmp_path / "a.bin").write_bytes(b"abcd")
    (tmp_path / "sub/small.json").write_text("")
    found = verify("small", tmp_path)
    assert "4 bytes instead of 3" in found["owner/model/a.bin"] and "empty" in found[SMALL]


@pytest.mark.usefixtures("hub")
def test_a_pulled_file_that_changed_is_found_by_what_the_hub_promised(small, tmp_path):
    for folder in (None, tmp_path / "weights"):
        path = pull(small, folder)[0]
        changed = bytearray(WEIGHTS)
        changed[-1] ^= 1
        path.resolve().write_bytes(changed)
        assert "SHA-256" in verify(small, folder)[LARGE]


def test_the_command_line_lists_verifies_and_refuses(run, tmp_path):
    listed = run("models", "list", "multitalk-480p", "--folder", tmp_path)
    assert listed.code == 0 and "GB are missing" in listed.err and "models pull multitalk-480p" in listed.err
    line = next(line for line in listed.out.splitlines() if "multitalk.safetensors" in line)
    for said in ("MeiGen-AI/MeiGen-MultiTalk/", "9.95 GB", "audio layers", "Apache-2.0", "missing"):
        assert said in line
    rows = run("models", "list", "infinitetalk-480p", "--folder", tmp_path, "--json").json
    assert {"repository", "file", "bytes", "purpose", "licence", "sha256", "optional", "path"} == set(rows[0])
    assert [row["file"] for row in rows if row["optional"]] == ["single/infinitetalk.safetensors"]
    verified = run("models", "verify", "multitalk-480p", "--folder", tmp_path)
    assert verified.code == 1 and "models pull multitalk-480p" in verified.err
    assert verified.out.count(": missing") == len(files_of("multitalk-480p"))
    wrong = run("models", "list", "multitalk-9")
    assert wrong.code == 1 and "multitalk-480p" in wrong.err
    assert "multitalk-480p" in run("models", "list").err


def test_the_command_line_takes_other_layouts_for_what_they_are(run, tmp_path):
    folder = write_layout("diffusers sharded", tmp_path, tiny_states())
    rows = run("models", "list", "multitalk-480p", "--folder", folder, "--json").json
    assert all(row["path"] for row in rows)
    assert sum("text_encoder" in row["path"] for row in rows) == 3
    (folder / "transformer/diffusion_pytorch_model-00002-of-00003.safetensors").unlink()
    (folder / "text_encoder/model-00001-of-00003.safetensors").write_bytes(b"x")
    found = {
        "/".join(Path(row["name"]).parts[-2:]): row["problem"]
        for row in run("models", "verify", "multitalk-480p", "--folder", folder, "--json").json
    }
    assert found["transformer/diffusion_pytorch_model-00002-of-00003.safetensors"] == "missing"
    assert "cannot be read" in found["text_encoder/model-00001-of-00003.safetensors"]
    assert found["text_encoder/model-00002-of-00003.safetensors"] == ""


@pytest.mark.usefixtures("small", "hub")
def test_pulling_by_command_prints_paths(run, tmp_path):
    pulled = run("models", "pull", "small", "--folder", tmp_path / "weights")
    assert pulled.code == 0, pulled.err
    assert [Path(line).name for line in pulled.out.splitlines()] == ["large.safetensors", "small.json"]
    assert "owner/model/large.safetensors (" in pulled.err


def test_json_of_verify_is_for_machines(run, tmp_path):
    save_file({"w": torch.zeros(3)}, tmp_path / "multitalk.safetensors")
    found = json.loads(run("models", "verify", "multitalk-480p", "--folder", tmp_path, "--json").out)
    row = next(row for row in found if row["name"].endswith("multitalk.safetensors"))
    assert not row["ok"] and "bytes instead of 9947889040" in row["problem"]
