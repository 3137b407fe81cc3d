"""Who speaks in a script: one person for all spellings of a name, and those who speak at once."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from talkshow.errors import nearest
from talkshow.script.model import Line
from talkshow.script.names import Named, fold, looks_like_person
from talkshow.script.roles import MANY, alike, is_nobody
from talkshow.script.source import Source

MAX_NAME = 60
Warn = Callable[[str, int], None]  # (message, line)


@dataclass(frozen=True)
class Turn:
    """A line of one person; or one that several say, whose names are known when the whole script has been read."""

    line: Line
    several: Named | None = None


class People:
    """Takes names in the order of the script. `warn` notes what was understood, but perhaps not as meant."""

    def __init__(self, source: Source, warn: Warn) -> None:
        self.source, self._warn = source, warn
        self._names: dict[str, str] = {}  # folded spelling -> name
        self._declared: dict[str, str] = {}  # those of the cast
        self._told: set[str] = set()
        self._lines: dict[str, int] = {}  # name -> where it stands first
        self._apart: dict[str, bool] = {}  # folded spelling -> whether its accents stood apart at first
        self._roles: dict[str, dict[str, int]] = {}  # folded role -> who has it, and where that is said

    def declare(self, name: str, line: int, aliases: Sequence[str] = ()) -> str:
        """A name of the cast, with other names of the same person. Raises ScriptError for one that is taken."""
        if fold(name) in self._declared or fold(name) in self._names:
            raise self.source.error(f"{name} stands twice in the cast; make one entry of the two", line)
        named = self._register(name, line)
        self._declared[fold(named)] = named
        for alias in aliases:
            taken = self._names.setdefault(fold(alias), named)
            if taken != named:
                raise self.source.error(f"'{alias}' is {taken}'s name; it cannot be an alias of {named}, too", line)
        return named

    def has(self, role: str, name: str, line: int) -> str:
        """A person whose role is said: `Host (Priya)`. The name of the two that the cast has, else the person's."""
        if fold(role) in self._declared and fold(name) not in self._names:
            self._names[fold(name)] = self._declared[fold(role)]
        elif fold(name) not in self._names:
            self._register(name, line)
        person = self._names[fold(name)]
        if person not in self._roles.setdefault(fold(role), {}):
            self._roles[fold(role)][person] = line
            self._warn(f"{role} ({name}) is taken for the name of one person, {person}", line)
        return person

    def is_one(self, named: Named) -> bool:
        """Whether a name is one person's for certain; a name of the cast is."""
        return named.is_one or (named.number is None and fold(named.name) in self._names and self._is_declared(named))

    def _is_declared(self, named: Named) -> bool:
        return self._names[fold(named.name)] in self._declared.values()

    def speaker(self, spelling: str, line: int, apart: bool = False) -> str:
        """The speaker's name for a spelling: shortened, and the same whatever the case of its letters.

        apart: whether its accents are written apart from their letters.

        Raises ScriptError for a name that is missing from the cast and looks like a slip for one in it.
        """
        known = self._names.get(fold(spelling))
        if known is not None:
            if self._apart.setdefault(fold(spelling), apart) != apart:
                self.once(fold(spelling), f"{known} is also written with accents apart from their letters", line)
            return known
        self._apart[fold(spelling)] = apart
        declared = list(self._declared.values())
        slip = _slip_of(spelling, declared) if declared and spelling else None
        if slip:
            raise self.source.error(
                f"unknown speaker '{spelling}': did you mean '{slip}'? The cast has {', '.join(declared)}; "
                "if a new character speaks here, add the name to the cast",
                line,
            )
        name = self._register(spelling, line)
        if is_nobody(name):
            self._warn(
                f"'{name}' is taken for a speaker, and the words after it are spoken; if no one is called so, make the "
                "line a comment or a heading",
                line,
            )
        elif declared and not alike([name], declared):
            self._warn(f"{name} speaks but is not in the cast", line)
        return name

    def once(self, key: str, message: str, line: int) -> None:
        """A warning that is given once, not per line."""
        if key not in self._told:
            self._told.add(key)
            self._warn(message, line)

    def _register(self, spelling: str, line: int) -> str:
        if not spelling:
            raise self.source.error("a speaker needs a name", line)
        folded = fold(spelling)
        if folded not in self._names:
            name = spelling
            if len(name) > MAX_NAME:
                name = self._shorten(name)
                self._warn(f"a name of more than {MAX_NAME} characters is shortened to '{name}'", line)
            self._names[folded] = name
            self._lines[name] = line
        return self._names[folded]

    def _shorten(self, name: str) -> str:
        taken = {fold(known) for known in self._names.values()}
        for count in range(1, len(taken) + 2):
            mark = "…" if count == 1 else f"… {count}"
            short = name[: MAX_NAME - len(mark)].rstrip() + mark
            if fold(short) not in taken:
                break
        return short

    def say(self, scenes: Sequence[Sequence[Turn]]) -> list[list[Line]]:
        """The lines of each scene, one per person who says it: of several, the later ones are `together`.

        Raises ScriptError where no one is there to say what all say.
        """
        counted = self._without_numbers(scenes)
        earlier: dict[str, None] = {}
        said = []
        for turns in counted:
            here: dict[str, int] = {}  # who has spoken in the scene -> the turn in which they spoke last
            lines: list[Line] = []
            for number, turn in enumerate(turns):
                names = self._those(turn, here, earlier) if turn.several else [turn.line.speaker]
                lines += _at_once(turn.line, names)
                here.update(dict.fromkeys(names, number))
            earlier.update(dict.fromkeys(here))
            said.append(lines)
        return self._by_person(said)

    def _by_person(self, scenes: list[list[Line]]) -> list[list[Line]]:
        """Lines of a role are those of the one who has it; and a warning for names that may be one person's."""
        renamed = {
            self._names[role]: next(iter(people))
            for role, people in self._roles.items()
            if len(people) == 1 and role in self._names
        }
        for role, people in self._roles.items():
            if len(people) > 1 and role in self._names:
                name = self._names[role]
                who = " or ".join(people)
                self._warn(f"{name}: is this {who}? It is taken for another person; write the name", self._lines[name])
        said = [
            [replace(line, speaker=renamed[line.speaker]) if line.speaker in renamed else line for line in lines]
            for lines in scenes
        ]
        speakers = list(dict.fromkeys(line.speaker for lines in said for line in lines))
        everybody = list(dict.fromkeys((*self._declared.values(), *speakers)))
        for number, name in enumerate(everybody if len(everybody) <= MANY else ()):
            others = [other for other in everybody[number + 1 :] if name in speakers or other in speakers]
            for other in alike([name], others).get(name, []):
                longer, shorter = (name, other) if name in self._declared.values() else (other, name)
                self._warn(
                    f"{shorter} and {longer} may be the same person. If they are, say so in the cast:  "
                    f'{longer}: alias="{shorter}"',
                    self._lines.get(other, self._lines.get(name, 0)),
                )
        return said

    def _without_numbers(self, scenes: Sequence[Sequence[Turn]]) -> list[list[Turn]]:
        """Numbers before names count the lines, unless they tell people of one name apart: `1. WITCH`, `2. WITCH`."""
        numbered = [
            [(turn.several.number, turn) for turn in turns if turn.several and turn.several.number is not None]
            for turns in scenes
        ]
        every = [each for scene in numbered for each in scene]
        of: dict[str, set[int]] = {}
        for number, turn in every:
            of.setdefault(fold(turn.several.name if turn.several else ""), set()).add(number)
        growing = all(a < b for scene in numbered for (a, _), (b, _) in itertools.pairwise(scene))
        counting = (growing and len(every) > 1) or all(len(numbers) == 1 for numbers in of.values())
        if every:
            told = "not part of them" if counting else "part of them: 1. MAYA and 2. MAYA are two people"
            self._warn(f"the numbers before the names are {told}", every[0][1].line.source_line)
        return [[self._settled(turn, counting) for turn in turns] for turns in scenes]

    def _settled(self, turn: Turn, counting: bool) -> Turn:
        named, line = turn.several, turn.line
        if named is None or named.number is None:
            return turn
        named = replace(named, number=None) if counting else Named(named.numbered_name)
        if not self.is_one(named):
            return Turn(line, named)
        return Turn(replace(line, speaker=self.speaker(named.name, line.source_line, named.apart)))

    def _those(self, turn: Turn, here: dict[str, int], earlier: dict[str, None]) -> list[str]:
        """Who says a turn of several."""
        named, line = turn.several, turn.line.source_line
        assert named is not None
        if named.group:
            return self._group(named, here, earlier, line)
        if self._names_several(named):
            return list(dict.fromkeys(self.speaker(part, line) for part in named.parts))
        several = " & ".join(named.parts)
        message = f"'{named.name}' is taken for one character; if several speak here, write {several}"
        self.once(named.name, message, line)
        return [self.speaker(named.name, line)]

    def _names_several(self, named: Named) -> bool:
        known = [fold(part) in self._names for part in named.parts]
        likely = all(is_known or looks_like_person(part) for is_known, part in zip(known, named.parts, strict=True))
        if named.joint == "comma":
            return all(known)
        return likely and (any(known) or (named.joint == "mark" and named.spaced))

    def _group(self, named: Named, here: dict[str, int], earlier: dict[str, None], line: int) -> list[str]:
        """BOTH and ALL: those of the scene so far; else those of the cast; else those of the script so far."""
        choices = [list(here), list(self._declared.values()), list(dict.fromkeys((*earlier, *here)))]
        fitting = (names for names in choices if (len(names) == 2 if named.group == "both" else len(names) > 1))
        if names := next(fitting, None):
            return names
        if named.group == "both" and len(here) > 2:
            last = sorted(here, key=lambda name: here[name])[-2:]
            pair = " & ".join(name for name in here if name in last)
            self._warn(
                f"{named.name}: {len(here)} people speak in this scene; the last two, {pair}, say it. Name those "
                f"who speak, as in  {pair}: ...",
                line,
            )
            return [name for name in here if name in last]
        raise self.source.error(
            f"{named.name}: who are they? Fewer than two people are known here. Name them, as in  MAYA & LEO: ..., or "
            f"add {named.name} to the cast if one person is called so",
            line,
        )


def _at_once(line: Line, names: Sequence[str]) -> Iterator[Line]:
    """The line, said by each: all begin with the first."""
    if len(names) == 1:
        yield line if line.speaker == names[0] else replace(line, speaker=names[0])
        return
    for number, name in enumerate(names):
        if number == 0:  # (together) after several names is about them, not about the line before
            yield replace(line, speaker=name, timing=replace(line.timing, together=False))
        else:
            timing = replace(line.timing, gap_s=None, overlap_s=None, together=True)
            yield replace(line, speaker=name, timing=timing, shots=(), shot_lines=())


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
