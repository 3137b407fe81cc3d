"""Posture: the rest position of elbows and hands, and their position in a gesture, in head units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from talkshow.render.cartoon.looks.look import Look
from talkshow.render.cartoon.people.body import Build

TABLE_Y = 206.0  # back edge of a table
LAP_Y = 236.0  # where a lap begins, where there is no table

Pair = tuple[float, float]


@dataclass(frozen=True)
class HandShape:
    """fingers: lengths against a stretched one, from the index on; spread: how far they part, 0 together .. 1; thumb:
    degrees from the hand's direction, and its length; slant: how wide the hand looks, 1 seen flat from the front;
    index: degrees by which the index leans to the thumb."""

    fingers: tuple[float, float, float, float]
    spread: float
    thumb: float
    thumb_length: float
    slant: float
    index: float = 0.0

    def towards(self, other: HandShape, share: float) -> HandShape:
        """Between this shape and another."""

        def mix(a: float, b: float) -> float:
            return a + (b - a) * share

        one, two, three, four = (mix(a, b) for a, b in zip(self.fingers, other.fingers, strict=True))
        return HandShape(
            (one, two, three, four),
            spread=mix(self.spread, other.spread),
            thumb=mix(self.thumb, other.thumb),
            thumb_length=mix(self.thumb_length, other.thumb_length),
            slant=mix(self.slant, other.slant),
            index=mix(self.index, other.index),
        )


RESTING = HandShape((0.86, 0.86, 0.86, 0.86), 0.30, -24.0, 1.0, 0.66)
CURLED = HandShape((0.60, 0.58, 0.56, 0.56), 0.20, -14.0, 0.8, 0.74)
OPEN = HandShape((0.98, 1.0, 0.98, 0.92), 0.80, -48.0, 1.0, 0.98)
OFFERING = HandShape((0.96, 1.0, 0.96, 0.86), 0.34, -40.0, 1.05, 0.78)  # palm up: "well, ..."
POINTING = HandShape((1.06, 0.46, 0.40, 0.36), 0.25, -8.0, 0.72, 0.88, -4.0)
PINCHING = HandShape((0.64, 0.94, 0.96, 0.90), 0.62, -22.0, 1.02, 0.94, -22.0)  # "exactly this"


@dataclass(frozen=True)
class Posture:
    """One arm of a seated person, as at picture right: x outward from the middle of the body, y down.

    elbow, wrist: at rest; points: where the fingers point then; raised_*: at the height of a gesture; shadow: how dark
    the arm's shadow on the table is.
    """

    elbow: Pair
    wrist: Pair
    points: Pair
    hand: HandShape
    raised_elbow: Pair
    raised_wrist: Pair
    raised_points: Pair
    raised_hand: HandShape
    shadow: float


# wrist and direction of the fingers at rest, and the hand's shape: left and right arm
_ON_TABLE: tuple[tuple[tuple[Pair, Pair, HandShape], tuple[Pair, Pair, HandShape]], ...] = (
    (((66, 243), (-0.98, 0.10), RESTING), ((66, 243), (-0.98, 0.10), RESTING)),
    (((42, 247), (-0.96, 0.00), RESTING), ((40, 240), (-0.94, 0.22), RESTING)),  # folded
    (((84, 247), (-0.92, 0.30), RESTING), ((56, 242), (-0.98, 0.08), CURLED)),
    (((50, 244), (-0.97, 0.14), CURLED), ((86, 248), (-0.88, 0.36), RESTING)),
    (((78, 246), (-0.95, 0.24), CURLED), ((78, 246), (-0.95, 0.24), CURLED)),
)
_IN_LAP: tuple[tuple[tuple[Pair, Pair, HandShape], tuple[Pair, Pair, HandShape]], ...] = (
    (((62, 250), (-0.42, 0.90), RESTING), ((62, 250), (-0.42, 0.90), RESTING)),  # on the thighs
    (((36, 252), (-0.90, 0.30), RESTING), ((34, 246), (-0.90, 0.36), RESTING)),  # folded
    (((66, 252), (-0.36, 0.92), RESTING), ((40, 248), (-0.86, 0.42), CURLED)),
    (((44, 250), (-0.84, 0.46), RESTING), ((66, 252), (-0.30, 0.94), RESTING)),
)
# height of a gesture: wrist, fingers, shape
_GESTURES: tuple[tuple[Pair, Pair, HandShape], ...] = (
    ((118, 160), (0.22, -0.98), OPEN),
    ((120, 184), (0.80, -0.60), OFFERING),
    ((116, 162), (0.02, -1.0), POINTING),
    ((112, 164), (-0.10, -0.98), PINCHING),
)
_GESTURE_PAIRS = ((0, 1), (1, 0), (1, 3), (3, 1), (1, 2), (2, 1), (0, 3), (1, 1))


def posture(at_table: bool, look: Look, side: int, frame: Build, room: float) -> Posture:
    """How a person holds an arm.

    side: -1 the arm at picture left, 1 at picture right; room: units to the middle of the gap to a neighbour.
    """
    own = np.random.default_rng(look.variety + 1)
    rests = _ON_TABLE if at_table else _IN_LAP
    wrist, points, hand = rests[int(own.integers(len(rests)))][side > 0]
    gesture = _GESTURE_PAIRS[int(own.integers(len(_GESTURE_PAIRS)))][side > 0]
    raised_wrist, raised_points, raised_hand = _GESTURES[gesture]
    wide, small = frame.wide, 0.35 + 0.65 * min(frame.wide, 1.0)
    limit = max(room - 25, 60.0)
    elbow = (min(128 * (0.6 + 0.4 * wide), limit), 226.0) if at_table else (min(116 * wide + 4, limit), 216.0)
    up = (elbow[0] + (0.0 if at_table else 4.0), elbow[1] - (4.0 if at_table else 8.0))
    return Posture(
        elbow,
        (wrist[0] * small, wrist[1]),
        points,
        hand,
        up,
        (min(raised_wrist[0] * small, max(room - 18, 70.0)), raised_wrist[1]),
        raised_points,
        raised_hand,
        0.24 if at_table else 0.0,
    )
