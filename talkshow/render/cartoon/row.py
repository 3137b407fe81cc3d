"""One row of people, with the things next to and in front of them, in its own part of the frame."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from talkshow.render.cartoon.canvas import Pixels
from talkshow.render.cartoon.layout import Table
from talkshow.render.cartoon.lens import Lens
from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.puppet import Puppet
from talkshow.render.cartoon.sets import beside, front
from talkshow.render.cartoon.sprite import Sprite


@dataclass(frozen=True, eq=False)
class Row:
    """part: the frame's rows of pixels that it may draw on, so that no hat reaches into the row above; puppets: the
    visible people, by name; things: next to some of them; before: in front of all of them."""

    part: slice
    puppets: Mapping[str, Puppet]
    things: Mapping[str, Sprite]
    before: Sprite | None

    def draw(self, pixels: Pixels, poses: Mapping[str, Mapping[str, float]]) -> None:
        """Paint the row over a frame.  poses: all CHANNELS of one frame, by name."""
        own = pixels[self.part]
        for name, puppet in self.puppets.items():
            puppet.draw(own, poses[name])
            if name in self.things:
                self.things[name].draw(own)
        if self.before is not None:
            self.before.draw(own)


def seat_row(
    names: Sequence[str],
    table: Table,
    lens: Lens,
    prompt: str,
    looks: Mapping[str, Look],
    on: Collection[str] | None = None,
) -> Row:
    """Put people on the seats of a row, from left to right.

    table: in pixels of the whole set; on: who is drawn, if not all.
    """
    framed = lens.framed(table)
    top, bottom = (min(max(row, 0), lens.size[1]) for row in (framed.begin, framed.foot))
    local = framed.moved_up(top)
    seats = local.seats
    seen = [
        (name, seat)
        for name, seat in zip(names, seats, strict=False)
        if bottom > top and lens.shows(seat) and (on is None or name in on)
    ]
    things = {name: beside(prompt, seat, len(seats), lens.size) for name, seat in seen}
    return Row(
        slice(top, bottom),
        {name: Puppet(looks[name], seat) for name, seat in seen},
        {name: thing for name, thing in things.items() if thing is not None},
        front(prompt, local, lens.size) if seen else None,
    )
