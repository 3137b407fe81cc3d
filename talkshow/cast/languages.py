"""Which languages voices speak, and in which language a line is.

A line is in the language that its letters decide, or else in the one that its scene or the script declares.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from talkshow.cast.types import Voice
from talkshow.engines import registry
from talkshow.errors import BackendError
from talkshow.script.languages import Letters, letters_of, name_of, primary
from talkshow.script.model import Line, Script

ANY = "*"  # what an engine declares that speaks every language


@dataclass(frozen=True)
class Spoken:
    """The language of a line.  tags: those it can be in; letters: what decides it; declared: as written, or ""."""

    tags: tuple[str, ...]
    letters: Letters | None = None
    declared: str = ""

    def __str__(self) -> str:
        return f"in {name_of(self.tags[0])}" if self.letters is None else f"written in {self.letters}"


def speaks(voice: Voice, *languages: str) -> bool:
    """Whether a voice speaks one of some languages: its own, unless its engine declares others."""
    own, declared = primary(voice.language), declared_languages(voice.engine)
    if declared is not None and own not in declared:
        return ANY in declared
    return own in map(primary, languages) or ANY in (declared or ())


def speaks_any(voice: Voice) -> bool:
    """Whether a voice speaks every language, as the fake does."""
    return ANY in (declared_languages(voice.engine) or ())


@lru_cache(maxsize=64)
def declared_languages(engine: str) -> tuple[str, ...] | None:
    """Primary tags of the languages that an engine declares; None where it declares none, or cannot be asked."""
    try:
        declared = registry.traits("voice_engines", engine).languages
    except BackendError:  # the stage that speaks says what is wrong with it
        return None
    return None if declared is None else tuple(ANY if tag == ANY else primary(tag) for tag in declared)


@lru_cache(maxsize=64)
def pretends(engine: str) -> bool:
    """Whether an engine is a fake. One that cannot be asked is none: the stage that speaks says what is wrong."""
    try:
        return registry.traits("voice_engines", engine).pretends
    except BackendError:
        return False


def spoken_lines(script: Script) -> Iterator[tuple[Line, Spoken]]:
    """Every line that has words, with its language."""
    for scene in script.scenes:
        for line in scene.lines:
            if line.text:
                yield line, _language_of(line.text, scene.language or script.language)


def _language_of(text: str, declared: str) -> Spoken:
    letters, tag = letters_of(text), primary(declared)
    if letters and tag not in letters.languages:
        return Spoken(letters.languages, letters)
    return Spoken((tag,), declared=declared)


def able(voices: Mapping[str, Voice], languages: Sequence[Spoken]) -> dict[str, Voice]:
    """The voices that speak most of some lines; all of them where none speaks any."""
    lines = Counter(languages)
    counts = {
        name: sum(number for spoken, number in lines.items() if speaks(voice, *spoken.tags))
        for name, voice in voices.items()
    }
    most = max(counts.values(), default=0)
    return {name: voice for name, voice in voices.items() if counts[name] == most}
