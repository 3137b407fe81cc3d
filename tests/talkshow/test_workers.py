"""How many threads a stage uses: bounded by affinity, control groups, memory, settings and environment."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkshow import EpisodeSettings, make_episode
from talkshow.engines import registry
from talkshow.errors import SettingsError
from talkshow.machine.workers import free_memory, limited, picture_workers, usable_cores, worker_count
from talkshow.render.stills import Stills

GB = 1 << 30


def machine(root: Path, files: dict[str, object]) -> Path:
    """A fake /proc and /sys."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{content}\n")
    return root


@pytest.fixture
def wide(monkeypatch):
    """A machine of 64 processors, whatever this one has."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    monkeypatch.setattr(os, "process_cpu_count", lambda: 64, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.delenv("TALKSHOW_JOBS", raising=False)


@pytest.mark.usefixtures("wide")
@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({}, 64),
        ({"proc/self/cgroup": "0::/"}, 64),
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "max 100000"}, 64),
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "300000 100000"}, 3),
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "150000 100000"}, 2),
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "20000 100000"}, 1),
        (
            {
                "proc/self/cgroup": "0::/user.slice/job",
                "sys/fs/cgroup/user.slice/cpu.max": "500000 100000",
                "sys/fs/cgroup/user.slice/job/cpu.max": "max 100000",
            },
            5,
        ),
        ({"proc/self/cgroup": "0::/../../host", "sys/fs/cgroup/cpu.max": "700000 100000"}, 7),
        (
            {
                "proc/self/cgroup": "4:cpu,cpuacct:/docker/1f\n3:memory:/docker/1f\n0::/",
                "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": 400000,
                "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": 100000,
            },
            4,
        ),
        (
            {
                "proc/self/cgroup": "1:cpu:/job",
                "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us": 250000,
                "sys/fs/cgroup/cpu/job/cpu.cfs_period_us": 50000,
            },
            5,
        ),
        (
            {
                "proc/self/cgroup": "1:cpu:/",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": -1,
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": 100000,
            },
            64,
        ),
        ({"proc/self/cgroup": "nonsense\n::\n0::relative", "sys/fs/cgroup/cpu.max": "1 100000"}, 64),
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "100000 0"}, 64),
    ],
    ids=[
        "no files",
        "v2 without limit",
        "v2 max",
        "v2",
        "v2 rounded up",
        "v2 less than one",
        "v2 group above",
        "v2 outside",
        "v1 container",
        "v1 own group",
        "v1 without limit",
        "nonsense",
        "period 0",
    ],
)
def test_cores_are_those_of_the_control_group(tmp_path, files, cores):
    assert usable_cores(machine(tmp_path, files)) == cores


@pytest.mark.parametrize(
    ("files", "gigabytes"),
    [
        ({"proc/meminfo": "MemTotal: 16777216 kB\nMemAvailable: 8388608 kB"}, 8),
        (
            {
                "proc/meminfo": "MemAvailable: 8388608 kB",
                "proc/self/cgroup": "0::/",
                "sys/fs/cgroup/memory.max": 4 * GB,
                "sys/fs/cgroup/memory.current": 2 * GB,
                "sys/fs/cgroup/memory.stat": f"anon {GB}\ninactive_file {GB}",
            },
            3,
        ),
        (
            {
                "proc/self/cgroup": "3:memory:/a",
                "sys/fs/cgroup/memory/a/memory.limit_in_bytes": 9223372036854771712,
                "sys/fs/cgroup/memory/memory.limit_in_bytes": 2 * GB,
                "sys/fs/cgroup/memory/memory.usage_in_bytes": GB,
            },
            1,
        ),
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/memory.max": GB, "sys/fs/cgroup/memory.current": 2 * GB}, 0),
    ],
    ids=["machine", "v2", "v1", "over the limit"],
)
def test_memory_is_that_of_the_control_group(tmp_path, files, gigabytes):
    assert free_memory(machine(tmp_path, files)) == gigabytes * GB


@pytest.mark.usefixtures("wide")
def test_memory_bounds_the_threads_that_hold_frames(tmp_path):
    root = machine(tmp_path, {"proc/meminfo": "MemAvailable: 2097152 kB"})
    assert picture_workers((640, 360), root) == 8
    assert 1 < picture_workers((3840, 2160), root) < 5
    assert picture_workers((3840, 2160), machine(tmp_path, {"proc/meminfo": "MemAvailable: 100 kB"})) == 1


@given(
    cores=st.integers(1, 300),
    jobs=st.none() | st.integers(1, 300),
    megabytes=st.integers(0, 100_000),
    each=st.floats(0.0, 5000.0),
)
def test_there_is_always_a_thread_and_never_more_than_any_bound(tmp_path_factory, cores, jobs, megabytes, each):
    root = machine(
        tmp_path_factory.mktemp("machine"),
        {
            "proc/meminfo": f"MemAvailable: {megabytes * 1000} kB",
            "proc/self/cgroup": "0::/",
            "sys/fs/cgroup/cpu.max": f"{cores * 100000} 100000",
        },
    )
    with limited(jobs):
        count = worker_count(each, root)
    assert 1 <= count <= min(cores, jobs or 8)
    assert count == 1 or count * each <= megabytes * 1.024


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")
def test_a_pinned_process_uses_its_own_cores():
    code = (
        "import os; from talkshow.machine.workers import usable_cores; mine = sorted(os.sched_getaffinity(0))\n"
        "os.sched_setaffinity(0, mine[:1]); print(usable_cores())"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "1"


@pytest.mark.usefixtures("wide")
def test_the_environment_and_the_settings_bound(monkeypatch):
    monkeypatch.setenv("TALKSHOW_JOBS", "5")
    here = usable_cores()
    assert worker_count() == min(5, here)
    with limited(3):
        assert worker_count() == min(3, here)
        with limited(None):
            assert worker_count() == min(5, here)
        assert worker_count() == min(3, here)
    assert worker_count() == min(5, here)


@pytest.mark.parametrize("value", ["0", "-2", "many", "2.5", "1e3", "٣", "99999999"])
def test_an_impossible_number_in_the_environment_is_named(run, quick, monkeypatch, value):
    monkeypatch.setenv("TALKSHOW_JOBS", value)
    ran = run(*quick)
    assert ran.code == 1 and "TALKSHOW_JOBS" in ran.err and value in ran.err


def test_a_space_in_the_environment_is_no_number(monkeypatch):
    monkeypatch.setenv("TALKSHOW_JOBS", " ")
    assert worker_count() >= 1


@pytest.mark.parametrize("jobs", [0, -1])
def test_impossible_jobs(jobs):
    with pytest.raises(SettingsError, match="jobs"):
        EpisodeSettings(jobs=jobs)


class _Watched(Stills):
    """The fake renderer, which notes the threads that ask it for frames."""

    threads: ClassVar[set[int]] = set()

    def open(self, stage):
        view = super().open(stage)
        frames = view.frames

        def noted(performance, first, last):
            self.threads.add(threading.get_ident())
            yield from frames(performance, first, last)

        object.__setattr__(view, "frames", noted)
        return view


def test_one_job_films_on_one_thread(tmp_path, tone_voices, monkeypatch):
    monkeypatch.setitem(registry.BUILT_IN["renderers"], "watched", f"{__name__}:_Watched")
    script = tmp_path / "long.txt"
    script.write_text("MAYA: " + "One two three four five six seven. " * 12 + "\nLEO: Yes.\n")
    _Watched.threads.clear()
    make_episode(
        script,
        EpisodeSettings(
            renderer="watched", size=(64, 64), check=False, jobs=1, voices={"MAYA": "hum_a", "LEO": "hum_b"}
        ),
        out=tmp_path,
        voices=[tone_voices],
    )
    # the poster is drawn by whoever makes the episode
    assert len(_Watched.threads - {threading.get_ident()}) == 1


def test_the_plan_counts_the_threads_that_will_run(run, quick, monkeypatch):
    """1 more thread at 1280x720 is 55 MB more."""

    def planned(jobs: str) -> int:
        monkeypatch.setenv("TALKSHOW_JOBS", jobs)
        return run(*quick, "--size", "1280x720", "--dry-run", "--json").json["estimated_memory_mb"]

    one, many = planned("1"), planned("8")
    assert many - one == pytest.approx(55.3 * (picture_workers((1280, 720)) - 1), abs=1)
