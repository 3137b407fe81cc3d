"""Captions of video sites, which show words more than once: each is kept once, at its own time.

Rolling captions show the last line again above the new one, growing ones show a line again with more words, and
overlapping ones stay on screen while the next is already spoken.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from talkshow.span import Span
from talkshow.transcripts.caption import Caption, Run

_FLASH_S = 0.05  # rolling captions show the last line alone for this time
_CLEARED_S = 0.1  # after such a pause a caption that is shown again is said again
_FEWEST = 3  # captions that make a habit


def unrolled(captions: Sequence[Caption]) -> list[Caption]:
    """The captions without what is shown again, and each over before the next begins where they overlap by habit."""
    return [] if not captions else _one_after_another(_without_growth(_without_carried(captions)))


def _without_carried(captions: Sequence[Caption]) -> list[Caption]:
    carried = [0, *(_carried(before, after) for before, after in itertools.pairwise(captions))]
    flashes = [caption.span.duration_s <= _FLASH_S for caption in captions]
    num_again = sum(num > 0 for num in carried)
    on_top = sum(0 < num < len(caption.lines) for num, caption in zip(carried, captions, strict=True))
    stamped = any(run.at_s is not None for caption in captions for line in caption.lines for run in line)
    shown = stamped or any(flashes) or on_top >= _FEWEST or (on_top >= 2 and num_again >= len(captions) - 1)
    if not (on_top > 0 and shown and 2 * num_again >= len(captions) - 1):
        return list(captions)
    return [replace(caption, lines=caption.lines[num:]) for num, caption in zip(carried, captions, strict=True)]


def _carried(before: Caption, after: Caption) -> int:
    """How many first lines of a caption are the last ones of the caption before it."""
    old, new = ([_text(line) for line in caption.lines] for caption in (before, after))
    for num in range(min(len(old), len(new)), 0, -1):
        plain = all(run.at_s is None for line in after.lines[:num] for run in line)
        cleared = num == len(new) and after.span.start_s - before.span.end_s > _CLEARED_S
        if plain and not cleared and old[-num:] == new[:num]:
            return num
    return 0


def _without_growth(captions: Sequence[Caption]) -> list[Caption]:
    """Captions that appear word by word: each begins with all words of the one before it."""
    shown = [" ".join(_text(line) for line in caption.lines).split() for caption in captions]
    grows = [
        0 < len(old) < len(new)
        and new[: len(old)] == old
        and after.span.start_s - before.span.end_s <= _CLEARED_S
        and len(after.lines) == 1
        for (before, after), (old, new) in zip(itertools.pairwise(captions), itertools.pairwise(shown), strict=True)
    ]
    if sum(grows) < _FEWEST - 1 or 2 * sum(grows) < len(grows):
        return list(captions)
    found = list(captions[:1])
    for caption, grown, old in zip(captions[1:], grows, shown, strict=False):
        rest = " ".join(_text(caption.lines[0]).split()[len(old) :]) if grown else ""
        lines = ((replace(caption.lines[0][0], text=rest),),) if grown else caption.lines
        found.append(replace(caption, lines=lines))
    return found


def _one_after_another(captions: Sequence[Caption]) -> list[Caption]:
    """Captions, in order, that end where the next one begins if nearly all of them overlap the next."""
    spoken = [caption for caption in captions if caption.lines]
    pairs = list(itertools.pairwise(spoken))
    overlaps = sum(before.span.start_s < after.span.start_s < before.span.end_s for before, after in pairs)
    if len(spoken) < _FEWEST or overlaps < 0.6 * len(pairs):
        return spoken
    ends = [min(before.span.end_s, max(after.span.start_s, before.span.start_s)) for before, after in pairs]
    cut = [
        replace(caption, span=Span(caption.span.start_s, end_s)) if end_s > caption.span.start_s else caption
        for caption, end_s in zip(spoken, ends, strict=False)
    ]
    return [*cut, spoken[-1]]


def _text(line: Sequence[Run]) -> str:
    return " ".join("".join(run.text for run in line).split())
