"""HEIC and AVIF pictures, decoded by the libraries of Pillow, upright as the file asks for."""

from __future__ import annotations

import importlib.util
import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.errors import FaceError

KINDS = ("HEIC", "AVIF")
COPY_AGAIN = "Copy it again, or save it as JPEG or PNG."
_CURES = {
    "HEIC": "Install what reads them: pip install 'talkshow[heic]', or save it as JPEG or PNG (phones can: Settings, "
    "Camera, Formats, Most Compatible).",
    "AVIF": "Install a newer Pillow: pip install 'pillow>=11.3', or save it as JPEG or PNG.",
}


def require_decoder(path: Path, kind: str) -> None:
    """Raises FaceError with the cure where pictures of this kind cannot be decoded here."""
    from PIL import features

    here = importlib.util.find_spec("pillow_heif") is not None if kind == "HEIC" else bool(features.check("avif"))
    if not here:
        raise FaceError(f"{path}: {kind} pictures cannot be read here. {_CURES[kind]}")


def decode_modern(path: Path, data: bytes, kind: str) -> NDArray[Any]:
    """Bytes of a file whose header was checked -> upright (height, width, 3 or 4) uint8 RGB or RGBA; its first frame.

    Raises FaceError for a damaged file.
    """
    from PIL import Image, ImageOps

    if kind == "HEIC":
        import pillow_heif

        pillow_heif.register_heif_opener()
    try:
        with warnings.catch_warnings():  # the size was checked before
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=["HEIF" if kind == "HEIC" else "AVIF"]) as opened:
                upright = ImageOps.exif_transpose(opened)
                has_alpha = "A" in upright.getbands() or "transparency" in upright.info
                return np.asarray(upright.convert("RGBA" if has_alpha else "RGB"), np.uint8)
    except (OSError, ValueError, SyntaxError, RuntimeError, EOFError, MemoryError, Image.DecompressionBombError) as exc:
        raise FaceError(f"{path}: this {kind} file is damaged or cut short. {COPY_AGAIN}") from exc
