"""What an episode keeps does not grow without end: old results go by themselves, or by `talkshow clean`."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import filelock
import pytest
from unsigned import unsigned

from talkshow.store.pruning import LIMIT_VARIABLE, prune, results
from talkshow.store.workspace import Workspace

GONE = 2**22 + 17  # a number that no process has


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def size(paths) -> int:
    return sum(path.stat().st_size for path in paths)


@pytest.fixture
def line(run, tmp_path, tone_voices):
    """Render an episode of one line."""

    def call(text: str, *more: object):
        (tmp_path / "one.txt").write_text(f"MAYA: {text}\n", encoding="utf-8")
        ran = run(
            "render",
            tmp_path / "one.txt",
            "--voices",
            tone_voices,
            "--voice",
            "MAYA=hum_a",
            "--renderer",
            "stills",
            "--size",
            "160x90",
            "--no-check",
            "--out",
            tmp_path / "out",
            *more,
        )
        return ran

    return call


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "out/one"


def kept(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder / ".work").as_posix(): path.stat().st_size
        for path in (folder / ".work").rglob("*")
        if path.is_file() and path.suffix in (".npz", ".mp4")
    }


def test_without_room_only_what_the_last_run_used_is_kept(line, folder, monkeypatch):
    assert line("Good morning.").code == 0
    morning = kept(folder)
    assert line("Good evening.").code == 0
    evening = kept(folder)
    assert morning.items() < evening.items(), "there is room"
    monkeypatch.setenv(LIMIT_VARIABLE, "0")
    assert line("Good evening.").code == 0
    assert kept(folder).items() == evening.items() - morning.items()
    assert line("Good night.").code == 0
    assert not kept(folder).items() & evening.items()
    assert line("Good night.", "--burn-captions", "--only", "speak").code == 0
    assert any(name.startswith("frames/") for name in kept(folder)), "a run that does not film leaves the film alone"


def test_a_run_that_fails_removes_nothing(line, folder, monkeypatch):
    assert line("Good morning.").code == 0
    before = kept(folder)
    monkeypatch.setenv(LIMIT_VARIABLE, "0")
    (folder / "episode.mp4").unlink()
    (folder / "episode.mp4").mkdir()
    assert line("Good evening.").code == 1
    assert kept(folder).items() >= before.items()


@pytest.mark.parametrize("limit", ["much", "-1", "nan", "2 GB"])
def test_a_limit_that_is_none_is_said_before_any_work(line, folder, monkeypatch, limit):
    monkeypatch.setenv(LIMIT_VARIABLE, limit)
    ran = line("Good morning.")
    assert ran.code == 1 and LIMIT_VARIABLE in ran.err and limit in ran.err and "gigabytes" in ran.err
    assert not folder.exists()


def test_the_oldest_goes_first_and_what_is_not_ours_never(tmp_path):
    work = tmp_path / ".work"
    made = {}
    for number in range(6):
        for stage, suffix in (("speech", ".npz"), ("writing", ".json")):
            path = work / stage / (f"{number:064x}" + suffix)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x" * 1000)
            os.utime(path, (1000 + number, 1000 + number))
            made[stage, number] = path
    strange = [
        work / "speech/mine.npz",
        work / "notes.txt",
        work / "speech" / ("a" * 64),
        work / "other/b.mp4",
        work / "speech" / f"{'a' * 64}.npz.bak~",
        work / "transcript" / f"{'c' * 64}.json",
    ]
    for path in strange:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"y" * 5000)
        os.utime(path, (1, 1))
    prune(work, {"speech": frozenset({made["speech", 1].name}), "writing": frozenset()}, 2500)
    assert all(path.exists() for path in strange), "another's, or of a stage that this run did not come to"
    assert [number for number in range(6) if made["speech", number].exists()] == [1, 4, 5]
    assert all(made["writing", number].exists() for number in range(6)), "paid for"
    # what the run before used outlives what is younger than it
    prune(work, {"speech": frozenset({made["speech", 5].name})}, 1000)
    assert [number for number in range(6) if made["speech", number].exists()] == [1, 5]


def test_clean_frees_what_the_last_run_did_not_use(line, folder, run):
    assert line("Good morning.").code == 0 and line("Good evening.").code == 0
    (folder / ".work/mine.txt").write_text("mine")
    (folder / ".work/frames/holiday.mp4").write_text("mine")
    (folder / f".work/speech/.tmp-{GONE}-x.npz").write_bytes(b"z" * 100)
    before = files(folder)
    told = run("clean", folder, "--dry-run", "--json")
    assert told.code == 0 and told.json["dry_run"] and files(folder) == before
    ran = run("clean", folder, "--json")
    after = files(folder)
    gone = before.keys() - after.keys()
    assert ran.json["bytes_freed"] == told.json["bytes_freed"] == sum(len(before[name]) for name in gone) > 1000
    assert {name.split("/")[1] for name in gone} == {"frames", "mix", "speech"}
    assert all(after[name] == before[name] for name in after)
    again = line("Good evening.", "--json")
    assert again.json["stages"]["speak"]["lines_spoken_in_this_run"] == 0
    assert (
        run("clean", folder).out == f"{folder}: 0 bytes freed (0 files), "
        f"{size(result.path for result in results(folder / '.work'))} bytes kept\n"
    )


def test_clean_all_leaves_the_episode_and_what_is_not_ours(line, folder, run):
    assert line("Good morning.").code == 0
    (folder / ".work/mine").mkdir()
    (folder / ".work/frames/holiday.mp4").write_text("mine")
    before = files(folder)
    ran = run("clean", folder, "--all")
    after = files(folder)
    freed = sum(len(data) for name, data in before.items() if name not in after)
    assert ran.code == 0 and f"{freed} bytes freed" in ran.out
    assert {name for name in after if name.startswith(".work/")} == {
        ".work/lock",
        ".work/ledger.json",
        ".work/frames/holiday.mp4",
    }
    assert (folder / ".work/mine").is_dir() and not (folder / ".work/speech").exists()
    assert {name: data for name, data in before.items() if not name.startswith(".work/")}.items() <= after.items()
    assert line("Good morning.").code == 0
    made = files(folder)
    assert all(
        unsigned(made[name]) == unsigned(data) for name, data in before.items() if name.endswith((".wav", ".mp4"))
    )


def test_results_of_an_interrupted_run_stay(line, folder, run):
    assert line("Good morning.").code == 0
    newer = folder / ".work/speech" / f"{'d' * 64}.npz"
    newer.write_bytes(b"x" * 100)
    later = (folder / ".work/used.json").stat().st_mtime + 5
    os.utime(newer, (later, later))
    assert run("clean", folder).code == 0 and newer.exists()
    (folder / ".work/used.json").unlink()
    ran = run("clean", folder)
    assert ran.code == 0 and newer.exists() and "0 bytes freed" in ran.out and "--all" in ran.err
    assert run("clean", folder, "--all").code == 0 and not newer.exists()


def test_clean_takes_several_episodes_and_touches_none_where_one_is_none(line, folder, run, tmp_path):
    assert line("Good morning.").code == 0 and line("Good evening.").code == 0
    shutil.copytree(folder, tmp_path / "out/two")
    (tmp_path / "photos/.work").mkdir(parents=True)
    (tmp_path / "photos/.work" / f"{'e' * 64}.mp4").write_text("mine")
    (tmp_path / "photos/manifest.json").write_text(json.dumps({"tool": "something else"}))
    before = files(tmp_path)
    for stranger in (tmp_path / "photos", tmp_path, tmp_path / "nowhere", tmp_path / "one.txt"):
        ran = run("clean", folder, stranger, "--all")
        assert ran.code == 1 and str(stranger) in ran.err and "not an episode folder" in ran.err
        assert files(tmp_path) == before
    ran = run("clean", folder, tmp_path / "out/two", "--json")
    assert ran.code == 0 and len({each["bytes_freed"] for each in ran.json["episodes"]}) == 1
    assert ran.json["bytes_freed"] == 2 * ran.json["episodes"][0]["bytes_freed"] > 0


def test_clean_waits_for_no_run_and_disturbs_none(line, folder, run):
    assert line("Good morning.").code == 0
    before = files(folder)
    with filelock.FileLock(folder / ".work/lock"):
        ran = run("clean", folder, "--all")
    assert ran.code == 1 and "another run is working" in ran.err and files(folder) == before
    shutil.rmtree(folder / ".work")
    assert run("clean", folder, "--all").code == 0 and not (folder / ".work").exists()


def test_what_killed_runs_left_is_swept_in_nested_folders_too(line, folder):
    assert line("Good morning.").code == 0
    left = [
        folder / ".work" / f".tmp-{GONE}-note",
        folder / ".work/speech" / f"..tmp-{GONE}-{'a' * 64}.npz.1.part",
        folder / ".work/sample/deeper" / f".tmp-{GONE}-0123abcd-x.wav",
        folder / f".tmp-{GONE}-episode.mp4",
        folder / "tracks" / f".tmp-{GONE}-0123abcd-MAYA.wav",
    ]
    others = [folder / ".work/.tmp-mine", folder / f"my-{GONE}.txt", folder / ".work" / f".tmp-{os.getpid()}-busy"]
    for path in (*left, *others):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("?")
    assert line("Good morning.").code == 0
    assert not any(path.exists() for path in left) and all(path.exists() for path in others)


def test_a_used_generator_keeps_its_chunks(tmp_path, monkeypatch):
    """Files that a view keeps itself count as used by what the stage says of them."""
    workspace = Workspace(tmp_path / "show")
    chunk = workspace.work / "chunks" / f"{'a' * 40}-00000.safetensors"
    other = workspace.work / "chunks" / f"{'b' * 40}-00000.safetensors"
    for path in (chunk, other):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 1000)
    (workspace.work / "lock").touch()
    monkeypatch.setenv(LIMIT_VARIABLE, "0")
    with workspace.opened():
        workspace.use("chunks", chunk)
    assert chunk.exists() and not other.exists()
