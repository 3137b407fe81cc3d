"""Names are people: all spellings of a name are one person, several names several people; doubts are warnings."""

from __future__ import annotations

import pytest
from script_reading import read, said, told

from talkshow.errors import ScriptError


@pytest.mark.parametrize(
    ("rows", "speakers"),
    [
        ("1) INES: a b.\n2) TOM: c d.\n3) INES: e f.", ["INES", "TOM"]),
        ("(1) INES: a b.\n(2) TOM: c d.", ["INES", "TOM"]),
        ("① INES: a b.\n② TOM: c d.", ["INES", "TOM"]),
        ("1. INES: a.\n2. TOM: b.\n1. INES: c.\n2. TOM: d.", ["INES", "TOM"]),
        ("1. WITCH: a.\n2. WITCH: b.\n1. WITCH: c.", ["1. WITCH", "2. WITCH"]),
        ("— INES: hello.\n• TOM: hi.\n- [ ] INES: so.\n> TOM: ho.", ["INES", "TOM"]),
        ("«Ines»: «Bonjour.»\n„Tom“: „Hallo.“\n‘Tom’: ‘Hi.’\n`Ines`: so", ["Ines", "Tom"]),
        ("**Ines**: Hello.\n*Tom*: Hi.\n__Ines:__ Ok.\n***TOM***: x", ["Ines", "Tom"]),
        ("👩 Maya: a.\nLeo 🎧: b.\n🎙️ **Maya:** c.", ["Maya", "Leo"]),
        ("MÜLLER: a.\nMu\u0308ller: b.\nStraße: c.\nSTRASSE: d.", ["MÜLLER", "Straße"]),
        ("O'Brien: a.\nO’Brien: b.\nJean-Luc: c.\nJean–Luc: d.", ["O'Brien", "Jean-Luc"]),
        ("\u200bMAYA: a.\nMA\u00adYA: b.\nMAYA\u00a0: c.\nMAYA\t: d.", ["MAYA"]),
        ("Speaker 2 (Maya): a.\nSpeaker 1 (Leo): b.\nSPEAKER 2: c.", ["Maya", "Leo"]),
        ("Sarah (Host): a.\nTim (Guest): b.\nHost: c.\nTim: d.", ["Sarah", "Tim"]),
        ("Interviewer [Anna]: a.\nAnna: b.", ["Anna"]),
        ("MAYA (CONT'D): a.\nMAYA (V.O. CONT'D): b.\nMAYA (O.S.) (CONT’D): c.", ["MAYA"]),
        ("MAYA: One.\n LEO: Two.\nLEO: Three.", ["MAYA", "LEO"]),
    ],
)
def test_spellings_of_a_name_are_one_person(rows: str, speakers: list[str]) -> None:
    assert list(read(rows).speakers) == speakers


@pytest.mark.parametrize("joint", ["MAYA & LEO", "MAYA/LEO", "Maya and Leo", "MAYA + LEO", "BOTH", "ALL", "Everyone"])
def test_several_say_a_line_at_once(joint: str) -> None:
    script = read(f"MAYA: One.\nLEO: Two.\n{joint}: Cheese.")
    assert said(script)[2:] == ["MAYA: Cheese.", "+ LEO: Cheese."] and list(script.speakers) == ["MAYA", "LEO"]


def test_directions_after_a_comma_or_in_brackets_are_no_part_of_a_name() -> None:
    script = read("Maya, laughing: Hello.\nLeo [smiling]: Hi.\nMaya: So.")
    assert list(script.speakers) == ["Maya", "Leo"]
    assert [[each.name for each in line.directions] for line in script.lines] == [["laughing"], ["smiling"], []]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("MR. CAVENDISH: a.\nJOHN CAVENDISH: b.", "may be the same person"),
        ("Žofie: a.\nZofie: b.", 'Zofie: alias="Žofie"'),
        ("Dr. Maya Lee: a.\nLeo: b.\nMaya: c.", 'alias="Dr. Maya Lee"'),
        ("MAYA: a.\nNOTE: this is one.\nLEO: b.", "'NOTE' is taken for a speaker"),
        ("MAYA: a.\nNarrator (music): b.", "is taken for a speaker"),
        ("MAYA: a.\nLEO: b.\n (LEO nods)\n  ANNA: c.", "'ANNA:' is read as words of the line above"),
        ("1. INES: a b.\n2. TOM: c d.", "the numbers before the names are not part of them"),
        ("1. WITCH: a.\n2. WITCH: b.", "part of them"),
        ("MAYA: a.\n(She sits.)\nLEO: b.", "not played"),
    ],
)
def test_what_was_assumed_is_a_warning(rows: str, words: str) -> None:
    assert words in told(read(rows))


def test_people_of_different_titles_are_not_taken_for_one() -> None:
    assert "may be" not in told(read("MR. HALE: a.\nMRS. HALE: b."))


def test_an_alias_belongs_to_one_person() -> None:
    script = read('cast:\n  MAYA: alias="Dr. Lee, Maya Lee"\n\n== x ==\nDR. LEE: a.\nmaya lee: b.\nMAYA: c.')
    assert list(script.speakers) == ["MAYA"]
    with pytest.raises(ScriptError, match="cannot be an alias of LEO"):
        read("cast:\n  MAYA: alias=Doc\n  LEO: alias=Doc\n\n== x ==\nMAYA: a.")
