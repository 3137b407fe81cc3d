"""An answer in text: a script without the words of a model before, after and around it."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate

from talkshow.script.builder import HEAD_KEYS
from talkshow.script.header import read_header
from talkshow.script.markdown import read_bold_header
from talkshow.writing.labels import begins_list, is_final, is_label, is_sentence, is_thoughts, scene_title

_RULE = re.compile(r"\s*(?:[-*_=][ \t]*){3,}\s*")
_ENDED = re.compile(r"[.!?…:][\"'”’)*_]*\s*\Z")
_QUOTED = 90  # characters of what is left out


@dataclass(frozen=True)
class Trimmed:
    """A script without a model's words around it.  left_out: those words, as a user sees them."""

    text: str
    left_out: tuple[str, ...] = ()


def trim(text: str) -> Trimmed:
    """Take a model's words before and after `NAME: words` lines away. Other text stays as it is."""
    lines, lists = _without_lists(_headings(_dedented(text.split("\n"))))
    said = _said(lines)
    if not said or sum(map(_is_cue, lines, lines[1:])) >= max(2, len(said)):
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
    told = [line.strip() for line in (*lines[start:first], *tail, *lists) if line.strip() and not _RULE.fullmatch(line)]
    draft = ("a draft ahead of the final version",) if start else ()
    return Trimmed("\n".join(body).strip("\n"), (*draft, *(_quoted(line) for line in told)))


def is_dialogue(text: str) -> bool:
    """Whether a text is a script of its own: a speaker has more than one line in it."""
    times = Counter(name for line in text.split("\n") if (name := _speaker(line)))
    return any(number > 1 and not is_label(name) and not is_sentence(name) for name, number in times.items())


def _said(lines: list[str]) -> list[int]:
    """The lines with a speaker: not those with a label, or with the beginning of a sentence that has a colon."""
    names = [_speaker(line) for line in lines]
    times = Counter(names)
    known = [index for index, name in enumerate(names) if name and times[name] > 1]
    styles = {_style(lines[index]) for index in known}
    apart = [not lines[index - 1].strip() for index in known[1:]]
    empty = list(accumulate(int(not line.strip()) for line in lines))
    is_loose = sum(apart) * 2 > len(apart)  # an empty line between all lines says nothing

    def is_remark(index: int) -> bool:
        if is_label(names[index]) or is_sentence(names[index]):
            return True
        alone = not is_loose and _stands_apart(empty, index, known)
        return bool(styles) and _style(lines[index]) not in styles and (alone or " " in names[index])

    return [index for index, name in enumerate(names) if name and (times[name] > 1 or not is_remark(index))]


def _is_cue(line: str, below: str) -> bool:
    """Whether a line is a name alone with words below it, as in a screenplay."""
    return line.isupper() and not line.rstrip().endswith(":") and bool(below.strip()) and not _speaker(below)


def _style(line: str) -> tuple[bool, bool]:
    """How a name is written: in bold, in small letters."""
    name = _speaker(line)
    return line.lstrip("->*+ 0123456789.)").startswith(("**", "__")) or "**" in line[:4], name != name.upper()


def _stands_apart(empty: list[int], index: int, known: list[int]) -> bool:
    """Whether an empty line is between a line and all those of the known speakers.  empty: how many up to each line."""
    at = bisect(known, index)
    ahead = at == 0 or empty[index] > empty[known[at - 1]]
    behind = at == len(known) or empty[known[at]] > empty[index]
    return ahead and behind


def _dedented(lines: list[str]) -> list[str]:
    """A script that is indented as a whole but for its first line, which was stripped."""
    rest = [line for line in lines[1:] if line.strip()]
    spoken = sum(1 for line in rest if _speaker(line.strip()))
    if rest and all(line[0].isspace() for line in rest) and spoken * 2 > len(rest) and _speaker(lines[0]):
        return [line.strip() for line in lines]
    return lines


def _headings(lines: list[str]) -> list[str]:
    """`SCENE 1: A lift` and `INT. LIFT - DAY` as headings of a script in this form."""
    mark = "##" if any(_style(line)[0] for line in lines if _speaker(line)) else "=="
    return [
        (f"{mark} {title} {mark if mark == '==' else ''}".rstrip() if (title := scene_title(line)) else line)
        for line in lines
    ]


def _is_head(lines: list[str], index: int) -> bool:
    """Whether a label is a key of the script's own head, with rows that are indented, or has nothing below it."""
    below = next((row for row in lines[index + 1 :] if row.strip()), "")
    return not below or (lines[index][:1].islower() and below[0].isspace())


def _without_lists(lines: list[str]) -> tuple[list[str], list[str]]:
    """Lines without the lists of characters and notes that a model adds, and the rows of those lists."""
    kept: list[str] = []
    listed: list[str] = []
    within = False
    for index, line in enumerate(lines):
        if begins_list(line) and not _is_head(lines, index):
            within = True
        elif within and not line.strip() and lines[index - 1].strip() and not begins_list(lines[index - 1]):
            within = False
        (listed if within else kept).append(line)
    return kept, listed


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
    spoken = set(said)
    thoughts = next((index for index, line in enumerate(lines) if is_thoughts(line)), len(lines))
    labels = [
        index
        for index, line in enumerate(lines)
        if said[0] < index < said[-1]
        and index not in spoken
        and not line[:1].isspace()
        and is_final(line, after_thoughts=thoughts < index)
    ]
    return labels[-1] + 1 if labels else 0


def _quoted(line: str) -> str:
    return f"'{line if len(line) <= _QUOTED else line[:_QUOTED] + '…'}'"
