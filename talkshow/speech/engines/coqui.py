"""Voices of coqui-tts: VITS, XTTS v2, YourTTS and whatever else its `TTS.api.TTS` loads.

A voice.toml names `model` (of coqui's catalogue, or a folder with config.json and a checkpoint), `speaker`, `language`
and `sample` as the model wants them. The package runs in an environment of its own: docs/install.md.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from talkshow.cast.types import Voice
from talkshow.errors import BackendError, MissingExtra, WeightsError, choose
from talkshow.languages.registry import primary
from talkshow.sound.waveform import Samples, Waveform
from talkshow.speech.base import SpeechRequest, Utterance
from talkshow.store.digests import identity

REVISION = 1  # raise when the same request would be asked in another way
ACCEPTED = "accepted"
_CHECKPOINTS = ("model.pth", "best_model.pth", "model_file.pth", "checkpoint.pth")
_NON_COMMERCIAL = ("cpml", "nc")


@dataclass(frozen=True)
class CatalogueModel:
    """A model of coqui's catalogue.

    name: "tts_models/de/thorsten/vits"; language: its tag, or "multilingual"; asks: whether coqui asks for acceptance
    """

    name: str
    language: str
    licence: str
    description: str
    asks: bool = False

    @property
    def must_be_accepted(self) -> bool:
        """Whether its licence restricts what may be done with its speech."""
        words = self.licence.casefold().replace("-", " ").split()
        return self.asks or any(word in _NON_COMMERCIAL for word in words)


class Coqui:
    """Speaks with coqui's models. Loads them when they are first needed; one clause at a time.

    licence_accepted: whether the user's settings say that they accept licences that restrict the use of speech. The
    question that coqui asks for such models is never answered in the user's place.
    """

    summary = "any model of coqui-tts: VITS, XTTS v2, YourTTS and others"
    extra = "coqui"
    identity = identity("coqui", REVISION)
    realtime_factor = 1.0
    memory_mb = 3000

    def __init__(self) -> None:
        if importlib.util.find_spec("TTS") is None:
            raise MissingExtra("the voice engine coqui", "coqui", "It needs an environment of its own: docs/install.md")
        self.licence_accepted = False
        self._models: dict[str, Any] = {}
        self._lock = threading.Lock()

    def speak(self, request: SpeechRequest) -> Utterance:
        """Say one clause. Raises BackendError, WeightsError; also for a model or speaker that does not exist."""
        voice = request.voice
        with self._lock, _failing(f"the voice '{voice.name}'"):
            model = self._loaded(voice)
            given = _arguments(model, voice)
            samples = np.asarray(model.tts(text=request.text, split_sentences=False, **given), np.float32)
            rate = int(model.synthesizer.output_sample_rate)
        if not len(samples) or not np.isfinite(samples).all():
            raise BackendError(
                f"the voice '{voice.name}': the model {voice.model} made no sound of '{request.text[:60]}'"
            )
        return Utterance(Waveform(_paced(samples, request.speed), rate), (), ())

    def _loaded(self, voice: Voice) -> Any:
        if not voice.model:
            raise BackendError(f"the voice '{voice.name}': voice.toml names no model. {_EXAMPLE}")
        if voice.model not in self._models:
            folder = _folder(voice)
            if folder is None:
                self._require_licence(voice)
            if self.licence_accepted:
                os.environ["COQUI_TOS_AGREED"] = "1"  # coqui would ask on standard input
            self._models[voice.model] = _load(voice, folder)
        return self._models[voice.model]

    def _require_licence(self, voice: Voice) -> None:
        known = {model.name: model for model in catalogue()}
        if voice.model not in known:
            raise BackendError(
                f"the voice '{voice.name}': there is no model '{voice.model}'. {choose(voice.model, known)}"
            )
        model = known[voice.model]
        if model.must_be_accepted and not self.licence_accepted:
            raise BackendError(
                f"the voice '{voice.name}': the model {model.name} has the licence {model.licence}, which restricts "
                'what may be done with its speech. Read it; if you accept it, write  coqui_licence = "accepted" '
                "into a settings file (--config), or give --coqui-licence accepted"
            )


_EXAMPLE = 'Write for example  model = "tts_models/de/thorsten/vits" , or a folder; `talkshow voices coqui` lists names'


def catalogue() -> list[CatalogueModel]:
    """The models that coqui's package lists. Raises MissingExtra without it."""
    spec = importlib.util.find_spec("TTS")
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtra("the catalogue of coqui's models", "coqui")
    path = Path(next(iter(spec.submodule_search_locations))) / ".models.json"
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["tts_models"]
        return [
            CatalogueModel(
                f"tts_models/{language}/{data}/{name}",
                language,
                str(about.get("license") or "not stated"),
                str(about.get("description") or ""),
                bool(about.get("tos_required")),
            )
            for language, sets in listed.items()
            for data, models in sets.items()
            for name, about in models.items()
        ]
    except (OSError, ValueError, KeyError, AttributeError) as exc:
        raise BackendError(f"{path}: coqui's catalogue cannot be read: {exc}. Reinstall coqui-tts") from exc


def _folder(voice: Voice) -> Path | None:
    """The folder that `model` names, relative to the voice's; None for a name of the catalogue."""
    if voice.model.startswith("tts_models/"):
        return None
    path = Path(voice.model).expanduser()
    return path if path.is_absolute() else (voice.folder or Path()) / path


def _load(voice: Voice, folder: Path | None) -> Any:
    from TTS.api import TTS

    if folder is None:
        return TTS(model_name=voice.model, progress_bar=False)
    config, checkpoint = folder / "config.json", _checkpoint(folder)
    if not config.is_file() or checkpoint is None:
        missing = "config.json" if not config.is_file() else f"a checkpoint ({', '.join(_CHECKPOINTS)})"
        raise WeightsError(f"{folder}: {missing} is missing. A folder of coqui holds config.json and a checkpoint")
    _require_tensors(checkpoint)
    return TTS(model_path=str(checkpoint), config_path=str(config), progress_bar=False)


def _checkpoint(folder: Path) -> Path | None:
    named = [folder / name for name in _CHECKPOINTS if (folder / name).is_file()]
    others = sorted(folder.glob("*.pth")) if folder.is_dir() else []
    return next(iter([*named, *others]), None)


def _require_tensors(path: Path) -> None:
    """Raise WeightsError for a checkpoint that is damaged, or holds anything but tensors and plain values."""
    import pickle

    import torch

    try:
        torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except pickle.UnpicklingError as exc:
        raise WeightsError(f"{path}: this checkpoint holds more than tensors, so it is not opened: {exc}") from exc
    except (RuntimeError, OSError, EOFError, ValueError) as exc:
        raise WeightsError(f"{path}: this checkpoint cannot be read: {exc}") from exc


def _arguments(model: Any, voice: Voice) -> dict[str, Any]:
    """What the model wants to know beside the text."""
    given: dict[str, Any] = {}
    if voice.sample and voice.folder:
        given["speaker_wav"] = str(voice.folder / voice.sample)
    elif model.is_multi_speaker:
        speakers = list(model.speakers or ())
        if voice.speaker not in speakers:
            raise BackendError(
                f"the voice '{voice.name}': the model {voice.model} has no speaker '{voice.speaker}'. "
                f"{choose(voice.speaker, speakers)}"
            )
        given["speaker"] = voice.speaker
    if model.is_multi_lingual:
        languages = {str(each) for each in model.languages or ()}
        tags = {primary(each): each for each in languages}
        if primary(voice.language) not in tags:
            raise BackendError(
                f"the voice '{voice.name}': the model {voice.model} does not speak {voice.language}. "
                f"{choose(voice.language, sorted(languages))}"
            )
        given["language"] = tags[primary(voice.language)]
    return given


def _paced(samples: Samples, speed: float) -> Samples:
    """Faster or slower, at the same pitch: few of coqui's models do that themselves."""
    if speed == 1.0:
        return samples
    import librosa

    paced: Samples = librosa.effects.time_stretch(samples, rate=speed).astype(np.float32)
    return paced


@contextlib.contextmanager
def _failing(what: str) -> Iterator[None]:
    """Coqui raises whatever its models raise, and prints as it goes: the one becomes ours, the other is not shown."""
    try:
        with contextlib.redirect_stdout(None):
            yield
    except (BackendError, MissingExtra):
        raise
    except Exception as exc:
        raise BackendError(f"{what}: coqui fails: {type(exc).__name__}: {exc}") from exc
