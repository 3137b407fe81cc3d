"""Collects what a parser finds and makes the `Script`: names, defaults and warnings are the same in all formats."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from talkshow.errors import choose
from talkshow.languages.registry import DEFAULT
from talkshow.script.characters import INVISIBLE, clean_characters, invisible_warning
from talkshow.script.directions import Direction
from talkshow.script.header import LineTags, read_tags
from talkshow.script.inline import read_text, without_quotes
from talkshow.script.layout import Kind, Layout, Remark
from talkshow.script.model import CharacterHint, Line, Piece, Rest, Scene, Script, ScriptWarning, Timing
from talkshow.script.names import Named, read_name, write_name
from talkshow.script.people import People, Turn
from talkshow.script.roles import is_nobody, is_role, names_somebody
from talkshow.script.source import Source
from talkshow.script.vocabulary import SHOT_WORDS, read_camera

LONGEST_S = 3600.0  # of a pause or an overlap
MAX_GAIN_DB = 60  # either way: further, nothing is heard beside it, or nothing of it
HEAD_KEYS = ("title", "language", "image", "prompt", "cast", "say")
CHARACTER_KEYS = ("voice", "seat", "look", "description", "speed", "gain", "sound", "alias")
SCENE_KEYS = ("image", "prompt", "language")


@dataclass
class _OpenScene:
    title: str
    image: str | None
    prompt: str | None
    language: str | None
    source_line: int
    turns: list[Turn] = field(default_factory=list)


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
        self._hints: list[CharacterHint] = []
        self.people = People(source, self.warn)
        self._shots: list[tuple[str, int]] = []
        self._scenes = [_OpenScene("", None, None, None, 0)]

    @property
    def has_lines(self) -> bool:
        """Whether anybody has spoken yet."""
        return any(scene.turns for scene in self._scenes)

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
        if codes := [code for _, code in removed if code not in INVISIBLE]:
            self.warn(f"removed control characters: {', '.join(dict.fromkeys(codes))}", line)
        if codes := [code for _, code in removed if code in INVISIBLE]:
            self.people.once("invisible", invisible_warning(codes), line)
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
        name = read_name(self.clean(name, line)).numbered_name
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
        hint = CharacterHint(name, **texts, **numbers, source_line=line)  # type: ignore[arg-type]
        self._hints.append(replace(hint, name=self.people.declare(name, line, hint.aliases)))

    def _number(self, key: str, value: str, line: int) -> float:
        try:
            number = float(value.strip().removesuffix("dB") if key == "gain" else value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self.source.error(f"{key}={value} is not a number", line, self.source.column(line, value))
        return number

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
        """One speaker's turn, or that of several at once; `speaker` is the name as written (see `names`).

        Raises ScriptError where nothing is said and nothing done.
        """
        named, text = _balanced(read_name(self.clean(speaker, line)), self.clean(text, line))
        named, tags = self._with_role(named, tags, line)
        one = self.people.is_one(named)
        name = self.people.speaker(named.name, line, named.apart) if one else named.name
        said = read_text(text)
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
        spoken = Line(
            name,
            said.pieces,
            tags.directions,
            timing,
            shots,
            tags.off_screen,
            tags.tags,
            tags.language,
            line,
            shot_lines,
        )
        self._scenes[-1].turns.append(Turn(spoken, None if one else named))

    def _with_role(self, named: Named, tags: LineTags, line: int) -> tuple[Named, LineTags]:
        """`Host (Priya)` and `Priya (Host)` as Priya; `Priya, laughing` as Priya, who laughs."""
        if named.joint == "comma" and len(named.parts) == 2 and Direction(named.parts[1]).meaning.known:
            how = read_tags((f"({named.parts[1]})",))
            tags = replace(tags, directions=(*how.directions, *tags.directions))
            named = read_name(write_name(named.parts[0]))
        if nothing := next((each.name for each in tags.directions if is_nobody(each.name)), ""):
            self.warn(f"'{named.name} ({nothing})' is taken for a speaker, and the words after it are spoken", line)
        who = next((each.name for each in tags.directions if names_somebody(each.name)), "")
        role = named.name
        if role_after := next((each.name for each in tags.directions if is_role(each.name)), ""):
            who, role = role_after, role_after
        elif not who or not is_role(role) or Direction(who).meaning.known:
            return named, tags
        name = self.people.has(role, named.name if role_after else who, line)
        others = tuple(each for each in tags.directions if each.name != who)
        problems = tuple(problem for problem in tags.problems if problem[1] != who)
        return replace(named, name=name), replace(tags, directions=others, problems=problems)

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
            if not scene.turns:
                self.warn(f"scene '{scene.title}' has no lines and is left out", scene.source_line)
        said = self.people.say([scene.turns for scene in self._scenes])
        scenes = tuple(
            Scene(
                scene.title,
                tuple(lines),
                self.image if scene.image is None else scene.image,
                self.prompt if scene.prompt is None else scene.prompt,
                scene.language,
                scene.source_line,
            )
            for scene, lines in zip(self._scenes, said, strict=True)
            if scene.turns
        )
        script = Script(
            self.title,
            scenes,
            tuple(self._hints),
            self.pronunciations,
            self.language,
            self.source.path,
            layout=Layout("", tuple(self.remarks), self._places),
        )
        self._check_shots(script.speakers)
        return replace(script, warnings=tuple(sorted(dict.fromkeys(self.warnings), key=lambda warning: warning.line)))


def _balanced(named: Named, text: str) -> tuple[Named, str]:
    """Name and words without what surrounds both of them: `*MAYA:* Hello`, `"Maya": "Hello"`."""
    mark = re.match(r"[*_~`]+", named.name)
    if mark and text.lstrip().startswith(mark[0]):
        return replace(named, name=named.name[mark.end() :].strip()), text.lstrip()[mark.end() :]
    return named, without_quotes(text) if named.quoted else text
