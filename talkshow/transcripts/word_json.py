"""Transcripts in JSON to words with times and speakers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from talkshow.errors import ScriptError
from talkshow.span import Span
from talkshow.store.inputs import parse_json
from talkshow.transcripts.caption import Remarks, Spoken
from talkshow.transcripts.json_forms import Entry, Form, form_of
from talkshow.transcripts.json_times import Time, unit_of
from talkshow.transcripts.laying import over
from talkshow.transcripts.skipped import Skipped

_LONGEST_S = 2.0  # of a word whose end is not told
_SHORT_S = 0.3  # of the last words, if nothing tells when they end
_CHEVRONS = re.compile(r"(?:^|(?<=\s))>{2,3}(?=\s|\w)")  # the mark of a new turn in captions


@dataclass(frozen=True)
class _Row:
    """A word or a stretch of words; None where a time is not told."""

    text: str
    speaker: str
    start_s: float | None
    end_s: float | None


def read_word_json(path: Path, text: str, remarks: Remarks, length_s: float | None = None) -> tuple[Spoken, list[str]]:
    """Words with times and speakers, and warnings.

    Segments with `words`, or words alone; words without times stand between those that have them. Segments that cannot
    be used are left out and reported.
    length_s: of the recording, if it is known: it tells seconds from milliseconds.
    Raises ScriptError for JSON without words, without times, or with more bad segments than good ones.
    """
    try:
        form = form_of(_parsed(path, text))
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        reason = exc if type(exc) is ValueError else "its lists do not hold what their names say"
        raise ScriptError(f"{reason}. Export the transcript again", path) from exc
    if form is None:
        raise ScriptError(
            "there are no words in this JSON. It may hold `segments` with `words`, as Whisper writes "
            "them, `words`, or the `cues` of a timeline.json",
            path,
        )
    skipped = Skipped(path)
    found = list(_entries(path, form, skipped))
    unit_s, assumed = (form.unit_s, "") if form.unit_s else unit_of(_sizes(found), length_s, form.declared_s)
    read = [(number, _checked(path, number, entry, unit_s, skipped)) for number, entry in found]
    told = skipped.warnings(len({number for number, rows in read if rows}), "segment")
    rows = [row for _, rows in read for row in rows if row.text.strip()]
    if rows and all(row.start_s is None and row.end_s is None for row in rows):
        raise ScriptError("no word of this JSON has a time (`start`, `end`)", path)
    clean = [replace(row, text=remarks.taken_out(_CHEVRONS.sub(" ", row.text)).strip()) for row in rows]
    told += [f"{path.name}: {assumed}"] if assumed else []
    return _between([row for row in clean if row.text]), told


def _parsed(path: Path, text: str) -> object:
    """The value of a file; a list of its lines for JSONL. Raises ValueError."""
    if path.suffix.casefold() != ".jsonl":
        return parse_json(text)
    return [parse_json(line) for line in text.splitlines() if line.strip()]


def _entries(path: Path, form: Form, skipped: Skipped) -> Iterator[tuple[int, Entry]]:
    """(number of the row, entry) of all rows that can be read; what is attached is joined to the entry before."""
    held: tuple[int, Entry] | None = None
    for number, row in enumerate(form.rows, start=1):
        try:
            read = form.read(row)
        except (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError):
            skipped.add(
                ScriptError(f"entry {number} is neither a segment nor a word with times", path, source=str(row)[:120])
            )
            continue
        for entry in read:
            if held and entry.attached:
                end = entry.end or held[1].end
                held = (held[0], replace(held[1], text=held[1].text.rstrip() + entry.text.rstrip(), end=end))
            elif entry.text.strip() or entry.words:
                if held:
                    yield held
                held = (number, entry)
    if held:
        yield held


def _sizes(found: Iterable[tuple[int, Entry]]) -> Iterator[tuple[int, Time | None, Time | None]]:
    for _, entry in found:
        for part in (entry, *entry.words):
            yield len(part.text.split()), part.begin, part.end


def _checked(path: Path, number: int, entry: Entry, unit_s: float, skipped: Skipped) -> list[_Row]:
    """The words of an entry; none, and an entry in `skipped`, if it ends before it begins."""
    start_s, end_s = (None if time is None else time.seconds(unit_s) for time in (entry.begin, entry.end))
    if start_s is not None and end_s is not None and end_s < start_s:
        quoted = entry.text or " ".join(word.text for word in entry.words)
        message = f"segment {number} ({start_s:g} to {end_s:g} s) ends before it begins"
        skipped.add(ScriptError(message, path, source=quoted))
        return []
    if not entry.words:
        return [_Row(entry.text, entry.speaker, start_s, end_s)]
    rows: list[_Row] = []
    for word in _joined(entry.words):
        begin_s, stop_s = (None if time is None else time.seconds(unit_s) for time in (word.begin, word.end))
        if begin_s is not None and stop_s is not None and stop_s < begin_s:
            begin_s = stop_s = None  # it is said; its neighbours tell when
        rows.append(_Row(word.text, word.speaker or entry.speaker, begin_s, stop_s))
    if rows and start_s is not None and rows[0].start_s is None:
        rows[0] = replace(rows[0], start_s=start_s)
    if rows and end_s is not None and rows[-1].end_s is None:
        rows[-1] = replace(rows[-1], end_s=max(end_s, rows[-1].start_s or end_s))
    return rows


def _joined(words: Sequence[Entry]) -> list[Entry]:
    """Words with what is attached to them."""
    joined: list[Entry] = []
    for word in words:
        if joined and word.attached:
            joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip() + word.text, end=word.end or joined[-1].end)
        elif word.text.strip():
            joined.append(word)
    return joined


def _between(rows: Sequence[_Row]) -> Spoken:
    """Words with times: what has none stands between its neighbours, by its length."""
    placed: Spoken = []
    at, last_s = 0, 0.0
    while at < len(rows):
        stop = at  # a stretch that begins at a known time and ends at one
        while stop + 1 < len(rows) and rows[stop].end_s is None and rows[stop + 1].start_s is None:
            stop += 1
        group = rows[at : stop + 1]
        begins = group[0].start_s
        start_s = last_s if begins is None else begins
        tokens = [token for row in group for token in row.text.split()]
        end_s = group[-1].end_s
        if end_s is None:
            after = rows[stop + 1].start_s if stop + 1 < len(rows) else None
            longest_s = start_s + _LONGEST_S * len(tokens)
            end_s = start_s + _SHORT_S * len(tokens) if after is None else min(max(after, start_s), longest_s)
        names = [row.speaker for row in group for _ in row.text.split()]
        words = over([Span(start_s, max(start_s, end_s))], tokens)
        placed += zip(words, names, strict=True)
        at, last_s = stop + 1, max(start_s, end_s)
    return placed
