"""Sound to speech activity: who of up to three local speakers is heard, chunk by chunk, and what that says at a moment.

The network (pyannote segmentation-3.0) hears chunks of ten seconds. It tells up to three speakers apart within a chunk
but numbers them again in each; what lasts over chunks is how many are heard, and where one stops and another begins.
Chunks begin on the grid of the network's own audio frames, so that frames of overlapping chunks coincide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.sound.waveform import Samples

SAMPLE_RATE = 16_000
CHUNK_SAMPLES = 160_000
CHUNK_FRAMES = 589  # audio frames of a chunk
FRAME_SAMPLES = 270  # from frame to frame: strides 10, 3, 3, 3 of the network's first layers
FRAME_CENTRE = 495  # samples; a frame sees 991 of them
FRAME_S = FRAME_SAMPLES / SAMPLE_RATE
STEP_FRAMES = 148  # from chunk to chunk: 2.4975 s, each moment is heard four times
MAX_LOCAL_SPEAKERS = 3
HELD_FRAMES = round(1.0 / FRAME_S)  # a speaker who goes on after this long a rest has begun again
CHANGE_FRAMES = round(0.15 / FRAME_S)  # within which two chunks mean the same change

# Which local speakers the seven classes stand for ("powerset": Plaquet and Bredin, Interspeech 2023).
POWERSET = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], np.float32)

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Segment = Callable[[Floats], Floats]  # (batch, 1, num_samples) -> (batch, num_frames, 7) log-probabilities


@dataclass(frozen=True, eq=False)
class Activity:
    """What is heard at each audio frame of a recording.

    speech, overlap: (num_frames,) probabilities that at least one, at least two speak. change: (num_frames,) share of
    chunks in which another speaker begins here. local: (num_chunks, 589, 3) who of a chunk's speakers is heard.
    first_frames: (num_chunks,) where each chunk begins.
    """

    speech: Floats
    overlap: Floats
    change: Floats
    local: Bools
    first_frames: NDArray[np.int64]

    @property
    def num_frames(self) -> int:
        """Number of audio frames."""
        return len(self.speech)


def frame_time(frame: float) -> float:
    """Seconds at which a frame begins to be the nearest one."""
    return max(0.0, (FRAME_CENTRE + (frame - 0.5) * FRAME_SAMPLES) / SAMPLE_RATE)


def time_frame(seconds: float) -> int:
    """The frame whose stretch holds this moment."""
    return max(0, int(np.floor((seconds * SAMPLE_RATE - FRAME_CENTRE) / FRAME_SAMPLES + 0.5)))


def num_frames_of(num_samples: int) -> int:
    """Frames of a recording, the last one covering its end."""
    return max(CHUNK_FRAMES, -(-(num_samples - FRAME_CENTRE) // FRAME_SAMPLES))


def chunk_starts(num_samples: int) -> NDArray[np.int64]:
    """(num_chunks,) the frames at which chunks begin; the last chunk ends with the recording, a short one is padded."""
    last = num_frames_of(num_samples) - CHUNK_FRAMES
    return np.append(np.arange(0, last, STEP_FRAMES), last).astype(np.int64)


def chunk_batches(
    read: Callable[[int, int], Samples], num_samples: int, batch: int
) -> Iterator[tuple[NDArray[np.int64], Floats]]:
    """Batches of (first frames (n,), sound (n, 1, 160000)); `read(first_sample, num_samples)` gives the sound."""
    starts = chunk_starts(num_samples)
    for at in range(0, len(starts), batch):
        some = starts[at : at + batch]
        first = int(some[0]) * FRAME_SAMPLES
        sound = read(first, int(some[-1]) * FRAME_SAMPLES + CHUNK_SAMPLES - first)
        yield some, np.stack([sound[None, start * FRAME_SAMPLES - first :][:, :CHUNK_SAMPLES] for start in some])


def measure(
    read: Callable[[int, int], Samples],
    num_samples: int,
    segment: Segment,
    heard: Callable[[int], None] = lambda _: None,
    batch: int = 4,
) -> Activity:
    """The activity of a recording at 16 kHz; holds `batch` chunks of sound. `heard` gets the number of samples done.


    Chunks are averaged with a Hamming window, for the network knows least at the edges of a chunk.
    """
    num_frames = num_frames_of(num_samples)
    speech, overlap, change, weight = np.zeros((4, num_frames), np.float32)
    window = np.hamming(CHUNK_FRAMES).astype(np.float32)
    local, first_frames = [], []
    for starts, sound in chunk_batches(read, num_samples, batch):
        for first, chunk in zip(starts, np.exp(segment(sound)), strict=True):
            at = slice(int(first), int(first) + CHUNK_FRAMES)
            who = POWERSET[chunk.argmax(axis=1)] > 0
            speech[at] += window * (1 - chunk[:, 0])
            overlap[at] += window * chunk[:, 4:].sum(axis=1)
            change[at] += window * near(changes(who))
            weight[at] += window
            local.append(who)
            first_frames.append(first)
        heard(min(num_samples, int(starts[-1]) * FRAME_SAMPLES + CHUNK_SAMPLES))
    return Activity(
        speech / weight, overlap / weight, change / weight, np.stack(local), np.array(first_frames, np.int64)
    )


def changes(who: Bools) -> NDArray[np.int64]:
    """(num_changes,) frames at which another local speaker is heard alone than before.  who: (num_frames, 3).

    What happens during overlap and after a long rest is not a change: windows end there anyway.
    """
    alone = np.nonzero(who.sum(axis=1) == 1)[0]
    speakers = who[alone].argmax(axis=1)
    other = np.nonzero((np.diff(speakers) != 0) & (np.diff(alone) <= HELD_FRAMES))[0]
    return (alone[other] + alone[other + 1] + 1) // 2


def near(frames: NDArray[np.int64]) -> Floats:
    """(589,) one at these frames, falling to nothing beside them, so that chunks may disagree a little."""
    distance = np.abs(np.arange(CHUNK_FRAMES)[:, None] - frames[None, :]).min(axis=1, initial=CHUNK_FRAMES)
    result: Floats = np.clip(1 - distance / CHANGE_FRAMES, 0, 1).astype(np.float32)
    return result
