"""Which files a checkpoint has, where they are looked for, and how they come, with a hub that is not there."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from multitalk import checkpoints
from multitalk.checkpoints import CHECKPOINTS, CheckpointFile, files_of, missing_files, pull, verify
from multitalk.errors import CheckpointError

FILES = (CheckpointFile("owner/model", "a.safetensors", "base", 0.1),
         CheckpointFile("owner/model", "sub/b.json", "x", 0))


@pytest.fixture
def small(monkeypatch) -> str:
    monkeypatch.setitem(CHECKPOINTS, "small", FILES)
    return "small"


@pytest.mark.parametrize("name", ["multitalk-480p", "multitalk-720p", "infinitetalk-480p", "infinitetalk-720p"])
def test_every_checkpoint_has_all_roles_and_a_licence(name):
    files = files_of(name)
    assert {file.role for file in files} >= {"base", "audio", "text", "image", "vae", "listener", "tokenizer"}
    assert all(file.licence for file in files) and 70 < sum(file.gigabytes for file in files) < 120
    assert missing_files(name, Path("/nowhere")) == [file.label for file in files]


def test_files_are_found_in_a_folder_however_it_is_laid_out(small, tmp_path):
    for place in ("a.safetensors", "model/sub/b.json"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("x")
    assert missing_files(small, tmp_path) == []


def test_pulling_fetches_only_what_is_missing(small, tmp_path, monkeypatch):
    asked = []

    def download(repository: str, name: str, local_dir: Path | None = None) -> str:
        asked.append((repository, name))
        assert local_dir is not None
        (local_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (local_dir / name).write_text("x")
        return str(local_dir / name)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    (tmp_path / "a.safetensors").write_text("x")
    assert [path.name for path in pull(small, tmp_path)] == ["a.safetensors", "b.json"]
    assert asked == [("owner/model", "sub/b.json")]
    pull(small, tmp_path)
    assert len(asked) == 1


def test_a_hub_that_cannot_be_reached_is_explained(small, tmp_path, monkeypatch):
    def fail(*_: object, **__: object) -> str:
        raise OSError("no route")

    monkeypatch.setattr("huggingface_hub.hf_hub_download", fail)
    with pytest.raises(CheckpointError, match=r"no route.*run the same command again"):
        pull(small, tmp_path)


def test_verifying_compares_what_the_cache_names_by_digest_and_opens_the_rest(small, tmp_path):
    save_file({"w": torch.zeros(3)}, tmp_path / "a.safetensors")
    (tmp_path / "sub").mkdir()
    right = hashlib.sha256(b"{}").hexdigest()
    (tmp_path / right).write_bytes(b"{}")
    (tmp_path / "sub/b.json").symlink_to(tmp_path / right)
    assert not any(verify(small, tmp_path).values())
    (tmp_path / right).write_bytes(b"{ }")
    (tmp_path / "a.safetensors").write_bytes((tmp_path / "a.safetensors").read_bytes()[:-4])
    problems = verify(small, tmp_path)
    assert "SHA-256" in problems["owner/model/sub/b.json"] and "cannot be read" in problems["owner/model/a.safetensors"]


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(CheckpointError, match="multitalk-480p"):
        checkpoints.files_of("multitalk-481p")


def test_the_command_line_lists_and_refuses(tmp_path):
    import subprocess
    import sys

    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "talkshow", "models", *map(str, arguments)], capture_output=True,
                              text=True, check=False)

    listed = call("list", "multitalk-480p", "--folder", tmp_path)
    assert listed.returncode == 0 and "multitalk.safetensors: missing" in listed.stdout and "GB" in listed.stderr
    assert call("verify", "multitalk-480p", "--folder", tmp_path).returncode == 1
    wrong = call("list", "multitalk-9")
    assert wrong.returncode == 1 and "multitalk-480p" in wrong.stderr and "Traceback" not in wrong.stderr
