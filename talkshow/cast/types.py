"""Who speaks with which voice, and who sits where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from talkshow.errors import CastError, choose
from talkshow.script.seats import Seat, seat_of


@dataclass(frozen=True)
class Voice:
    """A voice that can be asked for by name; one folder of `voices/` each."""

    name: str  # "af_heart"
    engine: str  # registry name of its engine: "kokoro", "draft"
    language: str  # BCP 47: "en-US"
    gender: str  # "female", "male" or "" where the voice is neither
    description: str  # words: "warm, young, close to the microphone"
    licence: str  # SPDX identifier of the voice's data
    consent: str = ""  # whose voice it is and that they agreed; "synthetic" for made-up ones
    folder: Path | None = None  # where its data lie
    data: str = ""  # name of its data file in the folder
    sha256: str = ""  # of its data file; "": not known, and not compared
    source: str = ""  # where its data come from
    last: bool = False  # given to a character only when no other voice is left
    loudness: float | None = None  # LUFS of what it says without any gain; None: not measured, left as it is
    pitch: float | None = None  # draft voices: factor on the fundamental frequency; None: by gender
    formants: float | None = None  # draft voices: factor on the formant frequencies; None: by gender
    model: str = ""  # of engines with several: its name, or a folder
    speaker: str = ""  # what the model or server calls the voice
    sample: str = ""  # name of a sound file in the folder: speech of the voice, for engines that copy it
    base_url: str = ""  # of a server
    format: str = ""  # in which a server sends sound
    instructions: str = ""  # words for a server that takes them
    shift: float = 1.0  # any engine: factor on the fundamental for one of several who share the voice

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that decide how it sounds."""
        return tuple(self.folder / name for name in (self.data, self.sample) if self.folder and name)


@dataclass(frozen=True)
class Character:
    """A speaker with everything the stages need to know: of a script with a voice, of a recording without one."""

    name: str
    voice: Voice | None  # None: heard as recorded
    seat: Seat | None = None  # None = next free seat; a text is read on the way in
    look: str = ""  # words for the drawn cast; "" = drawn by seed
    speed: float = 1.0
    gain_db: float = 0.0
    description: str = ""
    recorded_gender: str = ""  # "female", "male" or "": as the recording sounds, where there is no voice

    def __post_init__(self) -> None:
        if self.seat is not None and not isinstance(self.seat, Seat):
            object.__setattr__(self, "seat", seat_of(self.name, self.seat))

    @property
    def gender(self) -> str:
        """As what is heard sounds: "female", "male" or ""."""
        return self.voice.gender if self.voice else self.recorded_gender

    @property
    def speaking_voice(self) -> Voice:
        """The voice to speak with. Raises CastError for a character who is heard as recorded."""
        if self.voice is None:
            raise CastError(f"{self.name} has no voice to speak with. Give one with --voice {self.name}=VOICE.")
        return self.voice


@dataclass(frozen=True)
class Cast:
    """All characters, in order of first speech."""

    characters: tuple[Character, ...]

    def __getitem__(self, name: str) -> Character:
        """The character called `name`. Raises CastError, with the nearest name, where there is none."""
        for character in self.characters:
            if character.name == name:
                return character
        raise CastError(f"no character is called '{name}'. {choose(name, [each.name for each in self.characters])}")


@dataclass(frozen=True)
class StagedCharacter:
    """A character on a stage. `look` as written in the cast; `gender` is that of the voice, or ""."""

    name: str
    seat: Seat | None = None  # None = next free seat; a text is read on the way in
    look: str = ""
    gender: str = ""

    def __post_init__(self) -> None:
        if self.seat is not None and not isinstance(self.seat, Seat):
            object.__setattr__(self, "seat", seat_of(self.name, self.seat))
