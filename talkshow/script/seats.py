"""Where a character sits: the one grammar of seats, for scripts, flags, settings and speakers.toml.

    left  center  right         also leftmost, centre, middle, mid, rightmost
    2                           counted from the left, from 1
    120,80,310,330              a box in the picture's pixels: left, top, right, bottom
    off                         heard, not seen; also off-screen

Case, white space, hyphens and the width of characters make no difference; numbers may have a sign, decimals and an
exponent, and may be written in the digits of any script.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Literal

from talkshow.errors import CastError, nearest, printable

Kind = Literal["left", "center", "right", "number", "box", "off"]
Edges = tuple[float, float, float, float]  # left, top, right, bottom

MOST_DRAWN = 6  # people in one drawn scene
SEAT_WORDS = ("left", "center", "right", "off")
_LARGEST = 999  # the highest number of a seat
_WORDS: dict[str, Kind] = {
    "left": "left",
    "leftmost": "left",
    "far left": "left",
    "center": "center",
    "centre": "center",
    "middle": "center",
    "mid": "center",
    "right": "right",
    "rightmost": "right",
    "far right": "right",
    "off": "off",
    "offscreen": "off",
    "off screen": "off",
}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?")
_BETWEEN = re.compile(r"\s*[,;、،]\s*|\s+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–−", "-"))
_CHOICES = (
    "Write left, center, right, the number of a face counted from the left (2), a box "
    "left,top,right,bottom in the picture's pixels (120,80,310,330), or off."
)


@dataclass(frozen=True)
class Seat:
    """A place in the picture, or off screen.

    number: from 1, where `kind` is "number".  edges: in pixels, where it is "box".  written: as the user wrote it,
    for messages; two seats are equal whatever their spelling.
    """

    kind: Kind
    number: int = 0
    edges: Edges | None = None
    written: str = field(default="", compare=False)

    @classmethod
    def parse(cls, value: object) -> Seat:
        """The seat that a text means, or what TOML has without quotes: a whole number, a list of four numbers.

        Raises CastError, with the nearest word, for what is not a seat.
        """
        if isinstance(value, (list, tuple)):
            text = ",".join(map(str, value))
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            text = str(value)
        else:
            raise CastError(f"a seat cannot be {_shown(repr(value))}. {_CHOICES}")
        plain = _plain(text)
        if word := _WORDS.get(" ".join(re.split(r"[\s_-]+", plain))):
            return cls(word, written=text)
        parts = _BETWEEN.split(re.sub(r"^\[(.*)\]$|^\((.*)\)$", r"\1\2", plain).strip())
        if not all(map(_NUMBER.fullmatch, parts)):
            raise CastError(_unknown(text, plain))
        numbers = [float(part) for part in parts]
        if len(numbers) == 1:
            return cls("number", _counted(numbers[0], text), written=text)
        return cls("box", edges=_edges(numbers, text), written=text)

    @property
    def is_off(self) -> bool:
        """Whether the character is heard and not seen."""
        return self.kind == "off"

    def __str__(self) -> str:
        """The plainest spelling, which `parse` reads back."""
        if self.edges:
            return ",".join(f"{edge:.12g}" for edge in self.edges)
        return str(self.number) if self.kind == "number" else self.kind


OFF = Seat("off", written="off")


def seat_of(name: str, value: object, place: str = "") -> Seat:
    """The seat of a character.  place: put before the message. Raises CastError, which names the character."""
    try:
        return Seat.parse(value)
    except CastError as exc:
        raise CastError(f"{place}{printable(name)}: {exc}") from None


def is_off(written: str | None) -> bool:
    """Whether a seat as written means off screen; what is not a seat does not."""
    try:
        return written is not None and Seat.parse(written).is_off
    except CastError:
        return False


def _plain(text: str) -> str:
    """`text` in small letters of usual width, with ASCII digits and hyphens and without invisible characters."""
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES).casefold()
    seen = (ch for ch in folded if unicodedata.category(ch) != "Cf")
    return "".join(str(unicodedata.decimal(ch)) if ch.isdecimal() else ch for ch in seen).strip()


def _unknown(text: str, plain: str) -> str:
    if not plain:
        return f"the seat is empty. {_CHOICES}"
    near = nearest(plain[:60], _WORDS)
    guess = f"Did you mean '{near}'? " if near else ""
    return f"there is no seat '{_shown(text)}'. {guess}{_CHOICES}"


def _shown(text: str) -> str:
    text = printable(text.strip())
    return text if len(text) <= 60 else text[:60] + "…"


def _counted(value: float, text: str) -> int:
    if not 1 <= value <= _LARGEST or value != int(value):
        raise CastError(
            f"there is no seat '{_shown(text)}': seats are counted from the left in whole "
            f"numbers, from 1 to {_LARGEST}. {_CHOICES}"
        )
    return int(value)


def _edges(numbers: list[float], text: str) -> Edges:
    wrong = ""
    if len(numbers) != 4:
        wrong = f"a box has four numbers, not {len(numbers)}"
    elif not all(abs(edge) < 1e9 for edge in numbers):
        wrong = "its numbers are too large for a picture"
    elif numbers[2] <= numbers[0]:
        wrong = "its right edge is not to the right of its left edge"
    elif numbers[3] <= numbers[1]:
        wrong = "its bottom edge is not below its top edge"
    if wrong:
        raise CastError(
            f"there is no seat '{_shown(text)}': {wrong}. A box is left,top,right,bottom in the "
            "picture's pixels, for example 120,80,310,330."
        )
    left, top, right, bottom = numbers
    return left, top, right, bottom
