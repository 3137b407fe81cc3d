"""Recordings that tests convert: hummed conversations with a truth, in files of any kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 48_000
Turns = Sequence[tuple[str, float, float]]  # (speaker, start, end) in seconds

TURNS: Turns = (("A", 0.4, 2.0), ("B", 2.3, 3.9), ("A", 4.2, 5.2), ("B", 5.0, 6.2))
LENGTH_S = 6.7  # no whole number of video frames
PITCH = {"A": 210.0, "B": 110.0, "C": 160.0}


@dataclass(frozen=True)
class Hummed:
    """A conversation.  voices: (num_samples,) of each speaker, at RATE."""

    voices: dict[str, NDArray[np.float64]]

    @property
    def mix(self) -> NDArray[np.float64]:
        """All together."""
        return np.sum(list(self.voices.values()), axis=0)


def hummed(turns: Turns = TURNS, length_s: float = LENGTH_S) -> Hummed:
    """Syllables of a harmonic hum, each speaker at a pitch of their own."""
    return Hummed({name: voice.copy() for name, voice in _hummed(tuple(turns), length_s).items()})


@cache
def _hummed(turns: Turns, length_s: float) -> dict[str, NDArray[np.float64]]:
    times = np.arange(round(length_s * RATE)) / RATE
    voices = {}
    for speaker in dict.fromkeys(name for name, _, _ in turns):
        tone = sum(np.sin(2 * np.pi * PITCH[speaker] * k * times) / k for k in range(1, 12))
        syllables = 0.55 - 0.45 * np.cos(2 * np.pi * 4.1 * times)
        speaks = sum(((times >= start) & (times < end)).astype(float) for name, start, end in turns if name == speaker)
        voices[speaker] = 0.12 * tone * syllables * np.clip(speaks, 0, 1)
    return voices


def rttm(path: Path, turns: Turns = TURNS) -> Path:
    """Write the truth."""
    path.write_text(
        "".join(
            f"SPEAKER talk 1 {start:.3f} {end - start:.3f} <NA> <NA> {name} <NA> <NA>\n" for name, start, end in turns
        ),
        encoding="utf-8",
    )
    return path


def wav(path: Path, sound: NDArray[Any] | None = None, rate: int = RATE, subtype: str = "PCM_16") -> Path:
    """Write a file that soundfile knows (.wav, .flac); the default sound is the conversation's mix."""
    soundfile.write(path, hummed().mix if sound is None else sound, rate, subtype=subtype)
    return path


def coded(path: Path, codec: str, sound: NDArray[np.float64] | None = None, with_picture: bool = False) -> Path:
    """Write with a codec of FFmpeg into a container of the path's ending."""
    samples = (hummed().mix if sound is None else sound).astype(np.float32)[None]
    with av.open(str(path), "w") as container:
        picture: Any = container.add_stream("libx264", rate=25) if with_picture else None
        if picture is not None:
            picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        stream: Any = container.add_stream(codec, rate=RATE, layout="mono")
        resampler = av.AudioResampler(
            format=stream.codec_context.format,
            layout="mono",
            rate=RATE,
            frame_size=stream.codec_context.frame_size or None,
        )
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        for index in range(10 if picture is not None else 0):
            still = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 90, np.uint8), format="rgb24")
            still.pts, still.time_base = index, Fraction(1, 25)
            container.mux(picture.encode(still))
        if picture is not None:
            container.mux(picture.encode(None))
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path
