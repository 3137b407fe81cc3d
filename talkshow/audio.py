"""Sound as values: mono float32 waveforms, read, written, resampled; alone in knowing sample formats."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talkshow.errors import AudioError

Samples = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Waveform:
    """Mono sound.  samples: (num_samples,) float32, nominally -1..1; sample_rate in Hz."""

    samples: Samples
    sample_rate: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate

    def resampled(self, sample_rate: int) -> Waveform:
        """The same sound at another sample rate (soxr, high quality)."""
        if sample_rate == self.sample_rate:
            return self
        import soxr

        samples = soxr.resample(self.samples, self.sample_rate, sample_rate)
        return Waveform(np.asarray(samples, np.float32), sample_rate)


def silence(seconds: float, sample_rate: int) -> Waveform:
    """Silence of a length in seconds."""
    return Waveform(np.zeros(round(seconds * sample_rate), np.float32), sample_rate)


def save_wave(path: Path, waveform: Waveform, subtype: str = "FLOAT") -> None:
    """Write a WAV file (`subtype` as soundfile names them: FLOAT, PCM_24, PCM_16).

    Raises AudioError when the file cannot be written.
    """
    import soundfile

    try:
        soundfile.write(path, waveform.samples, waveform.sample_rate, subtype=subtype, format="WAV")
    except (soundfile.LibsndfileError, OSError) as exc:
        raise AudioError(f"{path}: cannot write this sound file: {exc}") from exc


def load_wave(path: Path) -> Waveform:
    """Read a WAV or FLAC file, channels averaged to mono. Raises AudioError when it cannot be read."""
    import soundfile

    try:
        samples, sample_rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as exc:
        raise AudioError(f"{path}: cannot read this sound file: {exc}") from exc
    return Waveform(np.ascontiguousarray(samples.mean(axis=1)), int(sample_rate))
