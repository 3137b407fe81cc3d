"""The pictures of an episode: each read, and its faces found, once, however many scenes and stages ask."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from talkshow.faces.find import SURE, Face, find_faces
from talkshow.faces.picture import Picture, decode_picture, picture_bytes

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
    """A picture and its faces. Where none is sure, its other three turns are tried: it may be on its side."""
    faces = find_faces(picture)
    for turns in () if any(face.score >= SURE for face in faces) else (1, 3, 2):
        turned = picture.turned(turns)
        sure = tuple(face for face in find_faces(turned) if face.score >= SURE)
        if sure:
            told = f"{picture.path}: there are faces in it only when it is turned {_TURNS[turns]}, so that is done"
            return replace(turned, remarks=(*turned.remarks, told)), sure
    return picture, faces
