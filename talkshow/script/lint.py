"""Checks a script before anything is spoken: what would stop a render, and what the writer may not have meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from talkshow.errors import choose
from talkshow.languages.language import Language
from talkshow.languages.registry import find
from talkshow.script.languages import line_language
from talkshow.script.model import CharacterHint, Line, Rest, Say, Script
from talkshow.script.pace import count_words, estimated_duration_s, line_duration_s
from talkshow.script.roles import alike
from talkshow.script.seating import seating_problems
from talkshow.script.seats import is_off
from talkshow.script.vocabulary import read_camera

__all__ = ["Problem", "estimated_duration_s", "lint", "lint_report"]

_BREATH_WORDS = 45  # without a full stop or a pause
_BREATH_S = 15.0
LookCheck = Callable[[str, str], list[str]]  # (look, name) to what a drawn cast would not understand of it
LanguageCheck = Callable[[Script], Iterable[tuple[int, str]]]  # what voices do not speak: (line, message)


@dataclass(frozen=True)
class Problem:
    """One finding. `line` and `column` count from 1; line 0 is the whole script."""

    severity: str  # "error": a render would stop; "warning": it would not
    line: int
    column: int
    message: str


def lint(
    script: Script,
    voices: Collection[str],
    check_look: LookCheck | None = None,
    check_language: LanguageCheck | None = None,
) -> list[Problem]:
    """All problems of a script, by line. `voices` are the names that can be asked for; `check_look` reads looks."""
    found = [Problem("warning", warning.line, warning.column, warning.message) for warning in script.warnings]
    speakers = set(script.speakers)
    for hint in script.cast:
        found += _check_character(hint, voices, hint.name in speakers or bool(alike([hint.name], speakers)))
        if check_look and hint.look and any(scene.image is None for scene in script.scenes):
            found += [Problem("warning", hint.source_line, 1, said) for said in check_look(hint.look, hint.name)]
    found += _check_files(script)
    found += [Problem(severity, line, 1, message) for severity, line, message in seating_problems(script)]
    if check_language:
        found += [Problem("warning", line, 1, message) for line, message in check_language(script)]
    speeds = {hint.name: hint.speed or 1.0 for hint in script.cast}
    unseen = {hint.name.casefold(): hint.name for hint in script.cast if is_off(hint.seat)}
    for scene in script.scenes:
        for index, line in enumerate(scene.lines):
            found += _check_breath(line, speeds.get(line.speaker, 1.0), line_language(line, scene, script))
            found += _check_timing(line, index, _next_cut(scene.lines, index))
            found += _check_camera(line, unseen)
    return sorted(found, key=lambda problem: (problem.line, problem.column))


def _check_character(hint: CharacterHint, voices: Collection[str], speaks: bool) -> Iterator[Problem]:
    if not speaks:
        yield Problem(
            "warning",
            hint.source_line,
            1,
            f"{hint.name} is in the cast but never says anything; write a line for them or take them out",
        )
    if hint.voice is not None and hint.voice.casefold() not in {voice.casefold() for voice in voices}:
        yield Problem(
            "error",
            hint.source_line,
            1,
            f"{hint.name}: there is no voice '{hint.voice}'. {choose(hint.voice, sorted(voices))}",
        )


def _check_files(script: Script) -> Iterator[Problem]:
    if script.path is None:
        return
    folder = script.path.parent
    seen: set[str] = set()
    named = [(scene.image, scene.source_line, "picture") for scene in script.scenes if scene.image]
    named += [(hint.sound, hint.source_line, "sound file") for hint in script.cast if hint.sound]
    for name, line, what in named:
        if name and name not in seen and not _exists(folder / name):
            yield Problem(
                "warning", line, 1, f"the {what} {name} is not there; it is looked for beside the script, in {folder}"
            )
        seen.add(name or "")


def _exists(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _check_breath(line: Line, speed: float, language: str) -> Iterator[Problem]:
    """A stretch without full stop or pause that is too long for one breath."""
    stretches = [part for said in _between_rests(line) for part in _stop(find(language)).split(said)]
    words = max((count_words(part) for part in stretches), default=0)
    if words > _BREATH_WORDS:
        yield Problem(
            "warning",
            line.source_line,
            1,
            f"{words:.0f} words without a stop are too many for one breath; make sentences of them or put in a (beat)",
        )
    elif line.timing.backchannel and line_duration_s(line, speed, language) > 2.5:
        yield Problem(
            "warning",
            line.source_line,
            1,
            "a backchannel is a word or two under another's turn; this one is long enough to be a line of its own",
        )
    elif words > 20 and words / count_words(line.text) * line_duration_s(line, speed, language) > _BREATH_S * 1.2:
        yield Problem(
            "warning",
            line.source_line,
            1,
            f"at this speed {words:.0f} words without a stop last more than {_BREATH_S:.0f} s; make sentences of them",
        )


@lru_cache(maxsize=32)
def _stop(language: Language) -> re.Pattern[str]:
    """Where one takes a breath."""
    after = r"(?=[\s\"'”’)]|$)" if language.spaces else ""
    return re.compile(rf"[{re.escape(language.sentence_ends)};:。！？]+{after}")


def _between_rests(line: Line) -> list[str]:
    """The words of a line, joined where only a direction stands between them."""
    parts = [""]
    for piece in line.pieces:
        if isinstance(piece, Rest):
            parts.append("")
        elif isinstance(piece, Say):
            parts[-1] += " " + piece.text
    return parts


def _check_camera(line: Line, unseen: Mapping[str, str]) -> Iterator[Problem]:
    """unseen: names of those whose seat is `off`, by their small letters."""
    cameras = [read_camera(tag) for tag in line.shots]
    for tag in line.shots[:-1] if cameras and cameras[-1] else ():
        yield Problem(
            "warning",
            line.source_line,
            1,
            f"[{tag}] does nothing: of several camera tags before a line the last one rules",
        )
    camera = cameras[-1] if cameras else None
    name = unseen.get((camera.target or line.speaker).casefold()) if camera and camera.of == "one" else None
    if name:
        yield Problem(
            "warning", line.source_line, 1, f"[{line.shots[-1]}] does nothing: {name} is never seen (seat=off)"
        )


def _next_cut(lines: Sequence[Line], index: int) -> Line | None:
    """The line that would cut one off: the next that is not said together with it."""
    return next((line for line in lines[index + 1 :] if not line.timing.together), None)


def _check_timing(line: Line, index: int, after: Line | None) -> Iterator[Problem]:
    timing = line.timing
    needs_a_line_before = (
        (timing.overlap_s is not None, "overlap"),
        (timing.backchannel, "backchannel"),
        (timing.together, "together"),
    )
    for is_set, what in needs_a_line_before:
        if is_set and index == 0:
            yield Problem(
                "warning",
                line.source_line,
                1,
                f"{{{what}}} on the first line of a scene does nothing: no one speaks before it",
            )
    if timing.cut_off and after is None:
        yield Problem(
            "warning",
            line.source_line,
            1,
            "-- at the end says that the next line cuts this one off, but the scene ends here",
        )
    elif timing.cut_off and after is not None and after.speaker == line.speaker:
        yield Problem(
            "warning",
            line.source_line,
            1,
            f"{line.speaker} cuts their own line off; the next line should be another speaker's",
        )
    if timing.together and (timing.gap_s is not None or timing.overlap_s is not None):
        yield Problem(
            "warning",
            line.source_line,
            1,
            "{together} begins with the line before it: its pause or overlap does nothing",
        )
    elif timing.gap_s is not None and timing.overlap_s is not None:
        yield Problem(
            "warning",
            line.source_line,
            1,
            "a pause before the line and an overlap exclude each other; the overlap rules",
        )


def lint_report(
    script: Script,
    voices: Collection[str],
    check_look: LookCheck | None = None,
    check_language: LanguageCheck | None = None,
) -> dict[str, Any]:
    """What `talkshow lint --json` prints: title, speakers, num_lines, estimated_duration_s, problems."""
    return {
        "title": script.title,
        "speakers": list(script.speakers),
        "num_lines": sum(1 for _ in script.lines),
        "estimated_duration_s": round(estimated_duration_s(script), 1),
        "problems": [
            {"severity": problem.severity, "line": problem.line, "column": problem.column, "message": problem.message}
            for problem in lint(script, voices, check_look, check_language)
        ],
    }
