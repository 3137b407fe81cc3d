"""Which written word each spoken word comes from: "$1,234.50" is one word on the screen and nine in the ear."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

_DIGIT_WEIGHT = 4  # letters a digit is worth when several written words share one stretch of spoken words


@dataclass(frozen=True)
class SpokenText:
    """What will be said.

    `written`: the words of the text, split at spaces. `spoken`: the text for the letter-to-sound step. `owners`:
    for each space-separated word of `spoken`, the index of the written word it belongs to, never decreasing.
    """

    written: tuple[str, ...]
    spoken: str
    owners: tuple[int, ...]
    warnings: tuple[str, ...] = ()


def trace(before: list[str], after: list[str], rewrite: Callable[[str], str]) -> list[int]:
    """For each word of `after` = rewrite(`before`) the index of the word of `before` it came from (non-decreasing).

    Beginnings of the text are rewritten by themselves: where one gives a beginning of `after`, both end at the same
    place. What lies between two such places hangs together ("3 March", "$5 billion") and is shared out.
    """
    keys_before, keys_after = [_key(word) for word in before], [_key(word) for word in after]
    same = 0
    while same < min(len(before), len(after)) and keys_before[same] == keys_after[same]:
        same += 1
    same_end = 0
    while same_end < min(len(before), len(after)) - same and keys_before[-1 - same_end] == keys_after[-1 - same_end]:
        same_end += 1
    places = [(same, same)]
    for num in range(same + 1, len(before) - same_end):
        head = [_key(word) for word in rewrite(" ".join(before[:num])).split()]
        if places[-1][1] < len(head) <= len(after) - same_end and head == keys_after[: len(head)]:
            places.append((num, len(head)))
    places.append((len(before) - same_end, len(after) - same_end))
    owners = list(range(same))
    for (b0, a0), (b1, a1) in pairwise(places):
        owners += [b0 + owner for owner in _share(before[b0:b1], after[a0:a1])]
    return [*owners, *range(len(before) - same_end, len(before))]


def _share(before: list[str], after: list[str]) -> list[int]:
    """Owners of `after` among `before`: words that both have are paired, the others go by length."""
    owners: list[int] = []
    keys = [_key(word) for word in before], [_key(word) for word in after]
    for kind, b0, b1, a0, a1 in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "replace" and b1 - b0 == a1 - a0):
            owners += range(b0, b1)
        elif kind == "replace":
            owners += [b0 + owner for owner in _share_by_length(before[b0:b1], after[a0:a1])]
        elif kind == "insert":
            owners += [max(0, b0 - 1)] * (a1 - a0)
    return owners


def _share_by_length(before: list[str], after: list[str]) -> list[int]:
    """Owners of `after`, each word of `before` getting as much as it takes long to say."""
    weights = [sum(_DIGIT_WEIGHT if ch.isdigit() else 1 for ch in word) for word in before]
    edges = [sum(weights[: i + 1]) / sum(weights) for i in range(len(before))]
    owners, said, total = [], 0.0, sum(len(word) for word in after)
    for word in after:
        middle = (said + len(word) / 2) / total
        owners.append(next(i for i, edge in enumerate(edges) if middle < edge or i == len(edges) - 1))
        said += len(word)
    return owners


def _key(word: str) -> str:
    """What makes two forms of a word the same: letters and signs, without case, quotes and stops at the end."""
    return re.sub(r"[,;:!?\"“”'‘’()…]|(?<=.)\.", "", word).casefold() or word
