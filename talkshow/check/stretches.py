"""Which frames are read: all of them, or a minute's worth in which everybody is seen speaking and silent."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from talkshow.check.filmed import Filmed, FilmedShot
from talkshow.clock import FPS, frames_to_seconds
from talkshow.film.video import SEGMENT_FRAMES
from talkshow.geometry import Size
from talkshow.span import Span

BLOCK = SEGMENT_FRAMES  # reading starts at keyframes, and segments begin with one
_LEAST, _PART = 5, 4  # blocks that are read at least: so many, and one in so many
_HARDLY_S, _RARE = 1.5, 5  # who has been seen speaking for less counts so much more
_ENOUGH_S = {True: 8.0, False: 3.0}  # of speech, and of silence, seen of everybody


@dataclass(frozen=True)
class Stretch:
    """Frames first..last-1 of one shot."""

    first: int
    last: int
    shot: FilmedShot


def all_stretches(show: Filmed) -> tuple[Stretch, ...]:
    """The whole episode, in pieces that can be read side by side."""
    return _cut(show, range(0, show.num_frames, BLOCK))


def spread_stretches(show: Filmed, size: Size, limit_s: float) -> tuple[Stretch, ...]:
    """At most `limit_s` seconds, spread over the episode.

    First evenly placed blocks, at most half of all; then, as long as a speaker has not been seen for long enough while
    speaking or while silent, the block that shows most of what is missing; then those furthest from the others.
    """
    starts = list(range(0, show.num_frames, BLOCK))
    most = min(max(1, int(limit_s * FPS) // BLOCK), len(starts))
    least = min(max(_LEAST, len(starts) // _PART), most)
    even = min(least, max(1, most // 2))
    chosen = {round(place * (len(starts) - 1) / max(1, even - 1)) for place in range(even)}
    shown = [_shown(show, start, size) for start in starts]
    have: dict[tuple[str, bool], float] = {}
    for index in chosen:
        _add(have, shown[index])
    while len(chosen) < most:
        best = max(
            (index for index in range(len(starts)) if index not in chosen),
            key=lambda index: (round(_gain(have, shown[index]), 3), min(abs(index - other) for other in chosen)),
        )
        if len(chosen) >= least and _gain(have, shown[best]) <= 0:
            break
        chosen.add(best)
        _add(have, shown[best])
    return _cut(show, [starts[index] for index in sorted(chosen)])


def in_one_go(stretches: Sequence[Stretch]) -> list[list[Stretch]]:
    """Stretches of the same block together: what is before a cut would be decoded again for what is after it."""
    return [list(group) for _, group in itertools.groupby(stretches, lambda stretch: stretch.first // BLOCK)]


def _cut(show: Filmed, starts: Sequence[int]) -> tuple[Stretch, ...]:
    """Blocks cut where the picture cuts."""
    stretches = []
    for start in starts:
        for shot in show.shots:
            first, last = max(start, shot.shot.first), min(start + BLOCK, shot.shot.last)
            if first < last:
                stretches.append(Stretch(first, last, shot))
    return tuple(stretches)


def _shown(show: Filmed, start: int, size: Size) -> dict[tuple[str, bool], float]:
    """Seconds for which a block shows each face speaking (True) and silent (False)."""
    seconds: dict[tuple[str, bool], float] = {}
    for stretch in _cut(show, [start]):
        span = Span(frames_to_seconds(stretch.first), frames_to_seconds(stretch.last))
        for name in stretch.shot.seats:
            if stretch.shot.face(name, (stretch.first + stretch.last) // 2, size) is not None:
                spoken = sum((span & cue).duration_s for cue in show.speech.get(name, ()))
                _add(seconds, {(name, True): spoken, (name, False): span.duration_s - spoken})
    return seconds


def _gain(have: Mapping[tuple[str, bool], float], more: Mapping[tuple[str, bool], float]) -> float:
    """By how much what is missing becomes less; most of all where a speaker has hardly been seen speaking."""
    return sum(
        (_RARE if key[1] and have.get(key, 0.0) < _HARDLY_S else 1)
        * min(value, max(0.0, _ENOUGH_S[key[1]] - have.get(key, 0.0)))
        for key, value in more.items()
    )


def _add(total: dict[tuple[str, bool], float], more: Mapping[tuple[str, bool], float]) -> None:
    for key, value in more.items():
        total[key] = total.get(key, 0.0) + value
