"""Random motion without state: hashed lattices, sparse events, pulses and finite smoothing.

Everything here is a pure function of a key and of absolute time, so that the motion of any part of an episode can be
computed on its own and is continuous with the parts before and after it.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def key_of(*things: object) -> int:
    """A 64-bit key of any objects with a stable `str`; the same on every machine and in every run."""
    text = "\x1f".join(str(thing) for thing in things)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def uniform(key: int, index: NDArray[np.int64]) -> Array:
    """A number in [0, 1) for each index: SplitMix64 (Steele, Lea, Flood 2014) used as a counter hash."""
    state = np.asarray(index, np.int64).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(key)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state ^= state >> np.uint64(31)
    return (state >> np.uint64(11)).astype(np.float64) * 2.0**-53


def smooth_noise(key: int, times_s: Array, period_s: float) -> Array:
    """Noise with continuous velocity and acceleration: a uniform cubic B-spline over hashed values.

    One value per `period_s`; standard deviation about 1, never beyond 2.5.
    """
    place = times_s / period_s
    node = np.floor(place).astype(np.int64)
    t = place - node
    lowest = int(node.min())
    values = 2 * uniform(key, np.arange(lowest, int(node.max()) + 4)) - 1
    at = node - lowest
    t2, t3 = t * t, t * t * t
    spline = (
        values[at] * (1 - 3 * t + 3 * t2 - t3)
        + values[at + 1] * (4 - 6 * t2 + 3 * t3)
        + values[at + 2] * (1 + 3 * t + 3 * t2 - 3 * t3)
        + values[at + 3] * t3
    )
    return np.asarray(2.5 / 6 * spline)


def spaced(times_s: Array, priority: Array, spacing_s: float) -> NDArray[np.bool_]:
    """Which events stay if, of any two closer than `spacing_s`, the weaker one is removed.

    Each event is compared with all its neighbours, kept or not (Matern's second thinning), so the choice is local: it
    never depends on a chain of earlier choices.
    """
    near = np.abs(times_s[:, None] - times_s[None, :]) < spacing_s
    order = np.lexsort((times_s, priority))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    result: NDArray[np.bool_] = ~np.any(near & (rank[None, :] > rank[:, None]), axis=1)
    return result


def raised_cosine(x: Array) -> Array:
    """0 up to x = 0, 1 from x = 1, smooth between."""
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(x, 0.0, 1.0))


def pulse(times_s: Array, onset_s: Array, attack_s: float, hold_s: Array | float, release_s: float) -> Array:
    """Soft pulses, (num_events, num_times): from 0 to 1 in `attack_s` after each onset, held, then back to 0."""
    since = times_s[None, :] - np.asarray(onset_s, np.float64)[:, None]
    hold = np.broadcast_to(np.asarray(hold_s, np.float64), np.shape(onset_s))[:, None]
    return raised_cosine(since / attack_s) * (1 - raised_cosine((since - attack_s - hold) / release_s))


def hann(num_taps: int) -> Array:
    """A smoothing kernel of `num_taps` non-zero weights that sum to 1."""
    weights = np.sin(np.pi * (np.arange(num_taps) + 0.5) / num_taps) ** 2
    result: Array = weights / weights.sum()
    return result


def smooth(values: Array, kernel: Array, delay: int = 0) -> Array:
    """`values` filtered by a centred kernel, `delay` steps later; as long as `values`, edges repeated.

    A kernel of finite length has no memory: values further away than half its length have no effect.
    """
    half = len(kernel) // 2
    padded = np.pad(values, (len(kernel) - 1 - half + delay, half), mode="edge")
    return np.convolve(padded, kernel, "valid")[: len(values)]
