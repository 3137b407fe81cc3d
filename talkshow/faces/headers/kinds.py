"""The white list of pictures: which file is which, by its first bytes alone."""

from __future__ import annotations

from collections.abc import Callable

from talkshow.faces.headers import jpeg, png
from talkshow.faces.headers.base import Header
from talkshow.faces.headers.bitmaps import read_bmp, read_gif
from talkshow.faces.headers.jpeg import read_jpeg
from talkshow.faces.headers.png import read_png
from talkshow.faces.headers.tiff import read_tiff
from talkshow.faces.headers.webp import read_webp

Reader = Callable[[bytes], Header]

# (bytes, where they stand, name, what reads it)
_READ: tuple[tuple[bytes, int, str, Reader], ...] = (
    (png.MAGIC, 0, "PNG", read_png), (jpeg.MAGIC, 0, "JPEG", read_jpeg), (b"WEBP", 8, "WebP", read_webp),
    (b"GIF87a", 0, "GIF", read_gif), (b"GIF89a", 0, "GIF", read_gif), (b"BM", 0, "BMP", read_bmp),
    (b"II*\0", 0, "TIFF", read_tiff), (b"MM\0*", 0, "TIFF", read_tiff),
    (b"II+\0", 0, "TIFF", read_tiff), (b"MM\0+", 0, "TIFF", read_tiff),
)
# pictures whose size is not known before they are decoded, or that are no pictures of pixels
_KNOWN: tuple[tuple[bytes, int, str], ...] = (
    (b"ftypavif", 4, "AVIF"), (b"ftypavis", 4, "AVIF"), (b"ftyphei", 4, "HEIC"), (b"ftyphev", 4, "HEIC"),
    (b"ftypmif1", 4, "HEIC"), (b"ftypmsf1", 4, "HEIC"), (b"\0\0\0\x0cjP", 0, "JPEG 2000"), (b"\xff\x4f\xff\x51", 0, "JPEG 2000"),
    (b"\0\0\0\x0cJXL ", 0, "JPEG XL"), (b"\xff\x0a", 0, "JPEG XL"), (b"8BPS", 0, "Photoshop"), (b"%PDF", 0, "PDF"),
    (b"<svg", 0, "SVG"), (b"#?R", 0, "Radiance HDR"), (b"\x76\x2f\x31\x01", 0, "OpenEXR"),
)


def name_of(data: bytes) -> str:
    """What a file is by its first bytes, of pictures that are read and of others; "" where it is neither."""
    for magic, at, name, *_ in (*_READ, *_KNOWN):
        if data[at:at + len(magic)] == magic:
            return name
    return ""


def read_header(data: bytes) -> Header | None:
    """Size and memory of a picture; None where it is none of those that are read. Raises BrokenHeader."""
    for magic, at, _, reader in _READ:
        if data[at:at + len(magic)] == magic:
            return reader(data)
    return None
