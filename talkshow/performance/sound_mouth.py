"""Mouth shapes from sound alone, for recordings whose words are not known.

Each hop gets the shape that `visemes.py` gives to the sound that `hearing.py` detects. Hops blend by dominance, as
phonemes do. A contact is made where a closure is detected, for long enough to be visible in a frame.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from talkshow.performance.hearing import BILABIAL, CLASSES, LABIODENTAL, REST
from talkshow.performance.lattice import Array, hann, smooth
from talkshow.performance.visemes import JAW, PRESS, TUCK, VISEMES

SHARPEN = 2.0  # exponent on probabilities: uncertain sounds give smaller shapes
NEUTRAL, NEUTRAL_JAW = "ə", 0.5
JAW_SHARE = 0.75  # weight of the sounds on the jaw: the rest is loudness, because sounds may be misheard
UNHEARD = 0.10  # probability of a neutral sound outside all classes
CONTACT_FROM, CONTACT_FULL = {PRESS: 0.14, TUCK: 0.20}, {PRESS: 0.28, TUCK: 0.38}
HELD_HOPS = 2  # extension of a contact on both sides
VOICE_HOPS = 60  # time over which speech is detected: a single sound may be mistaken for music, a word is not
VOICE_FROM, VOICE_FULL = 0.15, 0.38


@lru_cache(maxsize=1)
def _table() -> tuple[Array, Array]:
    """(targets, dominance), (num_classes, len(MOUTH)) each: means over the sounds of a class.

    Loud sound that is not recognised as speech gets a neutral shape, whose opening depends on loudness.
    """
    shapes = [[VISEMES[letter][0] for letter in letters or NEUTRAL] for letters in CLASSES.values()]
    return (
        np.array([np.mean([shape.targets for shape in row], axis=0) for row in shapes]),
        np.array([np.mean([shape.dominance for shape in row], axis=0) for row in shapes]),
    )


def blended(likely: Array, windows: NDArray[np.int64], kernel: Array) -> Array:
    """Mouth shapes without contacts, (num_frames, len(MOUTH)).

    likely: (num_hops, num_classes); windows: (num_frames, len(kernel)) the hops around each frame. The jaw value is the
    openness, not yet scaled by loudness.
    """
    targets, dominance = _table()
    sure = likely.copy()
    sure[:, REST] = UNHEARD
    sure = (sure / sure.sum(axis=1, keepdims=True)) ** SHARPEN
    sure /= sure.sum(axis=1, keepdims=True)
    felt, pull = sure @ (dominance * targets), sure @ dominance
    shapes = np.einsum("fkc,k->fc", felt[windows], kernel) / np.einsum("fkc,k->fc", pull[windows], kernel)
    shapes[:, JAW] = NEUTRAL_JAW + JAW_SHARE * (shapes[:, JAW] - NEUTRAL_JAW)
    shapes[:, [PRESS, TUCK]] = 0
    return np.asarray(shapes)


def contacts(likely: Array) -> dict[int, Array]:
    """The strength of each contact by channel, (num_hops,) 0..1."""
    made = {}
    for channel, heard in ((PRESS, BILABIAL), (TUCK, LABIODENTAL)):
        chance = smooth(likely[:, heard], hann(5))
        full = np.clip((chance - CONTACT_FROM[channel]) / (CONTACT_FULL[channel] - CONTACT_FROM[channel]), 0, 1)
        made[channel] = _widened(full, HELD_HOPS)
    return made


def voiced(likely: Array) -> Array:
    """How likely each hop is speech, (num_hops,) 0..1, including stops."""
    share = smooth(1 - likely[:, REST], hann(VOICE_HOPS))
    return _widened(np.clip((share - VOICE_FROM) / (VOICE_FULL - VOICE_FROM), 0, 1), VOICE_HOPS // 4)


def _widened(values: Array, num_hops: int) -> Array:
    padded = np.pad(values, num_hops)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * num_hops + 1).max(axis=1))
