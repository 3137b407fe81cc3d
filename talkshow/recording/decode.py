"""Sound out of any file that PyAV reads, block by block, in the samples of the file itself.

A damaged file is read as far as it can be: what a broken packet held is silence of the same length, so that the
rest stays in its place, and its length is reported.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.errors import AudioError
from talkshow.media.opening import open_media
from talkshow.sound.waveform import MOST_CHANNELS, RATES

Native = NDArray[Any]  # (num_samples, num_channels) int16, int32, float32 or float64: as the file has it

# Sample formats of the decoder, and the WAV format that holds them without a loss
_WAV_FORMATS = {"u8": "PCM_16", "s16": "PCM_16", "s32": "PCM_24", "flt": "FLOAT", "dbl": "DOUBLE"}
_HOLE_S = 0.01  # after a broken packet: a smaller difference of times is rounding
LONGEST_S = 24 * 3600
_MOST_SAMPLES = 2**35  # of all channels: a day of 8 at 48 kHz
_LARGEST_FRAME = 2**23  # samples of all channels that are decoded at once
_STRANGE = 1e10  # +200 dB over full scale: beyond what any program scales its samples to


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
    _opened: contextlib.ExitStack = field(repr=False)
    broken_s: float = 0.0
    num_strange: int = 0
    num_samples: int = 0

    def blocks(self) -> Iterator[Native]:
        """(num_samples, num_channels) from the beginning to the end.

        Raises AudioError when nothing can be read, when the sound changes its kind on the way or does not end.
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
            except (av.FFmpegError, OSError) as exc:
                if not isinstance(exc, av.InvalidDataError):
                    break  # the reader itself has lost its way: the end of the file
                damaged = True
                continue
            for frame in frames:
                self._require_same(frame)
                block = self._sounding(_samples(frame))
                if frame.time is not None:
                    start_s = frame.time if start_s is None else start_s
                    missing = round((frame.time - start_s) * self.sample_rate) - self.num_samples
                    if damaged and missing > _HOLE_S * self.sample_rate:
                        self._require_end(missing)
                        self.broken_s += missing / self.sample_rate
                        yield from self._silence(missing, block.dtype)
                damaged = False
                self._require_end(len(block))
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
        """The block, silent where a float sample is not finite."""
        if block.dtype.kind != "f":
            return block
        strange = ~(np.abs(block) < _STRANGE)  # also where it is not a number
        self.num_strange += int(strange.any(axis=1).sum())
        return np.where(strange, block.dtype.type(0), block)

    def _silence(self, num: int, dtype: np.dtype[Any]) -> Iterator[Native]:
        while num > 0:
            block = np.zeros((min(num, self.sample_rate), self.num_channels), dtype)
            num -= len(block)
            self.num_samples += len(block)
            yield block

    def _require_end(self, coming: int) -> None:
        """Raises AudioError where so many samples more would be longer than any recording."""
        num = self.num_samples + coming
        if num > LONGEST_S * self.sample_rate or num * self.num_channels > _MOST_SAMPLES:
            raise AudioError(
                f"{self.path}: the sound goes on for more than {LONGEST_S // 3600} hours, or the times in "
                "the file are wrong. Convert a part of it: --from 0:00 --to 1:00:00."
            )

    def _require_same(self, frame: Any) -> None:
        kind = (frame.sample_rate, len(frame.layout.channels))
        if kind != (self.sample_rate, self.num_channels):
            raise AudioError(
                f"{self.path}: the sound changes from {self.sample_rate} Hz and {self.num_channels} "
                f"channels to {kind[0]} Hz and {kind[1]} on the way. Convert it to WAV first."
            )

    def close(self) -> None:
        """Close the file."""
        self._opened.close()

    def __enter__(self) -> DecodedSound:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def open_sound(path: Path) -> DecodedSound:
    """Open a file of sound or video.

    Raises AudioError when it cannot be read, holds no sound, more than 8 channels, or samples at an impossible rate.
    """
    with contextlib.ExitStack() as opened:
        container = opened.enter_context(open_media(path, AudioError))
        if not container.streams.audio:
            raise AudioError(f"{path}: there is no sound in this file.")
        stream: Any = container.streams.audio[0]
        context = stream.codec_context
        if context is None or context.format is None:
            raise AudioError(f"{path}: the sound is coded in a way that cannot be read. Convert the file to WAV first.")
        channels = len(context.layout.channels)
        if not 1 <= channels <= MOST_CHANNELS:
            what = f"{channels} channels" if channels else "the number of channels in its header"
            raise AudioError(f"{path}: {what} cannot be read: 1 to {MOST_CHANNELS}.")
        if not RATES[0] <= context.sample_rate <= RATES[1]:
            raise AudioError(
                f"{path}: {context.sample_rate} samples a second cannot be read: {RATES[0]} to "
                f"{RATES[1]}. The file is damaged, or no recording of sound."
            )
        kind = context.format.name.removesuffix("p")
        if kind not in _WAV_FORMATS:
            raise AudioError(f"{path}: samples of the kind {kind} cannot be read. Convert the file to WAV first.")
        context.options = {"max_samples": str(_LARGEST_FRAME)}
        wav_format = "PCM_32" if kind == "s32" and "32" in context.name else _WAV_FORMATS[kind]
        duration = stream.duration * stream.time_base if stream.duration else (container.duration or 0) / 1_000_000
        return DecodedSound(
            path,
            context.sample_rate,
            channels,
            wav_format,
            float(duration) or None,
            container,
            stream,
            opened.pop_all(),
        )


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
