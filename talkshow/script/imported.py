"""Dialects of other programs, read as they are.

[S1] Hello. [S2] Hi.                    several tags may share a line
<Person1>Hello.</Person1>
(s1) Hello. (s2) Hi.
<|speaker:0|>Hello.<|speaker:1|>Hi.
Speaker 1: Hello.
"""

from __future__ import annotations

import re

from talkshow.script.builder import ScriptBuilder
from talkshow.script.formats import Evidence
from talkshow.script.header import LineTags, read_header, read_tags
from talkshow.script.inline import without_quotes
from talkshow.script.model import Script
from talkshow.script.names import looks_like_person
from talkshow.script.plain import read_plain, read_shot, read_shot_among_words
from talkshow.script.source import Source

_SQUARE = re.compile(r"\[S(\d+)\]", re.IGNORECASE)
_ROUND = re.compile(r"\(S(\d+)\)", re.IGNORECASE)
_PERSON = re.compile(r"<(?:Person|Speaker|Host|Voice)[ _]?(\d+)>", re.IGNORECASE)
_SPEAKER = re.compile(
    r"^[ \t]*(?:[-*•][ \t]+)?Speaker[ _](\d+)(?:[ \t]*(?:\([^()\n]*\)|\{[^{}\n]*\}))*+[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_CLOSING_PERSON = re.compile(r"</\s*(?:Person|Speaker|Host|Voice)[ _]?\d*\s*>", re.IGNORECASE)
_UNOPENED = re.compile(r"(?P<words>[^<>]*)</\s*Person\s*(?P<number>\d+)\s*>\s*", re.IGNORECASE)
_VOICE = re.compile(r"^[ \t]*@(?:Voice|Speaker)[ _]?(\d+)\b[ \t]*:?", re.IGNORECASE | re.MULTILINE)
_COLON = re.compile(r"\A[ \t]*[:：](?=\s)")  # [S1]: words
_FISH = re.compile(r"<\|speaker:(\d+)\|>", re.IGNORECASE)
_DIALECTS = (
    (_SQUARE, "Speaker"),
    (_ROUND, "Speaker"),
    (_PERSON, "Person"),
    (_SPEAKER, "Speaker"),
    (_VOICE, "Voice"),
    (_FISH, "Speaker"),
)


def recognise_imported(text: str) -> Evidence:
    """A speaker tag of another program before the first words."""
    rows = [line.strip() for line in text.split("\n") if line.strip()]
    first = rows[0] if rows else ""
    tagged = sum(bool(_PERSON.match(row)) for row in rows) > 1 or (_UNOPENED.match(first) and _PERSON.search(text))
    return Evidence.SURE if speaker_tag(first) or tagged else Evidence.NONE


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
        if tag is _SPEAKER and tag.search(source.text) and _all_named(source.text):
            return read_plain(source)  # the others of these people are called by their names
        if tag.search(source.text):
            add_tagged(builder, source.text, tag, word, 1)
            return builder.finish()
    raise source.error(
        "no speaker is marked here; expected [S1], <Person1>, (s1),  Speaker 1: . "
        "For a script with names use --format plain"
    )


def _all_named(text: str) -> bool:
    """Whether every row begins with a name and a colon, and some names are other than `Speaker 1`."""
    rows = [row for row in text.split("\n") if row.strip()]
    headers = [read_header(row) for row in rows]
    return all(headers) and not all(_SPEAKER.match(row) for row in rows)


def add_tagged(builder: ScriptBuilder, text: str, tag: re.Pattern[str], word: str, first_line: int) -> None:
    """Add the turns that begin with `tag`, named `word` and the tag's number."""
    found = list(tag.finditer(text))
    before = text[: found[0].start()] if found else text
    if unopened := _UNOPENED.fullmatch(before):
        if unopened["words"].strip():  # Hello.</Person1>: the first tag is missing
            said = without_quotes(without_markup(unopened["words"]).strip())
            builder.add_line(f"{word} {int(unopened['number'])}", LineTags(), said, first_line)
    else:
        _read_heading(builder, before, first_line, strict=tag is not _PERSON)
    line = first_line + before.count("\n")
    speakers: list[str] = []  # of tags without words between: they speak at once
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(text)
        spoken, shots = _split_shots(_COLON.sub("", text[match.end() : end], count=1))
        speakers.append(f"{word} {int(match[1])}")
        last = index + 1 == len(found)
        empty = (not last or tag is _PERSON) and not without_markup(spoken).strip()
        if empty and tag in (_SQUARE, _ROUND, _FISH) and "\n" not in spoken:
            continue
        if empty and tag is _PERSON:  # <Person1> in place of </Person1>
            builder.warn(f"{match.group()} is followed by no words and is left out", line)
        else:
            if tag is _SPEAKER:
                _tell_swallowed(builder, spoken, line)
            words = _person_words(builder, spoken, line) if tag is _PERSON else without_markup(spoken)
            builder.add_line(" & ".join(dict.fromkeys(speakers)), _leading_tags(match, spoken), words, line)
        speakers = []
        line += text.count("\n", match.start(), end)
        for shot in shots:
            builder.add_shot(shot, line)


def _tell_swallowed(builder: ScriptBuilder, spoken: str, line: int) -> None:
    """Rows below a speaker's that look like another's: they are spoken by the speaker above."""
    for offset, row in enumerate(spoken.split("\n")[1:], 1):
        header = read_header(row)
        if header and looks_like_person(header.name):
            builder.warn(f"'{header.name}:' is read as words of the speaker above; use --format plain", line + offset)


def _person_words(builder: ScriptBuilder, spoken: str, line: int) -> str:
    """The words between `<Person1>` and its end, without quotes around the whole; words after the end get a warning."""
    inside, *after = _CLOSING_PERSON.split(spoken, maxsplit=1)
    rest = without_markup(" ".join(after)).strip()
    words = without_quotes(without_markup(inside).strip())
    if rest and words:
        builder.warn(f"no tag says who speaks here: '{rest}'. The speaker before it says it", line)
    return f"{words} {rest}".strip()


def _leading_tags(match: re.Match[str], spoken: str) -> LineTags:
    """`Speaker 1 (warm):` is the only dialect with room for tags, and there they come before the colon."""
    header = read_header(match[0].strip() + " " + spoken)
    return read_tags(header.groups) if header else LineTags()


def _read_heading(builder: ScriptBuilder, before: str, first_line: int, strict: bool) -> None:
    for offset, text in enumerate(before.split("\n")):
        key, colon, value = text.partition(":")
        if colon and key.strip().lower() == "title":
            builder.title = builder.clean(value, first_line + offset)
        elif read_shot(text):
            builder.add_shot(read_shot(text) or "", first_line + offset)
        elif text.strip() and not strict:
            builder.warn(f"no tag is before these words; they are not spoken: {text.strip()[:60]}", first_line + offset)
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
    """Words without the ends of speakers' tags; other markup is read with the words."""
    return _CLOSING_PERSON.sub("", spoken)
