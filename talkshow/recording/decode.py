"""Sound out of any file that PyAV reads, block by block, in the samples of the file itself.

A damaged file is read as far as it can be: what a broken packet held is silence of the same length, so that the
rest stays in its place, and its length is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.errors import AudioError

Native = NDArray[Any]           # (num_samples, num_channels) int16, int32, float32 or float64: as the file has it

# Sample formats of the decoder, and the WAV format that holds them without a loss
_WAV_FORMATS = {"u8": "PCM_16", "s16": "PCM_16", "s32": "PCM_24", "flt": "FLOAT", "dbl": "DOUBLE"}
_HOLE_S = 0.01                  # after a broken packet: a smaller difference of times is rounding
_STRANGE = 1e10                 # +200 dB over full scale: beyond what any program scales its samples to
MAX_CHANNELS = 8


@dataclass
class DecodedSound:
    """The sound of a file, while and after it is read.

    wav_format: soundfile's name of the sample format that holds the file's samples exactly
    broken_s:   seconds that could not be read
    num_strange: samples that are not finite, or beyond any level of sound: silent here
    truncated:  whether the file ends before it should
    """

    path: Path
    sample_rate: int
    num_channels: int
    wav_format: str
    expected_s: float | None
    _container: Any = field(repr=False)
    _stream: Any = field(repr=False)
    broken_s: float = 0.0
    num_strange: int = 0
    num_samples: int = 0

    def blocks(self) -> Iterator[Native]:
        """(num_samples, num_channels) from the beginning to the end.

        Raises AudioError when nothing can be read, or when the sound changes its kind on the way.
        """
        import av

        start_s: float | None = None
        damaged = False
        packets = iter(self._container.demux(self._stream))
        while True:
            try:
                packet = next(packets)
                frames = packet.decode()
            except StopIteration:
                break
            except av.FFmpegError as exc:
                if not isinstance(exc, av.InvalidDataError):
                    break                                  # the reader itself has lost its way: the end of the file
                damaged = True
                continue
            for frame in frames:
                self._require_same(frame)
                block = self._sounding(_samples(frame))
                if frame.time is not None:
                    start_s = frame.time if start_s is None else start_s
                    missing = round((frame.time - start_s) * self.sample_rate) - self.num_samples
                    if damaged and missing > _HOLE_S * self.sample_rate:
                        self.broken_s += missing / self.sample_rate
                        yield from self._silence(missing, block.dtype)
                damaged = False
                self.num_samples += len(block)
                yield block
        if not self.num_samples:
            raise AudioError(f"{self.path}: no sound in this file can be read. Is it damaged, or copied in part?")

    @property
    def truncated_s(self) -> float:
        """Seconds that the file announced and did not hold; 0 where it does not say how long it is."""
        missing = (self.expected_s or 0.0) - self.num_samples / self.sample_rate
        return missing if missing > 0.5 else 0.0

    def _sounding(self, block: Native) -> Native:
        """The block, silent where a float sample is no sound."""
        if block.dtype.kind != "f":
            return block
        strange = ~(np.abs(block) < _STRANGE)                # also where it is not a number
        self.num_strange += int(strange.any(axis=1).sum())
        return np.where(strange, block.dtype.type(0), block)

    def _silence(self, num: int, dtype: np.dtype[Any]) -> Iterator[Native]:
        while num > 0:
            block = np.zeros((min(num, self.sample_rate), self.num_channels), dtype)
            num -= len(block)
            self.num_samples += len(block)
            yield block

    def _require_same(self, frame: Any) -> None:
        kind = (frame.sample_rate, len(frame.layout.channels))
        if kind != (self.sample_rate, self.num_channels):
            raise AudioError(f"{self.path}: the sound changes from {self.sample_rate} Hz and {self.num_channels} "
                             f"channels to {kind[0]} Hz and {kind[1]} on the way. Convert it to WAV first.")

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def __enter__(self) -> DecodedSound:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def open_sound(path: Path) -> DecodedSound:
    """Open a file of sound or video.

    Raises AudioError when it cannot be read, holds no sound, or more than 8 channels.
    """
    import av

    try:
        container = av.open(str(path), metadata_errors="replace")
    except (av.FFmpegError, OSError) as exc:
        raise AudioError(f"{path}: this file cannot be read as sound or video ({exc.strerror or exc}). "
                         "Formats that work: wav, flac, mp3, m4a, ogg, opus, mp4, mkv, webm and others.") from exc
    if not container.streams.audio:
        container.close()
        raise AudioError(f"{path}: there is no sound in this file.")
    stream: Any = container.streams.audio[0]
    context = stream.codec_context
    channels = len(context.layout.channels)
    if not 1 <= channels <= MAX_CHANNELS or not context.sample_rate:
        container.close()
        raise AudioError(f"{path}: {channels} channels at {context.sample_rate} Hz cannot be read: at most "
                         f"{MAX_CHANNELS}.")
    kind = context.format.name.removesuffix("p")
    if kind not in _WAV_FORMATS:
        container.close()
        raise AudioError(f"{path}: samples of the kind {kind} cannot be read. Convert the file to WAV first.")
    wav_format = "PCM_32" if kind == "s32" and "32" in context.name else _WAV_FORMATS[kind]
    duration = stream.duration * stream.time_base if stream.duration else (container.duration or 0) / 1_000_000
    return DecodedSound(path, context.sample_rate, channels, wav_format, float(duration) or None, container, stream)


def _samples(frame: Any) -> Native:
    """(num_samples, num_channels) of a decoded frame. Bytes become 16-bit samples: WAV files know no signed bytes."""
    data: Native = frame.to_ndarray()
    if not frame.format.is_planar:
        data = data.reshape(-1, len(frame.layout.channels)).T
    if data.dtype == np.uint8:
        data = (data.astype(np.int16) - 128) * 256
    return np.ascontiguousarray(data.T)


def as_float(block: Native) -> NDArray[np.float32]:
    """The same samples as float32, -1..1."""
    if np.issubdtype(block.dtype, np.integer):
        return (block / np.float64(2 ** (8 * block.dtype.itemsize - 1))).astype(np.float32)
    return block.astype(np.float32)
