"""The pictures of an episode: each read, and its faces found, once, however many scenes and stages ask."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from talkshow.faces.find import Face, find_faces
from talkshow.faces.picture import Picture, decode_picture, picture_bytes


@dataclass(frozen=True, eq=False)
class ReadPicture:
    """A picture and all its faces, from left to right."""

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
            picture = decode_picture(path, data)
            found = self._by_content[content] = ReadPicture(picture, find_faces(picture))
        self._contents[path] = content
        return ReadPicture(replace(found.picture, path=path), found.faces)

    def content(self, path: Path) -> str | None:
        """SHA-256 of a file as it was last read here; None if it was not."""
        return self._contents.get(path)
