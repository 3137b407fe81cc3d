"""Nothing is lost, nothing is made twice: second runs, edits, kills, two runs at once, a full disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from gates import kept_files, killed_at, standing_at

from talkshow.speech.speak import load_utterance

pytestmark = pytest.mark.serial


def pictures(video: Path) -> np.ndarray:
    with av.open(str(video)) as container:
        return np.stack([frame.to_ndarray(format="gray") for frame in container.decode(video=0)])


def files(folder: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of every kept result: a file that is written again gets another inode."""
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.suffix in (".mp4", ".wav", ".npz")
    }


def lengthened(script: Path, num_lines: int) -> None:
    """Give the quick script's speakers so many lines."""
    lines = "\n".join(
        f"{'MAYA' if i % 2 else 'LEO'}: This is line number {i} of a longer talk." for i in range(num_lines)
    )
    script.write_text(script.read_text().split("MAYA: Why")[0] + lines + "\n")


def test_a_second_run_makes_nothing_again(run, quick, rendered):
    before = files(rendered)
    again = run(*quick, "--json")
    assert files(rendered) == before
    assert again.json["stages"]["speak"]["lines_spoken_in_this_run"] == 0


def test_changing_one_line_speaks_that_line_and_films_what_follows(run, quick):
    script = Path(str(quick[1]))
    lengthened(script, 12)
    folder = Path(run(*quick, "--json").json["folder"])
    before = {path.name for path in (folder / ".work/frames").iterdir()}
    assert len(before) > 6
    script.write_text(script.read_text().replace("number 9 of a", "number 9, a new one, of quite a"))
    again = run(*quick, "--json")
    assert again.json["stages"]["speak"]["lines_spoken_in_this_run"] == 1
    after = {path.name for path in (folder / ".work/frames").iterdir()}
    kept, new = before & after, after - before
    assert new and len(new) < len(before), "the segments before the edit are kept"
    untouched = again.json["num_frames"] // 100 * 9 // 12 - 2
    assert len(kept) >= untouched


def test_settings_that_do_not_touch_the_sound_do_not_speak_again(run, quick, rendered):
    before = {name: stamp for name, stamp in files(rendered).items() if name.endswith((".npz", ".wav"))}
    assert run(*quick, "--burn-captions").code == 0
    after = {name: stamp for name, stamp in files(rendered).items() if name.endswith((".npz", ".wav"))}
    assert after == before


def test_killed_and_run_again_is_the_same_episode(run, quick, tmp_path):
    """`kill -9` in every stage of one episode, again and again, then the same command once more."""
    lengthened(Path(str(quick[1])), 6)
    undisturbed = Path(run(*quick, "--name", "whole", "--json").json["folder"])
    folder = tmp_path / "outputs/killed"
    kept: dict[Path, int] = {}
    for stage, done in (("speak", 5), ("mix", 1), ("film", 60), ("film", 210), ("join", 2)):
        killed_at(stage, done, *quick, "--name", "killed")
        assert not (folder / "episode.mp4").exists()
        assert kept.items() <= kept_files(folder).items(), "what was finished is not made again"
        kept = kept_files(folder)
    assert {path.parent.name for path in kept} >= {"speech", "frames"}
    again = run(*quick, "--name", "killed", "--json")
    assert again.json["stages"]["speak"]["lines_spoken_in_this_run"] == 0
    assert kept.items() <= kept_files(folder).items()
    assert np.array_equal(pictures(folder / "episode.mp4"), pictures(undisturbed / "episode.mp4"))
    for name in ("mix.wav", "tracks/MAYA.wav", "tracks/LEO.wav"):
        assert np.array_equal(soundfile.read(folder / name)[0], soundfile.read(undisturbed / name)[0])
    assert not list(folder.rglob(".tmp-*"))


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(("stage", "done"), [("speak", 2), ("film", 120)])
def test_ctrl_c_says_that_the_work_is_kept(run, quick, tmp_path, stage, done):
    lengthened(Path(str(quick[1])), 4)
    with standing_at(stage, done, *quick) as process:
        process.send_signal(signal.SIGINT)
        out, err = process.stdout.read(), process.stderr.read()
        assert process.wait() == 130 and out == ""
    assert "Finished results are kept" in err and "Traceback" not in err
    assert not list(tmp_path.rglob(".tmp-*"))
    kept = kept_files(tmp_path / "outputs/quick")
    assert len(kept) >= 2
    assert run(*quick).code == 0
    assert kept.items() <= kept_files(tmp_path / "outputs/quick").items()


def test_a_second_run_at_the_same_time_says_so_and_stops(run, quick, rendered):
    import filelock

    with filelock.FileLock(rendered / ".work/lock"):
        ran = run(*quick)
    assert ran.code == 1 and "another run is working on this episode" in ran.err
    assert run(*quick).code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
@pytest.mark.parametrize(("room", "stage"), [(50_000, "speech"), (700_000, "tracks")])
def test_a_full_disk_is_a_clear_error_and_nothing_half_written_remains(run, quick, tmp_path, room, stage):
    """A limit on file sizes stands in for the full disk: both fail in the middle of a write."""
    import resource

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    environment = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE_")}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"  # nor may coverage write: the limit holds for every file
    ran = subprocess.run(
        [sys.executable, "-m", "talkshow", *map(str, quick)],
        preexec_fn=limited,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "the disk is full" in ran.stderr and "Traceback" not in ran.stderr
    folder = tmp_path / "outputs/quick"
    assert not list(folder.rglob(".tmp-*"))
    kept = list(folder.glob(".work/speech/*.npz"))
    # lines are spoken side by side: the short one may have been whole before a long one failed
    assert len(kept) <= 1 if stage == "speech" else len(kept) == 6
    assert all(len(load_utterance(path).waveform.samples) for path in kept)
    assert not (folder / "mix.wav").exists() and not (folder / "episode.mp4").exists()
    assert run(*quick).code == 0
