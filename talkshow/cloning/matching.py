"""Finds a voice like a sample: a search among voices between the bundled ones, judged by the speaker network.

The search is CMA-ES (Hansen, "The CMA evolution strategy: a tutorial", arXiv:1604.00772) from the best of some starts.
"""

from __future__ import annotations

import concurrent.futures
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from talkshow.clock import ANALYSIS_RATE, SPEECH_RATE
from talkshow.cloning.blending import FARTHEST, Point, Styles, VoiceSpace
from talkshow.cloning.likeness import embedding_of, likeness
from talkshow.cloning.predicting import Predictor
from talkshow.sound.waveform import Samples, Waveform
from talkshow.speech.shifting import DEEPEST_F0, pitch_curve, shift
from talkshow.timeline.turns import Embedding

Speak = Callable[[Styles, int], Samples]  # styles, number of the sentence -> speech at 24 kHz
Progress = Callable[[int, int], None]

STARTS = (1000.0, 40.0, 15.0)  # how sharply a mixture keeps to the voices that are most alike
POPULATION = 8
GENERATIONS = 14
BUDGET_S = 140.0  # of the search; a slow machine tries fewer voices
_WITHIN = 2.4  # where the search begins, inside its bounds
_STEP = 0.6  # standard deviations of the first generation
_FAR_COST = 0.01  # per squared standard deviation beyond one, on average: keeps speech natural
_PITCHES = (0.7, 1.4)  # factors within which the fundamental is moved
_FORMANTS = (0.94, 1.0, 1.06)
_RETUNED_GAIN = 0.02  # what moving pitch and formants must bring, since the vocoder is heard


@dataclass(frozen=True, eq=False)
class Match:
    """A voice that was found.  pitch, formants: factors by which its speech is moved.

    likeness: to the sample; start: that of the nearest bundled voice; nearest: its name
    """

    styles: Styles = field(repr=False)
    pitch: float
    formants: float
    likeness: float
    start: float
    nearest: str


def find_match(
    target: Embedding,
    pitch_hz: float,
    voices: Mapping[str, tuple[Styles, Embedding]],
    speak: Speak,
    progress: Progress,
    seed: int = 0,
) -> Match:
    """The most alike voice.

    target: of the sample.  pitch_hz: median fundamental of the sample, 0 where unknown.  voices: the bundled ones, with
    their embeddings.  speak: says one of some sentences; called from several threads.
    """
    names, space = list(voices), VoiceSpace.of([styles for styles, _ in voices.values()])
    known = np.array([likeness(embedding, target) for _, embedding in voices.values()])
    predictor = Predictor(list(space.places), [embedding for _, embedding in voices.values()])
    judge = _Judge(target, space, speak, predictor)
    found = _search(judge, [predictor.best(target), *_starts(space, known)], progress, seed)
    nearest = int(known.argmax())
    styles = space.styles(found)
    pitch, formants, alike = _retuned(target, pitch_hz, [speak(styles, number) for number in (0, 1)])
    if alike < known[nearest]:  # the bundled voice itself is more like the sample
        styles, pitch, formants, alike = voices[names[nearest]][0], 1.0, 1.0, float(known[nearest])
    return Match(styles, pitch, formants, alike, float(known[nearest]), names[nearest])


@dataclass(frozen=True, eq=False)
class _Judge:
    target: Embedding
    space: VoiceSpace
    speak: Speak
    predictor: Predictor

    def __call__(self, point: Point) -> float:
        """Cost of a point: the less, the more alike and the more ordinary. The predictor learns from it."""
        found = _embedded(self.speak(self.space.styles(point), 0))
        far = np.maximum(np.square(np.clip(point, -FARTHEST, FARTHEST)) - 1.0, 0.0).mean()
        self.predictor.add(np.clip(point, -FARTHEST, FARTHEST), found)
        return _FAR_COST * float(far) - likeness(found, self.target)


def _embedded(speech: Samples) -> Embedding:
    return embedding_of(Waveform(speech, SPEECH_RATE).resampled(ANALYSIS_RATE).samples)


def _starts(space: VoiceSpace, known: np.ndarray) -> list[Point]:
    """Mixtures of the voices that are most alike, from sharp to soft."""
    starts = []
    for sharpness in STARTS:
        weights = np.exp(sharpness * (known - known.max()))
        mixed = (weights / weights.sum()) @ space.places
        starts.append(mixed)
    return starts


def _search(judge: _Judge, starts: Sequence[Point], progress: Progress, seed: int) -> Point:
    cma = _cma()
    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        costs = list(pool.map(judge, starts))
        per_voice_s = (time.monotonic() - begin) / len(starts)
        generations = max(2, min(GENERATIONS, int(BUDGET_S / (per_voice_s * POPULATION))))
        total = generations * POPULATION
        progress(0, total)
        best = int(np.argmin(costs))
        options = {"popsize": POPULATION, "seed": seed + 1, "verbose": -9, "bounds": [-FARTHEST, FARTHEST]}
        search = cma.CMAEvolutionStrategy(np.clip(starts[best], -_WITHIN, _WITHIN), _STEP, options)
        found, cost = starts[best], costs[best]
        for generation in range(generations):
            search.inject([np.clip(judge.predictor.best(judge.target), -_WITHIN, _WITHIN)], force=True)
            points = search.ask()
            costs = list(pool.map(judge, points))
            search.tell(points, costs)
            if min(costs) < cost:
                cost, found = min(costs), points[int(np.argmin(costs))]
            progress((generation + 1) * POPULATION, total)
    return found


def _cma() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for matplotlib
        import cma
    return cma


def _retuned(target: Embedding, pitch_hz: float, speech: Sequence[Samples]) -> tuple[float, float, float]:
    """Factors on pitch and formants that make speech most alike, and the likeness: (1, 1, it) where none helps."""
    curves = [pitch_curve(each) for each in speech]
    voiced = np.concatenate(curves)
    own_hz = float(np.median(voiced[voiced > 0])) if (voiced > 0).any() else 0.0
    plain = likeness(_embedded(np.concatenate(speech)), target)
    pitches = {1.0}
    if pitch_hz and own_hz:
        pitches |= {float(np.clip(pitch_hz / own_hz, *_PITCHES)), float(np.clip((pitch_hz / own_hz) ** 0.5, *_PITCHES))}
    best = (1.0, 1.0, plain)
    for pitch in pitches:
        for formants in _FORMANTS:
            if (pitch, formants) == (1.0, 1.0):
                continue
            moved = [
                shift(each, curve, pitch, formants, DEEPEST_F0) for each, curve in zip(speech, curves, strict=True)
            ]
            alike = likeness(_embedded(np.concatenate(moved)), target)
            if alike > max(best[2], plain + _RETUNED_GAIN):
                best = (pitch, formants, alike)
    return best
