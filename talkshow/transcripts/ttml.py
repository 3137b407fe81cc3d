"""Timed text in XML: TTML, its profiles (DFXP, EBU-TT-D, IMSC), the older drafts of it, and that of video sites.

pysubs2 reads only the namespace of 2010, no durations (`dur`), frames or ticks, and no agents, which name the speaker;
and it would resolve entities. Here XML with a document type is refused.
"""

from __future__ import annotations

import bisect
import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from talkshow.errors import ScriptError
from talkshow.span import Span
from talkshow.transcripts.caption import SHORTEST_S, Caption, Run
from talkshow.transcripts.site_xml import ROOTS, read_site_xml
from talkshow.transcripts.skipped import Skipped

_OFFSET = re.compile(r"(\d+(?:\.\d+)?)(h|m|s|ms|f|t)")
_CLOCK = re.compile(r"(\d+):(\d{2}):(\d{2})(?:(\.\d+)|:(\d+)(?:\.\d+)?)?")
_UNITS_S = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_DEEPEST = 60  # elements in each other
_LAST_S = 5.0  # how long a paragraph stands that no one ends


@dataclass
class _Clock:
    """What a frame and a tick of the file are, in seconds, and warnings about its times.

    skipped: paragraphs that cannot be used.
    """

    skipped: Skipped
    frame_s: float = 1 / 30
    tick_s: float = 1.0
    warnings: list[str] = field(default_factory=list)

    def seconds(self, text: str) -> float:
        """A time expression in seconds. Raises ValueError."""
        text = text.strip()
        if match := _OFFSET.fullmatch(text):
            unit = {**_UNITS_S, "f": self.frame_s, "t": self.tick_s}[match[2]]
            return float(match[1]) * unit
        if match := _CLOCK.fullmatch(text):
            whole = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3])
            return whole + float(match[4] or 0) + int(match[5] or 0) * self.frame_s
        if re.fullmatch(r"\d+(?:\.\d+)?", text):  # as some players write it
            return float(text)
        if match := re.fullmatch(r"(\d+):(\d{2}(?:\.\d+)?)", text):
            return int(match[1]) * 60 + float(match[2])
        raise ValueError(f"'{text[:40]}' is not a valid time; write 00:01:02.500 or 62.5s")


@dataclass(frozen=True)
class _Scope:
    """What an element hands down: its begin and end in seconds (None: not told), and who speaks."""

    begin_s: float = 0.0
    end_s: float | None = None
    speaker: str = ""
    timed: bool = False


def read_ttml(path: Path, text: str) -> tuple[list[Caption], list[str]]:
    """The captions of a file, and warnings. Raises ScriptError."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(re.sub(r"\A\s*<\?xml[^>]*\?>", "", text), forbid_dtd=True)
    except ParseError as exc:
        line, column = exc.position
        raise ScriptError(f"this is not XML: {exc}", path, line, column + 1) from exc
    except DefusedXmlException as exc:
        raise ScriptError("this XML has a document type or entities of its own; remove the DOCTYPE", path) from exc
    if root.tag in ROOTS:
        skipped = Skipped(path)
        captions = read_site_xml(root, skipped)
        warnings = skipped.warnings(len(captions), "caption")
        if not captions:
            raise ScriptError("there is no caption with times in this file", path)
        return captions, warnings
    if _name(root) != "tt":
        raise ScriptError(f"this XML is not timed text: it begins with <{_name(root)[:40]}>, not <tt>", path)
    try:
        clock = _clock(root, Skipped(path))
        body = next((child for child in root if _name(child) == "body"), None)
        speakers = dict(_agents(root))
        found = [] if body is None else list(_captions(body, _Scope(), clock, speakers, _DEEPEST))
    except ValueError as exc:
        raise ScriptError(str(exc), path) from exc
    left_out = clock.skipped.warnings(len(found), "caption")
    if not found:
        raise ScriptError("there is no caption with times in this file", path)
    return _ended(found), [*left_out, *dict.fromkeys(f"{path.name}: {warning}" for warning in clock.warnings)]


def _ended(found: list[tuple[_Scope, tuple[tuple[Run, ...], ...]]]) -> list[Caption]:
    """Captions; one without an end lasts until the next begins."""
    found.sort(key=lambda row: row[0].begin_s)
    starts = [scope.begin_s for scope, _ in found]
    captions = []
    for scope, lines in found:
        end_s = scope.end_s
        if end_s is None:
            following = bisect.bisect_right(starts, scope.begin_s)
            end_s = starts[following] if following < len(starts) else scope.begin_s + _LAST_S
        captions.append(Caption(Span(scope.begin_s, max(end_s, scope.begin_s + SHORTEST_S)), lines))
    return captions


def _clock(root: Element, skipped: Skipped) -> _Clock:
    told = {key.rpartition("}")[2]: value for key, value in root.attrib.items()}
    rate = float(told.get("frameRate", 30))
    multiplier = [float(part) for part in told.get("frameRateMultiplier", "1 1").replace(":", " ").split()]
    rate *= multiplier[0] / (multiplier[1] if len(multiplier) > 1 else 1.0) if multiplier else 1.0
    ticks = float(told.get("tickRate", rate if "frameRate" in told else 1))
    if not (0 < rate < 1e5 and 0 < ticks < 1e12):
        raise ValueError("the frame rate or tick rate of this file is not valid")
    return _Clock(skipped, 1 / rate, 1 / ticks)


def _agents(root: Element) -> Iterator[tuple[str, str]]:
    """(id, name) of everybody whom the head names."""
    for element in root.iter():
        if _name(element) == "agent" and (key := _attribute(element, "id")):
            names = [" ".join("".join(child.itertext()).split()) for child in element if _name(child) == "name"]
            yield key, next((name for name in names if name), key)


def _captions(
    element: Element, above: _Scope, clock: _Clock, speakers: Mapping[str, str], depth: int
) -> Iterator[tuple[_Scope, tuple[tuple[Run, ...], ...]]]:
    """Every paragraph below an element that has words, with its times."""
    if not depth:
        raise ValueError("this XML is nested too deeply")
    if _name(element) == "p":
        try:
            scope, lines = _paragraph(element, above, clock, speakers, depth)
        except ValueError as exc:
            said = " ".join("".join(element.itertext()).split())
            clock.skipped.add(ScriptError(str(exc), clock.skipped.path, source=said))
            return
        if lines:
            yield scope, lines
        return
    scope = _scope(element, above, clock, speakers)
    begin_s = scope.begin_s
    in_turn = element.get("timeContainer") == "seq"
    for child in element:
        if _name(child) in ("div", "p"):
            inside = replace(scope, begin_s=begin_s) if in_turn else scope
            if in_turn:
                with contextlib.suppress(ValueError):  # reported where the child is read
                    begin_s = _scope(child, inside, clock, speakers).end_s or begin_s
            yield from _captions(child, inside, clock, speakers, depth - 1)


def _paragraph(
    element: Element, above: _Scope, clock: _Clock, speakers: Mapping[str, str], depth: int
) -> tuple[_Scope, tuple[tuple[Run, ...], ...]]:
    """The times and lines of a paragraph; no lines without words. Raises ValueError."""
    scope = _scope(element, above, clock, speakers)
    lines = _lines(element, scope, clock, speakers, depth)
    if lines and not scope.timed:
        raise ValueError(f"the caption '{' '.join(''.join(element.itertext()).split())[:60]}' has no times")
    return scope, lines


def _scope(element: Element, above: _Scope, clock: _Clock, speakers: Mapping[str, str]) -> _Scope:
    """What holds in an element: its times count from the begin of the one around it."""
    begin, end, duration = (element.get(key) for key in ("begin", "end", "dur"))
    speaker = speakers.get((_attribute(element, "agent") or "").split(" ")[0], above.speaker)
    if begin is None and end is None and duration is None:
        return replace(above, speaker=speaker)
    from_s = above.begin_s
    if begin is not None and from_s > 0 and above.end_s is not None:
        first_s = clock.seconds(begin)
        if from_s <= first_s <= above.end_s <= from_s + first_s:
            from_s = 0.0
            clock.warnings.append("times are counted from the start of the file, not of the paragraph around them")
    begin_s = from_s + clock.seconds(begin or "0s")
    ends = [from_s + clock.seconds(end)] if end is not None else []
    ends += [begin_s + clock.seconds(duration)] if duration is not None else []
    end_s = min(ends) if ends else above.end_s
    if end_s is not None and end_s < begin_s:
        raise ValueError(f"a caption ends before it begins: {begin_s:g} to {end_s:g} s")
    return _Scope(begin_s, end_s, speaker, timed=True)


def _lines(
    element: Element, scope: _Scope, clock: _Clock, speakers: Mapping[str, str], depth: int
) -> tuple[tuple[Run, ...], ...]:
    lines: list[list[Run]] = [[]]

    def walk(element: Element, scope: _Scope, at_s: float | None, depth: int) -> None:
        if not depth:
            raise ValueError("this XML is nested too deeply")
        add(element.text, scope.speaker, at_s)
        for child in element:
            if _name(child) == "br":
                lines.append([])
            elif _name(child) == "span":
                inner = _scope(child, scope, clock, speakers)
                walk(child, inner, inner.begin_s if child.get("begin") is not None else None, depth - 1)
            add(child.tail, scope.speaker, None)

    def add(text: str | None, speaker: str, at_s: float | None) -> None:
        words = re.sub(r"\s+", " ", text or "")
        if not words:
            return
        last = lines[-1][-1] if lines[-1] else None
        if last and at_s is None and last.speaker == speaker:
            lines[-1][-1] = replace(last, text=last.text + words)  # a word may span both
        else:
            lines[-1].append(Run(words, speaker, at_s))

    walk(element, scope, None, depth)
    return tuple(tuple(line) for line in lines if any(run.text.strip() for run in line))


def _name(element: Element) -> str:
    """The name without its namespace; "" for other nodes."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: Element, name: str) -> str | None:
    """An attribute in whatever namespace."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)
