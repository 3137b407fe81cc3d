"""The script within the JSON of an answer, whatever the model wrapped it in and however it named its parts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from talkshow.script.header import read_header
from talkshow.writing.marks import THOUGHT_WORD

ANSWER_KEYS = ("lines", "scenes", "beats", "changes")
SPEAKER_KEYS = ("speaker", "name", "character", "who", "actor", "role", "speaker_name", "person")
TEXT_KEYS = ("text", "line", "dialogue", "dialog", "content", "words", "utterance", "speech", "says", "say", "message")
# under which models put the script, the surest first
WRAPPERS = (
    *("final_script", "final_answer", "final", "revised", "script", "screenplay", "dialogue", "dialog", "conversation"),
    *("turns", "transcript", "podcast", "episode", "answer", "response", "output", "result", "content", "text"),
    *("message", "data", "arguments", "parameters", "input"),
)
LINES_KEYS = ("lines", "dialogue", "dialog", "turns", "conversation", "script", "text", "content")  # of a scene
_HEAD = ("title", "cast", "characters")
_DEEPEST = 8  # wrappers within wrappers
# no answer, even where nothing else is there: a draft must never be the script
_ASIDE = re.compile(
    rf"(?:.*_)?(?:{THOUGHT_WORD}|plan|notes?|comments?|explanation|steps|outline|attempts?|previous|old|rejected|example"
    r"|error|usage|metadata)(?:_.*)?"
)


def folded(value: Mapping[Any, Any]) -> dict[str, Any]:
    """A dictionary with its keys in the spelling of ours: "Final Script" is `final_script`."""
    return {str(key).casefold().strip().replace(" ", "_").replace("-", "_"): inner for key, inner in value.items()}


def is_line(value: Any) -> bool:
    """Whether a value is one line of a script: a speaker and words."""
    if not isinstance(value, dict):
        return False
    keys = set(folded(value))
    return bool(keys & set(SPEAKER_KEYS)) and bool(keys & set(TEXT_KEYS)) and not keys & set(ANSWER_KEYS)


def may_be_answer(value: Any) -> bool:
    """Whether a value may be a script, a plan or changes."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(each, dict | list | str) for each in value)
    return is_line(value) or (isinstance(value, dict) and _within(value, 0) is not None)


def unwrapped(value: Any) -> Any:
    """The script within {"thoughts": ..., "script": ...}: a dictionary with our keys, or text; else the value."""
    found = _within(value, 0)
    return value if found is None else found


def _within(value: Any, depth: int) -> dict[str, Any] | str | None:
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return _within_list(value, depth)
    return _within_dict(folded(value), depth) if isinstance(value, dict) else None


def _within_dict(value: dict[str, Any], depth: int) -> dict[str, Any] | str | None:
    if any(isinstance(value.get(key), dict | list | str) and value[key] for key in ANSWER_KEYS):
        return value
    line = is_line(value) and value.get("role") != "assistant"
    if line and not any(isinstance(value.get(key), dict | list) for key in WRAPPERS):
        return None
    known = [key for key in WRAPPERS if key in value]
    for key in (*known, *(key for key in reversed(value) if key not in known)):
        inner = value[key]
        if key in SPEAKER_KEYS or _ASIDE.fullmatch(key):
            continue
        if isinstance(inner, str) and not line and inner.strip() and (key in known or _is_script(inner)):
            return inner
        if (found := _within(inner, depth + 1)) is not None:
            return _with_head(found, value)
    return None


def _is_script(text: str) -> bool:
    """Whether a text under a key that is not known here is a script: in JSON, in a fence, or lines of speakers."""
    return text.lstrip()[:1] in ("{", "[", "`") or sum(1 for row in text.split("\n") if read_header(row)) > 1


def _with_head(found: dict[str, Any] | str, around: dict[str, Any]) -> dict[str, Any] | str:
    """A script with the title and the cast from around it."""
    if isinstance(found, str):
        return found
    return {**{key: around[key] for key in _HEAD if key in around and key not in found}, **found}


def _within_list(values: list[Any], depth: int) -> dict[str, Any] | str | None:
    """Lines, lists of lines, scenes, or wrapped scripts, of which the last one counts."""
    if values and all(isinstance(each, list) and each for each in values):
        if all(_is_pair(each) for each in values):
            return {"lines": values}
        return {"lines": [line for each in values for line in each]}
    if sum(map(is_line, values)) > 1:
        return {"lines": values}
    parts = [found for each in values if (found := _within(each, depth + 1)) is not None]
    if not parts:
        return {"lines": values} if any(_is_spoken(each) for each in values) else None
    scenes = [part for part in parts if isinstance(part, dict) and "scenes" not in part and "changes" not in part]
    if len(parts) > 1 and len(scenes) == len(parts):
        return {"scenes": scenes}
    return parts[-1]


def _is_pair(value: list[Any]) -> bool:
    return len(value) == 2 and all(isinstance(each, str) for each in value)


def _is_spoken(value: Any) -> bool:
    """Whether an element of a list may be a line: a speaker and words, {"MAYA": "Hello"}, or `MAYA: Hello`."""
    if isinstance(value, dict):
        return is_line(value) or (len(value) == 1 and isinstance(next(iter(value.values())), str))
    return isinstance(value, str) and ":" in value


def rows(value: Any) -> list[Any]:
    """The parts of a list or of lists in it, of a dictionary with numbered or named parts, or of a text in lines."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, str):
        return [row for row in value.split("\n") if row.strip()]
    listed = value if isinstance(value, list) else []
    if listed and all(isinstance(each, list) and not _is_pair(each) for each in listed):
        return [row for each in listed for row in each]
    return listed
