"""The JSON of an answer: among words, in several values, cut off, with comments, or as Python writes it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from talkshow.errors import ScriptError
from talkshow.script.header import read_header
from talkshow.writing.checking import Fault
from talkshow.writing.shapes import ANSWER_KEYS, SPEAKER_KEYS, is_line, may_be_answer
from talkshow.writing.wording import is_dialogue

_MOST_MENDED = 300_000  # characters of JSON
_DEEPEST = 60  # brackets within brackets
_MOST_MISSES = 400  # brackets of an answer that open nothing
_MOST_READ = 20_000_000  # characters behind such brackets
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[{}\[\]]', re.DOTALL)
_STRING = r'(?P<string>"(?:[^"\\]|\\.)*+")'
_COMMENT = re.compile(_STRING + r"|//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|(?<=[\s,{\[])#[^\n]*", re.DOTALL)
_SINGLE = r"|'(?:[^'\\\n]|\\.)*+'"
_BARE_KEY = re.compile(_STRING + _SINGLE + r"|(?<=[{,\s])(?P<key>[A-Za-z_]\w*)(?=\s*:)", re.DOTALL)
_WORDS = re.compile(r"(?P<string>\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+')|\b(?:true|false|null)\b", re.DOTALL)
_OF_PYTHON = {"true": "True", "false": "False", "null": "None"}
_COMMA = re.compile(_STRING + r"|,(?=\s*[}\]])", re.DOTALL)
_STRAIGHT = str.maketrans("“”„‟″", '"""""')
_OPENING = re.compile(r"[{\[]")
_ESCAPED = re.compile(r'[{\[]\s*(?:\\n\s*)*(?:(?P<quote>\\")|(?<=n)\s*"|(?<=n)\s*[{\[])')
_BRACKETED = re.compile(r'\[(?!\s*")')
_LIKELY = re.compile(r"[{\[]\s*(?:[\"'“”„{\[}\]]|[A-Za-z_]\w*\s*:|//|/\*|#)")
_CUT_IN_WORDS = re.compile(r"\{\s*'[^{}]*[^'\"\s,{}]\s*", re.DOTALL)
_OF_A_SCRIPT = re.compile(
    rf"[\"'“”]?\b(?:{'|'.join((*ANSWER_KEYS, *SPEAKER_KEYS, 'text', 'script', 'dialogue'))})[\"'”]?\s*:"
)


@dataclass(frozen=True)
class _Found:
    """A value of a text.  broken: what is wrong where it cannot be decoded."""

    value: Any
    start: int
    end: int
    broken: json.JSONDecodeError | None = None


def read_json_answer(text: str) -> tuple[Any, tuple[Fault, ...]]:
    """The JSON value of an answer, and its faults where it had to be repaired; None for an answer in text.

    Of several values the last one counts that can be an answer; lines that stand apart (JSONL) are one. Where a script
    in text follows, that is the value.
    Raises ScriptError for JSON that cannot be repaired.
    """
    text = _unescaped(text)
    if _BRACKETED.match(text) and read_header(text.split("\n")[0]):  # a tag of the camera, a speaker of another format
        return None, ()
    found = list(_values(text))
    whole = [each for each in found if each.broken is None and may_be_answer(each.value)]
    rows = [each.value for each in whole if is_line(each.value)]
    if len(rows) > 1 and len(rows) == len(whole):
        return rows, ()
    broken = [each for each in found if each.broken and _OF_A_SCRIPT.search(text, each.start, each.end)]
    last = _last(text, whole)
    later = [each for each in broken if last is None or each.start > last.end]
    longest = max(later, key=lambda each: each.end - each.start, default=None)
    if longest and (last is None or longest.end - longest.start > (last.end - last.start) / 2):
        return _repaired(text, longest)
    if last:
        behind = text[last.end :]
        return (behind.strip() if is_dialogue(behind) else last.value), ()
    if text[:1] in ("{", "[") and found and found[0].start == 0:
        return _repaired(text, found[0]) if found[0].broken else (found[0].value, ())
    return None, ()


def _unescaped(text: str) -> str:
    """JSON that was escaped once more, but not put in quotes: `{\\"title\\": ...`, `{\\n  "title": ...`."""
    begins = _ESCAPED.match(text)
    if begins is None:
        return text
    try:
        return str(json.loads(f'"{text}"', strict=False)) if begins["quote"] else text.replace("\\n", "\n")
    except (ValueError, RecursionError):
        return text


def _last(text: str, whole: list[_Found]) -> _Found | None:
    """The last of several answers; scenes that follow each other with nothing between them are one."""
    titles = {str(each.value.get("title")) for each in whole if isinstance(each.value, dict) and "lines" in each.value}
    gaps = [text[before.end : after.start] for before, after in pairwise(whole)]
    if len(whole) > 1 and len(titles) == len(whole) and not any(gap.strip(" \t\n,") for gap in gaps):
        return _Found([each.value for each in whole], whole[0].start, whole[-1].end)
    return whole[-1] if whole else None


def _values(text: str) -> Iterator[_Found]:
    """The values that a text holds, from its beginning to its end, none within another."""
    decoder, at = json.JSONDecoder(strict=False), 0
    misses = read = 0
    while misses < _MOST_MISSES and read < _MOST_READ and (match := _OPENING.search(text, at)):
        start = match.start()
        try:
            value, at = decoder.raw_decode(text, start)
            yield _Found(value, start, at)
        except json.JSONDecodeError as exc:
            at, misses, read = start + 1, misses + 1, read + exc.pos - start
            if _LIKELY.match(text, start):
                at = _end_of_value(text, start)
                value = _in_dialect(text[start:at])
                yield _Found(value, start, at, exc if value is None else None)
        except RecursionError as exc:
            raise ScriptError("the answer is nested too deeply for a script") from exc
        except ValueError as exc:
            raise ScriptError("the answer holds a number of thousands of digits") from exc


def _end_of_value(text: str, start: int) -> int:
    """Where the bracket that opens at `start` is closed; the end of the text where it is not.

    Raises ScriptError for brackets within brackets beyond what any script needs: to repair those could take minutes.
    """
    depth = 0
    for match in _TOKEN.finditer(text, start):
        depth += (match[0] in "{[") - (match[0] in "}]")
        if depth == 0:
            return match.end()
        if depth > _DEEPEST:
            raise ScriptError("the answer is nested too deeply for a script")
    return len(text)


def _in_dialect(text: str) -> Any:
    """A whole value with comments, commas too many, keys without quotes or curly quotes, or as Python writes it; else
    None.

    Nothing is guessed here, so that nothing can be lost.
    """
    if len(text) > _MOST_MENDED:
        return None
    straight = text if '"' in text else text.translate(_STRAIGHT)
    without = _COMMENT.sub(lambda match: match["string"] or " ", straight)
    quoted = _BARE_KEY.sub(lambda match: f'"{match["key"]}"' if match["key"] else match[0], without)
    try:
        return json.loads(_COMMA.sub(lambda match: match["string"] or "", quoted), strict=False)
    except (ValueError, RecursionError):
        pass
    for source in (text, _WORDS.sub(lambda match: match["string"] or _OF_PYTHON[match[0]], quoted)):
        try:
            value = ast.literal_eval(source)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        if isinstance(value, dict | list):
            return value
    return None


def _repaired(text: str, found: _Found) -> tuple[Any, tuple[Fault, ...]]:
    """Raises ScriptError where nothing is to be had."""
    broken = found.broken
    assert broken is not None
    value = _mended(text, found, broken)
    if value is None:
        raise ScriptError(
            f"the answer is not JSON: {broken.msg}",
            None,
            broken.lineno,
            broken.colno,
            text.split("\n")[broken.lineno - 1][:200],
        ) from broken
    told = f"the answer is not JSON: {broken.msg} in line {broken.lineno}; it was repaired, and words may be missing"
    return value, (Fault(told, fatal=False),)


def _mended(text: str, found: _Found, broken: json.JSONDecodeError) -> dict[str, Any] | list[Any] | None:
    """The value of JSON that is cut off or has a fault; None where there is nothing to be had.

    A line that ends in the middle of its words is left out.
    """
    import json_repair

    end = found.end
    if broken.msg.startswith("Unterminated string"):
        end = max(text.rfind("{", found.start, broken.pos), found.start + 1)
    elif (last := text.rfind("{", found.start, end)) > found.start and _CUT_IN_WORDS.fullmatch(text, last, end):
        end = last  # the same within single quotes
    if end - found.start > _MOST_MENDED:
        return None
    try:
        value = json_repair.loads(text[found.start : end], skip_json_loads=True)
    except (RecursionError, ValueError):
        return None
    if text[found.start] == "{" and isinstance(value, list):  # words behind it that look like JSON
        value = next((part for part in value if isinstance(part, dict)), None)
    return value if isinstance(value, dict | list) and value else None
