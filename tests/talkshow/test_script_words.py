"""Every word of a script is spoken once, in order, by a speaker, or named in a warning: in every format.

TALKSHOW_EXAMPLES=10000 pytest tests/talkshow/test_script_words.py looks longer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.sax.saxutils import escape as xml_escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkshow.errors import ScriptError
from talkshow.script import WRITABLE_FORMATS, format_script, parse_script
from talkshow.script.inline import read_text
from talkshow.script.model import Script

# what surrounds a word in documents of other programs; {} is the word
_AROUND = st.sampled_from(
    (
        "{}", "{},", "*{}*", "**{}**", "_{}_", "`{}`", "~~{}~~", "=={}==", "[{}](https://example.org/a_b)",
        "<u>{}</u>", "<sub>{}</sub>", "[[{}]]", "[[Page|{}]]", "“{}”", "\"{}\"", "({})", "[{}]", "{} &amp;",
        "<emphasis>{}</emphasis>", "<|pause:300|> {}", "{} (long pause)", "[pause 500ms] {}",
        "{} <break time='1s'/>", "<|{}|>", "<{}>", "{}【4†x】", "{} [1]", "**very *{}* so**", "- {}", "{} --",
        "{}\u00ad", "\u200b{}", "{{{}}}", "![{}](a.png)", "{} :-)", "#{}",
    )
)  # fmt: skip
_NAMES = st.sampled_from(("MAYA", "Leo", "Dr. Ana", "李雷", "Speaker 3", "MAYA & Leo", "- MAYA", "Host (Priya)"))
_TEXTS = st.lists(_AROUND, min_size=1, max_size=6)


def written(format: str, lines: list[tuple[str, str]]) -> str:
    """The lines in one of the formats, as somebody would type them."""
    rows = [_ROWS[format](name, text).replace("{at}", f"{at:02}") for at, (name, text) in enumerate(lines)]
    return _HEADS.get(format, "") + "".join(rows).removesuffix(",") + _ENDS.get(format, "")


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _paragraphs(name: str, text: str) -> str:
    rows = (("Character", name), ("Dialogue", text))
    return "".join(f'<Paragraph Type="{kind}"><Text>{xml_escape(words)}</Text></Paragraph>' for kind, words in rows)


_HEADS = {
    "yaml": "lines:\n", "json": '{"lines": [', "table": "Speaker,Text\n", "captions": "WEBVTT\n\n",
    "fdx": '<FinalDraft DocumentType="Script"><Content>',
}  # fmt: skip
_ENDS = {"json": "]}", "fdx": "</Content></FinalDraft>"}
_ROWS: dict[str, Callable[[str, str], str]] = {
    "plain": lambda name, text: f"{name}: {text}\n",
    "fountain": lambda name, text: f"@{name}\n{text}\n\n",
    "markdown": lambda name, text: f"**{name}:** {text}\n\n",
    "yaml": lambda name, text: f"- {{speaker: {quoted(name)}, text: {quoted(text)}}}\n",
    "json": lambda name, text: f'{{"speaker": {quoted(name)}, "text": {quoted(text)}}},',
    "fdx": _paragraphs,
    "table": lambda name, text: f"{_cell(name)},{_cell(text)}\n",
    "square": lambda name, text: f"[{name}] {text}\n",
    "transcript": lambda name, text: f"[00:01] {name}: {text}\n",
    "captions": lambda name, text: f"00:{{at}}.000 --> 00:{{at}}.900\n<v {name}>{text}\n\n",
    "imported": lambda _, text: f"[S1] {text}\n",
}


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def word(number: int) -> str:
    """A word that no language has, another for each number."""
    return f"zo{chr(97 + number // 26)}q{chr(97 + number % 26)}k"


def heard(script: Script) -> list[str]:
    """What is said, in order; what several say at once counts once."""
    alone = (line.text for line in script.lines if not line.timing.together)
    return [found for text in alone for found in re.findall(r"zo\wq\wk", text)]


@pytest.mark.parametrize("format", _ROWS)
@given(lines=st.lists(st.tuples(_NAMES, _TEXTS), min_size=1, max_size=4))
def test_every_word_is_spoken_once_in_order_or_named(format: str, lines: list[tuple[str, list[str]]]) -> None:
    if format == "fountain":  # [[...]] is a comment there
        lines = [(name, [around.replace("[[", "[").replace("]]", "]") for around in said]) for name, said in lines]
    if format == "captions":  # [...] is a remark there, of which the first is named, and <...> markup
        lines = [
            (name, [re.sub(r"[\[\]]|<(?=\|?\{)|(?<=\})\|?>", "", around) for around in said]) for name, said in lines
        ]
    order = [word(number) for number in range(sum(len(around) for _, around in lines))]
    left = iter(order)
    texts = [(name, " ".join(around.format(next(left)) for around in said)) for name, said in lines]
    try:
        script = parse_script(written(format, texts), format)
    except ScriptError as exc:
        assert "nothing to say" in str(exc)  # a line that is a direction alone would have been read
        return
    spoken, told = heard(script), " ".join(map(str, script.warnings))
    assert spoken == [each for each in order if each in spoken]
    assert all(each in spoken or each in told for each in order)
    for to in WRITABLE_FORMATS:
        assert parse_script(format_script(script, to), to) == script


@given(around=_AROUND)
def test_marks_after_a_backslash_are_words(around: str) -> None:
    text = re.sub(r"([^\w\s]|_)", r"\\\1", around.format("zoaqak").replace("\u00ad", "").replace("\u200b", ""))
    (said,) = read_text(text).pieces
    assert said.text == " ".join(re.sub(r"\\(.)", r"\1", text).split())
