"""What a script's seats ask for that cannot be, as far as the script alone shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from talkshow.errors import CastError
from talkshow.script.model import CharacterHint, Scene, Script
from talkshow.script.seats import MOST_DRAWN, Seat, seat_of

Found = tuple[str, int, str]  # severity, line, message


def seating_problems(script: Script) -> Iterator[Found]:
    """Seats that do not exist or are given twice, and those that a drawn cast does not have."""
    seats: dict[str, Seat] = {}
    for hint in script.cast:
        if hint.seat is not None:
            try:
                seats[hint.name] = seat_of(hint.name, hint.seat)
            except CastError as exc:
                yield "error", hint.source_line, str(exc)
    hints = {hint.name: hint for hint in script.cast}
    seen = [_seen(scene, seats) for scene in script.scenes]
    yield from _given_twice(script.scenes, seen, seats, hints)
    drawn = dict.fromkeys(
        name for scene, names in zip(script.scenes, seen, strict=True) if scene.image is None for name in names
    )
    for name in drawn:
        if name in seats and (problem := _undrawable(name, seats[name], len(script.speakers))):
            yield "warning", hints[name].source_line, problem


def _seen(scene: Scene, seats: Mapping[str, Seat]) -> list[str]:
    """Who is on screen in a scene, in order of first speech."""
    return [name for name in scene.on_screen if name not in seats or not seats[name].is_off]


def _given_twice(
    scenes: Sequence[Scene], seen: Sequence[list[str]], seats: Mapping[str, Seat], hints: Mapping[str, CharacterHint]
) -> Iterator[Found]:
    told: set[frozenset[str]] = set()
    for scene, names in zip(scenes, seen, strict=True):
        for one, other in combinations((name for name in names if name in seats), 2):
            same = seats[one] == seats[other]
            alike = scene.image is None and {str(seats[one]), str(seats[other])} == {"left", "1"}
            if (same or alike) and frozenset((one, other)) not in told:
                told.add(frozenset((one, other)))
                which = str(seats[one]) if same else "left is seat 1 in a drawn scene"
                yield (
                    "error" if same else "warning",
                    max(hints[one].source_line, hints[other].source_line),
                    f"{one} and {other} have the same seat ({which}); give one of them another seat, or none",
                )


def _undrawable(name: str, seat: Seat, num_people: int) -> str:
    """What a drawn cast makes of a seat that it does not have; "" where it has it."""
    if seat.kind == "box":
        return (
            f"{name}: seat={seat} is a box in a picture, but a scene that {name} is in has none: a drawn cast has "
            "no boxes. Give the scene a picture with image: (or --image), or write left, center, right or a number"
        )
    if seat.kind == "number" and seat.number > MOST_DRAWN:
        return (
            f"{name}: seat={seat}, but a drawn scene has {MOST_DRAWN} seats, counted from the left. Write 1 to "
            f"{MOST_DRAWN}, or give the scene a picture with image: (or --image)"
        )
    if seat.kind == "number" and seat.number > num_people:
        return (
            f"{name}: seat={seat}, but {num_people} {'people speak' if num_people != 1 else 'person speaks'}: in a "
            f"drawn scene the highest seat is {num_people}, the one at the right"
        )
    return ""
