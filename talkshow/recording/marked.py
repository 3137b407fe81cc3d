"""Looks for the watermark of synthetic speech in a file of any kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from talkshow.errors import AudioError, MissingExtra
from talkshow.provenance.watermark import confidence, require_watermark
from talkshow.recording.decode import as_float, open_sound
from talkshow.sound.waveform import Samples, Waveform

WINDOW_S, HOP_S = 5.0, 2.5
MOST_WINDOWS = 240  # of a long file, spread over all of it: ten minutes of sound
SURE = 0.5  # confidence of a window above which it counts as marked
_FAINT = 10 ** (-60 / 20)


@dataclass(frozen=True)
class Mark:
    """found: whether a part is marked.  confidence: of the surest window, 0 to 1; None: not looked for.

    begin_s: where the first marked window begins.
    """

    found: bool
    confidence: float | None = None
    begin_s: float = 0.0


def find_mark(path: Path) -> Mark | None:
    """The watermark in a file's sound; None for a file without sound.

    A file in which one speaker of several is marked counts as marked.
    """
    try:
        with open_sound(path) as sound:
            try:
                require_watermark()
            except MissingExtra:
                return Mark(found=False)
            best, first = 0.0, None
            every = max(1, round((sound.expected_s or 0.0) / HOP_S / MOST_WINDOWS))
            for number, (begin_s, window) in enumerate(_windows(sound.blocks(), sound.sample_rate)):
                if number % every:
                    continue
                sure = confidence(Waveform(window, sound.sample_rate))
                best = max(best, sure)
                if sure > SURE and first is None:
                    first = begin_s
    except AudioError:
        return None
    return Mark(first is not None, round(best, 3), first or 0.0)


def _windows(blocks: Iterator[np.ndarray], rate: int) -> Iterator[tuple[float, Samples]]:
    """(begin, mono samples) of overlapping windows in which there is sound; a short file is one window."""
    waiting, place, given = np.zeros(0, np.float32), 0, False
    window, hop = round(WINDOW_S * rate), round(HOP_S * rate)
    for block in blocks:
        waiting = np.concatenate([waiting, as_float(block).mean(axis=1)])
        while len(waiting) >= window:
            if float(np.abs(waiting[:window]).max()) > _FAINT:
                yield place / rate, waiting[:window]
            waiting, place, given = waiting[hop:], place + hop, True
    if not given and len(waiting) and float(np.abs(waiting).max()) > _FAINT:
        yield place / rate, waiting
