"""The stage that writes down what is said: by Whisper, or from a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from talkshow.clock import clock_text
from talkshow.engines.plugins import checked, failures
from talkshow.engines.studio import Studio
from talkshow.recording.lines import assign_words
from talkshow.recording.read import Recording
from talkshow.recording.source import Source
from talkshow.sound.waveform import TrackReader
from talkshow.span import Span
from talkshow.store.digests import digest
from talkshow.store.workspace import Workspace
from talkshow.timeline.turns import Turn
from talkshow.transcribe.base import Transcriber, Transcript, stretches
from talkshow.transcribe.files import read_transcript
from talkshow.words import Word

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class TranscriptChoice:
    """Where the words come from.

    wanted: False for no captions.  engine: a name of the registry's `transcribers`.  model: another one for the engine.
    file: a transcript that exists, instead of an engine.  language: as BCP 47; None: detected
    """

    wanted: bool = True
    engine: str = "whisper"
    model: Path | None = None
    file: Path | None = None
    language: str | None = None


def load_transcriber(choice: TranscriptChoice, studio: Studio) -> Transcriber | None:
    """The engine that is asked for; None where nothing is to be heard.

    Raises BackendError for one that does not exist or does not start, MissingExtra for one whose packages are missing,
    SettingsError or WeightsError for a model that it cannot use.
    """
    if not choice.wanted or choice.file:
        return None
    engine: Transcriber = studio.engine("transcribers", choice.engine)
    if choice.model is None:
        return engine
    with failures(engine, "being given a model"):
        chosen: Transcriber = studio.engine("transcribers", choice.engine, str(choice.model))
    return chosen


def transcribe_recording(
    choice: TranscriptChoice,
    engine: Transcriber | None,
    source: Source,
    recording: Recording,
    turns: Sequence[Turn],
    workspace: Workspace,
    progress: Progress,
) -> Transcript:
    """The words of a recording, stretch by stretch; each is kept, so that an interrupted run goes on.

    engine: as `load_transcriber` gave it.  Raises MissingExtra when it lacks its model, ScriptError for a transcript
    that cannot be read.
    """
    if choice.wanted and choice.file:
        spoken = [(turn.speaker, turn.span) for turn in turns]
        read = read_transcript(choice.file, spoken, source.part[0] or 0.0, recording.duration_s)
        unheard = _unheard(read, turns, recording.duration_s, source.part[1] is None)
        return replace(read, warnings=(*read.warnings, *unheard))
    if engine is None:
        return Transcript((), language=choice.language or "")
    found = []
    parts = stretches([turn.span for turn in turns])
    total_s = round(sum(span.duration_s for span in parts))
    done_s, language = 0.0, choice.language
    progress(0, total_s)
    with TrackReader(recording.listened) as sound:
        for span in parts:
            part = _stretch(engine, sound, span, language, recording, workspace)
            found.append(part)
            language = language or (part.language if part.words else None)  # one recording, one language
            done_s += span.duration_s
            progress(min(total_s, round(done_s)), total_s)
    words = tuple(word for part in found for word in part.words)
    counts = Counter(part.language for part in found if part.words)
    return Transcript(words, ("",) * len(words), counts.most_common(1)[0][0] if counts else choice.language or "")


def _unheard(transcript: Transcript, turns: Sequence[Turn], length_s: float, whole: bool) -> list[str]:
    """Warnings about words outside the speech: after the recording, or far from every turn.

    whole: whether the recording is used to its end
    """
    late = [word for word in transcript.words if word.span.start_s >= length_s]
    placed = {id(word) for word, _ in assign_words(transcript.words, turns)}
    apart = [word for word in transcript.words if id(word) not in placed and word.span.start_s < length_s]
    told = []
    if late and whole:
        told.append(
            f"{_count(late)} of the transcript, from '{late[0].text}' on, after the end of the recording "
            f"({clock_text(length_s)}) and left out. Does it belong to this recording?"
        )
    if apart:
        at = clock_text(apart[0].span.start_s)
        told.append(
            f"{_count(apart)} of the transcript, first '{apart[0].text}' at {at}, where there is no speech: left out"
        )
    return told


def _count(words: Sequence[Word]) -> str:
    return "1 word stands" if len(words) == 1 else f"{len(words)} words stand"


def _stretch(
    engine: Transcriber,
    sound: TrackReader,
    span: Span,
    language: str | None,
    recording: Recording,
    workspace: Workspace,
) -> Transcript:
    key = digest(engine.identity, recording.listened.name, span.start_s, span.end_s, language)
    kept = workspace.kept_json("transcript", key, _from_json)
    if kept is not None:
        return kept
    with failures(engine, "transcribing"):
        part = checked(engine, engine.transcribe(sound, span, language), Transcript, "transcribing")
    row = {
        "language": part.language,
        "words": [[word.text, round(word.span.start_s, 3), round(word.span.end_s, 3)] for word in part.words],
    }
    workspace.keep_json("transcript", key, row)
    return _from_json(row)  # the same in this run as in the next


def _from_json(value: Any) -> Transcript:
    words = tuple(Word(str(text), Span(float(start), float(end))) for text, start, end in value["words"])
    return Transcript(words, language=str(value["language"]))
