"""Folders of finished episodes, written by hand: any picture, any sound, any shots, without the pipeline."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from talkshow.clock import FPS, TRACK_RATE, TRACK_SAMPLES_PER_FRAME
from talkshow.film.video import encode_segment, join_segments
from talkshow.sound.waveform import Waveform, save_wave

Picture = NDArray[np.uint8]
Sound = NDArray[np.float32]


def syllables(num_frames: int, spans_s: Sequence[tuple[float, float]], seed: int) -> tuple[Sound, NDArray[np.float64]]:
    """A hiss that swells five times a second while somebody speaks; and how open a mouth is in every frame."""
    rng = np.random.default_rng(seed)
    time = np.arange(num_frames * TRACK_SAMPLES_PER_FRAME) / TRACK_RATE
    knots = np.arange(0, time[-1] + 1, 0.1)
    swell = np.interp(time, knots, np.where(np.arange(len(knots)) % 2, rng.uniform(0.5, 1.0, len(knots)), 0.12))
    speaking = np.zeros(len(time))
    for start, end in spans_s:
        speaking[(time >= start) & (time < end)] = 1
    speaking = np.convolve(speaking, np.ones(2401) / 2401, "same")
    level = swell * speaking
    sound = (0.2 * level**2 * rng.normal(size=len(time))).astype(np.float32)
    middles = np.arange(num_frames) * TRACK_SAMPLES_PER_FRAME + TRACK_SAMPLES_PER_FRAME // 2
    return sound, level[middles]


def write_folder(
    folder: Path,
    frames: Iterable[Picture],
    tracks: Mapping[str, Sound],
    seats: Mapping[str, Sequence[float]],
    size: tuple[int, int],
    *,
    shots: Sequence[Mapping] = (),
    cues: Sequence[Mapping[str, Any]] = (),
) -> Path:
    """An episode with the files that a check reads.  seats: boxes in pixels of a picture as large as the frame."""
    (folder / "tracks").mkdir(parents=True)
    for name, sound in tracks.items():
        save_wave(folder / "tracks" / f"{name}.wav", Waveform(sound, TRACK_RATE))
    mix = np.sum(list(tracks.values()), axis=0).astype(np.float32)
    save_wave(folder / "mix.wav", Waveform(mix, TRACK_RATE), "PCM_24")
    duration_s = len(mix) / TRACK_RATE
    encode_segment(folder / "picture.mp4", frames, size)
    join_segments(folder / "episode.mp4", [folder / "picture.mp4"], folder / "mix.wav", {})
    whole = {"start_s": 0.0, "end_s": duration_s, "kind": "wide", "scene": 0, "on": list(seats), "crop": [0, 0, *size]}
    (folder / "timeline.json").write_text(
        json.dumps(
            {
                "fps": FPS,
                "duration_s": duration_s,
                "speakers": list(tracks),
                "cues": list(cues),
                "shots": list(shots) or [whole],
            }
        )
    )
    (folder / "manifest.json").write_text(
        json.dumps(
            {
                "settings": {"size": size},
                "scenes": [{"seats": seats, "picture_size": size}],
                "stages": {"mix": {"tracks": [f"tracks/{name}.wav" for name in tracks]}},
            }
        )
    )
    return folder


def robot(picture: Picture, box: Sequence[float], opening: float, nod: float = 0.0) -> Picture:
    """Draw a head of a few bold strokes into a box, which no face network takes for a face; the mouth is a slot."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    canvas = picture.copy()

    def bar(x0: float, y0: float, x1: float, y1: float, color: tuple[int, int, int]) -> None:
        shift = 4
        corners = [
            (round((left + x * width) * 16), round((top + y * height + nod) * 16)) for x, y in ((x0, y0), (x1, y1))
        ]
        cv2.rectangle(canvas, corners[0], corners[1], color, cv2.FILLED, cv2.LINE_AA, shift)

    bar(0, 0, 1, 1, (150, 152, 160))
    bar(0.08, 0.08, 0.92, 0.12, (110, 112, 120))
    for x in (0.16, 0.6):
        bar(x, 0.26, x + 0.24, 0.42, (40, 230, 235))
    bar(0.25, 0.70, 0.75, 0.72 + 0.16 * opening, (20, 20, 24))
    return canvas
