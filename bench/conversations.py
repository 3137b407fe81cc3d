"""Conversations with a known truth, built from the bundled voices: who speaks when, and what it sounds like.

A pool of short lines is spoken once per voice into a cache folder and recombined: turns, gaps, overlaps, backchannels,
levels, a telephone band, noise, a room. The truth is when each speaker's own clean track is heard: above 80 Hz louder
than 40 dB below its loudest moment, gaps under a quarter of a second closed. Below 80 Hz no voice speaks, but some of
the bundled ones hum for half a second after their last word, inaudibly and within those 40 dB.

    python bench/conversations.py FOLDER            # writes NAME.wav (16 kHz) and NAME.rttm
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talkshow.cast.catalogue import find_voice, load_voices
from talkshow.cast.types import Character, Voice
from talkshow.engines.resources import data_folder
from talkshow.script.model import Line, Say
from talkshow.sound.waveform import Waveform, save_wave
from talkshow.span import Span
from talkshow.speech.engines.kokoro import Kokoro
from talkshow.speech.shifting import moved
from talkshow.speech.speak import load_utterance, save_utterance, speak_line
from talkshow.timeline.rttm import to_rttm
from talkshow.timeline.turns import Turn

RATE = 16_000
LINES = (
    "The river was so low that summer that you could walk across it.",
    "Honestly, I never expected the answer to be that simple.",
    "Which of the two would you rather keep?",
    "My grandmother used to hide the good biscuits behind the flour.",
    "We measured it three times, and every time it came out different.",
    "That depends entirely on who is asking, doesn't it?",
    "There's a small workshop at the end of the road that still repairs them.",
    "I'd leave earlier, because the last bus never waits for anyone.",
    "Then the lights went out, and nobody said a word for a minute.",
    "People forget how loud a quiet street can be at night.",
    "You should have seen the look on their faces.",
    "It took four years, two accidents and a very patient teacher.",
)
FLOOR_DB, CLOSED_S, SHORTEST_S = -40.0, 0.25, 0.1
LOWEST_HZ = 80.0
HOP, WINDOW = 160, 400  # samples of the level meter
Sound = NDArray[np.float32]


@dataclass(frozen=True)
class Conversation:
    """How a conversation is built. voices: names, `name*1.15` is the voice moved by that factor."""

    name: str
    voices: tuple[str, ...]
    seconds: float
    overlap: float = 0.25  # share of turns that begin before the last has ended
    backchannels: float = 0.1  # share of turns under which somebody else says a word
    monologue: int = 1  # up to so many lines in a row
    level_db: float = 3.0  # by which speakers are louder or softer, at most
    noise_db: float | None = None  # signal to noise ratio
    phone: bool = False  # 300 to 3400 Hz
    room_s: float = 0.0  # reverberation time


CONVERSATIONS = (
    Conversation("woman_and_man_30s", ("af_heart", "bm_fable"), 30),
    Conversation("two_women", ("af_heart", "bf_emma"), 75, overlap=0.4),
    Conversation("two_women_whispering", ("af_nicole", "bf_emma"), 60, overlap=0.1),
    Conversation("two_men", ("am_michael", "am_fenrir"), 75, overlap=0.4),
    Conversation("two_british_men", ("bm_george", "bm_fable"), 60),
    Conversation("one_speaker", ("am_onyx",), 60),
    Conversation("one_woman_on_the_phone", ("af_heart",), 45, phone=True, noise_db=20),
    Conversation("three_with_overlap", ("bf_emma", "am_onyx", "bm_george"), 90, overlap=0.5),
    Conversation("three_in_a_noisy_room", ("af_heart", "am_michael", "am_fenrir"), 90, noise_db=15, room_s=0.3),
    Conversation("four", ("af_heart", "bf_emma", "am_michael", "bm_george"), 150, level_db=5),
    Conversation("five", ("af_heart", "af_nicole", "am_onyx", "bm_fable", "am_fenrir"), 180, overlap=0.15),
    Conversation("two_men_on_the_phone", ("am_fenrir", "bm_george"), 60, phone=True, noise_db=25),
    Conversation("backchannels", ("bf_emma", "am_michael"), 75, backchannels=0.7, monologue=3),
    Conversation("moved_voices", ("af_heart", "af_heart*0.82", "am_michael*1.2"), 90),
    Conversation("interview_10_min", ("am_michael", "af_heart"), 600, overlap=0.1, monologue=8),
)


def speak_pool(names: Sequence[str], cache: Path, lines: Sequence[str] = LINES) -> dict[str, list[Sound]]:
    """Every voice's lines, 16 kHz, trimmed; spoken where the cache has them not."""
    cache.mkdir(parents=True, exist_ok=True)
    catalogue = load_voices([data_folder("voices")])
    engine = Kokoro(threads=1)
    pool: dict[str, list[Sound]] = {}
    for name in names:
        base, _, factor = name.partition("*")
        voice = find_voice(base, catalogue)
        pool[name] = []
        for number, text in enumerate(lines):
            samples = spoken(text, voice, engine, cache / f"{base}_{number:02d}.npz")
            if factor:
                samples = moved(samples, float(factor))
            pool[name].append(trimmed(Waveform(samples, 24_000).resampled(RATE).samples))
    return pool


def spoken(text: str, voice: Voice, engine: Kokoro, path: Path) -> Sound:
    """A line at 24 kHz."""
    if not path.is_file():
        save_utterance(path, speak_line(Line("A", (Say(text),)), Character("A", voice), engine, {}, 0))
    return load_utterance(path).waveform.samples


def levels(samples: Sound) -> NDArray[np.float64]:
    """(num_steps,) effective values of what is above 80 Hz, a step being 10 ms."""
    from scipy.signal import butter, sosfiltfilt

    heard = sosfiltfilt(butter(4, LOWEST_HZ, "high", fs=RATE, output="sos"), samples.astype(np.float64))
    energy = np.concatenate([[0.0], np.cumsum(heard**2)])
    at = np.arange(max(1, (len(samples) - WINDOW) // HOP + 1)) * HOP
    return np.sqrt(np.maximum(0.0, energy[np.minimum(at + WINDOW, len(samples))] - energy[at]) / WINDOW)


def sounding(samples: Sound) -> list[Span]:
    """When a clean track sounds."""
    level = levels(samples)
    loud = np.diff(np.concatenate([[0], (level > level.max() * 10 ** (FLOOR_DB / 20)).astype(int), [0]]))
    spans: list[Span] = []
    for begin, end in zip(np.nonzero(loud == 1)[0].tolist(), np.nonzero(loud == -1)[0].tolist(), strict=True):
        span = Span(begin * HOP / RATE, ((end - 1) * HOP + WINDOW) / RATE)
        if spans and span.start_s - spans[-1].end_s < CLOSED_S:
            span = spans.pop() | span
        spans.append(span)
    return [span for span in spans if span.duration_s >= SHORTEST_S]


def trimmed(samples: Sound) -> Sound:
    """Without silence at the ends."""
    spans = sounding(samples)
    return samples[max(0, round((spans[0].start_s - 0.03) * RATE)) : round((spans[-1].end_s + 0.03) * RATE)]


def build(plan: Conversation, pool: dict[str, list[Sound]]) -> tuple[Waveform, list[Turn]]:
    """The sound of a conversation and its true turns. The same plan gives the same conversation."""
    rng = np.random.default_rng([ord(letter) for letter in plan.name])
    gains = {voice: 10 ** (rng.uniform(-plan.level_db, plan.level_db) / 20) for voice in plan.voices}
    placed: list[tuple[str, int, Sound]] = []
    now, speaker = 0.5, ""
    while now < plan.seconds:
        others = [voice for voice in plan.voices if voice != speaker] or [speaker]
        speaker = str(rng.choice(others))
        for nth in range(rng.integers(1, plan.monologue + 1)):
            line = pool[speaker][rng.integers(len(LINES))] * gains[speaker]
            early = nth == 0 and placed and len(plan.voices) > 1 and rng.random() < plan.overlap
            now += -rng.uniform(0.1, 0.8) if early else rng.uniform(0.15, 0.8)
            placed.append((speaker, round(now * RATE), line))
            others = [voice for voice in plan.voices if voice != speaker]
            if others and rng.random() < plan.backchannels:
                placed.append(backchannel(str(rng.choice(others)), now, line, pool, gains, rng))
            now += len(line) / RATE
    num_samples = max(at + len(line) for _, at, line in placed) + RATE // 2
    tracks = {voice: np.zeros(num_samples, np.float32) for voice in plan.voices}
    for voice, at, line in placed:
        tracks[voice][at : at + len(line)] += line
    turns = [Turn(voice, span) for voice, track in tracks.items() if track.any() for span in sounding(track)]
    return Waveform(recorded(sum(tracks.values()), plan, rng), RATE), turns


def backchannel(
    voice: str,
    start_s: float,
    line: Sound,
    pool: dict[str, list[Sound]],
    gains: dict[str, float],
    rng: np.random.Generator,
) -> tuple[str, int, Sound]:
    """A word of half a second, softly, somewhere under a line."""
    word = pool[voice][rng.integers(len(LINES))][: round(rng.uniform(0.4, 0.8) * RATE)] * np.float32(gains[voice] * 0.6)
    fade = len(word) // 5
    word[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return voice, round((start_s + rng.uniform(0.2, 0.7) * len(line) / RATE) * RATE), word


def recorded(mix: Sound, plan: Conversation, rng: np.random.Generator) -> Sound:
    """What a microphone makes of it."""
    from scipy.signal import butter, fftconvolve, sosfilt

    if plan.room_s:
        times = np.arange(round(plan.room_s * RATE)) / RATE
        echo = rng.standard_normal(len(times)) * np.exp(-6.9 * times / plan.room_s) * 0.1
        echo[0] = 1.0
        mix = fftconvolve(mix, echo)[: len(mix)]
    if plan.phone:
        mix = sosfilt(butter(4, [300, 3400], "band", fs=RATE, output="sos"), mix)
    if plan.noise_db is not None:
        noise = sosfilt(butter(1, 1000, fs=RATE, output="sos"), rng.standard_normal(len(mix)))
        mix = mix + noise * np.sqrt(np.mean(mix**2) / np.mean(noise**2)) * 10 ** (-plan.noise_db / 20)
    return (0.7 * mix / np.abs(mix).max()).astype(np.float32)


def write(folder: Path, plans: Sequence[Conversation] = CONVERSATIONS) -> list[Path]:
    """NAME.wav and NAME.rttm of each plan; the lines are kept in `folder/lines`."""
    pool = speak_pool(sorted({voice for plan in plans for voice in plan.voices}), folder / "lines")
    paths = []
    for plan in plans:
        path = folder / f"{plan.name}.wav"
        waveform, turns = build(plan, pool)
        save_wave(path, waveform, "PCM_16")
        path.with_suffix(".rttm").write_text(to_rttm(turns, plan.name), encoding="utf-8")
        paths.append(path)
    return paths


def main() -> None:
    """Write all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    for path in write(parser.parse_args().folder):
        print(path)


if __name__ == "__main__":
    main()
