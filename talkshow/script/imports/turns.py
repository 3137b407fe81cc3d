"""What a file of another program says, turn by turn, and how it becomes lines of a script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from talkshow.script.builder import LONGEST_S, ScriptBuilder
from talkshow.script.header import LineTags, read_header, read_tags

NARRATOR = "Narrator"
NATURAL_S = 1.0  # a rest up to here is one that people make anyway
_SAME_S = 0.05  # who begins so close to each other begins together
_LONG_S = 10.0  # a rest beyond is reported
_FINISHED = re.compile(r"[.!?…。！？:;][\"'”’»」)\]]*$")


@dataclass(frozen=True)
class Turn:
    """What one person says.

    speaker: as written, with the parentheses behind it; "" where no one is named.  line: of the file, from
    1; 0 where it is not known.  start_s, end_s: in seconds of the file, None where it does not say them.  groups: what
    is said of the turn, each in parentheses or braces.  together: begins with the turn before it.
    goes_on: whether it is the same sentence as the turn before it, where that one is not finished.
    """

    speaker: str
    text: str
    line: int = 0
    start_s: float | None = None
    end_s: float | None = None
    groups: tuple[str, ...] = ()
    together: bool = False
    goes_on: bool = False


def add_turns(builder: ScriptBuilder, turns: Iterable[Turn]) -> None:
    """Give turns to the builder; the rests between their times become pauses. What is assumed is a warning."""
    said = _joined(_named(builder, [turn for turn in turns if turn.text.strip()]))
    longest, untimed = 0.0, 0
    before: Turn | None = None
    for turn in said:
        gap_s, overlap_s, together = _timing(before, turn)
        untimed += turn.start_s is not None and turn.end_s is None
        longest = max(longest, gap_s or 0.0)
        _add(builder, turn, gap_s, overlap_s, together)
        before = turn if before is None or not together else _longer(before, turn)
    if untimed:
        builder.warn("the times of this file are not used: they say when each turn begins, but not when it ends")
    if longest > _LONG_S:
        builder.warn(f"the rests of this file become pauses; the longest is {longest:g} s")


def _named(builder: ScriptBuilder, turns: Sequence[Turn]) -> list[Turn]:
    """Turns that all have a speaker: who is not named is the one before."""
    unnamed = [turn for turn in turns if not turn.speaker.strip()]
    if unnamed and len(unnamed) == len(turns):
        builder.warn(f"no one is named in this file: all of it is said by one speaker, called {NARRATOR}")
        return [replace(turn, speaker=NARRATOR) for turn in turns]
    found: list[Turn] = []
    first = next((turn.speaker for turn in turns if turn.speaker.strip()), "")
    for turn in turns:
        speaker = turn.speaker if turn.speaker.strip() else found[-1].speaker if found else NARRATOR
        found.append(replace(turn, speaker=speaker))
    if unnamed:
        who = "the speaker before" if turns[0].speaker.strip() else f"the speaker before, or of {NARRATOR}"
        number = "one turn names" if len(unnamed) == 1 else f"{len(unnamed)} turns name"
        builder.warn(f"{number} no speaker: taken for words of {who}; {first} is named first", unnamed[0].line)
    return found


def _joined(turns: Sequence[Turn]) -> list[Turn]:
    """Turns of which those are one that only the file cuts: a sentence over two captions."""
    found: list[Turn] = []
    for turn in turns:
        last = found[-1] if found else None
        if last and turn.goes_on and turn.speaker == last.speaker and not _FINISHED.search(last.text):
            rest_s = (turn.start_s or 0.0) - (last.end_s or 0.0)
            if rest_s <= NATURAL_S:
                found[-1] = replace(last, text=f"{last.text} {turn.text}", end_s=turn.end_s)
                continue
        found.append(turn)
    return found


def _timing(before: Turn | None, turn: Turn) -> tuple[float | None, float | None, bool]:
    """(pause, overlap, whether it begins together) of a turn after another."""
    if before is None or turn.start_s is None or before.end_s is None or before.start_s is None:
        return None, None, turn.together and before is not None
    other = before.speaker != turn.speaker
    if turn.together or (other and abs(turn.start_s - before.start_s) <= _SAME_S):
        return None, None, True
    rest_s = round(turn.start_s - before.end_s, 2)
    if rest_s > NATURAL_S:
        return min(rest_s, LONGEST_S), None, False
    if other and rest_s < -0.3 and turn.start_s > before.start_s:
        return None, min(-rest_s, round(before.end_s - before.start_s, 2), LONGEST_S), False
    return None, None, False


def _longer(one: Turn, other: Turn) -> Turn:
    return one if (one.end_s or 0.0) >= (other.end_s or 0.0) else other


def _add(builder: ScriptBuilder, turn: Turn, gap_s: float | None, overlap_s: float | None, together: bool) -> None:
    header = read_header(builder.clean(turn.speaker, turn.line), colon=False)
    tags = read_tags((*(header.groups if header else ()), *turn.groups))
    builder.add_line(
        header.raw if header else turn.speaker, _timed(tags, gap_s, overlap_s, together), turn.text, turn.line
    )


def _timed(tags: LineTags, gap_s: float | None, overlap_s: float | None, together: bool) -> LineTags:
    timing = tags.timing
    if together:
        timing = replace(timing, together=True)
    elif timing.gap_s is None and timing.overlap_s is None:
        timing = replace(timing, gap_s=gap_s, overlap_s=overlap_s)
    return replace(tags, timing=timing)
