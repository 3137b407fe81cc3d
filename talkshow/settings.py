"""What a user can choose for an episode, as one frozen value; from flags, from Python, or from a TOML file."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from talkshow.errors import SettingsError, choose
from talkshow.inputs import read_text

OFFLOADS = ("none", "model", "block")
SHOT_STYLES = ("off", "calm", "lively")
_SMALLEST, _LARGEST = 64, 4096        # pixels a side


@dataclass(frozen=True)
class GeneratorSettings:
    """What can be chosen of the generator (`--renderer multitalk`). None: as the preset has it."""

    preset: str = "multitalk-480p"               # a name in multitalk.config.PRESETS; "tiny" proves the road
    steps: int | None = None                     # sampling steps a chunk
    text_guidance: float | None = None           # guidance scales; 1 saves forwards
    audio_guidance: float | None = None
    color_correction: float | None = None        # 0..1, toward the reference picture's colours
    step_cache: float | None = None              # threshold from which a step is computed anew; None: every step
    loras: tuple[tuple[str, float], ...] = ()    # (file, scale)
    quantize: str | None = None                  # "int8": weights in 8 bits
    offload: str = "none"                        # "model" or "block": what waits in main memory
    models: Path | None = None                   # folder of the weights, instead of the cache

    def __post_init__(self) -> None:
        if self.steps is not None and not 1 <= self.steps <= 1000:
            raise SettingsError(f"{self.steps} steps are not possible: 1 to 1000.")
        for name, value in (("color_correction", self.color_correction), ("step_cache", self.step_cache)):
            if value is not None and not 0 <= value <= 1:
                raise SettingsError(f"{name.replace('_', '-')} {value:g} is not possible: 0 to 1.")
        if self.quantize not in (None, "int8"):
            raise SettingsError(f"weights cannot be quantized to '{self.quantize}'. "
                                f"{choose(self.quantize, ['int8'])}")
        if self.offload not in OFFLOADS:
            raise SettingsError(f"there is no way of offloading called '{self.offload}'. "
                                f"{choose(self.offload, OFFLOADS)}")


@dataclass(frozen=True)
class EpisodeSettings:
    """Everything that is not in the script.

    Raises SettingsError for an impossible value.
    """

    size: tuple[int, int] = (1280, 720)          # (width, height) of the video, both even
    renderer: str = "auto"                       # registry name, or "auto": portrait with a picture, else cartoon
    image: Path | None = None                    # reference picture of scenes that have none of their own
    seed: int = 0                                # decides gaps, motion, and who is drawn how
    draft: bool = False                          # the quick voice instead of the good ones
    voices: Mapping[str, str] = field(default_factory=dict)    # character -> voice name, over the script's
    seats: Mapping[str, str] = field(default_factory=dict)     # character -> seat, over the script's
    shots: str = "off"                           # how the picture is cut: "off" (one wide shot), "calm", "lively"
    burn_captions: bool = False                  # captions drawn into the picture
    title: str = ""                              # shown over the first seconds; "" = no title card
    check: bool = True                           # look at the finished video: does every face speak its own track?
    lines: tuple[int, int] | None = None         # only lines first..last, counted from 1
    scene: int | None = None                     # only this scene, counted from 1
    generator: GeneratorSettings = field(default_factory=GeneratorSettings)
    only: str | None = None                      # "speak": stop when the sound is there

    def __post_init__(self) -> None:
        width, height = self.size
        if width % 2 or height % 2 or not all(_SMALLEST <= side <= _LARGEST for side in self.size):
            raise SettingsError(f"the size {width}x{height} is not possible: both sides must be even and "
                                f"between {_SMALLEST} and {_LARGEST} pixels, for example 1280x720 or 720x1280.")
        if self.shots not in SHOT_STYLES:
            raise SettingsError(f"there is no way of cutting called '{self.shots}'. "
                                f"{choose(self.shots, SHOT_STYLES)}")
        if self.only not in (None, "speak"):
            raise SettingsError(f"there is no stage '{self.only}' to stop after. {choose(self.only or '', ['speak'])}")
        if self.lines and not 1 <= self.lines[0] <= self.lines[1]:
            raise SettingsError(f"lines {self.lines[0]}-{self.lines[1]} is not a range: lines count from 1, "
                                "the first not after the last, for example --lines 3-5.")


def parse_size(text: str) -> tuple[int, int]:
    """(width, height) from "1280x720". Raises SettingsError."""
    match = re.fullmatch(r"\s*(\d{1,5})\s*[xX×]\s*(\d{1,5})\s*", text)
    if not match:
        raise SettingsError(f"'{text}' is not a size. Write width x height in pixels, for example 1280x720.")
    return int(match[1]), int(match[2])


def parse_lines(text: str) -> tuple[int, int]:
    """(first, last) from "3-5" or "3". Raises SettingsError."""
    match = re.fullmatch(r"\s*(\d{1,7})\s*(?:-\s*(\d{1,7})\s*)?", text)
    if not match:
        raise SettingsError(f"'{text}' is not a range of lines. Write for example 3-5 or 7.")
    return int(match[1]), int(match[2] or match[1])


def parse_pairs(options: list[str], flag: str) -> dict[str, str]:
    """{"MAYA": "af_heart"} from ["MAYA=af_heart"]. Raises SettingsError."""
    pairs = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not (name.strip() and equals and value.strip()):
            raise SettingsError(f"{flag} {option}: write NAME=VALUE, for example {flag} MAYA="
                                f"{'af_heart' if flag == '--voice' else 'left'}.")
        pairs[name.strip()] = value.strip()
    return pairs


_FROM_TEXT: dict[str, Callable[[str], Any]] = {"size": parse_size, "image": Path, "lines": parse_lines}


def load_settings(path: Path) -> dict[str, Any]:
    """Values for EpisodeSettings from a TOML file.

    Raises SettingsError when the file cannot be read, or names a setting that does not exist.
    """
    try:
        values = tomllib.loads(read_text(path))
    except OSError as exc:
        raise SettingsError(f"{path}: cannot read this settings file: {exc.strerror}") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise SettingsError(f"{path}: this is not a TOML file: {exc}") from exc
    fields = {item.name: item for item in dataclasses.fields(EpisodeSettings)}
    for key, value in values.items():
        if key not in fields:
            raise SettingsError(f"{path}: there is no setting '{key}'. {choose(key, fields)}")
        wanted = {"bool": bool, "int": int}.get(str(fields[key].type).split(" ")[0])
        table = key in ("voices", "seats", "generator")
        if (wanted and type(value) is not wanted) or table != isinstance(value, dict) or isinstance(value, list):
            raise SettingsError(f"{path}: '{key}' cannot be {value!r}: it must be {fields[key].type}.")
        if key in _FROM_TEXT:
            values[key] = _FROM_TEXT[key](str(value))
        if key == "generator":
            values[key] = generator_settings(value, str(path))
    return values


def generator_settings(values: Mapping[str, Any], where: str) -> GeneratorSettings:
    """From a table of a settings file, or from flags. Raises SettingsError for a key that does not exist."""
    fields = [item.name for item in dataclasses.fields(GeneratorSettings)]
    for key, value in values.items():
        if key not in fields:
            raise SettingsError(f"{where}: there is no generator setting '{key}'. {choose(key, fields)}")
        numeric = key not in ("preset", "loras", "quantize", "offload", "models")
        if numeric and (isinstance(value, bool) or not isinstance(value, (int, float))):
            raise SettingsError(f"{where}: the generator setting '{key}' must be a number, not {value!r}.")
    read: dict[str, Any] = {key: Path(str(value)) if key == "models" else value for key, value in values.items()}
    if isinstance(read.get("loras"), Mapping):
        read["loras"] = tuple((str(file), float(scale)) for file, scale in read["loras"].items())
    return GeneratorSettings(**read)


def parse_loras(options: list[str]) -> tuple[tuple[str, float], ...]:
    """(("file", 1.0),) from ["file=1.0"]. Raises SettingsError: a scale is never guessed."""
    loras = []
    for option in options:
        file, equals, scale = option.rpartition("=")
        try:
            if not (equals and file):
                raise ValueError
            loras.append((file, float(scale)))
        except ValueError:
            raise SettingsError(f"--lora {option}: write FILE=SCALE, for example --lora fast_8_steps.safetensors=1.0."
                                ) from None
    return tuple(loras)
