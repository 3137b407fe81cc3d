"""The fake renderer: a coloured panel with a lamp for each speaker. It needs no picture and no model.

For tests and quick previews of timing only. It must be asked for (`--renderer stills`).
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from talkshow.errors import printable
from talkshow.geometry import Box, Frame
from talkshow.render.base import Performance, Stage, StageView
from talkshow.store.digests import digest, identity

REVISION = 2  # raise when the same motion would give other pixels
_PANELS = ((40, 62, 110), (96, 46, 70), (34, 92, 78), (104, 80, 36), (74, 58, 112), (60, 60, 66))


class Stills:
    """Opens stages of panels."""

    summary = "a fake that shows a lamp for each speaker, for tests"
    pretends = True
    megapixels_per_second = 60.0

    def open(self, stage: Stage) -> StillsView:
        """Any number of characters, side by side."""
        return StillsView(stage)


class StillsView(StageView):
    """Panels side by side; a lamp shines while its speaker is active, a bar shows how far the jaw is open."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        seated = ", ".join(printable(c.name) for c in stage.characters if c.seat)
        self.warnings = (
            "the renderer 'stills' is a fake that shows lamps instead of faces",
            *([f"it shows them in order of first speech; the seats of {seated} are not used"] if seated else []),
        )
        width, height = stage.size
        count = max(1, len(stage.characters))
        edges = [round(i * width / count) for i in range(count + 1)]
        self._panels = {c.name: (edges[i], edges[i + 1]) for i, c in enumerate(stage.characters)}
        self.seats = {name: _lamp(left, right, height) for name, (left, right) in self._panels.items()}
        self.picture_size = stage.size
        self.crop = Box(0.0, 0.0, float(width), float(height))
        self.identity = digest(identity("stills", REVISION), stage.size, list(self._panels))
        self._base = np.zeros((height, width, 3), np.uint8)
        for index, (left, right) in enumerate(self._panels.values()):
            self._base[:, left:right] = _PANELS[index % len(_PANELS)]

    def seat_picture(self) -> Frame:
        """The panels with all lamps off."""
        return self._base.copy()

    def frames(self, performance: Performance, first: int, last: int) -> Iterator[Frame]:
        """Yield frames first..last-1."""
        motions = {name: performance.motion(name, first, last) for name in self._panels}
        height = self._stage.size[1]
        for index in range(last - first):
            frame = self._base.copy()
            for name, (left, right) in self._panels.items():
                pose = motions[name].at(index)
                radius = max(2, min(right - left, height) // 6)
                center = ((left + right) // 2, height // 2)
                glow = round(60 + 195 * min(1.0, pose["activity"]))
                cv2.circle(frame, center, radius, (glow, glow, glow // 2), -1, cv2.LINE_AA)
                opening = pose["jaw"] * (1 - pose["press"])
                cv2.ellipse(
                    frame,
                    center,
                    (radius // 2, max(1, round(radius * 0.6 * opening))),
                    0,
                    0,
                    360,
                    (20, 10, 10),
                    -1,
                    cv2.LINE_AA,
                )
            yield frame


def _lamp(left: int, right: int, height: int) -> Box:
    """Where a panel's lamp is: the nearest to a face that a panel has."""
    x, y, radius = (left + right) / 2, height / 2, max(2, min(right - left, height) // 6)
    return Box(x - radius, y - 1.2 * radius, x + radius, y + 1.2 * radius)
