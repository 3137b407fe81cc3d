"""Whether a script of a model is what was asked for: the lint that people's scripts pass, the cast, the length."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from talkshow.cast.choosing import choose_voices, offered, wish_of
from talkshow.cast.languages import able
from talkshow.cast.types import Voice
from talkshow.errors import choose
from talkshow.script.languages import spoken_lines
from talkshow.script.lint import lint
from talkshow.script.model import CharacterHint, Script
from talkshow.script.pace import estimated_duration_s
from talkshow.script.seats import MOST_DRAWN
from talkshow.writing.base import Brief

LookCheck = Callable[[str, str], list[str]]


@dataclass(frozen=True)
class Fault:
    """A fault of an answer.  fatal: the answer cannot be used as a script; otherwise it could be better."""

    message: str
    fatal: bool = True


@dataclass(frozen=True)
class Wanted:
    """What an answer must be.  cast: given characters; closed: no one else may speak; lines: from, to."""

    voices: Mapping[str, Voice]
    cast: tuple[CharacterHint, ...] = ()
    closed: bool = False
    num_characters: int | None = None
    lines: tuple[float, float] = (1, float("inf"))
    seconds: tuple[float, float] = (0, float("inf"))


def wanted(brief: Brief, voices: Mapping[str, Voice]) -> Wanted:
    """What a whole script for this brief must be; half or twice the length asked for will do."""
    lines = (brief.lines / 2, brief.lines * 2 + 2) if brief.lines else (1, float("inf"))
    seconds = (brief.minutes * 30, brief.minutes * 120) if brief.minutes and not brief.lines else (0.0, float("inf"))
    given = brief.so_far.cast if brief.so_far else brief.cast
    return Wanted(voices, given, bool(brief.cast) and brief.so_far is None, brief.num_characters, lines, seconds)


def find_faults(script: Script, settled: Script, want: Wanted) -> list[Fault]:
    """All that is wrong with a script as it came; what is wrong even when it is settled is fatal."""
    names = set(script.speakers)
    faults = [Fault(message) for message in _lint_errors(settled, want)]
    faults += [Fault(message, fatal=False) for message in _lint_errors(script, want)]
    given = {hint.name.casefold(): hint.name for hint in want.cast}
    strangers = [name for name in script.speakers if name.casefold() not in given] if want.closed else []
    faults += [Fault(f"{name} speaks but is not of the cast. {choose(name, given.values())}") for name in strangers]
    silent = [name for fold, name in given.items() if fold not in {n.casefold() for n in names}]
    if want.closed and silent and len(silent) < len(given):
        faults.append(Fault(f"{', '.join(silent)} must speak, too", fatal=False))
    if want.num_characters and len(names) != want.num_characters:
        faults.append(Fault(f"{len(names)} characters speak where {want.num_characters} were asked for", fatal=False))
    crowded = [scene.title for scene in script.scenes if len({line.speaker for line in scene.lines}) > MOST_DRAWN]
    faults += [Fault(f"in the scene '{title}' more than {MOST_DRAWN} people speak", fatal=False) for title in crowded]
    return faults + _length_faults(script, want)


def _lint_errors(script: Script, want: Wanted) -> list[str]:
    return [
        f"line {problem.line}: {problem.message}" if problem.line else problem.message
        for problem in lint(script, want.voices)
        if problem.severity == "error"
    ]


def _length_faults(script: Script, want: Wanted) -> list[Fault]:
    count, seconds = sum(1 for _ in script.lines), estimated_duration_s(script)
    if not want.lines[0] <= count <= want.lines[1]:
        return [Fault(f"it has {count} lines, which is far from what was asked for", fatal=False)]
    if not want.seconds[0] <= seconds <= want.seconds[1]:
        return [
            Fault(
                f"it lasts about {seconds:.0f} s, which is far from the {want.seconds[0] * 2:.0f} s asked for",
                fatal=False,
            )
        ]
    return []


def settle(script: Script, want: Wanted, check_look: LookCheck, seed: int = 0) -> tuple[Script, list[str]]:
    """The script with a whole cast: given characters as they are given, looks in words that are drawn, a voice each.

    The second value says what was changed.
    """
    notes: list[str] = []
    told = {hint.name.casefold(): hint for hint in script.cast}
    given = {hint.name.casefold(): hint for hint in want.cast}
    cast: list[CharacterHint] = []
    for name in (*(hint.name for hint in want.cast), *script.speakers):
        if name.casefold() in {hint.name.casefold() for hint in cast}:
            continue
        hint = told.get(name.casefold(), CharacterHint(name))
        dressed = _dress(hint, check_look, notes)
        cast.append(_over(given.get(name.casefold()), replace(dressed, name=name)))
    cast = _voiced(cast, set(given), script, want.voices, notes, seed)
    return replace(script, cast=tuple(cast), warnings=()), notes


def _over(given: CharacterHint | None, told: CharacterHint) -> CharacterHint:
    """What is given stands; where it is silent, the model's words do."""
    if given is None:
        return told
    return replace(
        given,
        voice=given.voice or told.voice,
        look=given.look or told.look,
        description=given.description or told.description,
    )


def _dress(hint: CharacterHint, check_look: LookCheck, notes: list[str]) -> CharacterHint:
    """A look without the phrases that cannot be drawn, which go to the description."""
    if not hint.look:
        return hint
    phrases = [phrase.strip() for phrase in re.split(r"[,;]", hint.look) if phrase.strip()]
    drawn = [phrase for phrase in phrases if not check_look(phrase, hint.name)]
    if len(drawn) < len(phrases):
        rest = [phrase for phrase in phrases if phrase not in drawn]
        notes.append(f"{hint.name}: '{', '.join(rest)}' cannot be drawn and went from the look to the description")
        description = ", ".join(part for part in (hint.description, *rest) if part)
        return replace(hint, look=", ".join(drawn) or None, description=description)
    return hint


def _voiced(
    cast: list[CharacterHint], given: set[str], script: Script, voices: Mapping[str, Voice], notes: list[str], seed: int
) -> list[CharacterHint]:
    """Everybody with a voice of their own, as far as there are enough."""
    folded = {name.casefold(): name for name in voices}
    asked = [(hint.voice or "").casefold() for hint in cast if hint.name.casefold() in given]
    used = Counter(folded[voice] for voice in asked if voice in folded)
    settled: dict[str, str] = {}
    for hint in cast:
        voice = folded.get((hint.voice or "").casefold())
        if hint.name.casefold() in given and hint.voice:
            settled[hint.name] = hint.voice
        elif voice and not used[voice]:
            settled[hint.name] = voice
            used[voice] += 1
        elif hint.voice:
            why = "is taken" if voice else "does not exist"
            notes.append(f"{hint.name}: the voice '{hint.voice}' {why}; another one is chosen")
    pool = able(offered(voices), [spoken for _, spoken in spoken_lines(script)])
    missing = {hint.name: wish_of(hint) for hint in cast if hint.name not in settled}
    if missing and pool:
        settled |= choose_voices(missing, pool, used, script.language, seed)
    return [replace(hint, voice=settled.get(hint.name)) for hint in cast]
