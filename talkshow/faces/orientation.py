"""Which way up a picture is: the orientation in the EXIF data of PNG and WebP, which OpenCV leaves alone here.

OpenCV turns JPEG and TIFF pictures itself; the libraries for HEIC and AVIF turn theirs.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TAG, _SHORT = 0x0112, 3
_MOST_ENTRIES = 1000
_PREFIX = b"Exif\0\0"  # of JPEG; some programs write it elsewhere, too


def read_orientation(data: bytes, kind: str) -> int:
    """The EXIF orientation of a PNG or WebP file, 1 to 8; 1 where it has none or its EXIF data is damaged."""
    exif = _chunk_of_png(data) if kind == "PNG" else _chunk_of_webp(data) if kind == "WebP" else b""
    try:
        return _orientation(exif.removeprefix(_PREFIX))
    except struct.error:
        return 1


def has_unused_orientation(data: bytes) -> bool:
    """Whether EXIF data in a HEIC or AVIF file asks for a turn and the file itself has none.

    By these formats the file's own turn alone counts: EXIF data may be left from before the picture was turned.
    """
    if b"irot" in data or b"imir" in data:
        return False
    starts = (data.find(mark) for mark in (b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"))
    try:
        return any(_orientation(data[at:]) > 1 for at in starts if at >= 0)
    except struct.error:
        return False


def turned_upright(image: NDArray[Any], orientation: int) -> NDArray[Any]:
    """An image of (height, width[, channels]), turned as its EXIF orientation asks for."""
    if orientation in (5, 6, 7, 8):
        image = image.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        image = image[::-1]
    if orientation in (2, 3, 6, 7):
        image = image[:, ::-1]
    return np.ascontiguousarray(image)


def _orientation(tiff: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    (at,) = struct.unpack_from(order + "I", tiff, 4)
    (num,) = struct.unpack_from(order + "H", tiff, at)
    for entry in range(at + 2, at + 2 + 12 * min(num, _MOST_ENTRIES), 12):
        tag, form = struct.unpack_from(order + "HH", tiff, entry)
        if tag == _TAG:
            (value,) = struct.unpack_from(order + ("H" if form == _SHORT else "I"), tiff, entry + 8)
            return int(value) if 1 <= value <= 8 else 1
    return 1


def _chunk_of_png(data: bytes) -> bytes:
    at = 8
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if data[at + 4 : at + 8] == b"eXIf":
            return data[at + 8 : at + 8 + length]
        at += 12 + length
    return b""


def _chunk_of_webp(data: bytes) -> bytes:
    at = 12
    while at + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        if data[at : at + 4] == b"EXIF":
            return data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    return b""
