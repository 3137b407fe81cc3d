"""How alike two voices sound: the cosine of their embeddings, by the diarizer's speaker network (CAM++)."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import ANALYSIS_RATE
from talkshow.diarize.embedding import BATCH, embed_sounds, normalised
from talkshow.diarize.networks import EMBEDDING, Network
from talkshow.sound.waveform import Samples
from talkshow.timeline.turns import Embedding

_WINDOW, _HOP = 3 * ANALYSIS_RATE, 3 * ANALYSIS_RATE // 2
_LEAST = ANALYSIS_RATE // 2
_FAINT = 0.1  # of the loudest window: what is fainter is a rest


def embedding_of(speech: Samples) -> Embedding:
    """What a voice sounds like.  speech: at 16 kHz, at least half a second; windows of 3 s are averaged.

    Raises ValueError for less.
    """
    if len(speech) < _LEAST:
        raise ValueError("too short")
    starts = range(0, max(1, len(speech) - _WINDOW + 1), _HOP)
    windows = [np.ascontiguousarray(speech[start : start + _WINDOW], np.float32) for start in starts]
    levels = [float(np.sqrt(np.mean(window**2))) for window in windows]
    heard = [window for window, level in zip(windows, levels, strict=True) if level >= _FAINT * max(levels)]
    batches = [embed_sounds(heard[first : first + BATCH], _network()) for first in range(0, len(heard), BATCH)]
    return normalised(np.concatenate(batches).mean(axis=0))


def likeness(one: Embedding, other: Embedding) -> float:
    """-1 to 1; the same voice twice is above .7, two people are mostly below .5."""
    return float(np.dot(one, other))


@cache
def _network() -> Network:
    return Network(EMBEDDING, 1)


Embeddings = NDArray[np.float32]  # (num_voices, 192)
