"""Checks consent: the person says a sentence, and words and voice are compared, on this machine."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from talkshow.cast.choosing import load_all_voices
from talkshow.clock import ANALYSIS_RATE
from talkshow.cloning.bundled import known_embeddings
from talkshow.cloning.likeness import likeness
from talkshow.cloning.sample import Sample, read_sample
from talkshow.cloning.wording import Agreement, agreement, sentences
from talkshow.errors import CastError
from talkshow.languages.registry import known
from talkshow.sound.waveform import TrackReader, Waveform, save_wave
from talkshow.span import Span
from talkshow.timeline.turns import Embedding

if TYPE_CHECKING:
    from talkshow.transcribe.whisper import Whisper

# Of the embeddings of consent and sample. The same voice in noise of 10 dB stays above .75; most others are below .5.
LEAST_LIKENESS = 0.68
_LEAST_S = 1.5  # of speech in a spoken consent
_SAME = 0.8  # correlation of two recordings above which they are one
_COMPARED_RATE = 4000
_PACES = (1.0, 0.9)


@dataclass(frozen=True)
class SpokenConsent:
    """What a recording of consent was found to be.  likeness: of its voice and the sample's, -1 to 1."""

    heard: str
    agreement: Agreement
    likeness: float


def check_spoken(path: Path, person: str, sample: Sample, language: str | None = None) -> SpokenConsent:
    """Hear whether the person of a sample agrees, in their own words and voice.

    person: the name that must be said.  language: a tag, where the language is not to be found out. Raises CastError
    where this is not consent, AudioError for a file without speech of one person, MissingExtra without Whisper.
    """
    spoken = read_sample(path, _LEAST_S)
    if spoken.sha256 == sample.sha256 or _is_part(spoken.sound, sample.sound):
        raise CastError(f"{path}: this is the sample itself. {_asked(person, language)}")
    heard = _best_heard(spoken, person, language)
    if heard is None:
        raise CastError(f"{path}: no words are heard. {_asked(person, language)}")
    words, found = heard
    if not found.good:
        raise CastError(f"{path}: {_why(words, found, person)}. {_asked(person, language)}")
    alike = likeness(spoken.embedding, sample.embedding)
    if alike < LEAST_LIKENESS or _is_nearer_to_another(spoken.embedding, sample.embedding):
        raise CastError(
            f"{path}: this does not sound like the voice of {sample.path.name} (likeness {alike:.2f}; at least "
            f"{LEAST_LIKENESS:g} is needed, and no other known voice may be nearer). The person of the sample must say "
            "it; record both in the same way."
        )
    return SpokenConsent(words, found, alike)


def _is_nearer_to_another(spoken: Embedding, sample: Embedding) -> bool:
    """Whether a bundled voice is more like the consent than the sample is, and that voice is not the sample's own."""
    known = known_embeddings({name: voice for name, voice in load_all_voices().items() if voice.engine == "kokoro"})
    near_consent = max(known, key=lambda name: likeness(known[name], spoken))
    near_sample = max(known, key=lambda name: likeness(known[name], sample))
    return near_consent != near_sample and likeness(known[near_consent], spoken) > likeness(spoken, sample)


def sentence_for(person: str, language: str | None = None) -> str:
    """What the person has to say."""
    known_sentences = sentences()
    return known_sentences.get(language or "en", known_sentences["en"]).replace("{name}", person)


def _asked(person: str, language: str | None) -> str:
    return f'The person must say, in a recording of its own: "{sentence_for(person, language)}"'


def _why(words: str, found: Agreement, person: str) -> str:
    shown = f"heard: '{words[:200]}'"
    if found.refusal:
        return f"'{found.refusal}' makes this the opposite of consent; {shown}"
    if found.good or not found.named:
        return f"the name {person} is not heard; {shown}"
    return f"this is another sentence; {shown}"


def _best_heard(spoken: Sample, person: str, language: str | None) -> tuple[str, Agreement] | None:
    """Words, and the sentence that they agree with best.

    Whisper hears it in the language that it finds and in those which that is taken for, and then once more, slower:
    Whisper mishears short names now and then, and no other name becomes the right one by that.
    """
    whisper, best, taken = _whisper(), None, language or ""
    for pace in _PACES:
        with _as_track(spoken, pace) as track:
            whole = Span(0.0, track.num_samples / ANALYSIS_RATE)
            for tag in [language] if language else [None, "hi", "en"]:
                if (tag == "hi" and taken not in ("ur", "hi")) or (tag == "en" and taken == "en"):
                    continue
                transcript = whisper.transcribe(track, whole, tag)
                taken = transcript.language if tag is None else taken
                words = " ".join(word.text for word in transcript.words)
                for each in _readings(transcript.language) if words else []:
                    found = agreement(words, person, known()[each])
                    if best is None or (found.good, found.sentence) > (best[1].good, best[1].sentence):
                        best = words, found
                if best is not None and best[1].good:
                    return best
    return best


def _readings(heard: str) -> list[str]:
    """Languages whose sentence may have been said when Whisper heard this one."""
    alike = {"ur": "hi", "no": "nb", "nn": "nb", "yue": "zh", "gl": "pt"}
    tag = alike.get(heard, heard)
    return [tag] if tag in sentences() else list(sentences())


@cache
def _whisper() -> Whisper:
    """The transcriber, whose weights are loaded once."""
    from talkshow.transcribe.whisper import Whisper

    return Whisper()


@contextlib.contextmanager
def _as_track(spoken: Sample, pace: float) -> Iterator[TrackReader]:
    """The whole recording at 16 kHz, as transcribers read it, played at a pace."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "consent.wav"
        played = Waveform(spoken.sound.samples, round(spoken.sound.sample_rate * pace))
        save_wave(path, played.resampled(ANALYSIS_RATE))
        with TrackReader(path) as track:
            yield track


def _is_part(one: Waveform, other: Waveform) -> bool:
    """Whether one recording is in the other: the largest normalised correlation at any offset."""
    from scipy.signal import fftconvolve

    rates = [each.resampled(_COMPARED_RATE).samples.astype(np.float64) for each in (one, other)]
    short, long = sorted(rates, key=len)
    sums = np.concatenate([[0.0], np.cumsum(long**2)])
    energy = np.sqrt(np.maximum(sums[len(short) :] - sums[: -len(short)], 0.0) * np.sum(short**2))
    found = np.abs(fftconvolve(long, short[::-1], "valid")) / np.maximum(energy, 1e-9)
    return bool(found.max() > _SAME)
