"""Pictures of every kind are read upright, and what is no picture says so."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, features

from talkshow.errors import FaceError
from talkshow.faces.find import Face
from talkshow.faces.landmarks import Landmarks
from talkshow.faces.picture import MAX_EDGE, load_picture
from talkshow.faces.pictures import find_upright
from talkshow.geometry import Box

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
    assert (pixels[:, :40] == 255).all() and (pixels[:, 40:] == (0, 255, 0)).all()


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


CORNER = np.zeros((40, 64, 3), np.uint8)
CORNER[:20, :32] = 255  # the upper left quarter is white
TURNS = {  # EXIF orientation -> what a camera that was held so stores
    1: lambda image: image,
    2: lambda image: image[:, ::-1],
    3: lambda image: image[::-1, ::-1],
    4: lambda image: image[::-1],
    5: lambda image: image.swapaxes(0, 1),
    6: lambda image: np.rot90(image, 1),
    7: lambda image: image[::-1, ::-1].swapaxes(0, 1),
    8: lambda image: np.rot90(image, -1),
}


def tagged(kind: str, image: np.ndarray, orientation: int, order: str) -> bytes:
    """A picture whose file says how it was held, in one of the two byte orders of EXIF."""
    big = order == "MM"
    entry = struct.pack(f"{'>' if big else '<'}HHIHH", 0x0112, 3, 1, orientation, 0)
    head = (b"MM\0*\0\0\0\x08\0\x01" if big else b"II*\0\x08\0\0\0\x01\0") + entry + bytes(4)
    out = io.BytesIO()
    given = {"tiffinfo": {274: orientation}} if kind == "TIFF" else {"exif": b"Exif\0\0" * (kind == "JPEG") + head}
    Image.fromarray(np.ascontiguousarray(image)).save(out, kind, quality=95, **given)
    return out.getvalue()


@pytest.mark.parametrize("order", ["II", "MM"])
@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_all_orientations_are_shown_upright_once(tmp_path: Path, kind: str, orientation: int, order: str) -> None:
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow reads no AVIF")
    if kind == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    (tmp_path / "a.jpg").write_bytes(tagged(kind, TURNS[orientation](CORNER), orientation, order))
    picture = load_picture(tmp_path / "a.jpg")
    assert picture.size == (64, 40)
    assert np.abs(picture.pixels.astype(int) - CORNER).mean() < 12


@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_a_turn_of_the_file_counts_and_its_exif_data_turns_nothing_again(tmp_path: Path, kind: str) -> None:
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow reads no AVIF")
    if kind == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    stored, path = TURNS[6](CORNER), tmp_path / "a.heic"
    # an encoder may remove the tag, or make it a turn of the file: it is hidden as another, and put back
    hidden, true = (struct.pack("<HHIHH", tag, 3, 1, 6, 0) for tag in (0x0113, 0x0112))

    def with_tag(turn: bytes) -> bytes:
        exif = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(turn) // 12 + 1) + turn + hidden + bytes(4)
        out = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(stored)).save(out, kind, quality=95, exif=exif)
        return out.getvalue()

    both = with_tag(true)
    both = both if true in both else both.replace(hidden, true)
    assert true in both and b"irot" in both
    path.write_bytes(both)
    picture = load_picture(path)
    assert np.abs(picture.pixels.astype(int) - CORNER).mean() < 12 and not picture.remarks
    path.write_bytes(with_tag(b"").replace(hidden, true))  # left from before it was turned, or forgotten
    picture = load_picture(path)
    assert np.abs(picture.pixels.astype(int) - stored).mean() < 12
    assert "EXIF data asks for a turn" in " ".join(picture.remarks)


@pytest.mark.parametrize(
    "exif", [b"", b"II*\0", b"MM\0*\0\0\0\x08\xff\xff", b"Exif\0\0II*\0\xff\xff\xff\xff", b"x" * 40]
)
def test_damaged_exif_data_turns_nothing(tmp_path: Path, exif: bytes) -> None:
    Image.fromarray(CORNER).save(tmp_path / "a.png", exif=exif)
    assert np.array_equal(load_picture(tmp_path / "a.png").pixels, CORNER)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_of_a_picture_that_moves_the_first_frame_is_used(tmp_path: Path, kind: str) -> None:
    first = Image.fromarray(CORNER)
    path = tmp_path / "a.png"
    first.save(path, kind, save_all=True, append_images=[Image.fromarray(255 - CORNER)], lossless=True)
    picture = load_picture(path)
    assert np.abs(picture.pixels.astype(int) - CORNER).mean() < 2
    assert any("first frame" in remark for remark in picture.remarks)
    first.save(path, kind)
    assert not load_picture(path).remarks


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("TIFF", "a.tif")])
def test_colours_of_print_become_those_of_a_screen(tmp_path: Path, kind: str, name: str) -> None:
    Image.fromarray(CORNER).convert("CMYK").save(tmp_path / name, kind)
    assert np.abs(load_picture(tmp_path / name).pixels.astype(int) - CORNER).mean() < 8


HEIC_START = struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic"


@pytest.mark.parametrize("name", ["phone.heic", "phone.jpg"])
def test_a_heic_picture_that_cannot_be_read_says_what_to_do(tmp_path: Path, monkeypatch, name: str) -> None:
    (tmp_path / name).write_bytes(HEIC_START + bytes(40))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(FaceError, match=r"HEIC.*talkshow\[heic\].*JPEG"):
        load_picture(tmp_path / name)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: True)
    with pytest.raises(FaceError, match=r"HEIC.*save it as JPEG"):
        load_picture(tmp_path / name)


@pytest.mark.parametrize("brand", [b"heic", b"avif"])
def test_huge_heic_and_avif_pictures_are_refused_unread(tmp_path: Path, monkeypatch, brand: bytes) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: True)
    monkeypatch.setattr("PIL.features.check", lambda _: True)

    def box(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(content), name) + content

    size = box(b"ispe", bytes(4) + struct.pack(">II", 60_000, 60_000))
    (tmp_path / "a.heic").write_bytes(
        box(b"ftyp", brand + bytes(4) + brand) + box(b"meta", bytes(4) + box(b"iprp", box(b"ipco", size)))
    )
    with pytest.raises(FaceError, match="60000x60000 pixels are more"):
        load_picture(tmp_path / "a.heic")


def as_found(*certain: tuple[float, float]) -> tuple[Face, ...]:
    """Faces as the networks find them.  certain: score of the detector, presence of the landmarks"""
    nothing = np.zeros((478, 3), np.float32)
    return tuple(Face(Box(0, 0, 9, 9), score, Landmarks(nothing, seen)) for score, seen in certain)


@pytest.mark.parametrize(
    ("upright", "clockwise", "turns"),
    [
        ([(0.65, 0.2)], [(0.9, 1), (0.8, 1)], 1),  # one false face of a picture on its side
        ([(0.7, 0.1)], [(0.9, 1)], 1),
        ([], [(0.5, 0.9), (0.45, 0.8)], 1),  # small ones
        ([], [(0.5, 0.9)], 0),  # one that is not sure is none
        ([(0.8, 1)], [(0.82, 1)], 0),  # equal
        ([(0.62, 0.9), (0.61, 0.9)], [(0.9, 1)] * 3, 0),
    ],
)
def test_a_picture_is_turned_where_its_faces_are_more_certain(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    upright: list[tuple[float, float]],
    clockwise: list[tuple[float, float]],
    turns: int,
) -> None:
    found = {0: as_found(*upright), 1: as_found(*clockwise)}
    monkeypatch.setattr("talkshow.faces.pictures.find_faces", lambda picture: found.get(picture.turns, ()))
    picture, faces = find_upright(load_picture(written(tmp_path / "a.png", CORNER)))
    assert picture.turns == turns and faces == found[turns]
    assert [remark for remark in picture.remarks if "turned clockwise" in remark] == list(picture.remarks)
    assert bool(picture.remarks) == bool(turns)
