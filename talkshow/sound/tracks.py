"""Tracks: one file per speaker, as long as the episode, written cue by cue and read in blocks.

Tracks are dry: each contains only the sound of its own speaker. All have the same length, so that their sum is the
mix before mastering. No function here holds more than one utterance or one block in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from talkshow.clock import TRACK_RATE, TRACK_SAMPLES_PER_FRAME, to_frames
from talkshow.errors import AudioError
from talkshow.sound.waveform import Samples, TrackReader, TrackWriter, Waveform, db_to_gain, faded
from talkshow.timeline.types import Cue, Timeline

REVISION = 1  # increase when the same cues would give different tracks
EDGE_FADE = round(0.004 * TRACK_RATE)  # samples; prevents clicks at the edges of an utterance
_ROUNDING = 2  # most samples that resampling may add to a sound


@dataclass(frozen=True)
class Track:
    """A speaker's sound over the full episode: 48 kHz mono float32 WAV."""

    speaker: str
    path: Path


def lay_tracks(
    timeline: Timeline, sound_of: Callable[[Cue], Waveform], folder: Path, names: Mapping[str, str]
) -> tuple[Track, ...]:
    """Write one track per speaker of the timeline, in its order, as `folder/<names[speaker]>.wav`.

    `sound_of` returns a cue's utterance at any sample rate; it is called once per cue and nothing is cached.
    Every track is `timeline.num_frames` x 1920 samples long.
    Raises AudioError when a sound does not fit its cue, is not finite, or a file cannot be written, and
    WorkspaceError when the disk is full.
    """
    tracks = []
    num_samples = timeline.num_frames * TRACK_SAMPLES_PER_FRAME
    for speaker in timeline.speakers:
        path = folder / f"{names[speaker]}.wav"
        with TrackWriter(path, TRACK_RATE, num_samples) as file:
            written = 0
            for cue in timeline.cues_of(speaker):
                first = to_frames(cue.span.start_s) * TRACK_SAMPLES_PER_FRAME
                samples = _laid(cue, sound_of(cue))
                file.write_silence(first - written)
                file.write(samples)
                written = first + len(samples)
            file.write_silence(num_samples - written)
        tracks.append(Track(speaker, path))
    return tuple(tracks)


def _laid(cue: Cue, sound: Waveform) -> Samples:
    """A cue's sound as written to the track: resampled, cut where the cue is cut, faded, with its gain applied."""
    samples = sound.resampled(TRACK_RATE).samples
    room = (to_frames(cue.span.end_s) - to_frames(cue.span.start_s)) * TRACK_SAMPLES_PER_FRAME
    if len(samples) > room + _ROUNDING and not cue.cut_off:
        raise AudioError(
            f"line {cue.index + 1} ({cue.speaker}): its sound lasts {len(samples) / TRACK_RATE:.2f} s, "
            f"but its cue only {cue.span.duration_s:.2f} s. Place the timeline again with this sound."
        )
    if not np.isfinite(samples).all():
        raise AudioError(
            f"line {cue.index + 1} ({cue.speaker}): its sound contains values that are not finite numbers. "
            "Speak the line again, or choose another voice."
        )
    fade_out = max(EDGE_FADE, round(cue.fade_out_s * TRACK_RATE))
    return faded(samples[:room], EDGE_FADE, fade_out) * np.float32(db_to_gain(cue.gain_db))


def read_block(track: Track, first_sample: int, num_samples: int) -> Samples:
    """(num_samples,) float32 of a track, silence outside it. For many blocks, keep a `TrackReader` open instead."""
    with TrackReader(track.path) as file:
        return file.read(first_sample, num_samples)


class MixReader:
    """The sum of tracks, with random access from several threads; a context manager.

    Raises AudioError when the tracks are not all of one length and rate.
    """

    def __init__(self, tracks: Sequence[Track]) -> None:
        self._stack = ExitStack()
        with ExitStack() as opened:
            self._files = [opened.enter_context(TrackReader(track.path)) for track in tracks]
            kinds = {(file.num_samples, file.sample_rate) for file in self._files}
            if kinds and kinds != {(self._files[0].num_samples, TRACK_RATE)}:
                listed = ", ".join(
                    f"{file.path.name}: {file.num_samples} samples at {file.sample_rate} Hz" for file in self._files
                )
                raise AudioError(
                    f"these tracks do not belong to one episode ({listed}): all need one length, at {TRACK_RATE} Hz"
                )
            self._stack = opened.pop_all()
        self.num_samples = self._files[0].num_samples if self._files else 0

    def read(self, first_sample: int, num_samples: int) -> Samples:
        """(num_samples,) float32, silence outside the episode."""
        block = np.zeros(num_samples, np.float32)
        for file in self._files:
            block += file.read(first_sample, num_samples)
        return block

    def __enter__(self) -> MixReader:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stack.close()


def mix_blocks(tracks: Sequence[Track], block: int = TRACK_RATE) -> Iterator[Samples]:
    """The mix before mastering, block by block (the last one may be shorter)."""
    with MixReader(tracks) as mix:
        for first in range(0, mix.num_samples, block):
            yield mix.read(first, min(block, mix.num_samples - first))
