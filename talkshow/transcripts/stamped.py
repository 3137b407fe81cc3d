"""Text in which lines carry the time at which they begin: exports of transcribers, lyrics, tables of segments."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from talkshow.errors import ScriptError
from talkshow.span import Span
from talkshow.transcripts.caption import SHORTEST_S, Caption, Remarks, Run, Spoken, plain_lines
from talkshow.transcripts.laying import over, union
from talkshow.transcripts.names import Names
from talkshow.transcripts.skipped import Skipped

_CLOCK = r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2}(?:[.,]\d{1,6})?)"
_FIRST = re.compile(rf"\s*[\[(]?\s*{_CLOCK}\s*[\])]?(?:\s*(?:-->|[-–—])\s*[\[(]?{_CLOCK}[\])]?)?\s*[:,;]?\s*(?=\D|$)")
_BRACKETED = re.compile(rf"\s*[\[(]\s*{_CLOCK}\s*[\])]")
_AFTER_NAME = re.compile(
    rf"\s*(?P<name>\S.{{0,59}}?)(?:\s{{2,}}|\s*\t\s*|\s+[|·•-]\s+|\s+[\[(])\s*{_CLOCK}\s*[\])]?\s*$"
)
_LAST_S = 5.0  # how long a last line stands that nothing ends
_BEGINS, _ENDS, _TEXTS = ("start", "begin", "start_time", "from"), ("end", "end_time", "to"), ("text", "transcript")
_WHO = ("speaker", "speaker_name", "name")


@dataclass(frozen=True)
class Paragraph:
    """What is said from a time on.  end_s: None if the text does not say it."""

    start_s: float
    end_s: float | None
    speaker: str
    text: str


def read_stamped(text: str) -> list[Paragraph]:
    """Paragraphs with times; empty if most lines have none, so that the text is one without times.

    Known are `[00:00:02] MAYA: hello`, `MAYA  0:02` above what she says, and labels `0.4<tab>1.9<tab>hello`.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    labels = [re.fullmatch(r"(\d+(?:\.\d+)?)\t(\d+(?:\.\d+)?)\t(.*)", line) for line in lines]
    if lines and all(labels):
        return [Paragraph(float(row[1]), float(row[2]), "", row[3]) for row in labels if row]
    after_name = [_AFTER_NAME.match(line) for line in lines]
    above = sum(bool(match) for match in after_name) >= 2 and bool(after_name[0] or after_name[min(1, len(lines) - 1)])
    heads = after_name if above else [_head(line) for line in lines]
    num = sum(bool(head) for head in heads)
    if num == 0 or (not above and 2 * num < len(lines) and not all(map(_BRACKETED.match, _matched(lines, heads)))):
        return []
    found: list[Paragraph] = []
    for line, head in zip(lines, heads, strict=True):
        if head:
            times = head.groups()[-3:] if above else head.groups()[:3]
            end = None if above or head.group(5) is None else _seconds(head.groups()[3:6])
            name = head["name"] if above else ""
            found.append(Paragraph(_seconds(times), end, name, "" if above else line[head.end() :].strip()))
        elif found:
            last = found[-1]
            found[-1] = Paragraph(last.start_s, last.end_s, last.speaker, f"{last.text}\n{line.strip()}".strip())
        else:
            found.append(Paragraph(0.0, None, "", line.strip()))
    return found


def _head(line: str) -> re.Match[str] | None:
    """The time that a line begins with; `10:30 sharp: no later.` has none: nothing parts it from the words."""
    match = _FIRST.match(line)
    if match is None:
        return None
    parted = re.search(r"[\])\-–—>:,;\t]\s*$|\s{2,}$|\.\d+\s*$", match[0]) or match.end() == len(line.rstrip())
    return match if parted else None


def _matched(lines: Sequence[str], heads: Sequence[object]) -> list[str]:
    return [line for line, head in zip(lines, heads, strict=True) if head]


def stamped_words(paragraphs: Sequence[Paragraph], turns: Sequence[tuple[str, Span]], remarks: Remarks) -> Spoken:
    """Words of each paragraph, laid over the speech between its begin and its end or the next paragraph."""
    ordered = sorted(paragraphs, key=lambda row: row.start_s)
    lines = [(line, row == 0) for each in ordered for row, line in enumerate(each.text.split("\n")) if not each.speaker]
    remarks.names = names = Names.of(lines)
    spoken: Spoken = []
    speech = union([span for _, span in turns])
    for at, paragraph in enumerate(ordered):
        after = (ordered[n].start_s for n in range(at + 1, len(ordered)) if ordered[n].start_s > paragraph.start_s)
        last_s = max((span.end_s for span in speech), default=0.0)
        end_s = paragraph.end_s or next(after, max(last_s, paragraph.start_s + _LAST_S))
        whole = Span(paragraph.start_s, max(end_s, paragraph.start_s + SHORTEST_S))
        speaker, tokens = paragraph.speaker, []
        for line in paragraph.text.split("\n"):
            name, rest = ("", line) if paragraph.speaker else names.split(line, first=True)
            speaker = name or speaker
            tokens += [(word, speaker) for word in remarks.taken_out(rest).split()]
        within = [part for span in speech if (part := span & whole)] or [whole]
        words = over(within, [word for word, _ in tokens])
        spoken += [(word, who) for word, (_, who) in zip(words, tokens, strict=True)]
    return spoken


def read_table(path: Path, text: str) -> tuple[list[Caption], list[str]]:
    """The captions of a table with columns for start, end, text and perhaps speaker, and warnings.

    Whole numbers in a table of Whisper (start, end, text; tabs) are milliseconds. Raises ScriptError.
    """
    head = text.split("\n", 1)[0]
    delimiter = max("\t;,", key=head.count)
    rows = [row for row in csv.reader(text.split("\n"), delimiter=delimiter) if any(cell.strip() for cell in row)]
    keys = [cell.strip().casefold() for cell in rows[0]] if rows else []
    columns = [next((keys.index(key) for key in each if key in keys), None) for each in (_BEGINS, _ENDS, _TEXTS, _WHO)]
    if columns[0] is None or columns[2] is None:
        raise ScriptError("the first line of this table must name its columns: start, end, text", path, 1, 1, head)
    whole = path.suffix.casefold() == ".tsv" and keys == ["start", "end", "text"]
    skipped, captions = Skipped(path), []
    for number, row in enumerate(rows[1:], start=2):
        cells = ["" if at is None or at >= len(row) else row[at].strip() for at in columns]
        try:
            start_s = _cell(cells[0], whole)
            end_s = _cell(cells[1], whole) if cells[1] else start_s + _LAST_S
        except ValueError:
            skipped.add(ScriptError("the times of this row are not valid", path, number, 1, delimiter.join(row)))
            continue
        if end_s < start_s:
            skipped.add(ScriptError("this row ends before it begins", path, number, 1, delimiter.join(row)))
            continue
        lines = plain_lines(cells[2], cells[3])
        captions.append(Caption(Span(start_s, max(end_s, start_s + SHORTEST_S)), lines))
    return captions, skipped.warnings(len(captions), "row")


def _cell(text: str, milliseconds: bool) -> float:
    """A time of a table in seconds. Raises ValueError."""
    if match := re.fullmatch(_CLOCK, text):
        return _seconds(match.groups())
    if milliseconds and text.isdecimal():
        return int(text) / 1000
    value = float(text)
    if not 0 <= value < 1e9:
        raise ValueError
    return value


def clock_seconds(text: str) -> float | None:
    """A time such as `1:02`, `00:01:02.5` or `62.5`, in seconds; None for anything else."""
    try:
        return _cell(text.strip(), milliseconds=False)
    except ValueError:
        return None


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds = ((part or "0").replace(",", ".") for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def read_lyrics(path: Path, text: str) -> tuple[list[Caption], list[str]]:
    """The lines of an LRC file, each until the next begins, with word times `<00:01.20>`. Raises ScriptError."""
    stamp = re.compile(r"[\[<](\d{1,4}):(\d{2}(?:[.:]\d{1,3})?)[\]>]")
    starts: list[tuple[float, tuple[Run, ...]]] = []
    for line in text.split("\n"):
        if not (first := stamp.match(line.strip())):
            continue
        runs, at_s, done = [], None, first.end()
        for match in [*stamp.finditer(line.strip(), first.end()), None]:
            piece = line.strip()[done : match.start() if match else None]
            runs += [Run(piece, "", at_s)] if piece.strip() else []
            if match:
                at_s, done = _seconds((None, match[1], match[2].replace(":", "."))), match.end()
        starts.append((_seconds((None, first[1], first[2].replace(":", "."))), tuple(runs)))
    if not starts:
        if text.strip():
            raise ScriptError("there is no line with a time in this file", path)
        return [], []
    starts.sort(key=lambda row: row[0])
    ends = [*(start_s for start_s, _ in starts[1:]), starts[-1][0] + _LAST_S]
    return [
        Caption(Span(start_s, max(end_s, start_s + SHORTEST_S)), (runs,))
        for (start_s, runs), end_s in zip(starts, ends, strict=True)
        if runs
    ], []
