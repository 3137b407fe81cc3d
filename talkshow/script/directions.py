"""What directions mean: which words are known, and what they do to a voice and to a face.

A direction is understood by whole words of the table `directions.toml` and their inflections: (angry), (angrily) and
(angrier) are one direction; (joyless) is not joy and (fasten your belt) is not fast. A negation is not understood
either: (not angry) does not say how to speak.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from talkshow.script.inflection import of_act, of_adjective, of_verb

TABLE = Path(__file__).with_name("directions.toml")
Kind = Literal["moods", "manners", "sounds", "actions"]
_WORDS = 4  # a direction has at most so many, or it is prose
_ACTION_WORDS = 8


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEGATORS = frozenset(
    {
        "not",
        "never",
        "no",
        "non",
        "without",
        "hardly",
        "scarcely",
        "barely",
        "neither",
        "nor",
        "none",
        "nothing",
        "nobody",
        "cannot",
        "isnt",
        "arent",
        "wasnt",
        "dont",
        "doesnt",
        "didnt",
        "cant",
        "couldnt",
        "wont",
        "wouldnt",
        "aint",
    }
)
_NEGATING_PAIRS = frozenset(
    {("far", "from"), ("anything", "but"), ("instead", "of"), ("rather", "than"), ("less", "than")}
)
_ENDING = _words("stop stops stopped stopping cease ceases ceased ceasing refuse refuses refused refusing")
_AFFIRMING = _words("but yet just only simply rather instead though still")  # not sad but hopeful
_UNDOING = _words("help helping above")  # cannot help laughing, hardly above a whisper
_FILLING_PAIRS = frozenset({("kind", "of"), ("sort", "of")})
_FILLERS = _words("""
    a an the very quite rather bit little slightly almost still more less so and then too
    with in her his their throat head eyes voice under beat to off up down
""")


@dataclass(frozen=True)
class Delivery:
    """What a direction does to a voice.

    speed:     factor on its pace;  gain_db: decibels on its loudness
    pitch:     factor on its fundamental;  melody: factor on how far the fundamental moves, in semitones
    voiced:    whether vocal folds sound: a whisper has no pitch
    tremor_db: how deep laughter or sobs shake the level, in decibels
    """

    speed: float = 1.0
    gain_db: float = 0.0
    pitch: float = 1.0
    melody: float = 1.0
    voiced: bool = True
    tremor_db: float = 0.0

    @property
    def is_plain(self) -> bool:
        """Whether it leaves pace, pitch and timbre as they are."""
        return (self.speed, self.pitch, self.melody, self.voiced, self.tremor_db) == (1.0, 1.0, 1.0, True, 0.0)


@dataclass(frozen=True)
class Entry:
    """A line of the table.  delivery: None where only the face changes; face: "" where it stays as it is."""

    name: str
    kind: Kind
    delivery: Delivery | None
    face: str
    told: tuple[str, ...]  # forms that a language model is offered
    forms: tuple[tuple[str, ...], ...]  # all spellings, in words


@dataclass(frozen=True)
class Meaning:
    """What is understood of a direction.

    negated: it holds known words, and takes all of them back.  A direction that is not known as a whole may still
    have a delivery and a face, by a known word in it.
    """

    known: bool = False
    negated: bool = False
    is_sound: bool = False  # laughs, clears her throat
    delivery: Delivery | None = None
    face: str = ""


@dataclass(frozen=True)
class Direction:
    """How to speak or what the face does from here on: (laughs), (warm).  name: as written."""

    name: str

    @cached_property
    def meaning(self) -> Meaning:
        """What is understood of it."""
        return _meaning_of(self.name)


@cache
def entries() -> tuple[Entry, ...]:
    """The table, in its order."""
    tables = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(_entry(name, kind, **row) for kind, rows in tables.items() for name, row in rows.items())


def known_words() -> list[str]:
    """Every single word that is known, for the nearest one to a slip."""
    return sorted({"-".join(form) for entry in entries() for form in entry.forms})


def offered() -> str:
    """The directions offered to a language model: moods; manners; sounds."""
    kinds: tuple[Kind, ...] = ("moods", "manners", "sounds")
    return "; ".join(
        ", ".join(form for entry in entries() if entry.kind == kind for form in entry.told) for kind in kinds
    )


def _entry(
    name: str,
    kind: Any,
    *,
    adjectives: str = "",
    verbs: str = "",
    acts: str = "",
    words: str = "",
    speed: float | None = None,
    gain_db: float = 0.0,
    pitch: float = 1.0,
    melody: float = 1.0,
    voiced: bool = True,
    tremor_db: float = 0.0,
    face: str = "",
    told: str = "",
) -> Entry:
    forms = [form for adjective in adjectives.split() for form in of_adjective(adjective)]
    forms += [form for verb in verbs.split() for form in of_verb(verb)]
    forms += [form for act in acts.split() for form in of_act(act)]
    split = dict.fromkeys(tuple(form.split("-")) for form in (*words.split(), *forms))
    delivery = None if speed is None else Delivery(speed, gain_db, pitch, melody, voiced, tremor_db)
    return Entry(name, kind, delivery, face, tuple(told.split()), tuple(split))


@cache
def _by_form() -> Mapping[tuple[str, ...], Entry]:
    found: dict[tuple[str, ...], Entry] = {}
    for entry in entries():
        for form in entry.forms:
            found.setdefault(form, entry)
    return found


@dataclass(frozen=True)
class _Word:
    """A word of a direction, or several that are one.  counts: whether it is unknown."""

    entry: Entry | None
    negated: bool = False
    counts: bool = False


def _meaning_of(text: str) -> Meaning:
    """A direction is known that has one to four words of which one is known and at most one is not, or is an action of
    at most eight words, or is `to` and a name."""
    if re.fullmatch(r"to [^\W\d_a-z].*", text):
        return Meaning(known=True)
    words = re.findall(r"[\w'-]+", text.casefold().replace("’", "'"))
    read = list(_read([part for word in words for part in word.split("-") if part]))
    held = [word.entry for word in read if word.entry and not word.negated]
    taken_back = [word.entry for word in read if word.entry and word.negated]
    first = read[0].entry if read and not read[0].negated else None
    short = len(words) <= _WORDS and sum(word.counts for word in read) <= 1
    known = (short and any(entry.kind != "actions" for entry in held)) or (
        first is not None and first.kind == "actions" and len(words) <= _ACTION_WORDS
    )
    return Meaning(
        known,
        negated=bool(taken_back) and not held and short,
        is_sound=known and first is not None and first.kind == "sounds",
        delivery=next((entry.delivery for entry in held if entry.delivery), None),
        face=next((entry.face for entry in held if entry.face), ""),
    )


def _read(parts: Sequence[str]) -> Iterator[_Word]:
    """The words of a direction in order, with those that a negation takes back."""
    negated, at = False, 0
    while at < len(parts):
        word, pair = parts[at], tuple(parts[at : at + 2])
        if pair in _NEGATING_PAIRS:
            negated, at = True, at + 2
            continue
        if pair in _FILLING_PAIRS:
            at += 2
            continue
        length = next((length for length in (3, 2, 1) if tuple(parts[at : at + length]) in _by_form()), 0)
        entry = _by_form()[tuple(parts[at : at + length])] if length else None
        was_negated = negated
        if word in _ENDING:
            negated = not negated
        elif word in _NEGATORS or word.endswith("n't"):
            negated = True
        elif word in _AFFIRMING or word in _UNDOING:
            negated = False
        elif entry is None:
            yield _Word(None, counts=word not in _FILLERS)
        if entry is not None:
            yield _Word(entry, was_negated, counts=entry.kind == "actions" and word not in _ENDING)
        at += length or 1
