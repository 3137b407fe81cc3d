"""Lines that were spoken once by the bundled voices: sound, words and speech sounds, without loading a voice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

FOLDER = Path(__file__).parents[1] / "data/speech"
RATE = 48_000


@dataclass(frozen=True, eq=False)
class SpokenLine:
    """samples: (num_samples,) at 24 kHz.  words, phonemes: (text or symbol, start, end) in seconds."""

    voice: str
    text: str
    samples: NDArray[np.float64]
    words: tuple[tuple[str, float, float], ...]
    phonemes: tuple[tuple[str, float, float], ...]

    def at(self, rate: int) -> NDArray[np.float64]:
        """Its samples at another rate."""
        sound: NDArray[np.float64] = soxr.resample(self.samples, 24_000, rate)
        return sound


def spoken_lines(*files: str) -> list[SpokenLine]:
    """The lines of these files: `af_heart_1`, `af_heart_2`, `am_michael_1` to `am_michael_3`, `bf_emma_1`."""
    rows = {Path(row["file"]).stem: row for row in json.loads((FOLDER / "lines.json").read_text(encoding="utf-8"))}
    return [
        SpokenLine(
            row["voice"],
            row["text"],
            soundfile.read(FOLDER / row["file"])[0],
            *(tuple(map(tuple, row[key])) for key in ("words", "phonemes")),
        )
        for row in map(rows.__getitem__, files)
    ]


@dataclass(frozen=True, eq=False)
class Dialogue:
    """Lines of MAYA and LEO in turn.

    folder: holds mix.wav, MAYA.wav and LEO.wav, at RATE
    truth:  (speaker, start of the first word, end of the last) in seconds
    """

    folder: Path
    lines: tuple[tuple[str, SpokenLine], ...]
    truth: tuple[tuple[str, float, float], ...]

    @property
    def mix(self) -> Path:
        """All that is said."""
        return self.folder / "mix.wav"


def dialogue(
    folder: Path,
    files: Sequence[str] = ("af_heart_1", "am_michael_1", "af_heart_2", "am_michael_2"),
    rest_s: float = 0.6,
) -> Dialogue:
    """Write the sound of a conversation."""
    lines = tuple(zip(("MAYA", "LEO") * len(files), spoken_lines(*files), strict=False))
    length_s, truth = 0.4, []
    for name, line in lines:
        truth.append((name, length_s + line.words[0][1], length_s + line.words[-1][2]))
        length_s += len(line.samples) / 24_000 + rest_s
    tracks: dict[str, Any] = {name: np.zeros(round(length_s * RATE)) for name, _ in lines}
    for (name, line), (_, start_s, _) in zip(lines, truth, strict=True):
        first, sound = round((start_s - line.words[0][1]) * RATE), line.at(RATE)
        tracks[name][first : first + len(sound)] += sound[: len(tracks[name]) - first]
    for name, sound in (*tracks.items(), ("mix", sum(tracks.values()))):
        soundfile.write(folder / f"{name}.wav", sound, RATE, subtype="PCM_16")
    return Dialogue(folder, lines, tuple(truth))
