"""Finds the bundled data folders: voices and example scripts.

In an installed wheel they are inside the package (`talkshow/voices`). In a source checkout, including one installed
with `pip install -e`, they are next to it (`voices/` at the root), where they are easy to edit.
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
        f"the folder '{name}' of this installation is missing: neither {candidates[0]} nor {candidates[1]} exists. "
        "Reinstall talkshow: pip install --force-reinstall talkshow (or pip install -e . in a source checkout)."
    )


def asset(path: str) -> Path:
    """A file of `talkshow/assets`, whether it exists or not."""
    return PACKAGE / "assets" / path
