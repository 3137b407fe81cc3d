"""Whether a file of sound says how long it is.

Where it does not, FFmpeg estimates the length from the bits of the beginning.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any

_BARE = ("aac", "ac3", "eac3", "loas", "dts", "amrnb", "amrwb")  # frames one after the other, and nothing else
_START = 2**20  # bytes, with the tags and the cover that may come before the sound
_HEADER = re.compile(rb"(?:Xing|Info)\0\0\0([\x00-\x0f])(.{4})", re.DOTALL)  # which of its fields it has; frames
_TOLERATED = 0.02  # of the length, between header and FFmpeg: encoders count their padding differently


def says_length(path: Path, kind: str, stream: Any) -> bool:
    """Whether the length of a stream is the file's own.  kind: FFmpeg's name of the format.

    FFmpeg also estimates the length of an MP3 file whose header is that of the first of several files in one.
    """
    if kind != "mp3":
        return kind not in _BARE
    with path.open("rb") as file:
        start = file.read(_START)
    found = _HEADER.search(start)
    if not found or not found[1][0] & 1 or not stream.duration:
        return b"VBRI" in start
    (frames,) = struct.unpack(">I", found[2])
    length_s = frames * (1152 if stream.rate >= 32_000 else 576) / stream.rate
    return bool(abs(float(stream.duration * stream.time_base) - length_s) <= _TOLERATED * length_s + 0.2)
