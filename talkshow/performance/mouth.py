"""The mouth of one speaker: shapes from phonemes if they are known, else from sound; size from loudness."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import FPS
from talkshow.performance.floor import SpeechInterval
from talkshow.performance.hearing import Hearing
from talkshow.performance.lattice import Array, hann, smooth
from talkshow.performance.sound_mouth import blended, contacts, voiced
from talkshow.performance.visemes import CONTACTS, JAW, MOUTH, PRESS, WIDE, blend
from talkshow.performance.voicing import HOPS_PER_FRAME, Voicing

LEAD_HOPS = 1  # detected sounds are a little late: the mouth looks 10 ms ahead, so that it is never late
SIZE_TAPS = 12  # window (in hops) over which loudness is averaged for a frame
SHAPE_TAPS = 10  # window over which shapes detected in the sound are averaged
CONTACT_TAPS = 4  # and contacts
SIZE_BASE, SIZE_OPEN = 0.45, 0.60  # jaw of a loud sound: SIZE_BASE + SIZE_OPEN * openness
STRESS_GAIN = 0.12
EDGE_S = 0.15  # sound within this time before and after a turn still belongs to it
PRESENT_HOPS = 8  # how far a shape extends beyond its sound
CONTACT_HOPS = 18  # how far a contact does: lips are shut before the first p is audible
MARGIN_HOPS = 80  # all windows concatenated


class Mouth:
    """Mouth shapes of one speaker, from the track and the phonemes of the cues."""

    def __init__(self, voicing: Voicing) -> None:
        self._voicing, self._hearing = voicing, Hearing(voicing)

    def shapes(self, first: int, num: int, turns: tuple[SpeechInterval, ...]) -> Array:
        """Shapes of frames first..first+num-1, (num, len(MOUTH)).

        `turns` are the speaker's turns around these frames; outside them the mouth rests.
        """
        if not turns:
            return np.zeros((num, len(MOUTH)))
        first_hop = first * HOPS_PER_FRAME - MARGIN_HOPS
        num_hops = num * HOPS_PER_FRAME + 2 * MARGIN_HOPS
        loud = self._voicing.loud(first_hop, num_hops) * _inside(turns, first_hop, num_hops)
        shapes, stress = self._spoken(turns, (np.arange(first, first + num) + 0.5) / FPS)
        wordless = tuple(turn for turn in turns if turn.articulation is None)
        worded = tuple(turn for turn in turns if turn.articulation is not None)
        if wordless:
            likely = self._hearing.likely(first_hop, num_hops)
            shapes = _stronger(shapes, _heard(likely, num, _inside(wordless, first_hop, num_hops)))
            if self._hearing.tells_speech:
                loud *= np.maximum(voiced(likely), _inside(worded, first_hop, num_hops))
        size = at_frames(loud, num, hann(SIZE_TAPS))
        present = at_frames(_reach(loud, PRESENT_HOPS), num, hann(SHAPE_TAPS))
        shapes[:, list(CONTACTS)] *= at_frames(_reach(loud, CONTACT_HOPS), num, hann(SHAPE_TAPS))[:, None]
        return _sized(shapes, stress, size, present)

    def _spoken(self, turns: tuple[SpeechInterval, ...], times_s: Array) -> tuple[Array, Array]:
        """From phonemes: shapes and stress at the given times."""
        shapes, stress = np.zeros((len(times_s), len(MOUTH))), np.zeros(len(times_s))
        for turn in turns:
            if turn.articulation is None:
                continue
            nearby = turn.articulation.within(times_s[0] - 0.5, times_s[-1] + 0.5)
            new_shapes, new_stress = blend(nearby, times_s)
            shapes, stress = _stronger(shapes, new_shapes), np.maximum(stress, new_stress)
        return shapes, stress


def _heard(likely: Array, num: int, inside: Array) -> Array:
    """From sound, per frame: the shapes of the sounds detected inside turns.  likely: (num_hops, num_classes)."""
    shapes = blended(likely, _windows(num, SHAPE_TAPS), hann(SHAPE_TAPS))
    for channel, made in contacts(likely).items():
        shapes[:, channel] = at_frames(made, num, hann(CONTACT_TAPS))
    return np.asarray(shapes * at_frames(inside, num, hann(SHAPE_TAPS))[:, None])


def _windows(num: int, taps: int) -> NDArray[np.int64]:
    """The hops around the centres of `num` frames, (num, taps), LEAD_HOPS ahead; MARGIN_HOPS before the first."""
    start = MARGIN_HOPS + HOPS_PER_FRAME // 2 + LEAD_HOPS - taps // 2
    return np.arange(num)[:, None] * HOPS_PER_FRAME + start + np.arange(taps)


def at_frames(hops: Array, num: int, kernel: Array) -> Array:
    """Hop values averaged around the centres of `num` frames; see `_windows`."""
    return np.asarray((hops[_windows(num, len(kernel))] * kernel).sum(axis=1))


def _stronger(one: Array, other: Array) -> Array:
    """Of each two shapes the one further from rest (the turns of one speaker hardly ever overlap)."""
    return np.where(np.abs(other) > np.abs(one), other, one)


def _sized(shapes: Array, stress: Array, size: Array, present: Array) -> Array:
    """Scale shapes by loudness: louder is wider, silence is rest, and a shut mouth stays shut."""
    shapes = shapes.copy()
    openness = np.where(present > 0, SIZE_BASE * np.minimum(shapes[:, JAW] / 0.3, 1) + SIZE_OPEN * shapes[:, JAW], 0)
    lips = [channel for channel in range(len(MOUTH)) if channel not in (JAW, *CONTACTS)]
    shapes[:, JAW] = size * openness * (1 + STRESS_GAIN * stress)
    shapes[:, lips] *= present[:, None]
    shapes[:, JAW] *= 1 - shapes[:, PRESS]
    low = np.where(np.arange(len(MOUTH)) == WIDE, -0.3, 0.0)
    return np.clip(shapes, low, 1.0)


def _reach(loud: Array, num_hops: int) -> Array:
    """How much sound is within `num_hops`: 0..1 for each hop."""
    padded = np.pad(loud, num_hops)
    widest = np.lib.stride_tricks.sliding_window_view(padded, 2 * num_hops + 1).max(axis=1)
    return smooth(np.clip(3 * widest, 0, 1), hann(8))


def _inside(turns: tuple[SpeechInterval, ...], first_hop: int, num_hops: int) -> NDArray[np.float64]:
    """1 in hops that belong to a turn, else 0."""
    times_s = (first_hop + np.arange(num_hops) + 0.5) / (FPS * HOPS_PER_FRAME)
    inside = np.zeros(num_hops)
    for turn in turns:
        inside[(times_s > turn.span.start_s - EDGE_S) & (times_s < turn.span.end_s + EDGE_S)] = 1.0
    return inside
