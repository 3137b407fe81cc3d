"""Joining finished videos, with moviepy: episodes to a season, an intro before, an outro after."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from talkshow.clock import FPS, TRACK_RATE
from talkshow.errors import VideoError
from talkshow.outfile import WrittenFiles, require_free, writing


def join_videos(clips: Sequence[Path], out: Path, fade_s: float = 0.0, *, overwrite: bool = False) -> Path:
    """Write the clips one after the other, in the size of the first; others are fitted into it on black.

    `fade_s` seconds of black fade stand at each joint. The file is encoded anew, as sizes may differ.
    Raises VideoError when a clip cannot be read or the result cannot be written, WorkspaceError when `out` is one of
    the clips, or (unless `overwrite`) a file that talkshow did not write.
    """
    from moviepy import VideoFileClip, concatenate_videoclips, vfx

    written = WrittenFiles()
    require_free(out, written, overwrite=overwrite, inputs=clips)
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
        joined = concatenate_videoclips(parts, method="compose")
        try:
            # moviepy writes the sound into a file of its own naming: in a folder of its own that meets no other
            with writing(out, written) as temporary, \
                    tempfile.TemporaryDirectory(prefix=".tmp-", dir=out.parent) as sound:
                joined.write_videofile(str(temporary), fps=FPS, codec="libx264", audio_codec="aac",
                                       audio_fps=TRACK_RATE, preset="veryfast",
                                       ffmpeg_params=["-crf", "20", "-movflags", "+faststart", "-f", "mp4"],
                                       temp_audiofile_path=sound, logger=None)
        except OSError as exc:
            raise VideoError(f"{out}: the joined video cannot be written: {str(exc).strip().splitlines()[-1]}") from exc
        finally:
            joined.close()
    return out
