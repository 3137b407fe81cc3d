"""Does each face move with its own track? Measured from the finished video and the tracks alone, printed as JSON.

    python bench/sync.py episode.mp4 tracks/MAYA.wav tracks/LEO.wav              # an episode; tracks left to right
    python bench/sync.py --image two.png left.wav right.wav --size 832x480       # film recordings first

For each face and track: the correlation of the lip gap with the track's level, the best lag, and how well the
motion of the mouth separates speech from silence (area under the ROC curve). `other` is the highest correlation
with somebody else's track. The analysis of the sound shares nothing with the one that drives the faces.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import av
import cv2
import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

FPS, RATE = 25, 16_000
Signal = NDArray[np.float64]


def track_level(path: Path, num_frames: int) -> tuple[Signal, NDArray[np.bool_]]:
    """(level 0..1 over a range of 30 dB, whether there is speech), one value a frame each."""
    samples, rate = soundfile.read(path, always_2d=True)
    sound = soxr.resample(samples.mean(1), rate, RATE)
    sound = np.append(sound[0], sound[1:] - 0.9 * sound[:-1])
    hop = RATE // FPS
    padded = np.pad(sound, (hop // 4, hop * (num_frames + 2)))
    energy = np.array([np.mean(padded[i * hop:i * hop + hop * 3 // 2] ** 2) for i in range(num_frames)])
    level = 10 * np.log10(energy + 1e-12)
    audible = level > -90
    peak = np.percentile(level[audible], 97) if audible.any() else -90.0
    speech = level > max(peak - 28, -62)
    speech = np.convolve(speech, np.ones(5), "same") >= 2
    return np.clip((level - (peak - 30)) / 30, 0, 1), speech


def lip_gaps(video: Path, num_faces: int) -> Signal:
    """(num_frames, num_faces): inner lip gap as a share of the face's height, faces from left to right."""
    from talkshow.faces.detect import detect_faces
    from talkshow.faces.landmarks import find_landmarks, landmark_net
    from talkshow.render.base import Box

    net = landmark_net()
    rows, boxes = [], None
    with av.open(str(video)) as container:
        for frame in container.decode(video=0):
            pixels = frame.to_ndarray(format="rgb24")
            if boxes is None:
                found = sorted(detect_faces(pixels), key=lambda face: -face.box.width)[:num_faces]
                boxes = [face.box for face in sorted(found, key=lambda face: face.box.left)]
                if len(boxes) < num_faces:
                    raise SystemExit(f"found {len(boxes)} faces in the video, {num_faces} tracks were given")
            row = []
            for index, box in enumerate(boxes):
                points = np.asarray(find_landmarks(net, pixels, box).points)[:, :2]
                low, high = points.min(0), points.max(0)
                boxes[index] = Box(*low, *high)
                axis = points[152] - points[10]
                height = float(np.linalg.norm(axis))
                gaps = [max(0.0, float((points[a] - points[b]) @ axis) / height) for a, b in
                        ((14, 13), (87, 82), (317, 312))]
                row.append(np.mean(gaps) / height)
            rows.append(row)
    return np.array(rows)


def correlation(a: Signal, b: Signal) -> float:
    """Pearson's r; 0 where one of them is constant."""
    a, b = a - a.mean(), b - b.mean()
    scale = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / scale) if scale > 1e-12 else 0.0


def best_lag_ms(mouth: Signal, level: Signal, reach: int = 12) -> float:
    """By how much the mouth is late, from a parabola through the correlations around the best whole frame."""
    values = np.array([correlation(mouth[max(0, lag):len(mouth) + min(0, lag)],
                                   level[max(0, -lag):len(level) - max(0, lag)]) for lag in range(-reach, reach + 1)])
    best = int(values.argmax())
    offset = 0.0
    if 0 < best < len(values) - 1:
        left, mid, right = values[best - 1:best + 2]
        offset = 0.5 * (left - right) / (left - 2 * mid + right)
    return (best - reach + offset) * 1000 / FPS


def activity_auc(mouth: Signal, speech: NDArray[np.bool_]) -> float:
    """Probability that a frame with speech shows more motion of the mouth than one without."""
    motion = np.convolve(np.abs(np.diff(mouth, prepend=mouth[0])), np.ones(7) / 7, "same")
    order = np.argsort(motion, kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    count = int(speech.sum())
    silent = len(speech) - count
    return float((ranks[speech].sum() - count * (count + 1) / 2) / (count * silent)) if count and silent else 1.0


def report(gaps: Signal, tracks: list[Path]) -> list[dict[str, float]]:
    """One row a face.  gaps: (num_frames, num_faces); tracks in the order of the faces."""
    levels = [track_level(path, len(gaps)) for path in tracks]
    rows = []
    for face, (level, speech) in enumerate(levels):
        mouth = gaps[:, face] - np.percentile(gaps[:, face], 5)
        others = [correlation(mouth, other) for index, (other, _) in enumerate(levels) if index != face]
        own = correlation(mouth, level)
        quiet = ~(np.convolve(speech, np.ones(11), "same") > 0)
        motion = np.abs(np.diff(mouth, prepend=mouth[0]))
        rows.append({
            "face": face + 1, "own": round(own, 3), "other": round(max(others, default=0.0), 3),
            "margin": round(own - max(others, default=0.0), 3), "lag_ms": round(best_lag_ms(mouth, level), 1),
            "auc": round(activity_auc(mouth, speech), 3),
            "silence_motion_share": round(float(motion[quiet].mean() / motion[speech].mean()), 3),
            "own_within_speech": round(correlation(mouth[speech], level[speech]), 3)})
    return rows


def film_recordings(image: Path, tracks: list[Path], size: tuple[int, int], video: Path) -> None:
    """A video of a picture whose faces speak recordings, without any script."""
    from talkshow.audio import TrackReader, Waveform, save_wave
    from talkshow.clock import TRACK_RATE, TRACK_SAMPLES_PER_FRAME
    from talkshow.performance.motion import ShowPerformance
    from talkshow.render.base import Stage, StagedCharacter
    from talkshow.render.portrait.view import Portrait
    from talkshow.span import Span
    from talkshow.timeline import Timeline
    from talkshow.video import encode_segment, join_segments

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
        width = view.seat_picture().shape[1]
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
        print(json.dumps(report(lip_gaps(video, len(tracks)), tracks), indent=1))


if __name__ == "__main__":
    main()
