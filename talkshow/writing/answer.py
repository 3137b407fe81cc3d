"""A model's answer to a script: JSON or text, through the parser that reads what people write.

Nothing of an answer is trusted: only words are taken out of it, never a path, a file or a setting.
"""

from __future__ import annotations

import json
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
from talkshow.writing.fences import fenced_parts
from talkshow.writing.json_answer import read_json_answer
from talkshow.writing.shapes import LINES_KEYS, SPEAKER_KEYS, TEXT_KEYS, folded, is_line, rows, unwrapped
from talkshow.writing.thoughts import final_answer
from talkshow.writing.wording import trim

_MAX_WORDS = 500  # characters of a title, a look, a description, a prompt
_MOST_WRAPS = 3  # answers within answers
PLOT = "PLOT"  # the speaker of an outline's points
_CHARACTER = ("name", "voice", "look", "description")
_LINE = ("speaker", "tags", "text")
_SCENE = ("title", "prompt", "lines", "beats")
_HEAD = ("title", "cast", "scenes", "lines")
_TAG_KEYS = ("tags", "direction", "directions", "emotion", "parenthetical", "tone", "delivery")
_MOST_TOLD = 4  # of the words around a script


class AllThought(ScriptError):
    """The model thought and never came to an answer."""

    def __init__(self) -> None:
        super().__init__("the whole answer is thoughts; write the script itself, after a few thoughts at most")


def bare(answer: str) -> str:
    """The answer without a model's thoughts, without a fence around it, without characters that no file holds."""
    parts, _ = fenced_parts(text := final_answer(_readable(answer)).text)
    return parts[-1].strip() if parts else text


def _readable(answer: str) -> str:
    return answer.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True)
class Read:
    """What was read of an answer.  notes: what was not taken over.  faults: of its JSON, where that was repaired."""

    script: Script
    notes: list[str]
    faults: tuple[Fault, ...] = ()


def read_answer(answer: str) -> Read:
    """The script of an answer. Raises ScriptError with the place, AllThought for an answer without an end."""
    final = final_answer(_readable(answer))
    if not final.text:
        raise AllThought if final.thought else ScriptError("the answer is empty")
    try:
        read = _read_parts(final.text)
    except ScriptError as exc:
        if final.ends_in_thought:
            raise AllThought from exc
        raise
    if final.left_out:
        read.notes.append("the words before the model's last thoughts are left out")
    if final.ends_in_thought:
        read.notes.append("the answer ends within the model's thoughts; the script is from the words before them")
    return read


def _read_parts(text: str, depth: int = 0) -> Read:
    """The last script among fenced parts, else the text around them. A single line is a remark beside more of them."""
    parts, around = fenced_parts(text)
    reads: list[tuple[Read, str]] = []
    error = None
    for part in (*reversed(parts), around):
        if not part.strip():
            continue
        try:
            reads.append((_read_part(part, depth), "outside the fences" if part is around else "in a fence"))
        except ScriptError as exc:
            error = error or exc
    if not reads:
        raise error or ScriptError("the answer is empty")
    scripts = [(read, where) for read, where in reads if sum(1 for _ in read.script.lines) > 1]
    read, where = (scripts or reads)[0]
    if len(scripts) > 1:
        read.notes.append(f"the answer holds {len(scripts)} scripts; the last one {where} is taken")
    return read


def _read_part(text: str, depth: int) -> Read:
    if "\\n" in text and "\n" not in text.strip():
        text = text.replace("\\n", "\n")
    values, faults = read_json_answer(text)
    notes = ["a draft in JSON ahead of the script is left out"] if isinstance(values, str) else []
    if values is None and text.startswith('"') and depth < _MOST_WRAPS:
        values = _string(text)
    values = unwrapped(values)
    if isinstance(values, str) and values.strip() and depth < _MOST_WRAPS:
        read = _read_parts(values.strip(), depth + 1)
        return replace(read, notes=[*notes, *read.notes], faults=(*faults, *read.faults))
    if values is None:
        trimmed = trim(text)
        if trimmed.left_out:
            notes.append(f"not of the script and left out: {'; '.join(trimmed.left_out[:_MOST_TOLD])}")
        return Read(*_disarmed(parse_script(trimmed.text), notes))
    try:
        source = json.dumps(_script_values(values, notes), indent=1)
        return Read(*_disarmed(parse_script(source, "json"), notes), faults)
    except ScriptError as exc:
        if faults:  # what is wrong with it is that it is broken
            raise ScriptError(f"{faults[0].message} ({exc.message})") from exc
        raise


def _string(text: str) -> str | None:
    """A text that is wrapped in JSON once more."""
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, str) else None


def _script_values(values: Any, notes: list[str]) -> dict[str, Any]:
    """What the parser of structured scripts is given: the known keys, with words alone."""
    if isinstance(values, list):
        values = {"lines": values}
    if not isinstance(values, dict):
        raise ScriptError("the answer is a single value, not a script")
    if "cast" not in values and isinstance(values.get("characters"), list | dict):
        values = {("cast" if key == "characters" else key): value for key, value in values.items()}
    known = _known(folded(values), _HEAD, notes)
    taken: dict[str, Any] = {"title": words(known.get("title"))}
    cast = {}
    for character in _characters(known.get("cast")):
        told = _known(character, _CHARACTER, notes)
        if name := words(told.get("name")):
            cast[name] = {key: said for key in _CHARACTER[1:] if (said := words(told.get(key)))}
    if cast:
        taken["cast"] = [{"name": name, **told} for name, told in cast.items()]
    scenes = _scenes(known.get("scenes"))
    if scenes:
        return {**taken, "scenes": [_scene_values(folded(scene), notes) for scene in scenes]}
    return {**taken, "lines": _line_values(known.get("lines"), notes)}


def _characters(cast: Any) -> list[dict[str, Any]]:
    if isinstance(cast, dict):  # {"MAYA": {...}} or {"MAYA": "words"}
        cast = [
            {**(told if isinstance(told, dict) else {"description": told}), "name": name} for name, told in cast.items()
        ]
    return [character if isinstance(character, dict) else {"name": character} for character in _list(cast)]


def _scenes(value: Any) -> list[dict[str, Any]]:
    """Scenes, also where they are lists of lines, or where the lines stand without a scene around them."""
    scenes = value if isinstance(value, list) else rows(value)
    if sum(map(is_line, scenes)) > 1:
        return [{"lines": scenes}]
    return [
        scene if isinstance(scene, dict) else {"lines": scene} for scene in scenes if isinstance(scene, dict | list)
    ]


def _scene_values(scene: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    if not scene.get("lines") and (
        key := next((key for key in LINES_KEYS if isinstance(scene.get(key), list | str)), "")
    ):
        scene = {("lines" if name == key else name): value for name, value in scene.items() if name != "lines"}
    known = _known(scene, _SCENE, notes)
    beats = [{"speaker": PLOT, "text": said} for beat in _list(known.get("beats")) if (said := words(beat))]
    lines = _line_values(known.get("lines"), notes)
    told = {key: said for key in ("title", "prompt") if (said := words(known.get(key)))}
    return {**told, "lines": beats or lines}


def _line_values(lines: Any, notes: list[str]) -> list[dict[str, Any]]:
    taken = []
    for line in rows(lines):
        if isinstance(line, list) and len(line) == 2:
            line = {"speaker": line[0], "text": line[1]}
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
        known = _known(_named(line), _LINE, notes)
        speaker, text = words(known.get("speaker")), words(known.get("text"))
        tags = ", ".join(split_tags(words(known.get("tags"))))
        if not text and not tags:
            notes.append(f"a line of {speaker or 'an unnamed speaker'} without words is left out")
            continue
        text = _without_name(text, speaker)
        direction = {"direction": tags} if tags and text else {}
        taken.append({"speaker": speaker, **direction, "text": text or f"({tags})"})
    return taken


def _named(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line under the keys of ours: {"character": "MAYA", "dialogue": "Hello"}, {"MAYA": "Hello"}."""
    taken = folded(line)
    if len(line) == 1 and not set(taken) & {*SPEAKER_KEYS, *TEXT_KEYS, *_TAG_KEYS}:
        ((speaker, text),) = line.items()
        return {"speaker": speaker, "text": text}
    for ours, keys in (("speaker", SPEAKER_KEYS), ("text", TEXT_KEYS), ("tags", _TAG_KEYS)):
        given = {key: _inner(taken[key], keys) for key in keys if key in taken}
        key = next((key for key, value in given.items() if words(value)), None)
        if key is not None:
            del taken[key]
            taken[ours] = given[key]
    return taken


def _inner(value: Any, keys: tuple[str, ...]) -> Any:
    """What {"speaker": {"name": "MAYA"}} says within; lists of tags in one."""
    if isinstance(value, dict):
        return next((value[key] for key in keys if words(value.get(key))), "")
    return ", ".join(words(each) for each in value) if isinstance(value, list) else value


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
