"""The mood of a person over time: the moods of their own lines, and a share of those of others."""

from __future__ import annotations

import numpy as np

from talkshow.performance.floor import SpeechInterval
from talkshow.performance.lattice import Array, key_of, raised_cosine, smooth_noise
from talkshow.performance.moment import Moment
from talkshow.performance.moods import Mood, moods_of

SOFT_EDGE_S = 0.40  # fade time of a mood
CATCH_S = 0.30  # delay before listeners take it on
LAUGH_S = 1.3  # decay time of the shaking
SIGNED = ("smile", "brow", "pitch", "roll", "lean")
POSITIVE = ("squint", "droop", "laugh")
FACTORS = ("jaw", "energy")
CATCHABLE = ("smile", "squint", "brow", "laugh")


def temper(moment: Moment) -> dict[str, Array]:
    """Curves of the fields of `Mood` (all but `catching`), (num_frames,) each."""
    times_s = moment.times_s
    curves = {name: np.zeros(len(times_s)) for name in (*SIGNED, *POSITIVE)}
    factors = {name: np.ones(len(times_s)) for name in FACTORS}
    # a held expression keeps changing a little
    alive = 0.92 + 0.09 * smooth_noise(key_of(moment.key, "temper"), times_s, 0.9)
    for mood, start_s, end_s in _moods(moment.turns):
        hold = _hold(times_s, start_s, end_s)
        for name in SIGNED:
            curves[name] = _further(curves[name], hold * alive * getattr(mood, name))
        for name in POSITIVE:
            felt = hold * alive * getattr(mood, name) * (_fading(times_s, start_s) if name == "laugh" else 1.0)
            curves[name] = np.maximum(curves[name], felt)
        for name in FACTORS:
            factors[name] = factors[name] * (1 + hold * (getattr(mood, name) - 1))
    heed = 1 - 0.7 * moment.talk
    for mood, start_s, end_s in _moods(moment.others_turns):
        start_s = start_s + CATCH_S
        hold = mood.catching * heed * alive * _hold(times_s, start_s, end_s + 0.4)
        for name in CATCHABLE:
            felt = hold * getattr(mood, name) * (_fading(times_s, start_s) if name == "laugh" else 1.0)
            curves[name] = _further(curves[name], felt)
    return curves | factors


def _moods(turns: tuple[SpeechInterval, ...]) -> list[tuple[Mood, float, float]]:
    return [
        (mood, span.start_s, span.end_s) for turn in turns if turn.cue is not None for mood, span in moods_of(turn.cue)
    ]


def _hold(times_s: Array, start_s: float, end_s: float) -> Array:
    rise = raised_cosine((times_s - start_s + SOFT_EDGE_S / 2) / SOFT_EDGE_S)
    return rise * (1 - raised_cosine((times_s - end_s + SOFT_EDGE_S / 2) / SOFT_EDGE_S))


def _fading(times_s: Array, start_s: float) -> Array:
    """The shaking of a laugh, which is strongest at first and decays."""
    since = times_s - start_s
    return np.asarray(np.exp(-np.maximum(since, 0) / LAUGH_S) * (1 - raised_cosine((since - 2.5) / 1.0)))


def _further(one: Array, other: Array) -> Array:
    """Of each two values, the one further from rest."""
    return np.where(np.abs(other) > np.abs(one), other, one)
