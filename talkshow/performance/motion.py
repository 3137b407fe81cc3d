"""The performance: what everybody's face, head and hands do, from the timeline and the tracks.

The episode is cut into fixed blocks of frames. A block is computed from the cues and the sound in it and
MARGIN_S around it, from the seed and from nothing else: any stretch can be asked for in any order and by any
thread, an edit changes the frames near it and no others, and an hour takes no more memory than a minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import FPS, TRACK_SAMPLES_PER_FRAME
from talkshow.errors import RenderError, choose
from talkshow.performance.channels import CHANNEL, CHANNELS, Motion
from talkshow.performance.floor import Floor, Turn, holder, talking
from talkshow.performance.head import LIMITS
from talkshow.performance.lattice import hann, key_of, smooth
from talkshow.performance.life import JAW_GAIN, life
from talkshow.performance.moment import Moment
from talkshow.performance.mouth import Mouth
from talkshow.performance.visemes import JAW, MOUTH
from talkshow.performance.voicing import HOPS_PER_FRAME, TrackSource, Voicing
from talkshow.timeline.types import Timeline

BLOCK_FRAMES = 100
MARGIN_S = 8.0
MARGIN_FRAMES = round(MARGIN_S * FPS)
CACHED_BLOCKS = 1024  # 9 MB: half an hour of two people, looked at before it is filmed, and not made twice
CHIN_TAPS = 7  # frames over which the chin's way is smoothed

RANGE = (
    dict.fromkeys(CHANNELS, (0.0, 1.0))
    | {
        "wide": (-0.3, 1.0),
        "chin": (-0.15, 0.35),
        "smile": (-1.0, 1.0),
        "brow": (-1.0, 1.0),
        "gaze_x": (-1.0, 1.0),
        "gaze_y": (-1.0, 1.0),
        "breath": (-1.0, 1.0),
        "lean": (-1.0, 1.0),
    }
    | {axis: (-limit, limit) for axis, limit in LIMITS.items()}
)


class ShowPerformance:
    """How everybody moves (see `render.base.Performance`).

    timeline: the cues, or none for a bare recording, whose turns are then heard in the tracks.
    tracks: one a speaker, 48 kHz mono, as long as the timeline.
    positions: where each seated character sits, 0 (picture left) .. 1; nobody looks at those without.
    Raises RenderError for a speaker without a track.
    """

    def __init__(
        self, timeline: Timeline, tracks: Mapping[str, TrackSource], positions: Mapping[str, float], seed: int = 0
    ) -> None:
        self.timeline = timeline
        for speaker in timeline.speakers:
            if speaker not in tracks:
                raise RenderError(f"'{speaker}' has no track, so their face cannot move. {choose(speaker, tracks)}")
        self._tracks = tracks
        self._voicings = {name: Voicing(tracks[name], timeline.num_frames) for name in timeline.speakers}
        self._mouths = {name: Mouth(voicing) for name, voicing in self._voicings.items()}
        self._floor = Floor(timeline, self._voicings)
        self._seed = seed
        self._sit(positions)

    def seated(self, positions: Mapping[str, float]) -> ShowPerformance:
        """The same show with other seats, as in its next scene; what was measured of the tracks is shared."""
        other = copy(self)
        other._sit(positions)
        return other

    def _sit(self, positions: Mapping[str, float]) -> None:
        self._positions = {name: float(x) for name, x in positions.items() if name in self._voicings}
        self._block = lru_cache(maxsize=CACHED_BLOCKS)(self._make_block)

    def motion(self, speaker: str, first: int, last: int) -> Motion:
        """What `speaker` does in frames first..last-1.

        Raises RenderError for a speaker who is not in the timeline, ValueError unless 0 <= first <= last.
        """
        if speaker not in self._voicings:
            raise RenderError(f"nobody called '{speaker}' is in this episode. {choose(speaker, self._voicings)}")
        if not 0 <= first <= last:
            raise ValueError(f"frames {first}..{last} are not a stretch of an episode")
        values = np.empty((last - first, len(CHANNELS)), np.float32)
        for index in range(first // BLOCK_FRAMES, -(-last // BLOCK_FRAMES)):
            start = index * BLOCK_FRAMES
            begin, end = max(first, start), min(last, start + BLOCK_FRAMES)
            values[begin - first : end - first] = self._block(speaker, index)[begin - start : end - start]
        return Motion(values)

    def sound(self, speaker: str, first: int, last: int) -> NDArray[np.float32]:
        """What `speaker` says in frames first..last-1, mono samples at 48 kHz."""
        samples = self._tracks[speaker].read(first * TRACK_SAMPLES_PER_FRAME, (last - first) * TRACK_SAMPLES_PER_FRAME)
        return np.asarray(samples, np.float32)

    def _make_block(self, speaker: str, index: int) -> NDArray[np.float32]:
        first = index * BLOCK_FRAMES
        moment = self._around(speaker, first)
        window = slice(MARGIN_FRAMES, MARGIN_FRAMES + BLOCK_FRAMES)
        channels = life(moment)
        around = BLOCK_FRAMES + 2 * CHIN_TAPS
        shapes = self._mouths[speaker].shapes(first - CHIN_TAPS, around, _near(moment, first))
        opened = shapes[:, JAW] * channels.pop(JAW_GAIN)[MARGIN_FRAMES - CHIN_TAPS :][:around]
        values = np.zeros((BLOCK_FRAMES, len(CHANNELS)))
        for name, curve in channels.items():
            values[:, CHANNEL[name]] = curve[window]
        for column, name in enumerate(MOUTH):
            values[:, CHANNEL[name]] = shapes[CHIN_TAPS:-CHIN_TAPS, column]
        values[:, CHANNEL["jaw"]] = opened[CHIN_TAPS:-CHIN_TAPS]
        values[:, CHANNEL["chin"]] = (smooth(opened, hann(CHIN_TAPS)) - opened)[CHIN_TAPS:-CHIN_TAPS]
        low, high = np.array([RANGE[name] for name in CHANNELS]).T
        block = np.clip(values, low, high).astype(np.float32)
        block.setflags(write=False)
        return block

    def _around(self, speaker: str, first: int) -> Moment:
        start, num = first - MARGIN_FRAMES, BLOCK_FRAMES + 2 * MARGIN_FRAMES
        times_s = (start + np.arange(num) + 0.5) / FPS
        window_s = (start / FPS, (start + num) / FPS)
        turns = {name: self._floor.turns(name, *window_s) for name in self._voicings}
        names = list(turns)
        talk = {name: talking(turns[name], times_s) for name in names}
        felt = holder(np.stack([talk[name] for name in names]), 1 / FPS)
        others = [name for name in self._positions if name != speaker]
        place = {name: row for row, name in enumerate(others)} | {speaker: -2}
        whose = np.array([place.get(name, -1) for name in names] + [-1])
        heard = self._voicings[speaker].loud(start * HOPS_PER_FRAME, num * HOPS_PER_FRAME) if turns[speaker] else None
        own = talk[speaker]
        loud = heard.reshape(num, HOPS_PER_FRAME).mean(axis=1) * (own > 0) if heard is not None else np.zeros(num)
        return Moment(
            key_of(self._seed, speaker),
            times_s,
            loud,
            own,
            self._positions.get(speaker, 0.5),
            np.array([self._positions[name] for name in others]),
            np.array([talk[name] for name in others]).reshape(len(others), num),
            whose[felt],
            turns[speaker],
            tuple(turn for name in names if name != speaker for turn in turns[name]),
        )


def _near(moment: Moment, first: int) -> tuple[Turn, ...]:
    """Own turns that can move the mouth in a block."""
    start_s, end_s = first / FPS - 1.0, (first + BLOCK_FRAMES) / FPS + 1.0
    return tuple(turn for turn in moment.turns if turn.span.start_s < end_s and turn.span.end_s > start_s)
