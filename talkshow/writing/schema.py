"""The JSON schemas of answers. Strict: every key is required and no other allowed, as endpoints ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _one_of(names: Sequence[str]) -> Schema:
    return {"type": "string", "enum": list(names)} if names else _TEXT


def _cast(voices: Sequence[str]) -> Schema:
    return _list(_object(name=_TEXT, voice=_one_of(voices), look=_TEXT, description=_TEXT))


def _lines(names: Sequence[str]) -> Schema:
    return _list(_object(speaker=_one_of(names), tags=_TEXT, text=_TEXT))


def script_schema(voices: Sequence[str], names: Sequence[str] = ()) -> Schema:
    """A whole script; `names`: of a given cast."""
    return _object(
        title=_TEXT, cast=_cast(voices), scenes=_list(_object(title=_TEXT, prompt=_TEXT, lines=_lines(names)))
    )


def outline_schema(voices: Sequence[str]) -> Schema:
    """A plan: the cast, and what happens in each scene."""
    return _object(
        title=_TEXT, cast=_cast(voices), scenes=_list(_object(title=_TEXT, prompt=_TEXT, beats=_list(_TEXT)))
    )


def dialogue_schema(names: Sequence[str]) -> Schema:
    """The lines of one scene."""
    return _object(lines=_lines(names))


def changes_schema() -> Schema:
    """Changes to a script, as `revise.py` reads them; "" where something about a character stays."""
    return _object(changes=_list(_TEXT), cast=_list(_object(name=_TEXT, voice=_TEXT, look=_TEXT, description=_TEXT)))
