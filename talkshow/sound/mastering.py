"""Tracks to mix.wav: one gain to the target loudness, and a limiter for what would rise above the true peak allowed.

Everything streams: the mix is read from the tracks in blocks of a second. The first pass measures; each further one
applies a gain, limits, writes, and measures what lies in the file. Where the limiter took loudness away, or a peak
slipped through, another one follows; the best is kept.
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
    """What mastering did, and what the file holds. Loudness and peak are -inf for silence.

    shortfall: why the loudness is not the target, in words; empty where it is
    """

    gain_db: float
    loudness_lufs: float
    true_peak_dbtp: float
    num_passes: int
    shortfall: str = ""


def master(
    tracks: Sequence[Track], out_path: Path, target_lufs: float = -16.0, true_peak_dbtp: float = -1.0
) -> Mastering:
    """Write the mastered mix: 48 kHz mono 24-bit WAV, sample for sample as long as the tracks and in time with them.

    Mono, because every voice stands in the middle: the same loudness on one loudspeaker and on two.
    Integrated loudness (BS.1770-4) comes within 0.1 LU of the target wherever the peak limit lets it; where not,
    `shortfall` says so. The true peak never exceeds `true_peak_dbtp`. Silence, and what lies below the loudness gate,
    stays as it is, except for such peaks.
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
                f"the mix cannot be brought under {true_peak_dbtp:g} dBTP in {MAX_PASSES} attempts. "
                "Lower the gain of the loudest speaker."
            )
    return Mastering(
        best.gain_db, best.level.loudness_lufs, best.level.true_peak_dbtp, len(tried), _shortfall(goal, best, loudest_s)
    )


def _surveyed(mix: MixReader) -> tuple[float, float]:
    """Loudness of the mix as it is in LUFS, and where its loudest sample stands in seconds.

    Raises AudioError where it holds what is no number.
    """
    meter, peak, loudest = LoudnessMeter(), 0.0, 0
    for first, block in _blocks(mix):
        magnitude = np.abs(block)
        at = int(magnitude.argmax())
        if not np.isfinite(magnitude).all():
            at = int(np.isfinite(magnitude).argmin())
            raise AudioError(
                f"the sound holds values that are not numbers, first at "
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
    """Write the mix at a gain, limited, and measure what lies in the file then."""
    with TrackWriter(path, TRACK_RATE, mix.num_samples, "PCM_24") as file:
        for block in limited_blocks(mix, db_to_gain(gain_db), db_to_gain(ceiling_db)):
            file.write(block)
    return Attempt(gain_db, ceiling_db, level_of(sound_blocks(path, TRACK_RATE)))


def _shortfall(goal: Goal, reached: Attempt, loudest_s: float) -> str:
    """Why the target is missed, for people; empty where it is not."""
    peak = f"true peak {reached.level.true_peak_dbtp:.1f} dBTP"
    if not math.isfinite(reached.level.true_peak_dbtp):
        return "the mix is silent."
    if not goal.is_heard:
        return (
            f"the mix is left as quiet as it is ({peak}): nothing in it reaches {ABSOLUTE_GATE_LUFS:g} LUFS, below "
            "which sound counts as silence. Raise the level of what it is made from."
        )
    if goal.is_reached(reached):
        return ""
    return (
        f"the mix has {reached.level.loudness_lufs:.1f} LUFS instead of {goal.target_lufs:g} ({peak}): its peaks, "
        f"the highest around {clock_text(loudest_s)}, stand too far above its loudness, so that the limit of "
        f"{goal.true_peak_dbtp:g} dBTP takes away what more gain would add. Lower or cut what is loud there."
    )
