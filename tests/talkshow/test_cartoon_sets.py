"""Places of the drawn cast, judged by their frames."""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest

from talkshow.cast.types import StagedCharacter
from talkshow.geometry import Box
from talkshow.performance.channels import CHANNELS, Motion
from talkshow.render.base import Stage
from talkshow.render.cartoon.sets import DESIGNS, SETS, choose_set
from talkshow.render.cartoon.view import Cartoon, CartoonView
from talkshow.timeline.types import Timeline

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "scripts.md").read_text(encoding="utf-8")
SHAPES = ((480, 270), (300, 300), (270, 480))
RED = "woman, red dress, short hair"


class Waving:
    """One person moves everything, the others nothing."""

    timeline = Timeline((), (), (), 0.0)

    def __init__(self, who: str) -> None:
        self.who = who

    def motion(self, speaker: str, first: int, last: int) -> Motion:
        return Motion(np.full((last - first, len(CHANNELS)), 0.9 * (speaker == self.who), np.float32))


def open_set(prompt: str, num: int = 2, size: tuple[int, int] = (480, 270), look: str = "") -> CartoonView:
    cast = tuple(StagedCharacter(f"P{index}", None, look) for index in range(num))
    return Cartoon().open(Stage(None, size, cast, prompt))


@pytest.mark.parametrize("name", SETS)
def test_every_word_of_a_set_asks_for_it(name: str) -> None:
    assert choose_set(name) == name
    for word in DESIGNS[name].words:
        assert choose_set(f"INT. THE {word.upper()} - DAY") == name
        assert not any(word in other.words for key, other in DESIGNS.items() if key != name)
        assert word in GUIDE
    assert choose_set("") == choose_set("somewhere else") == "studio"


def test_sets_are_unlike_each_other_behind_and_before_people() -> None:
    pictures = {name: open_set(name).seat_picture().astype(float) for name in SETS}
    for one, other in itertools.combinations(pictures.values(), 2):
        apart = np.abs(one - other).mean(axis=2)
        assert apart[:90].mean() > 12
        assert apart[190:].mean() > 8


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("name", ["living room", "park", "stage"])  # one of each way to sit; tables: test_cartoon
def test_one_to_six_people_have_faces_apart_and_in_the_frame(name: str, size: tuple[int, int]) -> None:
    for num in range(1, 7):
        view = open_set(name, num, size)
        boxes = list(view.seats.values())
        for box in boxes:
            assert 0 <= box.left < box.right <= size[0]
            assert 0 <= box.top < box.bottom <= size[1]
            assert box.height >= 0.12 * min(size)
        for one, other in itertools.combinations(boxes, 2):
            assert (
                one.right <= other.left or other.right <= one.left or one.bottom <= other.top or other.bottom <= one.top
            )


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(("num", "size"), [(3, (480, 270)), (4, (270, 480))])
def test_eyes_are_where_the_seats_say(name: str, num: int, size: tuple[int, int]) -> None:
    """Whites of eyes, found in the picture: two in the upper half of each face's box, left and right of its middle."""
    view = open_set(name, num, size, "black skin, bald, big eyes")
    picture = view.seat_picture()
    for box in view.seats.values():
        part = picture[
            round(box.top + 0.3 * box.height) : round(box.top + 0.6 * box.height),
            round(box.left + 0.1 * box.width) : round(box.right - 0.1 * box.width),
        ]
        columns = np.nonzero((part.min(axis=2) > 190).any(axis=0))[0]
        assert len(columns)
        assert columns.min() < part.shape[1] / 2 < columns.max()


def red_below(view: CartoonView, box: Box) -> float:
    """How far a red dress is seen below a face, in heights of the face."""
    picture = view.seat_picture().astype(int)
    x = round(box.center[0])
    red = (picture[..., 0] > 1.8 * picture[..., 1]) & (picture[..., 0] > 1.6 * picture[..., 2])
    rows = np.nonzero(red[round(box.bottom) :, x - 6 : x + 6].mean(axis=1) > 0.5)[0]
    return float(rows.max()) / box.height if len(rows) else 0.0


def test_people_on_a_sofa_have_laps_and_those_at_a_desk_do_not() -> None:
    for name in SETS:
        view = open_set(name, 1, (640, 480), RED)
        reach = red_below(view, view.seats["P0"])
        if DESIGNS[name].seating == "table":
            assert reach < 1.0, name
        elif name not in ("camp", "stage"):  # a fire and a microphone stand before them
            assert reach > 1.2, name


@pytest.mark.parametrize("name", ["living room", "stage", "studio"])
def test_nobody_reaches_into_another_row(name: str) -> None:
    view = open_set(name, 4, (270, 480), "man, top hat")
    rooms = set(view.rooms.values())
    assert len(rooms) == 2
    rest = view.seat_picture()
    for who, room in view.rooms.items():
        moved = next(view.frames(Waving(who), 0, 1))
        rows = np.nonzero((moved != rest).any(axis=(1, 2)))[0]
        assert room.top <= rows.min()
        assert rows.max() < room.bottom


@pytest.mark.parametrize("name", ["street", "park"])
def test_night_falls_where_words_say_so(name: str) -> None:
    day, night = (open_set(words, 1).seat_picture()[:80].mean() for words in (name, f"{name} by night"))
    assert night < 0.6 * day


@pytest.mark.parametrize("name", SETS)
def test_a_crop_shows_the_same_place_and_people(name: str) -> None:
    """Drawn larger through a crop, everything is where it was: compare with the enlarged whole."""
    view = open_set(name, 3, (480, 270))
    crop = Box(120.0, 60.0, 360.0, 195.0)
    near = view.cropped(crop, (480, 270), tuple(view.seats)).seat_picture()
    whole = cv2.resize(view.seat_picture()[60:195, 120:360], (480, 270), interpolation=cv2.INTER_CUBIC)
    soft = [cv2.GaussianBlur(picture, (0, 0), 3).astype(float) for picture in (near, whole)]
    assert np.abs(soft[0] - soft[1]).mean() < 4.0


def test_an_empty_stage_has_no_people_but_a_place() -> None:
    for name in SETS:
        view = open_set(name, 0)
        assert view.seats == {}
        assert view.seat_picture().std() > 15
