"""What is converted, and what was found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from talkshow.episode.parts import EpisodePart
from talkshow.episode.types import StageFacts
from talkshow.recording.hearing import DiarizerChoice
from talkshow.recording.lines import RecordedLine
from talkshow.recording.read import Recording
from talkshow.recording.source import Source
from talkshow.recording.speakers import Speakers
from talkshow.recording.transcribing import TranscriptChoice
from talkshow.transcribe.base import Transcript


@dataclass(frozen=True)
class Conversion:
    """What is to be converted, and how it is listened to."""

    source: Source
    diarizer: DiarizerChoice = field(default_factory=DiarizerChoice)
    transcript: TranscriptChoice = field(default_factory=TranscriptChoice)
    names: tuple[str, ...] = ()  # in order of first speech
    voices: Mapping[str, Path] = field(default_factory=dict)  # name -> a sample of the voice
    master: bool = False  # -16 LUFS instead of the recording's own sound

    @property
    def name(self) -> str:
        """The episode's name unless another is given."""
        return self.source.stem

    @property
    def part(self) -> EpisodePart:
        """Which part of the recording is taken."""
        return EpisodePart(begin_s=self.source.part[0], end_s=self.source.part[1])

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Every file that is read."""
        others = (self.diarizer.rttm, self.transcript.file, *self.voices.values())
        return (*self.source.files, *(path for path in others if path))


@dataclass(frozen=True)
class DiarizationFacts(StageFacts):
    """Who told the speakers apart: the name of a diarizer, or "rttm", and what it runs on."""

    engine: str
    weights: list[dict[str, str]]


@dataclass(frozen=True)
class TranscriptFacts(StageFacts):
    """What was written down.  engine: a transcriber, "file", or None where nothing was; weights: what it runs on."""

    words: int
    language: str
    engine: str | None = None
    weights: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class ConversionAnalysis:
    """What was heard in a recording."""

    recording: Recording
    speakers: Speakers
    transcript: Transcript
    said: tuple[RecordedLine, ...]
    warnings: tuple[str, ...]
    diarized: DiarizationFacts
    transcribed: TranscriptFacts
