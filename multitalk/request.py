"""A request to the generator, and its checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from multitalk.config import NEGATIVE_PROMPT
from multitalk.errors import RequestError
from multitalk.masks import Region, default_regions
from multitalk.places import PlacedChunk


class AudioFeatures(Protocol):
    """The audio features of one person, one row per video frame."""

    @property
    def num_frames(self) -> int:
        """Rows."""

    def layers(self, frames: NDArray[np.int64]) -> Tensor:
        """Hidden states at some frames: (..., layers, channels) for an index array of any shape."""


@dataclass(frozen=True, eq=False)
class FeatureArray:
    """Features in memory or in a memory-mapped array.  values: (frames, layers, channels)."""

    values: Tensor

    @property
    def num_frames(self) -> int:
        """Rows."""
        return len(self.values)

    def layers(self, frames: NDArray[np.int64]) -> Tensor:
        """See `AudioFeatures`."""
        return self.values[torch.from_numpy(frames)]


Picture = NDArray[np.uint8]  # (height, width, 3) RGB


@dataclass(frozen=True, eq=False)
class GenerationRequest:
    """A video to be made.

    image: the reference picture.  people: features of all people, from left to right.  regions: where they are in it;
    () for equal columns.  chunks: places of each chunk (`places.place_people`).  prompts: of each chunk; () for
    `prompt` throughout.  source: the picture at a frame, for presets that use source frames; None for `image`.
    Raises RequestError.
    """

    image: Picture
    people: tuple[AudioFeatures, ...]
    chunks: tuple[PlacedChunk, ...]
    num_frames: int
    prompt: str
    negative_prompt: str = NEGATIVE_PROMPT
    regions: tuple[Region, ...] = ()
    prompts: Sequence[str] = ()
    source: Callable[[int], Picture] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.image.ndim != 3 or self.image.shape[2] != 3:
            raise RequestError(f"the reference picture has the shape {self.image.shape}, not (height, width, 3).")
        if not self.people:
            raise RequestError("no one speaks: give the features of at least one person.")
        if len({person.num_frames for person in self.people}) > 1:
            lengths = ", ".join(str(person.num_frames) for person in self.people)
            raise RequestError(f"the people's sounds differ in length ({lengths} frames): pad the shorter ones.")
        if self.regions and len(self.regions) != len(self.people):
            raise RequestError(
                f"{len(self.regions)} regions for {len(self.people)} people: give one per person, or none."
            )
        if self.prompts and len(self.prompts) != len(self.chunks):
            raise RequestError(
                f"{len(self.prompts)} prompts for {len(self.chunks)} chunks: give one per chunk, or none."
            )
        if not self.num_frames or not self.chunks:
            raise RequestError("a video needs at least one frame and one chunk.")

    def placed_regions(self, chunk: PlacedChunk) -> tuple[Region, ...]:
        """Regions of the people with a place in a chunk."""
        if len(self.people) == 1:
            return default_regions(1, *self.image.shape[:2])
        regions = self.regions or default_regions(len(self.people), *self.image.shape[:2])
        return tuple(regions[person] for person in chunk.places)

    def audio_windows(self, chunk: PlacedChunk, window: int) -> Tensor:
        """Audio windows around every frame of a chunk, for the people with a place: (N, F, window, layers, channels).

        After the end the sound is mirrored, as in the reference; before the beginning its first frame is repeated.
        """
        reach = np.arange(window) - window // 2
        frames = np.arange(chunk.first, chunk.first + chunk.num_frames)[:, None] + reach
        total = self.people[0].num_frames
        frames = np.where(frames >= total, 2 * total - 1 - frames, frames)
        frames = np.clip(frames, 0, total - 1)
        return torch.stack([self.people[person].layers(frames) for person in chunk.places])
