"""The motion channels of a face: names, ranges, and values frame by frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CHANNELS = (
    # mouth shapes, 0..1, added to a mouth at rest
    "jaw",  # how far the jaw drops
    "press",  # lips pressed shut (p, b, m), overrides every opening
    "round",  # lips protruded and narrowed (oo, w)
    "wide",  # corners drawn apart (ee, s); -0.3..1
    "upper",  # upper lip raised, upper teeth show
    "lower",  # lower lip lowered, lower teeth show (ee, s)
    "tuck",  # lower lip under the upper teeth (f, v)
    "tongue",  # tongue tip behind the upper teeth (l, th, n, d)
    "chin",  # how much further the chin drops than the lips part: a jaw is slower than lips; -1..1
    "smile",  # corners up; -1 (down, in sorrow) .. 1
    # upper face
    "blink",  # 0 open .. 1 shut
    "brow",  # raised; -1 (frown) .. 1
    "squint",  # lower lids up, as in a smile; 0..1
    "gaze_x",  # -1 picture left .. 1 picture right
    "gaze_y",  # -1 down .. 1 up
    # head and body
    "yaw",  # degrees; positive turns the face to picture right
    "pitch",  # degrees; positive lifts the chin
    "roll",  # degrees; positive tilts the head clockwise as seen in the picture
    "breath",  # -1..1, chest and shoulders
    "lean",  # -1..1, slow sway of the body to picture left / right
    "gesture_left",  # 0 resting .. 1 raised; the hand at picture left
    "gesture_right",  # the hand at picture right
    "activity",  # 0 silent .. 1 speaking; information for renderers, not a shape
)

CHANNEL = {name: index for index, name in enumerate(CHANNELS)}


@dataclass(frozen=True, eq=False)
class Motion:
    """The motion of one face, frame by frame.  values: (num_frames, len(CHANNELS)) float32."""

    values: NDArray[np.float32]

    def __getitem__(self, channel: str) -> NDArray[np.float32]:
        """One channel, (num_frames,)."""
        return self.values[:, CHANNEL[channel]]

    def at(self, frame: int) -> dict[str, float]:
        """All channels of one frame by name."""
        return dict(zip(CHANNELS, self.values[frame].tolist(), strict=True))
