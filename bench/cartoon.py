"""How fast the drawn cast is drawn: one thread, no encoding, everybody moving. Prints JSON.

    python bench/cartoon.py [--frames 150]
    python bench/cartoon.py --sheet DIR          # contact sheets to look at, instead
    python bench/cartoon.py --cast docs/cast.png # the picture of docs/look.md, instead

`cpu_ms` and `fps` count the processor time of this process, so that a busy machine does not blur them;
`wall_fps` is by the clock.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from cartoon_sheets import cast_picture, write_sheets

from talkshow.render.base import CHANNEL, CHANNELS, Motion, Stage, StagedCharacter
from talkshow.render.cartoon.view import Cartoon
from talkshow.timeline import Timeline

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "look.md"
CASES = (((1280, 720), 1), ((1280, 720), 2), ((1280, 720), 4), ((1280, 720), 6), ((854, 480), 2), ((1920, 1080), 2),
         ((720, 1280), 2))
NAMES = ("MAYA", "LEO", "ANA", "TOM", "ZOE", "RAJ")


@dataclass(frozen=True)
class Restless:
    """Every channel of everybody in slow, smooth motion."""

    timeline: Timeline

    def motion(self, speaker: str, first: int, last: int) -> Motion:
        """Sines of frequencies that differ between channels and people."""
        frames = np.arange(first, last)[:, None]
        rates = 0.05 + 0.013 * np.arange(len(CHANNELS))[None, :] + 0.004 * NAMES.index(speaker)
        values = (0.5 + 0.5 * np.sin(frames * rates)).astype(np.float32)
        for angle in ("yaw", "pitch", "roll"):
            values[:, CHANNEL[angle]] = values[:, CHANNEL[angle]] * 12 - 6
        values[:, CHANNEL["press"]] *= 0.3
        return Motion(values)


def measure(size: tuple[int, int], num: int, frames: int) -> dict[str, object]:
    """Open a stage with `num` people and draw `frames` frames."""
    cast = tuple(StagedCharacter(name) for name in NAMES[:num])
    start = time.process_time()
    view = Cartoon().open(Stage(None, size, cast))
    opened = time.process_time() - start
    performance = Restless(Timeline((), tuple(c.name for c in cast), (), frames / 25))
    start, wall = time.process_time(), time.perf_counter()
    drawn = sum(1 for _ in view.frames(performance, 0, frames))
    spent, wall = time.process_time() - start, time.perf_counter() - wall
    return {"size": f"{size[0]}x{size[1]}", "people": num, "open_s": round(opened, 3),
            "cpu_ms": round(1000 * spent / drawn, 2), "fps": round(drawn / spent, 1),
            "wall_fps": round(drawn / wall, 1)}


def main() -> None:
    """Measure all cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=150)
    parser.add_argument("--sheet", type=Path, metavar="DIR", help="write contact sheets to this folder")
    parser.add_argument("--only", default="", metavar="WORD", help="only the sheets with this word in their name")
    parser.add_argument("--cast", type=Path, metavar="PNG", help="write the picture of docs/look.md to this file")
    chosen = parser.parse_args()
    if chosen.cast:
        cv2.imwrite(str(chosen.cast), cast_picture(GUIDE)[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
    elif chosen.sheet:
        print(*write_sheets(chosen.sheet, chosen.only), sep="\n")
    else:
        print(json.dumps({"cartoon": [measure(size, num, chosen.frames) for size, num in CASES]}, indent=2))


if __name__ == "__main__":
    main()
