"""The portrait renderer, judged on its frames: by the landmark network, by hand-made masks, by differences."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from drawn_people import paint_person, save, two_people, wall
from numpy.typing import NDArray

from talkshow.cast.types import StagedCharacter
from talkshow.errors import CastError, FaceError
from talkshow.faces.landmarks import Landmarks, find_landmarks, landmark_net
from talkshow.faces.mesh import canonical_mesh, fit_pose
from talkshow.geometry import Box
from talkshow.performance.channels import CHANNEL, CHANNELS, Motion
from talkshow.performance.head import LIMITS
from talkshow.render.base import Stage, StageView
from talkshow.render.portrait import Portrait
from talkshow.render.portrait.actor import Stroke, build_actor, cut_out
from talkshow.render.portrait.field import FIELD_CHANNELS, build_field
from talkshow.render.portrait.grid import grid_over
from talkshow.render.portrait.matte import matte_net
from talkshow.render.portrait.shapes import face_shapes
from talkshow.span import Span
from talkshow.timeline.types import Timeline

SIZE = (640, 360)
NAMES = ("MAYA", "LEO")
Pixels = NDArray[np.uint8]


@dataclass
class Scripted:
    """Poses written out by hand, one per frame; who is not named rests."""

    poses: Mapping[str, list[dict[str, float]]]
    timeline: Timeline = field(default_factory=lambda: Timeline((), NAMES, (Span(0, 4),), 4.0))

    def motion(self, speaker: str, first: int, last: int) -> Motion:
        values = np.zeros((last - first, len(CHANNELS)), np.float32)
        for row, pose in enumerate(self.poses.get(speaker, [])[first:last]):
            for channel, value in pose.items():
                values[row, CHANNEL[channel]] = value
        return Motion(values)


def stage(image: Path, *characters: StagedCharacter, size: tuple[int, int] = SIZE) -> Stage:
    return Stage(image, size, characters or tuple(StagedCharacter(name) for name in NAMES))


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(two_people(1280, 720), tmp_path_factory.mktemp("portrait") / "duo.png")


@pytest.fixture(scope="module")
def view(image: Path) -> StageView:
    return Portrait().open(stage(image))


def render(view: StageView, name: str, **pose: float) -> Pixels:
    return next(iter(view.frames(Scripted({name: [pose]}), 0, 1)))


def inside(frame: Pixels, box: Box) -> NDArray[np.int64]:
    return frame[int(box.top) : int(box.bottom), int(box.left) : int(box.right)].astype(np.int64)


@cache
def net() -> Any:
    """The network that measures frames."""
    return landmark_net()


def lips(frame: Pixels, box: Box, scale: float = 0.5) -> dict[str, float]:
    """Mouth measured by the landmark network on a frame, in face heights."""
    here = Box(box.left * scale, box.top * scale, box.right * scale, box.bottom * scale)
    points = find_landmarks(net(), frame, here).points[:, :2].astype(float)
    height = np.linalg.norm(points[152] - points[10])
    gap = np.mean([np.linalg.norm(points[a] - points[b]) for a, b in ((13, 14), (82, 87), (312, 317))])
    lids = np.mean([np.linalg.norm(points[a] - points[b]) for a, b in ((159, 145), (386, 374))])
    return {
        "gap": gap / height,
        "width": float(np.linalg.norm(points[61] - points[291]) / height),
        "lids": lids / height,
        "nose": float(points[1, 0]),
        "tilt": float(np.degrees(np.arctan2(*(points[263] - points[33])[::-1]))),
    }


def test_frames_have_the_size_and_seats_are_in_picture_pixels(view: StageView) -> None:
    frames = list(view.frames(Scripted({}), 0, 2))
    assert [frame.shape for frame in frames] == [(360, 640, 3)] * 2 and frames[0].dtype == np.uint8
    assert frames[0] is not frames[1] and np.array_equal(frames[0], frames[1])
    assert view.seat_picture().shape == (720, 1280, 3) and not view.warnings
    assert list(view.seats) == list(NAMES)
    assert view.seats["MAYA"].center[0] == pytest.approx(0.27 * 1280, abs=25)


def test_the_gap_of_the_lips_follows_the_jaw(view: StageView) -> None:
    for name in NAMES:
        gaps = [lips(render(view, name, jaw=jaw), view.seats[name])["gap"] for jaw in (0, 0.25, 0.5, 0.75, 1)]
        assert gaps[0] < 0.015 and gaps[-1] > 0.10
        assert all(np.diff(gaps) > 0.01)


def test_pressed_lips_are_shut_whatever_the_jaw_does(view: StageView) -> None:
    for name in NAMES:
        pressed = lips(render(view, name, press=1, jaw=0.9, upper=0.5, lower=0.5), view.seats[name])
        assert pressed["gap"] < 0.015


def test_lips_shut_while_the_chin_is_still_down(view: StageView) -> None:
    for name in NAMES:
        shut = render(view, name, press=1, chin=0.35)
        assert lips(shut, view.seats[name])["gap"] < 0.015
        moved = np.abs(shut.astype(int) - render(view, name, press=1)).max(axis=2)
        center = [edge / 2 for edge in view.seats[name].center]
        below = int(center[1] + 0.18 * view.seats[name].height)
        assert moved[below:, :].max() > 20 and moved[: int(center[1]), :].max() == 0


def test_an_open_mouth_of_the_picture_closes(view: StageView) -> None:
    original = view.seat_picture()
    assert lips(original, view.seats["LEO"], scale=1)["gap"] > 0.03
    assert lips(render(view, "LEO"), view.seats["LEO"])["gap"] < 0.015


def test_nothing_of_the_teeth_in_the_picture_is_left_in_shut_lips(tmp_path: Path) -> None:
    picture = paint_person(wall(640, 640), 320, 300, 400, open_mouth=0.4)
    cv2.ellipse(picture, (320, 300 + round(0.575 * 200)), (32, 8), 0, 0, 360, (250, 250, 245), -1, cv2.LINE_AA)
    shown = Portrait().open(Stage(save(picture, tmp_path / "teeth.png"), (640, 640), (StagedCharacter("MAYA"),)))
    shut = cv2.cvtColor(render(shown, "MAYA"), cv2.COLOR_RGB2GRAY)
    assert shut[390:440, 260:380].max() < 200 < cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[390:440, 260:380].max()


def test_who_bares_the_teeth_in_the_picture_bares_them_when_speaking(tmp_path: Path) -> None:
    bared = []
    for name, height in (("little", 4), ("much", 9)):
        picture = paint_person(wall(640, 640), 320, 300, 400, open_mouth=0.4)
        cv2.ellipse(
            picture, (320, 300 + round(0.56 * 200) + height), (40, height), 0, 0, 360, (250, 250, 245), -1, cv2.LINE_AA
        )
        shown = Portrait().open(Stage(save(picture, tmp_path / f"{name}.png"), (640, 640), (StagedCharacter("MAYA"),)))
        mouth = render(shown, "MAYA", jaw=0.7)[380:470, 290:350]
        bared.append((mouth.min(axis=2) > 150).sum(axis=0).mean())  # rows of something white
    assert bared[0] > 5 and bared[1] > 1.15 * bared[0]


@pytest.mark.parametrize(("yaw", "wander", "painted"), [(45, 0.01, True), (75, 0.01, False), (45, 0.05, False)])
def test_where_lips_are_not_known_skin_moves_and_nothing_is_painted(yaw: float, wander: float, painted: bool) -> None:
    """Landmarks of a face turned by `yaw` on a picture of stripes: what moves shifts them, a mouth is black."""
    plain = np.full((360, 480, 3), (200, 150, 120), np.uint8)
    still = plain.copy()
    still[::9] = (170, 120, 95)
    turn = cv2.Rodrigues(np.radians(yaw) * np.eye(3)[1])[0]
    mesh = canonical_mesh().points
    face = np.concatenate([mesh, mesh[-10:]])
    landmarks = (10 * face @ turn.T * (1, -1, -1) + (220, 150, 0)).astype(np.float32)
    # without stripes, which GrabCut is long about: the matte is given anyway
    actor = build_actor(Landmarks(landmarks, 1.0, wander), plain, (), matte_net())
    actor = replace(actor, matte=np.full_like(actor.matte, 255), eyes=())
    people = cut_out(still, [actor])
    frame = still.copy()
    Stroke(actor).draw(frame, people.copy(), people, dict.fromkeys(CHANNELS, 0.0) | {"jaw": 1.0})
    assert (np.abs(frame.astype(int) - still).max(axis=2) > 20).sum() > 150
    assert (frame.max(axis=2) < 100).any() == painted


def test_teeth_take_the_colour_of_the_light(tmp_path: Path) -> None:
    picture = paint_person(wall(640, 640), 320, 300, 400, open_mouth=0.4)
    cv2.ellipse(picture, (320, 300 + round(0.60 * 200)), (36, 14), 0, 0, 360, (250, 250, 245), -1, cv2.LINE_AA)
    red_to_blue = []
    for name, light in (("day", (1, 1, 1)), ("candle", (0.6, 0.43, 0.3))):
        lit = np.rint(picture * light).astype(np.uint8)
        shown = Portrait().open(Stage(save(lit, tmp_path / f"{name}.png"), (640, 640), (StagedCharacter("MAYA"),)))
        mouth = render(shown, "MAYA", jaw=0.35, wide=1, upper=0.6)[390:450, 280:360].reshape(-1, 3).astype(float)
        tooth = mouth[mouth[:, 1] >= np.percentile(mouth[:, 1], 97)].mean(axis=0)
        red_to_blue.append(tooth[0] / tooth[2])
    assert red_to_blue[0] < 1.25 and 1.6 < red_to_blue[1] / red_to_blue[0] < 2.2


def test_rounded_lips_are_narrow_and_wide_ones_wide(view: StageView) -> None:
    plain, narrow, wide = (
        lips(render(view, "MAYA", jaw=0.3, **more), view.seats["MAYA"])["width"]
        for more in ({}, {"round": 1}, {"wide": 1})
    )
    assert narrow < 0.85 * plain and wide > 1.05 * plain


def test_rounded_lips_take_back_the_smile_of_a_picture() -> None:
    def lift(face: NDArray[np.float64]) -> float:
        return float(face[[61, 291], 1].mean() - face[[13, 14], 1].mean())

    plain = canonical_mesh().points
    smiling = plain + face_shapes(plain)["smile"]
    rounded = [lift(face + face_shapes(face)["round"]) for face in (plain, smiling)]
    assert lift(smiling) - lift(plain) > 0.2
    assert rounded[1] - rounded[0] < 0.4 * (lift(smiling) - lift(plain))


def test_a_blink_shuts_the_eyes_and_the_mouth_stays(view: StageView) -> None:
    rest, shut = (lips(render(view, "MAYA", blink=blink), view.seats["MAYA"]) for blink in (0, 1))
    assert shut["lids"] < 0.6 * rest["lids"] and abs(shut["gap"] - rest["gap"]) < 0.01


def test_a_shut_lid_has_the_colour_of_the_skin_around_it(view: StageView) -> None:
    shut = render(view, "MAYA", blink=1).astype(float)
    # as `paint_person` draws her, at half the size: middle of an eye; cheek below it
    x, y, unit = (0.27 * 1280 + 0.40 * 0.38 * 347) / 2, 333 / 2, 173 / 2
    lid = shut[int(y - 0.16 * unit) : int(y - 0.10 * unit), int(x - 6) : int(x + 6)].mean(axis=(0, 1))
    cheek = shut[int(y + 0.20 * unit) : int(y + 0.30 * unit), int(x - 6) : int(x + 6)].mean(axis=(0, 1))
    assert 0.85 < lid.mean() / cheek.mean() < 1.05
    assert np.allclose(lid / lid.mean(), cheek / cheek.mean(), atol=0.06)


def test_a_bluish_shadow_around_the_eyes_makes_no_blue_lids(tmp_path: Path) -> None:
    picture = paint_person(wall(640, 640), 320, 300, 400).astype(float)
    x, y = 320 + 0.40 * 0.38 * 400, 300 - 0.13 * 200  # middle of an eye, as it is painted
    shadow = np.zeros((640, 640))
    cv2.ellipse(shadow, (round(x), round(y)), (44, 34), 0, 0, 360, 1.0, -1)
    cv2.ellipse(shadow, (round(x), round(y)), (31, 14), 0, 0, 360, 0.0, -1)
    shadow = cv2.GaussianBlur(shadow, (0, 0), 2)[..., None]
    tinted = picture * (1 - shadow) + shadow * picture.mean(axis=2, keepdims=True) * (0.80, 1.0, 1.20)
    still = save(np.rint(tinted).clip(0, 255).astype(np.uint8), tmp_path / "shadow.png")
    shut = render(Portrait().open(Stage(still, (640, 640), (StagedCharacter("MAYA"),))), "MAYA", blink=1).astype(float)
    lid = shut[round(y) - 6 : round(y) + 2, round(x) - 10 : round(x) + 10].mean(axis=(0, 1))
    assert lid[0] > 1.22 * lid[2] and 0.6 < lid.mean() / shut[round(y) + 50 : round(y) + 60, round(x)].mean() < 1.1


def test_the_head_turns_and_tilts_as_named(view: StageView) -> None:
    rest = lips(render(view, "MAYA"), view.seats["MAYA"])
    right, left = (lips(render(view, "MAYA", yaw=yaw), view.seats["MAYA"])["nose"] for yaw in (5, -5))
    assert right > rest["nose"] + 1.5 and left < rest["nose"] - 1.5
    clockwise = lips(render(view, "MAYA", roll=4), view.seats["MAYA"])["tilt"]
    assert clockwise - rest["tilt"] == pytest.approx(4, abs=1.5)


@pytest.mark.parametrize("yaw", [0, 20, 35, 50, 65])
def test_a_turning_head_folds_nowhere(yaw: float) -> None:
    turn = cv2.Rodrigues(np.radians(yaw) * np.eye(3)[1])[0]
    pose = fit_pose((14 * canonical_mesh().points @ turn.T * (1, -1, -1) + (300, 200, 0)).astype(np.float32))
    grid = grid_over(100, 0, 500, 420, 4, (640, 480))
    whole = np.ones((grid.rows, grid.columns), np.float32)
    bases = build_field(pose, grid, whole, whole, parted=True).upper.reshape(-1, grid.rows, grid.columns, 2)
    for channel in ("yaw", "pitch", "roll"):
        moved = bases[FIELD_CHANNELS.index(channel)] * LIMITS[channel]
        assert max(np.abs(np.diff(moved, axis=axis)).max() for axis in (0, 1)) < 1  # cells a cell: none overtakes


def test_one_who_speaks_moves_no_other(view: StageView) -> None:
    moved = np.abs(render(view, "MAYA", jaw=1, roll=4, lean=1).astype(int) - render(view, "LEO"))
    assert moved[:, :300].max() > 60 and moved[:, 330:].max() == 0


def test_the_wall_stands_still_while_heads_move(view: StageView) -> None:
    """Outside the painted outlines, a little room left for their soft edges, nothing may move."""
    poses = [
        {"roll": 2.5 * np.sin(i), "yaw": 4 * np.cos(i), "pitch": 3 * np.sin(2 * i), "jaw": i % 2, "lean": 0.3}
        for i in range(8)
    ]
    frames = np.array(list(view.frames(Scripted({"MAYA": poses}), 0, 8)), np.float32)
    deviation = frames.std(axis=0).max(axis=2)
    y, x = np.mgrid[0:360, 0:640]
    u, v = (x - 0.27 * 640) / (0.38 * 173.3), (y - 166.7) / (0.5 * 173.3)
    outside = (
        (np.hypot(u / 1.18, (v + 0.25) / 1.1) > 1.35)
        & (np.hypot(u / 1.15, v) > 1.45)
        & (np.hypot(u / 2.2, (v - 2.3) / 0.95) > 1.2)
        & (abs(u) > 0.9)
    )
    assert outside[:, :320].mean() > 0.2
    assert deviation[outside].mean() < 0.3 and np.percentile(deviation[outside], 99.5) < 6


def test_people_shoulder_to_shoulder_at_rest_are_the_picture(tmp_path: Path) -> None:
    """Nothing is carried on into a neighbour, and no line shows where one person's ground ends."""
    picture = wall(960, 540)
    for x, y in ((270, 250), (480, 330), (690, 240)):
        picture = paint_person(picture, x, y, 230)
    cast = [StagedCharacter(name) for name in ("MAYA", "LEO", "ANA")]
    shown = Portrait().open(stage(save(picture, tmp_path / "three.png"), *cast, size=(960, 540)))
    changed = np.abs(render(shown, "MAYA").astype(int) - picture).max(axis=2)
    for face in shown.seats.values():
        changed[int(face.top) : int(face.bottom) + 20, int(face.left) - 10 : int(face.right) + 10] = 0
    assert (changed > 40).sum() < 60


def test_a_mouth_seen_from_afar_opens_wider(tmp_path: Path) -> None:
    picture = paint_person(paint_person(wall(960, 540), 260, 270, 420), 760, 270, 130)
    shown = Portrait().open(stage(save(picture, tmp_path / "far.png"), size=(960, 540)))

    def opened(name: str, jaw: float) -> float:
        """Darkness that comes up below the nose, against the size of the face."""
        face = shown.seats[name]
        below = Box(face.left, face.center[1], face.right, face.bottom + 0.1 * face.height)
        shut, wide = (inside(render(shown, name, jaw=value), below).sum(axis=2) for value in (0, jaw))
        return float(np.clip(shut - wide, 0, None).sum() / face.height**2)

    assert 1.3 < opened("LEO", 0.25) / opened("MAYA", 0.25) < 2.0
    assert 0.8 < opened("LEO", 1.0) / opened("MAYA", 1.0) < 1.2
    assert lips(render(shown, "LEO", press=1, jaw=0.9), shown.seats["LEO"], 1.0)["gap"] < 0.015


def test_every_channel_shows_and_only_on_its_face(view: StageView) -> None:
    rest = render(view, "MAYA").astype(int)
    for channel in CHANNELS:
        if channel in ("gesture_left", "gesture_right", "activity"):
            continue
        base = {"jaw": 0.6} if channel in ("tongue", "press") else {}
        reference = render(view, "MAYA", **base).astype(int) if base else rest
        changed = np.abs(render(view, "MAYA", **base, **{channel: 1.0}).astype(int) - reference)
        assert changed[:, :320].max() > 12, channel
        assert changed[:, 330:].max() == 0, channel


def test_two_threads_and_any_order_give_the_same_frames(view: StageView) -> None:
    poses = {
        name: [{"jaw": abs(np.sin(i + shift)), "blink": i % 3 / 2, "yaw": i - 4} for i in range(8)]
        for shift, name in enumerate(NAMES)
    }
    performance = Scripted(poses)
    straight = list(view.frames(performance, 0, 8))
    halves: dict[int, list[Pixels]] = {}
    threads = [
        threading.Thread(
            target=lambda first=first: halves.update({first: list(view.frames(performance, first, first + 4))})
        )
        for first in (4, 0)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for frame, again in zip(straight, halves[0] + halves[4], strict=True):
        assert np.array_equal(frame, again)


def test_identity_changes_with_what_is_seen(tmp_path: Path) -> None:
    image = save(two_people(640, 360), tmp_path / "duo.png")
    identity = Portrait().open(stage(image)).identity
    assert Portrait().open(stage(image)).identity == identity
    swapped = stage(image, StagedCharacter("MAYA", "right"), StagedCharacter("LEO"))
    other = save(two_people(640, 360)[:, ::-1], tmp_path / "other.png")
    identities = {
        identity,
        Portrait().open(swapped).identity,
        Portrait().open(stage(other)).identity,
        Portrait().open(stage(image, size=(480, 270))).identity,
    }
    assert len(identities) == 4


@pytest.mark.parametrize("size", [(320, 320), (216, 384), (1280, 720), (98, 54)])
def test_any_size_shows_everybody_moving(image: Path, size: tuple[int, int]) -> None:
    view = Portrait().open(stage(image, size=size))
    rest, moved = (render(view, "LEO", jaw=jaw) for jaw in (0, 1))
    assert rest.shape == (size[1], size[0], 3)
    assert np.abs(rest.astype(int) - moved).max() > 25
    words = " ".join(view.warnings)
    assert ("too far apart" in words) == (size[0] <= size[1])
    assert ("hardly be visible" in words) == (size == (98, 54)) and "enlarged" not in words


def test_a_small_picture_on_a_large_frame_is_warned_of(tmp_path: Path) -> None:
    small = save(two_people(320, 180), tmp_path / "small.png")
    assert any("enlarged 4.0 times" in warning for warning in Portrait().open(stage(small, size=(1280, 720))).warnings)


def test_a_mouth_in_black_and_white_has_no_colour(tmp_path: Path) -> None:
    grey = two_people(640, 360).astype(np.float32).mean(axis=2, keepdims=True).repeat(3, axis=2).astype(np.uint8)
    view = Portrait().open(stage(save(grey, tmp_path / "grey.png")))
    opened = render(view, "LEO", jaw=0.9, upper=0.3).astype(int)
    assert np.ptp(opened, axis=2).max() <= 3
    assert np.abs(opened - render(view, "LEO")).max() > 60


def test_an_unseated_face_stays_still(image: Path) -> None:
    view = Portrait().open(stage(image, StagedCharacter("LEO", "right")))
    assert list(view.seats) == ["LEO"]
    moved = np.abs(render(view, "LEO", jaw=1).astype(int) - render(view, "LEO"))
    assert moved[:, 330:].max() > 60 and moved[:, :310].max() == 0


def test_a_stage_without_visible_characters_is_the_picture(image: Path) -> None:
    view = Portrait().open(Stage(image, SIZE, ()))
    assert not view.seats
    assert np.abs(next(iter(view.frames(Scripted({}), 0, 1))).astype(int).mean() - two_people().mean()) < 3


def test_a_face_at_the_very_edge_and_one_that_fills_the_frame(tmp_path: Path) -> None:
    for index, (x, y, height) in enumerate(((70, 130, 150), (320, 190, 330))):
        picture = save(paint_person(wall(640, 360), x, y, height), tmp_path / f"{index}.png")
        view = Portrait().open(stage(picture, StagedCharacter("MAYA")))
        rest, moved = (render(view, "MAYA", jaw=jaw, roll=-4 * jaw, lean=jaw) for jaw in (0, 1))
        assert np.abs(rest.astype(int) - moved).max() > 60


def test_errors_name_the_cure(image: Path, tmp_path: Path) -> None:
    with pytest.raises(FaceError, match="needs a picture"):
        Portrait().open(Stage(None, SIZE, (StagedCharacter("MAYA"),)))
    empty = save(wall(640, 360), tmp_path / "room.png")
    with pytest.raises(FaceError, match=r"no face.*--renderer cartoon"):
        Portrait().open(stage(empty, StagedCharacter("MAYA")))
    with pytest.raises(CastError, match="no seat 'middel'"):
        Portrait().open(stage(image, StagedCharacter("MAYA", "middel")))


def test_a_drawing_without_landmarks_speaks_in_a_box_given_by_hand(tmp_path: Path) -> None:
    """Its whole figure moves with its outline, the paper around it does not, and the guess is said."""
    robot = np.full((360, 640, 3), (236, 230, 214), np.uint8)
    cv2.rectangle(robot, (240, 60), (400, 300), (60, 62, 70), -1)
    cv2.rectangle(robot, (243, 63), (397, 297), (140, 152, 160), -1)
    for x in (280, 360):
        cv2.rectangle(robot, (x - 14, 130), (x + 14, 156), (240, 220, 60), -1)
    cv2.rectangle(robot, (285, 236), (355, 246), (30, 30, 30), -1)
    box = StagedCharacter("MAYA", "243,63,397,297")
    view = Portrait().open(stage(save(robot, tmp_path / "robot.png"), box))
    assert any("generic face model is used" in warning for warning in view.warnings)
    rest, jaw, blink, turned = (
        render(view, "MAYA", **pose).astype(int) for pose in ({}, {"jaw": 1}, {"blink": 1}, {"roll": 4, "lean": 0.5})
    )
    opened = np.abs(jaw - rest).max(axis=2)
    assert opened[225:285, 290:350].max() > 60 and opened[:120].max() < 12
    assert np.array_equal(blink, rest)
    moved = np.abs(turned - rest).max(axis=2)
    assert moved[:, 225:250].max() > 60 and moved[:, :200].max() == 0
