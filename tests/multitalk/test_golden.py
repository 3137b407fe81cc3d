"""Tensors of the reference, one test per file of the folder named by MULTITALK_GOLDEN."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from golden import networks, parts, streaming
from golden.files import DEFAULT

FOLDER = Path(os.environ.get("MULTITALK_GOLDEN") or DEFAULT)
FILES = sorted(path for path in FOLDER.glob("*") if path.suffix in (".safetensors", ".json"))
CHECKS: dict[str, Callable[[Path], None]] = {
    "dit_": networks.check_dit,
    "audio_proj": networks.check_audio_proj,
    "vae": networks.check_vae,
    "keys_14b": networks.check_keys_14b,
    "keys_vae": networks.check_keys_vae,
    "guidance": parts.check_guidance,
    "schedule": parts.check_schedule,
    "buckets": parts.check_buckets,
    "resize_crop": parts.check_resize_crop,
    "masks": parts.check_masks,
    "wav2vec": parts.check_wav2vec,
    "color": parts.check_color,
    "streaming": streaming.check_streaming,
    "infinite_streaming": streaming.check_infinite_streaming,
    "teacache": streaming.check_teacache,
}


def test_there_are_files():
    assert FILES, f"{FOLDER} holds no golden files"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_equal_to_the_reference(path: Path):
    kinds = [prefix for prefix in CHECKS if path.name.startswith(prefix)]
    assert kinds, f"{path.name}: no check is known for files of this name"
    torch.manual_seed(0)
    with torch.inference_mode():
        CHECKS[max(kinds, key=len)](path)
