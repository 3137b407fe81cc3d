"""SubRip, WebVTT and SBV: blocks of an optional number, a line of times, lines of text.

pysubs2 is not used for these: it takes any line with two times for a line of times, so that the word times of
WebVTT become captions of their own, reads comments and names of cues as text, and reports no place of a fault.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path

from talkshow.errors import ScriptError
from talkshow.span import Span
from talkshow.transcripts.caption import SHORTEST_S, Caption, Run
from talkshow.transcripts.skipped import Skipped

_TIME = r"(?:(?:(\d{1,6}) ?: ?)?(\d{1,6}) ?: ?)?(\d{1,6})(?: ?[.,] ?(\d{1,9}))?"
_ARROW = re.compile(rf"\s*{_TIME}\s*(?:-{{1,3}} ?>|[–—]>|→)\s*{_TIME}(?=\s|$)")
_PAIR = re.compile(rf"\s*{_TIME},{_TIME}\s*$")  # of SBV
_LOOKS_TIMED = re.compile(r"\s*\d[\d:.,; ]*\s*(?:-{1,3} ?>|[–—]>|→)")
_MARK = re.compile(
    r"<v(?:\.[\w.]+)?\s+(?P<voice>[^>]*)>|(?P<silence></v>)|<(?P<stamp>\d[\d:.]*)>|</?[a-zA-Z][^>]*>|\{\\[^}]*\}"
)
_BLOCK = re.compile(r"(?:NOTE(?:\s.*)?|STYLE|REGION)\s*")  # of WebVTT


def read_cues(path: Path, text: str) -> tuple[list[Caption], list[str]]:
    """The captions of a file, and warnings. Raises ScriptError with the place of what is wrong."""
    lines = text.split("\n")
    times = _PAIR if path.suffix.casefold() == ".sbv" else _ARROW
    heads = [at for at, line in enumerate(lines) if times.match(line) or _LOOKS_TIMED.match(line)]
    if not heads:
        if text.strip():
            raise ScriptError("there is no caption with times in this file", path)
        return [], []
    webvtt = text.lstrip("\ufeff \n").startswith("WEBVTT")
    numbered = heads[0] > 0 and lines[heads[0] - 1].strip().isdigit()
    skipped, captions = Skipped(path), []
    for at, following in zip(heads, [*heads[1:], len(lines)], strict=True):
        shown = _shown(lines[at + 1 : following], webvtt, numbered, last=following == len(lines))
        try:
            captions.append(Caption(_span(path, lines[at], at, times, shown), _runs(shown)))
        except ScriptError as error:
            skipped.add(error)
    warnings = skipped.warnings(len(captions), "caption")
    before = [] if webvtt else [line for line in lines[: heads[0]] if line.strip(" \ufeff")]
    before = before[:-1] if numbered else before
    if before:
        warnings.append(f"{path.name}: text before the first caption is left out: '{before[0].strip()[:60]}'")
    return captions, warnings


def _shown(body: Sequence[str], webvtt: bool, numbered: bool, *, last: bool) -> list[str]:
    """The lines that a caption shows, of all lines up to the next line of times: without the next caption's name."""
    kept = list(body)
    if not last and kept and kept[-1].strip():
        name_alone = webvtt and len(kept) > 1 and not kept[-2].strip()
        if name_alone or (numbered and kept[-1].strip().isdigit()):
            kept.pop()
    shown: list[str] = []
    in_block = after_rest = False
    for line in kept:
        in_block = bool(line.strip()) and (in_block or (webvtt and after_rest and bool(_BLOCK.fullmatch(line))))
        after_rest = not line.strip()
        if line.strip() and not in_block:
            shown.append(line)
    return shown


def _span(path: Path, line: str, at: int, times: re.Pattern[str], shown: Sequence[str]) -> Span:
    """The times of a line. Raises ScriptError, which quotes the line and what the caption shows."""
    source = " ".join([line.strip(), *shown])
    match = times.match(line)
    if match is None:
        raise ScriptError(
            "this is not a valid line of times; write 00:01:02.500 --> 00:01:04.000", path, at + 1, 1, source
        )
    begin, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
    if end < begin:
        raise ScriptError("this caption ends before it begins", path, at + 1, 1, source)
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
