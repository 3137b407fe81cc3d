"""Views whose frames are generated: what they can be asked beside frames, and what they answer.

Such frames depend on the sound and on the frames before them: they are made in order, in stretches, and cached.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from talkshow.geometry import Size
from talkshow.render.base import Performance


class Lack(Enum):
    """What the generator would need on this machine and does not have."""

    PACKAGES = "packages"
    WEIGHTS = "weights"
    WHOLE_WEIGHTS = "whole weights"  # they are here, and damaged
    GPU = "gpu"


class Generator(ABC):
    """What makes the frames of one view."""

    @abstractmethod
    def planned(self, duration_s: float) -> GeneratorPlan:
        """An estimate for this many seconds of video."""

    @abstractmethod
    def require(self) -> None:
        """Make sure that all that is needed is here, before any work. Raises MissingExtra, WeightsError."""

    @abstractmethod
    def begin(self, folder: Path, stretches: Sequence[tuple[int, int]]) -> None:
        """Called once before `frames`: where work is cached, and the stretches (first, last) that start over."""

    @abstractmethod
    def depends_on(self, performance: Performance, first: int, last: int) -> str:
        """A digest of all that decides frames first..last-1."""

    @abstractmethod
    def kept_chunks(self, performance: Performance, first: int, last: int) -> Sequence[Path]:
        """Files in the folder given to `begin` that are there and from which frames first..last-1 are made."""

    @abstractmethod
    def about(self) -> GeneratorRecord:
        """For the manifest, after the frames are made."""


@dataclass(frozen=True)
class GeneratorPlan:
    """What generating a video takes: estimates, rounded. None: not known.

    size: (width, height) that is generated.  forwards: passes through the network.  seconds_per_s: of work per second
    of video, by card.  others: what a generator says of itself beside this.
    """

    device: str = "CPU"
    estimated_s: float | None = None
    preset: str = ""
    size: Size | None = None
    num_chunks: int | None = None
    forwards: int | None = None
    pflop: float | None = None
    pflop_per_s: float | None = None
    memory_gb: float | None = None
    card_memory_gb: float | None = None
    seconds_per_s: Mapping[str, float] = field(default_factory=dict)
    places: str = ""  # who shares the places of the network, where there are fewer than people
    others: Mapping[str, object] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "preset": self.preset,
            "size": f"{self.size[0]}x{self.size[1]}" if self.size else None,
            "chunks": self.num_chunks,
            "forwards": self.forwards,
            "pflop": self.pflop,
            "pflop_for_a_second_of_video": self.pflop_per_s,
            "memory_gb": self.memory_gb,
            "memory_of_card_gb": self.card_memory_gb,
            "device": self.device,
            "estimated_s": self.estimated_s,
            "s_for_a_second_of_video": dict(self.seconds_per_s),
            "places": self.places,
            **self.others,
        }


@dataclass(frozen=True)
class GeneratedChunk:
    """A chunk as it was made.  first: frame of the episode; places: who held one; left_out: who was heard besides."""

    first: int
    num_frames: int
    places: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class GeneratorRecord:
    """How a view's frames were generated.

    options: of the sampling.  others: what a generator says of itself beside this.
    """

    preset: str
    weights: str
    seed: int | None
    options: Mapping[str, object]
    chunks: tuple[GeneratedChunk, ...]
    others: Mapping[str, object] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "preset": self.preset,
            "weights": self.weights,
            "seed": self.seed,
            "options": dict(self.options),
            "chunks": [
                asdict(chunk) | {"places": list(chunk.places), "left_out": list(chunk.left_out)}
                for chunk in self.chunks
            ],
            **self.others,
        }
