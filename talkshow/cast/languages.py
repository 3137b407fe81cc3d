"""Which languages voices speak."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from talkshow.cast.types import Voice
from talkshow.engines import registry
from talkshow.errors import BackendError
from talkshow.languages.registry import primary, spoken_by
from talkshow.script.languages import Spoken

ANY = "*"  # what an engine declares that speaks every language


def speaks(voice: Voice, *languages: str) -> bool:
    """Whether a voice speaks one of some languages: its own, unless its engine knows only others."""
    own, declared = primary(voice.language), declared_languages(voice.engine)
    if declared is not None and own not in declared:
        return ANY in declared
    return own in map(primary, languages) or ANY in (declared or ())


def as_speaking(voice: Voice, *languages: str) -> Voice:
    """A voice as it says a line in one of some languages: its own, or one that its engine can read with an accent."""
    if speaks(voice, *languages):
        return voice
    readable = declared_languages(voice.engine) or ()
    return next((replace(voice, language=tag) for tag in map(primary, languages) if tag in readable), voice)


def speaks_any(voice: Voice) -> bool:
    """Whether a voice speaks every language, as the fake does."""
    return ANY in (declared_languages(voice.engine) or ())


@lru_cache(maxsize=64)
def declared_languages(engine: str) -> tuple[str, ...] | None:
    """Primary tags of the languages that an engine declares, and of those whose readings it is said to speak.

    None where there are none, or it cannot be asked.
    """
    readings = spoken_by(engine)
    try:
        declared = registry.traits("voice_engines", engine).languages
    except BackendError:  # the stage that speaks says what is wrong with it
        return None
    if declared is None:
        return readings or None
    return (*readings, *(ANY if tag == ANY else primary(tag) for tag in declared))


@lru_cache(maxsize=64)
def pretends(engine: str) -> bool:
    """Whether an engine is a fake. One that cannot be asked is none: the stage that speaks says what is wrong."""
    try:
        return registry.traits("voice_engines", engine).pretends
    except BackendError:
        return False


def able(voices: Mapping[str, Voice], languages: Sequence[Spoken]) -> dict[str, Voice]:
    """The voices that speak most of some lines; all of them where none speaks any."""
    lines = Counter(languages)
    counts = {
        name: sum(number for spoken, number in lines.items() if speaks(voice, *spoken.tags))
        for name, voice in voices.items()
    }
    most = max(counts.values(), default=0)
    return {name: voice for name, voice in voices.items() if counts[name] == most}
