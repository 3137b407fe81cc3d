"""How a shot is composed: one crop that fills the frame, or a split screen.  Pure."""

from __future__ import annotations

from collections.abc import Sequence

from talkshow.shots.framing import SceneSet, bands, is_filled
from talkshow.shots.moves import MOVES
from talkshow.shots.types import Panel, whole_frame

_SPLIT_MOST = 3  # people on a split screen

__all__ = ["SceneSet", "compose"]


def compose(move: str, on: Sequence[str], scene: SceneSet, *, split: bool = True) -> tuple[Panel, ...]:
    """The panels with which a move begins; the wide one where the picture gives no better.

    move: of MOVES.  split: whether people who sit too far apart for the frame may share it as a split screen.
    """
    frame = whole_frame(scene.size)
    crop = MOVES[move].frame(on, scene)
    if crop is not None:
        return (Panel(crop, frame, tuple(on)),)
    if split and is_filled(scene) and 2 <= len(scene.names) <= _SPLIT_MOST:
        panels = tuple(bands(scene))
        if len(panels) == len(scene.names):
            return panels
    return (Panel(scene.wide, frame, scene.names),)
