"""A stage's reference picture: read, its faces found and seated, and how it is framed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass

from talkshow.errors import FaceError
from talkshow.faces.find import Face
from talkshow.faces.framing import Framing, frame_picture, render_still
from talkshow.faces.picture import Picture
from talkshow.faces.seats import seat_characters
from talkshow.geometry import Box, Frame
from talkshow.render.base import Stage


@dataclass(frozen=True, eq=False)
class Reference:
    """faces: all of the picture; seated: those that belong to a character; framing: in pixels of the working copy."""

    picture: Picture
    faces: tuple[Face, ...]
    seated: Mapping[str, Face]
    framing: Framing

    @property
    def seats(self) -> dict[str, Box]:
        """Face boxes in pixels of the original picture."""
        return {name: face.box for name, face in self.seated.items()}

    def still(self) -> Frame:
        """The picture as the frame shows it."""
        return render_still(self.picture.pixels, self.framing)


def read_reference(stage: Stage) -> Reference:
    """Raises FaceError for a picture that cannot be read or has too few faces, CastError for an impossible seat."""
    if stage.image is None:
        raise FaceError(
            "the portrait renderer needs a picture with faces. Give one (--image FILE, or "
            "`image:` in the script), or draw the cast (--renderer cartoon)."
        )
    read = stage.pictures.read(stage.image)
    picture, faces = read.picture, read.faces
    seated = seat_characters(picture, faces, stage.characters)
    keep = [face.box for face in seated.values()] or [face.box for face in faces]
    working = [scaled(box, 1 / picture.scale) for box in keep]
    return Reference(picture, faces, seated, frame_picture(picture.pixels.shape[1::-1], working, stage.size))


def shown_part(framing: Framing, picture: Picture) -> Box:
    """The part of the original picture that fills the frame; it may reach outside."""
    (left, top), (width, height) = framing.origin, framing.size
    return scaled(Box(left, top, left + width / framing.scale, top + height / framing.scale), picture.scale)


def scaled(box: Box, scale: float) -> Box:
    """All edges times `scale`."""
    return Box(*(edge * scale for edge in astuple(box)))
