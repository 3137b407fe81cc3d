"""Assigns the speaker places of each chunk when more people talk than a checkpoint can separate.  Pure functions.

The weights support two places (two ranges of the 1-D rotary position). People who are heard in a chunk get a place. All
others are background in it and stay silent. If a third voice begins in a chunk, the chunk ends before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHORTEST = 33  # least frames of a shortened chunk: with fewer, the model's motion becomes poor


@dataclass(frozen=True)
class PlacedChunk:
    """Frames first..first+num_frames-1, of which the first `num_motion_frames` repeat the end of the chunk before.

    places: indices of the people with a place; left_out: of people who are heard but have none.
    """

    first: int
    num_frames: int
    num_motion_frames: int
    places: tuple[int, ...]
    left_out: tuple[int, ...] = ()


def place_people(
    heard: NDArray[np.bool_], chunk_frames: int, motion_frames: int, max_people: int = 2
) -> tuple[PlacedChunk, ...]:
    """Chunks that cover an episode, with their places.

    heard: (people, frames), whether a person is heard in a frame.  chunk_frames: 4n+1, more than motion_frames.
    If there are enough places, each person has one all the time and every chunk has `chunk_frames`, as in the
    reference. The last chunk may extend past the end.
    """
    num_people, total = heard.shape
    if chunk_frames % 4 != 1 or not 0 < motion_frames < chunk_frames:
        raise ValueError(
            f"a chunk of {chunk_frames} frames with {motion_frames} motion frames is not possible: a chunk has 4n+1 "
            "frames, more than its motion frames"
        )
    chunks: list[PlacedChunk] = []
    first, motion, held = 0, 0, tuple(range(min(num_people, max_people)))
    while not chunks or first + motion < total:
        length = chunk_frames
        left_out: tuple[int, ...] = ()
        if num_people > max_people:
            length = _shortened(heard, first + motion, chunk_frames - motion, max_people) + motion
            held, left_out = _holders(heard[:, first + motion : first + length], held, max_people)
        chunks.append(PlacedChunk(first, length, motion, held, left_out))
        first, motion = first + length - motion_frames, motion_frames
    return tuple(chunks)


def _shortened(heard: NDArray[np.bool_], start: int, longest: int, max_people: int) -> int:
    """New frames of a chunk that ends before one voice too many begins; `longest` if that would be too short."""
    spoken = heard[:, start : start + longest]
    begins = sorted(int(np.argmax(row)) for row in spoken if row.any())
    if len(begins) <= max_people:
        return longest
    return max(_whole(begins[max_people], longest), min(_whole(SHORTEST, longest) + 4, longest))


def _whole(frames: int, longest: int) -> int:
    """The largest number of new frames up to `frames` that keeps a chunk at 4n+1 frames."""
    return longest - -(-(longest - min(frames, longest)) // 4) * 4


def _holders(
    spoken: NDArray[np.bool_], held: tuple[int, ...], max_people: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(people with a place, people heard without one); those heard longest come first and keep their place."""
    frames = spoken.sum(axis=1)
    ranked = sorted(range(len(frames)), key=lambda person: (-frames[person], person not in held, person))
    chosen = ranked[:max_people]
    kept = [person if person in chosen else None for person in held]
    new = iter(person for person in chosen if person not in kept)
    places = tuple(person if person is not None else next(new) for person in kept)
    return places, tuple(person for person in ranked[max_people:] if frames[person])
