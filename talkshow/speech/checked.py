"""What a voice engine answers, looked at before it is used."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np

from talkshow.engines.plugins import checked, wrong_answer
from talkshow.sound.waveform import Waveform
from talkshow.speech.base import Utterance
from talkshow.words import Phoneme, Word


def checked_speech(engine: object, answer: Any) -> Utterance:
    """The answer of a voice engine: mono sound of finite numbers, and words and phonemes with times."""
    utterance = checked(engine, answer, Utterance, "speaking")
    waveform = checked(engine, utterance.waveform, Waveform, "speaking")
    samples = waveform.samples
    if not (
        isinstance(samples, np.ndarray)
        and samples.ndim == 1
        and samples.dtype.kind == "f"
        and bool(np.isfinite(samples).all())
    ):
        raise wrong_answer(engine, "the samples it speaks are not a row of finite floating-point numbers")
    if not (isinstance(waveform.sample_rate, numbers.Integral) and 1000 <= waveform.sample_rate <= 1_000_000):
        raise wrong_answer(engine, f"the sample rate {waveform.sample_rate} is not a number of Hz")
    for kind, rows in ((Word, utterance.words), (Phoneme, utterance.phonemes)):
        if not (isinstance(rows, Sequence) and all(isinstance(row, kind) for row in rows)):
            raise wrong_answer(engine, f"what it speaks has no list of {kind.__name__} with times")
    return utterance
