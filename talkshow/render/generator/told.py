"""Describes a scene for the generator: the region of each person, and a prompt.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from talkshow.geometry import Box, Size
from talkshow.script.model import Line

_MARGIN = 0.05  # of a person's region, and of the picture's height, left to the background
_NUMBERS = ("Nobody", "One person", "Two people", "Three people", "Four people", "Five people", "Six people")
_DOING = (
    "looks into the camera and speaks, with lively facial expressions and natural gestures",
    "sit together and talk to each other, with lively facial expressions and natural gestures",
)


def regions(seats: Mapping[str, Box], size: Size) -> dict[str, Box]:
    """The part of a picture that belongs to each person: from halfway to one neighbour to halfway to the other.

    seats: face boxes; size: (width, height) of the picture. For two people in the middle of their halves this is
    what the reference assumes. Where two faces stand one above the other, their regions meet halfway in height.
    """
    width, height = size
    found = {}
    for name, face in seats.items():
        left, top, right, bottom = 0.0, _MARGIN * height, float(width), (1 - _MARGIN) * height
        for other_name, other in seats.items():
            if other_name == name:
                continue
            (x, y), (other_x, other_y) = face.center, other.center
            if abs(other_x - x) >= 0.5 * (face.width + other.width) / 2:
                middle = (x + other_x) / 2
                left, right = (max(left, middle), right) if other_x < x else (left, min(right, middle))
            else:
                middle = (y + other_y) / 2
                top, bottom = (max(top, middle), bottom) if other_y < y else (top, min(bottom, middle))
        inset = _MARGIN * (right - left)
        found[name] = Box(left + inset, top, right - inset, bottom)
    return found


def scene_prompt(prompt: str, title: str, num_people: int) -> str:
    """The scene's own words; where it has none, a sentence that suits the number of people and the place."""
    if prompt:
        return prompt
    number = _NUMBERS[num_people] if num_people < len(_NUMBERS) else f"{num_people} people"
    place = f" Place: {title}." if title else ""
    return f"{number} {_DOING[min(max(num_people, 1), 2) - 1]}.{place}"


def direction_told(line: Line) -> str:
    """How a line is said, for the prompt: a text encoder hears a negated word as if nothing denied it."""
    return ", ".join(direction.name for direction in line.opening_directions if not direction.meaning.negated)


def chunk_prompt(prompt: str, spoken: Sequence[tuple[str, str]], order: Sequence[str]) -> str:
    """The scene's prompt with how people speak in a chunk.

    spoken: (name, direction) of the lines heard in it; order: names from left to right.
    """
    told = []
    for name, direction in dict.fromkeys(spoken):
        if direction and name in order:
            told.append(f"{_whereabouts(order.index(name), len(order))} speaks: {direction}.")
    return " ".join([prompt, *told])


def _whereabouts(index: int, count: int) -> str:
    if count == 1:
        return "The person"
    if index in (0, count - 1):
        return f"The person on the {'left' if index == 0 else 'right'}"
    return "The person in the middle" if count == 3 else f"The person {index + 1} from the left"
