"""Masters the tracks into mix.wav: one gain to the target loudness, and a limiter for the true peak.

Everything streams: the mix is read from the tracks in blocks of one second. The first pass measures. Each further pass
applies a gain, limits, writes, and measures the file. If the limiter reduced the loudness, or a peak is too high,
another pass follows. The best one is kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from talkshow.clock import TRACK_RATE, clock_text
from talkshow.errors import AudioError
from talkshow.sound.gainsearch import Attempt, Goal
from talkshow.sound.limiter import BLOCK, limited_blocks
from talkshow.sound.loudness import ABSOLUTE_GATE_LUFS, LoudnessMeter, level_of
from talkshow.sound.tracks import MixReader, Track
from talkshow.sound.waveform import Samples, TrackWriter, db_to_gain, sound_blocks
from talkshow.store.files import scratch, writing

REVISION = 2  # raise when the same tracks would sound different
MAX_PASSES = 16


@dataclass(frozen=True)
class Mastering:
    """The gain applied by mastering, and the level of the file. Loudness and peak are -inf for silence.

    shortfall: why the loudness misses the target, in words; empty if it does not
    """

    gain_db: float
    loudness_lufs: float
    true_peak_dbtp: float
    num_passes: int
    shortfall: str = ""


def master(
    tracks: Sequence[Track], out_path: Path, target_lufs: float = -16.0, true_peak_dbtp: float = -1.0
) -> Mastering:
    """Write the mastered mix: 48 kHz mono 24-bit WAV, with exactly as many samples as the tracks and in sync with them.

    The mix is mono because every voice is panned to the centre: it is equally loud on one loudspeaker and on two.
    Integrated loudness (BS.1770-4) is within 0.1 LU of the target wherever the peak limit allows; otherwise
    `shortfall` says why. The true peak never exceeds `true_peak_dbtp`. Silence, and sound below the loudness gate,
    stays unchanged, except for such peaks.
    Raises AudioError when tracks cannot be read or their sum is not finite, WorkspaceError when the disk is full.
    """
    tried: list[Attempt] = []
    best: Attempt | None = None
    attempt = out_path.with_name(f"attempt-{out_path.name}")
    with MixReader(tracks) as mix, writing(out_path) as best_file, scratch(attempt) as draft:
        source_lufs, loudest_s = _surveyed(mix)
        goal = Goal(source_lufs, target_lufs, true_peak_dbtp)
        setting: tuple[float, float] | None = goal.first
        while setting is not None and len(tried) < MAX_PASSES:
            tried.append(_written(mix, draft, *setting))
            if goal.prefers(tried[-1], best):
                best = tried[-1]
                draft.replace(best_file)
            setting = goal.after(tried)
        if best is None:
            raise AudioError(
                f"the true peak of the mix is still above {true_peak_dbtp:g} dBTP after {MAX_PASSES} attempts. "
                "Lower the gain of the loudest speaker."
            )
    return Mastering(
        best.gain_db, best.level.loudness_lufs, best.level.true_peak_dbtp, len(tried), _shortfall(goal, best, loudest_s)
    )


def _surveyed(mix: MixReader) -> tuple[float, float]:
    """Loudness of the mix before mastering in LUFS, and the time of its loudest sample in seconds.

    Raises AudioError if a sample is not a finite number.
    """
    meter, peak, loudest = LoudnessMeter(), 0.0, 0
    for first, block in _blocks(mix):
        magnitude = np.abs(block)
        at = int(magnitude.argmax())
        if not np.isfinite(magnitude).all():
            at = int(np.isfinite(magnitude).argmin())
            raise AudioError(
                f"the sound contains values that are not finite numbers, the first at "
                f"{clock_text((first + at) / TRACK_RATE)}. Make the tracks or the recording again."
            )
        if magnitude[at] > peak:
            peak, loudest = float(magnitude[at]), first + at
        meter.add(block)
    return meter.loudness(), loudest / TRACK_RATE


def _blocks(mix: MixReader) -> Iterator[tuple[int, Samples]]:
    for first in range(0, mix.num_samples, BLOCK):
        yield first, mix.read(first, min(BLOCK, mix.num_samples - first))


def _written(mix: MixReader, path: Path, gain_db: float, ceiling_db: float) -> Attempt:
    """Write the mix at a gain, limited, and measure the file."""
    with TrackWriter(path, TRACK_RATE, mix.num_samples, "PCM_24") as file:
        for block in limited_blocks(mix, db_to_gain(gain_db), db_to_gain(ceiling_db)):
            file.write(block)
    return Attempt(gain_db, ceiling_db, level_of(sound_blocks(path, TRACK_RATE)))


def _shortfall(goal: Goal, reached: Attempt, loudest_s: float) -> str:
    """Why the target is missed, for people; empty if it is not."""
    peak = f"true peak {reached.level.true_peak_dbtp:.1f} dBTP"
    if not math.isfinite(reached.level.true_peak_dbtp):
        return "the mix is silent."
    if not goal.is_heard:
        return (
            f"the mix stays as quiet as it was ({peak}): nothing in it reaches {ABSOLUTE_GATE_LUFS:g} LUFS, below "
            "which sound counts as silence. Raise the level of its sources."
        )
    if goal.is_reached(reached):
        return ""
    return (
        f"the mix has {reached.level.loudness_lufs:.1f} LUFS instead of {goal.target_lufs:g} ({peak}). Its peaks, "
        f"the highest around {clock_text(loudest_s)}, are too far above its loudness: the limit of "
        f"{goal.true_peak_dbtp:g} dBTP cancels any further gain. Lower or cut the loud sound there."
    )
