"""Scripts that go on, and scripts that are changed: what is not meant stays letter by letter."""

from __future__ import annotations

import json

import pytest
from chat_server import ANSWER, BREAKFAST, streamed, unless_schema

from talkshow.script.reader import read_script

OLD = """\
# my pilots, third draft
title: Breakfast
cast:
  ADA: voice=bf_emma, seat=left, look="old woman, grey bun", gain=-1
  # he is the funny one
  LEO: voice=bm_george, speed=1.1
say: {Lisboa: "leezh-boa"}

== The cafe == {image: cafe.png}
ADA (warm): You have never eaten
  a breakfast in Lisboa.

# here he should be slow
[CLOSE ON LEO]
LEO (cheerful) {unknown}: I have eaten four, with joy!
ADA: At one counter.
LEO {backchannel}: Mm-hm.

== The plane ==
ADA: And then we flew home.
LEO: Hooray!
"""


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "out/old.txt"
    path.parent.mkdir()
    path.write_text(OLD, encoding="utf-8")
    return path


def changes(*rows: str, cast=()) -> str:
    return json.dumps({"changes": list(rows), "cast": list(cast)})


@pytest.mark.parametrize("form", ["JSON", "text"])
def test_only_the_named_lines_change(write, server, old, form):
    rows = (
        "2 LEO (deadpan): I have eaten four. (beat) Quietly.",
        "6 LEO (dry, pause 0.8): Splendid.",
        "1+ LEO: Once.",
        "3 -",
    )
    server.behaviours = [
        streamed(changes(*rows))
        if form == "JSON"
        else unless_schema(streamed("\n".join(rows)), kinds=("json_schema", "json_object"))
    ]
    ran = write("--revise", "make LEO drier", idea=str(old))
    assert ran.code == 0, ran.err
    new = OLD
    for before, after in (
        ("LEO (cheerful) {unknown}", "LEO (deadpan) {unknown}"),
        ("four, with joy!", "four. (beat) Quietly."),
        ("LEO: Hooray!", "LEO (dry) (pause): Splendid."),
        ("ADA: At one counter.\n", ""),
        ("  a breakfast in Lisboa.\n", "  a breakfast in Lisboa.\nLEO: Once.\n"),
    ):
        new = new.replace(before, after)
    assert write.path.read_text(encoding="utf-8") == new
    prompt = server.requests[-1]["messages"][-1]["content"]
    assert "make LEO drier" in prompt and "5 ADA: And then we flew home." in prompt and "old woman, grey bun" in prompt
    assert old.read_text(encoding="utf-8") == OLD


def test_looks_change_where_asked(write, server, old):
    server.behaviours = [
        streamed(
            changes(
                "6 LEO: Fine.",
                cast=[
                    {"name": "leo", "voice": "", "look": "young man, red beard", "description": ""},
                    {"name": "ADA", "voice": "", "look": "", "description": ""},
                ],
            )
        )
    ]
    assert write("--revise", "make LEO young", idea=str(old)).code == 0
    text = write.path.read_text(encoding="utf-8")
    assert '  LEO: voice=bm_george, look="young man, red beard", speed=1.1\n' in text
    assert '  ADA: voice=bf_emma, seat=left, look="old woman, grey bun", gain=-1\n  # he is the funny one\n' in text


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["99 LEO: No."], "no line 99"),
        (["2 BOB: No."], "BOB is not in the cast"),
        (["LEO: No."], "not a change"),
        (["2 no name here"], "who says this"),
        ([f"{n} -" for n in range(1, 7)], "no line would be left"),
    ],
)
def test_impossible_changes_go_back(write, server, old, rows, says):
    server.behaviours = [streamed(changes(*rows))]
    ran = write("--revise", "make LEO drier", idea=str(old))
    assert ran.code == 1 and len(server.requests) == 3 and says in server.requests[1]["messages"][-1]["content"]
    assert not write.path.exists()


def test_nothing_changed_is_said(write, server, old):
    server.behaviours = [streamed(changes())]
    ran = write("--revise", "leave it", idea=str(old))
    assert ran.code == 0 and "changed nothing" in ran.err and write.path.read_text() == OLD


@pytest.mark.parametrize("to", ["fountain", "markdown", "yaml", "json"])
def test_other_formats_stay_what_they_are(write, server, old, run, to):
    ending = {"markdown": "md"}.get(to, to)
    other, out = old.with_name(f"old.{ending}"), old.with_name(f"new.{ending}")
    assert run("format", old, "--to", to, "-o", other).code == 0
    server.behaviours = [streamed(changes("6 LEO: Splendid."))]
    ran = write("--revise", "make LEO drier", "-o", out, idea=str(other))
    assert ran.code == 0, ran.err
    before, after = read_script(other), read_script(out)
    assert [line.text for line in after.lines][:-1] == [line.text for line in before.lines][:-1]
    assert list(after.lines)[-1].text == "Splendid." and after.cast == before.cast
    assert after.pronunciations == before.pronunciations and after.scenes[0] == before.scenes[0]


def test_a_script_goes_on(write, server, old):
    eva = {"name": "EVA", "voice": "af_heart", "look": "woman, red beret", "description": "quick"}
    more = {
        **BREAKFAST,
        "cast": [eva],
        "scenes": [
            {
                "title": "the plane",
                "prompt": "",
                "lines": [
                    {"speaker": "ADA", "tags": "", "text": "Listen."},
                    {"speaker": "leo", "tags": "", "text": "What?"},
                ],
            },
            {
                "title": "A park",
                "prompt": "a bench in a park",
                "lines": [{"speaker": "EVA", "tags": "laughs", "text": "There you are!"}],
            },
        ],
    }
    server.behaviours = [streamed(json.dumps(more))]
    ran = write("--continue", old, "--lines", 3, idea="somebody new finds them")
    assert ran.code == 0, ran.err
    text = write.path.read_text(encoding="utf-8")
    added = '  EVA: voice=af_heart, look="woman, red beret", description=quick\n'
    assert text == OLD.replace("say: {", added + "say: {") + (
        "ADA: Listen.\nLEO: What?\n\n== A park == {prompt: a bench in a park}\nEVA (laughs): There you are!\n"
    )
    prompt = server.requests[0]["messages"][-1]["content"]
    assert "LEO: Hooray!" in prompt and "somebody new finds them" in prompt
    script = write.script
    assert [scene.title for scene in script.scenes] == ["The cafe", "The plane", "A park"]
    assert script.scenes[0].image == "cafe.png" and script.hint("LEO").speed == 1.1


def test_a_script_goes_on_without_a_word_of_how(write, server, old):
    old.write_text("ADA: Hello.\nLEO: Hello.\n", encoding="utf-8")
    server.behaviours = [streamed(ANSWER.replace("BEN", "LEO").replace("The cafe", ""))]
    assert write("--continue", old, idea="").code == 0
    script = write.script
    assert len(list(script.lines)) == 8 and [line.text for line in script.lines][:2] == ["Hello.", "Hello."]


@pytest.mark.usefixtures("only_key")
def test_names_of_files_without_out(server, old, run):
    server.behaviours = [streamed(changes("6 LEO: Splendid."))]
    ran = run("write", old, "--revise", "make LEO drier", "--base-url", server.url)
    assert ran.code == 0 and ran.out.strip() == str(old.with_name("old-revised.txt"))
    assert run("write", old, "--revise", " ", "--base-url", server.url).code == 2


def test_long_scripts_are_revised_in_parts(write, server, old):
    old.write_text("".join(f"ADA: Remark {n}.\n" for n in range(1, 451)), encoding="utf-8")

    def behave(handler):
        prompt = handler.asked["messages"][-1]["content"]
        first = int(prompt.split("The lines, numbered ")[1].split(" to ")[0])
        streamed(changes(f"{first + 10} ADA: Changed {first}."))(handler)

    server.behaviours = [behave]
    assert write("--revise", "a little", idea=str(old)).code == 0
    changed = [line.text for line in write.script.lines if "Changed" in line.text]
    assert changed == ["Changed 1.", "Changed 201.", "Changed 401."] and len(list(write.script.lines)) == 450


def test_revising_needs_a_model(write, old):
    assert "language model" in write("--revise", "x", "--writer", "template", idea=str(old)).err


@pytest.mark.parametrize(
    ("ending", "text", "comments"),
    [
        (
            "md",
            "---\ntitle: T\n# the head\n---\n\n<!-- keep me -->\n\n**ADA:** Hello.\n\n**LEO:** Fine.\n\n*They sit.*\n",
            ["# the head", "<!-- keep me -->", "*They sit.*"],
        ),
        (
            "yaml",
            "# first\ntitle: T\nlines:\n# before ADA\n- ADA: Hello.  # aside\n\n- LEO: Fine.\n# last\n",
            ["# first", "# before ADA", "# aside", "# last"],
        ),
        (
            "fountain",
            "Title: T\nAuthor: Jo\n\n/* keep me */\n\nINT. CAFE - DAY\n\n[[note]]\n\nA bell rings.\n\n"
            "ADA\nHello.\n\nLEO\nFine.\n\n= The end\n",
            ["Author: Jo", "/* keep me */", "[[note]]", "A bell rings.", "= The end"],
        ),
    ],
    ids=["markdown", "yaml", "fountain"],
)
def test_comments_stay_in_every_format(write, server, tmp_path, ending, text, comments):
    old, out = tmp_path / f"out/mine.{ending}", tmp_path / f"out/new.{ending}"
    old.parent.mkdir()
    old.write_text(text, encoding="utf-8")
    server.behaviours = [streamed(changes("2 LEO: Splendid.", "1+ LEO: Once more."))]
    ran = write("--revise", "make LEO drier", "-o", out, idea=str(old))
    assert ran.code == 0 and "not kept" not in ran.err, ran.err
    after = out.read_text(encoding="utf-8")
    places = [after.index(comment) for comment in comments]
    assert places == sorted(places) and after.index("Once more.") < after.index("Splendid.")
    assert [line.text for line in read_script(out).lines] == ["Hello.", "Once more.", "Splendid."]
    server.behaviours = [streamed(json.dumps(BREAKFAST))]
    ran = write("--continue", old, "-o", out, "--lines", 3, idea="go on")
    assert ran.code == 0, ran.err
    assert all(comment in out.read_text(encoding="utf-8") for comment in comments)


def test_comments_that_another_format_has_not_are_named(write, server, old):
    server.behaviours = [streamed(changes("6 LEO: Splendid."))]
    ran = write("--revise", "make LEO drier", "-o", old.with_name("new.json"), idea=str(old))
    number = sum(row.lstrip().startswith("#") for row in OLD.split("\n"))
    assert ran.code == 0 and f"{number} comments and unplayed lines are not kept in json: line " in ran.err
    server.behaviours = [streamed(changes("6 LEO: Splendid."))]
    ran = write("--revise", "make LEO drier", "-o", old.with_name("new.md"), idea=str(old))
    assert ran.code == 0 and "not kept" not in ran.err
    after = old.with_name("new.md").read_text(encoding="utf-8")
    assert all(
        f"# {row.lstrip()[1:].strip()}" in after or f"<!-- {row.lstrip()[1:].strip()} -->" in after
        for row in OLD.split("\n")
        if row.lstrip().startswith("#")
    )
