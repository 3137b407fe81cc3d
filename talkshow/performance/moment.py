"""The situation of a person in a window of the episode, which determines a block of motion."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import FPS
from talkshow.performance.floor import SpeechInterval, runs
from talkshow.performance.lattice import Array, hann, smooth

VOICED = 0.05  # loudness from which a frame counts as heard
PAUSE_S = 0.30  # a shorter silence inside a turn is not a pause


@dataclass(frozen=True, eq=False)
class Moment:
    """A window of frames with a margin on either side of the requested block.

    key: of this person in this episode; times_s, loud, speaking: (num,) centres of frames, this person's loudness 0..1,
    and how much the turn is theirs; x: this person's position, 0 (picture left) .. 1; others_x: positions of the other
    people in the picture; others_talk: (num_others, num) how much each of them talks; holder: (num,) index into
    `others_x` of the person who has the floor, -1 no one in the picture, -2 this person; turns: this person's turns;
    others_turns: those of all others.
    """

    key: int
    times_s: Array
    loud: Array
    speaking: Array
    x: float
    others_x: Array
    others_talk: Array
    holder: NDArray[np.int64]
    turns: tuple[SpeechInterval, ...]
    others_turns: tuple[SpeechInterval, ...]

    @cached_property
    def talk(self) -> Array:
        """1 during this person's turns, with soft edges; (num,)."""
        return smooth(np.minimum(self.speaking, 1.0), hann(13))

    @cached_property
    def listening(self) -> Array:
        """1 while another person in the picture has the floor, with soft edges; (num,)."""
        return smooth((self.holder >= 0).astype(float), hann(15)) * (1 - self.talk)

    @cached_property
    def others_ends_s(self) -> Array:
        """The moments when another person stops talking."""
        return np.array([turn.span.end_s for turn in self.others_turns])

    @cached_property
    def own_ends_s(self) -> Array:
        """The moments when this person stops talking."""
        return np.array([turn.span.end_s for turn in self.turns])

    @cached_property
    def phrases_s(self) -> Array:
        """(num_phrases, 2) start and end of each phrase spoken in one breath."""
        found: list[tuple[float, float]] = []
        for begin, end in runs(self.loud > VOICED):
            start_s, end_s = self.times_s[begin] - 0.5 / FPS, self.times_s[end - 1] + 0.5 / FPS
            if found and start_s - found[-1][1] < PAUSE_S:
                found[-1] = (found[-1][0], end_s)
            else:
                found.append((start_s, end_s))
        return np.array(found).reshape(-1, 2)

    def between(self, start_s: float, end_s: float) -> slice:
        """The frames of a stretch of time."""
        first, last = np.searchsorted(self.times_s, (start_s, end_s))
        return slice(int(first), int(last))
