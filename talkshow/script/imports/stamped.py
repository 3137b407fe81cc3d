"""Transcripts: exports of programs that write down meetings, a name and mostly a time before or above the words.

What a row with a time says is read in `stamps`. A time alone on its row belongs to the words below it; a name alone,
with its words below, needs no time; where no one is named, one speaker says it all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from talkshow.script.builder import ScriptBuilder
from talkshow.script.formats import Evidence
from talkshow.script.header import Header, read_header
from talkshow.script.imports.stamps import Head, has_colon, is_name, name_alone, names_by_times, read_head
from talkshow.script.imports.tables import recognise_table
from talkshow.script.imports.turns import Turn, add_turns
from talkshow.script.model import Script
from talkshow.script.names import fold
from talkshow.script.source import Source
from talkshow.transcripts.stamped import clock_seconds

_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
_CLOSING = re.compile(
    r"(?:(?:automatic(?:ally)? )?transcri(?:bed|ption|pt)|generated|created|recorded|exported|powered|captioned"
    r"|subtitles?|view (?:the )?(?:original|recording)|this (?:editable )?(?:transcript|recording|document|file)"
    r"|end of (?:the )?(?:transcript|recording|meeting)|(?:meeting|recording) (?:ended|stopped|started))\b",
    re.IGNORECASE,
)
_EVENT = re.compile(r"(?:started|stopped|ended|joined|left)(?: the)?(?: transcription| recording| meeting)\.?$")


@dataclass
class _Open:
    """A turn that is being read."""

    head: Head
    line: int
    text: list[str] = field(default_factory=list)


def recognise_transcript(text: str) -> Evidence:
    """Times before, behind or above names; names alone, each above its words; or times and words alone."""
    if recognise_table(text) is not Evidence.NONE:
        return Evidence.NONE
    lines = [line for line in text.split("\n") if line.strip()]
    found = [read_head(line) for line in lines]
    heads = [head for head in found if head]
    named = sum(bool(head.name) for head in heads)
    plain = sum(head is None and _spoken(line) is not None for line, head in zip(lines, found, strict=True))
    early = next((at for at, head in enumerate(found) if head), len(lines))
    if named and named >= plain and (named > 1 or early < 3):
        return Evidence.SURE
    if heads and early < 6 and (plain or (len(heads) > 1 and (_above_names(lines) or names_by_times(lines)))):
        return Evidence.SURE  # times alone on their rows
    if early == 0 and 5 * len(heads) >= 2 * len(lines) and len(heads) > 1:
        return Evidence.SURE  # no names at all
    return Evidence.LIKELY if _block_names(text) else Evidence.NONE


def read_transcript_script(source: Source) -> Script:
    """Parse a transcript. Raises ScriptError where no one speaks."""
    builder = ScriptBuilder(source)
    reader = _TranscriptReader(source)
    turns = list(reader.turns())
    for row, text in reader.left_out:
        builder.remark("unplayed", row, (text,), text.strip())
    if reader.left_out:
        row, text = reader.left_out[0]
        number = "1 line that is" if len(reader.left_out) == 1 else f"{len(reader.left_out)} lines that are"
        builder.warn(f"{number} no part of the talk: not spoken, this one first: '{' '.join(text.split())[:60]}'", row)
    add_turns(builder, turns)
    return builder.finish()


class _TranscriptReader:
    def __init__(self, source: Source) -> None:
        self.lines = source.lines
        self.left_out: list[tuple[int, str]] = []
        self.heads = _with_words([read_head(line) for line in self.lines], self.lines)
        self.named = {fold(head.name) for head in self.heads if head and head.name}
        self.alone: set[str] = set()  # names above their words
        if not self.named:
            self.alone = _above_names(self.lines) | _block_names(source.text) | names_by_times(self.lines)
        self.nameless = not (self.named or self.alone or any(map(_spoken, self.lines)))
        self.last = max((at for at, line in enumerate(self.lines) if line.strip()), default=0)
        self.turn: _Open | None = None
        self.when = Head("")  # a time that was alone on its row

    def turns(self) -> Iterator[Turn]:
        """The turns in order; rows that are not part of the talk are in `left_out`."""
        for at, (line, head) in enumerate(zip(self.lines, self.heads, strict=True)):
            if not line.strip():
                continue
            begun = self._begun(line, head, at + 1)
            if begun:
                yield from self._ended()
                self.turn = begun
            elif head and not head.rest:
                self.when = head
            elif self.turn is None or _EVENT.search(line.strip()) or (at + 3 > self.last and _closes(line.strip())):
                self.left_out.append((at + 1, line))
            else:
                self.turn.text.append(head.rest if head and head.rest else line.strip())
        yield from self._ended()

    def _ended(self) -> Iterator[Turn]:
        if self.turn:
            head = self.turn.head
            start, end = (clock_seconds(text) if text else None for text in (head.start, head.end))
            yield Turn(head.name, " ".join(self.turn.text), self.turn.line, start, end)

    def _begun(self, line: str, head: Head | None, row: int) -> _Open | None:
        """The turn that a row begins; None where it goes on with the one before."""
        if head and (head.name or (self.nameless and head.rest)):
            return _Open(head, row, [head.rest] if head.rest else [])
        when, spoken = self.when, None if head else _spoken(line)
        if spoken and (not self.named or fold(spoken.name) in self.named):
            groups = "".join(f" {group}" for group in spoken.groups)
            name, rest = f"{spoken.raw}{groups}", line[spoken.end :].strip()
        elif not head and name_alone(line) in self.alone:
            name, rest = name_alone(line), ""
        elif not head and self.nameless and when.start:
            name, rest = "", line.strip()
        else:
            return None
        self.when = Head("")
        return _Open(Head(name, when.start, when.end), row, [rest] if rest else [])


def _with_words(heads: list[Head | None], lines: Sequence[str]) -> list[Head | None]:
    """The heads of all rows; where most names have no words below them, they are words: `[00:01] Hello there`."""
    rows = [at for at, line in enumerate(lines) if line.strip()]
    pairs = zip(rows, [*rows[1:], -1], strict=True)
    wordless = sum(_is_bare(heads[at]) and (below < 0 or heads[below] is not None) for at, below in pairs)
    if 2 * wordless <= sum(map(_is_bare, heads)):
        return heads
    return [replace(head, name="", rest=head.name) if head and _is_bare(head) else head for head in heads]


def _is_bare(head: Head | None) -> bool:
    return head is not None and bool(head.name) and not head.rest


def _spoken(line: str) -> Header | None:
    """The header of `Maya: words`; None for other rows."""
    header = read_header(line)
    return header if header and is_name(header.name) else None


def _closes(text: str) -> bool:
    """Whether one of the last lines speaks of the transcript, and is not spoken."""
    return bool(_CLOSING.match(text) or (_ADDRESS.search(text) and len(text.split()) <= 8))


def _above_names(lines: Sequence[str]) -> set[str]:
    """Names that are alone on rows, with words below: those that come twice, or with a colon."""
    found: Counter[str] = Counter()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        name = name_alone(line)
        if name and following.strip() and not name_alone(following):
            found[name] += 2 if has_colon(line) else 1
    return {name for name, number in found.items() if number > 1}


def _block_names(text: str) -> set[str]:
    """The names above the blocks of a text, if each has one, and some come more than once."""
    blocks = [block.strip("\n").split("\n") for block in re.split(r"\n[ \t]*\n", text) if block.strip()]
    names = [name_alone(block[0]) for block in blocks]
    colons = all(has_colon(block[0]) for block in blocks)
    fitting = all(len(block) > 1 and name for block, name in zip(blocks, names, strict=True))
    small = colons or any(name != name.upper() for name in names)
    found = len(blocks) > 1 and fitting and small and (colons or len(set(names)) < len(names))
    return set(names) if found else set()
