"""Directions on a voice whose engine does not hear them: pace, pitch, melody, whispering, laughter (WORLD)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import SPEECH_RATE
from talkshow.script.directions import Delivery
from talkshow.sound.waveform import Samples, Waveform
from talkshow.span import Span
from talkshow.speech.base import Utterance
from talkshow.speech.shifting import DEEPEST_F0, pitch_curve, shift, whispered
from talkshow.words import Phoneme, Word

_TREMOR_HZ = 5.0  # laughs and sobs come at four to six hertz
_RANGE = (0.5, 2.0)  # factors on the fundamental of a moment: no further
REVISION = 1  # raise when the same delivery would sound different


def delivered(utterance: Utterance, delivery: Delivery) -> Utterance:
    """Speech in another manner and at another pace, with the times that go with it. Loudness is left to `gain_db`.

    Engines round their durations: the pace that is asked of them is not the pace that is heard. This one is exact.
    """
    if delivery.is_plain or not utterance.words:
        return utterance
    waveform = utterance.waveform
    samples = _spoken(waveform.resampled(SPEECH_RATE).samples, delivery)
    changed = Waveform(samples, SPEECH_RATE).resampled(waveform.sample_rate).samples
    fitted = np.zeros(round(len(waveform.samples) / delivery.speed), np.float32)
    fitted[: len(changed)] = changed[: len(fitted)]

    def at_its_pace(span: Span) -> Span:
        return Span(span.start_s / delivery.speed, span.end_s / delivery.speed)

    return replace(
        utterance,
        waveform=Waveform(fitted, waveform.sample_rate),
        words=tuple(Word(word.text, at_its_pace(word.span)) for word in utterance.words),
        phonemes=tuple(Phoneme(each.symbol, at_its_pace(each.span)) for each in utterance.phonemes),
    )


def _spoken(samples: Samples, delivery: Delivery) -> Samples:
    """Speech at 24 kHz."""
    if not delivery.voiced:
        return whispered(samples, delivery.speed)
    curve = pitch_curve(samples)
    changed = shift(samples, curve, _factors(curve, delivery), 1.0, DEEPEST_F0, delivery.speed)
    return _shaken(changed, delivery.tremor_db) if delivery.tremor_db else changed


def _factors(curve: NDArray[np.float64], delivery: Delivery) -> NDArray[np.float64]:
    """Factors on the fundamental, one per frame: the distance from the median grows by `melody`, in semitones."""
    voiced = curve > 0
    if not voiced.any():
        return np.ones_like(curve)
    away = np.where(voiced, curve, 1.0) / np.median(curve[voiced])
    factors = np.where(voiced, delivery.pitch * away ** (delivery.melody - 1.0), 1.0)
    return np.clip(factors, *_RANGE)


def _shaken(samples: Samples, depth_db: float) -> Samples:
    """The level falls and rises by `depth_db`, at 5 Hz."""
    seconds = np.arange(len(samples)) / SPEECH_RATE
    level_db = -depth_db / 2 * (1 - np.cos(2 * np.pi * _TREMOR_HZ * seconds))
    shaken: Samples = (samples * 10 ** (level_db / 20)).astype(np.float32)
    return shaken
