"""Faces of a picture, with their landmarks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

from talkshow.errors import FaceError
from talkshow.faces.detect import Detection, detect_faces
from talkshow.faces.guess import GUESSED, guess_landmarks
from talkshow.faces.landmarks import PRESENT, Landmarks, find_landmarks, landmark_net
from talkshow.faces.mesh import LOWER_LIP, UPPER_LIP
from talkshow.faces.picture import Picture
from talkshow.render.base import Box

SURE = 0.6                      # the detector's score from which presence does not matter
AGREED = 0.12                   # of the face's height, between the two networks' noses, and their mouths
NOSE_TIP = 1
INNER_LIPS = UPPER_LIP[0][5], LOWER_LIP[0][5]
LIKELY = 0.3                    # presence below which a plain face fits better into a box drawn by a person


@dataclass(frozen=True, eq=False)
class Face:
    """A face that can be animated. `box` in ORIGINAL picture pixels, `landmarks` in working pixels."""

    box: Box
    score: float
    landmarks: Landmarks

    @property
    def guessed(self) -> bool:
        """Whether a person drew the box and no landmarks were found in it."""
        return self.landmarks.presence == GUESSED


def find_faces(picture: Picture) -> tuple[Face, ...]:
    """All faces of a picture that landmarks could be fitted to, from left to right."""
    net = landmark_net()
    faces = []
    for found in detect_faces(picture.pixels):
        landmarks = find_landmarks(net, picture.pixels, found.box, partial(agree, found))
        # a sure detection with doubtful landmarks is a profile or a drawing: still worth a subdued motion
        if agree(found, landmarks) and (found.score >= SURE or landmarks.presence >= PRESENT):
            faces.append(Face(_scaled(found.box, picture.scale), found.score, landmarks))
    return tuple(faces)


def agree(found: Detection, landmarks: Landmarks) -> bool:
    """Whether nose and mouth lie where the detector, another network, has seen them."""
    nose, mouth = landmarks.points[NOSE_TIP, :2], landmarks.points[list(INNER_LIPS), :2].mean(axis=0)
    return max(math.dist(nose, found.nose), math.dist(mouth, found.mouth)) < AGREED * found.box.height


def face_in_box(picture: Picture, box: Box, net: Any | None = None) -> Face:
    """The face in a box given by hand (original pixels), guessed where the landmark network sees none.

    Raises FaceError for a box that holds nothing of the picture.
    """
    width, height = picture.size
    clipped = Box(max(0, box.left), max(0, box.top), min(width, box.right), min(height, box.bottom))
    if min(clipped.width, clipped.height) < 8:
        raise FaceError(f"{picture.path}: the box {format_box(box)} holds no part of the picture, which has "
                        f"{width}x{height} pixels. A box is left,top,right,bottom.")
    working = _scaled(clipped, 1 / picture.scale)
    landmarks = find_landmarks(net or landmark_net(), picture.pixels, working)
    points = landmarks.points[:, :2]
    low, high = points.min(axis=0), points.max(axis=0)
    inside = (working.left - working.width / 4 <= (low[0] + high[0]) / 2 <= working.right + working.width / 4
              and working.top - working.height / 4 <= (low[1] + high[1]) / 2 <= working.bottom + working.height / 4)
    if landmarks.presence < LIKELY or not inside:
        landmarks = guess_landmarks(picture.pixels, working)
    return Face(clipped, landmarks.presence, landmarks)


def format_box(box: Box) -> str:
    """left,top,right,bottom in whole pixels, as a seat is written."""
    return ",".join(f"{edge:.0f}" for edge in (box.left, box.top, box.right, box.bottom))


def _scaled(box: Box, factor: float) -> Box:
    return Box(box.left * factor, box.top * factor, box.right * factor, box.bottom * factor)
