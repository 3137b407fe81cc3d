"""Nothing is lost, nothing is made twice: second runs, edits, kills, two runs at once, a full disk."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from talkshow.speech.speak import load_utterance


def pictures(video: Path) -> np.ndarray:
    with av.open(str(video)) as container:
        return np.stack([frame.to_ndarray(format="gray") for frame in container.decode(video=0)])


def files(folder: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of every kept result: a file that is written again gets another inode."""
    return {str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
            for path in folder.rglob("*") if path.suffix in (".mp4", ".wav", ".npz")}


def test_a_second_run_makes_nothing_again(run, quick):
    folder = Path(run(*quick, "--json").json["folder"])
    before = files(folder)
    again = run(*quick, "--json")
    assert files(folder) == before
    assert again.json["stages"]["speak"]["lines_spoken_in_this_run"] == 0


def test_changing_one_line_speaks_that_line_and_films_what_follows(run, quick):
    script = Path(str(quick[1]))
    lines = "\n".join(f"{'MAYA' if i % 2 else 'LEO'}: This is line number {i} of a longer talk." for i in range(16))
    head = script.read_text().split("MAYA: Why")[0]
    script.write_text(head + lines + "\n")
    folder = Path(run(*quick, "--json").json["folder"])
    before = {path.name for path in (folder / ".work/frames").iterdir()}
    assert len(before) > 6
    script.write_text((head + lines).replace("number 12 of a", "number 12, a new one, of quite a") + "\n")
    again = run(*quick, "--json")
    assert again.json["stages"]["speak"]["lines_spoken_in_this_run"] == 1
    after = {path.name for path in (folder / ".work/frames").iterdir()}
    kept, new = before & after, after - before
    assert new and len(new) < len(before), "the segments before the edit are kept"
    untouched = again.json["num_frames"] // 100 * 12 // 16 - 2
    assert len(kept) >= untouched


def test_settings_that_do_not_touch_the_sound_do_not_speak_again(run, quick):
    folder = Path(run(*quick, "--json").json["folder"])
    before = {name: stamp for name, stamp in files(folder).items() if name.endswith((".npz", ".wav"))}
    run(*quick, "--burn-captions")
    after = {name: stamp for name, stamp in files(folder).items() if name.endswith((".npz", ".wav"))}
    assert after == before


def test_killed_and_run_again_shows_the_same_pictures(run, quick, tmp_path):
    """`kill -9` when some of the kept results are there, again when most are, then the same command once more."""
    script = Path(str(quick[1]))
    lines = "\n".join(f"{'MAYA' if i % 2 else 'LEO'}: This is line number {i} of a longer talk." for i in range(16))
    script.write_text(script.read_text().split("MAYA: Why")[0] + lines + "\n")
    quick = tuple("480x270" if part == "160x90" else part for part in quick)
    undisturbed = Path(run(*quick, "--name", "whole", "--json").json["video"])
    results = len([name for name in files(undisturbed.parent) if name.startswith(".work")])
    folder = tmp_path / "outputs/killed"
    for share in (0.3, 0.8):
        kill_when(lambda least=share * results: len(list(folder.glob(".work/*/[!.]*"))) >= least,
                  *quick, "--name", "killed", "-q")
        half_done = folder / "episode.mp4"
        assert not half_done.exists() or len(pictures(half_done)) > 0
    video = Path(run(*quick, "--name", "killed", "--json").json["video"])
    assert np.array_equal(pictures(video), pictures(undisturbed))
    assert not list(folder.rglob(".tmp-*"))


def kill_when(reached: Callable[[], bool], *arguments: object) -> None:
    """Run the command in a process of its own, and take its life as soon as something is reached."""
    with subprocess.Popen([sys.executable, "-m", "talkshow", *map(str, arguments)], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not reached():
            time.sleep(0.002)
        process.kill()
    assert process.returncode == -signal.SIGKILL, "it was over before it could be killed: it must be disturbed"


def test_ctrl_c_says_that_the_work_is_kept(run, quick, tmp_path):
    script = Path(str(quick[1]))
    lines = "\n".join(f"{'MAYA' if i % 2 else 'LEO'}: This is line number {i} of a longer talk." for i in range(30))
    script.write_text(script.read_text().split("MAYA: Why")[0] + lines + "\n")
    process = subprocess.Popen([sys.executable, "-m", "talkshow", *map(str, quick)], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.glob("outputs/quick/.work/frames/[!.]*")) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and out == ""
    assert "What is finished is kept" in err and "Traceback" not in err
    assert not list(tmp_path.rglob(".tmp-*"))
    assert run(*quick).code == 0


def test_a_second_run_at_the_same_time_says_so_and_stops(run, quick, tmp_path):
    import filelock

    run(*quick)
    with filelock.FileLock(tmp_path / "outputs/quick/.work/lock"):
        ran = run(*quick)
    assert ran.code == 1 and "another run is working on this episode" in ran.err
    assert run(*quick).code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
@pytest.mark.parametrize(("room", "stage"), [(50_000, "speech"), (700_000, "tracks")])
def test_a_full_disk_is_a_clear_error_and_nothing_half_written_remains(quick, tmp_path, room, stage):
    """A limit on file sizes stands in for the full disk: both fail in the middle of a write."""
    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run([sys.executable, "-m", "talkshow", *map(str, quick)], preexec_fn=limited, env=environment,
                         capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 1
    assert "the disk is full" in ran.stderr and "Traceback" not in ran.stderr
    folder = tmp_path / "outputs/quick"
    assert not list(folder.rglob(".tmp-*"))
    kept = list(folder.glob(".work/speech/*.npz"))
    # lines are spoken side by side: the short one may have been whole before a long one failed
    assert len(kept) <= 1 if stage == "speech" else len(kept) == 6
    assert all(len(load_utterance(path).waveform.samples) for path in kept)
    assert not (folder / "mix.wav").exists() and not (folder / "episode.mp4").exists()
    assert subprocess.run([sys.executable, "-m", "talkshow", *map(str, quick)], capture_output=True, timeout=120,
                          check=False).returncode == 0
