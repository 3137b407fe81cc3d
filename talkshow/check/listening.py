"""A track, listened to: how loud it is at every moment, and where there is speech.

Shares nothing with the analysis that drives the faces (`performance/voicing.py`): a common fault would hide.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import ANALYSIS_RATE, TRACK_RATE, exact_div
from talkshow.sound.waveform import Samples, TrackReader

STEPS = 100  # levels a second
_STEP_SAMPLES = exact_div(ANALYSIS_RATE, STEPS)
_WINDOW_STEPS = 6  # 60 ms: a syllable shows, a period of the voice does not
_RANGE_DB = 30.0  # from 0 to 1
_SPEECH_DB, _FAINTEST_DB = 28.0, -62.0  # speech reaches so far below the peak; nothing fainter is speech
_STEADY_DB = 5.0  # a quarter of the time within so little is a steady noise, out of which speech
_NOISE_DB, _LEAST_RANGE_DB = 10.0, 12.0  # stands by so much, so far below its peak at least
_AUDIBLE_DB = -90.0
_GAP_S, _BLIP_S = 0.2, 0.05  # a shorter rest belongs to the speech around it; a shorter sound is a click
_BLOCK = 2**19  # samples that are read at once

_Kind = TypeVar("_Kind", bound=np.generic)

Levels = NDArray[np.float32]
Curve = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Heard:
    """A track at every hundredth of a second.

    levels: (num_steps,) 0..1, linear in dB over the 30 dB below the speaking peak
    speech: (num_steps,) whether anyone speaks
    """

    levels: Levels
    speech: Flags

    @classmethod
    def of(cls, energy: Curve) -> Heard:
        """From mean squares, one per step."""
        around = np.convolve(energy, np.ones(_WINDOW_STEPS) / _WINDOW_STEPS)[_WINDOW_STEPS // 2 - 1 :]
        level_db = 10 * np.log10(around[: len(energy)] + 1e-12)
        audible = level_db[level_db > _AUDIBLE_DB]
        if not len(audible):
            return cls(np.zeros(len(energy), np.float32), np.zeros(len(energy), bool))
        peak = float(np.percentile(audible, 97))
        floor, low = np.percentile(level_db, (5, 25))
        noise = min(floor + _NOISE_DB, peak - _LEAST_RANGE_DB) if low - floor < _STEADY_DB else _FAINTEST_DB
        threshold = max(peak - _SPEECH_DB, noise, _FAINTEST_DB)
        levels = np.clip((level_db - (peak - _RANGE_DB)) / _RANGE_DB, 0, 1)
        return cls(levels.astype(np.float32), _joined(level_db > threshold))

    def at(self, times_s: Curve) -> Levels:
        """Levels at any times; silence before the beginning and after the end."""
        return _pick(self.levels, times_s)

    def speaks_at(self, times_s: Curve) -> Flags:
        """Whether there is speech, at any times."""
        return _pick(self.speech, times_s)


def _pick(values: NDArray[_Kind], times_s: Curve) -> NDArray[_Kind]:
    """The values at some times, zero or False where there are none."""
    picked = np.zeros(len(times_s), values.dtype)
    index = np.rint(times_s * STEPS).astype(np.int64)
    inside = (index >= 0) & (index < len(values))
    picked[inside] = values[index[inside]]
    return picked


def listen(path: Path) -> Heard:
    """Read a track block by block.  Raises AudioError when it cannot be read."""
    return Heard.of(track_energies(path))


def _joined(loud: Flags) -> Flags:
    """Short rests filled, clicks dropped."""
    from scipy.ndimage import binary_closing, binary_opening

    margin = round(_GAP_S * STEPS)
    padded = np.pad(loud, margin)
    closed = binary_closing(padded, np.ones(round(_GAP_S * STEPS)))
    return np.asarray(binary_opening(closed, np.ones(round(_BLIP_S * STEPS))))[margin : len(padded) - margin]


def track_energies(path: Path) -> Curve:
    """Those of a sound file, read block by block."""
    with TrackReader(path) as file:
        return energies(
            (file.read(first, min(_BLOCK, file.num_samples - first)) for first in range(0, file.num_samples, _BLOCK)),
            file.sample_rate,
        )


def energies(blocks: Iterable[Samples], sample_rate: int = TRACK_RATE) -> Curve:
    """Mean square of the pre-emphasised sound (1 - 0.9 / z at 16 kHz), one value per step."""
    import soxr

    stream = soxr.ResampleStream(sample_rate, ANALYSIS_RATE, 1, dtype="float32")
    rest, before, found = np.zeros(0, np.float32), np.float32(0), [np.zeros(0)]
    for block, last in itertools.chain(((block, False) for block in blocks), [(np.zeros(0, np.float32), True)]):
        sound = stream.resample_chunk(block, last=last)
        rest = np.concatenate([rest, sound - np.float32(0.9) * np.concatenate([[before], sound])[: len(sound)]])
        before = sound[-1] if len(sound) else before
        whole = len(rest) // _STEP_SAMPLES * _STEP_SAMPLES
        found.append(np.mean(rest[:whole].reshape(-1, _STEP_SAMPLES).astype(np.float64) ** 2, axis=1))
        rest = rest[whole:]
    return np.concatenate(found)
