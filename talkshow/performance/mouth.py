"""The mouth of one speaker: shapes from phonemes where they are known, else from sound; size from loudness."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import FPS
from talkshow.performance.floor import Turn
from talkshow.performance.lattice import Array, hann, smooth
from talkshow.performance.sound_mouth import PAD, band_levels, mouth_from_sound
from talkshow.performance.visemes import CONTACTS, JAW, MOUTH, PRESS, WIDE, blend
from talkshow.performance.voicing import HOP_SAMPLES, HOPS_PER_FRAME, Voicing

LEAD_HOPS = 1                 # the mouth is 10 ms ahead of the sound, never behind it
SIZE_TAPS = 12                # window (in hops) over which loudness is averaged for a frame
SHAPE_TAPS = 10               # window over which shapes heard in the sound are averaged
SIZE_BASE, SIZE_OPEN = 0.45, 0.60      # jaw of a loud sound: SIZE_BASE + SIZE_OPEN * openness
STRESS_GAIN = 0.12
EDGE_S = 0.15                 # sound so long before and after a turn still belongs to it
PRESENT_HOPS = 8              # how far a shape reaches beyond the sound
CONTACT_HOPS = 18             # how far a contact does: lips are shut before the first p is heard
MARGIN_HOPS = 40


class Mouth:
    """Mouth shapes of one speaker, made from the track and the phonemes of the cues."""

    def __init__(self, voicing: Voicing) -> None:
        self._voicing = voicing

    def shapes(self, first: int, num: int, turns: tuple[Turn, ...]) -> Array:
        """Shapes of frames first..first+num-1, (num, len(MOUTH)).

        `turns` are the speaker's turns around these frames; outside them the mouth rests.
        """
        if not turns:
            return np.zeros((num, len(MOUTH)))
        first_hop = first * HOPS_PER_FRAME - MARGIN_HOPS
        num_hops = num * HOPS_PER_FRAME + 2 * MARGIN_HOPS
        loud = self._voicing.loud(first_hop, num_hops) * _inside(turns, first_hop, num_hops)
        times_s = (np.arange(first, first + num) + 0.5) / FPS + LEAD_HOPS / HOPS_PER_FRAME / FPS
        shapes, stress = self._spoken(turns, times_s)
        wordless = tuple(turn for turn in turns if turn.articulation is None)
        if wordless:
            shapes = _stronger(shapes, self._heard(loud, first_hop, wordless))
        size = at_frames(loud, num, hann(SIZE_TAPS))
        present = at_frames(_reach(loud, PRESENT_HOPS), num, hann(SHAPE_TAPS))
        shapes[:, list(CONTACTS)] *= at_frames(_reach(loud, CONTACT_HOPS), num, hann(SHAPE_TAPS))[:, None]
        return _sized(shapes, stress, size, present)

    def _spoken(self, turns: tuple[Turn, ...], times_s: Array) -> tuple[Array, Array]:
        """From phonemes: shapes and stress at some times."""
        shapes, stress = np.zeros((len(times_s), len(MOUTH))), np.zeros(len(times_s))
        for turn in turns:
            if turn.articulation is None:
                continue
            nearby = turn.articulation.within(times_s[0] - 0.5, times_s[-1] + 0.5)
            new_shapes, new_stress = blend(nearby, times_s)
            shapes, stress = _stronger(shapes, new_shapes), np.maximum(stress, new_stress)
        return shapes, stress

    def _heard(self, loud: Array, first_hop: int, turns: tuple[Turn, ...]) -> Array:
        """From sound, at frames. Spectra cost more than levels: taken only where there is a voice."""
        num = (len(loud) - 2 * MARGIN_HOPS) // HOPS_PER_FRAME
        loud = loud * _inside(turns, first_hop, len(loud))
        if not loud.any():
            return np.zeros((num, len(MOUTH)))
        sound = self._voicing.samples(first_hop - 2, len(loud) + 4)
        edge = 2 * HOP_SAMPLES - PAD
        hops = mouth_from_sound(band_levels(sound[edge : len(sound) - edge]), loud)
        return np.stack([at_frames(column, num, hann(SHAPE_TAPS)) for column in hops.T], axis=1)


def at_frames(hops: Array, num: int, kernel: Array) -> Array:
    """Values of hops averaged around the centres of `num` frames, LEAD_HOPS ahead; MARGIN_HOPS before the first."""
    start = MARGIN_HOPS + HOPS_PER_FRAME // 2 + LEAD_HOPS - len(kernel) // 2
    windows = np.lib.stride_tricks.sliding_window_view(hops[start:], len(kernel))[:: HOPS_PER_FRAME][:num]
    return np.asarray((windows * kernel).sum(axis=1))


def _stronger(one: Array, other: Array) -> Array:
    """Of each two shapes the one further from rest (a speaker's own turns hardly ever overlap)."""
    return np.where(np.abs(other) > np.abs(one), other, one)


def _sized(shapes: Array, stress: Array, size: Array, present: Array) -> Array:
    """Shapes scaled by loudness: louder is wider, silence is rest, and a shut mouth stays shut."""
    shapes = shapes.copy()
    openness = np.where(present > 0, SIZE_BASE * np.minimum(shapes[:, JAW] / 0.3, 1) + SIZE_OPEN * shapes[:, JAW], 0)
    lips = [channel for channel in range(len(MOUTH)) if channel not in (JAW, *CONTACTS)]
    shapes[:, JAW] = size * openness * (1 + STRESS_GAIN * stress)
    shapes[:, lips] *= present[:, None]
    shapes[:, JAW] *= 1 - shapes[:, PRESS]
    low = np.where(np.arange(len(MOUTH)) == WIDE, -0.3, 0.0)
    return np.clip(shapes, low, 1.0)


def _reach(loud: Array, num_hops: int) -> Array:
    """Where there is sound within `num_hops`: 0..1 for each hop."""
    padded = np.pad(loud, num_hops)
    widest = np.lib.stride_tricks.sliding_window_view(padded, 2 * num_hops + 1).max(axis=1)
    return smooth(np.clip(3 * widest, 0, 1), hann(8))


def _inside(turns: tuple[Turn, ...], first_hop: int, num_hops: int) -> NDArray[np.float64]:
    """1 in hops that belong to a turn, else 0."""
    times_s = (first_hop + np.arange(num_hops) + 0.5) / (FPS * HOPS_PER_FRAME)
    inside = np.zeros(num_hops)
    for turn in turns:
        inside[(times_s > turn.span.start_s - EDGE_S) & (times_s < turn.span.end_s + EDGE_S)] = 1.0
    return inside
