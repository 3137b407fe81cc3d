"""The templates of the prompts: files that users can read, and replace with files in a folder of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from talkshow.engines.resources import PACKAGE
from talkshow.errors import WriterError, choose
from talkshow.store.digests import digest
from talkshow.store.inputs import read_text

BUILT_IN = PACKAGE / "writing" / "prompts"


@dataclass(frozen=True)
class Prompts:
    """folder: whose NAME.txt replace the built-in templates; None: the built-in ones.

    Raises WriterError for a folder that is not there, and for a file in it that is not a template.
    """

    folder: Path | None = None

    def __post_init__(self) -> None:
        if self.folder is None:
            return
        if not self.folder.is_dir():
            raise WriterError(
                f"{self.folder}: there is no such folder of prompts. Copy those of {BUILT_IN} there that "
                "you want to change."
            )
        known = [file.name for file in BUILT_IN.glob("*.txt")]
        for file in sorted(self.folder.glob("*.txt")):
            if file.name not in known:
                raise WriterError(f"{file}: there is no template of this name. {choose(file.name, sorted(known))}")

    def fill(self, name: str, values: Mapping[str, object] | None = None) -> str:
        """A template with its $placeholders replaced. Raises WriterError for one that nothing is known for."""
        file = self._file(name)
        try:
            template = Template(read_text(file))
        except (OSError, UnicodeDecodeError) as exc:
            raise WriterError(f"{file}: this template cannot be read: {exc}") from exc
        known = values or {}
        if not template.is_valid():
            raise WriterError(f"{file}: a $ must be followed by a placeholder; write $$ for a dollar sign.")
        for name_ in template.get_identifiers():
            if name_ not in known:
                raise WriterError(f"{file}: there is no placeholder ${name_}. {choose(name_, sorted(known))}")
        return template.substitute(known).strip()

    def _file(self, name: str) -> Path:
        own = self.folder / f"{name}.txt" if self.folder else None
        return own if own and own.is_file() else BUILT_IN / f"{name}.txt"

    def digest(self) -> str:
        """Of all templates as they are now."""
        return digest(*(self._file(file.stem).read_bytes() for file in sorted(BUILT_IN.glob("*.txt"))))
