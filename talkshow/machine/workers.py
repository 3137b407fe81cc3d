"""The number of worker threads: as many as processors, container, memory and settings allow.

`os.cpu_count()` counts the machine's processors. A process may be pinned to fewer (taskset, a batch system), and the
control group of a container may limit its processor time and memory. More threads than that would only wait for each
other, and each needs memory for its own frames.
"""

from __future__ import annotations

import contextlib
import math
import os
import sys
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

from talkshow.errors import SettingsError

VARIABLE = "TALKSHOW_JOBS"
MB_PER_MEGAPIXEL = 60  # memory of a thread that draws, encodes or reads frames of this size
SPEAKING_MB = 350  # memory of a thread that speaks a long sentence (Kokoro, measured)
_MOST = 8  # default maximum: beyond it, Python's global lock leaves little to gain
_SHARE = 0.8  # share of the free memory that is used
_UNLIMITED = 1 << 60  # version 1 writes "no limit" as a number at about this size
_ROOT = Path("/")


_jobs: ContextVar[int | None] = ContextVar("talkshow_jobs", default=None)


@contextlib.contextmanager
def limited(jobs: int | None) -> Iterator[None]:
    """Limit the threads of everything in this block.  jobs: from the settings; None: TALKSHOW_JOBS, else up to 8.

    A block sets the limit because engines are made without arguments and some stages never see the settings.
    """
    before = _jobs.set(jobs)
    try:
        yield
    finally:
        _jobs.reset(before)


def worker_count(each_mb: float = 0.0, root: Path = _ROOT) -> int:
    """The number of threads for one stage, at least 1.

    each_mb: megabytes per thread.  root: the folder that contains /proc and /sys.
    Raises SettingsError when TALKSHOW_JOBS is not a number of threads.
    """
    wanted = _jobs.get()
    wanted = _asked_for() if wanted is None else wanted
    bounds: list[float] = [usable_cores(root), wanted if wanted is not None else _MOST]
    free = free_memory(root) if each_mb > 0 else None
    if free is not None:
        bounds.append(free * _SHARE / (each_mb * 1e6))
    return max(1, int(min(bounds)))


def picture_workers(size: tuple[int, int], root: Path = _ROOT) -> int:
    """The number of threads that draw, encode or read frames of `size`, (width, height) in pixels."""
    return worker_count(MB_PER_MEGAPIXEL * size[0] * size[1] / 1e6, root)


def usable_cores(root: Path = _ROOT) -> int:
    """Processors that this process may use, at least 1: those it is pinned to, within its share of processor time."""
    cores = _own_cores()
    for quota in _quotas(root):
        cores = min(cores, math.ceil(quota))
    return max(1, cores)


def free_memory(root: Path = _ROOT) -> int | None:
    """Bytes still available, limited by machine, control group and address space; None: not known."""
    known = [free for free in (_machine_memory(root), _address_space(root), *_group_memory(root)) if free is not None]
    return max(0, min(known)) if known else None


def _asked_for() -> int | None:
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text)):
        raise SettingsError(f"{VARIABLE}={text} is not a number of threads. Set it to 1 or more, or unset it.")
    return int(text)


def _own_cores() -> int:
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# Control groups. The limits of a group and of all groups above it apply. In a container the path in /proc/self/cgroup
# may be that of the host: then only the topmost folder exists, and it is the container's own.


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """Folders of this process's control groups: of version 2 (controller ""), or of a version 1 controller."""
    base = root / "sys/fs/cgroup"
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, _, rest = line.partition(":")
        names, _, path = rest.partition(":")
        if controller not in names.split(",") or not path.startswith("/"):
            continue
        path = "/" if ".." in path.split("/") else path  # a group that is not visible from here
        tops = (base / names, base / controller) if controller else (base, base / "unified")
        for top in dict.fromkeys(tops):
            own = top / path.lstrip("/")
            yield from (folder for folder in (own, *own.parents) if folder.is_relative_to(top) and folder.is_dir())


def _quotas(root: Path) -> Iterator[float]:
    """Limits of processor time, in processors."""
    for group in _groups(root, ""):
        quota, _, period = _text(group / "cpu.max").partition(" ")
        yield from _share(quota, period)
    for group in _groups(root, "cpu"):
        yield from _share(_text(group / "cpu.cfs_quota_us"), _text(group / "cpu.cfs_period_us"))


def _share(quota: str, period: str) -> Iterator[float]:
    if quota.strip().isdecimal() and period.strip().isdecimal() and int(period):  # otherwise "max", -1, or no file
        yield int(quota) / int(period)


def _group_memory(root: Path) -> Iterator[int]:
    """Bytes left in each control group. Memory of the file cache counts as available."""
    for controller, limit, used, cached in (
        ("", "memory.max", "memory.current", "inactive_file"),
        ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        for group in _groups(root, controller):
            most = _number(group / limit)
            if most is not None and most < _UNLIMITED:
                rows = dict(line.split(maxsplit=1) for line in _text(group / "memory.stat").splitlines() if " " in line)
                yield most - (_number(group / used) or 0) + int(rows.get(cached, "0"))


def _machine_memory(root: Path) -> int | None:
    for line in _text(root / "proc/meminfo").splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable" and value.split()[:1] and value.split()[0].isdecimal():
            return int(value.split()[0]) * 1024
    return None


def _address_space(root: Path) -> int | None:
    """Bytes left under `ulimit -v`."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    pages = _text(root / "proc/self/statm").split()
    if limit == resource.RLIM_INFINITY or not pages:
        return None
    return limit - int(pages[0]) * resource.getpagesize()


def _number(path: Path) -> int | None:
    text = _text(path).strip()
    return int(text) if text.isdecimal() else None


def _text(path: Path) -> str:
    """The text of a system file; "" if there is none."""
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
