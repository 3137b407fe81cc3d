"""The renderer of pictures: opens a stage once, then yields frames of any stretch from any thread."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import astuple

import numpy as np

from talkshow.errors import FaceError, printable
from talkshow.faces import Picture, find_faces, load_picture, seat_characters
from talkshow.faces.framing import Framing, frame_picture, render_still
from talkshow.faces.mesh import fit_pose
from talkshow.render.base import Box, Frame, Performance, Stage
from talkshow.render.portrait.actor import Actor, Stroke, build_actor, cut_out
from talkshow.render.portrait.matte import matte_net

MAX_ENLARGEMENT = 2.5           # of the picture, from which a frame looks soft
MIN_FACE = 40                   # pixels of height in the frame
VERSION = 1                     # counts up whenever the same motion gives other pixels


class Portrait:
    """Animates the faces of a picture. Needs numpy and OpenCV, no GPU."""

    def open(self, stage: Stage) -> PortraitView:
        """Find, seat and prepare the faces.

        Raises FaceError without a picture, for one that cannot be read, or with too few faces; CastError for
        a seat that does not exist or is taken.
        """
        if stage.image is None:
            raise FaceError("the portrait renderer needs a picture with faces. Give one (--image FILE, or "
                            "`image:` in the script), or draw the cast (--renderer cartoon).")
        picture = load_picture(stage.image)
        faces = find_faces(picture)
        seated = seat_characters(picture, faces, stage.characters)
        keep = [face.box for face in seated.values()] or [face.box for face in faces]
        working = [Box(*(edge / picture.scale for edge in astuple(box))) for box in keep]
        framing = frame_picture(picture.pixels.shape[1::-1], working, stage.size)
        still = render_still(picture.pixels, framing)
        points = {name: framing.points(face.landmarks.points) for name, face in seated.items()}
        idle = [framing.points(face.landmarks.points) for face in faces
                if all(face is not taken for taken in seated.values())]
        poses = {name: fit_pose(landmarks) for name, landmarks in points.items()}
        bystanders = [fit_pose(landmarks) for landmarks in idle]
        net = matte_net()
        actors = {}
        for name, landmarks in points.items():
            others = [pose for other, pose in poses.items() if other != name] + bystanders
            actors[name] = build_actor(landmarks, seated[name].landmarks.presence, still, others, net)
        seats = {name: face.box for name, face in seated.items()}
        return PortraitView(picture, seats, still, actors, stage, _warnings(picture, framing, seats))


def _warnings(picture: Picture, framing: Framing, seats: Mapping[str, Box]) -> tuple[str, ...]:
    """What a viewer of the frames may dislike, and why it is so."""
    name, warnings = picture.path.name, []
    if framing.is_filled:
        warnings.append(f"{name}: the faces stand too far apart for a frame of {framing.size[0]}x{framing.size[1]}; "
                        "all of them are shown, and the rest of the frame is filled with a blurred extension of "
                        "the picture")
    if framing.scale > MAX_ENLARGEMENT:
        warnings.append(f"{name}: the picture is enlarged {framing.scale:.1f} times and will look soft; "
                        "a larger picture or a smaller --size helps")
    for character, box in seats.items():
        height = box.height / picture.scale * framing.scale
        if height < MIN_FACE:
            warnings.append(f"{name}: the face of {printable(character)} is {height:.0f} pixels high in the frame, "
                            "so its mouth will hardly be seen; a larger --size or a closer picture helps")
    return tuple(warnings)


class PortraitView:
    """An opened picture. Everything here is read only: `frames` makes its own buffers."""

    def __init__(self, picture: Picture, seats: Mapping[str, Box], still: Frame, actors: Mapping[str, Actor],
                 stage: Stage, warnings: tuple[str, ...]) -> None:
        self.seats, self.warnings = seats, warnings
        self._picture, self._still, self._actors = picture, still, actors
        decides = ["portrait", VERSION, picture.digest, stage.size,
                   {name: astuple(box) for name, box in seats.items()}]
        self.identity = hashlib.sha256(json.dumps(decides).encode()).hexdigest()

    def seat_picture(self) -> Frame:
        """The original picture, in whose pixels `seats` are boxes."""
        return self._picture.original()

    def frames(self, performance: Performance, first: int, last: int) -> Iterator[Frame]:
        """Yield frames first..last-1, (height, width, 3) uint8 RGB."""
        people = cut_out(self._still, self._actors.values())
        texture = people.copy()
        strokes = {name: Stroke(actor) for name, actor in self._actors.items()}
        motions = {name: performance.motion(name, first, last) for name in strokes}
        for index in range(last - first):
            frame: Frame = np.copy(self._still)
            for name, stroke in strokes.items():
                stroke.draw(frame, texture, people, motions[name].at(index))
            yield frame
