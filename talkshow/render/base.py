"""What a renderer is given and what it gives back.

A renderer opens a stage (one picture or one drawn set with the characters who sit there) and then yields
frames of any stretch of the episode, lazily and in any order: that is what lets an interrupted or edited
episode be finished without drawing again what is already there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from talkshow.script.seats import Seat, seat_of
from talkshow.settings import GeneratorSettings
from talkshow.timeline.types import Timeline

Frame = NDArray[np.uint8]             # (height, width, 3), RGB
Size = tuple[int, int]                # (width, height) in pixels, both even

CHANNELS = (
    # mouth shapes, 0..1, what is added to a mouth at rest
    "jaw",        # how far the jaw drops
    "press",      # lips pressed shut (p, b, m), wins over every opening
    "round",      # lips protruded and narrowed (oo, w)
    "wide",       # corners drawn apart (ee, s); -0.3..1
    "upper",      # upper lip raised, upper teeth show
    "lower",      # lower lip lowered, lower teeth show (ee, s)
    "tuck",       # lower lip under the upper teeth (f, v)
    "tongue",     # tongue tip behind the upper teeth (l, th, n, d)
    "chin",       # how much further the chin is down than the lips are apart: a jaw is slower than lips; -1..1
    "smile",      # corners up; -1 (down, in sorrow) .. 1
    # upper face
    "blink",      # 0 open .. 1 shut
    "brow",       # raised; -1 (frown) .. 1
    "squint",     # lower lids up, as in a smile; 0..1
    "gaze_x",     # -1 picture left .. 1 picture right
    "gaze_y",     # -1 down .. 1 up
    # head and body
    "yaw",        # degrees; positive turns the face to picture right
    "pitch",      # degrees; positive lifts the chin
    "roll",       # degrees; positive tilts the head clockwise as seen in the picture
    "breath",     # -1..1, chest and shoulders
    "lean",       # -1..1, body sways to picture left / right, slowly
    "gesture_left",   # 0 hand rests .. 1 hand raised; the hand at picture left
    "gesture_right",  # the hand at picture right
    "activity",   # 0 silent .. 1 speaking; for renderers that need to know, not a shape
)
CHANNEL = {name: index for index, name in enumerate(CHANNELS)}


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels: right and bottom are exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    @property
    def center(self) -> tuple[float, float]:
        """(x, y) of the middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, eq=False)
class Motion:
    """What one face does, frame by frame.  values: (num_frames, len(CHANNELS)) float32."""

    values: NDArray[np.float32]

    def __getitem__(self, channel: str) -> NDArray[np.float32]:
        """One channel, (num_frames,)."""
        return self.values[:, CHANNEL[channel]]

    def at(self, frame: int) -> dict[str, float]:
        """All channels of one frame by name."""
        return dict(zip(CHANNELS, self.values[frame].tolist(), strict=True))


@dataclass(frozen=True)
class StagedCharacter:
    """A character on a stage. `look` as written in the cast; `gender` is that of the voice, or ""."""

    name: str
    seat: Seat | None = None      # None = next free seat; a text is read on the way in
    look: str = ""
    gender: str = ""

    def __post_init__(self) -> None:
        if self.seat is not None and not isinstance(self.seat, Seat):
            object.__setattr__(self, "seat", seat_of(self.name, self.seat))


@dataclass(frozen=True)
class Stage:
    """Where a scene plays. Without a picture, the set is drawn."""

    image: Path | None
    size: Size                                    # of the frames
    characters: tuple[StagedCharacter, ...]       # those who are seen, in order of first speech
    prompt: str = ""                              # what the picture shows, in words
    seed: int = 0
    company: tuple[StagedCharacter, ...] = ()     # everybody of the episode: drawn people look unlike all of them
    generator: GeneratorSettings | None = None    # for renderers that generate


class Performance(Protocol):
    """How everybody moves, made from the timeline and the tracks (see `performance/motion.py`).

    The motion of a frame depends on what is near it in time and on nothing else; asking twice, or for
    another stretch that holds the same frame, gives the same values.
    """

    timeline: Timeline

    def motion(self, speaker: str, first: int, last: int) -> Motion:
        """What `speaker` does in frames first..last-1 of the episode."""

    def sound(self, speaker: str, first: int, last: int) -> NDArray[np.float32]:
        """What `speaker` says in frames first..last-1: mono samples at 48 kHz, 1920 a frame."""


class StageView(Protocol):
    """An opened stage. `frames` may be called from several threads at once.

    `identity` is a digest of everything but the motion that decides how frames look: renderer and its
    version, picture, size, seats, looks, seed.
    """

    identity: str
    seats: Mapping[str, Box]          # face of each character, in pixels of `seat_picture`
    crop: Box                         # the part of `seat_picture` that fills the frame; may reach outside it
    warnings: tuple[str, ...]

    def seat_picture(self) -> Frame:
        """The picture in which `seats` are boxes: the reference picture, or the drawn cast's first frame."""

    def frames(self, performance: Performance, first: int, last: int) -> Iterator[Frame]:
        """Yield frames first..last-1, one array each (the caller may keep it)."""


class CroppableView(StageView, Protocol):
    """A view that can be seen nearer without being enlarged: what the director's close shots are filmed from.

    A view without these is filmed wide, and its frames are enlarged for close shots.
    """

    detail: float                     # frame pixels a pixel of `seat_picture`, up to which frames are sharp
    rooms: Mapping[str, Box]          # the part of `seat_picture` in which somebody can be framed, if not the whole
    isolates: bool                    # whether a crop leaves out whoever it is not of

    def cropped(self, crop: Box, size: Size, on: tuple[str, ...]) -> StageView:
        """The same stage through `crop` (pixels of `seat_picture`), in frames of another size; a shot of `on`."""


@runtime_checkable
class GeneratedView(StageView, Protocol):
    """A view whose frames depend on the sound and on the frames before: made in order, in stretches, and kept."""

    def planned(self, duration_s: float) -> dict[str, Any]:
        """An estimate for the plan: chunks, forwards, pflop, memory_gb, device, estimated_s (None: not known), ..."""

    def require(self) -> None:
        """Make sure that all that is needed is here, before any work. Raises MissingExtra, WeightsError."""

    def begin(self, folder: Path, stretches: Sequence[tuple[int, int]]) -> None:
        """Told once before `frames`: where work is kept, and the stretches (first, last) that start afresh."""

    def depends_on(self, performance: Performance, first: int, last: int) -> str:
        """A digest of all that decides frames first..last-1."""

    def kept_chunks(self, performance: Performance, first: int, last: int) -> Sequence[Path]:
        """Files in the folder told to `begin` that are there and from which frames first..last-1 are made."""

    def about(self) -> Mapping[str, object]:
        """For the manifest: preset, weights, options."""


class Renderer(Protocol):
    """Opens stages. A renderer without need of a picture ignores `stage.image`."""

    def open(self, stage: Stage) -> StageView:
        """Raises FaceError when the picture cannot seat the characters, CastError for an impossible seat."""
