"""A timeline to captions, speaker turns and a record of every word.

caption_blocks   what is shown at once: at most two lines, broken where a reader would breathe
to_srt, to_webvtt, to_rttm, to_timeline_json
"""

from __future__ import annotations

import difflib
import itertools
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from talkshow.clock import FPS
from talkshow.span import Span
from talkshow.timeline import rttm
from talkshow.timeline.phrases import columns, glued, phrases, pieces
from talkshow.timeline.turns import Turn
from talkshow.timeline.types import Cue, Timeline
from talkshow.words import Word

MAX_LINES = 2
MAX_CHARACTERS = 42  # a line; the widths of BBC and Netflix guides lie between 37 and 42
MIN_BLOCK_S = 1.0  # what stands shorter is hard to read
MAX_BLOCK_S = 6.0
SHORT_OVERLAP_S = 0.6  # SRT: two captions that meet for less follow each other instead
CUT_MARK = "—"  # ends the caption of a line that is cut off

SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "।")
CLAUSE_ENDS = (",", ";", ":", "–", "—", "--", "，", "、", "；", "：")
_CLOSING = "\"'”’»)]」』》）"


@dataclass(frozen=True)
class CaptionBlock:
    """What is shown of one speaker at once: one or two lines of at most 42 characters, without the name.

    words: the pieces between which it may be broken in another way.
    """

    span: Span
    speaker: str
    lines: tuple[str, ...]
    words: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All lines as one."""
        return glued(self.lines)


_Entry = tuple[Span, tuple[CaptionBlock, ...]]  # what SubRip shows at once


def caption_blocks(timeline: Timeline) -> list[CaptionBlock]:
    """The captions of an episode, ordered by start. Blocks of different speakers may overlap as their cues do.

    A block is shown while its words are heard; a shorter one stays for a second if nothing else is shown then.
    """
    blocks = [block for cue in timeline.cues for block in _cue_blocks(cue)]
    blocks.sort(key=lambda block: block.span)
    lasting = []
    for block, following in itertools.zip_longest(blocks, blocks[1:]):
        latest = following.span.start_s if following else timeline.duration_s
        # never less than a frame, also where words share one moment
        end_s = max(block.span.end_s, block.span.start_s + 1 / FPS, min(block.span.start_s + MIN_BLOCK_S, latest))
        lasting.append(replace(block, span=Span(block.span.start_s, end_s)))
    return lasting


def to_srt(timeline: Timeline) -> str:
    """SubRip. The name precedes the text where the speaker changes. No two captions are shown at once:
    where two speakers overlap, one caption holds both."""
    entries = []
    speaker = ""
    for number, (span, shown) in enumerate(_one_at_a_time(caption_blocks(timeline)), start=1):
        lines: list[str] = []
        for block in shown:
            named = len(shown) > 1 or block.speaker != speaker
            lines += wrapped([*f"{_clean(block.speaker)}:".split(), *block.words]) if named else block.lines
        speaker = shown[0].speaker if len(shown) == 1 else ""
        # SubRip has no escapes: an arrow in the text would be read as a line of times
        text = "\n".join(lines).replace("-->", "→")
        entries.append(f"{number}\n{_stamp(span.start_s, ',')} --> {_stamp(span.end_s, ',')}\n{text}\n")
    return "\n".join(entries)


def to_webvtt(timeline: Timeline) -> str:
    """WebVTT with a voice tag a caption; captions of two speakers may be shown at once."""
    entries = ["WEBVTT\n"]
    for block in caption_blocks(timeline):
        text = "\n".join(_escaped(line) for line in block.lines)
        entries.append(
            f"{_stamp(block.span.start_s, '.')} --> {_stamp(block.span.end_s, '.')}\n"
            f"<v {_escaped(_clean(block.speaker))}>{text}\n"
        )
    return "\n".join(entries)


def to_rttm(timeline: Timeline, name: str) -> str:
    """One SPEAKER line per cue: who is heard from when for how long.  name: of the recording."""
    return rttm.to_rttm((Turn(cue.speaker, cue.span) for cue in timeline.cues), name)


def to_timeline_json(timeline: Timeline, title: str, shots: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """The record of an episode: cues in order with their words, all times in seconds, for `timeline.json`.

    shots: as in the file, {start_s, end_s, kind, crop, on} each.
    """
    return {
        "title": title,
        "fps": FPS,
        "duration_s": timeline.duration_s,
        "speakers": list(timeline.speakers),
        "cues": [
            {
                "speaker": cue.speaker,
                "text": cue.line.text,
                **_times(cue.span),
                "scene": cue.scene,
                "kind": cue.kind,
                "cut_off": cue.cut_off,
                "words": [{"text": word.text, **_times(word.span)} for word in cue.words],
            }
            for cue in timeline.cues
        ],
        "shots": [dict(shot) for shot in shots],
    }


def wrapped(text: Sequence[str]) -> list[str]:
    """Words in lines of at most 42 characters: as few as possible, about equally long, broken at clauses.

    A word longer than a line is broken.
    """
    words = [piece for word in text for piece in pieces(word, MAX_CHARACTERS)]
    costs: list[tuple[float, int]] = [(0.0, 0)]  # of the first n words, and where their last line begins
    for end in range(1, len(words) + 1):
        best = (math.inf, 0)
        for begin in range(end - 1, -1, -1):
            length = columns(glued(words[begin:end]))
            if length > MAX_CHARACTERS:
                break
            # a thousand a line: one line more is worse than any shape
            cost = costs[begin][0] + 1000 + (length / 8) ** 2 + (0 if _break_cost(words[end - 1]) < 3 else 4)
            best = min(best, (cost, begin))
        costs.append(best)
    lines: list[str] = []
    end = len(words)
    while end:
        begin = costs[end][1]
        lines.insert(0, glued(words[begin:end]))
        end = begin
    return lines


def _cue_blocks(cue: Cue) -> list[CaptionBlock]:
    """One cue in blocks, by the way of breaking it that costs least."""
    words = _shown_words(cue)
    if not words or not cue.span:
        return []
    name = f"{_clean(cue.speaker)}:"
    if _block_cost(words, name, last=True) is not None:  # most lines: one block is the best there is
        return [_block(cue, words)]
    costs: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(words) + 1):
        best = (math.inf, end - 1)
        for begin in range(end - 1, -1, -1):
            cost = _block_cost(words[begin:end], name if begin == 0 else "", last=end == len(words))
            if cost is None and end - begin > 1:
                break
            best = min(best, (costs[begin][0] + (cost or 0.0), begin))
        costs.append(best)
    blocks: list[CaptionBlock] = []
    end = len(words)
    while end:
        begin = costs[end][1]
        blocks.insert(0, _block(cue, words[begin:end]))
        end = begin
    return blocks


def _block(cue: Cue, words: Sequence[Word]) -> CaptionBlock:
    span = Span(words[0].span.start_s, words[-1].span.end_s)
    shown = tuple(word.text for word in words)
    return CaptionBlock(span, cue.speaker, tuple(wrapped(shown)), shown)


def _block_cost(words: Sequence[Word], name: str, last: bool) -> float | None:
    """How bad it is to show these words at once; None if there is no room for them."""
    seconds = words[-1].span.end_s - words[0].span.start_s
    if seconds > MAX_BLOCK_S or not _fits(name.split() + [word.text for word in words]):
        return None
    short = max(0.0, MIN_BLOCK_S - seconds) * 10
    return 5 + short + (0 if last else _break_cost(words[-1].text))


def _fits(words: Sequence[str]) -> bool:
    """Whether words fill at most two lines; filling each line as far as it goes takes the fewest."""
    num_lines, line = 1, ""
    for word in words:
        line = glued((line, word))
        if columns(line) > MAX_CHARACTERS:
            num_lines, line = num_lines + 1, word
    return num_lines <= MAX_LINES


def _break_cost(word: str) -> float:
    """How much a reader minds a break after this word."""
    bare = word.rstrip(_CLOSING)
    if bare.endswith(SENTENCE_ENDS):
        return 0
    return 2 if bare.endswith(CLAUSE_ENDS) else 8


def _shown_words(cue: Cue) -> list[Word]:
    """The words as written, with the times at which they are heard; of a cut-off cue those that are heard."""
    written = [token for token in (_clean(part) for part in cue.line.text.split()) if token]
    heard = [word.text for word in cue.words]
    tokens = phrases(written, heard)
    if cue.cut_off and cue.words:
        tokens = tokens[: _last_match(tokens, cue.words)]
    shown = _timed(tokens, cue)
    if cue.cut_off and shown:
        text = shown[-1].text.rstrip(".,;:-–—…") or shown[-1].text
        shown[-1] = replace(shown[-1], text=text + CUT_MARK)
    return [Word(piece, span) for word in shown for piece, span in _split(word)]


def _timed(tokens: Sequence[str], cue: Cue) -> list[Word]:
    """Every token with a time: that of the word it matches, else a share of the time between its neighbours."""
    times: list[Span | None] = [None] * len(tokens)
    for token, word in _matches(tokens, cue.words):
        times[token] = cue.words[word].span
    shown: list[Word] = []
    first = 0
    while first < len(tokens):
        known = times[first]
        if known is not None:
            shown.append(Word(tokens[first], known))
            first += 1
            continue
        last = next((i for i in range(first, len(tokens)) if times[i] is not None), len(tokens))
        begin_s = shown[-1].span.end_s if shown else cue.span.start_s
        after = times[last] if last < len(tokens) else None
        end_s = max(begin_s, after.start_s if after else cue.span.end_s)
        lengths = list(itertools.accumulate((len(token) for token in tokens[first:last]), initial=0))
        scale = (end_s - begin_s) / lengths[-1]
        shown += [
            Word(token, Span(begin_s + scale * lengths[i], begin_s + scale * lengths[i + 1]))
            for i, token in enumerate(tokens[first:last])
        ]
        first = last
    return shown


def _matches(tokens: Sequence[str], words: Sequence[Word]) -> list[tuple[int, int]]:
    """Pairs (token, word) that are the same word, in order."""
    if len(tokens) == len(words):
        return [(index, index) for index in range(len(tokens))]
    matcher = difflib.SequenceMatcher(
        None, [_key(token) for token in tokens], [_key(word.text) for word in words], autojunk=False
    )
    return [(block.a + i, block.b + i) for block in matcher.get_matching_blocks() for i in range(block.size)]


def _last_match(tokens: Sequence[str], words: Sequence[Word]) -> int:
    """How many tokens of a cut-off cue are heard."""
    matches = _matches(tokens, words)
    return matches[-1][0] + 1 if matches else min(len(tokens), len(words))


def _one_at_a_time(blocks: Sequence[CaptionBlock]) -> list[_Entry]:
    """Spans that never overlap, each with the blocks shown in it."""
    blocks = list(blocks)
    for index, (block, following) in enumerate(itertools.pairwise(blocks)):
        if (
            0 < block.span.end_s - following.span.start_s < SHORT_OVERLAP_S
            and following.span.start_s - block.span.start_s >= SHORT_OVERLAP_S
        ):
            blocks[index] = replace(block, span=Span(block.span.start_s, following.span.start_s))
    entries: list[_Entry] = []
    edges = sorted({_milliseconds(edge) for block in blocks for edge in (block.span.start_s, block.span.end_s)})
    waiting = iter(blocks)
    upcoming = next(waiting, None)
    shown: tuple[CaptionBlock, ...] = ()
    for start, end in itertools.pairwise(edges):
        while upcoming is not None and _milliseconds(upcoming.span.start_s) <= start:
            shown, upcoming = (*shown, upcoming), next(waiting, None)
        shown = tuple(block for block in shown if _milliseconds(block.span.end_s) > start)
        if shown:
            _append(entries, Span(start / 1000, end / 1000), shown)
    return entries


def _append(entries: list[_Entry], span: Span, shown: tuple[CaptionBlock, ...]) -> None:
    """One entry more; one that stands too short to be seen joins a neighbour that shows all it shows."""
    if entries and entries[-1][0].end_s == span.start_s:
        before_span, before = entries[-1]
        if span.duration_s < SHORT_OVERLAP_S and set(shown) <= set(before):
            entries[-1] = (before_span | span, before)
            return
        if before_span.duration_s < SHORT_OVERLAP_S and set(before) <= set(shown):
            entries[-1] = (before_span | span, shown)
            return
    entries.append((span, shown))


def _split(word: Word) -> Iterable[tuple[str, Span]]:
    """A word longer than a line (an address, or a sentence of a script without spaces) in pieces."""
    parts = pieces(word.text, MAX_CHARACTERS)
    step = word.span.duration_s / len(parts)
    for number, piece in enumerate(parts):
        yield piece, Span(word.span.start_s + number * step, word.span.start_s + (number + 1) * step)


def _key(text: str) -> str:
    """What two spellings of a word have in common."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(ch for ch in folded if ch.isalnum()) or folded


def _clean(text: str) -> str:
    """Text on one line without control characters."""
    return "".join(ch for ch in " ".join(text.split()) if unicodedata.category(ch) != "Cc")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _times(span: Span) -> dict[str, float]:
    return {"start_s": round(span.start_s, 3), "end_s": round(span.end_s, 3)}


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _stamp(seconds: float, point: str) -> str:
    """HH:MM:SS and milliseconds after the point or comma."""
    whole, thousandths = divmod(_milliseconds(seconds), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}{point}{thousandths:03d}"
