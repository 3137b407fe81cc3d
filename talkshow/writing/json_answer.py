"""The JSON of an answer: among words, in several values, cut off, with comments, or as Python writes it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from talkshow.errors import ScriptError
from talkshow.script.header import read_header
from talkshow.writing.checking import Fault

_MOST_MENDED = 300_000  # characters of JSON
_DEEPEST = 60  # brackets within brackets
_MOST_MISSES = 400  # brackets of an answer that open nothing
_MOST_READ = 20_000_000  # characters behind such brackets
ANSWER_KEYS = ("lines", "scenes", "beats", "changes")
SPEAKER_KEYS = ("speaker", "name", "character", "who", "actor", "role", "speaker_name", "person")
TEXT_KEYS = ("text", "line", "dialogue", "dialog", "content", "words", "utterance", "speech", "says", "say", "message")
# under which models put the script, the surest first
WRAPPERS = (
    *("final_script", "final_answer", "final", "revised", "script", "screenplay", "dialogue", "dialog", "conversation"),
    *("turns", "transcript", "podcast", "episode", "answer", "response", "output", "result", "content", "text"),
    *("message", "data", "arguments", "parameters"),
)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[{}\[\]]', re.DOTALL)
_STRING = r'(?P<string>"(?:[^"\\]|\\.)*+")'
_COMMENT = re.compile(_STRING + r"|//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|(?<=[\s,{\[])#[^\n]*", re.DOTALL)
_COMMA = re.compile(_STRING + r"|,(?=\s*[}\]])", re.DOTALL)
_STRAIGHT = str.maketrans("“”„‟″", '"""""')
_OPENING = re.compile(r"[{\[]")
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

    Of several values the last one counts that can be an answer; lines that stand apart (JSONL) are one.
    Raises ScriptError for JSON that cannot be repaired.
    """
    if text[:1] == "[" and read_header(text.split("\n")[0]):  # a tag of the camera, a speaker of another format
        return None, ()
    found = list(_values(text))
    whole = [each for each in found if each.broken is None and _is_answer(each.value)]
    rows = [each.value for each in whole if _is_line(each.value)]
    if len(rows) > 1 and len(rows) == len(whole):
        return rows, ()
    broken = [each for each in found if each.broken and _OF_A_SCRIPT.search(text, each.start, each.end)]
    last = whole[-1] if whole else None
    later = [each for each in broken if last is None or each.start > last.end]
    longest = max(later, key=lambda each: each.end - each.start, default=None)
    if longest and (last is None or longest.end - longest.start > (last.end - last.start) / 2):
        return _repaired(text, longest)
    if last:
        return last.value, ()
    if text[:1] in ("{", "[") and found and found[0].start == 0:
        return _repaired(text, found[0]) if found[0].broken else (found[0].value, ())
    return None, ()


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
    """A whole value with comments, commas too many or curly quotes, or as Python writes it; None for anything else.

    Nothing is guessed here, so that nothing can be lost.
    """
    if len(text) > _MOST_MENDED:
        return None
    straight = text if '"' in text else text.translate(_STRAIGHT)
    try:
        without = _COMMENT.sub(lambda match: match["string"] or " ", straight)
        return json.loads(_COMMA.sub(lambda match: match["string"] or "", without), strict=False)
    except (ValueError, RecursionError):
        pass
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _is_line(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    keys = {str(key).casefold() for key in value}
    return bool(keys & set(SPEAKER_KEYS)) and bool(keys & set(TEXT_KEYS)) and not keys & set(ANSWER_KEYS)


def _is_answer(value: Any) -> bool:
    """Whether a value may be a script, a plan or changes."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(each, dict | str) for each in value)
    keys = {str(key).casefold() for key in value} if isinstance(value, dict) else set()
    return bool(keys & {*ANSWER_KEYS, *WRAPPERS}) or _is_line(value)


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


def unwrapped(value: Any) -> Any:
    """The script within {"thoughts": ..., "script": ...}: a dictionary, a list of lines, or text."""
    for _ in range(5):
        if not isinstance(value, dict) or any(key in value for key in ANSWER_KEYS):
            return value
        folded = {str(key).casefold().replace(" ", "_").replace("-", "_"): inner for key, inner in value.items()}
        if any(key in folded for key in ANSWER_KEYS):
            return folded
        inner = next((folded[key] for key in WRAPPERS if isinstance(folded.get(key), dict | list | str)), None)
        if inner is None and len(folded) == 1 and isinstance(next(iter(folded.values())), dict):
            inner = next(iter(folded.values()))
        if inner is None or _is_line(value):
            return value
        if isinstance(inner, list):
            return {**{key: folded[key] for key in ("title", "cast", "characters") if key in folded}, "lines": inner}
        value = inner
    return value
