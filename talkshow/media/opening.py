"""Opens sound and video files. No other module does.

FFmpeg reads about three hundred formats. A few are lists of other files and hosts, and any of them may refer to one. So
FFmpeg gets an open file instead of a name, a list of allowed formats, and no protocol with which to open anything else.
It trusts the tables of a file, so they are counted before, and every file is first opened in a separate process.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from talkshow.errors import TalkshowError
from talkshow.machine.confined import Exceeded, run_confined
from talkshow.media.allowed import EPISODES, FORMATS, MOST_STREAMS, ffmpeg_options
from talkshow.media.mp4 import claimed_samples
from talkshow.store.inputs import is_address, open_file

_LOG = logging.getLogger(__name__)

if TYPE_CHECKING:
    from av.container import InputContainer

MOST_SAMPLES = 10_000_000  # index entries: 24 hours of video and sound have seven million
_BUFFER = 1 << 17  # bytes per read
_TRIAL = Path(__file__).with_name("trial.py")
_MEMORY, _SECONDS = 1_250_000_000, 10  # limits for reading a header
# how lists of files and addresses begin; the last two may be anywhere in their text
_LISTS = re.compile(
    rb"\A\s*(?:\xef\xbb\xbf)?\s*(?:#EXTM3U|ffconcat\s|\[playlist\]|\[reference\]|v=0\s|rtsptext|"
    rb"rtsp://|https?://|file://|<\?xml|<asx|<smil|<playlist|<rss)|\A[^\0]*(?:<mpd|^c=IN )",
    re.IGNORECASE | re.MULTILINE,
)
_LIST_ENDINGS = (".m3u", ".m3u8", ".pls", ".cue", ".asx", ".xspf", ".wpl", ".ffconcat", ".mpd", ".sdp")
_TRIED: set[tuple[object, ...]] = set()  # files that were opened without a fault in this process


@contextlib.contextmanager
def open_media(
    path: Path,
    error: type[TalkshowError],
    *,
    formats: tuple[str, ...] = FORMATS,
    pictures: bool = False,
    own: bool = False,
) -> Iterator[InputContainer]:
    """An open container of sound or video.

    formats:  allowed formats, by FFmpeg's names
    pictures: whether its pictures are needed; otherwise no video decoder runs, not even for cover art
    own:      this program has just written the file, so the trial is skipped
    Raises `error` for anything but a file, for formats that are not allowed, for lists of files, and for a header that
    cannot be read within the limits. Later failures raise FFmpeg's errors.
    """
    import av

    options = ffmpeg_options(formats, pictures)
    with contextlib.ExitStack() as opened:
        try:
            file = opened.enter_context(_Bounded(path))
        except OSError as exc:
            raise error(f"{path}: {_unopened(path, exc)}") from exc
        if not own:
            _try(path, file, options, error)
        file.seek(0)
        try:
            container: Any = opened.enter_context(
                av.open(file, options=options, metadata_errors="replace", buffer_size=_BUFFER)
            )
        except (av.FFmpegError, OSError) as exc:
            raise error(f"{path}: {_unread(exc, formats)}") from exc
        if len(container.streams) >= MOST_STREAMS:
            raise error(f"{path}: this file has {MOST_STREAMS} streams or more. Keep only those that you need.")
        yield container


def _try(path: Path, file: _Bounded, options: dict[str, str], error: type[TalkshowError]) -> None:
    """Raise `error` for a file that should not be opened in this process."""
    if _LISTS.search(file.beginning) or path.suffix.casefold() in _LIST_ENDINGS:
        raise error(
            f"{path}: this file is a playlist: it names other files instead of containing sound. Convert the "
            "files themselves."
        )
    tried = (file.identity, options["format_whitelist"], options["codec_whitelist"])
    if tried in _TRIED:
        return
    if claimed_samples(file.raw, file.size) > MOST_SAMPLES:
        raise error(f"{path}: its tables claim more samples than can be read. The file is damaged, or made to harm.")
    try:
        run_confined(_TRIAL, file.raw, (json.dumps(options),), memory=_MEMORY, seconds=_SECONDS)
    except Exceeded as exc:
        raise error(f"{path}: reading its header {exc}. The file is damaged, or made to harm.") from exc
    except OSError as exc:
        _LOG.info("%s: opened without a trial: %s", path, exc)
    _TRIED.add(tried)


class _Bounded:
    """A file for PyAV, read only up to the size that it had when it was opened."""

    def __init__(self, path: Path) -> None:
        self.raw = open_file(path)
        about = os.fstat(self.raw.fileno())
        self.size, self.identity = about.st_size, (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)
        self.beginning = self.raw.read(4096) or b""
        self._at = 0

    def read(self, num: int) -> bytes:
        """At most `num` bytes; none at the end of the file."""
        block = self.raw.read(max(0, min(num, self.size - self._at))) or b""
        self._at += len(block)
        return block

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """The new position."""
        self._at = self.raw.seek(
            self.size + offset if whence == os.SEEK_END else offset, os.SEEK_SET if whence == os.SEEK_END else whence
        )
        return self._at

    def tell(self) -> int:
        """The position of the next byte."""
        return self._at

    def __enter__(self) -> _Bounded:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.raw.close()


def _unopened(path: Path, exc: OSError) -> str:
    if isinstance(exc, FileNotFoundError):
        return (
            "this is an address, not a file. Download it first."
            if is_address(path)
            else "there is no such file. Check the path."
        )
    return f"this file cannot be read: {exc.strerror or exc}."


def _unread(exc: Any, formats: tuple[str, ...]) -> str:
    """What FFmpeg's error means."""
    reason = "it has another format" if exc.errno == errno.EINVAL else exc.strerror or exc
    if formats == EPISODES:
        return f"this file cannot be read as a video ({reason}). Episodes are MP4 files."
    return (
        f"this file cannot be read as sound or video ({reason}). Formats that work: wav, flac, mp3, m4a, ogg, "
        "opus, mp4, mkv, webm and others."
    )
