"""What drawn faces do, measured on frames of people as different as can be."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from talkshow.cast.types import StagedCharacter
from talkshow.geometry import Box
from talkshow.performance.channels import CHANNEL, CHANNELS, Motion
from talkshow.performance.visemes import MOUTH, VISEMES
from talkshow.render.base import Stage
from talkshow.render.cartoon.view import Cartoon, CartoonView
from talkshow.timeline.types import Timeline

PEOPLE = (
    "woman, fair skin, long hair, red lips",
    "man, brown skin, long beard, cap",
    "boy, freckles, fringe",
    "old woman, dark skin, headscarf, oversized glasses",
    "heavy man, long nose, walrus moustache",
    "slim woman, thin lips, long face, sunglasses",
    "man, deep skin, goatee, square face, full lips",
)
SIDE = 420


class Held:
    """Everybody holds a pose; there is one."""

    timeline = Timeline((), (), (), 0.0)

    def __init__(self, pose: dict[str, float]) -> None:
        self.pose = pose

    def motion(self, speaker: str, first: int, last: int) -> Motion:
        assert speaker == "A"
        values = np.zeros((last - first, len(CHANNELS)), np.float32)
        for channel, value in self.pose.items():
            values[:, CHANNEL[channel]] = value
        return Motion(values)


@cache
def view_of(look: str) -> CartoonView:
    return Cartoon().open(Stage(None, (SIDE, SIDE), (StagedCharacter("A", None, look),), "newsroom"))


def frame(look: str, **pose: float) -> np.ndarray:
    """(SIDE, SIDE, 3) int."""
    return next(view_of(look).frames(Held(pose), 0, 1)).astype(int)


def mouth_of(look: str) -> tuple[slice, slice]:
    """Rows and columns of the lower middle of the face, where a mouth is, open or not."""
    face: Box = view_of(look).seats["A"]
    return (
        slice(round(face.top + 0.62 * face.height), round(face.bottom + 0.14 * face.height)),
        slice(round(face.left + 0.16 * face.width), round(face.right - 0.16 * face.width)),
    )


def dark(look: str, **pose: float) -> np.ndarray:
    """Where the inside of the mouth is seen: a dark red that nothing else has."""
    part = frame(look, **pose)[mouth_of(look)]
    return np.abs(part - (58, 16, 22)).max(axis=2) < 14


def teeth(look: str, **pose: float) -> np.ndarray:
    part = frame(look, **pose)[mouth_of(look)]
    return (part.min(axis=2) > 205) & (np.ptp(part, axis=2) < 30)


def tongue(look: str, **pose: float) -> np.ndarray:
    part = frame(look, **pose)[mouth_of(look)]
    return np.abs(part - (196, 83, 92)).max(axis=2) < 10


def height_of(mask: np.ndarray) -> float:
    """Mean row of what is seen, downward."""
    return float(np.nonzero(mask)[0].mean())


@pytest.mark.parametrize("look", PEOPLE)
def test_a_mouth_moves_where_a_mouth_is_and_nowhere_else(look: str) -> None:
    """What the channels of a mouth change lies in the mouth, the chin, or what hangs from it."""
    rest = frame(look)
    rows, columns = mouth_of(look)
    for channel in (*MOUTH, "smile"):
        pose = {"jaw": 0.4} if channel in ("press", "tongue") else {}
        base = frame(look, **pose) if pose else rest
        changed = np.abs(frame(look, **pose, **{channel: 1.0}) - base).max(axis=2) > 24
        assert changed[rows, columns].sum() >= 20, channel
        above = changed[: rows.start]
        assert not above.any(), channel
        assert changed[rows, columns].sum() > 0.8 * changed.sum() or channel in ("jaw", "press")


@pytest.mark.parametrize("look", PEOPLE)
def test_lips_open_with_the_jaw_close_with_press_and_round(look: str) -> None:
    sizes = [dark(look, jaw=jaw).sum() for jaw in (0.0, 0.5, 1.0)]
    assert sizes[0] < 12
    assert sizes[0] + 40 < sizes[1] < sizes[2]
    assert dark(look, jaw=1.0, press=1.0).sum() < 12
    across = [
        np.ptp(np.nonzero(dark(look, jaw=0.5, **{how: 1.0}) | teeth(look, jaw=0.5, **{how: 1.0}))[1])
        for how in ("round", "wide")
    ]
    assert across[0] < 0.75 * across[1]


@pytest.mark.parametrize("look", PEOPLE)
def test_teeth_and_tongue_show_where_they_belong(look: str) -> None:
    assert teeth(look, tuck=1.0, jaw=0.16).sum() > 12  # the lower lip lies under the upper teeth
    assert dark(look, tuck=1.0, jaw=0.16).sum() < 0.5 * teeth(look, tuck=1.0, jaw=0.16).sum()
    upper, lower = teeth(look, jaw=0.35, upper=1.0), teeth(look, jaw=0.35, lower=1.0)
    plain = teeth(look, jaw=0.35)
    assert upper.sum() > plain.sum()
    assert lower.sum() > plain.sum()
    assert height_of(lower) > height_of(upper) + 1
    assert tongue(look, jaw=0.35, tongue=1.0).sum() > tongue(look, jaw=0.35).sum() + 10


@pytest.mark.parametrize("look", PEOPLE)
def test_every_family_of_sounds_has_a_mouth_of_its_own(look: str) -> None:
    sounds = "ɑiuomfθsʃlw"
    parts = [
        frame(look, **dict(zip(MOUTH, VISEMES[sound][0].targets, strict=True)))[mouth_of(look)] for sound in sounds
    ]
    for index, one in enumerate(parts):
        for sound, other in zip(sounds[index + 1 :], parts[index + 1 :], strict=True):
            assert (np.abs(one - other).max(axis=2) > 24).sum() > 15, sounds[index] + sound


@pytest.mark.parametrize("look", [look for look in PEOPLE if "moustache" not in look])
def test_corners_go_up_with_a_smile_and_down_without_one(look: str) -> None:
    """Of an open mouth, whose ends lie higher or lower than its middle."""

    def curve(smile: float) -> float:
        rows, columns = np.nonzero(dark(look, jaw=0.3, smile=smile) | teeth(look, jaw=0.3, smile=smile))
        low, high = columns.min(), columns.max()
        ends = (columns < low + 0.2 * (high - low)) | (columns > high - 0.2 * (high - low))
        return float(rows[~ends].mean() - rows[ends].mean())

    assert curve(1.0) > curve(0.0) + 2
    assert curve(0.0) > curve(-1.0) + 2


@pytest.mark.parametrize("look", ["woman, black bun, fair skin, thick brows", "bald man, fair skin, black beard"])
def test_brows_rise_fall_and_mourn(look: str) -> None:
    face = view_of(look).seats["A"]

    def brows(**pose: float) -> tuple[float, float]:
        """Mean row of the brows, and how much lower their inner ends lie than the outer."""
        top = round(face.top + 0.22 * face.height)
        part = frame(look, **pose)[top : round(face.top + 0.40 * face.height)]
        middle, wide = face.center[0], face.width
        rows, columns = np.nonzero(part.max(axis=2) < 78)
        from_middle = np.abs(columns - middle) / wide
        inner, outer = (from_middle > 0.05) & (from_middle < 0.14), (from_middle > 0.20) & (from_middle < 0.30)
        return float(rows[inner | outer].mean()), float(rows[inner].mean() - rows[outer].mean())

    assert brows(brow=1.0, blink=1.0)[0] < brows(blink=1.0)[0] - 2
    assert brows(brow=-0.6, blink=1.0)[1] > brows(blink=1.0)[1] + 1
    assert brows(smile=-1.0, blink=1.0)[1] < brows(blink=1.0)[1] - 1
