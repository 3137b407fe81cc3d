"""What comes before a line's text: `NAME (warm) {overlap 0.5}:`. Read and written here for every format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from talkshow.script.directions import Direction
from talkshow.script.inline import direction_problem, escape, number, parts_of, write_rest
from talkshow.script.model import Line, Timing
from talkshow.script.names import is_scheme, read_name, write_name
from talkshow.script.vocabulary import (
    TAG_WORDS,
    declared_language,
    extensions,
    is_backchannel,
    is_continued,
    is_off_screen,
    is_together,
    near_direction,
    overlap_seconds,
    rest_seconds,
)

# possessive quantifiers: a hostile line costs no more than its length
_NAME = r"(?P<name>(?:\s*(?:\(\d{1,5}\)|\d{1,5}\))\s)?(?:\\.|[^\\(){}:：])++)"
_GROUPS = r"(?P<groups>(?:\s*+(?:\((?:\\.|[^()\\])*+\)|\{(?:\\.|[^{}\\])*+\}))*+)"
_HEADER = re.compile(rf"{_NAME}{_GROUPS}\s*+(?::(?=[*_]{{0,3}}(?:\s|$))|：)")
_TIGHT = re.compile(rf"(?=[^\W\d_a-z][^a-z:]*:){_NAME}{_GROUPS}\s*+:(?![\d/])")  # MAYA:Hello
_CUE = re.compile(rf"{_NAME}{_GROUPS}\s*+$")
_SQUARE = re.compile(r"(?<=[\w.*_])\s*(?<!\\)\[([^\[\](){}\\]+)\]$")
_GROUP = re.compile(r"(\((?:\\.|[^()\\])*+\)|\{(?:\\.|[^{}\\])*+\})")


@dataclass(frozen=True)
class LineTags:
    """Everything about a line but its speaker and words. `problems` are (message, the words it is about)."""

    directions: tuple[Direction, ...] = ()
    timing: Timing = field(default_factory=Timing)
    off_screen: bool = False
    tags: tuple[str, ...] = ()
    language: str | None = None
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Header:
    """The name as shown; `groups` are the parentheses and braces after it as written; the text starts at `end`.

    raw: the name as written, with its backslashes, which says whether it stands for several people.
    """

    name: str
    groups: tuple[str, ...]
    end: int
    raw: str


def read_header(text: str, *, colon: bool = True) -> Header | None:
    """The header at the start of a line, or None. Without `colon` the whole text must be a header."""
    match = (_HEADER.match(text) or _TIGHT.match(text)) if colon else _CUE.match(text)
    if not match:
        return None
    raw, groups = match["name"].strip(), _GROUP.findall(match["groups"])
    while square := _SQUARE.search(raw):  # Leo [smiling]
        raw, groups = raw[: square.start()], [f"({square[1]})", *groups]
    name = read_name(raw).name
    if is_scheme(raw):
        return None
    return Header(name, tuple(groups), match.end(), raw) if name else None


def read_tags(groups: tuple[str, ...]) -> LineTags:
    """The meaning of the parentheses and braces after a name."""
    directions: list[Direction] = []
    unknown: list[str] = []
    problems: list[tuple[str, str]] = []
    timing, off_screen, language = Timing(), False, None
    for group in groups:
        for part in (each for whole in parts_of(group[1:-1]) for each in extensions(whole)):
            gap, overlap = rest_seconds(part), overlap_seconds(part)
            if (gap is not None and timing.gap_s is not None) or (overlap is not None and timing.overlap_s is not None):
                problems.append((f"({part}) replaces what was said before about the same", part))
            if gap is not None:
                timing = replace(timing, gap_s=gap)
            elif overlap is not None:
                timing = replace(timing, overlap_s=overlap)
            elif is_backchannel(part):
                timing = replace(timing, backchannel=True)
            elif is_together(part):
                timing = replace(timing, together=True)
            elif is_off_screen(part):
                off_screen = True
            elif declared := declared_language(part):
                language = declared
            elif part and group[0] == "{" and not Direction(part).meaning.known:
                unknown.append(part)
                near = near_direction(part)
                guess = f"did you mean {{{near}}}? " if near else ""
                problems.append(
                    (
                        f"unknown tag {{{part}}}: {guess}Known tags: {', '.join(TAG_WORDS)}. "
                        "It is kept and does nothing",
                        part,
                    )
                )
            elif part and not is_continued(part):
                directions.append(Direction(part))
                problem = direction_problem(part)
                problems += [problem] if problem else []
    return LineTags(tuple(directions), timing, off_screen, tuple(unknown), language, tuple(problems))


def timing_tags(timing: Timing) -> list[str]:
    """The timing of a line as tags without brackets; `cut_off` is in the text."""
    tags = [] if timing.gap_s is None else [write_rest(timing.gap_s)]
    if timing.overlap_s is not None:
        tags.append(f"overlap {number(timing.overlap_s)}")
    tags += ["backchannel"] if timing.backchannel else []
    return [*tags, "together"] if timing.together else tags


def write_directions(directions: Sequence[Direction]) -> str:
    """Directions inside one pair of parentheses, escaped where they must be."""
    written = f"({', '.join(direction.name for direction in directions)})"
    if read_tags((written,)).directions == tuple(directions) and _GROUP.fullmatch(written):
        return written
    return f"({', '.join(escape(direction.name) for direction in directions)})"


def write_header(line: Line) -> str:
    """`NAME (warm) {overlap 0.5}`, without the colon."""
    groups = [write_directions(line.opening_directions)] if line.opening_directions else []
    groups += ["(O.S.)"] if line.off_screen else []
    for tag in timing_tags(line.timing):
        groups.append(f"({tag})" if rest_seconds(tag) is not None else f"{{{tag}}}")
    groups += [f"{{lang {line.language}}}"] if line.language else []
    groups += [f"{{{escape(tag)}}}" for tag in line.tags]
    return " ".join([write_name(line.speaker), *groups])
