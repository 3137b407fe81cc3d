"""Clusters to turns: who is heard at each audio frame, and from when to when.

Windows say whose voice it is but know no edges; local speakers of the activity have sharp edges but no names. So each
local speaker of a chunk passes on, to all its frames, what the windows say over its frames taken together. Where the
activity took two voices for one, that is divided, and what the windows say at a frame itself decides.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talkshow.diarize.activity import CHUNK_FRAMES, FRAME_S, Activity, Bools, frame_time
from talkshow.diarize.embedding import Embeddings
from talkshow.diarize.windows import Windows, closed, runs, speech
from talkshow.span import Span
from talkshow.timeline.turns import Turn, ordered

TEMPERATURE = 0.06  # of cosines; the nearest voice by 0.06 is 2.7 times as likely
CENTRE_FRAMES = 0.35 / FRAME_S  # a window speaks for its middle: falls to 1/e so far from it
TWO_SPEAK = 0.4  # probability of overlap from which there is a second voice
EARLY_FRAMES = 1  # by which the network hears speech begin and end too soon (medians 1.5, 2)
CLOSED_FRAMES = round(0.22 / FRAME_S)  # a speaker's gap this short is closed
TINY_FRAMES = round(0.15 / FRAME_S)  # shorter turns are dropped
LEAST_SECOND = 0.2  # evidence without which no one is the second voice of an overlap

Evidence = NDArray[np.float32]  # (num_frames, num_speakers), rows summing to one, or to zero: nothing known


def window_evidence(embeddings: Embeddings, windows: Windows, voices: Embeddings, num_frames: int) -> Evidence:
    """What the windows around a frame say, each most for its middle.  voices: (num_speakers, 192)."""
    likeness = embeddings @ voices.T / TEMPERATURE
    likely = np.exp(likeness - likeness.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    evidence = np.zeros((num_frames, len(voices)), np.float32)
    for (begin, end), row in zip(windows.tolist(), likely, strict=True):
        end = min(end, num_frames)
        distance = (np.arange(begin, end) - (begin + end - 1) / 2) / CENTRE_FRAMES
        evidence[begin:end] += (np.exp(-(distance**2)) + 1e-3)[:, None] * row
    result: Evidence = evidence / np.maximum(evidence.sum(axis=1, keepdims=True), 1e-9)
    return result


def local_evidence(activity: Activity, evidence: Evidence) -> Evidence:
    """What chunks say of each frame through their local speakers; rows sum to the number of speakers heard."""
    votes, weights = np.zeros_like(evidence), np.zeros((len(evidence), 1), np.float32)
    window = np.hamming(CHUNK_FRAMES).astype(np.float32)[:, None]
    for first, heard in zip(activity.first_frames.tolist(), activity.local, strict=True):
        at = slice(first, first + CHUNK_FRAMES)
        alone = (heard & (heard.sum(axis=1, keepdims=True) == 1)).astype(np.float32)
        named = alone.T @ evidence[at]
        named /= np.maximum(named.sum(axis=1, keepdims=True), 1e-9)
        votes[at] += window * (heard @ named)
        weights[at] += window
    return votes / weights


def who_speaks(activity: Activity, evidence: Evidence) -> Bools:
    """(num_frames, num_speakers): the likeliest in speech, the two likeliest in overlap."""
    heard = speech(activity)
    overlap = heard & (activity.overlap >= TWO_SPEAK)
    rank = (-evidence).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    first = (rank == 0) & heard[:, None] & (evidence > 0)
    result: Bools = first | ((rank == 1) & overlap[:, None] & (evidence > LEAST_SECOND))
    return result


def find_turns(
    activity: Activity, embeddings: Embeddings, windows: Windows, voices: Embeddings, duration_s: float
) -> tuple[tuple[Turn, ...], tuple[int, ...]]:
    """Turns of S1, S2, ... in order of first speech, and which of the voices, (num_speakers, 192), each of them is."""
    if not len(voices):
        return (), ()
    evidence = window_evidence(embeddings, windows, voices, activity.num_frames)
    speaking = who_speaks(activity, evidence + local_evidence(activity, evidence))
    spans = {voice: list(heard_spans(speaking[:, voice], duration_s)) for voice in range(len(voices))}
    order = sorted((voice for voice in spans if spans[voice]), key=lambda voice: spans[voice][0])
    return ordered(
        [Turn(f"S{number}", span) for number, voice in enumerate(order, start=1) for span in spans[voice]]
    ), tuple(order)


def heard_spans(speaking: Bools, duration_s: float) -> list[Span]:
    """A speaker's spans in order, short gaps closed, tiny ones dropped; (num_frames,) whether the speaker is heard."""
    found = runs(closed(speaking, CLOSED_FRAMES))
    spans = (
        Span(*(min(frame_time(frame + EARLY_FRAMES), duration_s) for frame in run))
        for run in found.tolist()
        if run[1] - run[0] >= TINY_FRAMES
    )
    return [span for span in spans if span]
