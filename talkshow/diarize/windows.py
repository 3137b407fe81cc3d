"""Activity to windows: short stretches in which one voice is heard, to be compared with each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from talkshow.diarize.activity import CHANGE_FRAMES, CHUNK_FRAMES, FRAME_S, Activity, Bools

WINDOW_FRAMES = round(1.5 / FRAME_S)
HOP_FRAMES = round(0.5 / FRAME_S)
SHORTEST_FRAMES = round(0.25 / FRAME_S)  # less says nothing about a voice
REST_FRAMES = round(0.3 / FRAME_S)  # a rest this short does not end a stretch
SPEECH_PROBABILITY, OVERLAP_PROBABILITY, CHANGE_SHARE = 0.5, 0.5, 0.4
SURE = ((0.5 / FRAME_S, 1.0 / FRAME_S), (0.6, 0.7))  # by the length of a run: the probability it must reach once
MOSTLY = 0.7  # of a window, that a local speaker is heard alone

Windows = NDArray[np.int64]  # (num_windows, 2): first frame and the frame after the last


def runs(mask: Bools) -> NDArray[np.int64]:
    """(num_runs, 2) where a mask is true: first index and the index after the last."""
    edges = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    return np.stack([np.nonzero(edges == 1)[0], np.nonzero(edges == -1)[0]], axis=1)


def closed(mask: Bools, longest: int) -> Bools:
    """The mask with its inner gaps of at most `longest` filled."""
    filled = mask.copy()
    gaps = runs(~mask)
    for begin, end in gaps[(gaps[:, 0] > 0) & (gaps[:, 1] < len(mask)) & (gaps[:, 1] - gaps[:, 0] <= longest)]:
        filled[begin:end] = True
    return filled


def speech(activity: Activity) -> Bools:
    """(num_frames,) where anyone speaks.

    Of what may be speech, only runs of which some moment is surely speech: music and noise waver about one half for
    long, speech of a second never does.
    """
    heard = activity.speech >= SPEECH_PROBABILITY
    for begin, end in runs(closed(heard, REST_FRAMES)).tolist():
        needed = np.interp(end - begin, *SURE)
        if activity.speech[begin:end].max() < needed:
            heard[begin:end] = False
    return heard


def stretches(activity: Activity) -> NDArray[np.int64]:
    """(num_stretches, 2) in which, as far as the activity tells, one person speaks alone."""
    one = closed(speech(activity), REST_FRAMES) & (activity.overlap < OVERLAP_PROBABILITY)
    one[peaks(activity.change)] = False
    found = runs(one)
    return found[found[:, 1] - found[:, 0] >= SHORTEST_FRAMES]


def peaks(change: NDArray[np.float32]) -> NDArray[np.int64]:
    """Frames at which enough chunks hear another speaker begin, one per change."""
    from scipy.signal import find_peaks

    found, _ = find_peaks(change, height=CHANGE_SHARE, distance=CHANGE_FRAMES)
    return np.asarray(found, np.int64)


def cut(stretch: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Windows of 1.5 s every 0.5 s, the last one ending with the stretch; a shorter stretch is one window."""
    begin, end = stretch
    last = end - WINDOW_FRAMES
    if last <= begin:
        yield begin, end
        return
    num_steps = -(-(last - begin) // HOP_FRAMES)
    for step in range(num_steps + 1):
        at = begin + round(step * (last - begin) / num_steps)
        yield at, at + WINDOW_FRAMES


def cut_windows(activity: Activity) -> Windows:
    """All windows of a recording, by start."""
    return np.array(
        [window for stretch in stretches(activity) for window in cut((int(stretch[0]), int(stretch[1])))], np.int64
    ).reshape(-1, 2)


def local_speakers(activity: Activity, windows: Windows) -> NDArray[np.int64]:
    """(num, 3) chunk, window, local speaker: the speaker whom a chunk hears alone in a window, for each window
    that is within the chunk and is mostly one's; by chunk."""
    found = []
    starts = windows[:, 0] if len(windows) else np.zeros(0, np.int64)
    for chunk, first in enumerate(activity.first_frames.tolist()):
        alone = activity.local[chunk] & (activity.local[chunk].sum(axis=1, keepdims=True) == 1)
        heard = np.concatenate([np.zeros((1, 3), np.int64), alone.cumsum(axis=0)])
        for index in range(np.searchsorted(starts, first), np.searchsorted(starts, first + CHUNK_FRAMES)):
            begin, end = (windows[index] - first).tolist()
            if end > CHUNK_FRAMES:
                continue
            shares = (heard[end] - heard[begin]) / (end - begin)
            if shares.max() >= MOSTLY:
                found.append((chunk, index, int(shares.argmax())))
    return np.array(found, np.int64).reshape(-1, 3)
