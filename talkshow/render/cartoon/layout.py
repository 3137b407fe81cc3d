"""Assigns the seats: rows that fill a frame of any shape without crowding."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from talkshow.cast.types import StagedCharacter
from talkshow.errors import CastError, printable
from talkshow.geometry import Box, Size
from talkshow.render.cartoon.people.head import FACE_BOX
from talkshow.render.cartoon.people.posture import LAP_Y, TABLE_Y
from talkshow.script.seats import MOST_DRAWN, Seat

# head units that a seat takes at least, elbows included, by how many sit in a row: larger groups move up
_SEAT_WIDTHS = {1: 276.0, 2: 276.0, 3: 272.0, 4: 252.0, 5: 238.0, 6: 232.0}
_SIDES = 24.0  # head units that stay free at both sides of a row, together
_ABOVE = 132.0  # head units over the origin of a head
_LARGEST = 0.0019  # scale of the largest head, in frame heights per unit


@dataclass(frozen=True)
class Seating:
    """How people sit.  back, front: units below a head's origin at which a table's edges lie, or the lap and the
    knees; below: how far down a row is seen at least; low: share of a frame's spare height that is above heads, in
    wide and in tall rows; table: whether a table hides what is below its back edge."""

    back: float
    front: float
    below: float
    low: tuple[float, float]
    table: bool


SEATINGS = {
    "table": Seating(TABLE_Y, TABLE_Y + 62, TABLE_Y + 84, (0.80, 0.66), True),
    "sofa": Seating(LAP_Y, LAP_Y + 64, 372.0, (0.50, 0.45), False),
    "bench": Seating(LAP_Y, LAP_Y + 64, 372.0, (0.62, 0.50), False),
    "stool": Seating(LAP_Y, LAP_Y + 64, 424.0, (0.40, 0.40), False),
}


@dataclass(frozen=True)
class Place:
    """Where one person sits on the set.

    (x, y): pixel of the head's origin; scale: pixels per head unit; table_row: the pixel row at which the table
    begins to hide the body; turn: degrees the head is turned towards the middle of the table; room: head units
    to the middle of the gap to a neighbour; seating: one of SEATINGS.
    """

    x: float
    y: float
    scale: float
    table_row: int
    turn: float
    room: float
    seating: str = "table"

    @property
    def face(self) -> Box:
        """The face at rest, in pixels."""
        left, top, right, bottom = (v * self.scale for v in FACE_BOX)
        return Box(self.x + left, self.y + top, self.x + right, self.y + bottom)


@dataclass(frozen=True)
class Table:
    """One row of people. Rows of pixels: where its part of the frame begins, the table's back and front edge (or laps
    and knees), and its foot, where the next row or the frame ends. beyond: head units from the outer heads to the
    sides of the set."""

    begin: int
    back: int
    front: int
    foot: int
    scale: float
    seats: tuple[Place, ...]
    beyond: float = 0.0

    @property
    def middle(self) -> float:
        """Pixel column of the middle of the row."""
        return (self.seats[0].x + self.seats[-1].x) / 2

    def moved_up(self, rows: int) -> Table:
        """The same row in a picture that begins the given number of pixels further down."""
        seats = tuple(replace(seat, y=seat.y - rows, table_row=seat.table_row - rows) for seat in self.seats)
        return replace(
            self,
            begin=self.begin - rows,
            back=self.back - rows,
            front=self.front - rows,
            foot=self.foot - rows,
            seats=seats,
        )

    @property
    def seating(self) -> str:
        """One of SEATINGS."""
        return self.seats[0].seating


def lay_out(widths: Sequence[float], size: Size, seating: str = "table") -> tuple[Table, ...]:
    """Tables from back to front, with a seat for each width in reading order.

    widths: head units of each person from shoulder to shoulder; the sides of the frame never cut a broad person. One
    row if it fits; in narrow frames two or three rows, one above the other as on a split screen, if that makes the
    people clearly larger.
    """
    width, height = size
    kind = SEATINGS[seating]
    taken, best = _spread(widths, 1), 0.0
    for rows in range(1, len(widths) + 1):
        spread = _spread(widths, rows)
        scale = _scale(spread, width, height, kind)
        if scale > best * 1.25:
            taken, best = spread, scale
    # people sit low in the frame, like hosts; in tall frames a little higher
    share = height / len(taken)
    spare = (share - (_ABOVE + kind.below) * best) * kind.low[width <= share]
    tables: list[Table] = []
    for row, needed in enumerate(taken):
        begin = tables[-1].foot if tables else 0
        foot = round((row + 1) * share)
        origin = row * share + spare + _ABOVE * best
        back, front = round(origin + kind.back * best), round(origin + kind.front * best)
        apart = min(width / (sum(needed) + _SIDES), (1.5 if kind.table else 1.15) * best)  # pixels per unit
        edge = width / 2 - sum(needed) / 2 * apart
        seats = tuple(
            Place(
                edge + (sum(needed[:place]) + own / 2) * apart,
                origin,
                best,
                back if kind.table else foot,
                turn=-7.0 * _side(place, len(needed)),
                room=own * apart / best / 2,
                seating=seating,
            )
            for place, own in enumerate(needed)
        )
        beyond = min(seats[0].x, width - seats[-1].x) / best
        tables.append(Table(begin, back, front, foot, best, seats, beyond))
    return tuple(tables)


def _scale(spread: Sequence[Sequence[float]], width: int, height: int, kind: Seating) -> float:
    return min(
        width / (max(map(sum, spread)) + _SIDES), height / (len(spread) * (_ABOVE + kind.below) + 8), _LARGEST * height
    )


def _spread(widths: Sequence[float], rows: int) -> list[list[float]]:
    """The head units of each person, by row, the fuller rows in front."""
    low, more = divmod(len(widths), rows)
    spread, first = list[list[float]](), 0
    for row in range(rows):
        count = low + (row >= rows - more)
        spread.append([max(_SEAT_WIDTHS[count], own) for own in widths[first : first + count]])
        first += count
    return spread


def _side(place: int, count: int) -> float:
    """-1 at the left end of a row .. 1 at the right end; 0 for a row of one."""
    return 0.0 if count == 1 else 2 * place / (count - 1) - 1


def order_seats(characters: Sequence[StagedCharacter]) -> list[str]:
    """Names in seat order, left to right.

    A seat is a position in the order, not a chair: if a person is missing from a scene the others move up, so that
    `seat=3` is also valid in a scene of two. People without a seat fill the gaps.
    Raises CastError for a seat that a drawn set does not have, and for two people on one seat.
    """
    num = len(characters)
    wanted: dict[float, StagedCharacter] = {}
    for character in characters:
        if character.seat is None:
            continue
        rank = _rank(character.seat, character.name, num)
        if rank in wanted:
            both = (
                f"{printable(one.name)} (seat={printable(one.seat.written) if one.seat else ''})"
                for one in (wanted[rank], character)
            )
            raise CastError(f"{' and '.join(both)} have the same seat. Give one of them another seat, or none.")
        wanted[rank] = character
    order: list[str | None] = [None] * num
    first = 0
    for place, rank in enumerate(sorted(wanted)):
        last = num - (len(wanted) - place)  # leaves room for seats further right
        index = last if math.isinf(rank) else min(max(math.floor(rank) - 1, first), last)
        order[index] = wanted[rank].name
        first = index + 1
    free = iter(character.name for character in characters if character.seat is None)
    return [next(free) if name is None else name for name in order]


def beyond_the_cast(characters: Sequence[StagedCharacter]) -> list[str]:
    """Warnings about seat numbers above the number of people.  characters: all who are drawn in the episode."""
    num = len(characters)
    return [
        f"{printable(character.name)}: seat={printable(character.seat.written)}, but {num} "
        f"{'people are' if num != 1 else 'person is'} drawn: the highest seat is {num}, the one at the right"
        for character in characters
        if character.seat and character.seat.kind == "number" and character.seat.number > num
    ]


def _rank(seat: Seat, name: str, num: int) -> float:
    """A seat as a position from the left: 1 for left, infinity for right, a little over n for center."""
    if seat.kind == "number" and seat.number > MOST_DRAWN:
        raise CastError(
            f"{printable(name)}: seat={printable(seat.written)}, but a drawn scene has {MOST_DRAWN} seats, "
            f"counted from the left. Use 1 to {MOST_DRAWN}, left, center or right."
        )
    if seat.kind == "box":
        raise CastError(
            f"{printable(name)}: seat={printable(seat.written)} is a box in a picture, and the drawn cast "
            "has no picture. Use left, center, right or a number from the left, or give a picture and "
            "--renderer portrait."
        )
    if seat.kind == "number":
        return float(seat.number)
    return {"left": 1.0, "center": (num + 1) // 2 + 0.5, "right": math.inf}[seat.kind]
