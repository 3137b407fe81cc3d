"""PNG (ISO 15948, third edition, with APNG). All chunks are read: decoders allocate what their lengths claim."""

from __future__ import annotations

from collections.abc import Iterator

from talkshow.faces.headers.base import BrokenHeader, Header, unpack

MAGIC = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 3, 4: 4, 6: 4}  # channels by colour type, as OpenCV decodes them: grey with alpha as BGRA
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_CANVASES = 4  # bytes of BGRA, in which the decoder composes an animation
_MOST_CHUNKS = 1_000_000
_FRAME = (b"fcTL", b"acTL")


def read_png(data: bytes) -> Header:
    """Raises BrokenHeader."""
    width, height, bits, colour, interlaced = unpack(">IIBB2xB", data, 16)
    if colour not in _CHANNELS or bits not in _DEPTHS[colour] or interlaced > 1:
        raise BrokenHeader(f"colour type {colour} with {bits} bits does not exist")
    transparent = animated = False
    for number, (name, at, length) in enumerate(_chunks(data)):
        if (name == b"IHDR") != (number == 0) or (name == b"IHDR" and length != 13):
            raise BrokenHeader("it must have exactly one header, at its beginning")
        transparent |= name == b"tRNS"
        animated |= name in _FRAME
        if name == b"fcTL":
            frame_width, frame_height, left, top = unpack(">4xIIII", data, at)
            if left + frame_width > width or top + frame_height > height:
                raise BrokenHeader("a frame of its animation is larger than the picture")
    channels, depth = 4 if transparent or animated else _CHANNELS[colour], 2 if bits == 16 else 1
    canvases = _CANVASES * 4 * depth * width * height if animated else 0
    return Header("PNG", width, height, channels, depth, canvases)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(name, start of its content, length) up to the end of the picture."""
    at = len(MAGIC)
    for _ in range(_MOST_CHUNKS):
        (length,) = unpack(">I", data, at)
        name, at = data[at + 4 : at + 8], at + 8
        if at + length + 4 > len(data):
            raise BrokenHeader("it is cut short")
        yield name, at, length
        if name == b"IEND":
            return
        at += length + 4
    raise BrokenHeader("it has too many parts")
