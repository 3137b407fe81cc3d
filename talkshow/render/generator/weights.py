"""The generator's weights, for commands and plans: what is here, what is missing, pulling, verifying."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from talkshow.errors import BackendError, MissingExtra, SettingsError, WeightsError, choose
from talkshow.machine import libraries
from talkshow.store.digests import sampled_digest

if TYPE_CHECKING:
    from multitalk.checkpoints import CheckpointFile
    from multitalk.config import Preset


def preset_named(name: str) -> Preset:
    """A preset. Raises SettingsError for an unknown one."""
    from multitalk.config import PRESETS

    if name not in PRESETS:
        raise SettingsError(f"there is no preset '{name}'. {choose(name, PRESETS)}")
    return PRESETS[name]


def weights_missing(name: str, folder: Path | None, num_people: int = 2) -> list[str]:
    """Files of a preset's weights that are not here; empty for a preset that needs none. Raises WeightsError."""
    with translated():
        from multitalk.layouts import missing_files

        checkpoint = preset_named(name).checkpoint
        return missing_files(checkpoint, folder, num_people) if checkpoint else []


def weights_wrong(name: str, folder: Path | None) -> list[str]:
    """What a quick look finds wrong with a preset's weights: files cut short, or not the published ones."""
    with translated():
        from multitalk.integrity import quick_problems

        checkpoint = preset_named(name).checkpoint
        return quick_problems(checkpoint, folder) if checkpoint else []


def weights_content(
    name: str, folder: Path | None, num_people: int, loras: Sequence[tuple[str, float]]
) -> list[object]:
    """What a preset's weights and the adapters laid over them are, for a key: samples of files, not their names.

    What is not here is left out: nothing can be generated then. Raises WeightsError.
    """
    adapters = [(sampled_digest(Path(file)) if Path(file).is_file() else "", scale) for file, scale in loras]
    checkpoint = preset_named(name).checkpoint
    if not checkpoint:
        return [adapters]
    with translated():
        from multitalk.layouts import locate

        files = locate(checkpoint, folder, num_people).files
        return [adapters, {role: [sampled_digest(path) for path in paths] for role, paths in files.items()}]


def checkpoint_rows(name: str, folder: Path | None) -> list[dict[str, Any]]:
    """Every published file of a checkpoint: {repository, file, bytes, purpose, licence, sha256, optional, path}, and
    files of other layouts. path: None if there is neither. Raises WeightsError.
    """
    with translated():
        from multitalk.checkpoints import PURPOSES, files_of
        from multitalk.layouts import find_file, locate

        located = locate(name, folder)
        rows: list[dict[str, Any]] = []
        published: set[Path] = set()
        for file in files_of(name):
            path = find_file(file, folder)
            published |= {path} if path else set()
            if path or file.role not in located.files:
                rows.append({**_row(file), "path": str(path) if path else None})
        rows += [
            {
                "repository": "",
                "file": path.name,
                "bytes": path.stat().st_size,
                "purpose": PURPOSES[role],
                "licence": "",
                "sha256": "",
                "optional": False,
                "path": str(path),
            }
            for role, paths in located.files.items()
            for path in paths
            if path not in published and role != "tokenizer"
        ]
        return rows


def _row(file: CheckpointFile) -> dict[str, Any]:
    return {
        "repository": file.repository,
        "file": file.name,
        "bytes": file.num_bytes,
        "purpose": file.purpose,
        "licence": file.licence,
        "sha256": file.sha256,
        "optional": bool(file.optional),
    }


def checkpoint_names() -> tuple[str, ...]:
    """Names of the generator's checkpoints."""
    from multitalk.checkpoints import CHECKPOINTS

    return tuple(CHECKPOINTS)


def pull_weights(
    name: str, folder: Path | None, everything: bool, report: Callable[[dict[str, Any]], None]
) -> list[Path]:
    """Download what is missing of a checkpoint; optional files only with `everything`.

    report: told before each file, with a row as in `checkpoint_rows`. Raises MissingExtra, WeightsError.
    """
    if importlib.util.find_spec("huggingface_hub") is None:
        raise MissingExtra("downloading weights", "multitalk")
    with translated():
        from multitalk.downloads import pull

        return pull(name, folder, everything=everything, report=lambda file: report(_row(file)))


def verify_weights(name: str, folder: Path | None) -> dict[str, str]:
    """label -> what is wrong with it, "" where nothing is."""
    with translated():
        from multitalk.integrity import verify

        return verify(name, folder)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Errors of the generator as ours."""
    from multitalk.errors import CheckpointError, GenerationError

    libraries.load("huggingface_hub")  # before the generator imports it
    try:
        yield
    except CheckpointError as exc:
        raise WeightsError(str(exc)) from exc
    except GenerationError as exc:
        raise BackendError(str(exc)) from exc
