"""Loads published weights into networks: files are memory-mapped, checked key by key, and assigned without copies.

A network is built on the meta device, without weights, and gets the tensors of the files. Nothing is held in memory
twice, and nothing is read before it is used.
"""

from __future__ import annotations

import pickle
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from multitalk.errors import CheckpointError

_NAMED = 60  # keys that a message names individually; more are grouped by block


@dataclass(frozen=True, eq=False)
class State:
    """tensors: by the network's names; sources: the file each came from; read: all files that were read."""

    tensors: Mapping[str, Tensor]
    sources: Mapping[str, Path]
    read: tuple[Path, ...]


def read_state(path: Path) -> dict[str, Tensor]:
    """All tensors of a .safetensors, .pth or .bin file, mapped into memory. Raises CheckpointError."""
    try:
        if path.suffix == ".safetensors":
            with safe_open(path, "pt") as file:
                return {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no mapping
        # files from PyTorch before 1.6 are not archives and cannot be memory-mapped
        state = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except (OSError, EOFError, SafetensorError, RuntimeError, pickle.UnpicklingError, ValueError) as exc:
        raise CheckpointError(
            f"{path}: these weights cannot be read ({exc}). Delete the file and pull it again."
        ) from exc
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise CheckpointError(f"{path}: this file does not contain named tensors.")
    return state


def read_files(files: Iterable[Path], rename: Callable[[str], str] = str, unused: Sequence[str] = ()) -> State:
    """The weights of a network, later files laid over earlier ones.

    rename: translates a stored key to the network's name; unused: patterns of stored keys to leave out. Raises
    CheckpointError.
    """
    tensors: dict[str, Tensor] = {}
    sources: dict[str, Path] = {}
    read = tuple(files)
    for path in read:
        for key, value in read_state(path).items():
            if any(re.fullmatch(pattern, key) for pattern in unused):
                continue
            name = rename(key)
            if sources.get(name) == path:
                raise CheckpointError(f"{path}: '{key}' is in this file twice, under another name too.")
            tensors[name], sources[name] = value, path
    return State(tensors, sources, read)


def assign(model: nn.Module, state: State, what: str, spare: Sequence[str] = ()) -> None:
    """Give a network that was built on the meta device its weights, without copying them.

    what: the network, for messages; spare: keys that may be missing. Raises CheckpointError that names every key, with
    its file, that is missing, unknown, of another shape, or not floating-point.
    """
    wanted = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    given = state.tensors
    missing = [key for key in wanted if key not in given and key not in spare]
    problems = [f"{len(missing)} missing: {_listed(missing)}"] if missing else []
    problems += _by_file("unknown", [key for key in given if key not in wanted], state)
    problems += _by_file(
        "misshapen",
        [key for key, shape in wanted.items() if key in given and tuple(given[key].shape) != shape],
        state,
        lambda key: f"{key} {tuple(given[key].shape)} instead of {wanted[key]}",
    )
    problems += _by_file(
        "of another type",
        [key for key in wanted if key in given and not given[key].is_floating_point()],
        state,
        lambda key: f"{key} {str(given[key].dtype).removeprefix('torch.')}",
    )
    if problems:
        files = ", ".join(map(str, state.read))
        raise CheckpointError(
            f"{what}: the weights in {files} do not fit. {'; '.join(problems)}. Are these the right "
            "files, and the right preset?"
        )
    model.load_state_dict(dict(given), strict=False, assign=True)


def _by_file(word: str, keys: Sequence[str], state: State, shown: Callable[[str], str] | None = None) -> list[str]:
    """One remark for each file that has such keys."""
    files: dict[Path, list[str]] = defaultdict(list)
    for key in keys:
        files[state.sources[key]].append(key)
    return [
        f"{len(names)} {word} in {path.name}: {', '.join(map(shown, names)) if shown else _listed(names)}"
        for path, names in files.items()
    ]


def _listed(keys: Sequence[str]) -> str:
    """All keys: individually, or, if there are many, grouped by block numbers."""
    if len(keys) <= _NAMED:
        return ", ".join(keys)
    groups: dict[str, list[int]] = defaultdict(list)
    for key in keys:
        number = re.search(r"\.(\d+)\.", key)
        groups[key[: number.start()] + ".{}." + key[number.end() :] if number else key] += (
            [int(number[1])] if number else []
        )
    return ", ".join(
        form.replace("{}", "{" + _ranges(numbers) + "}") if numbers else form for form, numbers in groups.items()
    )


def _ranges(numbers: Sequence[int]) -> str:
    """ "0-3,7" from 0, 1, 2, 3, 7."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def to_device(model: Any, device: str, dtype: torch.dtype) -> Any:
    """Move and cast, without the extra behaviour of diffusers' `to`."""
    nn.Module.to(model, device=device, dtype=dtype)
    return model
