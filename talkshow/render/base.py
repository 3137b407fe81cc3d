"""What a renderer is given and what it gives back: all that the author of a renderer has to read.

A renderer opens a stage (one picture or one drawn set with the characters who sit there) and then yields
frames of any stretch of the episode, lazily and in any order: that is what lets an interrupted or edited
episode be finished without drawing again what is already there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from talkshow.cast.types import StagedCharacter
from talkshow.geometry import Box, Frame, Size
from talkshow.performance.channels import CHANNEL, CHANNELS, Motion
from talkshow.settings import GeneratorSettings
from talkshow.timeline.types import Timeline

if TYPE_CHECKING:
    from talkshow.faces.pictures import Pictures
    from talkshow.render.generated import Generator

__all__ = [
    "CHANNEL",
    "CHANNELS",
    "Box",
    "Frame",
    "Motion",
    "Performance",
    "Renderer",
    "Size",
    "Stage",
    "StageView",
    "StagedCharacter",
]


def _pictures() -> Pictures:
    from talkshow.faces.pictures import Pictures

    return Pictures()


@dataclass(frozen=True)
class Stage:
    """Where a scene plays. Without a picture, the set is drawn."""

    image: Path | None
    size: Size  # of the frames
    characters: tuple[StagedCharacter, ...]  # those who are seen, in order of first speech
    prompt: str = ""  # what the picture shows, in words
    seed: int = 0
    company: tuple[StagedCharacter, ...] = ()  # everybody of the episode: drawn people look unlike all of them
    generator: GeneratorSettings | None = None  # for renderers that generate
    pictures: Pictures = field(default_factory=_pictures, compare=False, repr=False)  # reads `image`, finds its faces


class Performance(Protocol):
    """How everybody moves, made from the timeline and the tracks (see `performance/motion.py`).

    The motion of a frame depends on what is near it in time and on nothing else; asking twice, or for
    another stretch that holds the same frame, gives the same values.
    """

    timeline: Timeline

    def motion(self, speaker: str, first: int, last: int) -> Motion:
        """What `speaker` does in frames first..last-1 of the episode."""

    def sound(self, speaker: str, first: int, last: int) -> NDArray[np.float32]:
        """What `speaker` says in frames first..last-1: mono samples at 48 kHz, 1920 per frame."""


class StageView(ABC):
    """An opened stage. `frames` may be called from several threads at once.

    A view has the four attributes without a default, `seat_picture` and `frames`. The rest says what else it can do;
    as it is here, close shots are cut out of its finished frames and enlarged.
    """

    identity: (
        str  # a digest of all that decides the frames but the motion: renderer, revision, picture, size, looks, ...
    )
    seats: Mapping[str, Box]  # face of each character, in pixels of `seat_picture`
    crop: Box  # the part of `seat_picture` that fills the frame; may reach outside it
    warnings: tuple[str, ...] = ()

    detail: float | None = None  # frame pixels per pixel of `seat_picture`, up to which frames of `cropped` are sharp
    rooms: Mapping[str, Box] = MappingProxyType({})  # where in it each person can be framed, if not everywhere
    isolates: bool = False  # whether `cropped` leaves out everyone else than the people of the shot

    @abstractmethod
    def seat_picture(self) -> Frame:
        """The picture in which `seats` are boxes: the reference picture, or the drawn cast's first frame."""

    @cached_property
    def picture_size(self) -> Size:
        """(width, height) of `seat_picture`. A view that knows it sets it, so that nothing is drawn to find out."""
        height, width = self.seat_picture().shape[:2]
        return width, height

    @abstractmethod
    def frames(self, performance: Performance, first: int, last: int) -> Iterator[Frame]:
        """Yield frames first..last-1, one array each (the caller may keep it)."""

    def cropped(self, crop: Box, size: Size, on: tuple[str, ...]) -> StageView | None:  # noqa: ARG002
        """The same stage seen nearer, through `crop` (pixels of `seat_picture`), in frames of `size`: a shot of `on`.

        None where it cannot be seen nearer.
        """
        return None

    @property
    def generator(self) -> Generator | None:
        """What makes the frames, where they depend on the sound and on the frames before; None where they do not."""
        return None


class Renderer(Protocol):
    """Opens stages. A renderer that needs no picture ignores `stage.image`."""

    def open(self, stage: Stage) -> StageView:
        """Raises FaceError when the picture cannot seat the characters, CastError for an impossible seat."""
