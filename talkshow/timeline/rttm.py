"""Turns as RTTM, the field's format for who speaks when: read strictly, written plainly.

Rich Transcription Time Marked, NIST RT-09 evaluation plan, appendix A: a line a turn, fields separated by spaces,

    SPEAKER recording 1 start_s duration_s <NA> <NA> name <NA> <NA>
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from talkshow.errors import ScriptError, choose, printable
from talkshow.span import Span
from talkshow.store.inputs import LONG_TEXT, read_text
from talkshow.timeline.turns import Diarization, Turn, ordered

NOT_GIVEN = "<NA>"
# What the format knows besides SPEAKER; none of it says who speaks when.
OTHER_TYPES = (
    "SEGMENT",
    "NOSCORE",
    "NO_RT_METADATA",
    "LEXEME",
    "NON-LEX",
    "NON-SPEECH",
    "FILLER",
    "EDIT",
    "IP",
    "SU",
    "CB",
    "A/P",
    "SPKR-INFO",
)
FEWEST_FIELDS, MOST_FIELDS = 8, 10
_EARLY_S = 0.01  # by which starts before zero or ends after the recording are mere rounding


def read_rttm(path: Path, duration_s: float = math.inf) -> Diarization:
    """The turns of one recording of `duration_s`; turns after its end are cut, with a warning.

    Turns of one speaker that touch are one turn. Raises ScriptError with the line: not RTTM, a time that is not valid,
    turns of several recordings, no speaker, or no turn within the recording.
    """
    turns: list[Turn] = []
    recordings: dict[str, int] = {}
    warnings: list[str] = []
    for number, line in _lines(path):
        row = _row(path, number, line)
        if row is None:
            continue
        recording, turn = row
        recordings.setdefault(recording, number)
        if len(recordings) > 1:
            raise ScriptError(
                f"turns of another recording, '{recording}', after those of '{next(iter(recordings))}': "
                "one file holds the turns of one recording",
                path,
                number,
                1,
                line,
            )
        if not turn.span:
            warnings.append(f"{path}:{number}: {turn.speaker}'s turn lasts no time: left out")
        elif turn.span.start_s >= duration_s:
            warnings.append(
                f"{path}:{number}: {turn.speaker}'s turn at {turn.span.start_s:.2f} s begins after the end "
                f"of the recording ({duration_s:.2f} s): left out"
            )
        elif turn.span.end_s > duration_s + _EARLY_S:
            warnings.append(
                f"{path}:{number}: {turn.speaker}'s turn runs to {turn.span.end_s:.2f} s, past the end of "
                f"the recording ({duration_s:.2f} s): cut there"
            )
        turns.append(Turn(turn.speaker, turn.span & Span(0.0, duration_s)))
    if not turns:
        raise ScriptError("names no speaker: it has no SPEAKER line", path)
    heard = [turn for turn in turns if turn.span]
    if not heard:
        raise ScriptError(f"no turn in it lies within the recording ({duration_s:.2f} s)", path)
    return Diarization(ordered(joined_turns(heard)), warnings=tuple(warnings))


def to_rttm(turns: Iterable[Turn], recording: str) -> str:
    """One SPEAKER line per turn. Spaces in names become underscores; names that become equal get -2, -3."""
    turns = list(turns)
    safe: dict[str, str] = {}
    for speaker in dict.fromkeys(turn.speaker for turn in turns):
        plain = _token(speaker)
        numbered = itertools.chain([plain], (f"{plain}-{count}" for count in itertools.count(2)))
        safe[speaker] = next(candidate for candidate in numbered if candidate not in safe.values())
    return "".join(
        f"SPEAKER {_token(recording)} 1 {turn.span.start_s:.3f} {turn.span.duration_s:.3f} <NA> <NA> "
        f"{safe[turn.speaker]} <NA> <NA>\n"
        for turn in turns
        if turn.span
    )


def joined_turns(turns: Iterable[Turn], rest_s: float = 0.0) -> list[Turn]:
    """Turns of one speaker that overlap, touch or have so short a rest between them made one; by speaker and start."""
    found: list[Turn] = []
    for turn in sorted(turns, key=lambda turn: (turn.speaker, turn.span)):
        if found and found[-1].speaker == turn.speaker and turn.span.start_s <= found[-1].span.end_s + rest_s:
            found[-1] = Turn(turn.speaker, found[-1].span | turn.span)
        else:
            found.append(turn)
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines that are neither empty nor comments."""
    try:
        lines = read_text(path, LONG_TEXT, "utf-8-sig").split("\n")
    except OSError as exc:
        raise ScriptError(f"cannot be read: {exc.strerror or exc}", path) from exc
    except UnicodeDecodeError as exc:
        raise ScriptError("is not RTTM: it is not UTF-8 text", path) from exc
    for number, line in enumerate(lines, start=1):
        said = line.split(";;", 1)[0]
        if said.strip() and not said.lstrip().startswith("#"):
            yield number, said.rstrip()


def _row(path: Path, number: int, line: str) -> tuple[str, Turn] | None:
    """(recording, turn) of a SPEAKER line; None for lines of other types."""
    fields = _fields(line)
    kind = fields[0][0]
    if kind in OTHER_TYPES:
        return None
    if kind != "SPEAKER":
        kinds = choose(kind[:40], ("SPEAKER", *OTHER_TYPES))
        raise ScriptError(
            f"'{printable(kind[:40])}' is not a type of RTTM line. {kinds}", path, number, fields[0][1], line
        )
    if not FEWEST_FIELDS <= len(fields) <= MOST_FIELDS:
        raise ScriptError(
            f"{len(fields)} fields where a SPEAKER line has 10: SPEAKER recording 1 start duration <NA> "
            "<NA> name <NA> <NA>",
            path,
            number,
            1,
            line,
        )
    start_s, duration_s = (
        _seconds(path, number, line, *fields[at], what) for at, what in ((3, "start"), (4, "duration"))
    )
    speaker, column = fields[7]
    speaker = " ".join(speaker.split()).strip("\"'")
    if speaker in (NOT_GIVEN, ""):
        raise ScriptError("names no speaker: the eighth field is the speaker", path, number, column, line)
    return fields[1][0], Turn(speaker, Span(start_s, start_s + duration_s))


def _fields(line: str) -> list[tuple[str, int]]:
    """(text, column) of the fields of a line.

    Names of recordings and speakers may hold spaces, as many programs write them: the fields in front of the channel
    and the two times are the recording, those between the third <NA> and those at the end are the speaker.
    """
    separator = r"[^\t]+" if line.count("\t") >= FEWEST_FIELDS - 1 else r"\S+"
    found = [(match.group().strip(), match.start() + 1) for match in re.finditer(separator, line.strip("\r\n"))]
    if found[0][0] != "SPEAKER" or len(found) < FEWEST_FIELDS:
        return found
    at = next((at for at in range(2, len(found) - 4) if _holds_times(found, at)), 2)
    head, behind = [found[0], _joined(found[1:at])], found[at : at + 5]
    rest = found[at + 5 :]
    tail: list[tuple[str, int]] = []
    while len(rest) > 1 and len(tail) < 2 and (rest[-1][0] == NOT_GIVEN or _is_confidence(rest, tail)):
        tail.insert(0, rest.pop())
    return [*head, *behind, *([_joined(rest)] if rest else []), *tail]


def _holds_times(fields: list[tuple[str, int]], at: int) -> bool:
    """Whether the channel, the two times and two empty fields stand from here on."""
    channel, start, duration, *empty = (field for field, _ in fields[at : at + 5])
    return (
        (channel.isdecimal() or channel == NOT_GIVEN)
        and _is_number(start)
        and _is_number(duration)
        and empty == [NOT_GIVEN, NOT_GIVEN]
    )


def _is_confidence(rest: list[tuple[str, int]], tail: list[tuple[str, int]]) -> bool:
    """Whether the last field is how sure a diarizer was: `0.87`, but not the 1 of `Speaker 1`."""
    return len(tail) < 2 and re.fullmatch(r"[01]?\.\d+", rest[-1][0]) is not None


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _joined(fields: list[tuple[str, int]]) -> tuple[str, int]:
    return " ".join(text for text, _ in fields), fields[0][1]


def _seconds(path: Path, number: int, line: str, text: str, column: int, what: str) -> float:
    """A time that is one, rounding below zero forgiven."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds) or seconds < -_EARLY_S:
        raise ScriptError(
            f"the {what} '{printable(text)}' is not a valid time: write seconds, for example 12.5",
            path,
            number,
            column,
            line,
        )
    return max(0.0, seconds)


def _token(text: str) -> str:
    """A name as one field."""
    kept = "".join(ch for ch in " ".join(text.split()) if unicodedata.category(ch) != "Cc")
    return re.sub(r"\s+", "_", kept) or "_"
