"""Captions as a script: SubRip, WebVTT, SubStation Alpha. Their times become the pauses between lines."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from talkshow.script.builder import ScriptBuilder
from talkshow.script.formats import Evidence
from talkshow.script.imports.stamps import names_by_times
from talkshow.script.imports.turns import Turn, add_turns
from talkshow.script.model import Script
from talkshow.script.source import Source
from talkshow.transcripts.caption import Caption, Remarks, Run, caption_turns
from talkshow.transcripts.cues import read_cues
from talkshow.transcripts.rolling import unrolled
from talkshow.transcripts.subtitles import read_substation
from talkshow.transcripts.ttml import read_ttml

_TIME = r"\d{1,6}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,9})?"
_ARROW = re.compile(rf"^[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}", re.MULTILINE)
_SUBSTATION = re.compile(r"\A\s*\[(?:Script Info|Events|V4\+? Styles)\]|^Dialogue:[^\n]*\d:\d\d:\d\d", re.MULTILINE)


_TTML = re.compile(r"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:\w+:)?tt[\s>]", re.DOTALL)
_NAME_ALONE = re.compile(r"\s*[^\W\d_][^:]{0,39}:\s*")


def recognise_captions(text: str) -> Evidence:
    """WebVTT's first word; or a line of times before the first caption; or the sections of SubStation Alpha."""
    head = text.lstrip()[:4000]
    arrow = _ARROW.search(head)
    numbered = arrow and head[: arrow.start()].strip()
    if arrow and not numbered and not head.startswith("WEBVTT") and names_by_times(head.split("\n")[:200]):
        return Evidence.NONE  # a transcript with a name below each time
    early = arrow is not None and head[: arrow.start()].strip().isdigit() | (not head[: arrow.start()].strip())
    found = early or _TTML.search(head) or (head.startswith("WEBVTT") and "-->" in text) or _SUBSTATION.search(head)
    return Evidence.SURE if found else Evidence.NONE


def read_captions(source: Source) -> Script:
    """Parse captions. Raises ScriptError with the place of what cannot be read."""
    builder = ScriptBuilder(source)
    substation = bool(_SUBSTATION.search(source.text)) and not _ARROW.search(source.text)
    path = source.path or Path("captions.ass" if substation else "captions.srt")
    read = read_ttml if _TTML.search(source.text[:4000]) else read_substation if substation else read_cues
    captions, warnings = read(path, source.text)
    remarks = Remarks()
    turns = [
        Turn(speaker, text, start_s=span.start_s, end_s=span.end_s, goes_on=index == 0)
        for parts in caption_turns([_with_names(caption) for caption in unrolled(captions)], remarks)
        for index, (speaker, text, span) in enumerate(parts)
    ]
    for warning in (*warnings, *remarks.warnings()):
        builder.warn(warning.removeprefix(f"{path.name}: "))
    add_turns(builder, turns)
    return builder.finish()


def _with_names(caption: Caption) -> Caption:
    """A caption in which a name alone on a line precedes the words of the next line."""
    lines: list[tuple[Run, ...]] = []
    for line in caption.lines:
        above = "".join(run.text for run in lines[-1]) if lines else ""
        if _NAME_ALONE.fullmatch(above) and line:
            lines[-1] = (replace(line[0], text=f"{above.strip()} {line[0].text.lstrip()}"), *line[1:])
        else:
            lines.append(line)
    return replace(caption, lines=tuple(lines))
