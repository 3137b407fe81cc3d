"""Languages by tag: those of this package, one file each, and those of other packages.

Another package adds a language with an entry point whose name is the language's tag:

    [project.entry-points."talkshow.languages"]
    tlh = "my_package:KLINGON"
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from talkshow.engines import registry
from talkshow.errors import BackendError
from talkshow.languages.language import Language, read_language
from talkshow.languages.names import ALIASES, NAMES

DEFAULT = "en"  # of a script that does not say
KIND = "languages"
_BY_NAME = {name.casefold(): tag for tag, name in NAMES.items()} | ALIASES
_UNDECIDED = frozenset(("", "und", "mul", "zxx", "mis"))


@dataclass(frozen=True)
class Catalogue:
    """All that is known. broken: what is wrong with languages of other packages that do not load, by tag."""

    languages: Mapping[str, Language]
    broken: Mapping[str, BackendError]
    by_name: Mapping[str, str]  # tags by names and aliases that names.py does not have
    accents: Mapping[str, str]


@cache
def catalogue() -> Catalogue:
    """Everything, read once per process."""
    languages = {path.stem: read_language(path) for path in sorted(Path(__file__).parent.glob("*.toml"))}
    broken: dict[str, BackendError] = {}
    for tag in registry.entries(KIND):
        try:
            languages[tag] = _of_another_package(tag)
        except BackendError as exc:  # it breaks only itself: asking for it raises the error
            broken[tag] = exc
    return Catalogue(
        languages,
        broken,
        {name: each.tag for each in languages.values() for name in (each.name.casefold(), *each.aliases)},
        {word: region for each in languages.values() for region, accent in each.regions.items() for word in accent},
    )


def known() -> Mapping[str, Language]:
    """All languages of which more than the name is known, by tag."""
    return catalogue().languages


def find(language: str) -> Language:
    """The language that a tag, code or name means; one with its name alone where nothing else is known of it.

    Raises BackendError where another package should know it and does not load.
    """
    tag = primary(language)
    if tag in catalogue().broken:
        raise catalogue().broken[tag]
    return known().get(tag) or Language(tag, NAMES.get(tag, tag))


def primary(language: str) -> str:
    """The first part of a language's tag: "de-AT", "deu" and "German" are all "de"; DEFAULT where nothing is said."""
    plain = unicodedata.normalize("NFKC", language).strip().casefold()
    if plain in _BY_NAME:
        return _BY_NAME[plain]
    first = re.split(r"[-_\s]", plain)[0]
    if first in _UNDECIDED:
        return DEFAULT
    named = catalogue().by_name
    return _BY_NAME.get(first) or named.get(plain) or named.get(first) or first


def name_of(language: str) -> str:
    """English name of a language: "German" for "de-AT"; the tag itself where it is not known."""
    tag = primary(language)
    return known()[tag].name if tag in known() else NAMES.get(tag, language)


def spoken_by(engine: str) -> tuple[str, ...]:
    """Tags of the languages that an engine speaks because it knows the sounds of their readings."""
    return tuple(tag for tag, language in known().items() if engine in language.spoken_by)


def accents() -> Mapping[str, str]:
    """The region that a word about a character tells: {"british": "en-GB"}."""
    return catalogue().accents


def _of_another_package(tag: str) -> Language:
    found = registry.find(KIND, tag)
    if not isinstance(found, Language) or found.tag != tag:
        raise BackendError(
            f"the language '{tag}' ({registry.entries(KIND)[tag].target}) is not talkshow's `Language` "
            "with that tag. It comes from another package: update or remove that package"
        )
    return found
