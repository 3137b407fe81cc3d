"""Scripts that cannot be read: the error says what, where, and what to write instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkshow.errors import ScriptError, TalkshowError
from talkshow.script import FORMATS, format_script, parse_script, read_script


def fails(text: str, format: str | None = None) -> ScriptError:
    with pytest.raises(ScriptError) as caught:
        parse_script(text, format, "show.txt")
    return caught.value


@pytest.mark.parametrize(
    ("text", "format", "line", "column", "says"),
    [
        ("MAYA: Hi.\nAnd then she left.\n", "plain", 2, 1, "who says this"),
        ("[WIDE] MAYA: Hi.\n", "plain", 1, 1, "alone"),
        ("  indented\nMAYA: Hi.\n", "plain", 1, 1, "no one has spoken"),
        ("MAYA:\nLEO: Hi.\n", "plain", 1, 1, "nothing to say"),
        ("MAYA: --\n", "plain", 1, 1, "nothing to say"),
        ("titel: x\nMAYA: Hi.\n", "plain", 1, 1, "'title'"),
        ("cast:\n  MAYA: voice=x, voise=y\nMAYA: Hi.\n", "plain", 2, 18, "'voice'"),
        ("cast:\n  MAYA: look=woman, grey bun\nMAYA: Hi.\n", "plain", 2, 21, "quotes"),
        ("cast:\n  MAYA: speed=quick\nMAYA: Hi.\n", "plain", 2, 15, "not a number"),
        ("cast:\n  MAYA: speed=0\nMAYA: Hi.\n", "plain", 2, 1, "above 0"),
        ("cast:\n  MAYA:\n  maya:\nMAYA: Hi.\n", "plain", 3, 1, "twice"),
        ("cast: MAYA\nMAYA: Hi.\n", "plain", 1, 1, "line of its own"),
        ("cast:\n  MAYA:\n  LEO:\nLEO: Hi.\nMYA: Hi.\n", "plain", 5, 1, "did you mean 'MAYA'"),
        ("== A == {imgae: x.png}\nMAYA: Hi.\n", "plain", 1, 10, "'image'"),
        ("== A == {image\nMAYA: Hi.\n", "plain", 1, 1, "heading"),
        ("**MAYA:** Hi.\n\nWho is this?\n", "markdown", 3, 1, "**MAYA:**"),
        ("---\ntitle: x\n", "markdown", 1, 1, "---"),
        ("---\ntitle: x\ncats:\n  MAYA: {}\n---\n**MAYA:** Hi.\n", "markdown", 3, 1, "'cast'"),
        ("lines:\n- {speaker: MAYA, txt: Hi}\n", "yaml", 2, 19, "'text'"),
        ("lines:\n- {speaker: MAYA}\n", "yaml", 2, 3, "no text"),
        ("lines:\n- {speaker: MAYA, text: Hi, overlap: soon}\n", "yaml", 2, 38, "seconds"),
        ("lines:\n- {speaker: MAYA, text: Hi, backchannel: 3}\n", "yaml", 2, 42, "true or false"),
        ("lines:\n- Hello there\n", "yaml", 2, 3, "MAYA"),
        ("lines: MAYA\n", "yaml", 1, 8, "list"),
        ("a: [1\nlines: x", "yaml", 2, 6, "not YAML"),
        ("- Hi\n", "yaml", 1, 3, "list of lines"),
        ("lines: &a [MAYA: Hi]\nscenes: *a\n", "yaml", 1, 8, "anchors"),
        ("lines: [MAYA: Hi]\nscenes: []\n", "yaml", 1, 8, "not both"),
        ('{"lines": [}', "json", 1, 12, "not JSON"),
        ('{"lines": [{"speaker": "A", "text": "x", "shot": []}]}', "json", 1, 42, "'shots'"),
        ('{"cond_audio": {"person1": "a.wav"}}', None, 1, 1, "tts_audio"),
        ("hello (s1) hi", "imported", 1, 1, "has no speaker"),
        ("just words", "imported", 0, 1, "--format plain"),
        ("INT. ROOM\n\nNobody speaks.\n", "fountain", 0, 1, "no lines"),
    ],
)
def test_every_error_has_its_place(text: str, format: str | None, line: int, column: int, says: str) -> None:
    error = fails(text, format)
    assert says in error.message
    assert (error.line, error.column) == (line, column)
    if line:
        assert f"show.txt:{line}:{column}: " in str(error)
        assert text.split("\n")[line - 1].strip() in str(error)
    else:
        assert "show.txt" in str(error)


@pytest.mark.parametrize("text", ["", " \n\t\n", "\ufeff\n"])
def test_empty(text: str) -> None:
    assert "empty" in fails(text).message


@pytest.mark.parametrize("format", FORMATS)
def test_no_lines(format: str) -> None:
    fails("# nothing\n" if format != "json" else "{}", format)


def test_unknown_formats_name_the_nearest() -> None:
    assert "'markdown'" in fails("MAYA: Hi.", "markdwon").message
    with pytest.raises(ScriptError, match="'yaml'"):
        format_script(parse_script("MAYA: Hi."), "yml")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("binary.txt", bytes(range(256)) * 4, "binary"),
        ("latin.txt", "MAYA: Grüße\n".encode("latin-1"), "UTF-8"),
        ("sixteen.txt", "MAYA: Hi\n".encode("utf-16-le"), "binary"),
        ("odd.txt", b"\xff\xfeM", "UTF-16"),
    ],
)
def test_files_that_are_no_text(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ScriptError, match=says) as caught:
        read_script(tmp_path / name)
    assert name in str(caught.value)


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.txt", Path("a\0b")):
        with pytest.raises(ScriptError):
            read_script(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, newline: str) -> None:
    path = tmp_path / "show.txt"
    path.write_bytes(f"title: Grüße{newline}MAYA: Ça va? 🙂{newline}  Oui.{newline}".encode(encoding))
    script = read_script(path)
    assert script.title == "Grüße" and [line.text for line in script.lines] == ["Ça va? 🙂 Oui."]


def test_control_characters_go_and_are_reported() -> None:
    script = parse_script("MAYA: A\x1b[31mB\nLEO: C\u202eD\n")
    assert [line.text for line in script.lines] == ["A[31mB", "CD"]
    assert [(w.line, code in w.message) for w, code in zip(script.warnings, ("U+001B", "U+202E"), strict=True)] == [
        (1, True),
        (2, True),
    ]
    escaped = parse_script(json.dumps({"lines": [{"speaker": "A\u202eB", "text": "x\x1by"}]}))
    assert [(line.speaker, line.text) for line in escaped.lines] == [("AB", "xy")]
    assert len(escaped.warnings) == 2


def test_deep_nesting_is_an_error_not_a_crash() -> None:
    for text, format in (("[" * 50_000, "yaml"), ('{"lines":' + "[" * 50_000, "json"), ("- " * 50_000, "yaml")):
        assert isinstance(fails(text, format), ScriptError)


def test_aliases_do_not_explode() -> None:
    steps = zip("abcdefghij", "bcdefghijk", strict=True)
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in steps)
    assert "alias" in fails(bomb + "lines: *k\n", "yaml").message


@pytest.mark.parametrize(
    "text",
    [
        "A: " + "(" * 20_000,
        "A: " + "*a " * 20_000,
        "A " + "(a" * 20_000 + ": x",
        "**A:** x\n" + "<!--" * 20_000,
        "A\nx " + "/*" * 20_000,
        "A\nx " + "[[" * 20_000,
        "== " + "= " * 20_000 + "x\nA: x",
        "A: " + "\\" * 20_000,
    ],
    ids=["parentheses", "stars", "groups", "comments", "boneyard", "notes", "heading", "backslashes"],
)
@pytest.mark.parametrize("format", ["plain", "markdown", "fountain"])
def test_hostile_repetition_is_read_or_refused(text: str, format: str) -> None:
    try:
        assert list(parse_script(text, format).lines)
    except ScriptError as error:
        assert error.message


@given(
    text=st.text(st.sampled_from("MAYALEO:(){}[]*-=!@^~#>.,\"'\\ \n\t—<s12/|&"), max_size=120),
    format=st.sampled_from([None, *FORMATS]),
)
def test_nothing_but_a_script_or_a_clear_error(text: str, format: str | None) -> None:
    try:
        script = parse_script(text, format)
    except TalkshowError:
        return
    for to in ("plain", "fountain", "markdown", "yaml", "json"):
        assert parse_script(format_script(script, to), to) == script
