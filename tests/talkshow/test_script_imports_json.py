"""JSON and YAML of other programs as scripts: services, chats, voice tools, lists of lines at any depth."""

from __future__ import annotations

import json
from typing import Any

import pytest
from script_reading import read, said, told

from talkshow.errors import ScriptError

TWO = ["Ines: Hello there.", "Tom: Hi."]
LINES = [{"speaker": "Ines", "text": "Hello there."}, {"speaker": "Tom", "text": "Hi."}]
TAGGED = "[S1] Hello there. [S2] Hi."


@pytest.mark.parametrize(
    "value",
    [
        LINES,
        {"dialogue": LINES, "model": "x"},
        {"podcast": {"title": "T", "episode": {"transcript": LINES}}},
        {"input": {"multiSpeakerMarkup": {"turns": LINES}}},
        [{"Ines": "Hello there."}, {"Tom": "Hi."}],
        {"Ines": "Hello there.", "Tom": "Hi."},
        {"dialogue": {"Ines": "Hello there.", "Tom": "Hi."}},
        [["Ines", "Hello there."], ["Tom", "Hi."]],
        ["Ines: Hello there.", "Tom: Hi."],
        [{"speaker": {"name": "Ines"}, "text": "Hello there."}, {"speaker": {"name": "Tom"}, "text": "Hi."}],
        {"script": "Ines: Hello there.\nTom: Hi."},
        [{"Speaker": "Ines", "Line": "Hello there."}, {"Speaker": "Tom", "Line": "Hi."}],
        {"scenes": [{"title": "A", "dialogue": LINES[:1]}, {"title": "B", "dialogue": LINES[1:]}]},
        [{"id": 1, "conversations": [{"from": "Ines", "value": "Hello there."}, {"from": "Tom", "value": "Hi."}]}],
    ],
)
def test_lines_are_found_wherever_they_are(value: Any) -> None:
    assert said(read(json.dumps(value), "talk.json")) == TWO


@pytest.mark.parametrize(
    ("value", "speakers"),
    [
        ({"inputs": [{"text": "Hello.", "voiceId": "abc"}, {"text": "Hi.", "voiceId": "def"}]}, ["abc", "def"]),
        ([{"role": "user", "content": [{"type": "text", "text": "Hello."}]}, {"role": "assistant", "content": "Hi."}],
         ["user", "assistant"]),
        ({"contents": [{"role": "user", "parts": [{"text": "Hello."}]}, {"role": "model", "parts": [{"text": "Hi."}]}]},
         ["user", "model"]),
        ({"text": TAGGED}, ["Speaker 1", "Speaker 2"]),
        ({"text": "<|speaker:0|>Hello there.<|speaker:1|>Hi."}, ["Speaker 0", "Speaker 1"]),
        ({"text": "<Person1>Hello.</Person1><Person2>Hi.</Person2>"}, ["Person 1", "Person 2"]),
        ([{"speaker": 1, "text": "Hello."}, {"speaker": 2, "text": "Hi."}], ["Speaker 1", "Speaker 2"]),
        ({"segments": [{"start": 0.5, "end": 2.1, "text": " Hello.", "speaker": "SPEAKER_00"},
                       {"start": 2.5, "end": 3.1, "text": " Hi.", "speaker": "SPEAKER_01"}],
          "word_segments": [{"word": "Hello.", "start": 0.5, "end": 1}]}, ["SPEAKER_00", "SPEAKER_01"]),
        ({"text": "Hello. Hi.", "words": [{"text": "Hello.", "start": 500, "end": 900, "speaker": "A"}],
          "utterances": [{"speaker": "A", "text": "Hello.", "start": 500, "end": 2100, "words": []},
                         {"speaker": "B", "text": "Hi.", "start": 2500, "end": 3100}]}, ["A", "B"]),
        ({"results": {"channels": [{"alternatives": [{"transcript": "hello hi", "words": [
            {"word": "hello", "start": 0.5, "end": 0.9, "speaker": 0, "punctuated_word": "Hello."},
            {"word": "hi", "start": 2.5, "end": 3.0, "speaker": 1, "punctuated_word": "Hi."}]}]}]}},
         ["Speaker 0", "Speaker 1"]),
        ({"transcription": [{"offsets": {"from": 0, "to": 2000}, "text": " Hello.", "speaker": "0"},
                            {"offsets": {"from": 2000, "to": 3000}, "text": " Hi.", "speaker": "1"}]},
         ["Speaker 0", "Speaker 1"]),
        ({"recognizedPhrases": [
            {"speaker": 1, "offsetInTicks": 5e6, "durationInTicks": 16e6, "nBest": [{"display": "Hello."}]},
            {"speaker": 2, "offsetInTicks": 25e6, "durationInTicks": 6e6, "nBest": [{"display": "Hi."}]}]},
         ["Speaker 1", "Speaker 2"]),
    ],
)  # fmt: skip
def test_what_services_and_tools_call_speakers(value: Any, speakers: list[str]) -> None:
    script = read(json.dumps(value), "talk.json")
    assert list(script.speakers) == speakers and [line.text[:2] for line in script.lines] == ["He", "Hi"]


def test_keys_that_come_twice_are_two_lines() -> None:
    assert said(read('{"Ines": "Hello.", "Tom": "Hi.", "Ines": "Again."}', "talk.json"))[-1] == "Ines: Again."


def test_records_on_rows_of_their_own() -> None:
    rows = "".join(json.dumps(line) + "\n" for line in LINES)
    assert said(read(rows, "talk.jsonl")) == TWO
    tagged = json.dumps({"text": TAGGED, "prompt_audio_speaker1": "a.wav"}) + "\n"
    assert said(read(tagged, "talk.jsonl")) == ["Speaker 1: Hello there.", "Speaker 2: Hi."]
    assert len(list(read(tagged * 2, "talk.jsonl").scenes)) == 2


def test_several_speakers_in_a_list_speak_at_once() -> None:
    rows = [{"speaker": ["Ines", "Tom"], "text": "Yes."}, *LINES]
    assert said(read(json.dumps(rows), "talk.json"))[:2] == ["Ines: Yes.", "+ Tom: Yes."]


def test_rows_that_are_not_dialogue_are_told_and_narration_has_a_narrator() -> None:
    rows = [{"type": "narration", "text": "It rains."}, *LINES, {"type": "action", "text": "Tom sits."},
            {"role": "system", "content": "Be kind."}]  # fmt: skip
    script = read(json.dumps(rows), "talk.json")
    assert said(script) == ["Narrator: It rains.", *TWO]
    assert "Tom sits." in told(script) and "'system'" in told(script)


def test_yaml_has_the_same_forms() -> None:
    assert said(read("dialogue:\n- speaker: Ines\n  text: Hello there.\n- Tom: Hi.\n", "talk.yaml")) == TWO


def test_inputs_of_multitalk() -> None:
    value = {"prompt": "p", "cond_video": "bench.png", "audio_type": "para", "bbox": {"person1": [0, 0, 10, 10],
             "person2": [0, 20, 10, 30], "others": [0, 40, 10, 50]},
             "tts_audio": {"text": "(s1) Hello.(s2) Hi.", "human1_voice": "voices/am_nobody.pt"}}  # fmt: skip
    script = read(json.dumps(value), "talk.json")
    assert said(script) == ["Person 1: Hello.", "Person 2: Hi."] and [hint.name for hint in script.cast] == list(
        script.speakers
    )
    assert next(iter(script.scenes)).image == "bench.png" and "the nearest one, am_" in told(script)
    del value["tts_audio"]
    value["cond_audio"] = {"person1": "a.wav", "person2": "b b.wav"}
    with pytest.raises(ScriptError, match=r"talkshow convert --track person1=a.wav --track 'person2=b b.wav' --image"):
        read(json.dumps(value), "talk.json")


@pytest.mark.parametrize("value", [{"passages": [{"pid": 1}]}, {"model": "x", "choices": []}, [{"name": "x"}], []])
def test_other_json_is_an_error_that_says_what_is_expected(value: Any) -> None:
    with pytest.raises(ScriptError, match=r"Choose from|Expected are|who says this|no lines"):
        read(json.dumps(value), "talk.json")
