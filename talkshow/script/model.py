"""A script as values: what is said, by whom, how and when. Every parser makes it, every stage reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from talkshow.languages.registry import DEFAULT
from talkshow.script.directions import Direction
from talkshow.script.layout import Layout

BEAT_S = 0.4  # (beat)
PAUSE_S = 0.8  # (pause)
OVERLAP_S = 0.5  # {overlap}


@dataclass(frozen=True)
class Say:
    """Words to be spoken."""

    text: str


@dataclass(frozen=True)
class Rest:
    """Silence inside a line."""

    seconds: float


Piece = Say | Rest | Direction


@dataclass(frozen=True)
class Timing:
    """When a line begins and ends, where the writer says so."""

    gap_s: float | None = None  # (pause 0.8s) after the name: replaces the natural gap before the line
    overlap_s: float | None = None  # {overlap 0.5}: starts 0.5 s before the previous cue ends
    backchannel: bool = False  # {backchannel}: under the turn that goes on
    cut_off: bool = False  # `--` at the end: the next line cuts this one off
    together: bool = False  # {together}: starts with the line before it, said at the same time


@dataclass(frozen=True)
class Line:
    """One speaker's turn."""

    speaker: str
    pieces: tuple[Piece, ...]
    opening_directions: tuple[Direction, ...] = ()  # those after the name: they hold from the first word on
    timing: Timing = Timing()
    shots: tuple[str, ...] = ()  # camera tags before the line, as written: "CLOSE ON LEO", "WIDE"
    off_screen: bool = False  # (O.S.) or (V.O.): heard, not seen
    tags: tuple[str, ...] = ()  # unknown {...} after the name, as written: kept, never spoken
    language: str | None = None  # {lang es}: of this line, where it is another than the scene's
    source_line: int = field(default=0, compare=False)
    shot_lines: tuple[int, ...] = field(default=(), compare=False)  # where `shots` stand, if that is known

    @property
    def text(self) -> str:
        """The words alone, as they are shown in captions."""
        return " ".join(piece.text for piece in self.pieces if isinstance(piece, Say))

    @property
    def direction(self) -> str:
        """The directions after the name as one text: "warm, slowly"."""
        return ", ".join(direction.name for direction in self.opening_directions)

    @property
    def directions(self) -> tuple[Direction, ...]:
        """All directions in order: after the name, then inside the text."""
        return self.opening_directions + tuple(piece for piece in self.pieces if isinstance(piece, Direction))


@dataclass(frozen=True)
class CharacterHint:
    """What the script's head says of a character. None: not said."""

    name: str
    voice: str | None = None
    seat: str | None = None  # "left", "right", "center", "2", "left,top,right,bottom", "off"
    look: str | None = None  # words: "woman, grey bun, round glasses, green cardigan"
    description: str | None = None  # words for choosing a voice: "old man, slow, kind"
    speed: float | None = None  # 1.0 = the voice's own pace
    gain: float | None = None  # dB
    sound: str | None = None  # a sound file that an imported script names; lines are spoken all the same
    alias: str | None = None  # other names of the same person, with commas between
    source_line: int = field(default=0, compare=False)

    @property
    def aliases(self) -> tuple[str, ...]:
        """The other names, one by one."""
        return tuple(name for part in (self.alias or "").split(",") if (name := part.strip()))


@dataclass(frozen=True)
class Scene:
    """Lines in one place."""

    title: str
    lines: tuple[Line, ...]
    image: str | None = None  # path as written, relative to the script
    prompt: str | None = None  # what the picture shows, in words
    language: str | None = None  # of its lines, where it is another than the script's
    source_line: int = field(default=0, compare=False)
    also_on_screen: tuple[str, ...] = field(default=(), compare=False)  # those seen in the scene that this is a part of

    @property
    def on_screen(self) -> tuple[str, ...]:
        """Who is seen, in order of first speech: all who say a line that is not marked as off screen."""
        speaking = (line.speaker for line in self.lines if not line.off_screen)
        return tuple(dict.fromkeys((*speaking, *self.also_on_screen)))

    def part(self, lines: tuple[Line, ...]) -> Scene:
        """Some of its lines; everyone seen in the whole scene stays in the picture."""
        return replace(self, lines=lines, also_on_screen=self.on_screen)


@dataclass(frozen=True)
class ScriptWarning:
    """Something in a script that was understood, but perhaps not as meant."""

    message: str
    line: int = 0
    column: int = 1

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


@dataclass(frozen=True)
class Script:
    """A whole episode as written."""

    title: str
    scenes: tuple[Scene, ...]
    cast: tuple[CharacterHint, ...] = ()
    pronunciations: Mapping[str, str] = field(default_factory=dict)  # word -> respelling, from `say:`
    language: str = DEFAULT
    path: Path | None = field(default=None, compare=False)
    warnings: tuple[ScriptWarning, ...] = field(default=(), compare=False)
    layout: Layout | None = field(default=None, compare=False, repr=False)  # of the file that it was read from
    language_found: bool = field(default=False, compare=False)  # in the text: the script declares none

    @property
    def lines(self) -> Iterator[Line]:
        """All lines in order."""
        return (line for scene in self.scenes for line in scene.lines)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Names in order of first speech."""
        return tuple(dict.fromkeys(line.speaker for line in self.lines))

    def num_lines_of(self, speaker: str) -> int:
        """The number of lines of a speaker."""
        return sum(line.speaker == speaker for line in self.lines)

    def hint(self, name: str) -> CharacterHint:
        """What the head says of a character; an empty hint where it says nothing."""
        return next((hint for hint in self.cast if hint.name == name), CharacterHint(name))
