"""The embedded diarizer: two small networks through onnxruntime, nothing to download, no account."""

from __future__ import annotations

from collections.abc import Sequence

from talkshow.diarize.activity import SAMPLE_RATE, measure
from talkshow.diarize.base import Progress, SpeakerCount
from talkshow.diarize.clustering import count_voices
from talkshow.diarize.embedding import embed_windows, speaker_embeddings
from talkshow.diarize.networks import EMBEDDING, SEGMENTATION, Network
from talkshow.diarize.turns import find_turns
from talkshow.diarize.windows import cut_windows, local_speakers
from talkshow.errors import AudioError, SettingsError
from talkshow.sound.waveform import TrackReader
from talkshow.store.digests import identity
from talkshow.timeline.turns import Diarization, Embedding, Turn

REVISION = 3  # raise when the same recording would give other turns
ACTIVITY_SHARE = 0.35  # of the time all takes


class Embedded:
    """Activity, windows, embeddings, clusters, turns.

    What is kept of a recording are figures per frame and per window: about 30 MB per hour.
    """

    summary = "who speaks when, on a CPU, with bundled weights"
    weights = (SEGMENTATION, EMBEDDING)

    def __init__(self, threads: int = 0) -> None:
        digests = " ".join(model.sha256[:16] for model in self.weights)
        self.identity = identity("embedded", REVISION, digests)
        self._segment, self._embed = Network(SEGMENTATION, threads), Network(EMBEDDING, threads)

    def with_model(self, model: str) -> Embedded:
        """Raises SettingsError: there is no other one."""
        raise SettingsError(
            f"the diarizer 'embedded' has a model of its own and cannot use {model}. --diarizer-model goes with "
            "--diarizer pyannote."
        )

    def diarize(self, recording: TrackReader, count: SpeakerCount, progress: Progress) -> Diarization:
        """Turns of a recording at 16 kHz, of any length. Raises AudioError, WeightsError, BackendError."""
        _check(recording)
        num_samples = recording.num_samples
        duration_s = num_samples / SAMPLE_RATE

        def heard(share: float) -> None:
            progress(round(share * duration_s), round(duration_s))

        activity = measure(
            recording.read, num_samples, self._segment, lambda done: heard(ACTIVITY_SHARE * done / num_samples)
        )
        windows = cut_windows(activity)
        embeddings = embed_windows(
            recording.read,
            windows,
            self._embed,
            lambda done: heard(ACTIVITY_SHARE + (1 - ACTIVITY_SHARE) * done / num_samples),
        )
        voices = count_voices(embeddings, windows, local_speakers(activity, windows), count)
        turns, order = find_turns(activity, embeddings, windows, voices, duration_s)
        heard(1)
        named = {f"S{number}": voices[voice] for number, voice in enumerate(order, start=1)}
        return Diarization(turns, named, _warnings(len(order), count))

    def voices(self, recording: TrackReader, turns: Sequence[Turn]) -> dict[str, Embedding]:
        """What each speaker of given turns, wherever they are from, sounds like; to be compared with `voice`.

        Speakers never heard alone are left out. Raises AudioError, WeightsError, BackendError.
        """
        _check(recording)
        return speaker_embeddings(recording.read, turns, self._embed)


def _check(recording: TrackReader) -> None:
    if recording.sample_rate != SAMPLE_RATE:
        raise AudioError(
            f"{recording.path}: diarization hears sound at {SAMPLE_RATE} Hz, this is at "
            f"{recording.sample_rate} Hz. Resample it."
        )


def _warnings(num_speakers: int, count: SpeakerCount) -> tuple[str, ...]:
    if not num_speakers:
        return ("no speech is heard",)
    if num_speakers < count.least:
        return (f"{num_speakers} speakers are heard, though {count.least} were asked for",)
    return ()
