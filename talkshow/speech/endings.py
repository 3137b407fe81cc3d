"""The end of a clause: nothing is voiced after a voiceless last consonant.

Kokoro, bf_emma most of all, breathes out with a voice after short clauses that end in a voiceless consonant: "roof"
is heard as "roofer" and "left" as "lefty". In a real voiceless ending the sound below 500 Hz stays 39 dB and more
under the clause's loudest moment; in that breath it comes within 15 dB of it.
"""

from __future__ import annotations

import numpy as np

from talkshow.sound.waveform import Samples

VOICELESS = frozenset("ptkfsθʃʧ")
_CUTOFF_HZ = 500.0
_BLOCK_S = 0.01
_VOICELESS_DB, _VOICED_DB = -30.0, -24.0  # low band against the loudest moment: consonant under way; voice again
_FADE_S = 0.015


def without_breath(samples: Samples, rate: int, last_symbol: str, last_start_s: float) -> Samples:
    """`samples`, silent from where a voice returns after the last consonant; the same array when none does.

    samples: (num,) float32 mono; last_symbol: the clause's last phoneme; last_start_s: where it begins.
    """
    from scipy import signal

    block = round(_BLOCK_S * rate)
    num_blocks = len(samples) // block
    if last_symbol not in VOICELESS or num_blocks == 0:
        return samples
    low = signal.sosfiltfilt(signal.butter(4, _CUTOFF_HZ, fs=rate, output="sos"), samples)
    levels, whole = (
        np.sqrt(np.mean(band[: num_blocks * block].reshape(num_blocks, block) ** 2, axis=1)) for band in (low, samples)
    )
    level_db = 20 * np.log10(np.maximum(levels, 1e-9) / max(float(whole.max()), 1e-9))
    first = min(int(last_start_s / _BLOCK_S), num_blocks)
    consonant = np.nonzero(level_db[first:] < _VOICELESS_DB)[0]
    if len(consonant) == 0:
        return samples
    first += int(consonant[0])
    voiced = np.nonzero(level_db[first:] > _VOICED_DB)[0]
    if len(voiced) == 0:
        return samples
    end = (first + int(voiced[0])) * block
    fade = min(round(_FADE_S * rate), end)
    ended = samples.copy()
    ended[end:] = 0
    ended[end - fade : end] *= (0.5 + 0.5 * np.cos(np.pi * np.arange(fade) / fade)).astype(np.float32)
    return ended
