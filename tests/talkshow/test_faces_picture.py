"""Pictures of every kind are read upright, and what is no picture says so."""

from __future__ import annotations

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest

from talkshow.errors import FaceError
from talkshow.faces.picture import MAX_EDGE, load_picture

GRADIENT = np.dstack([np.tile(np.linspace(0, 255, 80), (60, 1)), np.full((60, 80), 90), np.full((60, 80), 20)])
GRADIENT = GRADIENT.astype(np.uint8)


def written(path: Path, image: np.ndarray) -> Path:
    assert cv2.imwrite(str(path), image)
    return path


@pytest.mark.parametrize("ending", ["png", "jpg", "webp"])
def test_colours_and_size_survive_reading(tmp_path: Path, ending: str) -> None:
    picture = load_picture(written(tmp_path / f"a.{ending}", GRADIENT[..., ::-1]))
    assert picture.size == (80, 60) and picture.scale == 1
    assert np.abs(picture.pixels.astype(int) - GRADIENT).mean() < 8


def test_grey_and_sixteen_bits(tmp_path: Path) -> None:
    grey = load_picture(written(tmp_path / "grey.png", GRADIENT[..., 0]))
    assert np.array_equal(grey.pixels, np.repeat(GRADIENT[..., :1], 3, axis=2))
    deep = load_picture(written(tmp_path / "deep.png", GRADIENT[..., ::-1].astype(np.uint16) * 257))
    assert np.array_equal(deep.pixels, GRADIENT)


def test_transparent_places_are_not_filled_with_hidden_colours(tmp_path: Path) -> None:
    hidden = np.zeros((60, 80, 4), np.uint8)
    hidden[:, :, 1] = 255
    hidden[:, 40:, 3] = 255
    pixels = load_picture(written(tmp_path / "a.png", hidden)).pixels
    assert (pixels[:, :40] == 128).all() and (pixels[:, 40:] == (0, 255, 0)).all()


def test_exif_orientation_turns_a_jpeg_upright(tmp_path: Path) -> None:
    plain = written(tmp_path / "plain.jpg", GRADIENT[..., ::-1]).read_bytes()
    # one TIFF directory with the orientation tag (0x0112) at 6: turn clockwise by 90 degrees to show
    tiff = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 0)
    segment = b"Exif\0\0" + tiff
    turned = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + plain[2:]
    (tmp_path / "turned.jpg").write_bytes(turned)
    picture = load_picture(tmp_path / "turned.jpg")
    assert picture.size == (60, 80)
    assert np.abs(picture.pixels.astype(int) - np.rot90(GRADIENT, -1)).mean() < 8


def test_a_large_picture_is_worked_on_small_but_shown_whole(tmp_path: Path) -> None:
    large = cv2.resize(GRADIENT, (6400, 4800), interpolation=cv2.INTER_NEAREST)
    picture = load_picture(written(tmp_path / "large.jpg", large))
    assert picture.size == (6400, 4800) and max(picture.pixels.shape) == MAX_EDGE
    assert picture.scale == pytest.approx(6400 / MAX_EDGE)
    assert picture.original().shape == (4800, 6400, 3)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"\xff\xd8\xff\xe0"])
def test_what_is_no_picture_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.png").write_bytes(content)
    with pytest.raises(FaceError, match=r"bad\.png.*PNG, JPEG or WebP"):
        load_picture(tmp_path / "bad.png")


def test_missing_file_and_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.png", tmp_path):
        with pytest.raises(FaceError, match="cannot be read"):
            load_picture(path)
