"""What each format's marks mean. Expected values are written by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from talkshow.errors import ScriptError
from talkshow.script import parse_script, read_script
from talkshow.script.builder import ScriptBuilder, Source
from talkshow.script.formats import FORMATS, Evidence, Format, format_to_write, guess_format
from talkshow.script.formatter import format_script
from talkshow.script.header import LineTags
from talkshow.script.layout import Formatted
from talkshow.script.model import Direction, Line, Rest, Say, Script, Timing

DATA = Path(__file__).resolve().parents[1] / "data" / "scripts"
EXAMPLES = Path(__file__).resolve().parents[2] / "scripts_in"

CATS = """\
title: Why cats knock things over
cast:
  MAYA: voice=af_heart, seat=left, look="woman, grey bun"
  LEO: voice=am_michael
    seat: right
    speed: 1.1
    gain: -2 dB
say: {Nguyen: "win"}
# a comment
== The studio == {image: studio.png, prompt: "two people, a table"}
MAYA (warm): Welcome back. Today:
  why do cats knock things over (which is in France, by the way)?
LEO (deadpan): Power.
[CLOSE ON LEO]
!!WIDE
MAYA (laughs): Pure power, or --
LEO {overlap 0.5}: Power, (beat) and (pause 1.5s) boredom.
MAYA (pause 0.8s): Fair.
LEO {backchannel} (O.S.): Mm-hm.
"""


def only(text: str, format: str | None = "plain") -> Line:
    """The one line of a script."""
    (line,) = parse_script(text, format).lines
    return line


def test_plain_reads_everything_it_promises() -> None:
    script = parse_script(CATS)
    maya, leo = script.cast
    assert (script.title, dict(script.pronunciations), script.warnings) == (
        "Why cats knock things over",
        {"Nguyen": "win"},
        (),
    )
    assert (maya.voice, maya.seat, maya.look) == ("af_heart", "left", "woman, grey bun")
    assert (leo.voice, leo.seat, leo.speed, leo.gain, leo.look) == ("am_michael", "right", 1.1, -2.0, None)
    (scene,) = script.scenes
    assert (scene.title, scene.image, scene.prompt) == ("The studio", "studio.png", "two people, a table")
    assert scene.lines == (
        Line(
            "MAYA",
            (Say("Welcome back. Today: why do cats knock things over (which is in France, by the way)?"),),
            (Direction("warm"),),
        ),
        Line("LEO", (Say("Power."),), (Direction("deadpan"),)),
        Line("MAYA", (Say("Pure power, or"),), (Direction("laughs"),), Timing(cut_off=True), ("CLOSE ON LEO", "WIDE")),
        Line("LEO", (Say("Power,"), Rest(0.4), Say("and"), Rest(1.5), Say("boredom.")), (), Timing(overlap_s=0.5)),
        Line("MAYA", (Say("Fair."),), (), Timing(gap_s=0.8)),
        Line("LEO", (Say("Mm-hm."),), (), Timing(backchannel=True), off_screen=True),
    )
    assert [line.source_line for line in scene.lines] == [11, 13, 16, 17, 18, 19]


@pytest.mark.parametrize(
    ("head", "directions"),
    [
        ("MAYA (warm, pause 1s) {slowly}", ("warm", "slowly")),
        ("MAYA (  with a   sigh ,, (O.S.)", None),
        ("MAYA (overlap 0.5, deadpan, cont'd) (O.S.)", ("deadpan",)),
        ("MAYA (to Leo\\, quietly, firmly)", ("to Leo\\", "quietly", "firmly")),
    ],
)
def test_directions_after_a_name_are_a_list(head: str, directions: tuple[str, ...] | None) -> None:
    """Each as it is written, without timing; writing them down gives the same list back."""
    if directions is None:
        with pytest.raises(ScriptError):
            parse_script(f"{head}: Hello.\n", "plain")
        return
    script = parse_script(f"{head}: Hello.\n", "plain")
    (line,) = script.lines
    assert line.opening_directions == tuple(Direction(name) for name in directions)
    assert all(
        parse_script(format_script(script, to), to) == script for to in ("plain", "fountain", "markdown", "yaml")
    )


@pytest.mark.parametrize(
    ("text", "pieces", "cut_off"),
    [
        ("Yes (laughs).", (Say("Yes."), Direction("laughs")), False),
        ("(sighs) Well [whispers] then", (Direction("sighs"), Say("Well"), Direction("whispers"), Say("then")), False),
        ("*laughs* I *really* mean it", (Direction("laughs"), Say("I really mean it")), False),
        ("he said (and I quote) no (looks up)", (Say("he said (and I quote) no"), Direction("looks up")), False),
        ("two * three * four", (Say("two * three * four"),), False),
        ("the cat(s) and (Europe) too", (Say("the cat(s) and (Europe) too"),), False),
        (r"she wrote \(warm) on it \-\-", (Say("she wrote (warm) on it --"),), False),
        ("I was going to —", (Say("I was going to"),), True),
        ('"I was going to --"', (Say('"I was going to"'),), True),
        ("wait (pause 250ms) what", (Say("wait"), Rest(0.25), Say("what")), False),
        (
            "{a very long direction that nobody knows} Hm.",
            (Direction("a very long direction that nobody knows"), Say("Hm.")),
            False,
        ),
        ("🙂 שלום (beat) 你好", (Say("🙂 שלום"), Rest(0.4), Say("你好")), False),
        ("well-known -- or not", (Say("well-known -- or not"),), False),
    ],
)
def test_text_inside_a_line(text: str, pieces: tuple, cut_off: bool) -> None:
    line = only(f"MAYA: {text}\n")
    assert (line.pieces, line.timing.cut_off) == (pieces, cut_off)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("MAYA (wam): Hi.", "warm"),
        ("MAYA: Hi (lauhgs) there.", "laughs"),
        ("MAYA {overlpa 0.5}: Hi.", "overlap"),
        ("[CLOSE ON MYA]\nMAYA: Hi.", "MAYA"),
        ("!!WIED\nMAYA: Hi.", "WIDE"),
    ],
)
def test_unknown_tags_are_kept_and_reported_with_the_nearest(text: str, near: str) -> None:
    script = parse_script(text + "\n", "plain")
    (warning,) = script.warnings
    (line,) = script.lines
    assert near in warning.message and warning.line == 1
    assert line.direction or line.tags or line.shots or len(line.directions) == 1
    assert line.text in ("Hi.", "Hi there.")


def test_columns_point_at_the_tag() -> None:
    (warning,) = parse_script("MAYA: Hi there (lauhgs) you.\n", "plain").warnings
    assert (warning.line, warning.column) == (1, 17)


def test_names_are_one_whatever_their_case_and_cleaned() -> None:
    script = parse_script("Maya: One.\nMAYA: Two.\nLEO\u202eX: Three.\n" + "x" * 80 + ": Four.\n", "plain")
    assert script.speakers[:2] == ("Maya", "LEOX")
    assert len(script.speakers[2]) == 60
    assert {warning.line for warning in script.warnings} == {3, 4}


def test_two_long_names_stay_two() -> None:
    script = parse_script("".join(f"{'x' * 70}{mark}: Hi.\n" for mark in "ab"), "plain")
    assert len(script.speakers) == 2 and all(len(name) <= 60 for name in script.speakers)


def test_fountain() -> None:
    script = read_script(DATA / "screenplay.fountain")
    first, second = script.scenes
    assert script.title == "The Lighthouse"
    assert (first.title, first.prompt, second.title) == (
        "INT. LIGHTHOUSE - NIGHT",
        "an old lighthouse, two people",
        "EXT. BEACH - DAY",
    )
    light, what, dual, mccoy = first.lines
    assert (light.speaker, light.text, light.direction) == ("EDDA", "The light is out.", "warm, very quietly")
    assert what == Line(
        "JON", (Say("What?"), Direction("laughs"), Say("I heard nothing.")), (Direction("shouts"),), off_screen=True
    )
    assert dual.speaker == "EDDA" and dual.direction == "" and dual.timing == Timing(together=True)
    assert (mccoy.speaker, mccoy.text) == ("McCoy", "Somebody called?")
    assert second.lines == (Line("JON", (Say("Row, row, row your boat Done."),), timing=Timing(cut_off=True)),)
    assert [warning.line for warning in script.warnings] == [10]


def test_markdown() -> None:
    script = parse_script(
        "---\ntitle: Tea\ncast:\n  MAYA: {voice: af_heart}\n---\n<!-- no -->\n## The *shop* {image: shop.png}\n\n"
        "**MAYA:** Hello\nthere.\n\n- **Leo** (warm): *Very* good --\n\n!!WIDE\n\n> __MAYA {overlap 0.2}:__ Oh.\n"
    )
    assert (script.title, script.cast[0].voice) == ("Tea", "af_heart")
    assert script.scenes[0].image == "shop.png"
    assert tuple(script.lines) == (
        Line("MAYA", (Say("Hello there."),)),
        Line("Leo", (Say("Very good"),), (Direction("warm"),), Timing(cut_off=True)),
        Line("MAYA", (Say("Oh."),), timing=Timing(overlap_s=0.2), shots=("WIDE",)),
    )


def test_yaml_forms_mean_the_same() -> None:
    long = parse_script("lines:\n- {speaker: MAYA, direction: warm, overlap: 0.5s, pause: 1, text: 'Hi (beat) you'}\n")
    short = parse_script("lines:\n  - MAYA (warm) {overlap 0.5} (pause 1s): Hi (beat) you\n")
    text = parse_script("lines:\n  - 'MAYA (warm) {overlap 0.5} (pause 1s): Hi (beat) you'\n")
    assert long == short == text
    assert next(long.lines).timing == Timing(gap_s=1.0, overlap_s=0.5)


def test_dialects_of_other_programs() -> None:
    def said(name: str) -> list[tuple[str, str]]:
        return [(line.speaker, line.text) for line in read_script(DATA / name).lines]

    assert said("dia.txt") == [
        ("Speaker 1", "Have you seen the moon tonight?"),
        ("Speaker 2", "I have. It was full of itself."),
        ("Speaker 1", "Very funny."),
        ("Speaker 2", "I know."),
    ]
    assert said("vibevoice.txt") == [
        ("Speaker 1", "Good morning."),
        ("Speaker 2", "Is it? It looks like evening."),
        ("Speaker 1", "Fair."),
    ]
    first, second = read_script(DATA / "podcastfy.txt").lines
    assert first == Line("Person 1", (Say("Welcome to the show."), Rest(0.5), Say("Shall we start?")))
    assert second.text == "We already have." and [direction.name for direction in second.directions] == []


def test_multitalk_input() -> None:
    script = read_script(DATA / "multitalk.json")
    one, two = script.cast
    assert (one.voice, one.seat, one.sound) == ("am_michael", "120,160,480,620", "examples/left.wav")
    assert (two.voice, two.seat, two.sound) == ("af_heart", "700,150,1100,630", "examples/right.wav")
    assert (script.scenes[0].image, script.scenes[0].prompt) == (
        "examples/two_in_car.png",
        "Two people sit in a car and talk.",
    )
    assert [(line.speaker, line.pieces) for line in script.lines] == [
        ("Person 1", (Say("Are we there yet?"),)),
        ("Person 2", (Say("No."), Rest(1.0), Say("Sleep 😴."))),
    ]


@pytest.mark.parametrize(
    ("text", "shots"),
    [
        (
            "INT. STUDIO - DAY\n\nMAYA\nHello.\n[CLOSE ON LEO]\nMore.\n\nLEO\n!!WIDE\n(warm)\nPower.\n",
            [(), ("CLOSE ON LEO",), ("WIDE",)],
        ),
        (
            "Speaker 1: Hello.\n[CLOSE ON Speaker 2]\nSpeaker 2: Hi.\n!!wide\nSpeaker 1: Bye.\n",
            [(), ("CLOSE ON Speaker 2",), ("wide",)],
        ),
        ("[S1] Hello.\n[close on Speaker 2]\n[S2] Hi.\n", [(), ("close on Speaker 2",)]),
        ("<Person1>Hello.</Person1>\n!!CLOSE ON Person 2\n<Person2>Hi.</Person2>\n", [(), ("CLOSE ON Person 2",)]),
        ("**MAYA:** Hello.\n[CLOSE ON LEO]\n**LEO:** Hi.\n", [(), ("CLOSE ON LEO",)]),
        (
            'lines:\n- MAYA: Hello.\n- "[CLOSE ON LEO]"\n- LEO: Hi.\n- [WIDE]\n'
            "- {speaker: LEO, text: Ho., shots: WIDE}\n",
            [(), ("CLOSE ON LEO",), ("WIDE", "WIDE")],
        ),
    ],
)
def test_a_camera_tag_alone_on_a_line_is_never_spoken(text: str, shots: list) -> None:
    script = parse_script(text)
    assert [line.shots for line in script.lines] == shots
    assert not re.search("close|wide", " ".join(line.text for line in script.lines), re.IGNORECASE)


@pytest.mark.parametrize(
    "text", ["Hello. [CLOSE ON LEO]", "[WIDE] Hello.", "Hello. !!WIDE", "Hello. [close on Leo Smith]"]
)
def test_a_camera_tag_among_words_is_a_warning(text: str) -> None:
    script = parse_script(f"MAYA: {text}\n", "plain")
    (line,), (warning,) = script.lines, script.warnings
    assert line.text == "Hello." and not line.shots and "stands alone on a line" in warning.message


@pytest.mark.parametrize(
    "text", ["I am [close to tears] fine.", "Wow!!WIDE", "It is \\[WIDE\\].", "A (single malt) please."]
)
def test_words_like_camera_tags_are_none(text: str) -> None:
    assert "camera" not in "".join(map(str, parse_script(f"MAYA: {text}\n", "plain").warnings))


@pytest.mark.parametrize(
    ("text", "format"),
    [
        (CATS, "plain"),
        ("MAYA: Hi.\n", "plain"),
        ("MAYA\nHi there.\n", "fountain"),
        ("INT. ROOM\n\nMAYA\nHi.\n", "fountain"),
        ("**MAYA:** Hi.\n", "markdown"),
        ("# Tea\n\n**Maya** (warm): Hi.\n", "markdown"),
        ("title: x\nscenes:\n- lines:\n  - MAYA: Hi\n", "yaml"),
        ('{"lines": ["MAYA: Hi"]}', "json"),
        ("(s1) Hi. (s2) Ho.", "imported"),
        ("Speaker 1: Hi.\n", "imported"),
        ("<Person1>Hi</Person1>", "imported"),
        ("title: The lines\nMAYA: lines: none\n", "plain"),
    ],
)
def test_formats_are_guessed_by_content(text: str, format: str) -> None:
    assert guess_format(text) == format
    assert list(parse_script(text).lines)


@pytest.mark.parametrize(
    ("name", "text", "format"),
    [
        ("notes.md", "MAYA: Hi.\n", "plain"),
        ("notes.md", "MAYA\nHi.\n", "fountain"),
        ("notes.txt", "**MAYA:** Hi.\n", "markdown"),
        ("show.YAML", "MAYA: Hi.\n", "yaml"),
        ("show.yml", '{"lines": ["MAYA: Hi"]}', "json"),
        ("show.fountain", "**MAYA:** Hi.\n", "fountain"),
        ("show.json", "[S1] Hi.", "imported"),
    ],
)
def test_a_suffix_decides_where_content_leaves_doubt(name: str, text: str, format: str) -> None:
    assert guess_format(text, Path(name)) == format


def test_an_entry_in_the_list_makes_a_format(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Guessed by its marks and by its suffix, read, written, and offered for files of its suffix."""

    def parse(source: Source) -> Script:
        builder = ScriptBuilder(source)
        for row, text in enumerate(source.lines, start=1):
            speaker, arrow, words = text.removeprefix("%").partition(">")
            if arrow:
                builder.add_line(speaker, LineTags(), words, row)
        return builder.finish()

    def write(script: Script) -> Formatted:
        return Formatted("".join(f"%{line.speaker}>{line.text}\n" for line in script.lines))

    def recognise(text: str) -> Evidence:
        return Evidence.LIKELY if text.startswith("%") else Evidence.NONE

    monkeypatch.setitem(FORMATS, "arrows", Format("arrows", (".arr",), recognise, parse, write))
    script = parse_script("%MAYA>Hello there.\n%LEO>Hi.\n")
    assert [(line.speaker, line.text) for line in script.lines] == [("MAYA", "Hello there."), ("LEO", "Hi.")]
    path = tmp_path / "talk.arr"
    path.write_text(format_script(parse_script("ANN: Good evening."), format_to_write(".arr")), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == "%ANN>Good evening.\n"
    assert read_script(path) == parse_script("ANN: Good evening.")
    with pytest.raises(ScriptError, match="arrows"):
        parse_script("MAYA: Hi.", "arow")


@pytest.mark.parametrize("suffix", [".md", ".MARKDOWN", ".yml", ".json", ".fountain", ".txt", ""])
def test_a_suffix_names_the_format_that_is_written(suffix: str) -> None:
    names = {".md": "markdown", ".markdown": "markdown", ".yml": "yaml", ".json": "json", ".fountain": "fountain"}
    assert format_to_write(suffix) == names.get(suffix.lower(), "plain")


def test_the_reference_and_the_help_name_every_format(run) -> None:
    reference = (EXAMPLES.parent / "docs" / "scripts.md").read_text(encoding="utf-8")
    assert all(re.search(rf"\b{name}\b", reference) for name in FORMATS)
    helped = run("lint", "--help").out
    assert all(name in helped for name in FORMATS)


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_examples_are_clean_and_guessed_in_every_format(path: Path) -> None:
    from talkshow.script import WRITABLE_FORMATS, format_script

    script = read_script(path)
    assert script.warnings == () and len(script.speakers) >= 2
    for to in WRITABLE_FORMATS:
        assert parse_script(format_script(script, to)) == script, to


def test_examples_in_the_reference_mean_what_they_say() -> None:
    text = (EXAMPLES.parent / "docs" / "scripts.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^(`{3,})(?:text|markdown|yaml)\n(.*?)^\1$", text, re.DOTALL | re.MULTILINE)
    scripts = [parse_script(block) for _, block in blocks]
    assert [(script.title, len(list(script.lines)), script.warnings) for script in scripts] == [
        ("Why cats knock things over", 6, ()),
        ("Tea", 1, ()),
        ("Tea", 2, ()),
        ("Tea", 3, ()),
    ]
    assert all(script.cast[0].voice == "af_heart" for script in scripts)


def test_ten_thousand_lines() -> None:
    text = "".join(f"{'MAYA' if i % 2 else 'LEO'} (warm): Line {i} (beat) goes on.\n" for i in range(10_000))
    script = parse_script(text)
    assert isinstance(script, Script) and sum(1 for _ in script.lines) == 10_000


def test_escapes_bring_no_control_characters_into_tags() -> None:
    text = (
        '{"lines": [{"speaker": "MA\\u0008YA", "direction": "\\u0008warm", "tags": ["\\u001bx"], '
        '"text": "A\\u0007h."}, {"LEO (\\u0008sad)": "Oh."}, "LEO (\\u0008sad): No."]}'
    )
    script = parse_script(text)
    assert [(line.speaker, line.direction) for line in script.lines] == [
        ("MAYA", "warm"),
        ("LEO", "sad"),
        ("LEO", "sad"),
    ]
    assert all(ch.isprintable() or ch == "\n" for ch in format_script(script))
    assert any("U+0008" in warning.message for warning in script.warnings)
