"""A film as moviepy's clips take it: the picture and the sound at any time, read through our own door.

moviepy's own reader starts an FFmpeg that opens whatever a file names. Here nothing but the file is opened, and no
frame is larger than it may be. Times are asked for in order: going back means to begin again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import TRACK_RATE
from talkshow.errors import VideoError
from talkshow.geometry import Frame, Size
from talkshow.media.allowed import MOST_PIXELS
from talkshow.media.opening import open_media

_EARLY_S = 1e-4  # by which a frame may be due later than it is asked for: rounding
_KEPT = 2 * TRACK_RATE  # samples behind those last asked for


class FilmPictures:
    """The frames of a film; a context manager.  duration_s: as the file says.

    Raises VideoError where no frame can be read.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._opened = path, contextlib.ExitStack()
        self.duration_s, self.has_sound = 0.0, False
        self._frames: Iterator[tuple[float, Frame]] = iter(())
        self._next: tuple[float, Frame] | None = self._begin()
        self._shown: tuple[float, Frame] = self._next
        self.size: Size = (self._shown[1].shape[1], self._shown[1].shape[0])

    def at(self, seconds: float) -> Frame:
        """(height, width, 3) uint8: what is shown at a time."""
        if seconds < self._shown[0] - _EARLY_S:
            self._shown = self._next = self._begin()
        while self._next is not None and self._next[0] <= seconds + _EARLY_S:
            self._shown, self._next = self._next, next(self._frames, None)
        return self._shown[1]

    def _begin(self) -> tuple[float, Frame]:
        """Open the film, and give its first frame."""
        self._opened.close()
        container: Any = self._opened.enter_context(open_media(self._path, VideoError, pictures=True))
        if not container.streams.video:
            raise VideoError(f"{self._path}: there is no picture in this file.")
        self.duration_s, self.has_sound = (container.duration or 0) / 1e6, bool(container.streams.audio)
        self._frames = self._decoded(container)
        first = next(self._frames, None)
        if first is None:
            size = "x".join(str(side) for side in (container.streams.video[0].width, container.streams.video[0].height))
            raise VideoError(
                f"{self._path}: no picture of {size} pixels in this file can be read, of at most "
                f"{MOST_PIXELS // 1_000_000} megapixels. Convert it to a smaller MP4 first."
            )
        return min(0.0, first[0]), first[1]

    def _decoded(self, container: Any) -> Iterator[tuple[float, Frame]]:
        """(seconds, frame), all of the size of the first."""
        stream = container.streams.video[0]
        if stream.codec_context is None:
            return
        stream.codec_context.options = {"max_pixels": str(MOST_PIXELS)}
        size: dict[str, int] = {}
        for frame in _frames_of(container, stream):
            turned = getattr(frame, "rotation", 0) // 90
            size = size or {"width": frame.width, "height": frame.height}
            pixels = frame.to_ndarray(format="rgb24", **size)
            yield _seconds(container, frame), np.ascontiguousarray(np.rot90(pixels, turned))

    def __enter__(self) -> FilmPictures:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._opened.close()


class FilmSound:
    """The sound of a film, in stereo at 48 kHz; silent where it has none; a context manager."""

    def __init__(self, path: Path) -> None:
        self._path, self._opened = path, contextlib.ExitStack()
        self._begin()

    def at(self, seconds: Any) -> NDArray[np.float32]:
        """(2,) of one time, (num, 2) of several."""
        wanted = np.atleast_1d(np.rint(np.asarray(seconds, np.float64) * TRACK_RATE).astype(np.int64))
        inside = wanted[wanted >= 0]
        if len(inside) and inside.min() < self._first:
            self._begin()
        if len(inside):
            self._read_to(int(inside.max()), int(inside.min()))
        samples = np.zeros((len(wanted), 2), np.float32)
        there = (wanted >= self._first) & (wanted < self._first + len(self._held))
        samples[there] = self._held[wanted[there] - self._first]
        return samples if np.ndim(seconds) else samples[0]

    def _begin(self) -> None:
        self._opened.close()
        container: Any = self._opened.enter_context(open_media(self._path, VideoError, pictures=True))
        self._blocks = self._decoded(container)
        self._first, self._held = 0, np.zeros((0, 2), np.float32)

    def _read_to(self, last: int, first: int) -> None:
        while self._first + len(self._held) <= last and (block := next(self._blocks, None)) is not None:
            self._held = np.concatenate([self._held, block])
            passed = min(first - _KEPT - self._first, len(self._held))
            if passed > 0:
                self._first, self._held = self._first + passed, self._held[passed:]

    def _decoded(self, container: Any) -> Iterator[NDArray[np.float32]]:
        """(num, 2) from the beginning of the film on."""
        import av

        kind: tuple[int, str, str] | None = None  # of sound: it may change on the way
        for decoded in _frames_of(container, container.streams.audio[0]):
            if kind is None:
                late = round(max(0.0, _seconds(container, decoded)) * TRACK_RATE)
                for first in range(0, late, TRACK_RATE):
                    yield np.zeros((min(TRACK_RATE, late - first), 2), np.float32)
            if kind != (kind := (decoded.sample_rate, decoded.layout.name, decoded.format.name)):
                # FFmpeg's way from mono to stereo changes the level by 3 dB
                mono = len(decoded.layout.channels) == 1
                resampler = av.AudioResampler(format="flt", layout="mono" if mono else "stereo", rate=TRACK_RATE)
                decoded.pts = None
            for frame in resampler.resample(decoded):
                block = np.asarray(frame.to_ndarray(), np.float32).reshape(-1, 1 if mono else 2)
                yield np.repeat(block, 2, axis=1) if mono else block

    def __enter__(self) -> FilmSound:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._opened.close()


def _frames_of(container: Any, stream: Any) -> Iterator[Any]:
    """All frames that can be decoded; broken ones are passed over, and where the file is lost it ends."""
    import av

    packets = iter(container.demux(stream))
    while True:
        try:
            frames = next(packets).decode()
        except StopIteration:
            return
        except av.InvalidDataError:
            continue
        except (av.FFmpegError, OSError):
            return
        yield from frames


def _seconds(container: Any, frame: Any) -> float:
    """When a frame is shown, from the beginning of the film."""
    return float((frame.time or 0.0) - (container.start_time or 0) / 1e6)
