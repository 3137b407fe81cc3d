"""Transcripts and RTTM with anything in them: each is read, or the error says what is wrong.

TALKSHOW_EXAMPLES=10000 pytest tests/talkshow/test_written_transcripts.py looks longer.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talkshow.errors import TalkshowError
from talkshow.span import Span
from talkshow.timeline.rttm import read_rttm
from talkshow.transcribe.files import ENDINGS, read_transcript

anything = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
PIECES = (
    "1", "\n", "\n\n", " ", "\t", ",", ":", "-->", "00:00:01,000", "1:02.5", "0:0:3", "400", "-1", "nan", "1e400",
    "MAYA:", "- ", ">> ", "[Music]", "♪", "hello", "d'Arcy (Guest):", "李雷：", "\ufeff", "\0", "&amp;", "WEBVTT",
    "NOTE",
    "<v Maya>", "</v>", "<00:00:01.5>", "<c>", "[Events]", "Format: Start, End, Text", "Dialogue: 0,", "<tt><body>",
    '<p begin="1s" end="2s">', "</p>", "</body></tt>", "<timedtext>", '<text t="4" d="9">', "</text>", "</timedtext>",
    "<SAMI>", "<SYNC Start=", ">", "<P>", "[00:01.00]", "start;end;text", "SPEAKER", "<NA>", "{", "}", '"words": [',
)  # fmt: skip
KEYS = ("segments", "words", "results", "channels", "alternatives", "items", "monologues", "elements", "phrases",
        "events", "segs", "utf8", "tokens", "cues", "utterances", "NBest", "speakers", "speaker_labels", "timestamps",
        "transcripts", "text", "word", "speaker", "start", "end",
        "type", "offsets", "tStartMs", "ts", "id")  # fmt: skip
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(-5, 9000),
    st.sampled_from(["1.5s", "PT1S", "hello", "00:01", ""]),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
    max_leaves=14,
)
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def read(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        if path.suffix == ".rttm":
            assert all(turn.span.end_s > turn.span.start_s >= 0 for turn in read_rttm(path).turns)
            return
        found = read_transcript(path, [("A", Span(0.0, 5.0))], length_s=9.0)
        starts = [word.span.start_s for word in found.words]
        assert starts == sorted(starts) and len(found.speakers) == len(found.words)
        assert all(word.text.strip() and word.span.end_s >= word.span.start_s for word in found.words)
    except TalkshowError as exc:
        assert str(exc) and "Traceback" not in str(exc)


@pytest.mark.parametrize("ending", [*(each for each in ENDINGS if "json" not in each), ".rttm"])
@settings(anything, max_examples=max(10, settings().max_examples // 5))
@given(st.one_of(texts.map(str.encode), texts.map(lambda text: text.encode("utf-16-le")), st.binary(max_size=80)))
def test_text_is_read_or_refused(tmp_path: Path, ending: str, data: bytes) -> None:
    read(tmp_path / f"t{ending}", data)


@anything
@given(values)
def test_json_is_read_or_refused(tmp_path: Path, value: object) -> None:
    read(tmp_path / "t.json", json.dumps(value).encode())
