"""Time intervals as values, in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Span:
    """A half-open interval [start_s, end_s). Empty spans are falsy."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """Length in seconds, never negative."""
        return max(0.0, self.end_s - self.start_s)

    def __bool__(self) -> bool:
        return self.end_s > self.start_s

    def __and__(self, other: Span) -> Span:
        """The common part (empty where there is none)."""
        return Span(max(self.start_s, other.start_s), min(self.end_s, other.end_s))

    def __or__(self, other: Span) -> Span:
        """The smallest span that covers both."""
        return Span(min(self.start_s, other.start_s), max(self.end_s, other.end_s))

    def __contains__(self, time_s: float) -> bool:
        return self.start_s <= time_s < self.end_s

    def overlaps(self, other: Span) -> bool:
        """Whether both have a moment in common."""
        return bool(self & other)

    def shifted(self, seconds: float) -> Span:
        """The same length, later by `seconds`."""
        return Span(self.start_s + seconds, self.end_s + seconds)
