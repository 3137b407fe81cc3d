"""A sample of a person's speech: read, and found fit to make a voice from."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from talkshow.clock import ANALYSIS_RATE
from talkshow.cloning.likeness import embedding_of
from talkshow.diarize.base import SpeakerCount
from talkshow.diarize.embedded import Embedded
from talkshow.errors import AudioError
from talkshow.media.opening import open_media
from talkshow.recording.decode import as_float, open_sound
from talkshow.sound.waveform import Samples, TrackReader, Waveform, save_wave
from talkshow.span import Span
from talkshow.store.digests import file_digest
from talkshow.timeline.turns import Diarization, Embedding

LEAST_S, MOST_S = 5.0, 30.0  # of speech that a voice is made from
LONGEST_S = 600.0  # of a file
_OTHERS_S = 1.0  # another person who is heard for longer makes a sample unfit
_FAINT = 10 ** (-50 / 20)


@dataclass(frozen=True, eq=False)
class Sample:
    """Speech of one person.

    sound:     the file's own sound, mono, at its own rate
    speech:    the first `MOST_S` seconds of it in which the person speaks, at 16 kHz
    embedding: what the voice sounds like
    """

    path: Path
    sha256: str
    sound: Waveform
    speech: Samples = field(repr=False)
    embedding: Embedding = field(repr=False)

    @property
    def speech_s(self) -> float:
        """Seconds of speech."""
        return len(self.speech) / ANALYSIS_RATE


def read_sample(path: Path, least_s: float = LEAST_S) -> Sample:
    """The speech in a file, of any format and rate.

    least_s: seconds of speech that are needed. Raises AudioError for a file that cannot be read, for a video, for one
    that is too long, and for one that holds silence, music, two people or too little speech.
    """
    sound = read_mono(path)
    heard = sound.resampled(ANALYSIS_RATE)
    if not len(heard.samples) or float(np.abs(heard.samples).max()) < _FAINT:
        raise AudioError(f"{path}: there is only silence in this file. Record {_WANTED}.")
    found = _heard(heard)
    spoken = {name: found.spoken_s(name) for name in found.speakers}
    if not spoken:
        raise AudioError(f"{path}: no speech is heard in this file. Record {_WANTED}, without music.")
    person = max(spoken, key=lambda name: spoken[name])
    _require_alone(path, found, person)
    speech = _speech(heard, [turn.span for turn in found.turns if turn.speaker == person])
    if len(speech) < least_s * ANALYSIS_RATE:
        raise AudioError(
            f"{path}: {len(speech) / ANALYSIS_RATE:.1f} s of speech is too little: at least {least_s:g} s are needed. "
            f"Record {_WANTED}."
        )
    return Sample(path, file_digest(path), sound, speech, embedding_of(speech))


_WANTED = f"{LEAST_S:g} to {MOST_S:g} s of one person who speaks"


def read_mono(path: Path) -> Waveform:
    """The sound of a file at its own rate. Raises AudioError, also for a video and for more than ten minutes."""
    with open_media(path, AudioError) as container:
        if any(stream.average_rate and stream.frames != 1 for stream in container.streams.video):
            raise AudioError(
                f"{path}: this is a video. Save the sound of one person who speaks as a file of its own, for example "
                "with  talkshow diarize , which writes a track for each speaker."
            )
    blocks, num, most = [], 0, 0
    with open_sound(path) as opened:
        most = round(LONGEST_S * opened.sample_rate)
        for block in opened.blocks():
            blocks.append(as_float(block).mean(axis=1))
            num += len(block)
            if num > most:
                raise AudioError(
                    f"{path}: this file is longer than {LONGEST_S / 60:g} minutes. Cut {_WANTED} out of it."
                )
        rate = opened.sample_rate
    return Waveform(np.concatenate(blocks) if blocks else np.zeros(0, np.float32), rate)


def _heard(sound: Waveform) -> Diarization:
    """Who speaks when."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.wav"
        save_wave(path, sound)
        with TrackReader(path) as track:
            return Embedded().diarize(track, SpeakerCount(), lambda _done, _total: None)


def _require_alone(path: Path, found: Diarization, person: str) -> None:
    """Raise AudioError where others are heard, too."""
    others = [turn for turn in found.turns if turn.speaker != person]
    if sum(turn.span.duration_s for turn in others) >= _OTHERS_S:
        first = max(others, key=lambda turn: turn.span.duration_s).span
        raise AudioError(
            f"{path}: more than one person is heard, another for example from {first.start_s:.1f} to "
            f"{first.end_s:.1f} s. Cut a part out in which one person speaks alone."
        )


def _speech(sound: Waveform, spans: list[Span]) -> Samples:
    """The stretches put together, up to `MOST_S` seconds."""
    pieces = [sound.samples[round(span.start_s * ANALYSIS_RATE) : round(span.end_s * ANALYSIS_RATE)] for span in spans]
    return np.concatenate(pieces)[: round(MOST_S * ANALYSIS_RATE)]
