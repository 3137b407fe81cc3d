"""The moving picture of README.md, made from an episode.

talkshow render scripts_in/two_hosts.txt --lines 1-4 --size 960x540 --shots calm --burn-captions -o /tmp/demo
python docs/moving_picture.py /tmp/demo/two_hosts.lines-1-4/episode.mp4
"""

from __future__ import annotations

import argparse
from pathlib import Path

import av
from PIL import Image

PICTURE = Path(__file__).with_name("demo.webp")
WIDTH, FPS, QUALITY = 480, 12.5, 62  # 12.5: every second frame of the video
LIMIT = 3_000_000  # bytes; a README must load quickly


def frames(video: Path) -> list[Image.Image]:
    """Every second frame, at the width of the picture."""
    with av.open(str(video)) as file:
        stream = file.streams.video[0]
        size = (WIDTH, round(WIDTH * stream.height / stream.width))
        shown = (frame for number, frame in enumerate(file.decode(stream)) if number % 2 == 0)
        return [frame.to_image().resize(size, Image.Resampling.LANCZOS) for frame in shown]


def main() -> None:
    """Write docs/demo.webp."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("video", type=Path)
    first, *others = frames(parser.parse_args().video)
    first.save(
        PICTURE,
        save_all=True,
        append_images=others,
        duration=round(1000 / FPS),
        loop=0,
        quality=QUALITY,
        method=6,
        allow_mixed=True,
    )
    size = PICTURE.stat().st_size
    if size > LIMIT:
        raise SystemExit(f"{PICTURE}: {size} bytes, more than {LIMIT}")
    print(f"{PICTURE}: {1 + len(others)} frames, {size} bytes")


if __name__ == "__main__":
    main()
