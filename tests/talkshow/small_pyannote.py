"""A pyannote pipeline of two tiny networks for voices that are tones: a deep one and a high one.

The networks compute what trained ones would learn: which tone sounds in a frame, and how deep or high what a mask
leaves sounds. Everything around them is pyannote.audio's own: checkpoints, sliding windows, clustering, annotation.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import yaml
from pyannote.audio import Model, __version__
from pyannote.audio.core.task import Problem, Resolution, Specifications

DEEP_HZ, HIGH_HZ = 300.0, 2000.0
FRAME = 320  # samples: 20 ms
LOUD = 1.0  # mean power of a band, relative


def powers(waveforms: torch.Tensor) -> torch.Tensor:
    """(batch, 1, num_samples) at 16 kHz to (batch, num_frames, 2): power of the deep and of the high band."""
    num_frames = waveforms.shape[-1] // FRAME
    frames = waveforms[:, 0, : num_frames * FRAME].reshape(len(waveforms), num_frames, FRAME)
    spectrum = torch.fft.rfft(frames * torch.hann_window(FRAME)).abs() ** 2
    hertz = torch.fft.rfftfreq(FRAME, 1 / 16000)
    return torch.stack([spectrum[..., (hertz - tone).abs() < 150].sum(-1) for tone in (DEEP_HZ, HIGH_HZ)], -1)


class Tones(Model):
    """Segmentation: nobody, the deep one, the high one, both."""

    def forward(self, waveforms: torch.Tensor) -> torch.Tensor:
        deep, high = (powers(waveforms) > LOUD).unbind(-1)
        classes = deep.long() + 2 * high.long()
        return torch.log(torch.nn.functional.one_hot(classes, 4) * 0.96 + 0.01)

    def num_frames(self, num_samples: int) -> int:
        return num_samples // FRAME

    def receptive_field_size(self, num_frames: int = 1) -> int:
        return FRAME * num_frames

    def receptive_field_center(self, frame: int = 0) -> int:
        return FRAME // 2 + FRAME * frame

    @property
    def dimension(self) -> int:
        return 4


class Register(Model):
    """Embedding: share of power in the two bands, over the frames of a mask."""

    def forward(self, waveforms: torch.Tensor, weights: torch.Tensor | None = None) -> torch.Tensor:
        found = powers(waveforms)
        if weights is not None:
            found = found * torch.nn.functional.interpolate(weights[:, None], found.shape[1])[:, 0, :, None]
        total = found.sum(1) + 1e-3
        return total / total.norm(dim=-1, keepdim=True)

    @property
    def dimension(self) -> int:
        return 2


def write_checkpoint(path: Path, model: Model, resolution: Resolution) -> None:
    """A model file as pyannote's trainer writes it."""
    path.parent.mkdir(parents=True)
    frame = resolution is Resolution.FRAME
    model.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION if frame else Problem.REPRESENTATION,
        resolution=resolution,
        duration=5.0,
        classes=["a", "b"] if frame else None,
        powerset_max_classes=2 if frame else None,
        permutation_invariant=frame,
    )
    checkpoint = {
        "state_dict": model.state_dict(),
        "hyper_parameters": dict(model.hparams),
        "pytorch-lightning_version": "2.0.0",
    }
    model.on_save_checkpoint(checkpoint)
    assert checkpoint["pyannote.audio"]["versions"]["pyannote.audio"] == __version__
    torch.save(checkpoint, path)


def write_pipeline(folder: Path) -> Path:
    """A folder as `Pipeline.from_pretrained` reads it."""
    write_checkpoint(folder / "segmentation" / "pytorch_model.bin", Tones(), Resolution.FRAME)
    write_checkpoint(folder / "embedding" / "pytorch_model.bin", Register(), Resolution.CHUNK)
    (folder / "plda").mkdir()
    np.savez(folder / "plda" / "xvec_transform.npz", mean1=np.zeros(2), mean2=np.zeros(2), lda=np.eye(2))
    np.savez(folder / "plda" / "plda.npz", mu=np.zeros(2), tr=np.eye(2), psi=np.array([2.0, 1.0]))
    config = {
        "dependencies": {"pyannote.audio": __version__},
        "pipeline": {
            "name": "pyannote.audio.pipelines.SpeakerDiarization",
            "params": {
                "segmentation": "$model/segmentation",
                "embedding": "$model/embedding",
                "plda": "$model/plda",
                "clustering": "AgglomerativeClustering",
                "segmentation_step": 0.2,
                "embedding_exclude_overlap": True,
            },
        },
        "params": {
            "segmentation": {"min_duration_off": 0.0},
            "clustering": {"method": "average", "threshold": 0.5, "min_cluster_size": 1},
        },
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    return folder
