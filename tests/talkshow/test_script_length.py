"""A long script costs no more per line than a short one: function calls are counted, bench/scripts.py measures time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.scripts import FILES
from talkshow.script import read_script

SHORT, LONG = 50, 400


def calls(path: Path, data: bytes) -> int:
    """The number of function calls with which a script is read."""
    path.write_bytes(data)
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        read_script(path)
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("name", FILES)
def test_a_line_of_a_long_script_costs_no_more_than_one_of_a_short_script(name: str, tmp_path: Path) -> None:
    first = FILES[name](4)
    calls(tmp_path / name, first)  # imports, and tables that are kept
    short, long = (calls(tmp_path / name, FILES[name](lines)) for lines in (SHORT, LONG))
    assert long / LONG < 1.3 * short / SHORT
