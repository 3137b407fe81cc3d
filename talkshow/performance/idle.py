"""Continuous motion: blinks, breath, and emphasis with hand gestures.

All functions work on a window of frames (`times_s`: evenly spaced centres of frames) and are local: events are drawn
from hashed cells of time and thinned against their neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import FPS
from talkshow.performance.lattice import (
    Array,
    hann,
    key_of,
    pulse,
    raised_cosine,
    smooth,
    smooth_noise,
    spaced,
    uniform,
)

BLINK_RATE = 0.33  # candidates per second; with thinning and triggers, a blink about every 4 s
BLINK_SPACING_S = 1.3
BLINK_BIN_S = 0.2
# Frames, starting one before the lid is shut: faster down than up, sometimes slow or incomplete.
BLINK_SHAPES = ((0.45, 1.0, 0.7, 0.25), (0.45, 1.0, 1.0, 0.6, 0.2), (0.25, 0.75, 0.5, 0.15))
SLOW_SHARE, HALF_SHARE, DOUBLE_SHARE = 0.20, 0.10, 0.06
BREATH_S = 3.8
INHALE = 0.38  # seconds of a breath
LONG_PHRASE_S = 3.0  # longer phrases take a full breath
ACCENT_SPACING_S = 0.55
GESTURE_SPACING_S = 1.5


@dataclass(frozen=True)
class Events:
    """Moments with a strength: (n,) seconds and (n,) 0..1."""

    times_s: Array
    strength: Array

    def thinned(self, spacing_s: float) -> Events:
        """Only the strongest moments within `spacing_s`."""
        keep = spaced(self.times_s, self.strength, spacing_s)
        return Events(self.times_s[keep], self.strength[keep])


def cells(times_s: Array, size_s: float) -> NDArray[np.int64]:
    """Numbers of the cells of time that a window overlaps."""
    return np.arange(int(times_s[0] // size_s) - 1, int(times_s[-1] // size_s) + 2)


def blinks(key: int, times_s: Array, triggers_s: Array, talk: Array) -> Array:
    """Eyelids, 0 open .. 1 shut.

    triggers_s: moments at which a blink is likely (gaze shifts, turn ends); talk: speakers blink a little more.
    """
    number = cells(times_s, BLINK_BIN_S)
    moment = (number + uniform(key_of(key, "when"), number)) * BLINK_BIN_S
    since = number * BLINK_BIN_S - triggers_s[:, None] if len(triggers_s) else np.full((1, len(number)), -1.0)
    triggered = np.any((since > -BLINK_BIN_S) & (since <= 0.05), axis=0)
    usual = BLINK_RATE * BLINK_BIN_S * (1 + 0.35 * np.interp(moment, times_s, talk))
    due = uniform(key_of(key, "whether"), number) < np.where(triggered, 0.30, usual)
    moment, rank = moment[due], (uniform(key_of(key, "rank"), number) + triggered)[due]
    moment = moment[spaced(moment, rank, BLINK_SPACING_S)]
    kind, twice = (uniform(key_of(key, what), np.round(moment * 100).astype(np.int64)) for what in ("kind", "twice"))
    shape = np.where(kind < SLOW_SHARE, 1, np.where(kind < SLOW_SHARE + HALF_SHARE, 2, 0))
    double = twice < DOUBLE_SHARE
    moment, shape = np.append(moment, moment[double] + 0.36), np.append(shape, np.zeros(double.sum(), np.int64))
    lids = np.zeros(len(times_s))
    first_frame = round(times_s[0] * FPS - 0.5)
    for at, which in zip(np.round(moment * FPS).astype(int) - first_frame, shape, strict=True):
        for step, shut in enumerate(BLINK_SHAPES[which], start=at - 1):
            if 0 <= step < len(lids):
                lids[step] = max(lids[step], shut)
    return lids


def breath(key: int, times_s: Array, talk: Array, phrases_s: Array) -> Array:
    """Chest, -1..1.

    At rest: a slow wave, in a little faster than out, with an individual and slightly uneven pace.
    A speaker breathes in quickly before a phrase, deeper before a long one, and out while talking.
    phrases_s: (num_phrases, 2) start and end of each phrase.
    """
    phase, pace = uniform(key_of(key, "breath"), np.arange(2))
    turn = times_s / (BREATH_S * (0.88 + 0.24 * pace)) + phase + 0.3 * smooth_noise(key_of(key, "pace"), times_s, 9.0)
    turn = turn - np.floor(turn)
    wave = raised_cosine(turn / INHALE) * (1 - raised_cosine((turn - INHALE) / (0.92 - INHALE)))
    depth = 0.85 + 0.12 * smooth_noise(key_of(key, "depth"), times_s, 5.0)
    rest = depth * (1.1 * wave - 0.55)
    if not len(phrases_s):
        return rest
    start_s, length_s = phrases_s[:, 0], phrases_s[:, 1] - phrases_s[:, 0]
    size = 0.35 + 0.65 * np.clip(length_s / LONG_PHRASE_S, 0, 1)
    attack_s = 0.65
    taken = pulse(times_s, start_s - attack_s, attack_s, 0.0, 3.0) * size[:, None]
    spoken = taken.max(axis=0)
    result: Array = rest * (1 - np.maximum(talk, np.minimum(2 * spoken, 1)) * 0.8) + 1.1 * spoken - 0.3 * talk
    return result


def accents_heard(loud: Array, times_s: Array) -> Events:
    """Moments of emphasis, from loudness alone: peaks above their surroundings."""
    soft = smooth(loud, hann(7))
    peak = (soft[1:-1] >= soft[:-2]) & (soft[1:-1] > soft[2:]) & (soft[1:-1] > 0.45)
    at = np.flatnonzero(peak) + 1
    return Events(times_s[at], np.clip(soft[at], 0, 1))


def weighed(key: int, accents: Events, loud: Array, times_s: Array) -> Events:
    """Accents with their visible strength: loudness above the surroundings, and some random variation."""
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
    """Hands (left, right), 0..1: raised on strong accents and held for a moment, alternating between hands."""
    chosen = accents.thinned(GESTURE_SPACING_S)
    strong = chosen.strength > 0.30
    onset, strength = chosen.times_s[strong] - 0.22, chosen.strength[strong]
    number = np.round(onset * 100).astype(np.int64)
    hand, hold, size = (uniform(key_of(key, what), number) for what in ("hand", "hold", "size"))
    lifts = pulse(times_s, onset, 0.28, 0.15 + 0.55 * hold, 0.45) * ((0.45 + 0.3 * size + 0.25 * strength)[:, None])
    left, right = hand < 0.55, hand > 0.45  # one time in ten, both
    return (lifts * left[:, None]).max(axis=0, initial=0.0), (lifts * right[:, None]).max(axis=0, initial=0.0)
