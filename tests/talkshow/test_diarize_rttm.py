"""RTTM: what is written is read back, and what is wrong is said with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkshow.errors import ScriptError
from talkshow.span import Span
from talkshow.timeline.rttm import joined_turns, read_rttm, to_rttm
from talkshow.timeline.turns import Turn, ordered

GOOD = "SPEAKER show 1 1.5 2.0 <NA> <NA> MAYA <NA> <NA>\n"


def written(folder: Path, text: str) -> Path:
    (folder / "turns.rttm").write_text(text, encoding="utf-8")
    return folder / "turns.rttm"


@given(
    turns=st.lists(
        st.builds(
            lambda who, begin, length: Turn(who, Span(begin / 1000, (begin + length) / 1000)),
            st.sampled_from(["S1", "MAYA", "Zoë", "李"]),
            st.integers(0, 10**6),
            st.integers(1, 10**5),
        ),
        min_size=1,
    )
)
def test_round_trip(turns: list[Turn], tmp_path_factory: pytest.TempPathFactory) -> None:
    turns = list(ordered(joined_turns(turns)))
    read = read_rttm(written(tmp_path_factory.mktemp("rttm"), to_rttm(turns, "a show"))).turns
    assert [turn.speaker for turn in read] == [turn.speaker for turn in turns]
    assert all(
        abs(one.span.start_s - other.span.start_s) < 1e-3 and abs(one.span.end_s - other.span.end_s) < 2e-3
        for one, other in zip(read, turns, strict=True)
    )


def test_comments_and_other_lines_are_passed_over_and_touching_turns_joined(tmp_path: Path) -> None:
    text = (
        ";; made by hand\n\nSPKR-INFO show 1 <NA> <NA> <NA> unknown MAYA <NA>\n"
        + GOOD
        + "SPEAKER show 1 3.5 1 <NA> <NA> MAYA <NA>\n"
    )
    assert read_rttm(written(tmp_path, text)).turns == (Turn("MAYA", Span(1.5, 4.5)),)


def test_what_lies_past_the_end_is_cut_and_said(tmp_path: Path) -> None:
    text = (
        GOOD + "SPEAKER show 1 9 5 <NA> <NA> LEO <NA> <NA>\nSPEAKER show 1 20 1 <NA> <NA> IDA <NA> <NA>\n"
        "SPEAKER show 1 4 0 <NA> <NA> LEO <NA> <NA>\n"
    )
    found = read_rttm(written(tmp_path, text), 10.0)
    assert found.turns[-1] == Turn("LEO", Span(9, 10)) and found.speakers == ("MAYA", "LEO")
    assert [
        part in warning
        for part, warning in zip(("rttm:2: LEO", "rttm:3: IDA", "rttm:4: LEO"), found.warnings, strict=True)
    ] == [True] * 3


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("SPEAKER show 1 1.5 2.0 <NA> <NA> Maya Lin <NA> <NA>", "Maya Lin"),
        ("SPEAKER my long show 1 1.5 2.0 <NA> <NA> Speaker 1 <NA> <NA>", "Speaker 1"),
        ("SPEAKER show 1 1.5 2.0 <NA> <NA> Speaker 1 <NA>", "Speaker 1"),
        ("SPEAKER show 1 1.5 2.0 <NA> <NA> MAYA", "MAYA"),
        ("SPEAKER show 1 1.5 2.0 <NA> <NA> MAYA 0.87 <NA>", "MAYA"),
        ("SPEAKER show 1 1.5 2.0 <NA> <NA> Maya Lin 0.87", "Maya Lin"),
        ("SPEAKER\tshow\t1\t1.5\t2.0\t<NA>\t<NA>\tMaya  Lin\t<NA>\t<NA>", "Maya Lin"),
        ("  SPEAKER   show 1 1.5 2.0 <NA> <NA> 'Maya Lin' <NA> <NA>  ;; the host", "Maya Lin"),
        ("SPEAKER show 2 1 <NA> 1.5 2.0 <NA> <NA> Maya <NA> <NA>", "Maya"),
    ],
)
def test_names_with_spaces_and_missing_fields(tmp_path: Path, line: str, name: str) -> None:
    later = line.replace("1.5 2.0", "0.5 0.5").replace("1.5\t2.0", "0.5\t0.5")
    text = f"# a comment\n{line}\r\n\n{later}\n"  # unsorted
    assert read_rttm(written(tmp_path, text)).turns == (Turn(name, Span(0.5, 1.0)), Turn(name, Span(1.5, 3.5)))


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "names no speaker"),
        (";; nothing\n", "names no speaker"),
        ("SPEAKER show 1 1.5 2.0 <NA> <NA> <NA> <NA> <NA>\n", r"rttm:1:34: names no speaker"),
        (GOOD + "SPEAKR show 1 1 2 <NA> <NA> LEO <NA> <NA>\n", r"rttm:2:1: .*Did you mean 'SPEAKER'"),
        (GOOD + "SPEAKER show 1 1\n", r"rttm:2:1: 4 fields"),
        ("SPEAKER show 1 soon 2.0 <NA> <NA> MAYA <NA> <NA>\n", r"rttm:1:16: the start 'soon' is not a valid time"),
        ("SPEAKER show 1 1 -2 <NA> <NA> MAYA <NA> <NA>\n", "the duration '-2' is not a valid time"),
        ("SPEAKER show 1 nan 2 <NA> <NA> MAYA <NA> <NA>\n", "not a valid time"),
        (GOOD + "SPEAKER other 1 1 2 <NA> <NA> LEO <NA> <NA>\n", r"rttm:2:1: turns of another recording"),
        ("SPEAKER show 1 50 2 <NA> <NA> MAYA <NA> <NA>\n", "no turn in it lies within the recording"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ScriptError, match=said):
        read_rttm(written(tmp_path, text), 10.0)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="cannot be read"):
        read_rttm(tmp_path / "none.rttm")
    (tmp_path / "picture.rttm").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(ScriptError, match="not UTF-8"):
        read_rttm(tmp_path / "picture.rttm")
