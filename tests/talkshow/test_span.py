"""Spans as values with algebra, against sets of hundredths of a second."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from talkshow.span import Span

edges = st.integers(-50, 50)
spans = st.builds(lambda a, b: Span(a / 4, b / 4), edges, edges)  # quarters are exact in binary


def moments(span: Span) -> set[int]:
    return {quarter for quarter in range(-60, 60) if quarter / 4 in span}


@given(spans, spans)
def test_the_common_part(a, b):
    assert moments(a & b) == moments(a) & moments(b)
    assert a.overlaps(b) == bool(moments(a) & moments(b)) == b.overlaps(a)


@given(spans)
def test_length_and_emptiness(span):
    assert bool(span) == bool(moments(span))
    assert span.duration_s == len(moments(span)) / 4


@given(spans.filter(bool), spans.filter(bool))
def test_the_cover(a, b):
    covered = moments(a) | moments(b)
    assert moments(a | b) == set(range(min(covered), max(covered) + 1))


@given(spans, edges)
def test_a_shift_keeps_the_length(span, quarters):
    moved = span.shifted(quarters / 4)
    assert moved.duration_s == span.duration_s and moved.start_s == span.start_s + quarters / 4
