"""Transcripts: exports of programs that write down meetings, a name and mostly a time before or above what is said.

    [00:00:02] MAYA: words          Descript, Trint            Maya Lee  0:02           Otter, Teams, Fireflies
    00:02 Maya Lee: words           Zoom, chats                words
    MAYA [00:02]: words             Rev
    0:02 - Maya Lee                 Fathom, Gong               Maya Lee (00:02):        Riverside, Rev
    words                                                      words

A time alone on a line belongs to what follows. A name alone, with its words below it, needs no time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from talkshow.script.builder import ScriptBuilder
from talkshow.script.formats import Evidence
from talkshow.script.header import read_header
from talkshow.script.imports.turns import Turn, add_turns
from talkshow.script.model import Script
from talkshow.script.source import Source
from talkshow.transcripts.names import is_capital
from talkshow.transcripts.stamped import clock_seconds

_TIME = r"\d{1,4}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,6})?(?:\s?[AaPp]\.?[Mm]\b\.?)?"
_STAMP = rf"[\[(<]?\s*(?P<start>{_TIME})\s*(?:(?:-->|->|→|[-–—])\s*(?P<end>{_TIME})\s*)?[\])>]?"
_NAME = r"(?P<name>[^\W\d_][^:\[\]|\t<>]{0,59}?)"
_BEFORE = re.compile(rf"\s*{_STAMP}(?P<parted>\s*[:,;|·•–—-]?\s*)(?P<rest>.*)")
_AFTER = re.compile(
    rf"\s*\[?{_NAME}\]?(?P<parted>:?\s*[|·•–—-]\s*|:?\s*\t\s*|:?\s+){_STAMP}\s*(?P<colon>:?)(?P<rest>.*)"
)
_TIGHT = re.compile(rf"\s*\[?{_NAME}\]?(?P<parted>)(?=[\[(]){_STAMP}\s*(?P<colon>:?)(?P<rest>.*)")
_ROLE = re.compile(r"\s*\([^()]*\)$")
_CAPITALS = re.compile(r"(?P<name>[^\W\d_a-zß-öø-ÿ][^\Wa-z]*(?:[ .][^\W\d_a-z][^\Wa-z]*){0,3})\s+(?P<rest>\S.*)")
_ALONE = re.compile(r"(?:\*\*|__)?(?P<name>[^\W\d_][\w .'’&-]{0,39}?)(?<![.])(?P<colon>:?)(?:\*\*|__)?(?P<after>:?)\s*")
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
_CLOSING = re.compile(
    r"(?:transcri(?:bed|ption|pt)|generated|created|recorded|exported|powered|captioned|subtitles?|view (?:the )?"
    r"(?:original|recording)|this (?:editable )?(?:transcript|recording|document|file)|end of (?:the )?"
    r"(?:transcript|recording|meeting)|(?:meeting|recording) (?:ended|stopped|started))\b",
    re.IGNORECASE,
)
_EVENT = re.compile(r"(?:started|stopped|ended|joined|left)(?: the)?(?: transcription| recording| meeting)\.?$")


@dataclass
class _Head:
    """A line that says who speaks, when, or both.  rest: the words behind it."""

    name: str
    start: str = ""
    end: str = ""
    rest: str = ""


@dataclass
class _Open:
    """A turn that is being read."""

    head: _Head
    line: int
    text: list[str] = field(default_factory=list)


def recognise_transcript(text: str) -> Evidence:
    """Times before, behind or above names; or names alone, each above its words."""
    lines = [line for line in text.split("\n") if line.strip()]
    heads = [head for line in lines if (head := _head(line))]
    named = sum(bool(head.name) for head in heads)
    plain = sum(_head(line) is None and read_header(line) is not None for line in lines)
    early = next((at for at, line in enumerate(lines) if _head(line)), len(lines))
    if named and named >= plain and (named > 1 or early < 3):
        return Evidence.SURE
    if heads and early < 6 and (plain or _names_above(lines, heads)):
        return Evidence.SURE  # times alone on their lines
    return Evidence.LIKELY if _block_names(text) else Evidence.NONE


def read_transcript_script(source: Source) -> Script:
    """Parse a transcript. Raises ScriptError where no one speaks."""
    builder = ScriptBuilder(source)
    left_out: list[tuple[int, str]] = []
    turns = list(_turns(source, left_out))
    for row, text in left_out:
        builder.remark("unplayed", row, (text,), text.strip())
    if left_out:
        first = " ".join(left_out[0][1].split())[:60]
        number = "1 line that is" if len(left_out) == 1 else f"{len(left_out)} lines that are"
        builder.warn(f"{number} no part of the talk: not spoken, this one first: '{first}'", left_out[0][0])
    add_turns(builder, turns)
    return builder.finish()


def _turns(source: Source, left_out: list[tuple[int, str]]) -> Iterator[Turn]:
    lines = source.lines
    heads = [_head(line) for line in lines]
    above = not any(head and head.name for head in heads)
    names = _above_names(lines) | _block_names(source.text) if above else set()
    last = max((at for at, line in enumerate(lines) if line.strip()), default=0)
    turn: _Open | None = None
    when = _Head("")  # a time that stood alone
    for at, (text, head) in enumerate(zip(lines, heads, strict=True)):
        bare = text.strip()
        spoken = read_header(text) if above and not head and bare else None
        if not bare:
            continue
        if head and head.name:
            if turn:
                yield _closed(turn)
            turn = _Open(head, at + 1, [head.rest] if head.rest else [])
        elif head and not head.rest:
            when = head
        elif spoken or (above and (alone := _ALONE.fullmatch(bare)) and alone["name"] in names):
            if turn:
                yield _closed(turn)
            name = spoken.raw if spoken else _ALONE.fullmatch(bare)["name"]  # type: ignore[index]
            groups = "".join(f" {group}" for group in spoken.groups) if spoken else ""
            rest = text[spoken.end :].strip() if spoken else ""
            turn = _Open(_Head(f"{name}{groups}", when.start, when.end), at + 1, [rest] if rest else [])
            when = _Head("")
        elif _EVENT.search(bare) or (at + 3 > last and _closes(bare)) or turn is None:
            left_out.append((at + 1, text))
        else:
            turn.text.append(head.rest if head and head.rest else bare)
    if turn:
        yield _closed(turn)


def _closed(turn: _Open) -> Turn:
    start, end = (clock_seconds(text) if text else None for text in (turn.head.start, turn.head.end))
    return Turn(turn.head.name, " ".join(turn.text), turn.line, start, end)


def _closes(text: str) -> bool:
    """Whether one of the last lines speaks of the transcript, and is not spoken."""
    return bool(_CLOSING.match(text) or (_ADDRESS.search(text) and len(text.split()) <= 8))


def _head(line: str) -> _Head | None:
    """What a line with a time says of a turn; None for words."""
    if ":" not in line or not any(ch.isdigit() for ch in line[:80]):
        return None
    if match := _BEFORE.match(line):
        return _after_time(match, line)
    match = _TIGHT.match(line) or _AFTER.match(line)
    if match is None:
        return None
    name, rest = match["name"].strip(" :*_"), match["rest"].strip()
    bracketed = line[match.start("start") - 1] in "[(<"
    ends_here = not rest and (bracketed or len(match["parted"]) != 1 or all(map(is_capital, name.split())))
    if not ((rest and match["colon"] and bracketed) or ends_here) or not _is_name(name):
        return None
    return _Head(name, match["start"], match["end"] or "", rest)


def _after_time(match: re.Match[str], line: str) -> _Head | None:
    """`00:02 Maya: words`, `00:02 MAYA words`, `0:02 - Maya Lee`, or a time alone."""
    when = (match["start"], match["end"] or "")
    rest = match["rest"].strip()
    if not rest:
        return _Head("", *when)
    bracket = re.fullmatch(r"\[(?P<name>[^\[\]]{1,60})\]:?\s*(?P<rest>.*)", rest)
    if bracket and _is_name(bracket["name"]):
        return _Head(bracket["name"], *when, bracket["rest"])
    header = read_header(rest)
    if header and _is_name(header.name):
        return _Head(rest[: header.end].rstrip(" :："), *when, rest[header.end :].strip())
    parted = line[match.end("start") : match.end("parted")]
    marked = bool(match["end"]) or line[match.start("start") - 1 : match.start("start")] in ("[", "(", "<")
    if not (marked or parted.strip() or parted.startswith(("  ", "\t", " "))):
        return None
    if _is_name(_ROLE.sub("", rest)) and len(rest.split()) <= 5 and not re.search(r"[.!?,;…]$", rest):
        return _Head(rest, *when)
    capitals = _CAPITALS.fullmatch(rest)
    if capitals and len(capitals["name"]) > 1:
        return _Head(capitals["name"], *when, capitals["rest"])
    return _Head("", *when, rest) if marked else None


def _is_name(name: str) -> bool:
    """Whether some words could be the name of a person."""
    bare = _ROLE.sub("", name).strip()
    words = bare.split()
    return 0 < len(words) <= 5 and len(bare) <= 40 and is_capital(bare) and not re.search(r"[.!?]\s", bare)


def _names_above(lines: Sequence[str], heads: Sequence[_Head]) -> bool:
    return len(heads) >= 2 and bool(_above_names(lines))


def _above_names(lines: Sequence[str]) -> set[str]:
    """Names that stand alone on lines, with words below: those that come twice, or with a colon."""
    found: Counter[str] = Counter()
    below = [*lines[1:], ""]
    for line, following in zip(lines, below, strict=True):
        match = _ALONE.fullmatch(line.strip())
        if match and _is_name(match["name"]) and following.strip() and not _ALONE.fullmatch(following.strip()):
            found[match["name"]] += 2 if match["colon"] or match["after"] else 1
    return {name for name, number in found.items() if number > 1}


def _block_names(text: str) -> set[str]:
    """The names above the blocks of a text, if each has one, and some come more than once."""
    blocks = [block.strip("\n").split("\n") for block in re.split(r"\n[ \t]*\n", text) if block.strip()]
    names = [match["name"] if (match := _ALONE.fullmatch(block[0].strip())) else "" for block in blocks]
    colons = all(block[0].strip().rstrip("*_").endswith(":") for block in blocks)
    fitting = all(len(block) > 1 and _is_name(name) for block, name in zip(blocks, names, strict=True))
    small = colons or any(name != name.upper() for name in names)
    found = len(blocks) > 1 and fitting and small and (colons or len(set(names)) < len(names))
    return set(names) if found else set()
