"""Scripts: formats, parsing, writing and checking."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__all__ = [
    "FORMATS",
    "WRITABLE_FORMATS",
    "CharacterHint",
    "Line",
    "Scene",
    "Script",
    "format_script",
    "parse_script",
    "read_script",
]

if TYPE_CHECKING:
    from talkshow.script.formats import FORMATS, WRITABLE_FORMATS
    from talkshow.script.formatter import format_script
    from talkshow.script.model import CharacterHint, Line, Scene, Script
    from talkshow.script.reader import parse_script, read_script

_HOME = {
    "FORMATS": "formats",
    "WRITABLE_FORMATS": "formats",
    "CharacterHint": "model",
    "Line": "model",
    "Scene": "model",
    "Script": "model",
    "format_script": "formatter",
    "parse_script": "reader",
    "read_script": "reader",
}


def __getattr__(name: str) -> Any:
    """Public names are imported when they are first used: help names the formats and parses nothing."""
    if name not in _HOME:
        raise AttributeError(f"module 'talkshow.script' has no attribute '{name}'")
    return getattr(importlib.import_module(f"talkshow.script.{_HOME[name]}"), name)
