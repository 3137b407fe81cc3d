"""How fast the faces of a picture are animated, everybody moving all the time. Prints JSON.

    python bench/portrait.py PICTURE [PICTURE ...] [--frames 100] [--threads 2]

`cpu_ms` is the processor time of one frame, `cpu_fps` what that makes on one processor: a busy machine does not
blur them as it does `wall_fps`. `film_ms` is the same with encoding, `film_fps_2` what two processors make of it;
`grown_mib` by how much the process has grown in the second half of the film. `still_std` is the mean temporal
standard deviation (of 255) of all pixels that moved by less than 1 in 95 % of the frames: it shows a wall that
wobbles.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from face_pictures import picture_of

from talkshow.cast.types import StagedCharacter
from talkshow.faces import find_faces, load_picture
from talkshow.film.video import encode_segment
from talkshow.performance.channels import CHANNEL, CHANNELS, Motion
from talkshow.render.base import Stage, StageView
from talkshow.render.portrait import Portrait
from talkshow.timeline.types import Timeline

SIZES = ((832, 480), (1280, 720), (1920, 1080))


@dataclass(frozen=True)
class Talkative:
    """Everybody speaks, blinks and sways in slow sines that differ from person to person."""

    timeline: Timeline

    def motion(self, speaker: str, first: int, last: int) -> Motion:
        """Every channel moves in every frame, so that nothing is skipped."""
        frames = np.arange(first, last)[:, None]
        rates = 0.05 + 0.013 * np.arange(len(CHANNELS))[None, :] + 0.004 * len(speaker)
        values = (0.5 + 0.5 * np.sin(frames * rates)).astype(np.float32)
        for channel, reach in (("yaw", 3.0), ("pitch", 2.0), ("roll", 1.5), ("lean", 0.5), ("gaze_x", 0.6)):
            values[:, CHANNEL[channel]] = values[:, CHANNEL[channel]] * 2 * reach - reach
        values[:, CHANNEL["press"]] *= 0.3
        return Motion(values)


def draw(view: StageView, performance: Talkative, first: int, last: int) -> None:
    """Draw frames and let them go."""
    for _ in view.frames(performance, first, last):
        pass


def film(view: StageView, performance: Talkative, size: tuple[int, int], num_frames: int) -> tuple[float, float]:
    """Processor seconds of drawing and encoding, and MiB by which the process grew in the second half."""
    half, sizes = num_frames // 2, []
    cpu = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        for first in (0, half):
            encode_segment(Path(folder) / f"{first}.mp4", view.frames(performance, first, first + half), size)
            sizes.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return time.process_time() - cpu, sizes[1] - sizes[0]


def measure(picture: Path, size: tuple[int, int], num_frames: int, num_threads: int) -> dict[str, object]:
    """One picture at one size."""
    names = ["A" * (index + 1) for index in range(len(find_faces(load_picture(picture))))]
    start = time.perf_counter()
    view = Portrait().open(Stage(picture, size, tuple(StagedCharacter(name) for name in names)))
    opened = time.perf_counter() - start
    performance = Talkative(Timeline((), tuple(names), (), num_frames / 25))
    draw(view, performance, 0, 3)
    share = num_frames // num_threads
    threads = [
        threading.Thread(target=draw, args=(view, performance, i * share, (i + 1) * share)) for i in range(num_threads)
    ]
    wall, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    drawn = share * num_threads
    film_cpu, grown = film(view, performance, size, num_frames)
    sample = np.array(list(view.frames(performance, 0, 24)), np.float32)
    spread = np.abs(sample - np.median(sample, axis=0)).max(axis=3)
    still = (spread < 1.5).mean(axis=0) > 0.95
    return {
        "picture": picture.name,
        "size": f"{size[0]}x{size[1]}",
        "faces": len(names),
        "threads": num_threads,
        "open_s": round(opened, 2),
        "cpu_ms": round(1e3 * cpu / drawn, 1),
        "cpu_fps": round(drawn / cpu, 1),
        "wall_fps": round(drawn / wall, 1),
        "film_ms": round(1e3 * film_cpu / num_frames, 1),
        "film_fps_2": round(2 * num_frames / film_cpu, 1),
        "grown_mib": round(grown, 1),
        "still_share": round(float(still.mean()), 3),
        "still_std": round(float(sample.std(axis=0).mean(axis=2)[still].mean()), 3),
    }


def main() -> None:
    """Measure every picture at every size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="+", help="as in face_pictures.py")
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        pictures = [picture_of(written, Path(folder))[0] for written in options.pictures]
        print(
            json.dumps(
                [measure(picture, size, options.frames, options.threads) for picture in pictures for size in SIZES],
                indent=1,
            )
        )


if __name__ == "__main__":
    main()
