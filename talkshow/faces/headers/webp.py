"""WebP (RFC 9649): lossy (VP8), lossless (VP8L), extended (VP8X), still or animated."""

from __future__ import annotations

from collections.abc import Iterator

from talkshow.faces.headers.base import BrokenHeader, Header, unpack

_ALPHA, _ANIMATION = 0x10, 0x02  # flags of VP8X
_ARGB = 4  # bytes per pixel of the buffers for lossless pictures and animations
_MOST_CHUNKS = 200_000


def read_webp(data: bytes) -> Header:
    """Raises BrokenHeader, also for a part that is larger than its canvas."""
    if data[:4] != b"RIFF":
        raise BrokenHeader("it does not begin as a WebP file")
    canvas: tuple[int, int] | None = None
    transparent = animated = False
    largest = (0, 0)
    lossless = False
    for name, at, length in _chunks(data, 12, len(data)):
        if name == b"VP8X":
            (flags,) = unpack("B", data, at)
            canvas = (_three(data, at + 4) + 1, _three(data, at + 7) + 1)
            transparent |= bool(flags & _ALPHA)
            animated |= bool(flags & _ANIMATION)
        elif name == b"ALPH":
            transparent = True
        elif name in (b"VP8 ", b"VP8L"):
            size, alpha = _size(data, at, name)
            largest = (max(largest[0], size[0]), max(largest[1], size[1]))
            transparent |= alpha
            lossless |= name == b"VP8L"
        elif name == b"ANMF":
            animated = True
            right, bottom = (2 * _three(data, at + edge) + _three(data, at + edge + 6) + 1 for edge in (0, 3))
            largest = (max(largest[0], right), max(largest[1], bottom))
            for inner, inner_at, _ in _chunks(data, at + 16, at + length):
                if inner in (b"VP8 ", b"VP8L"):
                    size, _ = _size(data, inner_at, inner)
                    largest = (max(largest[0], size[0]), max(largest[1], size[1]))
    width, height = canvas or largest
    if not width or not height or largest[0] > width or largest[1] > height:
        raise BrokenHeader("its parts do not fit its size")
    channels = 4 if transparent or animated else 3
    buffers = 3 if animated else int(lossless)
    return Header("WebP", width, height, channels, codec_bytes=buffers * _ARGB * width * height)


def _size(data: bytes, at: int, name: bytes) -> tuple[tuple[int, int], bool]:
    """((width, height), whether it has alpha) of a coded picture."""
    if name == b"VP8L":
        signature, bits = unpack("<BI", data, at)
        if signature != 0x2F:
            raise BrokenHeader("a part of it is not a picture")
        return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1), bool(bits >> 28 & 1)
    if data[at + 3 : at + 6] != b"\x9d\x01\x2a":
        raise BrokenHeader("a part of it is not a picture")
    width, height = (side & 0x3FFF for side in unpack("<HH", data, at + 6))
    return (width, height), False


def _three(data: bytes, at: int) -> int:
    low, high = unpack("<HB", data, at)
    return low | high << 16


def _chunks(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(name, start of its content, length)."""
    for _ in range(_MOST_CHUNKS):
        if at + 8 > end:
            return
        (length,) = unpack("<I", data, at + 4)
        yield data[at : at + 4], at + 8, length
        at += 8 + length + length % 2
    raise BrokenHeader("it has too many parts")
