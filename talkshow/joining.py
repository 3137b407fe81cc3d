"""Joining finished videos, with moviepy: episodes to a season, an intro before, an outro after."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from talkshow import libraries
from talkshow.clock import FPS, TRACK_RATE
from talkshow.errors import VideoError
from talkshow.storing import scratch, writing_output
from talkshow.workers import worker_count


def join_videos(clips: Sequence[Path], out: Path, fade_s: float = 0.0) -> Path:
    """Write the clips one after the other, in the size of the first; others are fitted into it on black.

    `fade_s` seconds of black fade stand at each joint. The file is encoded anew, as sizes may differ.
    Raises VideoError when a clip cannot be read or the result cannot be written.
    """
    libraries.load("cv2", "moviepy")
    from moviepy import VideoFileClip, concatenate_videoclips, vfx

    with contextlib.ExitStack() as opened:
        parts: list[Any] = []
        for path in clips:
            if not path.is_file():
                raise VideoError(f"{path}: there is no such video.")
            try:
                part = opened.enter_context(VideoFileClip(str(path)))
            except (OSError, KeyError, ValueError) as exc:
                raise VideoError(f"{path}: this is not a video that can be read.") from exc
            width, height = parts[0].size if parts else part.size
            scale = min(width / part.w, height / part.h)
            effects = [vfx.Resize(scale)] if abs(scale - 1) > 1e-6 else []
            if fade_s > 0:
                effects += [vfx.FadeIn(fade_s), vfx.FadeOut(fade_s)]
            parts.append(part.with_effects(effects))
        joined = opened.enter_context(concatenate_videoclips(parts, method="compose"))
        try:
            with writing_output(out) as temporary, scratch(out.with_name(f"{out.name}.m4a")) as sound:
                temporary.touch()                # what the folder does not allow is said before the work
                joined.write_videofile(str(temporary), fps=FPS, codec="libx264", audio_codec="aac",
                                       audio_fps=TRACK_RATE, preset="veryfast", threads=worker_count(), logger=None,
                                       temp_audiofile=str(sound),
                                       ffmpeg_params=["-crf", "20", "-movflags", "+faststart", "-f", "mp4"])
        except OSError as exc:
            if exc.errno is not None:            # the system's own; others hold what ffmpeg says
                raise
            raise VideoError(f"{out}: the joined video cannot be written: {_last_line(exc)}") from exc
    return out


def _last_line(error: OSError) -> str:
    """Of what ffmpeg said."""
    return str(error).strip().rpartition("\n")[2]
