"""The draft voices: one small network, about forty times faster than real time, made into many speakers.

hibari's `heart` is a woman's voice. Moving its pitch and its formants apart (a longer vocal tract resonates lower)
with the WORLD vocoder gives speakers that are easily told from each other; they sound like drafts, and are for trying
a script before the real voices speak it.
"""

from __future__ import annotations

import hashlib
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.clock import SPEECH_RATE
from talkshow.engines.weights import Weights
from talkshow.errors import BackendError
from talkshow.languages.registry import primary
from talkshow.sound.waveform import Waveform
from talkshow.speech.alphabet import token_numbers
from talkshow.speech.base import ClauseTooLong, SpeechRequest, Utterance
from talkshow.speech.engines.onnx_model import open_session
from talkshow.speech.reading import place, read
from talkshow.speech.shifting import formants_for, shift
from talkshow.store.digests import identity

MODEL = Weights(
    name="hibari-heart",
    purpose="fast draft speech synthesis, int8 ONNX",
    source="pip hibari-tts 0.2.1, assets/hibari.onnx",
    licence="Apache-2.0",
    sha256="5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8",
    size=7_936_868,
    file="hibari.onnx",
    parts=(("hibari", "assets/hibari.onnx"),),
    requirements=("hibari-tts==0.2.1",),
)
MAX_TOKENS = 400  # the package's own limit for one sentence
SAMPLES_PER_STEP = 600  # a duration step: 25 ms at 24 kHz
# As for Kokoro, whose speech the network was trained on, durations run behind the sound by this much.
LATE_S = 0.075
_GAIN = np.float32(10 ** (3.0 / 20))  # from the network's -26 LUFS to the -23 of the other voices
REVISION = 2  # raise when the same request would sound different


class Draft:
    """Says clauses with the draft voice, moved by `Voice.pitch`, `Voice.formants` and `Voice.shift`.

    Loads on first use. One object may be used from several threads.
    """

    summary = "one small voice, shifted per character: about 40 times real time"
    weights = (MODEL,)
    realtime_factor = 0.03
    thread_safe = True

    def __init__(self, threads: int = 1) -> None:
        self.identity = identity("draft", REVISION, MODEL.sha256[:16])
        self._threads = threads
        self._session: Any = None
        self._lock = threading.Lock()

    def speak(self, request: SpeechRequest) -> Utterance:
        """Say one clause. Raises ClauseTooLong over 400 tokens, BackendError, WeightsError."""
        # without the region: the network was trained on American English alone
        reading = read(request.text, request.pronunciations, primary(request.voice.language))
        if reading.is_silent:
            return Utterance(Waveform(np.zeros(0, np.float32), SPEECH_RATE), (), (), reading.warnings)
        if len(reading.tokens) > MAX_TOKENS:
            raise ClauseTooLong(
                f"{len(reading.tokens)} speech sounds in one clause, the draft voice takes "
                f"{MAX_TOKENS}: '{request.text[:60]}...'"
            )
        tokens = [0, *(token_numbers()[symbol] for symbol in reading.tokens), 0]
        inputs = {"ids": np.array([tokens], np.int64), "speed": np.array([request.speed], np.float32)}
        try:
            outputs = self._loaded().run(None, inputs)
        except Exception as exc:  # onnxruntime's own exception classes have no common public base
            raise BackendError(f"the draft voice failed on '{request.text}': {exc}") from exc
        samples = _synthesise(outputs, _generator(request))
        f0, durations = outputs[5][0], outputs[-1].ravel()
        pitch = (request.voice.pitch or 1.0) * request.voice.shift
        formants = (request.voice.formants or 1.0) * formants_for(request.voice.shift)
        if (pitch, formants) != (1.0, 1.0):
            samples = shift(samples, f0, pitch, formants)
        words, phonemes = place(
            reading, (durations * (SAMPLES_PER_STEP / SPEECH_RATE)).tolist(), len(samples) / SPEECH_RATE, LATE_S
        )
        return Utterance(Waveform(samples, SPEECH_RATE), words, phonemes, reading.warnings)

    def _loaded(self) -> Any:
        with self._lock:
            if self._session is None:
                self._session = open_session(MODEL, self._threads)
            return self._session


def _synthesise(outputs: list[NDArray[np.float32]], generator: np.random.Generator) -> NDArray[np.float32]:
    from hibari import dsp

    return np.asarray(dsp.synth(*(output[0] for output in outputs[:6]), generator), np.float32) * _GAIN


def _generator(request: SpeechRequest) -> np.random.Generator:
    """The noise of fricatives and breath, drawn from the request alone."""
    key = f"{request.seed}\0{request.voice.name}\0{request.text}".encode()
    return np.random.default_rng(int.from_bytes(hashlib.sha256(key).digest()[:8], "big"))
