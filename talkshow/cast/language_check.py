"""Whether the voices speak the language of a script: said before anything is spoken.

Nothing is read wrongly or left silent without a word. A language that is declared, or decided by letters, and that
no voice speaks stops an episode; one that is only guessed is a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from talkshow.cast.catalogue import as_draft
from talkshow.cast.choosing import offered
from talkshow.cast.languages import as_speaking, speaks, speaks_any
from talkshow.cast.types import Voice
from talkshow.errors import CastError, choose, printable
from talkshow.languages.guessing import guess_language
from talkshow.languages.letters import is_readable
from talkshow.languages.names import NAMES
from talkshow.languages.registry import known, name_of, primary
from talkshow.script.languages import Spoken, spoken_lines
from talkshow.script.model import Line, Say, Scene, Script

_SHOWN_WORDS, _SHOWN_LETTERS = 3, 60


@dataclass(frozen=True)
class Finding:
    """Something about the language of a line.  line: of the script, 0 for none; stops: it must not be spoken."""

    line: int
    message: str
    stops: bool = False

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


@dataclass
class _Row:
    """A line with its language and the voices that may speak it.

    voices: as they speak it; own: in their own language.  told: whether a finding covers the line already.
    """

    line: Line
    spoken: Spoken
    voices: Sequence[Voice]
    own: Sequence[Voice]
    told: bool = field(default=False)


def check_languages(
    script: Script, voices_of: Mapping[str, Sequence[Voice]], installed: Sequence[Voice], whole: Sequence[Voice] = ()
) -> list[Finding]:
    """What of a script the voices do not speak, by line.

    voices_of: name -> the voice that speaks, or those from which one will be chosen.  installed: all that anybody can
    be given; whole: the same without --draft, where `installed` are drafts.
    """
    rows = [
        _Row(
            line,
            spoken,
            [as_speaking(voice, *spoken.tags) for voice in voices_of[line.speaker]],
            voices_of[line.speaker],
        )
        for line, spoken in spoken_lines(script)
    ]
    found = list(_unspoken(rows, installed, whole))
    found += _unreadable(rows, stopped=any(finding.stops for finding in found))
    found += _doubts(rows, installed)
    return sorted(found, key=lambda finding: finding.line)


def check_text(text: str, voice: Voice, installed: Sequence[Voice]) -> list[Finding]:
    """The same for a text in a voice's own language."""
    line = Line(voice.name, (Say(" ".join(text.split())),))
    script = Script("", (Scene("", (line,)),), language=voice.language)
    return check_languages(script, {voice.name: [voice]}, installed)


def require_spoken(language: str, voices: Mapping[str, Voice], draft: bool) -> None:
    """Raises CastError where no voice speaks a language in which a script is to be written and spoken."""
    whole = list(voices.values())
    installed = list(map(as_draft, whole)) if draft else whole
    if not any(speaks(voice, language) for voice in installed):
        raise CastError(
            f"{_no_voice(Spoken((primary(language),)), installed, whole)} To write the script alone, take "
            "talkshow write, or --edit."
        )


def unspoken_by(voices: Mapping[str, Voice]) -> Callable[[Script], list[tuple[int, str]]]:
    """For lint, which has no cast: a script to what no voice can speak that its characters may get."""
    installed = list(offered(voices).values())
    folded = {name.casefold(): voice for name, voice in voices.items()}

    def check(script: Script) -> list[tuple[int, str]]:
        asked = {name: folded.get((script.hint(name).voice or "").casefold()) for name in script.speakers}
        voices_of = {name: [voice] if voice else installed for name, voice in asked.items()}
        return [(finding.line, finding.message) for finding in check_languages(script, voices_of, installed)]

    return check


def _unspoken(rows: Sequence[_Row], installed: Sequence[Voice], whole: Sequence[Voice]) -> Iterator[Finding]:
    """Lines in a language that their voice does not speak, a finding for each language."""
    by_speaker: dict[tuple[str, Spoken], list[_Row]] = {}
    for row in rows:
        by_speaker.setdefault((row.line.speaker, row.spoken), []).append(row)
    groups: dict[Spoken, list[_Row]] = {}
    for (_, spoken), own in by_speaker.items():
        if not any(speaks(voice, *spoken.tags) for voice in own[0].own) and not _speak_as_guessed(own):
            groups.setdefault(spoken, []).extend(own)
    for spoken, group in groups.items():
        others = [voice for voice in installed if speaks(voice, *spoken.tags)]
        if not others and spoken.letters and 2 * len(group) <= len(rows):
            continue  # single lines in the letters of others: see _unreadable
        for row in group:
            row.told = True
        first = min(row.line.source_line for row in group)
        if all(speaks(voice, *spoken.tags) for row in group for voice in row.voices):
            yield Finding(first, _with_accent(spoken, group, others))
        elif others:
            yield Finding(first, _other_voice(spoken, group, others[0]))
        else:
            yield Finding(first, _no_voice(spoken, installed, whole), stops=True)


def _speak_as_guessed(rows: Sequence[_Row]) -> bool:
    """Whether a voice speaks what a speaker's lines look like, where only the default says another language."""
    spoken = rows[0].spoken
    guess = None if spoken.letters else guess_language(". ".join(row.line.text for row in rows), spoken.tags[0])
    return guess is not None and any(speaks(voice, guess) for voice in rows[0].voices)


def _with_accent(spoken: Spoken, group: Sequence[_Row], others: Sequence[Voice]) -> str:
    names = ", ".join(dict.fromkeys(printable(row.line.speaker) for row in group))
    used = ", ".join(dict.fromkeys(voice.name for row in group for voice in row.voices))
    cure = f". A voice of that language is {others[0].name}: --voice NAME={others[0].name}" if others else ""
    return f"{names}: these lines are {spoken}, which {used} speaks with an accent{cure}"


def _other_voice(spoken: Spoken, group: Sequence[_Row], other: Voice) -> str:
    names = ", ".join(dict.fromkeys(printable(row.line.speaker) for row in group))
    used = ", ".join(dict.fromkeys(voice.name for row in group for voice in row.voices))
    return (
        f"{names}: these lines are {spoken}, which {used} does not speak and {other.name} does. Choose it with "
        f"--voice NAME={other.name}, or voice= in the cast"
    )


def _no_voice(spoken: Spoken, installed: Sequence[Voice], whole: Sequence[Voice]) -> str:
    here = ", ".join(sorted({name_of(voice.language) for voice in installed if speaks(voice, voice.language)}))
    if any(speaks(voice, *spoken.tags) for voice in whole):
        return f"the lines are {spoken}, and the draft voice speaks only {here}. Leave out --draft."
    which = f" (language: {printable(spoken.declared)})" if spoken.declared else " (found in the text)" * spoken.found
    correct = " Or correct  language:  if the lines are in another language." if spoken.declared else ""
    if spoken.found:
        correct = " If they are in another language, write it in the head, as in  language: en"
    tag = primary(spoken.declared)
    if spoken.declared and tag not in NAMES and tag not in known():
        nearest = choose(spoken.declared, [*known(), *NAMES.values()])
        return f"there is no language '{printable(spoken.declared)}'. {nearest}"
    return (
        f"the lines are {spoken}{which}, which no installed voice speaks; those here speak {here or 'nothing'}. "
        "Add voices that do (--voices FOLDER, --voice NAME=VOICE) and the plug-in that is their engine: see "
        f"docs/plugins.md.{correct}"
    )


def _unreadable(rows: Sequence[_Row], stopped: bool) -> Iterator[Finding]:
    """Lines of which a voice can say nothing, or not every word.  stopped: whether a finding stops them already."""
    lost = [[word for word in row.line.text.split() if not _reads(row, word)] for row in rows]
    silent = [len(words) == len(row.line.text.split()) for row, words in zip(rows, lost, strict=True)]
    stops = all(silent) and not stopped  # nothing of the whole script
    for row, words, is_silent in zip(rows, lost, silent, strict=True):
        letters = [word for word in words if any(map(str.isalpha, word))]
        if (row.told and not stops) or not (is_silent or letters):
            continue
        row.told, line = True, row.line.source_line
        if is_silent:
            shown = printable(row.line.text)
            shown = shown if len(shown) <= _SHOWN_LETTERS else shown[:_SHOWN_LETTERS] + "…"
            yield Finding(
                line,
                f"nothing of this line can be spoken by {_voices(row)}: '{shown}'"
                + (". Nor can anything of the other lines" if stops and len(rows) > 1 else ""),
                stops,
            )
            if stops:
                return
        else:
            shown = ", ".join(f"'{printable(word)}'" for word in letters[:_SHOWN_WORDS])
            more = f" and {len(letters) - _SHOWN_WORDS} more words" if len(letters) > _SHOWN_WORDS else ""
            yield Finding(
                line,
                f"{shown}{more} will not be spoken: these letters cannot be read by {_voices(row)}. "
                "Write how the words sound in Latin letters",
            )


def _reads(row: _Row, word: str) -> bool:
    return any(speaks_any(voice) or is_readable(word, voice.language) for voice in row.voices)


def _voices(row: _Row) -> str:
    return f"the voice {row.voices[0].name}" if len(row.voices) == 1 else "any installed voice"


def _doubts(rows: Sequence[_Row], installed: Sequence[Voice]) -> Iterator[Finding]:
    """Lines in Latin letters that look like another language: all of them, else a speaker's, else single ones."""
    open_ = [row for row in rows if not row.told and not row.spoken.letters and not any(map(speaks_any, row.voices))]
    if doubt := _doubt(open_, installed):
        yield doubt
        return
    by_speaker: dict[str, list[_Row]] = {}
    for row in open_:
        by_speaker.setdefault(row.line.speaker, []).append(row)
    for own in by_speaker.values():
        if doubt := _doubt(own, installed):
            yield doubt
        else:
            yield from (doubt for row in own if (doubt := _doubt([row], installed)))


def _doubt(rows: Sequence[_Row], installed: Sequence[Voice]) -> Finding | None:
    """What to say of lines that are taken for one language and look like another."""
    tags = {row.spoken.tags[0] for row in rows}
    if len(tags) != 1:
        return None
    (taken_for,) = tags
    guess = guess_language(". ".join(row.line.text for row in rows), taken_for)
    if guess is None or any(
        speaks(voice, guess) and not speaks(voice, taken_for) for row in rows for voice in row.voices
    ):
        return None
    first = next((row for row in rows if guess_language(row.line.text, taken_for)), rows[0])
    if any(speaks(voice, guess) for voice in installed):
        cure = f"write  language: {guess}  in the head or the scene, so that a voice is chosen that speaks it"
    else:
        cure = f"no installed voice speaks {name_of(guess)}, and one for {name_of(taken_for)} will read it wrongly"
    return Finding(
        first.line.source_line, f"this looks like {name_of(guess)} and is taken for {name_of(taken_for)}: {cure}"
    )
