"""Reads a picture whatever it is: PNG, JPEG or WebP, grey or with alpha, turned by its EXIF note, or huge."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talkshow.errors import FaceError

MAX_EDGE = 3072                 # longest edge of the working copy, pixels: more than any frame needs
MAX_PIXELS = 200_000_000        # more than this is refused before it is decoded
BACKDROP = 128                  # the grey behind transparent pixels
_CURE = "Give a PNG, JPEG or WebP picture that shows the characters' faces."


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture and its working copy.

    pixels: (height, width, 3) uint8 RGB, the working copy, longest edge at most `MAX_EDGE`
    scale:  original pixels per working pixel, >= 1 (the same across and down)
    size:   (width, height) of the original, upright
    data:   the file's bytes, so that the original can be shown again without holding it decoded
    """

    path: Path
    pixels: NDArray[np.uint8]
    scale: float
    size: tuple[int, int]
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self.data).hexdigest()

    def original(self) -> NDArray[np.uint8]:
        """All pixels of the original, (height, width, 3) uint8 RGB."""
        return self.pixels if self.scale == 1 else _decode(self.path, self.data)


def load_picture(path: Path) -> Picture:
    """Read a picture file.  Raises FaceError when it is missing, no picture, or too large."""
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise FaceError(f"{path}: the picture cannot be read ({exc.strerror or exc}). "
                        "Check the path in the script or the --image option.") from exc
    stored = stored_size(data)
    if stored and stored[0] * stored[1] > MAX_PIXELS:
        raise FaceError(f"{path}: {stored[0]}x{stored[1]} pixels are more than can be worked on "
                        f"({MAX_PIXELS // 1_000_000} megapixels). Scale the picture down.")
    pixels = _decode(path, data)
    height, width = pixels.shape[:2]
    if min(height, width) < 32:
        raise FaceError(f"{path}: a picture of {width}x{height} pixels is too small for a face. {_CURE}")
    scale = max(1.0, max(height, width) / MAX_EDGE)
    if scale > 1:
        import cv2

        small = (max(1, round(width / scale)), max(1, round(height / scale)))
        pixels = np.asarray(cv2.resize(pixels, small, interpolation=cv2.INTER_AREA), np.uint8)
    return Picture(path, pixels, scale, (width, height), data)


def _decode(path: Path, data: bytes) -> NDArray[np.uint8]:
    """Bytes of a file -> upright (height, width, 3) uint8 RGB."""
    import cv2

    raw = np.frombuffer(data, np.uint8)
    # only these can hold alpha; IMREAD_UNCHANGED would ignore the EXIF orientation of a JPEG
    may_be_transparent = data[:8] == b"\x89PNG\r\n\x1a\n" or data[8:12] == b"WEBP"
    flags = cv2.IMREAD_UNCHANGED if may_be_transparent else cv2.IMREAD_COLOR
    try:
        image = cv2.imdecode(raw, flags) if len(raw) else None
    except cv2.error:
        image = None
    if image is None:
        raise FaceError(f"{path}: not a picture that can be read. {_CURE}")
    if image.dtype == np.uint16:
        image = (image // 257).astype(np.uint8)
    if image.ndim == 2:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2RGB), np.uint8)
    if image.shape[2] == 4:
        alpha = image[..., 3:].astype(np.uint16)
        image = ((image[..., :3] * alpha + BACKDROP * (255 - alpha)) // 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


def stored_size(data: bytes) -> tuple[int, int] | None:
    """(width, height) as written in a PNG, JPEG or WebP header; None where it cannot be told.

    Formats: PNG (ISO 15948) IHDR, JPEG (ITU T.81) start of frame, WebP (RFC 9649) VP8X.
    """
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if data[8:16] == b"WEBPVP8X" and len(data) >= 30:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if data[:2] == b"\xff\xd8":
        at = 2
        while at + 9 < len(data) and data[at] == 0xFF:
            marker, length = data[at + 1], int.from_bytes(data[at + 2:at + 4], "big")
            if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
                height, width = struct.unpack(">HH", data[at + 5:at + 9])
                return int(width), int(height)
            at += 2 + length
    return None
