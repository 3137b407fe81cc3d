"""How fast the drawn cast is drawn and encoded, everybody moving without a rest. Prints JSON.

    python bench/cartoon.py [--frames 150]
    python bench/cartoon.py --sheet DIR          # contact sheets to look at, instead
    python bench/cartoon.py --cast docs/cast.png # the picture of docs/look.md, instead

`cpu_ms` is the processor time a frame takes to draw, `encoded_ms` to draw and encode, so that a busy machine does not
blur them; `fps_2_cores` is what two cores make of that, as segments are filmed side by side.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from cartoon_sheets import cast_picture, write_sheets

from talkshow.cast.types import StagedCharacter
from talkshow.film.video import encode_segment
from talkshow.performance.channels import CHANNEL, CHANNELS, Motion
from talkshow.render.base import Stage
from talkshow.render.cartoon.view import Cartoon
from talkshow.timeline.types import Timeline

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "look.md"
CASES = (
    ((1280, 720), 1, "studio"),
    ((1280, 720), 2, "studio"),
    ((1280, 720), 2, "living room"),
    ((1280, 720), 2, "stage"),
    ((1280, 720), 2, "street"),
    ((1280, 720), 4, "studio"),
    ((1280, 720), 6, "park"),
    ((854, 480), 2, "studio"),
    ((1920, 1080), 2, "studio"),
    ((720, 1280), 2, "kitchen"),
)
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


def measure(size: tuple[int, int], num: int, place: str, frames: int) -> dict[str, object]:
    """Open a stage with `num` people, draw `frames` frames, then draw and encode them."""
    cast = tuple(StagedCharacter(name) for name in NAMES[:num])
    start = time.process_time()
    view = Cartoon().open(Stage(None, size, cast, place))
    opened = time.process_time() - start
    performance = Restless(Timeline((), tuple(c.name for c in cast), (), frames / 25))
    start = time.process_time()
    drawn = sum(1 for _ in view.frames(performance, 0, frames))
    spent = time.process_time() - start
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        encode_segment(Path(folder) / "segment.mp4", view.frames(performance, 0, frames), size)
        encoded = time.process_time() - start
    return {
        "size": f"{size[0]}x{size[1]}",
        "people": num,
        "place": place,
        "open_s": round(opened, 3),
        "cpu_ms": round(1000 * spent / drawn, 2),
        "encoded_ms": round(1000 * encoded / drawn, 2),
        "fps_2_cores": round(2 * drawn / encoded, 1),
    }


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
        print(json.dumps({"cartoon": [measure(*case, chosen.frames) for case in CASES]}, indent=2))


if __name__ == "__main__":
    main()
