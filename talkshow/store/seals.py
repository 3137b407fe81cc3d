"""Sealed JSON files: the last key is a digest of all the others, so that any change is detected.

A sealed file is recognised wherever it is copied, without any other file.
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
    """JSON as talkshow writes it: indented by 1, Unicode not escaped."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def with_seal(value: Mapping[str, Any]) -> dict[str, Any]:
    """A table with its seal added."""
    rest = {key: inner for key, inner in value.items() if key != _KEY}
    return {**rest, _KEY: hashlib.sha256(text_of(rest).encode("utf-8", "replace")).hexdigest()}


def bears_seal(path: Path) -> bool:
    """Whether a file contains a sealed table, byte for byte as it was written."""
    try:
        if path.is_symlink():
            return False
        text = read_bytes(path, LONG_TEXT).decode("utf-8")
        value = json.loads(text)
        return isinstance(value, dict) and text_of(with_seal(value)) == text
    except (OSError, ValueError, RecursionError):
        return False
