"""One track per speaker out of a recording: their own turns, faded at the edges, and silence where others speak.

Where two speak at once, both tracks hold what the recording holds: nothing is separated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from talkshow.clock import TRACK_RATE, TRACK_SAMPLES_PER_FRAME
from talkshow.recording.read import Part, Recording
from talkshow.sound.tracks import Track
from talkshow.sound.waveform import Samples, TrackWriter, sound_blocks
from talkshow.timeline.turns import Turn

REVISION = 3  # raise when the same turns would give other tracks
FADE = round(0.02 * TRACK_RATE)  # samples at each edge of a turn, outside it


def cut_tracks(
    recording: Recording, turns: Sequence[Turn], microphones: Mapping[str, Part], files: Mapping[str, Path]
) -> tuple[Track, ...]:
    """Write one track per speaker, 48 kHz mono float32, as long as the recording: what exceeds full scale is kept.

    microphones: of speakers who have one of their own; the others are cut out of the whole.
    files: where to, by speaker.
    """
    num_samples = recording.num_frames * TRACK_SAMPLES_PER_FRAME
    with ExitStack() as opened:
        writers = {
            speaker: opened.enter_context(TrackWriter(path, TRACK_RATE, num_samples)) for speaker, path in files.items()
        }
        edges = {speaker: _edges(turns, speaker) for speaker in files}
        sources: dict[tuple[Path, int | None], list[str]] = {}
        for speaker in files:
            part = microphones.get(speaker)
            sources.setdefault((part.sound, part.channel) if part else (recording.sound, None), []).append(speaker)
        for (sound, channel), speakers in sources.items():
            at = 0
            for block in _mono_blocks(sound, channel, num_samples, recording.signs):
                for speaker in speakers:
                    writers[speaker].write(block * gate(edges[speaker], at, len(block)))
                at += len(block)
    return tuple(Track(speaker, path) for speaker, path in files.items())


def write_whole(recording: Recording, path: Path) -> None:
    """The recording at 48 kHz mono, as long as its tracks."""
    num_samples = recording.num_frames * TRACK_SAMPLES_PER_FRAME
    with TrackWriter(path, TRACK_RATE, num_samples) as writer:
        for block in _mono_blocks(recording.sound, None, num_samples, recording.signs):
            writer.write(block)


def _edges(turns: Sequence[Turn], speaker: str) -> np.ndarray:
    """(num_turns, 2) first and last sample of a speaker's turns, in order."""
    spans = sorted((turn.span.start_s, turn.span.end_s) for turn in turns if turn.speaker == speaker)
    return np.round(np.array(spans).reshape(-1, 2) * TRACK_RATE).astype(np.int64)


def gate(edges: np.ndarray, first: int, num: int) -> Samples:
    """(num,) 0..1 from sample `first` on: 1 within turns, falling to 0 along half a cosine outside.

    edges: (num_turns, 2) first and last samples.
    """
    low = int(np.searchsorted(edges[:, 1], first - FADE, "right"))
    high = int(np.searchsorted(edges[:, 0], first + num + FADE, "left"))
    distance = np.full(num, FADE, np.float32)  # samples to the nearest turn, at most FADE
    times = np.arange(first, first + num)
    for begin, end in edges[low:high]:
        a, b = max(0, begin - FADE - first), min(num, end + FADE - first)
        inside = times[a:b]
        distance[a:b] = np.minimum(distance[a:b], np.maximum(0, np.maximum(begin - inside, inside - end)))
    return (0.5 + 0.5 * np.cos(np.pi * distance / FADE)).astype(np.float32)


def _mono_blocks(sound: Path, channel: int | None, num_samples: int, signs: Sequence[int]) -> Iterator[Samples]:
    """A sound file at 48 kHz, one channel of it or the mean of all, exactly so many samples.

    signs: of the channels in the mean; empty: all 1
    """
    written = 0
    factors = np.array(signs, np.float32)
    for block in sound_blocks(sound, TRACK_RATE):
        if channel is not None:
            samples = block[:, channel]
        else:
            samples = (block * factors if len(factors) else block).mean(axis=1)
        samples = samples[: num_samples - written]
        written += len(samples)
        yield samples
    if written < num_samples:
        yield np.zeros(num_samples - written, np.float32)
