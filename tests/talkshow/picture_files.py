"""Pictures byte by byte, true and false, to see what the program makes of them."""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np

TRUE = np.random.default_rng(5).integers(0, 255, (48, 64, 3), np.uint8)
KINDS = ("png", "jpg", "webp", "bmp", "tiff", "gif")


def encoded(kind: str, picture: np.ndarray = TRUE) -> bytes:
    """A picture as OpenCV writes it."""
    done, data = cv2.imencode(f".{kind}", picture)
    assert done
    return data.tobytes()


def chunk(name: bytes, content: bytes, length: int | None = None) -> bytes:
    """A chunk of a PNG with its checksum."""
    length = len(content) if length is None else length
    return struct.pack(">I", length) + name + content + struct.pack(">I", zlib.crc32(name + content))


def ihdr(width: int, height: int, bits: int = 8, colour: int = 2) -> bytes:
    """A PNG's header."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))


def png(*chunks: bytes) -> bytes:
    """A PNG of any chunks."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def flat(width: int, height: int, bits: int = 8, colour: int = 0) -> bytes:
    """The packed pixels of a PNG of one colour: a thousandth of what they unfold to."""
    row = 1 + width * bits // 8 * {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    packer = zlib.compressobj(1)
    return b"".join(packer.compress(bytes(row)) for _ in range(height)) + packer.flush()


def flat_png(width: int, height: int, bits: int = 8, colour: int = 2) -> bytes:
    """A true PNG of one colour."""
    return png(
        ihdr(width, height, bits, colour), chunk(b"IDAT", flat(width, height, bits, colour)), chunk(b"IEND", b"")
    )


def animated(frame: tuple[int, int, int, int]) -> bytes:
    """A PNG with an animation of one frame more.  frame: width, height, left, top"""
    still = encoded("png")
    control = chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, *frame, 1, 10, 0, 0))
    return still[:33] + chunk(b"acTL", struct.pack(">II", 1, 0)) + control + still[33:]


def jpeg(width: int, height: int, *, frame: int = 0xC0, before: bytes = b"", scan: bool = True) -> bytes:
    """The beginning of a JPEG in three colours of full size."""
    start = bytes([0xFF, frame]) + struct.pack(">HBHHB", 17, 8, height, width, 3)
    start += b"".join(bytes([number, 0x11, 0]) for number in (1, 2, 3))
    end = b"\xff\xda" + struct.pack(">HB", 12, 3) + bytes([1, 0, 2, 0, 3, 0, 0, 63, 0]) if scan else b""
    return b"\xff\xd8" + before + start + end + b"\0" * 64 + b"\xff\xd9"


def webp(*parts: tuple[bytes, bytes]) -> bytes:
    """A WebP of any parts."""
    body = b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in parts)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def lossless(width: int, height: int) -> tuple[bytes, bytes]:
    """A lossless picture of one colour, in a few bytes."""
    return b"VP8L", b"\x2f" + struct.pack("<I", width - 1 | height - 1 << 14) + b"\x07\x10\x11\x11\x88\x88\x08\x00"


def inner(data: bytes) -> tuple[bytes, bytes]:
    """The one part of a plain WebP."""
    return data[12:16], data[20 : 20 + int.from_bytes(data[16:20], "little")]


def lossy(width: int, height: int) -> tuple[bytes, bytes]:
    """The beginning of a lossy picture."""
    return b"VP8 ", b"\x10\x02\x00\x9d\x01\x2a" + struct.pack("<HH", width, height) + bytes(40)


def canvas(width: int, height: int, flags: int = 0) -> tuple[bytes, bytes]:
    """What an extended WebP says of itself."""
    return b"VP8X", bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")


def frame(left: int, top: int, width: int, height: int, part: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """A frame of an animated WebP, at even places."""
    edges = (left // 2, top // 2, width - 1, height - 1, 100)
    head = b"".join(value.to_bytes(3, "little") for value in edges) + b"\0"
    return b"ANMF", head + part[0] + struct.pack("<I", len(part[1])) + part[1] + b"\0" * (len(part[1]) % 2)


def tiff(tags: dict[int, int], *, big: bool = False, order: str = "<") -> bytes:
    """A TIFF of 8-bit RGB with the tags given, over those of a tiny true one."""
    known = {256: 8, 257: 8, 258: 8, 259: 1, 262: 2, 273: 8, 277: 3, 278: 8, 279: 192} | tags
    if 322 in known:
        known = {tag: value for tag, value in known.items() if tag not in (273, 278, 279)} | {324: 8, 325: 192}
    mark = b"II" if order == "<" else b"MM"
    if big:
        head = mark + struct.pack(order + "HHHQ", 43, 8, 0, 16) + struct.pack(order + "Q", len(known))
        rows = b"".join(struct.pack(order + "HHQQ", tag, 16, 1, value) for tag, value in sorted(known.items()))
    else:
        head = mark + struct.pack(order + "HI", 42, 8) + struct.pack(order + "H", len(known))
        rows = b"".join(struct.pack(order + "HHII", tag, 4, 1, value) for tag, value in sorted(known.items()))
    return head + rows + bytes(300)


def bmp(width: int, height: int, compression: int = 0, header: int = 40) -> bytes:
    """The beginning of a bitmap."""
    if header == 12:
        size = struct.pack("<IHHHH", 12, width, height, 1, 24)
    else:
        size = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8 if compression else 24, compression, 0, 0, 0, 2, 0)
    return b"BM" + struct.pack("<IHHI", 2000, 0, 0, 14 + len(size) + 8) + size + bytes(2000)


def gif(screen: tuple[int, int], *frames: tuple[int, int, int, int], blocks: bytes = b"\x02\x4c\x01\x00") -> bytes:
    """A GIF of black and white.  frames: left, top, width, height"""
    head = b"GIF89a" + struct.pack("<HHBBB", *screen, 0x80, 0, 0) + bytes([0, 0, 0, 255, 255, 255])
    pictures = b"".join(b"\x2c" + struct.pack("<HHHHB", *each, 0) + b"\x02" + blocks for each in frames)
    return head + pictures + b"\x3b"
