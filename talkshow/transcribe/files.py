"""Transcripts that exist already: SubRip, WebVTT, plain text, and the JSON of Whisper and its kin.

Names in front of what is said (`MAYA: ...`, `<v Maya>`, `"speaker": ...`) are kept apart from the words.
"""

from __future__ import annotations

import html
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talkshow.errors import ScriptError, choose
from talkshow.span import Span
from talkshow.store.inputs import LONG_TEXT, parse_json, read_text
from talkshow.transcribe.base import Transcript
from talkshow.words import Word

ENDINGS = (".srt", ".vtt", ".txt", ".json")
_TIME = r"(?:(?:(\d{1,6}):)?(\d{1,2}):)?(\d{1,2})[.,](\d{1,3})"
_ARROW = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}")
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]*)>")
_MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|<\d[\d:.]*>|\{\\[^}]*\}")
_NAME = re.compile(r"(?:\[(?P<bracket>[^\]]{1,60})\]:?|(?P<name>[A-ZÀ-Þ][\w .'-]{0,39}?):)\s+(?=\S)")


@dataclass(frozen=True)
class _Said:
    """A stretch of text.  span: None where the file has no times."""

    text: str
    span: Span | None
    speaker: str = ""


def read_transcript(path: Path, turns: Sequence[tuple[str, Span]], offset_s: float = 0.0) -> Transcript:
    """Words with times from a file.

    turns: (who, when) somebody speaks, by start. Text without times is laid over them: a paragraph each where there
    are as many as changes of speaker, else evenly.
    offset_s: where the part that is used begins in the recording to which the file belongs; words before it are left
    out.
    Raises ScriptError when the file cannot be read or is none of these.
    """
    kind = path.suffix.casefold()
    if kind not in ENDINGS:
        raise ScriptError(f"a transcript cannot be a '{kind}' file. {choose(kind, ENDINGS)}", path)
    try:
        text = read_text(path, LONG_TEXT, "utf-8-sig")
    except OSError as exc:
        raise ScriptError(f"cannot read this transcript: {exc.strerror}", path) from exc
    except UnicodeDecodeError as exc:
        raise ScriptError("this transcript is not written in UTF-8", path) from exc
    if kind == ".json":
        words, speakers = _from_json(path, text)
    else:
        said = list(_captions(path, text) if kind != ".txt" else _plain(text))
        words, speakers = _spread(said, turns)
    kept = [
        (Word(word.text, Span(max(0.0, word.span.start_s - offset_s), word.span.end_s - offset_s)), name)
        for word, name in zip(words, speakers, strict=True)
        if word.span.end_s > offset_s
    ]
    kept.sort(key=lambda row: row[0].span.start_s)
    warnings = () if kept else (f"{path.name}: there are no words in this transcript",)
    return Transcript(tuple(word for word, _ in kept), tuple(name for _, name in kept), warnings=warnings)


def _captions(path: Path, text: str) -> Iterator[_Said]:
    """Blocks of SubRip and WebVTT: an optional number, a line of times, lines of text."""
    lines = text.replace("\r\n", "\n").split("\n")
    at, found = 0, False
    while at < len(lines):
        match = _ARROW.match(lines[at])
        if "-->" in lines[at] and not match and lines[at].strip()[:1].isdigit():
            raise ScriptError(
                "this is no line of times; write 00:01:02.500 --> 00:01:04.000", path, at + 1, 1, lines[at]
            )
        at += 1
        if not match:
            continue
        found = True
        begin, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
        if end < begin:
            raise ScriptError("this caption ends before it begins", path, at, 1, lines[at - 1])
        shown = []
        while at < len(lines) and lines[at].strip():
            shown.append(lines[at].strip())
            at += 1
        voice = _VOICE.search(" ".join(shown))
        speaker, words = _named(html.unescape(_MARKUP.sub("", _VOICE.sub("", " ".join(shown)))))
        yield _Said(words, Span(begin, max(end, begin + 0.04)), voice[1].strip() if voice else speaker)
    if not found and text.strip():
        raise ScriptError("there is no caption with times in this file", path)


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = parts
    result: float = (
        int(hours or 0) * 3600
        + int(minutes or 0) * 60
        + int(seconds or 0)
        + int(fraction or 0) / 10 ** len(fraction or "0")
    )
    return result


def _plain(text: str) -> Iterator[_Said]:
    speaker = ""
    for line in text.splitlines():
        name, words = _named(line.strip())
        speaker = name or speaker
        if words:
            yield _Said(words, None, speaker)


def _named(text: str) -> tuple[str, str]:
    """(name, what is said) of `MAYA: hello`."""
    match = _NAME.match(text)
    return ((match["bracket"] or match["name"]).strip(), text[match.end() :].strip()) if match else ("", text.strip())


def _spread(said: Sequence[_Said], turns: Sequence[tuple[str, Span]]) -> tuple[list[Word], list[str]]:
    """Words with times: each shares in the time of its caption, or of its paragraph, by its length."""
    placed = [(row.text.split(), row.speaker, [row.span]) for row in said if row.span]
    if not placed and said and turns:
        paragraphs = _paragraphs(said)
        floors = [[span for _, span in group] for _, group in itertools.groupby(turns, key=lambda turn: turn[0])]
        if len(floors) == len(paragraphs):
            placed = [
                (text.split(), name, _union(spans)) for (text, name), spans in zip(paragraphs, floors, strict=True)
            ]
        else:
            tokens = [(token, name) for text, name in paragraphs for token in text.split()]
            words = _over(_union([span for _, span in turns]), [token for token, _ in tokens])
            return words, [name for _, name in tokens]
    words, names = [], []
    for tokens_said, name, spans in placed:
        words += _over(spans, tokens_said) if tokens_said else []
        names += [name] * len(tokens_said)
    return words, names


def _paragraphs(said: Sequence[_Said]) -> list[tuple[str, str]]:
    """(text, speaker): what one speaker says before another does, or line by line where nobody is named."""
    if not any(row.speaker for row in said):
        return [(row.text, "") for row in said]
    return [
        (" ".join(row.text for row in group), name)
        for name, group in itertools.groupby(said, key=lambda row: row.speaker)
    ]


def _union(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start_s <= joined[-1].end_s:
            joined[-1] = joined[-1] | span
        else:
            joined.append(span)
    return joined


def _over(spans: Sequence[Span], tokens: Sequence[str]) -> list[Word]:
    """Tokens laid over spans end to end, each as long as it has letters."""
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


def _from_json(path: Path, text: str) -> tuple[list[Word], list[str]]:
    """`segments` with `words` (Whisper, WhisperX, OpenAI), `words` alone, or our own `cues`."""
    try:
        value = parse_json(text)
    except ValueError as exc:
        raise ScriptError(f"{exc}. Export the transcript again", path) from exc
    words: list[Word] = []
    names: list[str] = []
    rows = value if isinstance(value, list) else None
    if isinstance(value, dict):
        rows = next((value[key] for key in ("cues", "segments", "words") if isinstance(value.get(key), list)), None)
    if rows is None:
        raise ScriptError(
            "there are no words in this JSON. It may hold `segments` with `words`, as Whisper writes "
            "them, `words`, or the `cues` of a timeline.json",
            path,
        )
    for number, row in enumerate(rows, start=1):
        try:
            for word, name in _json_words(row):
                words.append(word)
                names.append(name)
        except (TypeError, ValueError, KeyError, AttributeError) as exc:
            raise ScriptError(
                f"entry {number} is no segment and no word with times ({type(exc).__name__}: {exc})", path
            ) from exc
    return words, names


def _json_words(row: Any) -> list[tuple[Word, str]]:
    speaker = str(row.get("speaker") or "")
    inner = row.get("words") or []
    if not inner:
        text = str(row["text"] if "text" in row else row["word"])
        return [(word, speaker) for word in _over([_json_span(row)], text.split())] if text.strip() else []
    found, last = [], _json_span(row).start_s
    for word in inner:
        text = str(word["word"] if "word" in word else word["text"]).strip()
        # WhisperX leaves out the times of figures and signs
        span = _json_span(word) if any(key in word for key in ("start", "start_s")) else Span(last, last)
        last = span.end_s
        if text:
            found.append((Word(text, span), str(word.get("speaker") or speaker)))
    return found


def _json_span(row: Any) -> Span:
    start = float(row["start"] if "start" in row else row["start_s"])
    end = float(row["end"] if "end" in row else row["end_s"])
    if not (math.isfinite(start) and math.isfinite(end)) or end < start:
        raise ValueError(f"{start} to {end} s is no time")
    return Span(start, end)
