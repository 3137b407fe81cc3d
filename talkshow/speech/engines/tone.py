"""A fake voice that needs nothing: it hums one tone per word. For tests and previews; no one takes it for speech."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import SPEECH_RATE
from talkshow.sound.waveform import Waveform
from talkshow.span import Span
from talkshow.speech.base import SpeechRequest, Utterance
from talkshow.store.digests import identity
from talkshow.words import Phoneme, Word

REVISION = 1  # raise when the same request would sound different
_SECONDS_PER_LETTER = 0.065
_GAP_S = 0.04  # silence between words
_EDGE_S = 0.05  # silence before and after a clause
_FADE_S = 0.008
_LEVEL = 0.15
# A letter of each word becomes one sound of the phoneme alphabet: enough for mouths to move differently.
_SOUNDS = dict(zip("abcdefghijklmnopqrstuvwxyz", "æbkdɛfɡhɪʤklmnOpkɹstʌvwkjz", strict=True))


class Tone:
    """Hums clauses: the voice's name gives the pitch, every word its own step of a scale."""

    identity = identity("tone", REVISION)
    summary = "a fake that hums the words, for tests and previews"
    languages = ("*",)  # it hums them all
    pretends = True
    realtime_factor = 0.005

    def speak(self, request: SpeechRequest) -> Utterance:
        """Hum one clause; silence where there is no letter or digit. Never fails."""
        base = 110.0 * 2 ** (_byte(request.voice.name) / 255 * 1.5) * (request.voice.pitch or 1.0) * request.voice.shift
        pieces: list[NDArray[np.float32]] = [_silence(_EDGE_S)]
        words: list[Word] = []
        phonemes: list[Phoneme] = []
        clock = len(pieces[0])
        for text in request.text.split():
            letters = [ch for ch in text.casefold() if ch.isalnum()]
            if not letters:
                continue
            step = round(SPEECH_RATE * _SECONDS_PER_LETTER / request.speed)
            pitch = base * 2 ** (_byte(f"{request.seed} {text}") % 8 / 12)
            pieces += [_hum(step * len(letters), pitch), _silence(_GAP_S)]
            edges = [(clock + step * index) / SPEECH_RATE for index in range(len(letters) + 1)]
            phonemes += [
                Phoneme(_SOUNDS.get(letter, "ə"), Span(edges[index], edges[index + 1]))
                for index, letter in enumerate(letters)
            ]
            words.append(Word(text, Span(edges[0], edges[-1])))
            clock += len(pieces[-2]) + len(pieces[-1])
        if not words:
            return Utterance(Waveform(np.zeros(0, np.float32), SPEECH_RATE), (), ())
        samples = np.concatenate([*pieces, _silence(_EDGE_S)])
        return Utterance(Waveform(samples, SPEECH_RATE), tuple(words), tuple(phonemes))


def _hum(num_samples: int, pitch: float) -> NDArray[np.float32]:
    time = np.arange(num_samples) / SPEECH_RATE
    tone = np.sin(2 * np.pi * pitch * time) + 0.4 * np.sin(4 * np.pi * pitch * time)
    fade = np.minimum(
        1.0, np.minimum(np.arange(num_samples), np.arange(num_samples)[::-1]) / max(1.0, _FADE_S * SPEECH_RATE)
    )
    return (_LEVEL * tone * fade).astype(np.float32)


def _silence(seconds: float) -> NDArray[np.float32]:
    return np.zeros(round(seconds * SPEECH_RATE), np.float32)


def _byte(text: str) -> int:
    return hashlib.sha256(text.encode("utf-8")).digest()[0]
