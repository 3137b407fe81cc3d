"""Stores the latents of finished chunks on disk, so that an interrupted run can be resumed."""

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

    key:     a digest of everything that determines them
    writing: atomic write: yields a temporary path, which is renamed to the final name on success
    """

    folder: Path
    key: str
    writing: Callable[[Path], AbstractContextManager[Path]]

    def load(self, index: int) -> Tensor | None:
        """Latents of a chunk, (16, T, H, W) float32; None if they are missing or unreadable."""
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            return load_file(self._path(index))["latents"]
        except (OSError, SafetensorError, KeyError):
            return None

    def save(self, index: int, latents: Tensor) -> None:
        """Store the latents of a chunk."""
        from safetensors.torch import save_file

        self.folder.mkdir(parents=True, exist_ok=True)
        with self.writing(self._path(index)) as temporary:
            save_file(
                {"latents": latents.float().cpu().contiguous()},
                temporary,
                metadata={"key": self.key, "chunk": str(index)},
            )

    def paths(self) -> list[Path]:
        """The files of all stored chunks."""
        return sorted(self.folder.glob(f"{self.key[:40]}-*.safetensors"))

    def _path(self, index: int) -> Path:
        return self.folder / f"{self.key[:40]}-{index:05d}.safetensors"
