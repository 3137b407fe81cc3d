"""What the camera can do: the one list of moves.

Where a script can ask for a move, the words for it are under the same name in `script/moves.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from talkshow.geometry import Box
from talkshow.shots.framing import CLOSE, SceneSet, group, person

Frame = Callable[[Sequence[str], SceneSet], Box | None]
End = Callable[[Box, SceneSet], Box]


@dataclass(frozen=True)
class Move:
    """A way to show some of the people of a scene.

    frame: (people, scene) -> the crop with which it begins, None where the picture gives none: then all are shown.
    kind: what `timeline.json` calls it.  end: (first crop, scene) -> the crop with which it ends, of the frame's shape;
    the camera moves evenly from one to the other.  None: it stands still.  may_drift: whether a style may let it move
    slowly nearer where it has no `end`.
    """

    frame: Frame
    kind: str
    end: End | None = None
    may_drift: bool = True


def _all(on: Sequence[str], scene: SceneSet) -> Box | None:  # noqa: ARG001
    return None


def _one(on: Sequence[str], scene: SceneSet) -> Box | None:
    return person(on[0], scene, scene.size)


def _one_close(on: Sequence[str], scene: SceneSet) -> Box | None:
    return person(on[0], scene, scene.size, CLOSE)


MOVES: dict[str, Move] = {
    "wide": Move(_all, "wide"),
    "two": Move(group, "two"),
    "single": Move(_one, "single"),
    "close": Move(_one_close, "single"),
    "reaction": Move(_one, "reaction", may_drift=False),
}
