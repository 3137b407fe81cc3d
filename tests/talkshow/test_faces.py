"""Faces are found, fitted, seated and framed."""

from __future__ import annotations

from dataclasses import astuple, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn_people import paint_person, save, two_people, wall
from hypothesis import given
from hypothesis import strategies as st

from talkshow.cast.types import StagedCharacter
from talkshow.errors import CastError, FaceError
from talkshow.faces import Face, Picture, draw_seat_plan, find_faces, load_picture, seat_characters
from talkshow.faces.detect import detect_faces
from talkshow.faces.find import agree
from talkshow.faces.framing import frame_picture, render_still
from talkshow.faces.landmarks import Landmarks
from talkshow.faces.mesh import canonical_mesh, fit_pose
from talkshow.geometry import Box


@pytest.fixture(scope="module")
def duo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Picture, tuple[Face, ...]]:
    picture = load_picture(save(two_people(), tmp_path_factory.mktemp("faces") / "duo.png"))
    return picture, find_faces(picture)


def seats(duo: tuple[Picture, tuple[Face, ...]], **written: str | None) -> dict[str, Box]:
    cast = [StagedCharacter(name, seat) for name, seat in written.items()]
    return {name: face.box for name, face in seat_characters(*duo, cast).items()}


def test_both_painted_people_are_found_from_left_to_right(duo: tuple[Picture, tuple[Face, ...]]) -> None:
    faces = duo[1]
    assert len(faces) == 2
    for face, x, y, height in zip(faces, (259, 701), (250, 240), (260, 230), strict=True):
        center = face.box.center
        assert abs(center[0] - x) < 0.1 * height and abs(center[1] - y) < 0.15 * height
        assert face.landmarks.presence > 0.9 and face.landmarks.points.shape == (478, 3)


def test_landmarks_lie_on_the_painted_lips_and_eyes(duo: tuple[Picture, tuple[Face, ...]]) -> None:
    points = duo[1][0].landmarks.points[:, :2]
    assert np.linalg.norm(points[13] - (259, 250 + 0.535 * 130)) < 8  # upper inner lip
    for index, side in ((468, -1), (473, 1)):  # irises
        assert np.linalg.norm(points[index] - (259 + side * 0.40 * 0.38 * 260, 250 - 0.13 * 130)) < 7


def test_a_fit_counts_where_both_networks_see_nose_and_mouth(duo: tuple[Picture, tuple[Face, ...]]) -> None:
    """The landmark network is at times sure of a face in the cheek of a profile."""
    picture, faces = duo
    seen = detect_faces(picture.pixels)
    assert np.linalg.norm(np.subtract(seen[0].nose, (259, 250 + 0.24 * 130))) < 0.05 * 260
    assert np.linalg.norm(np.subtract(seen[0].mouth, (259, 250 + 0.535 * 130))) < 0.05 * 260
    for one, face in zip(seen, faces, strict=True):
        aside = face.landmarks.points + np.array((0.2 * one.box.height, 0, 0), np.float32)
        assert agree(one, face.landmarks) and not agree(one, Landmarks(aside, 1.0))


def test_a_mouth_that_stays_in_its_place_is_believed_against_a_coarser_guess(
    duo: tuple[Picture, tuple[Face, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a tilted head the detector may guess nose and mouth an eighth of a face too high."""
    picture, faces = duo
    too_high = [
        replace(
            one,
            nose=(one.nose[0], one.nose[1] - 0.13 * one.box.height),
            mouth=(one.mouth[0], one.mouth[1] - 0.13 * one.box.height),
        )
        for one in detect_faces(picture.pixels)
    ]
    monkeypatch.setattr("talkshow.faces.find.detect_faces", lambda _: too_high)
    for face, before in zip(find_faces(picture), faces, strict=True):
        np.testing.assert_array_equal(face.landmarks.points, before.landmarks.points)


def test_an_empty_room_has_no_faces(tmp_path: Path) -> None:
    assert find_faces(load_picture(save(wall(640, 360), tmp_path / "room.png"))) == ()


def test_boxes_are_in_pixels_of_the_original(tmp_path: Path) -> None:
    large = cv2.resize(two_people(), (5760, 3240), interpolation=cv2.INTER_LINEAR)
    found = find_faces(load_picture(save(large, tmp_path / "large.jpg")))
    assert [round(face.box.center[0] / 5760, 1) for face in found] == [0.3, 0.7]


def test_default_seats_go_from_left_to_right_in_order_of_speech(duo: tuple[Picture, tuple[Face, ...]]) -> None:
    placed = seats(duo, ZOE=None, ADAM=None)
    assert list(placed) == ["ZOE", "ADAM"] and placed["ZOE"].left < placed["ADAM"].left
    assert seats(duo, ZOE=None)["ZOE"] == duo[1][0].box


@pytest.mark.parametrize(
    ("seat", "index"), [("left", 0), ("right", 1), ("RIGHT", 1), ("1", 0), ("2", 1), ("625,140,775,340", 1)]
)
def test_a_seat_can_be_a_word_a_number_or_a_box(duo: tuple[Picture, tuple[Face, ...]], seat: str, index: int) -> None:
    placed = seats(duo, MAYA=seat, LEO=None)
    assert placed["MAYA"] == duo[1][index].box and placed["LEO"] == duo[1][1 - index].box


def test_a_written_seat_wins_over_the_order(duo: tuple[Picture, tuple[Face, ...]]) -> None:
    placed = seats(duo, MAYA=None, LEO="left")
    assert placed["LEO"].left < placed["MAYA"].left


def test_a_box_where_the_detector_saw_nothing_is_fitted(duo: tuple[Picture, tuple[Face, ...]]) -> None:
    picture, faces = duo
    placed = seat_characters(picture, faces[:1], [StagedCharacter("MAYA", "620,130,780,345")])
    assert np.linalg.norm(placed["MAYA"].landmarks.points[13, :2] - (701, 240 + 0.535 * 115)) < 12


def test_in_a_box_without_landmarks_a_plain_face_finds_the_drawn_mouth(tmp_path: Path) -> None:
    for mouth_y in (410, 440, 465):
        robot = wall(640, 640)
        cv2.rectangle(robot, (200, 150), (440, 530), (110, 120, 130), -1)
        for x in (265, 375):
            cv2.rectangle(robot, (x - 20, 260), (x + 20, 300), (240, 220, 60), -1)
        cv2.rectangle(robot, (260, mouth_y - 8), (380, mouth_y + 8), (30, 30, 30), -1)
        picture = load_picture(save(robot, tmp_path / "robot.png"))
        assert not find_faces(picture)
        face = seat_characters(picture, (), [StagedCharacter("MAYA", "200,150,440,530")])["MAYA"]
        points = face.landmarks.points
        assert face.guessed and points.shape == (478, 3)
        assert abs(points[[13, 14], 1].mean() - mouth_y) < 12 and abs(points[13, 0] - 320) < 5
        assert 140 < points[10, 1] < points[152, 1] < 540 and abs(fit_pose(points).yaw) < 3


def test_a_puppet_speaks_with_the_mouth_it_has(tmp_path: Path) -> None:
    """The landmark network is sure of this one, and puts the mouth a tenth of its height too high."""
    puppet = np.full((720, 1280, 3), (90, 120, 160), np.uint8)
    cv2.ellipse(puppet, (640, 330), (170, 210), 0, 0, 360, (70, 160, 60), -1, cv2.LINE_AA)
    for x in (580, 700):
        cv2.circle(puppet, (x, 250), 38, (250, 250, 250), -1, cv2.LINE_AA)
        cv2.circle(puppet, (x + 8, 255), 14, (10, 10, 10), -1, cv2.LINE_AA)
    cv2.ellipse(puppet, (640, 410), (80, 22), 0, 0, 180, (30, 60, 25), 6, cv2.LINE_AA)
    picture = load_picture(save(puppet, tmp_path / "puppet.png"))
    for box in ("470,120,810,540", "450,110,830,560", "500,150,780,540"):
        face = seat_characters(picture, (), [StagedCharacter("MAYA", box)])["MAYA"]
        assert abs(face.landmarks.points[[13, 14], 1].mean() - 430) < 18


def test_impossible_seats_name_the_choices(duo: tuple[Picture, tuple[Face, ...]]) -> None:
    with pytest.raises(CastError, match=r"no seat '3'.*2 faces.*left, center, right, 1, 2"):
        seats(duo, MAYA="3")
    with pytest.raises(CastError, match=r"MAYA and LEO|LEO and MAYA"):
        seats(duo, LEO="left", MAYA="1")
    with pytest.raises(FaceError, match="is outside the picture"):
        seats(duo, MAYA="4000,400,5200,520")


def test_too_few_faces_name_the_cures(duo: tuple[Picture, tuple[Face, ...]]) -> None:
    with pytest.raises(FaceError, match=r"2 faces for 3.*no seat for TOM.*--seat TOM=off.*--renderer cartoon"):
        seats(duo, MAYA=None, LEO=None, TOM=None)


def test_the_seat_plan_marks_faces_and_leaves_the_rest(duo: tuple[Picture, tuple[Face, ...]]) -> None:
    picture, faces = duo
    before = picture.pixels.copy()
    plan = draw_seat_plan(picture.pixels, {"MAYA": faces[0].box, "Žofie 你好": faces[1].box})
    assert plan.shape == picture.pixels.shape and np.array_equal(picture.pixels, before)
    changed = (plan != before).any(axis=2)
    assert changed.any() and not changed[450:].any()
    for face in faces:
        x, y = (round(value) for value in face.box.center)
        assert not changed[y, x] and changed[y, round(face.box.left)] and changed[y, round(face.box.right)]


@given(st.integers(200, 4000), st.integers(200, 4000), st.integers(64, 1920), st.integers(64, 1920), st.data())
def test_no_face_is_ever_cut_off_by_the_frame(
    width: int, height: int, out_w: int, out_h: int, data: st.DataObject
) -> None:
    faces = []
    for _ in range(data.draw(st.integers(1, 4))):
        size = data.draw(st.floats(10, min(width, height) / 2))
        left, top = data.draw(st.floats(0, width - size)), data.draw(st.floats(0, height - size))
        faces.append(Box(left, top, left + 0.8 * size, top + size))
    framing = frame_picture((width, height), faces, (out_w, out_h))
    for face in faces:
        for corner in ((face.left, face.top), (face.right, face.bottom)):
            x, y = ((value - start) * framing.scale for value, start in zip(corner, framing.origin, strict=True))
            assert -0.01 <= x <= out_w + 0.01 and -0.01 <= y <= out_h + 0.01
    assert framing.window.left >= 0 and framing.window.right <= width


def test_the_still_is_the_picture_where_the_framing_says(duo: tuple[Picture, tuple[Face, ...]]) -> None:
    picture, faces = duo
    boxes = [face.box for face in faces]
    for size in ((480, 270), (320, 320), (216, 384), (1280, 720)):
        framing = frame_picture((960, 540), boxes, size)
        still = render_still(picture.pixels, framing)
        assert still.shape == (size[1], size[0], 3) and still.dtype == np.uint8
        smooth = cv2.GaussianBlur(picture.pixels, (0, 0), 1.5).astype(int)
        for face in faces:
            x, y = face.box.center
            place = [int((value - start) * framing.scale) for value, start in zip((x, y), framing.origin, strict=True)]
            assert np.abs(still[place[1], place[0]].astype(int) - smooth[int(y), int(x)]).max() < 24


def test_far_apart_faces_in_an_upright_frame_get_a_dark_soft_surround(duo: tuple[Picture, tuple[Face, ...]]) -> None:
    picture, faces = duo
    framing = frame_picture((960, 540), [face.box for face in faces], (216, 384))
    assert framing.is_filled
    still = render_still(picture.pixels, framing).astype(int)
    assert still[:40].mean() < 0.75 * picture.pixels.mean()
    assert np.abs(np.diff(still[:40], axis=1)).max() <= 6
    assert not frame_picture((960, 540), [faces[0].box], (216, 384)).is_filled


@given(st.floats(-60, 60), st.floats(-30, 30), st.floats(-40, 40), st.floats(2, 40))
def test_a_projected_mesh_is_fitted_with_the_pose_it_was_given(
    yaw: float, pitch: float, roll: float, scale: float
) -> None:
    turns = [cv2.Rodrigues(np.radians(angle) * np.eye(3)[axis])[0] for angle, axis in ((roll, 2), (yaw, 1), (pitch, 0))]
    rotation = turns[0] @ turns[1] @ turns[2]
    points = scale * canonical_mesh().points @ rotation.T * (1, -1, -1) + (300, 200, 0)
    pose = fit_pose(points.astype(np.float32))
    assert np.allclose(pose.rotation, rotation, atol=1e-3) and pose.scale == pytest.approx(scale, rel=1e-3)
    assert np.allclose(pose.project(pose.shape), points[:, :2], atol=0.05)


def test_equal_boxes_come_from_a_mirrored_picture(tmp_path: Path) -> None:
    picture = paint_person(wall(480, 480), 200, 220, 230)
    there = find_faces(load_picture(save(picture, tmp_path / "a.png")))[0].box
    back = find_faces(load_picture(save(picture[:, ::-1], tmp_path / "b.png")))[0].box
    assert np.allclose(astuple(there)[1::2], astuple(back)[1::2], atol=12)
    assert there.center[0] == pytest.approx(480 - back.center[0], abs=12)
