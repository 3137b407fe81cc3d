"""Captions and a title, drawn on frames before they are encoded."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import FPS, to_frames
from talkshow.film.fonts import can_shape, runs, warnings_about
from talkshow.film.lettering import Line
from talkshow.geometry import Frame, Size
from talkshow.store.digests import digest, identity
from talkshow.timeline.captions import CaptionBlock

REVISION = 2  # raise when the same texts would be drawn otherwise
TITLE_S = 3.0  # how long the title stands
_FADE_FRAMES = 10
_TITLE_SHARE = 0.4  # of the picture's height
_WIDEST = 0.94  # of the picture's width
_READABLE, _SMALLEST = 8, 4  # pixels of a letter


@dataclass(frozen=True)
class _Stretch:
    """A text shown on frames first..last-1.  text: its kind ("caption", "title"), then what is written."""

    first: int
    last: int
    text: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Patch:
    """A drawn text.  color: (h, w, 3) uint8; alpha: (h, w, 1) float32, 0..1; where its corner lies."""

    color: NDArray[np.uint8]
    alpha: NDArray[np.float32]
    left: int
    top: int


class Overlay:
    """What is written on the frames of an episode. Safe to use from several threads."""

    def __init__(self, size: Size, blocks: Sequence[CaptionBlock] = (), title: str = "") -> None:
        self._size, self._title = size, title
        self._stretches = [
            _Stretch(
                to_frames(block.span.start_s), to_frames(block.span.end_s), ("caption", block.speaker, *block.lines)
            )
            for block in blocks
        ]
        if title.strip():
            self._stretches.append(_Stretch(0, to_frames(TITLE_S), ("title", title)))
        self._by_second: dict[int, list[_Stretch]] = {}
        for stretch in self._stretches:
            for second in range(stretch.first // FPS, (stretch.last - 1) // FPS + 1):
                self._by_second.setdefault(second, []).append(stretch)
        self._patches: dict[tuple[str, ...], _Patch] = {}
        self._lock = threading.Lock()

    def key(self, first: int, last: int) -> str:
        """A digest of all that is written on frames first..last-1."""
        return digest(
            identity("overlay", REVISION),
            [
                (max(s.first, first) - first, min(s.last, last) - first, s.last - first, s.text, _fonts_of(s.text))
                for s in self._stretches
                if s.first < last and s.last > first
            ],
        )

    @property
    def warnings(self) -> list[str]:
        """What is not drawn as it is written."""
        return warnings_about([text for stretch in self._stretches for text in stretch.text[1:]])

    def drawn_on(self, frame: Frame, index: int) -> Frame:
        """The frame with everything on it that belongs there."""
        for stretch in self._by_second.get(index // FPS, ()):
            if stretch.first <= index < stretch.last:
                fading = stretch.text[0] == "title"
                strength = min(1.0, (stretch.last - index) / _FADE_FRAMES) if fading else 1.0
                frame = _blend(frame, self._patch(stretch.text), strength)
        return frame

    def _patch(self, text: tuple[str, ...]) -> _Patch:
        with self._lock:
            if text not in self._patches:
                draw = _draw_title if text[0] == "title" else _draw_caption
                if len(self._patches) > 16:  # captions come and go; an hour of them need not be kept
                    self._patches.clear()
                self._patches[text] = draw(text[1:], self._size)
            return self._patches[text]


def _fonts_of(text: tuple[str, ...]) -> list[object]:
    """What decides how a text looks: the fonts that are found for it, and whether letters are joined."""
    return [can_shape(), *dict.fromkeys(face.identity for part in text[1:] for _, face in runs(part))]


def _blend(frame: Frame, patch: _Patch, strength: float) -> Frame:
    height, width = patch.alpha.shape[:2]
    area = frame[patch.top : patch.top + height, patch.left : patch.left + width]
    alpha = patch.alpha * strength
    area[...] = (area * (1 - alpha) + patch.color * alpha + 0.5).astype(np.uint8)
    return frame


def _draw_caption(text: tuple[str, ...], size: Size) -> _Patch:
    """White words on a dark plate at the bottom; the speaker's name above in a colour.

    Smaller where a line is too long for the picture; where it would become too small to read, on more lines.
    """
    speaker, *lines = text
    width, height = size
    pixels = max(14, round(min(height * 0.05, width * 0.045)))
    if _fitting(lines, width, pixels, 500) < _READABLE:
        lines = _wrap(" ".join(lines), width * _WIDEST, _READABLE, 500)
    return _draw_plate(
        [(speaker, (255, 214, 120), 700), *((line, (255, 255, 255), 500) for line in lines)],
        pixels,
        size,
        bottom=round(height * 0.05),
    )


def _fitting(texts: Sequence[str], width: int, pixels: int, weight: int) -> int:
    """The size of letters in which every text fits into a picture, at most `pixels`."""
    widest = max(Line(text, pixels, weight).width for text in texts)
    return pixels if widest <= width * _WIDEST else max(_SMALLEST, int(pixels * width * _WIDEST / widest))


def _draw_title(text: tuple[str, ...], size: Size) -> _Patch:
    """The title, large, at the top: captions are at the bottom. A long one is smaller."""
    width, height = size
    pixels = max(18, round(min(height * 0.09, width * 0.06)))
    lines = _wrap(text[0], width * 0.85, pixels, 800)
    while len(lines) * pixels * 1.35 > height * _TITLE_SHARE and pixels > _SMALLEST:
        pixels = max(_SMALLEST, round(pixels * 0.9))
        lines = _wrap(text[0], width * 0.85, pixels, 800)
    patch = _draw_plate([(line, (255, 255, 255), 800) for line in lines], pixels, size, bottom=0)
    return replace(patch, top=round(height * 0.05))


def _wrap(text: str, limit: float, pixels: int, weight: int) -> list[str]:
    """Lines of at most `limit` pixels, broken at spaces; inside a word only where it is longer than a line."""
    lines: list[str] = []
    for word in text.split():
        if lines and Line(f"{lines[-1]} {word}", pixels, weight).width <= limit:
            lines[-1] = f"{lines[-1]} {word}"
            continue
        lines.append("")
        for character in word:
            joins = unicodedata.category(character).startswith("M")
            if lines[-1] and not joins and Line(lines[-1] + character, pixels, weight).width > limit:
                lines.append("")
            lines[-1] += character
    return lines


def _draw_plate(rows: list[tuple[str, tuple[int, int, int], int]], pixels: int, size: Size, bottom: int) -> _Patch:
    """Rows of (text, RGB colour, weight), centred on a plate with round corners; shrunk until all fit."""
    width, height = size
    pixels = min(_fitting([text], width, pixels, weight) for text, _, weight in rows)
    widest = max(Line(text, pixels, weight).width for text, _, weight in rows)
    step, pad = round(pixels * 1.35), round(pixels * 0.5)
    plate_w = min(width, round(widest) + 2 * pad)
    plate_h = min(height, step * len(rows) + pad)
    color = np.zeros((plate_h, plate_w, 3), np.uint8)
    letters = np.zeros((plate_h, plate_w), np.uint8)
    for row, (text, rgb, weight) in enumerate(rows):
        line, mask = Line(text, pixels, weight), np.zeros_like(letters)
        line.draw(mask, (plate_w - line.width) / 2, step * (row + 1) - round(pixels * 0.2))
        shade = (mask[..., None] * (np.array(rgb, np.float32) / 255) + 0.5).astype(np.uint8)
        np.maximum(color, shade, out=color)
        np.maximum(letters, mask, out=letters)
    alpha = (np.maximum(_plate(plate_w, plate_h, max(2, pad)), letters)[..., None] / 255).astype(np.float32)
    # The colour image is already mixed with black at the letters' edges, as the plate is black: no fringe.
    return _Patch(color, alpha, (width - plate_w) // 2, max(0, height - bottom - plate_h))


def _plate(width: int, height: int, radius: int) -> NDArray[np.uint8]:
    """Grey levels (height, width) of a plate with round corners."""
    import cv2

    plate = np.zeros((height, width), np.uint8)
    cv2.rectangle(plate, (radius, 0), (width - radius - 1, height - 1), 150, -1)
    cv2.rectangle(plate, (0, radius), (width - 1, height - radius - 1), 150, -1)
    for x in (radius, width - radius - 1):
        for y in (radius, height - radius - 1):
            cv2.circle(plate, (x, y), radius, 150, -1, cv2.LINE_AA)
    return plate
