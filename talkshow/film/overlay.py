"""Captions and a title, drawn on frames before they are encoded."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import FPS, to_frames
from talkshow.geometry import Frame, Size
from talkshow.store.digests import digest, identity
from talkshow.timeline.captions import CaptionBlock

REVISION = 1  # raise when the same texts would be drawn otherwise
TITLE_S = 3.0  # how long the title stands
_FADE_FRAMES = 10


@dataclass(frozen=True)
class _Stretch:
    """A text that stands on frames first..last-1.  text: its kind ("caption", "title"), then what is written."""

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
        if title:
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
                (max(s.first, first) - first, min(s.last, last) - first, s.last - first, s.text)
                for s in self._stretches
                if s.first < last and s.last > first
            ],
        )

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


def _blend(frame: Frame, patch: _Patch, strength: float) -> Frame:
    height, width = patch.alpha.shape[:2]
    area = frame[patch.top : patch.top + height, patch.left : patch.left + width]
    alpha = patch.alpha * strength
    area[...] = (area * (1 - alpha) + patch.color * alpha + 0.5).astype(np.uint8)
    return frame


def _draw_caption(text: tuple[str, ...], size: Size) -> _Patch:
    """White words on a dark plate at the bottom; the speaker's name above in a colour."""
    speaker, *lines = text
    width, height = size
    pixels = max(14, round(min(height * 0.05, width * 0.045)))
    return _draw_plate(
        [(speaker, (255, 214, 120), 700), *((line, (255, 255, 255), 500) for line in lines)],
        pixels,
        size,
        bottom=round(height * 0.05),
    )


def _draw_title(text: tuple[str, ...], size: Size) -> _Patch:
    """The title, large, at the top: captions stand at the bottom."""
    width, height = size
    pixels = max(18, round(min(height * 0.09, width * 0.06)))
    lines = _wrap(text[0], width * 0.85, pixels)
    patch = _draw_plate([(line, (255, 255, 255), 800) for line in lines], pixels, size, bottom=0)
    return replace(patch, top=round(height * 0.05))


def _wrap(text: str, limit: float, pixels: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and _text_width(f"{lines[-1]} {word}", pixels, 800) <= limit:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def _draw_plate(rows: list[tuple[str, tuple[int, int, int], int]], pixels: int, size: Size, bottom: int) -> _Patch:
    """Rows of (text, RGB colour, weight), centred on a plate with round corners; shrunk until all fit."""
    import cv2

    width, height = size
    widest = max(_text_width(text, pixels, weight) for text, _, weight in rows)
    if widest > width * 0.94:
        pixels = max(8, int(pixels * width * 0.94 / widest))
        widest = max(_text_width(text, pixels, weight) for text, _, weight in rows)
    step, pad = round(pixels * 1.35), round(pixels * 0.5)
    plate_w = min(width, round(widest) + 2 * pad)
    plate_h = min(height, step * len(rows) + pad)
    color = np.zeros((plate_h, plate_w, 3), np.uint8)
    letters = np.zeros((plate_h, plate_w), np.uint8)
    face = _font()
    for row, (text, rgb, weight) in enumerate(rows):
        x = round((plate_w - _text_width(text, pixels, weight)) / 2)
        y = step * (row + 1) - round(pixels * 0.2)
        cv2.putText(color, text, (x, y), rgb, face, pixels, weight)
        cv2.putText(letters, text, (x, y), 255, face, pixels, weight)
    plate = np.zeros((plate_h, plate_w), np.uint8)
    radius = max(2, pad)
    cv2.rectangle(plate, (radius, 0), (plate_w - radius - 1, plate_h - 1), 150, -1)
    cv2.rectangle(plate, (0, radius), (plate_w - 1, plate_h - radius - 1), 150, -1)
    for cx in (radius, plate_w - radius - 1):
        for cy in (radius, plate_h - radius - 1):
            cv2.circle(plate, (cx, cy), radius, 150, -1, cv2.LINE_AA)
    alpha = (np.maximum(plate, letters)[..., None] / 255).astype(np.float32)
    # The colour image is already mixed with black at the letters' edges, as the plate is black: no fringe.
    return _Patch(color, alpha, (width - plate_w) // 2, max(0, height - bottom - plate_h))


def _font() -> Any:
    import cv2

    return cv2.FontFace("sans")  # OpenCV's own font: covers Latin, Greek, Cyrillic, Hebrew, CJK


def _text_width(text: str, pixels: int, weight: int) -> float:
    """Width in pixels of a text in the built-in font."""
    import cv2

    left, _, width, _ = cv2.getTextSize((0, 0), text, (0, 0), _font(), pixels, weight)
    return float(left + width)
