"""In which language a line is: the one that its letters decide, or else the one that its scene or script declares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from talkshow.languages.guessing import find_language
from talkshow.languages.letters import Letters, letters_of
from talkshow.languages.registry import DEFAULT, name_of, primary
from talkshow.script.model import Line, Scene, Script


@dataclass(frozen=True)
class Spoken:
    """The language of a line.

    tags: those it can be in; letters: what decides it; declared: as written, or ""; found: in the text of the script.
    """

    tags: tuple[str, ...]
    letters: Letters | None = None
    declared: str = ""
    found: bool = False

    def __str__(self) -> str:
        return f"in {name_of(self.tags[0])}" if self.letters is None else f"written in {self.letters}"


def language_of(text: str, declared: str, *, found: bool = False) -> Spoken:
    """The language of a text that is declared to be in one, or is found to be."""
    letters, tag = letters_of(text), primary(declared)
    if letters and tag not in letters.languages:
        return Spoken(letters.languages, letters)
    return Spoken((tag,), declared="" if found else declared, found=found)


def line_language(line: Line, scene: Scene, script: Script) -> str:
    """The tag of the language that a line is most likely in."""
    declared = line.language or scene.language or script.language
    return next(iter(language_of(line.text, declared).tags), primary(declared))


def spoken_lines(script: Script) -> Iterator[tuple[Line, Spoken]]:
    """Every line that has words, with its language."""
    for scene in script.scenes:
        for line in scene.lines:
            if line.text:
                declared = line.language or scene.language
                found = script.language_found and declared is None
                yield line, language_of(line.text, declared or script.language, found=found)


def declares_language(script: Script) -> bool:
    """Whether a script says in which language it is."""
    return primary(script.language) != DEFAULT or "language" in (script.layout.places if script.layout else ())


def with_found_language(script: Script) -> Script:
    """The script in the language that its text is in, if it declares none."""
    if declares_language(script):
        return script
    texts = (
        line.text
        for scene in script.scenes
        if scene.language is None
        for line in scene.lines
        if line.text and line.language is None
    )
    found = find_language("\n".join(texts))
    return script if found == DEFAULT else replace(script, language=found, language_found=True)
