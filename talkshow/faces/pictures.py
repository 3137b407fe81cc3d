"""The pictures of an episode: each read, and its faces found, once, however many scenes and stages ask."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from talkshow.faces.find import SURE, Face, find_faces
from talkshow.faces.picture import Picture, decode_picture, picture_bytes

_ENOUGH = 2  # faces that a picture on its side does not show by accident
_CLEARLY = 0.1  # by which the certainty of a turned picture exceeds that of the file's own way up
_TURNS = {1: "clockwise", 3: "counter-clockwise", 2: "upside down"}  # quarter turns


@dataclass(frozen=True, eq=False)
class ReadPicture:
    """A picture, upright, and all its faces from left to right."""

    picture: Picture
    faces: tuple[Face, ...]


class Pictures:
    """What was read, by content: a file that has changed meanwhile is read again. For one thread."""

    def __init__(self) -> None:
        self._by_content: dict[str, ReadPicture] = {}
        self._contents: dict[Path, str] = {}

    def read(self, path: Path) -> ReadPicture:
        """Raises FaceError when it is missing, not a picture, or too large."""
        data = picture_bytes(path)
        content = hashlib.sha256(data).hexdigest()
        found = self._by_content.get(content)
        if found is None:
            found = self._by_content[content] = ReadPicture(*find_upright(decode_picture(path, data)))
        self._contents[path] = content
        return ReadPicture(replace(found.picture, path=path), found.faces)

    def content(self, path: Path) -> str | None:
        """SHA-256 of a file as it was last read here; None if it was not."""
        return self._contents.get(path)


def find_upright(picture: Picture) -> tuple[Picture, tuple[Face, ...]]:
    """A picture and its faces, turned where its faces are more, or more certain, than as the file shows it.

    A picture on its side may hold one false face. Two sure faces make the three other searches unnecessary.
    """
    faces = find_faces(picture)
    best, strongest, told = (picture, faces), _certainty(faces) + _CLEARLY, False
    for turns in () if _num_sure(faces) >= _ENOUGH else (1, 3, 2):
        turned = picture.turned(turns)
        found = find_faces(turned)
        if _certainty(found) > strongest and (_num_sure(found) or len(found) >= _ENOUGH):
            best, strongest, told = (turned, found), _certainty(found), True
    if not told:
        return best
    upright, found = best
    return replace(upright, remarks=(*upright.remarks, _told(picture, upright.turns, bool(faces)))), found


def _told(picture: Picture, turns: int, has_faces: bool) -> str:
    only = "its faces are clearer" if has_faces else "there are faces in it only"
    return f"{picture.path}: {only} when it is turned {_TURNS[turns]}, so that is done"


def _num_sure(faces: tuple[Face, ...]) -> int:
    return sum(face.score >= SURE for face in faces)


def _certainty(faces: tuple[Face, ...]) -> float:
    """Of all faces together: what the detector says of each, halved where no landmarks were present."""
    return sum(face.score * (1 + min(1.0, max(0.0, face.landmarks.presence))) / 2 for face in faces)
