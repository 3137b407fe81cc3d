"""Contact sheets: what to look at in a filmed face, enlarged, side by side."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from talkshow.faces.mesh import CHIN, HAIRLINE, LOWER_LIP, UPPER_LIP
from talkshow.geometry import Frame
from talkshow.render.base import Performance
from talkshow.render.portrait.view import PortraitView

TILE, ACROSS = 240, 6  # pixels of a tile, tiles in a row
MOUTH_CM, EYES_CM, HEAD_CM = 7.5, 13.0, 30.0
SHAPES = ("jaw", "press", "round", "wide", "upper", "lower", "tuck", "tongue", "smile")


def write_sheets(stem: Path, video: Path, view: PortraitView, performance: Performance) -> None:
    """One PNG per face, named STEM-NAME.png: head poses, consecutive mouths, each shape at its strongest, a blink."""
    film = _Film(video)
    for name, actor in view._actors.items():
        motion = performance.motion(name, 0, film.count)
        place = _Place(actor.field.points, actor.field.scale)
        extremes = [
            int(at)
            for channel in ("yaw", "pitch", "roll")
            for at in (motion[channel].argmin(), motion[channel].argmax())
        ]
        talking = int(np.convolve(motion["jaw"] + 2 * motion["press"], np.ones(2 * ACROSS), "valid").argmax())
        blinks = np.flatnonzero(motion["blink"] > 0.95)
        blinks = blinks[(blinks > 1) & (blinks < film.count - 4)]
        shut = int(blinks[0]) if len(blinks) else 2
        rows = [
            film.row(extremes, place.head),
            film.row(range(talking, talking + ACROSS), place.mouth),
            film.row(range(talking + ACROSS, talking + 2 * ACROSS), place.mouth),
            film.row([int(motion[shape].argmax()) for shape in SHAPES], place.mouth),
            film.row(range(shut - 2, shut + 4), place.eyes),
        ]
        width = max(row.shape[1] for row in rows)
        sheet = np.vstack([np.pad(row, ((0, 2), (0, width - row.shape[1]), (0, 0))) for row in rows])
        cv2.imwrite(f"{stem}-{name}.png", cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR))


class _Place:
    """Where to look on a face: slices of a frame.  points: (468, 2) mesh at rest; scale: pixels a centimetre."""

    def __init__(self, points: NDArray[np.float64], scale: float) -> None:
        lips = points[[UPPER_LIP[0][5], LOWER_LIP[0][5]]].mean(axis=0) + np.array((0, 0.6 * scale))
        self.mouth = _around(lips, MOUTH_CM * scale, MOUTH_CM * scale)
        self.eyes = _around(points[[33, 263]].mean(axis=0), EYES_CM * scale, EYES_CM / 2 * scale)
        self.head = _around(points[[HAIRLINE, CHIN]].mean(axis=0), HEAD_CM * scale, HEAD_CM * scale)


def _around(center: NDArray[np.float64], width: float, height: float) -> tuple[slice, slice]:
    left, top = np.maximum(np.rint(center - (width / 2, height / 2)).astype(int), 0)
    return slice(top, top + max(8, round(height))), slice(left, left + max(8, round(width)))


class _Film:
    """Frames of a video by number."""

    def __init__(self, video: Path) -> None:
        with av.open(str(video)) as container:
            self._jpegs = [
                cv2.imencode(".jpg", frame.to_ndarray(format="bgr24"), (cv2.IMWRITE_JPEG_QUALITY, 97))[1]
                for frame in container.decode(video=0)
            ]
        self.count = len(self._jpegs)

    def row(self, frames: range | list[int], where: tuple[slice, slice]) -> Frame:
        """The same part of some frames side by side."""
        tiles = []
        for index in frames:
            encoded = self._jpegs[min(max(index, 0), self.count - 1)]
            part = cv2.cvtColor(cv2.imdecode(encoded, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)[where]
            height = round(TILE * part.shape[0] / part.shape[1])
            tiles.append(cv2.resize(part, (TILE, height), interpolation=cv2.INTER_CUBIC))
        return np.hstack(tiles)
