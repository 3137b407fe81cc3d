"""Head motion: heads follow the eyes, take up poses and hold them, nod, and are never quite still.

Every change of pose is filtered by a critically damped response, like a mass turned by a spring: it starts softly,
moves with momentum, and comes to rest without overshoot.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import FPS
from talkshow.languages.language import Language, key
from talkshow.languages.registry import find
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
from talkshow.performance.moment import Moment

LIMITS = {"yaw": 8.0, "pitch": 6.0, "roll": 5.0}  # degrees; motion is compressed towards them, never clipped
TURN_S = 0.13  # time constant of a turn
TURN_DEGREES = 8.0  # degrees by which the head follows a gaze of 1
EYES_FIRST = 3  # frames by which the eyes lead the head
POSE_S = {"calm": 3.1, "lively": 1.25}  # mean duration of a pose
POSE = {"yaw": 1.5, "pitch": 1.0, "roll": 1.5}  # degrees
SWAY = {"yaw": 0.60, "pitch": 0.45, "roll": 0.50}
NOD_SPACING_S = 1.9
NOD_CELL_S = 0.5
SHAKE_HZ = 2.3


def settle(values: Array, time_s: float = TURN_S, delay: int = 0) -> Array:
    """`values` followed by a critically damped mass, `delay` frames later; as long as `values`.

    The impulse response is t exp(-t / time_s), truncated where it has decayed, so that it has no memory beyond
    10 `time_s`. Its onset is softened by a frame or two.
    """
    steps = np.arange(1, round(10 * time_s * FPS) + 1) / FPS
    response = steps * np.exp(-steps / time_s) * hann(2 * len(steps))[len(steps) :]
    response /= response.sum()
    padded = np.pad(values, (len(response) - 1 + delay, 0), mode="edge")
    return smooth(np.convolve(padded, response, "valid")[: len(values)], hann(7))


def bend(values: Array, limit: float) -> Array:
    """Compress values smoothly into +-limit."""
    return limit * np.tanh(values / limit)


def poses(key: int, times_s: Array, cell_s: float) -> Array:
    """Poses taken up at irregular moments and held, -1..1 before any dynamics; (num_frames,)."""
    number = np.floor(times_s / cell_s).astype(np.int64)
    number = number - (times_s < (number + 0.8 * uniform(key_of(key, "when"), number)) * cell_s)
    return 2 * uniform(key_of(key, "pose"), number) - 1


def wander(key: int, times_s: Array, talk: Array) -> dict[str, Array]:
    """Poses, and sway around them, in degrees by axis; a speaker changes pose more often."""
    moved = {}
    for axis, size in POSE.items():
        calm = settle(poses(key_of(key, axis, "calm"), times_s, POSE_S["calm"]), 0.22)
        lively = settle(poses(key_of(key, axis, "lively"), times_s, POSE_S["lively"]), 0.14)
        slow = smooth_noise(key_of(key, axis, "slow"), times_s, 1.9)
        quick = smooth_noise(key_of(key, axis, "quick"), times_s, 0.8)
        moved[axis] = size * (calm + 0.8 * talk * lively) + SWAY[axis] * (0.8 + 0.4 * talk) * (
            0.9 * slow + 0.35 * quick
        )
    return moved


def turned(target_x: Array) -> Array:
    """How the head follows the eyes, as a share of the gaze."""
    return settle(target_x, TURN_S, EYES_FIRST)


def nods(moment: Moment) -> Array:
    """Nods in degrees of pitch: of listeners, now and then and when a speaker finishes, and with a yes."""
    key, times_s = key_of(moment.key, "nods"), moment.times_s
    number = np.arange(int(times_s[0] // NOD_CELL_S) - 1, int(times_s[-1] // NOD_CELL_S) + 2)
    idle_s = (number + uniform(key_of(key, "nod at"), number)) * NOD_CELL_S
    idle_s = idle_s[uniform(key_of(key, "nod"), number) < 0.11]
    ends_s = moment.others_ends_s
    chosen = uniform(key_of(key, "nod end"), np.round(ends_s * FPS).astype(np.int64)) < 0.55
    end_s = ends_s[chosen] + 0.10
    agreed_s = _said(moment, lambda language: language.yes)
    when = np.concatenate([idle_s, end_s, agreed_s])
    rank = np.concatenate(
        [0.9 * uniform(key_of(key, "nod rank"), _centis(idle_s)), np.ones(len(end_s)), np.full(len(agreed_s), 2.0)]
    )
    heed = np.concatenate(
        [np.interp(when[: len(idle_s) + len(end_s)], times_s, moment.listening), np.ones(len(agreed_s))]
    )
    keep = spaced(when, rank, NOD_SPACING_S)
    when, heed = when[keep], heed[keep]
    size, more = (uniform(key_of(key, what), _centis(when)) for what in ("size", "more"))
    depth = (1.6 + 1.4 * size) * heed
    down = pulse(times_s, when, 0.20, 0.03, 0.30) * depth[:, None]
    again = pulse(times_s, when + 0.46, 0.18, 0.02, 0.28) * (0.6 * depth * (more < 0.45))[:, None]
    third = pulse(times_s, when + 0.86, 0.18, 0.02, 0.30) * (0.35 * depth * (more < 0.15))[:, None]
    return -np.asarray((down + again + third).sum(axis=0))


def shakes(moment: Moment) -> Array:
    """Head shakes in degrees of yaw, where a speaker says no."""
    shaken = np.zeros(len(moment.times_s))
    for start_s in _said(moment, lambda language: language.no):
        since = moment.times_s - start_s + 0.1
        envelope = raised_cosine(since / 0.2) * (1 - raised_cosine((since - 0.55) / 0.4))
        shaken += 2.2 * envelope * np.sin(2 * np.pi * SHAKE_HZ * since)
    return shaken


def _said(moment: Moment, wanted: Callable[[Language], frozenset[str]]) -> Array:
    """The moments when the speaker says one of the words that `wanted` picks from the language of a line."""
    return np.array(
        [
            word.span.start_s
            for turn in moment.turns
            if turn.cue is not None
            for word in turn.cue.words
            if key(word.text) in wanted(find(turn.cue.language))
        ]
    )


def stressed(key: int, accents_s: Array, curve: Array, times_s: Array) -> dict[str, Array]:
    """Head motion on stressed words, in degrees by axis: down, and a little to one side.

    curve: (num_accents, num_frames) the strength of each accent.
    """
    number = _centis(accents_s)
    side, tilt = (2 * uniform(key_of(key, what), number) - 1 for what in ("side", "tilt"))
    none = np.zeros(len(times_s))
    if not len(accents_s):
        return {"yaw": none, "pitch": none, "roll": none}
    return {
        "yaw": 1.2 * (curve * side[:, None]).sum(axis=0),
        "pitch": -2.4 * curve.max(axis=0) ** 1.5,
        "roll": 0.9 * (curve * tilt[:, None]).sum(axis=0),
    }


def _centis(times_s: Array) -> NDArray[np.int64]:
    return np.round(times_s * 100).astype(np.int64)
