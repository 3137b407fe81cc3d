"""File names made from user text: the name of a speaker, the title of an episode."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

MAX_LENGTH = 60  # characters
MAX_BYTES = 180  # of UTF-8: file systems stop at 255, and an ending and a temporary suffix follow
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³")}
_FORBIDDEN = re.compile(r"[^\w .,&'+@()!~-]")  # \w: letters and digits of every script


def safe_name(name: str, taken: Collection[str] = ()) -> str:
    """A file name without an extension, for a speaker or an episode: the same name on every system.

    Letters of all scripts stay. Path separators, control characters and characters that Windows forbids become `_`.
    The name never begins or ends with a dot or a space, is never a Windows device name, and has at most 60 characters.
    If it is in `taken`, ignoring case, -2, -3, ... is appended. An empty name becomes "unnamed".
    """
    clean = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name))
    clean = re.sub(r"\.{2,}", "_", " ".join(clean.split())).strip(" .")
    clean = clean if re.sub(r"_", "", clean) else "unnamed"
    if clean.split(".")[0].rstrip().casefold() in _RESERVED:
        clean = f"_{clean}"
    clean = _shortened(clean, "")
    folded = {other.casefold() for other in taken}
    candidate, count = clean, 1
    while candidate.casefold() in folded:
        count += 1
        candidate = _shortened(clean, f"-{count}")
    return candidate


def _shortened(name: str, ending: str) -> str:
    """`name` with `ending`, shortened to meet both limits."""
    kept = name[: MAX_LENGTH - len(ending)]
    while len((kept + ending).encode("utf-8")) > MAX_BYTES:
        kept = kept[:-1]
    return (kept.rstrip(" .") or "unnamed") + ending
