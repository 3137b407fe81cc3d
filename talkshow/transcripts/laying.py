"""Words without times laid over spans of time."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from talkshow.span import Span
from talkshow.words import Word


def over(spans: Sequence[Span], tokens: Sequence[str]) -> list[Word]:
    """Tokens laid over spans end to end, each as long as it has letters."""
    if not tokens:
        return []
    total_s = sum(span.duration_s for span in spans)
    letters = sum(len(token) + 1 for token in tokens)
    starts, elapsed = [], 0.0
    for span in spans:  # (speaking time before the span, the span)
        starts.append((elapsed, span))
        elapsed += span.duration_s

    def moment(spoken_s: float, end: bool) -> float:
        row = 0
        while row + 1 < len(starts) and (starts[row + 1][0] < spoken_s or (not end and starts[row + 1][0] <= spoken_s)):
            row += 1
        before, span = starts[row]
        return min(span.start_s + spoken_s - before, span.end_s)

    words, done = [], 0
    for token in tokens:
        begin, done = done, done + len(token) + 1
        start_s = moment(total_s * begin / letters, end=False)
        words.append(Word(token, Span(start_s, max(start_s, moment(total_s * done / letters, end=True)))))
    return words


def over_turns(said: Sequence[tuple[str, str]], turns: Sequence[tuple[str, Span]]) -> list[tuple[Word, str]]:
    """(text, speaker) without times over (who, when) of speech: a paragraph each where there are as many as
    changes of speaker, else evenly."""
    if not said or not turns:
        return []
    paragraphs = _paragraphs(said)
    floors = [[span for _, span in group] for _, group in itertools.groupby(turns, key=lambda turn: turn[0])]
    if len(floors) == len(paragraphs):
        return [
            (word, name)
            for (text, name), spans in zip(paragraphs, floors, strict=True)
            for word in over(union(spans), text.split())
        ]
    tokens = [(token, name) for text, name in paragraphs for token in text.split()]
    words = over(union([span for _, span in turns]), [token for token, _ in tokens])
    return [(word, name) for word, (_, name) in zip(words, tokens, strict=True)]


def _paragraphs(said: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """(text, speaker): what one speaker says before another does, or line by line where no speaker is named."""
    if not any(speaker for _, speaker in said):
        return list(said)
    return [
        (" ".join(text for text, _ in group), name) for name, group in itertools.groupby(said, key=lambda row: row[1])
    ]


def union(spans: Sequence[Span]) -> list[Span]:
    """The spans in order, those that overlap or touch joined."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start_s <= joined[-1].end_s:
            joined[-1] = joined[-1] | span
        else:
            joined.append(span)
    return joined
