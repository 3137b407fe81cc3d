"""The catalogue of voices: one folder per voice, described by its `voice.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from talkshow.cast.drafts import draft_voice
from talkshow.cast.languages import pretends
from talkshow.cast.types import Voice
from talkshow.engines.resources import data_folder
from talkshow.engines.weights import Weights
from talkshow.errors import CastError, choose, printable
from talkshow.schema.keys import Key, Schema
from talkshow.schema.toml_file import TomlFile, read_toml
from talkshow.schema.values import PROSE, SWITCH, Number, Parsed, Text, one_of
from talkshow.schema.where import Where

SOUND_FORMATS = ("wav", "mp3", "opus", "aac", "flac", "pcm")  # that a server may send


def _gender(value: Any) -> str:
    if value not in ("female", "male", ""):
        raise ValueError
    return str(value)


def _sha256(value: Any) -> str:
    if not (isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value)):
        raise ValueError
    return value


_FACTOR = Key(Number("a number from 0.25 to 4", 1.1, "FACTOR", 0.25, 4))
_SCHEMA = Schema(
    {
        "name": Key(Text("the name of the voice's folder", "my_voice", "NAME"), required=True),
        "engine": Key(Text("the name of a voice engine", "kokoro", "NAME"), required=True),
        "language": Key(Text("the code of a language", "en-GB", "CODE"), required=True),
        "licence": Key(Text("the name of a licence", "CC-BY-4.0", "NAME"), required=True),
        "gender": Key(Parsed('"female", "male" or ""', "female", "GENDER", _gender)),
        "description": Key(PROSE),
        "consent": Key(PROSE),
        "source": Key(PROSE),
        "data": Key(Text("the name of a file in the voice's folder", "my_voice.bin", "FILE", empty=True)),
        "sha256": Key(Parsed("the SHA-256 of the data file, 64 hexadecimal digits", "9f86d081...", "SHA256", _sha256)),
        "loudness": Key(Number("its loudness in LUFS, a number from -70 to 0", -22.5, "LUFS", -70, 0)),
        "last": Key(SWITCH),
        "model": Key(Text("the name of a model, or a folder", "tts_models/de/thorsten/vits", "MODEL")),
        "speaker": Key(Text("what the model or server calls the voice", "alloy", "NAME")),
        "sample": Key(Text("the name of a sound file in the voice's folder", "me.wav", "FILE")),
        "base_url": Key(Text("the address of a server", "http://localhost:8880/v1", "URL")),
        "format": Key(one_of(SOUND_FORMATS, "wav")),
        "instructions": Key(PROSE),
        "pitch": _FACTOR,
        "formants": _FACTOR,
    },
    "key of a voice",
)


def load_all_voices(folders: Sequence[Path] = ()) -> dict[str, Voice]:
    """The bundled voices and those in `folders`; a voice of `folders` replaces a bundled one of its name.

    Raises CastError for a folder or voice that cannot be read.
    """
    return load_voices([data_folder("voices"), *folders])


def load_voices(folders: Iterable[Path]) -> dict[str, Voice]:
    """All voices in `folders/*/voice.toml` by name, sorted within each folder.

    Raises CastError for a missing folder, a file that cannot be read, an unknown key (with the nearest), a wrong value,
    and for a name or data file that would lead outside the voice's folder.
    """
    voices: dict[str, Voice] = {}
    for folder in folders:
        try:
            files = sorted(Path(folder).glob("*/voice.toml"))
            if not Path(folder).is_dir():
                raise CastError(
                    f"there is no folder of voices at {folder}; it holds a folder with a voice.toml for each voice"
                )
        except OSError as exc:
            raise CastError(f"the folder of voices {folder} cannot be read: {exc.strerror}") from exc
        found = [_load_voice(file) for file in files]
        voices |= {voice.name: voice for voice in found}
    return voices


def _load_voice(path: Path) -> Voice:
    file = read_toml(path, "this voice", CastError)
    values = _SCHEMA.check(file.values, file.where(CastError))
    _check_place(file, values)
    return Voice(**{"gender": "", "description": "", **values}, folder=path.parent)


def _check_place(file: TomlFile, values: Mapping[str, Any]) -> None:
    """Nothing leads outside the voice's folder, which has the voice's name and its data."""
    folder, where = file.path.parent, file.where(CastError)
    for key in ("name", "data", "sample"):
        value = values.get(key, "")
        if value in (".", "..") or any(mark in value for mark in "/\\:"):
            raise CastError(f"{_given(where, key, value)} would lead outside the voice's folder; write a plain name")
    if values["name"] != folder.name:
        raise CastError(
            f"{_given(where, 'name', values['name'])} but the folder is '{folder.name}'; give both the same name"
        )
    for key in ("data", "sample"):
        file_name = values.get(key, "")
        try:
            inside = (folder / file_name).resolve().is_relative_to(folder.resolve())
            missing = bool(file_name) and not (folder / file_name).is_file()
        except (OSError, RuntimeError) as exc:  # a name that is too long, links in a circle
            raise CastError(f"{_given(where, key, file_name)} cannot be read: {printable(str(exc))}") from exc
        if not inside:
            raise CastError(f"{_given(where, key, file_name)} leads outside the voice's folder")
        if missing:
            raise CastError(f"{_given(where, key, file_name)} is missing; copy the file into {folder}")


def _given(where: Where, key: str, value: str) -> str:
    return f"{where.subject((key,))} = {where.shown(value)}"


def voice_weights(voice: Voice) -> Weights | None:
    """The data file of a voice as it must be; None where its file names no digest."""
    if not (voice.folder and voice.data and voice.sha256):
        return None
    return Weights(
        name=voice.name,
        purpose=f"data of the {voice.engine} voice {voice.name}",
        source=voice.source,
        licence=voice.licence,
        sha256=voice.sha256,
        file=voice.data,
        folder=voice.folder,
    )


def bundled_weights() -> list[Weights]:
    """The data files of the voices that come with talkshow."""
    return [weights for voice in load_all_voices().values() if (weights := voice_weights(voice)) is not None]


def find_voice(name: str, voices: Mapping[str, Voice], *, draft: bool = False) -> Voice:
    """The voice called `name`, as a draft where `draft` is set. Raises CastError with the nearest name and the list."""
    folded = {known.casefold(): voice for known, voice in voices.items()}
    voice = folded.get(name.casefold())
    if voice is None:
        if not voices:
            raise CastError("no voices are installed; give a folder of voices with --voices")
        raise CastError(f"there is no voice '{name}'. {choose(name, voices)}")
    return as_draft(voice) if draft else voice


def as_draft(voice: Voice) -> Voice:
    """The quick stand-in of a voice; the fake that hums stays what it is."""
    return voice if pretends(voice.engine) else draft_voice(voice)
