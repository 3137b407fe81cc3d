"""Captions, turns and the timeline's record, read back by small readers of the tests' own."""

from __future__ import annotations

import html
import itertools
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkshow.script.model import Line, Say
from talkshow.span import Span
from talkshow.timeline.captions import (
    MAX_CHARACTERS,
    caption_blocks,
    to_rttm,
    to_srt,
    to_timeline_json,
    to_webvtt,
    wrapped,
)
from talkshow.timeline.phrases import columns, glued, phrases
from talkshow.timeline.types import Cue, Timeline
from talkshow.words import Word

LONG = (
    "Well, the truth is that a cat does not think of gravity the way you and I do. It pushes a glass, watches it "
    "fall, and learns something, which is more than most of us do before breakfast. Then it does it again."
)


def cue(
    speaker: str, text: str, start_s: float, end_s: float, index: int = 0, num_heard: int | None = None, **more: object
) -> Cue:
    """A cue whose words share its time by their length; only the first `num_heard` are heard."""
    texts = text.split()
    lengths = [0, *itertools.accumulate(len(each) for each in texts[:num_heard])]
    scale = (end_s - start_s) / max(1, lengths[-1])
    words = tuple(
        Word(each, Span(start_s + scale * lengths[i], start_s + scale * lengths[i + 1]))
        for i, each in enumerate(texts[:num_heard])
    )
    return Cue(Line(speaker, (Say(text),)), index, 0, Span(start_s, end_s), words, **more)  # type: ignore[arg-type]


def show(*cues: Cue, end_s: float = 60.0) -> Timeline:
    return Timeline(cues, tuple(dict.fromkeys(each.speaker for each in cues)), (Span(0, end_s),), end_s)


def seconds(stamp: str) -> float:
    hours, minutes, rest = stamp.replace(",", ".").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def read_srt(text: str) -> list[tuple[float, float, list[str]]]:
    entries = []
    for number, part in enumerate(text.strip("\n").split("\n\n"), start=1):
        head, times, *lines = part.split("\n")
        assert int(head) == number and lines
        match = re.fullmatch(r"(\d\d:\d\d:\d\d,\d{3}) --> (\d\d:\d\d:\d\d,\d{3})", times)
        assert match
        entries.append((seconds(match[1]), seconds(match[2]), lines))
    return entries


def read_vtt(text: str) -> list[tuple[float, float, str, str]]:
    head, *parts = text.strip("\n").split("\n\n")
    assert head == "WEBVTT"
    entries = []
    for part in parts:
        times, payload = part.split("\n", 1)
        match = re.fullmatch(r"(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})", times)
        assert match and "-->" not in payload
        voice = re.fullmatch(r"<v ([^<>]+)>([^<>]+)", payload)
        assert voice
        entries.append((seconds(match[1]), seconds(match[2]), html.unescape(voice[1]), html.unescape(voice[2])))
    return entries


def test_a_short_line_is_one_caption_with_its_name():
    timeline = show(cue("MAYA", "Welcome back.", 0.4, 1.6), cue("LEO", "Power, and boredom.", 2.0, 3.4, 1))
    assert read_srt(to_srt(timeline)) == [(0.4, 1.6, ["MAYA: Welcome back."]), (2.0, 3.4, ["LEO: Power, and boredom."])]
    assert read_vtt(to_webvtt(timeline)) == [
        (0.4, 1.6, "MAYA", "Welcome back."),
        (2.0, 3.4, "LEO", "Power, and boredom."),
    ]


def test_a_long_line_is_broken_where_a_reader_breathes():
    timeline = show(cue("MAYA", LONG, 1.0, 15.0))
    blocks = caption_blocks(timeline)
    assert " ".join(block.text for block in blocks) == LONG
    assert len(blocks) >= 3
    assert all(block.text[-1] in ".,!?" for block in blocks)
    for block in blocks:
        assert len(block.lines) <= 2 and all(len(each) <= 42 for each in block.lines)
        assert 1.0 <= block.span.duration_s <= 6.0
    assert all(a.span.end_s <= b.span.start_s + 1e-9 for a, b in itertools.pairwise(blocks))
    lines = [entry[2] for entry in read_srt(to_srt(timeline))]
    assert lines[0][0].startswith("MAYA: ") and not any("MAYA" in each for part in lines[1:] for each in part)
    assert all(len(part) <= 2 and all(len(each) <= 42 for each in part) for part in lines)


def test_a_caption_stands_while_its_words_are_heard():
    timeline = show(cue("A", LONG, 1.0, 15.0))
    words = timeline.cues[0].words
    at = 0
    for block in caption_blocks(timeline):
        own = words[at : at + len(block.text.split())]
        assert block.span.start_s == pytest.approx(own[0].span.start_s)
        assert block.span.end_s == pytest.approx(own[-1].span.end_s)
        at += len(own)
    assert at == len(words)


def test_a_very_short_line_stays_for_a_second_where_there_is_room():
    timeline = show(cue("A", "Yes.", 1.0, 1.3), cue("B", "No.", 1.6, 1.9, 1), cue("A", "Why?", 5.0, 5.2, 2))
    assert [block.span for block in caption_blocks(timeline)] == [Span(1.0, 1.6), Span(1.6, 2.6), Span(5.0, 6.0)]


def test_a_cut_off_line_shows_what_is_heard_of_it():
    cut = cue("MAYA", "Pure power, or perhaps boredom", 1.0, 2.5, num_heard=3, cut_off=True)
    assert read_srt(to_srt(show(cut)))[0][2] == ["MAYA: Pure power, or—"]
    assert to_timeline_json(show(cut), "t")["cues"][0]["text"] == "Pure power, or perhaps boredom"


def test_written_words_get_the_times_of_the_words_that_are_heard():
    heard = tuple(
        Word(text, Span(start, start + 0.5))
        for text, start in (("it", 1.0), ("costs", 1.5), ("forty", 2.0), ("two", 2.5), ("dollars", 3.0), ("today", 3.5))
    )
    written = Cue(Line("A", (Say("It costs $42 – today."),)), 0, 0, Span(1.0, 4.0), heard)
    (block,) = caption_blocks(show(written))
    assert block.text == "It costs $42 – today." and block.span == Span(1.0, 4.0)


def test_without_words_the_text_is_spread_over_the_cue():
    spread = Cue(Line("A", (Say(LONG),)), 0, 0, Span(2.0, 16.0))
    blocks = caption_blocks(show(spread))
    assert " ".join(block.text for block in blocks) == LONG
    assert blocks[0].span.start_s == 2.0 and blocks[-1].span.end_s == pytest.approx(16.0)
    assert all(1.0 <= block.span.duration_s <= 6.0 for block in blocks)


def test_overlapping_speakers_share_a_caption_in_srt_and_stand_side_by_side_in_vtt():
    timeline = show(
        cue("MAYA", "It just pushes things off the table", 1.0, 5.0),
        cue("LEO", "Mm-hm, of course.", 2.5, 3.6, 1, kind="backchannel"),
    )
    entries = read_srt(to_srt(timeline))
    assert [(start, end) for start, end, _ in entries] == [(1.0, 2.5), (2.5, 3.6), (3.6, 5.0)]
    assert entries[1][2] == ["MAYA: It just pushes things off the table", "LEO: Mm-hm, of course."]
    assert [voice for _, _, voice, _ in read_vtt(to_webvtt(timeline))] == ["MAYA", "LEO"]


def test_a_short_overlap_does_not_flicker():
    timeline = show(cue("MAYA", "Pure power, or", 1.0, 3.0), cue("LEO", "Power, and boredom.", 2.84, 4.5, 1))
    assert read_srt(to_srt(timeline)) == [
        (1.0, 2.84, ["MAYA: Pure power, or"]),
        (2.84, 4.5, ["LEO: Power, and boredom."]),
    ]


def test_hostile_text_stays_text():
    timeline = show(cue("A <b> & C", "1 < 2 && <v Bob> --> done\x00", 1.0, 4.0))
    assert read_vtt(to_webvtt(timeline)) == [(1.0, 4.0, "A <b> & C", "1 < 2 && <v Bob> --> done")]
    ((_, _, lines),) = read_srt(to_srt(timeline))
    assert lines == ["A <b> & C: 1 < 2 && <v Bob> → done"]


def test_an_hour_and_more():
    timeline = show(cue("A", "Late.", 3725.04, 3727.0), end_s=4000.0)
    assert "01:02:05,040 --> 01:02:07,000" in to_srt(timeline)
    assert "01:02:05.040 --> 01:02:07.000" in to_webvtt(timeline)


def test_rttm_names_are_one_token_and_stay_apart():
    timeline = show(
        cue("Old Man", "Yes.", 0.4, 1.6), cue("Old_Man", "No.", 2.0, 3.0, 1), cue("Zoë", "Oh.", 3.0, 3.0, 2)
    )
    rows = [row.split() for row in to_rttm(timeline, "my show").splitlines()]
    assert rows == [
        ["SPEAKER", "my_show", "1", "0.400", "1.200", "<NA>", "<NA>", "Old_Man", "<NA>", "<NA>"],
        ["SPEAKER", "my_show", "1", "2.000", "1.000", "<NA>", "<NA>", "Old_Man-2", "<NA>", "<NA>"],
    ]


def test_the_record_of_the_timeline():
    timeline = show(cue("A", "One two.", 0.4, 1.4), cue("B", "Mm.", 1.0, 1.2, 1, kind="backchannel"), end_s=2.0)
    shot = {"start_s": 0.0, "end_s": 2.0, "kind": "wide", "crop": [0, 0, 1280, 720], "on": ["A", "B"]}
    record = json.loads(json.dumps(to_timeline_json(timeline, "Cats", [shot])))
    assert record == {
        "title": "Cats",
        "fps": 25,
        "duration_s": 2.0,
        "speakers": ["A", "B"],
        "shots": [shot],
        "cues": [
            {
                "speaker": "A",
                "text": "One two.",
                "start_s": 0.4,
                "end_s": 1.4,
                "scene": 0,
                "kind": "line",
                "cut_off": False,
                "words": [
                    {"text": "One", "start_s": 0.4, "end_s": 0.829},
                    {"text": "two.", "start_s": 0.829, "end_s": 1.4},
                ],
            },
            {
                "speaker": "B",
                "text": "Mm.",
                "start_s": 1.0,
                "end_s": 1.2,
                "scene": 0,
                "kind": "backchannel",
                "cut_off": False,
                "words": [{"text": "Mm.", "start_s": 1.0, "end_s": 1.2}],
            },
        ],
    }


def test_nothing_said_is_no_caption():
    silent = Cue(Line("A", ()), 0, 0, Span(1.0, 2.0))
    assert caption_blocks(show(silent)) == [] and to_srt(show(silent)) == ""
    assert to_webvtt(show(silent)).strip() == "WEBVTT"


def test_a_sentence_without_spaces_is_broken():
    text = "こんにちは、" * 20
    blocks = caption_blocks(show(cue("A", text, 1.0, 11.0)))
    assert "".join(each for block in blocks for each in block.lines) == text
    assert all(len(each) <= 42 for block in blocks for each in block.lines)


def test_lines_are_balanced():
    assert wrapped(["It", "pushes", "a", "glass,", "and", "then", "it", "watches", "the", "glass", "fall"]) == [
        "It pushes a glass,",
        "and then it watches the glass fall",
    ]
    assert wrapped(["x" * 100]) == ["x" * 42, "x" * 42, "x" * 16]
    assert wrapped([]) == []


words = st.lists(
    st.text("abcdefgh", min_size=1, max_size=12) | st.sampled_from(["end.", "so,", "ö!", "-"]), min_size=1, max_size=40
)
lines = st.lists(
    st.tuples(st.sampled_from(["MAYA", "LEO", "ZOË"]), words, st.floats(-2, 1), st.floats(0.2, 15)),
    min_size=1,
    max_size=6,
)


@given(lines)
def test_whatever_is_said_is_shown_once_and_in_time(said):
    now, cues = 3.0, []
    silent_from: dict[str, float] = {}
    for index, (speaker, texts, gap, length) in enumerate(said):
        start = max(now + gap, silent_from.get(speaker, 0.0), cues[-1].span.start_s if cues else 0.0)
        cues.append(cue(speaker, " ".join(texts), start, start + length, index))
        now = silent_from[speaker] = start + length
    timeline = show(*cues, end_s=now + 5)
    blocks = caption_blocks(timeline)
    for speaker in timeline.speakers:
        text = " ".join(block.text for block in blocks if block.speaker == speaker)
        assert text == " ".join(each.line.text for each in timeline.cues_of(speaker))
    for block in blocks:
        assert len(block.lines) <= 2 and all(len(each) <= 42 for each in block.lines)
        assert block.span.duration_s > 0
    entries = read_srt(to_srt(timeline))
    assert all(start < end for start, end, _ in entries)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(entries))
    shown = " ".join(" ".join(part) for _, _, part in entries)
    assert all(word in shown for each in cues for word in each.line.text.split())
    assert len(read_vtt(to_webvtt(timeline))) == len(blocks)


@pytest.mark.parametrize(
    ("text", "heard", "lines"),
    [
        (
            "然后回家做饭，因为奶奶下午要来看我们，她很久没有来了。",
            "然后 回家 做饭， 因为 奶奶 下午 要 来 看 我们， 她 很久 没有 来 了。",
            ["然后回家做饭，因为奶奶下午", "要来看我们，她很久没有来了。"],
        ),
        ("我在Google工作到六点。", "我 在 Google 工作 到 六点。", ["我在Google工作到六点。"]),
        ("「行くよ！」と言った 彼。", "「行くよ!」と 言った 彼。", ["「行くよ！」と言った彼。"]),
    ],
)
def test_texts_without_spaces_break_between_their_words(text: str, heard: str, lines: list[str]) -> None:
    pieces = phrases(text.split(), heard.split())
    assert len(pieces) >= 3 and glued(pieces) == text.replace(" ", "")
    found = wrapped(pieces)
    assert max(map(columns, found)) <= MAX_CHARACTERS and len(found) == len(lines)
    assert "".join(found) == text.replace(" ", "")
    for line in found[:-1]:
        assert line.endswith(tuple(pieces))


@given(st.lists(st.text("天明我們abか、。 ", min_size=1, max_size=6), max_size=8))
def test_phrases_lose_nothing(words: list[str]) -> None:
    written = " ".join(words).split()
    assert "".join("".join(phrases(written, words)).split()) == "".join(written)
