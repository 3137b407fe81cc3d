"""SubRip and WebVTT: blocks of an optional number, a line of times, lines of text.

pysubs2 is not used for these two: it takes any line with two times for a line of times, so that the word times of
WebVTT become captions of their own, reads comments and names of cues as text, and reports no place of a fault.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Sequence
from pathlib import Path

from talkshow.errors import ScriptError
from talkshow.span import Span
from talkshow.transcribe.caption import SHORTEST_S, Caption, Run

_TIME = r"(?:(?:(\d{1,6}):)?(\d{1,2}):)?(\d{1,2})(?:[.,](\d{1,3}))?"
_ARROW = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?=\s|$)")
_MARK = re.compile(
    r"<v(?:\.[\w.]+)?\s+(?P<voice>[^>]*)>|(?P<silence></v>)|<(?P<stamp>\d[\d:.]*)>|</?[a-zA-Z][^>]*>|\{\\[^}]*\}"
)
_FLASH_S = 0.05  # rolling captions show the last line alone for this time
_CLEARED_S = 0.1  # after such a pause a caption that is shown again is said again


def read_cues(path: Path, text: str) -> list[Caption]:
    """The captions of a file. Raises ScriptError with the place of what is wrong."""
    lines = text.split("\n")
    captions: list[Caption] = []
    at, numbered = 0, False
    while at < len(lines):
        span = _span(path, lines, at)
        at += 1
        if span is None:
            continue
        if not captions:
            numbered = at > 1 and lines[at - 2].strip().isdigit()
        shown: list[str] = []
        while at < len(lines) and not _ARROW.match(lines[at]) and (lines[at].strip() or (lines[at] and not shown)):
            shown += [lines[at]] if lines[at].strip() else []
            at += 1
        if numbered and at < len(lines) and lines[at].strip() and shown and shown[-1].strip().isdigit():
            shown.pop()  # the number of the next caption, without an empty line before it
        captions.append(Caption(span, _runs(shown)))
    if not captions and text.strip():
        raise ScriptError("there is no caption with times in this file", path)
    return _unrolled(captions)


def _span(path: Path, lines: Sequence[str], at: int) -> Span | None:
    """The times of a line; None where it is none."""
    line = lines[at]
    match = _ARROW.match(line)
    if match is None:
        if "-->" in line and line.strip()[:1].isdigit():
            raise ScriptError(
                "this is not a valid line of times; write 00:01:02.500 --> 00:01:04.000", path, at + 1, 1, line
            )
        return None
    begin, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
    if end < begin:
        raise ScriptError("this caption ends before it begins", path, at + 1, 1, line)
    return Span(begin, max(end, begin + SHORTEST_S if end == begin else end))


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return float(f"{whole}.{fraction or 0}")


def _runs(lines: Sequence[str]) -> tuple[tuple[Run, ...], ...]:
    """Lines without their markup; the voice of a `<v Name>` goes on over the end of a line."""
    found, voice = [], ""
    for line in lines:
        runs, at_s, done = [], None, 0
        for match in [*_MARK.finditer(line), None]:
            piece = html.unescape(line[done : match.start() if match else len(line)])
            if piece:
                runs.append(Run(piece, voice, at_s))
                at_s = at_s if not piece.strip() else None
            if match is None:
                break
            done = match.end()
            if match["voice"] is not None or match["silence"]:
                voice = html.unescape(match["voice"] or "").strip()
            elif match["stamp"] and (time := re.fullmatch(_TIME, match["stamp"])):
                at_s = _seconds(time.groups())
        if any(run.text.strip() for run in runs):
            found.append(tuple(_joined(runs)))
    return tuple(found)


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Runs that only markup parts are one: a word may span both."""
    joined: list[Run] = []
    for run in runs:
        if joined and run.at_s is None and joined[-1].speaker == run.speaker:
            joined[-1] = Run(joined[-1].text + run.text, run.speaker, joined[-1].at_s)
        else:
            joined.append(run)
    return joined


def _unrolled(captions: Sequence[Caption]) -> list[Caption]:
    """Rolling captions, which show the last line again above the new one, without what is shown again."""
    carried = [0, *(_carried(before, after) for before, after in itertools.pairwise(captions))]
    flashes = [caption.span.duration_s <= _FLASH_S for caption in captions]
    again = [num > 0 for num in carried]
    on_top = sum(0 < num < len(caption.lines) for num, caption in zip(carried, captions, strict=True))
    stamped = any(run.at_s is not None for caption in captions for line in caption.lines for run in line)
    rolls = on_top > 0 and 2 * sum(again) >= len(captions) - 1 and (stamped or any(flashes) or on_top >= 3)
    if not rolls:
        return list(captions)
    return [Caption(caption.span, caption.lines[num:]) for num, caption in zip(carried, captions, strict=True)]


def _carried(before: Caption, after: Caption) -> int:
    """How many first lines of a caption are the last ones of the caption before it."""
    old, new = ([_text(line) for line in caption.lines] for caption in (before, after))
    for num in range(min(len(old), len(new)), 0, -1):
        plain = all(run.at_s is None for line in after.lines[:num] for run in line)
        cleared = num == len(new) and after.span.start_s - before.span.end_s > _CLEARED_S
        if plain and not cleared and old[-num:] == new[:num]:
            return num
    return 0


def _text(line: Sequence[Run]) -> str:
    return " ".join("".join(run.text for run in line).split())
