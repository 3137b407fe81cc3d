"""How long an episode takes, and how much memory: whole processes, printed as JSON.

    python bench/episode.py --image two_people.png          # portrait
    python bench/episode.py                                 # cartoon
    python bench/episode.py --minutes 10 --draft            # memory over length

`cold` is a first run (nothing kept); `cached` is a run in which the speech is kept and all frames are drawn and checked
again (another seed of the motion would change the gaps, so the segments are deleted); `again` is a run with all kept.
Wall times are given as shares of the episode's length.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOPICS = (
    "the oven",
    "a very small dog",
    "the last train",
    "your sister's wedding",
    "this old radio",
    "the weather",
    "a borrowed ladder",
    "the neighbour's drums",
    "the soup",
    "that map",
)
OPENINGS = (
    "I keep thinking about {}, and I cannot say why.",
    "Nobody warned me about {}, you know.",
    "So we are talking about {} again?",
    "If you ask me, {} was the whole problem.",
    "There is something honest about {}, I will give you that.",
)
REPLIES = (
    "You say that every single week, and every week I believe you.",
    "Fair. But think of the morning after.",
    "That is the nicest thing anyone has said all day.",
    "Wait, was that before or after the police came?",
    "I wrote it down, because I knew you would deny it.",
)
LINE_S = 3.4  # a line and its gap, about


def write_script(path: Path, minutes: float) -> None:
    """A dialogue of about so many minutes in which no line returns."""
    lines = ["title: A measured conversation", "cast:", "  MAYA: voice=af_heart", "  LEO: voice=am_michael"]
    for number in range(round(minutes * 60 / LINE_S / 2)):
        topic = TOPICS[number % 10]
        lines.append(f"MAYA: {OPENINGS[number // 10 % 5].format(topic)}")
        lines.append(f"LEO: {REPLIES[(number + number // 5) % 5]} That makes {number + 1}.")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(arguments: list[str]) -> tuple[float, float, float]:
    """(wall seconds, processor seconds, peak resident megabytes) of one `talkshow` process."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "talkshow", *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"talkshow {' '.join(arguments)} failed")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", type=Path)
    parser.add_argument("--script", type=Path, help="another script; the default is a dialogue made for this")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--draft", action="store_true")
    parser.add_argument("--skip-cached", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        script = options.script or Path(folder) / "measured.txt"
        if not options.script:
            write_script(script, options.minutes)
        arguments = ["render", str(script), "--size", options.size, "-o", folder, "--name", "e", "-q"]
        arguments += ["--image", str(options.image)] if options.image else []
        arguments += ["--draft"] if options.draft else []
        result = {"renderer": "portrait" if options.image else "cartoon", "size": options.size, "cores": os.cpu_count()}
        result["cold"] = measured(arguments, Path(folder))
        if not options.skip_cached:
            for kept in ("frames", "check"):
                shutil.rmtree(Path(folder) / "e/.work" / kept)
            (Path(folder) / "e/episode.mp4").unlink()
            result["cached"] = measured(arguments, Path(folder))
            result["again"] = measured(arguments, Path(folder))
    print(json.dumps(result, indent=1))


def measured(arguments: list[str], folder: Path) -> dict[str, object]:
    """One run as figures."""
    wall, cpu, memory = run(arguments)
    manifest = json.loads((folder / "e/manifest.json").read_text(encoding="utf-8"))
    length = manifest["duration_s"]
    film = manifest["stages"]["film"]["seconds"]
    return {
        "episode_s": length,
        "wall_s": round(wall, 2),
        "wall_share": round(wall / length, 3),
        "cpu_s": round(cpu, 2),
        "peak_rss_mb": round(memory),
        "speak_s": manifest["stages"]["speak"]["seconds"],
        "mix_s": manifest["stages"]["mix"]["seconds"],
        "film_s": film,
        "check_s": manifest["stages"]["check"]["seconds"],
        "film_fps": round(manifest["num_frames"] / film, 1) if film else None,
    }


if __name__ == "__main__":
    main()
