"""Captions of any format to words with times and speakers.

Readers of formats give lines as runs of plain text; here names, dashes and remarks are separated from what is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from talkshow.span import Span
from talkshow.transcribe.laying import over
from talkshow.words import Word

SHORTEST_S = 0.04  # of a caption without length
Spoken = list[tuple[Word, str]]  # words, each with its speaker; "" where no speaker is named

_NAME = re.compile(
    r"(?:\[(?P<bracket>[^\[\]]{1,60})\](?P<colon>:?)"
    r"|(?P<name>[^\W\d_][\w .'’&-]{0,39}?)(?:\s*\([^()]{1,40}\)|\s*\[[^\[\]]{1,40}\])?(?::(?=\s)|：))\s*(?=\S)"
)
_LABEL = re.compile(r"speaker[ _-]?\d+", re.IGNORECASE)
_PARTICLE = re.compile(r"(?:\w{1,2}['’]|(?:de|del|della|di|da|von|van|der|den|la|le|el|al|bin|ibn|ten)\b[ -])")
_TURN = re.compile(r"\s*(?:(?P<mark>>{2,3}|[-‐–—])\s*(?=\S))")
_REMARK = re.compile(r"\[[^\[\]]{0,80}\]|^\s*\([^()]{0,80}\)\s*$|\([^()]{0,80}\)|[♪♫]")
_SOUNDS = {
    "applause", "audio", "cheering", "cheers", "coughs", "crosstalk", "foreign", "inaudible", "laughing", "laughs",
    "laughter", "music", "noise", "playing", "silence", "sighs", "singing", "sound", "speech", "unintelligible",
}  # fmt: skip


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
    """Text in captions that is not spoken: [Music], (laughs), ♪."""

    found: list[str] = field(default_factory=list)

    def taken_out(self, text: str) -> str:
        """The text without remarks, which are kept here."""

        def kept(match: re.Match[str]) -> str:
            remark = match[0].strip()
            if remark[:1] == "(" and not (match[0] == text or _is_sound(remark)):
                return match[0]
            self.found += [remark] if remark not in "♪♫" else []
            return " "

        return _REMARK.sub(kept, text)

    def warnings(self) -> list[str]:
        """One sentence about all of them."""
        if not self.found:
            return []
        first, count = self.found[0], len(self.found)
        left_out = f"remark {first} is" if count == 1 else f"{count} remarks, such as {first}, are"
        return [f"of the captions the {left_out} left out"]


def plain_lines(text: str, speaker: str = "") -> tuple[tuple[Run, ...], ...]:
    """Lines of text without marks, all of one speaker."""
    return tuple((Run(line, speaker),) for line in text.split("\n") if line.strip())


def caption_words(captions: Sequence[Caption], remarks: Remarks) -> Spoken:
    """All words in the order of the captions; each shares in the time of its caption by its length."""
    known: set[str] = set()
    spoken: Spoken = []
    for caption in captions:
        spoken += _timed(caption.span, list(_tokens(caption, known, remarks)))
    return spoken


def split_name(text: str) -> tuple[str, str]:
    """(name, what is said) of `MAYA: hello`, `Maya (host): hello`, `[MAYA] hello`; the name is "" without one."""
    match = _NAME.match(text)
    name = (match["bracket"] or match["name"]).strip() if match else ""
    if match and (match["colon"] or _is_name(name) if match["bracket"] else _is_capital(name)):
        return name, text[match.end() :].strip()
    return "", text.strip()


def _is_capital(name: str) -> bool:
    """Whether a name begins as names do: with a capital, in a script that has none, or with a particle."""
    if _LABEL.fullmatch(name):
        return True
    if match := _PARTICLE.match(name):
        name = name[match.end() :] or name
    first = name[:1]
    return first.lower() != first or first.upper() == first


def _is_name(bracket: str) -> bool:
    """Whether a bracket without a colon holds a name and no remark."""
    parts = bracket.split()
    return bool(parts) and not _is_sound(bracket) and all(part[0].isdigit() or _is_capital(part) for part in parts)


def _is_sound(remark: str) -> bool:
    """Whether a remark names a sound."""
    return not _SOUNDS.isdisjoint(re.findall(r"[^\W_]+", remark.casefold()))


def _tokens(caption: Caption, known: set[str], remarks: Remarks) -> Iterator[tuple[str, str, float | None]]:
    """(word, speaker, when it begins, if given) of a caption."""
    speaker = ""
    for row, line in enumerate(caption.lines):
        runs = list(line)
        first = next((index for index, run in enumerate(runs) if run.text.strip()), None)
        if first is None:
            continue
        text = runs[first].text
        turn = _TURN.match(text)
        if turn and not (turn["mark"] == "-" and text[turn.end()].isdigit()):
            speaker, text = "", text[turn.end() :]
        else:
            turn = None
        name, rest = split_name(text.strip())
        if name and (row == 0 or turn or speaker or name in known or name.isupper()):
            speaker, text = name, rest
            known.add(name)
        runs[first] = Run(text, runs[first].speaker, runs[first].at_s)
        for run in runs:
            words = remarks.taken_out(run.text).split()
            for index, word in enumerate(words):
                yield word, run.speaker or speaker, run.at_s if index == 0 else None


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
