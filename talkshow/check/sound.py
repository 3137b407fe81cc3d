"""The file's own sound against the mix, sample by sample, and the mix against the tracks, in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from talkshow.check.figures import best_lag
from talkshow.check.filmed import Filmed
from talkshow.check.listening import STEPS, Curve, Heard, energies, track_energies
from talkshow.clock import TRACK_RATE
from talkshow.film.video import decode_sound
from talkshow.sound.waveform import Samples, sound_blocks

_FAINT = 10 ** (-45 / 10)  # mean square, added to that of the mix: a faint rustle is not a difference

_ALIKE = 0.9  # correlation of the levels of one sound in two versions


@dataclass(frozen=True)
class SoundFigures:
    """What was measured of the sound.

    has_sound:    whether the file holds any
    residual_db:  energy of the difference between file and mix, relative to the mix
    worst_db:     the same of the second that differs most, and `worst_s`, when that is
    lag_ms:       how late the file's sound is against the mix; None where they are too unlike to tell
    tracks_lag_ms: how late the mix is against the sum of the tracks, and `tracks`, the correlation of their levels
    """

    has_sound: bool
    residual_db: float
    worst_db: float
    worst_s: float
    lag_ms: float | None
    tracks_lag_ms: float | None
    tracks: float | None


def compare_sound(show: Filmed, tracks: Sequence[Curve]) -> SoundFigures:
    """Decode the file's sound once, read the mix once.  tracks: energies of all tracks (`listening.track_energies`).

    Raises AudioError when the mix cannot be read, VideoError when the file cannot.
    """
    difference = _Difference()
    heard_file = energies(difference.passed(decode_sound(show.video), sound_blocks(show.mix, TRACK_RATE)))
    mixed, summed = Heard.of(track_energies(show.mix)), Heard.of(_sum(tracks))
    return SoundFigures(
        difference.heard,
        difference.residual_db(),
        *difference.worst(),
        _lag(Heard.of(heard_file), mixed)[0],
        *_lag(mixed, summed),
    )


def _sum(curves: Sequence[Curve]) -> Curve:
    """Energies of sounds together; they may differ in length."""
    total = np.zeros(max(map(len, curves), default=0))
    for curve in curves:
        total[: len(curve)] += curve
    return total


def _lag(late: Heard, early: Heard) -> tuple[float | None, float | None]:
    """(how late the first is in ms, correlation of the levels there); no lag where they are too unlike to tell."""
    times: Curve = np.arange(len(early.levels)) / STEPS
    lag, likeness = best_lag(late.at(times), times, early)
    return (lag if likeness is not None and likeness >= _ALIKE else None), likeness


class _Difference:
    """Energy of the difference between file and mix, second by second."""

    def __init__(self) -> None:
        self.heard = False
        self._rows: list[tuple[float, float]] = []  # (of the difference, of the mix), sums of squares

    def passed(self, blocks: Iterator[tuple[int, Samples]], mix: Iterator[Samples]) -> Iterator[Samples]:
        """The file's sound in blocks, from the beginning of the mix to its end; compared on the way.

        mix: blocks (num_samples, num_channels) at 48 kHz.
        """
        file = self._from_zero(blocks)
        waiting = np.zeros(0, np.float32)
        rest = np.zeros(0, np.float32)
        for block in mix:
            rest = np.concatenate([rest, block.mean(axis=1)])
            while len(rest) >= TRACK_RATE:
                waiting = _filled(waiting, file, TRACK_RATE)
                yield self._compared(waiting[:TRACK_RATE], rest[:TRACK_RATE])
                waiting, rest = waiting[TRACK_RATE:], rest[TRACK_RATE:]
        if len(rest):
            yield self._compared(_filled(waiting, file, len(rest))[: len(rest)], rest)

    def _from_zero(self, blocks: Iterator[tuple[int, Samples]]) -> Iterator[Samples]:
        """The file's sound from the moment at which playing begins."""
        for position, block in blocks:
            if not self.heard:
                self.heard = True
                for first in range(0, position, TRACK_RATE):  # which the file may put years later
                    yield np.zeros(min(TRACK_RATE, position - first), np.float32)
                block = block[max(0, -position) :]
            yield block

    def _compared(self, sound: Samples, mix: Samples) -> Samples:
        wanted = mix.astype(np.float64)
        error = sound - wanted
        # not `@`: for so little work the threads of a matrix library cost more than they save
        self._rows.append((float(np.einsum("i,i", error, error)), float(np.einsum("i,i", wanted, wanted))))
        return sound

    def residual_db(self) -> float:
        """Of the whole."""
        error, wanted = np.sum(self._rows, axis=0) if self._rows else (0.0, 0.0)
        return _decibels(error, wanted + _FAINT)

    def worst(self) -> tuple[float, float]:
        """(dB, seconds) of the second that differs most."""
        values = [_decibels(error, wanted + _FAINT * TRACK_RATE) for error, wanted in self._rows]
        worst = int(np.argmax(values)) if values else 0
        return (values[worst] if values else 0.0), float(worst)


def _filled(waiting: Samples, more: Iterator[Samples], num: int) -> Samples:
    """At least `num` samples: what waits, then what comes, then silence."""
    parts, have = [waiting], len(waiting)
    while have < num:
        block = next(more, None)
        parts.append(np.zeros(num - have, np.float32) if block is None else block)
        have += len(parts[-1])
    return np.concatenate(parts)


def _decibels(error: float, wanted: float) -> float:
    return float(10 * np.log10(error / wanted + 1e-12))
