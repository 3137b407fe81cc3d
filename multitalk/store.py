"""Finished chunks on disk: their latents, so that a run after an interruption goes on where it stopped."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor


@dataclass(frozen=True)
class ChunkStore:
    """Chunks of one video in a folder.  key: a digest of everything that decides them."""

    folder: Path
    key: str

    def load(self, index: int) -> Tensor | None:
        """Latents of a chunk, (16, T, H, W) float32; None if there are none that can be read."""
        try:
            return load_file(self._path(index))["latents"]
        except (OSError, SafetensorError, KeyError):
            return None

    def save(self, index: int, latents: Tensor) -> None:
        """Written beside and renamed: a file under its own name is whole."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".tmp-{os.getpid()}-{self._path(index).name}"
        try:
            save_file({"latents": latents.to(torch.float32).cpu().contiguous()}, draft,
                      metadata={"key": self.key, "chunk": str(index)})
            draft.replace(self._path(index))
        finally:
            draft.unlink(missing_ok=True)

    def _path(self, index: int) -> Path:
        return self.folder / f"{self.key[:40]}-{index:05d}.safetensors"
