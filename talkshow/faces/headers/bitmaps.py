"""BMP of Windows and OS/2, and GIF (89a)."""

from __future__ import annotations

from talkshow.faces.headers.base import BrokenHeader, Header, unpack

_CORE = 12  # bytes of the oldest BMP header, with 16-bit sizes
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_MOST_BLOCKS = 4_000_000


def read_bmp(data: bytes) -> Header:
    """Raises BrokenHeader."""
    (length,) = unpack("<I", data, 14)
    if length == _CORE:
        width, height = unpack("<HH", data, 18)
    else:
        width, height = unpack("<ii", data, 18)
        height = abs(height)  # negative: stored from the top down
    if width <= 0 or height <= 0:
        raise BrokenHeader("its size is not in its header")
    return Header("BMP", width, height)


def read_gif(data: bytes) -> Header:
    """Raises BrokenHeader, also for a frame that extends beyond the screen."""
    width, height, flags = unpack("<HHB", data, 6)
    at = 13 + _palette(flags)
    num_frames = blocks = 0
    while (mark := unpack("B", data, at)[0]) != _TRAILER:
        if mark == _IMAGE:
            left, top, across, down, flags = unpack("<HHHHB", data, at + 1)
            if left + across > width or top + down > height:
                raise BrokenHeader("a frame is larger than the picture")
            num_frames += 1
            at += 11 + _palette(flags)  # after the size of its code
        elif mark == _EXTENSION:
            at += 2
        else:
            raise BrokenHeader("it is not a complete GIF")
        while size := unpack("B", data, at)[0]:
            at += 1 + size
            blocks += 1
            if blocks > _MOST_BLOCKS:
                raise BrokenHeader("it has too many parts")
        at += 1
    if not width or not height or not num_frames:
        raise BrokenHeader("it contains no picture")
    # a colour screen and its copy, and a plane of indices per frame
    return Header("GIF", width, height, codec_bytes=(7 + num_frames) * width * height)


def num_frames(data: bytes) -> int:
    """The frames of a GIF that `read_gif` accepts."""
    header = read_gif(data)
    return header.codec_bytes // (header.width * header.height) - 7


def _palette(flags: int) -> int:
    """Bytes of the palette that the flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
