"""Records what an episode folder holds: which source, and which part of it. One folder holds one of each.

A run for another source or part stops before any work and asks for a name of its own.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talkshow.episode.parts import EpisodePart, may_follow, read_part
from talkshow.errors import WorkspaceError, printable
from talkshow.store import outputs
from talkshow.store.digests import digest
from talkshow.store.naming import safe_name
from talkshow.store.workspace import Workspace

SPEAK, DIARIZE = ".speak", ".diarize"  # added where the sound alone may not replace that of a video


@dataclass(frozen=True)
class EpisodeSource:
    """What an episode is made of.

    kind:  "script" or "recording"
    files: (what it is called there, path) of each file; none for a script that was made in memory
    name:  how people call it
    """

    kind: str
    name: str
    files: tuple[tuple[str, Path], ...] = ()

    def row(self, workspace: Workspace) -> dict[str, Any]:
        """As a manifest keeps it. No path is in it: where the files lie, seen from the folder, is kept as a digest.

        So a project that is moved as a whole is still the same.
        """
        places = [[called, _seen_from(workspace.folder, path)] for called, path in self.files]
        contents = [[called, _content(workspace, path)] for called, path in self.files]
        known = bool(contents) and all(content for _, content in contents)
        return {
            "kind": self.kind,
            "name": self.name,
            "place": digest(self.kind, places or self.name)[:16],
            "sha256": digest(self.kind, contents) if known else None,
        }


def is_same_source(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether two rows are of one source: the same files, edited or not, or the same content in another place.

    Of an older version's rows only the names are known.
    """
    if old.get("kind") != new["kind"]:
        return False
    if old.get("place") is None:
        result: bool = old.get("name") == new["name"]
        return result
    return old["place"] == new["place"] or (new["sha256"] is not None and old.get("sha256") == new["sha256"])


def folder_for(out: Path, name: str | None, default: str, part: EpisodePart, *, sound_only: bool = False) -> Path:
    """The folder of an episode: the one that was named, else that of its part; sound alone never joins a video."""
    if name is not None:
        return out / safe_name(name)
    folder = out / f"{safe_name(default)}{part.label}"
    return beside(folder, SPEAK) if sound_only and has_video(folder) else folder


def folder_of_scene(folder: Path, part: EpisodePart, *, sound_only: bool = False) -> Path:
    """Where an episode of an idea goes: beside its script, except a draft or a part of what is finished there."""
    workspace = Workspace(folder)
    held = read_part(workspace.ledger.about.get("part")) if _is_used(workspace) else None
    if held is not None and not may_follow(held, part, own_script=True):
        folder = beside(folder, part.label)
    return beside(folder, SPEAK) if sound_only and has_video(folder) else folder


def beside(folder: Path, label: str) -> Path:
    """The folder of a part, beside that of the whole."""
    return folder.with_name(f"{folder.name}{label}")


def has_video(folder: Path) -> bool:
    """Whether a folder contains a video."""
    return os.path.lexists(folder / outputs.VIDEO)


def begin(
    workspace: Workspace,
    source: EpisodeSource,
    part: EpisodePart,
    names: Collection[str],
    inputs: Iterable[Path],
    *,
    sound_only: bool = False,
) -> None:
    """Take a folder for a run: what it holds agrees, all files can be written, and what is stale is gone.

    names: of everything that will be written, as paths from the folder.  inputs: files that are read.
    Raises WorkspaceError, before anything is changed.
    """
    require(workspace, source, part, sound_only=sound_only)
    workspace.claim(names, inputs)
    note(workspace, source, part)
    workspace.retire(names)


def note(workspace: Workspace, source: EpisodeSource, part: EpisodePart) -> None:
    """Keep what the folder holds from now on; for runs that find out only later what they will write."""
    workspace.ledger.about.update({"source": source.row(workspace), "part": part.as_dict()})
    workspace.ledger.save()


def require(
    workspace: Workspace,
    source: EpisodeSource,
    part: EpisodePart,
    *,
    sound_only: bool = False,
    over_diarization: bool = False,
) -> None:
    """Raise WorkspaceError where the folder holds something else than a run is going to put there.

    over_diarization: what `diarize` alone has left there may be of another recording.
    """
    about, folder = workspace.ledger.about, workspace.folder
    cure = "Nothing was changed. Choose another folder with --name."
    if sound_only and has_video(folder):
        raise WorkspaceError(
            f"{folder}: there is a video, and the sound alone would replace what belongs to it. {cure}"
        )
    held = about.get("source")
    if not isinstance(held, Mapping) or not _is_used(workspace):
        return
    if over_diarization and not _is_used(workspace, but=outputs.diarization_files(())):
        return
    row = source.row(workspace)
    if not is_same_source(held, row):
        raise WorkspaceError(
            f"{folder}: this is the episode of another {printable(str(held.get('kind')))}, "
            f"{printable(str(held.get('name')))}{_elsewhere(held, row)}. {cure}"
        )
    old = read_part(about.get("part"))
    own_script = any(path.resolve().is_relative_to(folder.resolve()) for _, path in source.files)
    # Older versions let a part into the folder of the whole: the whole may have it back.
    given_back = "place" not in held and part == EpisodePart()
    if old is not None and not given_back and not may_follow(old, part, own_script=own_script):
        raise WorkspaceError(
            f"{folder}: this holds {old.words} of {printable(source.name)}, and would be replaced by "
            f"{part.words}. {cure}"
        )


def _content(workspace: Workspace, path: Path) -> str | None:
    """None if the file cannot be read. The stage that reads it reports that."""
    try:
        return workspace.digests.of(path)
    except OSError:
        return None


def _elsewhere(held: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    return ", which is in another folder" if held.get("name") == row["name"] else ""


def _is_used(workspace: Workspace, but: Collection[str] = ()) -> bool:
    """Whether there is anything in the folder that belongs to what it holds.  but: files that do not count, and with
    any of them no tracks.
    """
    listed = (name for name in workspace.ledger.names if outputs.is_episode_file(name))
    names = [outputs.REVIEW, *outputs.FINISHED, *listed]
    return any(
        os.path.lexists(workspace.path(name))
        for name in names
        if name not in but and not (but and name.startswith(f"{outputs.TRACKS}/"))
    )


def _seen_from(folder: Path, path: Path) -> str:
    """A path relative to the folder; the whole path where there is no way from one to the other (on two drives)."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()
