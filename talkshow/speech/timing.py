"""Times of words for speech whose engine tells none."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

from talkshow.cast.catalogue import load_all_voices
from talkshow.engines import registry
from talkshow.errors import BackendError
from talkshow.languages.registry import find, primary
from talkshow.sound.waveform import Waveform
from talkshow.span import Span
from talkshow.speech.aligning import with_times
from talkshow.speech.base import ClauseTooLong, SpeechRequest, Utterance
from talkshow.words import Word

REFERENCE = "kokoro"  # the engine that says the same text with known times
_SOUNDS = 0.01  # of the loudest sample: what is fainter is silence


def timed(utterance: Utterance, request: SpeechRequest) -> Utterance:
    """An utterance with the times of its words, unless it has them.

    They come from comparison with a bundled voice where one speaks the language. Elsewhere words share the time from
    the first sound to the last one by their letters, without phonemes, and a warning says so.
    """
    samples = utterance.waveform.samples
    if utterance.words or not request.text.split() or not len(samples) or not abs(samples).max() > 0:
        return utterance
    reference = _reference(request)
    if reference is not None and reference.words:
        return with_times(utterance.waveform, reference, utterance.warnings)
    warning = (
        f"no bundled voice speaks {find(request.voice.language).name}, so the times of words in what "
        f"{request.voice.name} says are estimated, and mouths follow the sound alone"
    )
    return replace(utterance, words=_shared(request.text, utterance.waveform), warnings=(*utterance.warnings, warning))


def _reference(request: SpeechRequest) -> Utterance | None:
    """The same text by a bundled voice; None where none speaks the language or the text is too long for it."""
    language = primary(request.voice.language)
    if REFERENCE not in find(language).spoken_by:
        return None
    voices = [
        voice
        for voice in load_all_voices().values()
        if voice.engine == REFERENCE and primary(voice.language) == language
    ]
    voices.sort(key=lambda voice: (voice.language != request.voice.language, voice.gender != request.voice.gender))
    if not voices:
        return None
    try:
        spoken: Utterance = _engine().speak(replace(request, voice=voices[0]))
    except (ClauseTooLong, BackendError):  # the packages of its reading are missing, or the clause is too long
        return None
    return spoken


@functools.cache
def _engine() -> Any:
    return registry.load("voice_engines", REFERENCE)


def _shared(text: str, sound: Waveform) -> tuple[Word, ...]:
    """Words over the time in which something is heard, each as long as it has letters."""
    loud = abs(sound.samples) > _SOUNDS * abs(sound.samples).max()
    begin_s = float(loud.argmax()) / sound.sample_rate
    end_s = (len(loud) - float(loud[::-1].argmax())) / sound.sample_rate
    words = text.split()
    total = sum(len(word) + 1 for word in words)
    placed, done = [], 0
    for word in words:
        start_s = begin_s + (end_s - begin_s) * done / total
        done += len(word) + 1
        placed.append(Word(word, Span(start_s, begin_s + (end_s - begin_s) * done / total)))
    return tuple(placed)
