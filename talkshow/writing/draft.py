"""What has come of a script so far: lines as they stream in, shown at once, saved when the writing is interrupted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from talkshow.script.formatter import format_script
from talkshow.script.keyvalues import write_pairs
from talkshow.script.model import Script
from talkshow.script.names import write_name, write_speakers
from talkshow.writing.thoughts import ThoughtFilter
from talkshow.writing.wording import trim

# a whole string, a bracket, or a quotation mark whose string has not ended yet
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}"]', re.DOTALL)
_BLIND = 20_000  # characters in which no object ends: no script, and not worth looking through again
_TAGS = re.compile(r"[(){}\[\],;]+")


def split_tags(tags: str) -> list[str]:
    """`(warm) {overlap 0.5}` or `warm, overlap 0.5` as ["warm", "overlap 0.5"]."""
    return [part.strip() for part in _TAGS.split(tags) if part.strip()]


def plain_line(values: Mapping[str, Any]) -> str:
    """A line of a JSON answer, as a script has it."""
    tags = split_tags(str(values.get("tags") or values.get("direction") or ""))
    header = write_speakers(" ".join(str(values["speaker"]).split())) + (f" ({', '.join(tags)})" if tags else "")
    return f"{header}: {' '.join(str(values.get('text', '')).split())}"


class AnswerWatcher:
    """Takes an answer piece by piece and gives back what is whole: flat objects of JSON, or lines of text."""

    def __init__(self) -> None:
        self._text = ""
        self._open = -1  # where the innermost object that is open begins
        self._at = 0  # looked through up to here
        self._json: bool | None = None
        self._blind = False

    def feed(self, piece: str) -> list[dict[str, Any] | str]:
        """What has become whole with this piece, of an answer without thoughts."""
        if self._blind:
            return []
        self._text += piece
        if self._json is None and not self._decide():
            return []
        found = self._objects() if self._json else self._lines()
        found += self._objects() if self._json else []
        self._blind = len(self._text) - self._at > _BLIND
        return found

    def _decide(self) -> bool:
        start = self._text.lstrip()
        if start:
            self._json = start[0] in "{[`"
        return bool(start)

    def _lines(self) -> list[dict[str, Any] | str]:
        *whole, self._text = self._text.split("\n")
        for number, line in enumerate(whole):
            if line.startswith(("{", "```")):  # the script begins behind a few kind words
                self._json, self._text = True, "\n".join([*whole[number:], self._text])
                return [*_shown(whole[:number]), *self._objects()]
        self._json = self._text.startswith("{")
        return _shown(whole)

    def _objects(self) -> list[dict[str, Any] | str]:
        found: list[dict[str, Any] | str] = []
        for match in _TOKEN.finditer(self._text, self._at):
            if match[0] == '"':
                break  # goes on in the next piece
            self._at = match.end()
            if match[0] == "{":
                self._open = match.start()
            elif match[0] == "}" and self._open >= 0:
                found += _object(self._text[self._open : match.end()])
                self._open = -1
        keep = self._at if self._open < 0 else self._open
        self._text, self._at = self._text[keep:], self._at - keep
        self._open = -1 if self._open < 0 else 0
        return found


def _shown(lines: list[str]) -> list[dict[str, Any] | str]:
    return [line.rstrip() for line in lines if line.strip()]


def _object(text: str) -> list[dict[str, Any] | str]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [value] if isinstance(value, dict) else []


def _cast_row(values: Mapping[str, Any]) -> str:
    told = {key: " ".join(str(values[key]).split()) for key in ("voice", "look", "description") if values.get(key)}
    return f"  {write_name(' '.join(str(values['name']).split()))}: {write_pairs(told)}"


@dataclass
class Draft:
    """The script that is being written.  done: whole scenes; lines, cast: of the answer that is coming in."""

    done: Script | None = None
    lines: list[str] = field(default_factory=list)
    cast: list[dict[str, Any]] = field(default_factory=list)

    def watcher(self, show: Callable[[str], None]) -> Callable[[str], int]:
        """Begin a new answer. Gives a function that takes its pieces and says how many lines there are by now."""
        self.lines.clear()
        self.cast.clear()
        thoughts, watcher = ThoughtFilter(), AnswerWatcher()

        def feed(piece: str) -> int:
            nonlocal watcher
            restarted, said = thoughts.feed(piece)
            if restarted:  # a draft that the model only thought of
                watcher = AnswerWatcher()
                self.lines.clear()
                self.cast.clear()
            for found in watcher.feed(said):
                line = found if isinstance(found, str) else self._from_object(found)
                if line:
                    self.lines.append(line)
                    show(line)
            return len(self.lines)

        return feed

    def _from_object(self, values: dict[str, Any]) -> str:
        if values.get("speaker") and values.get("text"):
            return plain_line(values)
        if values.get("name"):
            self.cast.append(values)
        return ""

    def text(self) -> str:
        """All of it in the plain format; "" where nothing has come yet."""
        if not self.lines and self.done is None:
            return ""
        head = format_script(self.done) if self.done is not None else ""
        if not head and self.cast:
            head = "\n".join(["cast:", *(_cast_row(values) for values in self.cast), ""])
        said = trim("\n".join(self.lines)).text if self.lines else ""
        return head + ("\n" if head else "") + (f"{said}\n" if said else "")
