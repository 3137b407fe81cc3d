"""Verifies that the weights are complete and are the published ones.

Sizes and digests come from the registry, or else from the records of huggingface_hub's downloads (the cache names large
files by their SHA-256). If no digest is known, the file is opened, and the names, shapes and extents of its tensors
are compared with the file's length.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from multitalk.checkpoints import CheckpointFile, files_of
from multitalk.errors import CheckpointError
from multitalk.layouts import find_file, locate, missing_files, read_json, whole_length

_SHA256 = re.compile(r"[0-9a-f]{64}")
_WEIGHTS = (".safetensors", ".pth", ".bin")


def verify(checkpoint: str, folder: Path | None = None) -> dict[str, str]:
    """label or path of every file, missing ones included -> its problem, or "".

    Files in another layout than the registry's are listed by their paths. Missing optional files are left out.
    """
    located = locate(checkpoint, folder)
    problems: dict[str, str] = {}
    seen: set[Path] = set()
    for file in files_of(checkpoint):
        path = find_file(file, folder)
        if path is not None:
            problems[file.label] = problem_of(path, file)
            seen.add(path)
    problems |= dict.fromkeys(missing_files(checkpoint, folder), "missing")
    for paths in located.files.values():
        files = [file for path in paths for file in ([path] if path.is_file() else sorted(path.glob("*.json")))]
        problems |= {str(path): problem_of(path) for path in files if path not in seen}
    return problems


def quick_problems(checkpoint: str, folder: Path | None = None) -> list[str]:
    """Problems that the lengths of the files reveal, without reading them: truncated, or not the published files."""
    known = {find_file(file, folder): file for file in files_of(checkpoint)}
    problems = []
    for path in dict.fromkeys(path for paths in locate(checkpoint, folder).files.values() for path in paths):
        file = known.get(path)
        expected = file.num_bytes if file is not None and file.exact else None
        if expected is None and path.suffix == ".safetensors":
            expected = whole_length(path)
        if expected is not None and path.stat().st_size != expected:
            problems.append(f"{path}: {path.stat().st_size} bytes instead of {expected}")
    return problems


def problem_of(path: Path, file: CheckpointFile | None = None) -> str:
    """The problem of a file, or "".  file: its expected entry, if it is a published file."""
    size = path.stat().st_size
    if not size:
        return f"{path}: this file is empty. Delete it and pull it again"
    if file is not None and file.exact and size != file.num_bytes:
        return f"{path}: {size} bytes instead of {file.num_bytes}: delete it and pull it again"
    expected = (file.sha256 if file is not None else "") or _promised(path)
    if expected:
        with path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        return (
            ""
            if digest == expected
            else (f"{path}: the SHA-256 is {digest}, not {expected}: delete it and pull it again")
        )
    try:
        if path.suffix in _WEIGHTS:
            from multitalk.weights import read_state

            read_state(path)
        elif path.suffix == ".json":
            read_json(path)
    except (CheckpointError, ValueError) as exc:
        return (
            str(exc) if isinstance(exc, CheckpointError) else f"{path}: this is not valid JSON ({exc}): pull it again"
        )
    return ""


def _promised(path: Path) -> str:
    """The SHA-256 that the hub gave for a downloaded file; "" for other files, or without a record."""
    blob = path.resolve().name  # of the cache
    if _SHA256.fullmatch(blob):
        return blob
    for root in path.parents:  # of a folder
        noted = root / ".cache/huggingface/download" / f"{path.relative_to(root)}.metadata"
        if noted.is_file():
            lines = noted.read_text(encoding="utf-8").splitlines()
            return lines[1].strip() if len(lines) > 1 and _SHA256.fullmatch(lines[1].strip()) else ""
    return ""
