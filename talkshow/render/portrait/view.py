"""The portrait renderer: opens a stage once, then yields any range of frames from any thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, replace

import numpy as np
from numpy.typing import NDArray

from talkshow.errors import printable
from talkshow.faces import Face, Picture
from talkshow.faces.framing import Framing, frame_crop, render_still
from talkshow.faces.mesh import fit_pose
from talkshow.faces.networks import NETWORKS
from talkshow.geometry import Box, Frame, Size
from talkshow.render.base import Performance, Stage, StageView
from talkshow.render.portrait.actor import Actor, Stroke, build_actor, cut_out
from talkshow.render.portrait.matte import matte_net
from talkshow.render.reference import read_reference, scaled, shown_part
from talkshow.store.digests import digest, identity

MAX_ENLARGEMENT = 2.5  # enlargement of the picture from which a frame looks soft
MIN_FACE = 40  # pixels of height in the frame
WHOLE_FACE = 0.95  # share of its landmarks in the frame from which a face is animated
REVISION = 18  # increase when the same motion would give different pixels


class Portrait:
    """Animates the faces of a picture. Needs numpy and OpenCV, no GPU."""

    summary = "moves the faces of a picture"
    weights = NETWORKS
    megapixels_per_second = 28.0

    def open(self, stage: Stage) -> PortraitView:
        """Find, seat and prepare the faces.

        Raises FaceError without a picture, for one that cannot be read, or with too few faces; CastError for
        a seat that does not exist or is taken.
        """
        found = read_reference(stage)
        return PortraitView(found.picture, found.faces, found.seated, found.framing, found.picture.pixels)


def _warnings(picture: Picture, framing: Framing, seats: Mapping[str, Box], guessed: Sequence[str]) -> tuple[str, ...]:
    """Warnings about visible shortcomings of the frames, with their causes."""
    name, warnings = picture.path.name, list(picture.remarks)
    if framing.is_filled:
        warnings.append(
            f"{name}: the faces are too far apart for a frame of {framing.size[0]}x{framing.size[1]}; "
            "all of them are shown, and the rest of the frame is filled with a blurred extension of "
            "the picture"
        )
    if framing.scale > MAX_ENLARGEMENT:
        warnings.append(
            f"{name}: the picture is enlarged {framing.scale:.1f} times and will look soft; "
            "a larger picture or a smaller --size helps"
        )
    for character, box in seats.items():
        height = box.height / picture.scale * framing.scale
        if height < MIN_FACE:
            warnings.append(
                f"{name}: the face of {printable(character)} is {height:.0f} pixels high in the frame, "
                "so its mouth will hardly be visible; a larger --size or a closer picture helps"
            )
    warnings += [
        f"{name}: no eyes, nose and mouth were found in the box of {printable(character)}, so a generic face "
        "model is used and the eyes will not blink; a box from hairline to chin puts the mouth "
        "three quarters of the way down"
        for character in guessed
    ]
    return tuple(warnings)


class PortraitView(StageView):
    """An opened picture, or a crop of it. All of it is read-only: `frames` makes its own buffers."""

    detail = MAX_ENLARGEMENT

    def __init__(
        self,
        picture: Picture,
        faces: Sequence[Face],
        seated: Mapping[str, Face],
        framing: Framing,
        pixels: NDArray[np.uint8],
    ) -> None:
        """faces: all faces of the picture; seated: those that belong to a character.

        pixels: (height, width, 3) the source of the still frame: the working copy, or for a close crop the original;
        `framing` is in pixels of the working copy.
        """
        self.seats = {name: face.box for name, face in seated.items()}
        guessed = [name for name, face in seated.items() if face.guessed]
        self.warnings = _warnings(picture, framing, self.seats, guessed)
        self._picture, self._faces, self._seated = picture, faces, seated
        taken = framing.enlarged(pixels.shape[1] / picture.pixels.shape[1])
        self._still = render_still(pixels, taken)
        self._actors = _build_actors(faces, seated, framing, self._still, taken.scale)
        self.picture_size = picture.size
        self.crop = shown_part(framing, picture)
        self.identity = digest(
            identity("portrait", REVISION),
            picture.digest,
            framing.size,
            astuple(self.crop),
            {name: astuple(box) for name, box in self.seats.items()},
        )

    def cropped(self, crop: Box, size: Size, on: tuple[str, ...]) -> PortraitView:  # noqa: ARG002 - all are present
        """The same faces through a crop, from the picture's full resolution."""
        working = scaled(crop, 1 / self._picture.scale)
        framing = frame_crop(self._picture.pixels.shape[1::-1], working, size)
        pixels = self._picture.original() if framing.scale > 1 else self._picture.pixels
        return PortraitView(self._picture, self._faces, self._seated, framing, pixels)

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


def _build_actors(
    faces: Sequence[Face], seated: Mapping[str, Face], framing: Framing, still: Frame, enlarged: float
) -> dict[str, Actor]:
    """An actor for every character whose face is in the frame.  enlarged: its pixels per pixel of the picture."""
    names = {id(face): name for name, face in seated.items()}
    poses = {id(face): fit_pose(framing.points(face.landmarks.points)) for face in faces}
    poses |= {id(face): fit_pose(framing.points(face.landmarks.points)) for face in seated.values()}
    net = matte_net()
    actors = {}
    for face in seated.values():
        points = framing.points(face.landmarks.points)
        if not _in_frame(points, framing.size):
            continue
        others = [pose for other, pose in poses.items() if other != id(face)]
        actors[names[id(face)]] = build_actor(replace(face.landmarks, points=points), still, others, net, enlarged)
    return actors


def _in_frame(points: NDArray[np.float32], size: Size) -> bool:
    """Whether nearly all landmarks (N, 3) are inside the frame: half a face at its edge stays still."""
    inside = (points[:, :2] > 0).all(axis=1) & (points[:, :2] < size).all(axis=1)
    return bool(inside.mean() > WHOLE_FACE)
