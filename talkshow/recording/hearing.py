"""The stage that finds out who speaks when: by microphone, by voice, or from a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from talkshow.diarize.base import Diarizer, SpeakerCount, diarized
from talkshow.diarize.naming import match_voices
from talkshow.engines.studio import Studio
from talkshow.engines.weights import weight_rows
from talkshow.errors import SettingsError
from talkshow.recording.microphones import diarize_parts, hold_one_speaker_each
from talkshow.recording.read import Part, Recording, read_recording
from talkshow.recording.source import Source
from talkshow.sound.waveform import TrackReader
from talkshow.span import Span
from talkshow.store.digests import digest, identity
from talkshow.store.workspace import Workspace
from talkshow.timeline.rttm import read_rttm
from talkshow.timeline.turns import Diarization, Embedding, Turn

REVISION = 2  # raise when the same engine would give other turns, or another voice
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class DiarizerChoice:
    """How speakers are distinguished.

    engine: a name of the registry's `diarizers`.  model: of an engine that can be given one: a folder or a hub's name.
    rttm:   turns that are known already, instead of an engine
    """

    engine: str = "embedded"
    model: str | None = None
    count: SpeakerCount = field(default_factory=SpeakerCount)
    rttm: Path | None = None


@dataclass(frozen=True, eq=False)
class DiarizedSpeakers:
    """What was found.  microphones: label -> part of the recording.  by_voice: label -> name, of voice samples."""

    diarization: Diarization
    microphones: Mapping[str, Part]
    by_voice: Mapping[str, str]
    engine: str
    weights: list[dict[str, str]]
    warnings: tuple[str, ...] = ()


def diarize_recording(
    choice: DiarizerChoice,
    source: Source,
    recording: Recording,
    voices: Mapping[str, Path],
    workspace: Workspace,
    progress: Progress,
    studio: Studio,
) -> DiarizedSpeakers:
    """Turns of a recording, or find what an earlier run has found.  voices: name -> file with a sample of the voice.

    Raises SettingsError for what cannot be done together, and what the engine raises.
    """
    if choice.rttm:
        return _written(choice.rttm, recording, voices, workspace, studio)
    if source.channels == "split" and len(recording.parts) < 2 and source.file:
        raise SettingsError(
            f"{source.file}: this recording has one channel, or several with the same sound, and cannot be "
            "split. Leave out --channels split: talkshow distinguishes speakers by their voices."
        )
    engine: Diarizer = studio.engine("diarizers", choice.engine, choice.model)
    by_part = (
        recording.own
        or source.channels == "split"
        or (bool(recording.parts) and source.channels == "auto" and hold_one_speaker_each(recording.parts))
    )
    key = digest(
        identity("diarize", REVISION, engine.identity),
        recording.listened.name,
        [part.name for part in recording.parts] if by_part else [choice.count.least, choice.count.most],
    )
    kept = workspace.kept_json("diarize", key, lambda value: _from_json(value, recording))
    if kept:
        diarization, microphones = kept
    else:
        if by_part:
            diarization, microphones = diarize_parts(recording.parts, engine, progress)
        else:
            with TrackReader(recording.listened) as sound:
                diarization, microphones = diarized(engine, sound, choice.count, progress), {}
        workspace.keep_json("diarize", key, _to_json(diarization, microphones))
    by_voice: dict[str, str] = {}
    doubts: tuple[str, ...] = ()
    if voices and diarization.turns:
        by_voice, doubts = match_voices(diarization, _samples(voices, engine, workspace))
    return DiarizedSpeakers(
        diarization,
        {label: recording.parts[index] for label, index in microphones.items()},
        by_voice,
        choice.engine,
        weight_rows("diarizers", choice.engine),
        (*diarization.warnings, *doubts),
    )


def _written(
    rttm: Path, recording: Recording, voices: Mapping[str, Path], workspace: Workspace, studio: Studio
) -> DiarizedSpeakers:
    """Turns from a file, which have no voices yet: the embedded diarizer listens where names are found by them."""
    heard = read_rttm(rttm, recording.duration_s)
    if not voices:
        return DiarizedSpeakers(heard, {}, {}, "rttm", [], heard.warnings)
    listener = studio.engine("diarizers", "embedded")
    with TrackReader(recording.listened) as sound:
        heard = replace(heard, embeddings=listener.voices(sound, heard.turns))
    by_voice, doubts = match_voices(heard, _samples(voices, listener, workspace))
    return DiarizedSpeakers(
        heard, {}, by_voice, "rttm", weight_rows("diarizers", "embedded"), (*heard.warnings, *doubts)
    )


def _samples(voices: Mapping[str, Path], engine: Diarizer, workspace: Workspace) -> dict[str, Embedding]:
    return {name: _voice_of(path, engine, workspace) for name, path in voices.items()}


def _voice_of(path: Path, engine: Diarizer, workspace: Workspace) -> Embedding:
    """What a voice sounds like, from a file with this voice alone.  Raises SettingsError."""
    source = Source(path, channels="mix")
    key = digest(identity("voice", REVISION, engine.identity), workspace.digests.of(path))
    kept = workspace.kept_json("voices", key, _embedding)
    if kept is not None:
        return kept
    with TrackReader(read_recording(source, workspace, lambda *_: None).listened) as sound:
        heard = diarized(engine, sound, SpeakerCount(1, 1), lambda *_: None)
    if not heard.embeddings:
        raise SettingsError(
            f"{path}: too little speech for a sample of a voice: a few seconds of one person alone are needed."
        )
    embedding = next(iter(heard.embeddings.values()))
    workspace.keep_json("voices", key, [float(value) for value in embedding])
    return embedding


def _to_json(diarization: Diarization, microphones: Mapping[str, int]) -> dict[str, Any]:
    return {
        "turns": [[turn.speaker, turn.span.start_s, turn.span.end_s] for turn in diarization.turns],
        "embeddings": {name: [float(value) for value in row] for name, row in diarization.embeddings.items()},
        "warnings": list(diarization.warnings),
        "microphones": dict(microphones),
    }


def _from_json(value: Any, recording: Recording) -> tuple[Diarization, dict[str, int]]:
    turns = tuple(Turn(str(name), Span(float(start), float(end))) for name, start, end in value["turns"])
    embeddings = {str(name): _embedding(row) for name, row in value["embeddings"].items()}
    microphones = {str(label): int(index) for label, index in value["microphones"].items()}
    if any(index not in range(len(recording.parts)) for index in microphones.values()):
        raise ValueError("not a part of the recording")
    return Diarization(turns, embeddings, tuple(str(warning) for warning in value["warnings"])), microphones


def _embedding(value: Any) -> Embedding:
    embedding = np.array(value, np.float32)
    if embedding.ndim != 1 or not len(embedding):
        raise ValueError("no embedding")
    return embedding
