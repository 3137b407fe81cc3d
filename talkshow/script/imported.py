"""Dialects of other programs, read as they are.

[S1] Hello. [S2] Hi.                    several tags may share a line
<Person1>Hello.</Person1>
(s1) Hello. (s2) Hi.
Speaker 1: Hello.
"""

from __future__ import annotations

import re

from talkshow.script.builder import ScriptBuilder
from talkshow.script.formats import Evidence
from talkshow.script.header import LineTags, read_header, read_tags
from talkshow.script.model import Script
from talkshow.script.plain import read_shot, read_shot_among_words
from talkshow.script.source import Source

_SQUARE = re.compile(r"\[S(\d+)\]", re.IGNORECASE)
_ROUND = re.compile(r"\(S(\d+)\)", re.IGNORECASE)
_PERSON = re.compile(r"<Person\s*(\d+)>", re.IGNORECASE)
_SPEAKER = re.compile(r"^[ \t]*Speaker[ _](\d+)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_BREAK = re.compile(r"<break\s+time=[\"']([\d.]+)\s*(ms|s)[\"']\s*/?>", re.IGNORECASE)
_OPENING = re.compile(r"<([A-Za-z][\w-]*)[^<>]*>")
_CLOSING = re.compile(r"</\s*([A-Za-z][\w-]*)\s*\d*\s*>")
_DIALECTS = ((_SQUARE, "Speaker"), (_ROUND, "Speaker"), (_PERSON, "Person"), (_SPEAKER, "Speaker"))


def recognise_imported(text: str) -> Evidence:
    """A speaker tag of another program before the first words."""
    first = next((line.strip() for line in text.split("\n") if line.strip()), "")
    return Evidence.SURE if speaker_tag(first) else Evidence.NONE


def speaker_tag(text: str) -> tuple[re.Pattern[str], str] | None:
    """The kind of tag that a text begins with, and what those who speak are called; None without one."""
    return next(((tag, word) for tag, word in _DIALECTS if tag.match(text)), None)


def read_imported(source: Source) -> Script:
    """Parse a dialect of another program. Raises ScriptError where no speaker is marked."""
    if source.text.lstrip().startswith("{"):  # the input of MultiTalk, which counts among them
        from talkshow.script.structured import read_json_script

        return read_json_script(source)
    builder = ScriptBuilder(source)
    for tag, word in _DIALECTS:
        if tag.search(source.text):
            add_tagged(builder, source.text, tag, word, 1)
            return builder.finish()
    raise source.error(
        "no speaker is marked here; expected [S1], <Person1>, (s1) or  Speaker 1:  . "
        "For a script with names use --format plain"
    )


def add_tagged(builder: ScriptBuilder, text: str, tag: re.Pattern[str], word: str, first_line: int) -> None:
    """Add the turns that begin with `tag`, named `word` and the tag's number."""
    found = list(tag.finditer(text))
    before = text[: found[0].start()] if found else text
    _read_heading(builder, before, first_line)
    line = first_line + before.count("\n")
    speakers: list[str] = []  # of tags without words between: they speak at once
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(text)
        spoken, shots = _split_shots(text[match.end() : end])
        speakers.append(f"{word} {int(match[1])}")
        if index + 1 < len(found) and not text[match.end() : end].strip(" \t"):
            continue
        builder.add_line(" & ".join(speakers), _leading_tags(match, spoken), without_markup(spoken), line)
        speakers = []
        line += text.count("\n", match.start(), end)
        for shot in shots:
            builder.add_shot(shot, line)


def _leading_tags(match: re.Match[str], spoken: str) -> LineTags:
    """`Speaker 1 (warm):` is the only dialect with room for tags, and there they come before the colon."""
    header = read_header(match[0].strip() + " " + spoken)
    return read_tags(header.groups) if header else LineTags()


def _read_heading(builder: ScriptBuilder, before: str, first_line: int) -> None:
    for offset, text in enumerate(before.split("\n")):
        key, colon, value = text.partition(":")
        if colon and key.strip().lower() == "title":
            builder.title = builder.clean(value, first_line + offset)
        elif read_shot(text):
            builder.add_shot(read_shot(text) or "", first_line + offset)
        elif text.strip():
            raise builder.source.error(
                "who says this? The text before the first speaker's tag has no speaker", first_line + offset
            )


def _split_shots(spoken: str) -> tuple[str, list[str]]:
    """Words and the camera tags on lines of their own."""
    words, shots = [], []
    for text in spoken.split("\n"):
        shot = read_shot(text)
        if shot and not _SQUARE.match(text.strip()) and (shot.upper() == shot or read_shot_among_words(text)):
            shots.append(shot)
        else:
            words.append(text)
    return "\n".join(words), shots


def without_markup(spoken: str) -> str:
    """Pauses of SSML become rests; other markup becomes tags that are kept and not spoken."""
    spoken = _BREAK.sub(lambda match: f"(pause {match[1]}{match[2].lower()})", spoken)
    return _OPENING.sub(r"{\1}", _CLOSING.sub("", spoken))
