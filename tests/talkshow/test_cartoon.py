"""The drawn cast, judged by its frames."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest

from talkshow.cast.types import StagedCharacter
from talkshow.errors import CastError, FaceError
from talkshow.geometry import Box, Frame
from talkshow.performance.channels import CHANNEL, CHANNELS, Motion
from talkshow.render.base import Stage
from talkshow.render.cartoon.view import Cartoon, CartoonView
from talkshow.timeline.types import Timeline

MAYA = StagedCharacter("MAYA", None, "woman, fair skin, grey bun, round glasses, green cardigan")
LEO = StagedCharacter("LEO", None, "man, tan skin, short black hair, orange hoodie")
SMALL = (640, 360)


@dataclass(frozen=True)
class Scripted:
    """A performance written out: who -> channel -> one value per frame."""

    moves: dict[str, dict[str, list[float]]]
    timeline: Timeline = field(default_factory=lambda: Timeline((), (), (), 0.0))

    def motion(self, speaker: str, first: int, last: int) -> Motion:
        values = np.zeros((last - first, len(CHANNELS)), np.float32)
        for channel, track in self.moves.get(speaker, {}).items():
            values[:, CHANNEL[channel]] = track[first:last]
        return Motion(values)


def open_stage(
    *characters: StagedCharacter, size: tuple[int, int] = SMALL, prompt: str = "", seed: int = 0
) -> CartoonView:
    return Cartoon().open(Stage(None, size, characters, prompt, seed))


def one_frame(view: CartoonView, name: str, **pose: float) -> Frame:
    """A frame in which one character holds a pose."""
    return next(view.frames(Scripted({name: {channel: [value] for channel, value in pose.items()}}), 0, 1))


def inside(frame: Frame, box: Box) -> Frame:
    return frame[max(0, int(box.top)) : int(box.bottom), max(0, int(box.left)) : int(box.right)]


def dark_mouth(frame: Frame, face: Box) -> int:
    """Dark pixels in the lower middle of a face, found without asking the renderer where its mouth is."""
    x, _ = face.center
    mouth = Box(x - 0.22 * face.width, face.top + 0.68 * face.height, x + 0.22 * face.width, face.bottom)
    return int((inside(frame, mouth).astype(int).sum(2) < 150).sum())


def changed(first: Frame, second: Frame) -> np.ndarray:
    """(height, width): which pixels differ at all."""
    return (first != second).any(axis=2)


@pytest.fixture(scope="module")
def pair() -> CartoonView:
    return open_stage(MAYA, LEO)


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (480, 480), (854, 480), (320, 180), (1920, 1080)])
def test_every_size_and_shape_of_frame(size: tuple[int, int]) -> None:
    view = open_stage(MAYA, LEO, size=size)
    frame = one_frame(view, "MAYA", jaw=0.5)
    assert frame.shape == (size[1], size[0], 3)
    assert frame.dtype == np.uint8
    assert frame.std() > 20


@pytest.mark.parametrize("size", [(480, 270), (270, 480), (300, 300)])
@pytest.mark.parametrize("num", range(1, 7))
def test_one_to_six_people_have_faces_apart_and_in_the_frame(num: int, size: tuple[int, int]) -> None:
    cast = [StagedCharacter(f"P{index}") for index in range(num)]
    view = open_stage(*cast, size=size)
    boxes = list(view.seats.values())
    assert list(view.seats) == [character.name for character in cast]
    for box in boxes:
        assert box.left >= 0
        assert box.top >= 0
        assert box.right <= size[0]
        assert box.bottom <= size[1]
        assert box.height >= 0.12 * min(size)
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            assert (
                one.right <= other.left or other.right <= one.left or one.bottom <= other.top or other.bottom <= one.top
            )


@pytest.mark.parametrize(("num", "prompt"), [(6, "a theatre stage"), (6, "a park"), (5, "a kitchen"), (3, "a sofa")])
def test_broad_people_are_not_cut_by_the_frame_and_leave_room_for_each_other(num: int, prompt: str) -> None:
    looks = (
        "broad man, leather jacket",
        "heavy man, suit",
        "broad woman, jumper",
        "man, hoodie",
        "heavy man, shirt",
        "broad man, coat",
    )
    cast = [StagedCharacter(f"P{index}", None, looks[index - num]) for index in range(num)]
    view = open_stage(*cast, size=(480, 270), prompt=prompt)
    alone = [view.cropped(view.crop, (480, 270), (character.name,)).seat_picture() for character in cast]
    empty = np.median(alone, axis=0)  # another one is seen in each
    columns = [np.flatnonzero((np.abs(picture - empty).max(axis=2) > 24).sum(axis=0) > 3) for picture in alone]
    assert min(columns[0]) > 1 and max(columns[-1]) < 478
    assert all(max(left) - min(right) <= 2 for left, right in pairwise(columns))


def test_the_seat_picture_is_the_cast_at_rest(pair: CartoonView) -> None:
    assert np.array_equal(pair.seat_picture(), one_frame(pair, "MAYA"))


def test_a_mouth_opens_with_the_jaw_and_press_closes_it(pair: CartoonView) -> None:
    for name in ("MAYA", "LEO"):
        face = pair.seats[name]
        areas = [dark_mouth(one_frame(pair, name, jaw=jaw), face) for jaw in (0, 0.25, 0.5, 0.75, 1)]
        assert all(later > earlier for earlier, later in pairwise(areas[1:]))
        assert areas[4] > areas[0] + 40
        pressed = dark_mouth(one_frame(pair, name, jaw=1, press=1), face)
        assert pressed <= areas[0] + 0.05 * areas[4]
        half = dark_mouth(one_frame(pair, name, jaw=1, press=0.5), face)
        assert pressed < half < areas[4]


def test_only_the_own_mouth_moves(pair: CartoonView) -> None:
    rest = pair.seat_picture()
    talking = one_frame(pair, "MAYA", jaw=0.8)
    moved = changed(rest, talking)
    assert moved.any()
    rows, columns = np.nonzero(moved)
    face = pair.seats["MAYA"]
    assert columns.min() >= face.left - 2
    assert columns.max() <= face.right + 2
    assert rows.min() >= face.center[1]
    assert rows.max() <= face.bottom + 0.2 * face.height


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"round": 1, "jaw": 0.3}, {"wide": 1, "jaw": 0.3}),
        ({"tuck": 1}, {"press": 1}),
        ({"tongue": 1, "jaw": 0.5}, {"jaw": 0.5}),
        ({"upper": 1, "lower": 1}, {}),
        ({"smile": 1}, {}),
        ({"blink": 1}, {}),
        ({"blink": 1}, {"blink": 0.5}),
        ({"brow": 1}, {"brow": -1}),
        ({"squint": 1}, {}),
        ({"gaze_x": 1}, {"gaze_x": -1}),
        ({"gaze_y": 1}, {"gaze_y": -1}),
        ({"yaw": 8}, {"yaw": -8}),
        ({"pitch": 6}, {"pitch": -6}),
        ({"roll": 5}, {"roll": -5}),
        ({"breath": 1}, {"breath": -1}),
        ({"lean": 1}, {"lean": -1}),
        ({"gesture_left": 1}, {}),
        ({"gesture_right": 1}, {}),
    ],
)
def test_every_channel_shows(pair: CartoonView, one: dict[str, float], other: dict[str, float]) -> None:
    first, second = one_frame(pair, "LEO", **one), one_frame(pair, "LEO", **other)
    difference = np.abs(first.astype(int) - second).max(axis=2)
    assert (difference > 25).sum() >= 8
    assert not changed(inside(first, pair.seats["MAYA"]), inside(second, pair.seats["MAYA"])).any()


def test_a_rounded_mouth_is_narrower_than_a_wide_one_and_shows_less_teeth(pair: CartoonView) -> None:
    def width(**pose: float) -> int:
        face = pair.seats["LEO"]
        mouth = inside(
            one_frame(pair, "LEO", **pose),
            Box(
                face.left + 0.2 * face.width, face.top + 0.66 * face.height, face.right - 0.2 * face.width, face.bottom
            ),
        )
        opening = (mouth.astype(int).sum(2) < 150) | (mouth.min(2) > 215)
        return int(np.ptp(np.nonzero(opening)[1]))

    def teeth(**pose: float) -> int:
        face = pair.seats["LEO"]
        mouth = Box(face.left, face.top + 0.62 * face.height, face.right, face.top + 0.85 * face.height)
        return int((inside(one_frame(pair, "LEO", **pose), mouth).min(axis=2) > 215).sum())

    assert width(wide=1, jaw=0.3) > width(round=1, jaw=0.3)
    assert teeth(wide=1, jaw=0.3, lower=0.5) > 2 * teeth(round=1, jaw=0.3)
    assert teeth(tuck=1) > 10


def test_eyes_shut(pair: CartoonView) -> None:
    face = pair.seats["LEO"]
    eyes = Box(face.left, face.top + 0.38 * face.height, face.right, face.top + 0.56 * face.height)

    def white(blink: float) -> int:
        return int((inside(one_frame(pair, "LEO", blink=blink), eyes).min(axis=2) > 215).sum())

    assert white(0) > white(0.5) > white(1)
    assert white(1) == 0


def test_the_head_turns_where_the_motion_says(pair: CartoonView) -> None:
    """The bright whites of the eyes move right for a positive yaw and up for a positive pitch."""
    face = pair.seats["LEO"]

    def eyes(**pose: float) -> tuple[float, float]:
        white = inside(one_frame(pair, "LEO", **pose), face).min(axis=2) > 215
        white[: int(0.3 * face.height)] = False
        white[int(0.62 * face.height) :] = False
        rows, columns = np.nonzero(white)
        return float(columns.mean()), float(rows.mean())

    assert eyes(yaw=8)[0] > eyes()[0] + 2
    assert eyes(yaw=-8)[0] < eyes()[0] - 2
    assert eyes(pitch=6)[1] < eyes()[1] - 1


def test_a_raised_hand_moves_on_its_own_side(pair: CartoonView) -> None:
    rest = pair.seat_picture()
    x = pair.seats["LEO"].center[0]
    left = np.nonzero(changed(rest, one_frame(pair, "LEO", gesture_left=1)))[1]
    right = np.nonzero(changed(rest, one_frame(pair, "LEO", gesture_right=1)))[1]
    assert left.max() < x + 5
    assert right.min() > x - 5


def test_the_world_stands_still(pair: CartoonView) -> None:
    """Far from the people no pixel changes, whatever they do."""
    rng = np.random.default_rng(1)
    moves = {name: {channel: list(rng.uniform(-1, 1, 6)) for channel in CHANNELS} for name in pair.seats}
    frames = list(pair.frames(Scripted(moves), 0, 6))
    near = np.zeros(frames[0].shape[:2], bool)
    for face in pair.seats.values():
        near[
            max(0, int(face.top - 0.5 * face.height)) :,
            int(face.left - 1.1 * face.width) : int(face.right + 1.1 * face.width),
        ] = True
    assert not near.all()
    for frame in frames[1:]:
        assert not changed(frames[0], frame)[~near].any()


def test_a_stretch_does_not_depend_on_where_it_is_cut(pair: CartoonView) -> None:
    moves = {"MAYA": {"jaw": [0.1 * i for i in range(8)], "yaw": [float(i) for i in range(8)]}}
    whole = list(pair.frames(Scripted(moves), 0, 8))
    again = [*open_stage(MAYA, LEO).frames(Scripted(moves), 0, 3), *pair.frames(Scripted(moves), 3, 8)]
    assert all(np.array_equal(a, b) for a, b in zip(whole, again, strict=True))


def test_threads_draw_what_one_draws(pair: CartoonView) -> None:
    rng = np.random.default_rng(2)
    moves = {name: {channel: list(rng.uniform(0, 1, 12)) for channel in CHANNELS} for name in pair.seats}
    alone = list(pair.frames(Scripted(moves), 0, 12))
    with ThreadPoolExecutor(3) as pool:
        parts = list(pool.map(lambda cut: list(pair.frames(Scripted(moves), *cut)), [(0, 12), (0, 12), (4, 12)]))
    for part, start in zip(parts, (0, 0, 4), strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(part, alone[start:], strict=True))


def test_frames_may_be_kept(pair: CartoonView) -> None:
    frames = list(pair.frames(Scripted({"MAYA": {"jaw": [0.0, 1.0]}}), 0, 2))
    assert changed(frames[0], frames[1]).any()
    frames[0][:] = 0
    assert frames[1].std() > 20


def test_sets_differ_and_words_choose_them() -> None:
    frames = {
        words: open_stage(MAYA, size=(320, 180), prompt=words).seat_picture()
        for words in ("", "a sofa at home", "a street cafe", "on a stage")
    }
    for first in frames:
        for second in frames:
            if first < second:
                assert np.abs(frames[first].astype(int) - frames[second]).mean() > 15


def test_identity_says_what_decides_the_picture() -> None:
    base = open_stage(MAYA, LEO, size=(320, 180))
    assert base.identity == open_stage(MAYA, LEO, size=(320, 180)).identity
    others = [
        open_stage(MAYA, LEO, size=(320, 240)),
        open_stage(MAYA, LEO, size=(320, 180), seed=1),
        open_stage(MAYA, size=(320, 180)),
        open_stage(LEO, MAYA, size=(320, 180)),
        open_stage(MAYA, LEO, size=(320, 180), prompt="street"),
    ]
    assert len({base.identity, *(view.identity for view in others)}) == 6


def test_seat_words_order_the_table() -> None:
    a, b, c = (StagedCharacter(name, seat) for name, seat in (("A", "right"), ("B", None), ("C", "1")))
    assert list(open_stage(a, b, c, size=(320, 180)).seats) == ["C", "B", "A"]
    middle = open_stage(StagedCharacter("A"), StagedCharacter("B"), StagedCharacter("C", "center"), size=(320, 180))
    assert list(middle.seats) == ["A", "C", "B"]
    xs = [box.left for box in middle.seats.values()]
    assert xs == sorted(xs)


@pytest.mark.parametrize(
    ("seats", "order"),
    [
        (("3", "2"), "BA"),
        (("right", "3"), "BA"),
        (("center", "left"), "BA"),
        (("5", "6"), "AB"),
        (("2", None), "BA"),
        (("2", "right", "left", None), "CADB"),
        (("right", "4", "1", "2"), "CDBA"),
        ((None, "center", None), "ABC"),
    ],
)
def test_seats_keep_their_order_when_somebody_is_missing(seats: tuple[str | None, ...], order: str) -> None:
    cast = [StagedCharacter("ABCD"[index], seat) for index, seat in enumerate(seats)]
    assert "".join(open_stage(*cast, size=(160, 90)).seats) == order


@pytest.mark.parametrize(
    ("seats", "says"),
    [
        (("left", "left"), "have the same seat"),
        (("1", "left"), "have the same seat"),
        (("7", None), "6 seats"),
        (("2", "2"), "have the same seat"),
        (("10,20,30,40", None), "portrait"),
    ],
)
def test_impossible_seats(seats: tuple[str | None, str | None], says: str) -> None:
    with pytest.raises(CastError, match=says):
        open_stage(StagedCharacter("A", seats[0]), StagedCharacter("B", seats[1]))


def test_more_than_six_name_the_cures() -> None:
    with pytest.raises(FaceError, match="seat=off"):
        open_stage(*(StagedCharacter(f"P{index}") for index in range(7)))


def test_an_empty_stage_is_the_set_alone() -> None:
    view = open_stage(size=(320, 180))
    assert view.seats == {}
    assert view.seat_picture().std() > 20


def test_a_hand_leaves_the_table_without_a_jump(pair: CartoonView) -> None:
    """Resting arms are a stored picture, raised ones are drawn: the two must meet."""
    for name in ("MAYA", "LEO"):
        for hand in ("gesture_left", "gesture_right"):
            rest, barely = (one_frame(pair, name, **{hand: raised}).astype(int) for raised in (0.0, 0.02))
            assert np.abs(rest - barely).mean() < 0.02


def test_any_stretch_of_an_episode_gives_the_same_frames(pair: CartoonView) -> None:
    sway = [float(value) for value in np.clip(np.sin(np.arange(20) * 0.5), 0, 1)]
    moves = Scripted({"MAYA": {"gesture_left": sway, "lean": sway, "jaw": sway}, "LEO": {"blink": sway, "yaw": sway}})
    whole = list(pair.frames(moves, 0, 20))
    for frame, again in zip(whole[12:17], pair.frames(moves, 12, 17), strict=True):
        assert np.array_equal(frame, again)
