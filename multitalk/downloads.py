"""Downloads published weights from the hub into its cache or a folder; an interrupted download is resumed.

huggingface_hub itself starts a file over in every process. Here a partial file is kept next to its destination under
the digest that the hub states. huggingface_hub's own transfer resumes it, and the digest is verified before the file
gets its final name.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from multitalk.checkpoints import CheckpointFile, files_of
from multitalk.errors import CheckpointError
from multitalk.layouts import find_file

_SHA256 = re.compile(r"[0-9a-f]{64}")


def pull(
    checkpoint: str,
    folder: Path | None = None,
    *,
    everything: bool = False,
    report: Callable[[CheckpointFile], None] = lambda _file: None,
) -> list[Path]:
    """Download what is missing of a checkpoint; returns all paths.

    folder: used instead of the cache; everything: include optional files; report: called before each download. Raises
    CheckpointError when the hub cannot be reached, does not have a file, or sends a file with another digest.
    """
    wanted = [(file, find_file(file, folder)) for file in files_of(checkpoint)]
    wanted = [(file, found) for file, found in wanted if found is not None or everything or not file.optional]
    _check_room(sum(file.num_bytes for file, found in wanted if found is None), folder)
    paths = []
    for file, found in wanted:
        if found is None:
            report(file)
            found = _fetched(file, folder)
        paths.append(found)
    return paths


def _check_room(num_bytes: int, folder: Path | None) -> None:
    from huggingface_hub import constants

    place = (folder or Path(constants.HF_HUB_CACHE)).absolute()
    place = next(above for above in (place, *place.parents) if above.exists() or above == above.parent)
    free = shutil.disk_usage(place).free
    if num_bytes > free:
        raise CheckpointError(
            f"{num_bytes / 1e9:.1f} GB are needed and {free / 1e9:.1f} GB are free in {place}. Free some "
            "space, or name another folder with --folder."
        )


def _fetched(file: CheckpointFile, folder: Path | None) -> Path:
    try:
        return _fetch(file, folder / file.repository.partition("/")[2] if folder else None)
    except CheckpointError:
        raise
    except Exception as exc:  # the HTTP library below huggingface_hub raises its own errors
        reason = " ".join(str(exc).split()).rstrip(".")
        raise CheckpointError(
            f"{file.label} cannot be downloaded: {reason}. The partial download is kept: run the same "
            "command again, or put the file into a folder and name it with --models."
        ) from exc


def _fetch(file: CheckpointFile, place: Path | None) -> Path:
    """Download one file.  place: the repository's folder, or None for the cache."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    if place and os.path.lexists(place / file.name):  # a regular file would have been found
        raise CheckpointError(
            f"{place / file.name}: a broken link or a folder is in the way of "
            f"{file.label}. Move it, or name another folder with --folder."
        )
    url = hf_hub_url(file.repository, file.name)
    promised = get_hf_file_metadata(url)
    digest, size = promised.etag or "", promised.size
    if _SHA256.fullmatch(digest) and size:  # small files have no such digest and are downloaded in one go
        destination = place / file.name if place else _blob(file.repository, digest)
        if not destination.exists():
            _continue(file, url, destination, digest, size)
    return Path(hf_hub_download(file.repository, file.name, local_dir=place))


def _blob(repository: str, digest: str) -> Path:
    """The path at which the cache stores the content of a file."""
    from huggingface_hub import constants
    from huggingface_hub.file_download import repo_folder_name

    result: Path = (
        Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=repository, repo_type="model") / "blobs" / digest
    )
    return result


def _continue(file: CheckpointFile, url: str, destination: Path, digest: str, size: int) -> None:
    """Complete a file from the part that exists."""
    from filelock import FileLock, Timeout
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers

    part = destination.with_name(f"{destination.name}.{digest[:12]}.part")
    lock = part.with_suffix(".lock")
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=0), part.open("r+b" if part.exists() else "w+b") as opened:
            done = opened.seek(0, 2)
            if done > size:  # not a part of this file
                done = opened.seek(opened.truncate(0))
            http_get(
                url,
                opened,
                resume_size=done,
                headers=build_hf_headers(),
                expected_size=size,
                displayed_filename=Path(file.name).name,
            )
            opened.seek(0)
            found = hashlib.file_digest(opened, "sha256").hexdigest()
    except Timeout:
        raise CheckpointError(
            f"{file.label} is being downloaded by another process. Wait for it, or stop it."
        ) from None
    if found != digest:
        part.unlink()
        lock.unlink(missing_ok=True)
        raise CheckpointError(
            f"{file.label}: the downloaded file has the SHA-256 {found}, not {digest}. It was deleted: run "
            "the same command again."
        )
    part.replace(destination)
    lock.unlink(missing_ok=True)
