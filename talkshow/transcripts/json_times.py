"""Times as JSON transcripts write them, and whether those of a file are seconds or milliseconds."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_BEGINS = (  # keys, and the unit that their names say; None: of the whole file
    ("start_s", 1.0), ("start_ms", 0.001), ("startMs", 0.001), ("tStartMs", 0.001), ("offsetMilliseconds", 0.001),
    ("offsetInTicks", 1e-7), ("Offset", 1e-7), ("start", None), ("start_time", None), ("startTime", None),
    ("startOffset", None), ("start_offset", None), ("start_ts", 1.0), ("ts", 1.0), ("timestamp", None),
    ("offset", None), ("begin", None), ("time_begin", None), ("data_start", 1.0),
)  # fmt: skip
_ENDS = (
    ("end_s", 1.0), ("end_ms", 0.001), ("endMs", 0.001), ("end", None), ("end_time", None), ("endTime", None),
    ("endOffset", None), ("end_offset", None), ("end_ts", 1.0), ("end_timestamp", None), ("resultEndTime", None),
    ("resultEndOffset", None), ("time_end", None), ("data_end", 1.0),
)  # fmt: skip
_LENGTHS = (
    ("durationMilliseconds", 0.001), ("durationInTicks", 1e-7), ("Duration", 1e-7), ("dDurationMs", 0.001),
    ("duration_ms", 0.001), ("duration_s", 1.0), ("duration", None), ("dur", None),
)  # fmt: skip
_PERIOD = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")  # ISO 8601
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:[.,]\d+)?)")
_LONG_WORD = 20  # no word takes this many seconds: these are milliseconds
_MARGIN_S, _FAR = 2.0, 1.1  # by which the end of a transcript may exceed its recording


@dataclass(frozen=True)
class Time:
    """A time of a file.  known: in seconds, else in the unit of the file."""

    value: float
    known: bool

    def seconds(self, unit_s: float) -> float:
        """The time in seconds in a file of this unit."""
        return self.value if self.known else self.value * unit_s


def begin_and_end(row: Mapping[str, Any]) -> tuple[Time | None, Time | None]:
    """When a word or segment begins and ends, None where it is not told. Raises ValueError, TypeError."""
    if isinstance(row.get("timestamp"), list):
        begin, end = (None if value is None else _time(value, None) for value in row["timestamp"])
        return begin, end
    begin, end = _first(row, _BEGINS), _first(row, _ENDS)
    if end is None and begin is not None and (length := _first(row, _LENGTHS)) is not None:
        if length.known != begin.known:
            raise ValueError("its begin and its duration are in different units")
        end = Time(begin.value + length.value, begin.known)
    return begin, end


def _first(row: Mapping[str, Any], keys: Sequence[tuple[str, float | None]]) -> Time | None:
    for key, unit_s in keys:
        if row.get(key) is not None:
            return _time(row[key], unit_s)
    return None


def _time(value: Any, unit_s: float | None) -> Time:
    """A number, "4.87", "1.200s", "PT1.5S", "00:00:01,200" or {"seconds": 1, "nanos": 200000000}."""
    if isinstance(value, Mapping):
        return _finite(float(value.get("seconds") or 0) + float(value.get("nanos") or 0) / 1e9, True)
    if isinstance(value, str):
        text = value.strip()
        if text.endswith("s") and text[:1].isdigit():
            return _finite(float(text[:-1]), True)
        if match := _PERIOD.fullmatch(text):
            hours, minutes, seconds = (float(part or 0) for part in match.groups())
            return _finite(hours * 3600 + minutes * 60 + seconds, True)
        if match := _CLOCK.fullmatch(text):
            hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in match.groups())
            return _finite(hours * 3600 + minutes * 60 + seconds, True)
        value = text
    if isinstance(value, bool):
        raise ValueError(f"{value} is not a valid time")
    number = float(value)
    return _finite(number if unit_s is None else number * unit_s, unit_s is not None)


def _finite(number: float, known: bool) -> Time:
    if not math.isfinite(number):
        raise ValueError(f"{number} is not a valid time")
    return Time(number, known)


def unit_of(
    spans: Iterable[tuple[int, Time | None, Time | None]], length_s: float | None, declared_s: float | None
) -> tuple[float, str]:
    """(unit of the times in seconds, what was assumed; "" where it is certain).

    spans:      (number of words, begin, end) of all words and segments
    length_s:   of the recording, None if it is not known
    declared_s: how long the recording is as the file says, None if it does not
    """
    a_word, last, whole = [], 0.0, True
    for num_words, begin, end in spans:
        times = [time.value for time in (begin, end) if time is not None and not time.known]
        last = max([last, *times])
        whole = whole and all(value == int(value) for value in times)
        if len(times) == 2 and times[1] > times[0] and num_words:
            a_word.append((times[1] - times[0]) / num_words)
    long_words = bool(a_word) and statistics.median(a_word) >= _LONG_WORD

    def fits(value: float, length: float | None) -> bool:
        return length is not None and value <= length * _FAR + _MARGIN_S

    if length_s is not None and fits(last, length_s):
        if long_words and whole and fits(last / 1000, declared_s) and not fits(last, declared_s):
            return 0.001, ""
        told = "its times are read as seconds, in which they fit the recording, although its words are very slow"
        return 1.0, told if long_words else ""
    known_s = length_s if length_s is not None else declared_s
    if fits(last / 1000, known_s) and not fits(last, known_s) and (long_words or last > 20 * (known_s or 0.0)):
        certain = long_words and whole
        return 0.001, "" if certain else "its times are read as milliseconds, in which they fit the recording"
    return (0.001, "") if long_words and whole else (1.0, "")
