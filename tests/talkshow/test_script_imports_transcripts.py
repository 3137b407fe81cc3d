"""Transcripts of meetings, chats and recordings as scripts: names and words, without times and closing lines."""

from __future__ import annotations

import pytest
from script_reading import read, said, told

TWO = ["Ines: Hello there.", "Tom: Hi."]
FULL = ["Ines Calder: Hello there.", "Tom Okoro: Hi."]


@pytest.mark.parametrize(
    "text",
    [
        "[00:00:00] Ines: Hello there.\n[00:00:05] Tom: Hi.\n",
        "Ines: [00:00:00] Hello there.\n\nTom: [00:00:05] Hi.\n\nAutomatic transcription by Sonix\n",
        "Ines: 00:00:00 Hello there.\nTom: 00:00:05 Hi.\n",
        "Ines (00:00):\nHello there.\n\nTom (00:05):\nHi.\n",
        "Ines: (00:00)\nHello there.\n\nTom: (00:05)\nHi.\n",
        "Ines (00:00.12)\nHello there.\n\nTom (00:05.46)\nHi.\n",
        "Ines [00:00:00]: Hello there.\nTom [00:00:05]: Hi.\n",
        "Ines <00:00:01>: Hello there.\nTom <00:00:05>: Hi.\n",
        "[00:00:00.120] - Ines\nHello there.\n\n[00:00:05.340] - Tom\nHi.\n",
        "0:00 | Ines\nHello there.\n\n0:05 | Tom\nHi.\n",
        "0:00 - Ines\n  Hello there.\n\n0:05 - Tom\n  Hi.\n",
        "00:00:01:12 Ines\nHello there.\n\n00:00:05:03 Tom\nHi.\n",
        "[00:00:00:00 - 00:00:02:12]\nInes\n Hello there.\n\n[00:00:02:12 - 00:00:04:00]\nTom\n Hi.\n",
        "0:0:3.120 --> 0:0:5.110\nInes\nHello there.\n0:0:8.120 --> 0:0:9.110\nTom\nHi.\n",
        "Ines started transcription\n\nInes\n0:03\nHello there.\nTom\n0:08\nHi.\n",
        "Ines 0.0 - 2.5: Hello there.\nTom 2.5 - 4.0: Hi.\n",
        "[0.5s] Ines: Hello there.\n[12.25s] Tom: Hi.\n",
        "[00:00.000 --> 00:02.500] [Ines]: Hello there.\n[00:02.500 --> 00:09.000] [Tom]: Hi.\n",
        "**Ines:** \\[00:00:00\\] Hello there.\n\n**Tom:** \\[00:00:05\\] Hi.\n",
        "Ines\nHello there.\n\nTom\nHi.\n\nInes\n",
        "10:01:02 From Ines to Everyone:\n\tHello there.\n10:01:09 From Tom to Everyone:\n\tHi.\n",
        "04/03/2024, 10:01 - Ines: Hello there.\n04/03/2024, 10:02 - Tom: Hi.\n",
        "[04.03.24, 10:01:05] Ines: Hello there.\n[04.03.24, 10:02:05] Tom: Hi.\n",
        "Ines — Today at 10:01 AM\nHello there.\nTom — Today at 10:02 AM\nHi.\n",
        "Ines  10:01 AM\nHello there.\nTom  10:02 AM\nHi.\n",
    ],
)
def test_a_turn_is_a_name_and_its_words_however_the_time_is_written(text: str) -> None:
    if text.endswith("Ines\n"):
        text += "Good.\n"
    assert [row for row in said(read(text)) if row != "Ines: Good."] == TWO


@pytest.mark.parametrize(
    "text",
    [
        "Team sync\nMon, Mar 4, 2024 10:02AM • 12:31\n\nSUMMARY KEYWORDS\nferry, boat\n\nSPEAKERS\nInes "
        "Calder, Tom Okoro\n\n"
        "Ines Calder  00:00\nHello there.\n\nTom Okoro  00:07\nHi.\n\nTranscribed by https://example.org\n",
        "Weekly-20240304_100000-Meeting Recording\nMarch 4, 2024, 10:00AM\n12m 31s\n\nInes Calder   "
        "0:03\nHello there.\n\n"
        "Tom Okoro   0:08\nHi.\n\nInes Calder stopped transcription\n",
        "Weekly (2024-03-04 10:00 GMT+1) - Transcript\nAttendees\nInes Calder, Tom Okoro\nTranscript\n00:00:00\n \n"
        "Ines Calder: Hello there.\nTom Okoro: Hi.\n00:05:00\n \nMeeting ended after 00:06:12 👋\nThis "
        "editable transcript "
        "was computer generated and might contain errors.\n",
    ],
)
def test_what_an_export_has_around_the_talk_is_left_out_and_told(text: str) -> None:
    script = read(text)
    assert said(script) == FULL and "no part of the talk" in told(script)


@pytest.mark.parametrize(
    "text",
    [
        "[00:00:00.000 --> 00:00:02.500]  Hello there.\n[00:00:02.500 --> 00:00:04.000]  Hi.\n",
        "0:00\nHello there.\n0:03\nHi.\n",
        "[00:01.00]Hello there.\n[00:03.00]Hi.\n",
    ],
)
def test_where_no_one_is_named_one_speaker_says_it_all(text: str) -> None:
    script = read(text)
    assert said(script) == ["Narrator: Hello there.", "Narrator: Hi."] and "no one is named" in told(script)


def test_speakers_of_whisper_cpp_have_numbers() -> None:
    text = "[00:00:00.000 --> 00:00:02.500]   (speaker 0) Hello.\n[00:00:02.500 --> 00:00:04.000]   (speaker 1) Hi.\n"
    assert said(read(text)) == ["Speaker 0: Hello.", "Speaker 1: Hi."]


def test_times_among_words_are_words_and_times_in_brackets_are_not_spoken() -> None:
    script = read("[00:01] Ines: We start at 10:30 sharp.\n[00:05] Tom: It was [00:00:07] late. [inaudible 00:00:08]\n")
    assert said(script)[0] == "Ines: We start at 10:30 sharp."
    assert list(script.lines)[1].text == "It was late." and "[00:00:07] is not spoken" in told(script)


def test_ends_of_turns_make_rests() -> None:
    script = read("[00:00:00 --> 00:00:02] Ines: Hello.\n[00:00:05 --> 00:00:06] Tom: Hi.\n")
    assert list(script.lines)[1].timing.gap_s == 3
