"""Which of several sounds are microphones of their own: a sum of others, a copy of another and silence are not.

Field recorders write their mix beside the microphones, and films hold the same sound in several streams.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import ANALYSIS_RATE
from talkshow.sound.waveform import TrackReader

_HOP = ANALYSIS_RATE // 20  # 50 ms
_BLOCK = 100 * _HOP
_SILENT = 10 ** (-70 / 20)  # mean level
_COPY = 0.01  # of a sound's energy, left when another is subtracted: both are one
_SUM = 0.04  # of its energy (or of that of its levels), left when others are subtracted: it is their mix
_SHARE = 0.03  # of a sum, which a sound must give to be part of it

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Apart:
    """own: indices of sounds that are one person's.  reasons: index -> why a sound is not a speaker, for the others."""

    own: tuple[int, ...]
    reasons: dict[int, str]


def sounds_apart(paths: Sequence[Path], names: Sequence[str]) -> Apart:
    """Compare sounds of the same length, mono at 16 kHz.  names: what each is called in a reason."""
    products, levels = _measured(paths)
    energy = np.diag(products).copy()
    num_samples = max(1, levels.shape[1] * _HOP)
    reasons = {index: "silent" for index in range(len(paths)) if np.sqrt(energy[index] / num_samples) < _SILENT}
    for index in range(len(paths)):
        earlier = [other for other in range(index) if other not in reasons]
        if index in reasons or not earlier:
            continue
        left = [1 - products[index, other] ** 2 / (energy[index] * energy[other]) for other in earlier]
        same = [other for other, rest in zip(earlier, left, strict=True) if rest < _COPY]
        if same:
            reasons[index] = f"the same as {names[same[0]]}"
    audible = [index for index in range(len(paths)) if index not in reasons]
    powers = levels @ levels.T
    for index in sorted(audible, key=lambda index: -energy[index]):  # a mix is louder than its parts
        others = [other for other in audible if other != index and other not in reasons]
        parts = _sum_of(products, index, others) or _sum_of(powers, index, others)
        if len(parts) > 1:
            reasons[index] = f"the sum of {_listed([names[part] for part in parts])}"
    return Apart(tuple(index for index in range(len(paths)) if index not in reasons), reasons)


def signs_of(products: Matrix) -> NDArray[np.float32]:
    """(num_channels,) 1 or -1: with them, channels that are the opposite of the first loud one no longer cancel it.

    products: (num_channels, num_channels) sums of products of samples
    """
    energy = np.diag(products)
    loud = int((energy >= 0.5 * energy.max()).argmax())
    scale = np.sqrt(np.maximum(energy * energy[loud], 1e-20))
    return np.where(products[loud] / scale < -0.8, -1, 1).astype(np.float32)


def _measured(paths: Sequence[Path]) -> tuple[Matrix, Matrix]:
    """(sums of products of samples, (num_sounds, num_hops) power in each 50 ms)."""
    products = np.zeros((len(paths), len(paths)))
    levels = []
    for block in _blocks(paths):
        products += block @ block.T
        levels.append(np.square(block).reshape(len(paths), -1, _HOP).mean(axis=2))
    return products, np.concatenate(levels, axis=1) if levels else np.zeros((len(paths), 0))


def _blocks(paths: Sequence[Path]) -> Iterator[Matrix]:
    """(num_sounds, num_samples) of all files side by side, whole hops."""
    with ExitStack() as opened:
        readers = [opened.enter_context(TrackReader(path)) for path in paths]
        total = max((reader.num_samples for reader in readers), default=0)
        for first in range(0, total, _BLOCK):
            size = min(_BLOCK, -(-(total - first) // _HOP) * _HOP)
            yield np.stack([reader.read(first, size) for reader in readers]).astype(np.float64)


def _sum_of(products: Matrix, index: int, others: Sequence[int]) -> list[int]:
    """Those of the others whose sum, each with a gain of its own, is nearly the sound; empty if no sum is."""
    if len(others) < 2:
        return []
    inner, outer = products[np.ix_(others, others)], products[others, index]
    gains = _gains(inner, outer)
    whole = products[index, index]
    left = whole - 2 * gains @ outer + gains @ inner @ gains
    if whole <= 0 or left > _SUM * whole:
        return []
    return [other for at, other in enumerate(others) if gains[at] ** 2 * inner[at, at] > _SHARE * whole]


def _gains(inner: Matrix, outer: Matrix) -> Matrix:
    """Gains of at least 0 with which the sum of sounds is nearest to another: least squares by coordinates."""
    gains = np.zeros(len(outer))
    scale = np.maximum(np.diag(inner), 1e-20)
    for _ in range(300):
        before = gains.copy()
        for at in range(len(outer)):
            gains[at] = max(0.0, gains[at] + (outer[at] - inner[at] @ gains) / scale[at])
        if np.abs(gains - before).max(initial=0.0) < 1e-6:
            break
    return gains


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) < 6 else f"{len(names)} others"
