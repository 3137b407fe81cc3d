"""Folders that ship with the program but are not code: voices and example scripts.

In an installed wheel they lie inside the package (`talkshow/voices`); in a source checkout, also when installed
with `pip install -e`, they lie beside it (`voices/` at the root), where people edit them.
"""

from __future__ import annotations

from pathlib import Path

from talkshow.errors import WorkspaceError

PACKAGE = Path(__file__).resolve().parent.parent


def data_folder(name: str) -> Path:
    """The folder `name` ("voices", "scripts_in") of this installation. Raises WorkspaceError if there is none."""
    candidates = (PACKAGE / name, PACKAGE.parent / name)
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise WorkspaceError(
        f"the folder '{name}' of this installation is missing: looked for {candidates[0]} and {candidates[1]}. "
        "Install again: pip install --force-reinstall talkshow (or pip install -e . in a source checkout)."
    )


def asset(path: str) -> Path:
    """A file of `talkshow/assets`, whether it exists or not."""
    return PACKAGE / "assets" / path
