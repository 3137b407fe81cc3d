"""Directions on a voice that its engine does not hear: pitch, melody, whispering, laughter. Pace is the engine's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import SPEECH_RATE
from talkshow.script.directions import Delivery
from talkshow.sound.waveform import Samples, Waveform
from talkshow.speech.base import Utterance
from talkshow.speech.shifting import DEEPEST_F0, pitch_curve, shift, whispered

_TREMOR_HZ = 5.0  # laughs and sobs come four to six times a second
_RANGE = (0.5, 2.0)  # factors on the fundamental of a moment: no further
REVISION = 1  # raise when the same delivery would sound different


def delivered(utterance: Utterance, delivery: Delivery) -> Utterance:
    """Speech in another manner, with the same times and length. Loudness is left to `gain_db`."""
    if not delivery.has_timbre or not utterance.words:
        return utterance
    waveform = utterance.waveform
    samples = waveform.resampled(SPEECH_RATE).samples
    if delivery.voiced:
        curve = pitch_curve(samples)
        factors = _factors(curve, delivery)
        if not np.allclose(factors, 1.0):
            samples = shift(samples, curve, factors, 1.0, DEEPEST_F0)
        if delivery.tremor_db:
            samples = _shaken(samples, delivery.tremor_db)
    else:
        samples = whispered(samples)
    changed = Waveform(samples, SPEECH_RATE).resampled(waveform.sample_rate).samples
    fitted = np.zeros(len(waveform.samples), np.float32)
    fitted[: len(changed)] = changed[: len(fitted)]
    return replace(utterance, waveform=Waveform(fitted, waveform.sample_rate))


def _factors(curve: NDArray[np.float64], delivery: Delivery) -> NDArray[np.float64]:
    """Factors on the fundamental, one per frame: the distance from the median grows by `melody`, in semitones."""
    voiced = curve > 0
    if not voiced.any():
        return np.ones_like(curve)
    away = np.where(voiced, curve, 1.0) / np.median(curve[voiced])
    factors = np.where(voiced, delivery.pitch * away ** (delivery.melody - 1.0), 1.0)
    return np.clip(factors, *_RANGE)


def _shaken(samples: Samples, depth_db: float) -> Samples:
    """The level falls and rises by `depth_db`, five times a second."""
    seconds = np.arange(len(samples)) / SPEECH_RATE
    level_db = -depth_db / 2 * (1 - np.cos(2 * np.pi * _TREMOR_HZ * seconds))
    shaken: Samples = (samples * 10 ** (level_db / 20)).astype(np.float32)
    return shaken
