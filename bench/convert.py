"""How long a conversion takes, how much memory, and whether its faces are in sync: whole processes, printed as JSON.

    python bench/convert.py talk.wav --image two_people.png
    python bench/convert.py talk.wav --image two_people.png --minutes 30    # over and over: memory over length

Wall time is given as a share of the recording's length. Further arguments go to `talkshow convert`.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from episode import run


def repeated(recording: Path, minutes: float, to: Path) -> Path:
    """The recording over and over until it is so long; itself where no length is asked for."""
    if not minutes:
        return recording
    sound, rate = soundfile.read(recording, dtype="int16", always_2d=True)
    with soundfile.SoundFile(to, "w", rate, sound.shape[1], "PCM_16") as file:
        left = round(minutes * 60 * rate)
        while left > 0:
            file.write(np.ascontiguousarray(sound[:left]))
            left -= len(sound)
    return to


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("recording", type=Path)
    parser.add_argument("--image", type=Path)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--size", default="1280x720")
    options, further = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        recording = repeated(options.recording, options.minutes, Path(folder) / "long.wav")
        arguments = ["convert", str(recording), "--size", options.size, "-o", folder, "--name", "e", "-q", *further]
        arguments += ["--image", str(options.image)] if options.image else []
        wall, cpu, memory = run(arguments)
        manifest: dict[str, Any] = json.loads((Path(folder) / "e/manifest.json").read_text(encoding="utf-8"))
    length = manifest["duration_s"]
    print(
        json.dumps(
            {
                "recording_s": length,
                "cores": os.cpu_count(),
                "wall_s": round(wall, 2),
                "wall_share": round(wall / length, 3),
                "cpu_s": round(cpu, 2),
                "peak_rss_mb": round(memory),
                "stages_s": {name: stage["seconds"] for name, stage in manifest["stages"].items()},
                "speakers": [row["name"] for row in manifest["characters"]],
                "check": manifest.get("check"),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
