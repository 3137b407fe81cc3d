"""Counts the samples that the tables of an MP4 or QuickTime file claim (ISO/IEC 14496-12), before FFmpeg trusts them.

FFmpeg builds an index of all samples when it opens the file. Tables with one size for all samples need no bytes in the
file, so a file of one kilobyte can claim gigabytes of index. Boxes are read exactly as FFmpeg reads them, even if they
are damaged, so that the count is the same.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import FileIO

import numpy as np
from numpy.typing import NDArray

_CONTAINERS = {
    b"moov",
    b"trak",
    b"mdia",
    b"minf",
    b"stbl",
    b"edts",
    b"udta",
    b"dinf",
    b"mvex",
    b"moof",
    b"traf",
    b"tref",
    b"ilst",
    b"sinf",
    b"schi",
    b"hoov",
}
_AT_TOP = _CONTAINERS | {b"meta", b"free", b"cmov"}  # read at the top level of the file; all others are skipped
_TABLES = (b"stsz", b"stz2", b"trun", b"cmov")
_PLAIN = (
    b"sowt",
    b"twos",
    b"raw ",
    b"NONE",
    b"in24",
    b"in32",
    b"fl32",
    b"fl64",
    b"lpcm",
    b"ipcm",
    b"fpcm",
    b"alaw",
    b"ulaw",
)  # uncompressed sound
_DEEPEST = 12
_MOST_BOXES = 2_000_000
_LARGEST_HEADER = 256 << 20
_UNCOUNTED = 1 << 62  # if they cannot be counted

Box = tuple[bytes, int, int]  # (type, start of its content, end of its content)


def claimed_samples(file: FileIO, size: int) -> int:
    """Samples that FFmpeg would index; 0 for files of other kinds.  size: of the file, in bytes."""
    total = at = 0
    for _ in range(_MOST_BOXES):
        if at + 8 > size:
            return total
        file.seek(at)
        head = file.read(16)
        kind, length = head[4:8], _length(head, size - at)
        if length < 8:
            return total
        if kind in _AT_TOP:
            if length > _LARGEST_HEADER:
                return total if kind == b"free" else _UNCOUNTED
            file.seek(at)
            total += _Counter(file.read(length)).total
        at += length
    return _UNCOUNTED


def _length(head: bytes, room: int) -> int:
    """Bytes of a box with its header, limited to the space left."""
    length = int.from_bytes(head[:4], "big")
    if length == 1 and len(head) >= 16:
        length = int.from_bytes(head[8:16], "big")
    return min(length or room, room)


@dataclass
class _Track:
    """listed, equal: samples in tables that list their sizes, and in those that give one size for all
    durations:      (number of rows, the first row's duration) of each table of times
    chunks:         (num_rows, 3): first chunk, samples in each, description
    handlers:       kinds of media
    packed:         whether samples come in groups, as those of a codec do
    """

    listed: int = 0
    equal: int = 0
    durations: list[tuple[int, int]] = field(default_factory=list)
    chunks: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 3), np.int64))
    num_chunks: int = 0
    handlers: set[bytes] = field(default_factory=set)
    packed: bool = False

    @property
    def entries(self) -> int:
        """Entries of FFmpeg's index."""
        plain_sound = b"soun" in self.handlers and b"vide" not in self.handlers and self.durations == [(1, 1)]
        if not self.equal or not plain_sound:
            return self.listed + self.equal
        # uncompressed sound: one entry for many samples of a chunk
        many = 160 if self.packed else 1024
        first = np.minimum(self.chunks[:, 0], self.num_chunks + 1)
        num = np.maximum(0, np.diff(np.append(first, self.num_chunks + 1)))
        return self.listed + int((num * -(-self.chunks[:, 1] // many)).sum())


class _Counter:
    """Counts in one top-level box and everything in it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._tracks: list[_Track] = [_Track()]  # the first: for tables outside any track
        self._elsewhere = 0
        self._walk(0, len(data), 0)

    @property
    def total(self) -> int:
        """Samples claimed by all tracks and fragments."""
        return self._elsewhere + sum(track.entries for track in self._tracks)

    def _walk(self, at: int, end: int, depth: int) -> None:
        if depth > _DEEPEST:
            self._elsewhere = _UNCOUNTED
            return
        for kind, first, last in self._boxes(at, end):
            content = self._data[first : first + 8]
            if kind == b"trak":
                self._tracks.append(_Track())
            if kind in _CONTAINERS or (kind == b"free" and content[4:] in (b"mvhd", b"cmov")):
                self._walk(first, last, depth + 1)
            elif kind == b"meta":
                self._walk(self._behind_version(first, last), last, depth + 1)
            elif kind == b"cmov" or (kind == b"stsd" and self._hides_tables(first, last)):
                self._elsewhere = _UNCOUNTED
            else:
                self._table(kind, first, last)

    def _hides_tables(self, first: int, last: int) -> bool:
        return any(self._data.find(name, first, last) >= 0 for name in _TABLES)

    def _boxes(self, at: int, end: int) -> Iterator[Box]:
        while at + 8 <= end:
            head = self._data[at : at + 16]
            length, header = _length(head, end - at), 16 if head[:4] == b"\0\0\0\1" else 8
            if length < header:
                return
            yield head[4:8], at + header, at + length
            at += length

    def _behind_version(self, first: int, last: int) -> int:
        """The start of the boxes in a `meta` box: FFmpeg searches for the first of them."""
        for at in range(first, last - 4, 4):
            if self._data[at : at + 4] == b"hdlr":
                return at - 4
        return last

    def _table(self, kind: bytes, first: int, last: int) -> None:
        track, numbers = self._tracks[-1], self._numbers(first, last, 4)
        room = last - first
        if kind == b"stsz" and numbers[1]:
            track.equal += numbers[2]
        elif kind in (b"stsz", b"stz2"):
            track.listed += min(numbers[2], room // 4 if kind == b"stsz" else 2 * room)
        elif kind == b"trun":
            self._elsewhere += numbers[1]
        elif kind == b"hdlr":
            track.handlers.add(self._data[first + 8 : first + 12])
        elif kind == b"stsd":
            version, group = (int.from_bytes(self._data[first + at : first + at + 4], "big") for at in (22, 44))
            track.packed |= self._data[first + 12 : first + 16] not in _PLAIN or (version & 0xFFFF == 1 and group > 1)
        elif kind == b"stts":
            track.durations.append((numbers[1], numbers[3]))
        elif kind == b"stsc":
            num = min(numbers[1], max(0, room - 8) // 12)
            rows = np.frombuffer(self._data, ">u4", 3 * num, first + 8).reshape(num, 3).astype(np.int64)
            track.chunks = np.concatenate([track.chunks, rows])
        elif kind in (b"stco", b"co64"):
            track.num_chunks = max(track.num_chunks, min(numbers[1], room // (4 if kind == b"stco" else 8)))

    def _numbers(self, first: int, last: int, num: int) -> tuple[int, ...]:
        """The given number of 32-bit numbers; 0 where the box is shorter."""
        return struct.unpack(f">{num}I", self._data[first : min(last, first + 4 * num)].ljust(4 * num, b"\0"))
