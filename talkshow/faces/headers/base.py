"""The header of a picture of any format."""

from __future__ import annotations

import struct
from dataclasses import dataclass


class BrokenHeader(ValueError):
    """A picture whose header is truncated, contradicts itself, or cannot be read safely."""


@dataclass(frozen=True)
class Header:
    """The size of a picture and the cost of decoding it.

    width, height: pixels of the picture that is decoded
    channels:      of the array that OpenCV decodes it to
    depth:         bytes per sample in that array
    codec_bytes:   the most that the decoder needs besides the array
    """

    kind: str
    width: int
    height: int
    channels: int = 3
    depth: int = 1
    codec_bytes: int = 0

    @property
    def num_pixels(self) -> int:
        """The number of pixels of the picture."""
        return self.width * self.height

    @property
    def memory(self) -> int:
        """Peak memory in bytes, from the decoder to the finished RGB picture.

        OpenCV copies its array once for Python; the copy is then converted to 8-bit RGB.
        """
        array = self.num_pixels * self.channels * self.depth
        return array + max(array, self.codec_bytes, 3 * self.num_pixels)


def unpack(form: str, data: bytes, at: int) -> tuple[int, ...]:
    """`struct.unpack_from` for integers. Raises BrokenHeader if the data is too short."""
    try:
        values: tuple[int, ...] = struct.unpack_from(form, data, at)
    except struct.error:
        raise BrokenHeader("it is cut short") from None
    return values
