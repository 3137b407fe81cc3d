"""Texts to masks: one line of letters as grey levels, shaped by Raqm, in as many fonts as it needs."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.film.fonts import Face, can_shape, runs, runs_from_the_right

BOLD = 600  # from this weight on a font's bold file is taken


@dataclass(frozen=True)
class Line:
    """A line that can be measured and drawn.  pixels: of the em.  weight: 100..900, 400 is regular."""

    text: str
    pixels: int
    weight: int

    @property
    def width(self) -> float:
        """How far the line reaches, in pixels."""
        return sum(self._width(text, face) for text, face in self._pieces())

    def draw(self, mask: NDArray[np.uint8], left: float, baseline: int) -> None:
        """Draw into a mask (height, width) of grey levels, 0..255, from `left` on."""
        from PIL import Image, ImageDraw

        for text, face in self._pieces():
            corner = (round(left), baseline)
            if face.path is None:
                drawn = _by_opencv(text, mask.shape, corner, self.pixels, self.weight)
            else:
                layer = Image.new("L", (mask.shape[1], mask.shape[0]))
                ImageDraw.Draw(layer).text(corner, text, 255, _font(face, self.pixels, self.weight), anchor="ls")
                drawn = np.asarray(layer)
            np.maximum(mask, drawn, out=mask)
            left += self._width(text, face)

    def _pieces(self) -> list[tuple[str, Face]]:
        """Pieces of one font from left to right: those of a line that runs from the right begin there."""
        text = unicodedata.normalize("NFC", self.text)
        pieces = list(runs(text))
        return pieces[::-1] if can_shape() and runs_from_the_right(text) else pieces

    def _width(self, text: str, face: Face) -> float:
        if face.path is None:
            import cv2

            left, _, width, _ = cv2.getTextSize((0, 0), text, (0, 0), _opencv_font(), self.pixels, self.weight)
            return float(left + width)
        return float(_font(face, self.pixels, self.weight).getlength(text))


@lru_cache(maxsize=32)
def _font(face: Face, pixels: int, weight: int) -> Any:
    from PIL import ImageFont

    layout = ImageFont.Layout.RAQM if can_shape() else ImageFont.Layout.BASIC
    path = face.bold if face.bold and weight >= BOLD else face.path
    font = ImageFont.truetype(str(path), pixels, layout_engine=layout)
    try:
        axes = font.get_variation_axes()
    except (OSError, NotImplementedError):  # a font of one weight
        return font
    values: list[float] = [
        max(axis["minimum"] or 0, min(weight, axis["maximum"] or weight))
        if axis["name"] == b"Weight"
        else axis["default"] or 0
        for axis in axes
    ]
    font.set_variation_by_axes(values)
    return font


def _by_opencv(
    text: str, shape: tuple[int, ...], corner: tuple[int, int], pixels: int, weight: int
) -> NDArray[np.uint8]:
    import cv2

    layer = np.zeros(shape, np.uint8)
    cv2.putText(layer, text, corner, 255, _opencv_font(), pixels, weight)
    return layer


def _opencv_font() -> Any:
    import cv2

    return cv2.FontFace("sans")
