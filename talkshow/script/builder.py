"""Collects what a parser finds and makes the `Script`: names, defaults and warnings are the same in all formats."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from talkshow.errors import ScriptError, choose, nearest
from talkshow.languages.registry import DEFAULT
from talkshow.script.header import LineTags
from talkshow.script.inline import read_text
from talkshow.script.layout import Kind, Layout, Remark
from talkshow.script.model import CharacterHint, Line, Piece, Rest, Scene, Script, ScriptWarning, Timing
from talkshow.script.vocabulary import SHOT_WORDS, read_camera

MAX_NAME = 60
LONGEST_S = 3600.0  # of a pause or an overlap
MAX_GAIN_DB = 60  # either way: further, nothing is heard beside it, or nothing of it
HEAD_KEYS = ("title", "language", "image", "prompt", "cast", "say")
CHARACTER_KEYS = ("voice", "seat", "look", "description", "speed", "gain", "sound")
SCENE_KEYS = ("image", "prompt", "language")
# left-to-right and right-to-left marks, embeddings, overrides and isolates: they reorder what a terminal shows
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Source:
    """A script's text and where it came from."""

    text: str
    path: Path | None = None

    @cached_property
    def lines(self) -> list[str]:
        """The text line by line."""
        return self.text.split("\n")

    @property
    def num_rows(self) -> int:
        """How many lines the file has: its last line end begins none."""
        return len(self.lines) - (not self.lines[-1])

    def error(self, message: str, line: int = 0, column: int = 1) -> ScriptError:
        """The error to raise about a place; lines and columns count from 1."""
        quoted = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return ScriptError(message, self.path, line, column, quoted)

    def column(self, line: int, words: str) -> int:
        """The column of `words` in a line, or 1."""
        return self.lines[line - 1].find(words) + 1 or 1 if 0 < line <= len(self.lines) else 1


def clean_characters(text: str) -> tuple[str, list[tuple[int, str]]]:
    """`text` with \\n line ends and without control and bidirectional characters, and what was removed where.

    The second value lists (offset in the result, "U+202E"). Tabs and the separators of Unicode become spaces.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isprintable():
        return text, []
    kept: list[str] = []
    removed: list[tuple[int, str]] = []
    for ch in text:
        if ch == "\n" or ch.isprintable():
            kept.append(ch)
        elif ch in "\t\v\f\x85\u2028\u2029" or unicodedata.category(ch) == "Zs":
            kept.append(" " if ch != "\t" else "\t")
        elif ch in _BIDI or ch in "\ufeff\ufffe\uffff" or unicodedata.category(ch) in ("Cc", "Cs"):
            removed.append((len(kept), f"U+{ord(ch):04X}"))
        else:
            kept.append(ch)  # joiners of emoji and scripts, unassigned characters
    return "".join(kept), removed


@dataclass
class _OpenScene:
    title: str
    image: str | None
    prompt: str | None
    language: str | None
    source_line: int
    lines: list[Line] = field(default_factory=list)


class ScriptBuilder:
    """Takes characters, scenes, shots and lines in the order of the script; `finish` makes the `Script`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.title = ""
        self.language = DEFAULT
        self.pronunciations: dict[str, str] = {}
        self.image: str | None = None  # of scenes that name none
        self.prompt: str | None = None
        self.warnings: list[ScriptWarning] = []
        self.remarks: list[Remark] = []  # for those who write the script again
        self._places: dict[str, int] = {}
        self._hints: dict[str, CharacterHint] = {}  # by folded name
        self._names: dict[str, str] = {}  # folded spelling -> name
        self._shots: list[tuple[str, int]] = []
        self._scenes = [_OpenScene("", None, None, None, 0)]

    @property
    def has_lines(self) -> bool:
        """Whether anybody has spoken yet."""
        return any(scene.lines for scene in self._scenes)

    @property
    def last_line(self) -> Line | None:
        """The line before this place in the same scene."""
        return self._scenes[-1].lines[-1] if self._scenes[-1].lines else None

    @property
    def language_here(self) -> str:
        """The language that is declared for the next line."""
        return self._scenes[-1].language or self.language

    def speed(self, name: str) -> float:
        """The pace the cast gives a character."""
        hint = self._hints.get(name.casefold())
        return hint.speed if hint and hint.speed else 1.0

    def warn(self, message: str, line: int = 0, column: int = 1) -> None:
        """Note something that was understood, but perhaps not as meant."""
        self.warnings.append(ScriptWarning(message, line, column))

    def remark(
        self, kind: Kind, row: int, source: Sequence[str], words: str = "", *, alone: bool = True, in_head: bool = False
    ) -> None:
        """Note rows that are not played."""
        self.remarks.append(Remark(kind, row, tuple(source), words, alone, in_head))

    def place(self, key: str, line: int) -> None:
        """Note where something stands that is neither a character nor a scene nor a line."""
        self._places.setdefault(key, line)

    def clean(self, value: str, line: int) -> str:
        """A value on one line, without characters that steer terminals (escapes of JSON can bring them in)."""
        cleaned, removed = clean_characters(value)
        if removed:
            self.warn(f"removed control characters: {', '.join(dict.fromkeys(code for _, code in removed))}", line)
        return " ".join(cleaned.split())

    def add_pronunciation(self, word: str, respelling: str, line: int) -> None:
        """`say: {Nguyen: "win"}`."""
        word, respelling = self.clean(word, line), self.clean(respelling, line)
        if not word or not respelling:
            raise self.source.error("say: needs a word and how it sounds, as in  Nguyen: win", line)
        self.pronunciations[word] = respelling
        self.place(f"say {word}", line)

    def add_character(self, name: str, values: Mapping[str, str], line: int) -> None:
        """An entry of the cast. Raises ScriptError for an unknown key, a bad number or a second entry."""
        name = self.name(name, line, declaring=True)
        folded = name.casefold()
        if folded in self._hints:
            raise self.source.error(f"{name} stands twice in the cast; make one entry of the two", line)
        for key in values:
            if key not in CHARACTER_KEYS:
                raise self.source.error(
                    f"unknown key '{key}' for {name}. {choose(key, CHARACTER_KEYS)}",
                    line,
                    self.source.column(line, key),
                )
        texts = {key: self.clean(value, line) for key, value in values.items() if key not in ("speed", "gain")}
        numbers = {key: self._number(key, value, line) for key, value in values.items() if key in ("speed", "gain")}
        if numbers.get("speed", 1.0) <= 0:
            raise self.source.error(f"speed of {name} must be above 0; 1 is the voice's own pace", line)
        if abs(numbers.get("gain", 0.0)) > MAX_GAIN_DB:
            raise self.source.error(
                f"gain of {name} must be between -{MAX_GAIN_DB} and {MAX_GAIN_DB} dB",
                line,
                self.source.column(line, values["gain"]),
            )
        self._hints[folded] = CharacterHint(name, **texts, **numbers, source_line=line)  # type: ignore[arg-type]

    def _number(self, key: str, value: str, line: int) -> float:
        try:
            number = float(value.strip().removesuffix("dB") if key == "gain" else value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self.source.error(f"{key}={value} is not a number", line, self.source.column(line, value))
        return number

    def name(self, raw: str, line: int, *, declaring: bool = False) -> str:
        """The speaker's name for a spelling: cleaned, shortened, and the same whatever the case of its letters.

        Raises ScriptError for a name that is missing from the cast and looks like a slip for one in it.
        """
        spelling = self.clean(raw, line).casefold()
        if spelling in self._names:
            return self._names[spelling]
        name = self.clean(raw, line)
        if not name:
            raise self.source.error("a speaker needs a name", line)
        if len(name) > MAX_NAME:
            name = self._shorten(name)
            self.warn(f"a name of more than {MAX_NAME} characters is shortened to '{name}'", line)
        if self._hints and not declaring:
            declared = [hint.name for hint in self._hints.values()]
            slip = _slip_of(name, declared)
            if slip:
                raise self.source.error(
                    f"unknown speaker '{name}': did you mean '{slip}'? The cast has {', '.join(declared)}; "
                    "if a new character speaks here, add the name to the cast",
                    line,
                )
            self.warn(f"{name} speaks but is not in the cast", line)
        self._names[spelling] = name
        return name

    def _shorten(self, name: str) -> str:
        taken = {known.casefold() for known in self._names.values()}
        for count in range(1, len(taken) + 2):
            mark = "…" if count == 1 else f"… {count}"
            short = name[: MAX_NAME - len(mark)].rstrip() + mark
            if short.casefold() not in taken:
                break
        return short

    def begin_scene(self, title: str, options: Mapping[str, str], line: int) -> None:
        """A scene heading. Raises ScriptError for an unknown option."""
        for key in options:
            if key not in SCENE_KEYS:
                raise self.source.error(
                    f"unknown key '{key}' for a scene. {choose(key, SCENE_KEYS)}", line, self.source.column(line, key)
                )
        texts = {key: self.clean(value, line) for key, value in options.items()}
        self._scenes.append(
            _OpenScene(self.clean(title, line), texts.get("image"), texts.get("prompt"), texts.get("language"), line)
        )

    def set_scene_option(self, key: str, value: str, line: int) -> None:
        """One of SCENE_KEYS of the scene that has begun."""
        setattr(self._scenes[-1], key, self.clean(value, line))

    def add_shot(self, shot: str, line: int) -> None:
        """A camera tag; it rules the next line."""
        shot = self.clean(shot, line)
        if shot:
            self._shots.append((shot, line))

    def add_line(self, speaker: str, tags: LineTags, text: str, line: int) -> None:
        """One speaker's turn. Raises ScriptError where nothing is said and nothing done."""
        name = self.name(speaker, line)
        said = read_text(self.clean(text, line))
        if not said.pieces:
            raise self.source.error(
                f"{name} has nothing to say here; write words after the colon or remove the line", line
            )
        for message, words in (*tags.problems, *said.problems):
            self.warn(message, line, self.source.column(line, words))
        timing = replace(tags.timing, cut_off=said.cut_off)
        self._check_times(name, said.pieces, timing, line)
        shots, shot_lines = tuple(shot for shot, _ in self._shots), tuple(at for _, at in self._shots)
        self._check_later.extend(self._shots)
        self._shots.clear()
        self._scenes[-1].lines.append(
            Line(name, said.pieces, tags.directions, timing, shots, tags.off_screen, tags.tags, line, shot_lines)
        )

    def _check_times(self, name: str, pieces: tuple[Piece, ...], timing: Timing, line: int) -> None:
        """Raises ScriptError for a time that no episode could hold."""
        rests = [piece.seconds for piece in pieces if isinstance(piece, Rest)]
        for seconds in (*rests, timing.gap_s or 0.0, timing.overlap_s or 0.0):
            if not seconds <= LONGEST_S:
                raise self.source.error(
                    f"{name} has a pause or an overlap of {seconds:g} s; at most {LONGEST_S:g} s are possible", line
                )

    @cached_property
    def _check_later(self) -> list[tuple[str, int]]:
        return []  # shots whose target may speak for the first time further down

    def _check_shots(self, speakers: tuple[str, ...]) -> None:
        for shot, line in self._check_later:
            camera = read_camera(shot)
            if camera is None:
                self.warn(f"unknown camera tag [{shot}]: it is kept and does nothing. {choose(shot, SHOT_WORDS)}", line)
            elif (target := camera.target) and target.casefold() not in {name.casefold() for name in speakers}:
                self.warn(f"[{shot}]: no speaker is called '{target}'. {choose(target, speakers)}", line)
        for shot, line in self._shots:
            self.warn(f"[{shot}] comes after the last line and does nothing; put it before a line", line)

    def finish(self) -> Script:
        """The script. Raises ScriptError for a script without lines."""
        if not self.has_lines:
            raise self.source.error(
                "the script has no lines, so there is nothing to say. Write at least one, as in  MAYA: Hello"
            )
        for scene in self._scenes[1:]:
            if not scene.lines:
                self.warn(f"scene '{scene.title}' has no lines and is left out", scene.source_line)
        scenes = tuple(
            Scene(
                scene.title,
                tuple(scene.lines),
                self.image if scene.image is None else scene.image,
                self.prompt if scene.prompt is None else scene.prompt,
                scene.language,
                scene.source_line,
            )
            for scene in self._scenes
            if scene.lines
        )
        script = Script(
            self.title,
            scenes,
            tuple(self._hints.values()),
            self.pronunciations,
            self.language,
            self.source.path,
            layout=Layout("", tuple(self.remarks), self._places),
        )
        self._check_shots(script.speakers)
        return replace(script, warnings=tuple(sorted(dict.fromkeys(self.warnings), key=lambda warning: warning.line)))


def _slip_of(name: str, declared: list[str]) -> str | None:
    """The declared name for which `name` is probably a slip: one wrong letter or swap, or nearly the same."""
    near = nearest(name, declared)
    if near is None or len(name) < 3:
        return None
    if re.sub(r"\d+", "", name).casefold() == re.sub(r"\d+", "", near).casefold():
        return None  # HOST 1 and HOST 2 are two people
    return near if _is_near(name.casefold(), near.casefold()) else None


def _is_near(one: str, other: str) -> bool:
    """Edit distance (with swaps of neighbours) of at most 1, or 2 from 8 letters on."""
    before_last, last = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before_last[j - 2] + 1)
            row.append(cost)
        before_last, last = last, row
    return last[-1] <= (1 if len(one) < 8 else 2)
