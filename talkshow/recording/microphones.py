"""Speakers with a microphone each: whether channels are such, and who of them speaks when.

Every microphone also hears the others, only fainter: speech belongs to the microphone in which it is about as loud as
that one's own speaker.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import ANALYSIS_RATE
from talkshow.diarize.base import Diarizer, Progress, SpeakerCount, diarized
from talkshow.recording.read import Part
from talkshow.sound.waveform import TrackReader
from talkshow.span import Span
from talkshow.timeline.turns import Diarization, Turn, ordered

HOP_S = 0.05
_HOP = round(HOP_S * ANALYSIS_RATE)
_BLOCK_HOPS = 1200  # a minute is read at once
_AUDIBLE_DB = -55.0
_APART_DB = 10.0  # channels that differ by so much hold different people
_APART_SHARE, _LEAST_SHARE = 0.7, 0.02
_BLEED_DB = 9.0  # speech that is fainter by more, each against its own speaker, is overheard
_SHORTEST_S, _REST_S = 0.15, 0.3

Levels = NDArray[np.float32]


def levels_db(path: Path) -> Levels:
    """(num_hops,) mean level of each 50 ms of a 16 kHz file, in dB relative to full scale."""
    found = []
    with TrackReader(path) as file:
        for first in range(0, file.num_samples, _BLOCK_HOPS * _HOP):
            block = file.read(first, min(_BLOCK_HOPS * _HOP, -(-(file.num_samples - first) // _HOP) * _HOP))
            found.append(10 * np.log10(np.mean(block.reshape(-1, _HOP) ** 2, axis=1) + 1e-10))
    return np.concatenate(found).astype(np.float32) if found else np.zeros(0, np.float32)


def hold_one_speaker_each(parts: Sequence[Part]) -> bool:
    """Whether channels are microphones of their own: what is heard is mostly in one alone, now here, now there."""
    levels = np.stack([levels_db(part.listened) for part in parts])
    audible = levels.max(axis=0) > max(_AUDIBLE_DB, float(levels.max(initial=-100.0)) - 35)
    if len(parts) < 2 or not audible.any():
        return False
    order = np.sort(levels[:, audible], axis=0)
    apart = order[-1] - order[-2] > _APART_DB
    winner = levels[:, audible].argmax(axis=0)[apart]
    shares = np.bincount(winner, minlength=len(parts)) / audible.sum()
    return bool(apart.mean() >= _APART_SHARE and (shares >= _LEAST_SHARE).sum() >= 2)


def diarize_parts(parts: Sequence[Part], diarizer: Diarizer, progress: Progress) -> tuple[Diarization, dict[str, int]]:
    """Turns of speakers with a microphone each, and whose microphone is which part.

    Parts without a name get S1, S2, ... in order of first speech.
    """
    spans: list[list[Span]] = []
    embeddings = []
    with ExitStack() as opened:
        for index, part in enumerate(parts):
            reader = opened.enter_context(TrackReader(part.listened))

            def report(done: int, total: int, index: int = index) -> None:
                progress(index * total + done, len(parts) * total)

            heard = diarized(diarizer, reader, SpeakerCount(1, 1), report)
            spans.append([turn.span for turn in heard.turns])
            embeddings.append(next(iter(heard.embeddings.values()), None))
    own = _own_speech([levels_db(part.listened) for part in parts], spans)
    heard_first = sorted((each[0].start_s, index) for index, each in enumerate(own) if each)
    labels = {index: parts[index].name or f"S{rank}" for rank, (_, index) in enumerate(heard_first, start=1)}
    silent = [part.name for index, part in enumerate(parts) if part.name and index not in labels]
    warnings = (f"nothing is heard of {', '.join(silent)}",) if silent else ()
    turns = ordered([Turn(labels[index], span) for index in labels for span in own[index]])
    known = {labels[index]: found for index in labels if (found := embeddings[index]) is not None}
    return Diarization(turns, known, warnings), {label: index for index, label in labels.items()}


def _own_speech(levels: Sequence[Levels], spans: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """Of each microphone's speech, what its own speaker says."""
    num_hops = min((len(row) for row in levels), default=0)
    speaks = np.zeros((len(levels), num_hops), bool)
    relative = np.full((len(levels), num_hops), -100.0)
    for index, row in enumerate(levels):
        for span in spans[index]:
            speaks[index, round(span.start_s / HOP_S) : round(span.end_s / HOP_S)] = True
        if speaks[index].any():
            smooth = np.convolve(row[:num_hops], np.ones(5) / 5, "same")  # 250 ms: a syllable is not a person
            relative[index] = smooth - np.percentile(row[:num_hops][speaks[index]], 90)
    own = speaks & (relative >= relative.max(axis=0) - _BLEED_DB)
    return [_runs(row) for row in own]


def _runs(active: NDArray[np.bool_]) -> list[Span]:
    """Spans in which hops are active, without short rests and blips."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]])))
    joined: list[Span] = []
    for begin, end in edges.reshape(-1, 2) * HOP_S:
        if joined and begin - joined[-1].end_s < _REST_S:
            joined[-1] = Span(joined[-1].start_s, float(end))
        else:
            joined.append(Span(float(begin), float(end)))
    return [span for span in joined if span.duration_s >= _SHORTEST_S]
