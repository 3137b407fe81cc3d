"""How alike two voices or recordings sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from talkshow.cast.catalogue import find_voice, load_all_voices
from talkshow.cast.types import Voice
from talkshow.clock import ANALYSIS_RATE
from talkshow.cloning.bundled import known_embeddings
from talkshow.cloning.likeness import embedding_of, likeness
from talkshow.cloning.sample import read_sample
from talkshow.cloning.sentences import SENTENCES
from talkshow.engines import registry
from talkshow.errors import AudioError
from talkshow.speech.base import SpeechRequest
from talkshow.timeline.turns import Embedding

_LEAST_S = 1.0  # of speech in a sound file


def compare_voices(one: str, other: str, folders: Sequence[Path] = ()) -> float:
    """The likeness, -1 to 1, of two voices by name, or of sound files.

    Raises CastError for a voice that does not exist, AudioError for a file without speech.
    """
    voices = load_all_voices(folders)
    return likeness(_embedding(one, voices), _embedding(other, voices))


def _embedding(name: str, voices: Mapping[str, Voice]) -> Embedding:
    if name not in voices and Path(name).is_file():
        return read_sample(Path(name), _LEAST_S).embedding
    voice = find_voice(name, voices)
    known = known_embeddings({voice.name: voice}) if voice.sha256 else {}
    if voice.name in known:
        return known[voice.name]
    engine = registry.load("voice_engines", voice.engine)
    said = [engine.speak(SpeechRequest(text, voice)).waveform.resampled(ANALYSIS_RATE).samples for text in SENTENCES]
    try:
        return embedding_of(np.concatenate(said))
    except ValueError as exc:
        raise AudioError(f"the voice '{voice.name}' says too little to be compared.") from exc
