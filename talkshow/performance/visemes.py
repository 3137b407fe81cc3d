"""Mouth shapes from phonemes: positions of lips, jaw and tongue for each speech sound, and co-articulation.

Every sound has targets and, for each target, a dominance over its neighbours (Cohen and Massaro 1993, "Modeling
coarticulation in synthetic visual speech"). Their negative exponentials are replaced by windows of finite length, so
that a frame does not depend on distant sounds. Contacts - lips shut for p, b, m, lower lip on the teeth for f, v - are
not blended: they are always made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkshow.performance.lattice import Array, hann, raised_cosine
from talkshow.words import Phoneme

MOUTH = ("jaw", "press", "round", "wide", "upper", "lower", "tuck", "tongue")
JAW, PRESS, ROUND, WIDE, UPPER, LOWER, TUCK, TONGUE = range(len(MOUTH))
CONTACTS = (PRESS, TUCK)

STRESS_MARKS = {"ˈ": 1.0, "ˌ": 0.5}
LENGTH_MARKS = "ːʰʲ̃"  # marks after the sound that they lengthen or modify
PAUSES = ";:,.!?—…"
SILENT = PAUSES + '"()“”↓→↗↘ '  # marks that are not sounds

REST_AFTER_S = 0.20  # after a longer silence between sounds the lips rest
REACH_S = 0.08  # how far the shape of a sound extends into a silence
BLEND_S = 0.12  # length of the window over which neighbours blend
CONTACT_HALF_S = 0.03  # shortest half length of a contact, so that at least one frame at 25 fps is inside it
CONTACT_MAX_S = 0.20  # a longer one is the end of a line, not lips held shut
CONTACT_RAMP_S = 0.04  # fade into and out of a contact: a longer one would shut the lips in the neighbouring vowels


@dataclass(frozen=True)
class Viseme:
    """Mouth shape of a sound: targets 0..1 (`wide` -0.3..1), and whether the sound is a vowel.

    `grip` is the dominance over the lip shape: 1 enforces it, 0.1 leaves the lips to the neighbours.
    """

    jaw: float
    press: float = 0.0
    round: float = 0.0
    wide: float = 0.0
    upper: float = 0.0
    lower: float = 0.0
    tuck: float = 0.0
    tongue: float = 0.0
    grip: float = 1.0
    vowel: bool = False

    @property
    def targets(self) -> tuple[float, ...]:
        """The targets in the order of MOUTH."""
        return (self.jaw, self.press, self.round, self.wide, self.upper, self.lower, self.tuck, self.tongue)

    @property
    def dominance(self) -> tuple[float, ...]:
        """The dominance in the order of MOUTH: full for the jaw, `grip` for the lips."""
        lips = self.grip
        return (0.4 + 0.6 * self.grip, 1.0, lips, lips, lips, lips, 1.0, 1.0)


def _vowel(jaw: float, round: float = 0.0, wide: float = 0.0, upper: float = 0.15) -> Viseme:
    return Viseme(jaw, round=round, wide=wide, upper=upper, lower=0.12 + 0.15 * max(wide, 0.0), vowel=True)


_OPEN, _SPREAD = _vowel(0.95, wide=0.05, upper=0.25), _vowel(0.38, wide=0.75)
_NEAR_CLOSE = _vowel(0.48, wide=0.45)
_MID_FRONT = _vowel(0.68, wide=0.45, upper=0.25)
_NEUTRAL, _SCHWA_TINY = _vowel(0.50), _vowel(0.36)
_ROUND_CLOSE, _ROUND_LAX = _vowel(0.30, round=0.95, wide=-0.3), _vowel(0.42, round=0.60, wide=-0.2)
_ROUND_MID, _ROUND_OPEN = _vowel(0.55, round=0.80, wide=-0.25), _vowel(0.75, round=0.50, wide=-0.15)
_FRONT_ROUND = _vowel(0.40, round=0.85, wide=-0.1)

_BILABIAL = Viseme(0.0, press=1.0)
_LABIODENTAL = Viseme(0.16, tuck=1.0, upper=0.35)
_BETA = Viseme(0.12, press=0.7)
_DENTAL = Viseme(0.26, tongue=0.9, upper=0.15, lower=0.25, grip=0.5)
_ALVEOLAR = Viseme(0.26, tongue=0.65, wide=0.15, upper=0.12, lower=0.22, grip=0.3)
_SIBILANT = Viseme(0.16, wide=0.40, upper=0.30, lower=0.45, grip=0.75)
_POSTALVEOLAR = Viseme(0.20, round=0.55, upper=0.40, lower=0.40, grip=0.9)
_LATERAL = Viseme(0.36, tongue=0.85, wide=0.10, upper=0.12, lower=0.15, grip=0.3)
_RHOTIC = Viseme(0.32, round=0.45, upper=0.15, lower=0.15, grip=0.6)
_VELAR = Viseme(0.36, upper=0.10, lower=0.12, grip=0.12)
_GLOTTAL = Viseme(0.50, grip=0.05)
_PALATAL = Viseme(0.30, wide=0.55, upper=0.12, lower=0.20, grip=0.6)
_GLIDE_W = Viseme(0.18, round=1.0, wide=-0.3)
_PALATAL_FRICATIVE = Viseme(0.22, wide=0.45, upper=0.25, lower=0.30, grip=0.6)

# Every sound of the Kokoro/misaki alphabet; a diphthong is two successive shapes.
VISEMES: dict[str, tuple[Viseme, ...]] = {
    **dict.fromkeys("ɑaɐ", (_OPEN,)),
    "æ": (_vowel(0.88, wide=0.40, upper=0.3),),
    "ʌ": (_vowel(0.74),),
    "ɛ": (_MID_FRONT,),
    "e": (_vowel(0.55, wide=0.55),),
    "œ": (_vowel(0.55, round=0.7),),
    "ɜ": (_vowel(0.52, round=0.25),),
    "ɚ": (_vowel(0.46, round=0.30),),
    "ə": (_NEUTRAL,),
    "ᵊ": (_SCHWA_TINY,),
    "ᵻ": (_vowel(0.42, wide=0.30),),
    "ɨ": (_vowel(0.40, wide=0.35),),
    "ɪ": (_NEAR_CLOSE,),
    "i": (_SPREAD,),
    "u": (_ROUND_CLOSE,),
    "ʊ": (_ROUND_LAX,),
    "o": (_ROUND_MID,),
    "ɔ": (_ROUND_OPEN,),
    "ɒ": (_vowel(0.82, round=0.35),),
    "ɤ": (_NEUTRAL,),
    "ɯ": (_vowel(0.34, wide=0.3),),
    "y": (_FRONT_ROUND,),
    "ø": (_FRONT_ROUND,),
    "A": (_MID_FRONT, _SPREAD),
    "I": (_OPEN, _NEAR_CLOSE),
    "O": (_ROUND_MID, _ROUND_CLOSE),
    "W": (_OPEN, _ROUND_CLOSE),
    "Y": (_ROUND_OPEN, _NEAR_CLOSE),
    "Q": (_NEUTRAL, _ROUND_CLOSE),
    **dict.fromkeys("pbm", (_BILABIAL,)),
    **dict.fromkeys("fvʋ", (_LABIODENTAL,)),
    **dict.fromkeys("ɸβᵝ", (_BETA,)),
    **dict.fromkeys("θð", (_DENTAL,)),
    **dict.fromkeys("tdnɾʈɖɳɽT", (_ALVEOLAR,)),
    **dict.fromkeys("szʦʣ", (_SIBILANT,)),
    **dict.fromkeys("ʃʒʧʤʂS", (_POSTALVEOLAR,)),
    **dict.fromkeys("ɕʑʨʥçʝ", (_PALATAL_FRICATIVE,)),
    **dict.fromkeys("lʎ", (_LATERAL,)),
    **dict.fromkeys("ɹrɻʁ", (_RHOTIC,)),
    **dict.fromkeys("kɡgŋcɟqɴxɣχɰꭧ", (_VELAR,)),
    **dict.fromkeys("hʔ", (_GLOTTAL,)),
    **dict.fromkeys("jɲ", (_PALATAL,)),
    "w": (_GLIDE_W,),
    "ɥ": (Viseme(0.2, round=0.95, wide=-0.1),),
}
_PLAIN = Viseme(0.35, grip=0.2)  # a sound that is not in the table still moves the jaw


@dataclass(frozen=True, eq=False)
class Articulation:
    """A run of mouth shapes, in order of time.

    start_s, end_s: (n,) seconds, including a share of the short silences around; touch_s: (n, 2) start and end
    without it; targets, dominance: (n, len(MOUTH)); stress: (n,) 0..1, for vowels only.
    """

    start_s: Array
    end_s: Array
    touch_s: Array
    targets: Array
    dominance: Array
    stress: Array

    def within(self, start_s: float, end_s: float) -> Articulation:
        """The part that has an effect between two times."""
        keep = slice(int(np.searchsorted(self.end_s, start_s)), int(np.searchsorted(self.start_s, end_s)))
        return Articulation(
            self.start_s[keep],
            self.end_s[keep],
            self.touch_s[keep],
            self.targets[keep],
            self.dominance[keep],
            self.stress[keep],
        )


def articulate(phonemes: Iterable[Phoneme]) -> Articulation:
    """The mouth shapes of a line.

    Stress marks count towards the vowel that follows them, length marks towards the sound before them.
    In a line without stress marks, long full vowels count as stressed. Short silences between sounds are divided
    between their neighbours; in longer ones the lips rest.
    """
    rows: list[tuple[float, float, Viseme, float]] = []
    stress, marked_from = 0.0, None
    for phoneme in phonemes:
        begin, end = phoneme.span.start_s, phoneme.span.end_s
        letters = [letter for letter in phoneme.symbol if letter not in SILENT]
        for letter in letters:
            stress = max(stress, STRESS_MARKS.get(letter, 0.0))
        sounds = [letter for letter in letters if letter not in STRESS_MARKS and letter not in LENGTH_MARKS]
        if not sounds:
            if letters and letters[0] in STRESS_MARKS:
                marked_from = begin if marked_from is None else marked_from
            elif letters and rows:  # a separate length mark
                rows[-1] = (rows[-1][0], end, *rows[-1][2:])
            continue
        begin = begin if marked_from is None else min(begin, marked_from)
        marked_from = None
        shapes = [shape for letter in sounds for shape in VISEMES.get(letter, (_PLAIN,))]
        share = (end - begin) / len(shapes)
        for part, shape in enumerate(shapes):
            rows.append((begin + part * share, begin + (part + 1) * share, shape, stress if shape.vowel else 0.0))
        if any(shape.vowel for shape in shapes):
            stress = 0.0
    if not any(row[3] for row in rows):
        rows = [(begin, end, shape, _weight_of(shape, end - begin)) for begin, end, shape, _ in rows]
    return _close_gaps(rows)


def _weight_of(shape: Viseme, duration_s: float) -> float:
    """The apparent stress of a vowel, from its length and fullness, 0..1; half of a diphthong counts as short."""
    if not shape.vowel or shape in (_NEUTRAL, _SCHWA_TINY):
        return 0.0
    return min(max((duration_s - 0.05) / 0.08, 0.0), 1.0)


def _close_gaps(rows: list[tuple[float, float, Viseme, float]]) -> Articulation:
    rows = sorted(rows, key=lambda row: row[:2])
    start = np.array([row[0] for row in rows])
    end = np.array([row[1] for row in rows])
    touch_s = np.stack([start, end], axis=1)
    if len(rows) > 1:
        gap = start[1:] - end[:-1]
        reach = np.where(gap <= REST_AFTER_S, gap / 2, REACH_S)
        end[:-1], start[1:] = end[:-1] + reach, start[1:] - reach
    return Articulation(
        start,
        end,
        touch_s,
        np.array([row[2].targets for row in rows]).reshape(-1, len(MOUTH)),
        np.array([row[2].dominance for row in rows]).reshape(-1, len(MOUTH)),
        np.array([row[3] for row in rows]),
    )


def blend(articulation: Articulation, times_s: Array, steps: int = 12) -> tuple[Array, Array]:
    """The mouth at the given times: shapes (num_times, len(MOUTH)) and stress (num_times,).

    Around each time, `steps` samples in a Hann window of BLEND_S are averaged by dominance.
    """
    if not len(articulation.start_s):
        return np.zeros((len(times_s), len(MOUTH))), np.zeros(len(times_s))
    window = hann(steps)
    moments = times_s[:, None] + (np.arange(steps) - (steps - 1) / 2)[None, :] * (BLEND_S / steps)
    at = np.searchsorted(articulation.start_s, moments, side="right") - 1
    sounding = (at >= 0) & (moments < articulation.end_s[at])
    at = np.where(sounding, at, len(articulation.start_s))  # the row after the last one is rest
    targets = np.vstack([articulation.targets, np.zeros(len(MOUTH))])
    dominance = np.vstack([articulation.dominance, np.ones(len(MOUTH))])
    weight = dominance[at] * window[None, :, None]
    shapes = (weight * targets[at]).sum(axis=1) / weight.sum(axis=1)
    stress = (np.append(articulation.stress, 0.0)[at] * window).sum(axis=1)
    for contact in CONTACTS:
        shapes[:, contact] = touch(articulation, contact, times_s)
    return shapes, stress


def touch(articulation: Articulation, contact: int, times_s: Array) -> NDArray[np.float64]:
    """A contact channel, (num_times,): full for at least 2 * CONTACT_HALF_S around each closure, soft edges."""
    rows = articulation.targets[:, contact] > 0
    if not rows.any():
        return np.zeros(len(times_s))
    start, end = articulation.touch_s[rows].T
    end = np.minimum(end, start + CONTACT_MAX_S)
    center, half = (start + end) / 2, np.maximum((end - start) / 2 - 0.01, CONTACT_HALF_S)
    outside = np.abs(times_s[:, None] - center[None, :]) - half[None, :]
    closed = 1 - raised_cosine(outside / CONTACT_RAMP_S)
    return np.asarray((closed * articulation.targets[rows, contact][None, :]).max(axis=1))
