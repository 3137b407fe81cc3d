"""Reads pictures of any kind: PNG, JPEG, WebP, HEIC..., grey or with alpha, with an EXIF orientation, or huge."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from talkshow.errors import FaceError
from talkshow.faces.headers.base import BrokenHeader, Header
from talkshow.faces.headers.kinds import is_animated, name_of, read_header
from talkshow.faces.modern import COPY_AGAIN, KINDS, decode_modern, require_decoder
from talkshow.faces.orientation import has_unused_orientation, read_orientation, turned_upright
from talkshow.geometry import Frame
from talkshow.store.inputs import read_bytes

MAX_EDGE = 3072  # longest edge of the working copy, pixels: more than any frame needs
# larger pictures are refused before they are decoded
MAX_PIXELS = 200_000_000  # the largest phone photographs
MAX_MEMORY = 1_350_000_000  # bytes, including the file
MAX_BYTES = 500_000_000  # of a file
BACKDROP = 255  # the white behind transparent pixels
_BAND = 256  # rows
_CURE = "Give a PNG, JPEG or WebP picture that shows the characters' faces."


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture and its working copy.

    pixels: (height, width, 3) uint8 RGB, the working copy, longest edge at most `MAX_EDGE`
    scale:  original pixels per working pixel, >= 1 (the same across and down)
    size:   (width, height) of the original, upright
    data:   the file's bytes, so that the original can be shown again without holding it decoded
    turns:  quarter turns clockwise that bring a picture on its side upright, where its file does not say so
    remarks: what the user should know of how it was read
    """

    path: Path
    pixels: NDArray[np.uint8]
    scale: float
    size: tuple[int, int]
    data: bytes
    turns: int = 0
    remarks: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self.data).hexdigest()

    def original(self) -> NDArray[np.uint8]:
        """All pixels of the original, (height, width, 3) uint8 RGB."""
        if self.scale == 1:
            return self.pixels
        return np.ascontiguousarray(np.rot90(_decode(self.path, self.data), -self.turns))

    def turned(self, turns: int) -> Picture:
        """The picture turned clockwise by quarter turns."""
        pixels = np.ascontiguousarray(np.rot90(self.pixels, -turns))
        size = (self.size[1], self.size[0]) if turns % 2 else self.size
        return replace(self, pixels=pixels, size=size, turns=(self.turns + turns) % 4)


def load_picture(path: Path) -> Picture:
    """Read a picture file.  Raises FaceError if it is missing, is not a picture, or is too large."""
    return decode_picture(path, picture_bytes(path))


def picture_bytes(path: Path) -> bytes:
    """The content of a picture file.  Raises FaceError if it is missing or too large."""
    try:
        return read_bytes(path, MAX_BYTES)
    except OSError as exc:
        raise FaceError(
            f"{path}: the picture cannot be read ({exc.strerror or exc}). "
            "Check the path in the script or the --image option."
        ) from exc


def decode_picture(path: Path, data: bytes) -> Picture:
    """A picture from the content of its file.  Raises FaceError when it is not a picture, or too large."""
    pixels = _decode(path, data)
    height, width = pixels.shape[:2]
    if min(height, width) < 32:
        raise FaceError(f"{path}: a picture of {width}x{height} pixels is too small for a face. {_CURE}")
    scale = max(1.0, max(height, width) / MAX_EDGE)
    if scale > 1:
        import cv2

        small = (max(1, round(width / scale)), max(1, round(height / scale)))
        pixels = np.asarray(cv2.resize(pixels, small, interpolation=cv2.INTER_AREA), np.uint8)
    return Picture(path, pixels, scale, (width, height), data, remarks=_remarks(path, data))


def _remarks(path: Path, data: bytes) -> tuple[str, ...]:
    """What was assumed of a picture that could be read."""
    remarks = []
    if is_animated(data):
        remarks.append(f"{path}: this picture moves; its first frame is used")
    if (kind := name_of(data)) in KINDS and has_unused_orientation(data):
        remarks.append(
            f"{path}: its EXIF data asks for a turn, but the {kind} file itself does not, which counts. "
            "If it is on its side, turn it and save it again"
        )
    return tuple(remarks)


def _decode(path: Path, data: bytes) -> NDArray[np.uint8]:
    """Bytes of a file -> upright (height, width, 3) uint8 RGB."""
    import cv2

    header = _checked_header(path, data)
    if header.kind in KINDS:
        return _in_bands(decode_modern(path, data, header.kind)[..., ::-1])
    # only these can have alpha; IMREAD_UNCHANGED would ignore the EXIF orientation of a JPEG
    flags = cv2.IMREAD_UNCHANGED if header.kind in ("PNG", "WebP") else cv2.IMREAD_COLOR
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as exc:
        if exc.code == cv2.Error.StsNoMem:
            raise FaceError(
                f"{path}: there is not enough memory for {header.width}x{header.height} pixels. Scale the picture down."
            ) from exc
        image = None
    if image is not None and flags == cv2.IMREAD_UNCHANGED and (orientation := read_orientation(data, header.kind)) > 1:
        image = turned_upright(image, orientation)
    if image is None:
        raise FaceError(f"{path}: this {header.kind} file is damaged or of an unsupported kind. {_CURE}")
    if sorted(image.shape[:2]) != sorted((header.width, header.height)):  # possibly turned upright
        raise FaceError(
            f"{path}: this {header.kind} file claims {header.width}x{header.height} pixels, but "
            f"contains {image.shape[1]}x{image.shape[0]}. {_CURE}"
        )
    return _in_bands(image)


def _in_bands(image: NDArray[Any]) -> NDArray[np.uint8]:
    """`_as_rgb`, with less memory: one band at a time."""
    if image.ndim == 3 and image.shape[2] == 3 and image.dtype == np.uint8:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)
    pixels = np.empty((*image.shape[:2], 3), np.uint8)
    for top in range(0, len(image), _BAND):
        pixels[top : top + _BAND] = _as_rgb(image[top : top + _BAND])
    return pixels


def _checked_header(path: Path, data: bytes) -> Header:
    """Raises FaceError for a file that is not a picture, and for one that would take too much memory."""
    try:
        header = read_header(data)
    except BrokenHeader as exc:
        if name_of(data) in KINDS:
            require_decoder(path, name_of(data))
            raise FaceError(f"{path}: this {name_of(data)} file is damaged or cut short: {exc}. {COPY_AGAIN}") from exc
        raise FaceError(f"{path}: this {name_of(data)} file cannot be read: {exc}. {_CURE}") from exc
    if header is None:
        name = name_of(data)
        raise FaceError(
            f"{path}: {name} pictures cannot be read. Convert it to PNG or JPEG."
            if name
            else f"{path}: not a picture that talkshow can read. {_CURE}"
        )
    if header.kind in KINDS:
        require_decoder(path, header.kind)
    if header.num_pixels > MAX_PIXELS:
        raise FaceError(
            f"{path}: {header.width}x{header.height} pixels are more than talkshow can process "
            f"({MAX_PIXELS // 1_000_000} megapixels). Scale the picture down."
        )
    if header.memory + len(data) > MAX_MEMORY:
        raise FaceError(
            f"{path}: decoding this {header.kind} file of {header.width}x{header.height} pixels takes "
            f"{header.memory / 1e9:.1f} GB of memory, more than the limit of {MAX_MEMORY / 1e9:.2g} GB. "
            "Scale the picture down, or save it as JPEG."
        )
    return header


def _as_rgb(image: NDArray[Any]) -> NDArray[np.uint8]:
    """8- or 16-bit grey, BGR or BGRA -> 8-bit RGB, transparent pixels over `BACKDROP`."""
    import cv2

    if image.dtype == np.uint16:
        image = (image // 257).astype(np.uint8)
    if image.ndim == 2:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2RGB), np.uint8)
    if image.shape[2] == 4:
        alpha = image[..., 3:].astype(np.uint16)
        image = ((image[..., :3] * alpha + BACKDROP * (255 - alpha)) // 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


def as_png(picture: Frame) -> bytes:
    """An RGB picture as PNG."""
    return bytes(cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1])
