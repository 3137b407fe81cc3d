"""What talkshow knows of a language, and how a file says it."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from talkshow.languages.names import NAMES

# What most languages abbreviate, in small letters without the last stop.
COMMON_ABBREVIATIONS = frozenset(("dr", "prof", "st", "vs", "p", "pp", "vol", "e.g", "i.e"))


@dataclass(frozen=True, eq=False)
class Language:
    """Everything that differs from language to language. Only tag and name are needed; the rest has plain defaults.

    Words are in small letters and in composed form (NFC). `reading` names the class that turns text into phonemes
    (`talkshow.speech.reading.Reader`); it is imported when something is spoken, not before.
    """

    tag: str  # primary tag of BCP 47: "en"
    name: str  # in English
    aliases: frozenset[str] = frozenset()  # other codes and names, where names.py has none
    letters: frozenset[str] = frozenset()  # writing systems that letters.py does not give it: "CHEROKEE"
    regions: Mapping[str, frozenset[str]] = field(default_factory=dict)  # "en-GB" -> words of a cast for that accent
    small_words: frozenset[str] = frozenset()  # by which a text in Latin letters is recognised
    abbreviations: frozenset[str] = COMMON_ABBREVIATIONS  # after which a stop ends no sentence
    conjunctions: frozenset[str] = frozenset()  # before which a long sentence may be cut
    yes: frozenset[str] = frozenset()  # words at which a speaker nods
    no: frozenset[str] = frozenset()  # words at which a speaker shakes the head
    sentence_ends: str = ".!?…"
    spaces: bool = True  # whether words stand apart
    longest: int = 300  # characters that a voice says well in one go
    word_s: float = 0.25  # seconds that a word takes at speed 1, silences not counted
    consent: str = ""  # the sentence with which {name} lets talkshow speak with their voice
    refusals: frozenset[str] = frozenset()  # words that turn it into the opposite
    reading: str = ""  # "package.module:Class"; "" while nothing reads it aloud
    reader: str = ""  # what that rests on, with its licence
    spoken_by: tuple[str, ...] = ()  # voice engines that know the sounds of its reading: "kokoro"

    def region_of(self, tag: str) -> str:
        """The region among `regions` that a tag names, however it is written; "" for another or none."""
        plain = tag.replace("_", "-").casefold()
        return next((region for region in self.regions if plain.startswith(region.casefold())), "")


def key(word: str) -> str:
    """A word as a `Language` holds it: small letters, composed, without the marks around it."""
    composed = unicodedata.normalize("NFC", word).lower()
    return "".join(ch for ch in composed if unicodedata.category(ch)[0] in "LMN")


def words(text: str) -> frozenset[str]:
    """The words of a text with spaces between them."""
    return frozenset(unicodedata.normalize("NFC", text).split())


def read_language(path: Path) -> Language:
    """What a file says of the language whose tag is the file's name (docs/contributing/language.md).

    Raises OSError, and ValueError or TypeError for a file that says anything else.
    """
    values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    tag = path.stem
    for name in ("aliases", "letters", "small_words", "abbreviations", "conjunctions", "yes", "no", "refusals"):
        if name in values:
            values[name] = words(values[name])
    if "regions" in values:
        values["regions"] = {region: words(accent) for region, accent in values["regions"].items()}
    if "spoken_by" in values:
        values["spoken_by"] = tuple(values["spoken_by"])
    return Language(tag, values.pop("name", NAMES.get(tag, tag)), **values)
