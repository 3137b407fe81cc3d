"""HEIC and AVIF (ISO 23008-12): the sizes of all images of the file, before any is decoded."""

from __future__ import annotations

from collections.abc import Iterator

from talkshow.faces.headers.base import BrokenHeader, Header, unpack

_WITHIN = {b"meta": 4, b"iprp": 0, b"ipco": 0}  # boxes that lead to the sizes, and bytes before their content
_MOST_BOXES = 20_000
_CODEC = 10  # bytes per pixel: planes of up to 16 bits, and the picture in colours and alpha


def read_bmff(data: bytes) -> Header:
    """Raises BrokenHeader for a file without the size of an image."""
    (length,) = unpack(">I", data, 0)
    brands = data[8 : min(length, 256)]
    kind = "AVIF" if b"avif" in brands or b"avis" in brands else "HEIC"
    sizes = list(_sizes(data, 0, len(data), 0))
    if not sizes or not all(width and height for width, height in sizes):
        raise BrokenHeader("its size is not in its header")
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return Header(kind, width, height, channels=4, codec_bytes=_CODEC * width * height)


def _sizes(data: bytes, start: int, end: int, depth: int) -> Iterator[tuple[int, int]]:
    """(width, height) of each `ispe` box."""
    at = start
    for _ in range(_MOST_BOXES):
        if at + 8 > end:
            return
        (length,) = unpack(">I", data, at)
        name, head = data[at + 4 : at + 8], 8
        if length == 1:
            (length,) = unpack(">Q", data, at + 8)
            head = 16
        length = length or end - at
        if length < head:
            raise BrokenHeader("its parts do not fit its size")
        if name == b"ispe":
            width, height = unpack(">II", data, at + head + 4)
            yield width, height
        elif name in _WITHIN and depth < len(_WITHIN):
            yield from _sizes(data, at + head + _WITHIN[name], min(end, at + length), depth + 1)
        at += length
    raise BrokenHeader("it has too many parts")
