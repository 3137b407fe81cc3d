"""The picture formats that are read, identified by the first bytes of a file."""

from __future__ import annotations

from collections.abc import Callable

from talkshow.faces.headers import jpeg, png
from talkshow.faces.headers.base import Header
from talkshow.faces.headers.bitmaps import num_frames, read_bmp, read_gif
from talkshow.faces.headers.bmff import read_bmff
from talkshow.faces.headers.jpeg import read_jpeg
from talkshow.faces.headers.png import read_png
from talkshow.faces.headers.tiff import read_tiff
from talkshow.faces.headers.webp import read_webp

Reader = Callable[[bytes], Header]

# (first bytes, their position, name, reader of the header)
_KINDS: tuple[tuple[bytes, int, str, Reader | None], ...] = (
    (png.MAGIC, 0, "PNG", read_png),
    (jpeg.MAGIC, 0, "JPEG", read_jpeg),
    (b"WEBP", 8, "WebP", read_webp),
    (b"GIF87a", 0, "GIF", read_gif),
    (b"GIF89a", 0, "GIF", read_gif),
    (b"BM", 0, "BMP", read_bmp),
    (b"II*\0", 0, "TIFF", read_tiff),
    (b"MM\0*", 0, "TIFF", read_tiff),
    (b"II+\0", 0, "TIFF", read_tiff),
    (b"MM\0+", 0, "TIFF", read_tiff),
    (b"ftypavif", 4, "AVIF", read_bmff),
    (b"ftypavis", 4, "AVIF", read_bmff),
    (b"ftyphei", 4, "HEIC", read_bmff),
    (b"ftyphev", 4, "HEIC", read_bmff),
    (b"ftypmif1", 4, "HEIC", read_bmff),
    (b"ftypmsf1", 4, "HEIC", read_bmff),
    # not read: their decoded size is not known in advance, or they are not raster pictures
    (b"\0\0\0\x0cjP", 0, "JPEG 2000", None),
    (b"\xff\x4f\xff\x51", 0, "JPEG 2000", None),
    (b"\0\0\0\x0cJXL ", 0, "JPEG XL", None),
    (b"\xff\x0a", 0, "JPEG XL", None),
    (b"8BPS", 0, "Photoshop", None),
    (b"#?R", 0, "Radiance HDR", None),
    (b"\x76\x2f\x31\x01", 0, "OpenEXR", None),
    (b"%PDF", 0, "PDF", None),
    (b"<svg", 0, "SVG", None),
)


def name_of(data: bytes) -> str:
    """The format of a file by its first bytes, including formats that are not read; "" if it is unknown."""
    return next((name for magic, at, name, _ in _KINDS if data.startswith(magic, at)), "")


def read_header(data: bytes) -> Header | None:
    """Size and memory of a picture; None for a format that is not read. Raises BrokenHeader."""
    reader = next((reader for magic, at, _, reader in _KINDS if data.startswith(magic, at)), None)
    return reader(data) if reader else None


def is_animated(data: bytes) -> bool:
    """Whether a readable picture has several frames: APNG, animated WebP, GIF, sequences of AVIF and HEIC."""
    kind = name_of(data)
    if kind == "PNG":
        start = data.find(b"IDAT")
        return b"acTL" in data[: max(start, 0)]
    if kind == "WebP":
        return b"ANMF" in data[12:] and data[12:16] == b"VP8X"
    if kind == "GIF":
        return num_frames(data) > 1
    return data[4:12] in (b"ftypavis", b"ftypmsf1", b"ftyphevc", b"ftyphevx")
