"""Contact sheets of the drawn cast, to be looked at: `python bench/cartoon.py --sheet DIR`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from talkshow.cast.types import StagedCharacter
from talkshow.geometry import Frame
from talkshow.performance.channels import CHANNELS, Motion
from talkshow.performance.moods import MOODS, Mood
from talkshow.performance.visemes import MOUTH, VISEMES
from talkshow.render.base import Stage
from talkshow.render.cartoon.layout import Place
from talkshow.render.cartoon.looks.wardrobe import choose_looks
from talkshow.render.cartoon.puppet import Puppet
from talkshow.render.cartoon.sets import SETS
from talkshow.render.cartoon.view import Cartoon, CartoonView
from talkshow.timeline.types import Timeline

CAST = (
    "Ada",
    "Ben",
    "Cleo",
    "Dan",
    "Eva",
    "Finn",
    "Gia",
    "Hugo",
    "Ivy",
    "Jon",
    "Kim",
    "Lou",
    "Mia",
    "Ned",
    "Ora",
    "Pat",
    "Quin",
    "Rex",
    "Sue",
    "Tim",
    "Uma",
    "Vic",
    "Wyn",
    "Zed",
)
SHAPES = {"wide": (960, 540), "square": (640, 640), "tall": (450, 800)}
SPEAKERS = ("woman, fair skin, long brown hair, teal jumper", "man, brown skin, black hair, beard, orange hoodie")
SOUNDS = {
    "rest": "",
    "ah": "ɑ",
    "eh": "ɛ",
    "ee": "i",
    "ih": "ɪ",
    "oh": "o",
    "oo": "u",
    "w": "w",
    "m": "m",
    "f": "f",
    "th": "θ",
    "t": "t",
    "s": "s",
    "sh": "ʃ",
    "l": "l",
    "r": "ɹ",
    "k": "k",
}
_INK = (40, 40, 40)
_GROUNDS = ((214, 226, 232), (240, 222, 200), (216, 230, 212), (232, 216, 228), (246, 232, 196))


def pose(**channels: float) -> dict[str, float]:
    """A whole pose from the channels that differ from rest."""
    return {**dict.fromkeys(CHANNELS, 0.0), **channels}


_NO_TIMELINE = Timeline((), (), (), 0.0)


@dataclass(frozen=True)
class _Held:
    """Everybody in one pose."""

    poses: Mapping[str, Mapping[str, float]]
    timeline: Timeline = _NO_TIMELINE

    def motion(self, speaker: str, first: int, last: int) -> Motion:
        held = self.poses.get(speaker, pose())
        return Motion(np.tile(np.array([held[name] for name in CHANNELS], np.float32), (last - first, 1)))


def draw(view: CartoonView, **poses: Mapping[str, float]) -> Frame:
    """One frame with the named characters in a pose and the others at rest."""
    return next(view.frames(_Held(poses), 0, 1))


def labelled(frame: Frame, text: str) -> Frame:
    """The frame with a caption under it."""
    strip = np.full((22, frame.shape[1], 3), 255, np.uint8)
    cv2.putText(strip, text, (4, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.45, _INK, 1, cv2.LINE_AA)
    return np.vstack([frame, strip])


def grid(cells: Sequence[Frame], across: int) -> Frame:
    """Cells of one size, row by row; the last row is filled with white."""
    blank = np.full_like(cells[0], 255)
    padded = [*cells, *[blank] * (-len(cells) % across)]
    return np.vstack([np.hstack(padded[start : start + across]) for start in range(0, len(padded), across)])


def one(look: str, size: tuple[int, int] = (300, 300), name: str = "A", prompt: str = "", seed: int = 0) -> CartoonView:
    """A stage with one character."""
    return Cartoon().open(Stage(None, size, (StagedCharacter(name, None, look),), prompt, seed))


def cast_picture(guide: Path, size: tuple[int, int] = (184, 196)) -> Frame:
    """The characters that the guide to looks lists, each before a plain ground."""
    looks = re.findall(r"^\d+\. (.+)$", guide.read_text(encoding="utf-8"), re.M)
    cells = []
    for number, words in enumerate(looks):
        look = choose_looks([StagedCharacter(f"{number}", None, words)], 0)[0][f"{number}"]
        cell = np.empty((2 * size[1], 2 * size[0], 3), np.uint8)
        cell[:] = _GROUNDS[(number + number // 6) % len(_GROUNDS)]
        puppet = Puppet(look, Place(size[0], 0.98 * size[1], 1.3, 2 * size[1], 0.0, 150.0))
        puppet.draw(cell, pose(smile=0.25))
        cells.append(cv2.resize(cell, size, interpolation=cv2.INTER_AREA))
    return grid(cells, 6)


def cast_sheet() -> Frame:
    """Twenty-four by name alone."""
    return grid([labelled(one("", name=name).seat_picture(), name) for name in CAST], 6)


def mouth_sheet() -> Frame:
    """Every kind of sound, and every mouth channel alone."""
    rows = []
    for look in SPEAKERS:
        view = one(look, (420, 420))
        shapes = {
            name: dict(zip(MOUTH, VISEMES[sound][0].targets, strict=True)) if sound else {}
            for name, sound in SOUNDS.items()
        }
        shapes |= {f"{channel}=1": {channel: 1.0} for channel in (*MOUTH, "smile")}
        rows += [labelled(draw(view, A=pose(**shape))[120:330, 100:320], name) for name, shape in shapes.items()]
    return grid(rows, 13)


def mood_sheet() -> Frame:
    """Every mood of the directions, while speaking a little; last, what the channels could show besides."""
    cells = []
    more = {"corners down": Mood(smile=-0.6, brow=0.2), "crying": Mood(smile=-1.0, brow=0.35, squint=0.4)}
    for index, (name, mood) in enumerate([*MOODS.items(), *more.items()]):
        view = one(SPEAKERS[index % 2], (320, 320))
        held = pose(smile=mood.smile, squint=mood.squint, brow=mood.brow, pitch=mood.pitch, jaw=0.10 * mood.jaw)
        cells.append(labelled(draw(view, A=held)[30:220, 60:260], name))
    return grid(cells, 9)


def pose_sheet() -> Frame:
    """Heads turned, hands raised, eyes moved."""
    poses = {
        "rest": pose(),
        "blink": pose(blink=1),
        "half": pose(blink=0.5),
        "gaze left": pose(gaze_x=-1),
        "gaze up": pose(gaze_y=1),
        "gaze down": pose(gaze_y=-1),
        "brow": pose(brow=1),
        "frown": pose(brow=-1),
        "yaw 15": pose(yaw=15),
        "yaw -15": pose(yaw=-15),
        "pitch 10": pose(pitch=10),
        "pitch -10": pose(pitch=-10),
        "roll 8": pose(roll=8),
        "lean": pose(lean=1),
        "breath": pose(breath=1),
        "left hand": pose(gesture_left=1),
        "half left": pose(gesture_left=0.4),
        "right hand": pose(gesture_right=1),
        "both": pose(gesture_left=1, gesture_right=1),
    }
    cells = []
    for look in SPEAKERS:
        view = one(look, (360, 360))
        cells += [labelled(draw(view, A=held), name) for name, held in poses.items()]
    return grid(cells, 10)


def set_sheets() -> Iterator[tuple[str, Frame]]:
    """Every set with one to six people in three shapes of frame."""
    for name in SETS:
        for shape, size in SHAPES.items():
            cells = []
            for num in range(1, 7):
                cast = tuple(StagedCharacter(who) for who in CAST[:num])
                view = Cartoon().open(Stage(None, size, cast, name, num))
                moving = {
                    who: pose(gesture_left=1.0 * (index == 1), jaw=0.6 * (index == 0))
                    for index, who in enumerate(view.seats)
                }
                cells.append(labelled(draw(view, **moving), f"{name}, {num}, {shape}"))
            yield f"set_{name.replace(' ', '_')}_{shape}", grid(cells, 2 if shape == "wide" else 3)


def write_sheets(folder: Path, only: str = "") -> list[Path]:
    """Write all sheets whose name contains `only`; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    makers = {"cast": cast_sheet, "mouths": mouth_sheet, "moods": mood_sheet, "poses": pose_sheet}
    sheets = [(name, make()) for name, make in makers.items() if only in name]
    sheets += [sheet for sheet in (set_sheets() if "set".startswith(only[:3]) else ()) if only in sheet[0]]
    written = []
    for name, sheet in sheets:
        path = folder / f"{name}.png"
        cv2.imwrite(str(path), sheet[..., ::-1])
        written.append(path)
    return written
