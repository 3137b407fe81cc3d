"""The cartoon renderer: opens a drawn set with its cast, then yields frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, astuple
from itertools import islice

import numpy as np

from talkshow.errors import FaceError
from talkshow.geometry import Box, Frame, Size
from talkshow.performance.channels import CHANNELS
from talkshow.render.base import Performance, Stage, StageView
from talkshow.render.cartoon.canvas import Pixels
from talkshow.render.cartoon.layout import beyond_the_cast, lay_out, order_seats
from talkshow.render.cartoon.lens import Lens
from talkshow.render.cartoon.looks.wardrobe import choose_looks
from talkshow.render.cartoon.palette import INK
from talkshow.render.cartoon.people.body import build
from talkshow.render.cartoon.row import seat_row
from talkshow.render.cartoon.sets import paint_set, seating_of
from talkshow.script.seats import MOST_DRAWN
from talkshow.store.digests import digest, identity

REVISION = 11  # increase when the same motion would give different pixels

_DIVIDER = 0.006  # height of the line between two rows, in heights of the frame

REST: Mapping[str, float] = dict.fromkeys(CHANNELS, 0.0)


class Cartoon:
    """Draws the cast in a place. Needs no picture: `stage.image` is ignored."""

    summary = "draws a cast and the place it sits in"
    megapixels_per_second = 28.0

    def open(self, stage: Stage) -> CartoonView:
        """Choose looks, assign seats, paint the set.

        Raises FaceError for more people than a scene can seat, CastError for an impossible seat.
        """
        num = len(stage.characters)
        if num > MOST_DRAWN:
            names = ", ".join(character.name for character in stage.characters)
            raise FaceError(
                f"The drawn cast seats {MOST_DRAWN} people in one scene, but this one has {num} ({names}). "
                f"Move some off screen with seat=off (or --seat {stage.characters[-1].name}=off), or "
                "split the scene."
            )
        return CartoonView(stage)


class CartoonView(StageView):
    """A painted set with puppets in their seats, seen whole or through a crop."""

    detail = 8.0  # everything is drawn, at any size
    isolates = True

    def __init__(
        self, stage: Stage, crop: Box | None = None, size: Size | None = None, on: tuple[str, ...] | None = None
    ) -> None:
        """crop: in pixels of the whole set at `stage.size`; size: of the frames, if it is another; on: who is
        drawn, if not all."""
        looks, warnings = choose_looks(stage.characters, stage.seed, stage.company)
        order = order_seats(stage.characters)
        widths = [build(looks[name]).span for name in order] or [0.0]
        tables = lay_out(widths, stage.size, seating_of(stage.prompt))
        places = [seat for table in tables for seat in table.seats]
        self.warnings = (*warnings, *beyond_the_cast(stage.company or stage.characters))
        self.looks = looks
        self.seats = {name: seat.face for name, seat in zip(order, places, strict=False)}
        width = float(stage.size[0])
        rows = [Box(0.0, table.begin, width, table.foot) for table in tables for _ in table.seats]
        self.rooms = dict(zip(order, rows, strict=False))
        self.picture_size = stage.size  # also of a closer view: its boxes are those of the whole set
        self.crop = crop or Box(0.0, 0.0, float(stage.size[0]), float(stage.size[1]))
        self._stage = stage
        self.identity = digest(
            identity("cartoon", REVISION),
            stage.size,
            stage.prompt,
            stage.seed,
            astuple(self.crop),
            size,
            on,
            [(name, asdict(looks[name])) for name in order],
        )
        lens = Lens(self.crop, stage.size, size or stage.size)
        self._background = paint_set(stage.prompt, lens, tables)
        names = iter(order)
        self._rows = [
            seat_row(list(islice(names, len(table.seats))), table, lens, stage.prompt, looks, on) for table in tables
        ]
        half = max(1, round(_DIVIDER * stage.size[1] * lens.zoom / 2))
        self._dividers = [
            slice(max(0, row - half), max(0, row + half)) for row in (lens.framed(table).begin for table in tables[1:])
        ]
        self._seen = [name for row in self._rows for name in row.puppets]

    def cropped(self, crop: Box, size: Size, on: tuple[str, ...]) -> CartoonView:
        """The same set drawn larger through `crop`, as if the camera moved up to `on`; no one else is drawn."""
        return CartoonView(self._stage, crop, size, on)

    def seat_picture(self) -> Frame:
        """All people at rest: the first frame before any motion."""
        return self._draw(dict.fromkeys(self._seen, REST))

    def frames(self, performance: Performance, first: int, last: int) -> Iterator[Frame]:
        """Yield frames first..last-1 of the episode."""
        moves = {name: performance.motion(name, first, last) for name in self._seen}
        for index in range(last - first):
            yield self._draw({name: motion.at(index) for name, motion in moves.items()})

    def _draw(self, poses: Mapping[str, Mapping[str, float]]) -> Frame:
        """One new frame; only reads what `open` made."""
        pixels: Pixels = np.array(self._background)
        for row in self._rows:
            row.draw(pixels, poses)
        for rows in self._dividers:
            pixels[rows] = INK
        return pixels
