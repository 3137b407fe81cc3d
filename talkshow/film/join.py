"""Joining finished videos, with moviepy: episodes to a season, an intro before, an outro after."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from talkshow.clock import FPS, TRACK_RATE
from talkshow.errors import VideoError
from talkshow.film.reader import FilmPictures, FilmSound
from talkshow.machine import libraries
from talkshow.machine.errors import system_errors
from talkshow.machine.workers import worker_count
from talkshow.store.files import scratch
from talkshow.store.outfile import WrittenFiles, require_free, writing


def join_videos(clips: Sequence[Path], out: Path, fade_s: float = 0.0, *, overwrite: bool = False) -> Path:
    """Write the clips one after the other, in the size of the first; others are fitted into it on black.

    `fade_s` seconds of black fade are added at each joint. The file is encoded again, as sizes may differ.
    Raises VideoError when a clip cannot be read or the result cannot be written, WorkspaceError when `out` is one of
    the clips, or (unless `overwrite`) a file that talkshow did not write.
    """
    libraries.load("cv2", "moviepy")
    from moviepy import concatenate_videoclips, vfx

    written = WrittenFiles()
    require_free(out, written, overwrite=overwrite, inputs=clips)
    with contextlib.ExitStack() as opened:
        parts: list[Any] = []
        for path in clips:
            part = _clip(path, opened)
            width, height = parts[0].size if parts else part.size
            scale = min(width / part.w, height / part.h)
            effects = [vfx.Resize(scale)] if abs(scale - 1) > 1e-6 else []
            if fade_s > 0:
                effects += [vfx.FadeIn(fade_s), vfx.FadeOut(fade_s)]
            parts.append(part.with_effects(effects))
        joined = opened.enter_context(concatenate_videoclips(parts, method="compose"))
        with system_errors(out), writing(out, written) as temporary, scratch(out.with_name(f"{out.name}.m4a")) as sound:
            temporary.touch()  # what the folder does not allow is said before the work
            _write(joined, temporary, sound, out)
    return out


def _write(joined: Any, path: Path, sound: Path, out: Path) -> None:
    try:
        joined.write_videofile(
            str(path),
            fps=FPS,
            codec="libx264",
            audio_codec="aac",
            audio_fps=TRACK_RATE,
            preset="veryfast",
            threads=worker_count(),
            logger=None,
            temp_audiofile=str(sound),
            ffmpeg_params=["-crf", "20", "-movflags", "+faststart", "-f", "mp4"],
        )
    except OSError as exc:
        raise VideoError(f"{out}: the joined video cannot be written: {_last_line(exc)}") from exc


def _last_line(error: OSError) -> str:
    """Of what ffmpeg said."""
    return str(error).strip().rpartition("\n")[2]


def _clip(path: Path, opened: contextlib.ExitStack) -> Any:
    """A film as a clip of moviepy, open as long as `opened`. Raises VideoError."""
    from moviepy import AudioClip, VideoClip

    pictures = opened.enter_context(FilmPictures(path))
    if pictures.duration_s <= 0:
        raise VideoError(f"{path}: this file does not say how long it is. Convert it to MP4 first.")
    clip = VideoClip(pictures.at, duration=pictures.duration_s).with_fps(FPS)
    if pictures.has_sound:
        sound = opened.enter_context(FilmSound(path))
        clip = clip.with_audio(AudioClip(sound.at, duration=pictures.duration_s, fps=TRACK_RATE))
    return clip
