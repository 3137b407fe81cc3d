"""Several people who speak at once: who they are, when they are heard, and how each format says it."""

from __future__ import annotations

import pytest

from talkshow.errors import ScriptError
from talkshow.script import WRITABLE_FORMATS, format_script, parse_script
from talkshow.script.model import Script

OPENING = "NORA: Is it time?\nVIK: It is.\n"


def said(script: Script) -> list[tuple[str, str, bool]]:
    return [(line.speaker, line.text, line.timing.together) for line in script.lines]


@pytest.mark.parametrize(
    "name",
    [
        "NORA & VIK",
        "NORA/VIK",
        "NORA / VIK",
        "Nora and Vik",
        "NORA, VIK",
        "NORA + VIK",
        "BOTH",
        "all",
        "EVERYONE",
        "Together",
    ],
)
def test_several_names_are_several_people(name: str) -> None:
    script = parse_script(f"{OPENING}{name} (laughs, pause 1s): Happy new year!\n", "plain")
    assert script.speakers == ("NORA", "VIK") and not script.warnings
    assert said(script)[2:] == [("NORA", "Happy new year!", False), ("VIK", "Happy new year!", True)]
    first, second = list(script.lines)[2:]
    assert (first.timing.gap_s, second.timing.gap_s) == (1.0, None)
    assert first.direction == second.direction == "laughs"


def test_three_names_and_names_that_speak_later() -> None:
    script = parse_script("NORA, VIK and SAM: Surprise!\nSAM: You knew.\nVIK: I did.\nNORA: So did I.\n", "plain")
    assert script.speakers == ("NORA", "VIK", "SAM")


@pytest.mark.parametrize("name", ["Salt and Pepper", "WINTER, ALEX", "R&D", "N/A", "Q&A"])
def test_what_may_be_one_name_is_one_person_and_told(name: str) -> None:
    script = parse_script(f"{OPENING}{name}: Hello.\n{name}: Again.\n", "plain")
    assert script.speakers == ("NORA", "VIK", name)
    assert [("one character" in warning.message, warning.line) for warning in script.warnings] == [(True, 3)]


def test_a_name_of_the_cast_is_one_person() -> None:
    script = parse_script(
        "cast:\n  Salt & Pepper: seat=left\n  ALL: seat=right\nSalt & Pepper: Hi.\nAll: Ho.\n", "plain"
    )
    assert script.speakers == ("Salt & Pepper", "ALL") and not script.warnings
    assert parse_script("\\ALL: Hi.\nNORA \\& VIK: Ho.\n", "plain").speakers == ("ALL", "NORA & VIK")


def test_both_of_three_are_the_last_two_and_told() -> None:
    script = parse_script(f"{OPENING}SAM: Me, too.\nVIK: Fine.\nBOTH: Go!\n", "plain")
    assert [line.speaker for line in script.lines][-2:] == ["VIK", "SAM"]
    assert [warning.line for warning in script.warnings] == [5] and "VIK & SAM" in script.warnings[0].message


def test_all_are_those_of_the_scene_or_the_cast() -> None:
    script = parse_script(f"{OPENING}== Hall ==\nSAM: Ready?\nTIM: Yes.\nALL: Go!\n", "plain")
    assert [line.speaker for line in script.lines][-2:] == ["SAM", "TIM"]
    script = parse_script("cast:\n  NORA: seat=left\n  VIK: seat=right\nALL: Good evening!\nVIK: Hm.\n", "plain")
    assert script.speakers == ("NORA", "VIK")


@pytest.mark.parametrize("text", ["ALL: Hello!\n", "NORA: Hi.\nBOTH: Hello!\n"])
def test_all_of_nobody_is_an_error(text: str) -> None:
    with pytest.raises(ScriptError, match="who are they"):
        parse_script(text, "plain")


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("NORA: One.\nVIK {together}: Two.\n", "plain"),
        ("NORA: One.\nVIK (together): Two.\n", "plain"),
        ("NORA\nOne.\n\nVIK ^\nTwo.\n", "fountain"),
        ("**NORA:** One.\n\n**VIK {together}:** Two.\n", "markdown"),
        ("lines:\n- NORA: One.\n- {speaker: VIK, together: true, text: Two.}\n", "yaml"),
        (
            '{"lines": [{"speaker": "NORA", "text": "One."}, {"speaker": "VIK", "together": true, "text": "Two."}]}',
            "json",
        ),
    ],
)
def test_other_words_at_the_same_time_in_every_format(text: str, format: str) -> None:
    script = parse_script(text, format)
    assert said(script) == [("NORA", "One.", False), ("VIK", "Two.", True)]
    for to in WRITABLE_FORMATS:
        assert parse_script(format_script(script, to), to) == script


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("NORA & VIK\nCheese!\n", "fountain"),
        ("**NORA & VIK:** Cheese!\n", "markdown"),
        ("lines:\n- NORA & VIK: Cheese!\n", "yaml"),
        ("lines:\n- {speaker: [NORA, VIK], text: Cheese!}\n", "yaml"),
        ('{"lines": [{"speaker": "NORA & VIK", "text": "Cheese!"}]}', "json"),
        ("[S1][S2] Cheese!\n", "imported"),
    ],
)
def test_the_same_words_at_the_same_time_in_every_format(text: str, format: str) -> None:
    script = parse_script(text, format)
    assert [(text, together) for _, text, together in said(script)] == [("Cheese!", False), ("Cheese!", True)]
    assert len(script.speakers) == 2
