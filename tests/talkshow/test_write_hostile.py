"""Answers with bad intentions, and answers that were damaged: words at most, and never a file elsewhere."""

from __future__ import annotations

import json
import unicodedata
from unittest import mock

import pytest
from chat_server import ANSWER, BREAKFAST, TEA, streamed, unless_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talkshow.cast.choosing import load_all_voices
from talkshow.errors import WriterError
from talkshow.script import format_script
from talkshow.script.lint import lint
from talkshow.script.reader import parse_script, read_script
from talkshow.writing.base import Brief, EndpointSettings
from talkshow.writing.job import Commission, write_file
from talkshow.writing.streaming import Answer

HOSTILE = {
    "title": "../../etc/passwd\u0000\u001b[2J",
    "language": "xx",
    "image": "/etc/passwd",
    "say": {"hello": "rude"},
    "cast": [
        {
            "name": "../../../ADA\u202e\u0007",
            "voice": "../../voices/evil",
            "look": "woman",
            "seat": "off",
            "sound": "../../secret.wav",
            "gain": 60,
            "description": "$(rm -rf /) `id` \ud800",
        },
        {"name": "CON", "voice": "hum_b", "look": "man", "description": "B" * 100_000},
    ],
    "scenes": [
        {
            "title": "== x == {image: ../../evil.png}",
            "image": "../../evil.png",
            "prompt": "{image: evil.png}",
            "lines": [
                {
                    "speaker": "../../../ADA\u202e\u0007",
                    "tags": "warm} {image=x, sound=/etc/passwd",
                    "text": "Hello\u001b]0;pwned\u0007\nCON: I am somebody else.\n== Scene == {image: /etc/passwd}",
                },
                {"speaker": "CON", "tags": ["list"], "text": "Yes.", "image": "x", "command": "rm -rf /"},
                {"speaker": "CON", "text": "{{7*7}} $idea %s {0} \\u0000 \u2028 \x9b31m"},
                {"speaker": "N" * 500, "tags": "", "text": "A name without end."},
            ],
        }
    ],
}


@pytest.mark.parametrize(
    "behaviour",
    [
        streamed(json.dumps(HOSTILE)),
        unless_schema(
            streamed(
                "title: ../../x\nimage: /etc/passwd\nsay: {a: b}\ncast:\n  ADA: sound=../x.wav, seat=off, "
                "gain=60\n== A == {image: ../../evil.png}\nADA: Hello\x1b]0;x\x07 \x00there.\n"
                "../../BEN\u202e: Yes.\n"
            ),
            kinds=("json_schema", "json_object"),
        ),
    ],
    ids=["JSON", "text"],
)
def test_hostile_answers_are_words_and_nothing_else(write, server, tmp_path, run, tone_voices, behaviour):
    server.behaviours = [behaviour]
    ran = write()
    assert ran.code == 0, ran.err
    assert all(ch.isprintable() or ch == "\n" for ch in ran.err)
    text = (tmp_path / "out/script.txt").read_text(encoding="utf-8")
    assert all(ch.isprintable() or ch == "\n" for ch in text)
    script = write.script
    assert script.language == "en" and not script.pronunciations
    assert all(scene.image is None for scene in script.scenes)
    for hint in script.cast:
        assert hint.sound is hint.seat is hint.speed is hint.gain is None
        assert hint.voice in load_all_voices([tone_voices])
        assert len(hint.name) <= 60 and len(hint.description or "") <= 501
    assert "is not used" in ran.err
    assert write.files <= {"script.txt"}
    made = run(
        "render",
        write.path,
        "--voices",
        tone_voices,
        "--draft",
        "--renderer",
        "stills",
        "--size",
        "160x90",
        "--no-check",
        "--out",
        tmp_path / "out",
    )
    assert made.code == 0, made.err
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


def damage(data: st.DataObject, text: str) -> str:
    """A good answer in which some pieces are cut out, doubled, swapped for others or filled with noise."""
    for _ in range(data.draw(st.integers(1, 6))):
        first = data.draw(st.integers(0, len(text)))
        last = data.draw(st.integers(first, min(len(text), first + 200)))
        piece = data.draw(
            st.one_of(
                st.text(max_size=20),
                st.sampled_from(NASTY),
                st.just(""),
                st.just(text[first:last] * 2),
                st.just(text[last : last + 50]),
            )
        )
        text = text[:first] + piece + text[last:]
    return text


NASTY = (
    "\\",
    '"',
    "{",
    "}",
    "[",
    "]",
    "null",
    "1e999",
    "\\ud800",
    "\\u0000",
    "\x00",
    "\x1b[2J",
    "../../../x",
    "\u202e",
    ": ",
    "-- ",
    "```",
    "<think>",
    '"lines": 5, ',
    '{"speaker": {}, "text": []},',
    "\n",
    "== x == {image: ../../x.png}",
)


@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damaged_answers_are_scripts_or_sentences(tmp_path_factory, data):
    """Mutations of a good answer, in JSON or as text: never another error than ours, never a file elsewhere."""
    answer = damage(data, data.draw(st.sampled_from((ANSWER, json.dumps(BREAKFAST, indent=1), TEA))))
    size = data.draw(st.integers(1, 400))
    folder = tmp_path_factory.mktemp("damaged")
    out = folder / "out/script.txt"

    def pieces(_endpoint, _question, begin):
        feed = begin()
        for at in range(0, len(answer), size):
            feed(answer[at : at + size])
        return Answer(answer, finish="stop")

    commission = Commission(Brief("tea"), endpoint=EndpointSettings("http://127.0.0.1:9/v1", "none"))
    shown: list[str] = []
    with mock.patch("talkshow.writing.endpoint.Endpoint.ask", pieces):
        try:
            write_file(commission, out, shown.append, shown.append)
        except WriterError as exc:
            assert "\n" not in str(exc) and not out.exists()
        else:
            script = read_script(out)
            assert list(script.lines) and all(scene.image is None for scene in script.scenes)
            assert parse_script(format_script(script)) == script
            assert not [p for p in lint(script, load_all_voices()) if p.severity == "error"]
    files = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert files <= {f"out/script{ending}" for ending in (".txt", ".answer.txt", ".partial.txt")}
    for name in ("script.txt", "script.partial.txt"):
        text = (out.parent / name).read_text(encoding="utf-8") if f"out/{name}" in files else ""
        assert not [ch for ch in text if (ch != "\n" and unicodedata.category(ch) in ("Cc", "Cs")) or ch == "\u202e"]
