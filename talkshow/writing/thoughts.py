"""What of an answer is the answer: what follows the last thought of the model, in a whole text or in pieces of one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from talkshow.writing.marks import REMAINS, Kind, Mark, find_marks, unfinished_from

_FOLDED = re.compile(r"<details[^>]{0,200}reason[^>]{0,200}>.*?(?:</details>|\Z)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Final:
    """The answer without thoughts.

    text: what counts.  thought: whether the model thought aloud.  ends_in_thought: whether it never came to an end
    with that.  left_out: what stood outside its thoughts, but ahead of the last of them.
    """

    text: str
    thought: bool = False
    ends_in_thought: bool = False
    left_out: str = ""


def final_answer(answer: str) -> Final:
    """The part of an answer that counts. A text that is JSON as a whole has no thoughts outside its values."""
    text = answer.strip()
    if text[:1] in ("{", "[") and _is_json(text):
        return Final(text)
    if "<details" in text:
        text = _FOLDED.sub("<think></think>", text)
    reading = _Reading()
    reading.read(text, list(_in_earnest(text)))
    runs = [run.strip() for run in reading.runs if run.strip()]
    return Final(
        runs[-1] if runs else "",
        reading.thought,
        reading.state == "thought",
        "\n".join(runs[:-1]) if reading.thought else "",
    )


def _is_json(text: str) -> bool:
    try:
        json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return False
    return True


def _in_earnest(text: str) -> list[Mark]:
    """The marks of a text but for those that are only spoken of: a tag amid a line that is never closed."""
    marks = list(find_marks(text))
    last_end = max((mark.start for mark in marks if mark.kind is Kind.END_OF_THOUGHT), default=-1)
    taken = []
    end = 0
    for mark in marks:
        before = text[max(end, text.rfind("\n", 0, mark.start) + 1) : mark.start]
        if mark.kind is Kind.THOUGHT and before.strip(" \t>*`") and last_end < mark.start:
            continue
        taken.append(mark)
        end = mark.end
    return taken


@dataclass
class _Reading:
    """Goes through a text from mark to mark.  state: "text", "thought" or "over".  runs: text outside thoughts."""

    state: str = "text"
    runs: list[str] = field(default_factory=lambda: [""])
    thought: bool = False
    _in_channel: bool = False
    _answer: list[str] | None = None  # a marked answer within thoughts that are never closed

    def read(self, text: str, marks: list[Mark]) -> None:
        """Take a whole text."""
        at = 0
        for mark in marks:
            self.words(text[at : mark.start])
            self.mark(mark.kind)
            at = mark.end
        self.words(text[at:])
        if self.state == "thought" and self._answer is not None and len(self._answer) > 1:
            self.runs, self.state = [self._answer[0]], "over"

    def words(self, text: str) -> None:
        """Take text between two marks."""
        if self.state == "text":
            self.runs[-1] += text
        elif self.state == "thought" and self._answer is not None and len(self._answer) == 1:
            self._answer[0] += text

    def mark(self, kind: Kind) -> bool:
        """Take a mark. Returns whether all text before it was no answer."""
        if kind in (Kind.THOUGHT, Kind.CHANNEL):
            self._in_channel = kind is Kind.CHANNEL
            self.state, self.thought, self._answer = "thought", True, None
            return False
        unopened = kind is Kind.END_OF_THOUGHT and self.state != "thought"  # the opening tag stood in the prompt
        if unopened or kind is Kind.FINAL or (kind is Kind.ANSWER and self.state != "thought"):
            self.thought |= unopened
            self.runs = []
            self._next_run()
            return True
        if kind is Kind.END_OF_THOUGHT:
            self._next_run()
        elif self.state == "thought":
            self._mark_in_thought(kind)
        elif kind in (Kind.END_OF_ANSWER, Kind.END_OF_TURN):
            self.state = "over" if any(run.strip() for run in self.runs) else self.state
        elif kind is Kind.TURN and self.state == "text":
            self._next_run()
        return False

    def _mark_in_thought(self, kind: Kind) -> None:
        if kind is Kind.ANSWER:
            self._answer = [""]
        elif kind is Kind.END_OF_ANSWER and self._answer is not None:
            self._answer = [self._answer[0], "whole"]
        elif self._in_channel and kind is Kind.END_OF_TURN:
            self._next_run()

    def _next_run(self) -> None:
        self.state, self._answer = "text", None
        self.runs.append("")


class ThoughtFilter:
    """The same for an answer that comes in pieces: what may be shown of it so far."""

    def __init__(self) -> None:
        self._reading = _Reading()
        self._held = ""  # may be the beginning of a mark
        self._begins = True
        self._is_json = False

    def feed(self, piece: str) -> tuple[bool, str]:
        """(whether all that was given before was a thought, what has come of the answer)."""
        text = self._held + piece
        if self._begins:
            self._is_json = text.lstrip()[:1] == "{"
            if not self._is_json and len(text) < REMAINS:
                self._held = text
                return False, ""
        if self._is_json:
            self._begins, self._held = False, ""
            return False, text
        safe = unfinished_from(text)
        marks = [mark for mark in find_marks(text, begins=self._begins) if mark.end <= safe]
        self._begins, self._held = False, text[safe:]
        restarted, shown, at = False, "", 0
        for mark in marks:
            shown += self._seen(text[at : mark.start])
            if self._reading.mark(mark.kind):
                restarted, shown = True, ""
            at = mark.end
        return restarted, shown + self._seen(text[at:safe])

    def _seen(self, words: str) -> str:
        self._reading.words(words)
        self._reading.runs[-1] = self._reading.runs[-1][-1:]  # only whether there was something matters here
        return words if self._reading.state == "text" else ""
