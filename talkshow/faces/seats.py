"""Assigns the characters to the faces of a picture, and draws the seat plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from talkshow.cast.types import StagedCharacter
from talkshow.errors import CastError, FaceError, choose, printable
from talkshow.faces.find import Face, face_in_box, format_box
from talkshow.faces.picture import Picture
from talkshow.geometry import Box
from talkshow.script.seats import Seat

PROMINENT = 0.45  # a face of at least this share of the tallest one is not a passer-by
COLORS = ((255, 196, 61), (92, 200, 255), (255, 122, 150), (126, 226, 140), (200, 160, 255), (255, 160, 90))


def seat_characters(picture: Picture, faces: Sequence[Face], characters: Sequence[StagedCharacter]) -> dict[str, Face]:
    """Give every character a face.

    Characters with a seat come first (if no face was found in a box, one is fitted there with less certainty). The
    others take the free prominent faces from left to right, in order of first speech.

    faces: from left to right, as `find_faces` returns them.
    Raises CastError for a seat that the picture does not have or that is taken, FaceError for too few faces.
    """
    seated: dict[str, Face] = {}
    for character in characters:
        if character.seat:
            face = _face_at(character.seat, picture, faces, character.name)
            for other, taken in seated.items():
                if _same_place(face.box, taken.box):
                    raise CastError(
                        f"{printable(character.name)} and {printable(other)} have the same seat "
                        f"('{printable(character.seat.written)}'). {_free_seats(faces, seated)}"
                    )
            seated[character.name] = face
    waiting = [character.name for character in characters if not character.seat]
    free = [face for face in faces if not any(_same_place(face.box, taken.box) for taken in seated.values())]
    if len(waiting) > len(free):
        raise FaceError(
            _too_few(picture, len(faces), [character.name for character in characters], waiting[len(free) :])
        )
    prominent = _prominent(free)
    chosen = prominent if len(prominent) >= len(waiting) else free
    seated.update(zip(waiting, chosen, strict=False))
    return {character.name: seated[character.name] for character in characters}


def _face_at(seat: Seat, picture: Picture, faces: Sequence[Face], name: str) -> Face:
    """The face that a seat means."""
    if seat.edges:
        box = Box(*seat.edges)
        inside = [face for face in faces if _same_place(face.box, box)]
        return inside[0] if inside else face_in_box(picture, box)
    if not faces:
        raise FaceError(_too_few(picture, 0, [name], [name]))
    if seat.kind != "number":
        row = _prominent(faces)
        return row[{"left": 0, "center": (len(row) - 1) // 2, "right": -1}[seat.kind]]
    if seat.number <= len(faces):
        return faces[seat.number - 1]
    numbers = [str(index + 1) for index in range(len(faces))]
    raise CastError(
        f"{printable(name)}: there is no seat '{printable(seat.written)}' in {picture.path}, which has "
        f"{_count(len(faces))}. {choose(str(seat), ['left', 'center', 'right', *numbers])} "
        "A box left,top,right,bottom in the picture's pixels works too."
    )


def _prominent(faces: Sequence[Face]) -> list[Face]:
    tallest = max((face.box.height for face in faces), default=0.0)
    return [face for face in faces if face.box.height >= PROMINENT * tallest]


def _same_place(a: Box, b: Box) -> bool:
    """Whether the centre of one box is in the middle of the other."""

    def holds(outer: Box, inner: Box) -> bool:
        x, y = inner.center
        return abs(x - outer.center[0]) < 0.4 * outer.width and abs(y - outer.center[1]) < 0.4 * outer.height

    return holds(a, b) or holds(b, a)


def _count(number: int) -> str:
    return "no face that can be animated" if not number else f"{number} face{'s' if number > 1 else ''}"


def _free_seats(faces: Sequence[Face], seated: Mapping[str, Face]) -> str:
    free = [
        f"{index + 1} (the box {format_box(face.box)})"
        for index, face in enumerate(faces)
        if not any(_same_place(face.box, taken.box) for taken in seated.values())
    ]
    return f"Free seats: {', '.join(free)}." if free else "No other face is free. Give one of them the seat 'off'."


def _too_few(picture: Picture, found: int, names: Sequence[str], unseated: Sequence[str]) -> str:
    name = printable(unseated[0])
    return (
        f"{picture.path}: {_count(found)} for {len(names)} character{'s' if len(names) > 1 else ''} "
        f"({', '.join(map(printable, names))}); no seat for {', '.join(map(printable, unseated))}. "
        f"Use a picture with more faces, say where a face is (--seat {name}=left,top,right,bottom in "
        f"pixels), let a character be heard but not seen (--seat {name}=off), or draw all of them "
        "(--renderer cartoon)."
    )


def draw_seat_plan(picture: NDArray[np.uint8], seats: Mapping[str, Box]) -> NDArray[np.uint8]:
    """The picture with the box and name of every character.  picture: (height, width, 3) uint8 RGB, not changed."""
    import cv2

    plan = picture.copy()
    height, width = plan.shape[:2]
    unit = max(1.0, min(height, width) / 360)
    text_size = max(12, round(13 * unit))
    font = cv2.FontFace("sans")
    for index, (name, box) in enumerate(seats.items()):
        color = COLORS[index % len(COLORS)]
        corners = [round(edge) for edge in (box.left, box.top, box.right, box.bottom)]
        thickness = max(1, round(1.5 * unit))
        cv2.rectangle(
            plan, (corners[0], corners[1]), (corners[2], corners[3]), (0, 0, 0), thickness * 2 + 1, cv2.LINE_AA
        )
        cv2.rectangle(plan, (corners[0], corners[1]), (corners[2], corners[3]), color, thickness, cv2.LINE_AA)
        label = printable(name)
        (x, y, text_w, text_h), pad = cv2.getTextSize((0, 0), label, (0, 0), font, text_size, 600), text_size // 3
        left = int(np.clip(corners[0], 0, max(0, width - text_w - 2 * pad)))
        top = corners[1] - text_h - 2 * pad
        if top < 0:  # no space above: inside the box, at its top
            top = min(max(0, corners[1]), max(0, height - text_h - 2 * pad))
        cv2.rectangle(plan, (left, top), (left + text_w + 2 * pad, top + text_h + 2 * pad), color, cv2.FILLED)
        cv2.putText(plan, label, (left + pad - x, top + pad - y), (20, 20, 24), font, text_size, 600)
    return plan
