"""Files come into being whole; what killed runs leave is swept, and nothing else."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkshow.store import outfile
from talkshow.store.files import copy_file, is_sealed, read_json, seal_file, sealed, sweep, unsealed, writing

# A number that no process has: Linux gives at most 2**22.
GONE = 2**22 + 17


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "mix.wav"
    with writing(path) as temporary:
        temporary.write_bytes(b"new")
        assert not path.exists() and temporary.parent == path.parent
    assert path.read_bytes() == b"new" and names(tmp_path) == {"mix.wav"}
    with pytest.raises(RuntimeError), writing(path) as temporary:
        temporary.write_bytes(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"new" and names(tmp_path) == {"mix.wav"}


@contextlib.contextmanager
def another_run(path: Path) -> Iterator[None]:
    """Another process that writes a file, until it is killed."""
    program = (
        f"import sys\nfrom pathlib import Path\nfrom talkshow.store.files import writing\n"
        f"with writing(Path({str(path)!r})) as temporary:\n    temporary.write_bytes(b'half')\n"
        "    print('half', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stdout.readline() == "half\n"
        yield
        process.kill()


def test_what_another_run_is_writing_stays_until_it_is_gone(tmp_path):
    with another_run(tmp_path / "mix.wav"):
        during = names(tmp_path)
        assert len(during) == 1
        sweep(tmp_path)
        with writing(tmp_path / "mix.wav") as temporary:
            temporary.write_bytes(b"quicker")
        assert names(tmp_path) == during | {"mix.wav"}
    sweep(tmp_path)
    assert names(tmp_path) == {"mix.wav"}


@pytest.mark.parametrize("name", ["episode.mp4", "Ünïcödé " * 20 + ".txt"], ids=["short", "as long as names may be"])
def test_the_next_output_of_a_name_removes_what_a_killed_run_left_of_it(tmp_path, name):
    (tmp_path / ".tmp-others").write_text("kept")
    (tmp_path / "notes").mkdir()
    for each in (name, "other.mp4"):
        with another_run(tmp_path / each):
            pass
    assert len(names(tmp_path)) == 4
    with outfile.writing(tmp_path / name, outfile.WrittenFiles(tmp_path / "notes")) as temporary:
        temporary.write_bytes(b"whole")
    left = names(tmp_path) - {name, ".tmp-others", "notes"}
    assert len(left) == 1 and left.pop().endswith("other.mp4"), "that of another output may be somebody else's matter"
    assert (tmp_path / name).read_bytes() == b"whole"


@pytest.mark.parametrize(
    ("name", "goes"),
    [
        (".tmp-GONE-0123abcd-mix.wav", True),
        (".tmp-GONE-mix.wav", True),
        (".tmp-OWN-fedcba98-mix.wav", True),
        (f"..tmp-GONE-{'a' * 64}.npz.GONE.part", True),
        (".tmp-OWN-mix.wav", False),
        (".tmp-OTHER-0123abcd-mix.wav", False),
        (".tmp-mix.wav", False),
        (".tmp-12a-mix.wav", False),
        ("tmp-GONE-mix.wav", False),
        (".tmp-", False),
        (".tmp-GONE-", False),
        ("...tmp-GONE-mix.wav", False),
        ("my.tmp-GONE-mix.wav", False),
    ],
)
def test_what_is_swept_and_what_is_not(tmp_path, name, goes):
    for word, process in (("GONE", GONE), ("OWN", os.getpid()), ("OTHER", os.getppid())):
        name = name.replace(word, str(process))
    (tmp_path / name).write_bytes(b"?")
    sweep(tmp_path)
    assert (tmp_path / name).exists() != goes


def test_folders_and_links_are_never_swept(tmp_path):
    (tmp_path / f".tmp-{GONE}-folder").mkdir()
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / f".tmp-{GONE}-link").symlink_to(tmp_path / "mine.txt")
    sweep(tmp_path)
    assert len(names(tmp_path)) == 3
    sweep(tmp_path / "nowhere")


def test_a_copy_is_no_second_name(tmp_path):
    (tmp_path / "a").write_bytes(b"sound" * 1000)
    (tmp_path / "b").write_bytes(b"older and longer" * 1000)
    copy_file(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"sound" * 1000 and (tmp_path / "a").stat().st_nlink == 1
    with (tmp_path / "b").open("r+b") as file:
        file.write(b"noise")
    assert (tmp_path / "a").read_bytes() == b"sound" * 1000


@given(st.binary(max_size=200), st.integers(0, 239), st.integers(1, 255))
def test_a_seal_tells_whole_data_from_any_other(data, place, change):
    kept = sealed(data)
    assert unsealed(kept) == data
    broken = bytearray(kept)
    broken[place % len(kept)] ^= change
    assert unsealed(bytes(broken)) is None
    assert unsealed(kept[: place % len(kept)]) is None and unsealed(data) is None


def test_a_sealed_file_is_still_a_video(tmp_path):
    import av
    import numpy as np

    from talkshow.film.video import encode_segment

    path = tmp_path / "a.mp4"
    encode_segment(path, [np.full((64, 64, 3), 90, np.uint8)] * 5, (64, 64))
    assert not is_sealed(path)
    seal_file(path)
    assert is_sealed(path) and not is_sealed(tmp_path / "b.mp4")
    with av.open(str(path)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 5


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"null",
        b"5",
        b'{"a": "b"}',
        b"\xff\xfe\x00",
        b'{"a": []}',
        b"[" * 100_000,
        b'{"a": [1, null]}',
        b'{"a": [1e999]}',
    ],
)
def test_json_that_is_broken_or_of_another_shape_is_absent(tmp_path, broken):
    path = tmp_path / "kept.json"

    def parse(value: Any) -> int:
        return sum(int(number) for number in value["a"]) // len(value["a"])

    assert read_json(path, parse) is None
    path.write_text(json.dumps({"a": [7]}))
    assert read_json(path, parse) == 7
    path.write_bytes(broken)
    assert read_json(path, parse) is None
