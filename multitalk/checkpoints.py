"""The published weights: which files a preset needs, where they come from, and where they lie on this machine.

A file is looked for in a folder of one's own first, under its name or its repository's name, then in the cache of
huggingface_hub. Loads nothing heavy.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from multitalk.errors import CheckpointError

_WAN = "Wan-AI/Wan2.1-I2V-14B-{}P"
_APACHE = "Apache-2.0"


@dataclass(frozen=True)
class CheckpointFile:
    """One file.  role: what it is for; gigabytes: about, for planning."""

    repository: str
    name: str
    role: str                         # "base", "audio", "text", "image", "vae", "listener", "tokenizer"
    gigabytes: float
    licence: str = _APACHE

    @property
    def label(self) -> str:
        """As messages name it."""
        return f"{self.repository}/{self.name}"


def _wan(size: str) -> tuple[CheckpointFile, ...]:
    repository = _WAN.format(size)
    shards = tuple(CheckpointFile(repository, f"diffusion_pytorch_model-{number:05d}-of-00007.safetensors", "base",
                                  9.9 if number < 7 else 6.3) for number in range(1, 8))
    return (*shards,
            CheckpointFile(repository, "models_t5_umt5-xxl-enc-bf16.pth", "text", 11.4),
            CheckpointFile(repository, "models_clip_open-clip-xlm-roberta-large-vit-huge-14.pth", "image", 4.8),
            CheckpointFile(repository, "Wan2.1_VAE.pth", "vae", 0.5),
            CheckpointFile(repository, "google/umt5-xxl/spiece.model", "tokenizer", 0.01),
            CheckpointFile(repository, "google/umt5-xxl/tokenizer.json", "tokenizer", 0.02),
            CheckpointFile(repository, "google/umt5-xxl/tokenizer_config.json", "tokenizer", 0.001),
            CheckpointFile(repository, "google/umt5-xxl/special_tokens_map.json", "tokenizer", 0.001),
            CheckpointFile("TencentGameMate/chinese-wav2vec2-base", "config.json", "listener", 0.001, "MIT"),
            CheckpointFile("TencentGameMate/chinese-wav2vec2-base", "pytorch_model.bin", "listener", 0.4, "MIT"))


_MULTITALK = CheckpointFile("MeiGen-AI/MeiGen-MultiTalk", "multitalk.safetensors", "audio", 9.9)
_INFINITETALK = CheckpointFile("MeiGen-AI/InfiniteTalk", "multi/infinitetalk.safetensors", "audio", 9.9)

CHECKPOINTS: dict[str, tuple[CheckpointFile, ...]] = {
    "multitalk-480p": (*_wan("480"), _MULTITALK), "multitalk-720p": (*_wan("720"), _MULTITALK),
    "infinitetalk-480p": (*_wan("480"), _INFINITETALK), "infinitetalk-720p": (*_wan("720"), _INFINITETALK),
}


def files_of(checkpoint: str) -> tuple[CheckpointFile, ...]:
    """What a checkpoint consists of. Raises CheckpointError for an unknown name."""
    if checkpoint not in CHECKPOINTS:
        raise CheckpointError(f"there is no checkpoint '{checkpoint}'. There are: {', '.join(CHECKPOINTS)}")
    return CHECKPOINTS[checkpoint]


def find_file(file: CheckpointFile, folder: Path | None = None) -> Path | None:
    """Where a file lies; None if it does not."""
    if folder is not None:
        owner, _, repository = file.repository.partition("/")
        places = (folder / file.name, folder / repository / file.name, folder / owner / repository / file.name,
                  folder / Path(file.name).name)
        return next((place for place in places if place.is_file()), None)
    try:
        from huggingface_hub import try_to_load_from_cache
    except ImportError:
        return None
    found = try_to_load_from_cache(file.repository, file.name)
    return Path(found) if isinstance(found, str) else None


def missing_files(checkpoint: str, folder: Path | None = None) -> list[str]:
    """Labels of the files that are not here."""
    return [file.label for file in files_of(checkpoint) if find_file(file, folder) is None]


def pull(checkpoint: str, folder: Path | None = None,
         report: Callable[[CheckpointFile], None] = lambda _file: None) -> list[Path]:
    """Download what is missing, continuing where an earlier download stopped; returns all paths.

    folder: instead of the cache. Raises CheckpointError when the hub cannot be reached or does not have a file.
    """
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    paths = []
    for file in files_of(checkpoint):
        found = find_file(file, folder)
        if found is None:
            report(file)
            place = folder / file.repository.partition("/")[2] if folder else None
            try:
                found = Path(hf_hub_download(file.repository, file.name, local_dir=place))
            except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as exc:
                raise CheckpointError(f"{file.label} ({file.gigabytes:g} GB) cannot be downloaded: {exc}. What has "
                                      "come is kept: run the same command again, or put the file into a folder and "
                                      "name it with --models.") from exc
        paths.append(found)
    return paths


def verify(checkpoint: str, folder: Path | None = None) -> dict[str, str]:
    """label -> what is wrong with a file, "" where nothing is.

    The cache names large files by their SHA-256, with which they are compared; files in a folder of one's own are
    opened, and their tensors' names, shapes and extents checked against the file's length.
    """
    problems = {}
    for file in files_of(checkpoint):
        path = find_file(file, folder)
        problems[file.label] = "missing" if path is None else _problem_of(path)
    return problems


def _problem_of(path: Path) -> str:
    blob = path.resolve().name
    if re.fullmatch(r"[0-9a-f]{64}", blob):
        with path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        return "" if digest == blob else f"{path}: the SHA-256 is {digest}, not {blob}: delete it and pull it again"
    if path.suffix in (".safetensors", ".pth", ".bin"):
        from multitalk.weights import read_state

        try:
            read_state(path)
        except CheckpointError as exc:
            return str(exc)
    return "" if path.stat().st_size else f"{path}: this file is empty"
