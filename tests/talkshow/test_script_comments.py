"""Comments, empty lines and what is not played stay when a script is written again, or are named."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_script_roundtrip import _WORDS, scripts

from talkshow.script import WRITABLE_FORMATS, format_script, parse_script
from talkshow.script.formatter import formatted, lost_remarks
from talkshow.script.model import Script

COMMENT: dict[str, Callable[[str], str]] = {
    "plain": "# {}".format,
    "yaml": "# {}".format,
    "markdown": "<!-- {} -->".format,
    "fountain": "/* {} */".format,
}
ENDS = {"markdown": "-->", "fountain": "*/"}


def places(rows: list[str], format: str) -> list[int]:
    """Indices of rows before which a comment can stand on a row of its own."""
    end = rows.index("---", 1) + 1 if format == "markdown" and rows[0] == "---" else 0
    start = {"fountain": next((index for index, row in enumerate(rows) if not row), 0), "markdown": end}.get(format, 0)
    if format == "yaml":
        return [
            index
            for index, row in enumerate(rows)
            if re.match(r"\w|- (speaker|title|lines|image|prompt|language):|  - speaker:", row)
        ]
    if format == "plain":
        return list(range(len(rows) + 1))
    return [index for index in range(start + 1, len(rows)) if not rows[index - 1]]


@st.composite
def commented(draw: st.DrawFn, format: str) -> tuple[str, Script, list[str]]:
    """A tidy script with comments and empty rows put in, the script without them, and the comments."""
    script = draw(scripts())
    rows = format_script(script, format).rstrip("\n").split("\n")
    comments: list[str] = []
    where = places(rows, format)
    for index in sorted(draw(st.sets(st.sampled_from(where), max_size=4)) if where else [], reverse=True):
        added = []
        for kind in draw(st.lists(st.sampled_from(["comment", "empty"]), min_size=1, max_size=3)):
            words = draw(_WORDS.filter(lambda words: ENDS.get(format, "\n") not in words))
            added.append(COMMENT[format](words) if kind == "comment" else "")
            comments += [words] if kind == "comment" else []
        rows[index:index] = added
    return "\n".join(rows) + "\n", script, comments


@pytest.mark.parametrize("format", COMMENT)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_in_the_same_format_a_tidy_script_stays_as_it_is(format: str, data: st.DataObject) -> None:
    text, script, _ = data.draw(commented(format))
    read = parse_script(text, format)
    assert read == script
    written = formatted(read, format)
    assert written.text == text and written.lost == ()


@pytest.mark.parametrize("format", COMMENT)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data(), to=st.sampled_from(WRITABLE_FORMATS))
def test_in_another_format_every_comment_is_there_or_named(format: str, data: st.DataObject, to: str) -> None:
    text, script, comments = data.draw(commented(format))
    written = formatted(parse_script(text, format), to)
    assert parse_script(written.text, to) == script
    told = " ".join(lost_remarks(written, to))
    assert to != "json" or (f"{len(comments)} comment" in told) == bool(comments)
    for words in comments:
        row = next(number for number, row in enumerate(text.split("\n"), 1) if row == COMMENT[format](words))
        lost = [remark for remark in written.lost if remark.row == row]
        assert words in written.text or lost or any(remark.words == words for remark in written.lost), words
        assert not lost or f"line {row} (" in told


FILES = {
    "plain": """\
# my show

title: Cats
cast:
  # the host
  MAYA: voice=af_heart

  LEO: voice=am_michael
say:
  # how it sounds
  Nguyen: win


# a comment
== The studio == {image: studio.png}

MAYA (warm): Welcome back.

LEO (deadpan): Power.
# before the shot
[CLOSE ON LEO]
# after the shot
MAYA (laughs): Pure power, or --


LEO {overlap 0.5}: Power, (beat) and boredom.
# the end

""",
    "fountain": """\
Title: Tea
Author: Jane Doe
  and others
Cast:
  MAYA: voice=af_heart
Credit: written by

/* at the top */

# Act one

= They meet.

INT. SHOP - DAY [[image: shop.png]]

[[remember the props]]

A bell rings.

!!WIDE

MAYA [[overlap 0.5]]
(warm)
Good morning.

/* cut:
LEO
Never spoken.
*/
LEO
Is it?

===

> THE END <
""",
    "markdown": """\
---
# head comment
title: Tea

cast:
  # the host
  MAYA:
    voice: af_heart
# end of head
---
<!-- todo: rewrite -->

## The shop {image: shop.png}

**MAYA (warm):** Good morning.

---

*A bell rings.*

!!WIDE
**LEO {overlap 0.3}:** Is it?
**MAYA:** Yes.

<!--
the end
of it
-->
""",
    "yaml": """\
# top
title: Tea

cast:
  # the host
  MAYA:
    voice: af_heart
say:
  Nguyen: win

# scenes follow
scenes:
- title: The shop
  lines:
  # first
  - speaker: MAYA
    text: 'Good # morning.'

  - speaker: LEO
    text: Is it?
# tail
""",
}


@pytest.mark.parametrize("format", FILES)
def test_whole_files_stay_byte_for_byte(run, tmp_path: Path, format: str) -> None:
    path, out = tmp_path / "a.txt", tmp_path / "b.txt"
    path.write_text(FILES[format], encoding="utf-8")
    ran = run("format", path, "--to", format, "-o", out)
    assert ran.code == 0 and "warning" not in ran.err
    assert out.read_text(encoding="utf-8") == FILES[format]
    assert run("format", path, "--to", format).out == FILES[format]


@pytest.mark.parametrize(("format", "number"), [("plain", 7), ("fountain", 9), ("markdown", 6), ("yaml", 5)])
def test_json_has_none_and_says_so_with_count_and_places(run, tmp_path: Path, format: str, number: int) -> None:
    path = tmp_path / "a.txt"
    path.write_text(FILES[format], encoding="utf-8")
    ran = run("format", path, "--to", "json")
    assert ran.code == 0 and f"{number} comments and unplayed lines are not kept in json: line " in ran.err
    rows = FILES[format].split("\n")
    for row, words in re.findall(r"line (\d+) \('([^'…]+)", ran.err.split("json:")[1]):
        assert words.split()[0] in " ".join(rows[int(row) - 1 : int(row) + 3]), (row, words)


@pytest.mark.parametrize(
    ("format", "text", "kept"),
    [
        (
            "yaml",
            "title: T  # why\nlines:\n- A: Hi.   # loud\n- speaker: A\n  direction: warm  # so\n  text: Ho.\n",
            ["# why", "# loud", "# so"],
        ),
        (
            "yaml",
            "lines:\n- speaker: A\n  text: |  # in the head\n    It is (beat) # no comment\n\n- A: x\n",
            ["# in the head"],
        ),
        (
            "yaml",
            "cast: {A: {voice: x},  # first\n  B: {voice: y}}  # second\nlines: [{A: Hi}, # one\n  {B: Ho}]\n",
            ["# first", "# second", "# one"],
        ),
        (
            "markdown",
            "**A:** Good <!-- very --> morning,\nall <!-- of\nyou --> of you.\n",
            ["<!-- very -->", "<!-- of\nyou -->"],
        ),
        (
            "fountain",
            "INT. X - DAY #4#\n\nA\nOne [[check this]] two. /* cut */ Three.\n\nCUT TO:\n\nB\nHm.\n",
            ["[[scene number 4]]", "[[check this]]", "/* cut */", "CUT TO:"],
        ),
        ("plain", "A: One\n  # why\n  two.\n\n  Three.\nB: Hm.\n", ["  # why"]),
    ],
)
def test_comments_inside_lines_move_and_stay(format: str, text: str, kept: list[str]) -> None:
    script = parse_script(text, format)
    written = formatted(script, format)
    assert written.lost == () and parse_script(written.text, format) == script
    assert all(comment in written.text for comment in kept), written.text
    assert formatted(parse_script(written.text, format), format).text == written.text


def test_what_a_format_cannot_hold_is_named(run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("# arrow --> here\n# star */ there\nA: Hi.\n", encoding="utf-8")
    for to, row in (("markdown", "line 1 ('arrow --> here')"), ("fountain", "line 2 ('star */ there')")):
        ran = run("format", path, "--to", to)
        assert ran.code == 0 and f"1 comment or unplayed line is not kept in {to}: {row}" in ran.err


def test_action_of_a_screenplay_becomes_a_comment(run, tmp_path: Path) -> None:
    path = tmp_path / "a.fountain"
    path.write_text(FILES["fountain"], encoding="utf-8")
    out = run("format", path, "--to", "plain").out
    assert [row for row in out.split("\n") if row.startswith("#")] == [
        "# Author: Jane Doe",
        "# and others",
        "# Credit: written by",
        "# at the top",
        "# # Act one",
        "# = They meet.",
        "# remember the props",
        "# A bell rings.",
        "# cut:",
        "# LEO",
        "# Never spoken.",
        "# > THE END <",
    ]
