"""When words are heard in speech whose engine does not say: compared with the same text, spoken by a voice that does.

Kokoro says the text, and its words and phonemes have known times. Both sounds become frames of mel energies, from
which each speaker's average is taken away. Dynamic time warping finds the frame of one for every frame of the other
(Sakoe and Chiba 1978, "Dynamic programming algorithm optimization for spoken word recognition").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import ANALYSIS_RATE
from talkshow.sound.waveform import Waveform
from talkshow.span import Span
from talkshow.speech.base import Utterance
from talkshow.words import Phoneme, Word

HOP_S = 0.01
_HOP = round(HOP_S * ANALYSIS_RATE)
_WINDOW, _BANDS, _COEFFICIENTS = 400, 40, 13
_FLOOR_DB = -60.0  # below the loudest frame everything counts as silence
_LEVEL_WEIGHT = 1.5  # of loudness beside one coefficient of timbre
_SLOPE = 0.15  # cost of a frame that stands still: sounds are stretched evenly where nothing speaks for another way
_FEWEST = 3  # frames that can be aligned

Features = NDArray[np.float32]


def aligned(speech: Waveform, reference: Utterance) -> tuple[tuple[Word, ...], tuple[Phoneme, ...]]:
    """Words and phonemes of `reference` at their times in `speech`, in order and inside it.

    speech, reference: the same text, by any two voices.
    """
    frames, seconds = _with_rests(_features(reference.waveform), [word.span.start_s for word in reference.words])
    times = _warp(_features(speech), frames, seconds)
    end_s = speech.duration_s

    def there(second: float) -> float:
        return float(min(np.interp(second, times[:, 1], times[:, 0]), end_s))

    words = tuple(Word(word.text, _span(there, word.span)) for word in reference.words)
    phonemes = tuple(Phoneme(each.symbol, _span(there, each.span)) for each in reference.phonemes)
    return words, phonemes


def with_times(speech: Waveform, reference: Utterance, warnings: tuple[str, ...] = ()) -> Utterance:
    """Speech with the times of its words, found by comparison with a reference of the same text."""
    words, phonemes = aligned(speech, reference)
    return replace(reference, waveform=speech, words=words, phonemes=phonemes, warnings=warnings)


def _span(there: Any, span: Span) -> Span:
    begin = there(span.start_s)
    return Span(begin, max(begin, there(span.end_s)))


def _features(sound: Waveform) -> Features:
    """(num_frames, num_features): cepstrum of the mel energies without the speaker's average, changes, loudness."""
    import librosa

    samples = sound.resampled(ANALYSIS_RATE).samples
    if len(samples) < _WINDOW:
        samples = np.pad(samples, (0, _WINDOW - len(samples)))
    mel = librosa.feature.melspectrogram(
        y=samples, sr=ANALYSIS_RATE, n_fft=_WINDOW, hop_length=_HOP, n_mels=_BANDS, fmin=60, fmax=7600
    )
    level = 10 * np.log10(mel.sum(axis=0) + 1e-10)
    loud = np.clip((level - level.max() - _FLOOR_DB) / -_FLOOR_DB, 0.0, 1.0)
    decibels = np.maximum(10 * np.log10(mel + 1e-10), level.max() + _FLOOR_DB - 10 * np.log10(_BANDS))
    cepstrum = librosa.feature.mfcc(S=decibels, n_mfcc=_COEFFICIENTS)[1:]
    spoken = loud > 0.3
    mean = cepstrum[:, spoken].mean(axis=1, keepdims=True) if spoken.any() else 0.0
    spread = cepstrum[:, spoken].std(axis=1, keepdims=True) + 1e-3 if spoken.any() else 1.0
    shape = (cepstrum - mean) / spread * loud  # silence has no timbre
    change = np.gradient(shape, axis=1) if shape.shape[1] > 1 else np.zeros_like(shape)
    return np.vstack([shape, 1.5 * change, _LEVEL_WEIGHT * 3 * loud]).T.astype(np.float32)


def _with_rests(frames: Features, starts_s: Sequence[float]) -> tuple[Features, NDArray[np.float64]]:
    """A reference with a frame of silence before each word, for a pause that the other speaker may make there.

    Returns the frames, and the second in the reference at which each stands.
    """
    at = [min(len(frames), round(start_s / HOP_S)) for start_s in starts_s]
    silence = np.zeros(frames.shape[1], np.float32)
    seconds = np.arange(len(frames)) * HOP_S
    return np.insert(frames, at, silence, axis=0), np.insert(seconds, at, [index * HOP_S for index in at])


def _warp(speech: Features, reference: Features, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """(num_points, 2) seconds in the speech and in the reference, both never decreasing; from start to end.

    seconds: of each frame of the reference.
    """
    import librosa

    last = (len(speech) * HOP_S, seconds[-1] + HOP_S)
    if min(len(speech), len(reference)) < _FEWEST:
        return np.array([(0.0, 0.0), last])
    distance = np.sqrt(np.maximum(0, ((speech[:, None] - reference[None]) ** 2).mean(axis=2)))
    _, path = librosa.sequence.dtw(
        C=distance,
        step_sizes_sigma=np.array([[1, 1], [0, 1], [1, 0]]),
        weights_add=np.array([0.0, _SLOPE, _SLOPE]),
        weights_mul=np.array([1.0, 1.0, 1.0]),
    )
    points = path[::-1].astype(np.float64)
    columns, first = np.unique(points[:, 1], return_index=True)
    last_at = np.append(first[1:], len(points)) - 1
    middle = (points[first, 0] + points[last_at, 0]) / 2  # of the frames that belong to one of the reference
    # the silence before a word ends where the word begins
    rests = np.append(seconds[1:] == seconds[:-1], False)[columns.astype(int)]
    middle = np.where(rests, points[last_at, 0] + 0.5, middle)
    pairs = np.stack([np.maximum.accumulate(middle) * HOP_S, seconds[columns.astype(int)]], axis=1)
    return np.vstack([pairs, [last]])
