"""pyannote.audio 4 as diarizer: a pipeline from a local folder or the hub.

    pip install 'talkshow[pyannote]'
    talkshow convert talk.mp3 --diarizer pyannote                       # from the hub: gated, needs HF_TOKEN
    TALKSHOW_PYANNOTE=/data/community-1 talkshow convert talk.mp3 --diarizer pyannote

The pipeline gets the sound in memory (230 MB per hour), since its own reader needs a decoder that a CPU build of torch
does not have. Its telemetry is switched off. Its checkpoints are pickles: only weights and the plain classes that
pyannote's own checkpoints hold are loaded from them, code never.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from talkshow.diarize.base import Progress, SpeakerCount
from talkshow.errors import BackendError, MissingExtra, SettingsError
from talkshow.machine import libraries
from talkshow.sound.waveform import TrackReader
from talkshow.span import Span
from talkshow.store.digests import identity, sampled_digest
from talkshow.timeline.rttm import joined_turns
from talkshow.timeline.turns import Diarization, Turn, ordered

REVISION = 1  # raise when the same recording would give other turns
DEFAULT_PIPELINE = "pyannote/speaker-diarization-community-1"
SOURCE_VARIABLE, TOKEN_VARIABLE = "TALKSHOW_PYANNOTE", "HF_TOKEN"
_METRICS = "PYANNOTE_METRICS_ENABLED"  # read at every call
# What takes time, and its share; the pipeline's own names.
STEPS = {"segmentation": (0.0, 0.3), "embeddings": (0.3, 0.95)}


class Pyannote:
    """Runs a pyannote pipeline; loads it on first use.

    source: a folder with a config.yaml, such a file, or a name on the hub; the default is that of the environment
    variable TALKSHOW_PYANNOTE, else the community pipeline. Overlaps are kept.
    """

    summary = "a pyannote.audio pipeline, from a folder or the hub"
    extra = "pyannote"

    def __init__(self, source: str = "") -> None:
        self.source = source or os.environ.get(SOURCE_VARIABLE, "") or DEFAULT_PIPELINE
        local = Path(self.source)
        self.identity = identity("pyannote", REVISION, sampled_digest(local) if local.exists() else self.source)
        self._pipeline: Any = None

    def with_model(self, model: str) -> Pyannote:
        """The same engine with a pipeline from another place: a folder, or a name on the hub."""
        return Pyannote(model)

    def diarize(self, recording: TrackReader, count: SpeakerCount, progress: Progress) -> Diarization:
        """Turns of a recording.

        Raises MissingExtra without pyannote.audio, SettingsError for a folder without a pipeline, BackendError when the
        pipeline cannot be had or fails.
        """
        pipeline = self._loaded()
        import torch

        duration_s = recording.num_samples / recording.sample_rate
        waveform = torch.from_numpy(recording.read(0, recording.num_samples))[None]
        wanted = (
            {"num_speakers": count.exactly}
            if count.exactly
            else {"min_speakers": count.least, "max_speakers": count.most}
        )

        def hook(step: str, *_: object, total: int | None = None, completed: int | None = None, **__: object) -> None:
            if step in STEPS and total and completed is not None:
                begin, end = STEPS[step]
                progress(round(duration_s * (begin + (end - begin) * completed / total)), round(duration_s))

        try:
            with libraries.environment(**{_METRICS: "false"}):
                output = pipeline(
                    {"waveform": waveform, "sample_rate": recording.sample_rate, "uri": "recording"},
                    hook=hook,
                    **wanted,
                )
        except Exception as exc:  # a pipeline runs anything
            raise BackendError(f"pyannote's pipeline {self.source} failed: {exc}") from exc
        progress(round(duration_s), round(duration_s))
        # `exclusive_speaker_diarization` would lose the overlaps; older pipelines give the annotation itself
        return _diarization(getattr(output, "speaker_diarization", output), duration_s)

    def _loaded(self) -> Any:
        if self._pipeline is None:
            local = Path(self.source)
            if not local.exists() and _is_path(self.source):
                raise SettingsError(
                    f"{local}: there is no such folder. {SOURCE_VARIABLE} names a folder with a "
                    f"pyannote pipeline (config.yaml) or one on the hub, such as {DEFAULT_PIPELINE}"
                )
            if local.is_dir() and not (local / "config.yaml").is_file():
                raise SettingsError(f"{local}: no pyannote pipeline: there is no config.yaml in this folder")
            self._pipeline = _load(self.source)
        return self._pipeline


def _is_path(source: str) -> bool:
    """Whether this cannot be a name on the hub, which is owner/name."""
    return source.startswith((".", "~", "/", "\\")) or source.count("/") != 1 or "\\" in source


def _load(source: str) -> Any:
    os.environ.setdefault(_METRICS, "false")  # pyannote sets it as well, and fails where it is not set
    try:
        with libraries.undisturbed():
            from pyannote.audio import Pipeline
    except ImportError as exc:
        if isinstance(exc, ModuleNotFoundError) and (exc.name or "").startswith("pyannote"):
            raise MissingExtra("the diarizer 'pyannote'", "pyannote") from exc
        raise _does_not_load(exc) from exc
    except OSError as exc:  # torchaudio built for another torch
        raise _does_not_load(exc) from exc
    local = Path(source).exists()
    try:
        with _weights_only(), libraries.environment(**{_METRICS: "false"}):
            pipeline = Pipeline.from_pretrained(source, token=os.environ.get(TOKEN_VARIABLE) or None)
    except Exception as exc:  # yaml, torch, hub and pyannote errors have no common base
        raise BackendError(_why_not(source, local, exc)) from exc
    if pipeline is None:
        raise BackendError(_why_not(source, local, "nothing was found"))
    return pipeline


def _does_not_load(reason: Exception) -> BackendError:
    return BackendError(
        f"pyannote.audio is installed but does not load: {reason}. On a CPU build of torch, torchaudio "
        "must be the CPU build of the same version"
    )


def _why_not(source: str, local: bool, reason: object) -> str:
    if local:
        return (
            f"{source}: this pyannote pipeline cannot be loaded: {reason}. Look whether the folder is complete: "
            "config.yaml and the models it names"
        )
    return (
        f"pyannote's pipeline {source} cannot be had from the hub: {reason}. It is gated: accept its conditions on "
        f"its page, then put an access token into the environment variable {TOKEN_VARIABLE}; or download it and "
        f"name its folder in {SOURCE_VARIABLE}. The default diarizer needs neither: leave --diarizer out"
    )


@contextlib.contextmanager
def _weights_only() -> Iterator[None]:
    """Let torch load nothing but weights and the plain classes of pyannote's checkpoints, whatever the caller asks."""
    import torch
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from torch.torch_version import TorchVersion

    with (
        libraries.environment(TORCH_FORCE_WEIGHTS_ONLY_LOAD="1"),
        torch.serialization.safe_globals([Problem, Resolution, Specifications, TorchVersion]),
    ):
        yield


def _diarization(annotation: Any, duration_s: float) -> Diarization:
    """A pyannote Annotation as turns of S1, S2, ... in order of first speech."""
    found = sorted(
        (Span(max(0.0, float(segment.start)), min(float(segment.end), duration_s)), str(label))
        for segment, _, label in annotation.itertracks(yield_label=True)
    )
    heard = [(span, label) for span, label in found if span]
    names = {label: f"S{number}" for number, label in enumerate(dict.fromkeys(label for _, label in heard), start=1)}
    turns = joined_turns(Turn(names[label], span) for span, label in heard)
    return Diarization(ordered(turns), warnings=() if turns else ("no speech is heard",))
