"""From an idea to the folder of an episode: idea, script, cast; sound and video are made of the script as of any other.

The script is cached by the request. An edited `script.txt` is kept: the same command continues with it and does not
ask the model again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from talkshow.episode.holding import EpisodeSource, folder_of_scene, require
from talkshow.episode.parts import part_of
from talkshow.errors import SettingsError, WorkspaceError
from talkshow.script.model import Script
from talkshow.script.reader import read_script
from talkshow.settings import EpisodeSettings
from talkshow.store.files import read_json
from talkshow.store.naming import safe_name
from talkshow.store.outfile import write_script
from talkshow.store.outputs import episode_files
from talkshow.store.workspace import Workspace
from talkshow.writing.base import Report
from talkshow.writing.job import Commission, summary, write_file
from talkshow.writing.pictures import SUFFIXES, ReferencePicture, make_picture

if TYPE_CHECKING:
    from talkshow.faces.pictures import Pictures

SCRIPT, IDEA, CAST, WRITING = "script.txt", "idea.txt", "cast.json", "writing.json"
STAGE = "writing"
_PICTURE = "picture"
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class SceneFolder:
    """The contents of the folder before anything is spoken.  picture: None where none was asked for."""

    folder: Path
    script: Path
    notes: tuple[str, ...] = ()
    picture: ReferencePicture | None = None


def find_folder(idea: str, out: Path, name: str | None) -> Path:
    """The folder of an idea: named after it, and another one where that belongs to another idea.

    Raises WorkspaceError where the folder of that name belongs to another idea.
    """
    if name is not None:
        folder = out / safe_name(name)
        if (folder / IDEA).is_file() and _text(folder / IDEA) != idea:
            raise WorkspaceError(
                f"{folder}: this folder belongs to another idea. Nothing was changed. Choose another one with --name."
            )
        return folder
    taken: list[str] = []
    while True:
        folder = out / safe_name(idea, taken)
        told = folder / IDEA
        if not folder.exists() or (told.is_file() and _text(told) == idea):
            return folder
        if not told.is_file() and not any(folder.iterdir() if folder.is_dir() else [folder]):
            return folder  # empty
        taken.append(folder.name)
        if len(taken) > 1000:
            raise SettingsError(f"{folder}: too many folders of this name. Choose another one with --name.")


def episode_name(folder: Path, settings: EpisodeSettings) -> str:
    """What the folder of the episode is called: as the script's, or beside it for a draft of what is finished.

    Raises WorkspaceError, before any script is paid for, where the episode cannot be written there.
    """
    part, sound_only = part_of(settings), settings.only == "speak"
    episode = Workspace(folder_of_scene(folder, part, sound_only=sound_only))
    require(episode, EpisodeSource("script", SCRIPT, (("script", folder / SCRIPT),)), part, sound_only=sound_only)
    episode.claim(episode_files((), 0 if sound_only else 1))
    return episode.folder.name


def has_script(commission: Commission, folder: Path) -> bool:
    """Whether the script is there already, so that nothing will be asked."""
    workspace, key = Workspace(folder), commission.digest()
    return (_note(workspace).get("key") == key and (folder / SCRIPT).is_file()) or workspace.kept_json(
        STAGE, key, _kept
    ) is not None


def write_scene(
    commission: Commission, folder: Path, report: Report, remark: Report, *, picture: Pictures | None = None
) -> SceneFolder:
    """Idea, script and cast, and with `picture` the reference picture, which is read there.

    What is there already is not asked for again.

    Raises WriterError where the endpoint gives no script, WorkspaceError where the folder cannot be used.
    """
    workspace = Workspace(folder)
    with workspace.opened():
        told = workspace.path(IDEA)
        is_told = told.is_file() and _text(told) == commission.brief.idea
        pictures = [f"{_PICTURE}{suffix}" for suffix in SUFFIXES] if picture is not None else []
        script_file = [] if workspace.ledger.lists(workspace.path(SCRIPT)) else [SCRIPT]
        workspace.claim([CAST, WRITING, *script_file, *([] if is_told else [IDEA]), *pictures])
        if not is_told:
            workspace.write_text(IDEA, commission.brief.idea + "\n")
        note = _script(commission, workspace, report, remark)
        script = read_script(folder / SCRIPT)
        workspace.write_json(CAST, _cast(script))
        made = (
            make_picture(script, commission.endpoint, partial(_place, workspace), report, workspace, picture)
            if picture is not None
            else None
        )
    return SceneFolder(folder, folder / SCRIPT, tuple(note["warnings"]), made)


def _script(commission: Commission, workspace: Workspace, report: Report, remark: Report) -> dict[str, Any]:
    """See that `script.txt` is what was asked for, edited or not."""
    script, key, note = workspace.path(SCRIPT), commission.digest(), _note(workspace)
    if note.get("key") == key and script.is_file():
        return note
    before = note.get("key")
    if isinstance(before, str) and _KEY.fullmatch(before) and script.is_file():
        _keep(workspace, before, script, note)  # an edited script is found again with its options
    kept = workspace.kept_json(STAGE, key, _kept)
    if kept is not None:
        data, note = kept
        write_script(script, data.decode("utf-8", "surrogateescape"), workspace.ledger, remark)
    else:
        written = write_file(commission, script, report, remark, known=workspace.ledger)
        note = {"key": key, "idea": commission.brief.idea, **summary(written, commission), "script": SCRIPT}
        _keep(workspace, key, script, note)
    workspace.write_json(WRITING, {**note, "key": key})
    return note


def _place(workspace: Workspace, data: bytes, suffix: str) -> Path:
    """The reference picture."""
    path = workspace.path(f"{_PICTURE}{suffix}")
    with workspace.writing(path) as temporary:
        temporary.write_bytes(data)
    return path


def _keep(workspace: Workspace, key: str, script: Path, note: dict[str, Any]) -> None:
    text = script.read_bytes().decode("utf-8", "surrogateescape")  # any bytes that an editor has saved there
    workspace.keep_json(STAGE, key, {"script": text, "note": note})


def _kept(value: Any) -> tuple[bytes, dict[str, Any]]:
    """(the script, its note)."""
    return value["script"].encode("utf-8", "surrogateescape"), _checked(value["note"])


def _note(workspace: Workspace) -> dict[str, Any]:
    return read_json(workspace.path(WRITING), _checked) or {}


def _checked(note: Any) -> dict[str, Any]:
    if not isinstance(note["key"], str) or not all(isinstance(warning, str) for warning in note["warnings"]):
        raise ValueError("not a note about a script")
    return dict(note)


def _cast(script: Script) -> list[dict[str, Any]]:
    """Who is in it, as the script says: what is not said is left out."""
    keys = ("voice", "look", "description", "seat", "speed", "gain")
    return [
        {"name": name} | {key: value for key in keys if (value := getattr(script.hint(name), key)) is not None}
        for name in script.speakers
    ]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace").strip()
