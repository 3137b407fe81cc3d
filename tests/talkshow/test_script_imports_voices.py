"""Scripts of other voices: names in brackets, tags of speakers, rests and sounds."""

from __future__ import annotations

import pytest
from script_reading import read, said, told

from talkshow.errors import ScriptError

TWO = ["Ines: Hello.", "Tom: Hi."]


@pytest.mark.parametrize(
    "text",
    [
        "[Ines] Hello.\n[Tom] Hi.\n",
        "[Ines]: Hello.\n[Tom]: Hi.\n",
        "**[Ines]** Hello.\n**[Tom]** Hi.\n",
        "[Ines]\nHello.\n\n[Tom]\nHi.\n",
        "1. [Ines] Hello.\n2. [Tom] Hi.\n",
        "[Ines 00:01] Hello.\n[Tom 00:05] Hi.\n",
        "[Ines:en] Hello.\n[Tom|de] Hi.\n",
        "title: Tea\n# a comment\n[Ines] Hello. [Tom] Hi.\n[Tom]\n",
        "[INTRO MUSIC]\n[Ines] Hello.\n[Door slams]\n[Tom] Hi.\n",
    ],
)
def test_names_in_brackets(text: str) -> None:
    assert said(read(text)) == TWO


def test_several_names_directions_and_rests_in_brackets() -> None:
    script = read(
        "[Ines, calm] Hello.\n[sighs]\nIt goes on. [Tom (excited)] no\n[Tom] Hi [pause 500ms] you. [Tom & Ines] Bye!\n"
    )
    assert said(script) == [
        "Ines: Hello. (sighs) It goes on.", "Tom: no", "Tom: Hi (pause 0.5s) you.", "Tom: Bye!", "+ Ines: Bye!"
    ]  # fmt: skip
    assert [each.name for each in next(iter(script.lines)).opening_directions] == ["calm"]


def test_what_brackets_hold_besides_is_told() -> None:
    script = read("[Ines:en] Hello.\n[Door slams]\n[Tom] Hi.\n")
    assert "'en' after the name Ines" in told(script) and "[Door slams] is not spoken" in told(script)
    with pytest.raises(ScriptError, match="who says this"):
        read("Well.\n[Ines] Hello.\n[Tom] Hi.\n")


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("[S1] Hello. [S2] Hi.", ["Speaker 1", "Speaker 2"]),
        ("[S1]: Hello.\n[S2]: Hi.", ["Speaker 1", "Speaker 2"]),
        ("[1] Hello.\n[2] Hi.", ["Speaker 1", "Speaker 2"]),
        ("<|speaker:0|>Hello.<|speaker:1|>Hi.", ["Speaker 0", "Speaker 1"]),
        ("@Voice1: Hello.\n@Voice2 Hi.", ["Voice 1", "Voice 2"]),
        ("<Person1>\n\"Hello.\"\n</Person1>\n<Person2>\nHi.</Person1>", ["Person 1", "Person 2"]),
        ("Hello.</Person1>\n<Person2>Hi.<Person2>", ["Person 1", "Person 2"]),
        ("Here it is:\n<Person1>Hello.</Person1>\n<Person2>Hi.</Person2>", ["Person 1", "Person 2"]),
        ("<scratchpad>x</scratchpad>\n<Person1>Hello.</Person1><Person2>Hi.</Person2>", ["Person 1", "Person 2"]),
        ("```\n<Person1>Hello.</Person1>\n<Person2>Hi.</Person2>\n```", ["Person 1", "Person 2"]),
        ("<speaker1>Hello.</speaker1>\n<speaker2>Hi.</speaker2>", ["Person 1", "Person 2"]),
    ],
)  # fmt: skip
def test_tags_of_speakers(text: str, speakers: list[str]) -> None:
    script = read(text)
    assert list(script.speakers) == speakers and [line.text for line in script.lines] == ["Hello.", "Hi."]


def test_tags_without_words_between_speak_at_once() -> None:
    assert said(read("[S1] One. [S2] Two.\n[S1][S2] Three."))[2:] == ["Speaker 1: Three.", "+ Speaker 2: Three."]


@pytest.mark.parametrize(
    ("tag", "rest"),
    [
        ("<|pause:300|>", "pause 0.3s"), ("[silence 2s]", "pause 2s"), ("(long pause)", "pause 1.5s"),
        ("[0.5s]", "pause 0.5s"),
        ('<break time="1.5s"/>', "pause 1.5s"), ("<break time='300ms' />", "pause 0.3s"), ("<break>", "beat"),
        ("<#0.5#>", "pause 0.5s"), ("[2 sec pause]", "pause 2s"), ("[pause=1]", "pause 1s"), ("[PAUSE]", "pause"),
        ("(2 s)", "pause 2s"), ("[pause: 500ms]", "pause 0.5s"),
    ],
)  # fmt: skip
def test_rests_of_other_voices(tag: str, rest: str) -> None:
    assert said(read(f"MAYA: One {tag} two.")) == [f"MAYA: One ({rest}) two."]


@pytest.mark.parametrize(
    "tag",
    [
        "<|laughter|>",
        "[laughs]",
        "<laugh>",
        "<sigh/>",
        "*sighs*",
        "<<sniff>>",
        "{{laugh}}",
        "[clears throat]",
        "[MUSIC]",
    ],
)
def test_sounds_of_other_voices_are_never_spoken(tag: str) -> None:
    assert next(iter(read(f"MAYA: One {tag} two.").lines)).text == "One two."


@pytest.mark.parametrize("tag", ["<|sneeze_v2|>", "<wobble>", "[inaudible 00:00:07]", "<|endoftext|>"])
def test_unknown_tags_are_told_and_never_spoken(tag: str) -> None:
    script = read(f"MAYA: One {tag} two.")
    assert next(iter(script.lines)).text == "One two." and "unknown direction" in told(script)


def test_marks_of_type_and_of_ssml_leave_their_words() -> None:
    text = "MAYA: <emphasis>so</emphasis> <prosody rate='slow'>very</prosody> H<sub>2</sub>O ~~not~~ ==good== [x](http://a.b)"
    assert next(iter(read(text).lines)).text == "so very H2O not good x"
