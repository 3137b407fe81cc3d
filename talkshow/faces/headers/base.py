"""The header of a picture, whatever its format."""

from __future__ import annotations

import struct
from dataclasses import dataclass


class BrokenHeader(ValueError):
    """A picture whose header is cut short, contradicts itself, or holds what cannot be read safely."""


@dataclass(frozen=True)
class Header:
    """What decoding will take.

    width, height: pixels of the picture that is decoded
    channels:      of the array that OpenCV makes of it
    depth:         bytes a sample in that array
    codec_bytes:   what the decoder holds at most beside the array while it works
    """

    kind: str
    width: int
    height: int
    channels: int = 3
    depth: int = 1
    codec_bytes: int = 0

    @property
    def num_pixels(self) -> int:
        """Of the whole picture."""
        return self.width * self.height

    @property
    def memory(self) -> int:
        """Bytes that are held at once at most, from the decoder to the finished RGB picture.

        OpenCV copies its array once for Python; then 8-bit RGB is made of it.
        """
        array = self.num_pixels * self.channels * self.depth
        return array + max(array, self.codec_bytes, 3 * self.num_pixels)


def unpack(form: str, data: bytes, at: int) -> tuple[int, ...]:
    """`struct.unpack_from` for integers. Raises BrokenHeader where the data ends before."""
    try:
        values: tuple[int, ...] = struct.unpack_from(form, data, at)
    except struct.error:
        raise BrokenHeader("it is cut short") from None
    return values
