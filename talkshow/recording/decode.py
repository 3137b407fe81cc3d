"""Sound out of any file that PyAV reads, block by block, in the samples of the file itself.

A damaged file is read as far as it can be: what a broken packet held is silence of the same length, so that the
rest stays in its place, and its length is reported. So are holes in the file's own times, and what comes before a
sound that begins late.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.errors import AudioError
from talkshow.media.opening import open_media
from talkshow.recording.lengths import says_length
from talkshow.sound.waveform import MOST_CHANNELS, RATES

Native = NDArray[Any]  # (num_samples, num_channels) int16, int32, float32 or float64: as the file has it

# Sample formats of the decoder, and the WAV format that holds them without a loss
_WAV_FORMATS = {"u8": "PCM_16", "s16": "PCM_16", "s32": "PCM_24", "flt": "FLOAT", "dbl": "DOUBLE"}
_BROKEN_S = 0.01  # after a broken packet: a smaller difference of times is rounding
_HOLE_S = 0.05  # between whole packets: clocks of phones and programs jitter by less
LONGEST_S = 24 * 3600
_MOST_SAMPLES = 2**35  # of all channels: a day of 8 at 48 kHz
_LARGEST_FRAME = 2**23  # samples of all channels that are decoded at once
_STRANGE = 1e10  # +200 dB over full scale: beyond what any program scales its samples to


@dataclass
class DecodedSound:
    """The sound of a file, while and after it is read.

    wav_format: soundfile's name of the sample format that holds the file's samples exactly
    broken_s:   seconds that could not be read
    hole_s:     seconds between packets in which the file holds nothing, in `num_holes` places
    changes:    kinds of sound to which it changes on the way
    num_strange: samples that are not finite, or beyond any level of sound: silent here
    truncated:  whether the file ends before it should
    """

    path: Path
    sample_rate: int
    num_channels: int
    wav_format: str
    expected_s: float | None
    _frames: Iterator[tuple[Any, bool]] = field(repr=False)
    _form: tuple[str, str] = field(repr=False)  # FFmpeg's sample format and layout
    _clock: _Clock = field(repr=False)
    _opened: contextlib.ExitStack = field(repr=False)
    broken_s: float = 0.0
    hole_s: float = 0.0
    num_holes: int = 0
    num_strange: int = 0
    num_samples: int = 0
    changes: list[str] = field(default_factory=list)

    def blocks(self) -> Iterator[Native]:
        """(num_samples, num_channels) from the beginning of the file's clock to the end of the sound.

        Raises AudioError when the sound does not end.
        """
        end_s: float | None = None  # of the frame before
        for frame, damaged in self._frames:
            at_s = None if frame.time is None else float(frame.time) - self._clock.zero_s
            missing = self._missing(at_s, end_s, damaged)
            if missing:
                self._require_end(missing)
                yield from self._silence(missing)
            if at_s is not None:
                end_s = at_s + frame.samples / (frame.sample_rate or self.sample_rate)
            for block in self._as_begun(frame):
                self._require_end(len(block))
                self.num_samples += len(block)
                yield block
        for block in self._as_begun(None):
            self.num_samples += len(block)
            yield block

    def _missing(self, at_s: float | None, end_s: float | None, damaged: bool) -> int:
        """Samples of silence before a frame: it begins late, or packets before it are broken or were never there."""
        if at_s is None:
            return 0
        if not self.num_samples and end_s is None:
            late_s = at_s if at_s > _HOLE_S else 0.0
            return round(late_s * self.sample_rate)
        if damaged:
            missing = round(at_s * self.sample_rate) - self.num_samples
            missing = missing if missing > _BROKEN_S * self.sample_rate else 0
            self.broken_s += missing / self.sample_rate
            return missing
        hole_s = at_s - end_s if end_s is not None else 0.0
        if hole_s <= _HOLE_S or (self.expected_s and at_s > 1.05 * self.expected_s + 5):
            return 0
        self.hole_s += hole_s
        self.num_holes += 1
        return round(hole_s * self.sample_rate)

    @property
    def truncated_s(self) -> float:
        """Seconds that the file announced and did not hold; 0 where it does not say how long it is."""
        missing = (self.expected_s or 0.0) - max(self.num_samples / self.sample_rate, self._clock.last_s)
        return missing if missing > 0.5 else 0.0

    def _as_begun(self, frame: Any) -> Iterator[Native]:
        """A frame's samples, converted where its rate or channels differ from the first frame's; None: the rest."""
        resampler = self._clock.resampler
        same = frame is not None and (frame.sample_rate, len(frame.layout.channels)) == (
            self.sample_rate,
            self.num_channels,
        )
        if resampler is not None and (frame is None or same or self._clock.kind != _kind(frame)):
            self._clock.resampler = None
            for rest in resampler.resample(None):
                yield self._sounding(_in_channels(_samples(rest), self.num_channels))
        if same:
            yield self._sounding(_samples(frame))
        elif frame is not None:
            if self._clock.resampler is None:
                self._clock.resampler, self._clock.kind = self._converter(frame), _kind(frame)
                self.changes.append(f"{frame.sample_rate} Hz, {frame.layout.name}")
            frame.pts = None
            for converted in self._clock.resampler.resample(frame):
                yield self._sounding(_in_channels(_samples(converted), self.num_channels))

    def _converter(self, frame: Any) -> Any:
        import av

        # FFmpeg's way between mono and stereo changes the level by 3 dB
        plain = max(len(frame.layout.channels), self.num_channels) <= 2
        layout = frame.layout.name if plain else self._form[1]
        return av.AudioResampler(format=self._form[0], layout=layout, rate=self.sample_rate)

    def _sounding(self, block: Native) -> Native:
        """The block, silent where a float sample is not finite."""
        if block.dtype.kind != "f":
            return block
        strange = ~(np.abs(block) < _STRANGE)  # also where it is not a number
        self.num_strange += int(strange.any(axis=1).sum())
        return np.where(strange, block.dtype.type(0), block)

    def _silence(self, num: int) -> Iterator[Native]:
        while num > 0:
            block = np.zeros((min(num, self.sample_rate), self.num_channels), self._clock.dtype)
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

    def close(self) -> None:
        """Close the file."""
        self._opened.close()

    def __enter__(self) -> DecodedSound:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def open_sound(path: Path, stream: int = 0) -> DecodedSound:
    """Open a file of sound or video.  stream: which of its sounds, from 0.

    Raises AudioError when it cannot be read, holds no sound, more than 64 channels, or samples at an impossible rate.
    """
    with contextlib.ExitStack() as opened:
        container = opened.enter_context(open_media(path, AudioError))
        if not container.streams.audio:
            raise AudioError(f"{path}: there is no sound in this file.")
        chosen: Any = container.streams.audio[stream]
        context = chosen.codec_context
        if context is None or context.format is None:
            raise AudioError(f"{path}: the sound is coded in a way that cannot be read. Convert the file to WAV first.")
        _require_sane(path, context.sample_rate, len(context.layout.channels), context.format.name)
        context.options = {"max_samples": str(_LARGEST_FRAME)}
        clock = _Clock(_zero(container))
        frames = _frames(container, chosen, clock)
        first = next(frames, None)
        if first is None:
            raise AudioError(f"{path}: no sound in this file can be read. Is it damaged, or copied in part?")
        rate, channels = first[0].sample_rate, len(first[0].layout.channels)  # HE-AAC decodes to twice its header's
        _require_sane(path, rate, channels, first[0].format.name)
        clock.dtype = _samples(first[0]).dtype
        kind = first[0].format.name.removesuffix("p")
        return DecodedSound(
            path,
            rate,
            channels,
            "PCM_32" if kind == "s32" and "32" in context.name else _WAV_FORMATS[kind],
            _expected_s(path, container, chosen, clock),
            itertools.chain([first], frames),
            (first[0].format.name, first[0].layout.name),
            clock,
            opened.pop_all(),
        )


def _require_sane(path: Path, rate: int, channels: int, sample_format: str) -> None:
    if not 1 <= channels <= MOST_CHANNELS:
        what = f"{channels} channels" if channels else "the number of channels in its header"
        raise AudioError(f"{path}: {what} cannot be read: 1 to {MOST_CHANNELS}.")
    if not RATES[0] <= rate <= RATES[1]:
        raise AudioError(
            f"{path}: {rate} samples a second cannot be read: {RATES[0]} to "
            f"{RATES[1]}. The file is damaged, or no recording of sound."
        )
    kind = sample_format.removesuffix("p")
    if kind not in _WAV_FORMATS:
        raise AudioError(f"{path}: samples of the kind {kind} cannot be read. Convert the file to WAV first.")


@dataclass
class _Clock:
    """The state of reading.

    zero_s: the time of the container at which the file begins
    last_s: until when any stream of the file has packets, counted from there
    resampler, kind: for frames unlike the first one, and which ones
    """

    zero_s: float
    last_s: float = 0.0
    resampler: Any = None
    kind: tuple[int, str] = (0, "")
    dtype: np.dtype[Any] = field(default_factory=lambda: np.dtype(np.int16))


def _zero(container: Any) -> float:
    """When the clock of a file begins, in its own times.

    Players begin with the first stream, so that what is cut out of a broadcast at 10 s is not late; in MP4 the clock
    begins at 0, and edit lists may let all sound begin later.
    """
    start_s = (container.start_time or 0) / 1_000_000
    return min(start_s, 0.0) if "mov" in container.format.name else start_s


def _expected_s(path: Path, container: Any, stream: Any, clock: _Clock) -> float | None:
    """How long the sound should be, from the beginning of the file's clock; None if the file does not say it."""
    if not says_length(path, container.format.name, stream):
        return None
    if stream.duration:
        late_s = float((stream.start_time or 0) * stream.time_base) - clock.zero_s
        return float(stream.duration * stream.time_base) + (late_s if late_s > _HOLE_S else 0.0)
    return container.duration / 1_000_000 if container.duration else None


def _frames(container: Any, stream: Any, clock: _Clock) -> Iterator[tuple[Any, bool]]:
    """(frame, whether packets before it were broken). Packets of other streams tell how far the file goes."""
    import av

    damaged = False
    packets = iter(container.demux())
    while True:
        try:
            packet = next(packets)
            if packet.pts is not None and packet.time_base:
                end_s = float((packet.pts + (packet.duration or 0)) * packet.time_base) - clock.zero_s
                clock.last_s = max(clock.last_s, end_s)
            frames = packet.decode() if packet.stream.index == stream.index else []
        except StopIteration:
            return
        except (av.FFmpegError, OSError) as exc:
            if not isinstance(exc, av.InvalidDataError):
                return  # the reader itself has lost its way: the end of the file
            damaged = True
            continue
        for frame in frames:
            yield frame, damaged
            damaged = False


def _kind(frame: Any) -> tuple[int, str]:
    return frame.sample_rate, frame.layout.name


def _samples(frame: Any) -> Native:
    """(num_samples, num_channels) of a decoded frame. Bytes become 16-bit samples: WAV files know no signed bytes."""
    data: Native = frame.to_ndarray()
    if not frame.format.is_planar:
        data = data.reshape(-1, len(frame.layout.channels)).T
    if data.dtype == np.uint8:
        data = (data.astype(np.int16) - 128) * 256
    return np.ascontiguousarray(data.T)


def _in_channels(block: Native, num: int) -> Native:
    """Mono or stereo in so many channels, at the same level; others already have them."""
    if block.shape[1] == num:
        return block
    return np.repeat(block, num, axis=1) if num > 1 else block.mean(axis=1, keepdims=True).astype(block.dtype)


def as_float(block: Native) -> NDArray[np.float32]:
    """The same samples as float32, -1..1."""
    if np.issubdtype(block.dtype, np.integer):
        return (block / np.float64(2 ** (8 * block.dtype.itemsize - 1))).astype(np.float32)
    return block.astype(np.float32)
