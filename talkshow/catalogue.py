"""The catalogue of voices: one folder a voice, described by its `voice.toml`."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from talkshow.cast import Voice
from talkshow.errors import CastError, choose
from talkshow.inputs import read_text
from talkshow.resources import data_folder

_REQUIRED = ("name", "engine", "language", "licence")
_TEXTS = (*_REQUIRED, "gender", "description", "consent", "data", "source")
_NUMBERS = ("pitch", "formants")
_KEYS = (*_TEXTS, *_NUMBERS)
_GENDERS = ("female", "male", "")


def load_all_voices(folders: Sequence[Path] = ()) -> dict[str, Voice]:
    """The bundled voices and those in `folders`; a voice of `folders` replaces a bundled one of its name.

    Raises CastError for a folder or voice that cannot be read.
    """
    return load_voices([data_folder("voices"), *folders])


def load_voices(folders: Iterable[Path]) -> dict[str, Voice]:
    """All voices in `folders/*/voice.toml` by name, sorted within each folder.

    Raises CastError for a missing folder, an unknown key (with the nearest), a wrong value, and for a name or data
    file that would lead outside the voice's folder.
    """
    voices: dict[str, Voice] = {}
    for folder in folders:
        try:
            files = sorted(Path(folder).glob("*/voice.toml"))
            if not Path(folder).is_dir():
                raise CastError(f"there is no folder of voices at {folder}; it holds a folder with a voice.toml for "
                                "each voice")
        except OSError as exc:
            raise CastError(f"the folder of voices {folder} cannot be read: {exc.strerror}") from exc
        found = [_load_voice(file) for file in files]
        voices |= {voice.name: voice for voice in found}
    return voices


def _load_voice(file: Path) -> Voice:
    try:
        values = tomllib.loads(read_text(file))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise CastError(f"{file}: cannot be read: {exc}") from exc
    for key in values:
        if key not in _KEYS:
            raise CastError(f"{file}: unknown key '{key}'. {choose(key, _KEYS)}")
    missing = [key for key in _REQUIRED if not values.get(key)]
    if missing:
        raise CastError(f"{file}: {missing[0]} is missing; a voice needs {', '.join(_REQUIRED)}")
    texts = {key: _text(file, key, values[key]) for key in _TEXTS if key in values}
    if texts.get("gender", "") not in _GENDERS:
        raise CastError(f"{file}: gender is '{texts['gender']}'; write \"female\", \"male\" or leave it out")
    for key in ("name", "data"):
        value = texts.get(key, "")
        if value and (value in (".", "..") or any(mark in value for mark in "/\\:\0")):
            raise CastError(f"{file}: {key} = '{value}' would lead outside the voice's folder; write a plain name")
    if texts["name"] != file.parent.name:
        raise CastError(f"{file}: name is '{texts['name']}' but the folder is '{file.parent.name}'; "
                        "give both the same name")
    data = texts.get("data", "")
    if data and not (file.parent / data).resolve().is_relative_to(file.parent.resolve()):
        raise CastError(f"{file}: data = '{data}' leads outside the voice's folder")
    if data and not (file.parent / data).is_file():
        raise CastError(f"{file}: its data file {data} is missing; copy it into {file.parent}")
    numbers = {key: _factor(file, key, values[key]) for key in _NUMBERS if key in values}
    texts.setdefault("gender", "")
    texts.setdefault("description", "")
    texts.pop("source", None)
    return Voice(**texts, **numbers, folder=file.parent)       # type: ignore[arg-type]


def _text(file: Path, key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise CastError(f"{file}: {key} must be text in quotes, not {value!r}")
    return " ".join("".join(ch if ch.isprintable() else " " for ch in value).split())


def _factor(file: Path, key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) \
            or not 0.25 <= value <= 4:
        raise CastError(f"{file}: {key} must be a number from 0.25 to 4, not {value!r}")
    return float(value)


def find_voice(name: str, voices: Mapping[str, Voice], *, draft: bool = False) -> Voice:
    """The voice called `name`, as a draft where `draft` is set. Raises CastError with the nearest name and the list."""
    folded = {known.casefold(): voice for known, voice in voices.items()}
    voice = folded.get(name.casefold())
    if voice is None:
        if not voices:
            raise CastError("there are no voices; name a folder that holds some with --voices")
        raise CastError(f"there is no voice '{name}'. {choose(name, voices)}")
    return as_draft(voice) if draft else voice


def as_draft(voice: Voice) -> Voice:
    """The quick stand-in of a voice; the fake that hums stays what it is."""
    from talkshow.speech.draft import draft_voice

    return voice if voice.engine == "tone" else draft_voice(voice)
