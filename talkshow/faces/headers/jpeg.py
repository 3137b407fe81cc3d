"""JPEG (ITU-T T.81), read marker by marker as libjpeg does, which skips bytes between markers."""

from __future__ import annotations

from dataclasses import dataclass

from talkshow.faces.headers.base import BrokenHeader, Header, unpack

MAGIC = b"\xff\xd8\xff"
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # start of frame, for any coding
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without content
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_MOST_SCANS = 200  # progressive files have about ten; each takes as long to decode as the whole picture


@dataclass(frozen=True)
class _Frame:
    """coefficient_bytes: of all blocks of the picture, which the decoder keeps if there are several scans."""

    width: int
    height: int
    num_components: int
    coefficient_bytes: int
    progressive: bool


def read_jpeg(data: bytes) -> Header:
    """Raises BrokenHeader, also for a height that follows the picture (DNL)."""
    at, frame = 2, None
    while True:
        at = _next_marker(data, at)
        marker, at = data[at], at + 1
        if marker in _ALONE:
            continue
        if marker in (_START, _END):
            raise BrokenHeader("it contains no picture")
        if marker == _SCAN:
            break
        (length,) = unpack(">H", data, at)
        if marker in _FRAMES:
            if frame is not None:
                raise BrokenHeader("it has more than one size")
            frame = _read_frame(data, at, marker)
        at += max(2, length)
    if frame is None:
        raise BrokenHeader("it has no size")
    if data.count(b"\xff\xda") > _MOST_SCANS:
        raise BrokenHeader("it has too many scans")
    (in_first_scan,) = unpack("B", data, at + 2)
    in_several = frame.progressive or in_first_scan < frame.num_components
    return Header("JPEG", frame.width, frame.height, codec_bytes=frame.coefficient_bytes if in_several else 0)


def _next_marker(data: bytes, at: int) -> int:
    """The position of the next marker's code, after its 0xFF."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise BrokenHeader("it is cut short")
        while at + 1 < len(data) and data[at] == 0xFF:
            at += 1
        if data[at] not in (0x00, 0xFF):
            return at


def _read_frame(data: bytes, at: int, marker: int) -> _Frame:
    height, width, components = unpack(">HHB", data, at + 3)
    factors = [divmod(unpack("B", data, at + 9 + 3 * index)[0], 16) for index in range(components)]
    if (
        not width
        or not height
        or not 1 <= components <= 4
        or not all(1 <= side <= 4 for pair in factors for side in pair)
    ):
        raise BrokenHeader("its size is not in its header")
    across, down = max(pair[0] for pair in factors), max(pair[1] for pair in factors)
    groups = -(-width // (8 * across)) * -(-height // (8 * down))
    blocks = sum(horizontal * vertical for horizontal, vertical in factors) * groups
    return _Frame(width, height, components, 128 * blocks, marker in _PROGRESSIVE)  # 64 of 16 bits each
