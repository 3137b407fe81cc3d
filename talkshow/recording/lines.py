"""Turns and words to lines: what a recording is as a script, and on the time line."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from talkshow.clock import FPS, frames_to_seconds
from talkshow.languages.registry import DEFAULT
from talkshow.script.model import Line, Say, Scene, Script, Timing
from talkshow.span import Span
from talkshow.timeline.turns import Turn
from talkshow.timeline.types import Cue, Timeline
from talkshow.words import Word

REST_S = 0.9  # a longer rest of a speaker ends a line
LONGEST_S = 14.0  # a longer line is parted where a sentence ends
MURMUR_S = 1.2  # a line that is not longer, under another speaker's turn, is a backchannel
_FAR_S = 1.0  # a word this far from every turn has no speaker
_SENTENCE_ENDS = (".", "!", "?", "…")


@dataclass(frozen=True)
class RecordedLine:
    """A line of a recording.  span: in seconds, not yet on the frame grid.  murmur: under a longer line."""

    speaker: str
    span: Span
    words: tuple[Word, ...] = ()
    murmur: bool = False

    @property
    def text(self) -> str:
        """All words."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def line(self) -> Line:
        """As a script has it."""
        pieces = (Say(self.text),) if self.words else ()
        return Line(self.speaker, pieces, timing=Timing(backchannel=self.murmur))


def assign_words(words: Sequence[Word], turns: Sequence[Turn]) -> list[tuple[Word, int]]:
    """Each word with the index of the turn, of those in order of start, in which it is said.

    Words far from every turn have no speaker and are left out.
    Where several turns hold a word, it is that of the turn which holds more of it, and among equals of the one that
    was speaking before.
    """
    found: list[tuple[Word, int]] = []
    starts = [turn.span.start_s for turn in turns]
    ends = list(itertools.accumulate((turn.span.end_s for turn in turns), max))
    last = -1
    for word in words:
        low = bisect.bisect_right(ends, word.span.start_s - _FAR_S)
        high = bisect.bisect_left(starts, word.span.end_s + _FAR_S)
        near = [index for index in range(low, high) if word.span.start_s < turns[index].span.end_s + _FAR_S]
        if near:

            def fit(index: int, word: Word = word, last: int = last) -> tuple[float, float, bool]:
                span = turns[index].span
                distance = max(span.start_s - word.span.end_s, word.span.start_s - span.end_s, 0.0)
                return round((span & word.span).duration_s, 2), -distance, index == last

            last = max(near, key=fit)
            found.append((word, last))
    return found


def lines_said(turns: Sequence[Turn], words: Sequence[Word]) -> list[RecordedLine]:
    """Turns joined to lines: over short rests in which no one else begins; long ones parted at sentence ends.

    A short line that lies wholly under another's is marked as a murmur.
    """
    said: list[RecordedLine] = []
    of_turn: dict[int, list[Word]] = {}
    for word, index in assign_words(words, turns):
        of_turn.setdefault(index, []).append(word)
    open_lines: dict[str, RecordedLine] = {}
    for index, turn in enumerate(turns):
        own = _one_after_the_other(of_turn.get(index, ()))
        before = open_lines.get(turn.speaker)
        if before and turn.span.start_s - before.span.end_s <= REST_S and not _interrupted(said, before, turn):
            said.remove(before)
            line = RecordedLine(turn.speaker, before.span | turn.span, before.words + own)
        else:
            line = RecordedLine(turn.speaker, turn.span, own)
        open_lines[turn.speaker] = line
        said.append(line)
    parted = [part for line in said for part in _parted(line)]
    marked = (replace(line, murmur=_is_murmur(line, parted)) for line in parted)
    return sorted(marked, key=lambda line: (line.span.start_s, line.span.end_s, line.speaker))


def _one_after_the_other(words: Sequence[Word]) -> tuple[Word, ...]:
    """Words in their order, none before the one it follows: captions that are shown at once share their time."""
    ordered: list[Word] = []
    for word in words:
        start_s = max(word.span.start_s, ordered[-1].span.start_s if ordered else 0.0)
        ordered.append(Word(word.text, Span(start_s, max(start_s, word.span.end_s))))
    return tuple(ordered)


def _interrupted(said: Sequence[RecordedLine], before: RecordedLine, turn: Turn) -> bool:
    """Whether another speaker began in the rest between a line and the speaker's next turn."""
    return any(
        line.speaker != turn.speaker and before.span.end_s <= line.span.start_s <= turn.span.start_s for line in said
    )


def _parted(line: RecordedLine) -> list[RecordedLine]:
    """A long line in pieces, each ending with a sentence, or else with a clause, or else at its longest rest."""
    if line.span.duration_s <= LONGEST_S or len(line.words) < 2:
        return [line]
    middle = (line.span.start_s + line.span.end_s) / 2

    def cost(index: int) -> float:
        word, following = line.words[index], line.words[index + 1]
        bare = word.text.rstrip("\"'”’)")
        rest_s = following.span.start_s - word.span.end_s
        kind = 0.0 if bare.endswith(_SENTENCE_ENDS) else 3.0 if bare.endswith((",", ";", ":")) else 6.0
        return kind - min(rest_s, 1.0) * 4 + abs(word.span.end_s - middle) / line.span.duration_s * 6

    best = min(range(len(line.words) - 1), key=cost)
    words = line.words
    between = (words[best].span.end_s + words[best + 1].span.start_s) / 2
    first = RecordedLine(line.speaker, Span(line.span.start_s, between), words[: best + 1])
    second = RecordedLine(line.speaker, Span(between, line.span.end_s), words[best + 1 :])
    if not first.span or not second.span:
        return [line]
    return [*_parted(first), *_parted(second)]


def timeline_of(said: Sequence[RecordedLine], num_frames: int, language: str = DEFAULT) -> Timeline:
    """Cues on the frame grid: as long as the sound at least; those of one speaker do not overlap."""
    cues: list[Cue] = []
    ends: dict[str, int] = {}
    for line in said:
        first = max(math.floor(line.span.start_s * FPS + 1e-6), ends.get(line.speaker, 0))
        last = min(math.ceil(line.span.end_s * FPS - 1e-6), num_frames)
        if last <= first:
            continue
        ends[line.speaker] = last
        span = Span(frames_to_seconds(first), frames_to_seconds(last))
        words = tuple(Word(word.text, _within(word.span, span)) for word in line.words)
        kind = "backchannel" if line.murmur else "line"
        cues.append(Cue(line.line, len(cues), 0, span, words, kind=kind, language=language))
    speakers = tuple(dict.fromkeys(cue.speaker for cue in cues))
    whole = frames_to_seconds(num_frames)
    return Timeline(tuple(cues), speakers, (Span(0.0, whole),), whole)


def _within(span: Span, cue: Span) -> Span:
    """A word's time, kept inside its cue."""
    start = min(max(span.start_s, cue.start_s), cue.end_s)
    return Span(start, min(max(span.end_s, start), cue.end_s))


def _is_murmur(line: RecordedLine, said: Sequence[RecordedLine]) -> bool:
    """Whether a line is short and lies wholly under another's."""
    return line.span.duration_s <= MURMUR_S and any(
        other.speaker != line.speaker
        and other.span.start_s <= line.span.start_s
        and line.span.end_s <= other.span.end_s
        for other in said
    )


def script_of(said: Sequence[RecordedLine], title: str, language: str = DEFAULT) -> Script:
    """A script of the recording: what was said, in order."""
    return Script(title, (Scene(title, tuple(line.line for line in said)),), language=language)
