"""One animated face of a picture: everything that is computed once, and one frame of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.landmarks import PRESENT
from talkshow.faces.mesh import CHIN, EYES, HAIRLINE, LOWER_LIP, OVAL, UPPER_LIP, Pose, fit_pose
from talkshow.render.portrait.eyes import Eye, build_eye
from talkshow.render.portrait.field import FIELD_CHANNELS, FaceField, build_field
from talkshow.render.portrait.grid import FloatArray, Grid, grid_over
from talkshow.render.portrait.head import BACK_OF_HEAD
from talkshow.render.portrait.matte import attached_to, background_plate, figure_matte, person_matte
from talkshow.render.portrait.mouth import Mouth, build_mouth, paint_mouth, without_opening
from talkshow.render.portrait.shapes import smoothstep
from talkshow.render.portrait.warp import Rgba, Warp

CELLS_PER_FACE = 80             # grid nodes from hairline to chin: lips still span several
SKIRT_CM = (3.5, 1.5)           # the motion around a person's outline fades from the second to the first
PLATE_CM = 1.6                  # as far as the background is carried on behind the person
CONTEXT_CM = 5.0                # around the grid, shown to the matte network
BRIDGE_CM = 1.2                 # what hangs on to a person by less than this is no part of them
PERSON = 0.6                    # of the network's answer over a face, below which it sees no person
TRIM = 0.45                     # of the way from the inner lip edge to the next ring
ABOVE_CM, BESIDE_CM, BELOW_CM = 10.5, 14.0, 13.0     # the grid's reach from hairline, face middle and chin
STEEP_YAW = (38.0, 72.0)        # degrees between which motion is subdued
FAR_EYE_YAW = 42.0              # degrees
SEEN_EYES = 0.3                 # presence from which eyes lie where the landmarks say
STEEP_SHARE = 0.45              # of the motion, beyond


@dataclass(frozen=True, eq=False)
class Actor:
    """A seated face, ready to move. Nothing in it changes after opening: threads share it."""

    field: FaceField
    plate: NDArray[np.uint8]    # (rows * step, columns * step, 4) what is behind
    matte: NDArray[np.uint8]    # (rows * step, columns * step) how much of each pixel is the person
    mouth: Mouth
    eyes: tuple[Eye, ...]
    share: float                # 0..1 of all motion: less for a face seen from the side or hard to make out


def face_center(pose: Pose) -> NDArray[np.float64]:
    """(2,) frame pixels, midway between hairline and chin."""
    return np.asarray(pose.project(pose.shape[[HAIRLINE, CHIN]]).mean(axis=0))


def build_actor(landmarks: FloatArray, presence: float, still: NDArray[np.uint8], others: Sequence[Pose],
                net: Any) -> Actor:
    """Prepare the face with these landmarks (478, 3), in frame pixels.

    presence: 0..1, how sure the landmark network was; still: (height, width, 3) uint8 RGB; others: the poses
    of all other faces of the picture, whose ground is left to them; net: a matte network.
    """
    import cv2

    height, width = still.shape[:2]
    landmarks = trim_lips(landmarks)
    pose = fit_pose(landmarks)
    grid = _grid(pose, others, (width, height))
    matte = _matte(pose, others, still, grid, net)
    field = build_field(pose, grid, _presence(pose, matte, grid))
    bottom, right = grid.top + matte.shape[0], grid.left + matte.shape[1]
    part = cv2.copyMakeBorder(still[grid.top:bottom, grid.left:right], 0, max(0, bottom - height), 0,
                              max(0, right - width), cv2.BORDER_REPLICATE)
    plate = background_plate(part, matte, PLATE_CM * pose.scale)
    # the network guesses where the far eye of a steep face lies: better one that does not blink than a wrong one
    seen = EYES if abs(pose.yaw) < FAR_EYE_YAW else EYES[:1] if pose.yaw > 0 else EYES[1:]
    eyes = tuple(eye for indices in seen if presence >= SEEN_EYES and (eye := build_eye(indices, landmarks, still)))
    subdued = float(smoothstep(*STEEP_YAW, np.abs(np.array(pose.yaw))))
    plate, matte_bytes = cv2.cvtColor(plate, cv2.COLOR_RGB2RGBA), np.rint(matte * 255).astype(np.uint8)
    sure = float(smoothstep(0.0, PRESENT, np.array(presence)))
    share = (1 - (1 - STEEP_SHARE) * subdued) * (STEEP_SHARE + (1 - STEEP_SHARE) * sure)
    return Actor(field, plate, matte_bytes, build_mouth(pose, field, still), eyes, share)


def _grid(pose: Pose, others: Sequence[Pose], size: tuple[int, int]) -> Grid:
    """Around head and shoulders, ending halfway to every neighbour, so that no two grids overlap."""
    hairline, chin = pose.project(pose.shape[[HAIRLINE, CHIN]])
    center, cm = face_center(pose), pose.scale
    step = max(1, round(float(np.linalg.norm(chin - hairline)) / CELLS_PER_FACE))
    # the head of a turned face reaches further to the side it turns away from
    middle = (center[0] + pose.project(np.array([BACK_OF_HEAD]))[0, 0]) / 2
    left, right = middle - BESIDE_CM * cm, middle + BESIDE_CM * cm
    top = min(hairline[1], chin[1]) - ABOVE_CM * cm
    bottom = max(hairline[1], chin[1]) + BELOW_CM * cm
    for other in others:
        there = face_center(other)
        split = center + (there - center) * cm / (cm + other.scale)
        if abs(there[0] - center[0]) >= abs(there[1] - center[1]):
            left, right = (left, min(right, split[0])) if there[0] > center[0] else (max(left, split[0]), right)
        else:
            top, bottom = (top, min(bottom, split[1])) if there[1] > center[1] else (max(top, split[1]), bottom)
    return grid_over(left, top, right, bottom, step, size)


def trim_lips(landmarks: FloatArray) -> FloatArray:
    """Landmarks with the inner lip edge drawn back into the lip where the mouth is open.

    The network puts that edge on the border between lip and teeth; a lip cut there would carry a strip of the
    picture's own teeth along when it moves.
    """
    trimmed = landmarks.copy()
    for edge, lip in ((UPPER_LIP[0], UPPER_LIP[1]), (LOWER_LIP[0], LOWER_LIP[1])):
        other = LOWER_LIP[0] if edge is UPPER_LIP[0] else UPPER_LIP[0]
        for index, inner, across in zip(edge[1:-1], lip[1:-1], other[1:-1], strict=True):
            gap = float(np.linalg.norm(landmarks[index, :2] - landmarks[across, :2]))
            into = landmarks[inner] - landmarks[index]
            trimmed[index] += into * min(TRIM, 0.5 * gap / max(float(np.linalg.norm(into[:2])), 1e-3))
    return trimmed


def _matte(pose: Pose, others: Sequence[Pose], still: NDArray[np.uint8], grid: Grid, net: Any) -> FloatArray:
    """(rows * step, columns * step) how much of each pixel is this person, 0..1."""
    import cv2

    bottom, right = grid.top + grid.rows * grid.step, grid.left + grid.columns * grid.step
    # the network wants to see more than is kept: a head at the border of its picture confuses it
    margin = round(CONTEXT_CM * pose.scale)
    first_x, first_y = max(0, grid.left - margin), max(0, grid.top - margin)
    context = still[first_y:bottom + margin, first_x:right + margin]
    matte = person_matte(net, context, max(2, round(0.45 * pose.scale)))
    oval = pose.project(pose.shape[list(OVAL)]) - (first_x, first_y)
    face = cv2.fillPoly(np.zeros(matte.shape, np.uint8), [np.rint(oval).astype(np.int32)], 1)
    if matte[face > 0].mean() < PERSON:
        matte = figure_matte(context, face)
    inside = np.s_[grid.top - first_y:bottom - first_y, grid.left - first_x:right - first_x]
    matte, face = matte[inside], face[inside]
    matte = attached_to(matte, face, BRIDGE_CM * pose.scale)
    inner = cv2.GaussianBlur(face.astype(np.float32), (0, 0), max(0.8, 0.06 * pose.scale))
    matte = np.maximum(matte, inner)
    if others:
        matte *= cv2.resize(_territory(pose, others, grid), matte.shape[::-1], interpolation=cv2.INTER_LINEAR)
    missing = (grid.rows * grid.step - matte.shape[0], grid.columns * grid.step - matte.shape[1])
    return np.pad(matte, ((0, missing[0]), (0, missing[1])), mode="edge")


def _territory(pose: Pose, others: Sequence[Pose], grid: Grid) -> FloatArray:
    """(rows, columns) 1 where this face is the nearest, 0 where another one clearly is."""
    nodes = grid.nodes().astype(np.float64)
    own = np.linalg.norm(nodes - face_center(pose), axis=-1) / pose.scale
    share = np.ones(own.shape)
    for other in others:
        theirs = np.linalg.norm(nodes - face_center(other), axis=-1) / other.scale
        share *= smoothstep(-1.0, 3.0, theirs - own)
    return share.astype(np.float32)


def _presence(pose: Pose, matte: FloatArray, grid: Grid) -> FloatArray:
    """(rows, columns) how much each place moves with this person: 1 on them and on a skirt around them.

    The matte cuts the skirt off; it is there so that the outline itself moves as one with the person.
    """
    import cv2

    small = cv2.resize(matte, (grid.columns, grid.rows), interpolation=cv2.INTER_AREA)
    distance = cv2.distanceTransform((small < 0.5).astype(np.uint8), cv2.DIST_L2, 5) * (grid.step / pose.scale)
    return smoothstep(*SKIRT_CM, distance.astype(np.float64)).astype(np.float32)


class Stroke:
    """Draws an actor frame by frame. Holds buffers: one per thread."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._upper = Warp(actor.field.grid, actor.field.upper, rounds=2)
        self._lower = Warp(actor.field.mouth, actor.field.lower, rounds=5)

    def draw(self, frame: NDArray[np.uint8], texture: Rgba, still: Rgba, pose: Mapping[str, float]) -> None:
        """Draw the face into `frame` (height, width, 3), in place.

        texture: the people of the still frame (`cut_out`), into which the eyes are drawn; still: the same,
        untouched;
        pose: all channels of `render.base.CHANNELS` by name.
        """
        import cv2

        actor, share = self.actor, self.actor.share
        for eye in actor.eyes:
            eye.draw(texture, still, pose["blink"], pose["squint"], (pose["gaze_x"], pose["gaze_y"]))
        weights = field_weights(pose, share)
        head = self._upper.render(weights, texture)
        grid, mouth = actor.field.grid, actor.field.mouth
        x, y = mouth.left - grid.left, mouth.top - grid.top
        lower = self._lower.render(weights, texture)
        upper = head[y:y + lower.shape[0], x:x + lower.shape[1]]
        paint_mouth(actor.mouth, weights, pose["tongue"] * share, upper, lower, texture, mouth.left, mouth.top)
        behind = cv2.cvtColor(cv2.bitwise_not(cv2.extractChannel(head, 3)), cv2.COLOR_GRAY2RGBA)
        head = cv2.add(head, cv2.multiply(actor.plate, behind, scale=1 / 255))
        target = frame[grid.top:grid.top + head.shape[0], grid.left:grid.left + head.shape[1]]
        cv2.cvtColor(head[:target.shape[0], :target.shape[1]], cv2.COLOR_RGBA2RGB, dst=target)


def cut_out(still: NDArray[np.uint8], actors: Iterable[Actor]) -> Rgba:
    """The people alone, (height, width, 4), colours multiplied by alpha.  still: (height, width, 3) RGB."""
    height, width = still.shape[:2]
    people = np.zeros((height, width, 4), np.uint8)
    for actor in actors:
        grid = actor.field.grid
        still = without_opening(still, actor.field.points, actor.mouth.scale)
        area = np.s_[grid.top:min(height, grid.top + actor.matte.shape[0]),
                     grid.left:min(width, grid.left + actor.matte.shape[1])]
        part = people[area]
        matte = actor.matte[:part.shape[0], :part.shape[1], None]
        part[..., :3] = np.rint(still[area] * (matte / np.float32(255)))
        part[..., 3:] = matte
    return people


def field_weights(pose: Mapping[str, float], share: float) -> FloatArray:
    """Channels by name -> (len(FIELD_CHANNELS),): closed lips are the rest, `press` wins over every opening."""
    opened = 1.0 - min(1.0, max(0.0, pose["press"]))
    values = dict(pose)
    for channel in ("jaw", "upper", "lower", "tuck"):
        values[channel] = pose[channel] * opened
    weights = np.array([values.get(name, 1.0) * share for name in FIELD_CHANNELS], np.float32)
    weights[FIELD_CHANNELS.index("close")] = 1.0
    return weights
