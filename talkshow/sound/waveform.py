"""Mono float32 waveforms, in memory and in files: reading, writing, resampling. Only this module knows sample formats.

Short sounds are passed as a `Waveform`. Sound as long as an episode stays in a file: `TrackWriter` writes it block by
block, and `TrackReader` reads any part of it.

talkshow writes the header itself, because libsndfile stores the time of day in float files, and equal sounds must give
equal bytes. Beyond 4 GB the header is RF64 (EBU Tech 3306), which every current reader supports.
"""

from __future__ import annotations

import contextlib
import math
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import TRACK_RATE
from talkshow.errors import AudioError, choose
from talkshow.machine.errors import file_problem, system_errors
from talkshow.store.files import writing
from talkshow.store.inputs import require_file

Samples = NDArray[np.float32]

MOST_CHANNELS = 64  # of a field recorder
RATES = (2_000, 768_000)  # sample rates of anything that records sound
_LONGEST_WHOLE = 2**28  # samples of all channels held in memory at once: 1 GB
SAMPLE_BYTES = {"FLOAT": 4, "PCM_24": 3, "PCM_16": 2}  # by soundfile's names
_RIFF_LIMIT = 2**32 - 1024  # bytes; larger files need 64-bit sizes
_TOO_LARGE = 0xFFFFFFFF  # placeholder for a 32-bit size that RF64 stores elsewhere


@dataclass(frozen=True, eq=False)
class Waveform:
    """Mono sound.  samples: (num_samples,) float32, nominally -1..1; sample_rate in Hz."""

    samples: Samples
    sample_rate: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate

    def resampled(self, sample_rate: int) -> Waveform:
        """The same sound at another sample rate (soxr, high quality)."""
        if sample_rate == self.sample_rate:
            return self
        import soxr

        samples = soxr.resample(self.samples, self.sample_rate, sample_rate)
        return Waveform(np.asarray(samples, np.float32), sample_rate)


def silence(seconds: float, sample_rate: int) -> Waveform:
    """Silence of a given length in seconds."""
    return Waveform(np.zeros(round(seconds * sample_rate), np.float32), sample_rate)


def db_to_gain(db: float) -> float:
    """The linear factor of a level in dB."""
    return float(10.0 ** (db / 20.0))


def fitted(waveform: Waveform) -> tuple[Waveform, float]:
    """(the sound within full scale, the reduction in dB): 0 if it was already within full scale."""
    peak = float(np.abs(waveform.samples).max(initial=0.0))
    if peak <= 1.0:
        return waveform, 0.0
    return Waveform(waveform.samples / np.float32(peak), waveform.sample_rate), 20.0 * math.log10(peak)


def faded(samples: Samples, fade_in: int, fade_out: int) -> Samples:
    """A copy with a fade-in and a fade-out of the given numbers of samples, each half a cosine.

    Fades longer than the sound are shortened to its length.
    """
    faded_samples = samples.copy()
    for length, edge in ((fade_in, faded_samples), (fade_out, faded_samples[::-1])):
        length = min(length, len(samples))
        ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / max(1, length))
        edge[:length] *= ramp.astype(np.float32)
    return faded_samples


def save_wave(path: Path, waveform: Waveform, subtype: str = "FLOAT") -> None:
    """Write a WAV file (`subtype`: FLOAT, PCM_24, PCM_16); equal waveforms give equal bytes.

    Raises AudioError when the file cannot be written, WorkspaceError when the disk is full or the folder forbidden.
    """
    with TrackWriter(path, waveform.sample_rate, len(waveform.samples), subtype) as file:
        file.write(waveform.samples)


def load_wave(path: Path) -> Waveform:
    """Read a WAV or FLAC file, channels averaged to mono. Raises AudioError when it cannot be read."""
    with _sound_file(path) as file:
        if file.frames * file.channels > _LONGEST_WHOLE:
            raise AudioError(f"{path}: this sound is too long to load at once. Cut out the part that you need.")
        samples, sample_rate = file.read(dtype="float32", always_2d=True), file.samplerate
    return Waveform(np.ascontiguousarray(samples.mean(axis=1)), int(sample_rate))


class TrackWriter:
    """Writes a mono WAV file of a known length in blocks; a context manager.

    The file appears as `path` only when all `num_samples` are written. Until then it has a temporary name next to it,
    and it is removed if the block ends with an exception. PCM clips at full scale, FLOAT never does.
    Raises AudioError when the folder does not exist, WorkspaceError when the disk is full or the folder is not
    writable, and ValueError when the number of samples is not the announced one.
    """

    def __init__(self, path: Path, sample_rate: int, num_samples: int, subtype: str = "FLOAT") -> None:
        if subtype not in SAMPLE_BYTES:
            raise AudioError(f"{path}: there is no sample format '{subtype}'. {choose(subtype, SAMPLE_BYTES)}")
        self.path, self.subtype = path, subtype
        self._missing = num_samples
        self._header, self._padding = _header(sample_rate, num_samples, subtype)

    def __enter__(self) -> TrackWriter:
        with _clear_errors(self.path), contextlib.ExitStack() as opened:
            self._file = opened.enter_context(opened.enter_context(writing(self.path)).open("wb"))
            self._file.write(self._header)
            self._opened = opened.pop_all()
        return self

    def write(self, samples: Samples) -> None:
        """Append samples, (num_samples,) float32."""
        if len(samples) > self._missing:
            raise ValueError(f"{self.path}: {len(samples) - self._missing} samples more than announced")
        self._missing -= len(samples)
        with _clear_errors(self.path):
            self._file.write(_encoded(samples, self.subtype))

    def write_silence(self, num_samples: int) -> None:
        """Append zeros without holding them all."""
        block = np.zeros(min(num_samples, 2**16), np.float32)
        while num_samples > 0:
            self.write(block[:num_samples])
            num_samples -= len(block)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            with contextlib.suppress(OSError):  # on a full disk, closing may fail too
                self._opened.__exit__(kind, value, trace)
            return
        with _clear_errors(self.path), self._opened:
            if self._missing:
                raise ValueError(f"{self.path}: {self._missing} samples fewer than announced")
            self._file.write(self._padding)


class TrackReader:
    """Random access to a sound file, channels averaged to mono. Threads may share it. A context manager.

    Raises AudioError when the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()  # seek and read must not be separated
        with contextlib.ExitStack() as opened:
            self._file = opened.enter_context(_sound_file(path))
            self._opened = opened.pop_all()
        self.sample_rate = int(self._file.samplerate)
        self.num_samples = int(self._file.frames)

    def read(self, first_sample: int, num_samples: int) -> Samples:
        """(num_samples,) float32. Samples before the beginning and after the end are silence."""
        block = np.zeros(num_samples, np.float32)
        begin, end = max(0, first_sample), min(self.num_samples, first_sample + num_samples)
        if end > begin:
            with _reading(self.path), self._lock:
                self._file.seek(begin)
                samples = self._file.read(end - begin, dtype="float32", always_2d=True)
            if len(samples) != end - begin:
                raise AudioError(f"{self.path}: this sound file is shorter than its header says")
            mono = samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1)
            block[begin - first_sample : end - first_sample] = mono
        return block

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._opened.close()

    def __enter__(self) -> TrackReader:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def played_channels(path: Path) -> int:
    """The number of channels of a sound file in a video: one or two stay, more are mixed to one.

    Raises AudioError when the file cannot be read.
    """
    with _sound_file(path) as file:
        channels = int(file.channels)
    return channels if channels <= 2 else 1


def played_blocks(path: Path) -> Iterator[Samples]:
    """A sound file as played in a video, block by block at 48 kHz: (num_samples, `played_channels`) float32.

    Raises AudioError when the file cannot be read.
    """
    channels = played_channels(path)
    for block in sound_blocks(path, TRACK_RATE):
        yield block if block.shape[1] == channels else block.mean(axis=1, keepdims=True)


@contextlib.contextmanager
def _sound_file(path: Path) -> Iterator[Any]:
    """Open a file as a SoundFile. Raises AudioError, also for errors while it is read."""
    import soundfile

    with _reading(path):
        require_file(path)
        with soundfile.SoundFile(path) as file:
            if not RATES[0] <= file.samplerate <= RATES[1] or file.channels > MOST_CHANNELS:
                raise AudioError(
                    f"{path}: {file.channels} channels at {file.samplerate} Hz cannot be read: at most "
                    f"{MOST_CHANNELS}, at {RATES[0]} to {RATES[1]} Hz."
                )
            yield file


def sound_blocks(path: Path, sample_rate: int) -> Iterator[Samples]:
    """A sound file of any rate, block by block at `sample_rate`: (num_samples, num_channels) float32.

    Raises AudioError when the file cannot be read.
    """
    import soxr

    with _sound_file(path) as file:
        rate, num_channels = file.samplerate, file.channels
        stream = soxr.ResampleStream(rate, sample_rate, num_channels, "float32") if rate != sample_rate else None
        for block in file.blocks(rate, dtype="float32", always_2d=True):
            if stream:
                mono = block[:, 0] if num_channels == 1 else block
                block = stream.resample_chunk(mono, last=file.tell() >= file.frames).reshape(-1, num_channels)
            yield block


def _encoded(samples: Samples, subtype: str) -> bytes:
    """Samples as little-endian bytes."""
    if subtype == "FLOAT":
        return samples.astype("<f4").tobytes()
    full_scale = 2 ** (8 * SAMPLE_BYTES[subtype] - 1)
    whole = np.clip(np.rint(samples.astype(np.float64) * full_scale), -full_scale, full_scale - 1)
    if subtype == "PCM_16":
        return bytes(whole.astype("<i2").data)
    return bytes(np.ascontiguousarray(whole.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3]).data)


def _header(sample_rate: int, num_samples: int, subtype: str) -> tuple[bytes, bytes]:
    """The bytes before and after the samples."""
    width = SAMPLE_BYTES[subtype]
    data_size = num_samples * width
    padding = b"\0" * (data_size % 2)
    if subtype == "FLOAT":
        form = struct.pack("<4sIHHIIHHH", b"fmt ", 18, 3, 1, sample_rate, sample_rate * width, width, 8 * width, 0)
        form += struct.pack("<4sII", b"fact", 4, min(num_samples, _TOO_LARGE))
    else:
        form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, sample_rate, sample_rate * width, width, 8 * width)
    riff_size = 4 + len(form) + 8 + data_size + len(padding)
    if riff_size < _RIFF_LIMIT:
        return struct.pack("<4sI4s", b"RIFF", riff_size, b"WAVE") + form + struct.pack(
            "<4sI", b"data", data_size
        ), padding
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, riff_size + 36, data_size, num_samples, 0)
    return (
        struct.pack("<4sI4s", b"RF64", _TOO_LARGE, b"WAVE") + sizes + form + struct.pack("<4sI", b"data", _TOO_LARGE)
    ), padding


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Translate errors of libsndfile, which reports every failure of the system as "System error"."""
    import soundfile

    try:
        yield
    except (soundfile.LibsndfileError, OSError) as exc:
        cause = _refused(path) or exc
        reason = file_problem(cause, path) if isinstance(cause, OSError) else cause
        raise AudioError(f"{path}: cannot read this sound file: {reason}") from cause


def _refused(path: Path) -> OSError | None:
    """The system's error on opening a file, if there is one."""
    try:
        with path.open("rb"):
            return None
    except OSError as exc:
        return exc


@contextlib.contextmanager
def _clear_errors(path: Path) -> Iterator[None]:
    """Translate errors of the system."""
    with system_errors(path):
        try:
            yield
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as exc:
            raise AudioError(f"{path}: cannot write this sound file: {file_problem(exc, path)}") from exc
