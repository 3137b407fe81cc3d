"""How well and how fast a diarizer hears who speaks when. Prints JSON.

    pip install -e '.[bench]'
    python bench/diarization.py FOLDER [--recordings OTHER] [--diarizer embedded] [--hours 2]

FOLDER gets the conversations of `conversations.py` where it lacks them; OTHER is a folder with pairs NAME.wav and
NAME.rttm. DER by pyannote.metrics, in per cent, overlap scored, the number of speakers free: without a collar, and with
0.25 s on each side of every edge. `cpu_rtf` is processor seconds a second of sound, of all threads together; `rtf` by
the clock.
`--hours` diarizes the longest recording repeated to that length, for memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from conversations import CONVERSATIONS, RATE, write

from talkshow.diarize.base import Diarizer, SpeakerCount
from talkshow.engines.registry import load
from talkshow.sound.waveform import TrackReader, TrackWriter
from talkshow.timeline.rttm import read_rttm
from talkshow.timeline.turns import Diarization, Turn


def measure(diarizer: Diarizer, path: Path) -> dict[str, Any]:
    """All figures of one recording that has a truth beside it."""
    with TrackReader(path) as recording:
        wall, cpu = time.perf_counter(), time.process_time()
        found = diarizer.diarize(recording, SpeakerCount(), lambda *_: None)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        seconds = recording.num_samples / recording.sample_rate
    truth = read_rttm(path.with_suffix(".rttm"), seconds)
    return {
        "name": path.stem,
        "seconds": round(seconds, 1),
        "speakers": len(truth.speakers),
        "found": len(found.speakers),
        "der": error_rate(truth, found, seconds, 0.0),
        "der_collar": error_rate(truth, found, seconds, 0.25),
        "rtf": round(wall / seconds, 3),
        "cpu_rtf": round(cpu / seconds, 3),
    }


def error_rate(truth: Diarization, found: Diarization, seconds: float, collar_s: float) -> float:
    """DER in per cent; `collar_s` on each side of an edge (pyannote's own `collar` is the whole width)."""
    from pyannote.core import Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    rate = DiarizationErrorRate(collar=2 * collar_s, skip_overlap=False)
    return round(100 * rate(annotation(truth.turns), annotation(found.turns), uem=Timeline([Segment(0, seconds)])), 2)


def annotation(turns: tuple[Turn, ...]) -> Any:
    """Turns as pyannote.metrics wants them."""
    from pyannote.core import Annotation, Segment

    result = Annotation()
    for number, turn in enumerate(turns):
        result[Segment(turn.span.start_s, turn.span.end_s), number] = turn.speaker
    return result


def hours_long(diarizer: Diarizer, path: Path, hours: float) -> dict[str, Any]:
    """Memory and speed on one recording repeated."""
    with tempfile.TemporaryDirectory() as folder, TrackReader(path) as recording:
        long = Path(folder) / "long.wav"
        num_samples = round(hours * 3600 * RATE)
        with TrackWriter(long, RATE, num_samples, "PCM_16") as file:
            written = 0
            while written < num_samples:
                block = recording.read(0, min(recording.num_samples, num_samples - written))
                file.write(block)
                written += len(block)
        before, cpu = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        with TrackReader(long) as whole:
            found = diarizer.diarize(whole, SpeakerCount(), lambda *_: None)
        return {
            "hours": hours,
            "found": len(found.speakers),
            "turns": len(found.turns),
            "cpu_rtf": round((time.process_time() - cpu) / hours / 3600, 3),
            "peak_rss_mb_before": before // 1024,
            "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recordings", type=Path, help="a folder of NAME.wav (16 kHz) with NAME.rttm")
    parser.add_argument("--diarizer", default="embedded")
    parser.add_argument("--hours", type=float, default=0.0)
    chosen = parser.parse_args()
    missing = [plan for plan in CONVERSATIONS if not (chosen.folder / f"{plan.name}.rttm").is_file()]
    if missing:
        write(chosen.folder, missing)
    built = [chosen.folder / f"{plan.name}.wav" for plan in CONVERSATIONS]
    given = sorted(chosen.recordings.glob("*.wav")) if chosen.recordings else []
    diarizer = load("diarizers", chosen.diarizer)
    rows = [measure(diarizer, path) for path in [*given, *built]]
    own = [row for row in rows if chosen.folder / f"{row['name']}.wav" in built]
    print(
        json.dumps(
            {
                "recordings": rows,
                "right_count": f"{sum(row['speakers'] == row['found'] for row in rows)} of {len(rows)}",
                "built_mean_der": round(statistics.mean(row["der"] for row in own), 2),
                "built_mean_der_collar": round(statistics.mean(row["der_collar"] for row in own), 2),
                "mean_cpu_rtf": round(statistics.mean(row["cpu_rtf"] for row in rows), 3),
                "long": hours_long(diarizer, max(built, key=lambda path: path.stat().st_size), chosen.hours)
                if chosen.hours
                else None,
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
