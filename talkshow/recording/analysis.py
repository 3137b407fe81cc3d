"""Listening to a recording: read it, tell the speakers apart, write down what they say, name them."""

from __future__ import annotations

from collections.abc import Callable

from talkshow.engines.studio import Studio
from talkshow.engines.weights import weight_rows
from talkshow.episode.run import Run
from talkshow.errors import AudioError, MissingExtra
from talkshow.progress import Hook
from talkshow.recording.hearing import DiarizedSpeakers, diarize_recording
from talkshow.recording.lines import lines_said
from talkshow.recording.read import Recording, read_recording
from talkshow.recording.speakers import name_speakers, names_written
from talkshow.recording.transcribing import TranscriptChoice, load_transcriber, transcribe_recording
from talkshow.recording.types import Conversion, ConversionAnalysis, DiarizationFacts, TranscriptFacts
from talkshow.store.outputs import REVIEW
from talkshow.store.workspace import Workspace
from talkshow.transcribe.base import Transcriber, Transcript


def listen(conversion: Conversion, run: Run, studio: Studio | None = None) -> ConversionAnalysis:
    """Who speaks when, and what. Each step is cached: a second run, or one after an interruption, continues from there.

    Reports ("read" | "diarize" | "transcribe", seconds done, seconds in all). Raises AudioError when nothing can be
    read or no speech is found.
    """
    studio = studio or Studio()
    workspace, hook, clock = run.workspace, run.hook, run.clock
    transcriber, missing = _transcriber(conversion, studio)
    with clock.timing("read"):
        recording = read_recording(conversion.source, workspace, _stage(hook, "read"))
    with clock.timing("diarize"):
        who = diarize_recording(
            conversion.diarizer,
            conversion.source,
            recording,
            conversion.voices,
            workspace,
            _stage(hook, "diarize"),
            studio,
        )
    if not who.diarization.turns:
        raise AudioError(
            f"no speech is heard in {conversion.name}: only silence, music or noise. If there is speech, "
            "give the speakers' turns with --rttm FILE."
        )
    with clock.timing("transcribe"):
        transcript, unwritten = _transcribed(conversion, transcriber, recording, who, workspace, hook)
    speakers = name_speakers(
        who.diarization,
        workspace.path(REVIEW),
        names_written(who.diarization, transcript),
        conversion.names,
        who.by_voice,
        who.microphones,
    )
    said = lines_said(speakers.diarization.turns, transcript.words)
    warnings = (*recording.warnings, *who.warnings, *speakers.warnings, *transcript.warnings, *missing, *unwritten)
    return ConversionAnalysis(
        recording,
        speakers,
        transcript,
        tuple(said),
        warnings,
        DiarizationFacts(who.engine, who.weights),
        _transcript_facts(conversion.transcript, transcript, made=bool(transcriber) and not unwritten),
    )


def _stage(hook: Hook, stage: str) -> Callable[[int, int], None]:
    """Reports of one stage, each once: readers report every block."""
    shown = (-1, -1)

    def report(done: int, total: int) -> None:
        nonlocal shown
        if (done, total) != shown:
            shown = (done, total)
            hook(stage, done, total)

    return report


def _transcriber(conversion: Conversion, studio: Studio) -> tuple[Transcriber | None, tuple[str, ...]]:
    """The transcriber, loaded before anything is listened to, or None and the reasons why there is none."""
    try:
        return load_transcriber(conversion.transcript, studio), ()
    except MissingExtra as exc:
        return None, (f"no captions: {exc}",)


def _transcribed(
    conversion: Conversion,
    transcriber: Transcriber | None,
    recording: Recording,
    who: DiarizedSpeakers,
    workspace: Workspace,
    hook: Hook,
) -> tuple[Transcript, tuple[str, ...]]:
    """The words, and why there are none where there are none."""
    try:
        return transcribe_recording(
            conversion.transcript,
            transcriber,
            conversion.source,
            recording,
            who.diarization.turns,
            workspace,
            _stage(hook, "transcribe"),
        ), ()
    except MissingExtra as exc:
        return Transcript(()), (f"no captions: {exc}",)


def _transcript_facts(choice: TranscriptChoice, transcript: Transcript, *, made: bool) -> TranscriptFacts:
    """made: by an engine."""
    engine = choice.engine if made else "file" if choice.wanted and choice.file else None
    weights = weight_rows("transcribers", choice.engine) if made and choice.model is None else []
    return TranscriptFacts(len(transcript.words), transcript.language, engine, weights)
