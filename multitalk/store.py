"""Finished chunks on disk: their latents, so that a run after an interruption goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class ChunkStore:
    """Chunks of one video in a folder.

    key:     a digest of everything that decides them
    writing: makes a file whole or not at all: gives a temporary path, which takes the final name when all went well
    """

    folder: Path
    key: str
    writing: Callable[[Path], AbstractContextManager[Path]]

    def load(self, index: int) -> Tensor | None:
        """Latents of a chunk, (16, T, H, W) float32; None if there are none that can be read."""
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            return load_file(self._path(index))["latents"]
        except (OSError, SafetensorError, KeyError):
            return None

    def save(self, index: int, latents: Tensor) -> None:
        """Keep the latents of a chunk."""
        from safetensors.torch import save_file

        self.folder.mkdir(parents=True, exist_ok=True)
        with self.writing(self._path(index)) as temporary:
            save_file(
                {"latents": latents.float().cpu().contiguous()},
                temporary,
                metadata={"key": self.key, "chunk": str(index)},
            )

    def paths(self) -> list[Path]:
        """Files of all chunks that are there."""
        return sorted(self.folder.glob(f"{self.key[:40]}-*.safetensors"))

    def _path(self, index: int) -> Path:
        return self.folder / f"{self.key[:40]}-{index:05d}.safetensors"
