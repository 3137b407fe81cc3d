"""A JSON file that knows itself: its last key is a digest of all the others, so that any change to it shows.

So is it known again wherever it is copied to, and without any other file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from talkshow.store.inputs import LONG_TEXT, read_bytes

_KEY = "seal"


def text_of(value: Any) -> str:
    """JSON as talkshow writes it: an indent of 1, unicode as it is."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def with_seal(value: Mapping[str, Any]) -> dict[str, Any]:
    """A table with its seal."""
    rest = {key: inner for key, inner in value.items() if key != _KEY}
    return {**rest, _KEY: hashlib.sha256(text_of(rest).encode("utf-8", "replace")).hexdigest()}


def bears_seal(path: Path) -> bool:
    """Whether a file holds a sealed table, to the byte as it was written."""
    try:
        if path.is_symlink():
            return False
        text = read_bytes(path, LONG_TEXT).decode("utf-8")
        value = json.loads(text)
        return isinstance(value, dict) and text_of(with_seal(value)) == text
    except (OSError, ValueError, RecursionError):
        return False
