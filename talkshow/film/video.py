"""Frames and sound to a file, streamed; and what a finished file really holds.

An episode is encoded once, in segments of a fixed number of frames that each start with a keyframe; joining copies
them. So an interrupted episode goes on where it stopped, and ends with the same pictures as one that was not.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from talkshow.clock import FPS, TRACK_RATE, TRACK_SAMPLES_PER_FRAME
from talkshow.errors import VideoError
from talkshow.geometry import Frame, Size
from talkshow.media.allowed import EPISODES, MOST_PIXELS
from talkshow.media.opening import open_media
from talkshow.sound.waveform import Samples, played_blocks, played_channels
from talkshow.store.digests import digest, identity

SEGMENT_FRAMES = 100  # 4 s: short enough to lose little, long enough to compress well
# One thread an encoder: segments run side by side, and x264 gives other bytes with another number of threads.
_X264 = {"preset": "veryfast", "crf": "20", "threads": "1", "x264-params": f"keyint={SEGMENT_FRAMES}:scenecut=0"}
REVISION = 1  # raise when the same frames would be encoded, or joined, differently
_AAC_BITS = {1: 160_000, 2: 224_000}  # a second, by number of channels
_LAYOUTS = {1: "mono", 2: "stereo"}
_BT709, _BT601 = 1, 6  # numbers of ITU-T H.273
_TIME_BASE = Fraction(1, FPS * 512)  # ticks of the video stream: 512 a frame, as mp4 files usually have


class SegmentsDiffer(VideoError):
    """Segments that do not make one video; to be filmed again."""


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Errors of the codec library as ours; what the operating system says keeps its errno for the workspace."""
    try:
        yield
    except av.FFmpegError as exc:
        if isinstance(exc, OSError) and exc.errno and exc.errno > 0:
            raise OSError(exc.errno, exc.strerror, str(path)) from exc
        raise VideoError(f"{path}: cannot read or write this video: {exc}") from exc


@functools.cache
def encoder_identity() -> str:
    """All that decides how frames are drawn on and encoded: settings, PyAV, its FFmpeg, the build of x264, OpenCV.

    x264 says in its first packet which build it is and its settings. Segments of different builds may have
    different headers, and then cannot be joined by copying.
    """
    stream: Any = av.CodecContext.create("libx264", "w")
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
    stream.time_base, stream.framerate, stream.options = Fraction(1, FPS), Fraction(FPS), dict(_X264)
    ramp = np.tile(np.arange(64, dtype=np.uint8) * 4, (96, 1))
    picture = av.VideoFrame.from_ndarray(ramp, format="yuv420p")
    picture.pts = 0
    sample = b"".join(bytes(packet) for packet in (*stream.encode(picture), *stream.encode(None)))
    return identity(
        "video",
        REVISION,
        SEGMENT_FRAMES,
        av.__version__,
        json.dumps(av.library_versions, sort_keys=True),
        cv2.__version__,
        digest(sample),
    )


def encode_segment(path: Path, frames: Iterable[Frame], size: Size) -> int:
    """Encode frames (H, W, 3) RGB as H.264 yuv420p without sound. Returns how many there were."""
    width, height = size
    count = 0
    with _translated(path), av.open(str(path), "w", format="mp4") as container:
        stream: Any = container.add_stream("libx264", rate=FPS, options=_X264)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, FPS)
        stream.codec_context.color_primaries = stream.codec_context.color_trc = _BT709
        stream.codec_context.colorspace = _BT601  # the matrix of cv2's conversion below
        for index, frame in enumerate(frames):
            planes: Any = cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420)
            picture = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            picture.pts, picture.time_base = index, Fraction(1, FPS)
            container.mux(stream.encode(picture))
            count += 1
        container.mux(stream.encode(None))
    return count


def join_segments(
    path: Path,
    segments: Sequence[Path],
    mix: Path,
    metadata: dict[str, str],
    progress: Callable[[int, int], object] = lambda *_: None,
) -> None:
    """Copy segments one after the other and add the sound as AAC 48 kHz.

    mix: WAV of any rate; one or two channels stay as they are, more become one. Reports (segments done, in all).
    Raises SegmentsDiffer when a segment does not fit the first one.
    """
    channels = played_channels(mix)
    with _translated(path), av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as out:
        out.metadata.update(metadata)
        with open_media(segments[0], VideoError, formats=EPISODES, pictures=True, own=True) as first:
            template: Any = first.streams.video[0]
            video: Any = out.add_stream_from_template(template)
            headers = bytes(template.codec_context.extradata)
        video.time_base = _TIME_BASE
        sound: Any = out.add_stream("aac", rate=TRACK_RATE, layout=_LAYOUTS[channels], bit_rate=_AAC_BITS[channels])
        blocks = _sound_frames(mix, channels)
        start, ahead = 0, None  # ahead: ticks by which frames are decoded before they show
        for number, segment in enumerate(segments):
            progress(number, len(segments))
            with open_media(segment, VideoError, formats=EPISODES, pictures=True, own=True) as part:
                source: Any = part.streams.video[0]
                if bytes(source.codec_context.extradata) != headers:
                    raise SegmentsDiffer(f"{segment}: this segment was encoded in another way than the first one")
                ticks = source.time_base / _TIME_BASE
                count = 0
                for packet in part.demux(source):
                    if packet.dts is None:
                        continue
                    if ahead is None:
                        ahead = int((packet.pts - packet.dts) * ticks)
                    packet.pts = int(packet.pts * ticks) + start * 512
                    # one per frame, not as in the segment: a last one of a frame or two has no frames to reorder, and
                    # its decoding times would leave a gap
                    packet.dts = (start + count) * 512 - ahead
                    packet.duration = 512
                    packet.time_base = _TIME_BASE
                    packet.stream = video
                    out.mux(packet)
                    count += 1
                start += count
                for block in _until(blocks, start * TRACK_SAMPLES_PER_FRAME):
                    out.mux(sound.encode(block))
        for block in blocks:
            out.mux(sound.encode(block))
        out.mux(sound.encode(None))
        progress(len(segments), len(segments))


def _sound_frames(mix: Path, num_channels: int) -> Iterator[av.AudioFrame]:
    """The mix at 48 kHz in blocks of about a second, (num_channels, num_samples) float32 with presentation times."""
    position = 0
    for block in played_blocks(mix):
        if not len(block):
            continue
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block.T), format="fltp", layout=_LAYOUTS[num_channels])
        frame.sample_rate, frame.pts, frame.time_base = TRACK_RATE, position, Fraction(1, TRACK_RATE)
        position += len(block)
        yield frame


def _until(blocks: Iterator[av.AudioFrame], end: int) -> Iterator[av.AudioFrame]:
    """Blocks that begin before a sample position, so that sound and picture are interleaved in the file."""
    for block in blocks:
        yield block
        if (block.pts or 0) + block.samples >= end:
            return


@dataclass(frozen=True)
class Probe:
    """What a finished file holds."""

    num_frames: int
    size: Size
    fps: Fraction
    pixel_format: str
    video_codec: str
    audio_codec: str
    sample_rate: int
    num_samples: int  # as the file's own edit list says they are played

    @property
    def video_s(self) -> float:
        """Length of the picture in seconds."""
        return float(self.num_frames / self.fps)

    @property
    def audio_s(self) -> float:
        """Length of the sound in seconds."""
        return self.num_samples / self.sample_rate


def probe(path: Path, *, own: bool = False) -> Probe:
    """Read a video's packets.  own: this program has just written it.

    Raises VideoError when it has no picture or no sound.
    """
    with _translated(path), open_media(path, VideoError, formats=EPISODES, pictures=True, own=own) as container:
        if not container.streams.video or not container.streams.audio:
            raise VideoError(f"{path}: this file does not hold both picture and sound.")
        video, audio = container.streams.video[0], container.streams.audio[0]
        frames = sum(1 for packet in container.demux(video) if packet.size)
        context: Any = video.codec_context
        samples = int((audio.duration or 0) * audio.time_base * audio.rate) if audio.time_base else 0
        return Probe(
            frames,
            (context.width, context.height),
            Fraction(video.average_rate or 0),
            context.pix_fmt or "",
            context.name,
            audio.codec_context.name,
            audio.rate,
            samples,
        )


def picture_size(path: Path) -> Size:
    """(width, height) of a video. Raises VideoError when there is no picture in it, or it cannot be read."""
    with _translated(path), open_media(path, VideoError, formats=EPISODES, pictures=True) as container:
        if not container.streams.video:
            raise VideoError(f"{path}: there is no picture in this file.")
        context: Any = container.streams.video[0].codec_context
        if context is None or not 0 < context.width * context.height <= MOST_PIXELS:
            raise VideoError(f"{path}: its picture has no size, or more than {MOST_PIXELS // 1_000_000} megapixels.")
        return int(context.width), int(context.height)


def decode_frames(path: Path, first: int, last: int, every: int = 1) -> Iterator[tuple[int, Frame]]:
    """(number, picture) of frames first..last-1, numbered by the times at which the file shows them.

    every: 3 gives each third of them. A file with more frames per second than ours gives each number once.
    Raises VideoError when the file cannot be read.
    """
    with _translated(path), open_media(path, VideoError, formats=EPISODES, pictures=True) as container:
        stream: Any = container.streams.video[0]
        stream.codec_context.thread_count = 1  # who wants more reads stretches side by side
        stream.codec_context.options = {"max_pixels": str(MOST_PIXELS)}
        container.seek(round(first / FPS / stream.time_base), stream=stream)
        due = first
        for frame in container.decode(stream):
            index = round((frame.time or 0.0) * FPS)
            if index >= last:
                return
            if index >= due and (index - first) % every == 0:
                due = index + 1
                yield index, frame.to_ndarray(format="rgb24")


def decode_sound(path: Path) -> Iterator[tuple[int, Samples]]:
    """(first sample, (num,) float32 mono at 48 kHz) block by block, placed by the times at which the file plays them.

    Yields nothing when the file holds no sound. Raises VideoError when it cannot be read.
    """
    with _translated(path), open_media(path, VideoError, formats=EPISODES, pictures=True) as container:
        if not container.streams.audio:
            return
        resampler = av.AudioResampler(format="fltp", rate=TRACK_RATE)  # its way of making mono changes the level
        position = None
        for decoded in container.decode(container.streams.audio[0]):
            if position is None:
                position = round((decoded.time or 0.0) * TRACK_RATE)
            as_written = decoded.rate == TRACK_RATE and decoded.format.name == "fltp"
            for frame in [decoded] if as_written else resampler.resample(decoded):
                planes = frame.to_ndarray()
                yield position, planes[0] if len(planes) == 1 else planes.mean(axis=0)
                position += frame.samples


def check_lengths(path: Path) -> Probe:
    """Probe a video that was just written: picture and sound must end within one frame of each other.

    Raises SegmentsDiffer when they do not.
    """
    found = probe(path, own=True)
    if abs(found.video_s - found.audio_s) > 1 / FPS + 1e-6:
        raise SegmentsDiffer(f"{path}: the picture lasts {found.video_s:.3f} s, the sound {found.audio_s:.3f} s")
    return found
