"""Tables as scripts: whatever the order, the names and the language of their columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from script_reading import read, read_data, said, told

from talkshow.errors import ScriptError

TWO = ["Ines: Hello.", "Tom: Hi."]


@pytest.mark.parametrize(
    "text",
    [
        'Speaker,Line\nInes,Hello.\nTom,"Hi."\n',
        "id;Figur;Dialogtext;Bild\n1;Ines;Hello.;x\n2;Tom;Hi.;\n",
        "Start\tEnd\tSpeaker\tText\n00:00:01\t00:00:02\tInes\tHello.\n00:00:02\t00:00:06\tTom\tHi.\n",
        "Timecode,Who,Says,Notes\n00:01,Ines,Hello.,x\n00:05,Tom,Hi.,\n",
        "\ufeffPersonnage;Réplique\nInes;Hello.\nTom;Hi.\n",
        "角色,台词\nInes,Hello.\nTom,Hi.\n",
        "인물,대사\nInes,Hello.\nTom,Hi.\n",
        "Персонаж,Реплика\nInes,Hello.\nTom,Hi.\n",
        "キャラクター,セリフ\nInes,Hello.\nTom,Hi.\n",
        "sep=;\nKarakter;Replik\nInes;Hello.\nTom;Hi.\n",
        "DIALOGUE,CHARACTER\nHello.,Ines\nHi.,Tom\n",
        "Name,Voice,Text\nInes,af_heart,Hello.\nTom,am_adam,Hi.\n",
        "Shot,Visual,Speaker,Audio\n1,street,Ines,Hello.\n2,shop,Tom,Hi.\n",
        "Speaker|Text\nInes|Hello.\nTom|Hi.\n",
        "| Speaker | Line |\n|---|---|\n| **Ines** | Hello. |\n| Tom | Hi. |\n",
        "Speaker | Text\n--- | ---\nInes | Hello.\nTom | Hi.\n",
    ],
)
def test_columns_are_found_by_their_names(text: str) -> None:
    for name in ("sheet.csv", "sheet.txt"):
        assert said(read(text, name)) == TWO


def test_cells() -> None:
    rows = 'Speaker,Text\nInes,"Say ""yes"",\nplease."\n,and more.\nTom & Ines,Hi.\n0,Zero.\nTom,\n'
    script = read(rows, "sheet.csv")
    assert said(script) == [
        'Ines: Say "yes", please.', "Ines: and more.", "Tom: Hi.", "+ Ines: Hi.", "Speaker 0: Zero.",
    ]  # fmt: skip
    assert "Tom says nothing" in told(script) and "one turn names no speaker" in told(script)


def test_tables_without_names_of_columns_are_guessed_and_told() -> None:
    for text, name in (
        ("Ines,Hello.\nTom,Hi.\nInes,Bye.\n", "a.csv"),
        ("Ines\tHello.\nTom\tHi.\nInes\tBye.\n", "a.txt"),
    ):
        script = read(text, name)
        assert said(script)[:2] == TWO and "does not name its columns" in told(script)


def test_directions_and_times_of_columns() -> None:
    script = read("Start,End,Speaker,Text,Emotion\n0,2,Ines,Hello.,happy\n3.5,4,Tom,Hi.,\n", "a.csv")
    first, second = script.lines
    assert [each.name for each in first.directions] == ["happy"] and second.timing.gap_s == 1.5


def test_old_encodings_are_told(tmp_path: Path) -> None:
    script = read_data("Locutor;Texto\nInês;Olá.\n".encode("cp1252"), tmp_path / "a.csv")
    assert said(script) == ["Inês: Olá."] and "not UTF-8" in told(script)


@pytest.mark.parametrize("text", ["Text\nHello.\nHi.\n", "Speaker,English,German\nInes,Hello.,Hallo.\n"])
def test_a_table_without_such_columns_is_an_error_that_names_them(text: str) -> None:
    with pytest.raises(ScriptError, match="column Speaker"):
        read(text, "a.csv")
