"""Estimates the probability of each class of speech sound, hop by hop, from sound alone.

A network with one hidden layer reads the levels of mel bands around a hop, each relative to the recent mean of the
band. A telephone, a distant microphone or a hum changes the mean and is removed with it. The coefficients are in
`hearing.json`, which says how they were fitted (`bench/hearing.py`).
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import TRACK_RATE
from talkshow.performance.lattice import Array, hann, smooth
from talkshow.performance.voicing import HOP_SAMPLES, Voicing

# Classes of sounds with a similar mouth shape, in phoneme symbols; the first one is silence, noise and music.
CLASSES = {
    "rest": "",
    "bilabial": "pbm",
    "labiodental": "fv",
    "dental": "θð",
    "alveolar": "tdnɾT",
    "lateral": "l",
    "sibilant": "sz",
    "postalveolar": "ʃʒʧʤ",
    "velar": "kɡŋh",
    "rhotic": "ɹ",
    "rounded": "w",
    "palatal": "j",
    "open": "ɑaæʌɐ",
    "mid": "ɛe",
    "neutral": "əᵊᵻɜɚ",
    "spread": "iɪ",
    "round close": "uʊ",
    "round mid": "oɔɒ",
}
REST, BILABIAL, LABIODENTAL = 0, 1, 2

WINDOW = 1536  # samples per spectrum: 32 ms
PAD = (WINDOW - HOP_SAMPLES) // 2  # sound needed on either side of the first and last hop
NUM_BANDS, LOW_HZ, HIGH_HZ = 18, 60.0, 7800.0
LOWEST_DB, HIGHEST_DB = -50.0, 30.0  # levels of a band relative to the speaking peak
MEAN_HOPS = 120  # hops on either side for the mean level of a band
OFFSETS = (-16, -11, -7, -4, -2, 0, 2, 4, 7, 11, 16)  # hops around each hop that the network uses
REACH = MEAN_HOPS + max(OFFSETS)  # hops needed on either side
SPEECH_HOPS = 100  # the share of speech is measured over one second:
SPEECH_SHARE, NOISE_SHARE = 0.60, 0.15  # above 0.7 in speech, up to 0.5 in music, below 0.1 in noise
_BLOCK_HOPS, _TRIED_BLOCKS = 500, 12

Coefficients = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Ear:
    """Coefficients.  mean, scale: (num_inputs,); hidden: (num_inputs, num_hidden); out: (num_hidden, num_classes)."""

    mean: Coefficients
    scale: Coefficients
    hidden: Coefficients
    hidden_bias: Coefficients
    out: Coefficients
    out_bias: Coefficients

    def likely(self, inputs: Array) -> Array:
        """Probabilities of CLASSES, (num_hops, num_classes), for the `inputs_of` some hops."""
        seen = (inputs.astype(np.float32) - self.mean) / self.scale
        hidden = np.tanh(seen @ self.hidden + self.hidden_bias)
        scores = (hidden @ self.out + self.out_bias).astype(np.float64)
        share = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(share / share.sum(axis=1, keepdims=True))


@lru_cache(maxsize=1)
def load_ear() -> Ear:
    """The bundled coefficients."""
    data = json.loads(files(__package__).joinpath("hearing.json").read_text(encoding="utf-8"))["coefficients"]
    parts = {
        name: np.frombuffer(base64.b64decode(part["float16"]), "<f2").reshape(part["shape"])
        for name, part in data.items()
    }
    return Ear(**{name: part.astype(np.float32) for name, part in parts.items()})


@lru_cache(maxsize=1)
def _mel_bands() -> NDArray[np.float32]:
    """(NUM_BANDS, WINDOW // 2 + 1) triangular weights, equally spaced in mel after Slaney, as in librosa.

    Written down here because importing librosa takes longer than hearing a minute of speech.
    """
    step, bend, growth = 200 / 3, 1000.0, np.log(6.4) / 27  # linear below 1 kHz, 15 mel there; logarithmic above
    mels = np.linspace(LOW_HZ / step, 15 + np.log(HIGH_HZ / bend) / growth, NUM_BANDS + 2)
    corners = np.where(mels < 15, step * mels, bend * np.exp(growth * (mels - 15)))
    away = corners[:, None] - np.fft.rfftfreq(WINDOW, 1 / TRACK_RATE)
    width = np.diff(corners)[:, None]
    return np.asarray(np.maximum(0, np.minimum(-away[:-2] / width[:-1], away[2:] / width[1:])), np.float32)


def band_levels(sound: NDArray[np.float32]) -> Array:
    """Levels in dB relative to full scale, (num_hops, NUM_BANDS); sound: num_hops hops, PAD samples on both sides."""
    from scipy import fft

    window = 0.5 + 0.5 * np.cos(np.linspace(-np.pi, np.pi, WINDOW + 1)[:-1])
    pieces = np.lib.stride_tricks.sliding_window_view(sound, WINDOW)[::HOP_SAMPLES].T
    spectrum = fft.rfft(window[:, None] * pieces, axis=0).astype(np.complex64)
    power = _mel_bands() @ (spectrum.real**2 + spectrum.imag**2)
    return np.asarray(10 * np.log10(power.T.astype(np.float64) / (3 / 16 * WINDOW**2) + 1e-8))


def inputs_of(bands_db: Array) -> Array:
    """The input of the network, (num_hops - 2 REACH, NUM_BANDS * len(OFFSETS)).

    bands_db: (num_hops, NUM_BANDS) relative to the speaking peak of the track.
    """
    levels = np.clip(bands_db, LOWEST_DB, HIGHEST_DB)
    # the mean of the loud hops, so that pauses do not count
    weight = np.clip((levels.mean(axis=1) + 45) / 15, 0.0, 1.0) + 1e-3
    kernel = hann(2 * MEAN_HOPS + 1)
    total = np.convolve(weight, kernel, "valid")
    mean = np.stack([np.convolve(weight * band, kernel, "valid") for band in levels.T], axis=1) / total[:, None]
    first, num = max(OFFSETS), len(levels) - 2 * REACH
    relative = levels[MEAN_HOPS:-MEAN_HOPS] - mean
    return np.concatenate([relative[first + offset : first + offset + num] for offset in OFFSETS], axis=1)


class Hearing:
    """The speech sounds of one track. Holds a bounded number of blocks; safe to share between threads."""

    def __init__(self, voicing: Voicing) -> None:
        self._voicing = voicing
        self._block = lru_cache(maxsize=64)(self._hear_block)

    def likely(self, first_hop: int, num_hops: int) -> Array:
        """Probabilities of CLASSES, (num_hops, num_classes)."""
        first, last = first_hop // _BLOCK_HOPS, (first_hop + num_hops - 1) // _BLOCK_HOPS
        blocks = [self._block(index) for index in range(first, last + 1)]
        offset = first_hop - first * _BLOCK_HOPS
        return np.concatenate(blocks)[offset : offset + num_hops]

    @cached_property
    def tells_speech(self) -> bool:
        """Whether speech can be distinguished from other sound: part of the track clearly is speech, or none is close.

        Otherwise the voice is of a kind that the network does not know, such as a kazoo. At most _TRIED_BLOCKS blocks
        with sound are tested, spread over the track.
        """
        num_blocks = -(-self._voicing.num_hops // _BLOCK_HOPS)
        order = sorted(range(num_blocks), key=lambda index: index * 0.618034 % 1)  # a low-discrepancy sequence
        tried, most = 0, 0.0
        for index in order:
            loud = self._voicing.loud(index * _BLOCK_HOPS, _BLOCK_HOPS) > 0.2
            if loud.sum() > _BLOCK_HOPS // 20:
                tried += 1
                share = smooth(1 - self._block(index)[:, REST], hann(SPEECH_HOPS))[loud]
                most = max(most, float(np.quantile(share, 0.9)))
            if most > SPEECH_SHARE or tried == _TRIED_BLOCKS:
                break
        return most > SPEECH_SHARE or most < NOISE_SHARE

    def _hear_block(self, index: int) -> Array:
        first, num = index * _BLOCK_HOPS - REACH, _BLOCK_HOPS + 2 * REACH
        if not self._voicing.loud(first, num).any():  # computing spectra costs more than computing levels
            return np.eye(len(CLASSES))[np.zeros(_BLOCK_HOPS, np.int64)]
        extra = -(-PAD // HOP_SAMPLES)
        sound = self._voicing.samples(first - extra, num + 2 * extra)
        edge = extra * HOP_SAMPLES - PAD
        bands_db = band_levels(sound[edge : len(sound) - edge]) - self._voicing.loudness.peak_db
        return load_ear().likely(inputs_of(bands_db))
