"""TIFF 6.0 and BigTIFF: the first picture of the file, and its strips or tiles."""

from __future__ import annotations

from talkshow.faces.headers.base import BrokenHeader, Header, unpack

_CLASSIC, _BIG = 42, 43
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _SAMPLES, _ROWS = 256, 257, 258, 259, 277, 278
_TILE_WIDTH, _TILE_HEIGHT = 322, 323
_READ = (_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _SAMPLES, _ROWS, _TILE_WIDTH, _TILE_HEIGHT)
_FORMS = {1: "B", 3: "H", 4: "I", 16: "Q"}  # integer types
# none, CCITT, LZW, JPEG, deflate, PackBits: data in other compressions may differ from the stated size
_COMPRESSIONS = (1, 2, 3, 4, 5, 7, 8, 32773, 32946)
_RGBA = 4  # bytes per pixel to which libtiff converts a strip or tile


def read_tiff(data: bytes) -> Header:
    """Raises BrokenHeader."""
    order = "<" if data[:2] == b"II" else ">"
    values = _first_directory(data, order)
    width, height = values.get(_WIDTH, 0), values.get(_HEIGHT, 0)
    samples, bits = values.get(_SAMPLES, 1), values.get(_BITS, 1)
    if not width or not height or not 1 <= samples <= 64 or bits not in (1, 2, 4, 8, 16, 32, 64):
        raise BrokenHeader("its size is not in its header")
    if values.get(_COMPRESSION, 1) not in _COMPRESSIONS:
        raise BrokenHeader(f"its compression (number {values[_COMPRESSION]}) is not read")
    if _TILE_WIDTH in values or _TILE_HEIGHT in values:
        piece = values.get(_TILE_WIDTH, 0) * values.get(_TILE_HEIGHT, 0)
    else:
        piece = width * min(height, values.get(_ROWS, height))
    if not piece:
        raise BrokenHeader("its strips or tiles are empty")
    return Header("TIFF", width, height, codec_bytes=piece * (_RGBA + 2 * samples * max(1, bits // 8)))


def _first_directory(data: bytes, order: str) -> dict[int, int]:
    """The first number of each tag that matters."""
    (version,) = unpack(order + "H", data, 2)
    if version == _BIG:
        size_of_offset, zero, at = unpack(order + "HHQ", data, 4)
        if (size_of_offset, zero) != (8, 0):
            raise BrokenHeader("it is not a valid BigTIFF")
        (num,) = unpack(order + "Q", data, at)
        first, step, value_at, short = at + 8, 20, 12, 8
    else:
        (at,) = unpack(order + "I", data, 4)
        (num,) = unpack(order + "H", data, at)
        first, step, value_at, short = at + 2, 12, 8, 4
    if num > 65_535:
        raise BrokenHeader("it has too many entries")
    values: dict[int, int] = {}
    for entry in range(first, first + step * num, step):
        tag, kind = unpack(order + "HH", data, entry)
        if tag not in _READ:
            continue
        if kind not in _FORMS or tag in values:
            raise BrokenHeader(f"its entry {tag} is not a number")
        form = order + _FORMS[kind]
        (count,) = unpack(order + ("Q" if version == _BIG else "I"), data, entry + 4)
        place = entry + value_at
        if count * _SIZES[kind] > short:
            (place,) = unpack(order + ("Q" if version == _BIG else "I"), data, place)
        (values[tag],) = unpack(form, data, place)
    return values


_SIZES = {1: 1, 3: 2, 4: 4, 16: 8}
