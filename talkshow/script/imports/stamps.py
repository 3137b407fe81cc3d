"""One row of a transcript: who speaks, when, or both, however the program wrote it down.

[00:00:02] MAYA: words          Descript, Trint            Maya Lee  0:02           Otter, Teams, Fireflies
00:02 Maya Lee: words           Zoom, chats                MAYA: [00:02] words      Rev, Sonix
MAYA [00:02]: words             Rev                        Maya Lee (00:02):        Riverside, Rev
0:02 - Maya Lee                 Fathom, Gong               SPEAKER_00 1.2 - 3.4: words
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from talkshow.script.header import read_header
from talkshow.transcripts.names import is_capital

_TIME = r"\d{1,4}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,6})?(?:\s?[AaPp]\.?[Mm]\b\.?)?"
_STAMP = rf"[\[(<]?\s*(?P<start>{_TIME})\s*(?:(?:-->|->|→|[-–—])\s*(?P<end>{_TIME})\s*)?[\])>]?"
_NAME = r"(?P<name>[^\W\d_][^:\[\]|\t<>]{0,59}?)"
_BEFORE = re.compile(rf"\s*{_STAMP}(?P<parted>\s*[:,;|·•–—-]?\s*)(?P<rest>.*)")
_AFTER = re.compile(
    rf"\s*\[?{_NAME}\]?(?P<parted>:?\s*[|·•–—-]\s*|:?\s*\t\s*|:?\s+){_STAMP}\s*(?P<colon>:?)(?P<rest>.*)"
)
_TIGHT = re.compile(rf"\s*\[?{_NAME}\]?(?P<parted>)(?=[\[(]){_STAMP}\s*(?P<colon>:?)(?P<rest>.*)")
# MAYA: [00:02] words; without brackets only a time that has hours: "LEO: 10:30 is late" is talk
_BEHIND_COLON = re.compile(
    rf"[*_]*\s*(?:\[\s*(?P<start>{_TIME})\s*\]|\(\s*(?P<round>{_TIME})\s*\)|(?P<long>\d{{1,2}}:\d\d:\d\d(?:[.,]\d{{1,6}})?))"
    r"\s*(?P<rest>\S.*)"
)
_ROLE = re.compile(r"\s*\([^()]*\)$")
_CAPITALS = re.compile(r"(?P<name>[^\W\d_a-zß-öø-ÿ][^\Wa-z]*(?:[ .][^\W\d_a-z][^\Wa-z]*){0,3})\s+(?P<rest>\S.*)")
_ALONE = re.compile(r"(?:\*\*|__)?(?P<name>[^\W\d_][\w .'’&-]{0,39}?)(?<![.])(?P<colon>:?)(?:\*\*|__)?(?P<after>:?)\s*")
_SPEAKER = re.compile(r"\((?P<name>speaker \d+)\)\s*(?P<rest>\S.*)", re.IGNORECASE)  # whisper.cpp
_CHAT = re.compile(r"From\s+(?P<name>.+?)(?:\s+to\s+.+?)?(?:\s*\((?:direct message|privately)\))?", re.IGNORECASE)
# how else programs write times: with a day, with frames, in seconds
_DAY = re.compile(
    r"(?:(?:today|yesterday|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}),?(?:\s+at)?[ \u202f]+)(?=\d{1,2}:\d\d)", re.IGNORECASE
)
_FRAMES = re.compile(r"(?<![\d:])(\d{1,2}:\d\d:\d\d)[:;]\d\d(?![\d:])")
_NUMBER = r"\d{1,6}(?:\.\d+\s?s?|\s?s)"
_SECONDS = re.compile(
    rf"(?<![\d:.])[\[(]?\s*(?P<start>{_NUMBER})\s*(?:-->|->|→|[-–—])\s*(?P<end>{_NUMBER})(?!\d|:\d)\s*[\])]?"
    rf"|\[(?P<only>{_NUMBER})\]"
)


@dataclass(frozen=True)
class Head:
    """What a row says of a turn.  rest: the words behind it.  name: "" for a time alone."""

    name: str
    start: str = ""
    end: str = ""
    rest: str = ""


def read_head(line: str) -> Head | None:
    """What a row with a time says of a turn; None for words."""
    if not any(ch.isdigit() for ch in line[:80]):
        return None
    line = _with_clocks(line)
    if ":" not in line:
        return None
    found = _after_time(match, line) if (match := _BEFORE.match(line)) else _after_name(line)
    if found and (chat := _CHAT.fullmatch(found.name)):
        return replace(found, name=chat["name"])
    return found


def _with_clocks(line: str) -> str:
    """A row whose times at its beginning are written as clocks are, without days and frames."""
    if line.lstrip()[:1] in ("\\", "[", "*", "_") or "\\[" in line:
        line = line.replace("\\[", "[").replace("\\]", "]")
    if len(line) > 200:
        return _with_clocks(line[:200]) + line[200:]
    line = _FRAMES.sub(r"\1", _DAY.sub("", line, count=1))
    return _SECONDS.sub(_clock, line, count=1) if "." in line or "s]" in line else line


def _clock(match: re.Match[str]) -> str:
    before = match.string[: match.start()].rstrip()
    if len(before.split()) > 5:
        return match[0]
    if match["only"]:
        return f"[{_as_clock(match['only'])}]"
    return f"[{_as_clock(match['start'])} - {_as_clock(match['end'])}]"


def _as_clock(seconds: str) -> str:
    minutes, rest = divmod(float(seconds.rstrip("s ")), 60)
    return f"{int(minutes) // 60}:{int(minutes) % 60:02}:{rest:06.3f}"


def _after_name(line: str) -> Head | None:
    header = read_header(line)
    if header and is_name(header.name) and (behind := _BEHIND_COLON.fullmatch(line[header.end :])):
        name = line[: header.end].rstrip(" :：*_").lstrip(" *_")
        return Head(name, behind["start"] or behind["round"] or behind["long"], "", behind["rest"].strip())
    match = _TIGHT.match(line) or _AFTER.match(line)
    if match is None:
        return None
    name, rest = match["name"].strip(" :*_"), match["rest"].strip()
    bracketed = line[match.start("start") - 1] in "[(<"
    ends_here = not rest and (bracketed or len(match["parted"]) != 1 or all(map(is_capital, name.split())))
    if not ((rest and match["colon"] and bracketed) or ends_here) or not is_name(name):
        return None
    return Head(name, match["start"], match["end"] or "", rest)


def _after_time(match: re.Match[str], line: str) -> Head | None:
    """`00:02 Maya: words`, `00:02 MAYA words`, `0:02 - Maya Lee`, or a time alone."""
    when = (match["start"], match["end"] or "")
    rest = match["rest"].strip()
    if not rest:
        return Head("", *when)
    bracket = re.fullmatch(r"\[(?P<name>[^\[\]]{1,60})\]:?\s*(?P<rest>.*)", rest)
    if bracket and is_name(bracket["name"]):
        return Head(bracket["name"], *when, bracket["rest"])
    header = read_header(rest)
    if header and (is_name(header.name) or _CHAT.fullmatch(header.name)):
        return Head(rest[: header.end].rstrip(" :："), *when, rest[header.end :].strip())
    if speaker := _SPEAKER.fullmatch(rest):
        return Head(speaker["name"].capitalize(), *when, speaker["rest"])
    parted = line[match.end("start") : match.end("parted")]
    marked = bool(match["end"]) or line[match.start("start") - 1 : match.start("start")] in ("[", "(", "<")
    if not (marked or parted.strip() or parted.startswith(("  ", "\t", " "))):
        return None
    if is_name(_ROLE.sub("", rest)) and len(rest.split()) <= 5 and not re.search(r"[.!?,;…]$", rest):
        return Head(rest, *when)
    capitals = _CAPITALS.fullmatch(rest)
    if capitals and len(capitals["name"]) > 1:
        return Head(capitals["name"], *when, capitals["rest"])
    return Head("", *when, rest) if marked else None


def is_name(name: str) -> bool:
    """Whether some words could be the name of a person."""
    bare = _ROLE.sub("", name).strip(" *_")
    words = bare.split()
    dated = re.search(r"\w{5}[.]\s|[!?]\s|[,;](?:\S|$)|\b\d{4}\b", bare)
    return 0 < len(words) <= 5 and len(bare) <= 40 and is_capital(bare) and bare[0].isalpha() and not dated


def name_alone(line: str) -> str:
    """The name that is all of a row; "" for any other row."""
    match = _ALONE.fullmatch(line.strip())
    return match["name"] if match and is_name(match["name"]) else ""


def has_colon(line: str) -> bool:
    """Whether a name alone on its row is followed by a colon."""
    return line.strip().rstrip("*_ ").endswith(":")


def names_by_times(lines: Sequence[str]) -> set[str]:
    """Names alone on rows above or below nearly all of the times that are alone on theirs."""
    rows = [(line, head) for line in lines if line.strip() for head in [read_head(line)]]
    times = [at for at, (_, head) in enumerate(rows) if head and not head.name and not head.rest]
    for step in (1, -1):
        named = [
            rows[at + step][0]
            for at in times
            if 0 <= at + step < len(rows)
            and rows[at + step][1] is None
            and (step == 1 or at + 1 < len(rows))
            and all(len(word) <= 3 or is_capital(word) for word in rows[at + step][0].split())
            and _is_words(rows, at + max(step, 0) + 1)
        ]
        names = {name for line in named if (name := name_alone(line))}
        if len(times) > 1 and sum(bool(name_alone(line)) for line in named) > 0.8 * len(times):
            return names
    return set()


def _is_words(rows: Sequence[tuple[str, Head | None]], at: int) -> bool:
    return at < len(rows) and (rows[at][1] is None or bool(rows[at][0].strip("0123456789 :.,->")))
