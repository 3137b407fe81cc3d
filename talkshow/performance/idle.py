"""What a face does besides speaking: blinks, gaze, breath, sway, nods, gestures, listening.

All functions work on a window of frames (`times_s`: centres of frames, evenly spaced) and are local: events
are drawn from hashed cells of time and thinned against their neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import FPS
from talkshow.performance.lattice import Array, hann, key_of, pulse, smooth, smooth_noise, spaced, uniform

BLINK_RATE = 0.34             # candidates a second; with thinning and triggers, a blink about every 4 s
BLINK_SPACING_S = 1.5
BLINK_BIN_S = 0.2
BLINK_SHAPE = (0.45, 1.0, 0.7, 0.25)       # frames from one before the lid is shut: down faster than up
GAZE_CELL_S = 1.9             # about one fixation
BREATH_S = 3.9
ACCENT_SPACING_S = 0.55
GESTURE_SPACING_S = 1.5
NOD_SPACING_S = 1.9


@dataclass(frozen=True)
class Events:
    """Moments with a strength: (n,) seconds and (n,) 0..1."""

    times_s: Array
    strength: Array

    def thinned(self, spacing_s: float) -> Events:
        """Only the strongest within `spacing_s`."""
        keep = spaced(self.times_s, self.strength, spacing_s)
        return Events(self.times_s[keep], self.strength[keep])


def cells(times_s: Array, size_s: float) -> NDArray[np.int64]:
    """Numbers of the cells of time that a window touches."""
    return np.arange(int(times_s[0] // size_s) - 1, int(times_s[-1] // size_s) + 2)


def blinks(key: int, times_s: Array, triggers_s: Array) -> Array:
    """Eyelids, 0 open .. 1 shut. `triggers_s`: moments after which a blink is likely (gaze shifts, turn ends)."""
    number = cells(times_s, BLINK_BIN_S)
    moment = (number + uniform(key_of(key, "when"), number)) * BLINK_BIN_S
    since = number * BLINK_BIN_S - triggers_s[:, None] if len(triggers_s) else np.full((1, len(number)), -1.0)
    triggered = np.any((since > -BLINK_BIN_S) & (since <= 0.05), axis=0)
    chance = np.where(triggered, 0.30, BLINK_RATE * BLINK_BIN_S)
    due = uniform(key_of(key, "whether"), number) < chance
    moment, rank = moment[due], (uniform(key_of(key, "rank"), number) + triggered)[due]
    lids = np.zeros(len(times_s))
    first_frame = round(times_s[0] * FPS - 0.5)
    for at in np.round(moment[spaced(moment, rank, BLINK_SPACING_S)] * FPS).astype(int) - first_frame:
        for step, shut in enumerate(BLINK_SHAPE, start=at - 1):
            if 0 <= step < len(lids):
                lids[step] = max(lids[step], shut)
    return lids


def fixations(key: int, times_s: Array) -> NDArray[np.int64]:
    """The number of the fixation that each frame belongs to; it changes at irregular moments."""
    number = np.floor(times_s / GAZE_CELL_S).astype(np.int64)
    shift_s = (number + 0.85 * uniform(key_of(key, "fixation"), number)) * GAZE_CELL_S
    return number - (times_s < shift_s)


@dataclass(frozen=True)
class Gaze:
    """Where the eyes go: targets before the eyes' own dynamics, -1..1, (num_frames,) each."""

    x: Array
    y: Array

    def shifts_s(self, times_s: Array) -> Array:
        """When the eyes jump."""
        jump = np.abs(np.diff(self.x)) + np.abs(np.diff(self.y)) > 0.2
        return times_s[1:][jump]


def gaze(key: int, times_s: Array, x: float, others_x: Array, holder: NDArray[np.int64]) -> Gaze:
    """Where to look: at the camera, at somebody, away.

    x: own place, 0..1; others_x: places of those who are seen; holder: who has the floor, an index into
    `others_x`, -1 for nobody (or somebody unseen), -2 for oneself.
    """
    fixation = fixations(key, times_s)
    choice, other = uniform(key_of(key, "target"), fixation), uniform(key_of(key, "whom"), fixation)
    toward = np.append(_toward(x, others_x), 0.0)                  # the last one stands for the camera
    someone = toward[np.minimum((other * len(others_x)).astype(int), max(len(others_x) - 1, 0))]
    speaker = np.where(holder >= 0, toward[np.maximum(holder, 0)], 0.0)
    away_x, away_y = (other - 0.5) * 0.8, np.where(choice > 0.97, 0.25, -0.3)
    own, listening = holder == -2, holder >= 0
    at_camera = choice < np.where(own, 0.42, np.where(listening, 0.14, 0.5))
    elsewhere = choice > np.where(own, 0.88, np.where(listening, 0.91, 0.85))
    target = np.where(at_camera, 0.0, np.where(elsewhere, away_x, np.where(listening, speaker, someone)))
    return Gaze(target, np.where(elsewhere, away_y, 0.0))


def _toward(x: float, others_x: Array) -> Array:
    distance = others_x - x
    return np.sign(distance) * (0.30 + 0.45 * np.minimum(np.abs(distance) / 0.6, 1.0))


def eyes(key: int, times_s: Array, target: Gaze) -> tuple[Array, Array]:
    """Eye positions (x, y): quick jumps of two frames, and a slight drift between them."""
    drift = 0.025
    jump = hann(3)
    return (smooth(target.x, jump) + drift * smooth_noise(key_of(key, "drift x"), times_s, 0.5),
            smooth(target.y, jump) + drift * smooth_noise(key_of(key, "drift y"), times_s, 0.6))


def follow(target: Gaze) -> Array:
    """How the head follows the eyes: later and softer; -1..1."""
    return smooth(target.x, hann(26), delay=4)


def sway(key: int, times_s: Array) -> Array:
    """Turning, nodding and tilting of a head that is never quite still; (3, num_frames), about unit size."""
    axes = []
    for axis in ("yaw", "pitch", "roll"):
        slow = smooth_noise(key_of(key, axis, "slow"), times_s, 1.9)
        quick = smooth_noise(key_of(key, axis, "quick"), times_s, 0.7)
        axes.append(0.85 * slow + 0.28 * quick)
    return np.stack(axes)


def breath(key: int, times_s: Array, turn_starts_s: Array) -> Array:
    """Chest, -1..1: a slow wave with a speed of its own for everyone, and a breath before each turn."""
    phase, pace = uniform(key_of(key, "breath"), np.arange(2))
    wave = np.sin(2 * np.pi * (times_s / (BREATH_S * (0.92 + 0.16 * pace)) + phase))
    inhale = pulse(times_s, turn_starts_s - 0.55, 0.5, 0.1, 1.2).sum(axis=0)
    return np.asarray(np.clip(0.55 * wave + 0.45 * np.minimum(inhale, 1.0), -1, 1))


def accents_heard(loud: Array, times_s: Array) -> Events:
    """Moments of emphasis found in loudness alone: peaks above what is around them."""
    soft = smooth(loud, hann(7))
    peak = (soft[1:-1] >= soft[:-2]) & (soft[1:-1] > soft[2:]) & (soft[1:-1] > 0.45)
    at = np.flatnonzero(peak) + 1
    return Events(times_s[at], np.clip(soft[at], 0, 1))


def weighed(key: int, accents: Events, loud: Array, times_s: Array) -> Events:
    """Accents with the strength at which they show: louder than around, and a share of whim."""
    if not len(accents.times_s):
        return accents
    wide = hann(61)
    spoken = smooth((loud > 0.1).astype(float), wide)
    usual = smooth(loud, wide) / np.maximum(spoken, 0.15)
    at = np.clip(np.searchsorted(times_s, accents.times_s), 0, len(times_s) - 1)
    nearby = smooth(loud, hann(5))[at] - usual[at]
    whim = uniform(key_of(key, "whim"), np.round(accents.times_s * 100).astype(np.int64))
    strength = np.clip(0.35 * accents.strength + 1.6 * nearby + 0.45 * whim, 0, 1)
    return Events(accents.times_s, strength).thinned(ACCENT_SPACING_S)


def gestures(key: int, accents: Events, times_s: Array) -> tuple[Array, Array]:
    """Hands (left, right), 0..1: raised on the strong accents, held for a moment, now one hand, now the other."""
    chosen = accents.thinned(GESTURE_SPACING_S)
    strong = chosen.strength > 0.30
    onset, strength = chosen.times_s[strong] - 0.22, chosen.strength[strong]
    number = np.round(onset * 100).astype(np.int64)
    hand, hold, size = (uniform(key_of(key, what), number) for what in ("hand", "hold", "size"))
    lifts = pulse(times_s, onset, 0.28, 0.15 + 0.55 * hold, 0.45) * ((0.45 + 0.3 * size + 0.25 * strength)[:, None])
    left, right = hand < 0.55, hand > 0.45                          # one time in ten, both
    return (lifts * left[:, None]).max(axis=0, initial=0.0), (lifts * right[:, None]).max(axis=0, initial=0.0)


def nods(key: int, times_s: Array, listening: Array, turn_ends_s: Array) -> Array:
    """Nods of a listener in degrees of pitch: now and then, and likely when somebody has finished."""
    number = cells(times_s, 0.5)
    idle_s = (number + uniform(key_of(key, "nod at"), number)) * 0.5
    idle_s = idle_s[uniform(key_of(key, "nod"), number) < 0.11]
    end_number = np.round(turn_ends_s * FPS).astype(np.int64)
    end_s = turn_ends_s[uniform(key_of(key, "nod end"), end_number) < 0.55] + 0.10
    when = np.concatenate([idle_s, end_s])
    rank = np.concatenate([0.9 * uniform(key_of(key, "nod rank"), np.round(idle_s * 100).astype(np.int64)),
                           np.ones(len(end_s))])
    when = when[spaced(when, rank, NOD_SPACING_S)]
    size, twice = (uniform(key_of(key, what), np.round(when * 100).astype(np.int64)) for what in ("size", "twice"))
    heed = np.interp(when, times_s, listening)
    depth = (1.5 + 1.2 * size) * heed
    down = pulse(times_s, when, 0.20, 0.03, 0.30) * depth[:, None]
    again = pulse(times_s, when + 0.50, 0.18, 0.02, 0.28) * (0.55 * depth * (twice < 0.4))[:, None]
    return -np.asarray((down + again).sum(axis=0))
