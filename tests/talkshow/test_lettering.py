"""Captions drawn into the picture: shaped, in the right order, in a font that has the characters, or with a warning."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from talkshow.film import fonts, lettering
from talkshow.film.overlay import Overlay
from talkshow.span import Span
from talkshow.timeline.captions import CaptionBlock

PIXELS = 40
shaped = pytest.mark.skipif(not fonts.can_shape(), reason="without FriBiDi nothing is shaped, which is warned of")


@pytest.fixture
def fresh():
    """What was found about fonts is forgotten before and after."""
    found = (fonts.face_of, fonts.runs, fonts._others, fonts.can_shape)
    for function in found:
        function.cache_clear()
    yield
    for function in found:
        function.cache_clear()


def ink(text: str, weight: int = 400) -> NDArray[np.uint8]:
    """A line as the program draws it, cut to its ink."""
    line = lettering.Line(text, PIXELS, weight)
    mask = np.zeros((3 * PIXELS, round(line.width) + 4 * PIXELS), np.uint8)
    line.draw(mask, 2 * PIXELS, 2 * PIXELS)
    return cut(mask)


def cut(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    assert mask.any()
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """The same ink, give or take a part of a pixel."""
    one = cut(one)
    height, width = (min(a, b) for a, b in zip(one.shape, other.shape, strict=True))
    first, second = one[:height, :width].ravel(), other[:height, :width].ravel()
    return bool(np.abs(np.subtract(one.shape, other.shape)).max() <= 1 and np.corrcoef(first, second)[0, 1] > 0.8)


def plain(text: str) -> NDArray[np.uint8]:
    """Letter after letter from left to right, without shaping."""
    ((_, face),) = fonts.runs(text)
    font = ImageFont.truetype(str(face.path), PIXELS, layout_engine=ImageFont.Layout.BASIC)
    if font.getname()[0] == "Rubik":
        font.set_variation_by_axes([400])
    image = Image.new("L", (40 * PIXELS, 3 * PIXELS))
    ImageDraw.Draw(image).text((2 * PIXELS, 2 * PIXELS), text, 255, font, anchor="ls")
    return cut(np.asarray(image))


@shaped
@pytest.mark.parametrize("word", ["גשם", "ספינה", "חתול"])
def test_hebrew_runs_from_right_to_left(word: str) -> None:
    """Its letters do not join: it looks as its letters do in the order of the eye."""
    assert np.array_equal(ink(word), plain(word[::-1]))
    assert not np.array_equal(ink(word), plain(word))


@shaped
def test_arabic_letters_join() -> None:
    """A word of joined letters is one stroke: no empty column in it; its letters one by one are parted."""
    for word in ("بيت", "سفينة"):
        assert ink(word).any(axis=0).all()
        assert not plain(word[::-1]).any(axis=0).all()


@shaped
def test_pairs_are_kerned() -> None:
    assert ink("AVAV").shape[1] < sum(ink(letter).shape[1] for letter in "AVAV")


@shaped
def test_a_line_in_several_fonts_keeps_its_order() -> None:
    """What is first to be read stands at the left where the line runs from there, else at the right."""
    rain, hebrew = ink("雨"), ink("גשם")
    for text in ("雨 גשם", "גשם 雨"):  # both have the rain at the left: the one begins there, the other ends there
        assert alike(ink(text)[:, : rain.shape[1]], rain) and alike(ink(text)[:, -hebrew.shape[1] :], hebrew)
    assert alike(ink("rain 雨")[:, -rain.shape[1] :], rain) and not alike(ink("rain 雨")[:, : rain.shape[1]], rain)


@pytest.mark.parametrize("text", ["Łódź, Ñandú", "Καλημέρα", "Съешь ёж", "ცხენი", "ձյուն", "船が来た", "배가", "नाव"])
def test_every_character_has_a_font(text: str) -> None:
    """Of the bundled font, of OpenCV, or of an installed package: nothing is drawn as the box for what is missing."""
    assert not [warning for warning in fonts.warnings_about([text]) if "no font" in warning]
    box = ink("\U000f0000")
    for letter in text.replace(" ", ""):
        if letter.isalpha():
            assert not np.array_equal(ink(letter), box), letter


@pytest.mark.skipif(sys.platform != "linux", reason="where fonts lie elsewhere cannot be moved")
@pytest.mark.usefixtures("fresh")
def test_a_font_of_the_system_is_found(monkeypatch, tmp_path: Path) -> None:
    font = next(path for path in fonts._of_packages() if "Devanagari" in path.name)
    (tmp_path / "fonts/hindi").mkdir(parents=True)
    (tmp_path / "fonts/broken.ttf").write_bytes(b"no font")
    shutil.copy(font, tmp_path / "fonts/hindi/deva.ttf")
    monkeypatch.setattr(fonts, "_of_packages", lambda: iter(()))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    face = fonts.face_of("ष")
    assert face is not None and face.path is not None and face.path.name in ("deva.ttf", font.name)
    assert fonts.face_of("\ufdd0") is None


def test_what_no_font_has_is_named(run, quick) -> None:
    ran = run(*quick, "--title", "Rain \U0001f327 \ue0ff", "--json")
    assert ran.code == 0, ran.err
    told = " ".join(ran.json["warnings"])
    assert "U+1F327 cloud with rain" in told and "U+E0FF without a name" in told and "Rain" not in told


@pytest.mark.usefixtures("fresh")
def test_letters_that_cannot_be_joined_are_told(monkeypatch) -> None:
    """As where the system has no FriBiDi."""
    from PIL import features

    monkeypatch.setattr(features, "check", lambda name: name != "fribidi")
    assert "FriBiDi" in " ".join(fonts.warnings_about(["Rain", "مطر"]))
    assert not fonts.warnings_about(["Rain", "дождь"])
    assert ink("مطر").any()


@pytest.mark.usefixtures("fresh")
def test_what_is_drawn_decides_the_key(monkeypatch) -> None:
    """A font that was found later, and another text, are drawn anew; what is not seen is not."""

    def key(text: str, first: int, last: int) -> str:
        return Overlay((320, 180), [CaptionBlock(Span(0, 2), "MAYA", (text,))]).key(first, last)

    before, later = key("नाव", 0, 50), key("नाव", 50, 100)
    assert key("नाम", 0, 50) != before and key("नाम", 50, 100) == later
    for function in (fonts.face_of, fonts.runs):
        function.cache_clear()
    monkeypatch.setattr(fonts, "_others", tuple)
    assert key("नाव", 0, 50) != before and key("नाव", 50, 100) == later


@pytest.mark.parametrize("text", ["a", "Rain " * 40, "雨" * 60, "مطر " * 30, " "])
def test_captions_stay_inside_the_picture(text: str) -> None:
    frame = np.full((180, 320, 3), 90, np.uint8)
    overlay = Overlay((320, 180), [CaptionBlock(Span(0, 2), "MAYA", (text,))], title=text)
    drawn = overlay.drawn_on(frame.copy(), 5)
    changed = (drawn != frame).any(axis=2)
    assert drawn.shape == frame.shape and changed.any() and not changed[-3:].any() and not changed[90].all()
