"""The formats that a script can be written in: one list, read by whatever reads, writes, guesses or names a format.

To add a format, write a module with the three functions of `Format`, and add an entry here.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from talkshow.script.layout import Formatted
    from talkshow.script.model import Script
    from talkshow.script.source import Source


class Evidence(Enum):
    """How much a text looks like a script of some format."""

    NONE = "none"
    LIKELY = "likely"  # unless its file's suffix says otherwise
    SURE = "sure"


@dataclass(frozen=True)
class Format:
    """A format of scripts.

    suffixes: of files in it, in small letters.  recognise: how much a text looks like it.  parse: raises ScriptError.
    recognise_bytes: for a format of binary files: whether a file is in it; `parse` reads the source's `data`.
    old_encodings: whether files with such a suffix are often saved in an encoding of their time and not in UTF-8.
    write: None for a format that is only read; `parse` reads back an equal script.  suffix_decides: whether a file with
    such a suffix is taken to be in the format whatever it looks like; a .md file holds a plain script as often as not.
    """

    name: str
    suffixes: tuple[str, ...]
    recognise: Callable[[str], Evidence]
    parse: Callable[[Source], Script]
    write: Callable[[Script], Formatted] | None
    suffix_decides: bool = True
    recognise_bytes: Callable[[bytes], bool] | None = None
    old_encodings: bool = False


def _in(module: str, function: str) -> Callable[[Any], Any]:
    """A function of a format's module, imported when it is first called: help names the formats and parses nothing."""

    def call(argument: Any) -> Any:
        return getattr(importlib.import_module(f"talkshow.script.{module}"), function)(argument)

    return call


# In the order in which messages list them. A text is offered to the last one first: the further down, the more
# particular a format's marks. Plain has no marks at all and takes what is left.
_ALL = (
    Format("plain", (), lambda _: Evidence.NONE, _in("plain", "read_plain"), _in("plain", "write_plain")),
    Format(
        "fountain",
        (".fountain",),
        _in("fountain", "recognise_fountain"),
        _in("fountain", "read_fountain"),
        _in("fountain", "write_fountain"),
    ),
    Format(
        "markdown",
        (".md", ".markdown"),
        _in("markdown", "recognise_markdown"),
        _in("markdown", "read_markdown"),
        _in("markdown", "write_markdown"),
        suffix_decides=False,
    ),
    Format(
        "table",
        (".csv", ".tsv", ".tab"),
        _in("imports.tables", "recognise_table"),
        _in("imports.tables", "read_table"),
        None,
        old_encodings=True,
    ),
    Format("square", (), _in("imports.square", "recognise_square"), _in("imports.square", "read_square"), None),
    Format(
        "transcript",
        (),
        _in("imports.stamped", "recognise_transcript"),
        _in("imports.stamped", "read_transcript_script"),
        None,
    ),
    Format(
        "yaml",
        (".yaml", ".yml"),
        _in("structured", "recognise_yaml"),
        _in("structured", "read_yaml_script"),
        _in("structured", "write_yaml"),
    ),
    Format(
        "json",
        (".json", ".jsonl", ".ndjson"),
        _in("structured", "recognise_json"),
        _in("structured", "read_json_script"),
        _in("structured", "write_json"),
    ),
    Format(
        "captions",
        (".srt", ".vtt", ".ass", ".ssa", ".sbv", ".ttml", ".dfxp"),
        _in("imports.captions", "recognise_captions"),
        _in("imports.captions", "read_captions"),
        None,
        old_encodings=True,
    ),
    Format(
        "fdx",
        (".fdx",),
        _in("imports.final_draft", "recognise_final_draft"),
        _in("imports.final_draft", "read_final_draft"),
        _in("imports.final_draft_writing", "write_final_draft"),
    ),
    Format(
        "docx",
        (".docx",),
        lambda _: Evidence.NONE,
        _in("imports.word", "read_word"),
        None,
        recognise_bytes=_in("imports.word", "recognise_word"),
    ),
    Format("imported", (), _in("imported", "recognise_imported"), _in("imported", "read_imported"), None),
)
FORMATS: dict[str, Format] = {format.name: format for format in _ALL}
WRITABLE_FORMATS = tuple(format.name for format in _ALL if format.write)


def guess_format(text: str, path: Path | None = None) -> str:
    """The name of the format a text is in: by its content where that leaves no doubt, else by its file's suffix."""
    suffix = path.suffix.lower() if path else ""
    named = next(
        (format.name for format in FORMATS.values() if format.suffix_decides and suffix in format.suffixes), None
    )
    for format in reversed(FORMATS.values()):
        evidence = format.recognise(text)
        if evidence is Evidence.SURE or (evidence is Evidence.LIKELY and named is None):
            return format.name
    return named or "plain"


def format_of_bytes(data: bytes) -> str | None:
    """The name of the format of a binary file; None for text, and for anything but a script."""
    found = (format for format in FORMATS.values() if format.recognise_bytes and format.recognise_bytes(data))
    return next((format.name for format in found), None)


def format_to_write(suffix: str) -> str:
    """The name of the format for a file with this suffix: plain for a suffix that no format has."""
    fitting = (format.name for format in FORMATS.values() if format.write and suffix.lower() in format.suffixes)
    return next(fitting, "plain")
