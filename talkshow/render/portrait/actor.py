"""One animated face of a picture: the values computed once, and the drawing of a frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.faces.landmarks import PRESENT, Landmarks
from talkshow.faces.mesh import EYES, LOWER_LIP, UPPER_LIP, Pose, fit_pose
from talkshow.render.portrait.eyes import Eye, build_eye
from talkshow.render.portrait.field import FIELD_CHANNELS, FaceField, build_field
from talkshow.render.portrait.grid import FloatArray
from talkshow.render.portrait.ground import edge_weight, ground_grid, ground_matte, ground_presence, unmoved
from talkshow.render.portrait.matte import background_plate
from talkshow.render.portrait.mouth import Mouth, build_mouth, paint_mouth, without_opening
from talkshow.render.portrait.shapes import smoothstep
from talkshow.render.portrait.warp import Rgba, Warp

PLATE_CM = 1.6  # how far the background is extended behind the person
TRIM = 0.45  # share of the distance from the inner lip edge to the next ring
STEEP_YAW = (38.0, 72.0)  # degrees between which the motion is reduced
FAR_EYE_YAW = 42.0  # degrees
PROFILE_YAW = 57.0  # degrees by landmarks (an underestimate at such angles) from which the lips stay one layer
LOST_MOUTH = 0.028  # wander of the landmarks from which the position of the lips is unknown
SEEN_EYES = 0.3  # presence from which the eyes are at the landmarks
STEEP_SHARE = 0.45  # share of the motion beyond that
DISTANT = (7.0, 14.0)  # pixels per cm: from a face with a barely visible mouth to one that is large enough
PROJECTION = 1.55  # as on a stage, a distant mouth opens wider: see `field_weights`
BARED, BARED_JAW = (
    0.5,
    0.5,
)  # share of the upper lip's way to its place in the picture, and the jaw opening at which it is reached
PROFILE_CLOSE = 0.5  # share of the picture's own opening: compressed further, its content would streak


@dataclass(frozen=True, eq=False)
class Actor:
    """A seated face, ready to move. It does not change after opening, so threads share it."""

    field: FaceField
    plate: NDArray[np.uint8]  # (rows * step, columns * step, 4) the background
    matte: NDArray[np.uint8]  # (rows * step, columns * step) the person's share of each pixel
    mouth: Mouth | None  # None in profile, where landmarks miss lips and lids: the skin moves, nothing is painted
    eyes: tuple[Eye, ...]
    share: float  # 0..1, factor on all motion: less for a face that is seen from the side or unclear
    projection: float  # 1 for a large face .. PROJECTION for a small one


def build_actor(
    found: Landmarks, still: NDArray[np.uint8], others: Sequence[Pose], net: Any, enlarged: float = 1.0
) -> Actor:
    """Prepare a face.

    found: in frame pixels; still: (height, width, 3) uint8 RGB; others: the poses of all other faces in the picture,
    which keep their own ground; net: a matte network; enlarged: pixels of `still` per pixel of the picture.
    """
    import cv2

    height, width = still.shape[:2]
    parted = abs(fit_pose(found.points).yaw) < PROFILE_YAW and found.wander < LOST_MOUTH
    landmarks = trim_lips(found.points) if parted else found.points
    pose = fit_pose(landmarks)
    grid = ground_grid(pose, others, (width, height))
    matte, territory = ground_matte(pose, others, still, grid, net)
    edge = edge_weight(grid, pose.scale, (width, height))
    field = build_field(pose, grid, ground_presence(pose, matte, grid), edge, parted)
    bottom, right = grid.top + matte.shape[0], grid.left + matte.shape[1]
    part = cv2.copyMakeBorder(
        still[grid.top : bottom, grid.left : right],
        0,
        max(0, bottom - height),
        0,
        max(0, right - width),
        cv2.BORDER_REPLICATE,
    )
    behind = background_plate(part, matte, PLATE_CM * pose.scale)
    stays = unmoved(matte, territory, edge, pose.scale)[..., None]
    plate = np.rint(behind + (part - behind.astype(np.float32)) * stays)
    # the network guesses the far eye of a strongly turned face: an eye that does not blink is better than a wrong one
    seen = EYES if abs(pose.yaw) < FAR_EYE_YAW else EYES[:1] if pose.yaw > 0 else EYES[1:]
    blinks = parted and found.presence >= SEEN_EYES
    eyes = tuple(eye for indices in seen if blinks and (eye := build_eye(indices, landmarks, still)))
    subdued = float(smoothstep(*STEEP_YAW, np.abs(np.array(pose.yaw))))
    plate, matte_bytes = cv2.cvtColor(plate.astype(np.uint8), cv2.COLOR_RGB2RGBA), np.rint(matte * 255).astype(np.uint8)
    sure = float(smoothstep(0.0, PRESENT, np.array(found.presence)))
    share = (1 - (1 - STEEP_SHARE) * subdued) * (STEEP_SHARE + (1 - STEEP_SHARE) * sure)
    projection = PROJECTION - (PROJECTION - 1) * float(smoothstep(*DISTANT, np.array(pose.scale)))
    mouth = build_mouth(pose, field, still, enlarged) if parted else None
    return Actor(field, plate, matte_bytes, mouth, eyes, share, projection)


def trim_lips(landmarks: FloatArray) -> FloatArray:
    """Landmarks with the inner lip edge moved into the lip where the mouth is open.

    The network puts that edge on the border between lip and teeth. A lip cut there would carry along a strip of the
    picture's own teeth when it moves.
    """
    trimmed = landmarks.copy()
    for edge, lip in ((UPPER_LIP[0], UPPER_LIP[1]), (LOWER_LIP[0], LOWER_LIP[1])):
        other = LOWER_LIP[0] if edge is UPPER_LIP[0] else UPPER_LIP[0]
        for index, inner, across in zip(edge[1:-1], lip[1:-1], other[1:-1], strict=True):
            gap = float(np.linalg.norm(landmarks[index, :2] - landmarks[across, :2]))
            into = landmarks[inner] - landmarks[index]
            trimmed[index] += into * min(TRIM, 0.5 * gap / max(float(np.linalg.norm(into[:2])), 1e-3))
    return trimmed


class Stroke:
    """Draws an actor frame by frame. Holds buffers: one per thread."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._upper = Warp(actor.field.grid, actor.field.upper, rounds=2)
        self._lower = Warp(actor.field.mouth, actor.field.lower, rounds=5)

    def draw(self, frame: NDArray[np.uint8], texture: Rgba, still: Rgba, pose: Mapping[str, float]) -> None:
        """Draw the face into `frame` (height, width, 3), in place.

        texture: the people of the still frame (`cut_out`), into which the eyes are drawn; still: the same,
        unchanged;
        pose: all channels of `render.base.CHANNELS` by name.
        """
        import cv2

        actor, share = self.actor, self.actor.share
        for eye in actor.eyes:
            eye.draw(texture, still, pose["blink"], pose["squint"], (pose["gaze_x"], pose["gaze_y"]))
        weights = field_weights(pose, share, 1.0 if actor.mouth else PROFILE_CLOSE, actor.projection)
        head = self._upper.render(weights, texture)
        grid, mouth = actor.field.grid, actor.field.mouth
        if actor.mouth:
            x, y = mouth.left - grid.left, mouth.top - grid.top
            lower = self._lower.render(weights, texture)
            upper = head[y : y + lower.shape[0], x : x + lower.shape[1]]
            paint_mouth(actor.mouth, weights, pose["tongue"] * share, upper, lower, mouth.left, mouth.top)
        behind = cv2.cvtColor(cv2.bitwise_not(cv2.extractChannel(head, 3)), cv2.COLOR_GRAY2RGBA)
        head = cv2.add(head, cv2.multiply(actor.plate, behind, scale=1 / 255))
        target = frame[grid.top : grid.top + head.shape[0], grid.left : grid.left + head.shape[1]]
        cv2.cvtColor(head[: target.shape[0], : target.shape[1]], cv2.COLOR_RGBA2RGB, dst=target)


def cut_out(still: NDArray[np.uint8], actors: Iterable[Actor]) -> Rgba:
    """The people without background, (height, width, 4), premultiplied by alpha.  still: (height, width, 3) RGB."""
    height, width = still.shape[:2]
    people = np.zeros((height, width, 4), np.uint8)
    for actor in actors:
        grid = actor.field.grid
        if actor.mouth:
            still = without_opening(still, actor.field.points, actor.mouth.scale)
        area = np.s_[
            grid.top : min(height, grid.top + actor.matte.shape[0]),
            grid.left : min(width, grid.left + actor.matte.shape[1]),
        ]
        part = people[area]
        matte = actor.matte[: part.shape[0], : part.shape[1], None]
        part[..., :3] = np.rint(still[area] * (matte / np.float32(255)))
        part[..., 3:] = matte
    return people


def field_weights(pose: Mapping[str, float], share: float, close: float, projection: float) -> FloatArray:
    """Channels by name -> (len(FIELD_CHANNELS),): closed lips are the rest, `press` overrides every opening.

    share: 0..1, factor on all motion; close: 0..1, the share of the picture's own opening to remove; projection: factor
    on the opening of a slightly open mouth; a shut and a wide open one are not changed.
    """
    opened = 1.0 - min(1.0, max(0.0, pose["press"]))
    values = dict(pose)
    for channel in ("jaw", "upper", "lower", "tuck"):
        values[channel] = pose[channel] * opened
    values["jaw"] = 1.0 - (1.0 - min(1.0, values["jaw"])) ** projection
    values["jaw"] += pose["chin"]
    values["lips"] = -pose["chin"]
    values["bare"] = BARED * min(1.0, max(0.0, values["jaw"]) / BARED_JAW) * (1.0 - min(1.0, pose["round"]))
    weights = np.array([values.get(name, 1.0) * share for name in FIELD_CHANNELS], np.float32)
    weights[FIELD_CHANNELS.index("close")] = close
    return weights
