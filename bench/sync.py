"""Does each face move with its own track? Measured from the finished video and the tracks alone, printed as JSON.

    python bench/sync.py episode.mp4 tracks/MAYA.wav tracks/LEO.wav              # an episode; tracks left to right
    python bench/sync.py --image two.png left.wav right.wav --size 832x480       # film recordings first

The measuring is that of `talkshow check` (`talkshow/check/`), for a video of which nothing is written down: faces are
looked for in its first frame, and it must not cut. `own` is the correlation of the mouth's opening with the level of
the face's track, `other` the highest with somebody else's; see `talkshow/check/figures.py` for the rest.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import soundfile
import soxr

from talkshow.check.figures import figures
from talkshow.check.filmed import FilmedShot
from talkshow.check.listening import Heard, listen
from talkshow.check.stretches import BLOCK, Stretch
from talkshow.check.watching import Mouth, watch
from talkshow.clock import FPS
from talkshow.faces.detect import detect_faces
from talkshow.film.video import decode_frames, picture_size
from talkshow.geometry import Box
from talkshow.shots.types import Panel, Shot, whole_frame


def watch_faces(video: Path, num_faces: int, seconds: float) -> list[Mouth]:
    """The mouths of the largest faces of a video's first frame, from left to right."""
    size, num_frames = picture_size(video), round(seconds * FPS)
    _, pixels = next(decode_frames(video, 0, 1))
    found = sorted(detect_faces(pixels), key=lambda face: -face.box.width)[:num_faces]
    if len(found) < num_faces:
        raise SystemExit(f"found {len(found)} faces in the video, {num_faces} tracks were given")
    seats = {str(number): face.box for number, face in enumerate(sorted(found, key=lambda face: face.box.left))}
    return list(watch_seats(video, seats, size, num_frames).values())


def watch_seats(video: Path, seats: dict[str, Box], size: tuple[int, int], num_frames: int) -> dict[str, Mouth]:
    """The mouths of faces whose boxes in the frame are known.  size: of the frames, which never cut."""
    frame = whole_frame(size)
    shot = FilmedShot(Shot(0, num_frames, 0, "wide", (Panel(frame, frame, tuple(seats)),)), seats, size)
    stretches = [Stretch(first, min(first + BLOCK, num_frames), shot) for first in range(0, num_frames, BLOCK)]
    return watch(video, stretches)


def report(mouths: Sequence[Mouth], tracks: Sequence[Path]) -> list[dict[str, object]]:
    """One row per face.  tracks: in the order of the faces."""
    heard: dict[str, Heard] = {str(number): listen(path) for number, path in enumerate(tracks)}
    rows = []
    for number, mouth in enumerate(mouths):
        found = figures(str(number), mouth, heard, (), 1)
        margin = None if found.own is None or found.other is None else found.own - found.other
        rows.append(
            {
                "face": number + 1,
                "by": mouth.by,
                "own": found.own,
                "other": found.other,
                "margin": margin,
                "lag_ms": found.lag_ms,
                "auc": found.auc,
                "silence_motion_share": found.silence_share,
                "own_within_speech": found.within_speech,
            }
        )
    return [{key: round(value, 3) if isinstance(value, float) else value for key, value in row.items()} for row in rows]


def film_recordings(image: Path, tracks: list[Path], size: tuple[int, int], video: Path) -> None:
    """A video of a picture whose faces speak recordings, without any script."""
    from talkshow.cast.types import StagedCharacter
    from talkshow.clock import TRACK_RATE, TRACK_SAMPLES_PER_FRAME
    from talkshow.film.video import encode_segment, join_segments
    from talkshow.performance.motion import ShowPerformance
    from talkshow.render.base import Stage
    from talkshow.render.portrait.view import Portrait
    from talkshow.sound.waveform import TrackReader, Waveform, save_wave
    from talkshow.span import Span
    from talkshow.timeline.types import Timeline

    cv2.setNumThreads(1)
    sounds = []
    for path in tracks:
        samples, rate = soundfile.read(path, always_2d=True)
        sounds.append(soxr.resample(samples.mean(1), rate, TRACK_RATE))
    num_frames = -(-max(map(len, sounds)) // TRACK_SAMPLES_PER_FRAME)
    sounds = [np.pad(sound, (0, num_frames * TRACK_SAMPLES_PER_FRAME - len(sound))) for sound in sounds]
    names = tuple(f"P{index}" for index in range(1, len(tracks) + 1))
    with tempfile.TemporaryDirectory() as folder:
        readers = {}
        for name, sound in zip(names, sounds, strict=True):
            save_wave(Path(folder) / f"{name}.wav", Waveform(sound.astype(np.float32), TRACK_RATE))
            readers[name] = TrackReader(Path(folder) / f"{name}.wav")
        duration = num_frames / FPS
        timeline = Timeline((), names, (Span(0.0, duration),), duration)
        view = Portrait().open(Stage(image, size, tuple(StagedCharacter(name) for name in names)))
        width, _ = view.picture_size
        positions = {name: box.center[0] / width for name, box in view.seats.items()}
        performance = ShowPerformance(timeline, readers, positions, 0)
        encode_segment(Path(folder) / "v.mp4", view.frames(performance, 0, num_frames), size)
        mix = np.clip(np.sum(sounds, axis=0), -1, 1).astype(np.float32)
        save_wave(Path(folder) / "mix.wav", Waveform(mix, TRACK_RATE))
        join_segments(video, [Path(folder) / "v.mp4"], Path(folder) / "mix.wav", {})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path, help="[VIDEO] TRACK TRACK ...: tracks from left to right")
    parser.add_argument("--image", type=Path, help="film this picture with the tracks first")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--keep", type=Path, help="where the filmed video is kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.image:
            video, tracks = options.keep or Path(folder) / "filmed.mp4", options.files
            width, height = options.size.split("x")
            film_recordings(options.image, tracks, (int(width), int(height)), video)
        else:
            video, tracks = options.files[0], options.files[1:]
        longest = max(soundfile.info(track).duration for track in tracks)
        print(json.dumps(report(watch_faces(video, len(tracks), longest), tracks), indent=1))


if __name__ == "__main__":
    main()
