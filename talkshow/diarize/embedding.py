"""Windows to embeddings: a direction in space for how a voice sounds, whatever it says."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from talkshow.diarize.activity import FRAME_CENTRE, FRAME_SAMPLES, time_frame
from talkshow.diarize.features import HOP, WINDOW, fbank
from talkshow.diarize.windows import SHORTEST_FRAMES, Windows, cut
from talkshow.sound.waveform import Samples
from talkshow.timeline.turns import Embedding, Turn

NUM_CHANNELS = 192
BATCH = 8  # windows of equal length run together
ENOUGH_WINDOWS = 120  # of one voice: a minute

Embeddings = NDArray[np.float32]  # (num_windows, 192), rows of length 1
Embed = Callable[[NDArray[np.float32]], NDArray[np.float32]]  # (batch, num_steps, 80) -> (batch, 192)


def embed_windows(
    read: Callable[[int, int], Samples], windows: Windows, embed: Embed, heard: Callable[[int], None] = lambda _: None
) -> Embeddings:
    """(num_windows, 192) of a recording at 16 kHz; holds `BATCH` windows of sound. `heard` gets the samples done."""
    embeddings = np.zeros((len(windows), NUM_CHANNELS), np.float32)
    waiting: list[int] = []
    for index, (begin, end) in enumerate(windows):
        waiting.append(index)
        length = end - begin
        if len(waiting) == BATCH or index + 1 == len(windows) or np.diff(windows[index + 1])[0] != length:
            sounds = [read(*_samples(window)) for window in windows[waiting]]
            embeddings[waiting] = embed_sounds(sounds, embed)
            waiting = []
            heard(int(end) * FRAME_SAMPLES)
    return embeddings


def speaker_embeddings(
    read: Callable[[int, int], Samples], turns: Sequence[Turn], embed: Embed
) -> dict[str, Embedding]:
    """What each speaker's voice sounds like, from the stretches of a recording at 16 kHz in which no one else has a
    turn; of the longest ones `ENOUGH_WINDOWS`. Speakers never heard alone are left out."""
    alone: dict[str, list[tuple[int, int]]] = {}
    for speaker, begin, end in heard_alone(turns):
        alone.setdefault(speaker, []).extend(cut((time_frame(begin), time_frame(end))))
    voices = {}
    for speaker, windows in alone.items():
        windows = [window for window in windows if window[1] - window[0] >= SHORTEST_FRAMES]
        windows.sort(key=lambda window: window[0] - window[1])
        chosen = np.array(windows[:ENOUGH_WINDOWS], np.int64).reshape(-1, 2)
        if len(chosen):
            lengths = np.diff(chosen, axis=1).astype(np.float32)
            voices[speaker] = normalised((lengths * embed_windows(read, chosen, embed)).sum(axis=0))
    return voices


def heard_alone(turns: Sequence[Turn]) -> Iterator[tuple[str, float, float]]:
    """(speaker, begin_s, end_s) of every stretch in which exactly one speaker has a turn."""
    edges = sorted(
        [(turn.span.start_s, 1, turn.speaker) for turn in turns]
        + [(turn.span.end_s, -1, turn.speaker) for turn in turns]
    )
    active: Counter[str] = Counter()
    for (begin, step, speaker), (end, _, _) in itertools.pairwise(edges):
        active[speaker] += step
        present = list(+active)
        if len(present) == 1 and end > begin:
            yield present[0], begin, end


def embed_sounds(sounds: list[Samples], embed: Embed) -> Embeddings:
    """(num_sounds, 192) of sounds of one length, at least 25 ms at 16 kHz."""
    features = np.stack([fbank(sound) for sound in sounds])
    return normalised(embed(features - features.mean(axis=1, keepdims=True)))


def normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows at length 1."""
    result: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return result


def _samples(window: NDArray[np.int64]) -> tuple[int, int]:
    """First sample and number of samples of a window of frames."""
    first = int(window[0]) * FRAME_SAMPLES + FRAME_CENTRE - FRAME_SAMPLES // 2
    steps = round((window[1] - window[0]) * FRAME_SAMPLES / HOP)
    return first, steps * HOP + WINDOW - HOP
