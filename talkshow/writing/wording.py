"""An answer in text: the fences around scripts, and the words of a model before and after one."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from talkshow.script.builder import HEAD_KEYS
from talkshow.script.header import read_header
from talkshow.script.markdown import read_bold_header

_FENCE = re.compile(r"[ \t>]*(?P<mark>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*?)[ \t]*")
_ONE_LINE = re.compile(r"(?m)^[ \t]*```[ \t]*(?:[A-Za-z]+[ \t]+)?(?P<inside>[{\[].*[}\]])[ \t]*```[ \t]*$")
_RULE = re.compile(r"\s*(?:[-*_=][ \t]*){3,}\s*")
_LABEL = re.compile(
    r"\W*(?:notes?|n\.?b\.?|p\.?\s?s\.?|(?:total )?(?:word|line)s?(?: count)?|length|duration|run ?time"
    r"|estimated \w+|characters|setting|genre|tone|style|format|disclaimer|tips?|summary|explanation|changes"
    r"|next steps?|sources?|key points?|why (?:it|this) works|sure|certainly|of course|absolutely|here you go"
    r"|(?:final )?(?:script|dialogue|output|answer|response|version)|draft)\W*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\b(?:me|you|your|i|we|it|is|are|here|this|these|let|would|feel|hope|please|sure)\b", re.IGNORECASE
)
_FINAL = re.compile(
    r"\W*(?:(?:so|and|ok(?:ay)?|now|here(?:'s| is)|the|my|this is)\W+)*"
    r"(?:final|revised|improved|corrected|polished|second|better|finished)\b[^:\n]{0,60}:\W*",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?…:][\"'”’)*_]*\s*\Z")
_QUOTED = 90  # characters of what is left out


@dataclass(frozen=True)
class Trimmed:
    """A script without a model's words around it.  left_out: those words, as a user is told of them."""

    text: str
    left_out: tuple[str, ...] = ()


def fenced_parts(text: str) -> tuple[list[str], str]:
    """What stands in fences, in order, and the text around them. A fence that is not closed goes on to the end."""
    text = _ONE_LINE.sub(lambda match: f"```\n{match['inside']}\n```", text)
    parts: list[list[str]] = []
    around: list[str] = []
    mark = ""
    for line in text.split("\n"):
        fence = _FENCE.fullmatch(line)
        closes = bool(fence and mark and fence["mark"].startswith(mark) and not fence["info"])
        if closes:
            mark = ""
        elif fence and not mark:
            mark, info = fence["mark"], fence["info"]
            parts.append([info[info.index("{") :]] if "{" in info and not info.startswith("{") else [])
        elif mark:
            parts[-1].append(line)
        else:
            around.append(line)
    whole = ["\n".join(part).strip("\n") for part in parts]
    return [part for part in whole if part.strip()], "\n".join(around).strip()


def trim(text: str) -> Trimmed:
    """Take a model's words before and after `NAME: words` lines away. Other text stays as it is."""
    lines = text.split("\n")
    names = [_speaker(line) for line in lines]
    times = Counter(names)
    said = [index for index, name in enumerate(names) if name and (times[name] > 1 or not _is_remark(name))]
    if not said:
        return Trimmed(text)
    start = _after_drafts(lines, said)
    opening = next(index for index in said if index >= start)
    first = next((index for index in range(start, opening) if _begins(lines, index)), opening)
    last, end = said[-1], len(lines)
    while end > last + 1 and not _goes_on(lines[end - 1]):
        end -= 1
    body, tail = lines[first:end], [line.strip() for line in lines[end:]]
    if end == last + 1 and tail and tail[0] and not _RULE.fullmatch(tail[0]) and not _ENDED.search(body[-1]):
        body[-1] += " " + tail.pop(0)  # the words of the last line go on in the next one
    told = [line.strip() for line in (*lines[start:first], *tail) if line.strip() and not _RULE.fullmatch(line)]
    draft = ("a draft ahead of the final version",) if start else ()
    return Trimmed("\n".join(body).strip("\n"), (*draft, *(_quoted(line) for line in told)))


def _speaker(line: str) -> str:
    """Who says something on this line; "" for a line without a name or without words."""
    if not line.strip() or line[0].isspace():
        return ""
    if (bold := read_bold_header(line.strip())) is not None:
        return bold[0].name if bold[1].strip() and bold[0].name.casefold() not in HEAD_KEYS else ""
    header = read_header(line)
    if header is None or not line[header.end :].strip() or header.name.casefold() in HEAD_KEYS:
        return ""
    return header.name


def _is_remark(name: str) -> bool:
    """Whether what stands before a colon is a label or the beginning of a sentence rather than a name."""
    num_words = len(name.split())
    sentence = num_words > 1 and (bool(_SENTENCE.search(name)) or bool(re.search(r"[!?,;]", name)))
    return num_words > 6 or sentence or bool(_LABEL.fullmatch(name))


def _begins(lines: list[str], index: int) -> bool:
    """Whether the head of a script, a scene or a comment begins here."""
    line = lines[index].strip()
    key, colon, _ = line.partition(":")
    if colon and key.casefold() in HEAD_KEYS:
        return True
    if line == "---":  # the front matter of Markdown, or only a rule
        return index + 1 < len(lines) and lines[index + 1].partition(":")[0].strip().casefold() in HEAD_KEYS
    return line.startswith(("==", "#", "[", "INT.", "EXT.", "!!", "<!--"))


def _goes_on(line: str) -> bool:
    """Whether a line below the last speaker's belongs to the script: more of the words, a shot, a comment."""
    return bool(line.strip()) and (line[0].isspace() or line.startswith(("[", "!!", "#", "==")))


def _after_drafts(lines: list[str], said: list[int]) -> int:
    """Where the last version begins, if the model calls one its final one; else 0."""
    labels = [index for index, line in enumerate(lines) if said[0] < index < said[-1] and _FINAL.fullmatch(line)]
    return labels[-1] + 1 if labels else 0


def _quoted(line: str) -> str:
    return f"'{line if len(line) <= _QUOTED else line[:_QUOTED] + '…'}'"
