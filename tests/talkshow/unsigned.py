"""Files without their Content Credentials, which are other bytes each time although they say the same."""

from __future__ import annotations

import io
from pathlib import Path

import av


def unsigned(file: Path | bytes) -> bytes:
    """A file without the chunk of credentials; of a film, what it holds. Other files as they are."""
    data = file if isinstance(file, bytes) else file.read_bytes()
    if data[:4] == b"RIFF":
        chunks = list(_chunks(data))
        return data[8:12] + b"".join(chunk for name, chunk in chunks if name != b"C2PA")
    if data[4:8] == b"ftyp":
        return _packets(data)
    return data


def _chunks(data: bytes):
    place = 12
    while place + 8 <= len(data):
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        yield data[place : place + 4], data[place : place + 8 + size + size % 2]
        place += 8 + size + size % 2


def _packets(data: bytes) -> bytes:
    """What a film holds: its metadata, its coded sound with the times, and how bright each picture is, about."""
    with av.open(io.BytesIO(data)) as film:
        sound = film.demux(audio=0) if film.streams.audio else ()  # kept segments have none
        rows = [(packet.pts, bytes(packet)) for packet in sound if packet.size]
        metadata = sorted(film.metadata.items())
    with av.open(io.BytesIO(data)) as film:
        bright = [round(float(frame.to_ndarray(format="gray").mean()) / 16) for frame in film.decode(video=0)]
    return repr((metadata, rows, bright)).encode()
