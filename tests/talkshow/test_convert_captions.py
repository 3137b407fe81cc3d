"""`talkshow convert --transcript`: captions as people have them, in every format, to words with times and speakers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recordings import hummed, rttm, wav

from talkshow.errors import ScriptError
from talkshow.recording.lines import lines_said
from talkshow.span import Span
from talkshow.timeline.turns import Turn
from talkshow.transcribe.files import ENDINGS, read_transcript

TURNS = (("A", 0.0, 3.0), ("B", 3.2, 6.0), ("A", 6.2, 9.0))
ASS = """\
[Script Info]
Title: the pier
[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:03.40,0:00:05.00,Default,Olu,0,0,0,,It sank,\\Na {\\i1}little{\\i0}.
Comment: 0,0:00:00.40,0:00:02.00,Default,Ines,0,0,0,,Not spoken
Dialogue: 0,0:00:00.40,0:00:02.00,Default,Ines,0,0,0,,Where is\\hthe boat?
Dialogue: 0,0:00:06.40,0:00:08.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0{\\p0}
Dialogue: 0,0:00:06.40,0:00:08.00,Default,,0,0,0,,INES: {\\k20}A {\\k30}little, well.
"""
TTML = """\
<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"
    xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25" ttp:tickRate="1000">
<head><metadata><ttm:agent xml:id="i"><ttm:name type="full">Ines</ttm:name></ttm:agent><ttm:agent xml:id="olu"/>
</metadata></head><body begin="0.2s"><div>
<p begin="00:00:00:05" dur="1.6s" ttm:agent="i">Where <span>is</span><br/>the boat?</p>
<p begin="3200t" end="4800t" ttm:agent="olu"><metadata><ttm:desc>no</ttm:desc></metadata>It sank.</p>
<p begin="6.2s" end="7.8s">INES: A little.</p></div></body></tt>
"""
SAMI = """\
<SAMI><HEAD><TITLE>pier</TITLE><STYLE TYPE="text/css"><!-- P {} .ENUSCC {Name: English;} --></STYLE></HEAD><BODY>
<SYNC Start=400><P Class=ENUSCC ID=Source>Ines:<P Class=ENUSCC>Where is<br>the boat?
<P Class=FRFRCC>O\u00f9 est le bateau?
<SYNC Start=2000><P Class=ENUSCC>&nbsp;
<SYNC Start=3400><P Class=ENUSCC>OLU: It &amp; all sank.<P Class=FRFRCC>Au fond.
<SYNC Start=5000><P Class=ENUSCC>&nbsp;<P Class=FRFRCC>&nbsp;
</BODY></SAMI>
"""
ROLLING = """\
WEBVTT
Kind: captions

00:00:00.400 --> 00:00:01.900 align:start
 
we<00:00:00.700><c> row</c><00:00:01.100><c> and</c><00:00:01.400><c> row</c>

00:00:01.900 --> 00:00:01.910 align:start
we row and row
 

00:00:03.400 --> 00:00:04.900
we row and row
&gt;&gt; no<00:00:04.000><c> no</c>

00:00:04.900 --> 00:00:04.910
&gt;&gt; no no
 

00:00:06.400 --> 00:00:06.900
&gt;&gt; no no
[Applause]

00:00:06.900 --> 00:00:06.910
[Applause]

00:00:07.000 --> 00:00:08.000
[Applause]
&gt;&gt; no<00:00:07.500><c> no</c>
"""  # noqa: W293
NAMES = """\
WEBVTT

STYLE
::cue { color: white }

NOTE two people
on a pier

first
00:00.400 --> 00:01.400
<v.loud 王芳>Where <i>i</i>s it?</v>
<v Olu>Sunk.</v>

00:03.400 --> 00:05.000
>> d'Orsay (guest): At 9:15 it sank.

00:06.400 --> 00:08.000
[王芳]: 9:15 sharp: no later. (sighs)
"""
SPEECH = {"segments": [{"start": 0.4, "end": 2.4, "speaker": "S0", "words": [
    {"word": "In", "start": 0.4, "end": 0.6}, {"word": "1972"}, {"word": "we", "start": 1.6, "end": 1.8},
    {"word": "met.", "start": 1.9, "end": None}]},
    {"start": 5.9, "end": 5.6, "text": "Mumble.", "speaker": "S1", "words": []},
    {"start": 6.5, "end": 7.5, "text": "[Music]"},
    {"start": 7.6, "end": 8.6, "text": "It snowed.", "speaker": "S0"}]}  # fmt: skip
MILLISECONDS = {"words": [
    {"text": text, "start": start, "end": end, "speaker": name}
    for text, start, end, name in [("It", 400, 600, "A"), ("sank.", 600, 1300, "A"), ("Did", 3400, 3700, "B"),
                                   ("it?", 3700, 4200, "B")]]}  # fmt: skip
EVENTS = {"words": [
    {"text": text, "start": start, "end": start + 0.4, "type": kind, "speaker_id": name}
    for text, start, kind, name in [("Who", 0.4, "word", "s0"), (" ", 0.8, "spacing", "s0"),
                                    ("(laughs)", 1.2, "audio_event", "s0"), ("sank?", 3.4, "word", "s1")]]}  # fmt: skip
TOLD = {
    "dash.srt": "1\n00:00:00,400 --> 00:00:02,000\n- INES: Olu?\n- OLU: It sank,\nall of it.\n2\n"
    "00:00:03,400 --> 00:00:05,000\n-No!\n-5 boats.\n",
    "whole.srt": "1\n00:00:01 --> 00:00:02\nINES: Who?\n\n2\n00:00:04 --> 00:00:05\nOLU: The year was\n1984\n\n"
    "3\n00:00:07 --> 00:00:08\nNo.\n\n4\n00:00:08 --> 00:00:09\nNo.\n",
    "names.vtt": NAMES, "rolling.vtt": ROLLING, "a.ass": ASS, "a.ttml": TTML, "a.smi": SAMI,
    "b.ssa": "[Events]\nFormat: Marked, Start, End, Actor, Text\n"
    "Dialogue: Marked=0,0:00:01.00,0:00:02.00,Ines,One, two\n",
    "old.dfxp": '<tt xmlns="http://www.w3.org/2006/10/ttaf1"><body><div begin="5s" end="8s"><p begin="5.5s" end="6s">Hi'
    "</p></div></body></tt>",
    "turn.xml": '<tt><body><div timeContainer="seq"><p dur="1s">One</p><p dur="2s">two</p></div></body></tt>',
    "s.json": json.dumps(SPEECH), "ms.json": json.dumps(MILLISECONDS), "e.json": json.dumps(EVENTS),
    "c.json": json.dumps({"transcription": [{"offsets": {"from": 400, "to": 1400}, "text": " It sank."}]}),
}  # fmt: skip
SAID = {  # (speaker, text, begin) of each stretch that one person speaks without a rest
    "dash.srt": [("INES", "Olu?", 0.4), ("OLU", "It sank, all of it.", 0.74), ("", "No! -5 boats.", 3.4)],
    "whole.srt": [("INES", "Who?", 1), ("OLU", "The year was 1984", 4), ("", "No. No.", 7)],
    "names.vtt": [("王芳", "Where is it?", 0.4), ("Olu", "Sunk.", 1.1), ("d'Orsay", "At 9:15 it sank.", 3.4),
                  ("王芳", "9:15 sharp: no later.", 6.4)],
    "rolling.vtt": [("", "we row and row no no no no", 0.4)],
    "a.ass": [("Ines", "Where is the boat?", 0.4),
              ("Olu", "It sank, a little.", 3.4), ("INES", "A little, well.", 6.4)],
    "a.ttml": [("Ines", "Where is the boat?", 0.4), ("olu", "It sank.", 3.4), ("INES", "A little.", 6.4)],
    "a.smi": [("Ines", "Where is the boat?", 0.4), ("OLU", "It & all sank.", 3.4)],
    "b.ssa": [("Ines", "One, two", 1)], "old.dfxp": [("", "Hi", 5.5)], "turn.xml": [("", "One two", 0)],
    "s.json": [("S0", "In 1972 we met. It snowed.", 0.4)], "ms.json": [("A", "It sank.", 0.4), ("B", "Did it?", 3.4)],
    "e.json": [("s0", "Who", 0.4), ("s1", "sank?", 3.4)], "c.json": [("", "It sank.", 0.4)],
}  # fmt: skip
WARNED = {
    "names.vtt": "(sighs)", "rolling.vtt": "[Applause]", "a.smi": "ENUSCC, FRFRCC", "old.dfxp": "start of the file",
    "s.json": "segment 2 (5.9 to 5.6 s)",
}  # fmt: skip


def stretches(path: Path) -> list[tuple[str, str, float]]:
    """What is read of a file: who says what without a change, and from when on."""
    transcript = read_transcript(path, [])
    found: list[tuple[str, str, float]] = []
    for word, name in zip(transcript.words, transcript.speakers, strict=True):
        assert word.span.start_s <= word.span.end_s
        if found and found[-1][0] == name:
            found[-1] = (name, f"{found[-1][1]} {word.text}", found[-1][2])
        else:
            found.append((name, word.text, word.span.start_s))
    return found


@pytest.mark.parametrize("name", SAID)
def test_the_right_people_say_the_right_words_at_the_right_times(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(TOLD[name], encoding="utf-8")
    found = stretches(tmp_path / name)
    wanted = [(who, text) for who, text, _ in SAID[name]]
    assert [row[:2] for row in found] == wanted
    assert [row[2] for row in found] == pytest.approx([row[2] for row in SAID[name]], abs=0.06)
    warnings = " ".join(read_transcript(tmp_path / name, []).warnings)
    assert WARNED[name] in warnings if name in WARNED else not warnings


def test_words_have_the_times_that_the_file_gives_them(tmp_path: Path) -> None:
    for name in ("rolling.vtt", "s.json"):
        (tmp_path / name).write_text(TOLD[name], encoding="utf-8")
    rolling = [(word.text, word.span.start_s) for word in read_transcript(tmp_path / "rolling.vtt", []).words]
    assert rolling == [("we", 0.4), ("row", 0.7), ("and", 1.1), ("row", 1.4), ("no", 3.4), ("no", 4.0), ("no", 7.0),
                       ("no", 7.5)]  # fmt: skip
    words = read_transcript(tmp_path / "s.json", []).words
    assert [word.span for word in words if word.text in ("1972", "met.")] == [Span(0.6, 1.6), Span(1.9, 2.4)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_files_of_windows_editors_are_read(tmp_path: Path, encoding: str) -> None:
    text = "1\r\n00:00:00,400 --> 00:00:02,000\r\nZO\u00cb: \u00d6ffne die T\u00fcr.\r\n"
    (tmp_path / "w.srt").write_bytes(text.encode(encoding))
    assert stretches(tmp_path / "w.srt") == [("ZO\u00cb", "\u00d6ffne die T\u00fcr.", 0.4)]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("w.ass", "nothing", "no line of dialogue"),
        ("w.ass", "[Events]\nDialogue: 0,soon,0:00:01.00,D,,0,0,0,,hi\n", "w.ass:2"),
        ("w.ass", "[Events]\nDialogue: 0,0:00:03.00,0:00:01.00,D,,0,0,0,,hi\n", "ends before it begins"),
        ("w.ass", "[Events]\nFormat: Start, Text, End\n", "must name Start, End"),
        ("w.ass", "[Events]\nDialogue: 0,0:00:03.00\n", "2 fields instead of 10"),
        ("w.ttml", "<tt", "w.ttml:1"),
        ("w.ttml", "<html/>", "not <tt>"),
        ("w.ttml", '<!DOCTYPE tt [<!ENTITY a "b">]><tt><body><p begin="1s" end="2s">&a;</p></body></tt>', "DOCTYPE"),
        ("w.ttml", '<tt><body><p begin="1 o\'clock" end="2s">hi</p></body></tt>', "1 o'clock"),
        ("w.ttml", '<tt><body><p begin="3s" end="2s">hi</p></body></tt>', "ends before it begins"),
        ("w.ttml", "<tt><body><p>When?</p></body></tt>", "'When?' has no times"),
        ("w.ttml", "<tt>" + "<div>" * 5000 + "</div>" * 5000 + "</tt>", "no caption"),
        ("w.ttml", "<tt><body>" + "<div>" * 500 + "</div>" * 500 + "</body></tt>", "too deeply"),
        ("w.ttml", '<tt frameRate="0"><body><p begin="1f" end="2s">hi</p></body></tt>', "frame rate"),
        ("w.smi", "<SAMI><BODY><SYNC Start=soon><P>hi</BODY></SAMI>", "'soon'"),
        ("w.smi", "hello", "no caption with times"),
        ("w.json", '{"words": [{"word": "x"}]}', "no word of this JSON has a time"),
        ("w.srt", "1\n00:00:01,000 --> 00:00:02,000\nОткрой\n".encode("cp1251"), "Save it again as UTF-8"),
        ("w.srt", "1\n00:00:01,000 --> 00:00:02,000\n扉を閉めて\n".encode("shift-jis"), "Save it again as UTF-8"),
        ("w.srt", "\ufeff1\n00:00:01,000".encode("utf-16")[:-1], "not valid UTF-16"),
        ("w.srt", "1\n00:00:05,000 --> 00:00:02,000\nYes.\n", "w.srt:2"),
        ("w.srt", "1\n00:00:01:02:03 --> 00:00:02,000\nYes.\n", "not a valid line of times"),
        ("w.csv", "who,when\nInes,now\n", "name its columns"),
        ("w.tsv", "start\tend\ttext\nsoon\t2\thi\n", "not valid"),
        ("w.csv", "start,end,text\n3,2,hi\n", "ends before it begins"),
        ("w.lrc", "no times", "no line with a time"),
        ("w.json", '{"results": {"items": [3]}}', "lists do not hold"),
        ("w.json", '{"a": {"b": 1}}', "no words in this JSON"),
        ("w.json", '{"segments": [{"start": 1}]}', "entry 1"),
        ("w.json", '{"segments": [{"start": "x", "text": "hi"}]}', "entry 1"),
    ],
)  # fmt: skip
def test_captions_that_cannot_be_read_are_named(tmp_path: Path, name: str, content: str | bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ScriptError) as raised:
        read_transcript(path, [])
    assert said in str(raised.value)


@given(st.sampled_from(sorted(TOLD)), st.integers(0, 1500), st.integers(0, 40), st.text(max_size=12))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_captions_are_read_or_named(tmp_path: Path, name: str, at: int, cut: int, put: str) -> None:
    """Whatever stands in the file: words with times, or an error of ours."""
    path = tmp_path / f"damaged.{name}"
    text = TOLD[name]
    path.write_text(text[:at] + put + text[at + cut :], encoding="utf-8", errors="replace")
    try:
        transcript = read_transcript(path, [("A", Span(0, 1))])
    except ScriptError as exc:
        assert str(exc)
    else:
        assert all(0 <= word.span.start_s <= word.span.end_s for word in transcript.words)


def test_every_ending_has_a_case() -> None:
    assert {Path(name).suffix for name in TOLD} | {
        ".txt",
        ".sami",
        ".sbv",
        ".lrc",
        ".tsv",
        ".csv",
        ".json3",
        ".jsonl",
        ".srv1",
        ".srv2",
        ".srv3",
    } == set(ENDINGS)


def test_an_episode_of_captions(run, tmp_path: Path) -> None:
    name = "a.smi"
    (tmp_path / name).write_text(TOLD[name], encoding="utf-8")
    ran = run(
        "convert", wav(tmp_path / "talk.wav", hummed(TURNS, 9.4).mix), "--rttm", rttm(tmp_path / "t.rttm", TURNS),
        "--transcript", tmp_path / name, "--renderer", "stills", "--size", "160x90", "--no-check",
        "--out", tmp_path / "out", "--name", "talk", "--json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    cues = json.loads((tmp_path / "out/talk/timeline.json").read_text(encoding="utf-8"))["cues"]
    wanted = [(who.upper(), text) for who, text, _ in SAID[name]]
    assert [(cue["speaker"].upper(), cue["text"]) for cue in cues if cue["text"]] == wanted
    assert any("FRFRCC" in warning for warning in ran.json["warnings"])


def test_captions_that_are_shown_at_once_keep_their_words_apart(tmp_path: Path) -> None:
    file = tmp_path / "both.srt"
    file.write_text(
        "00:00:00,400 --> 00:00:02,900\none two three four five six\n\n"
        "00:00:01,400 --> 00:00:05,800\nseven eight nine ten eleven twelve\n"
    )
    turns = [Turn(who, Span(start_s, end_s)) for who, start_s, end_s in TURNS]
    said = lines_said(turns, read_transcript(file, [(turn.speaker, turn.span) for turn in turns]).words)
    assert [line.text for line in said][:2] == ["one two three four five six seven eight", "nine ten eleven twelve"]
    for line in said:
        starts = [word.span.start_s for word in line.words]
        assert starts == sorted(starts) and all(word.span.end_s >= word.span.start_s for word in line.words)
