"""`talkshow convert --transcript`: what transcription services and video sites export, and files with faults."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from recordings import hummed, rttm, wav

from talkshow.errors import ScriptError
from talkshow.span import Span
from talkshow.transcribe.files import read_transcript

SAID = [("The", 0.4, 0.9, 0), ("boat", 1.0, 1.4, 0), ("sank", 1.5, 1.9, 0), ("Did", 3.4, 3.7, 1), ("it", 3.7, 4.2, 1)]


def words(
    begin: str = "start", end: str = "end", text: str = "word", unit: Any = lambda s: s, **more: Any
) -> list[Any]:
    """The words under the keys of a service.  more: the key of the speaker, and how a number becomes one."""
    who = more.get("who", "")
    return [
        {text: said, begin: unit(start), end: unit(stop)} | ({who: more["name"](n)} if who else {})
        for said, start, stop, n in SAID
    ]


def ticks(start: float, stop: float, **more: Any) -> dict[str, Any]:
    return {"offsetInTicks": start * 1e7, "durationInTicks": (stop - start) * 1e7, **more}


SERVICES: dict[str, Any] = {
    "deepgram": {"results": {
        "channels": [{"alternatives": [{"words": words(text="punctuated_word", who="speaker", name=int)}]}],
        "utterances": [{"start": 0.4, "end": 1.9, "transcript": "the boat sank", "words": []}]}},
    "deepgram, a channel each": {"results": {"channels": [
        {"alternatives": [{"words": words()[:3]}]}, {"alternatives": [{"words": words()[3:]}]}]}},
    "aws": {"results": {
        "transcripts": [{"transcript": "once more"}],
        "speaker_labels": {"segments": [{"items": words("start_time", "end_time", "x", str, who="speaker_label",
                                                         name="spk_{}".format)}]},
        "items": [{"type": "pronunciation", "alternatives": [{"content": row.pop("x")}], **row}
                  for row in words("start_time", "end_time", "x", str)]}},
    "google": {"results": [
        {"alternatives": [{"transcript": "once", "words": words("startTime", "endTime", unit="{}s".format)}]},
        {"alternatives": [{"words": words("startTime", "endTime", unit="{}s".format, who="speakerTag",
                                          name=lambda n: n + 1)}]}]},
    "google 2": {"results": {"gs://a/b.flac": {"transcript": {"results": [
        {"alternatives": [
            {"words": words("startOffset", "endOffset", unit="{}s".format, who="speakerLabel", name=str)}],
         "resultEndOffset": "4.2s"}]}}}},
    "azure": {"combinedRecognizedPhrases": [{"display": "once"}], "recognizedPhrases": [
        ticks(0.4, 1.9, speaker=1, offset="PT0.4S", duration="PT1.5S", nBest=[
            {"display": "The boat sank", "words": [ticks(a, b, word=w) for w, a, b, _ in SAID[:3]]},
            {"display": "a guess"}]),
        ticks(3.4, 4.2, speaker=2, nBest=[{"words": [ticks(a, b, word=w) for w, a, b, _ in SAID[3:]]}])]},
    "azure, fast": {"durationMilliseconds": 9000, "phrases": [
        {"offsetMilliseconds": 400, "durationMilliseconds": 1500, "text": "The boat sank", "speaker": 1,
         "words": [{"text": w, "offsetMilliseconds": a * 1000, "durationMilliseconds": (b - a) * 1000}
                   for w, a, b, _ in SAID[:3]]},
        {"offsetMilliseconds": 3400, "durationMilliseconds": 800, "speaker": 2,
         "words": [{"text": w, "offsetMilliseconds": a * 1000, "durationMilliseconds": (b - a) * 1000}
                   for w, a, b, _ in SAID[3:]]}]},
    "rev": {"speakers": [{"id": 0, "name": "Ines"}, {"id": 1, "name": "Tom"}], "monologues": [
        {"speaker": who, "elements": [part for w, a, b, n in SAID if n == who for part in (
            {"type": "text", "value": w, "ts": a, "end_ts": b}, {"type": "punct", "value": " "},
            {"type": "unknown", "value": "<noise>"})]} for who in (0, 1)]},
    "speechmatics": {"results": [
        {"type": "word", "start_time": a, "end_time": b, "alternatives": [{"content": w, "speaker": f"S{n + 1}"}]}
        for w, a, b, n in SAID]},
    "assemblyai": {"audio_duration": 9, "words": words(text="text", unit=lambda s: round(s * 1000)), "utterances": [
        {"speaker": "A", "start": 400, "end": 1900, "text": "The boat sank",
         "words": words(text="text", unit=lambda s: round(s * 1000))[:3]},
        {"speaker": "B", "start": 3400, "end": 4200, "text": "Did it",
         "words": words(text="text", unit=lambda s: round(s * 1000))[3:]}]},
    "openai": {"duration": 9.0, "segments": [{"start": 0.4, "end": 4.2, "text": " The boat sank Did it"}],
               "words": [{**row, "word": row["word"].casefold()} for row in words()]},
    "whisper.cpp": {"transcription": [
        {"offsets": {"from": round(a * 1000), "to": round(b * 1000)}, "text": text}
        for text, a, b in [(" The", 0.4, 0.9), (" bo", 1.0, 1.2), ("at", 1.2, 1.4), (" sank", 1.5, 1.9),
                           (" Did", 3.4, 3.7), (" it", 3.7, 4.2)]]},
    "soniox": {"tokens": [
        {"text": text, "start_ms": a, "end_ms": b, "speaker": who}
        for text, a, b, who in [("The", 400, 900, "1"), (" bo", 1000, 1200, "1"), ("at", 1200, 1400, "1"),
                                (" sank", 1500, 1900, "1"), (" Did", 3400, 3700, "2"), (" it", 3700, 4200, "2")]]},
    "gladia": {"result": {"transcription": {"utterances": [
        {"text": "x", "start": 0.4, "end": 4.2, "speaker": 0, "words": words()}]}}},
    "deepgram, sentences": {"results": {"channels": [{"alternatives": [{"paragraphs": {"paragraphs": [
        {"speaker": n, "sentences": [{"text": w, "start": a, "end": b}]} for w, a, b, n in SAID]}}]}]}},
    "google, in Python": {"results": [{"alternatives": [
        {"words": words("start_time", "end_time", unit="{}s".format, who="speaker_tag", name=lambda n: n + 1)}]}]},
    "azure, sdk": {"RecognitionStatus": "Success", "NBest": [{"Display": "x", "Words": [
        {"Word": w, "Offset": a * 1e7, "Duration": (b - a) * 1e7} for w, a, b, _ in SAID]}]},
    "gladia 1": {"prediction": [{"time_begin": 0.4, "time_end": 4.2, "speaker": 0, "transcription": "x",
                                 "words": words("time_begin", "time_end")}]},
    "watson": {"results": [{"alternatives": [{"transcript": "x", "timestamps": [[w, a, b] for w, a, b, _ in SAID]}]}],
               "speaker_labels": [{"from": a, "to": b, "speaker": n} for _, a, b, n in SAID]},
    "lists": [[a, b, w] for w, a, b, _ in SAID],
    "vosk": [{"result": words()[:3], "text": "x"}, {"result": words()[3:], "text": "x"}],
    "scribe, a transcript each": {"transcripts": [
        {"channel_index": 0, "words": words(text="text")[:3]}, {"channel_index": 1, "words": words(text="text")[3:]}]},
    "a video site": {"events": [
        {"tStartMs": 0, "dDurationMs": 9000, "id": 1},
        {"tStartMs": 400, "dDurationMs": 4000, "segs": [
            {"utf8": "The"}, {"utf8": " boat", "tOffsetMs": 600}, {"utf8": " sank", "tOffsetMs": 1100}]},
        {"tStartMs": 1900, "dDurationMs": 2500, "aAppend": 1, "segs": [{"utf8": "\n"}]},
        {"tStartMs": 3400, "dDurationMs": 800, "segs": [{"utf8": ">> Did"}, {"utf8": " it", "tOffsetMs": 300}]}]},
}  # fmt: skip
WHO = {
    "deepgram": ("Speaker 0", "Speaker 1"), "deepgram, a channel each": ("Channel 1", "Channel 2"),
    "aws": ("spk_0", "spk_1"), "google": ("Speaker 1", "Speaker 2"), "google 2": ("Speaker 0", "Speaker 1"),
    "azure": ("Speaker 1", "Speaker 2"), "azure, fast": ("Speaker 1", "Speaker 2"), "rev": ("Ines", "Tom"),
    "speechmatics": ("S1", "S2"), "assemblyai": ("A", "B"), "soniox": ("Speaker 1", "Speaker 2"),
    "deepgram, sentences": ("Speaker 0", "Speaker 1"), "google, in Python": ("Speaker 1", "Speaker 2"),
    "watson": ("Speaker 0", "Speaker 1"), "gladia 1": ("Speaker 0", "Speaker 0"),
    "gladia": ("Speaker 0", "Speaker 0"), "scribe, a transcript each": ("Channel 1", "Channel 2"),
}  # fmt: skip


def read(folder: Path, name: str, content: Any, **more: Any) -> list[tuple[str, str, float]]:
    """(speaker, word, begin) of all words of a file."""
    path = folder / name
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = read_transcript(path, [], **more)
    read.warnings = " | ".join(found.warnings)  # type: ignore[attr-defined]
    return [
        (name, word.text, round(word.span.start_s, 2)) for word, name in zip(found.words, found.speakers, strict=True)
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_what_services_export(tmp_path: Path, service: str) -> None:
    who = WHO.get(service, ("", ""))
    found = read(tmp_path, "t.json", SERVICES[service])
    assert [(name, word.casefold()) for name, word, _ in found] == [(who[n], w.casefold()) for w, _, _, n in SAID]
    assert [start for _, _, start in found] == pytest.approx([row[1] for row in SAID], abs=0.02)
    assert not read.warnings


@pytest.mark.parametrize(
    "name, content",
    [
        ("t.jsonl", "\n".join(json.dumps(row) for row in words()) + "\n"),
        ("t.xml", '<transcript><text start="0.4" dur="2">The boat</text><text start="1.5" dur="3">sank</text>'
                  '<text start="3.4" dur="1">Did it</text><text start="soon">x</text></transcript>'),
        ("t.srv2", "<timedtext>" + "".join(f'<text t="{a * 1000:.0f}" d="300">{w}</text>' for w, a, *_ in SAID)
                   + "</timedtext>"),
        ("t.srv3", '<?xml version="1.0"?><timedtext format="3"><body><w t="0" id="1"/><p t="400" d="4000"><s>The</s>'
                   '<s t="600"> boat</s><s t="1100"> sank</s></p><p t="1900" d="100" a="1">\n</p>'
                   '<p t="3400" d="3000"><s>Did</s><s t="300"> it</s></p></body></timedtext>'),
        ("t.txt", "[00:00:00.40] The boat sank\n[00:00:03.40] Did it\nTranscribed by https://some.site"),
    ],
)  # fmt: skip
def test_words_of_other_files(tmp_path: Path, name: str, content: str) -> None:
    found = read(tmp_path, name, content)
    assert [word for _, word, _ in found] == [row[0] for row in SAID]
    assert found[0][2] == 0.4 and found[3][2] == 3.4
    assert {"t.xml": "'soon' is not a valid time", "t.txt": "the last line is left out"}.get(name, "") in read.warnings


def test_seconds_and_milliseconds_are_told_apart_by_the_words_and_the_recording(tmp_path: Path) -> None:
    slow = {"segments": [{"start": 0, "end": 60, "text": "Introduction"}, {"start": 60, "end": 150, "text": "Rowing"}]}
    assert [row[2] for row in read(tmp_path, "t.json", slow, length_s=150.0)] == [0, 60]
    assert "read as seconds" in read.warnings
    assert [row[2] for row in read(tmp_path, "t.json", slow, length_s=0.2)] == [0, 0.06]
    starts = {"words": [{"word": "Row", "start": 1200.5}, {"word": "on", "start": 8400.5}]}
    assert [row[2] for row in read(tmp_path, "t.json", starts, length_s=9.0)] == [1.2, 8.4]
    assert "read as milliseconds" in read.warnings
    whole = {"segments": [{"start": 0, "end": 2, "text": "Row on now"}, {"start": 3, "end": 5, "text": "No"}]}
    assert [row[2] for row in read(tmp_path, "t.json", whole, length_s=9.0)][-1] == 3


ROLLING = """1
00:00:00,400 --> 00:00:01,900
 
row and row

2
00:00:01,900 --> 00:00:01,910
row and row

3
00:00:03,400 --> 00:00:04,900
row and row
no no

4
00:00:04,900 --> 00:00:04,910
no no

5
00:00:06,400 --> 00:00:07,900
no no
no no
"""  # noqa: W293
FILES = {
    "flashes.srt": (ROLLING, "row@0.4 and row no@3.4 no no@6.4 no"),
    "grows.vtt": ("WEBVTT\n\n" + "\n".join(
        f"00:0{n}.000 --> 00:0{n + 1}.000\n{text}\n" for n, text in enumerate(["so", "so we", "so we row", "no"])),
        "so@0 we@1 row@2 no@3"),
    "overlaps.srt": ("00:00:00,400 --> 00:00:04,900\nrow on\n\n00:00:02,400 --> 00:00:07,900\nno\n\n"
                     "00:00:06,400 --> 00:00:09,000\nyes\n", "row@0.4 on no@2.4 yes@6.4"),
    "blank.srt": ("1\n120:30.5 --> 120:32\nso\n\nit is\n\n1984\n\n2\n100:00:01,000 --> 100:00:02,000\nyes\n",
                  "so@7230.5 it is 1984 yes@360001"),
    "names.vtt": ("WEBVTT\n\n00:00.400 --> 00:02.000\nThe rule is simple: no later.\n",
                  "The@0.4 rule is simple: no later."),
    "spaces.srt": ("1\n00: 00: 01, 500 -> 00: 00: 02, 000\nyes\n", "yes@1.5"),
    "t.sbv": ("0:00:00.400,0:00:01.900\nRow on.\n", "Row@0.4 on."),
    "t.lrc": ("[ti:x]\n[00:00.40]Row on\n[00:03.40]<00:03.40>no <00:03.90>no\n", "Row@0.4 on no@3.4 no@3.9"),
    "t.tsv": ("start\tend\ttext\n400\t1900\tRow on\n", "Row@0.4 on"),
    "t.txt": ("[00:00:00] Row on.\n[00:00:03] At 10:30 sharp.\n", "Row@0 on. At@3 10:30 sharp."),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_every_word_stands_once_at_its_own_time(tmp_path: Path, name: str) -> None:
    content, wanted = FILES[name]
    found = read(tmp_path, name, content)
    assert [word for _, word, _ in found] == [token.partition("@")[0] for token in wanted.split()]
    told = [(row, token) for row, token in zip(found, wanted.split(), strict=True) if "@" in token]
    assert all(row[2] == pytest.approx(float(token.partition("@")[2]), abs=0.02) for row, token in told)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.srt", "1\n00:00:01,000 --> 00:00:02,000\n李雷:水开了。 (laughs)\n", [("李雷", "水开了。")]),
        ("t.srt", "1\n00:00:01,000 --> 00:00:02,000\n- Olu?\n- OLU: [door\nslams] Yes. >> INES: Who? OLU: Me.\n",
         [("", "Olu?"), ("OLU", "Yes."), ("INES", "Who?"), ("OLU", "Me.")]),
        ("t.txt", "Ines Calder  0:00\nIt sank.\n\nTom Okoro  0:03\nDid it?\n",
         [("Ines Calder", "It sank."), ("Tom Okoro", "Did it?")]),
        ("t.csv", "Speaker;Start;End;Text\nInes;0:00.4;0:01.9;It sank.\nTom;3.4;4.2;Did it?\n",
         [("Ines", "It sank."), ("Tom", "Did it?")]),
        ("t.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nMan on phone: Yes.\n\n"
         "00:03.000 --> 00:04.000\nMan on phone: No.\n",
         [("Man on phone", "Yes. No.")]),
    ],
)  # fmt: skip
def test_names_are_speakers(tmp_path: Path, name: str, content: str, said: list[tuple[str, str]]) -> None:
    stretches: list[tuple[str, str]] = []
    for who, word, _ in read(tmp_path, name, content):
        if stretches and stretches[-1][0] == who:
            stretches[-1] = (who, f"{stretches[-1][1]} {word}")
        else:
            stretches.append((who, word))
    assert stretches == said


CUES = [("00:00:01,000 --> 00:00:02,000", "One."), ("00:00:05,000 --> 00:00:04,000", "Lost."),
        ("00:00:06,000 --> 00:00:07,000", "Two.")]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.srt", "\n\n".join(f"{n}\n{times}\n{text}" for n, (times, text) in enumerate(CUES, 1))),
        ("t.ttml", "<tt><body>" + "".join(f'<p begin="{a}s" end="{b}s">{text}</p>' for (_, text), a, b in
                                          zip(CUES, (1, 5, 6), (2, 4, 7), strict=True)) + "</body></tt>"),
        ("t.ass", "[Events]\n" + "".join(f"Dialogue: 0,0:00:0{a}.00,0:00:0{b}.00,D,,0,0,0,,{text}\n"
                                         for (_, text), a, b in
                                         zip(CUES, (1, 5, 6), (2, 4, 7), strict=True))),
        ("t.smi", "<SAMI><BODY><SYNC Start=1000><P>One."
                  "<SYNC Start=soon><P>Lost.<SYNC Start=6000><P>Two.</BODY></SAMI>"),
        ("t.json", {"segments": [{"start": 1, "end": 2, "text": "One."}, {"start": 5, "end": 4, "text": "Lost."}, 7,
                                 {"start": 6, "end": 7, "text": "Two."}]}),
        ("t.csv", "start,end,text\n1,2,One.\n5,4,Lost.\n6,7,Two.\n"),
    ],
)  # fmt: skip
def test_a_bad_entry_is_left_out_and_told_and_a_bad_file_is_an_error(tmp_path: Path, name: str, content: Any) -> None:
    assert [word for _, word, _ in read(tmp_path, name, content)] == ["One.", "Two."]
    assert "left out" in read.warnings and ("Lost." in read.warnings or "soon" in read.warnings)
    text = content if isinstance(content, str) else json.dumps(content)
    for good, bad in (("One.", "1"), ("Two.", "2")):
        text = text.replace(good, bad)
    worse = (
        text.replace("00:00:02,000", "00:00:00,000").replace('end="2s"', 'end="0s"').replace("0:00:02.00", "0:00:00.00")
        .replace("Start=1000", "Start=later").replace('"start": 1, "end": 2', '"start": 3, "end": 2')
        .replace("\n1,2", "\n3,2")
    )  # fmt: skip
    with pytest.raises(ScriptError):
        read(tmp_path, name, worse)


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-16-le", ""), ("utf-16-be", ""), ("latin-1", "Latin-1"), ("cp1252", "Windows-1252")]
)
def test_encodings_of_old_editors(tmp_path: Path, encoding: str, told: str) -> None:
    said = "Öffne die Tür!" if encoding == "latin-1" else "Öffne „die“ Tür…"
    data = f"1\n00:00:01,000 --> 00:00:02,000\nZOË: {said}\n".encode(encoding)
    assert " ".join(word for _, word, _ in read(tmp_path, "t.srt", data)) == said
    assert told in read.warnings and bool(told) == bool(read.warnings)
    nearly = "1\n00:00:01,000 --> 00:00:02,000\nÖffne die Tür…".encode()[:-1]
    assert read(tmp_path, "t.srt", nearly)[1][1] == "die" and "not valid UTF-8" in read.warnings


def test_words_that_nobody_says_are_told(run, tmp_path: Path) -> None:
    turns = (("A", 0.2, 2.0), ("B", 6.0, 7.0))
    (tmp_path / "w.srt").write_text(
        "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},500\nword{n}\n\n" for n in (1, 4, 9)), encoding="utf-8"
    )
    ran = run(
        "convert", wav(tmp_path / "talk.wav", hummed(turns, 7.4).mix), "--rttm", rttm(tmp_path / "t.rttm", turns),
        "--transcript", tmp_path / "w.srt", "--dry-run", "--out", tmp_path / "out", "--json",
        "--renderer", "stills", "--size", "160x90",
    )  # fmt: skip
    told = " ".join(ran.json["warnings"])
    assert "'word4' at 0:04, where there is no speech" in told and "'word9' on, after the end" in told


def test_a_long_file_takes_time_in_proportion(tmp_path: Path) -> None:
    """Thousands of rolling captions: every word once (a quadratic reader would not come back)."""
    lines = [f"word{n}" for n in range(4_000)]
    text = "WEBVTT\n\n" + "\n".join(
        f"{n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}.000 --> {n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}.900\n"
        f"{lines[n - 1] if n else ''}\n{line}\n"
        for n, line in enumerate(lines)
    )
    assert [word for _, word, _ in read(tmp_path, "t.vtt", text)] == lines


def test_words_lie_over_the_speech_between_stamps(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("0:00\nINES: Row on.\n0:05\nTOM: No.\n", encoding="utf-8")
    found = read_transcript(tmp_path / "t.txt", [("A", Span(1, 2)), ("B", Span(6, 7))])
    assert [(word.text, word.span.start_s) for word in found.words] == [("Row", 1.0), ("on.", 1.5), ("No.", 6.0)]
