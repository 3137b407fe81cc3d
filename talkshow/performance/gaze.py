"""Gaze: whether people look at the speaker, at the camera or away, and how their eyes move there.

Speakers look away as they begin and while they search for words, and at another person as they finish (Kendon 1967,
"Some functions of gaze-direction in social interaction"). Listeners look at the speaker most of the time. Between
large shifts the eyes are never still: they move about the face that they look at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import FPS
from talkshow.performance.lattice import Array, hann, key_of, smooth, smooth_noise, uniform
from talkshow.performance.moment import Moment

FIXATION_S = 1.7  # mean duration of a fixation
SCAN_S = 0.55  # mean duration of a glance within a face
SCAN_X, SCAN_Y = 0.05, 0.045
REACTION_S = 0.36  # the longest delay before a person turns to a new speaker; the shortest is 0
GLANCE_S = (0.45, 1.1)  # duration of a look away
DRIFT = 0.015
JUMP = 0.2  # the smallest change that is visible as a gaze shift
DEGREES = 36.0  # degrees that the eyes turn at gaze = 1
LONG_TURN_S = 1.6
PARTNER_S = 3.0  # a person who spoke this recently, or will this soon, is being spoken to


@dataclass(frozen=True)
class Gaze:
    """Gaze targets before the motion of the eyes: -1..1 across and up the picture, (num_frames,) each."""

    x: Array
    y: Array

    def shifts_s(self, times_s: Array) -> Array:
        """When the eyes jump."""
        jump = np.abs(np.diff(self.x)) + np.abs(np.diff(self.y)) > JUMP
        return times_s[1:][jump]


@dataclass(frozen=True)
class _Fixations:
    """number, since_s: (num_frames,) the fixation of each frame, and how long it has lasted."""

    number: NDArray[np.int64]
    since_s: Array


def _fixations(key: int, times_s: Array, size_s: float) -> _Fixations:
    """Fixations that change at irregular moments, one per cell of time."""

    def shift_s(number: NDArray[np.int64]) -> Array:
        return (number + 0.85 * uniform(key, number)) * size_s

    number = np.floor(times_s / size_s).astype(np.int64)
    number = number - (times_s < shift_s(number))
    return _Fixations(number, times_s - shift_s(number))


def look(moment: Moment) -> Gaze:
    """Where a person looks."""
    key, times_s = key_of(moment.key, "gaze"), moment.times_s
    fixation = _fixations(key_of(key, "fixation"), times_s, FIXATION_S)
    choice, whim = (uniform(key_of(key, what), fixation.number) for what in ("target", "whim"))
    toward = np.append(_toward(moment.x, moment.others_x), 0.0)  # the last one is the camera
    holder = _noticed(key_of(key, "reaction"), moment.holder, times_s)
    partner = toward[_partner(key_of(key, "partner"), moment, fixation.number)]
    own, listening = holder == -2, holder >= 0
    someone = np.where(listening, toward[np.maximum(holder, 0)], partner)
    x = np.where(choice < np.where(own, 0.40, np.where(listening, 0.12, 0.45)), 0.0, someone)
    y = np.zeros(len(x))
    # people do not stare: they glance aside now and then, briefly while listening
    aside = (choice > np.where(own, 0.80, 0.86)) & (fixation.since_s < GLANCE_S[0] + whim * np.ptp(GLANCE_S))
    x, y = np.where(aside, 0.9 * (whim - 0.5), x), np.where(aside, _up_or_down(choice), y)
    for start_s, end_s in _searches(key, moment):
        away = moment.between(start_s, end_s)
        number = np.array([round(start_s * FPS)])
        side, up = float(uniform(key_of(key, "side"), number)[0]), float(uniform(key_of(key, "up"), number)[0])
        x[away], y[away] = 0.8 * (side - 0.5), 0.35 if up < 0.55 else -0.3
    for turn in moment.turns:  # speakers hand over the floor with a look
        if turn.span.duration_s > LONG_TURN_S / 2:
            over = moment.between(turn.span.end_s - 0.6, turn.span.end_s + 0.4)
            x[over], y[over] = np.where(own[over], partner[over], x[over]), np.where(own[over], 0.0, y[over])
    return Gaze(x, y)


def _up_or_down(choice: Array) -> Array:
    return np.where(np.mod(choice * 97, 1.0) > 0.65, 0.25, -0.30)


def _toward(x: float, others_x: Array) -> Array:
    distance = others_x - x
    return np.sign(distance) * (0.30 + 0.45 * np.minimum(np.abs(distance) / 0.6, 1.0))


def _noticed(key: int, holder: NDArray[np.int64], times_s: Array) -> NDArray[np.int64]:
    """Who has the floor, as this person notices it: people turn to a new speaker after individual delays."""
    noticed = holder.copy()
    for change in np.flatnonzero(np.diff(holder)) + 1:
        if holder[change] >= 0:
            number = np.array([round(times_s[change] * FPS)])
            delay = int(uniform(key, number)[0] * REACTION_S * FPS)
            noticed[change : change + delay] = holder[change - 1]
    return noticed


def _partner(key: int, moment: Moment, fixation: NDArray[np.int64]) -> NDArray[np.int64]:
    """(num_frames,) the person spoken with: an index into `others_x`, len(others_x) for no one."""
    count = len(moment.others_x)
    if not count:
        return np.zeros(len(fixation), np.int64)
    anybody = np.minimum((uniform(key, fixation) * count).astype(np.int64), count - 1)
    kernel = hann(round(2 * PARTNER_S * FPS))
    near = np.stack([smooth(talk, kernel) for talk in moment.others_talk])
    # people mostly address those who take part in the talk, and sometimes the others
    busy = (near.max(axis=0) > 0.02) & (uniform(key_of(key, "busy"), fixation) < 0.75)
    return np.where(busy, near.argmax(axis=0), anybody)


def _searches(key: int, moment: Moment) -> list[tuple[float, float]]:
    """The moments when a speaker looks away to think: at the start of some long turns and in some pauses."""
    found = []
    for turn in moment.turns:
        if turn.span.duration_s > LONG_TURN_S:
            found.append((turn.span.start_s - 0.1, turn.span.start_s + 0.7, 0.45))
    for (_, end_s), (next_s, _) in zip(moment.phrases_s[:-1], moment.phrases_s[1:], strict=True):
        if next_s - end_s < 1.2:
            found.append((end_s + 0.04, next_s + 0.15, 0.5))
    number = np.array([round(start_s * FPS) for start_s, _, _ in found], np.int64)
    chosen = uniform(key_of(key, "search"), number) < np.array([chance for _, _, chance in found])
    return [(start_s, end_s) for (start_s, end_s, _), yes in zip(found, chosen, strict=True) if yes]


def eyes(key: int, times_s: Array, target: Gaze, yaw: Array, pitch: Array) -> tuple[Array, Array]:
    """Eye positions (x, y): fast saccades, small ones within the target, and a slight drift.

    yaw, pitch: of the head, degrees. Eyes stay on their target while the head turns or nods (the vestibulo-ocular
    reflex), so the motion of the head is subtracted.
    """
    scan = _fixations(key_of(key, "scan"), times_s, SCAN_S).number
    at_somebody = 0.5 + 0.5 * (np.abs(target.x) > JUMP)
    place = uniform(key_of(key, "place"), scan)  # one eye, the other eye, the mouth
    scan_x = SCAN_X * np.where(place < 0.4, -1.0, np.where(place < 0.8, 1.0, 0.0))
    scan_y = SCAN_Y * np.where(place < 0.8, 0.4, -1.0)
    jump = hann(3)
    x, y = smooth(target.x + scan_x * at_somebody, jump), smooth(target.y + scan_y * at_somebody, jump)
    return (
        x + DRIFT * smooth_noise(key_of(key, "drift x"), times_s, 0.5) - yaw / DEGREES,
        y + DRIFT * smooth_noise(key_of(key, "drift y"), times_s, 0.6) - pitch / DEGREES,
    )
