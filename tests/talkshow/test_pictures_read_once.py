"""A picture is read, and its faces found, once for an episode; the manifest names the content that was used."""

from __future__ import annotations

import hashlib

import pytest
import recordings
from drawn_people import save, two_people

import talkshow.faces.pictures
from talkshow import EpisodeSettings
from talkshow.episode.make import prepare, produce
from talkshow.errors import FaceError
from talkshow.faces import find_faces
from talkshow.faces.pictures import Pictures


@pytest.fixture
def searched(monkeypatch):
    """The pictures in which faces are looked for, in order."""
    names = []

    def noted(picture):
        names.append(picture.path.name)
        return find_faces(picture)

    monkeypatch.setattr(talkshow.faces.pictures, "find_faces", noted)
    return names


@pytest.fixture
def script(tmp_path):
    save(two_people(), tmp_path / "pair.png")
    path = tmp_path / "s.txt"
    path.write_text("== Day ==\nMAYA: One two.\nLEO: Three four.\n== Night ==\nLEO: Five six.\n")
    return path


def chosen(tmp_path, **more):
    return EpisodeSettings(
        image=tmp_path / "pair.png",
        renderer="portrait",
        size=(160, 90),
        check=False,
        voices={"MAYA": "hum_a", "LEO": "hum_b"},
        **more,
    )


def test_scenes_share_what_was_found(script, tmp_path, tone_voices, searched):
    preparation = prepare(script, chosen(tmp_path), [tone_voices])
    assert len(preparation.views) == 2 and searched == ["pair.png"]


def test_one_who_is_off_in_one_scene_costs_no_second_look(script, tmp_path, tone_voices, searched):
    """Two stages: who is seen differs, and so does what is opened."""
    save(two_people(), tmp_path / "again.png")  # the same content under another name
    script.write_text(script.read_text().replace("== Night ==", "== Night == {image: again.png}"))
    preparation = prepare(script, chosen(tmp_path), [tone_voices])
    assert [scene.stage.image.name for scene in preparation.staged] == ["pair.png", "again.png"]
    assert searched == ["pair.png"]


def test_a_recording_is_seated_and_filmed_with_one_look(run, tmp_path, searched):
    save(two_people(), tmp_path / "pair.png")
    recordings.wav(tmp_path / "talk.wav")
    ran = run(
        "convert", tmp_path / "talk.wav", "--no-captions", "--image", tmp_path / "pair.png", "--renderer", "portrait",
        "--size", "160x90", "--out", tmp_path / "out", "--dry-run",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert searched == ["pair.png"]


def test_the_manifest_names_the_content_that_was_used(script, tmp_path, tone_voices):
    """And not what lies there when it is written."""
    used = hashlib.sha256((tmp_path / "pair.png").read_bytes()).hexdigest()
    preparation = prepare(script, chosen(tmp_path), [tone_voices])
    save(two_people()[:, ::-1], tmp_path / "pair.png")
    episode = produce(preparation, out=tmp_path / "out")
    assert episode.manifest["inputs"]["pair.png"] == {"role": "picture", "sha256": used}


def test_a_changed_file_is_read_again(tmp_path):
    pictures, path = Pictures(), save(two_people(), tmp_path / "pair.png")
    before = pictures.read(path)
    assert pictures.content(path) == before.picture.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert pictures.read(path).faces is before.faces
    save(two_people()[:, ::-1], path)
    after = pictures.read(path)
    assert pictures.content(path) == after.picture.digest != before.picture.digest
    assert after.faces[0].box.left != before.faces[0].box.left
    path.unlink()
    with pytest.raises(FaceError, match="cannot be read"):
        pictures.read(path)
