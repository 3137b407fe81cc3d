"""Recognises the files of an episode that has no ledger: `.work/` may be deleted, and older versions had none.

A manifest lists the digests of the files it names. Manifests of older versions do not. For those, a file counts as
written by a run if that run's notes name it, it has the noted size, and it has not changed since the note.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from talkshow.store import outputs
from talkshow.store.inputs import LONG_TEXT, read_bytes
from talkshow.store.ownership import Content, Ledger

_SCENE_NOTE, _SCENE_FILES = "writing.json", ("idea.txt", "script.txt", "cast.json", "writing.json")


def adopted(folder: Path, note: Path) -> Ledger:
    """A ledger for a folder that has none; empty if no file in it is recognised."""
    manifest = _json(folder / outputs.MANIFEST)
    report = _json(folder / outputs.REPORT)
    files: dict[str, list[Content]] = {}
    about: dict[str, Any] = {}
    if manifest.get("tool") == "talkshow":
        files |= _listed(manifest) or _noted(folder, outputs.MANIFEST, _tracks(manifest), manifest)
        files |= _unsealed(folder, outputs.MANIFEST, manifest)
        about = {key: manifest[key] for key in ("source", "part") if key in manifest} or _older(manifest)
    if "turns" in report and "speakers" in report:
        files |= _listed(report) or _noted(folder, outputs.REPORT, _values(report.get("tracks")), report)
        files |= _unsealed(folder, outputs.REPORT, report)
        about = about or {key: report[key] for key in ("source", "part") if key in report}
    if isinstance(_json(folder / _SCENE_NOTE).get("key"), str):
        files |= _as_it_is(folder, _SCENE_FILES)
    return Ledger(folder, note, files, about)


def _listed(row: dict[str, Any]) -> dict[str, list[Content]]:
    """What a manifest or report says it wrote."""
    listed = row.get("outputs")
    try:
        return (
            {str(name): [Content(int(each["size"]), str(each["sha256"]))] for name, each in listed.items()}
            if isinstance(listed, dict)
            else {}
        )
    except (TypeError, KeyError, ValueError):
        return {}


def _noted(folder: Path, last: str, tracks: Iterable[str], row: dict[str, Any]) -> dict[str, list[Content]]:
    """The files that an older version wrote.  last: the file that it wrote last."""
    sizes = _sizes(folder / ".work")
    names = {outputs.MIX, outputs.RTTM, *tracks, *sizes}
    if last == outputs.MANIFEST:
        names |= {outputs.SRT, outputs.VTT, outputs.TIMELINE}
        if _table(_table(row.get("stages")).get("film")).get("renderers"):
            names |= {outputs.VIDEO, outputs.POSTER, "seats.png"}
    found: dict[str, list[Content]] = {}
    for name in names:
        path = folder / name
        if not outputs.is_episode_file(name) or path.is_symlink() or not path.is_file():
            continue
        content = Content.of(path)
        size, written_ns = sizes.get(name, (content.size, _changed_ns(folder / last)))
        if size == content.size and content.mtime_ns <= written_ns:
            found[name] = [content]
    return found


def _sizes(work: Path) -> dict[str, tuple[int, int]]:
    """(size, latest modification time in ns) of the files that the notes of stages name."""
    found: dict[str, tuple[int, int]] = {}
    for stage in ("tracks", "mix", "video"):
        note = work / f"{stage}.done"
        sizes = _json(note).get("sizes")
        if isinstance(sizes, dict):
            found |= {str(name): (size, _changed_ns(note)) for name, size in sizes.items()}
    return found


def _changed_ns(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else -1


def _unsealed(folder: Path, name: str, row: dict[str, Any]) -> dict[str, list[Content]]:
    """The manifest or report itself, from a version that did not seal it."""
    return {} if "schema" in row else _as_it_is(folder, [name])


def _as_it_is(folder: Path, names: Iterable[str]) -> dict[str, list[Content]]:
    """Files that identify themselves."""
    return {
        name: [Content.of(folder / name)]
        for name in names
        if (folder / name).is_file() and not (folder / name).is_symlink()
    }


def _tracks(manifest: dict[str, Any]) -> list[str]:
    return _values(_table(_table(manifest.get("stages")).get("mix")).get("tracks"))


def _values(tracks: Any) -> list[str]:
    """File names of tracks, from a list, or from the table by speaker of an older report, whose paths have folders."""
    named = list(tracks.values()) if isinstance(tracks, dict) else tracks if isinstance(tracks, list) else []
    return [f"{outputs.TRACKS}/{Path(str(name)).name}" for name in named]


def _older(manifest: dict[str, Any]) -> dict[str, Any]:
    """Source and part as far as an older manifest records them: of the source, only the file name."""
    settings = _table(manifest.get("settings"))
    recording = _table(settings.get("recording"))
    kind, span = "script", [None, None]
    names = list(_table(manifest.get("inputs")))[:1]
    if isinstance(recording.get("source"), list):
        kind, span = "recording", recording.get("part") or span
        names = [Path(str(name)).name for name in recording["source"]]
    if not names:
        return {}
    part = {
        "scene": settings.get("scene"),
        "lines": settings.get("lines"),
        "from_s": span[0],
        "to_s": span[-1],
        "draft": bool(settings.get("draft")),
    }
    return {"source": {"kind": kind, "name": ", ".join(names)}, "part": part}


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _json(path: Path) -> dict[str, Any]:
    """A table stored as JSON; empty if there is none, or it cannot be read."""
    try:
        return _table(json.loads(read_bytes(path, LONG_TEXT)))
    except (OSError, ValueError, RecursionError):
        return {}
