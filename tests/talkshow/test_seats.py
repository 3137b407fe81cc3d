"""One grammar of seats: every spelling means the same to lint, to a picture, to a drawn cast, and from any source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from drawn_people import save, two_people
from hypothesis import given
from hypothesis import strategies as st

from talkshow.cast.types import StagedCharacter
from talkshow.errors import CastError, ScriptError
from talkshow.faces import Face, Picture, find_faces, load_picture, seat_characters
from talkshow.render.base import Stage
from talkshow.render.cartoon.layout import order_seats
from talkshow.render.cartoon.view import Cartoon
from talkshow.script import parse_script
from talkshow.script.lint import lint
from talkshow.script.seats import Seat, is_off

SPELLINGS = {
    "left": ("left", " Left\t", "ＬＥＦＴ", "leftmost", "far-left"),
    "center": ("center", "Centre", "MIDDLE", "mid", "\u200bcentre"),
    "right": ("right", "RIGHT ", "rightmost", "Far Right"),
    "1": ("1", "+1", "01", "1.0", "1e0", "１", "١"),
    "2": ("2", " 2 ", "+2.", "0.2e1", "２", "२"),
    "off": ("off", "OFF", "off-screen", "Off Screen", "offscreen"),
    "612,130,790,350": (
        "612,130,790,350",
        "612, 130, 790, 350",
        "[612;130;790;350]",
        "6.12e2 1.3e2 +790 350.0",
        "６１２，１３０，７９０，３５０",
    ),
}
NO_SEATS = (
    "lefft",
    "midle",
    "on",
    "",
    " ",
    "0",
    "-1",
    "1.5",
    "2nd",
    "1e9",
    "nan",
    "1_0",
    "1,2,3",
    "1,2,3,4,5",
    "30,20,10,40",
    "10,40,30,20",
    "10,20,inf,40",
    "a,b,c,d",
    "1,2,1e300,4",
    "top",
)
BOTH = [(plain, spelling) for plain, spellings in SPELLINGS.items() for spelling in spellings]


@pytest.fixture(scope="module")
def duo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Picture, tuple[Face, ...]]:
    picture = load_picture(save(two_people(), tmp_path_factory.mktemp("seats") / "duo.png"))
    return picture, find_faces(picture)


def problems(seat: str, image: str = "") -> list[tuple[str, str]]:
    """What lint says of a script in which MAYA has this seat."""
    script = parse_script(
        "cast:\n  MAYA: seat=" + json.dumps(seat) + "\n  LEO:\n"
        f"== One == {{prompt: x{image}}}\nMAYA: Hello.\nLEO: Hi.\n"
    )
    return [(problem.severity, problem.message) for problem in lint(script, ())]


def on_picture(duo: tuple[Picture, tuple[Face, ...]], seat: str) -> int:
    """The face that MAYA gets, counted from the left."""
    face = seat_characters(*duo, [StagedCharacter("MAYA", seat)])["MAYA"]
    return [one.box for one in duo[1]].index(face.box)


@pytest.mark.parametrize(("plain", "spelling"), BOTH)
def test_every_spelling_is_the_same_seat_everywhere(
    duo: tuple[Picture, tuple[Face, ...]], plain: str, spelling: str
) -> None:
    found = [each for each in problems(spelling, ", image: duo.png") if "invisible character" not in each[1]]
    assert found == problems(plain, ", image: duo.png")
    assert not [message for severity, message in problems(spelling) if severity == "error"]
    assert is_off(spelling) is (plain == "off")
    if plain != "off":
        assert on_picture(duo, spelling) == {"left": 0, "center": 0, "right": 1, "1": 0, "2": 1}.get(plain, 1)
    if plain not in ("off", "612,130,790,350"):
        order = order_seats([StagedCharacter("LEO"), StagedCharacter("MAYA", spelling), StagedCharacter("TOM")])
        assert order.index("MAYA") == {"left": 0, "center": 1, "right": 2, "1": 0, "2": 1}[plain]


@pytest.mark.parametrize("seat", NO_SEATS)
def test_what_is_no_seat_is_an_error_everywhere(seat: str) -> None:
    ((severity, message),) = problems(seat)
    assert severity == "error" and "MAYA: " in message
    with pytest.raises(CastError, match="MAYA"):
        StagedCharacter("MAYA", seat)
    assert not is_off(seat)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("lefft", "left"), ("Midle", "middle"), ("rigth", "right"), ("of", "off"), ("cenntre", "centre")],
)
def test_a_slip_names_the_nearest_word(slip: str, meant: str) -> None:
    ((_, message),) = problems(slip)
    assert f"Did you mean '{meant}'?" in message and "left,top,right,bottom" in message


@given(st.tuples(*[st.floats(-5000, 5000, allow_nan=False)] * 4))
def test_a_box_reads_back_as_it_was_written(edges: tuple[float, float, float, float]) -> None:
    text = ",".join(map(repr, edges))
    if edges[2] > edges[0] and edges[3] > edges[1]:
        assert Seat.parse(text).edges == Seat.parse(list(edges)).edges == edges
    else:
        with pytest.raises(CastError, match="edge"):
            Seat.parse(text)


@given(st.text(max_size=30) | st.from_regex(r"[-+0-9.eE,; ]{1,20}"))
def test_any_text_is_a_seat_that_reads_back_or_an_error_that_says_what_to_write(text: str) -> None:
    try:
        seat = Seat.parse(text)
    except CastError as exc:
        assert "left" in str(exc) and "\n" not in str(exc)
    else:
        assert Seat.parse(str(seat)) == seat


SCRIPT = "cast:\n  A: voice=hum_a{seat}\n  B: voice=hum_b\nA: One two.\nB: Three.\n"


def plan(run, tmp_path: Path, tone_voices: Path, *flags: object, seat: str = "") -> object:
    """A dry run of a script in which A has a seat, or is given one by flags."""
    path = tmp_path / "talk.txt"
    path.write_text(SCRIPT.format(seat=f", seat={seat}" if seat else ""), encoding="utf-8")
    return run("render", path, "--voices", tone_voices, "-o", tmp_path, "--dry-run", "--json", *flags)


@pytest.mark.parametrize("spelling", [" Off", "off-screen", "ＯＦＦ"])
def test_script_flag_and_settings_file_mean_the_same(run, tmp_path: Path, tone_voices: Path, spelling: str) -> None:
    config = tmp_path / "settings.toml"
    config.write_text(f"[seats]\nA = {json.dumps(spelling)}\n", encoding="utf-8")
    shown = [
        plan(run, tmp_path, tone_voices, "--renderer", "cartoon", **how)
        if isinstance(how, dict)
        else plan(run, tmp_path, tone_voices, "--renderer", "cartoon", *how)
        for how in ({"seat": json.dumps(spelling)}, ("--seat", f"A={spelling}"), ("--config", config))
    ]
    for ran in shown:
        seats = {row["name"]: row["seat"] for row in json.loads(ran.out)["characters"]}
        assert seats["A"] is None and seats["B"]


def test_numbers_and_lists_need_no_quotes_in_a_settings_file(run, tmp_path: Path, tone_voices: Path) -> None:
    picture = save(two_people(), tmp_path / "duo.png")
    for value in ("2", "[612, 130, 790, 350]"):
        config = tmp_path / "settings.toml"
        config.write_text(f"[seats]\nA = {value}\n", encoding="utf-8")
        rows = json.loads(plan(run, tmp_path, tone_voices, "--image", picture, "--config", config).out)["characters"]
        assert rows[0]["seat"][0] > 500 > rows[1]["seat"][0]


@pytest.mark.parametrize(("how", "place"), [("script", "talk.txt:2: A: "), ("flag", "A: "), ("settings", "A: ")])
def test_a_seat_that_does_not_exist_stops_before_any_work(
    run, tmp_path: Path, tone_voices: Path, how: str, place: str
) -> None:
    config = tmp_path / "settings.toml"
    config.write_text('[seats]\nA = "sofa"\n' if how == "settings" else "", encoding="utf-8")
    flags = ("--seat", "A=sofa") if how == "flag" else ("--config", config) if how == "settings" else ()
    ran = plan(run, tmp_path, tone_voices, *flags, seat="sofa" if how == "script" else "")
    assert ran.code == 1 and f"{place}there is no seat 'sofa'" in ran.err and "Traceback" not in ran.err


def test_what_a_drawn_cast_cannot_do_is_said_by_lint_and_by_the_plan(run, tmp_path: Path, tone_voices: Path) -> None:
    ((severity, message),) = problems("10,20,30,40")
    assert severity == "warning" and "a box in a picture" in message and "--image" in message
    assert problems("10,20,30,40", ", image: duo.png") == []
    ran = plan(run, tmp_path, tone_voices, "--seat", "A=10,20,30,40")
    assert ran.code == 1 and "a box in a picture" in ran.err
    ((severity, message),) = problems("9")
    assert severity == "warning" and "6 seats" in message
    ran = plan(run, tmp_path, tone_voices, "--seat", "A=9")
    assert ran.code == 1 and "6 seats" in ran.err
    ((severity, message),) = problems("5")
    assert severity == "warning" and "2 people speak" in message
    ran = plan(run, tmp_path, tone_voices, "--seat", "A=5")
    assert ran.code == 0 and any(
        "seat=5, but 2 people are drawn" in warning for warning in json.loads(ran.out)["warnings"]
    )


def test_a_seat_beyond_the_faces_of_a_picture_is_said_by_the_plan(run, tmp_path: Path, tone_voices: Path) -> None:
    ran = plan(run, tmp_path, tone_voices, "--image", save(two_people(), tmp_path / "duo.png"), "--seat", "A=3")
    assert ran.code == 1 and "there is no seat '3'" in ran.err and "2 faces" in ran.err


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [("left", "LEFTMOST", "error"), ("2", "2.0", "error"), ("mid", "centre", "error"), ("left", "1", "warning")],
)
def test_a_seat_given_twice_is_found_by_lint(one: str, other: str, severity: str) -> None:
    script = parse_script(f"cast:\n  A: seat={one}\n  B: seat={other}\nA: Hi.\nB: Ho.\n")
    (problem,) = lint(script, ())
    assert (problem.severity, problem.line) == (severity, 3) and "same seat" in problem.message
    with pytest.raises(CastError, match="have the same seat"):
        order_seats([StagedCharacter("A", one), StagedCharacter("B", other)])
    apart = parse_script(f"cast:\n  A: seat={one}\n  B: seat={other}\nA: Hi.\n== Two ==\nB: Ho.\n")
    assert lint(apart, ()) == []


def test_lamps_say_that_they_use_no_seats(run, tmp_path: Path, tone_voices: Path) -> None:
    ran = plan(run, tmp_path, tone_voices, "--renderer", "stills", "--seat", "B=left")
    assert any("the seats of B are not used" in warning for warning in json.loads(ran.out)["warnings"])


def test_more_people_than_seats_are_drawn_as_before() -> None:
    view = Cartoon().open(
        Stage(None, (160, 90), tuple(StagedCharacter(f"P{index}", str(index + 1)) for index in range(6)))
    )
    assert list(view.seats) == [f"P{index}" for index in range(6)] and not view.warnings


@pytest.mark.parametrize(
    ("box", "seat"), [("[10, 20.5, 40, 50]", "20.5,10,50,40"), ("[1e1, -2, 40, 5e1]", "-2,10,50,40")]
)
def test_a_box_of_multitalk_is_read_by_the_same_grammar(box: str, seat: str) -> None:
    text = '{"tts_audio": {"text": "(s1) Hi."}, "bbox": {"person1": %s}}'
    assert parse_script(text % box).hint("Person 1").seat == seat
    for bad in ("[1, 2, 3]", "[40, 20, 10, 50]", '["a", 1, 2, 3]'):
        with pytest.raises(ScriptError, match="list of four numbers"):
            parse_script(text % bad)
