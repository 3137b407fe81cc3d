"""Sound and video byte by byte: headers that claim what is not there."""

from __future__ import annotations

import struct


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of an MP4."""
    content = b"".join(parts)
    return struct.pack(">I", 8 + len(content)) + kind + content


def full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    """A box with a version and flags."""
    return box(kind, struct.pack(">I", flags), *parts)


def numbers(*values: int) -> bytes:
    """32 bits each."""
    return struct.pack(f">{len(values)}I", *values)


def table(kind: bytes, *rows: tuple[int, ...]) -> bytes:
    """A table of an MP4."""
    return full(kind, numbers(len(rows)), *(numbers(*row) for row in rows))


def sizes(count: int, each: int) -> bytes:
    """A table that gives all samples one size."""
    return full(b"stsz", numbers(each, count))


AAC = box(b"mp4a", bytes(6), struct.pack(">H", 1), bytes(8), struct.pack(">HHHHI", 2, 16, 0, 0, 48_000 << 16))
PCM = box(b"sowt", bytes(6), struct.pack(">H", 1), bytes(8), struct.pack(">HHHHI", 1, 16, 0, 0, 48_000 << 16))
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def mp4(*tables: bytes, entry: bytes = AAC, beside: bytes = b"", behind: bytes = b"") -> bytes:
    """An MP4 with one track of sound.  beside: boxes beside the track, behind: boxes behind the header."""
    movie = full(
        b"mvhd", numbers(0, 0, 1000, 1000, 0x10000), struct.pack(">H", 0x100), bytes(10), _MATRIX, bytes(24), numbers(2)
    )
    track = full(
        b"tkhd",
        numbers(0, 0, 1, 0, 1000),
        bytes(8),
        struct.pack(">HHHH", 0, 0, 0x100, 0),
        _MATRIX,
        numbers(0, 0),
        flags=3,
    )
    media = full(b"mdhd", numbers(0, 0, 48_000, 48_000), struct.pack(">HH", 0x55C4, 0))
    handler = full(b"hdlr", bytes(4), b"soun", bytes(12), b"x\0")
    data = box(b"dinf", full(b"dref", numbers(1), full(b"url ", flags=1)))
    described = box(b"stbl", full(b"stsd", numbers(1), entry), *tables)
    mdia = box(b"mdia", media, handler, box(b"minf", full(b"smhd", bytes(4)), data, described))
    header = box(b"moov", movie, box(b"trak", track, mdia), beside)
    return box(b"ftyp", b"isom", numbers(512), b"isomiso2mp41") + header + behind + box(b"mdat", bytes(4000))


def fragment(count: int) -> bytes:
    """A fragment whose samples need no bytes."""
    run = full(b"trun", numbers(count))
    return box(b"moof", full(b"mfhd", numbers(1)), box(b"traf", full(b"tfhd", numbers(1)), run))


FRAGMENTED = box(b"mvex", full(b"trex", numbers(1, 1, 1024, 1, 0)))


def wav(channels: int, rate: int, *, claimed: int | None = None, sound: bytes = bytes(60_000)) -> bytes:
    """A WAV of 16 bits."""
    claimed = len(sound) if claimed is None else claimed
    width = 2 * channels
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * width % 2**32, width % 2**16, 16)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", claimed) + sound
    return b"RIFF" + struct.pack("<I", min(len(body), 2**32 - 1)) + body


def element(identity: str, *parts: bytes) -> bytes:
    """An element of Matroska."""
    content = b"".join(parts)
    return bytes.fromhex(identity) + (1 << 56 | len(content)).to_bytes(8, "big") + content


def matroska(num_tracks: int = 1, *more: bytes) -> bytes:
    """A Matroska file of as many tracks of sound.  more: elements before the tracks."""
    head = element("1A45DFA3", element("4282", b"matroska"), element("4287", b"\4"), element("4285", b"\2"))
    about = element("1549A966", element("2AD7B1", (1_000_000).to_bytes(4, "big")))
    rate = element("E1", element("B5", struct.pack(">d", 48_000)), element("9F", b"\1"), element("6264", b"\x10"))
    tracks = (
        element(
            "AE",
            element("D7", (n + 1).to_bytes(4, "big")),
            element("73C5", (n + 1).to_bytes(4, "big")),
            element("83", b"\2"),
            element("86", b"A_PCM/INT/LIT"),
            rate,
        )
        for n in range(num_tracks)
    )
    cluster = element("1F43B675", element("E7", b"\0"), element("A3", b"\x81\0\0\x80", bytes(9600)))
    return head + element("18538067", about, *more, element("1654AE6B", *tracks), cluster)


def tags(count: int) -> bytes:
    """Notes about a Matroska file, each with a name of its own."""
    notes = (element("67C8", element("45A3", b"T%d" % n), element("4487", b"v")) for n in range(count))
    return element("1254C367", element("7373", element("63C0"), *notes))


def chapters(count: int) -> bytes:
    """Chapters of a Matroska file."""
    atoms = (
        element("B6", element("73C4", (n + 1).to_bytes(4, "big")), element("91", (n * 1000).to_bytes(6, "big")))
        for n in range(count)
    )
    return element("1043A770", element("45B9", *atoms))


def flac_with(kind: int, content: bytes, flac: bytes) -> bytes:
    """A FLAC file with one more block of notes after its first."""
    return (
        flac[:4]
        + bytes([flac[4] & 0x7F])
        + flac[5:42]
        + bytes([kind])
        + len(content).to_bytes(3, "big")
        + content
        + flac[42:]
    )


def cover(picture: bytes) -> bytes:
    """A FLAC block that holds a picture."""
    return numbers(3, 9) + b"image/png" + numbers(0, 0, 0, 0, 0, len(picture)) + picture
