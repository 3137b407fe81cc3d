"""Pictures that unfold to more than they may: refused by their headers, whatever the headers say."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from confined_reader import Reader
from hypothesis import given
from hypothesis import strategies as st
from picture_files import (
    KINDS,
    TRUE,
    animated,
    bmp,
    canvas,
    chunk,
    encoded,
    flat_png,
    frame,
    gif,
    ihdr,
    inner,
    jpeg,
    lossless,
    lossy,
    png,
    tiff,
    webp,
)

from talkshow.errors import FaceError
from talkshow.faces.picture import load_picture

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is measured by Linux' own files")

EXIF_PAD = b"\xff\xe1" + struct.pack(">H", 100) + b"Exif\0\0" + bytes(92)
STILL = encoded("png")

BOMBS: dict[str, bytes] = {
    "png of 60000x60000": png(ihdr(60_000, 60_000), chunk(b"IDAT", bytes(20)), chunk(b"IEND", b"")),
    "png whose chunk claims 3 GB": STILL[:33] + struct.pack(">I4s", 3_000_000_000, b"tEXt") + STILL[33:],
    "png whose picture claims 2 GB": STILL[:33] + struct.pack(">I4s", 2_000_000_000, b"IDAT") + STILL[33:],
    "png with a small header and a large one": png(ihdr(8, 8), ihdr(50_000, 50_000), chunk(b"IEND", b"")),
    "png with its header late": png(chunk(b"tEXt", b"a"), ihdr(50_000, 50_000), chunk(b"IEND", b"")),
    "png of 16 bits with alpha": png(ihdr(10_000, 10_000, 16, 6), chunk(b"IDAT", bytes(20)), chunk(b"IEND", b"")),
    "png animated beyond its size": animated((40_000, 40_000, 0, 0)),
    "png animated, large": png(ihdr(9_000, 9_000), chunk(b"acTL", struct.pack(">II", 9, 0)), chunk(b"IEND", b"")),
    "png that is no png": png(ihdr(64, 64, 3, 5), chunk(b"IEND", b"")),
    "jpeg of 65000x65000": jpeg(65_000, 65_000),
    "jpeg behind rubbish": jpeg(65_000, 64_000, before=b"rubbish" * 9 + b"\xff\xff\xff"),
    "jpeg behind a segment without length": jpeg(64_000, 64_000, before=b"\xff\xe5\0\0"),
    "jpeg in several scans": jpeg(14_000, 14_000, frame=0xC2),
    "jpeg of two sizes": jpeg(64, 64, scan=False)[:-66] + jpeg(64_000, 64_000)[2:],
    "jpeg with a size in its thumbnail only": b"\xff\xd8" + EXIF_PAD + b"\xff\xd9",
    "jpeg with its height behind it": jpeg(64, 0),
    "jpeg of a thousand scans": jpeg(15_000, 12_000) + b"\xff\xda\0\x0c" * 1_000,
    "webp, lossless, 16383x16383": webp(lossless(16_383, 16_383)),
    "webp, lossy, 16383x16383": webp(lossy(16_383, 16_383)),
    "webp with a small canvas": webp(canvas(64, 64), lossless(16_000, 12_000)),
    "webp with a canvas of 16777216x16777216": webp(canvas(1 << 24, 1 << 24), lossless(64, 64)),
    "webp animated, large": webp(canvas(12_000, 12_000, 2), frame(0, 0, 12_000, 12_000, lossless(12_000, 12_000))),
    "webp animated beyond its canvas": webp(canvas(64, 64, 2), frame(0, 0, 9_000, 9_000, lossless(9_000, 9_000))),
    "tiff of 60000x60000": tiff({256: 60_000, 257: 60_000}),
    "tiff of tiles": tiff({322: 16_384, 323: 16_384}),
    "tiff of one strip": tiff({256: 14_000, 257: 14_000, 278: 14_000}),
    "tiff, large, big-endian": tiff({256: 50_000, 257: 50_000}, order=">"),
    "tiff, BigTIFF": tiff({256: 40_000, 257: 40_000}, big=True),
    "tiff compressed rarely": tiff({259: 50_001}),
    "gif of 65535x65535": gif((65_535, 65_535), (0, 0, 8, 8)),
    "gif with a frame beyond its screen": gif((64, 64), (0, 0, 60_000, 60_000)),
    "gif of frames": gif((3_000, 3_000), *[(0, 0, 3_000, 3_000)] * 200),
    "bmp of 40000x40000": bmp(40_000, 40_000),
    "bmp in runs, upside down": bmp(40_000, -40_000, 1),
    "bmp of OS/2": bmp(60_000, 60_000, header=12),
    "avif": struct.pack(">I", 28) + b"ftypavif" + bytes(200),
    "heic, called jpg": struct.pack(">I", 24) + b"ftypheic" + bytes(60),
    "hdr": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 60000 +X 60000\n" + bytes(99),
    "jpeg 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(99),
    "netpbm": b"P6 60000 60000 255\n" + bytes(99),
}


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader("talkshow.faces.picture", "load_picture") as process:
        yield process


@pytest.mark.parametrize("bomb", BOMBS, ids=str)
def test_a_bomb_is_refused_before_memory_is_spent(reader: Reader, tmp_path: Path, bomb: str) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(BOMBS[bomb])
    outcome = reader.read(path)
    assert outcome.error == "FaceError" and "picture.png" in outcome.message
    assert any(cure in outcome.message for cure in ("Scale the picture down", "PNG"))
    assert outcome.peak_mb < 40, outcome


@pytest.mark.parametrize(("colour", "bits"), [(2, 16), (6, 16), (4, 16), (6, 8), (2, 8), (0, 8)])
def test_a_true_picture_takes_no_more_than_is_allowed(tmp_path: Path, colour: int, bits: int) -> None:
    """Those just below the limit are decoded within it, those above it are not."""
    held = {0: 4, 2: 6, 4: 8, 6: 8}[colour] * (bits // 8)  # bytes a pixel while it is decoded
    side = int((120e6 / held) ** 0.5) // 8 * 8
    with Reader("talkshow.faces.picture", "load_picture", MAX_MEMORY=120_000_000, MAX_EDGE=300) as confined:
        for factor, refused in ((0.95, False), (1.1, True)):
            path = tmp_path / f"{factor}.png"
            path.write_bytes(flat_png(side, int(side * factor), bits, colour))
            outcome = confined.read(path)
            assert outcome.error == ("FaceError" if refused else ""), outcome
            assert outcome.peak_mb < (20 if refused else 135), outcome


FIELDS = st.lists(
    st.tuples(
        st.integers(0, 90),
        st.sampled_from(["<H", ">H", "<I", ">I", "B"]),
        st.one_of(st.integers(0, 2**32 - 1), st.sampled_from([0, 1, 2**16 - 1, 2**24, 2**31])),
    ),
    min_size=1,
    max_size=5,
)
ANIMATED = {
    "png": animated((64, 48, 0, 0)),
    "webp": webp(canvas(64, 48, 2), (b"ANIM", bytes(6)), frame(0, 0, 64, 48, inner(encoded("webp")))),
}


@pytest.fixture(scope="module")
def small_reader() -> Iterator[Reader]:
    with Reader("talkshow.faces.picture", "load_picture", MAX_MEMORY=60_000_000, MAX_EDGE=300) as process:
        yield process


@pytest.mark.parametrize("kind", [*KINDS, "animated png", "animated webp"])
@given(fields=FIELDS)
def test_whatever_a_header_says_memory_stays_below_the_limit(
    small_reader: Reader, tmp_path_factory, kind: str, fields: list[tuple[int, str, int]]
) -> None:
    data = bytearray(ANIMATED[kind.split()[1]] if " " in kind else encoded(kind))
    for at, form, value in fields:
        at = min(at + (8 if kind.endswith("png") else 2), len(data) - 4)  # the first bytes say what it is
        struct.pack_into(form, data, at, value % 256 ** struct.calcsize(form))
    if kind.endswith("png"):
        data[:33] = data[:16] + data[16:29] + chunk(b"IHDR", bytes(data[16:29]))[-4:]
    path = tmp_path_factory.getbasetemp() / "fuzzed"
    path.write_bytes(bytes(data))
    outcome = small_reader.read(path)
    assert outcome.error in ("", "FaceError"), outcome
    assert outcome.peak_mb < 75, outcome


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_that_are_read_are_read_as_before(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_bytes(encoded(kind))
    flags = cv2.IMREAD_UNCHANGED if kind in ("png", "webp") else cv2.IMREAD_COLOR
    wanted = cv2.imdecode(np.frombuffer(encoded(kind), np.uint8), flags)
    assert np.array_equal(load_picture(path).pixels, wanted[..., ::-1])


def test_tiff_of_any_layout_is_read(tmp_path: Path) -> None:
    for number, layout in enumerate(
        (
            tiff({256: 64, 257: 48, 278: 48, 279: 9216}) + bytes(9216),
            tiff({256: 64, 257: 48, 278: 48, 279: 9216}, big=True) + bytes(9216),
        )
    ):
        path = tmp_path / f"{number}.tif"
        path.write_bytes(layout)
        assert load_picture(path).size == (64, 48)


def test_the_first_frame_of_an_animation_is_the_picture(tmp_path: Path) -> None:
    for kind, data in ANIMATED.items():
        path = tmp_path / f"a.{kind}"
        path.write_bytes(data)
        assert load_picture(path).size == (64, 48)
    path.write_bytes(ANIMATED["png"])
    assert np.array_equal(load_picture(path).pixels, TRUE[..., ::-1])


def test_what_is_no_file_is_not_opened(run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path, said in ((Path("/dev/zero"), "a device"), (tmp_path / "pipe.png", "a pipe"), (tmp_path, "a folder")):
        with pytest.raises(FaceError, match=f"cannot be read .*{said}"):
            load_picture(path)
        ran = run("seats", path, "-o", tmp_path / "plan.png")
        assert ran.code == 1 and said in ran.err


def test_a_file_without_end_is_left_at_its_limit(tmp_path: Path) -> None:
    with (tmp_path / "large.png").open("wb") as file:
        file.write(STILL)
        file.truncate(2 << 40)  # takes no room on the disk
    with Reader("talkshow.faces.picture", "load_picture", MAX_BYTES=50_000_000) as confined:
        outcome = confined.read(tmp_path / "large.png")
    assert outcome.error == "FaceError" and "more than 50 MB" in outcome.message and outcome.peak_mb < 60


@pytest.mark.parametrize("command", [("seats",), ("render", "--image")])
def test_the_command_says_so_in_a_sentence(run, tmp_path: Path, command: tuple[str, ...]) -> None:
    bomb, script = tmp_path / "faces.webp", tmp_path / "talk.txt"
    bomb.write_bytes(webp(lossless(16_383, 16_383)))
    script.write_text("MAYA: Hello.\nLEO: Hi.\n", encoding="utf-8")
    arguments = ("seats", bomb) if command == ("seats",) else ("render", script, "--image", bomb, "--dry-run")
    ran = run(*arguments)
    assert ran.code == 1 and "16383x16383" in ran.err and "Scale the picture down" in ran.err
    assert "should not have happened" not in ran.err
