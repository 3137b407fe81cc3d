"""A mouth against tracks, in figures.  Pure: arrays in, numbers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.check.listening import Heard
from talkshow.check.watching import Mouth
from talkshow.clock import FPS
from talkshow.span import Span

_REACH_S, _STEP_S = 0.4, 0.01  # how far, and how finely, the sound is shifted to find the lag
_SMOOTH_S = 0.28  # seconds over which motion is judged: a syllable and the rest after it
_LEAST_QUIET_S = 2.0  # of silence, from which motion in it is judged: one smile must not weigh much
_CLEAR_S = 0.2  # seconds from the end of speech to silence: lips take a moment to close

Curve = NDArray[np.float64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Figures:
    """How one mouth follows its own track and those of the others; None where that cannot be told.

    seen_s, heard_s: seconds in which the face was seen, and those of them in which its own track speaks
    own:           correlation of the mouth's opening with the level of its own track, silences included
    within_speech: the same in speech alone
    other, rival:  the highest correlation with another speaker's track, and whose it is
    lag_ms:        how late the mouth is, and `best`, the correlation with the track shifted by that
    auc:           probability that a moment of speech shows more motion than a moment of silence
    silence_share: motion in silence as a share of motion in speech
    motion:        mean motion in speech, and `silent_motion` in silence, openness a second
    reach:         from the 5th to the 95th percentile of openness
    """

    seen_s: float
    heard_s: float
    own: float | None
    within_speech: float | None
    other: float | None
    rival: str
    lag_ms: float | None
    best: float | None
    auc: float | None
    silence_share: float | None
    motion: float | None
    silent_motion: float | None
    reach: float


def figures(name: str, mouth: Mouth, heard: Mapping[str, Heard], murmurs: Sequence[Span], every: int) -> Figures:
    """Compare the mouth of `name` with all tracks.  every: frames from one measured frame to the next.

    murmurs: when only a backchannel is said, which does not count: "mm-hm" is said with closed lips.
    """
    found = np.isfinite(mouth.openness)
    times = (mouth.frames + 0.5) / FPS
    motion = _motion(mouth, every / FPS)
    counted = found & ~_in_any(times, murmurs)
    openness, times, motion = mouth.openness[counted], times[counted], motion[counted]
    step_s = every / FPS
    track = heard.get(name)
    speech = track.speaks_at(times) if track else np.zeros(len(times), bool)
    quiet = ~_near_speech(track, times) if track else np.ones(len(times), bool)
    own = correlation(openness, track.at(times)) if track else None
    others = {other: correlation(openness, sound.at(times)) or 0.0 for other, sound in heard.items() if other != name}
    rival = max(others, key=lambda other: others[other], default="")
    moving, still = (float(motion[part].mean()) if part.any() else None for part in (speech, quiet))
    told = float(quiet.sum()) * step_s >= _LEAST_QUIET_S
    reach = float(np.subtract(*np.percentile(openness, (95, 5)))) if len(openness) else 0.0
    return Figures(
        len(times) * step_s,
        float(speech.sum()) * step_s,
        own,
        correlation(openness[speech], track.at(times[speech])) if track else None,
        others.get(rival),
        rival,
        *(best_lag(openness, times, track) if track else (None, None)),
        area_under_curve(motion[speech], motion[quiet]) if told else None,
        still / moving if told and moving and still is not None else None,
        moving,
        still,
        reach,
    )


def correlation(a: Floats, b: Floats) -> float | None:
    """Pearson's r; None where one of them is constant."""
    if len(a) < 3:
        return None
    a, b = a - a.mean(dtype=np.float64), b - b.mean(dtype=np.float64)
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 1e-12 else None


def best_lag(openness: Floats, times: Curve, track: Heard) -> tuple[float | None, float | None]:
    """(how late the mouth is in ms, correlation there): where the correlation with the shifted track is highest.

    Between whole steps by a parabola through the highest value and its neighbours. (None, None) where none is
    positive.
    """
    shifts = np.arange(-round(_REACH_S / _STEP_S), round(_REACH_S / _STEP_S) + 1) * _STEP_S
    values = np.array([correlation(openness, track.at(times - shift)) or 0.0 for shift in shifts])
    best = int(values.argmax())
    if values[best] <= 0:
        return None, None
    return 1000 * (float(shifts[best]) + _STEP_S * _summit(values, best)), float(values[best])


def _summit(values: Curve, best: int) -> float:
    """Where a parabola through a maximum and its neighbours is highest, in steps from it."""
    if not 0 < best < len(values) - 1:
        return 0.0
    left, middle, right = values[best - 1 : best + 2]
    bend = left - 2 * middle + right
    return float(0.5 * (left - right) / bend) if bend < 0 else 0.0


def area_under_curve(high: Curve, low: Curve) -> float | None:
    """Probability that a value of `high` exceeds one of `low` (Mann and Whitney's U, ties count half)."""
    if not len(high) or not len(low):
        return None
    values, ranks = np.unique(np.concatenate([high, low]), return_inverse=True)
    counts = np.bincount(ranks, minlength=len(values))
    middle = np.cumsum(counts) - (counts - 1) / 2
    return float((middle[ranks[: len(high)]].sum() - len(high) * (len(high) + 1) / 2) / (len(high) * len(low)))


def _motion(mouth: Mouth, step_s: float) -> Curve:
    """How fast the opening changes around each frame, a second; from neighbours in the same run only."""
    change = np.abs(np.diff(mouth.openness)) / step_s
    change[np.diff(mouth.runs) != 0] = np.nan
    around = np.stack([np.concatenate([[np.nan], change]), np.concatenate([change, [np.nan]])])
    known = np.isfinite(around)
    steps = np.where(known, around, 0).sum(axis=0)
    weights = known.sum(axis=0).astype(np.float64)
    window = np.ones(max(1, round(_SMOOTH_S / step_s)) // 2 * 2 + 1)
    smooth = np.zeros(len(steps))
    for run in np.unique(mouth.runs):
        part = mouth.runs == run
        total = np.convolve(weights[part], window)[len(window) // 2 :][: part.sum()]
        smooth[part] = np.convolve(steps[part], window)[len(window) // 2 :][: part.sum()] / np.maximum(total, 1)
    return smooth


def _in_any(times: Curve, spans: Sequence[Span]) -> Flags:
    inside = np.zeros(len(times), bool)
    for span in spans:
        inside |= (times >= span.start_s) & (times < span.end_s)
    return inside


def _near_speech(track: Heard, times: Curve) -> Flags:
    """Whether there is speech at a time or less than `_CLEAR_S` from it."""
    steps = np.arange(-_CLEAR_S, _CLEAR_S + 1e-9, 0.02)
    result: Flags = np.any([track.speaks_at(times + step) for step in steps], axis=0)
    return result
