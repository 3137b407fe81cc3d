"""Captions of video sites in XML (srv1, srv2, srv3): times are attributes, in seconds or milliseconds.

srv1: <transcript><text start="0.4" dur="2">; srv2: <timedtext><text t="400" d="2000">; srv3: <timedtext><body>
<p t="400" d="2000"><s t="300"> with the words of a paragraph. A caption stays on screen while the next one is spoken.
"""

from __future__ import annotations

import html
import math
from xml.etree.ElementTree import Element

from talkshow.errors import ScriptError
from talkshow.span import Span
from talkshow.transcripts.caption import SHORTEST_S, Caption, Run
from talkshow.transcripts.skipped import Skipped

ROOTS = ("transcript", "timedtext")
_LAST_WORD_S = 1.5  # of a caption with word times
_LAST_S = 5.0  # of a caption whose length is not given


def read_site_xml(root: Element, skipped: Skipped) -> list[Caption]:
    """The captions below the root; those that cannot be used go to `skipped`."""
    read: list[Caption] = []
    for element in root.iter():
        said = " ".join("".join(element.itertext()).split())
        if element.tag in ("p", "text") and said:
            try:
                read.append(_caption(element))
            except ValueError as exc:
                skipped.add(ScriptError(str(exc), skipped.path, source=said))
    read.sort(key=lambda caption: caption.span.start_s)
    starts = [caption.span.start_s for caption in read]
    return [
        Caption(Span(start_s, max(start_s + SHORTEST_S, min(caption.span.end_s, after_s))), caption.lines)
        for caption, start_s, after_s in zip(read, starts, [*starts[1:], math.inf], strict=True)
    ]


def _caption(element: Element) -> Caption:
    unit_s, begin, length = (1.0, "start", "dur") if element.get("start") else (0.001, "t", "d")
    start_s = _seconds(element, begin, unit_s)
    given_s = _seconds(element, length, unit_s) if element.get(length) else _LAST_S
    words = [child for child in element if child.tag == "s"]
    runs = [Run(_text(element.text), "", None)] if _text(element.text).strip() else []
    for at, word in enumerate(words):
        at_s = start_s + (_seconds(word, "t", 0.001) if word.get("t") else 0.0)
        text = _text(word.text) + _text(word.tail)
        runs += [Run(text, "", at_s if len(words) > 1 or at else None)] if text.strip() else []
    end_s = start_s + given_s
    if len(runs) > 1 and runs[-1].at_s is not None:
        end_s = min(end_s, runs[-1].at_s + _LAST_WORD_S)
    return Caption(Span(start_s, max(end_s, start_s + SHORTEST_S)), (tuple(runs),))


def _seconds(element: Element, key: str, unit_s: float) -> float:
    """An attribute in seconds. Raises ValueError."""
    told = element.get(key, "")
    try:
        value = float(told) * unit_s
    except ValueError:
        value = math.nan
    if not 0 <= value < 1e9:
        raise ValueError(f"'{told[:40]}' is not a valid time")
    return value


def _text(text: str | None) -> str:
    """srv1 escapes twice."""
    return html.unescape(text or "").replace("\n", " ")
