"""Shots: what is seen when. `director.py` decides them, `composition.py` frames them, `camera.py` films them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

from talkshow.clock import frames_to_seconds, to_frames
from talkshow.geometry import Box, Size


@dataclass(frozen=True)
class Panel:
    """A part of the frame and what it shows.

    crop: of the scene's seat picture, in its pixels; it may reach outside it.  area: of the frame, in pixels.
    """

    crop: Box
    area: Box
    on: tuple[str, ...]


@dataclass(frozen=True)
class Shot:
    """Frames first..last-1 of the episode, filmed without a cut.

    scene: index of the scene.  panels: one, or several on a split screen.  crop_end: where a camera that moves in its
    only panel ends; the crop moves evenly from `panels[0].crop` to it.
    """

    first: int
    last: int
    scene: int
    kind: str  # of a Move
    panels: tuple[Panel, ...]
    crop_end: Box | None = None

    @property
    def on(self) -> tuple[str, ...]:
        """Who the shot is of."""
        return tuple(dict.fromkeys(name for panel in self.panels for name in panel.on))

    def crop_at(self, frame: int) -> Box:
        """The first panel's crop at a frame of the episode."""
        start = self.panels[0].crop
        if self.crop_end is None:
            return start
        share = (frame - self.first) / max(1, self.last - self.first)
        return Box(*(a + (b - a) * share for a, b in zip(astuple(start), astuple(self.crop_end), strict=True)))

    @property
    def reach(self) -> Box:
        """All that the first panel shows from first to last frame, in the shape of its crop."""
        start, end = self.panels[0].crop, self.crop_end
        if end is None or _holds(start, end):
            return start
        if _holds(end, start):
            return end
        left, top = min(start.left, end.left), min(start.top, end.top)
        width, height = max(start.right, end.right) - left, max(start.bottom, end.bottom) - top
        grown = max(width, height * start.width / start.height)
        left -= (grown - width) / 2
        top -= (grown * start.height / start.width - height) / 2
        return Box(left, top, left + grown, top + grown * start.height / start.width)

    def as_dict(self) -> dict[str, Any]:
        """As `timeline.json` keeps it."""
        row: dict[str, Any] = {
            "start_s": frames_to_seconds(self.first),
            "end_s": frames_to_seconds(self.last),
            "kind": self.kind,
            "scene": self.scene,
            "on": list(self.on),
            "crop": edges(self.panels[0].crop),
        }
        if self.crop_end is not None:
            row["crop_end"] = edges(self.crop_end)
        if len(self.panels) > 1:
            row["panels"] = [
                {"on": list(panel.on), "crop": edges(panel.crop), "area": edges(panel.area)} for panel in self.panels
            ]
        return row


def read_shot(row: Mapping[str, Any], size: Size) -> Shot:
    """A shot as `timeline.json` keeps it.  size: of the frame.

    Raises KeyError, TypeError or ValueError where the row is not one.
    """
    if "panels" in row:
        panels = tuple(
            Panel(read_box(panel["crop"]), read_box(panel["area"]), _names(panel["on"])) for panel in row["panels"]
        )
    else:
        panels = (Panel(read_box(row["crop"]), whole_frame(size), _names(row["on"])),)
    return Shot(
        to_frames(float(row["start_s"])),
        to_frames(float(row["end_s"])),
        int(row["scene"]),
        str(row["kind"]),
        panels,
        read_box(row["crop_end"]) if "crop_end" in row else None,
    )


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer.left <= inner.left
        and outer.top <= inner.top
        and outer.right >= inner.right
        and outer.bottom >= inner.bottom
    )


def _names(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def read_box(values: Any) -> Box:
    """A box as a file keeps it. Raises TypeError or ValueError where it is none."""
    left, top, right, bottom = (float(edge) for edge in values)
    if not (math.isfinite(right - left) and math.isfinite(bottom - top) and right > left and bottom > top):
        raise ValueError(f"{values} is not a box")
    return Box(left, top, right, bottom)


def seen_in(shot: Shot, seats: Mapping[str, Box]) -> tuple[str, ...]:
    """Whose head or shoulders can be in a shot.  seats: face boxes of the scene."""
    crops = [shot.reach, *(panel.crop for panel in shot.panels[1:])]

    def near(box: Box, crop: Box) -> bool:
        return (
            box.left - 1.5 * box.width < crop.right
            and box.right + 1.5 * box.width > crop.left
            and box.top - box.height < crop.bottom
            and box.bottom + 2 * box.height > crop.top
        )

    return tuple(name for name, box in seats.items() if any(near(box, crop) for crop in crops))


def edges(box: Box) -> list[float]:
    """[left, top, right, bottom], rounded for a file."""
    return [round(edge, 2) for edge in astuple(box)]


def whole_frame(size: Size) -> Box:
    """The area of a panel that fills the frame."""
    return Box(0.0, 0.0, float(size[0]), float(size[1]))
