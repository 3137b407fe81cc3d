"""Advanced SubStation Alpha, SubStation Alpha (both through pysubs2) and SAMI."""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

from talkshow.errors import ScriptError
from talkshow.span import Span
from talkshow.transcripts.caption import SHORTEST_S, Caption, plain_lines
from talkshow.transcripts.skipped import Skipped

_ASS_FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_SAME = {"actor": "name", "marked": "layer"}  # fields under two names
_READING_S, _LETTER_S = 0.5, 0.067  # longest display of a SAMI caption that nothing clears


def read_substation(path: Path, text: str) -> tuple[list[Caption], list[str]]:
    """The dialogue of an ASS or SSA file, its actor field as the speaker, and warnings. Raises ScriptError.

    pysubs2 expects the fields of a line in the standard order; they are put in it here, as the file's own `Format:`
    line names them, and each line is read by itself, so that a fault has a place. Comments and drawings are left out.
    """
    captions: list[Caption] = []
    skipped = Skipped(path)
    fields: Sequence[str] = _ASS_FIELDS
    section = ""
    for number, line in enumerate(text.split("\n"), start=1):
        key, _, rest = line.strip().partition(":")
        if line.lstrip().startswith("[") and line.rstrip().endswith("]"):
            section = line.strip().casefold()
        elif section not in ("", "[events]"):
            continue
        elif key.casefold() == "format":
            told = [name.strip().casefold() for name in rest.split(",")]
            fields = [_SAME.get(name, name) for name in told]
            if not {"start", "end", "text"} <= set(fields) or fields[-1] != "text":
                raise ScriptError("this line must name Start, End and, last, Text", path, number, 1, line)
        elif key.casefold() == "dialogue":
            try:
                caption = _dialogue(path, number, line, rest, fields)
            except ScriptError as error:
                skipped.add(error)
            else:
                captions += [caption] if caption else []
    warnings = skipped.warnings(len(captions), "line")
    if not captions and text.strip():
        raise ScriptError("there is no line of dialogue with times in this file", path)
    return sorted(captions, key=lambda caption: caption.span), warnings


def _dialogue(path: Path, number: int, line: str, rest: str, fields: Sequence[str]) -> Caption | None:
    from pysubs2 import SSAFile

    values = dict(zip(fields, rest.strip().split(",", len(fields) - 1), strict=False))
    ordered = {"layer": "0", "marginl": "0", "marginr": "0", "marginv": "0", **values}
    if ordered["layer"].strip().casefold().startswith("marked"):  # of SSA
        ordered["layer"] = "0"
    if "text" not in values:
        raise ScriptError(f"this line has {len(values)} fields instead of {len(fields)}", path, number, 1, line)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about layers and margins, of which no use is made
            row = "Dialogue: " + ",".join(ordered.get(name, "") for name in _ASS_FIELDS)
            event = SSAFile.from_string(f"[Events]\n{row}\n", "ass").events[0]
            if event.is_drawing:
                return None
    except (ValueError, OverflowError) as exc:
        raise ScriptError("the times of this line are not like 0:01:02.50", path, number, 1, line) from exc
    if event.end < event.start:
        raise ScriptError("this caption ends before it begins", path, number, 1, line)
    span = Span(event.start / 1000, max(event.end / 1000, event.start / 1000 + SHORTEST_S))
    return Caption(span, plain_lines(event.plaintext, event.name.strip()))


def read_sami(path: Path, text: str) -> tuple[list[Caption], list[str]]:
    """The captions of a SAMI file, and warnings. A paragraph with `ID=Source` names the speaker.

    Of several languages the first is read, which is reported. Raises ScriptError.
    """
    parser = _Sami(Skipped(path))
    parser.feed(text)
    parser.close()
    left_out = parser.skipped.warnings(sum(bool(row.text.strip()) for row in parser.rows), "caption")
    if not parser.rows and text.strip():
        raise ScriptError("there is no caption with times in this file", path)
    languages = list(dict.fromkeys(row.language for row in parser.rows if row.language and row.text.strip()))
    chosen = languages[0] if languages else ""
    told = [f"{path.name} holds captions in several languages ({', '.join(languages)}); those of {chosen} are taken"]
    rows = sorted((row for row in parser.rows if row.language in ("", chosen)), key=lambda row: row.start_ms)
    captions: list[Caption] = []
    starts = sorted({row.start_ms for row in rows})
    following = dict(itertools.pairwise(starts))
    speaker = ""
    for row in rows:
        said = "\n".join(" ".join(line.split()) for line in row.text.split("\n")).strip()
        if row.is_source:
            speaker = said.rstrip(":").strip()
        elif said:
            longest_s = row.start_ms / 1000 + _READING_S + len(said) * _LETTER_S
            end_s = following[row.start_ms] / 1000 if row.start_ms in following else longest_s
            captions.append(Caption(Span(row.start_ms / 1000, end_s), plain_lines(said, speaker)))
            speaker = ""
    return captions, [*left_out, *(told if len(languages) > 1 else [])]


class _Paragraph:
    """A paragraph of SAMI that is being read."""

    def __init__(self, start_ms: int, language: str, is_source: bool) -> None:
        self.start_ms, self.language, self.is_source = start_ms, language, is_source
        self.text = ""


class _Sami(HTMLParser):
    """Paragraphs with the time of the `sync` in which they stand; those without a valid time are skipped."""

    def __init__(self, skipped: Skipped) -> None:
        super().__init__()
        self.skipped = skipped
        self.rows: list[_Paragraph] = []
        self._start_ms: int | None = None
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A time, a paragraph, a new line; other tags only look different."""
        told = {key: value or "" for key, value in attrs}
        if tag == "sync":
            match = re.fullmatch(r"\s*(\d{1,12})\s*(?:ms)?\s*", told.get("start", ""))
            self._start_ms = int(match[1]) if match else None
            if match is None:
                message = f"the time of this caption, '{told.get('start', '')[:40]}', is not in milliseconds"
                self.skipped.add(ScriptError(message, self.skipped.path, *self.getpos()))
            self._open("", False)
        elif tag == "p":
            self._open(told.get("class", ""), told.get("id", "").casefold() == "source")
        elif tag == "br" and self.rows:
            self.rows[-1].text += "\n"
        self._hidden = tag in ("style", "title", "head") or (self._hidden and tag not in ("body", "sync"))

    def handle_endtag(self, tag: str) -> None:
        """The end of the words, too: what follows is not a caption."""
        if tag in ("body", "sami"):
            self._start_ms = None

    def handle_data(self, data: str) -> None:
        """Words of the paragraph that is open."""
        if self._start_ms is not None and not self._hidden:
            self.rows[-1].text += re.sub(r"\s+", " ", data)

    def _open(self, language: str, is_source: bool) -> None:
        if self._start_ms is not None:
            self.rows.append(_Paragraph(self._start_ms, language, is_source))
