"""Shows a set through a crop: the layout is that of the whole frame, moved and drawn larger."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from talkshow.geometry import Box, Size
from talkshow.render.cartoon.canvas import Pixels
from talkshow.render.cartoon.layout import Place, Table

_REACH = 200.0  # largest extent of a person to each side of the head's origin, in head units


@dataclass(frozen=True)
class Lens:
    """crop: of the whole set in its own pixels, `set_size`; size: of the frames it fills."""

    crop: Box
    set_size: Size
    size: Size

    @property
    def zoom(self) -> float:
        """Frame pixels per pixel of the whole set."""
        return self.size[0] / self.crop.width

    @property
    def whole(self) -> Size:
        """The size at which the whole set would be painted."""
        return round(self.set_size[0] * self.zoom), round(self.set_size[1] * self.zoom)

    def at_most(self, zoom: float) -> Lens:
        """The same crop in frames so small that nothing is enlarged by more than `zoom`."""
        share = min(1.0, zoom / self.zoom)
        return replace(self, size=(max(2, round(self.size[0] * share)), max(2, round(self.size[1] * share))))

    @property
    def _corner(self) -> tuple[int, int]:
        return round(self.crop.left * self.zoom), round(self.crop.top * self.zoom)

    def seat(self, seat: Place) -> Place:
        """A seat of the whole set, in frame pixels."""
        left, top = self._corner
        return replace(
            seat,
            x=seat.x * self.zoom - left,
            y=seat.y * self.zoom - top,
            scale=seat.scale * self.zoom,
            table_row=round(seat.table_row * self.zoom) - top,
        )

    def table(self, table: Table) -> Table:
        """A table in pixels of the whole set painted large."""
        rows = {name: round(getattr(table, name) * self.zoom) for name in ("begin", "back", "front", "foot")}
        seats = tuple(
            replace(
                seat,
                x=seat.x * self.zoom,
                y=seat.y * self.zoom,
                scale=seat.scale * self.zoom,
                table_row=round(seat.table_row * self.zoom),
            )
            for seat in table.seats
        )
        return replace(table, scale=table.scale * self.zoom, seats=seats, **rows)

    def framed(self, table: Table) -> Table:
        """A table in frame pixels."""
        top = self._corner[1]
        large = self.table(table)
        rows = {name: getattr(large, name) - top for name in ("begin", "back", "front", "foot")}
        return replace(large, seats=tuple(self.seat(seat) for seat in table.seats), **rows)

    def window(self, painted: Pixels) -> Pixels:
        """The crop of the set painted at `whole`, (height, width, 3); outside the set, the border is repeated."""
        (left, top), (width, height) = self._corner, self.size
        rows = np.clip(np.arange(top, top + height), 0, painted.shape[0] - 1)
        columns = np.clip(np.arange(left, left + width), 0, painted.shape[1] - 1)
        return np.ascontiguousarray(painted[rows[:, None], columns[None, :]])

    def shows(self, seat: Place) -> bool:
        """Whether a person on a seat (in frame pixels) can be in the frame."""
        reach = _REACH * seat.scale
        return -reach < seat.x < self.size[0] + reach
