"""What a script is to be about, what a writer works with, and what it gives back."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from talkshow.cast.types import Voice
from talkshow.errors import SettingsError
from talkshow.script.model import CharacterHint, Script
from talkshow.writing.draft import Draft

MAX_CHARACTERS = 12
LINE_S = 4.5  # of a usual line with the gap before it: about fourteen words (script/pace.py)
WORDS_A_LINE = 14
_SHORT_LINES = 14  # about a minute, where no length is asked for
_LONG_LINES = 40  # from here on an outline comes first

Report = Callable[[str], None]


def quiet_report(text: str) -> None:
    """The report that shows nothing."""


@dataclass(frozen=True)
class Brief:
    """What is to be written.  minutes, lines: the length asked for; cast: who must speak, empty: the writer's choice.

    so_far: the script that is continued or, with `revision`, changed. Raises SettingsError for impossible values.
    """

    idea: str = ""
    minutes: float | None = None
    lines: int | None = None
    language: str = "en"
    tone: str = ""
    num_characters: int | None = None
    cast: tuple[CharacterHint, ...] = ()
    source: str = ""  # a text that the script is based on
    so_far: Script | None = None
    revision: str = ""  # what to change in it

    def __post_init__(self) -> None:
        if self.minutes is not None and not 0 < self.minutes <= 180:
            raise SettingsError(f"{self.minutes:g} minutes are not possible: more than 0, at most 180.")
        if self.lines is not None and not 1 <= self.lines <= 2500:
            raise SettingsError(f"{self.lines} lines are not possible: 1 to 2500.")
        if self.num_characters is not None and not 1 <= self.num_characters <= MAX_CHARACTERS:
            raise SettingsError(f"{self.num_characters} characters are not possible: 1 to {MAX_CHARACTERS}.")
        if not (self.idea.strip() or self.source.strip() or self.so_far):
            raise SettingsError(
                'what is the script about? Give an idea, as in  talkshow write "two pilots argue '
                'about breakfast", or a text with --from.'
            )

    @property
    def num_lines(self) -> int:
        """How many lines to ask for."""
        if self.lines is not None:
            return self.lines
        return max(2, round(self.minutes * 60 / LINE_S)) if self.minutes is not None else _SHORT_LINES

    @property
    def is_long(self) -> bool:
        """Whether an outline comes before the dialogue."""
        return self.num_lines > _LONG_LINES


@dataclass(frozen=True)
class EndpointSettings:
    """How a language model is reached and asked. None: the environment's, or the endpoint's own choice.

    prices: of a million tokens in and out, in any currency. Raises SettingsError for impossible values.
    """

    base_url: str | None = None  # else OPENAI_BASE_URL, else the hosted one
    model: str | None = None  # else OPENAI_MODEL, else what the endpoint lists first
    image_model: str | None = None
    timeout_s: float = 120.0  # the longest wait for the next token
    temperature: float | None = None
    seed: int | None = None
    prices: tuple[float, float] | None = None
    prompts: Path | None = None  # a folder whose templates replace the built-in ones
    key_file: Path | None = None  # else OPENAI_API_KEY

    def __post_init__(self) -> None:
        if not 0 < self.timeout_s <= 86_400:
            raise SettingsError(f"a time-out of {self.timeout_s:g} s is not possible: more than 0, at most a day.")
        if self.temperature is not None and not 0 <= self.temperature <= 2:
            raise SettingsError(f"the temperature {self.temperature:g} is not possible: 0 to 2.")
        if self.prices and not all(0 <= price < math.inf for price in self.prices):
            raise SettingsError("a price must be a number, and not below 0.")


@dataclass
class Usage:
    """What was asked of an endpoint so far.  estimated: whether some tokens were not counted by the endpoint."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    estimated: bool = False

    def cost(self, prices: tuple[float, float] | None) -> float | None:
        """In the currency of the prices of a million tokens; None without prices."""
        return None if prices is None else (self.tokens_in * prices[0] + self.tokens_out * prices[1]) / 1e6


@dataclass(frozen=True)
class Desk:
    """What a writer works with.  voices: those that exist; report: takes each line and remark as it comes."""

    voices: Mapping[str, Voice]
    endpoint: EndpointSettings = EndpointSettings()
    report: Report = quiet_report
    draft: Draft = field(default_factory=Draft)


@dataclass(frozen=True)
class WrittenScript:
    """A script and how it came about.  made_by: for manifests; notes: what the user should know."""

    script: Script
    made_by: str
    notes: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)


class Writer(Protocol):
    """An engine of the kind `writers`."""

    def write(self, brief: Brief, desk: Desk) -> WrittenScript:
        """Write, continue or revise a script. Raises WriterError."""

    def preview(self, brief: Brief, desk: Desk) -> list[dict[str, str]]:
        """The messages that would be sent first, without sending any."""
