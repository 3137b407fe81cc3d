"""The faces of a picture, with their landmarks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.errors import FaceError
from talkshow.faces.detect import Detection, detect_faces
from talkshow.faces.guess import GUESSED, guess_landmarks
from talkshow.faces.landmarks import PRESENT, Landmarks, find_landmarks, landmark_net
from talkshow.faces.mesh import NOSE_TIP
from talkshow.faces.picture import Picture
from talkshow.geometry import Box

SURE = 0.6  # detector score from which the presence does not matter
AGREED = 0.12  # as a share of the face height: tolerance between the two networks' noses, and their mouths
SAME_MOUTH = (
    0.03  # as a share of the box height: tolerance between the network's mouth and the darkest or reddest stroke
)
LIKELY = 0.3  # presence below which the canonical face fits better into a box that the user drew


@dataclass(frozen=True, eq=False)
class Face:
    """A face that can be animated. `box` in ORIGINAL picture pixels, `landmarks` in working pixels."""

    box: Box
    score: float
    landmarks: Landmarks

    @property
    def guessed(self) -> bool:
        """Whether the user drew the box and no landmarks were found in it."""
        return self.landmarks.presence == GUESSED


def find_faces(picture: Picture) -> tuple[Face, ...]:
    """All faces of a picture to which landmarks could be fitted, from left to right."""
    net = landmark_net()
    faces = []
    for found in detect_faces(picture.pixels):
        landmarks = find_landmarks(net, picture.pixels, found.box, partial(agree, found))
        # a confident detection with doubtful landmarks is a profile or a drawing: still worth subdued motion
        doubtful = found.score < SURE and landmarks.presence < PRESENT
        if agree(found, landmarks) and not doubtful:
            faces.append(Face(_scaled(found.box, picture.scale), found.score, landmarks))
    return tuple(faces)


def agree(found: Detection, landmarks: Landmarks) -> bool:
    """Whether nose and mouth agree with the detector, which is another network.

    The detector's estimate is coarser, so for a mouth with a stable position it only needs to agree on the face.
    """
    nose = landmarks.points[NOSE_TIP, :2]
    if landmarks.settled and _holds(found.box, nose, 0):
        return True
    return max(math.dist(nose, found.nose), math.dist(landmarks.mouth, found.mouth)) < AGREED * found.box.height


def face_in_box(picture: Picture, box: Box, net: Any | None = None) -> Face:
    """The face in a box that the user gave (original pixels), guessed if the landmark network finds none.

    Raises FaceError for a box outside the picture.
    """
    width, height = picture.size
    clipped = Box(max(0, box.left), max(0, box.top), min(width, box.right), min(height, box.bottom))
    if min(clipped.width, clipped.height) < 8:
        raise FaceError(
            f"{picture.path}: the box {format_box(box)} is outside the picture, which has "
            f"{width}x{height} pixels. Write a box as left,top,right,bottom."
        )
    working = _scaled(clipped, 1 / picture.scale)
    guess = guess_landmarks(picture.pixels, working)
    seen = next((one for one in detect_faces(picture.pixels) if _holds(working, one.box.center, 0)), None)

    def fits(found: Landmarks) -> bool:
        # if the detector finds no face, the other network may be confident and still place the mouth anywhere
        if seen is not None:
            return agree(seen, found)
        return abs(float(found.mouth[1] - guess.mouth[1])) < SAME_MOUTH * working.height

    landmarks = find_landmarks(net or landmark_net(), picture.pixels, working, fits)
    points = landmarks.points[:, :2]
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    if landmarks.presence < LIKELY or not fits(landmarks) or not _holds(working, middle, 1 / 4):
        landmarks = guess
    return Face(clipped, landmarks.presence, landmarks)


def _holds(box: Box, point: Sequence[float] | NDArray[np.float32], beyond: float) -> bool:
    """Whether a point is in a box, or outside by at most `beyond` of its size."""
    return all(
        abs(at - center) <= (0.5 + beyond) * length
        for at, center, length in zip(point, box.center, (box.width, box.height), strict=True)
    )


def format_box(box: Box) -> str:
    """left,top,right,bottom in whole pixels, the form of a seat."""
    return ",".join(f"{edge:.0f}" for edge in (box.left, box.top, box.right, box.bottom))


def _scaled(box: Box, factor: float) -> Box:
    return Box(box.left * factor, box.top * factor, box.right * factor, box.bottom * factor)
