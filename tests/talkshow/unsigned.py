"""Files without their Content Credentials, which are other bytes each time although they say the same."""

from __future__ import annotations

from pathlib import Path

C2PA_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")  # the identifier of its box in ISO media files


def unsigned(file: Path | bytes) -> bytes:
    """The file's bytes, without the chunk or box that holds the credentials. Other files as they are."""
    data = file if isinstance(file, bytes) else file.read_bytes()
    if data[:4] == b"RIFF":
        chunks = list(_chunks(data))
        return data[8:12] + b"".join(chunk for name, chunk in chunks if name != b"C2PA")
    if data[4:8] == b"ftyp":
        return b"".join(_without_places(box) for box in _boxes(data) if box[4:8] != b"uuid" or box[8:24] != C2PA_BOX)
    return data


def _chunks(data: bytes):
    place = 12
    while place + 8 <= len(data):
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        yield data[place : place + 4], data[place : place + 8 + size + size % 2]
        place += 8 + size + size % 2


def _boxes(data: bytes):
    place = 0
    while place + 8 <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        if size == 1:
            size = int.from_bytes(data[place + 8 : place + 16], "big")
        size = size or len(data) - place
        yield data[place : place + size]
        place += size


def _without_places(box: bytes) -> bytes:
    """An index without the places of chunks in the file: they move with the size of the credentials."""
    for name, width in ((b"stco", 4), (b"co64", 8)):
        at = box.find(name) if box[4:8] == b"moov" else -1
        while at >= 0:
            count = int.from_bytes(box[at + 8 : at + 12], "big")
            begin, end = at + 12, at + 12 + width * count
            box = box[:begin] + bytes(end - begin) + box[end:]
            at = box.find(name, end)
    return box
