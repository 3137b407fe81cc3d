"""A brief in words for the model: the values of the templates' placeholders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from talkshow.cast.choosing import offered
from talkshow.cast.types import Voice
from talkshow.script import directions
from talkshow.script.formatter import format_script
from talkshow.script.model import CharacterHint, Line, Script
from talkshow.script.plain import write_line
from talkshow.writing.base import WORDS_A_LINE, Brief
from talkshow.writing.forms import Messages
from talkshow.writing.prompts import Prompts

_SHOWN_LINES = 40  # of a script that goes on
_BEFORE = 12  # lines before a scene


def places() -> str:
    """The places that the drawn cast can sit in."""
    from talkshow.render.cartoon.sets import SETS

    return ", ".join(SETS)


def brief_values(brief: Brief, voices: Mapping[str, Voice], prompts: Prompts) -> dict[str, str]:
    """The placeholders that all templates share."""
    cast = brief.so_far.cast if brief.so_far else brief.cast
    return {
        "idea": brief.idea.strip() or ("what follows from the script so far" if brief.so_far else "the text below"),
        "length": length(brief.num_lines),
        "language": brief.language,
        "tone": brief.tone or "as the subject asks for",
        "characters": _characters(brief, cast),
        "voices": _voices(voices),
        "so_far": _so_far(brief.so_far) if brief.so_far else "",
        "source": f"\nThe text that it is based on:\n--- text\n{brief.source.strip()}\n--- end of the text\n"
        if brief.source.strip()
        else "",
        "craft": prompts.fill("craft", {"directions": directions.offered(), "places": places()}),
    }


def length(num_lines: int) -> str:
    """How long: in lines and words."""
    return f"about {num_lines} lines, {num_lines * WORDS_A_LINE} words in all"


def _characters(brief: Brief, cast: Sequence[CharacterHint]) -> str:
    if cast and brief.so_far is None:
        return f"exactly these, and no one else:\n{cast_list(cast)}"
    if cast:
        return f"those of the script so far; someone new only where the idea asks for it:\n{cast_list(cast)}"
    number = brief.num_characters
    return "as many as it needs, mostly two or three" if number is None else f"exactly {number}"


def cast_list(cast: Sequence[CharacterHint]) -> str:
    """One character per line."""
    rows = []
    for hint in cast:
        told = [
            f"{key}: {value}"
            for key, value in (("voice", hint.voice), ("look", hint.look), ("description", hint.description))
            if value
        ]
        rows.append(f"  {hint.name}" + (f" ({'; '.join(told)})" if told else ""))
    return "\n".join(rows)


def _voices(voices: Mapping[str, Voice]) -> str:
    return (
        "\n".join(
            f"  {voice.name}: {voice.gender or 'neither'}, {voice.language}, {voice.description}"
            for voice in offered(voices).values()
        )
        or "  (none; leave the voice out)"
    )


def _so_far(script: Script) -> str:
    shown = list(script.lines)[-_SHOWN_LINES:]
    places_ = ", ".join(scene.title for scene in script.scenes if scene.title)
    return (
        f"\nIt goes on with the script '{script.title}', whose last lines are:\n--- script\n{said(shown)}\n"
        f"--- end of the script\nIts places so far: {places_ or 'one'}. Write only what comes next; a scene in the "
        "same place has the same title.\n"
    )


def said(lines: Sequence[Line]) -> str:
    """Lines as a script has them."""
    return "\n".join(write_line(line) for line in lines)


def before(lines: Sequence[Line]) -> str:
    """The last lines before a scene."""
    return said(lines[-_BEFORE:]) or "(nothing: this is the beginning)"


def outline_text(outline: Script) -> str:
    """A plan as the writer of its scenes reads it."""
    return format_script(outline).strip()


def talk(prompts: Prompts, template: str, form: str, values: Mapping[str, str], wanted_form: str) -> Messages:
    """System and user message.  form: of the answer, "script", "outline"...; wanted_form: "json" or "text"."""
    described = prompts.fill(f"form_{form}_{wanted_form}", values)
    return [
        {"role": "system", "content": prompts.fill("system")},
        {"role": "user", "content": prompts.fill(template, {**values, "form": described})},
    ]
