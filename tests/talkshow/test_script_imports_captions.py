"""Captions as scripts: speakers in every notation, and times that become rests."""

from __future__ import annotations

import pytest
from script_reading import read, said, told

FIRST, SECOND = "00:00:01,000 --> 00:00:02,000", "00:00:04,500 --> 00:00:06,000"
EVENTS = "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.srt", f"1\n{FIRST}\nINES: Hello.\n\n2\n{SECOND}\nTOM: Hi.\n[door]\n"),
        ("a.txt", f"1\n{FIRST}\nINES: Hello.\n\n2\n{SECOND}\nTOM: Hi.\n"),
        ("b.srt", f"1\n{FIRST}\nINES:\nHello.\n\n2\n{SECOND}\nTOM:\nHi.\n"),
        ("c.srt", f"1\n{FIRST}\n[INES] Hello.\n\n2\n{SECOND}\n[TOM] Hi.\n"),
        ("d.srt", f'1\n{FIRST}\n<font color="#ff0">INES: Hello.</font>\n\n2\n{SECOND}\n{{\\an8}}TOM: <b>Hi</b>.\n'),
        ("e.vtt", "WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000\n<v.loud INES>Hello.\n\n00:04.500 --> "
        "00:06.000\n<v TOM>Hi.</v>\n"),
        ("f.vtt", "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nINES: Hello.\n\n2\n00:00:04.500 --> "
        "00:00:06.000\nTOM: Hi.\n"),
        ("g.sbv", "0:00:01.000,0:00:02.000\nINES: Hello.\n\n0:00:04.500,0:00:06.000\nTOM: Hi.\n"),
        ("h.ass", f"[Script Info]\n\n{EVENTS}Dialogue: 0,0:00:01.00,0:00:02.00,D,INES,0,0,0,,{{\\i1}}Hello{{\\i0}}.\n"
                  "Comment: 0,0:00:02.00,0:00:03.00,D,INES,0,0,0,,nope\nDialogue: "
                  "0,0:00:04.50,0:00:06.00,D,TOM,0,0,0,,Hi.\n"),
        ("i.ttml", '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" '
        'end="2s">INES: Hello.</p>'
                   '<p begin="4.5s" end="6s">TOM: Hi.</p></div></body></tt>'),
    ],
)  # fmt: skip
def test_names_of_captions_are_speakers_and_gaps_are_rests(name: str, text: str) -> None:
    script = read(text, name)
    assert said(script) == ["INES: Hello.", "TOM: Hi."]
    assert [line.timing.gap_s for line in script.lines] == [None, 2.5]


def test_sentences_go_on_over_captions_and_people_interrupt() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nINES: I wanted to say\n\n2\n00:00:02,100 --> 00:00:04,000\n"
        "that it rains.\n\n"
        "3\n00:00:03,000 --> 00:00:05,000\nTOM: Oh.\n\n4\n00:00:06,000 --> 00:00:07,000\nINES: Yes.\n\n"
        "5\n00:00:06,000 --> 00:00:07,000\nTOM: Yes.\n"
    )
    script = read(text, "a.srt")
    assert said(script) == ["INES: I wanted to say that it rains.", "TOM: Oh.", "INES: Yes.", "+ TOM: Yes."]
    assert list(script.lines)[1].timing.overlap_s == 1


def test_rolling_captions_give_every_word_once_and_no_name_is_told() -> None:
    text = (
        "WEBVTT\n\n00:00:00.400 --> 00:00:02.000\nthe<00:00:00.700><c> ferry</c>\n\n"
        "00:00:02.000 --> 00:00:02.010\nthe ferry\n\n00:00:02.010 --> 00:00:04.000\nthe ferry\n"
        "is<00:00:03.000><c> late</c>\n"
    )
    script = read(text, "a.vtt")
    assert " ".join(line.text for line in script.lines) == "the ferry is late" and "no one is named" in told(script)
