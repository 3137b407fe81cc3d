"""Finds the gain that brings a limited mix to its target loudness, from the attempts so far.

Loudness grows in step with gain until the limiter starts to work. Then the curve flattens. It even falls where quiet
sound next to a loud burst rises above the relative gate, because the mean then includes more quiet sound. So the
search goes up in growing steps until the target is between two attempts, and then narrows the interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from talkshow.sound.loudness import ABSOLUTE_GATE_LUFS, Level

CEILING_MARGIN_DB = 0.1  # the limiter's ceiling, below the allowed true peak
TOLERANCE_LU = 0.1
STEP_DB = 6.0  # first increase of the gain; later steps are at most twice the step before
_FLATTEST = 0.1  # smallest slope of loudness against gain that is used; below it, the step is the widest
_NARROWEST_DB = 0.01  # two attempts closer than this are not narrowed further
_PEAK_STEP_DB = 0.02  # margin below the allowed true peak after a peak exceeded it
_WORTH_LU = 0.5  # least improvement worth more gain if the target is out of reach


@dataclass(frozen=True)
class Attempt:
    """A mix that was written and measured: its gain, the limiter's ceiling, and the level reached."""

    gain_db: float
    ceiling_db: float
    level: Level

    def under(self, ceiling_db: float) -> tuple[float, float]:
        """(gain in dB, LUFS) of the same sound under another ceiling, because the limiter scales with its input."""
        shift_db = ceiling_db - self.ceiling_db
        return self.gain_db + shift_db, self.level.loudness_lufs + shift_db


@dataclass(frozen=True)
class Goal:
    """The target of a mix.  source_lufs: its loudness before mastering, -inf if it is silent or below the gate."""

    source_lufs: float
    target_lufs: float
    true_peak_dbtp: float

    @property
    def first(self) -> tuple[float, float]:
        """(gain, ceiling) in dB of the first attempt: exact if nothing needs limiting."""
        gain_db = self.target_lufs - self.source_lufs if self.is_heard else 0.0
        return gain_db, self.true_peak_dbtp - CEILING_MARGIN_DB

    @property
    def is_heard(self) -> bool:
        """Whether there is a loudness to change."""
        return math.isfinite(self.source_lufs)

    def missing(self, attempt: Attempt) -> float:
        """LU below the target; 0 if there is no loudness to change."""
        return self.target_lufs - attempt.level.loudness_lufs if self.is_heard else 0.0

    def is_reached(self, attempt: Attempt) -> bool:
        """Whether the loudness is on target and no peak is too high."""
        return self._excess(attempt) <= 0 and abs(self.missing(attempt)) <= TOLERANCE_LU

    def prefers(self, attempt: Attempt, kept: Attempt | None) -> bool:
        """Whether an attempt is better than the best before it. An attempt with a peak that is too high never is."""
        if self._excess(attempt) > 0:
            return False
        if kept is None or self.is_reached(attempt):
            return True
        worth = _WORTH_LU if attempt.gain_db > kept.gain_db else 0.0
        return abs(self.missing(attempt)) < abs(self.missing(kept)) - worth

    def after(self, tried: Sequence[Attempt]) -> tuple[float, float] | None:
        """(gain, ceiling) in dB of the next attempt; None if the last one is on target or another would not help."""
        last = tried[-1]
        excess = self._excess(last)
        if excess > 0:  # the same sound, lower: this one stays below the limit
            shift = excess + _PEAK_STEP_DB
            return last.gain_db - shift, last.ceiling_db - shift
        if self.is_reached(last):
            return None
        curve = [attempt.under(last.ceiling_db) for attempt in tried if self._excess(attempt) <= 0]
        gain_db = self._next_gain(curve)
        return None if gain_db is None else (gain_db, last.ceiling_db)

    def _excess(self, attempt: Attempt) -> float:
        return attempt.level.true_peak_dbtp - self.true_peak_dbtp

    def _next_gain(self, curve: Sequence[tuple[float, float]]) -> float | None:
        """curve: (gain, loudness) of all attempts in order, under one ceiling."""
        above = min((point for point in curve if point[1] >= self.target_lufs), default=None)
        below = max(
            (point for point in curve if point[1] < self.target_lufs and (above is None or point < above)), default=None
        )
        if below is None:
            assert above is not None
            return above[0] + self.target_lufs - above[1]
        if above is None:
            return self._higher(sorted(curve))
        if above[0] - below[0] < _NARROWEST_DB:
            return None
        # two attempts in a row on one side: a straight line through a bent curve would keep landing there
        same_side = (curve[-1][1] < self.target_lufs) == (curve[-2][1] < self.target_lufs)
        straight = (self.target_lufs - below[1]) / (above[1] - below[1])
        share = 0.5 if same_side or not math.isfinite(straight) else straight
        return below[0] + share * (above[0] - below[0])

    def _higher(self, curve: Sequence[tuple[float, float]]) -> float | None:
        """curve: in order of gain, all below the target."""
        gain_db, loudness = curve[-1]
        highest = self.target_lufs - ABSOLUTE_GATE_LUFS  # sound below the gate must not become audible
        if gain_db >= highest:
            return None
        slope, widest = 1.0, STEP_DB
        if len(curve) > 1:
            rise_db = gain_db - curve[-2][0]
            slope = (loudness - curve[-2][1]) / rise_db
            widest = max(STEP_DB, 2 * rise_db)
        step_db = (self.target_lufs - loudness) / min(1.0, slope) if slope > _FLATTEST else widest
        return min(gain_db + min(step_db, widest), highest)
