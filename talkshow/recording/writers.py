"""Writes what is read of a recording: its own samples, and copies in mono at another rate, block by block."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import ANALYSIS_RATE, FPS
from talkshow.errors import WorkspaceError
from talkshow.sound.waveform import Samples

_BYTES = {"PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}  # of a sample
_LARGE, _LONG_S = 3.9e9, 6 * 3600.0  # bytes beyond which WAV needs 64-bit sizes; seconds where a length is not known
_HEADER_BYTES = 4096  # that hold everything before the samples


def frames_to_samples(num_frames: int, rate: int) -> int:
    """Samples that cover whole frames of video, at any rate."""
    return int(-(-Fraction(num_frames * rate, FPS) // 1))


class SoundWriter:
    """A WAV file of any format, written in blocks; a context manager.  expected_s: about how long it becomes."""

    def __init__(self, path: Path, rate: int, channels: int, wav_format: str, expected_s: float | None) -> None:
        import soundfile

        size = (_LONG_S if expected_s is None else expected_s) * rate * channels * _BYTES[wav_format]
        # not every program reads RF64
        form = "RF64" if size > _LARGE else "WAV"
        path.touch()  # Python says why it cannot; libsndfile says "System error"
        self._file = soundfile.SoundFile(path, "w", rate, channels, wav_format, format=form)
        self._path, self._channels = path, channels

    def write(self, block: NDArray[Any]) -> None:
        """(num_samples, num_channels) in the file's own kind of samples. Raises WorkspaceError on a full disk."""
        import soundfile

        try:
            self._file.write(block)
        except (soundfile.LibsndfileError, AssertionError) as exc:  # it asserts that all samples were taken
            raise WorkspaceError(
                f"{self._path}: the disk is full. Finished results are kept: make room and run the same command again."
            ) from exc

    def pad(self, num_samples: int) -> None:
        """Silence at the end."""
        self.write(np.zeros((num_samples, self._channels), np.int16))

    def __enter__(self) -> SoundWriter:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._file.close()
        _forget_time(self._path)


def _forget_time(path: Path) -> None:
    """Set the time of day to zero that libsndfile notes in files of floats: equal sounds shall be equal bytes."""
    with path.open("r+b") as file:
        peak = file.read(_HEADER_BYTES).find(b"PEAK")
        if peak >= 0:
            file.seek(peak + 12)  # behind the chunk's name, size and version
            file.write(bytes(4))


class ListenedWriter:
    """A mono WAV file at another rate (by default 16 kHz), resampled as it is written; a context manager."""

    def __init__(self, path: Path, rate: int, expected_s: float | None, to_rate: int = ANALYSIS_RATE) -> None:
        import soxr

        self._writer = SoundWriter(path, to_rate, 1, "FLOAT", expected_s)
        self._stream = soxr.ResampleStream(rate, to_rate, 1, dtype="float32") if rate != to_rate else None
        self._rate, self._written = to_rate, 0

    def write(self, samples: Samples) -> None:
        """(num_samples,) at the recording's rate."""
        self._append(self._stream.resample_chunk(samples) if self._stream else samples)

    def finish(self, num_frames: int | None = None) -> None:
        """The resampler's last samples, and silence up to that number of video frames."""
        if self._stream:
            self._append(self._stream.resample_chunk(np.zeros(0, np.float32), last=True))
            self._stream = None
        if num_frames is not None:
            self._append(np.zeros(max(0, frames_to_samples(num_frames, self._rate) - self._written), np.float32))

    def _append(self, samples: Samples) -> None:
        self._writer.write(samples[:, None])
        self._written += len(samples)

    def __enter__(self) -> ListenedWriter:
        return self

    def __exit__(self, kind: object, *exc_info: object) -> None:
        if kind is None:
            self.finish()
        self._writer.__exit__(kind, *exc_info)
