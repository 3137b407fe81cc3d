"""The input JSON of MultiTalk, InfiniteTalk and LongCat.

`prompt`, `cond_image` or `cond_video`, `audio_type`, `cond_audio: {person1: file}`, `bbox: {person1: [top, left,
bottom, right]}`, `tts_audio: {text, human1_voice, human2_voice}`. A box is written down in our order (left, top, right,
bottom), voice files become the voices of the same stem, or the nearest ones.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import PurePosixPath

from talkshow.engines.resources import data_folder
from talkshow.errors import CastError, ScriptError, choose, nearest
from talkshow.script.builder import ScriptBuilder
from talkshow.script.header import LineTags
from talkshow.script.imported import add_tagged, without_markup
from talkshow.script.model import Script
from talkshow.script.seats import Seat
from talkshow.script.source import Source
from talkshow.script.tree import Tree, read_json

_KEYS = (
    "prompt",
    "cond_image",
    "cond_video",
    "audio_type",
    "cond_audio",
    "bbox",
    "tts_audio",
    "video_audio",
    "negative_prompt",
)
_UNUSED = ("video_audio", "negative_prompt")
_VIDEOS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".gif")
_ROUND = re.compile(r"\(S(\d+)\)|\[S(\d+)\]", re.IGNORECASE)
_VOICE = re.compile(r"(?P<accent>[a-z])(?P<gender>[fm])_\w+", re.IGNORECASE)  # as Kokoro names its voices


def looks_like_multitalk(text: str) -> bool:
    """Whether a text is JSON with the keys of such an input."""
    if not text.lstrip().startswith("{"):
        return False
    try:
        value = json.loads(text, parse_int=str)
    except (json.JSONDecodeError, RecursionError):
        return False
    return isinstance(value, dict) and bool({"cond_image", "cond_video", "cond_audio", "tts_audio"} & set(value))


def read_multitalk(source: Source) -> Script:
    """Parse such an input. Raises ScriptError, also where it holds sound but no text."""
    tree = read_json(source.text, source)
    assert tree is not None  # it has passed as a JSON object
    tree.name = "the MultiTalk input"
    pairs = tree.pairs()
    builder = ScriptBuilder(source)
    for key, value in pairs.items():
        if key not in _KEYS:
            builder.warn(f"'{key}' of the MultiTalk input is not used. {choose(key, _KEYS)}", value.line, value.column)
    speech = pairs["tts_audio"].pairs() if "tts_audio" in pairs and pairs["tts_audio"].kind == "mapping" else {}
    text = speech.get("text")
    if text is None or not text.text.strip():
        raise _without_text(tree, pairs)
    builder.prompt = builder.clean(pairs["prompt"].text, pairs["prompt"].line) if "prompt" in pairs else None
    _read_picture(pairs, builder)
    _read_people(pairs, speech, builder)
    if _ROUND.search(text.text):
        add_tagged(builder, text.text, _ROUND, "Person", text.line)
    else:
        builder.add_line("Person 1", LineTags(), without_markup(text.text), text.line)
    return builder.finish()


def _without_text(tree: Tree, pairs: dict[str, Tree]) -> ScriptError:
    """The error about sound without words; it names the command that takes the sound, in full."""
    sounds = pairs["cond_audio"].pairs() if "cond_audio" in pairs and pairs["cond_audio"].kind == "mapping" else {}
    files = {key: value.text for key, value in sounds.items() if value.kind == "scalar" and value.text.strip()}
    if not files:
        return tree.error(
            "this MultiTalk input has no tts_audio text, so there is nothing to speak. Write the "
            "dialogue there, for example (s1) Hello. (s2) Hello."
        )
    picture = _picture(pairs)
    tracks = " ".join(f"--track {shlex.quote(f'{key}={file}')}" for key, file in files.items())
    adds = "audio_type" in pairs and pairs["audio_type"].kind == "scalar" and pairs["audio_type"].text == "add"
    later = (
        " (audio_type is 'add', one after the other: where a file holds no silence for the others, name when it "
        "begins, as in  person2=FILE@SECONDS)"
        if adds and len(files) > 1
        else ""
    )
    return tree.error(
        "this MultiTalk input has sound and no tts_audio text: it is a recording, not a script. Render it with  "
        f"talkshow convert {tracks} --image {shlex.quote(picture or 'PICTURE')}{later}"
    )


def _picture(pairs: dict[str, Tree]) -> str | None:
    """The picture that it names; None without one, and for a video."""
    named = [pairs[key].text for key in ("cond_image", "cond_video") if key in pairs and pairs[key].text.strip()]
    return next((name for name in named if not name.casefold().endswith(_VIDEOS)), None)


def _read_picture(pairs: dict[str, Tree], builder: ScriptBuilder) -> None:
    picture = _picture(pairs)
    builder.image = builder.clean(picture, 1) if picture is not None else None
    for key in ("cond_image", "cond_video"):
        if key in pairs and pairs[key].text.casefold().endswith(_VIDEOS):
            builder.warn(
                f"{key} is a video, {pairs[key].text}, and is not used: a scene has a picture. Save one of its frames "
                "as a picture and name it there, or with --image",
                pairs[key].line,
            )


def _read_people(pairs: dict[str, Tree], speech: dict[str, Tree], builder: ScriptBuilder) -> None:
    """Voices, seats and sound files of person1, person2, ... as a cast."""
    people: dict[int, dict[str, str]] = {}
    wanted: dict[int, tuple[str, int]] = {}
    for key, value in speech.items():
        match = re.fullmatch(r"human(\d+)_voice", key)
        if match and value.kind == "scalar" and value.text:
            wanted[int(match[1])] = (PurePosixPath(value.text.replace("\\", "/")).stem, value.line)
    for index, voice in _installed(wanted, builder).items():
        people.setdefault(index, {})["voice"] = voice
    for field in ("cond_audio", "bbox"):
        for key, value in (pairs[field].pairs() if field in pairs else {}).items():
            match = re.fullmatch(r"person(\d+)", key)
            if field == "bbox" and key == "others":
                continue  # faces of people who say nothing
            if not match:
                raise value.error(f"unknown key '{key}' in {field}: the people are person1, person2, ...")
            people.setdefault(int(match[1]), {})["sound" if field == "cond_audio" else "seat"] = (
                value.text if field == "cond_audio" else _seat(value)
            )
    spoken = speech["text"].text
    heard = {int(match[1] or match[2]) for match in _ROUND.finditer(spoken)} or {1}
    for index in sorted(people):
        if index in heard or "sound" in people[index] or "voice" in people[index]:
            builder.add_character(f"Person {index}", people[index], 1)


def _seat(value: Tree) -> str:
    """MultiTalk writes top, left, bottom, right; a seat is left, top, right, bottom."""
    numbers = [part.text for part in value.items]
    try:
        top, left, bottom, right = numbers
        return str(Seat.parse([left, top, right, bottom]))
    except (ValueError, CastError) as exc:
        raise value.error(
            "a box is a list of four numbers, the edges of a face in pixels: [top, left, bottom, right]"
        ) from exc


def _installed(wanted: dict[int, tuple[str, int]], builder: ScriptBuilder) -> dict[int, str]:
    """A voice that comes with talkshow for each that is wanted: the same, or the nearest free one."""
    here = sorted(file.parent.name for file in data_folder("voices").glob("*/voice.toml"))
    found = {index: name for index, (name, _) in wanted.items() if name in here}
    chosen: dict[str, str] = {}
    for index, (name, line) in wanted.items():
        if index in found:
            continue
        free = [voice for voice in here if voice not in found.values()] or here
        near = chosen.get(name) or _nearest_voice(name, free)
        if near is None:
            builder.warn(f"Person {index}: there is no voice '{name}'; one is chosen. Name another with voice=", line)
            continue
        builder.warn(f"Person {index}: there is no voice '{name}'; the nearest one, {near}, speaks instead", line)
        found[index] = chosen[name] = near
    return found


def _nearest_voice(name: str, voices: list[str]) -> str | None:
    """The voice of the same accent and gender; else of the same gender; None for a name that tells neither."""
    told = _VOICE.fullmatch(name)
    if told is None:
        return None
    for begin in (rf"{told['accent']}{told['gender']}_", rf".{told['gender']}_"):
        alike = [voice for voice in voices if re.match(begin, voice, re.IGNORECASE)]
        if alike:
            return nearest(name, alike) or alike[0]
    return None
