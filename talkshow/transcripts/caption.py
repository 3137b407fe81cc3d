"""Captions of any format to words with times and speakers.

Readers of formats give lines as runs of plain text; here names, dashes and remarks are separated from what is said.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from talkshow.span import Span
from talkshow.transcripts.laying import over
from talkshow.transcripts.names import Names, is_sound, without_mark
from talkshow.words import Word

SHORTEST_S = 0.04  # of a caption without length
Spoken = list[tuple[Word, str]]  # words, each with its speaker; "" where no speaker is named

_REMARK = re.compile(
    r"[\[【][^\[\]【】]{0,80}[\]】]|^\s*[(（][^()（）]{0,80}[)）]\s*$|[(（][^()（）]{0,80}[)）]|\*[^*\s][^*]{0,40}\*|[♪♫♬♩]"
)
_OPEN = re.compile(r"[\[(（【][^\])）】]*$")  # a bracket that the line does not close


@dataclass(frozen=True)
class Run:
    """Plain text of one voice.  speaker: as the format names it.  at_s: when it begins, where the format says so."""

    text: str
    speaker: str = ""
    at_s: float | None = None


@dataclass(frozen=True)
class Caption:
    """What is shown for a while: lines of runs."""

    span: Span
    lines: tuple[tuple[Run, ...], ...]


@dataclass
class Remarks:
    """Text in captions that is not spoken: [Music], (laughs), ♪; and the names before what is."""

    found: list[str] = field(default_factory=list)
    names: Names = field(default_factory=Names)  # of the file, as far as it is read

    def taken_out(self, text: str) -> str:
        """The text without remarks, which are kept here."""

        def kept(match: re.Match[str]) -> str:
            remark = match[0].strip()
            if remark[:1] in "(（*" and not ((match[0] == text and remark[0] != "*") or is_sound(remark)):
                return match[0]
            self.found += [remark] if remark not in "♪♫♬♩" else []
            return " "

        return _REMARK.sub(kept, text)

    def warnings(self) -> list[str]:
        """One sentence about all remarks, and what was assumed about names."""
        told = self.names.warnings()
        if not self.found:
            return told
        first, count = self.found[0], len(self.found)
        left_out = f"remark {first} is" if count == 1 else f"{count} remarks, such as {first}, are"
        return [f"of the captions the {left_out} left out", *told]


def plain_lines(text: str, speaker: str = "") -> tuple[tuple[Run, ...], ...]:
    """Lines of text without marks, all of one speaker."""
    return tuple((Run(line, speaker),) for line in text.split("\n") if line.strip())


def caption_words(captions: Sequence[Caption], remarks: Remarks) -> Spoken:
    """All words in the order of the captions; each shares in the time of its caption by its length."""
    return [spoken for words in _by_caption(captions, remarks) for spoken in words]


def caption_turns(captions: Sequence[Caption], remarks: Remarks) -> list[list[tuple[str, str, Span]]]:
    """(speaker, what they say, when) of each caption, in order; a caption may hold several turns, or none."""
    found = []
    for words in _by_caption(captions, remarks):
        groups = [list(group) for _, group in itertools.groupby(words, key=lambda row: row[1])]
        found.append(
            [
                (
                    group[0][1],
                    " ".join(word.text for word, _ in group),
                    Span(group[0][0].span.start_s, group[-1][0].span.end_s),
                )
                for group in groups
            ]
        )
    return found


def _by_caption(captions: Sequence[Caption], remarks: Remarks) -> list[Spoken]:
    whole = [replace(caption, lines=_whole_remarks(caption.lines)) for caption in captions]
    names = Names.of((_first_text(line), row == 0) for caption in whole for row, line in enumerate(caption.lines))
    remarks.names = names
    return [_timed(caption.span, list(_tokens(caption, names, remarks))) for caption in whole]


def _first_text(line: Sequence[Run]) -> str:
    return next((run.text for run in line if run.text.strip()), "")


def _whole_remarks(lines: tuple[tuple[Run, ...], ...]) -> tuple[tuple[Run, ...], ...]:
    """Lines of which none ends within brackets that the next line closes."""
    found: list[tuple[Run, ...]] = []
    for line in lines:
        text = "".join(run.text for run in line)
        if found and re.match(r"[^\[(（【]*[\])）】]", text) and _OPEN.search("".join(run.text for run in found[-1])):
            last, first = found[-1][-1], line[0]
            joined = replace(last, text=f"{last.text.rstrip()} {first.text.lstrip()}")
            found[-1] = (*found[-1][:-1], joined, *line[1:])
        else:
            found.append(line)
    return tuple(found)


def _tokens(caption: Caption, names: Names, remarks: Remarks) -> Iterator[tuple[str, str, float | None]]:
    """(word, speaker, when it begins, if given) of a caption."""
    speaker = ""
    for row, line in enumerate(caption.lines):
        runs = list(line)
        first = next((index for index, run in enumerate(runs) if run.text.strip()), None)
        if first is None:
            continue
        text, marked = without_mark(runs[first].text)
        if marked:
            speaker = ""
        name, rest = names.split(text.strip(), first=row == 0 or marked)
        if name:
            speaker, text = name, rest
        runs[first] = Run(text, runs[first].speaker, runs[first].at_s)
        for run in runs:
            at_s, said_by = run.at_s, run.speaker
            for other, piece in names.parts(run.text):
                if other is not None:
                    speaker, said_by = other, ""
                for word in remarks.taken_out(piece).split():
                    yield word, said_by or speaker, at_s
                    at_s = None


def _timed(span: Span, tokens: list[tuple[str, str, float | None]]) -> Spoken:
    """Tokens over a span: from one that says when it begins to the next that does."""
    groups: list[tuple[float, list[tuple[str, str]]]] = [(span.start_s, [])]
    for token, speaker, at_s in tokens:
        if at_s is not None and groups[-1][0] <= at_s < span.end_s:
            groups.append((at_s, []))
        groups[-1][1].append((token, speaker))
    ends = [start_s for start_s, _ in groups[1:]] + [span.end_s]
    spoken: Spoken = []
    for (start_s, group), end_s in zip(groups, ends, strict=True):
        words = over([Span(start_s, end_s)], [token for token, _ in group])
        spoken += [(word, speaker) for word, (_, speaker) in zip(words, group, strict=True)]
    return spoken
