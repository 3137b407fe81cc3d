"""Figures of the performance, before any picture: do closures close, how long does it take, how do people blink?

    python bench/motion.py                    # speaks a few lines with the default voices; prints JSON

`closures`: share of p, b, m in which the lip gap (jaw opened, lips not pressed) falls below 15 % of its median
while speaking; `phonemes` with the voice's phonemes, `sound` from the sound alone.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talkshow.cast.types import Voice
from talkshow.clock import FPS, TRACK_RATE, to_frames
from talkshow.performance.channels import Motion
from talkshow.performance.motion import ShowPerformance
from talkshow.script.model import Line, Say
from talkshow.span import Span
from talkshow.speech.base import SpeechRequest
from talkshow.speech.engines.kokoro import Kokoro
from talkshow.timeline.types import Cue, Timeline
from talkshow.words import Phoneme

LINES = {
    "af_heart": "Maybe people should stop making simple problems bigger, and remember to breathe.",
    "am_michael": "Peter and Bob compared apples, pumpkins and melons before breakfast.",
    "bf_emma": "The impossible number became public in September, much to my amusement.",
}
VOICES = Path(__file__).resolve().parent.parent / "voices"


class Sound:
    """A track held in memory."""

    def __init__(self, samples: NDArray[np.float32]) -> None:
        self.samples = samples

    def read(self, first_sample: int, num: int) -> NDArray[np.float32]:
        """As `TrackReader.read`."""
        found = self.samples[max(first_sample, 0) : max(first_sample + num, 0)]
        before = min(max(-first_sample, 0), num)
        return np.pad(found, (before, num - before - len(found)))


def spoken(engine: Kokoro, name: str, start_s: float) -> tuple[Cue, NDArray[np.float32]]:
    """One line of LINES as a cue that starts at a time, and its sound at the track's rate."""
    language = "en-GB" if name.startswith("b") else "en-US"
    voice = Voice(name, "kokoro", language, "", "", "", folder=VOICES / name, data=f"{name}.bin")
    said = engine.speak(SpeechRequest(LINES[name], voice))
    phonemes = tuple(Phoneme(one.symbol, one.span.shifted(start_s)) for one in said.phonemes)
    end_s = start_s + np.ceil(said.waveform.duration_s * FPS) / FPS
    return (
        Cue(Line(name, (Say(LINES[name]),)), 0, 0, Span(start_s, end_s), (), phonemes),
        said.waveform.resampled(TRACK_RATE).samples,
    )


def closed_share(motion: Motion, cue: Cue) -> float:
    """Share of p, b, m in which the gap falls below 15 % of its median while the mouth is open."""
    gap = motion["jaw"] * (1 - motion["press"])
    speaking = np.median(gap[to_frames(cue.span.start_s) : to_frames(cue.span.end_s)])
    middles = [int((one.span.start_s + one.span.end_s) / 2 * FPS) for one in cue.phonemes if one.symbol in "pbm"]
    return float(np.mean([gap[middle - 1 : middle + 2].min() < 0.15 * speaking for middle in middles]))


def main() -> None:
    """Measure and print."""
    engine = Kokoro()
    cues, sounds, clock = [], {}, 1.0
    for name in LINES:
        cue, samples = spoken(engine, name, clock)
        cues.append(cue)
        sounds[name] = Sound(np.concatenate([np.zeros(round(clock * TRACK_RATE), np.float32), samples]))
        clock = cue.span.end_s + 0.4
    whole = (Span(0.0, clock),)
    scripted = ShowPerformance(Timeline(tuple(cues), tuple(LINES), whole, clock), sounds, {})
    recorded = ShowPerformance(Timeline((), tuple(LINES), whole, clock), sounds, {})
    num_frames = to_frames(clock)
    figures: dict[str, object] = {}
    for kind, performance in (("phonemes", scripted), ("sound", recorded)):
        performance.motion(cues[0].speaker, 0, 1)  # loudness is measured on first use
        began = time.process_time()
        closed = [closed_share(performance.motion(cue.speaker, 0, num_frames), cue) for cue in cues]
        cpu_s = time.process_time() - began
        figures[kind] = {
            "closures": round(float(np.mean(closed)), 3),
            "cpu_ms_per_100_frames": round(1e5 * cpu_s / (num_frames * len(cues)), 2),
        }
    idle_s = 1200.0
    idle = ShowPerformance(Timeline((), ("A",), (Span(0, idle_s),), idle_s), {"A": Sound(np.zeros(0, np.float32))}, {})
    gaps_s = np.diff(np.flatnonzero(idle.motion("A", 0, to_frames(idle_s))["blink"] == 1)) / FPS
    figures["blinks"] = {
        "mean_s": round(float(gaps_s.mean()), 2),
        "spread": round(float(gaps_s.std() / gaps_s.mean()), 2),
        "shortest_s": float(gaps_s.min()),
        "longest_s": float(gaps_s.max()),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
