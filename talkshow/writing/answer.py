"""A model's answer to a script: JSON or text, through the parser that reads what people write.

Nothing of an answer is trusted: only words are taken out of it, never a path, a file or a setting.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from talkshow.errors import ScriptError
from talkshow.script.characters import clean_characters
from talkshow.script.header import read_header
from talkshow.script.model import CharacterHint, Script
from talkshow.script.reader import parse_script
from talkshow.writing.checking import Fault
from talkshow.writing.draft import split_tags

_MOST_MENDED = 300_000  # characters of JSON
_MAX_WORDS = 500  # characters of a title, a look, a description, a prompt
PLOT = "PLOT"  # the speaker of an outline's points
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCED = re.compile(r"```[\w-]*[ \t]*\n(.*?)(?:\n```|\Z)", re.DOTALL)
_CHARACTER = ("name", "voice", "look", "description")
_LINE = ("speaker", "tags", "text")
_SCENE = ("title", "prompt", "lines", "beats")
_HEAD = ("title", "cast", "scenes", "lines")


def bare(answer: str) -> str:
    """The answer without a model's thoughts, without a fence around it, without characters that no file holds."""
    text = answer.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    text = _THOUGHTS.sub("", text).strip()
    fenced = _FENCED.search(text)
    return fenced[1].strip() if fenced else text


@dataclass(frozen=True)
class Read:
    """What was read of an answer.  notes: what was not taken over.  faults: of its JSON, where that was repaired."""

    script: Script
    notes: list[str]
    faults: tuple[Fault, ...] = ()


def read_answer(answer: str) -> Read:
    """The script of an answer. Raises ScriptError with the place."""
    text = bare(answer)
    if not text:
        raise ScriptError("the answer is empty")
    values, faults = read_json_answer(text)
    notes: list[str] = []
    if values is None:
        return Read(*_disarmed(parse_script(text), notes))
    try:
        source = json.dumps(_script_values(values, notes), indent=1)
        return Read(*_disarmed(parse_script(source, "json"), notes), faults)
    except ScriptError as exc:
        if faults:  # what is wrong with it is that it is broken
            raise ScriptError(f"{faults[0].message} ({exc.message})") from exc
        raise


def read_json_answer(text: str) -> tuple[Any, tuple[Fault, ...]]:
    """The JSON value of an answer, and its faults where it had to be repaired; None for an answer in text.

    Raises ScriptError for JSON that cannot be repaired.
    """
    start = text.find("{")
    if text[:1] not in "{[" and not (start >= 0 and '"' in text[start : start + 40] and text.rstrip().endswith("}")):
        return None, ()
    begin = 0 if text[:1] == "[" else start
    if text[:1] == "[" and read_header(text.split("\n")[0]):  # a tag of the camera, a speaker of another format
        return None, ()
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, begin)[0], ()
    except json.JSONDecodeError as exc:
        value = _mended(text, begin, exc)
        if value is None:
            raise ScriptError(
                f"the answer is not JSON: {exc.msg}",
                None,
                exc.lineno,
                exc.colno,
                text.split("\n")[exc.lineno - 1][:200],
            ) from exc
        told = f"the answer is not JSON: {exc.msg} in line {exc.lineno}; it was repaired, and words may be missing"
        return value, (Fault(told, fatal=False),)
    except RecursionError as exc:
        raise ScriptError("the answer is nested too deeply for a script") from exc
    except ValueError as exc:
        raise ScriptError("the answer holds a number of thousands of digits") from exc


def _mended(text: str, begin: int, broken: json.JSONDecodeError) -> dict[str, Any] | list[Any] | None:
    """The value of JSON that is cut off or has a fault; None where there is nothing to be had.

    A line that ends in the middle of its words is left out.
    """
    import json_repair

    end = len(text)
    if broken.msg.startswith("Unterminated string"):
        end = max(text.rfind("{", begin, broken.pos), begin + 1)
    if end - begin > _MOST_MENDED:
        return None
    try:
        value = json_repair.loads(text[begin:end], skip_json_loads=True)
    except (RecursionError, ValueError):
        return None
    if text[begin] == "{" and isinstance(value, list):  # words behind it that look like JSON
        value = next((part for part in value if isinstance(part, dict)), None)
    return value if isinstance(value, dict | list) and value else None


def _script_values(values: Any, notes: list[str]) -> dict[str, Any]:
    """What the parser of structured scripts is given: the known keys, with words alone."""
    if isinstance(values, list):
        values = {"lines": values}
    if isinstance(values, dict) and len(values) == 1 and isinstance(inner := next(iter(values.values())), dict):
        values = inner  # {"script": {...}}
    if not isinstance(values, dict):
        raise ScriptError("the answer is a single value, not a script")
    known = _known(values, _HEAD, notes)
    taken: dict[str, Any] = {"title": words(known.get("title"))}
    cast = {}
    for character in _characters(known.get("cast")):
        told = _known(character, _CHARACTER, notes)
        if name := words(told.get("name")):
            cast[name] = {key: said for key in _CHARACTER[1:] if (said := words(told.get(key)))}
    if cast:
        taken["cast"] = [{"name": name, **told} for name, told in cast.items()]
    scenes = [scene for scene in _list(known.get("scenes")) if isinstance(scene, dict)]
    if scenes:
        return {**taken, "scenes": [_scene_values(scene, notes) for scene in scenes]}
    return {**taken, "lines": _line_values(known.get("lines"), notes)}


def _characters(cast: Any) -> list[dict[str, Any]]:
    if isinstance(cast, dict):  # {"MAYA": {...}} or {"MAYA": "words"}
        cast = [
            {**(told if isinstance(told, dict) else {"description": told}), "name": name} for name, told in cast.items()
        ]
    return [character if isinstance(character, dict) else {"name": character} for character in _list(cast)]


def _scene_values(scene: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    known = _known(scene, _SCENE, notes)
    beats = [{"speaker": PLOT, "text": said} for beat in _list(known.get("beats")) if (said := words(beat))]
    lines = _line_values(known.get("lines"), notes)
    told = {key: said for key in ("title", "prompt") if (said := words(known.get(key)))}
    return {**told, "lines": beats or lines}


def _line_values(lines: Any, notes: list[str]) -> list[dict[str, Any]]:
    taken = []
    for line in _list(lines):
        if isinstance(line, str):
            header = read_header(words(line))
            if header is None:
                raise ScriptError(f"who says this? '{words(line)[:80]}' has no speaker")
            line = {
                "speaker": header.name,
                "tags": ", ".join(group[1:-1] for group in header.groups),
                "text": words(line)[header.end :],
            }
        if not isinstance(line, dict):
            raise ScriptError(f"a line of the answer is not valid: {str(line)[:80]}")
        line = {"tags": line.get("direction"), **line}
        known = _known({key: value for key, value in line.items() if key != "direction"}, _LINE, notes)
        speaker, text = words(known.get("speaker")), words(known.get("text"))
        tags = ", ".join(split_tags(words(known.get("tags"))))
        if not text and not tags:
            notes.append(f"a line of {speaker or 'an unnamed speaker'} without words is left out")
            continue
        text = _without_name(text, speaker)
        direction = {"direction": tags} if tags and text else {}
        taken.append({"speaker": speaker, **direction, "text": text or f"({tags})"})
    return taken


def _without_name(text: str, speaker: str) -> str:
    """`MAYA: Hello` of MAYA is `Hello`."""
    header = read_header(text)
    return text[header.end :].strip() if header and header.name.casefold() == speaker.casefold() else text


def _known(values: Mapping[str, Any], keys: tuple[str, ...], notes: list[str]) -> dict[str, Any]:
    """The values of the keys that an answer may have; others are noted, once."""
    for key in values:
        note = f"'{str(key)[:40]}' of the answer is not used"
        if key not in keys and note not in notes:
            notes.append(note)
    return {key: values[key] for key in keys if key in values}


def words(value: Any) -> str:
    """A value as words on one line; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return " ".join(clean_characters(str(value).encode("utf-8", "replace").decode("utf-8"))[0].split())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _disarmed(script: Script, notes: list[str]) -> tuple[Script, list[str]]:
    """The script without what only people may say in one: files, seats, levels, pronunciations."""

    def short(said: str | None, what: str) -> str | None:
        if said is None or len(said) <= _MAX_WORDS:
            return said
        notes.append(f"{what} has {len(said):,} characters in the answer and is cut to {_MAX_WORDS}")
        return said[:_MAX_WORDS].rstrip() + "…"

    cast, scenes = [], []
    for hint in script.cast:
        cast.append(
            CharacterHint(
                hint.name,
                voice=hint.voice,
                look=short(hint.look, f"the look of {hint.name}"),
                description=short(hint.description, f"the description of {hint.name}"),
                source_line=hint.source_line,
            )
        )
        given = [key for key in ("seat", "sound", "speed", "gain") if getattr(hint, key) is not None]
        notes += [f"{key}= of {hint.name} in the answer is not used" for key in given]
    for scene in script.scenes:
        scenes.append(
            replace(
                scene,
                image=None,
                language=None,
                title=short(scene.title, "a scene's title") or "",
                prompt=short(scene.prompt, "a scene's prompt"),
            )
        )
        notes += [f"the picture that the answer names for '{scene.title}' is not used"] if scene.image else []
        notes += [f"the language that the answer gives '{scene.title}' is not used"] if scene.language else []
    notes += ["the pronunciations of the answer are not used"] if script.pronunciations else []
    title = short(script.title, "the title") or ""
    return replace(script, title=title, cast=tuple(cast), scenes=tuple(scenes), pronunciations={}, layout=None), notes
