"""What decides a result makes it again, and nothing else does."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
import recordings
import soundfile
from unsigned import unsigned

from talkshow.film import video
from talkshow.store.digests import FileDigests, digest, sampled_digest
from talkshow.store.files import seal_file
from talkshow.store.pruning import results
from talkshow.store.workspace import Workspace

SCRIPT = """\
title: Tea
cast:
  MAYA: voice=hum_a
  LEO: voice=hum_b
== Kitchen ==
MAYA: Milk first, or tea first?
LEO (pause 0.6s): Tea. Always tea.
"""


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of everything but the manifest: what is written again gets another inode."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("manifest.json", "lock", "ledger.json")
    }


def kept(folder: Path, stage: str) -> set[str]:
    return {path.name for path in (folder / ".work" / stage).iterdir()}


def touch(folder: Path) -> None:
    """Give everything another time."""
    for number, path in enumerate(sorted(folder.rglob("*"))):
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))


def tea_render(folder: Path, voices: Path, file: str = "tea.txt") -> tuple[object, ...]:
    """Arguments that render `folder`/tea.txt into `folder`/out/tea."""
    return (
        *("render", folder / file, "--voices", voices, "--renderer", "stills", "--size", "160x90", "--no-check"),
        *("--out", folder / "out", "--name", "tea"),
    )


@pytest.fixture(scope="module")
def brewed(succeed, tmp_path_factory, tone_voices) -> Path:
    """The folder of SCRIPT's episode."""
    folder = tmp_path_factory.mktemp("tea")
    (folder / "tea.txt").write_text(SCRIPT, encoding="utf-8")
    succeed(*tea_render(folder, tone_voices))
    return folder / "out/tea"


@pytest.fixture
def tea(run, tmp_path, tone_voices, brewed):
    """Render a script of this text, from a file of this name, into a folder in which SCRIPT was rendered before."""
    shutil.copytree(brewed, tmp_path / "out/tea")

    def call(text: str = SCRIPT, *more: object, file: str = "tea.txt"):
        (tmp_path / file).write_text(text, encoding="utf-8")
        ran = run(*tea_render(tmp_path, tone_voices, file), "--json", *more)
        assert ran.code == 0, ran.err
        return ran.json, Path(ran.json["folder"])

    return call


def test_places_in_the_script_and_times_make_nothing_again(tea, tmp_path):
    _, folder = tea()
    before = stamps(folder)
    for text in (
        SCRIPT.replace("cast:", "# who they are\ncast:"),
        SCRIPT.replace("LEO (pause", "\n\n# a rest\n\nLEO (pause"),
        SCRIPT.replace("title", "\n\n\n# tea\ntitle"),
    ):
        again, _ = tea(text)
        now = stamps(folder)
        assert now.pop(".work/digests.json") and {**now, ".work/digests.json": before[".work/digests.json"]} == before
        assert again["stages"]["speak"]["lines_spoken_in_this_run"] == 0
    touch(tmp_path)
    touched = stamps(folder)
    tea()
    again = stamps(folder)
    assert again.pop(".work/digests.json") != touched.pop(".work/digests.json") and again == touched
    tea()
    assert stamps(folder) == {**again, ".work/digests.json": stamps(folder)[".work/digests.json"]}


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("Always tea", "Coffee, thank you", {"speech", "tracks", "mix", "mix.wav", "frames", "episode.mp4"}),
        ("pause 0.6s", "pause 0.9s", {"tracks", "mix", "mix.wav", "frames", "episode.mp4"}),
        ("MAYA: voice=hum_a", "MAYA: voice=hum_a, gain=-3", {"tracks", "mix", "mix.wav", "episode.mp4"}),
        ("title: Tea", "title: Milk", {"episode.mp4"}),
        ("== Kitchen ==", "== Garden ==", set()),
    ],
)
def test_what_is_heard_or_seen_is_made_again_and_no_more(tea, old, new, again):
    _, folder = tea()
    before = stamps(folder)
    assert old in SCRIPT
    tea(SCRIPT.replace(old, new))
    after = stamps(folder)
    changed = {name for name, stamp in after.items() if before.get(name) != stamp and not name.startswith(".work/")}
    made = {path.split("/")[1] for path in after.keys() - before.keys()} | {name.split("/")[0] for name in changed}
    # pictures and captions are written when their content changes
    assert made - {"episode.srt", "episode.vtt", "episode.rttm", "timeline.json", "poster.png"} == again


def test_captions_in_the_picture_are_filmed_and_nothing_is_laid_again(tea):
    _, folder = tea()
    sounds = {name: stamp for name, stamp in stamps(folder).items() if name.endswith((".wav", ".npz"))}
    frames = kept(folder, "frames")
    tea(SCRIPT, "--burn-captions")
    assert kept(folder, "frames") > frames
    assert {name: stamp for name, stamp in stamps(folder).items() if name.endswith((".wav", ".npz"))} == sounds


def test_another_build_of_the_encoder_films_everything_anew(tea, monkeypatch):
    _, folder = tea()
    before = kept(folder, "frames")
    video.encoder_identity.cache_clear()
    monkeypatch.setattr(av, "library_versions", {**av.library_versions, "libavcodec": (99, 0, 0)})
    tea()
    both = kept(folder, "frames")
    assert before < both and len(both) == 2 * len(before)
    video.encoder_identity.cache_clear()
    monkeypatch.setattr(cv2, "__version__", "6.0.0")
    tea()
    assert len(kept(folder, "frames")) == 3 * len(before)
    video.encoder_identity.cache_clear()


def pictures(file: Path) -> np.ndarray:
    with av.open(str(file)) as container:
        return np.stack([frame.to_ndarray(format="gray") for frame in container.decode(video=0)])


@pytest.mark.parametrize("spoiled", ["other headers", "too short"])
def test_segments_that_make_no_video_are_filmed_anew(tea, spoiled, monkeypatch):
    """A segment that is whole, and yet not what it should be: no message, and the same pictures."""
    _, folder = tea()
    expected = pictures(folder / "episode.mp4")
    segment = sorted((folder / ".work/frames").iterdir(), key=lambda path: path.stat().st_size)[-1]
    frames = [np.full((90, 160, 3), 80, np.uint8)] * (100 if spoiled == "other headers" else 60)
    if spoiled == "other headers":
        monkeypatch.setitem(video._X264, "profile", "baseline")
    video.encode_segment(segment, frames, (160, 90))
    monkeypatch.undo()
    seal_file(segment)
    (folder / "episode.mp4").unlink()
    tea()
    assert np.array_equal(pictures(folder / "episode.mp4"), expected)


def test_a_renderer_that_never_fits_is_said_to_be_at_fault(run, tea, tmp_path, tone_voices, monkeypatch):
    _, folder = tea()
    (folder / "episode.mp4").unlink()

    def differ(*_: object) -> None:
        raise video.SegmentsDiffer("one segment differs")

    monkeypatch.setattr("talkshow.episode.film.check_lengths", differ)
    ran = run(*tea_render(tmp_path, tone_voices))
    assert ran.code == 1 and "one segment differs, even after all were filmed again" in ran.err and "doctor" in ran.err
    assert "must not happen" not in ran.err and not (folder / "episode.mp4").exists()


# Recordings


@pytest.fixture
def convert(run, tmp_path):
    """Convert a hummed conversation from a file of this name into one folder."""

    def call(*more: object, file: str = "talk.wav"):
        if not (tmp_path / file).exists():
            recordings.wav(tmp_path / file)
        ran = run(
            "convert",
            tmp_path / file,
            "--rttm",
            recordings.rttm(tmp_path / "talk.rttm"),
            "--renderer",
            "stills",
            "--size",
            "160x90",
            "--no-check",
            "--no-captions",
            "--out",
            tmp_path / "out",
            "--name",
            "talk",
            "--json",
            *more,
        )
        assert ran.code == 0, ran.err
        return Path(ran.json["folder"])

    return call


def test_a_recording_that_was_moved_and_touched_is_not_read_again(convert, tmp_path):
    folder = convert()
    before = {name: stamp for name, stamp in stamps(folder).items() if name.startswith((".work/", "tracks/", "mix"))}
    (tmp_path / "talk.wav").rename(tmp_path / "moved.wav")
    os.utime(tmp_path / "moved.wav", (1, 1))
    convert(file="moved.wav")
    after = stamps(folder)
    made = {name for name in before if after[name] != before[name]}
    # the video's title is the recording's name
    assert made <= {".work/digests.json", ".work/video.done", ".work/used.json"}
    data, rate = soundfile.read(tmp_path / "moved.wav")
    soundfile.write(tmp_path / "moved.wav", 0.5 * data, rate)
    convert(file="moved.wav")
    assert stamps(folder)["mix.wav"] != before["mix.wav"] and stamps(folder)["tracks/A.wav"] != before["tracks/A.wav"]


def test_editing_the_mix_does_not_edit_the_kept_recording(convert):
    folder = convert()
    assert all(path.stat().st_nlink == 1 for path in folder.rglob("*") if path.is_file())
    sounds = {path: path.read_bytes() for path in (folder / ".work/recording").glob("*.wav")}
    whole = unsigned(folder / "mix.wav")
    with (folder / "mix.wav").open("r+b") as file:
        file.seek(-1000, os.SEEK_END)
        file.write(bytes(500))
    assert {path: path.read_bytes() for path in sounds} == sounds
    (folder / "mix.wav").unlink()
    convert()
    assert unsigned(folder / "mix.wav") == whole


def test_what_was_changed_without_a_change_of_size_is_not_done(tmp_path):
    workspace, mix = Workspace(tmp_path / "show"), tmp_path / "show/mix.wav"
    with workspace.opened():
        mix.write_bytes(b"a sound")
        workspace.note_done("mix", digest("key"), mix)
        assert workspace.is_done("mix", digest("key"), mix) and not workspace.is_done("mix", digest("other"), mix)
        about = mix.stat()
        mix.write_bytes(b"another"[:7])
        os.utime(mix, ns=(about.st_atime_ns, about.st_mtime_ns))  # as if nothing had happened
        assert not workspace.is_done("mix", digest("key"), mix)
        mix.write_bytes(b"a sound")
        assert workspace.is_done("mix", digest("key"), mix)
        mix.unlink()
        assert not workspace.is_done("mix", digest("key"), mix)


def test_digests_of_files_are_read_again_only_where_they_may_have_changed(tmp_path):
    (tmp_path / "a").write_bytes(b"one")
    found = FileDigests(tmp_path / "note.json", tmp_path).of(tmp_path / "a")
    note = (tmp_path / "note.json").stat().st_mtime_ns
    assert FileDigests(tmp_path / "note.json", tmp_path).of(tmp_path / "a") == found
    assert (tmp_path / "note.json").stat().st_mtime_ns == note
    (tmp_path / "a").write_bytes(b"two")
    assert FileDigests(tmp_path / "note.json", tmp_path).of(tmp_path / "a") != found
    (tmp_path / "moved").mkdir()
    shutil.copy2(tmp_path / "a", tmp_path / "moved/a")
    assert FileDigests(tmp_path / "note.json", tmp_path).of(tmp_path / "moved/a") != found
    with pytest.raises(TypeError):
        digest(Path("a place"))


def test_samples_tell_large_files_apart(tmp_path):
    data = np.random.default_rng(0).integers(0, 256, 9_000_000, np.uint8)
    (tmp_path / "a").mkdir()
    (tmp_path / "a/weights.bin").write_bytes(data.tobytes())
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    assert sampled_digest(tmp_path / "a") == sampled_digest(tmp_path / "b")
    (tmp_path / "b/weights.bin").write_bytes((data ^ 1).tobytes())
    assert sampled_digest(tmp_path / "a") != sampled_digest(tmp_path / "b")
    (tmp_path / "b/weights.bin").write_bytes(data[:-1].tobytes())
    assert sampled_digest(tmp_path / "a/weights.bin") != sampled_digest(tmp_path / "b/weights.bin")


def test_every_kept_file_is_known_as_one(tea, convert):
    """What pruning does not recognise would stay for ever."""
    for folder in (tea()[1], convert()):
        known = {result.path for result in results(folder / ".work")}
        others = {path.name for path in (folder / ".work").rglob("*") if path.is_file() and path not in known}
        assert known and others <= {
            "lock",
            "ledger.json",
            "used.json",
            "digests.json",
            "tracks.done",
            "mix.done",
            "mix-credentials.done",
            "video.done",
            "pictures.done",
        }
