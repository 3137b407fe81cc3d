"""Transcripts in JSON: Whisper, WhisperX, whisper.cpp, OpenAI, AssemblyAI, ElevenLabs Scribe, and our own cues."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talkshow.errors import ScriptError
from talkshow.span import Span
from talkshow.store.inputs import parse_json
from talkshow.transcribe.caption import Remarks, Spoken
from talkshow.transcribe.laying import over

_LISTS = ("cues", "segments", "words", "utterances", "transcription")
_BEGINS, _ENDS = ("start", "start_s"), ("end", "end_s")
_NO_WORDS = ("spacing", "audio_event")
_LONG_WORD = 20  # no word takes this many seconds: these are milliseconds


@dataclass(frozen=True)
class _Row:
    """A word or a stretch of words; None where a time is not told."""

    text: str
    speaker: str
    start_s: float | None
    end_s: float | None


class _Backwards(Exception):
    """A segment that ends before it begins."""


def read_word_json(path: Path, text: str, remarks: Remarks) -> tuple[Spoken, list[str]]:
    """Words with times and speakers, and warnings.

    Segments with `words`, or words alone; words without times stand between those that have them. A segment that ends
    before it begins is left out and reported. Raises ScriptError with the number of the entry that is none.
    """
    try:
        rows = _rows(parse_json(text))
    except ValueError as exc:
        raise ScriptError(f"{exc}. Export the transcript again", path) from exc
    if rows is None:
        raise ScriptError(
            "there are no words in this JSON. It may hold `segments` with `words`, as Whisper writes "
            "them, `words`, or the `cues` of a timeline.json",
            path,
        )
    unit = 0.001 if _in_milliseconds(rows) else 1.0
    found: list[_Row] = []
    told: list[str] = []
    for number, row in enumerate(rows, start=1):
        try:
            found += _entry(row, unit)
        except _Backwards as exc:
            told.append(f"{path.name}: segment {number} ({exc}) ends before it begins and is left out")
        except (TypeError, ValueError, KeyError, AttributeError) as exc:
            raise ScriptError(
                f"entry {number} is neither a segment nor a word with times ({type(exc).__name__}: {exc})", path
            ) from exc
    found = [row for row in found if row.text]
    if found and all(row.start_s is None and row.end_s is None for row in found):
        raise ScriptError("no word of this JSON has a time (`start`, `end`)", path)
    clean = [_Row(remarks.taken_out(row.text).strip(), row.speaker, row.start_s, row.end_s) for row in found]
    return _between([row for row in clean if row.text]), told


def _rows(value: Any) -> list[Any] | None:
    if isinstance(value, dict):
        return next((value[key] for key in _LISTS if isinstance(value.get(key), list)), None)
    return value if isinstance(value, list) else None


def _in_milliseconds(rows: Sequence[Any]) -> bool:
    """Whether the times of a file are whole numbers too large for seconds, by what a word takes."""
    inner = [row.get("words") for row in rows if isinstance(row, dict)]
    times_a_word = []
    for row in [*rows, *(word for words in inner if isinstance(words, list) for word in words)]:
        if isinstance(row, dict):
            start, end = (_whole(next((row[key] for key in keys if key in row), None)) for keys in (_BEGINS, _ENDS))
            num_words = len(str(row.get("text") or row.get("word") or "").split())
            if start is not None and end is not None and end > start and num_words:
                times_a_word.append((end - start) / num_words)
    return bool(times_a_word) and statistics.median(times_a_word) >= _LONG_WORD


def _whole(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if number and value == int(value) else None


def _entry(row: Any, unit: float) -> list[_Row]:
    """The words of a segment, or the one word that an entry is."""
    speaker = _speaker(row)
    inner = row.get("words") or []
    if row.get("type") in _NO_WORDS:
        return []
    if "offsets" in row:  # whisper.cpp
        row, unit = {"text": row["text"], "start": row["offsets"]["from"], "end": row["offsets"]["to"]}, 0.001
    start_s, end_s = _times(row, unit)
    if not inner:
        return [_Row(_text(row).strip(), speaker, start_s, end_s)]
    words = [
        _Row(_text(word).strip(), _speaker(word) or speaker, *_times(word, unit))
        for word in inner
        if word.get("type") not in _NO_WORDS
    ]
    if words and start_s is not None and words[0].start_s is None:
        words[0] = _Row(words[0].text, words[0].speaker, start_s, words[0].end_s)
    if words and end_s is not None and words[-1].end_s is None:
        words[-1] = _Row(words[-1].text, words[-1].speaker, words[-1].start_s, end_s)
    return words


def _speaker(row: Mapping[str, Any]) -> str:
    told = next((row[key] for key in ("speaker", "speaker_id") if row.get(key) is not None), "")
    return str(told).strip()


def _text(row: Mapping[str, Any]) -> str:
    return str(row["text"] if "text" in row else row["word"])


def _times(row: Mapping[str, Any], unit: float) -> tuple[float | None, float | None]:
    """Begin and end in seconds. Raises ValueError for a time that is not valid, _Backwards."""
    begin, end = (next((row[key] for key in keys if row.get(key) is not None), None) for keys in (_BEGINS, _ENDS))
    start_s, end_s = (None if value is None else float(value) * unit for value in (begin, end))
    if any(value is not None and not math.isfinite(value) for value in (start_s, end_s)):
        raise ValueError(f"{start_s} to {end_s} s is not a valid time")
    if start_s is not None and end_s is not None and end_s < start_s:
        raise _Backwards(f"{start_s:g} to {end_s:g} s")
    return start_s, end_s


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
        end_s = group[-1].end_s
        if end_s is None:
            after = rows[stop + 1].start_s if stop + 1 < len(rows) else None
            end_s = start_s if after is None else max(after, start_s)
        tokens = [token for row in group for token in row.text.split()]
        names = [row.speaker for row in group for _ in row.text.split()]
        words = over([Span(start_s, max(start_s, end_s))], tokens)
        placed += zip(words, names, strict=True)
        at, last_s = stop + 1, max(start_s, end_s)
    return placed
