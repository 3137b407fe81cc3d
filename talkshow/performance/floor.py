"""Finds who has the floor: the turns of every speaker, from the cues, or from the sound if there are none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from talkshow.performance.lattice import Array
from talkshow.performance.visemes import Articulation, articulate
from talkshow.performance.voicing import HOP_S, Voicing
from talkshow.span import Span
from talkshow.timeline.types import Cue, Timeline

SPEECH_LOUD = 0.15  # loudness from which a hop of a recording counts as speech
TURN_GAP_S = 0.6  # shorter silences do not end a turn
TURN_MIN_S = 0.12  # shorter sounds are clicks
BACKCHANNEL_WEIGHT = 0.25
MEMORY_S = 0.9  # time until all people have noticed a change of speaker


@dataclass(frozen=True)
class SpeechInterval:
    """A stretch of speech. `cue` is None if it was detected in the sound."""

    span: Span
    cue: Cue | None = None

    @cached_property
    def articulation(self) -> Articulation | None:
        """The mouth shapes of the line; None if its phonemes are not known."""
        return articulate(self.cue.phonemes) if self.cue is not None and self.cue.phonemes else None


class Floor:
    """The turns near any moment of an episode, for all speakers."""

    def __init__(self, timeline: Timeline, voicings: Mapping[str, Voicing]) -> None:
        self._voicings, self._from_cues = voicings, bool(timeline.cues)
        self._turn = lru_cache(maxsize=128)(self._turn_of_cue)  # they carry their articulation
        self._cues: dict[str, list[Cue]] = {speaker: [] for speaker in timeline.speakers}
        for cue in timeline.cues:
            self._cues.setdefault(cue.speaker, []).append(cue)
        self._starts: dict[str, Array] = {}
        self._ends: dict[str, Array] = {}
        for speaker, cues in self._cues.items():
            cues.sort(key=lambda cue: (cue.span, cue.index))
            self._starts[speaker] = np.array([cue.span.start_s for cue in cues])
            # the latest end so far: sorted, so that all cues that reach into a window can be found by bisection
            self._ends[speaker] = np.maximum.accumulate(np.array([cue.span.end_s for cue in cues]))

    def turns(self, speaker: str, start_s: float, end_s: float) -> tuple[SpeechInterval, ...]:
        """The turns of a speaker that overlap [start_s, end_s), in order."""
        if not self._from_cues:
            return self._turns_heard(speaker, start_s, end_s)
        first = int(np.searchsorted(self._ends[speaker], start_s, side="right"))
        last = int(np.searchsorted(self._starts[speaker], end_s))
        near = (self._turn(speaker, position) for position in range(first, last))
        return tuple(turn for turn in near if turn.span.end_s > start_s)

    def _turn_of_cue(self, speaker: str, position: int) -> SpeechInterval:
        cue = self._cues[speaker][position]
        return SpeechInterval(cue.span, cue)

    def _turns_heard(self, speaker: str, start_s: float, end_s: float) -> tuple[SpeechInterval, ...]:
        first, last = round(start_s / HOP_S), round(end_s / HOP_S)
        edges = runs(self._voicings[speaker].loud(first, last - first) > SPEECH_LOUD)
        turns: list[Span] = []
        for begin, end in edges:
            span = Span((first + int(begin)) * HOP_S, (first + int(end)) * HOP_S)
            if turns and span.start_s - turns[-1].end_s < TURN_GAP_S:
                turns[-1] = turns[-1] | span
            else:
                turns.append(span)
        return tuple(SpeechInterval(span) for span in turns if span.duration_s >= TURN_MIN_S)


def runs(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Runs of set flags: (num_runs, 2), first index and the index after the last."""
    steps = np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8))
    return np.stack([np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)], axis=1).astype(np.int64)


def talking(turns: tuple[SpeechInterval, ...], times_s: Array) -> Array:
    """1 inside a turn, BACKCHANNEL_WEIGHT inside a backchannel, 0 elsewhere; (num_times,)."""
    talk = np.zeros(len(times_s))
    for turn in turns:
        weight = BACKCHANNEL_WEIGHT if turn.cue is not None and turn.cue.kind == "backchannel" else 1.0
        inside = slice(*np.searchsorted(times_s, (turn.span.start_s, turn.span.end_s)))
        talk[inside] = np.maximum(talk[inside], weight)
    return talk


def holder(talk: Array, frame_s: float) -> NDArray[np.int64]:
    """Who is perceived to have the floor, (num_times,): a row of talk (num_speakers, num_times), or -1 for no one.

    Speech of the last MEMORY_S counts, the latest most, so that people turn a moment after a change.
    """
    taps = round(MEMORY_S / frame_s)
    kernel = np.arange(taps, 0, -1) / taps
    padded = np.pad(talk, ((0, 0), (taps - 1, 0)))
    felt = np.stack([np.convolve(row, kernel, "valid") for row in padded])
    return np.where(felt.max(axis=0) > 0.5, felt.argmax(axis=0), -1)
